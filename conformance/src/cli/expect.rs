//! `wsproof expect`: the file of known deviations.

use core::ops::ControlFlow;
use std::io::{self, IsTerminal as _, Write as _};

use wsproof_cases::case::Tier;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::expect::{ByFields, Expectations, accept, prune};
use wsproof_reports::gate::{RunPolicy, gate_run};
use wsproof_reports::model::{ExpectedVerdict, Report};
use wsproof_reports::write::write_atomically;

use super::args::{ExpectArgs, ExpectCommand};
use super::clock;
use super::conclude::held_against;
use super::failure::Failure;
use super::output::Output;
use super::report::load;
use crate::file;
use crate::run::{Cut, Selected, Settings, assemble, run};
use crate::select::{Item, LevelLimit, items};

/// Checks or changes the file.
pub(super) fn expect(args: &ExpectArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    args.subject.check()?;
    let text = read(args)?;
    let fail =
        |why: &dyn core::fmt::Display| Failure::usage(format!("{}: {why}", args.expect.display()));
    let known = Expectations::parse(&text, &ByFields).map_err(|error| fail(&error))?;
    let mut report = report(args)?;
    let today = clock::day(clock::now());
    let findings = held_against(&known, &mut report, today);
    match &args.command {
        ExpectCommand::Check => {
            let decision = gate_run(&report, &findings, &RunPolicy::default());
            decision.causes.iter().for_each(|cause| output.line(&format!("  {cause}")));
            output.line(&format!("  {} entries; {}", known.len(), decision.code));
            Ok(decision.code)
        }
        ExpectCommand::Accept { reason } => {
            let unexpected = report.summary.unexpected;
            if unexpected > 0 && reason.is_none() && !io::stdin().is_terminal() {
                return Err(Failure::usage("say why with --reason; nobody is there to be asked"));
            }
            let mut why = |verdict: ExpectedVerdict, cases: &[String]| {
                reason.clone().unwrap_or_else(|| ask(verdict, cases))
            };
            let new = accept(&text, &report, &ByFields, &mut why).map_err(|error| fail(&error))?;
            write_atomically(&args.expect, new.as_bytes()).map_err(Failure::harness)?;
            output.line(&format!("  {unexpected} results accepted in {}", args.expect.display()));
            Ok(ExitCode::Success)
        }
        ExpectCommand::Prune => {
            let (new, gone) =
                prune(&text, &report, &ByFields, today).map_err(|error| fail(&error))?;
            write_atomically(&args.expect, new.as_bytes()).map_err(Failure::harness)?;
            let from = args.expect.display();
            output.line(&format!("  {gone} entries and patterns taken out of {from}"));
            Ok(ExitCode::Success)
        }
    }
}

/// The text of the file; one that is to be filled need not be there.
fn read(args: &ExpectArgs) -> Result<String, Failure> {
    match file::text(&args.expect) {
        Err(error)
            if error.kind() == io::ErrorKind::NotFound
                && matches!(args.command, ExpectCommand::Accept { .. }) =>
        {
            Ok("schema = 1\n".to_owned())
        }
        read => read.map_err(|error| {
            let way_out = match error.kind() {
                io::ErrorKind::NotFound => "; `wsproof expect accept` writes one",
                _ => "",
            };
            Failure::usage(format!("{}: {error}{way_out}", args.expect.display()))
        }),
    }
}

/// What happens: as a report says, or as a run over everything shows.
fn report(args: &ExpectArgs) -> Result<Report, Failure> {
    if let Some(source) = &args.from {
        return load(source);
    }
    let tier = Tier::Default;
    let in_tier = |item: &&Item| item.case.least_tier() <= tier;
    let everything: Vec<_> = items().iter().filter(in_tier).collect();
    let settings = Settings {
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        tier,
        ..args.subject.settings(Cut::ALL.to_vec())?
    };
    let results = run(&everything, &settings, false, &mut |_| ControlFlow::Continue(()));
    let level = LevelLimit::All;
    let selected =
        Selected { items: &everything, filters: &[], skips: &[], level, partition: None };
    Ok(assemble(&selected, &settings, results, None))
}

/// Asks why deviations are accepted.
fn ask(verdict: ExpectedVerdict, cases: &[String]) -> String {
    let mut answer = String::new();
    let _ = write!(io::stderr(), "  {verdict}: {}\n  why? ", cases.join(", "));
    let _ = io::stdin().read_line(&mut answer);
    answer
}
