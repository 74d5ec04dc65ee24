//! `wsproof merge`.

use wsproof_reports::canonical;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::gate::{RunPolicy, gate_run};
use wsproof_reports::merge;
use wsproof_reports::render::View;
use wsproof_reports::write::write_report;

use super::args::MergeArgs;
use super::failure::Failure;
use super::output::{Output, is_standard};
use super::report::load;
use super::views::{render, save, terminal};

/// Puts the parts of a run together, shows the whole and decides on it.
pub(super) fn merge(args: &MergeArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let report = args.report.as_path();
    output.give_way(args.outputs.files().chain([report]), false)?;
    let parts = args.parts.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    let whole = merge::merge(parts).map_err(|error| {
        let part = error.report().and_then(|index| args.parts.get(index));
        let part = part.map_or_else(String::new, |part| format!("{part}: "));
        Failure { code: ExitCode::NotComparable, text: format!("{part}{error}") }
    })?;
    // With all parts there, one of them did not come to its end.
    let interrupted = !whole.complete && whole.settings.partition.is_none();
    let policy = RunPolicy { interrupted, whole: true, ..RunPolicy::default() };
    let decision = gate_run(&whole, &[], &policy);

    let view = View::One { report: &whole, decision: Some(&decision) };
    let files = render(&args.outputs, view)?;
    output.write(&terminal(view, output));
    save(&files, output)?;
    match is_standard(report) {
        true => output.write_file(&canonical::to_string(&whole)),
        false => write_report(report, &whole).map_err(Failure::harness)?,
    }
    Ok(decision.code)
}
