//! A badge endpoint file: `rfc6455 404/419`.

use serde_json::json;

use super::view::{Render, RenderError, Rendered, View};
use crate::canonical;

pub(super) struct Badge;

impl Render for Badge {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let View::One { report, .. } = view else { return Err(RenderError { format: "badge" }) };
        let sum = &report.summary;
        let good = sum.pass + sum.lenient;
        let judged = good + sum.fail + sum.crash;
        let color = if !report.complete || judged == 0 || sum.error > 0 {
            "lightgrey"
        } else if sum.unexpected > 0 {
            "red"
        } else if good < judged {
            "yellow"
        } else {
            "brightgreen"
        };
        Ok(Rendered::File(canonical::to_string(&json!({
            "schemaVersion": 1,
            "label": "rfc6455",
            "message": format!("{good}/{judged}"),
            "color": color,
        }))))
    }
}
