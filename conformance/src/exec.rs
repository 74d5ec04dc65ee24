//! Programs under test that the harness starts, watches and ends.
//!
//! A program runs in a process group of its own, so that whatever it starts ends with it: when the
//! run is over, when it is interrupted, and when the harness gives up. The last of what it writes
//! is kept for the report of a breakdown.

mod command;
mod output;
mod program;
mod ready;

pub use command::{CommandError, CommandLine};
pub use program::{Program, end_all};
pub use ready::Ready;
