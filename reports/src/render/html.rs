//! One self-contained page: the shell with the data inside.
//!
//! The page makes no request, so it opens from a disk and from any server alike. All numbers it
//! shows are counted by its script from the data, which is the report or the diff itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::format::{Render, RenderError, Rendered, View};
use super::outcome::Outcome;
use super::text;
use crate::diff::{Change, Class, Diff};
use crate::model::{CaseResult, Report};

pub(super) struct Html;

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
                "report": report,
                "told": told(report),
                "outcomes": outcomes(report),
                "causes": decision.map(|decision| &decision.causes),
                "exit": decision.map(|decision| decision.code.code()),
            }),
            View::Change { diff, old, new, decision } => json!({
                "diff": diff,
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

/// The results of the changed cases, which is all a diff view opens.
fn changed<'r>(diff: &Diff, report: &'r Report) -> BTreeMap<&'r str, &'r CaseResult> {
    let keys = diff.changes.values().flatten().map(|change| &change.id);
    let results = keys.filter_map(|key| report.cases.get_key_value(key));
    results.map(|(key, result)| (key.as_str(), result)).collect()
}

/// JSON that cannot end the script element it stands in, begin a comment, or break a line of
/// JavaScript: these characters are legal in JSON strings only, where an escape means the same.
fn embed(data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
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
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), hostile);
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
