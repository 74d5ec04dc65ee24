//! From words to the command they name.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use wsproof_reports::exit_code::ExitCode;

use super::args::{Cli, Color, Command};
use super::config::{Resolved, resolve};
use super::failure::Failure;
use super::output::Output;
use super::{echo, expect, explain, list, merge, pages, prove, replay, report, run};

/// Does what the command line asks.
pub fn main() -> std::process::ExitCode {
    let line: Vec<OsString> = env::args_os().collect();
    let matches = match Cli::command().try_get_matches_from(&line) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, None),
    };
    let plain = Output::new(Color::Auto);
    let (matches, resolved) = match matches.subcommand_matches("run") {
        None => (matches, None),
        Some(run) => match resolve(&line, run) {
            Err(failure) => {
                plain.complain(&failure.to_string());
                return failure.code.into();
            }
            Ok(resolved) => match Cli::command().try_get_matches_from(&resolved.line) {
                Ok(matches) => (matches, Some(resolved)),
                Err(error) => return refuse(&error, Some(&resolved)),
            },
        },
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, resolved.as_ref()),
    };
    let mut output = Output::new(cli.color);
    let code = dispatch(&cli, &matches, resolved.as_ref(), &mut output).unwrap_or_else(|failure| {
        output.complain(&failure.to_string());
        failure.code
    });
    output.conclude(code).into()
}

fn dispatch(
    cli: &Cli,
    matches: &ArgMatches,
    resolved: Option<&Resolved>,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    match &cli.command {
        Command::Run(args) => match (resolved, matches.subcommand_matches("run")) {
            (Some(resolved), Some(run)) if args.show_config => {
                resolved.show(run, output);
                Ok(ExitCode::Success)
            }
            _ => run::run(args, output),
        },
        Command::List(args) => list::list(args, output),
        Command::Explain(args) => explain::explain(args, output),
        Command::Prove(args) => prove::prove(args, output),
        Command::Replay(args) => replay::replay(args, output),
        Command::Echo(args) => echo::echo(args, output),
        Command::Diff(args) => report::diff(args, output),
        Command::Merge(args) => merge::merge(args, output),
        Command::Report(args) => report::report(args, output),
        Command::Expect(args) => expect::expect(args, output),
        Command::Schema(args) => Ok(pages::schema(args, output)),
        Command::Completions { shell } => Ok(pages::completions(*shell, output)),
        Command::Man { dir } => pages::man(dir.as_deref(), output),
    }
}

/// Shows help, the version or what is wrong with the command line.
fn refuse(error: &clap::Error, resolved: Option<&Resolved>) -> std::process::ExitCode {
    let mut output = Output::new(Color::Auto);
    let printed = error.print().and_then(|()| io::stdout().flush());
    if let Some(note) = resolved.and_then(|resolved| resolved.explain(&error.to_string())) {
        output.note(&note);
    }
    if error.use_stderr() {
        return ExitCode::Usage.into();
    }
    output.note_loss(printed);
    output.conclude(ExitCode::Success).into()
}
