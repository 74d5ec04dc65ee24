//! Every combination of reserved bits on every kind of frame (RFC 6455 §5.2).

use super::{NOTHING, protocol_error};
use crate::case::Case;
use crate::step::{Frame, binary, continuation, ping, pong, text};
use crate::wire::Opcode;

const BITS: [(u8, &str); 7] = [
    (4, "rsv1"),
    (2, "rsv2"),
    (1, "rsv3"),
    (6, "rsv1-rsv2"),
    (5, "rsv1-rsv3"),
    (3, "rsv2-rsv3"),
    (7, "all"),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for (kind, what, frame) in kinds() {
        for (rsv, bits) in BITS {
            // The one on a text frame is a case of its own family.
            if (kind, rsv) == ("text", 1) {
                continue;
            }
            let bits_set = bits.replace("all", "rsv1-rsv2-rsv3").to_uppercase().replace('-', ", ");
            let title = format!("{what} with {bits_set} set and no extension agreed.");
            let case = Case::new(format!("framing/rsv/{kind}/{bits}"), title)
                .clauses(&["6455#5.2", "6455#5.8"]);
            let inside = frame.opcode == Opcode::CONTINUATION;
            let case = if inside { case.step(text(b"first").open()) } else { case };
            cases.push(case.step(frame.clone().rsv(rsv)).sees(NOTHING).ends(protocol_error()));
        }
    }
}

fn kinds() -> [(&'static str, &'static str, Frame); 7] {
    [
        ("text", "A text frame", text(b"payload")),
        ("binary", "A binary frame", binary(b"payload")),
        ("first-fragment", "The first frame of a message", text(b"payload").open()),
        ("continuation", "The last frame of a message", continuation(b"payload")),
        ("close", "A Close", Frame::new(Opcode::CLOSE, super::code(1000))),
        ("ping", "A Ping", ping(b"payload")),
        ("pong", "A Pong", pong(b"payload")),
    ]
}
