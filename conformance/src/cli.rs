//! The command line.
//!
//! Standard output carries results, standard error carries progress and what went wrong. A reader
//! who closes either ends the text, never the run. Exit codes are those of
//! [`ExitCode`](wsproof_reports::exit_code::ExitCode).

mod args;
mod clock;
mod events;
mod expect;
mod explain;
mod failure;
mod list;
mod output;
mod pages;
mod progress;
mod replay;
mod report;
mod run;
mod show;
mod summary;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use output::Output;

/// Does what the command line asks.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody may be there to read it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut output = Output::new(cli.color);
    let done = match &cli.command {
        Command::Run(args) => run::run(args, &mut output),
        Command::List(args) => list::list(args, &mut output),
        Command::Explain(args) => explain::explain(args, &mut output),
        Command::Replay(args) => replay::replay(args, &mut output),
        Command::Diff(args) => report::diff(args, &mut output),
        Command::Report(args) => report::report(args, &mut output),
        Command::Expect(args) => expect::expect(args, &mut output),
        Command::Schema(args) => Ok(pages::schema(args, &mut output)),
        Command::Completions { shell } => Ok(pages::completions(*shell, &mut output)),
        Command::Man { dir } => pages::man(dir.as_deref(), &mut output),
    };
    match done {
        Ok(code) => code.into(),
        Err(failure) => {
            output.complain(&failure.to_string());
            failure.code.into()
        }
    }
}
