//! Responses to a client's request (RFC 6455 §4.1).

use super::opening::{ENDLESS, FILLING, answers, hello};
use super::opening_choices::{INHERITED, VERSIONED};
use super::opening_fields::words;
use crate::case::{Case, Ending, Event, Grade, Level};
use crate::opening::{Accept, Head, Setting};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, close, continuation, ping, text};

/// A client that offers subprotocols and goes on without.
const CHATTY: Setting = Setting {
    subprotocols: &["chat", "x"],
    insists: false,
    extensions: &[],
    deflate: false,
    path: None,
    origin: None,
};
/// A client that offers extensions.
const EXTENDED: Setting = Setting {
    subprotocols: &[],
    insists: false,
    extensions: &["x-wsproof-1", "x-wsproof-2; a=1"],
    deflate: false,
    path: None,
    origin: None,
};

/// Sizes of buffers that a response and a frame may fill together.
const BUFFERS: [usize; 4] = [512, 1024, 2048, 4096];

pub(super) fn add(cases: &mut Vec<Case>) {
    add_request(cases);
    add_accept(cases);
    add_fields(cases);
    add_status(cases);
    add_choices(cases);
    add_stream(cases);
}

/// What a client asks for is looked at in every case; these are about nothing else.
fn add_request(cases: &mut Vec<Case>) {
    let plain = |name: &str, title: &'static str| answers(name, title, Head::response()).taken();
    cases.push(plain("plain", "A correct response to a correct request."));
    let again = plain("again", "A second connection, whose key is another than that of the first.");
    cases.push(again.again());
    let request = plain("subprotocols-offered", "A response to a client that offers subprotocols.");
    cases.push(request.opening(CHATTY).clauses(&["6455#11.3.4"]));
    let request = plain("extensions-offered", "A response to a client that offers extensions.");
    cases.push(request.opening(EXTENDED).clauses(&["6455#9.1"]));
}

fn add_accept(cases: &mut Vec<Case>) {
    for (name, accept) in [
        ("other-case", Accept::OtherCase),
        ("unpadded", Accept::Unpadded),
        ("hex", Accept::Hex),
        ("of-octets", Accept::OfOctets),
        ("without-guid", Accept::WithoutGuid),
        ("small-guid", Accept::SmallGuid),
        ("of-other-key", Accept::OfOtherKey),
        ("quoted", Accept::Quoted),
        ("followed", Accept::Followed),
        ("preceded", Accept::Preceded),
        ("last-digit", Accept::LastDigit),
        ("exchanged", Accept::Exchanged),
        ("listed", Accept::Listed),
        ("parted", Accept::Parted),
        ("key-itself", Accept::Key),
    ] {
        let title = format!("A response with a wrong Sec-WebSocket-Accept, {}.", words(name));
        let case = answers(&format!("accept/{name}"), title, Head::response().set_accept(accept));
        cases.push(case.failed());
    }
    let base = || Head::response().without("Sec-WebSocket-Accept");
    let of = |first: Accept, second: Accept| base().with_accept(first).with_accept(second);
    let empty = base().with("Sec-WebSocket-Accept", "");
    for (name, head) in [
        ("missing", base()),
        ("empty", empty),
        ("right-then-wrong", of(Accept::Right, Accept::OfOtherKey)),
        ("wrong-then-right", of(Accept::OfOtherKey, Accept::Right)),
    ] {
        let title = format!("A response without one right Sec-WebSocket-Accept, {}.", words(name));
        let case = answers(&format!("accept/{name}"), title, head);
        cases.push(case.clauses(&["6455#4.1", "6455#11.3.3"]).failed());
    }
    let twice = answers(
        "accept/twice",
        "A response with the right Sec-WebSocket-Accept twice.",
        of(Accept::Right, Accept::Right),
    );
    cases.push(twice.clauses(&["6455#11.3.3"]).failed().or_taken(Grade::Lenient));
    let padded = Head::response().set_accept(Accept::Blanks);
    let case =
        answers("accept/blanks", "A response with blanks around Sec-WebSocket-Accept.", padded);
    cases.push(case.clauses(&["9112#5.1"]).taken());
}

