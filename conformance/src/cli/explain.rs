//! `wsproof explain`.

use std::thread;

use wsproof_cases::case::{Case, Ending};
use wsproof_cases::judge::Verdict;
use wsproof_cases::requirements::{Covered, requirements};
use wsproof_model::Bug;
use wsproof_reports::exit_code::ExitCode;

use super::args::ExplainArgs;
use super::failure::Failure;
use super::output::Output;
use super::show::show;
use crate::driver::MODEL;
use crate::run::{Cut, Settings, Worker, of_fault, wire_log};
use crate::select::{Item, find, fits};

/// Says what a case is about.
pub(super) fn explain(args: &ExplainArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let item = find(&args.case, args.role)?;
    let case = item.case;
    output.line(&format!("{}  {}", output.paint("1", &case.id), case.title));
    output.line("");
    output.line(&format!("  level    {}", case.level.name().to_uppercase()));
    for (n, clause) in case.clauses.iter().enumerate() {
        let label = if n == 0 { "clauses" } else { "" };
        output.line(&format!("  {label:<8} {clause}  {}", clause.title().unwrap_or("")));
    }
    if let Some(alias) = &item.alias {
        output.line(&format!("  alias    {alias}"));
    }
    if !item.tags.is_empty() {
        output.line(&format!("  tags     {}", item.tags.join(", ")));
    }

    output.line(&format!("  tier     {}", case.least_tier().name()));
    output.line("");
    required(item, output);

    let settings = Settings::new(&MODEL);
    let played = Worker::new(&settings).play(item, Cut::Whole).map_err(Failure::harness)?;
    output.line("");
    output.line(&format!(
        "  With a right {}; the tester's masking keys are shown as zero:",
        item.role
    ));
    output.line("");
    show(&wire_log(Cut::Whole, case, &played.transcript, &played.judgement), "", output);
    if let Some(fault) = played.account.fault {
        output.line(&format!("  the subject says: {}", of_fault(fault)));
    }
    output.line("");
    accepted(case, output);
    output.line("");
    caught(item, output);
    output.line("");
    output.line(&format!("  replay   wsproof replay {} --seed 1", item.name()));
    Ok(ExitCode::Success)
}

/// What passes, on both axes.
fn accepted(case: &Case, output: &mut Output) {
    for (n, alternative) in case.accept.iter().enumerate() {
        let label = if n == 0 { "accepted" } else { "or" };
        let event = |(times, event): &(u32, _)| match times {
            1 => format!("{event}"),
            times => format!("{times} times {event}"),
        };
        let events: Vec<String> = alternative.sees.iter().map(event).collect();
        let events = if events.is_empty() { "no event".to_owned() } else { events.join(", ") };
        output.line(&format!("  {label:<8} {events}  ({})", grade(alternative.grade)));
        if let Some(ends) = &alternative.ends {
            ending(ends, "", output);
        }
    }
    ending(&case.ending, "ending", output);
}

/// How the connection has to end.
fn ending(ending: &Ending, label: &str, output: &mut Output) {
    output.line(&format!("  {label:<8} begun by the {}", ending.by.name()));
    let codes: Vec<String> = ending.codes.iter().map(u16::to_string).collect();
    if !codes.is_empty() {
        output.line(&format!("           a Close with {}  (strict)", codes.join(", ")));
    }
    for range in ending.tolerated.iter() {
        let (first, last) = (range.start(), range.end());
        let range = if first == last { first.to_string() } else { format!("{first} to {last}") };
        output.line(&format!("           a Close with {range}  (lenient)"));
    }
    if let Some(reason) = &ending.reason {
        output.line(&format!("           and the reason of {reason}"));
    }
    if let Some(worth) = ending.without_code {
        output.line(&format!("           a Close without a code  ({})", grade(worth)));
    }
    if let Some(worth) = ending.without_close {
        output
            .line(&format!("           the end of the stream without a Close  ({})", grade(worth)));
    }
}

/// The statements of the standards that the case looks at.
fn required(item: &Item, output: &mut Output) {
    let looks = |covered: &Covered| match covered {
        Covered::By(filters) => filters.iter().any(|filter| fits(filter, item)),
        Covered::Test { .. } | Covered::Excused(_) => false,
    };
    let rows = requirements().iter().filter(|row| row.covered.iter().any(looks));
    for (n, row) in rows.enumerate() {
        let label = if n == 0 { "required" } else { "" };
        output.line(&format!("  {label:<8} {:<16} {:<10} {}", row.id, row.level, row.what));
    }
}

const fn grade(grade: wsproof_cases::case::Grade) -> &'static str {
    use wsproof_cases::case::Grade;
    match grade {
        Grade::Strict => "strict",
        Grade::Lenient => "lenient",
        Grade::Informational => "informational",
    }
}

/// The planted mistakes that the case catches: it is played against each of them.
fn caught(item: &'static Item, output: &mut Output) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = Bug::ALL.len().div_ceil(threads);
    let found: Vec<(Bug, String)> = thread::scope(|scope| {
        let work = |bugs: &'static [Bug]| {
            move || bugs.iter().filter_map(|bug| catches(item, *bug)).collect()
        };
        let workers: Vec<_> = Bug::ALL.chunks(share).map(|bugs| scope.spawn(work(bugs))).collect();
        let done = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Vec::new()));
        done.flatten().collect()
    });
    if found.is_empty() {
        output.line("  catches  none of the planted mistakes");
    }
    for (n, (bug, reason)) in found.iter().enumerate() {
        let label = if n == 0 { "catches" } else { "" };
        output.line(&format!("  {label:<8} {:<28} {reason}", bug.name()));
    }
}

/// The reason for which a model with this mistake fails the case, if it does.
fn catches(item: &Item, bug: Bug) -> Option<(Bug, String)> {
    let settings = Settings { bugs: vec![bug], ..Settings::new(&MODEL) };
    let played = Worker::new(&settings).play(item, Cut::Whole).ok()?;
    let bad = matches!(played.judgement.verdict, Verdict::Fail | Verdict::Crash);
    bad.then(|| (bug, played.judgement.reason.to_string()))
}
