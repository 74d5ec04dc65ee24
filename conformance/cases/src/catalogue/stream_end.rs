//! Streams that end without a Close, in every state (RFC 6455 §7.1.5, §7.2.1).

use super::{NOTHING, answer, protocol_error};
use crate::case::{Case, Ending, Event, Finish};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, binary, close, continuation, ping, pong, text};
use crate::wire::Opcode;

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.push(
        Case::new("stream/idle", "Sixty rounds in which nothing happens, and then a text.")
            .clauses(&["6455#7.1.7"])
            .step(Step::Times(60, vec![Step::Settle]))
            .step(text(&b"Hello"[..]))
            .sees([Event::Message(Kind::Text, Payload::octets(&b"Hello"[..]))]),
    );
    for (name, what, frames) in states() {
        let steps = || frames.iter().cloned().chain([Step::Settle]);
        let title = format!("The tester ends its side of the stream {what}.");
        cases.push(
            new(&format!("half-closed/{name}"), title)
                .steps(steps())
                .step(Step::HalfClose)
                .sees(NOTHING)
                .ends(Ending::cut_off()),
        );
        let title = format!("The tester drops the connection {what}.");
        cases.push(
            new(&format!("dropped/{name}"), title)
                .steps(steps())
                .step(Step::Drop)
                .sees(NOTHING)
                .ends(Ending::dropped())
                .finishes(Finish::Never),
        );
    }
    add_after_answers(cases);
    add_after_close(cases);
}

type State = (&'static str, &'static str, Vec<Step>);

/// States in which the subject has nothing to say.
fn states() -> Vec<State> {
    let long = |length| Frame::new(Opcode::BINARY, Payload::repeat(&b"*"[..], length));
    let closing = Frame::new(Opcode::CLOSE, super::code(1000));
    vec![
        ("at-once", "at once", vec![]),
        ("in-first-octet", "behind the first octet of a header", vec![text(b"text").cut(1).into()]),
        ("in-16-bit-length", "inside a length of 16 bits", vec![long(300).cut(3).into()]),
        ("in-64-bit-length", "inside a length of 64 bits", vec![long(70_000).cut(7).into()]),
        ("in-header", "behind the length", vec![long(300).cut(4).into()]),
        ("in-key", "behind the length or inside the key", vec![long(70_000).cut(10).into()]),
        ("in-text", "inside the payload of a text", vec![text(b"Hello, world!").cut(9).into()]),
        ("in-binary", "inside the payload of a message", vec![long(70_000).cut(30_000).into()]),
        ("before-last-octet", "before the last octet of a text", {
            vec![Step::Header(text(b"").announcing(5)), Step::Part(Payload::octets(&b"Hell"[..]))]
        }),
        ("after-fragment", "between the frames of a text", vec![text(b"Hello").open().into()]),
        ("after-empty-fragment", "behind an empty frame of a text", vec![text(b"").open().into()]),
        ("after-two-fragments", "behind two frames of a message", {
            vec![binary(b"one").open().into(), continuation(b"two").open().into()]
        }),
        ("in-last-fragment", "inside the last frame of a text", {
            vec![text(b"Hello").open().into(), continuation(b", world!").cut(7).into()]
        }),
        ("in-first-octet-of-last", "behind the first octet of a text's last frame", {
            vec![text(b"Hello").open().into(), continuation(b", world!").cut(1).into()]
        }),
        ("in-header-of-last", "inside the header of a message's last frame", {
            let last = Frame { opcode: Opcode::CONTINUATION, ..long(300) };
            vec![binary(b"one").open().into(), last.cut(3).into()]
        }),
        ("in-header-of-ping-inside", "inside the header of a Ping inside a text", {
            vec![text(b"Hello").open().into(), ping(b"ping").cut(1).into()]
        }),
        ("in-ping-inside", "inside a Ping inside a text", {
            vec![text(b"Hello").open().into(), ping(b"Hello, world!").cut(8).into()]
        }),
        ("in-code-point", "inside a code point", vec![text(b"\xe2\x82").open().into()]),
        ("in-ping", "inside a Ping", vec![ping(b"Hello, world!").cut(8).into()]),
        ("in-pong", "inside a Pong", vec![pong(b"Hello, world!").cut(8).into()]),
        ("in-close-header", "inside the header of a Close", vec![closing.clone().cut(1).into()]),
        ("in-close", "behind half the code of a Close", {
            vec![
                Step::Header(Frame { opcode: Opcode::CLOSE, ..closing.announcing(2) }),
                Step::Part(Payload::octets(&b"\x03"[..])),
            ]
        }),
        ("after-pong", "behind a Pong", vec![pong(b"unasked").into()]),
    ]
}

/// What was asked before is answered.
fn add_after_answers(cases: &mut Vec<Case>) {
    let hello = || Event::Message(Kind::Text, Payload::octets(&b"Hello"[..]));
    for (name, what, steps, seen) in [
        ("text", "a text", vec![Step::from(text(b"Hello"))], vec![hello()]),
        ("ping", "a Ping", vec![ping(b"Hello").into()], vec![answer(b"Hello")]),
        (
            "text-and-fragment",
            "a text and the first frame of another",
            vec![text(b"Hello").into(), text(b"again").open().into()],
            vec![hello()],
        ),
        (
            "text-and-octet",
            "a text and one octet",
            vec![text(b"Hello").into(), text(b"again").cut(1).into()],
            vec![hello()],
        ),
        (
            "texts-bytewise",
            "two texts that come octet by octet",
            vec![text(b"Hello").write(Write::Every(1)).into(); 2],
            vec![hello(), hello()],
        ),
    ] {
        for (end, step, ending) in [
            ("half-closed", Step::HalfClose, Ending::cut_off()),
            ("dropped", Step::Drop, Ending::dropped()),
        ] {
            let title = format!("The stream is {end} behind {what}.", end = end.replace('-', " "));
            let case = new(&format!("{end}/after-{name}"), title).steps(steps.clone());
            let case = case.steps([Step::Settle, step]).sees(seen.clone());
            cases.push(case.ends(ending).finishes(Finish::Never));
        }
    }
}

/// The closing handshake goes on over one half of the stream.
fn add_after_close(cases: &mut Vec<Case>) {
    for (name, steps) in [
        ("close", vec![close(1000)]),
        ("fragment-and-close", vec![text(b"part").open().into(), close(1000)]),
        ("close-and-ping", vec![close(1000), ping(b"late").into()]),
        ("close-and-octet", vec![close(1000), text(b"late").cut(1).into()]),
    ] {
        let title =
            format!("A Close ({name}), then the end of the tester's side; the reply comes.");
        let case = new(&format!("half-closed/after-{name}"), title).steps(steps);
        cases.push(case.step(Step::HalfClose).sees(NOTHING));
    }
    let bad = || text(b"bad").rsv(4);
    let title = "A frame with RSV1, then the end of the tester's side; the Close comes.".to_owned();
    let case = new("half-closed/after-bad-frame", title).step(bad());
    cases.push(case.step(Step::HalfClose).sees(NOTHING).ends(protocol_error()));
}

fn new(name: &str, title: String) -> Case {
    Case::new(format!("stream/{name}"), title).clauses(&["6455#7.2.1", "6455#7.1.5"])
}
