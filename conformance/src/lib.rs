//! The conformance runner.

pub mod play;
