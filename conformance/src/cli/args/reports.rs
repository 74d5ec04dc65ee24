//! What to do with reports.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Subcommand, ValueEnum, value_parser};
use wsproof_reports::gate::DiffPolicy;
use wsproof_reports::render::{FORMATS, Format};
use wsproof_reports::schema::schemas;
use wsproof_reports::source::Source;

use super::EXPECT_EXAMPLES;
use super::run::SubjectArgs;
use super::words::folder;

#[derive(Args, Debug)]
pub(in crate::cli) struct DiffArgs {
    /// The old report: a file, a folder, or git:REV:PATH; git:A...B:PATH is the merge base
    #[arg(value_parser = source)]
    pub(in crate::cli) old: Source,
    /// The new report
    #[arg(value_parser = source)]
    pub(in crate::cli) new: Source,
    /// What counts beside regressions: close-codes, new-fail, lenient, work, work=N%
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    pub(in crate::cli) gate: DiffPolicy,
    /// Tell cases that took longer or shorter by more than so many per cent; never counts
    #[arg(long, value_name = "PERCENT", num_args = 0..=1, default_missing_value = "50",
          require_equals = true)]
    pub(in crate::cli) timings: Option<u32>,
    /// Compare reports of two subjects
    #[arg(long)]
    pub(in crate::cli) across_subjects: bool,
    /// Compare although the new run did not come to its end
    #[arg(long)]
    pub(in crate::cli) incomplete: bool,
    /// What standard output carries
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: DiffFormat,
    #[command(flatten)]
    pub(in crate::cli) outputs: Outputs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct MergeArgs {
    /// The reports of the parts: files, folders, or git:REV:PATH
    #[arg(value_parser = source, required = true, value_name = "REPORT")]
    pub(in crate::cli) parts: Vec<Source>,
    /// Where to write the whole report, in JSON; - is standard output
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) outputs: Outputs,
}

/// How a diff is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// Text for people
    #[default]
    Human,
    /// A summary for pull requests
    Markdown,
    /// The diff itself
    Json,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ReportArgs {
    /// The report: a file, a folder, or git:REV:PATH
    #[arg(value_parser = source)]
    pub(in crate::cli) report: Source,
    #[command(flatten)]
    pub(in crate::cli) outputs: Outputs,
}

/// Where to write a view in which format: one option per format. A file `-` is standard output.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Outputs(pub(in crate::cli) Vec<(&'static Format, PathBuf)>);

impl Outputs {
    /// The files and folders.
    pub(in crate::cli) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|(_, path)| path.as_path())
    }
}

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        FORMATS.iter().fold(command, |command, format| {
            let (value, parser) = match format.file.contains('.') {
                true => ("FILE", value_parser!(PathBuf)),
                false => ("FOLDER", ValueParser::from(folder)),
            };
            let option = Arg::new(format.name)
                .long(format.name)
                .value_name(value)
                .value_parser(parser)
                .help(format!("Write {}", format.about));
            let option =
                if format.name == "markdown" { option.visible_alias("md") } else { option };
            command.arg(option)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |format: &'static Format| {
            matches.get_one::<PathBuf>(format.name).map(|path| (format, path.clone()))
        };
        Ok(Self(FORMATS.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ExpectArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: ExpectCommand,
    /// The file of known deviations
    #[arg(long, global = true, value_name = "FILE", default_value = "wsproof-expect.toml")]
    pub(in crate::cli) expect: PathBuf,
    /// The report that says what happens; without one, everything is played
    #[arg(long, global = true, value_name = "REPORT", value_parser = source)]
    pub(in crate::cli) from: Option<Source>,
    #[command(flatten)]
    pub(in crate::cli) subject: SubjectArgs,
}

#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum ExpectCommand {
    /// Say whether the file is right and still needed
    #[command(after_help = EXPECT_EXAMPLES)]
    Check,
    /// Add what fails and is not in the file yet
    #[command(after_help = EXPECT_EXAMPLES)]
    Accept {
        /// Why these deviations are accepted; asked for on a terminal if it is not given
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Take out what does not fail any more
    #[command(after_help = EXPECT_EXAMPLES)]
    Prune,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct SchemaArgs {
    /// The format
    #[arg(value_parser = schema())]
    pub(in crate::cli) name: String,
}

/// The schema that is not one of a report format.
pub(in crate::cli) const CONFIG: &str = "config";

fn schema() -> PossibleValuesParser {
    let word = |schema: wsproof_reports::schema::NamedSchema| {
        PossibleValue::new(schema.name).help(schema.version.to_string())
    };
    let config = PossibleValue::new(CONFIG).help("wsproof.toml");
    PossibleValuesParser::new(schemas().map(word).into_iter().chain([config]))
}

fn source(text: &str) -> Result<Source, String> {
    text.parse().map_err(|error: wsproof_reports::source::SourceError| error.to_string())
}