fn add_fields(cases: &mut Vec<Case>) {
    let with = |name: &str, value: &'static str| Head::response().set(name, value);
    for (name, head) in [
        ("upgrade-capitals", with("Upgrade", "WEBSOCKET")),
        ("upgrade-camel", with("Upgrade", "WebSocket")),
        ("connection-capitals", with("Connection", "UPGRADE")),
        ("connection-list", with("Connection", "keep-alive, UPGRADE")),
        ("connection-list-tab", with("Connection", "keep-alive,\tUpgrade")),
        ("connection-lines", with("Connection", "keep-alive").with("Connection", "Upgrade")),
        ("names-small", Head::response().names(<[u8]>::to_ascii_lowercase)),
        ("names-capitals", Head::response().names(<[u8]>::to_ascii_uppercase)),
        ("order", Head::response().ordered(&[2, 0, 1])),
        ("foreign", Head::response().with("Server", "x").with("Set-Cookie", "a=b")),
        ("foreign-empty", Head::response().with("X-A", "")),
        ("foreign-not-ascii", Head::response().with("X-A", b"\xc3\xa9\xff")),
        ("folded", Head::response().with("X-A", "a\r\n b")),
        ("version", Head::response().with("Sec-WebSocket-Version", "13")),
        ("no-blank-behind-colon", {
            Head::new("HTTP/1.1 101 Switching\r\nUpgrade:websocket\r\nConnection:Upgrade")
                .with_accept(Accept::Right)
        }),
        ("blanks-around-values", {
            with("Upgrade", "\t websocket ")
                .set("Connection", " Upgrade\t")
                .set_accept(Accept::Blanks)
        }),
    ] {
        let title = format!("A correct response, written in another way: {}.", words(name));
        let case = answers(&format!("fields/{name}"), title, head);
        let case = case.clauses(&["6455#4.1", "9110#5.1"]).taken();
        cases.push(if name == "folded" { case.clauses(&["9112#5.2"]) } else { case });
    }
    for (name, head) in [
        ("upgrade-missing", Head::response().without("Upgrade")),
        ("upgrade-other", with("Upgrade", "h2c")),
        ("upgrade-longer", with("Upgrade", "websockets")),
        ("upgrade-empty", with("Upgrade", "")),
        ("connection-missing", Head::response().without("Connection")),
        ("connection-keep-alive", with("Connection", "keep-alive")),
        ("connection-close", with("Connection", "close")),
        ("connection-longer", with("Connection", "Upgraded")),
        ("upgrade-quoted", with("Upgrade", "\"websocket\"")),
        ("upgrade-prefixed", with("Upgrade", "xwebsocket")),
        ("upgrade-behind-blank", with("Upgrade", "h2c websocket")),
        ("upgrade-before-semicolon", with("Upgrade", "websocket; h2c")),
        ("upgrade-with-comment", with("Upgrade", "websocket (any)")),
        ("upgrade-misnamed", Head::response().rename("Upgrade", "Upgrade-X")),
        ("connection-quoted", with("Connection", "\"Upgrade\"")),
        ("connection-behind-blank", with("Connection", "keep-alive Upgrade")),
        ("connection-behind-semicolon", with("Connection", "keep-alive; Upgrade")),
        ("connection-misnamed", Head::response().rename("Connection", "Connection-X")),
        ("accept-misnamed", {
            Head::response().rename("Sec-WebSocket-Accept", "Sec-WebSocket-Accept-X")
        }),
        ("accept-prefixed", {
            Head::response().rename("Sec-WebSocket-Accept", "X-Sec-WebSocket-Accept")
        }),
        ("accept-underscores", {
            Head::response().rename("Sec-WebSocket-Accept", "Sec_WebSocket_Accept")
        }),
        ("no-colon", with("Upgrade", "websocket\r\nX-A")),
    ] {
        let title = format!("A response that must not open a connection, {}.", words(name));
        cases.push(answers(&format!("fields/{name}"), title, head).failed());
    }
    // RFC 9110 §5.5 lets a recipient put a blank in the place of these.
    for (name, value) in [("nul-in-foreign", b"a\0b"), ("cr-in-foreign", b"a\rb")] {
        let title = format!("A response with an octet that no field may have, {}.", words(name));
        let case = answers(&format!("fields/{name}"), title, Head::response().with("X-A", value));
        cases.push(case.clauses(&["9110#5.5"]).failed().or_taken(Grade::Lenient));
    }
    let list = answers(
        "fields/upgrade-list",
        "A response that upgrades to something else as well.",
        with("Upgrade", "websocket, h2c"),
    );
    cases.push(list.failed().or_taken(Grade::Lenient));
    let feeds = answers(
        "fields/line-feeds",
        "A response whose lines end with a line feed only, a text, and the end of the stream.",
        Head::response().line_end(b"\n"),
    );
    let feeds = feeds.stream_ends().clauses(&["9112#2.2"]).failed();
    cases.push(feeds.or_ends(Grade::Strict, Ending::cut_off(), [hello()]));
}

