//! Messages in frames of every size and number, and frames out of turn (RFC 6455 §5.4).

use super::{NOTHING, echo, protocol_error, withheld};
use crate::case::{Case, Event, Needs, Tier};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, binary, continuation, ping, text};
use crate::wire::Opcode;

const SIZES: [u64; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 125, 126, 127, 128];

pub(super) fn add(cases: &mut Vec<Case>) {
    for kind in [Kind::Text, Kind::Binary] {
        add_sizes(cases, kind);
        add_empty(cases, kind);
        add_lonely(cases, kind);
        add_interrupted(cases, kind);
        add_kinds(cases, kind);
    }
    add_numbers(cases);
    add_many(cases);
    add_control_frames(cases);
    let title = "1100 messages in two frames each, one after the other's echo.".to_owned();
    let whole = Event::Message(Kind::Text, Payload::octets(&b"one, two"[..]));
    let frames = [text(b"one").open(), continuation(b", two")].map(Step::from);
    let steps = frames.into_iter().chain([Step::Echo]).collect();
    let case = new("many-messages", title).step(Step::Times(1100, steps));
    cases.push(case.sees_times(1100, whole));
}

fn add_sizes(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    let unit: Vec<u8> = match kind {
        Kind::Text => "Ein Satz aus Wörtern – und 7 Zeichen 🦀. ".as_bytes().to_vec(),
        Kind::Binary => (0..=250).collect(),
    };
    for fragment in SIZES {
        // A whole number of units keeps the text whole; at most 128 frames keep it ordinary.
        let units = (fragment * 100).div_ceil(unit.len() as u64).min(40);
        let length = match kind {
            Kind::Text => units * unit.len() as u64,
            Kind::Binary => fragment * 100 + 1,
        };
        let length =
            if fragment == 1 && kind == Kind::Text { 2 * unit.len() as u64 } else { length };
        let payload = Payload::repeat(unit.clone(), length);
        let title = format!("A {name} message of {length} octets in frames of {fragment}.");
        let step = Step::Message { kind, payload: payload.clone(), fragment };
        let case = new(&format!("{name}/frames-of-{fragment}"), title).step(step);
        cases.push(echo(case, kind, payload));
    }
}

