//! Changing the file without touching what people wrote around it.

use core::fmt;
use std::collections::BTreeMap;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, RawString, Table, value};

use super::apply::{describes, is_harmless};
use super::date::Date;
use super::file::{Entry, Expectations, FileError};
use super::select::{Facts, Selector};
use crate::model::{CaseKey, ExpectedVerdict, Report, Role, Verdict};

/// Adds entries for every unexpected result of `report` to the text of a file and returns the new
/// text. Results of the same verdict and reason share an entry; comments and order of what is
/// there are kept. `reason` is asked for each new entry, given its verdict and its patterns.
///
/// The report must have been through [`Expectations::apply`] with the same file.
///
/// # Errors
/// [`AcceptError`] when the file cannot be read or a reason is empty.
pub fn accept(
    text: &str,
    report: &Report,
    selector: &dyn Selector,
    reason: &mut dyn FnMut(ExpectedVerdict, &[String]) -> String,
) -> Result<String, AcceptError> {
    let mut groups: BTreeMap<(ExpectedVerdict, Option<&str>), Vec<&CaseKey>> = BTreeMap::new();
    for (key, result) in &report.cases {
        if result.is_unexpected(report.settings.strict) {
            let verdict = match result.verdict {
                Verdict::Crash => ExpectedVerdict::Crash,
                Verdict::Lenient => ExpectedVerdict::Lenient,
                _ => ExpectedVerdict::Fail,
            };
            groups.entry((verdict, result.reason.as_deref())).or_default().push(key);
        }
    }
    let mut document = open(text, selector)?.1;
    set_suite(&mut document, &report.suite.version);
    for ((verdict, _), keys) in groups {
        let patterns = patterns(&keys);
        let reason = reason(verdict, &patterns);
        if reason.trim().is_empty() {
            return Err(AcceptError::NoReason { pattern: patterns.into_iter().next() });
        }
        let mut entry = Table::new();
        let mut cases: Array = patterns.iter().collect();
        if cases.len() > 1 {
            cases.iter_mut().for_each(|case| case.decor_mut().set_prefix("\n    "));
            cases.set_trailing("\n");
            cases.set_trailing_comma(true);
        }
        entry["cases"] = value(cases);
        entry["verdict"] = value(verdict.name());
        entry["reason"] = value(reason.trim());
        entries(&mut document)?.push(entry);
    }
    Ok(document.to_string())
}

/// The shortest exact patterns: without a role where both roles are meant.
fn patterns(keys: &[&CaseKey]) -> Vec<String> {
    let mut roles: BTreeMap<&str, Vec<Role>> = BTreeMap::new();
    for key in keys {
        roles.entry(key.id()).or_default().push(key.role());
    }
    let named = roles.into_iter().map(|(id, roles)| match roles.as_slice() {
        [role] => format!("{role}/{id}"),
        _ => id.to_owned(),
    });
    named.collect()
}

/// Takes out of the text of a file what `report` shows to be needless, and returns the new text
/// and how many entries and patterns went.
///
/// A pattern goes when it names no case, or when none of the cases it names is bad; an entry goes
/// with its last pattern. Entries whose conditions hold for no case of the report, entries that
/// are not run, and expired ones are left alone: the report says nothing about the first two, and
/// the last need a decision.
///
/// The report should be of a run over the whole catalogue.
///
/// # Errors
/// [`AcceptError`] when the file cannot be read.
pub fn prune(
    text: &str,
    report: &Report,
    selector: &dyn Selector,
    today: Date,
) -> Result<(String, usize), AcceptError> {
    let (expectations, mut document) = open(text, selector)?;
    let mut gone = 0;
    for (index, entry) in expectations.entries.iter().enumerate().rev() {
        if entry.is_expired(today) || !entry.run {
            continue;
        }
        let Some(needless) = needless_patterns(entry, report) else { continue };
        let keep = needless.iter().filter(|needless| !**needless).count();
        let tables = entries(&mut document)?;
        if keep == 0 {
            tables.remove(index);
            gone += 1;
        } else if let Some(cases) =
            tables.get_mut(index).and_then(|table| table["cases"].as_array_mut())
        {
            for (n, _) in needless.iter().enumerate().rev().filter(|(_, needless)| **needless) {
                remove_case(cases, n);
                gone += 1;
            }
        }
    }
    Ok((document.to_string(), gone))
}

