//! What a server receives first, against a model of the RFCs.

use crate::heads::{self, Setup, request};
use crate::oracle::{Finding, judge};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "handshake_request_model",
    feeds: "4 octets of settings, then what a server receives first",
    oracles: || request::ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "handshake_request",
    dictionary: "http.dict",
    longest: 2048,
    check,
    show,
    stream: |_| None,
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, head)) = Setup::split(octets) else { return Ok(Keep::No) };
    judge(request::ORACLES, &request::read(setup, head))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    heads::show(octets, request::meaning)
}
