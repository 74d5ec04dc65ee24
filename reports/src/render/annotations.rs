//! GitHub's `::error` lines. GitHub shows ten per step and hides the rest, so the tenth line counts
//! what the others leave out.

use core::fmt::Write as _;

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::diff::Class;

const MAX_LINES: usize = 10;

pub(super) struct Annotations;

impl Render for Annotations {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let lines: Vec<(String, String)> = match view {
            View::One { report, .. } => report
                .cases
                .iter()
                .filter(|(_, result)| {
                    let outcome = Outcome::of(result, report.settings.strict);
                    matches!(outcome, Outcome::Failed | Outcome::Broken | Outcome::Stale)
                })
                .map(|(key, result)| {
                    (
                        key.to_string(),
                        format!(
                            "{}: {}",
                            result.verdict,
                            text::told(result, report.settings.strict)
                        ),
                    )
                })
                .collect(),
            View::Change { diff, .. } => [Class::Regressed, Class::Removed, Class::NewFail]
                .into_iter()
                .flat_map(|class| diff.of(class).iter().map(move |change| (class, change)))
                .map(|(class, change)| {
                    let told = text::transition(class, change);
                    (change.id.to_string(), format!("{}: {told}", text::words(class)))
                })
                .collect(),
        };
        let mut out = String::new();
        let shown = if lines.len() > MAX_LINES { MAX_LINES - 1 } else { lines.len() };
        for (title, message) in &lines[..shown] {
            let (title, message) = (property(title), data(message));
            let _ = writeln!(out, "::error title={title}::{message}");
        }
        if shown < lines.len() {
            let _ = writeln!(out, "::error title=wsproof::and {} more", lines.len() - shown);
        }
        Ok(Rendered::File(out))
    }
}

/// Escapes as GitHub asks for the text of a command; `clean` has taken care of line ends.
fn data(text: &str) -> String {
    text.chars().take(400).collect::<String>().replace('%', "%25")
}

/// Escapes as GitHub asks for a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
