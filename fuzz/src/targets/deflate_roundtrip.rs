//! A client and a server of the engine with permessage-deflate between them, joined by a network
//! that cuts.

use arbitrary::Unstructured;

use super::frame_roundtrip::ORACLES;
use crate::oracle::{Finding, judge};
use crate::roundtrip::play_compressed;
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "deflate_roundtrip",
    feeds: "choices of windows, takeover, thresholds and levels, then those of frame_roundtrip",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 512,
    check,
    show,
    stream: |_| None,
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    judge(ORACLES, &play_compressed(&mut Unstructured::new(octets), false))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    format!("{:#?}", play_compressed(&mut Unstructured::new(octets), true))
}
