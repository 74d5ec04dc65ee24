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
    stream: |octets| Some(choose(octets)),
};

fn choose(octets: &[u8]) -> Script {
    Script::choose(&mut Unstructured::new(octets))
}

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Script { setup, stream } = choose(octets);
    judge(stream::ORACLES, &stream::read(setup, &stream))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    let Script { setup, stream } = choose(octets);
    stream::describe(setup, &stream)
}
