//! The command line.
//!
//! Standard output carries results, standard error carries progress and what went wrong. A reader
//! who closes either ends the text, never the run. Exit codes are those of
//! [`ExitCode`](wsproof_reports::exit_code::ExitCode).

mod args;
mod clock;
mod config;
mod dispatch;
mod events;
mod expect;
mod explain;
mod failure;
mod github;
mod list;
mod output;
mod pages;
mod progress;
mod prove;
mod replay;
mod report;
mod run;
mod show;
mod summary;

pub use dispatch::main;
