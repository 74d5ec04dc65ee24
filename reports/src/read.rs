//! Reading reports that anybody may have written.
//!
//! A file is at most [`MAX_OCTETS`] long, nesting is bounded by the JSON reader (128), unknown keys
//! are skipped, a key that comes twice is refused, and the sums must add up.

use core::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde::Deserialize;

use crate::model::{Report, SchemaMismatch, SchemaVersion, Summary};

/// Longest document read, in octets (256 MiB).
pub const MAX_OCTETS: u64 = 256 << 20;

/// Reads a report from a file.
///
/// # Errors
/// [`ReadError`]; it does not name the path, which the caller knows.
pub fn read_report_file(path: &Path) -> Result<Report, ReadError> {
    let mut octets = Vec::new();
    let file = File::open(path).map_err(ReadError::Io)?;
    file.take(MAX_OCTETS + 1).read_to_end(&mut octets).map_err(ReadError::Io)?;
    read_report(&octets)
}

/// Reads a report from its text form.
///
/// # Errors
/// [`ReadError`] says what is wrong and where.
pub fn read_report(octets: &[u8]) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        schema: Option<String>,
    }

    if octets.len() as u64 > MAX_OCTETS {
        return Err(ReadError::TooLong);
    }
    let head: Head = serde_json::from_slice(octets).map_err(ReadError::json)?;
    SchemaVersion::REPORT.check(head.schema.as_deref()).map_err(ReadError::Schema)?;
    let report: Report = serde_json::from_slice(octets).map_err(ReadError::json)?;
    let counted = Summary::of(&report.cases, report.settings.strict);
    for ((field, said), (_, counted)) in report.summary.fields().into_iter().zip(counted.fields()) {
        if said != counted {
            return Err(ReadError::Summary { field, said, counted });
        }
    }
    Ok(report)
}

/// A report that cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system refused.
    Io(io::Error),
    /// The document is longer than [`MAX_OCTETS`].
    TooLong,
    /// The document is no JSON, or a field has the wrong type or an unknown word.
    Json(String),
    /// The document is something else than a report this build reads.
    Schema(SchemaMismatch),
    /// The summary does not fit the results.
    Summary {
        /// The count that is wrong.
        field: &'static str,
        /// What the summary says.
        said: u64,
        /// What the results add up to.
        counted: u64,
    },
}

impl ReadError {
    /// Line and column are in the text; excerpts of hostile input are cut.
    fn json(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let short: String = text.chars().take(400).collect();
        let cut = short.len() < text.len();
        Self::Json(if cut {
            format!("{short}… at line {} column {}", error.line(), error.column())
        } else {
            short
        })
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::TooLong => write!(f, "longer than {} MiB", MAX_OCTETS >> 20),
            Self::Json(error) => write!(f, "no valid report: {error}"),
            Self::Schema(error) => write!(f, "{error}"),
            Self::Summary { field, said, counted } => write!(
                f,
                "the summary does not fit the results: it says {field} {said}, they add up to \
                 {counted}"
            ),
        }
    }
}

impl core::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Schema(error) => Some(error),
            Self::TooLong | Self::Json(_) | Self::Summary { .. } => None,
        }
    }
}
