//! The report contract of wsproof.
//!
//! A run of the harness ends in one [`Report`](model::Report). Everything people and machines see
//! is computed from one or two of them: the difference between releases, the exit code, HTML,
//! JUnit, Markdown, Autobahn's files. This crate depends on no other part of wsproof; a case is a
//! string to it.
//!
//! | To | Call |
//! |---|---|
//! | build a report | [`model::Report::new`] |
//! | hold it against known deviations | [`expect::Expectations::apply`] |
//! | decide on a run | [`gate::gate_run`] |
//! | write it, so that a kill at any moment leaves no torn file | [`write::write_report`] |
//! | find one again, in a file, a folder or a git revision | [`source::load`] |
//! | put the parts of a divided run together | [`merge::merge`] |
//! | compare two | [`diff::compare`] |
//! | decide on what changed | [`gate::gate_diff`] |
//! | show either | [`render::FORMATS`] |
//!
//! There is no clock, no randomness and, but for git in [`source`], no other process in here: the
//! same values give the same octets.

pub mod canonical;
pub mod diff;
pub mod exit_code;
pub mod expect;
pub mod gate;
pub mod merge;
pub mod model;
pub mod partition;
pub mod read;
pub mod render;
#[cfg(feature = "schema")]
pub mod schema;
pub mod source;
pub mod write;
