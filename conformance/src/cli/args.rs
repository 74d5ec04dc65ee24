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

const EXAMPLES: &str = "\
Examples:
  wsproof run                                     every case against the engine, in process
  wsproof run --server ws://127.0.0.1:9001        every case for servers, against yours
  wsproof run --listen 127.0.0.1:9001             the cases of Autobahn for clients, against yours
  wsproof explain close/code/reserved-1005        what a case is about";

const RUN_EXAMPLES: &str = "\
Examples:
  wsproof run                                     every case, in both roles
  wsproof run 'close/*' --role server             one folder, one role
  wsproof run --report report.json                and keep the results
  wsproof run --server ws://127.0.0.1:9001        a server that runs already
  wsproof run --server ws://127.0.0.1:0 --exec './server {port}'
                                                  a server that is started, and ended
  wsproof run --listen 127.0.0.1:0 --exec './client {url}'
                                                  a client
  wsproof run --driver model --bug never-pongs    see what a mistake looks like";

const LIST_EXAMPLES: &str = "\
Examples:
  wsproof list --role client                      one line per case
  wsproof list 'rfc:6455#7.4' --format json       what is known of the cases about a clause
  wsproof list --bugs                             the mistakes that can be planted";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  wsproof explain close/code/reserved-1005
  wsproof explain ab:7.9.4 --role client
  wsproof explain code-1005.wscase                a case of your own";

const PROVE_EXAMPLES: &str = "\
Examples:
  wsproof prove --tier quick                      every mistake, on the cases that are short
  wsproof prove 'close/*' --matrix                which mistakes fail which case
  wsproof prove code-1005.wscase                  whether a case of your own catches anything";

const REPORT_EXAMPLES: &str = "\
Examples:
  wsproof report report.json --html report.html
  wsproof report report.json --junit junit.xml --markdown summary.md
  wsproof report git:main:report.json --baseline baselines
  wsproof report report.json --markdown -         - is standard output, for every file";

const EXPECT_EXAMPLES: &str = "\
Examples:
  wsproof expect accept --from report.json --reason 'our peers use codes above 1015'
  wsproof expect check --from report.json         0 if every entry is true, 5 if one is not
  wsproof expect prune --from report.json         take out what is not true any more";

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

/// Conformance testing for the WebSocket protocol (RFC 6455, RFC 7692).
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES,
          after_long_help = format!("{EXAMPLES}\n\n{}", exit_codes()))]
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
    #[command(after_help = format!("{LIST_EXAMPLES}\n\n{FILTERS}"))]
    List(ListArgs),
    /// Say what a case sends, what it accepts and which mistakes it catches
    #[command(after_help = EXPLAIN_EXAMPLES)]
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
    #[command(after_help = format!("{PROVE_EXAMPLES}\n\n{FILTERS}"),
              mut_arg("tier", |tier| tier.default_value("full")))]
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
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Check or change the file of known deviations
    #[command(after_help = EXPECT_EXAMPLES)]
    Expect(ExpectArgs),
    /// Print the JSON Schema of a format
    #[command(after_help = "Examples:\n  wsproof schema report > wsproof-report-1.json")]
    Schema(SchemaArgs),
    /// Print a completion script
    #[command(after_help = "\
Examples:
  wsproof completions bash > ~/.local/share/bash-completion/completions/wsproof
  wsproof completions zsh > ~/.zfunc/_wsproof
  wsproof completions fish > ~/.config/fish/completions/wsproof.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one per command
    #[command(after_help = "\
Examples:
  wsproof man | man -l -
  wsproof man --dir ~/.local/share/man/man1")]
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

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::Cli;
    use crate::exec::CommandLine;

    /// Whoever asks for help at any command is shown how it is called.
    #[test]
    fn every_command_has_examples() {
        let shown = |command: &Command| {
            let texts = [command.get_after_help(), command.get_after_long_help()];
            texts.iter().flatten().any(|text| text.to_string().contains("Examples:\n"))
        };
        let root = Cli::command();
        let mute = all(&root).into_iter().filter(|command| !shown(command)).map(Command::get_name);
        assert_eq!(mute.collect::<Vec<_>>(), [""; 0]);
    }

    /// A command and all below it.
    fn all(command: &Command) -> Vec<&Command> {
        core::iter::once(command).chain(command.get_subcommands().flat_map(all)).collect()
    }

    /// What an example calls is understood: its command and all of its options exist.
    #[test]
    fn examples_are_understood() {
        let root = Cli::command();
        let helps = all(&root).into_iter().filter_map(Command::get_after_help);
        let texts: Vec<String> = helps.map(ToString::to_string).collect();
        let lines = texts.iter().flat_map(|text| text.lines());
        let calls: Vec<&str> =
            lines.map(str::trim).filter(|line| line.starts_with("wsproof ")).collect();
        assert!(calls.len() > 30, "{} examples were found", calls.len());
        for call in calls {
            // What an example says of itself stands behind two blanks, a redirection behind one.
            let call = call.split("  ").next().unwrap_or_default();
            let call = call.split(['>', '|']).next().unwrap_or_default();
            let line = CommandLine::parse(call).expect("quotes are closed");
            let words = line.fill(&[("port", "{port}"), ("url", "{url}")]);
            let parsed = Cli::command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{call}: {}", parsed.unwrap_err());
        }
    }
}
