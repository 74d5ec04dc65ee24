//! Masks against the role, masking keys, and where in the key a frame begins (RFC 6455 §5.1, §5.3).

use super::{NOTHING, echo, protocol_error, withheld};
use crate::case::{Case, Event, Plays};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Masking, Step, Write, binary, continuation, ping, pong, text};
use crate::wire::Opcode;

/// Keys that are as good as any other for a receiver.
const KEYS: [([u8; 4], &str); 9] = [
    ([0; 4], "zero"),
    ([0xff; 4], "ones"),
    ([0, 0, 0, 1], "last-bit"),
    ([0x80, 0, 0, 0], "first-bit"),
    ([0, 0, 0xff, 0], "third-octet"),
    ([0x20; 4], "blanks"),
    ([1, 2, 3, 4], "counting"),
    (*b"Hell", "payload"),
    ([0x81, 0x85, 0x37, 0xfa], "header"),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    add_against_role(cases);
    add_keys(cases);
    add_places(cases);
    add_fresh_keys(cases);
}

/// A server closes upon a frame without mask, a client upon one with a mask.
fn add_against_role(cases: &mut Vec<Case>) {
    let new = |name: &str, what: &str| {
        let title = format!("{what}, masked if the tester is the server and bare if it is not.");
        let case = Case::new(format!("masking/against-role/{name}"), title);
        case.clauses(&["6455#5.1"]).sees(NOTHING).ends(protocol_error())
    };
    let close = |body| Frame::new(Opcode::CLOSE, body);
    let frames = [
        ("text", "A text", text(b"Hello")),
        ("text-empty", "An empty text", text(b"")),
        ("binary", "A binary message", binary(b"\x00\xff\x80")),
        ("binary-empty", "An empty binary message", binary(b"")),
        ("first-fragment", "The first frame of a text", text(b"Hello").open()),
        ("first-fragment-empty", "An empty first frame of a text", text(b"").open()),
        ("ping", "A Ping", ping(b"Hello")),
        ("ping-empty", "An empty Ping", ping(b"")),
        ("pong", "A Pong", pong(b"Hello")),
        ("pong-empty", "An empty Pong", pong(b"")),
        ("close", "A Close", close(super::code(1000))),
        ("close-empty", "An empty Close", close(Payload::EMPTY)),
        ("length-126", "A text of 126 octets", {
            Frame::new(Opcode::TEXT, Payload::repeat(&b"*"[..], 126))
        }),
        ("length-65536", "A text of 65536 octets", {
            Frame::new(Opcode::TEXT, Payload::repeat(&b"*"[..], 65_536))
        }),
    ];
    for (name, what, frame) in frames {
        cases.push(new(name, what).step(frame.masking(Masking::AgainstRole)));
    }
    for (name, octets) in [("continuation", &b"second"[..]), ("continuation-empty", b"")] {
        let second = continuation(octets).masking(Masking::AgainstRole);
        cases.push(new(name, "The last frame of a text").steps([text(b"first").open(), second]));
    }
    for (name, length) in [("5", 5), ("126", 126), ("65536", 65_536)] {
        let case = new(&format!("withheld-{name}"), &format!("The header of {length} octets"));
        let frame = Frame::new(Opcode::BINARY, Payload::repeat(&b"*"[..], length));
        cases.push(withheld(case, frame.masking(Masking::AgainstRole)));
    }
    for (name, frame) in
        [("text", text(b"Hello")), ("ping", ping(b"")), ("close", close(super::code(1000)))]
    {
        let title = format!("A {name} of a server, with the mask zero, that changes nothing.");
        cases.push(
            Case::new(format!("masking/against-role/zero-{name}"), title)
                .plays(Plays::Client)
                .clauses(&["6455#5.1"])
                .step(frame.masking(Masking::KeyAgainstRole([0; 4])))
                .sees(NOTHING)
                .ends(protocol_error()),
        );
    }
    let bad = || text(b"bad").masking(Masking::AgainstRole);
    let good = Payload::octets(&b"good"[..]);
    let case =
        Case::new("masking/against-role/after-text", "A good text, then one masked wrongly.")
            .clauses(&["6455#5.1", "6455#7.1.7"])
            .steps([text(b"good"), bad()])
            .sees([Event::Message(Kind::Text, good)])
            .tolerates(NOTHING);
    cases.push(case.ends(protocol_error()));
    let case =
        Case::new("masking/against-role/after-ping", "A good Ping, then a text masked wrongly.")
            .clauses(&["6455#5.1", "6455#7.1.7"])
            .steps([ping(b"good"), bad()])
            .sees([super::answer(b"good")])
            .tolerates(NOTHING);
    cases.push(case.ends(protocol_error()));
}

