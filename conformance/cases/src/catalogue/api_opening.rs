//! Calls around the opening handshake: out of order, of the other role, with arguments that cannot
//! be, and what works after that.

use std::borrow::Cow;

use crate::case::{Case, Event, Plays};
use crate::interface::{Answer, Call, Interface, Queue, Sending};
use crate::opening::{Accept, Head};
use crate::payload::Payload;
use crate::step::{Kind, text};

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.extend(early());
    cases.extend(order());
    cases.extend(responses());
    cases.extend(requests());
    cases.extend(offers());
}

/// A call and its answer.
type Answered = (Call, Option<Answer>);

/// These calls with their answers, then a handshake that succeeds, then an echo.
fn created(
    id: String,
    title: impl Into<Cow<'static, str>>,
    plays: Plays,
    calls: impl IntoIterator<Item = Answered>,
) -> Case {
    let (steps, answers): (Vec<Call>, Vec<Option<Answer>>) = calls.into_iter().unzip();
    let hello = Payload::octets(&b"Hello"[..]);
    Case::new(format!("api/opening/{id}"), title)
        .clauses(&["6455#4.1", "6455#6.1"])
        .plays(plays)
        .interface(Interface::CREATED)
        .steps(steps)
        .step(text(&b"Hello"[..]))
        .sees(
            answers
                .into_iter()
                .flatten()
                .map(Event::Answered)
                .chain([Event::Message(Kind::Text, hello)]),
        )
}

fn begin_client() -> Call {
    Call::BeginClient { subprotocols: Vec::new(), extensions: Vec::new() }
}

fn end_client() -> Call {
    Call::EndClient(Head::response())
}

fn begin_server() -> Call {
    asked(Head::request())
}

/// A server's answer to this request.
fn asked(request: Head) -> Call {
    Call::BeginServer { subprotocol: None, extensions: Vec::new(), request }
}

fn send() -> Call {
    Call::Send(Sending::Message(Kind::Text, Payload::octets(&b"early"[..])))
}

fn accepted(call: Call) -> Answered {
    (call, Some(Answer::Accepted))
}

fn refused(call: Call) -> Answered {
    (call, Some(Answer::InvalidOperation))
}

/// The calls of a handshake that succeeds.
fn client() -> [Answered; 2] {
    [begin_client(), end_client()].map(accepted)
}

fn server() -> [Answered; 2] {
    [begin_server(), Call::EndServer].map(accepted)
}

/// Calls for which it is too early.
fn early() -> Vec<Case> {
    let early = [
        ("send", send()),
        ("close", Call::Send(Sending::Close { code: None, reason: Payload::EMPTY })),
        ("ping", Call::Send(Sending::Ping)),
        ("receive", Call::Receive),
        ("get-action", Call::Take(Queue::All)),
        ("get-send-action", Call::Take(Queue::Send)),
    ];
    let mut cases = Vec::new();
    for (name, call) in early {
        let title = format!("Before the opening handshake: {call}.");
        let calls = [refused(call.clone())].into_iter();
        cases.push(created(
            format!("early/client-{name}"),
            title.clone(),
            Plays::Client,
            calls.clone().chain(client()),
        ));
        cases.push(created(
            format!("early/server-{name}"),
            title,
            Plays::Server,
            calls.chain(server()),
        ));
        let [begin, end] = client();
        cases.push(created(
            format!("early/begun-client-{name}"),
            format!("Between the begin and the end of a client's handshake: {call}."),
            Plays::Client,
            [begin, refused(call), end],
        ));
    }
    let aborts = [(Call::Abort, None)];
    cases.push(created(
        "early/client-abort".to_owned(),
        "An abort before the opening handshake, which has no effect.",
        Plays::Client,
        aborts.clone().into_iter().chain(client()),
    ));
    cases.push(created(
        "early/server-abort".to_owned(),
        "An abort before the opening handshake, which has no effect.",
        Plays::Server,
        aborts.into_iter().chain(server()),
    ));
    cases
}

