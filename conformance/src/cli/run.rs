//! `wsproof run`.

use core::ops::ControlFlow;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Instant;

use wsproof_cases::Role;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::model::{Report, Verdict};
use wsproof_reports::render::Terminal;

use super::args::{self, RunArgs, RunFormat};
use super::conclude::{self, Known};
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use super::setup::{info, selected, settings_of};
use super::spec::Spec;
use super::{clock, events, exec, listen, signals};
use crate::driver::DialDriver;
use crate::run::{
    Cut, Finished, Results, Selected, Settings, Stop, Worker, assemble, run as play, subject,
};
use crate::select::{Item, Request, select};

/// One subject, and what is played on it.
struct Job {
    settings: Settings,
    items: Vec<&'static Item>,
}

/// Plays, reports and decides.
pub(super) fn run(args: &RunArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let mut args = args.clone();
    let spec = args.subject.net.autobahn_spec.as_deref().map(Spec::read).transpose()?;
    if let Some(spec) = &spec {
        if !args.select.filters.is_empty() {
            return Err(Failure::usage("--autobahn-spec says which cases; leave the filters out"));
        }
        spec.apply(&mut args.subject.net);
        if !spec.ignored.is_empty() {
            output.note(&format!("  without effect here: {}", spec.ignored.join(", ")));
        }
    }
    let args = &args;
    output.give_way(args.report.as_deref().into_iter(), args.format == RunFormat::JsonLines)?;
    conclude::can_be_written(args)?;
    signals::listen()?;
    if args.subject.net.listen.is_some() {
        return listen::listen(args, spec.as_ref(), output);
    }
    let jobs = jobs(args, spec.as_ref())?;
    let subjects: Vec<_> = jobs.iter().map(|job| job.settings.subject()).collect();
    let paths = conclude::paths_of(args.report.as_deref(), subjects.iter().map(String::as_str));
    let mut reports = Vec::new();
    let mut codes = Vec::new();
    for (job, path) in jobs.iter().zip(paths) {
        if jobs.len() > 1 && args.format == RunFormat::Human {
            output.line(&format!("  {}", job.settings.subject()));
        }
        match run_job(args, job, path.as_deref(), output) {
            Ok((report, code)) => {
                reports.push(report);
                codes.push(code);
            }
            // A server that cannot be tested takes nothing from the others.
            Err(failure) if failure.code == ExitCode::CouldNotTest => {
                output.complain(&failure.text);
                codes.push(failure.code);
            }
            Err(failure) => return Err(failure),
        }
        if signals::have_come() {
            break;
        }
    }
    if let Some(folder) = &args.subject.net.autobahn_dir {
        conclude::write_autobahn(folder, &reports)?;
    }
    Ok(ExitCode::strongest(codes))
}

fn run_job(
    args: &RunArgs,
    job: &Job,
    path: Option<&Path>,
    output: &mut Output,
) -> Result<(Report, ExitCode), Failure> {
    let Job { settings, items } = job;
    if let Some(server) = &settings.server {
        let address = &server.server().address;
        let unreachable = |error: io::Error| {
            let way_out = match error.kind() {
                ErrorKind::ConnectionRefused => "; does the server run? --exec starts one",
                _ => "",
            };
            Failure::harness(format!("cannot connect to {address}: {error}{way_out}"))
        };
        server.probe().map_err(unreachable)?;
    }
    let known = Known::read(args, subject(items, settings))?;
    let items: Vec<_> = items.iter().copied().filter(|item| !known.skips(item)).collect();
    let selected = selected(args, &items);
    let mut report = run_selected(args, &selected, settings, &known, output);
    let code = conclude::conclude(args, &mut report, &items, &known, path, output)?;
    Ok((report, code))
}

/// The subjects; one, unless several servers are given.
fn jobs(args: &RunArgs, spec: Option<&Spec>) -> Result<Vec<Job>, Failure> {
    let items = match spec {
        Some(spec) => spec.items(Role::Server),
        None => select(&request(args)?)?,
    };
    let items: Vec<_> = items.into_iter().filter(|item| args.select.has(item)).collect();
    args.subject.check()?;
    let mut all = args.subject.all_settings(cuts(args))?;
    if args.subject.net.exec.is_some() {
        all = all
            .into_iter()
            .map(|one| exec::served(&args.subject.net, one))
            .collect::<Result<_, _>>()?;
    }
    let job = |settings: Settings| {
        let address = settings.server.as_ref().map(|server| &server.server().address);
        let agent = spec.zip(address).and_then(|(spec, address)| spec.agent(address));
        let name = settings.name.clone().or(agent);
        let settings = Settings { name, ..settings_of(args, settings) };
        let subject = settings.subject();
        let excluded = |item: &Item| spec.is_some_and(|spec| spec.excludes(&subject, item));
        let items = items.iter().copied().filter(|item| !excluded(item)).collect();
        Job { settings, items }
    };
    Ok(all.into_iter().map(job).collect())
}

fn cuts(args: &RunArgs) -> Vec<Cut> {
    let mut cuts = args.cuts.clone();
    cuts.dedup();
    cuts
}

/// What to play; a subject behind a network has one role.
fn request(args: &RunArgs) -> Result<Request<'_>, Failure> {
    let request = args.select.request();
    match request.role {
        _ if args.subject.net.servers.is_empty() => Ok(request),
        Some(Role::Client) => {
            Err(Failure::usage("--server and --role client contradict each other"))
        }
        _ => Ok(Request { role: Some(Role::Server), ..request }),
    }
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
        let Finished { item, result, time, done, share } = finished;
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
        progress.done(done, share, failed);
        let gone = result.verdict == Verdict::Crash && is_gone(settings);
        if gone || (bad && args.fail_fast) {
            ControlFlow::Break(Stop::Here)
        } else if signals::have_come() {
            ControlFlow::Break(Stop::Begun)
        } else {
            ControlFlow::Continue(())
        }
    };
    let mut results = play(selected.items, settings, args.fail_fast, &mut on);
    progress.finish();
    find_the_culprits(selected, settings, known, &mut results);
    let info = info(started, begun.elapsed(), settings.jobs);
    assemble(selected, settings, results, Some(info))
}

/// Whether nobody listens any more, and nobody starts the server again.
fn is_gone(settings: &Settings) -> bool {
    let server = settings.server.as_ref().filter(|server| !server.is_started());
    server.is_some_and(|server| server.probe().is_err())
}

/// A program that breaks down takes every case with it that is played at the time. Played alone, only
/// those that it breaks down for are left; if none is, nobody knows better than before.
fn find_the_culprits(
    selected: &Selected<'_>,
    settings: &Settings,
    known: &Known,
    results: &mut Results,
) {
    let started = settings.server.as_ref().is_some_and(DialDriver::is_started);
    let crashed = |item: &&&Item| {
        results.cases.get(&item.key).is_some_and(|result| result.verdict == Verdict::Crash)
    };
    let suspects: Vec<_> = selected.items.iter().filter(crashed).collect();
    if !started || settings.jobs == 1 || suspects.len() < 2 || signals::have_come() {
        return;
    }
    let mut worker = Worker::new(settings);
    let mut alone = Vec::new();
    for item in suspects {
        let mut result = worker.result(item);
        known.note(item, &mut result);
        alone.push((item.key.clone(), result));
    }
    if alone.iter().any(|(_, result)| result.verdict == Verdict::Crash) {
        results.cases.extend(alone);
    }
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
