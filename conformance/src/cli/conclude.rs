//! The end of a run: what is known of the subject, what is decided, and what is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, process};

use serde_json::{Map, Value};
use wsproof_cases::case::Tier;
use wsproof_reports::canonical;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::expect::{Apply, ByFields, Date, Expectations, Finding};
use wsproof_reports::gate::{Decision, RunPolicy, gate_run};
use wsproof_reports::model::{CaseKey, CaseResult, Report, Subject};
use wsproof_reports::render::{FORMATS, Rendered, View};
use wsproof_reports::write::{can_write, write_atomically, write_report};

use super::args::{RunArgs, RunFormat, Severity};
use super::failure::Failure;
use super::github::summarise;
use super::output::{Output, is_standard};
use super::views::rendered;
use super::{clock, events, signals, summary};
use crate::file;
use crate::select::{Item, LevelLimit, Request, select};

/// Decides on a report, tells it, and writes it to this file.
pub(super) fn conclude(
    args: &RunArgs,
    report: &mut Report,
    items: &[&'static Item],
    known: &Known,
    path: Option<&Path>,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let findings = known.apply(report);
    let policy = RunPolicy {
        // An entry that is true of a case in another part is not stale.
        stale_warns: args.stale == Severity::Warn || args.select.partition.is_some(),
        no_cases_warns: args.no_cases == Severity::Warn,
        min_cases: args.min_cases,
        interrupted: signals::have_come() && !report.complete,
        // A part is what was asked for.
        whole: false,
    };
    let decision = gate_run(report, &findings, &policy);

    match args.format {
        RunFormat::Human => summary::tell(report, &decision, items, args.verbose, output),
        RunFormat::JsonLines => output.line(&events::end(report, &decision)),
    }
    for finding in findings.iter().filter(|finding| finding.exit_code() == ExitCode::Success) {
        output.note(&format!("  {finding}"));
    }
    let told = tell_github(report, &decision, args.format, output);
    if args.no_run {
        report.run = None;
    }
    let kept = match path {
        None => Ok(()),
        Some(path) if is_standard(path) => {
            output.write_file(&canonical::to_string(report));
            Ok(())
        }
        Some(path) => keep(path, report),
    };
    // Whatever went wrong, the rest was done all the same.
    let failures: Vec<_> = [told, kept].into_iter().filter_map(Result::err).collect();
    failures.iter().for_each(|failure| output.complain(&failure.text));
    let codes = failures.iter().map(|failure| failure.code).chain([decision.code]);
    Ok(ExitCode::strongest(codes))
}

/// Writes a report. Where that fails, the work of a long run need not be lost: it goes to the folder
/// for temporary files.
fn keep(path: &Path, report: &Report) -> Result<(), Failure> {
    write_report(path, report).map_err(|error| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let other = env::temp_dir().join(format!("wsproof-{}-{name}", process::id()));
        match write_report(&other, report) {
            Ok(()) => Failure::harness(format!("{error}; the report is {}", other.display())),
            Err(_) => Failure::harness(error),
        }
    })
}

/// Finds out before the run, not after it, that what it finds cannot be written.
pub(super) fn can_be_written(args: &RunArgs) -> Result<(), Failure> {
    let report = args.report.clone().filter(|path| !is_standard(path));
    let report = report.map(|path| ("--report", path));
    let folder = args.subject.net.autobahn_dir.as_ref();
    let index = folder.map(|folder| ("--autobahn-dir", folder.join(INDEX)));
    report.into_iter().chain(index).try_for_each(|(option, path)| {
        can_write(&path).map_err(|error| Failure::usage(format!("{option}: {error}")))
    })
}

/// The files for the reports of these subjects.
pub(super) fn paths_of<'s>(
    path: Option<&Path>,
    subjects: impl Iterator<Item = &'s str>,
) -> Vec<Option<PathBuf>> {
    let subjects: Vec<_> = subjects.collect();
    let Some(path) = path else { return vec![None; subjects.len()] };
    if subjects.len() == 1 || is_standard(path) {
        return vec![Some(path.to_owned()); subjects.len()];
    }
    let mut taken = BTreeSet::new();
    let path_of = |subject: &&str| {
        // Names that differ may be written alike.
        let names = (1_u32..).map(|n| match n {
            1 => path_of(path, subject),
            n => path_of(path, &format!("{subject} {n}")),
        });
        let mut free = names.filter(|path| taken.insert(path.clone()));
        free.next()
    };
    subjects.iter().map(path_of).collect()
}