/// Handshake calls out of order or of the other role.
fn order() -> Vec<Case> {
    let [begin, end] = client();
    let [ask, answer] = server();
    let closed = Answer::InvalidOperation;
    let table: Vec<(&str, &str, Plays, Vec<Answered>)> = vec![
        (
            "client-twice",
            "A client's handshake begun twice.",
            Plays::Client,
            vec![begin.clone(), refused(begin_client()), end.clone()],
        ),
        (
            "client-end-first",
            "A client's handshake ended before it was begun.",
            Plays::Client,
            vec![refused(end_client()), begin.clone(), end.clone()],
        ),
        (
            "client-end-twice",
            "A client's handshake ended twice.",
            Plays::Client,
            vec![begin.clone(), end.clone(), refused(end_client())],
        ),
        (
            "client-begin-open",
            "A client's handshake begun on an open connection.",
            Plays::Client,
            vec![begin.clone(), end.clone(), refused(begin_client())],
        ),
        (
            "client-as-server",
            "A server's handshake begun by a client.",
            Plays::Client,
            vec![refused(begin_server()), begin.clone(), end.clone()],
        ),
        (
            "client-ends-server",
            "A server's handshake ended by a client.",
            Plays::Client,
            vec![begin, refused(Call::EndServer), end],
        ),
        (
            "server-twice",
            "A server's handshake begun twice.",
            Plays::Server,
            vec![ask.clone(), refused(begin_server()), answer.clone()],
        ),
        (
            "server-end-first",
            "A server's handshake ended before it was begun.",
            Plays::Server,
            vec![refused(Call::EndServer), ask.clone(), answer.clone()],
        ),
        (
            "server-end-twice",
            "A server's handshake ended twice, which does no harm.",
            Plays::Server,
            vec![ask.clone(), answer.clone(), answer.clone()],
        ),
        (
            "server-begin-open",
            "A server's handshake begun on an open connection.",
            Plays::Server,
            vec![ask.clone(), answer.clone(), (begin_server(), Some(closed))],
        ),
        (
            "server-as-client",
            "A client's handshake begun by a server.",
            Plays::Server,
            vec![refused(begin_client()), ask.clone(), answer.clone()],
        ),
        (
            "server-ends-client",
            "A client's handshake ended by a server.",
            Plays::Server,
            vec![refused(end_client()), ask.clone(), answer],
        ),
        (
            "server-without-end",
            "A server that works without the end of its handshake.",
            Plays::Server,
            vec![ask],
        ),
    ];
    let case = |(id, title, plays, calls)| created(format!("order/{id}"), title, plays, calls);
    let mut cases: Vec<Case> = table.into_iter().map(case).collect();
    let early = Event::Message(Kind::Text, Payload::octets(&b"early"[..]));
    cases.push(
        Case::new(
            "api/opening/order/server-sends-without-end",
            "A server that sends as soon as its handshake is begun.",
        )
        .clauses(&["6455#4.2.2"])
        .plays(Plays::Server)
        .interface(Interface::CREATED)
        .steps([begin_server(), send()])
        .sees([
            Event::Answered(Answer::Accepted),
            Event::Answered(Answer::Accepted),
            early,
        ]),
    );
    cases
}

/// Responses that a client refuses, and then takes a right one.
fn responses() -> Vec<Case> {
    let offers = |subprotocols: &[&'static str], extensions: &[&'static str]| Call::BeginClient {
        subprotocols: subprotocols.iter().map(|name| Cow::Borrowed(*name)).collect(),
        extensions: extensions.iter().map(|name| Cow::Borrowed(*name)).collect(),
    };
    let named = |name: &'static str| Head::response().with("Sec-WebSocket-Protocol", name);
    let extended = |name: &'static str| Head::response().with("Sec-WebSocket-Extensions", name);
    let plain = Head::response;
    let format = Answer::InvalidFormat;
    let (subprotocol, extension) =
        (Answer::SubprotocolNotSupported, Answer::ExtensionsNotSupported);
    let table = [
        (
            "without-accept",
            offers(&[], &[]),
            plain().without("Sec-WebSocket-Accept"),
            format,
            plain(),
        ),
        ("wrong-accept", offers(&[], &[]), plain().set_accept(Accept::OfOtherKey), format, plain()),
        ("own-key", offers(&[], &[]), plain().set_accept(Accept::Key), format, plain()),
        ("without-upgrade", offers(&[], &[]), plain().without("Upgrade"), format, plain()),
        ("without-connection", offers(&[], &[]), plain().without("Connection"), format, plain()),
        ("no-fields", offers(&[], &[]), Head::new("HTTP/1.1 101 "), format, plain()),
        (
            "subprotocol-not-offered",
            offers(&["chat"], &[]),
            named("talk"),
            subprotocol,
            named("chat"),
        ),
        ("subprotocol-unasked", offers(&[], &[]), named("chat"), subprotocol, plain()),
        (
            "subprotocol-in-other-case",
            offers(&["chat"], &[]),
            named("Chat"),
            subprotocol,
            named("chat"),
        ),
        ("subprotocol-missing", offers(&["chat"], &[]), plain(), subprotocol, named("chat")),
        ("extension-not-offered", offers(&[], &["foo"]), extended("bar"), extension, plain()),
        ("extension-unasked", offers(&[], &[]), extended("foo"), extension, plain()),
    ];
    let case = |(id, begin, wrong, answer, right)| {
        created(
            format!("response/{id}"),
            format!("A client that is given a wrong response, and then a right one: {id}."),
            Plays::Client,
            [
                accepted(begin),
                (Call::EndClient(wrong), Some(answer)),
                accepted(Call::EndClient(right)),
            ],
        )
    };
    table.into_iter().map(case).collect()
}

