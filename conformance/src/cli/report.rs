//! `wsproof diff` and `wsproof report`: showing what was found before.

use std::path::{Path, PathBuf};

use wsproof_reports::diff::{Comparison, compare};
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::gate::gate_diff;
use wsproof_reports::model::Report;
use wsproof_reports::render::{FORMATS, Format, Render as _, Rendered, Terminal, View};
use wsproof_reports::source::{self, Source};

use super::args::{DiffArgs, DiffFormat, Outputs, ReportArgs};
use super::failure::Failure;
use super::github::summarise;
use super::output::Output;

/// Compares two reports.
pub(super) fn diff(args: &DiffArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let how = Comparison {
        across_subjects: args.across_subjects,
        incomplete: args.incomplete,
        timings_percent: args.timings,
    };
    let diff = compare(&old, &new, &how)
        .map_err(|error| Failure { code: ExitCode::NotComparable, text: error.to_string() })?;
    let decision = gate_diff(&diff, &args.gate);
    let view = View::Change { diff: &diff, old: &old, new: &new, decision: Some(&decision) };
    let files = render(&args.outputs, view)?;
    match args.format {
        DiffFormat::Human => output.write(&terminal(view, output)),
        DiffFormat::Markdown => output.write(&rendered("markdown", view)),
        DiffFormat::Json => output.write(&rendered("json", view)),
    }
    save(&files)?;
    summarise(view)?;
    Ok(decision.code)
}

/// Shows a report in other formats, or as text if none is asked for.
pub(super) fn report(args: &ReportArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let report = load(&args.report)?;
    let view = View::One { report: &report, decision: None };
    let files = render(&args.outputs, view)?;
    if files.is_empty() {
        output.write(&terminal(view, output));
    }
    save(&files)?;
    Ok(ExitCode::Success)
}

/// Reads a report.
pub(super) fn load(source: &Source) -> Result<Report, Failure> {
    source::load(source, Path::new("."))
        .map_err(|error| Failure { code: error.exit_code(), text: error.to_string() })
}

/// A view in a format that is one text and fits every view.
pub(super) fn rendered(name: &str, view: View<'_>) -> String {
    let format = FORMATS.iter().find(|format| format.name == name);
    match format.map(|format| format.render.render(view)) {
        Some(Ok(Rendered::File(text))) => text,
        other => unreachable!("{name} shows every view as one text, not as {other:?}"),
    }
}

pub(super) fn terminal(view: View<'_>, output: &Output) -> String {
    match (Terminal { color: output.color }).render(view) {
        Ok(Rendered::File(text)) => text,
        other => unreachable!("the terminal shows every view as one text, not as {other:?}"),
    }
}

/// What is to be written, and where. Nothing is written if any format does not fit the view.
pub(super) fn render<'o>(
    outputs: &'o Outputs,
    view: View<'_>,
) -> Result<Vec<(Rendered, &'o Path)>, Failure> {
    let render = |(format, path): &'o (&Format, PathBuf)| {
        Ok((format.render.render(view).map_err(Failure::usage)?, path.as_path()))
    };
    outputs.0.iter().map(render).collect()
}

pub(super) fn save(files: &[(Rendered, &Path)]) -> Result<(), Failure> {
    files.iter().try_for_each(|(rendered, path)| rendered.save(path)).map_err(Failure::harness)
}
