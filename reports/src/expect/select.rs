//! Naming cases: ids, globs, `ab:`, `rfc:` and `tag:`.

use globset::{GlobBuilder, GlobMatcher};

use crate::model::{CaseKey, CaseResult};

/// What a selection can look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Role and case id.
    pub key: &'a CaseKey,
    /// The Autobahn number, written `ab:7.9.4`.
    pub alias: Option<&'a str>,
    /// Clauses, written `6455#7.4.1`.
    pub rfc: &'a [String],
    /// Free words.
    pub tags: &'a [String],
}

impl<'a> Facts<'a> {
    /// The facts of a result.
    #[must_use]
    pub fn of(key: &'a CaseKey, result: &'a CaseResult) -> Self {
        Self { key, alias: result.alias.as_deref(), rfc: &result.rfc, tags: &result.tags }
    }
}

/// A compiled selection.
pub type Predicate = Box<dyn Fn(&Facts<'_>) -> bool + Send + Sync>;

/// A selection language. The runner brings its own; [`ByFields`] looks at the results alone.
pub trait Selector {
    /// Compiles one pattern.
    ///
    /// # Errors
    /// What is wrong with the pattern, as a lower-case fragment.
    fn compile(&self, pattern: &str) -> Result<Predicate, String>;
}

/// Selects by what a result says about itself.
///
/// | Pattern | Selects |
/// |---|---|
/// | `close/code/*` | ids in both roles; `*` also crosses `/` |
/// | `server/close/*` | the same in one role |
/// | `ab:7.9.*` | Autobahn numbers |
/// | `rfc:6455#7.4` | a clause and the clauses below it |
/// | `tag:deflate` | tags |
#[derive(Clone, Copy, Debug, Default)]
pub struct ByFields;

impl ByFields {
    /// Longest pattern in octets.
    pub const MAX_PATTERN: usize = 200;
}

impl Selector for ByFields {
    fn compile(&self, pattern: &str) -> Result<Predicate, String> {
        if pattern.len() > Self::MAX_PATTERN {
            return Err(format!("a pattern has at most {} octets", Self::MAX_PATTERN));
        }
        if let Some(clause) = pattern.strip_prefix("rfc:") {
            let clause = clause.to_owned();
            return Ok(Box::new(move |facts| facts.rfc.iter().any(|c| is_within(c, &clause))));
        }
        if let Some(tag) = pattern.strip_prefix("tag:") {
            let tag = glob(tag)?;
            return Ok(Box::new(move |facts| facts.tags.iter().any(|t| tag.is_match(t))));
        }
        let matcher = glob(pattern)?;
        if pattern.starts_with("ab:") {
            return Ok(Box::new(move |facts| facts.alias.is_some_and(|a| matcher.is_match(a))));
        }
        if pattern.starts_with("client/") || pattern.starts_with("server/") {
            return Ok(Box::new(move |facts| matcher.is_match(facts.key.as_str())));
        }
        Ok(Box::new(move |facts| matcher.is_match(facts.key.id())))
    }
}

/// Whether `clause` is `wanted` or one of its subclauses.
fn is_within(clause: &str, wanted: &str) -> bool {
    clause.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '#']))
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    if pattern.is_empty() {
        return Err("an empty pattern names no case".to_owned());
    }
    let glob = GlobBuilder::new(pattern).backslash_escape(true).build();
    Ok(glob.map_err(|error| error.kind().to_string())?.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_look_at_their_own_field() {
        let key: CaseKey = "server/close/code/reserved-1005".parse().unwrap();
        let rfc = ["6455#7.4.1".to_owned()];
        let tags = ["close".to_owned()];
        let facts = Facts { key: &key, alias: Some("ab:7.9.4"), rfc: &rfc, tags: &tags };
        let selects = |pattern: &str| ByFields.compile(pattern).unwrap()(&facts);
        for yes in [
            "close/code/reserved-1005",
            "server/close/code/reserved-1005",
            "close/*",
            "*/reserved-*",
            "server/*",
            "ab:7.9.4",
            "ab:7.*",
            "rfc:6455",
            "rfc:6455#7.4",
            "rfc:6455#7.4.1",
            "tag:clos?",
            "close/{code,body}/*",
        ] {
            assert!(selects(yes), "{yes}");
        }
        for no in [
            "client/*",
            "close",
            "ab:7.9",
            "rfc:6455#7.4.1.2",
            "rfc:6455#7.4.11",
            "rfc:645",
            "tag:x",
            "ab:*1005",
        ] {
            assert!(!selects(no), "{no}");
        }
        for bad in ["", "tag:", "a[", "{a", &"a".repeat(201)] {
            assert!(ByFields.compile(bad).is_err(), "{bad}");
        }
    }
}
