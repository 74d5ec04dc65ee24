//! What a case is worth, and how binding what it asks is.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The judgement of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As the requirement asks.
    Pass,
    /// Allowed, but not the preferred way.
    Lenient,
    /// Nothing is judged; what was seen is recorded.
    Info,
    /// Against the requirement.
    Fail,
    /// The subject says that it has no such feature.
    Unsupported,
    /// The subject panicked, hung or went away.
    Crash,
    /// The harness could not do its work; says nothing about the subject.
    Error,
    /// Selected, but not reached.
    NotRun,
}

impl Verdict {
    /// All verdicts, in the order summaries list them.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Lenient,
        Self::Info,
        Self::Fail,
        Self::Unsupported,
        Self::Crash,
        Self::Error,
        Self::NotRun,
    ];

    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Lenient => "lenient",
            Self::Info => "info",
            Self::Fail => "fail",
            Self::Unsupported => "unsupported",
            Self::Crash => "crash",
            Self::Error => "error",
            Self::NotRun => "not_run",
        }
    }

    /// Whether the subject did what it may do: pass, lenient or info.
    #[must_use]
    pub fn is_good(self) -> bool {
        match self {
            Self::Pass | Self::Lenient | Self::Info => true,
            Self::Fail | Self::Unsupported | Self::Crash | Self::Error | Self::NotRun => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// MUST or MUST NOT.
    Must,
    /// SHOULD or SHOULD NOT.
    Should,
    /// MAY.
    May,
    /// Not in the standard, but what implementations rely on.
    Practice,
}

impl Level {
    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Practice => "practice",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
