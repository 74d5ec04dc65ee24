//! Selecting.

use core::fmt;
use std::collections::HashSet;

use wsproof_cases::Role;
use wsproof_cases::case::{Level, Tier};
use wsproof_reports::expect::{ByFields, Predicate, Selector};

use super::file;
use super::item::{Item, items};
use super::near::near;

/// What to select.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// Filters; a case is selected when any fits, and every case when there is none.
    pub filters: &'r [String],
    /// Filters that take cases away again.
    pub skips: &'r [String],
    /// The role of the subject; both when there is none.
    pub role: Option<Role>,
    /// How binding a case must be.
    pub level: LevelLimit,
    /// How much of the catalogue there is to select from.
    pub tier: Tier,
}

/// How binding a case must be to be selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LevelLimit {
    /// MUST only.
    Must,
    /// MUST and SHOULD.
    Should,
    /// All of them.
    #[default]
    All,
}

impl LevelLimit {
    /// All of them, narrowest first.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::All];

    /// The word on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::All => "all",
        }
    }

    fn allows(self, level: Level) -> bool {
        match self {
            Self::Must => level == Level::Must,
            Self::Should => level <= Level::Should,
            Self::All => true,
        }
    }
}

/// Selects, in the order of the catalogue; behind it the cases of files, in the order given.
///
/// # Errors
/// A filter is malformed, or names no case of the catalogue in any role; a file cannot be read, or
/// its case has the name of another that is selected.
pub fn select(request: &Request<'_>) -> Result<Vec<&'static Item>, SelectError> {
    let (files, filters): (Vec<_>, Vec<_>) =
        request.filters.iter().cloned().partition(|filter| file::is_file(filter));
    let everything = request.filters.is_empty();
    let filters = compile(&filters)?;
    let skips = compile(request.skips)?;
    let wanted = |item: &&Item| {
        let facts = item.facts();
        let named = |filters: &[Predicate]| filters.iter().any(|fits| fits(&facts));
        request.role.is_none_or(|role| role == item.role)
            && request.level.allows(item.case.level)
            && (item.file.is_some()
                || item.case.least_tier() <= request.tier && (everything || named(&filters)))
            && !named(&skips)
    };
    let mut selected: Vec<_> = items().iter().filter(wanted).collect();
    let mut seen: HashSet<_> = selected.iter().map(|item| &item.key).collect();
    let mut of_files = Vec::new();
    for path in files {
        let fail = |why| SelectError::File { path: path.clone(), why };
        for item in file::items_of(&path).map_err(fail)?.iter().filter(wanted) {
            if !seen.insert(&item.key) {
                return Err(fail(format!("another selected case is named {}", item.case.id)));
            }
            of_files.push(item);
        }
    }
    selected.extend(of_files);
    Ok(selected)
}

/// Finds the one case that `name` (an id, an alias, or a key with its role) names, in `role` or the
/// role it has in the key, or else in the first of the roles in which it can be played, servers
/// before clients.
///
/// # Errors
/// No case, or more than one, is named like this.
pub fn find(name: &str, role: Option<Role>) -> Result<&'static Item, SelectError> {
    let filters = [name.to_owned()];
    let (level, tier) = (LevelLimit::All, Tier::Full);
    let request = Request { filters: &filters, skips: &[], role, level, tier };
    let mut found = select(&request)?;
    found.sort_by_key(|item| item.role == Role::Client);
    match found[..] {
        [] => Err(SelectError::Unknown { filter: name.to_owned(), near: Vec::new() }),
        [first, ..] if found.iter().all(|item| item.case.id == first.case.id) => Ok(first),
        _ => Err(SelectError::Ambiguous { name: name.to_owned(), count: found.len() }),
    }
}

/// Whether a filter names a case in a role.
pub fn fits(filter: &str, item: &Item) -> bool {
    ByFields.compile(filter).is_ok_and(|fits| fits(&item.facts()))
}

fn compile(filters: &[String]) -> Result<Vec<Predicate>, SelectError> {
    let compile = |filter: &String| {
        let fits = ByFields
            .compile(filter)
            .map_err(|why| SelectError::Malformed { filter: filter.clone(), why })?;
        if items().iter().any(|item| fits(&item.facts())) {
            return Ok(fits);
        }
        Err(SelectError::Unknown { filter: filter.clone(), near: near(filter) })
    };
    filters.iter().map(compile).collect()
}

/// A selection that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectError {
    /// The filter has a form that means nothing.
    Malformed {
        /// As it was given.
        filter: String,
        /// What is wrong with it.
        why: String,
    },
    /// No case is named like this.
    Unknown {
        /// As it was given.
        filter: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// The file cannot be read, or holds no case that can be played.
    File {
        /// As it was given.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// More than one case is named like this where one is wanted.
    Ambiguous {
        /// As it was given.
        name: String,
        /// How many results there are.
        count: usize,
    },
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { filter, why } => write!(f, "filter {filter:?}: {why}"),
            Self::File { path, why } => write!(f, "{path}: {why}"),
            Self::Unknown { filter, near } if near.is_empty() => {
                write!(f, "{filter:?} names no case; `wsproof list` shows them all")
            }
            Self::Unknown { filter, near } => {
                write!(f, "{filter:?} names no case; did you mean {}?", near.join(", "))
            }
            Self::Ambiguous { name, count } => {
                write!(f, "{name:?} names {count} results; one case is wanted here")
            }
        }
    }
}

impl core::error::Error for SelectError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(
        filters: &[&str],
        skips: &[&str],
        role: Option<Role>,
        level: LevelLimit,
    ) -> Vec<String> {
        let owned =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (filters, skips) = (owned(filters), owned(skips));
        let tier = Tier::Full;
        let request = Request { filters: &filters, skips: &skips, role, level, tier };
        select(&request).unwrap().iter().map(|item| item.key.to_string()).collect()
    }

    #[test]
    fn filters_join_and_skips_subtract() {
        let all = LevelLimit::All;
        assert_eq!(keys(&[], &[], None, all).len(), items().len());
        assert_eq!(
            keys(&["ab:7.9.4", "close/after-echo"], &["client/*"], None, all),
            ["server/close/after-echo", "server/close/code/reserved-1005"]
        );
        assert_eq!(keys(&["rfc:6455#7.4"], &[], Some(Role::Client), all), {
            keys(&["rfc:6455#7.4.1", "rfc:6455#7.4.2"], &[], Some(Role::Client), all)
        });
        let must = keys(&[], &[], None, LevelLimit::Must);
        let should = keys(&[], &[], None, LevelLimit::Should);
        assert!(must.len() < items().len() && must.iter().all(|key| should.contains(key)));
        assert!(!keys(&["tag:large"], &[], None, all).is_empty());
    }

    #[test]
    fn one_case_is_found_by_id_alias_or_key() {
        for (name, role, key) in [
            ("close/code/reserved-1005", None, "server/close/code/reserved-1005"),
            ("ab:7.9.4", Some(Role::Client), "client/close/code/reserved-1005"),
            ("client/close/code/reserved-1005", None, "client/close/code/reserved-1005"),
        ] {
            assert_eq!(find(name, role).unwrap().key.as_str(), key);
        }
        assert!(matches!(find("close/*", None), Err(SelectError::Ambiguous { .. })));
        assert!(matches!(find("a[", None), Err(SelectError::Malformed { .. })));
        let role = Some(Role::Server);
        assert!(find("client/close/after-echo", role).is_err(), "the role is another one");
    }
}