/// Requests and selections that a server refuses, and then takes right ones.
fn requests() -> Vec<Case> {
    let format = Answer::InvalidFormat;
    let selects = |name: &'static str, extensions: &[&'static str], request: Head| {
        let extensions = extensions.iter().map(|name| Cow::Borrowed(*name)).collect();
        Call::BeginServer { subprotocol: Some(Cow::Borrowed(name)), extensions, request }
    };
    let plain = Head::request;
    let offering = || plain().with("Sec-WebSocket-Protocol", "chat, talk");
    let extending = || plain().with("Sec-WebSocket-Extensions", "foo");
    let table = [
        (
            "version-8",
            asked(plain().set("Sec-WebSocket-Version", "8")),
            Answer::VersionNotSupported,
        ),
        ("without-version", asked(plain().without("Sec-WebSocket-Version")), format),
        ("without-key", asked(plain().without("Sec-WebSocket-Key")), format),
        ("short-key", asked(plain().set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4P")), format),
        ("without-host", asked(plain().without("Host")), format),
        ("without-upgrade", asked(plain().without("Upgrade")), format),
        ("without-connection", asked(plain().without("Connection")), format),
        (
            "subprotocol-not-offered",
            selects("speak", &[], offering()),
            Answer::SubprotocolNotSupported,
        ),
        (
            "subprotocol-in-other-case",
            selects("Chat", &[], offering()),
            Answer::SubprotocolNotSupported,
        ),
        ("subprotocol-unasked", selects("chat", &[], plain()), Answer::SubprotocolNotSupported),
        (
            "extension-not-offered",
            selects("", &["bar"], extending()),
            Answer::ExtensionsNotSupported,
        ),
        ("extension-unasked", selects("", &["foo"], plain()), Answer::ExtensionsNotSupported),
    ];
    let case = |(id, wrong, answer)| {
        let [begin, end] = server();
        created(
            format!("request/{id}"),
            format!("A server whose answer to a request cannot be, and then one that can: {id}."),
            Plays::Server,
            [(wrong, Some(answer)), begin, end],
        )
    };
    let mut cases: Vec<Case> = table.into_iter().map(case).collect();
    cases.push(created(
        "request/subprotocol".to_owned(),
        "A server that selects the second subprotocol that was offered.",
        Plays::Server,
        [accepted(selects("talk", &[], offering())), accepted(Call::EndServer)],
    ));
    cases
}

/// Offers that cannot be made.
fn offers() -> Vec<Case> {
    let table: [(&str, &[&'static str], &[&'static str]); 7] = [
        ("subprotocol-with-blank", &["a b"], &[]),
        ("subprotocol-with-line-end", &["a\r\nX-A:b"], &[]),
        ("subprotocol-not-ascii", &["caf\u{e9}"], &[]),
        ("subprotocol-empty", &[""], &[]),
        ("subprotocol-with-comma", &["a,b"], &[]),
        ("subprotocol-twice", &["chat", "chat"], &[]),
        ("extension-without-name", &[], &["; x=1"]),
    ];
    let case = |(id, subprotocols, extensions): (&str, &[&'static str], &[&'static str])| {
        let owned =
            |names: &[&'static str]| names.iter().map(|name| Cow::Borrowed(*name)).collect();
        let offer =
            Call::BeginClient { subprotocols: owned(subprotocols), extensions: owned(extensions) };
        created(
            format!("offer/{id}"),
            format!("A client that offers what cannot be offered, and then nothing: {id}."),
            Plays::Client,
            [(offer, Some(Answer::InvalidArgument))].into_iter().chain(client()),
        )
    };
    table.into_iter().map(case).collect()
}
