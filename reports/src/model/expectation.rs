//! What a result keeps of the known deviation that claims it.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The known deviation that claims a case, as the run applied it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpectationNote {
    /// Verdicts the entry allows.
    pub verdicts: Vec<ExpectedVerdict>,
    /// Close code the entry pins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
    /// Why the deviation is accepted.
    pub reason: String,
    /// Where it is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Line of the entry in its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Whether the result is what the entry describes.
    pub met: bool,
}

/// A verdict that an expectation can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExpectedVerdict {
    /// The case fails.
    Fail,
    /// The case is lenient (matters to a strict run).
    Lenient,
    /// The subject has no such feature.
    Unsupported,
    /// The subject crashes.
    Crash,
    /// The case is good, but not at the first attempt.
    Flaky,
}

impl ExpectedVerdict {
    /// The word used in JSON and TOML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Lenient => "lenient",
            Self::Unsupported => "unsupported",
            Self::Crash => "crash",
            Self::Flaky => "flaky",
        }
    }
}

impl fmt::Display for ExpectedVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
