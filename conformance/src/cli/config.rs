//! Options of `wsproof run` from a file and from the environment.
//!
//! ```toml
//! [profile.default]
//! cuts = ["whole", "random"]
//!
//! [profile.ci]               # has what default has
//! inherits = "default"       # or what another one has
//! strict = true
//! report = "out/report.json"
//! ```
//!
//! A key is an option's long name, or `filters`. What is said nearer wins: command line,
//! environment (`WSPROOF_FAIL_FAST`), profile, default. Found options are put in front of those of the
//! command line as if they had been written there, so that there is one parser and one list of
//! options.

mod file;
mod resolve;
mod schema;

pub(super) use resolve::{Resolved, resolve};
pub(super) use schema::schema;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::args::Cli;

/// Options that say where options come from, or that play nothing.
const ABOUT_OPTIONS: [&str; 5] = ["config", "help", "profile", "show-config", "version"];

/// The command `run` with all its options.
fn run_command() -> Command {
    let mut cli = Cli::command();
    cli.build();
    let run = cli.find_subcommand("run").cloned();
    run.unwrap_or_else(|| unreachable!("there is a command run"))
}

/// The key of an option in a profile, if it may stand there.
fn key(arg: &Arg) -> Option<&str> {
    let key = if arg.is_positional() { Some(arg.get_id().as_str()) } else { arg.get_long() };
    key.filter(|key| !ABOUT_OPTIONS.contains(key))
}

/// Whether an option takes no value.
fn is_flag(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}
