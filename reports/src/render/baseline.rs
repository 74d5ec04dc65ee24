//! What a later run is compared with: one report per role, without anything that changes from run
//! to run and without wire logs.

use super::view::{Render, RenderError, Rendered, View};
use crate::canonical;

pub(super) struct Baseline;

impl Render for Baseline {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let View::One { report, .. } = view else {
            return Err(RenderError { format: "baseline" });
        };
        let file = |&role| (format!("{role}.json"), canonical::to_string(&report.baseline(role)));
        Ok(Rendered::Folder(report.subject.roles.iter().map(file).collect()))
    }
}
