//! `wsproof run --listen`.

use core::sync::atomic::{AtomicBool, Ordering};
use std::io::ErrorKind;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use wsproof_cases::{Role, autobahn};
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::model::{CaseResult, Report, RunInfo};
use wsproof_reports::render::Terminal;

use super::args::{self, NetArgs, RunArgs, RunFormat};
use super::conclude::{self, Known};
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use super::setup::{info, selected, settings_of};
use super::spec::Spec;
use super::{clock, events, exec, signals};
use crate::exec::Program;
use crate::listen::{AgentResults, Agents, Event, Listener, Plan};
use crate::run::{Cut, Results, Selected, Settings, assemble, subject};
use crate::select::{Item, Request, select};

/// Serves clients until the run is over, and concludes on each of them.
pub(super) fn listen(
    args: &RunArgs,
    spec: Option<&Spec>,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let net = &args.subject.net;
    let items = match spec {
        Some(spec) => spec.items(Role::Client),
        None => offered(args)?,
    };
    let settings = args.subject.settings(vec![Cut::Whole])?;
    let excludes = |agent: &str, item: &Item| spec.is_some_and(|spec| spec.excludes(agent, item));
    let plan = Plan {
        items: items.clone(),
        settings: settings_of(args, settings),
        patience: net.patience(),
        subprotocols: net.subprotocols.clone(),
        identity: net.identity()?,
    };
    let settings = plan.settings.clone();
    let address = net.listen.as_deref().unwrap_or_default();
    let listener = bind(address, plan)?;
    let url = url_of(net, &listener)?;

    // What is wrong with the file of known deviations is told before anything is played.
    Known::read(args, subject(&items, &settings))?;
    let (started, begun) = (clock::now(), Instant::now());
    let served = serve(args, &listener, &url, &excludes, output);
    let time = begun.elapsed();

    let agents = listener.agents().all();
    if agents.is_empty() {
        return Err(nobody_has_called(served?.as_deref(), &url));
    }
    let subjects: Vec<_> =
        agents.keys().map(|agent| named(args, &settings, agent).subject()).collect();
    let paths = conclude::paths_of(args.report.as_deref(), subjects.iter().map(String::as_str));
    let (mut reports, mut codes) = (Vec::new(), Vec::new());
    for ((agent, results), path) in agents.iter().zip(paths) {
        let settings = named(args, &settings, agent);
        let items: Vec<_> = items.iter().copied().filter(|item| !excludes(agent, item)).collect();
        let info = info(started, time, settings.jobs);
        let known = Known::read(args, subject(&items, &settings))?;
        let mut report = report_of(args, &items, &settings, results, Some(info));
        if agents.len() > 1 && args.format == RunFormat::Human {
            output.line(&format!("  {}", settings.subject()));
        }
        codes.push(conclude::conclude(args, &mut report, &items, &known, path.as_deref(), output)?);
        reports.push(report);
    }
    if let Some(folder) = &net.autobahn_dir {
        conclude::write_autobahn(folder, &reports)?;
    }
    // What was played is told, whatever ended the serving.
    if let Err(failure) = served {
        output.complain(&failure.text);
        codes.push(failure.code);
    }
    Ok(ExitCode::strongest(codes))
}

