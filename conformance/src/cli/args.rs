//! What can be said on the command line. Lists of words come from the crates that define them.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use wsproof_cases::Role;
use wsproof_model::Bug;
use wsproof_reports::model::WireKept;

use crate::driver::{DRIVERS, Entry};
use crate::run::{Cut, Settings};
use crate::select::LevelLimit;

const FILTERS: &str = "\
Filters:
  close/code/reserved-1005   one case, in both roles
  server/close/*             a folder, in one role; * crosses /
  ab:7.9.*                   Autobahn numbers
  rfc:6455#7.4               a clause and everything below it
  tag:large                  a tag: informational, large, many-frames
Several filters select what any of them selects.";

const EXIT_CODES: &str = "\
Exit codes:
    0  everything as expected          6  diff: the reports cannot be compared
    2  usage or configuration error  100  unexpected failures; diff: regressions
    3  could not test                101  the tool panicked
    4  nothing ran, or unknown case  130  interrupted; the report is partial
    5  stale expectations only";

const RUN_EXAMPLES: &str = "\
Examples:
  wsproof run                                     every case, in both roles
  wsproof run 'close/*' --role server             one folder, one role
  wsproof run --report report.json                and keep the results
  wsproof run --driver model --bug never-pongs    see what a mistake looks like";

/// Conformance testing for the WebSocket protocol (RFC 6455).
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_long_help = EXIT_CODES)]
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
    #[command(after_help = RUN_EXAMPLES, after_long_help = format!("{RUN_EXAMPLES}\n\n{FILTERS}\n\n{EXIT_CODES}"))]
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
  wsproof replay report.json#server/close/code/reserved-1005")]
    Replay(ReplayArgs),
}

/// What to select.
#[derive(Args, Debug)]
pub(super) struct SelectArgs {
    /// Cases to select: ids, globs, ab:, rfc:, tag:; all if none is given
    #[arg(value_name = "FILTER")]
    pub(super) filters: Vec<String>,
    /// Cases to leave out, named in the same way
    #[arg(long, value_name = "FILTER")]
    pub(super) skip: Vec<String>,
    /// The role of the subject
    #[arg(long, value_enum, default_value_t)]
    pub(super) role: Roles,
    /// How binding the cases must be
    #[arg(long, value_parser = level(), default_value = LevelLimit::All.name())]
    pub(super) level: LevelLimit,
}

/// What is tested.
#[derive(Args, Debug)]
pub(super) struct SubjectArgs {
    /// How the subject is reached
    #[arg(long, value_parser = driver(), default_value = DRIVERS[0].name)]
    pub(super) driver: &'static Entry,
    /// A mistake to plant in the subject, with --driver model; `wsproof list --bugs` names them
    #[arg(long = "bug", value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    pub(super) bugs: Vec<Bug>,
    /// The seed of masking keys and random cuts; the same seed gives the same results
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) select: SelectArgs,
    #[command(flatten)]
    pub(super) subject: SubjectArgs,
    /// The ways of cutting the octets, joined by commas; the first one is described in the results
    #[arg(long, value_parser = cut(), value_delimiter = ',', value_name = "CUT",
          default_values = Cut::ALL.map(Cut::name))]
    pub(super) cuts: Vec<Cut>,
    /// How many cases are played at a time [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Stop at the first unexpected failure
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Let lenient cases fail
    #[arg(long)]
    pub(super) strict: bool,
    /// The fewest results that count as a run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) min_cases: u64,
    /// What a run without enough results does
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(super) no_cases: Severity,
    /// Where to write the report, in JSON
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Which wire logs the report keeps
    #[arg(long, value_parser = wire(), default_value = "failures", value_name = "WHICH")]
    pub(super) wire: WireKept,
    /// Leave everything volatile out of the report: time, place and tool
    #[arg(long)]
    pub(super) no_run: bool,
    /// Known deviations [default: wsproof-expect.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(super) expect: Option<PathBuf>,
    /// What a known deviation that does not deviate does
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(super) stale: Severity,
    /// How progress is shown on standard error; `auto` is a bar on a terminal, else lines
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub(super) progress: Progress,
    /// What standard output carries
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: RunFormat,
    /// Tell cases that pass, too
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Tell failures and sums only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) select: SelectArgs,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ListFormat,
    /// Show the mistakes that can be planted instead
    #[arg(long, conflicts_with_all = ["filters", "skip"])]
    pub(super) bugs: bool,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The case: an id, an Autobahn number such as ab:7.9.4, or ROLE/ID
    #[arg(value_name = "CASE")]
    pub(super) case: String,
    /// The role of the subject [default: server, if the case has it]
    #[arg(long, value_parser = role())]
    pub(super) role: Option<Role>,
}

#[derive(Args, Debug)]
pub(super) struct ReplayArgs {
    /// The case: an id, an Autobahn number, ROLE/ID, or FILE#ROLE/ID for one of a report
    #[arg(value_name = "CASE")]
    pub(super) case: String,
    /// The role of the subject [default: server, if the case has it]
    #[arg(long, value_parser = role())]
    pub(super) role: Option<Role>,
    #[command(flatten)]
    pub(super) subject: SubjectArgs,
    /// The way of cutting the octets
    #[arg(long, value_parser = cut(), default_value = Cut::Whole.name())]
    pub(super) cuts: Cut,
    /// Play a case of a report again, on the subject given here, instead of showing its log
    #[arg(long)]
    pub(super) again: bool,
}

/// The role or roles of the subject.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Roles {
    #[default]
    Both,
    Client,
    Server,
}

impl Roles {
    pub(super) const fn one(self) -> Option<Role> {
        match self {
            Self::Both => None,
            Self::Client => Some(Role::Client),
            Self::Server => Some(Role::Server),
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Severity {
    #[default]
    Fail,
    Warn,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Progress {
    #[default]
    Auto,
    Bar,
    Lines,
    None,
}

/// What standard output of a run carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    /// Text for people
    #[default]
    Human,
    /// One JSON object per line, as things happen
    JsonLines,
}

/// How cases are listed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum ListFormat {
    /// One line per case
    #[default]
    Text,
    /// One filter per line that together select exactly the same
    Ids,
    /// An array of objects
    Json,
}

/// A parser for the words of a list of values.
macro_rules! words {
    ($name:ident, $type:ty, $list:expr, $word:expr) => {
        fn $name() -> impl clap::builder::TypedValueParser<Value = $type> {
            let word: fn(&$type) -> PossibleValue = $word;
            PossibleValuesParser::new($list.iter().map(word)).map(move |given| {
                let named = |value: &&$type| word(value).get_name() == given;
                $list.iter().find(named).expect("clap lets only these words pass").clone()
            })
        }
    };
}

words!(role, Role, Role::ALL, |role| PossibleValue::new(role.name()));
words!(cut, Cut, Cut::ALL, |cut| PossibleValue::new(cut.name()));
words!(bug, Bug, Bug::ALL, |bug| PossibleValue::new(bug.name()).help(bug.what()));
words!(level, LevelLimit, LevelLimit::ALL, |level| PossibleValue::new(level.name()));
words!(wire, WireKept, [WireKept::None, WireKept::Failures, WireKept::All], |wire| {
    PossibleValue::new(match wire {
        WireKept::None => "none",
        WireKept::Failures => "failures",
        WireKept::All => "all",
    })
});

fn driver() -> impl clap::builder::TypedValueParser<Value = &'static Entry> {
    let words = DRIVERS.iter().map(|driver| PossibleValue::new(driver.name).help(driver.about));
    PossibleValuesParser::new(words).map(|given| {
        let named = |driver: &&Entry| driver.name == given;
        DRIVERS.iter().find(named).expect("clap lets only these words pass")
    })
}

impl SubjectArgs {
    /// The same as settings of a run with these cuts; the rest is as for one case alone.
    pub(super) fn settings(&self, cuts: Vec<Cut>) -> Settings {
        Settings {
            driver: self.driver,
            bugs: self.bugs.clone(),
            cuts,
            seed: self.seed,
            jobs: 1,
            strict: false,
            wire: WireKept::All,
        }
    }
}
