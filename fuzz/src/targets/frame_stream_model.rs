//! Streams of octets behind the opening handshake, against a model of the RFC.

use crate::oracle::{Finding, judge};
use crate::script::Script;
use crate::stream::{self, Setup};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "frame_stream_model",
    feeds: "8 octets of settings, then what the peer sends, both roles, one cut",
    oracles: || stream::ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "frame_stream",
    dictionary: "frames.dict",
    longest: 2048,
    check,
    show: stream::show,
    stream: |octets| Setup::split(octets).map(Script::from),
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split(octets) else { return Ok(Keep::No) };
    judge(stream::ORACLES, &stream::read(setup, stream))?;
    Ok(Keep::Yes)
}
