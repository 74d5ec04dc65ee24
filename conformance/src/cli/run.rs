//! `wsproof run`.

use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process, thread};

use wsproof_cases::case::Tier;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::expect::{Apply, ByFields, Date, Expectations, Finding};
use wsproof_reports::gate::{Decision, RunPolicy, gate_run};
use wsproof_reports::model::{CaseKey, CaseResult, Report, RunInfo, Subject};
use wsproof_reports::render::{Terminal, View};
use wsproof_reports::write::write_report;

use super::args::{self, RunArgs, RunFormat, Severity};
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use super::report::rendered;
use super::{clock, events, summary};
use crate::run::{Finished, Selected, Settings, assemble, run as play, subject};
use crate::select::{Item, LevelLimit, Request, select};

/// Set by a signal; the run then begins no further case.
static STOP: AtomicBool = AtomicBool::new(false);

/// Plays, reports and decides.
pub(super) fn run(args: &RunArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let settings = settings(args)?;
    let mut items = select(&args.select.request())?;
    let today = clock::day(clock::now());
    let known = Known::read(args, &items, &settings, today)?;
    items.retain(|item| !known.skips(item));
    if let Some(path) = &args.report {
        can_hold_a_report(path)?;
    }
    listen_to_signals()?;

    let selected = Selected {
        items: &items,
        filters: &args.select.filters,
        skips: &args.select.skip,
        level: args.select.level,
    };
    let mut report = run_selected(args, &selected, &settings, &known, output);
    let mut findings = known.apply(&mut report, args.select.is_everything());
    findings.retain(|finding| !is_of_another_tier(finding));
    let policy = RunPolicy {
        stale_warns: args.stale == Severity::Warn,
        no_cases_warns: args.no_cases == Severity::Warn,
        min_cases: args.min_cases,
        interrupted: STOP.load(Ordering::Relaxed) && !report.complete,
    };
    let decision = gate_run(&report, &findings, &policy);

    match args.format {
        RunFormat::Human => summary::tell(&report, &decision, &items, args.verbose, output),
        RunFormat::JsonLines => output.line(&events::end(&report, &decision)),
    }
    for finding in findings.iter().filter(|finding| finding.exit_code() == ExitCode::Success) {
        output.note(&format!("  {finding}"));
    }
    tell_github(&report, &decision, args.format, output)?;
    if args.no_run {
        report.run = None;
    }
    if let Some(path) = &args.report {
        write_report(path, &report).map_err(Failure::harness)?;
    }
    Ok(decision.code)
}

/// Whether an entry names cases that the tier has left out.
fn is_of_another_tier(finding: &Finding) -> bool {
    let Finding::NoCase { pattern, .. } = finding else { return false };
    let filters = [pattern.clone()];
    let (level, tier) = (LevelLimit::All, Tier::Full);
    let request = Request { filters: &filters, skips: &[], role: None, level, tier };
    select(&request).is_ok_and(|items| !items.is_empty())
}

fn settings(args: &RunArgs) -> Result<Settings, Failure> {
    let mut cuts = args.cuts.clone();
    cuts.dedup();
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        jobs: args.jobs.map_or_else(processors, usize::from),
        tier: args.select.tier,
        strict: args.strict,
        wire: args.wire,
        ..args.subject.settings(cuts)?
    };
    args.subject.check()?;
    Ok(settings)
}

/// Finds out before the run, not after it, that the report cannot be written.
fn can_hold_a_report(path: &Path) -> Result<(), Failure> {
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

/// The first signal ends the run in order, the second one at once.
fn listen_to_signals() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            process::exit(ExitCode::Interrupted.code().into());
        }
        let _ = writeln!(io::stderr(), "interrupted; the cases that have begun come to their end");
    })
    .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))
}

/// Plays the selected cases and tells what happens on the way.
fn run_selected(
    args: &RunArgs,
    selected: &Selected<'_>,
    settings: &Settings,
    known: &Known,
    output: &mut Output,
) -> Report {
    let started = clock::now();
    let begun = Instant::now();
    let total = selected.items.len();
    let how = if args.quiet { args::Progress::None } else { args.progress };
    let progress = Progress::new(how, total);
    progress.line(&headline(selected, settings));
    let events = args.format == RunFormat::JsonLines;
    if events {
        output.line(&events::begin(total, settings.jobs, settings.seed));
    }
    let terminal = Terminal { color: output.error_color };
    let mut failed = 0;
    let mut on = |finished: Finished<'_>| {
        let Finished { item, result, time, done } = finished;
        known.note(item, result);
        let bad = result.is_unexpected(settings.strict);
        failed += usize::from(bad);
        if events {
            output.line(&events::case(&item.key, result, settings.strict, time));
        }
        if bad {
            let line = terminal.case_line(&item.key, result, settings.strict);
            progress.line(&format!("  {line}"));
        }
        progress.done(done, failed);
        if STOP.load(Ordering::Relaxed) || (bad && args.fail_fast) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let results = play(selected.items, settings, args.fail_fast, &mut on);
    progress.finish();
    let info = RunInfo {
        started: Some(clock::stamp(started)),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        host: format!("{}-{}", env::consts::OS, env::consts::ARCH),
        jobs: u32::try_from(settings.jobs).ok(),
        timings_us: BTreeMap::new(),
    };
    assemble(selected, settings, results, Some(info))
}

fn headline(selected: &Selected<'_>, settings: &Settings) -> String {
    let cuts: Vec<&str> = settings.cuts.iter().map(|cut| cut.name()).collect();
    format!(
        "  {} · tier {} · {} through {} · seed {} · cuts {} · {} at a time",
        match selected.items.len() {
            1 => "1 result".to_owned(),
            many => format!("{many} results"),
        },
        settings.tier.name(),
        settings.subject(),
        settings.driver.name,
        settings.seed,
        cuts.join(", "),
        settings.jobs
    )
}

/// The known deviations of a run.
struct Known {
    expectations: Option<Expectations>,
    subject: Subject,
    today: Date,
}

impl Known {
    /// The file that is read when none is named, if it is there.
    const FILE: &str = "wsproof-expect.toml";

    fn read(
        args: &RunArgs,
        items: &[&'static Item],
        settings: &Settings,
        today: Date,
    ) -> Result<Self, Failure> {
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
        Ok(Self { expectations, subject: subject(items, settings), today })
    }

    /// Whether the case is not to be played at all.
    fn skips(&self, item: &Item) -> bool {
        let skips = |known: &Expectations| known.skips(&item.facts(), &self.subject);
        self.expectations.as_ref().is_some_and(skips)
    }

    /// Notes in one result which entry claims it, so that it can be told right away.
    fn note(&self, item: &Item, result: &mut CaseResult) {
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
    if let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let append = || -> io::Result<()> {
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            file.write_all(rendered("markdown", view).as_bytes())
        };
        append().map_err(|error| Failure::harness(format!("the step summary: {error}")))?;
    }
    if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        let lines = rendered("annotations", view);
        match format {
            RunFormat::Human => output.write(&lines),
            RunFormat::JsonLines => output.note(lines.trim_end()),
        }
    }
    Ok(())
}
