//! The targets, one file each, and the list of all.

pub mod capi_calls;
pub mod deflate_roundtrip;
pub mod deflate_stream_model;
pub mod frame_roundtrip;
pub mod frame_script_model;
pub mod frame_stream_cuts;
pub mod frame_stream_model;
pub mod handshake_request_model;
pub mod handshake_response_model;
pub mod handshake_roundtrip;
pub mod report_json;
pub mod session_calls;

use crate::target::Target;

/// Every target. The order is that of the documentation.
pub const TARGETS: &[Target] = &[
    handshake_request_model::TARGET,
    handshake_response_model::TARGET,
    handshake_roundtrip::TARGET,
    frame_stream_model::TARGET,
    frame_stream_cuts::TARGET,
    frame_script_model::TARGET,
    deflate_stream_model::TARGET,
    frame_roundtrip::TARGET,
    deflate_roundtrip::TARGET,
    session_calls::TARGET,
    capi_calls::TARGET,
    report_json::TARGET,
];

impl Target {
    /// The target with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }
}

/// The targets as the table of the README.
#[must_use]
pub fn table() -> String {
    let mut table =
        String::from("| target | what its octets stand for | oracles |\n|---|---|---|\n");
    for Target { name, feeds, oracles, .. } in TARGETS {
        table += &format!("| `{name}` | {feeds} | {} |\n", oracles().join(", "));
    }
    table
}
