//! The conformance runner.

pub mod driver;
pub mod play;
