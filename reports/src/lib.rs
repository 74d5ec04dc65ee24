//! The report contract of wsproof.

pub mod canonical;
pub mod diff;
pub mod exit_code;
pub mod expect;
pub mod gate;
pub mod model;
pub mod read;
pub mod source;
pub mod write;
