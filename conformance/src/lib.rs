//! The conformance runner.
//!
//! ```text
//!  catalogue ─► selection ─► plan ─► workers ─► report ─► gate ─► exit code
//!                                      │          │
//!                       driver ─► link ┘          └─► terminal, files
//! ```
//!
//! [`select`] names cases, [`run`] plays them on all processors and judges them, [`driver`] reaches
//! the subject, [`play`] is the one loop over a case, and [`cli`] is the command line around it.
//! [`echo`] is a subject: the application that shows how the engine is used over a network.
//! Results are a [`Report`](wsproof_reports::model::Report); comparing, gating and rendering live in
//! `wsproof-reports`.
//!
//! The order in which cases finish never shows in a report: the same seed gives the same text, but
//! for its `run` object, whatever the number of threads.

pub mod address;
pub mod cases_page;
pub mod cli;
pub mod driver;
pub mod echo;
pub mod exec;
mod file;
pub mod listen;
pub mod net;
pub mod play;
pub mod prove;
pub mod run;
pub mod select;

/// The Rust on the first page.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FirstPage;