/// Waits for one client, and plays one case with it.
pub(super) fn one(
    net: &NetArgs,
    address: &str,
    item: &'static Item,
    settings: Settings,
) -> Result<CaseResult, Failure> {
    let plan = Plan {
        items: vec![item],
        settings,
        patience: net.patience(),
        subprotocols: net.subprotocols.clone(),
        identity: net.identity()?,
    };
    let listener = bind(address, plan)?;
    let url = url_of(net, &listener)?;
    let progress = Progress::new(args::Progress::Lines, 1);
    progress.line(&format!("  waiting for a client that calls {url}/runCase?case=1&agent=NAME"));
    let over = AtomicBool::new(false);
    let is_over = || over.load(Ordering::Relaxed) || signals::have_come();
    let played =
        |agents: &Agents| is_over() || agents.all().values().any(|agent| !agent.cases.is_empty());
    let ended = thread::scope(|scope| {
        let program = scope.spawn(|| {
            let ran = run_program(net, &listener, &url, &progress, &is_over);
            over.fetch_or(net.exec.is_some(), Ordering::Relaxed);
            ran
        });
        let served = listener.serve(&|_| {}, &|_, _| false, &played).map_err(Failure::harness);
        over.store(true, Ordering::Relaxed);
        let ran = program.join().unwrap_or_else(|_| Err(Failure::harness("the program is lost")));
        served.and(ran)
    })?;
    let found =
        listener.agents().all().into_values().find_map(|agent| agent.cases.into_values().next());
    found.ok_or_else(|| nobody_has_called(ended.as_deref(), &url))
}

/// Listens there.
fn bind(address: &str, plan: Plan) -> Result<Listener, Failure> {
    Listener::bind(address, plan).map_err(|error| {
        let why = format!("--listen {address}: {error}");
        match error.kind() {
            ErrorKind::InvalidInput => {
                Failure::usage(format!("{why}; it is HOST:PORT, such as 127.0.0.1:9001"))
            }
            _ => Failure::harness(why),
        }
    })
}

/// Where clients call.
fn url_of(net: &NetArgs, listener: &Listener) -> Result<String, Failure> {
    let scheme = if net.tls_cert.is_some() { "wss" } else { "ws" };
    Ok(format!("{scheme}://{}", listener.address().map_err(Failure::harness)?))
}

/// What clients are offered, Autobahn's numbers first, in their order.
fn offered(args: &RunArgs) -> Result<Vec<&'static Item>, Failure> {
    let usual = ["ab:*".to_owned()];
    let request = args.select.request();
    if request.role == Some(Role::Server) {
        return Err(Failure::usage("--listen and --role server contradict each other"));
    }
    let filters = if request.filters.is_empty() { &usual } else { request.filters };
    let mut items = select(&Request { role: Some(Role::Client), filters, ..request })?;
    items.retain(|item| args.select.has(item));
    items.sort_by(|a, b| {
        let number = |item: &&Item| item.case.autobahn.clone();
        match (number(a), number(b)) {
            (Some(a), Some(b)) => autobahn::order(&a, &b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    });
    Ok(items)
}

/// Serves until a client, the user, the number of agents or the program says that it is enough. Says
/// how the program has ended, as [`run_program`] does.
fn serve(
    args: &RunArgs,
    listener: &Listener,
    url: &str,
    excludes: &(dyn Fn(&str, &Item) -> bool + Sync),
    output: &mut Output,
) -> Result<Option<String>, Failure> {
    let offered = listener.plan().items.len();
    let how = if args.quiet { args::Progress::None } else { args.progress };
    let progress = Progress::new(how, offered);
    let cases = if offered == 1 { "case" } else { "cases" };
    progress.line(&format!("  {offered} {cases} for clients that call {url}"));
    let json = args.format == RunFormat::JsonLines;
    let terminal = Terminal { color: output.error_color };
    if json {
        output.line(&events::begin(offered, 1, args.subject.seed));
    }
    let output = Mutex::new(output);
    let on = |event: Event<'_>| match event {
        Event::Played(agent, item, result, time) => {
            if json && let Ok(mut output) = output.lock() {
                output.line(&events::case(&item.key, result, args.strict, time));
            }
            if result.is_unexpected(args.strict) {
                let line = terminal.case_line(&item.key, result, args.strict);
                progress.line(&format!("  {agent}: {line}"));
            }
        }
        Event::Again(agent, item) => progress.line(&format!(
            "  {agent} has played {} before: the last result of a case counts, and clients that \
             play at the same time need names of their own",
            item.key
        )),
        Event::Update(_) => {
            if let Some(folder) = &args.subject.net.autobahn_dir
                && let Err(failure) = conclude::write_autobahn(folder, &so_far(args, listener))
            {
                progress.line(&format!("  {failure}"));
            }
        }
        Event::Shortage(error) => {
            progress.line(&format!("  clients wait to be accepted: {error}"));
        }
    };
    let over = AtomicBool::new(false);
    let is_over = || over.load(Ordering::Relaxed) || signals::have_come();
    let wanted = args.subject.net.agents.map(usize::from);
    let is_served =
        |agents: &Agents| is_over() || wanted.is_some_and(|wanted| agents.are_done(wanted));
    let served = thread::scope(|scope| {
        let program = scope.spawn(|| {
            let ran = run_program(&args.subject.net, listener, url, &progress, &is_over);
            over.fetch_or(args.subject.net.exec.is_some(), Ordering::Relaxed);
            ran
        });
        let served = listener.serve(&on, excludes, &is_served).map_err(Failure::harness);
        over.store(true, Ordering::Relaxed);
        let ran = program.join().unwrap_or_else(|_| Err(Failure::harness("the program is lost")));
        served.and(ran)
    });
    progress.finish();
    served
}

