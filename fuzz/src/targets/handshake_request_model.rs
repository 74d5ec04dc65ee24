//! What a server receives first, against a model of the RFCs.

use wsproof_model::handshake::Request;

use crate::heads;
use crate::target::Target;

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "handshake_request_model",
    feeds: "4 octets of settings, then what a server receives first",
    oracles: heads::oracles::<Request>,
    seeds: "handshake_request",
    dictionary: "http.dict",
    longest: 2048,
    check: heads::check::<Request>,
    show: heads::show::<Request>,
    stream: |_| None,
};
