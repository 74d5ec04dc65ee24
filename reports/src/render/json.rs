//! The values themselves.

use super::view::{Render, RenderError, Rendered, View};
use crate::canonical;

pub(super) struct Json;

impl Render for Json {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        Ok(Rendered::File(match view {
            View::One { report, .. } => canonical::to_string(report),
            View::Change { diff, .. } => canonical::to_string(diff),
        }))
    }
}
