//! What can be said on the command line.

mod echo;
mod net;
mod reports;
mod run;
mod words;

use clap::{Parser, Subcommand};
use wsproof_reports::exit_code::ExitCode;

pub(super) use echo::EchoArgs;
pub(super) use net::NetArgs;
pub(super) use reports::{
    CONFIG, DiffArgs, DiffFormat, ExpectArgs, ExpectCommand, MergeArgs, Outputs, ReportArgs,
    SchemaArgs,
};
pub(super) use run::{ExplainArgs, ListArgs, ProveArgs, ReplayArgs, RunArgs};
pub(super) use words::{Color, ListFormat, Progress, RunFormat, Severity};

const FILTERS: &str = "\
Filters:
  close/code/reserved-1005   one case, in both roles
  server/close/*             a folder, in one role; * crosses /
  ab:7.9.*                   Autobahn numbers
  rfc:6455#7.4               a clause and everything below it
  tag:large                  a tag: informational, large, many-frames
  regressions/pings.wscase   a case in a file, written by `wsproof replay --save`
Several filters select what any of them selects.";

const RUN_EXAMPLES: &str = "\
Examples:
  wsproof run                                     every case, in both roles
  wsproof run 'close/*' --role server             one folder, one role
  wsproof run --report report.json                and keep the results
  wsproof run --driver model --bug never-pongs    see what a mistake looks like";

const DIFF_EXAMPLES: &str = "\
Examples:
  wsproof diff old.json new.json
  wsproof diff git:v1.0:report.json report.json       with the file of a release
  wsproof diff git:main...HEAD:report.json . --md diff.md    with the merge base
  wsproof diff old.json new.json --gate close-codes,new-fail,work=5%";

const MERGE_EXAMPLES: &str = "\
Examples:
  wsproof run --partition hash:1/2 --report 1.json      on one machine
  wsproof run --partition hash:2/2 --report 2.json      on another
  wsproof merge 1.json 2.json --report report.json      the same as of an undivided run

Reports that are no parts of one run are refused with 6; with a part missing the result is marked
incomplete, can be merged with it later, and the exit code is 4.";

/// Conformance testing for the WebSocket protocol (RFC 6455).
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_long_help = exit_codes())]
pub(super) struct Cli {
    /// When to use colour; `auto` heeds NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play cases against a subject and judge them
    #[command(after_help = RUN_EXAMPLES, after_long_help = format!("{RUN_EXAMPLES}\n\n{FILTERS}\n\n{}", exit_codes()))]
    Run(RunArgs),
    /// Show the cases that a run would play
    #[command(after_help = FILTERS)]
    List(ListArgs),
    /// Say what a case sends, what it accepts and which mistakes it catches
    Explain(ExplainArgs),
    /// Play one case and show every frame, or show the wire log of a report
    #[command(after_help = "\
Examples:
  wsproof replay close/code/reserved-1005
  wsproof replay client/close/code/reserved-1005 --cuts bytewise
  wsproof replay report.json#server/close/code/reserved-1005
  wsproof replay report.json#server/close/code/reserved-1005 --save code-1005.wscase")]
    Replay(ReplayArgs),
    /// Play every case against every planted mistake: the proof of the cases
    #[command(after_help = FILTERS, mut_arg("tier", |tier| tier.default_value("full")))]
    Prove(ProveArgs),
    /// Echo over the network, as server or as client: the engine's reference application
    #[command(after_help = echo::EXAMPLES)]
    Echo(EchoArgs),
    /// Compare two reports
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Put the reports of a run that was divided by --partition together
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Show a report in other formats
    Report(ReportArgs),
    /// Check or change the file of known deviations
    Expect(ExpectArgs),
    /// Print the JSON Schema of a format
    Schema(SchemaArgs),
    /// Print a completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one per command
    Man {
        /// The folder to write them to
        #[arg(long, value_name = "FOLDER")]
        dir: Option<std::path::PathBuf>,
    },
}

/// The exit codes by number.
fn exit_codes() -> String {
    let mut codes = ExitCode::PRECEDENCE;
    codes.sort_by_key(|code| code.code());
    let line = |code: ExitCode| format!("\n  {:>3}  {}", code.code(), code.meaning());
    codes.into_iter().map(line).fold("Exit codes:".to_owned(), |text, line| text + &line)
}
