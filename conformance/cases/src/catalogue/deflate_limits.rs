//! Compressed messages at and beyond the limit that is set, which counts what they are inflated to
//! (RFC 6455 §10.4).
//!
//! Data grows to at most 1032 times its size: a match of 258 octets in two bits.

use super::NOTHING;
use crate::case::{Case, Ending, Event, Needs};
use crate::deflate::{Compressor, zeros};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, continuation};
use crate::wire::Opcode;

use super::deflate_streams::agreed;

/// The limit of the smaller cases, in octets.
const LIMIT: u64 = 1000;

pub(super) fn add(cases: &mut Vec<Case>) {
    let stars = |octets: u64| Payload::repeat(&b"*"[..], octets);
    let compressed = |octets: u64| {
        let plain = stars(octets).to_vec();
        Payload::octets(Compressor::new(15, true).compress(&plain))
    };
    let title = format!("Compressed messages of {LIMIT} octets under a limit of as many.");
    let frame = Frame::new(Opcode::TEXT, compressed(LIMIT)).rsv(4);
    let case = limited("within", title, LIMIT).step(Step::Times(3, vec![frame.into(), Step::Echo]));
    cases.push(case.sees_times(3, Event::Message(Kind::Text, stars(LIMIT))));
    for octets in [LIMIT + 1, 2 * LIMIT, 100 * LIMIT] {
        let title = format!("A compressed message of {octets} octets under a limit of {LIMIT}.");
        let frame = Frame::new(Opcode::TEXT, compressed(octets)).rsv(4);
        cases.push(beyond(&format!("beyond-{octets}"), title, LIMIT).step(frame));
    }
    let title = "A compressed message whose frames are within the limit, and together are not.";
    let octets = Compressor::new(15, true).compress(&stars(LIMIT).to_vec());
    let flushed = [&octets[..], &crate::deflate::TAIL].concat();
    let first = Frame::new(Opcode::TEXT, Payload::octets(flushed)).rsv(4).open();
    let case = beyond("beyond-in-fragments", title.to_owned(), LIMIT);
    cases.push(case.steps([first, continuation(&b"\xfa\x0f\x00"[..])]));

    let title = format!("A plain message of {} octets under a limit of {LIMIT}.", LIMIT + 1);
    let frame = Frame::new(Opcode::TEXT, stars(LIMIT + 1));
    cases.push(beyond("beyond-in-plain", title, LIMIT).step(frame));
    let title = "A plain message whose frames are within the limit, and together are not.";
    let first = Frame::new(Opcode::TEXT, stars(LIMIT)).open();
    let case = beyond("beyond-in-plain-fragments", title.to_owned(), LIMIT);
    cases.push(case.steps([first, continuation(&b"*"[..])]));

    for (name, octets, limit) in
        [("1-kib-to-1-mib", 1u64 << 20, 1u64 << 16), ("1-mib-to-1-gib", 1 << 30, 1 << 20)]
    {
        let data = zeros(octets);
        let title = format!("{} octets that are inflated to {octets}.", data.length());
        let header = Frame::new(Opcode::BINARY, Payload::EMPTY).rsv(4).announcing(data.length());
        let parts = data.parts().into_iter().map(Step::Part);
        let case = beyond(&format!("bomb-{name}"), title, limit).step(Step::Header(header));
        cases.push(case.steps(parts));
    }
    let title = "A message that is inflated to a gibibyte, in a thousand frames.".to_owned();
    let [head, middle, end] = zeros(1 << 30).parts();
    let piece = Payload::repeat(&b"\0"[..], middle.length() / 1000);
    let frame = |payload| Frame { fin: false, ..Frame::new(Opcode::CONTINUATION, payload) };
    let case = beyond("bomb-in-fragments", title, 1 << 20)
        .step(Frame::new(Opcode::BINARY, head).rsv(4).open())
        .step(Step::Times(1000, vec![frame(piece).into()]));
    cases.push(case.step(Frame::new(Opcode::CONTINUATION, end)));
}

fn limited(name: &str, title: String, limit: u64) -> Case {
    let case = agreed(&format!("limits/{name}"), title).clauses(&["6455#10.4", "6455#7.4.1"]);
    let needs = Needs { limit: Some(limit), ..case.needs };
    case.needs(needs)
}

fn beyond(name: &str, title: String, limit: u64) -> Case {
    let ending = Ending::failed(&[1009][..]).tolerating(&[1008..=1008]);
    limited(name, title, limit).sees(NOTHING).ends(ending)
}
