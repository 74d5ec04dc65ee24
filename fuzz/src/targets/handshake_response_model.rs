//! What a client receives first, against a model of the RFCs.

use wsproof_model::handshake::Response;

use crate::heads;
use crate::target::Target;

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "handshake_response_model",
    feeds: "4 octets of settings, then what a client receives first",
    oracles: heads::oracles::<Response>,
    seeds: "handshake_response",
    dictionary: "http.dict",
    longest: 2048,
    check: heads::check::<Response>,
    show: heads::show::<Response>,
    stream: |_| None,
};
