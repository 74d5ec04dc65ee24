//! Streams made of frames near the edges of the protocol, against a model of the RFC.

use arbitrary::Unstructured;

use crate::oracle::{Finding, judge};
use crate::script::Script;
use crate::stream;
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "frame_script_model",
    feeds: "choices of frames from tables of edges, valid but for one in 16, both roles, one cut",
    oracles: || stream::ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 512,
    check,
    show,
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let script = Script::choose(&mut Unstructured::new(octets));
    judge(stream::ORACLES, &stream::read(script.setup, &script.stream))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    let script = Script::choose(&mut Unstructured::new(octets));
    stream::show(&script.setup.join(&script.stream))
}
