//! Views of what was found, in the formats that were asked for.

use std::path::{Path, PathBuf};

use wsproof_reports::render::{FORMATS, Format, Render as _, Rendered, Terminal, View};

use super::args::Outputs;
use super::failure::Failure;
use super::output::{Output, is_standard};

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

pub(super) fn save(files: &[(Rendered, &Path)], output: &mut Output) -> Result<(), Failure> {
    for (rendered, path) in files {
        match rendered {
            Rendered::File(text) if is_standard(path) => output.write_file(text),
            rendered => rendered.save(path).map_err(Failure::harness)?,
        }
    }
    Ok(())
}