/// The file for the report of one subject among several.
fn path_of(path: &Path, subject: &str) -> PathBuf {
    let words = subject.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|extension| extension.to_string_lossy());
    let extension = extension.map_or_else(String::new, |extension| format!(".{extension}"));
    path.with_file_name(format!("{stem}-{name}{extension}"))
}

/// Writes the files that the Autobahn test suite would write of all these runs together.
pub(super) fn write_autobahn(folder: &Path, reports: &[Report]) -> Result<(), Failure> {
    let format = FORMATS.iter().find(|format| format.name == "autobahn");
    let mut index = Map::new();
    for report in reports {
        let view = View::One { report, decision: None };
        let rendered = format.map(|format| format.render.render(view));
        let Some(Ok(mut rendered)) = rendered else {
            unreachable!("Autobahn's files show every report");
        };
        if let Rendered::Folder(files) = &mut rendered
            && let Some(own) = files.remove(INDEX)
            && let Ok(Value::Object(own)) = serde_json::from_str(&own)
        {
            index.extend(own);
        }
        rendered.save(folder).map_err(Failure::harness)?;
    }
    let text = serde_json::to_string_pretty(&index).map_err(Failure::harness)?;
    write_atomically(&folder.join(INDEX), (text + "\n").as_bytes()).map_err(Failure::harness)
}

/// The file about all agents among those of the Autobahn test suite.
const INDEX: &str = "index.json";

/// Holds a report against known deviations. A pattern is wrong if it names no case of the catalogue,
/// whatever was played.
pub(super) fn held_against(known: &Expectations, report: &mut Report, today: Date) -> Vec<Finding> {
    let mut findings = known.apply(report, &Apply { today, whole: true });
    findings.retain(|finding| match finding {
        Finding::NoCase { pattern, .. } => !is_in_the_catalogue(pattern),
        _ => true,
    });
    findings
}

fn is_in_the_catalogue(pattern: &str) -> bool {
    let filters = [pattern.to_owned()];
    let (level, tier) = (LevelLimit::All, Tier::Full);
    let request = Request { filters: &filters, skips: &[], role: None, level, tier };
    select(&request).is_ok_and(|items| !items.is_empty())
}

/// The known deviations of a run.
pub(super) struct Known {
    expectations: Option<Expectations>,
    subject: Subject,
    today: Date,
}

impl Known {
    /// The file that is read when none is named, if it is there.
    const FILE: &str = "wsproof-expect.toml";

    /// Reads the file for this subject.
    pub(super) fn read(args: &RunArgs, subject: Subject) -> Result<Self, Failure> {
        let usual = || Some(PathBuf::from(Self::FILE)).filter(|path| path.exists());
        let expectations = match args.expect.clone().or_else(usual) {
            None => None,
            Some(path) => {
                let fail = |why: String| Failure::usage(format!("{}: {why}", path.display()));
                let text = file::text(&path).map_err(|error| fail(error.to_string()))?;
                let parsed = Expectations::parse(&text, &ByFields);
                Some(parsed.map_err(|error| fail(error.to_string()))?)
            }
        };
        Ok(Self { expectations, subject, today: clock::day(clock::now()) })
    }

    /// Whether the case is not to be played at all.
    pub(super) fn skips(&self, item: &Item) -> bool {
        let skips = |known: &Expectations| known.skips(&item.facts(), &self.subject);
        self.expectations.as_ref().is_some_and(skips)
    }

    /// Notes in one result which entry claims it, so that it can be told right away.
    pub(super) fn note(&self, item: &Item, result: &mut CaseResult) {
        let Some(known) = &self.expectations else { return };
        let cases: BTreeMap<CaseKey, CaseResult> =
            [(item.key.clone(), result.clone())].into_iter().collect();
        let (suite, settings) = (Default::default(), Default::default());
        let mut one = Report::new(suite, self.subject.clone(), settings, true, cases, None);
        known.apply(&mut one, &Apply { today: self.today, whole: false });
        if let Some(noted) = one.cases.remove(&item.key) {
            *result = noted;
        }
    }

    fn apply(&self, report: &mut Report) -> Vec<Finding> {
        let known = self.expectations.as_ref();
        known.map_or(Vec::new(), |known| held_against(known, report, self.today))
    }
}

/// Adds to the summary of the step, and marks failures, where GitHub runs us.
fn tell_github(
    report: &Report,
    decision: &Decision,
    format: RunFormat,
    output: &mut Output,
) -> Result<(), Failure> {
    let view = View::One { report, decision: Some(decision) };
    summarise(view)?;
    if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        let lines = rendered("annotations", view);
        match format {
            RunFormat::Human => output.write(&lines),
            RunFormat::JsonLines => output.note(lines.trim_end()),
        }
    }
    Ok(())
}
