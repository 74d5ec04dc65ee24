//! The name and major version every machine format of this crate carries in its `schema` field.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A format and its major version, written `wsproof-report/1`.
///
/// Only the major version is written: within it fields are added, never removed, renamed or given
/// another meaning, and readers ignore fields they do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemaVersion {
    format: &'static str,
    major: u32,
}

impl SchemaVersion {
    /// The report of one run.
    ///
    /// Changelog:
    /// - 1: first version.
    pub const REPORT: Self = Self { format: "wsproof-report", major: 1 };

    /// The difference between two reports.
    ///
    /// Changelog:
    /// - 1: first version.
    pub const DIFF: Self = Self { format: "wsproof-diff", major: 1 };

    /// The file of known deviations (`schema = 1` in TOML).
    ///
    /// Changelog:
    /// - 1: first version.
    pub const EXPECT: Self = Self { format: "wsproof-expect", major: 1 };

    const ALL: [Self; 3] = [Self::REPORT, Self::DIFF, Self::EXPECT];

    /// The format's name without the version.
    #[must_use]
    pub fn format(self) -> &'static str {
        self.format
    }

    /// The major version.
    #[must_use]
    pub fn major(self) -> u32 {
        self.major
    }

    /// Whether a document that says `found` can be read as `self`.
    ///
    /// # Errors
    /// [`SchemaMismatch`] says whether the document is of another format or of a newer version.
    pub fn check(self, found: Option<&str>) -> Result<(), SchemaMismatch> {
        let Some(found) = found else { return Err(SchemaMismatch::Missing { wanted: self }) };
        let split = found.rsplit_once('/').and_then(|(f, v)| Some((f, v.parse::<u32>().ok()?)));
        match split {
            Some((format, major)) if format == self.format => {
                if major > self.major {
                    Err(SchemaMismatch::Newer { wanted: self, found: major })
                } else if major < self.major || major == 0 {
                    Err(SchemaMismatch::Unknown { wanted: self, found: shorten(found) })
                } else {
                    Ok(())
                }
            }
            _ => Err(SchemaMismatch::Unknown { wanted: self, found: shorten(found) }),
        }
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.format, self.major)
    }
}

impl Serialize for SchemaVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SchemaVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::ALL
            .into_iter()
            .find(|version| version.check(Some(&text)).is_ok())
            .ok_or_else(|| serde::de::Error::custom(format!("unknown schema {:?}", shorten(&text))))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SchemaVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SchemaVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The format and its major version.",
            "pattern": "^wsproof-[a-z]+/[1-9][0-9]*$",
        })
    }
}

/// Why a document cannot be read as the wanted format.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaMismatch {
    /// The document has no `schema` field.
    Missing {
        /// What was to be read.
        wanted: SchemaVersion,
    },
    /// The document is of a newer major version.
    Newer {
        /// What was to be read.
        wanted: SchemaVersion,
        /// The document's major version.
        found: u32,
    },
    /// The document is something else.
    Unknown {
        /// What was to be read.
        wanted: SchemaVersion,
        /// What the document says it is, at most 60 characters.
        found: String,
    },
}

impl fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { wanted } => write!(f, "no \"schema\" field; {wanted} is wanted"),
            Self::Newer { wanted, found } => write!(
                f,
                "schema {}/{found} is newer than this build reads ({wanted}); update wsproof",
                wanted.format
            ),
            Self::Unknown { wanted, found } => write!(f, "schema {found:?}; {wanted} is wanted"),
        }
    }
}

impl core::error::Error for SchemaMismatch {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_major_is_read() {
        let report = SchemaVersion::REPORT;
        assert_eq!(report.to_string(), "wsproof-report/1");
        assert!(report.check(Some("wsproof-report/1")).is_ok());
        for (found, text) in [
            (None, "no \"schema\" field"),
            (Some("wsproof-report/2"), "newer than this build reads (wsproof-report/1)"),
            (Some("wsproof-report/0"), "schema \"wsproof-report/0\""),
            (Some("wsproof-diff/1"), "wsproof-report/1 is wanted"),
            (Some("wsproof-report"), "wsproof-report/1 is wanted"),
            (Some("wsproof-report/99999999999"), "wsproof-report/1 is wanted"),
        ] {
            let error = report.check(found).unwrap_err().to_string();
            assert!(error.contains(text), "{found:?}: {error}");
        }
        let endless = report.check(Some(&"x".repeat(1000))).unwrap_err().to_string();
        assert!(endless.contains(&"x".repeat(60)) && endless.len() < 120, "{endless}");
    }
}