fn add_empty(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    let messages: [(&str, &[&[u8]]); 10] = [
        ("two-empty", &[b"", b""]),
        ("four-empty", &[b"", b"", b"", b""]),
        ("empty-first", &[b"", b"one"]),
        ("empty-last", &[b"one", b""]),
        ("empty-middle", &[b"one", b"", b"two"]),
        ("empty-two-last", &[b"one", b"", b""]),
        ("empty-two-first", &[b"", b"", b"one"]),
        ("empty-two-middle", &[b"one", b"", b"", b"two"]),
        ("empty-every-other", &[b"", b"one", b"", b"two", b"", b"three", b""]),
        ("ten", &[b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"]),
    ];
    for (slug, parts) in messages {
        let title = format!("A {name} message in {} frames: {slug}.", parts.len());
        let case = new(&format!("{name}/{slug}"), title).steps(frames(kind, parts));
        // The next message shows that this one has ended.
        let case = case.step(Frame::new(kind.opcode(), Payload::octets(&b"next"[..])));
        let whole = Event::Message(kind, Payload::octets(parts.concat()));
        let next = Event::Message(kind, Payload::octets(&b"next"[..]));
        cases.push(case.sees([whole, next]));
    }
}

fn frames(kind: Kind, parts: &[&'static [u8]]) -> Vec<Frame> {
    let frame = |(i, part): (usize, &&'static [u8])| Frame {
        opcode: if i == 0 { kind.opcode() } else { Opcode::CONTINUATION },
        fin: i + 1 == parts.len(),
        ..continuation(*part)
    };
    parts.iter().enumerate().map(frame).collect()
}

/// Continuation frames where no message is open.
fn add_lonely(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    let good = || Frame::new(kind.opcode(), Payload::octets(&b"good"[..]));
    let echoed = || Event::Message(kind, Payload::octets(&b"good"[..]));
    for (slug, lonely) in [
        ("final", continuation(b"bad")),
        ("final-empty", continuation(b"")),
        ("open", continuation(b"bad").open()),
        ("open-empty", continuation(b"").open()),
    ] {
        if kind == Kind::Text {
            let title = format!("A continuation frame ({slug}) as the first frame.");
            let case = new(&format!("lonely/first-{slug}"), title).step(lonely.clone());
            cases.push(case.sees(NOTHING).ends(protocol_error()));
            let title = format!("A continuation frame ({slug}) behind a Ping.");
            cases.push(
                new(&format!("lonely/after-ping-{slug}"), title)
                    .steps([ping(b"ping"), lonely.clone()])
                    .sees([super::answer(b"ping")])
                    .tolerates(NOTHING)
                    .ends(protocol_error()),
            );
        }
        let title = format!("A continuation frame ({slug}) behind a whole {name} message.");
        cases.push(
            new(&format!("lonely/after-{name}-{slug}"), title)
                .steps([good(), lonely.clone()])
                .sees([echoed()])
                .tolerates(NOTHING)
                .ends(protocol_error()),
        );
        let title = format!("A continuation frame ({slug}) behind a {name} message of two frames.");
        cases.push(
            new(&format!("lonely/after-fragmented-{name}-{slug}"), title)
                .steps(frames(kind, &[b"go", b"od"]))
                .step(lonely)
                .sees([echoed()])
                .tolerates(NOTHING)
                .ends(protocol_error()),
        );
    }
}

/// New messages where one is open.
fn add_interrupted(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    for (slug, next) in [
        ("text", text(b"new")),
        ("text-open", text(b"new").open()),
        ("text-empty", text(b"")),
        ("binary", binary(b"new")),
        ("binary-open", binary(b"new").open()),
        ("binary-empty", binary(b"")),
    ] {
        for (place, parts) in [
            ("first", &[&b"one"[..], b""][..]),
            ("second", &[b"one", b"two", b""]),
            ("empty", &[b"", b""]),
        ] {
            let title = format!("A frame that begins a message ({slug}) inside a {name} message.");
            let open = frames(kind, parts).into_iter().take(parts.len() - 1);
            cases.push(
                new(&format!("interrupted/{name}-by-{slug}-after-{place}"), title)
                    .steps(open)
                    .steps([next.clone(), continuation(b"end")])
                    .sees(NOTHING)
                    .ends(protocol_error()),
            );
        }
    }
}

/// Messages of both kinds in turn, in one frame and in several: each has the kind that its first
/// frame says, whatever came before it.
fn add_kinds(cases: &mut Vec<Case>, kind: Kind) {
    let other = if kind == Kind::Text { Kind::Binary } else { Kind::Text };
    let parts = |kind: Kind| match kind {
        Kind::Text => ["caf\u{e9}".as_bytes().split_at(4).0, b"\xa9", b"!"],
        Kind::Binary => [&b"\xff"[..], b"\xfe", b"\xc0"],
    };
    let turns = [
        (kind, true),
        (other, false),
        (other, true),
        (kind, false),
        (other, true),
        (kind, true),
        (kind, false),
        (other, true),
        (other, false),
    ];
    let whole = |kind: Kind| Payload::octets(parts(kind).concat());
    let title = format!("Messages of both kinds in turn, a {} one in frames first.", kind.name());
    let mut case = new(&format!("kinds/{}-first", kind.name()), title)
        .clauses(&["6455#5.4", "6455#5.6", "6455#6.2"]);
    for (kind, in_frames) in turns {
        case = match in_frames {
            true => case.steps(frames(kind, &parts(kind))),
            false => case.step(Frame::new(kind.opcode(), whole(kind))),
        };
    }
    cases.push(case.sees(turns.map(|(kind, _)| Event::Message(kind, whole(kind)))));
}

/// Messages of every number of frames, one after another.
fn add_numbers(cases: &mut Vec<Case>) {
    let octets = |number: u64| Payload::repeat(&b"0123456789"[..], number);
    let step = |kind, number: u64| Step::Message { kind, payload: octets(number - 1), fragment: 1 };
    for kind in [Kind::Text, Kind::Binary] {
        for (slug, numbers) in [
            ("3-to-64", (3..=64).collect::<Vec<u64>>()),
            ("65-to-128", (65..=128).collect()),
            ("around-powers", vec![200, 255, 256, 257, 500, 511, 512, 513, 1000, 1023, 1024, 1025]),
        ] {
            let most = numbers.iter().max().map_or(0, |most| most + 1);
            let needs = Needs { fragments: if most > 128 { most } else { 0 }, ..Needs::default() };
            let name = kind.name();
            let title =
                format!("Some {name} messages of {} frames, in turn.", slug.replace('-', " "));
            let case = new(&format!("numbers/{name}-{slug}"), title).needs(needs);
            let case = case.clauses(&["6455#5.4", "6455#6.2"]);
            let case = case.steps(numbers.iter().map(|number| step(kind, *number)));
            let message = |number: &u64| Event::Message(kind, octets(number - 1));
            cases.push(case.sees(numbers.iter().map(message)));
        }
    }
}

fn add_many(cases: &mut Vec<Case>) {
    for (times, slug) in [(1000, "1000"), (100_000, "100000")] {
        for (name, part) in [("empty", &b""[..]), ("one-octet", b"*")] {
            let needs = Needs { fragments: u64::from(times) + 1, ..Needs::default() };
            let title = format!("A text in {times} frames ({name}) and an empty last one.");
            let whole = Payload::repeat(&b"*"[..], u64::from(times) * part.len() as u64);
            let case = new(&format!("many/{slug}-{name}"), title)
                .clauses(&["6455#5.4", "6455#10.4"])
                .in_tier(if times > 10_000 { Tier::Full } else { Tier::Quick })
                .needs(needs)
                .step(text(part).open())
                .step(Step::Times(times - 1, vec![continuation(part).open().into()]))
                .step(continuation(b""));
            cases.push(echo(case, Kind::Text, whole));
        }
    }
    let title = "1000 empty text messages in a row.".to_owned();
    let case = new("many/1000-empty-messages", title)
        .step(Step::Times(1000, vec![text(b"").into()]))
        .sees_times(1000, Event::Message(Kind::Text, Payload::EMPTY));
    cases.push(case);
    let title = "100 binary messages of 64 KiB in a row, without waiting for an echo.".to_owned();
    let payload = Payload::repeat((0..=250).collect::<Vec<u8>>(), 64 * 1024);
    let case = new("many/100-messages-of-64-kib", title)
        .step(Step::Times(100, vec![Frame::new(Opcode::BINARY, payload.clone()).into()]))
        .sees_times(100, Event::Message(Kind::Binary, payload));
    cases.push(case);
}

/// Control frames are never fragmented.
fn add_control_frames(cases: &mut Vec<Case>) {
    let closing = |body| Frame::new(Opcode::CLOSE, body);
    for (name, frame) in [
        ("ping", ping(b"ping")),
        ("ping-empty", ping(b"")),
        ("pong", crate::step::pong(b"pong")),
        ("pong-empty", crate::step::pong(b"")),
        ("close", closing(super::code(1000))),
        ("close-empty", closing(Payload::EMPTY)),
    ] {
        let new = |place: &str, what: &str| {
            let title = format!("A control frame ({name}) with FIN clear, {what}.");
            new(&format!("control/{name}-{place}"), title)
                .clauses(&["6455#5.4", "6455#5.5"])
                .sees(NOTHING)
                .ends(protocol_error())
        };
        cases.push(new("alone", "and nothing else").step(frame.clone().open()));
        let frames = [frame.clone().open(), continuation(b"")];
        cases.push(new("continued", "and its empty continuation").steps(frames));
        let frames = [text(b"first").open(), frame.clone().open(), continuation(b"last")];
        cases.push(new("inside-message", "inside a message").steps(frames));
        if frame.length() > 0 {
            let case = new("withheld", "whose payload comes late");
            cases.push(withheld(case, frame.open()));
        }
    }
}

fn new(name: &str, title: String) -> Case {
    Case::new(format!("fragmentation/{name}"), title).clauses(&["6455#5.4"])
}
