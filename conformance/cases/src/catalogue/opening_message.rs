//! A request as a message of HTTP/1.1, and what comes before, behind and instead of it
//! (RFC 9112, RFC 6455 §4.2.1).

use super::opening::{BAD, ENDLESS, FILLING, OTHER_HTTP, Statuses, asks, opened, refused};
use super::opening_fields::words;
use crate::case::{Case, Ending, Event, Grade, Level};
use crate::opening::{Head, MODEST};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, text};

pub(super) fn add(cases: &mut Vec<Case>) {
    add_request_line(cases);
    add_syntax(cases);
    add_bodies(cases);
    add_limits(cases);
    add_stream(cases);
}

fn add_request_line(cases: &mut Vec<Case>) {
    let of = |start: &str| Head::request().start(start.to_owned());
    for method in
        ["POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "GeT", "GETT"]
    {
        let mut name = method.to_ascii_lowercase();
        if method.bytes().any(|octet| octet.is_ascii_lowercase()) {
            name = if method == "get" { "small".to_owned() } else { "mixed".to_owned() };
        }
        let title = format!("A request with the method {method}.");
        let case = asks(&format!("method/{name}"), title, of(&format!("{method} / HTTP/1.1")));
        let statuses: Statuses = &[200..=299, 400..=400, 404..=405, 426..=426, 501..=501];
        cases.push(case.clauses(&["6455#4.2.1", "9110#9.1"]).refuses(statuses));
    }
    let old = asks("http/1-0", "A request of HTTP/1.0.", of("GET / HTTP/1.0"));
    let statuses: Statuses = &[200..=299, 400..=400, 404..=404, 426..=426, 505..=505];
    cases.push(old.clauses(&["6455#4.2.1", "9110#7.8"]).refuses(statuses));
    let newer = asks("http/1-2", "A request of HTTP/1.2.", of("GET / HTTP/1.2"));
    let newer = newer.clauses(&["6455#4.2.1", "9112#2.3"]).opens();
    cases.push(newer.or_refuses(Grade::Lenient, OTHER_HTTP));
    // Ambiguous: RFC 6455 wants HTTP/1.1 "or higher", and no clause tells a server to refuse a major
    // version that it does not speak; a message that looks like HTTP/1.1 may be taken for one.
    for (name, version) in [("2-0", "HTTP/2.0"), ("3-0", "HTTP/3.0")] {
        let title = format!("A request of a later version of HTTP, {}.", words(name));
        let case = asks(&format!("http/{name}"), title, of(&format!("GET / {version}")));
        let case = case.clauses(&["6455#4.2.1", "9112#2.3"]).refuses(OTHER_HTTP);
        cases.push(case.or_opens(Grade::Lenient));
    }
    for (name, version) in [
        ("0-9", "HTTP/0.9"),
        ("small", "http/1.1"),
        ("1-10", "HTTP/1.10"),
        ("01-1", "HTTP/01.1"),
        ("no-minor", "HTTP/1"),
        ("letters", "HTTP/x.y"),
        ("other-name", "HTTQ/1.1"),
    ] {
        let title = format!("A request of another version of HTTP, {}.", words(name));
        let case = asks(&format!("http/{name}"), title, of(&format!("GET / {version}")));
        cases.push(case.clauses(&["9112#2.3"]).refuses(OTHER_HTTP));
    }
    for (name, line) in [
        ("no-version", "GET /"),
        ("no-target", "GET HTTP/1.1"),
        ("no-method", "/ HTTP/1.1"),
        ("four-words", "GET / / HTTP/1.1"),
        ("only-method", "GET"),
    ] {
        let title =
            format!("A request whose first line does not have three words, {}.", words(name));
        let case = asks(&format!("first-line/{name}"), title, of(line));
        cases.push(case.clauses(&["9112#3"]).refuses(OTHER_HTTP));
    }
    let case = asks(
        "first-line/two-blanks",
        "A request with two blanks in its first line.",
        of("GET  / HTTP/1.1"),
    );
    cases.push(case.clauses(&["9112#3"]).refuses(BAD).or_opens(Grade::Strict));

    for (name, target) in [
        ("path", "/chat"),
        ("query", "/chat?a=1&b=%20"),
        ("empty-segments", "//"),
        ("dots", "/a/../b"),
        ("absolute", "http://localhost/chat"),
        ("absolute-secure", "https://localhost/chat"),
        ("absolute-capitals", "HTTP://LOCALHOST:9001/"),
    ] {
        let title = format!("A request with a target that may be, {}.", words(name));
        let case = asks(&format!("target/{name}"), title, of(&format!("GET {target} HTTP/1.1")));
        let case = case.clauses(&["6455#4.2.1", "9112#3.2"]).opens();
        let odd = matches!(name, "empty-segments" | "dots");
        cases.push(if odd { case.or_refuses(Grade::Strict, &[400..=404]) } else { case });
    }
    for (name, target) in [
        ("no-slash", "chat"),
        ("asterisk", "*"),
        ("authority", "localhost:9001"),
        ("ws-scheme", "ws://localhost/"),
        ("fragment", "/a#b"),
        ("blank", "/a b"),
        ("not-ascii", "/caf\u{e9}"),
        ("bad-authority", "http://local host:x/"),
    ] {
        let title = format!("A request with a target that must not be, {}.", words(name));
        let case = asks(&format!("target/{name}"), title, of(&format!("GET {target} HTTP/1.1")));
        cases.push(case.clauses(&["6455#3", "9112#3.2"]).refuses(BAD));
    }
}

fn add_syntax(cases: &mut Vec<Case>) {
    let request = Head::request;
    for (name, own, other) in [
        ("blank", "Upgrade", "Upgrade "),
        ("tab", "Host", "Host\t"),
        ("blank-behind-key", "Sec-WebSocket-Key", "Sec-WebSocket-Key "),
    ] {
        let title = format!("A request with a {} in front of a colon.", words(name));
        let case =
            asks(&format!("syntax/{name}-before-colon"), title, request().rename(own, other));
        cases.push(case.clauses(&["9112#5.1"]).refuses(BAD));
    }
    for (name, own, value) in [
        ("upgrade", "Upgrade", "\r\n websocket"),
        ("connection", "Connection", "keep-alive,\r\n\tUpgrade"),
        ("key", "Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA==\r\n "),
    ] {
        let title = format!("A request with a folded line, {}.", words(name));
        let case = asks(&format!("syntax/folded-{name}"), title, request().set(own, value));
        let case = case.clauses(&["9112#5.2"]).refuses(BAD);
        cases.push(case.or_opens(Grade::Strict));
    }
    let folded = request().with("Sec-WebSocket-Extensions", "x-wsproof-1,\r\n x-wsproof-2");
    let case = asks("syntax/folded-extensions", "A request with folded extensions.", folded);
    cases.push(case.clauses(&["9112#5.2"]).refuses(BAD).or_opens(Grade::Strict));
    let mut case = asks(
        "syntax/line-feeds",
        "A request whose lines end with a line feed only, and the end of the stream.",
        request().line_end(b"\n"),
    );
    case.script.truncate(1);
    let case = case.stream_ends().clauses(&["9112#2.2"]).refuses(BAD);
    cases.push(case.or_ends(Grade::Strict, Ending::cut_off(), [Event::Opened(None)]));
    // RFC 9110 §5.5 lets a recipient put a blank in the place of CR and NUL, and keep other control
    // octets where they do no harm; a server that opens has done that.
    for (name, own, value) in [
        ("cr-in-origin", "Origin", &b"http://a\rb"[..]),
        ("nul-in-origin", "Origin", b"http://a\0b"),
        ("nul-in-foreign", "X-A", b"\0"),
        ("bell-in-foreign", "X-A", b"\x07"),
        ("delete-in-foreign", "X-A", b"\x7f"),
        ("escape-in-foreign", "X-A", b"a\x1bb"),
        ("nul-behind-subprotocol", "Sec-WebSocket-Protocol", b"chat\0x"),
    ] {
        let title = format!("A request with a control octet, {}.", words(name));
        let case = asks(&format!("syntax/{name}"), title, request().with(own, value));
        let case = case.clauses(&["9110#5.5", "9112#2.2"]).refuses(BAD);
        cases.push(case.or_opens(Grade::Lenient));
    }
    for (name, own, value) in [
        ("nul-behind-key", "Sec-WebSocket-Key", &b"AQIDBAUGBwgJCgsMDQ4PEA==\0x"[..]),
        ("nul-behind-version", "Sec-WebSocket-Version", b"13\0"),
        ("nul-behind-upgrade", "Upgrade", b"websocket\0x"),
        ("cr-behind-host", "Host", b"localhost\rx"),
    ] {
        let title = format!("A request with a control octet, {}.", words(name));
        let case = asks(&format!("syntax/{name}"), title, request().set(own, value));
        cases.push(case.clauses(&["9110#5.5", "9112#2.2"]).refuses(BAD));
    }
    for (name, field) in [
        ("no-name", ""),
        ("blank-in-name", "X A"),
        ("bracket-in-name", "X[A]"),
        ("name-not-ascii", "Caf\u{e9}"),
    ] {
        let title = format!("A request with a field that has no proper name, {}.", words(name));
        let case = asks(&format!("syntax/{name}"), title, request().with(field, "1"));
        cases.push(case.clauses(&["9110#5.1"]).refuses(BAD));
    }
    let (dense, loose) = (
        "GET / HTTP/1.1\r\nHost:localhost\r\nUpgrade:websocket\r\nConnection:Upgrade\r\n\
         Sec-WebSocket-Key:AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version:13",
        "GET / HTTP/1.1\r\nHost:\t localhost \r\nUpgrade:  websocket\t\r\nConnection: Upgrade  \r\n\
         Sec-WebSocket-Key:\tAQIDBAUGBwgJCgsMDQ4PEA== \r\nSec-WebSocket-Version: \t13 \t",
    );
    for (name, what, start) in [
        ("no-blank-behind-colon", "no blanks behind its colons", dense),
        ("blanks-around-values", "blanks and tabs around all of its values", loose),
    ] {
        let title = format!("A request with {what}.");
        let case = asks(&format!("syntax/{name}"), title, Head::new(start));
        cases.push(case.clauses(&["6455#4.2.1", "9112#5.1"]).opens());
    }
    let colonless = request().set("Host", "localhost\r\nX-A");
    cases.push(
        asks("syntax/no-colon", "A request with a line without a colon.", colonless)
            .clauses(&["9112#5.1"])
            .refuses(BAD),
    );
    let case = asks(
        "syntax/blank-in-front-of-first-field",
        "A request with a blank in front of its first field.",
        request().start("GET / HTTP/1.1\r\n X-A: 1"),
    );
    cases.push(case.clauses(&["9112#2.2"]).refuses(BAD).or_opens(Grade::Strict));
    let case = asks(
        "syntax/empty-line-first",
        "An empty line, then a request.",
        request().start("\r\nGET / HTTP/1.1"),
    );
    cases.push(case.clauses(&["9112#2.2"]).opens().or_refuses(Grade::Lenient, BAD));
    for (name, octets) in [
        ("tls", &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..]),
        ("zeros", &[0; 64]),
        ("mail", b"EHLO localhost\r\n\r\n"),
        ("frame", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\r\n\r\n"),
        ("shell", b"SSH-2.0-client\r\n\r\n"),
        ("http-2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ] {
        let title = format!("Something else than a request, {}.", words(name));
        let case = asks(&format!("syntax/not-http-{name}"), title, Head::raw(octets));
        let case = case.clauses(&["9112#2.2"]).refuses(&[400..=405, 426..=426, 501..=505]);
        let mut case = case.or_ends(Grade::Strict, Ending::unopened(), []);
        if name == "zeros" {
            case.script.truncate(1);
            case = case.stream_ends();
        }
        cases.push(case);
    }
}

fn add_bodies(cases: &mut Vec<Case>) {
    let body = |name: &'static str, value: &'static str, octets: &'static str| {
        Head::request().with(name, value).behind(octets)
    };
    for (name, head) in [
        ("length", body("Content-Length", "4", "abcd")),
        ("chunked", body("Transfer-Encoding", "chunked", "4\r\nabcd\r\n0\r\n\r\n")),
    ] {
        let title = format!("A request with a body of 4 octets, {}.", words(name));
        let case = asks(&format!("body/{name}"), title, head).clauses(&["9112#6.3"]);
        cases.push(case.refuses(&[400..=400, 413..=413]).or_opens(Grade::Strict));
    }
    let none = asks(
        "body/length-0",
        "A request that says it has no body.",
        body("Content-Length", "0", ""),
    );
    cases.push(none.clauses(&["9112#6.3"]).opens());
    let twice = body("Content-Length", "4", "abcd").with("Content-Length", "5");
    for (name, head) in [
        ("length-negative", body("Content-Length", "-1", "")),
        ("length-letters", body("Content-Length", "four", "abcd")),
        ("length-hex", body("Content-Length", "0x4", "abcd")),
        ("length-twice", twice),
        ("length-huge", body("Content-Length", "99999999999999999999", "")),
    ] {
        let title = format!("A request with a wrong length of its body, {}.", words(name));
        let case = asks(&format!("body/{name}"), title, head).clauses(&["9112#6.3"]);
        cases.push(case.refuses(&[400..=400, 413..=413]));
    }
    let expects = Head::request().with("Expect", "100-continue");
    let case = asks("body/expects-continue", "A request that expects 100 without a body.", expects);
    let case = case.clauses(&["9110#10.1.1"]).opens();
    cases.push(case.or_refuses(Grade::Lenient, &[417..=417]));
}

fn add_limits(cases: &mut Vec<Case>) {
    let long = |octets: usize| "a".repeat(octets);
    let target = |octets: usize| Head::request().start(format!("GET /{} HTTP/1.1", long(octets)));
    let case =
        asks("limits/target-7900", "A request with a target of 7900 octets.", target(MODEST - 100));
    cases.push(case.level(Level::Should).clauses(&["9112#3"]).opens());
    let fields =
        |count: usize| (0..count).fold(Head::request(), |head, n| head.with(format!("X-{n}"), "1"));
    let behind = |count: usize| {
        let lines: String = (0..count).map(|n| format!("\r\nX-{n}: 1")).collect();
        Head::request().start(format!("GET / HTTP/1.1{lines}"))
    };
    let value = |octets: usize| Head::request().with("X-A", long(octets));
    for (name, what, head) in [
        ("field-4-kib", "a field of 4 KiB", value(4096)),
        ("fields-60", "60 foreign fields", fields(60)),
        ("fields-60-first", "60 foreign fields in front of its own", behind(60)),
    ] {
        let case = asks(&format!("limits/{name}"), format!("A request with {what}."), head);
        cases.push(case.level(Level::Practice).clauses(&["9110#5.4"]).opens());
    }
    for octets in FILLING {
        let title = format!("A request of {octets} octets.");
        let head = Head::request().filled(octets);
        let case = asks(&format!("limits/head-of-{octets}"), title, head);
        cases.push(case.level(Level::Practice).clauses(&["9110#5.4", "9112#2.2"]).opens());
    }
    let too_large: Statuses = &[400..=400, 413..=414, 431..=431];
    for (name, what, head) in [
        ("target-100-kib", "a target of 100 KiB", target(100 * 1024)),
        ("field-100-kib", "a field of 100 KiB", value(100 * 1024)),
        ("fields-10000", "10000 foreign fields", fields(10_000)),
    ] {
        let case = asks(&format!("limits/{name}"), format!("A request with {what}."), head);
        let case = case.level(Level::Practice).clauses(&["9110#5.4", "6455#10.4"]);
        cases.push(case.refuses(too_large).or_opens(Grade::Lenient));
    }
    for (name, what, head) in [
        ("endless-field", "a field that does not end", value(ENDLESS).cut(ENDLESS)),
        ("endless-line", "a first line that does not end", target(ENDLESS).cut(ENDLESS)),
        ("endless-fields", "fields that do not end", fields(30_000).cut(256 * 1024)),
    ] {
        let case = asks(&format!("limits/{name}"), format!("A request with {what}."), head);
        let case = case.level(Level::Practice).clauses(&["9110#5.4", "6455#10.4"]);
        cases.push(case.refuses(too_large));
    }
}

fn add_stream(cases: &mut Vec<Case>) {
    // The frame in the same write, and the echo behind the answer.
    let case = |name: &str, title: &'static str, steps: Vec<Step>| {
        let mut case = asks(&format!("stream/{name}"), title, Head::request());
        case.script = steps;
        case.clauses(&["6455#4.1"])
    };
    let early = case(
        "frame-behind-head",
        "A request, and a frame in the same write.",
        vec![Head::request().into(), text(b"Hello").into(), Step::Opened],
    );
    // It is the client that must wait (RFC 6455 §4.1): a server may take the frame, fail the
    // connection for it, or refuse to open.
    let early =
        early.opens().or_ends(Grade::Strict, Ending::failed(&[1002][..]), [Event::Opened(None)]);
    cases.push(early.or_refuses(Grade::Lenient, BAD));
    let large = || Payload::repeat(&b"0123456789"[..], 20_000);
    let large_one = case(
        "large-behind-head",
        "A request, a message of 20000 octets and a text in the same write.",
        vec![
            Head::request().into(),
            Frame::new(Kind::Binary.opcode(), large()).into(),
            text(b"Hello").into(),
            Step::Opened,
        ],
    );
    let [yes, echo] = opened(None);
    let large_one = large_one.sees([yes.clone(), Event::Message(Kind::Binary, large()), echo]);
    let large_one = large_one.or_ends(Grade::Strict, Ending::failed(&[1002][..]), [yes]);
    cases.push(large_one.or_refuses(Grade::Lenient, BAD));
    let behind_refused = case(
        "frame-behind-refused-head",
        "A request for version 14, and a frame in the same write, which must not be echoed.",
        vec![
            Head::request().set("Sec-WebSocket-Version", "14").into(),
            text(b"Hello").into(),
            Step::Settle,
        ],
    );
    // A server that keeps the connection takes the frame for its next request, and refuses that.
    let twice = [refused(&[400..=599]), refused(&[400..=599])];
    let behind_refused = behind_refused.refuses(&[400..=400, 426..=426]);
    cases.push(behind_refused.or_ends(Grade::Lenient, Ending::unopened(), twice));
    // Behind the handshake there is no HTTP: the G is a first octet with RSV1.
    let second = Head::request().behind(&b"GET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n"[..]);
    let second = case(
        "request-behind-head",
        "A request, and one that opens nothing in the same write.",
        vec![second.into(), Step::Opened],
    );
    let second = second.clauses(&["6455#4.2.2", "6455#5.2"]).sees([Event::Opened(None)]);
    let second = second.ends(Ending::failed(&[1002][..]));
    cases.push(second.or_refuses(Grade::Lenient, BAD));
    // A server may end the stream behind any answer. One that goes on listens to a client as to any.
    let plain = Head::new("GET /plain HTTP/1.1").with("Host", "localhost");
    let later = case(
        "behind-plain-request",
        "A request that asks for no upgrade, and then one that does, if the server still listens.",
        vec![
            plain.into(),
            Step::Settle,
            Head::request().into(),
            Step::Opened,
            text(b"Hello").into(),
        ],
    );
    let answered = refused(&[200..=599]);
    let [yes, echo] = opened(None);
    let later = later.level(Level::Practice).clauses(&["9112#9.3", "6455#4.2.1"]);
    let later = later.sees([answered.clone()]).tolerates([]).ends(Ending::unopened());
    cases.push(later.or_ends(Grade::Strict, Ending::closed(), [answered, yes, echo]));
    let pieces = [("after-method", 4), ("in-first-line", 9), ("in-name", 20), ("in-line-end", 15)];
    for (name, at) in pieces {
        let rest = Head::raw(Head::request().render(b"")[at..].to_vec());
        let steps = vec![
            Head::request().cut(at).into(),
            Step::Settle,
            rest.into(),
            Step::Opened,
            text(b"Hello").into(),
        ];
        let two = case(&format!("pause-{name}"), "A request in two writes with a pause.", steps);
        cases.push(two.clauses(&["9112#2.2"]).opens());
    }
    let end = Head::request().render(b"").len();
    for (name, short) in
        [("before-last-octet", 1), ("before-last-line-end", 2), ("inside-line-ends", 3)]
    {
        let at = end - short;
        let rest = Head::raw(Head::request().render(b"")[at..].to_vec());
        let steps = vec![
            Head::request().cut(at).into(),
            Step::Settle,
            rest.into(),
            Step::Opened,
            text(b"Hello").write(Write::Alone).into(),
        ];
        let two = case(&format!("pause-{name}"), "A request in two writes with a pause.", steps);
        cases.push(two.clauses(&["9112#2.2"]).opens());
    }
    let half = |cut: Option<usize>| Head { cut, ..Head::request() };
    let gone = [
        (
            "ended-inside-head",
            "The end of the stream inside a request.",
            half(Some(40)),
            Step::HalfClose,
        ),
        (
            "ended-at-once",
            "The end of the stream right behind a request.",
            half(None),
            Step::HalfClose,
        ),
        ("dropped-at-once", "A connection dropped right behind a request.", half(None), Step::Drop),
    ];
    for (name, title, head, end) in gone {
        let gone = case(name, title, vec![head.into(), Step::Settle, end]);
        let gone = gone.clauses(&["6455#7.1.7"]);
        cases.push(if name == "ended-inside-head" {
            gone.sees([]).ends(Ending::unopened()).or_ends(
                Grade::Strict,
                Ending::unopened(),
                [refused(&[400..=400, 408..=408])],
            )
        } else {
            gone.sees([Event::Opened(None)]).ends(Ending::cut_off())
        });
    }
}