fn add_status(cases: &mut Vec<Case>) {
    let of = |line: &str| Head::response().start(line.to_owned());
    for status in [200, 201, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 407, 426, 500, 503] {
        let head = of(&format!("HTTP/1.1 {status} Reason")).with("Content-Length", "0");
        let title = format!("A response with status {status} and all that a 101 needs.");
        cases.push(answers(&format!("status/{status}"), title, head).failed());
    }
    for (name, line) in
        [("reason-empty", "HTTP/1.1 101 "), ("reason-other", "HTTP/1.1 101 Come in")]
    {
        let title = format!("A response 101 with another reason, {}.", words(name));
        let case = answers(&format!("status/{name}"), title, of(line));
        cases.push(case.clauses(&["9112#4"]).taken());
    }
    let bare =
        answers("status/no-blank", "A response 101 without a blank behind it.", of("HTTP/1.1 101"));
    cases.push(bare.clauses(&["9112#4"]).taken().or_failed(Grade::Strict));
    let old =
        answers("status/http-1-0", "A response 101 of HTTP/1.0.", of("HTTP/1.0 101 Switching"));
    cases.push(old.clauses(&["9112#2.3"]).failed().or_taken(Grade::Lenient));
    let later =
        answers("status/http-2-0", "A response 101 of HTTP/2.0.", of("HTTP/2.0 101 Switching"));
    cases.push(later.clauses(&["9112#2.3"]).failed().or_taken(Grade::Lenient));
    let wide = answers(
        "status/two-blanks",
        "A response 101 with two blanks in its first line.",
        of("HTTP/1.1  101 Switching"),
    );
    cases.push(wide.clauses(&["9112#4"]).failed().or_taken(Grade::Strict));
    for (name, line) in [
        ("http-2", "HTTP/2 101 Switching"),
        ("small", "http/1.1 101 Switching"),
        ("letter-o", "HTTP/1.1 1O1 Switching"),
        ("four-digits", "HTTP/1.1 0101 Switching"),
        ("four-digits-behind", "HTTP/1.1 1010 Switching"),
        ("two-digits", "HTTP/1.1 11 Switching"),
        ("no-status", "HTTP/1.1 Switching 101"),
        ("other-protocol", "ICY 101 OK"),
    ] {
        let title = format!("A response whose first line is none of HTTP/1.1, {}.", words(name));
        let case = answers(&format!("status/{name}"), title, of(line));
        cases.push(case.clauses(&["9112#4"]).failed());
    }
    let interim = |line: &'static str| Head::new(line);
    for (name, first) in [
        ("continue", interim("HTTP/1.1 100 Continue")),
        ("early-hints", interim("HTTP/1.1 103 Early Hints").with("Link", "</a>")),
        ("processing", interim("HTTP/1.1 102 Processing")),
    ] {
        let title = format!("An interim response in front of the right one, {}.", words(name));
        let mut case = answers(&format!("status/interim-{name}"), title, Head::response());
        case.script.insert(0, first.into());
        let case = case.clauses(&["9110#15.2"]).taken();
        cases.push(case.or_failed(Grade::Lenient));
    }
    let mut several = answers(
        "status/interim-several",
        "Three interim responses in front of the right one.",
        Head::response(),
    );
    for first in [
        interim("HTTP/1.1 100 Continue"),
        interim("HTTP/1.1 103 Early Hints").with("Link", "</a>"),
        interim("HTTP/1.1 103 Early Hints").with("Link", "</b>"),
    ] {
        several.script.insert(0, first.into());
    }
    cases.push(several.clauses(&["9110#15.2"]).taken().or_failed(Grade::Lenient));
    let dressed = of("HTTP/1.1 103 Early Hints");
    let case =
        answers("status/interim-alone", "An interim response with all that a 101 needs.", dressed);
    let mut case = case.clauses(&["9110#15.2"]).failed();
    case.script.push(Step::HalfClose);
    cases.push(case);
}

