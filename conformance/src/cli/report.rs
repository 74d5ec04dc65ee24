//! `wsproof diff` and `wsproof report`: showing what was found before.

use std::path::Path;

use wsproof_reports::diff::{Comparison, NotComparable, compare};
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::gate::gate_diff;
use wsproof_reports::model::Report;
use wsproof_reports::render::View;
use wsproof_reports::source::{self, Source};

use super::args::{DiffArgs, DiffFormat, ReportArgs};
use super::failure::Failure;
use super::github::summarise;
use super::output::Output;
use super::views::{render, rendered, save, terminal};

/// Compares two reports.
pub(super) fn diff(args: &DiffArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    output.give_way(args.outputs.files(), args.format != DiffFormat::Human)?;
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let how = Comparison {
        across_subjects: args.across_subjects,
        incomplete: args.incomplete,
        timings_percent: args.timings,
    };
    let diff = compare(&old, &new, &how).map_err(|error| {
        let text = format!("{error}{}", way_out(&error));
        Failure { code: ExitCode::NotComparable, text }
    })?;
    let decision = gate_diff(&diff, &args.gate);
    let view = View::Change { diff: &diff, old: &old, new: &new, decision: Some(&decision) };
    let files = render(&args.outputs, view)?;
    match args.format {
        DiffFormat::Human => output.write(&terminal(view, output)),
        DiffFormat::Markdown => output.write(&rendered("markdown", view)),
        DiffFormat::Json => output.write(&rendered("json", view)),
    }
    save(&files, output)?;
    summarise(view)?;
    Ok(decision.code)
}

/// What to do about reports that cannot be compared.
const fn way_out(error: &NotComparable) -> &'static str {
    match error {
        NotComparable::Subject { .. } => {
            "; --across-subjects compares them nevertheless, and `run --name` names a subject"
        }
        NotComparable::Incomplete => "; --incomplete compares it nevertheless",
        _ => "",
    }
}

/// Shows a report in other formats, or as text if none is asked for.
pub(super) fn report(args: &ReportArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    output.give_way(args.outputs.files(), false)?;
    let report = load(&args.report)?;
    let view = View::One { report: &report, decision: None };
    let files = render(&args.outputs, view)?;
    if files.is_empty() {
        output.write(&terminal(view, output));
    }
    save(&files, output)?;
    Ok(ExitCode::Success)
}

/// Reads a report.
pub(super) fn load(source: &Source) -> Result<Report, Failure> {
    source::load(source, Path::new("."))
        .map_err(|error| Failure { code: error.exit_code(), text: error.to_string() })
}
