//! Reserved bits and reserved opcodes (RFC 6455 §5.2).
//!
//! They are the cases of the Autobahn test suite's groups 3 and 4. What it has not is in
//! [`reserved_bits`](super::reserved_bits) and [`reserved_opcodes`](super::reserved_opcodes).

use super::{NOTHING, protocol_error};
use crate::case::{Case, Ending, Event};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Write, binary, ping, text};
use crate::wire::Opcode;

const HELLO: &[u8] = b"Hello, world!";

pub(super) fn add(cases: &mut Vec<Case>) {
    cases.push(alone("3.1", "rsv/rsv3-text", "A text frame with RSV3 set.", text(HELLO).rsv(1)));
    let after_text = [
        ("3.2", "rsv2", "RSV2", 2, Write::Joined),
        ("3.3", "rsv2-rsv3", "RSV2 and RSV3", 3, Write::Alone),
        ("3.4", "rsv1", "RSV1", 4, Write::Every(1)),
    ];
    for (number, name, bits, rsv, write) in after_text {
        cases.push(after(
            number,
            &format!("rsv/{name}-after-text"),
            format!("A good text frame, one with {bits} set, a Ping{}.", how(write)),
            text(HELLO).rsv(rsv),
            write,
        ));
    }
    let title = "A binary frame with RSV1 and RSV3 set.";
    let payload = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff";
    cases.push(alone("3.5", "rsv/rsv1-rsv3-binary", title, binary(payload).rsv(5)));
    let title = "A binary frame with RSV1 and RSV2 set.";
    cases.push(alone("3.6", "rsv/rsv1-rsv2-binary", title, binary(HELLO).rsv(6)));
    let title = "A Close without a body and with all reserved bits set.";
    let close = Frame::new(Opcode::CLOSE, Payload::EMPTY);
    cases.push(alone("3.7", "rsv/all-close", title, close.rsv(7)));

    add_opcodes(cases, "4.1", 3, "data");
    add_opcodes(cases, "4.2", 11, "control");
}

/// Five reserved opcodes from `first` on, in the five ways of the suite's two subgroups.
fn add_opcodes(cases: &mut Vec<Case>, subgroup: &str, first: u8, kind: &str) {
    for (i, opcode) in (first..first + 5).enumerate() {
        let number = format!("{subgroup}.{}", i + 1);
        let name = format!("opcode/reserved-{opcode}");
        let frame = |payload: &'static [u8]| Frame::new(Opcode(opcode), Payload::octets(payload));
        let what = |more| format!("A frame with the reserved {kind} opcode {opcode}{more}.");
        let behind = |write| {
            let how = how(write);
            format!("A good text frame, one with the reserved {kind} opcode {opcode}, a Ping{how}.")
        };
        let case = match i {
            0 => alone(number, &name, what(" and no payload"), frame(b"")),
            1 => alone(number, &name, what(""), frame(b"reserved opcode payload")),
            2 => after(number, &name, behind(Write::Joined), frame(b""), Write::Joined),
            3 => after(number, &name, behind(Write::Joined), frame(HELLO), Write::Joined),
            _ => after(number, &name, behind(Write::Every(1)), frame(HELLO), Write::Every(1)),
        };
        // That a data opcode is unknown may also be called a type that is not accepted.
        let near = &[1003..=1003];
        cases.push(if first < 8 { case.ends(protocol_error().tolerating(near)) } else { case });
    }
}

/// The bad frame comes first.
fn alone(
    number: impl Into<std::borrow::Cow<'static, str>>,
    name: &str,
    title: impl Into<std::borrow::Cow<'static, str>>,
    bad: Frame,
) -> Case {
    Case::new(format!("framing/{name}"), title)
        .autobahn(number)
        .clauses(&["6455#5.2", "6455#5.8"])
        .step(bad)
        .sees(NOTHING)
        .ends(protocol_error())
}

/// A good text frame comes first. Its echo is due unless the subject reads on before it writes.
fn after(
    number: impl Into<std::borrow::Cow<'static, str>>,
    name: &str,
    title: String,
    bad: Frame,
    write: Write,
) -> Case {
    let ending: Ending = protocol_error();
    Case::new(format!("framing/{name}"), title)
        .autobahn(number)
        .clauses(&["6455#5.2", "6455#5.8"])
        .steps([text(HELLO), bad, ping(b"")].map(|frame| frame.write(write)))
        .sees([Event::Message(Kind::Text, Payload::octets(HELLO))])
        .tolerates(NOTHING)
        .ends(ending)
}

const fn how(write: Write) -> &'static str {
    match write {
        Write::Joined => "",
        Write::Alone => ", each in a write of its own",
        Write::Every(_) => ", each octet in a write of its own",
    }
}
