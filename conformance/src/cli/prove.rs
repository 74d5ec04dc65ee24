//! `wsproof prove`.

use std::thread;

use wsproof_model::Bug;
use wsproof_reports::exit_code::ExitCode;

use super::args::ProveArgs;
use super::failure::Failure;
use super::output::Output;
use crate::prove::{Proof, prove as play};
use crate::select::{items, select};

/// Plays every case against every planted mistake.
pub(super) fn prove(args: &ProveArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    if args.list_bugs {
        Bug::ALL.iter().for_each(|bug| output.line(bug.name()));
        return Ok(ExitCode::Success);
    }
    let mut selected = select(&args.select.request())?;
    selected.retain(|item| args.select.has(item));
    if selected.is_empty() {
        output.complain("the filters leave no case");
        return Ok(ExitCode::NothingRan);
    }
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let proof = play(&selected, args.jobs.map_or_else(processors, usize::from));
    if args.matrix {
        matrix(&proof, output);
        output.line("");
    }
    bugs(&proof, output);
    output.line("");
    let gaps = proof.gaps();
    gaps.iter().for_each(|gap| output.line(&format!("  {gap}")));
    output.line(&format!(
        "  {} of {} results, {} planted mistakes: {}",
        proof.rows.len(),
        items().len(),
        Bug::ALL.len(),
        match gaps.len() {
            0 => "proved".to_owned(),
            1 => "1 gap".to_owned(),
            gaps => format!("{gaps} gaps"),
        }
    ));
    Ok(if gaps.is_empty() { ExitCode::Success } else { ExitCode::Findings })
}

/// One line per case: the mistakes that fail it.
fn matrix(proof: &Proof, output: &mut Output) {
    for row in &proof.rows {
        let names: Vec<_> = row.failed.iter().map(|bug| bug.name()).collect();
        output.line(&format!("  {:<52} {}", row.item.key.to_string(), names.join(" ")));
    }
}

/// One line per mistake: how many cases catch it.
fn bugs(proof: &Proof, output: &mut Output) {
    for caught in proof.bugs() {
        let lenient = match caught.lenient {
            0 => String::new(),
            n => format!(", {n} leniently"),
        };
        output.line(&format!("  {:<34} {:>5} fail{lenient}", caught.bug.name(), caught.failed));
    }
}
