//! What comes behind a Close, and what comes before one (RFC 6455 §1.4, §5.5.1).

use super::{NOTHING, answer};
use crate::case::{Case, Event, Grade};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Masking, Step, binary, close, continuation, ping, pong, text};
use crate::wire::Opcode;

pub(super) fn add(cases: &mut Vec<Case>) {
    add_behind(cases);
    add_before(cases);
}

/// Nothing behind the Close is looked at.
fn add_behind(cases: &mut Vec<Case>) {
    let frame = |octets| Frame::new(Opcode::CLOSE, octets);
    let junk = Payload::repeat(&b"\xff"[..], 64 * 1024);
    let behind: [(&str, &str, Vec<Step>); 16] = [
        ("binary", "a binary message", vec![binary(b"late").into()]),
        ("pong", "a Pong", vec![pong(b"late").into()]),
        ("text-and-ping", "a text and a Ping", vec![text(b"late").into(), ping(b"late").into()]),
        ("close-1001", "a Close with 1001", vec![frame(super::code(1001)).into()]),
        ("close-1005", "a Close with 1005", vec![frame(super::code(1005)).into()]),
        ("three-closes", "three more", vec![frame(super::code(1000)).into(); 3]),
        ("reserved-bit", "a frame with RSV1", vec![text(b"bad").rsv(4).into()]),
        ("reserved-opcode", "a frame with opcode 3", {
            vec![Frame::new(Opcode(3), Payload::EMPTY).into()]
        }),
        ("lonely", "a frame that continues nothing", vec![continuation(b"bad").into()]),
        ("fragmented-ping", "a Ping with FIN clear", vec![ping(b"bad").open().into()]),
        ("wrong-mask", "a text masked against the role", {
            vec![text(b"bad").masking(Masking::AgainstRole).into()]
        }),
        ("not-utf8", "a text that is not UTF-8", vec![text(b"\xff").into()]),
        ("half-header", "half a header", vec![text(b"late").cut(1).into()]),
        ("junk", "64 KiB that are no frames", vec![Step::Part(junk)]),
        ("flood", "1000 texts", vec![Step::Times(1000, vec![text(b"late").into()])]),
        ("large", "a text of 1 MiB", {
            vec![Frame::new(Opcode::TEXT, Payload::repeat(&b"late"[..], 1 << 20)).into()]
        }),
    ];
    for (name, what, steps) in behind {
        let title = format!("A Close, and at once {what}, not to be looked at.");
        cases.push(new(&format!("then/{name}"), title).step(close(1000)).steps(steps));
    }
}

/// A Close does not overtake, and what is open at its time is given up.
fn add_before(cases: &mut Vec<Case>) {
    let message = |kind, octets: &'static [u8]| Event::Message(kind, Payload::octets(octets));
    let title = "Ten texts and a Close without a pause; the subject may leave out echoes.";
    let mut case =
        new("after/ten-texts", title.to_owned()).steps(vec![text(b"text"); 10]).step(close(1000));
    case.accept.clear();
    let case = case.sees_times(10, message(Kind::Text, b"text"));
    let fewer = (0..10).rev();
    cases.push(
        fewer.fold(case, |case, n| case.ours(Grade::Strict, vec![message(Kind::Text, b"text"); n])),
    );
    for (name, what, frame, seen) in [
        ("text", "A text", text(b"good"), message(Kind::Text, b"good")),
        ("binary", "A binary message", binary(b"good"), message(Kind::Binary, b"good")),
        ("ping", "A Ping", ping(b"good"), answer(b"good")),
    ] {
        let mut case = new(&format!("after/{name}"), format!("{what}, and at once a Close."))
            .steps([frame.into(), close(1001)])
            .ends(crate::case::Ending::answered(&[1000, 1001][..]));
        case.accept.clear();
        cases.push(case.sees([seen]).ours(Grade::Strict, NOTHING));
    }
    for (name, what, frames) in [
        ("first-fragment", "the first frame of a text", vec![text(b"part").open()]),
        ("empty-fragment", "an empty first frame of a text", vec![text(b"").open()]),
        ("two-fragments", "two frames of a binary message", {
            vec![binary(b"part").open(), continuation(b"part").open()]
        }),
        ("half-code-point", "half a code point", vec![text(b"\xe2\x82").open()]),
        ("fragment-and-ping", "a frame of a text and a Pong", vec![text(b"a").open(), pong(b"")]),
    ] {
        let title = format!("A Close behind {what}, which is given up.");
        let case = new(&format!("after/{name}"), title).steps(frames).step(close(1000));
        cases.push(case.clauses(&["6455#5.5.1", "6455#5.4"]));
    }
    let title = "Half a code point, and a Close with a reason, which is a text of its own.";
    let reason = Payload::octets(&b"bye"[..]);
    let case = new("after/half-code-point-and-reason", title.to_owned());
    let case = case.clauses(&["6455#5.5.1", "6455#5.4", "6455#8.1"]);
    let case = case.step(text(b"\xe2\x82").open());
    cases.push(case.step(Step::Close { code: Some(1000), reason }));
}

fn new(name: &str, title: String) -> Case {
    let case = Case::new(format!("close/{name}"), title);
    case.clauses(&["6455#5.5.1", "6455#1.4"]).sees(NOTHING)
}
