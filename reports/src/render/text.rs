//! Sentences about results and changes, shared by all formats.
//!
//! Much of what they hold was sent by the subject. [`clean`] makes it harmless for a terminal.

use core::fmt::Display;
use std::borrow::Cow;

use super::outcome::Outcome;
use crate::diff::{Change, Class, State};
use crate::model::{CaseResult, Expected, Report, Verdict};

/// Longest sentence in characters; what a subject says may be longer.
const MAX_TOLD: usize = 600;

/// Whether a character is a control character, a mark that turns the direction of text or ends a
/// line, or one that XML cannot hold.
pub(super) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Replaces hostile characters by escapes.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return text.into();
    }
    let escape = |c: char| {
        if is_hostile(c) { c.escape_default().to_string() } else { c.to_string() }
    };
    text.chars().map(escape).collect::<String>().into()
}

/// What a reader of a list of results wants to know about one, in one line.
pub(super) fn told(result: &CaseResult, strict: bool) -> String {
    let reason = result.expectation.as_ref().map_or("", |note| note.reason.as_str());
    let text = match Outcome::of(result, strict) {
        Outcome::Known => format!("expected: {reason}"),
        Outcome::Stale => format!("is {}, but listed as a deviation: {reason}", result.verdict),
        Outcome::Unsupported => "the subject has no such feature".to_owned(),
        Outcome::NotRun => "not reached".to_owned(),
        Outcome::Passed | Outcome::Failed | Outcome::Broken => explain(result),
    };
    sentence(&text)
}

/// One line without control characters. Several lines, such as the last ones of a program that has
/// broken down, stay readable in it.
fn sentence(text: &str) -> String {
    let text = text.replace('\n', " | ");
    match text.char_indices().nth(MAX_TOLD) {
        Some((end, _)) => format!("{}…", clean(&text[..end])),
        None => clean(&text).into_owned(),
    }
}

/// What happened and what was due, in one line without control characters; empty when there is
/// nothing to tell.
pub(super) fn explain(result: &CaseResult) -> String {
    let mut parts = Vec::new();
    if let Some(cuts) = &result.observed.cuts {
        parts.push(format!(
            "the octets cut {} and {} gave different transcripts, from entry {} on: {} / {}",
            cuts.base, cuts.other, cuts.at, cuts.base_entry, cuts.other_entry
        ));
    }
    parts.extend(result.observed.text.clone());
    let bad = !matches!(result.verdict, Verdict::Pass | Verdict::Info);
    if bad {
        parts.extend(due(&result.expected).map(|due| format!("due: {due}")));
        if parts.is_empty() {
            parts.extend(result.reason.clone());
        }
    }
    sentence(&parts.join("; "))
}

fn due(expected: &Expected) -> Option<String> {
    if expected.text.is_some() {
        return expected.text.clone();
    }
    if expected.close.is_empty() {
        return None;
    }
    let codes: Vec<String> = expected.close.iter().map(|code| close(*code)).collect();
    Some(format!("close {}", codes.join(" or ")))
}

/// A close code, or the word for none.
pub(super) fn close(code: Option<u16>) -> String {
    code.map_or_else(|| "none".to_owned(), |code| code.to_string())
}

/// `RFC 6455 §7.4.1` from `6455#7.4.1`.
pub(super) fn clause(id: &str) -> String {
    match id.split_once('#') {
        Some((rfc, section)) => format!("RFC {rfc} §{section}"),
        None => id.to_owned(),
    }
}

/// The subject in a few words.
pub(super) fn subject(report: &Report) -> String {
    let subject = &report.subject;
    let roles: Vec<&str> = subject.roles.iter().map(|role| role.name()).collect();
    let version = subject.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
    clean(&format!("{}{version} as {}", subject.name, roles.join(" and "))).into_owned()
}

/// The counts that are not zero, `404 pass · 1 lenient · 3 fail (2 expected)`; the first is always
/// there.
#[must_use]
pub fn counts(report: &Report) -> String {
    let known = |verdict: Verdict| {
        let known =
            |result: &&CaseResult| result.verdict == verdict && result.is_expected_deviation();
        report.cases.values().filter(known).count() as u64
    };
    let mut words = Vec::new();
    for (name, count) in report.summary.fields() {
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name);
        let expected = verdict.map_or(0, known);
        match (name, count) {
            // Told beside the verdict they are about, or by the exit code.
            ("expected_fail" | "unexpected", _) => {}
            ("pass", _) => words.push(format!("{count} pass")),
            (_, 0) => {}
            _ => {
                let name = name.replace('_', " ");
                words.push(match expected {
                    0 => format!("{count} {name}"),
                    _ if expected == count => format!("{count} {name} (as expected)"),
                    _ => format!("{count} {name} ({expected} expected)"),
                });
            }
        }
    }
    words.join(" · ")
}

