//! Plain text: what needs attention, then the sums.

use core::fmt::Write as _;

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::diff::{Change, Class, Diff};
use crate::exit_code::ExitCode;
use crate::gate::Decision;
use crate::model::{CaseKey, CaseResult, Level, Report, Verdict};

/// Text for a terminal, with or without colour.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Whether to colour with escape sequences.
    pub color: bool,
}

/// Most lines per kind of finding.
const MAX_LINES: usize = 40;

impl Render for Terminal {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let mut out = String::new();
        match view {
            View::One { report, decision } => self.report(report, decision, &mut out),
            View::Change { diff, decision, .. } => self.diff(diff, decision, &mut out),
        }
        Ok(Rendered::File(out))
    }
}

#[derive(Clone, Copy)]
enum Color {
    Red,
    Green,
    Yellow,
    Dim,
}

impl Terminal {
    fn paint(self, color: Color, text: &str) -> String {
        let code = match color {
            Color::Red => "1;31",
            Color::Green => "32",
            Color::Yellow => "33",
            Color::Dim => "2",
        };
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// One result in one line: tag, case, level, clause, explanation.
    #[must_use]
    pub fn case_line(self, key: &CaseKey, result: &CaseResult, strict: bool) -> String {
        let (tag, color) = tag(result, strict);
        let level = result.level.name().to_uppercase();
        let clause = result.rfc.first().map_or_else(String::new, |id| text::clause(id));
        let told = text::told(result, strict);
        let line = format!(
            "{}  {:<44} {level:<8} {clause:<17} {told}",
            self.paint(color, &format!("{tag:<6}")),
            key.as_str(),
        );
        line.trim_end().to_owned()
    }

    fn report(self, report: &Report, decision: Option<&Decision>, out: &mut String) {
        let suite = &report.suite;
        let _ = writeln!(
            out,
            "  {} · suite {} · {} of {} results · seed {}",
            text::subject(report),
            text::clean(&suite.version),
            suite.selected,
            suite.total,
            report.settings.seed
        );
        for wanted in [Outcome::Failed, Outcome::Broken, Outcome::Stale, Outcome::Known] {
            self.lines(report, out, |result| Outcome::of(result, report.settings.strict) == wanted);
        }
        self.lines(report, out, |result| {
            result.verdict == Verdict::Lenient
                && Outcome::of(result, report.settings.strict) == Outcome::Passed
        });
        let _ = write!(out, "  {}", text::counts(report));
        if let Some(run) = &report.run {
            let _ = write!(out, "      {}.{:03} s", run.duration_ms / 1000, run.duration_ms % 1000);
        }
        out.push('\n');
        if !report.complete {
            let _ = writeln!(out, "  {}", self.paint(Color::Red, "incomplete: not every case ran"));
        }
        let first =
            report.cases.iter().find(|(_, result)| result.is_unexpected(report.settings.strict));
        if let Some((key, result)) = first {
            let command = text::replay(report, key.as_str(), Some(result));
            let _ = writeln!(out, "  replay: {command}");
        }
        self.decision(decision, out);
    }

    fn lines(self, report: &Report, out: &mut String, wanted: impl Fn(&CaseResult) -> bool) {
        let strict = report.settings.strict;
        let mut more = 0;
        for (n, (key, result)) in
            report.cases.iter().filter(|(_, result)| wanted(result)).enumerate()
        {
            if n < MAX_LINES {
                let _ = writeln!(out, "  {}", self.case_line(key, result, strict));
            } else {
                more += 1;
            }
        }
        if more > 0 {
            let _ = writeln!(out, "         and {more} more like these");
        }
    }

    fn diff(self, diff: &Diff, decision: Option<&Decision>, out: &mut String) {
        for note in &diff.notes {
            let _ = writeln!(out, "  {}", self.paint(Color::Dim, &text::clean(note)));
        }
        for (&class, changes) in &diff.changes {
            let head = format!("{} {}", text::words(class), changes.len());
            let _ = writeln!(out, "  {}", self.paint(class_color(class), &head));
            for change in changes.iter().take(MAX_LINES) {
                let _ = writeln!(out, "    {}", change_line(class, change));
            }
            if changes.len() > MAX_LINES {
                let _ = writeln!(out, "    and {} more", changes.len() - MAX_LINES);
            }
        }
        let _ = writeln!(out, "  {}", text::class_counts(diff));
        self.decision(decision, out);
    }

    fn decision(self, decision: Option<&Decision>, out: &mut String) {
        let Some(decision) = decision else { return };
        for cause in decision.causes.iter().take(MAX_LINES) {
            let _ = writeln!(out, "  {}", text::clean(cause));
        }
        let color = if decision.code == ExitCode::Success { Color::Green } else { Color::Red };
        let _ = writeln!(out, "  {}", self.paint(color, &decision.code.to_string()));
    }
}

fn change_line(class: Class, change: &Change) -> String {
    let level = match change.level {
        Level::Must => "MUST",
        Level::Should => "SHOULD",
        Level::May => "MAY",
        Level::Practice => "PRACTICE",
    };
    format!("{:<44} {level:<8} {}", change.id.as_str(), text::transition(class, change))
}

fn tag(result: &CaseResult, strict: bool) -> (&'static str, Color) {
    match Outcome::of(result, strict) {
        Outcome::Known => ("XFAIL", Color::Dim),
        Outcome::Stale => ("STALE", Color::Yellow),
        Outcome::Broken => ("ERROR", Color::Red),
        Outcome::NotRun => ("NOTRUN", Color::Dim),
        Outcome::Unsupported => ("UNSUP", Color::Dim),
        Outcome::Failed => match result.verdict {
            Verdict::Crash => ("CRASH", Color::Red),
            Verdict::Lenient => ("LENI", Color::Red),
            _ => ("FAIL", Color::Red),
        },
        Outcome::Passed => match result.verdict {
            Verdict::Lenient => ("LENI", Color::Yellow),
            Verdict::Info => ("INFO", Color::Dim),
            _ => ("PASS", Color::Green),
        },
    }
}

fn class_color(class: Class) -> Color {
    match class {
        Class::Regressed | Class::Removed | Class::NewFail => Color::Red,
        Class::CloseCodeChanged
        | Class::ReasonChanged
        | Class::ObservationChanged
        | Class::MoreLenient
        | Class::ExpectationChanged
        | Class::FlakyChanged
        | Class::WorkUp
        | Class::Slower => Color::Yellow,
        Class::Stricter
        | Class::Fixed
        | Class::CrashFixed
        | Class::NewPass
        | Class::WorkDown
        | Class::Faster => Color::Green,
    }
}
