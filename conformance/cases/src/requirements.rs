//! What the standards ask for, statement by statement, and which cases look at it.

use std::sync::LazyLock;

/// One statement of a standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The permanent id: the document, the section and a number, such as `RFC6455-5.2-03`.
    pub id: &'static str,
    /// How binding it is: `MUST`, `MUST NOT`, `SHOULD`, `SHOULD NOT`, `MAY`, or `implied` by the
    /// text.
    pub level: &'static str,
    /// Whom it binds: `client`, `server`, `both`, or whoever is `sender` or `receiver`.
    pub role: &'static str,
    /// Where it shows.
    pub testable: Testable,
    /// What it is about, such as `framing`.
    pub subject: &'static str,
    /// Where it comes from: `core` is the standard itself, others are `errata`, `extension`,
    /// `registry`, `utf8` and `http`.
    pub scope: &'static str,
    /// The statement, in few words.
    pub what: &'static str,
    /// What looks at it.
    pub covered: Vec<Covered>,
}

/// Where a requirement shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Testable {
    /// In the octets that peers exchange.
    Wire,
    /// At the interface.
    Api,
    /// Nowhere a test can look.
    No,
}

/// What looks at a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covered {
    /// The cases that these filters select.
    By(Vec<&'static str>),
    /// A test of its own, for what only shows at the interface.
    Test {
        /// The file, from the top of the project.
        file: &'static str,
        /// The function.
        function: &'static str,
    },
    /// Nothing can, for this reason.
    Excused(&'static str),
}

impl Requirement {
    /// The document and section, written `6455#5.2` where the section is one of an RFC.
    pub fn clause(&self) -> Option<String> {
        let (document, rest) = self.id.split_once('-')?;
        let section = rest.rsplit_once('-')?.0;
        Some(format!("{}#{section}", document.strip_prefix("RFC")?))
    }

    /// Whether a case, a test or an excuse is due.
    pub fn is_due(&self) -> bool {
        self.testable != Testable::No
    }
}

/// All of them, document by document and in the order of their sections.
pub fn requirements() -> &'static [Requirement] {
    static ROWS: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
        parse(include_str!("../data/requirements.txt"))
            .expect("the table of requirements is well-formed")
    });
    &ROWS
}

/// The requirement with this id.
pub fn find(id: &str) -> Option<&'static Requirement> {
    requirements().iter().find(|requirement| requirement.id == id)
}

fn parse(table: &'static str) -> Result<Vec<Requirement>, String> {
    let mut rows: Vec<Requirement> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let read = match (line.strip_prefix("  "), rows.last_mut()) {
            (Some(line), Some(row)) => covered(line).map(|covered| row.covered.push(covered)),
            (None, _) => row(line).map(|row| rows.push(row)),
            (Some(_), None) => None,
        };
        read.ok_or_else(|| format!("this line means nothing: {line}"))?;
    }
    Ok(rows)
}

fn row(line: &'static str) -> Option<Requirement> {
    let parts: Vec<_> = line.split(" | ").collect();
    let [id, level, role, testable, subject, scope, what] = parts[..] else { return None };
    let testable = match testable {
        "wire" => Testable::Wire,
        "api" => Testable::Api,
        "no" => Testable::No,
        _ => return None,
    };
    Some(Requirement { id, level, role, testable, subject, scope, what, covered: Vec::new() })
}

fn covered(line: &'static str) -> Option<Covered> {
    match line.split_once(' ')? {
        ("by", filters) => Some(Covered::By(filters.split(' ').collect())),
        ("test", rest) => {
            let (file, function) = rest.split_once(' ')?;
            Some(Covered::Test { file, function })
        }
        ("excused:", reason) => Some(Covered::Excused(reason)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn rows_are_unique_and_complete() {
        let mut seen = HashSet::new();
        for row in requirements() {
            assert!(seen.insert(row.id), "{} twice", row.id);
            assert_eq!(find(row.id), Some(row));
            assert!(row.what.ends_with('.') && row.what.len() <= 100, "{}", row.id);
            let levels = ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "implied"];
            assert!(levels.contains(&row.level), "{}", row.id);
            let scopes = ["core", "errata", "extension", "registry", "utf8", "http"];
            assert!(scopes.contains(&row.scope), "{}", row.id);
            assert_eq!(row.is_due(), !row.covered.is_empty(), "{}", row.id);
        }
        assert_eq!(requirements().len(), 455);
        assert_eq!(find("RFC6455-5.2-03").unwrap().clause().as_deref(), Some("6455#5.2"));
        assert_eq!(find("IANA-close-codes-01").unwrap().clause(), None);
    }

    #[test]
    fn excuses_are_few_and_have_reasons() {
        let excused = |covered: &Covered| match covered {
            Covered::Excused(reason) => Some(*reason),
            _ => None,
        };
        let rows =
            || requirements().iter().filter(|row| row.covered.iter().any(|c| excused(c).is_some()));
        assert!(rows().all(|row| row.covered.len() == 1), "an excuse stands alone");
        let excuses: HashSet<_> =
            requirements().iter().flat_map(|row| row.covered.iter().filter_map(excused)).collect();
        assert!(rows().count() <= 15, "{} rows are excused", rows().count());
        assert!(excuses.len() <= 15, "{} excuses", excuses.len());
        assert!(excuses.iter().all(|reason| reason.len() > 30), "{excuses:#?}");
    }

    #[test]
    fn lines_that_mean_nothing_are_told() {
        for wrong in ["A", "  by x", "A | MUST | both | air | x | core | Y.", "A | b\n  by"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
