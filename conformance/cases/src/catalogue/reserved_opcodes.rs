//! Reserved opcodes with every FIN, length and place (RFC 6455 §5.2).

use super::{NOTHING, protocol_error, withheld};
use crate::case::Case;
use crate::payload::Payload;
use crate::step::{Frame, Step, text};
use crate::wire::Opcode;

pub(super) fn add(cases: &mut Vec<Case>) {
    for opcode in (3..8).chain(11..16) {
        let frame = |length| Frame::new(Opcode(opcode), Payload::repeat(&b"payload"[..], length));
        let new = |name: &str, what: &str| {
            let title = format!("A frame with the reserved opcode {opcode}, {what}.");
            let case = Case::new(format!("framing/opcode/{opcode}/{name}"), title)
                .clauses(&["6455#5.2", "6455#5.8"]);
            // That a data opcode is unknown may also be called a type that is not accepted.
            let near = if opcode < 8 { &[1003..=1003][..] } else { &[] };
            case.sees(NOTHING).ends(protocol_error().tolerating(near))
        };
        let first = || text(b"first").open();
        cases.push(new("open", "with FIN clear").step(frame(1).open()));
        cases.push(new("length-126", "longer than a control frame may be").step(frame(126)));
        cases.push(new("inside-message", "inside a message").steps([first(), frame(1)]));
        let case = new("inside-message-open", "inside a message and with FIN clear");
        cases.push(case.steps([first(), frame(1).open()]));
        // The first octet says it, but a subject may wait for the whole header: the rest of one,
        // with a masking key, follows.
        let case = new("first-octet", "of which the first octet comes alone");
        let rest = Step::Part(Payload::octets(&[0x80, 0, 0, 0, 0][..]));
        cases.push(case.steps([frame(0).cut(1).into(), Step::Settle, rest]));
        let case = new("withheld", "whose payload does not come");
        cases.push(withheld(case, frame(7)));
    }
}
