//! JSON Schemas of the machine formats, generated from the types; feature `schema`.
//!
//! The same texts are committed in `reports/schema/`, and a test holds both together.

use crate::canonical;
use crate::diff::Diff;
use crate::expect;
use crate::model::{Report, SchemaVersion};

/// A schema by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSchema {
    /// `report`, `diff` or `expect`.
    pub name: &'static str,
    /// The format and version it describes.
    pub version: SchemaVersion,
    /// The schema in canonical form.
    pub text: String,
}

/// Every schema.
#[must_use]
pub fn schemas() -> [NamedSchema; 3] {
    let named = |name, version, schema: schemars::Schema| NamedSchema {
        name,
        version,
        text: canonical::to_string(&schema),
    };
    [
        named("report", SchemaVersion::REPORT, schemars::schema_for!(Report)),
        named("diff", SchemaVersion::DIFF, schemars::schema_for!(Diff)),
        named("expect", SchemaVersion::EXPECT, expect::schema_type()),
    ]
}
