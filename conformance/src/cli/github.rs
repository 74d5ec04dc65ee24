//! The summary of a step, where GitHub runs us.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;

use wsproof_reports::render::View;

use super::failure::Failure;
use super::views::rendered;

/// Appends a view to the summary of the step that runs us, if there is one.
pub(super) fn summarise(view: View<'_>) -> Result<(), Failure> {
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(rendered("markdown", view).as_bytes()))
        .map_err(|error| Failure::harness(format!("the step summary: {error}")))
}
