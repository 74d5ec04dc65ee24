//! The command line.
//!
//! Standard output carries results, standard error carries progress and what went wrong. A reader
//! who closes either ends the text, never the run. Exit codes are those of
//! [`ExitCode`](wsproof_reports::exit_code::ExitCode).

mod args;
mod clock;
mod conclude;
mod config;
mod dispatch;
mod echo;
mod events;
mod exec;
mod expect;
mod explain;
mod failure;
mod github;
mod list;
mod listen;
mod merge;
mod output;
mod pages;
mod progress;
mod prove;
mod replay;
mod report;
mod run;
mod setup;
mod show;
mod signals;
mod spec;
mod summary;
mod views;

pub use dispatch::main;