fn add_keys(cases: &mut Vec<Case>) {
    for (key, name) in KEYS {
        let title = |what: &str| format!("{what} with the masking key {key:02x?}.");
        let keyed = |frame: Frame| frame.masking(Masking::Key(key));
        let case = new(format!("key-{name}/text"), title("A text"));
        let payload = Payload::octets(&b"Hello, world!"[..]);
        cases.push(echo(case.step(keyed(text(b"Hello, world!"))), Kind::Text, payload));
        let case = new(format!("key-{name}/ping"), title("A Ping"));
        cases.push(case.step(keyed(ping(b"Hello"))).sees([super::answer(b"Hello")]));
    }
    let keys = [[1, 2, 3, 4], [0; 4], [0xff, 0, 0xff, 0], [4, 3, 2, 1]];
    let frame = |i: usize| Frame { fin: i == 3, ..continuation(b"fragment ") };
    let frames = (0..4).map(|i| {
        let opcode = if i == 0 { Opcode::TEXT } else { Opcode::CONTINUATION };
        Frame { opcode, ..frame(i) }.masking(Masking::Key(keys[i]))
    });
    let title = "A text in four frames, each with a key of its own.".to_owned();
    let case = new("key-per-frame".to_owned(), title).steps(frames);
    cases.push(echo(case, Kind::Text, Payload::repeat(&b"fragment "[..], 36)));
}

/// The key begins anew with every frame, and goes on where a frame is cut.
fn add_places(cases: &mut Vec<Case>) {
    let payload = |length: u64| Payload::repeat((0..=250).rev().collect::<Vec<u8>>(), length);
    for length in 0..=17 {
        let title = format!("A binary frame of {length} octets in writes of three.");
        let frame = Frame::new(Opcode::BINARY, payload(length)).write(Write::Every(3));
        let case = new(format!("length-{length}"), title).step(frame);
        cases.push(echo(case, Kind::Binary, payload(length)));
    }
    for offset in 1..4 {
        let before = Payload::repeat(&b"p"[..], offset);
        let title = format!("A binary frame of 64 octets behind a Ping of {offset}.");
        cases.push(
            new(format!("offset-{offset}"), title)
                .step(Frame::new(Opcode::PING, before.clone()))
                .step(Frame::new(Opcode::BINARY, payload(64)))
                .sees([Event::Pong(before), Event::Message(Kind::Binary, payload(64))]),
        );
    }
    for fragment in [1, 2, 3, 5, 7] {
        let title = format!("A binary message of 64 octets in frames of {fragment}.");
        let step = Step::Message { kind: Kind::Binary, payload: payload(64), fragment };
        let case = new(format!("fragments-of-{fragment}"), title).step(step);
        cases.push(echo(case, Kind::Binary, payload(64)));
    }
    for size in [1, 2, 3, 5, 6, 7] {
        let octets = payload(42).to_vec();
        let header = Frame::new(Opcode::BINARY, Payload::EMPTY).announcing(42);
        let parts = octets.chunks(size).map(|part| Step::Part(Payload::octets(part.to_vec())));
        let title = format!("A binary frame of 42 octets that come in parts of {size}.");
        let case = new(format!("parts-of-{size}"), title)
            .step(Step::Header(header))
            .steps(parts.collect::<Vec<_>>());
        cases.push(echo(case, Kind::Binary, payload(42)));
    }
}

/// What a client sends has a fresh key in every frame; the tester watches.
fn add_fresh_keys(cases: &mut Vec<Case>) {
    let new = |name: &str, title: &str| {
        let case = Case::new(format!("masking/fresh-keys/{name}"), title.to_owned());
        Case { plays: Plays::Client, ..case.clauses(&["6455#5.3"]) }
    };
    for (name, what, octets) in
        [("messages", "text messages", &b"Hello"[..]), ("empty", "empty text messages", b"")]
    {
        let title = format!("1000 {what} at once, the keys of whose echoes are not foreseeable.");
        cases.push(
            new(name, &title)
                .step(Step::Times(1000, vec![text(octets).into()]))
                .sees_times(1000, Event::Message(Kind::Text, Payload::octets(octets))),
        );
    }
    cases.push(
        new("pongs", "16 Pings in turn, the keys of whose Pongs are not foreseeable.")
            .steps((0..16).flat_map(|_| [ping(b"Hello").into(), Step::Settle]))
            .sees_times(16, super::answer(b"Hello")),
    );
    cases.push(
        new("pongs-empty", "16 empty Pings in turn, the keys of whose Pongs are not foreseeable.")
            .steps((0..16).flat_map(|_| [ping(b"").into(), Step::Settle]))
            .sees_times(16, super::answer(b"")),
    );
    cases.push(
        new("again", "A second connection, whose masking keys do not begin as those of the first.")
            .steps((0..4).flat_map(|_| [ping(b"Hello").into(), Step::Settle]))
            .sees_times(4, super::answer(b"Hello"))
            .again(),
    );
}

fn new(name: String, title: String) -> Case {
    let case = Case::new(format!("masking/{name}"), title).clauses(&["6455#5.3", "6455#5.2"]);
    Case { plays: Plays::Server, ..case }
}
