//! What can be selected: a case in a role.

use std::sync::LazyLock;

use wsproof_cases::case::{self, Case};
use wsproof_cases::{Role, autobahn, catalogue};
use wsproof_reports::expect::Facts;
use wsproof_reports::model::{self, CaseKey};

/// A case in one of the roles in which a subject can be tested with it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The case.
    pub case: &'static Case,
    /// The role of the subject.
    pub role: Role,
    /// The name of the result.
    pub key: CaseKey,
    /// The Autobahn number, written `ab:7.9.4`.
    pub alias: Option<String>,
    /// The clauses, written `6455#7.4.1`.
    pub rfc: Vec<String>,
    /// Words for `tag:`.
    pub tags: Vec<String>,
    /// The file that holds the case, if it is none of the catalogue.
    pub file: Option<String>,
}

/// Every case in every role, in the order of the catalogue, clients first.
pub fn items() -> &'static [Item] {
    static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(|| {
        let roles = |case: &'static Case| {
            Role::ALL
                .into_iter()
                .filter(|role| case.plays.allows(*role))
                .map(move |role| (case, role))
        };
        catalogue().iter().flat_map(roles).map(|(case, role)| Item::new(case, role)).collect()
    });
    &ITEMS
}

/// Whether a case has a tag.
type HasTag = fn(&Case) -> bool;

/// Tags by name, and the cases that have them.
const TAGS: [(&str, HasTag); 3] = [
    ("informational", Case::is_informational),
    ("large", |case| case.needs.message > 0),
    ("many-frames", |case| case.needs.fragments > 1),
];

impl Item {
    pub(super) fn new(case: &'static Case, role: Role) -> Self {
        let key = CaseKey::new(role_of(role), &case.id).expect("ids of cases are ids of reports");
        let tags = TAGS.iter().filter(|(_, has)| has(case)).map(|(tag, _)| (*tag).to_owned());
        Self {
            case,
            role,
            key,
            alias: autobahn::alias(case),
            rfc: case.clauses.iter().map(ToString::to_string).collect(),
            tags: tags.collect(),
            file: None,
        }
    }

    /// What names it on the command line: its key, or the file that holds it.
    pub fn name(&self) -> &str {
        self.file.as_deref().unwrap_or(self.key.as_str())
    }

    /// What a filter looks at.
    pub fn facts(&self) -> Facts<'_> {
        Facts { key: &self.key, alias: self.alias.as_deref(), rfc: &self.rfc, tags: &self.tags }
    }
}

/// A role as reports name it.
pub const fn role_of(role: Role) -> model::Role {
    match role {
        Role::Client => model::Role::Client,
        Role::Server => model::Role::Server,
    }
}

/// A level as reports name it.
pub const fn level_of(level: case::Level) -> model::Level {
    match level {
        case::Level::Must => model::Level::Must,
        case::Level::Should => model::Level::Should,
        case::Level::May => model::Level::May,
        case::Level::Practice => model::Level::Practice,
    }
}