fn add_choices(cases: &mut Vec<Case>) {
    let names = |name: &'static str| Head::response().with("Sec-WebSocket-Protocol", name);
    for (name, head) in [("first", names("chat")), ("second", names("x"))] {
        let title = format!("A response with the {name} subprotocol that was offered.");
        let case = answers(&format!("subprotocol/{name}"), title, head).opening(CHATTY);
        cases.push(case.clauses(&["6455#4.1", "6455#11.3.4"]).taken());
    }
    for (name, head) in [
        ("not-offered", names("y")),
        ("other-case", names("Chat")),
        ("list", names("chat, x")),
        ("two-lines", names("chat").with("Sec-WebSocket-Protocol", "x")),
        ("longer", names("chat2")),
        ("quoted", names("\"chat\"")),
        ("before-semicolon", names("chat; x")),
        ("before-blank", names("chat x")),
        ("not-ascii", names("ch\u{e1}t")),
        ("not-offered-small", Head::response().with("sec-websocket-protocol", "y")),
        ("not-offered-first", names("y").ordered(&[3, 0, 1, 2])),
    ] {
        let title = format!("A response with a subprotocol that was not offered, {}.", words(name));
        let case = answers(&format!("subprotocol/{name}"), title, head).opening(CHATTY);
        cases.push(case.clauses(&["6455#4.1", "6455#11.3.4"]).failed());
    }
    let title = "A response with a subprotocol that has capitals in its name.";
    let case = answers("subprotocol/capitals", title, names("Chat.V2")).opening(VERSIONED);
    cases.push(case.clauses(&["6455#4.1", "6455#11.3.4"]).taken());
    let equal = names("chat").with("Sec-WebSocket-Protocol", "chat");
    let case =
        answers("subprotocol/two-equal-lines", "A response that names a subprotocol twice.", equal);
    let case = case.opening(CHATTY).clauses(&["6455#11.3.4"]);
    cases.push(case.failed().or_taken(Grade::Lenient));
    let case = answers("subprotocol/empty", "A response with an empty subprotocol.", names(""));
    let case = case.opening(CHATTY).clauses(&["6455#11.3.4"]);
    cases.push(case.failed().or_taken(Grade::Lenient));
    let case = answers(
        "subprotocol/unasked",
        "A response with a subprotocol for a client without.",
        names("chat"),
    );
    cases.push(case.clauses(&["6455#4.1"]).failed());
    for (name, insists) in [("none", false), ("none-where-needed", true)] {
        let setting = Setting { insists, ..CHATTY };
        let title =
            format!("A response without the subprotocols that were offered, {}.", words(name));
        let case = answers(&format!("subprotocol/{name}"), title, Head::response());
        let case = case.opening(setting).clauses(&["6455#4.1"]).taken();
        cases.push(case.or_failed(Grade::Strict));
    }
    let extends = |value: &'static str| Head::response().with("Sec-WebSocket-Extensions", value);
    for (name, head) in [
        ("first", extends("x-wsproof-1")),
        ("second", extends("x-wsproof-2; a=1")),
        ("both", extends("x-wsproof-1, x-wsproof-2; a=1")),
        ("other-order", extends("x-wsproof-2, x-wsproof-1")),
        ("two-lines", extends("x-wsproof-1").with("Sec-WebSocket-Extensions", "x-wsproof-2")),
        ("folded", extends("x-wsproof-1,\r\n x-wsproof-2")),
    ] {
        let title = format!("A response with extensions that were offered, {}.", words(name));
        let case = answers(&format!("extensions/{name}"), title, head).opening(EXTENDED);
        let case = case.clauses(&["6455#9.1", "6455#11.3.2"]).taken();
        cases.push(if name == "two-lines" { case.or_failed(Grade::Lenient) } else { case });
    }
    for (name, head) in [
        ("not-offered", extends("x-wsproof-3")),
        ("one-not-offered", extends("x-wsproof-1, x-wsproof-3")),
        (
            "second-line-not-offered",
            extends("x-wsproof-1").with("Sec-WebSocket-Extensions", "x-wsproof-3"),
        ),
        ("twice", extends("x-wsproof-1, x-wsproof-1")),
        (
            "twice-in-two-lines",
            extends("x-wsproof-1").with("Sec-WebSocket-Extensions", "x-wsproof-1"),
        ),
        ("longer", extends("x-wsproof-11")),
        ("no-token", extends("x-wsproof-1; (a)")),
        ("valueless", extends("x-wsproof-2; a=")),
        ("names-of-objects", extends(INHERITED)),
        ("quote-open", extends("x-wsproof-2; a=\"1")),
        ("two-words", extends("x-wsproof-1 x-wsproof-2")),
        ("not-offered-small", { Head::response().with("sec-websocket-extensions", "x-wsproof-3") }),
        ("not-offered-first", extends("x-wsproof-3").ordered(&[3, 0, 1, 2])),
    ] {
        let title = format!("A response with extensions that must not be, {}.", words(name));
        let case = answers(&format!("extensions/{name}"), title, head).opening(EXTENDED);
        cases.push(case.clauses(&["6455#9.1", "6455#4.1"]).failed());
    }
    let case = answers(
        "extensions/other-case",
        "A response with an extension that was offered in other letters.",
        extends("X-WSPROOF-1"),
    );
    let case = case.opening(EXTENDED).clauses(&["6455#9.1"]).failed();
    cases.push(case.or_taken(Grade::Lenient));
    for (name, value) in [("deflate-unasked", "permessage-deflate"), ("unasked", "x-wsproof-1")] {
        let title = format!("A response with an extension for a client without, {}.", words(name));
        let case = answers(&format!("extensions/{name}"), title, extends(value));
        cases.push(case.clauses(&["6455#9.1", "6455#4.1"]).failed());
    }
    let case =
        answers("extensions/empty", "A response with an empty list of extensions.", extends(""));
    let case = case.clauses(&["6455#9.1"]).failed();
    cases.push(case.or_taken(Grade::Lenient));
}

