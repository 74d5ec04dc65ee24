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
//! | write it, so that a kill at any moment leaves no torn file | [`write::write_report`] |
//! | read one back | [`read::read_report`] |
//! | leave with a meaningful exit code | [`exit_code::ExitCode`] |

pub mod canonical;
pub mod exit_code;
pub mod model;
pub mod read;
pub mod write;
