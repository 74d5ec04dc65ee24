//! Control frames between the frames of a message, at every place (RFC 6455 §5.4, §5.5).

use super::{NOTHING, answer};
use crate::case::{Case, Deadline, Ending, Event, Grade};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, continuation, ping, pong, text};
use crate::wire::Opcode;

/// Places in a message of three frames.
const PLACES: [(usize, &str, &str); 3] = [
    (0, "before", "before"),
    (1, "after-first", "behind the first"),
    (2, "after-second", "behind the second"),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for kind in [Kind::Text, Kind::Binary] {
        let name = kind.name();
        for (at, slug, place) in PLACES {
            let new = |control: &str, what: &str| {
                let title = format!("{what} {place} of the three frames of a {name} message.");
                Case::new(format!("fragmentation/{control}/{name}-{slug}"), title)
                    .clauses(&["6455#5.4", "6455#5.5"])
            };
            let whole = || Event::Message(kind, Payload::octets(&b"onetwothree"[..]));
            let longest = Payload::repeat(&b"0123456789"[..], 125);
            let pings = [
                ("ping", "A Ping", Payload::octets(&b"ping"[..])),
                ("ping-empty", "An empty Ping", Payload::EMPTY),
                ("ping-long", "A Ping of 125 octets", longest.clone()),
            ];
            for (control, what, payload) in pings {
                let frame = Frame::new(Opcode::PING, payload.clone());
                let case = new(control, what).steps(with(kind, at, &[frame]));
                cases.push(case.sees([Event::Pong(payload), whole()]));
            }
            let two = [ping(b"one"), ping(b"two")];
            let case =
                new("two-pings", "Two Pings").steps(with(kind, at, &two)).deadline(Deadline::Close);
            cases.push(
                case.sees([answer(b"one"), answer(b"two"), whole()])
                    .ours(Grade::Strict, [answer(b"two"), whole()]),
            );
            let case = new("pong", "A Pong").steps(with(kind, at, &[pong(b"unasked")]));
            cases.push(case.sees([whole()]));
            let case = new("pong-empty", "An empty Pong").steps(with(kind, at, &[pong(b"")]));
            cases.push(case.sees([whole()]));
        }
        for (at, slug, place) in &PLACES[1..] {
            for (code, body) in [
                ("1001", super::code(1001)),
                ("3000", super::code(3000)),
                ("empty", Payload::EMPTY),
            ] {
                let title =
                    format!("A Close ({code}) {place} of the three frames of a {name} message.");
                let case = Case::new(format!("close/inside-message/{name}-{slug}-{code}"), title)
                    .clauses(&["6455#5.4", "6455#5.5.1"]);
                let codes = code.parse().map_or_else(|_| vec![1000], |code| vec![1000, code]);
                let begin = with(kind, *at, &[]).into_iter().take(*at);
                let rest = with(kind, *at, &[]).into_iter().skip(*at);
                let octets = body.to_vec();
                let number = octets.first_chunk().map(|code| u16::from_be_bytes(*code));
                cases.push(
                    case.steps(begin)
                        .step(Step::Close { code: number, reason: Payload::EMPTY })
                        .steps(rest)
                        .sees(NOTHING)
                        .ends(Ending::answered(codes)),
                );
            }
        }
    }
    add_decoder(cases);
    add_prompt(cases);
}

/// A message of three frames with control frames in front of the frame with this number.
fn with(kind: Kind, at: usize, controls: &[Frame]) -> Vec<Frame> {
    let first = Frame::new(kind.opcode(), Payload::octets(&b"one"[..])).open();
    let mut frames = vec![first, continuation(b"two").open(), continuation(b"three")];
    frames.splice(at..at, controls.iter().cloned());
    frames
}

/// A control frame's payload is no part of the text around it.
fn add_decoder(cases: &mut Vec<Case>) {
    for (name, what, octets) in [
        ("not-utf8", "octets that are not UTF-8", &b"\xff\xfe"[..]),
        ("continuation-octet", "the octet that the text lacks", b"\xba"),
        ("first-octet", "the first octet of a code point", b"\xf0"),
    ] {
        for (control, frame) in [("ping", ping(octets)), ("pong", pong(octets))] {
            let title =
                format!("A text cut inside a code point, and between a {control} with {what}.");
            let case = Case::new(format!("text/split/{control}-with-{name}"), title)
                .clauses(&["6455#5.4", "6455#5.6"])
                .steps([text(b"\xce").open(), frame, continuation(b"\xba")]);
            let whole = Event::Message(Kind::Text, Payload::octets("κ".as_bytes()));
            let pong = (control == "ping").then(|| answer(octets));
            cases.push(case.sees(pong.into_iter().chain([whole])));
        }
    }
}

/// A Pong does not wait for the end of a message.
fn add_prompt(cases: &mut Vec<Case>) {
    const FRAGMENTS: u32 = 100;
    let mark = "the last frame withheld";
    let title = "A Ping behind each of 100 frames of a message whose last frame comes late.";
    let between = [continuation(b"*").open(), ping(b"now")].map(Step::from).to_vec();
    let mut case = Case::new("fragmentation/ping/prompt", title)
        .clauses(&["6455#5.4", "6455#5.5.2"])
        .deadline(Deadline::Close)
        .steps([text(b"*").open(), ping(b"now")])
        .step(Step::Times(FRAGMENTS - 2, between))
        .steps([Step::Settle, Step::Mark(mark), continuation(b"*").into()])
        .sees_times(FRAGMENTS - 1, answer(b"now"));
    let whole = Payload::repeat(&b"*"[..], u64::from(FRAGMENTS));
    let rest = [Event::Mark(mark), Event::Message(Kind::Text, whole)];
    case.accept[0].sees.extend(rest.clone().map(|event| (1, event)));
    let [mark, whole] = rest;
    cases.push(case.ours(Grade::Strict, [answer(b"now"), mark, whole]));

    let octets = &b"abc"[..];
    for control in ["ping", "pong"] {
        let frame = if control == "ping" { ping(b"now") } else { pong(b"now") };
        let title = format!("Empty frames around a {control} inside a text.");
        let case = Case::new(format!("fragmentation/{control}/empty-frames"), title)
            .clauses(&["6455#5.4", "6455#5.5"])
            .steps([text(b"").open(), frame, continuation(octets).open(), continuation(b"")]);
        let pong = (control == "ping").then(|| answer(b"now"));
        let whole = Event::Message(Kind::Text, Payload::octets(octets));
        cases.push(case.sees(pong.into_iter().chain([whole])));
    }
    let title = "Two texts in a row, each with a Ping inside.";
    let frames = [text(b"a").open(), ping(b"now"), continuation(b"b")];
    let case = Case::new("fragmentation/ping/twice", title)
        .clauses(&["6455#5.4", "6455#5.5"])
        .steps(frames.clone())
        .step(Step::Echo)
        .steps(frames);
    let whole = || Event::Message(Kind::Text, Payload::octets(&b"ab"[..]));
    cases.push(case.sees([answer(b"now"), whole(), answer(b"now"), whole()]));
}
