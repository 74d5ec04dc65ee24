//! What a client receives first, against a model of the RFCs.

use crate::heads::{self, Setup, response};
use crate::oracle::{Finding, judge};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "handshake_response_model",
    feeds: "4 octets of settings, then what a client receives first",
    oracles: || response::ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "handshake_response",
    dictionary: "http.dict",
    longest: 2048,
    check,
    show,
    stream: |_| None,
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, head)) = Setup::split(octets) else { return Ok(Keep::No) };
    judge(response::ORACLES, &response::read(setup, head))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    heads::show(octets, response::meaning)
}
