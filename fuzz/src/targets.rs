//! The targets, one file each.

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
