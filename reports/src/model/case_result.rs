//! What one case found.

use serde::{Deserialize, Serialize};

use super::autobahn::AutobahnVerdict;
use super::expectation::ExpectationNote;
use super::observed::{Expected, Observed};
use super::verdict::{Level, Verdict};
use super::wire::Wire;

/// The result of one case in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseResult {
    /// The Autobahn number, written `ab:7.9.4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// One line for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How binding the requirement is.
    pub level: Level,
    /// The clauses the case rests on, written `6455#7.4.1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rfc: Vec<String>,
    /// Free words a selection can name (`tag:deflate`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The judgement.
    pub verdict: Verdict,
    /// Why, as a stable slug such as `close-code-forbidden`; an open set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What would have passed.
    #[serde(default, skip_serializing_if = "Expected::is_empty")]
    pub expected: Expected,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Observed::is_empty")]
    pub observed: Observed,
    /// What Autobahn|Testsuite would have said, for cases it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autobahn: Option<AutobahnVerdict>,
    /// The known deviation that claims this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectation: Option<ExpectationNote>,
    /// How often the case was played; more than 1 with a good verdict means flaky.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub attempts: u32,
    /// What went over the wire, when it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
}

impl CaseResult {
    /// The reason of a case whose transcripts differ between two ways of cutting the same octets.
    pub const CUTS_DIFFER: &'static str = "cuts-differ";

    /// A result with nothing but its judgement.
    #[must_use]
    pub fn new(level: Level, verdict: Verdict) -> Self {
        Self {
            alias: None,
            title: None,
            level,
            rfc: Vec::new(),
            tags: Vec::new(),
            verdict,
            reason: None,
            expected: Expected::default(),
            observed: Observed::default(),
            autobahn: None,
            expectation: None,
            attempts: 1,
            wire: None,
        }
    }

    /// Whether the case was good, but only after a bad attempt.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        self.attempts > 1 && self.verdict.is_good()
    }

    /// Whether a known deviation claims this case and describes what happened.
    #[must_use]
    pub fn is_expected_deviation(&self) -> bool {
        self.expectation.as_ref().is_some_and(|note| note.met)
    }

    /// Whether this result alone turns a run red: bad, and no known deviation describes it.
    /// With `strict`, `lenient` is bad as well.
    #[must_use]
    pub fn is_unexpected(&self, strict: bool) -> bool {
        let bad = match self.verdict {
            Verdict::Fail | Verdict::Crash => true,
            Verdict::Lenient => strict,
            Verdict::Pass
            | Verdict::Info
            | Verdict::Unsupported
            | Verdict::Error
            | Verdict::NotRun => false,
        };
        bad && !self.is_expected_deviation()
    }
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}
