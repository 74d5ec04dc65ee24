//! Frames that lie across the end of a reader's buffer, or fill it (RFC 6455 §5.2).
//!
//! What is read at once begins with a long frame. Its length puts each octet of a short frame behind
//! it, and of that frame's header, in turn at the end of a buffer of a usual size, masked or not.

use super::answer;
use crate::case::{Case, Event};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, binary, continuation, ping, text};

/// Sizes of the buffers that readers use.
const BUFFERS: [u64; 8] = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
/// How far before the end of a buffer the second frame begins, if neither frame is masked; if both
/// are, it is four octets less. Frames are masked in one direction only, so that eighteen places
/// are those of a frame with eight octets.
const BEFORE: [u64; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
/// The same of a large buffer.
const FEW: [u64; 6] = [2, 5, 7, 9, 13, 17];
/// Octets of the header of the long frame, if it is not masked.
const HEADER: u64 = 4;

pub(super) fn add(cases: &mut Vec<Case>) {
    for size in BUFFERS {
        let places = if size > 8192 { &FEW[..] } else { &BEFORE };
        let fillers = places
            .iter()
            .map(|before| Payload::repeat((0..=250).collect::<Vec<u8>>(), size - HEADER - before));
        let long = |filler: &Payload| Frame { payload: filler.clone(), ..binary(b"") };
        let whole = |filler: &Payload| Event::Message(Kind::Binary, filler.clone());
        for (name, what, octets) in [
            ("text", "a short text", vec![b'a'; 8]),
            ("long-text", "a text with a length of 16 bits", vec![b'a'; 300]),
        ] {
            let short = || text(octets.clone());
            let seen = || Event::Message(Kind::Text, Payload::octets(octets.clone()));
            let steps =
                fillers.clone().flat_map(|it| [long(&it).into(), short().into(), Step::Echo]);
            let case = new(&format!("{name}-across-{size}"), what, size).steps(steps);
            cases.push(case.sees(fillers.clone().flat_map(|it| [whole(&it), seen()])));
        }
        let steps = fillers.clone().flat_map(|it| {
            let frames = [long(&it).open(), ping(b"straddle")].map(Step::from);
            frames.into_iter().chain([Step::Settle, continuation(b"").into(), Step::Echo])
        });
        let case = new(&format!("ping-across-{size}"), "a Ping in a message", size).steps(steps);
        cases.push(case.sees(fillers.flat_map(|it| [answer(b"straddle"), whole(&it)])));
    }
}

fn new(name: &str, what: &str, size: u64) -> Case {
    let title = format!("A long frame and {what}, each octet of it at the end of {size} octets.");
    Case::new(format!("framing/buffers/{name}"), title).clauses(&["6455#5.2", "6455#5.4"])
}
