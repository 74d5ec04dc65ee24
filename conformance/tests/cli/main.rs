//! The built binary, as its users meet it.

mod command;
mod config;
mod explain;
mod faults;
mod hostile;
mod list;
mod merge;
mod replay;
mod reports;
mod run;
mod signal;
