//! The end of a run: what is known of the subject, what is decided, and what is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value};
use wsproof_cases::case::Tier;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::expect::{Apply, ByFields, Date, Expectations, Finding};
use wsproof_reports::gate::{Decision, RunPolicy, gate_run};
use wsproof_reports::model::{CaseKey, CaseResult, Report, Subject};
use wsproof_reports::render::{FORMATS, Rendered, View};
use wsproof_reports::write::write_report;

use super::args::{RunArgs, RunFormat, Severity};
use super::failure::Failure;
use super::github::summarise;
use super::output::Output;
use super::report::rendered;
use super::{clock, events, signals, summary};
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
    let mut findings = known.apply(report, args.select.is_everything());
    findings.retain(|finding| !is_of_another_tier(finding));
    let policy = RunPolicy {
        // An entry that is true of a case in another part is not stale.
        stale_warns: args.stale == Severity::Warn || args.select.partition.is_some(),
        no_cases_warns: args.no_cases == Severity::Warn,
        min_cases: args.min_cases,
        interrupted: signals::have_come() && !report.complete,
    };
    let decision = gate_run(report, &findings, &policy);

    match args.format {
        RunFormat::Human => summary::tell(report, &decision, items, args.verbose, output),
        RunFormat::JsonLines => output.line(&events::end(report, &decision)),
    }
    for finding in findings.iter().filter(|finding| finding.exit_code() == ExitCode::Success) {
        output.note(&format!("  {finding}"));
    }
    tell_github(report, &decision, args.format, output)?;
    if args.no_run {
        report.run = None;
    }
    if let Some(path) = path {
        write_report(path, report).map_err(Failure::harness)?;
    }
    Ok(decision.code)
}

/// Finds out before the run, not after it, that the report cannot be written.
pub(super) fn can_hold_a_report(path: &Path) -> Result<(), Failure> {
    let fail = |why: &str| Err(Failure::usage(format!("--report {}: {why}", path.display())));
    if path.is_dir() {
        return fail("it is a folder");
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::create_dir_all(folder).or_else(|error| fail(&error.to_string()))
        }
        _ => Ok(()),
    }
}

/// The file for the report of one subject among several.
pub(super) fn path_of(path: &Path, subject: &str, subjects: usize) -> PathBuf {
    if subjects == 1 {
        return path.to_owned();
    }
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
            && let Some(own) = files.remove("index.json")
            && let Ok(Value::Object(own)) = serde_json::from_str(&own)
        {
            index.extend(own);
        }
        rendered.save(folder).map_err(Failure::harness)?;
    }
    let text = serde_json::to_string_pretty(&index).map_err(Failure::harness)?;
    let path = folder.join("index.json");
    let write = || fs::create_dir_all(folder).and_then(|()| fs::write(&path, text + "\n"));
    write().map_err(|error| Failure::harness(format!("{}: {error}", path.display())))
}

/// Whether an entry names cases that the tier has left out.
fn is_of_another_tier(finding: &Finding) -> bool {
    let Finding::NoCase { pattern, .. } = finding else { return false };
    let filters = [pattern.clone()];
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
                let text = fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
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

    fn apply(&self, report: &mut Report, whole: bool) -> Vec<Finding> {
        let how = Apply { today: self.today, whole };
        self.expectations.as_ref().map_or(Vec::new(), |known| known.apply(report, &how))
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