/// The command that plays a case of a report again, on the same subject and under the cut that
/// shows what the result tells. `name` is its key, or the file that holds it.
#[must_use]
pub fn replay(report: &Report, name: &str, result: Option<&CaseResult>) -> String {
    let mut command = format!("wsproof replay {}{}", quoted(name), target(report));
    if let Some(cuts) = result.and_then(|result| result.observed.cuts.as_ref()) {
        command = format!("{command} --cuts {}", quoted(&cuts.other));
    }
    clean(&format!("{command} --seed {}", report.settings.seed)).into_owned()
}

/// The words that reach the subject, each behind a blank.
pub(super) fn target(report: &Report) -> String {
    report.settings.target.iter().map(|word| format!(" {}", quoted(word))).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+[]".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The counts of a diff, classes in order: `regressed 1 · fixed 2 · unchanged 399`.
pub(super) fn class_counts(diff: &crate::diff::Diff) -> String {
    let classes =
        diff.changes.iter().map(|(class, list)| format!("{} {}", words(*class), list.len()));
    classes.chain([format!("unchanged {}", diff.unchanged)]).collect::<Vec<_>>().join(" · ")
}

/// The class in words.
pub(super) fn words(class: Class) -> String {
    class.name().replace('_', " ")
}

/// What changed in one case, as seen from its class: `pass → fail (close 1002 → 1005)`.
pub(super) fn transition(class: Class, change: &Change) -> String {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    let verdict = arrow(old.map(|s| s.verdict), new.map(|s| s.verdict), "absent");
    let text = match class {
        Class::CloseCodeChanged => {
            format!(
                "close {}{}",
                arrow(old.map(|s| close(s.close)), new.map(|s| close(s.close)), "none"),
                end(old, new)
            )
        }
        Class::ReasonChanged => {
            arrow(old.and_then(|s| s.reason.as_ref()), new.and_then(|s| s.reason.as_ref()), "none")
        }
        Class::ObservationChanged => {
            match (old.and_then(|s| s.text.as_ref()), new.and_then(|s| s.text.as_ref())) {
                (a, b) if a != b => arrow(a, b, "nothing to tell"),
                _ => format!("{verdict}{}", end(old, new)),
            }
        }
        Class::ExpectationChanged => {
            let known = |state: Option<&State>| {
                state.map(|s| if s.expected { "known" } else { "not known" })
            };
            format!("{verdict}, {}", arrow(known(old), known(new), "absent"))
        }
        Class::FlakyChanged => {
            format!("attempts {}", arrow(old.map(|s| s.attempts), new.map(|s| s.attempts), "none"))
        }
        Class::WorkUp | Class::WorkDown => work(old, new),
        Class::Slower | Class::Faster => {
            let time =
                |state: Option<&State>| state.and_then(|s| s.time_us).map(|us| format!("{us} µs"));
            arrow(time(old), time(new), "absent")
        }
        Class::Regressed
        | Class::Removed
        | Class::NewFail
        | Class::MoreLenient
        | Class::Stricter
        | Class::Fixed
        | Class::CrashFixed
        | Class::NewPass => format!("{verdict}{}", beside(old, new)),
    };
    sentence(&text)
}

fn arrow(old: Option<impl Display>, new: Option<impl Display>, none: &str) -> String {
    let side = |text: Option<String>| text.unwrap_or_else(|| none.to_owned());
    let (old, new) = (side(old.map(|o| o.to_string())), side(new.map(|n| n.to_string())));
    if old == new { old } else { format!("{old} → {new}") }
}

/// What else a reader of a changed verdict wants to know.
fn beside(old: Option<&State>, new: Option<&State>) -> String {
    let codes = (old.map(|s| s.close), new.map(|s| s.close));
    let mut parts = Vec::new();
    if let (Some(a), Some(b)) = codes
        && a != b
    {
        parts.push(format!("close {} → {}", close(a), close(b)));
    }
    let bad = new.filter(|state| !state.verdict.is_good());
    parts.extend(bad.and_then(|state| state.text.clone().or_else(|| state.reason.clone())));
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

fn end(old: Option<&State>, new: Option<&State>) -> String {
    let name = |state: Option<&State>| state.and_then(|s| s.end).map(|end| end.name());
    if name(old) == name(new) {
        String::new()
    } else {
        format!(", end of stream {}", arrow(name(old), name(new), "unknown"))
    }
}

fn work(old: Option<&State>, new: Option<&State>) -> String {
    let Some((old, new)) = old.and_then(|s| s.work).zip(new.and_then(|s| s.work)) else {
        return String::new();
    };
    let changed = old.counters().into_iter().zip(new.counters()).filter(|((_, a), (_, b))| a != b);
    let words = changed.map(|((name, a), (_, b))| format!("{} {a} → {b}", name.replace('_', " ")));
    words.collect::<Vec<_>>().join(", ")
}