fn add_stream(cases: &mut Vec<Case>) {
    let case = |name: &str, title: String, steps: Vec<Step>| {
        let mut case = answers(&format!("stream/{name}"), title, Head::response());
        case.script = steps;
        case
    };
    let joined = vec![Head::response().into(), text(b"Hello").into()];
    let one = case("frame-behind-head", "A response and a frame in one write.".to_owned(), joined);
    cases.push(one.clauses(&["6455#4.2.2"]).taken());
    let several = vec![
        Head::response().into(),
        ping(b"now").into(),
        text(b"Hel").open().into(),
        continuation(b"lo").into(),
    ];
    let title = "A response, a Ping and a text in two frames in one write.".to_owned();
    let several = case("frames-behind-head", title, several).clauses(&["6455#4.2.2", "6455#5.4"]);
    cases.push(several.sees([super::answer(b"now"), hello()]));
    let large = || Payload::repeat(&b"0123456789"[..], 20_000);
    let steps = vec![
        Head::response().into(),
        Frame::new(Kind::Binary.opcode(), large()).into(),
        text(b"Hello").into(),
    ];
    let title = "A response, a message of 20000 octets and a text in one write.".to_owned();
    let large_one = case("large-behind-head", title, steps).clauses(&["6455#4.2.2"]);
    cases.push(large_one.sees([Event::Message(Kind::Binary, large()), hello()]));
    let half = text(b"Hello");
    let steps = vec![
        Head::response().into(),
        Step::Header(half.clone()),
        Step::Settle,
        Step::Part(half.payload),
    ];
    let title = "A response and the header of a frame in one write, and then its payload.";
    let half = case("header-behind-head", title.to_owned(), steps);
    cases.push(half.clauses(&["6455#4.2.2"]).taken());
    let joined = vec![Head::response().into(), close(1000)];
    let title = "A response and a Close in one write.";
    let over = case("close-behind-head", title.to_owned(), joined);
    cases.push(over.clauses(&["6455#4.2.2", "6455#5.5.1"]).sees([]).ends(Ending::closed()));
    for (name, line, value) in [
        ("length", "Content-Length", "5"),
        ("length-7", "Content-Length", "7"),
        ("chunked", "Transfer-Encoding", "chunked"),
    ] {
        let head = Head::response().with(line, value);
        let title = format!("A response 101 that announces a body, {}, and a frame.", words(name));
        let steps = vec![head.into(), text(b"Hello").into()];
        let body = case(&format!("body-{name}"), title, steps).clauses(&["9112#6.3"]);
        cases.push(body.taken().or_failed(Grade::Strict));
    }
    for (name, at) in [("in-first-line", 8), ("in-name", 40), ("behind-first-line-cr", 33)] {
        let steps = vec![
            Head::response().cut(at).into(),
            Step::Settle,
            Head { skip: at, ..Head::response() }.into(),
            text(b"Hello").write(Write::Alone).into(),
        ];
        let title = format!("A response in two writes with a pause, {}.", words(name));
        let two = case(&format!("pause-{name}"), title, steps);
        cases.push(two.clauses(&["9112#2.2"]).taken());
    }
    for (name, octets) in [
        ("zeros", &[0; 64][..]),
        ("text", b"<html>no</html>\r\n\r\n"),
        ("shell", b"SSH-2.0-server\r\n\r\n"),
        ("frame", b"\x81\x05Hello\r\n\r\n"),
        ("empty-lines", b"\r\n\r\n\r\n"),
    ] {
        let title = format!("Something else than a response, {}.", words(name));
        let case = answers(&format!("stream/not-http-{name}"), title, Head::raw(octets));
        let case = case.clauses(&["9112#4"]).failed();
        cases.push(if name == "zeros" { case.stream_ends() } else { case });
    }
    for (name, cut) in [("before-answer", Some(0)), ("inside-answer", Some(40))] {
        let head = Head { cut, ..Head::response() };
        let title = format!("The end of the stream, {}.", words(name));
        let gone = case(&format!("ended-{name}"), title, vec![head.into(), Step::HalfClose]);
        cases.push(gone.clauses(&["6455#7.1.7"]).failed());
    }
    let gone = case(
        "ended-behind-answer",
        "The end of the stream right behind a response.".to_owned(),
        vec![Head::response().into(), Step::HalfClose],
    );
    cases.push(gone.clauses(&["6455#7.2.1"]).sees([]).ends(Ending::cut_off()));
    let patient = case(
        "late",
        "A response after a pause, in which nothing but the request may come.".to_owned(),
        vec![Step::Settle, Head::response().into(), Step::Opened, text(b"Hello").into()],
    );
    cases.push(patient.clauses(&["6455#4.1"]).taken());
    let long = |octets: usize| "a".repeat(octets);
    let foreign =
        |head, count| (0..count).fold(head, |head: Head, n| head.with(format!("X-{n}"), "1"));
    let mut late = foreign(Head::new("HTTP/1.1 101 Switching Protocols"), 60);
    late.fields.extend(Head::response().fields);
    for (name, what, head) in [
        ("field-4-kib", "a field of 4 KiB", Head::response().with("X-A", long(4096))),
        ("fields-60", "60 foreign fields", foreign(Head::response(), 60)),
        ("fields-behind-60", "60 foreign fields in front of its own", late),
    ] {
        let case = answers(&format!("limits/{name}"), format!("A response with {what}."), head);
        cases.push(case.level(Level::Practice).clauses(&["9110#5.4"]).taken());
    }
    // A server's frame of five octets has seven.
    let filled = FILLING.map(|octets| (format!("head-of-{octets}"), octets, octets));
    let both = BUFFERS.map(|octets| (format!("head-and-frame-of-{octets}"), octets, octets - 7));
    for (name, octets, head) in filled.into_iter().chain(both) {
        let title = match head == octets {
            true => format!("A response of {octets} octets, and a frame in the same write."),
            false => format!("A response and a frame, {octets} octets in one write."),
        };
        let steps = vec![Head::response().filled(head).into(), text(b"Hello").into()];
        let mut case = answers(&format!("limits/{name}"), title, Head::response());
        case.script = steps;
        cases.push(case.level(Level::Practice).clauses(&["9110#5.4", "9112#2.2"]).taken());
    }
    for (name, what, head) in [
        ("field-200-kib", "a field of 200 KiB", Head::response().with("X-A", long(200 * 1024))),
        (
            "endless-field",
            "a field that does not end",
            Head::response().with("X-A", long(ENDLESS)).cut(ENDLESS),
        ),
    ] {
        let case = answers(&format!("limits/{name}"), format!("A response with {what}."), head);
        let case = case.level(Level::Practice).clauses(&["9110#5.4", "6455#10.4"]).failed();
        cases.push(if name == "field-200-kib" { case.or_taken(Grade::Lenient) } else { case });
    }
}
