//! Markdown for pull requests and step summaries.
//!
//! GitHub takes comments of 65 536 characters and drops a step summary over 1 MiB as a whole, so
//! the text is bounded: what does not fit is counted.

use core::fmt::Write as _;

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::diff::{Class, Diff};
use crate::exit_code::ExitCode;
use crate::gate::Decision;
use crate::model::{CaseKey, CaseResult, Report};

/// Longest text in octets.
pub const MAX_OCTETS: usize = 60_000;

/// Kept free for what follows the rows.
const RESERVE: usize = 4_000;

/// Longest cell in characters.
const MAX_CELL: usize = 300;

pub(super) struct Markdown;

impl Render for Markdown {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let mut out = String::new();
        match view {
            View::One { report, decision } => one(report, decision, &mut out),
            View::Change { diff, new, decision, .. } => change(diff, new, decision, &mut out),
        }
        Ok(Rendered::File(out))
    }
}

fn one(report: &Report, decision: Option<&Decision>, out: &mut String) {
    let verdict = match (decision.map(|d| d.code), report.summary.unexpected) {
        (Some(ExitCode::Success), _) | (None, 0) => "as expected".to_owned(),
        (_, 0) => "not as expected".to_owned(),
        (_, n) => format!("{n} unexpected"),
    };
    let _ = writeln!(out, "### wsproof: {verdict} — {}\n", cell(&text::subject(report)));
    let _ = writeln!(out, "{}\n", text::counts(report));
    if !report.complete {
        out.push_str("**Incomplete:** not every case ran.\n\n");
    }
    causes(decision, out);
    let strict = report.settings.strict;
    let of = |outcome: Outcome| {
        let wanted = move |result: &CaseResult| Outcome::of(result, strict) == outcome;
        let rows = report.cases.iter().filter(move |(_, result)| wanted(result));
        rows.map(|(key, result)| result_row(key, result, strict)).collect::<Vec<_>>()
    };
    let head = ["Case", "Level", "Verdict", "What happened"];
    table("Unexpected", false, &head, of(Outcome::Failed), out);
    table("Could not be tested", false, &head, of(Outcome::Broken), out);
    table("Stale expectations", false, &head, of(Outcome::Stale), out);
    table("Expected deviations", true, &head, of(Outcome::Known), out);
    let first = report.cases.iter().find(|(_, result)| result.is_unexpected(false));
    if let Some((key, result)) = first {
        let command = text::replay(report, key.as_str(), Some(result)).replace('`', "'");
        let _ = writeln!(out, "Replay: `{command}`\n");
    }
    let _ = writeln!(out, "<sub>{}</sub>", cell(&report.results_digest));
}

fn result_row(key: &CaseKey, result: &CaseResult, strict: bool) -> Vec<String> {
    let told = text::told(result, strict);
    let case = match &result.alias {
        Some(alias) => format!("`{key}` ({})", cell(alias)),
        None => format!("`{key}`"),
    };
    vec![case, result.level.name().to_uppercase(), result.verdict.to_string(), cell(&told)]
}

fn change(diff: &Diff, new: &Report, decision: Option<&Decision>, out: &mut String) {
    let verdict = match decision.map(|decision| decision.code) {
        Some(ExitCode::Success) => "no regressions",
        Some(_) => "regressions",
        None if diff.is_empty() => "no change",
        None => "changes",
    };
    let _ = writeln!(out, "### wsproof: {verdict} — {}\n", cell(&text::subject(new)));
    let _ = writeln!(out, "{}\n", text::class_counts(diff));
    causes(decision, out);
    for note in &diff.notes {
        let _ = writeln!(out, "- {}", cell(note));
    }
    if !diff.notes.is_empty() {
        out.push('\n');
    }
    let rows = |classes: &dyn Fn(Class) -> bool| {
        let mut rows = Vec::new();
        for (&class, changes) in diff.changes.iter().filter(|(class, _)| classes(**class)) {
            for change in changes {
                rows.push(vec![
                    text::words(class),
                    format!("`{}`", change.id),
                    change.level.name().to_uppercase(),
                    cell(&text::transition(class, change)),
                ]);
            }
        }
        rows
    };
    let head = ["Class", "Case", "Level", "Change"];
    table("Changes", false, &head, rows(&is_up_front), out);
    table("More", true, &head, rows(&|class| !is_up_front(class)), out);
    let first = [Class::Regressed, Class::NewFail].iter().find_map(|&class| diff.of(class).first());
    if let Some(change) = first {
        let result = new.cases.get(&change.id);
        let command = text::replay(new, change.id.as_str(), result).replace('`', "'");
        let _ = writeln!(out, "Replay: `{command}`\n");
    }
}

/// What a reviewer must see without a click.
fn is_up_front(class: Class) -> bool {
    match class {
        Class::Regressed
        | Class::Removed
        | Class::NewFail
        | Class::CloseCodeChanged
        | Class::MoreLenient
        | Class::Fixed
        | Class::CrashFixed => true,
        Class::ReasonChanged
        | Class::ObservationChanged
        | Class::Stricter
        | Class::NewPass
        | Class::ExpectationChanged
        | Class::FlakyChanged
        | Class::WorkUp
        | Class::WorkDown
        | Class::Slower
        | Class::Faster => false,
    }
}

fn causes(decision: Option<&Decision>, out: &mut String) {
    let Some(decision) = decision else { return };
    for cause in decision.causes.iter().take(20) {
        let _ = writeln!(out, "- {}", cell(cause));
    }
    let _ = writeln!(out, "- {}\n", decision.code);
}

/// A table, as long as there is room; rows without room are counted.
fn table(title: &str, folded: bool, head: &[&str], rows: Vec<Vec<String>>, out: &mut String) {
    if rows.is_empty() {
        return;
    }
    let total = rows.len();
    if folded {
        let _ = writeln!(out, "<details><summary>{title} ({total})</summary>\n");
    } else {
        let _ = writeln!(out, "**{title} ({total})**\n");
    }
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(head.len()));
    let mut shown = 0;
    for row in rows {
        let line = format!("| {} |\n", row.join(" | "));
        if out.len() + line.len() > MAX_OCTETS - RESERVE {
            break;
        }
        out.push_str(&line);
        shown += 1;
    }
    out.push('\n');
    if shown < total {
        let _ =
            writeln!(out, "{} more rows are left out here; see the full report.\n", total - shown);
    }
    if folded {
        out.push_str("</details>\n\n");
    }
}

/// Makes any text harmless inside a table cell: no markup, no mention, no second line.
fn cell(text: &str) -> String {
    let text = text::clean(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars().take(MAX_CELL) {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            _ => out.push(c),
        }
    }
    if text.chars().nth(MAX_CELL).is_some() {
        out.push('…');
    }
    out
}