/// Per pattern, whether the report shows it to be needless; `None` when the conditions of the
/// entry hold for no case. Of cases that were not played it shows nothing.
fn needless_patterns(entry: &Entry, report: &Report) -> Option<Vec<bool>> {
    let mut held = false;
    let mut needless = vec![true; entry.patterns.len()];
    let whole = report.complete && report.suite.selected == report.suite.total;
    let mut played = vec![whole; entry.patterns.len()];
    for (key, result) in &report.cases {
        if !entry.when.holds(key.role(), &report.subject) {
            continue;
        }
        held = true;
        let harmless = is_harmless(result.verdict) && !describes(entry, result);
        let facts = Facts::of(key, result);
        for (n, (_, predicate)) in entry.patterns.iter().enumerate() {
            let named = predicate(&facts);
            played[n] |= named;
            needless[n] &= harmless || !named;
        }
    }
    let shown = needless.iter().zip(played).map(|(needless, played)| *needless && played);
    held.then(|| shown.collect())
}

/// Sets the suite version and leaves a comment behind it in place.
fn set_suite(document: &mut DocumentMut, version: &str) {
    match document.get_mut("suite").and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = version.into();
            *old.decor_mut() = decor;
        }
        None => document["suite"] = value(version),
    }
}

/// Takes one element out of a list. What stands before an element up to the end of the line is the
/// remark on the element before it, so that part stays.
fn remove_case(cases: &mut Array, index: usize) {
    let removed = cases.remove(index);
    let before = removed.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
    let splice = |after: &str| match (before.find('\n'), after.find('\n')) {
        (Some(of_previous), Some(own)) => format!("{}{}", &before[..of_previous], &after[own..]),
        _ => before.to_owned(),
    };
    match cases.get_mut(index) {
        Some(next) => {
            let after = next.decor().prefix().and_then(RawString::as_str).unwrap_or_default();
            let prefix = splice(after);
            next.decor_mut().set_prefix(prefix);
        }
        None => {
            let trailing = splice(cases.trailing().as_str().unwrap_or_default());
            cases.set_trailing(trailing);
        }
    }
}

/// The text as both views: understood, and as it is written.
fn open(text: &str, selector: &dyn Selector) -> Result<(Expectations, DocumentMut), AcceptError> {
    let text = if text.trim().is_empty() { "schema = 1\n" } else { text };
    let expectations = Expectations::parse(text, selector).map_err(AcceptError::File)?;
    let document = text.parse().map_err(|error: toml_edit::TomlError| {
        AcceptError::File(FileError::new(1, error.message().to_owned()))
    })?;
    Ok((expectations, document))
}

fn entries(document: &mut DocumentMut) -> Result<&mut ArrayOfTables, AcceptError> {
    document
        .entry("expect")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .ok_or(AcceptError::Inline)
}

/// A file of known deviations that cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcceptError {
    /// The file cannot be read.
    File(FileError),
    /// The entries are an inline array, which cannot be added to without a new layout.
    Inline,
    /// No reason was given.
    NoReason {
        /// The first pattern of the entry.
        pattern: Option<String>,
    },
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "{error}"),
            Self::Inline => f.write_str("\"expect\" is not written as [[expect]] tables"),
            Self::NoReason { pattern } => {
                write!(f, "no reason for {}", pattern.as_deref().unwrap_or("an entry"))
            }
        }
    }
}

impl core::error::Error for AcceptError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_goes_with_its_own_remarks_only() {
        let list = "[\n    'a', # of a\n    # about b\n    'b', # of b\n    'c', # of c\n]";
        for (index, wanted) in [
            (0, "[\n    # about b\n    'b', # of b\n    'c', # of c\n]"),
            (1, "[\n    'a', # of a\n    'c', # of c\n]"),
            (2, "[\n    'a', # of a\n    # about b\n    'b', # of b\n]"),
        ] {
            assert_eq!(without(list, index), wanted);
        }
        assert_eq!(without("['a', 'b', 'c']", 0), "['b', 'c']");
        assert_eq!(without("['a', 'b', 'c']", 1), "['a', 'c']");
        assert_eq!(without("['a', 'b']", 1).replace(' ', ""), "['a']");
    }

    fn without(list: &str, index: usize) -> String {
        let mut document: DocumentMut = format!("x = {list}").parse().unwrap();
        remove_case(document["x"].as_array_mut().unwrap(), index);
        document.to_string().trim_start_matches("x = ").trim().to_owned()
    }
}
