//! One self-contained page: the shell with the data inside.
//!
//! The page makes no request, so it opens from a disk and from any server alike. All numbers it
//! shows are counted by its script from the data, which is the report or the diff itself.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::diff::{Change, Class, Diff};
use crate::model::{CaseResult, Report};

pub(super) struct Html;

/// Room for wire logs in octets; the rest of a page grows with about a kilobyte per case.
const MAX_WIRE: usize = 2_500_000;

const SHELL: &str = include_str!("html/shell.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = concat!(
    include_str!("html/dom.js"),
    include_str!("html/wire.js"),
    include_str!("html/panel.js"),
    include_str!("html/page.js"),
);

impl Render for Html {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let data = match view {
            View::One { report, decision } => json!({
                "report": bounded(report),
                "seed": report.settings.seed.to_string(),
                "target": text::target(report),
                "told": told(report),
                "outcomes": outcomes(report),
                "causes": decision.map(|decision| &decision.causes),
                "exit": decision.map(|decision| decision.code.code()),
            }),
            View::Change { diff, old, new, decision } => json!({
                "diff": diff,
                "seed": new.settings.seed.to_string(),
                "target": text::target(new),
                "told": transitions(diff),
                "old": changed(diff, old),
                "new": changed(diff, new),
                "causes": decision.map(|decision| &decision.causes),
                "exit": decision.map(|decision| decision.code.code()),
            }),
        };
        let mut page = String::new();
        let mut rest = SHELL;
        for (mark, text) in
            [("{{style}}", STYLE), ("{{data}}", &embed(&data)), ("{{script}}", SCRIPT)]
        {
            let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
            page.push_str(before);
            page.push_str(text);
            rest = after;
        }
        page.push_str(rest);
        Ok(Rendered::File(page))
    }
}

/// The report with as many wire logs as the page has room for, those of bad results first.
fn bounded(report: &Report) -> Value {
    let (good, bad): (Vec<_>, Vec<_>) =
        report.cases.iter().partition(|(_, result)| result.verdict.is_good());
    let mut value = json!(report);
    let order = bad.into_iter().chain(good).map(|(key, _)| key.as_str());
    leave_out(&mut value["cases"], order, MAX_WIRE);
    value
}

/// Leaves out the wire logs of `cases` that do not fit into `room` octets, the later ones in
/// `order` rather than the earlier ones.
fn leave_out<'k>(cases: &mut Value, order: impl Iterator<Item = &'k str>, mut room: usize) {
    for key in order {
        let Some(wire) = cases.get_mut(key).and_then(|case| case.get_mut("wire")) else { continue };
        let size = wire.to_string().len();
        if size <= room {
            room -= size;
        } else {
            *wire = json!("left out");
        }
    }
}

/// The sentence of each result that has one.
fn told(report: &Report) -> BTreeMap<&str, String> {
    let told = report
        .cases
        .iter()
        .map(|(key, result)| (key.as_str(), text::told(result, report.settings.strict)));
    told.filter(|(_, text)| !text.is_empty()).collect()
}

/// What each result means, where it is not simply good.
fn outcomes(report: &Report) -> BTreeMap<&str, &'static str> {
    let word = |result| match Outcome::of(result, report.settings.strict) {
        Outcome::Passed => None,
        Outcome::Failed => Some("failed"),
        Outcome::Broken => Some("broken"),
        Outcome::Stale => Some("stale"),
        Outcome::Known => Some("known"),
        Outcome::Unsupported => Some("unsupported"),
        Outcome::NotRun => Some("not_run"),
    };
    let words = report.cases.iter().map(|(key, result)| (key.as_str(), word(result)));
    words.filter_map(|(key, word)| Some((key, word?))).collect()
}

/// The sentence of each change, in the order of the changes of its class.
fn transitions(diff: &Diff) -> BTreeMap<Class, Vec<String>> {
    let of = |(&class, changes): (&Class, &Vec<Change>)| {
        (class, changes.iter().map(|change| text::transition(class, change)).collect())
    };
    diff.changes.iter().map(of).collect()
}

/// The results of the changed cases, which is all a diff view opens, with the wire logs that half
/// a page has room for.
fn changed(diff: &Diff, report: &Report) -> Value {
    let keys = || diff.changes.values().flatten().map(|change| &change.id);
    let results: BTreeMap<&str, &CaseResult> =
        keys().filter_map(|key| Some((key.as_str(), report.cases.get(key)?))).collect();
    let mut value = json!(results);
    leave_out(&mut value, results.keys().copied(), MAX_WIRE / 2);
    value
}

/// JSON that cannot end the script element it stands in, begin a comment or break a line, and that
/// reads in the source as it is: such characters are legal in JSON strings only, where an escape
/// means the same.
fn embed(data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '<' | '>' | '&') || text::is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_data_cannot_leave_its_element() {
        let hostile = json!({"</script><!--": "<![CDATA[ & \u{2028}\u{2029} {{script}}"});
        let text = embed(&hostile);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
    }

    #[test]
    fn the_shell_has_each_mark_once_and_in_order() {
        let places = ["{{style}}", "{{data}}", "{{script}}"].map(|mark| {
            assert_eq!(SHELL.matches(mark).count(), 1, "{mark}");
            SHELL.find(mark)
        });
        assert!(places.is_sorted());
    }
}
