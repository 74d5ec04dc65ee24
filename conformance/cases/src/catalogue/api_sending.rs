//! Messages of the subject's own application.

use crate::case::{Case, Event};
use crate::interface::{Answer, Call, Interface, Sending};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, text};

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.extend(whole());
    cases.extend(in_parts());
    cases.extend(mixed());
    cases.extend(custom());
}

fn case(id: impl core::fmt::Display, title: impl Into<std::borrow::Cow<'static, str>>) -> Case {
    Case::new(format!("api/send/{id}"), title)
        .clauses(&["6455#6.1", "6455#5.4"])
        .interface(Interface::OPEN)
}

fn octets(octets: &'static [u8]) -> Payload {
    Payload::octets(octets)
}

fn seen(kind: Kind, whole: &'static [u8]) -> Event {
    Event::Message(kind, octets(whole))
}

/// All calls accepted, then these events.
fn all(case: Case, sendings: Vec<Sending>, events: Vec<Event>) -> Case {
    let answers = vec![Event::Answered(Answer::Accepted); sendings.len()];
    case.steps(sendings.into_iter().map(Call::Send)).sees(answers.into_iter().chain(events))
}

/// Whole messages.
fn whole() -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in [Kind::Text, Kind::Binary] {
        let name = kind.name();
        for length in [0, 1, 125, 126, 4095, 65_535, 65_536] {
            let payload = Payload::repeat(&b"abc"[..], length);
            cases.push(all(
                case(
                    format!("{name}/of-{length}"),
                    format!("A {name} message of {length} octets."),
                ),
                vec![Sending::Message(kind, payload.clone())],
                vec![Event::Message(kind, payload)],
            ));
        }
    }
    let large = || Payload::repeat(&b"0123456789"[..], 65_536);
    let own = || Sending::Message(Kind::Binary, large());
    let theirs = Frame::new(Kind::Text.opcode(), large());
    let crossing = [vec![Call::Send(own()).into(); 8], vec![theirs.into(); 8]].concat();
    let case_of_both = case("both-ways", "Eight messages of 64 KiB in each direction at once.");
    cases.push(
        case_of_both.steps::<Step>(crossing).sees(
            vec![Event::Answered(Answer::Accepted); 8]
                .into_iter()
                .chain(vec![Event::Message(Kind::Binary, large()); 8])
                .chain(vec![Event::Message(Kind::Text, large()); 8]),
        ),
    );
    let numbers: Vec<Payload> = (0..12u8).map(|n| Payload::octets(vec![n])).collect();
    let message = |payload: &Payload| Sending::Message(Kind::Binary, payload.clone());
    let event = |payload: &Payload| Event::Message(Kind::Binary, payload.clone());
    cases.push(all(
        case("dozen", "Twelve messages queued at once, which come in order."),
        numbers.iter().map(message).collect(),
        numbers.iter().map(event).collect(),
    ));
    cases
}

/// Messages in parts.
fn in_parts() -> Vec<Case> {
    let part = |kind, part| Sending::Fragment(kind, octets(part));
    let last = |kind, part| Sending::Message(kind, octets(part));
    let mut cases = Vec::new();
    for kind in [Kind::Text, Kind::Binary] {
        let name = kind.name();
        let table: [(&str, &str, Vec<Sending>, &'static [u8]); 6] = [
            ("two", "in two parts", vec![part(kind, b"Hel"), last(kind, b"lo")], b"Hello"),
            (
                "three",
                "in three parts",
                vec![part(kind, b"H"), part(kind, b"ell"), last(kind, b"o")],
                b"Hello",
            ),
            (
                "empty-last",
                "whose last part is empty",
                vec![part(kind, b"a"), last(kind, b"")],
                b"a",
            ),
            (
                "empty-first",
                "whose first part is empty",
                vec![part(kind, b""), last(kind, b"a")],
                b"a",
            ),
            ("empty", "of empty parts", vec![part(kind, b""), last(kind, b"")], b""),
            (
                "cut-code-point",
                "cut inside a code point",
                vec![part(kind, b"caf\xc3"), last(kind, b"\xa9")],
                "caf\u{e9}".as_bytes(),
            ),
        ];
        for (id, what, sendings, message) in table {
            cases.push(all(
                case(format!("parts/{name}-{id}"), format!("A {name} message {what}.")),
                sendings,
                vec![seen(kind, message)],
            ));
        }
    }
    for (id, control) in [("ping", Sending::Ping), ("pong", Sending::Pong)] {
        // The tester answers the Ping and notes the Pong.
        let between = if id == "pong" { vec![Event::Pong(Payload::EMPTY)] } else { vec![] };
        cases.push(all(
            case(format!("parts/{id}-between"), format!("A {id} between two parts of a message.")),
            vec![part(Kind::Text, b"Hel"), control, last(Kind::Text, b"lo")],
            [between, vec![seen(Kind::Text, b"Hello")]].concat(),
        ));
    }
    cases.push(all(
        case("parts/then-whole", "A message in two parts and a whole one of the other kind."),
        vec![part(Kind::Text, b"a"), last(Kind::Text, b"b"), last(Kind::Binary, b"c")],
        vec![seen(Kind::Text, b"ab"), seen(Kind::Binary, b"c")],
    ));
    cases
}

/// Parts of the other kind inside a message.
fn mixed() -> Vec<Case> {
    let mut cases = Vec::new();
    for (kind, other) in [(Kind::Text, Kind::Binary), (Kind::Binary, Kind::Text)] {
        let wrong = [
            ("message", Sending::Message(other, octets(b"wrong"))),
            ("fragment", Sending::Fragment(other, octets(b"wrong"))),
            ("empty-message", Sending::Message(other, Payload::EMPTY)),
        ];
        for (id, wrong) in wrong {
            let sendings = [
                Sending::Fragment(kind, octets(b"Hel")),
                wrong,
                Sending::Message(kind, octets(b"lo")),
            ];
            let (name, other) = (kind.name(), other.name());
            cases.push(
                case(
                    format!("mixed/{name}-{other}-{id}"),
                    format!("A {other} {id} inside a {name} message, which then goes on."),
                )
                .steps(sendings.map(Call::Send))
                .sees([
                    Event::Answered(Answer::Accepted),
                    Event::Answered(Answer::InvalidOperation),
                    Event::Answered(Answer::Accepted),
                    seen(kind, b"Hello"),
                ]),
            );
        }
    }
    cases
}

/// Frames of extensions that cannot be.
fn custom() -> Vec<Case> {
    let long = || Payload::repeat(&b"x"[..], 126);
    let table = [
        ("nothing", 0x00, Payload::EMPTY, Answer::InvalidArgument),
        ("close", 0x88, Payload::EMPTY, Answer::InvalidArgument),
        ("long-control", 0x8b, long(), Answer::InvalidArgument),
        ("open-control", 0x0b, Payload::EMPTY, Answer::InvalidArgument),
        ("lonely-continuation", 0x80, octets(b"x"), Answer::InvalidOperation),
    ];
    let case = |(id, first, payload, answer)| {
        case(format!("custom/{id}"), format!("A frame of an extension that cannot be: {id}."))
            .step(Call::Send(Sending::Custom(first, payload)))
            .step(text(&b"Hello"[..]))
            .sees([Event::Answered(answer), seen(Kind::Text, b"Hello")])
    };
    table.into_iter().map(case).collect()
}
