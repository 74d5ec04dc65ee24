//! The built binary, as its users meet it.

mod command;
mod explain;
mod list;
mod replay;
mod run;
mod signal;