/// What is wrong when the run ends and nobody has played, and what to do about it.
fn nobody_has_called(ended: Option<&str>, url: &str) -> Failure {
    let Some(ended) = ended else { return Failure::waiting("no client has called") };
    let (how, said) = ended.split_at(ended.find('\n').unwrap_or(ended.len()));
    Failure::waiting(format!(
        "no client has called, and {how}; it plays by calling {url}/runCase?case=1&agent=NAME, \
         and is told {url} where --exec says {{url}}{said}"
    ))
}

/// Starts the program, once or for each case, and waits until it has ended or the run is over. Says
/// how it has ended at last, if it has.
fn run_program(
    net: &NetArgs,
    listener: &Listener,
    url: &str,
    progress: &Progress,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Result<Option<String>, Failure> {
    let Some(line) = &net.exec else { return Ok(None) };
    let port = url.rsplit(':').next().unwrap_or_default();
    let agent = net.name.as_deref().unwrap_or("exec");
    let runs = if line.has("case") { listener.plan().items.len() } else { 1 };
    let mut last = None;
    for case in 1..=runs {
        if is_over() {
            break;
        }
        let case = case.to_string();
        let places = [("url", url), ("port", port), ("case", &case), ("agent", agent)];
        let program = Program::start(line.fill(&places), net.ready())
            .map_err(|error| Failure::harness(format!("--exec {}: {error}", line.program())))?;
        program.wait(is_over);
        last = program.ended().map(|how| exec::set_out(&format!("{} {how}", line.program())));
        // If nobody calls at all, that is told at the end.
        if let Some(how) = last.as_ref().filter(|_| !program.has_succeeded())
            && !listener.agents().is_empty()
        {
            progress.line(&format!("  {how}"));
        }
    }
    Ok(last)
}

/// The same settings for one agent.
fn named(args: &RunArgs, settings: &Settings, agent: &str) -> Settings {
    let name = args.subject.net.name.clone().unwrap_or_else(|| agent.to_owned());
    Settings { name: Some(name), ..settings.clone() }
}

/// What each agent has done so far.
fn so_far(args: &RunArgs, listener: &Listener) -> Vec<Report> {
    let plan = listener.plan();
    let report = |(agent, results): (&String, &AgentResults)| {
        let settings = named(args, &plan.settings, agent);
        report_of(args, &plan.items, &settings, results, None)
    };
    listener.agents().all().iter().map(report).collect()
}

fn report_of(
    args: &RunArgs,
    items: &[&'static Item],
    settings: &Settings,
    results: &AgentResults,
    info: Option<RunInfo>,
) -> Report {
    let AgentResults { cases, timings_us, .. } = results.clone();
    let results = Results { cases, timings_us }.among(items);
    // Without a filter the selection is this mode's own, and a report says so.
    let usual = ["ab:*".to_owned()];
    let selected = selected(args, items);
    let filters = if selected.filters.is_empty() { &usual } else { selected.filters };
    assemble(&Selected { filters, ..selected }, settings, results, info)
}
