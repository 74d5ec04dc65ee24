//! Nothing behind a frame that fails the connection counts (RFC 6455 §7.1.7).

use super::{NOTHING, answer, invalid_text, protocol_error};
use crate::case::{By, Case, Ending, Event, Grade};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Masking, Step, continuation, ping, text};
use crate::wire::Opcode;

pub(super) fn add(cases: &mut Vec<Case>) {
    for (name, what, bad, ending) in errors() {
        let new = |then: &str, title: String| {
            Case::new(format!("failing/{name}/{then}"), title)
                .clauses(&["6455#7.1.7"])
                .steps(bad.clone())
                .sees(NOTHING)
                .ends(ending())
        };
        // Ambiguous: a text is checked when it is interpreted (RFC 6455 §8.1), and control frames
        // behind it may be answered before that.
        let is_late = name.ends_with("text");
        let title = format!("{what}, and in the same write a Ping and a text.");
        let case = new("then-ping-and-text", title).steps([ping(b"ping"), text(b"text")]);
        cases.push(if is_late { case.tolerates([answer(b"ping")]) } else { case });
        let title = format!("{what}, and in the same write a Close, which crosses the subject's.");
        let close = Frame::new(Opcode::CLOSE, super::code(1001));
        let case = new("then-close", title).step(close);
        cases.push(if is_late {
            case.or_ends(Grade::Lenient, Ending::failed(&[1001, 1000][..]), NOTHING)
        } else {
            case
        });
        let (and_pings, flood) = match is_late {
            true => ("", vec![text(b"text").into()]),
            false => (" and 200 Pings", vec![text(b"text").into(), ping(b"ping").into()]),
        };
        let title = format!("{what}, then 200 texts{and_pings} without a pause.");
        cases.push(new("then-flood", title).step(Step::Times(200, flood)));
        cases.push(behind_messages(name, what, bad, ending()));
    }
    add_inside(cases);
}

/// What came before and was right makes nothing right.
fn behind_messages(name: &str, what: &str, bad: Vec<Frame>, ending: Ending) -> Case {
    let title = format!("{what}, behind two texts and a Ping that are answered.");
    let [one, two] =
        [&b"one"[..], b"two"].map(|octets| Event::Message(Kind::Text, Payload::octets(octets)));
    Case::new(format!("failing/{name}/behind-messages"), title)
        .clauses(&["6455#7.1.7"])
        .steps([text(b"one").into(), Step::Echo])
        .steps([text(b"tw").open().into(), continuation(b"o").into(), Step::Echo])
        .steps([ping(b"ping").into(), Step::Settle])
        .steps(bad)
        .sees([one, two, answer(b"ping")])
        .ends(ending)
}

/// Control frames inside a message have to be right as anywhere else.
fn add_inside(cases: &mut Vec<Case>) {
    let close = |body: &'static [u8]| Frame::new(Opcode::CLOSE, Payload::octets(body));
    let long = |opcode| Frame::new(opcode, Payload::repeat(&b"\x03\xe8"[..], 126));
    let refused = || Ending::refused(&[1002, 1007][..]);
    for (name, what, bad, ending) in [
        ("long-ping", "A Ping of 126 octets", long(Opcode::PING), protocol_error()),
        ("long-pong", "A Pong of 126 octets", long(Opcode::PONG), protocol_error()),
        ("long-close", "A Close of 126 octets", long(Opcode::CLOSE), protocol_error()),
        (
            "wrong-mask",
            "A Ping masked against the role",
            ping(b"bad").masking(Masking::AgainstRole),
            protocol_error(),
        ),
        ("close-code", "A Close with 1005", close(b"\x03\xed"), protocol_error()),
        (
            "close-body-of-one",
            "A Close with half a code",
            close(b"\x03"),
            protocol_error().tolerating(&[1003..=1003, 1007..=1008]),
        ),
        (
            "close-reason",
            "A Close with a reason that is not UTF-8",
            close(b"\x03\xe8\xff"),
            Ending { by: By::Subject, ..refused() }.tolerating_reply(),
        ),
    ] {
        let title = format!("{what}, inside a text.");
        let case = Case::new(format!("failing/{name}/inside-message"), title);
        let case = case.clauses(&["6455#5.4", "6455#5.5", "6455#7.1.7"]);
        let frames = [text(b"first").open(), bad, continuation(b"last")];
        cases.push(case.steps(frames).sees(NOTHING).ends(ending));
    }
}

type Error = (&'static str, &'static str, Vec<Frame>, fn() -> Ending);

/// One of each kind of mistake.
fn errors() -> Vec<Error> {
    let first = || text(b"first").open();
    let close = |body| Frame::new(Opcode::CLOSE, body);
    let long = Payload::repeat(&b"*"[..], 126);
    vec![
        ("reserved-bit", "A text with RSV1", vec![text(b"bad").rsv(4)], protocol_error),
        (
            "reserved-data-opcode",
            "A frame with opcode 3",
            vec![Frame::new(Opcode(3), Payload::EMPTY)],
            || protocol_error().tolerating(&[1003..=1003]),
        ),
        (
            "reserved-control-opcode",
            "A frame with opcode 11",
            vec![Frame::new(Opcode(11), Payload::EMPTY)],
            protocol_error,
        ),
        ("fragmented-ping", "A Ping with FIN clear", vec![ping(b"bad").open()], protocol_error),
        ("long-ping", "A Ping of 126 octets", vec![Frame::new(Opcode::PING, long)], protocol_error),
        ("lonely", "A frame that continues nothing", vec![continuation(b"bad")], protocol_error),
        ("interrupted", "A text inside a text", vec![first(), text(b"bad")], protocol_error),
        (
            "wrong-mask",
            "A text masked against the role",
            vec![text(b"bad").masking(Masking::AgainstRole)],
            protocol_error,
        ),
        ("text", "A text that is not UTF-8", vec![text(b"\xff")], invalid_text),
        ("cut-text", "A text that ends inside a code point", vec![text(b"\xe2\x82")], invalid_text),
        (
            "fragmented-text",
            "A text of two frames that is not UTF-8",
            vec![text(b"\xe2").open(), continuation(b"\x28\xa1")],
            invalid_text,
        ),
        (
            "close-body-of-one",
            "A Close with half a code",
            vec![close(Payload::octets(&b"\x03"[..]))],
            || protocol_error().tolerating(&[1003..=1003, 1007..=1008]),
        ),
        ("close-code", "A Close with 1005", vec![close(super::code(1005))], protocol_error),
        (
            "long-close",
            "A Close of 126 octets",
            vec![close(Payload::repeat(&b"\x03\xe8"[..], 126))],
            protocol_error,
        ),
    ]
}
