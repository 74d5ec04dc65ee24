//! What a result means to somebody who reads test results.

use crate::model::{CaseResult, Verdict};

/// A result seen together with the known deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Good.
    Passed,
    /// Good, but a known deviation says otherwise: the entry is stale.
    Stale,
    /// Bad, and nobody expected it.
    Failed,
    /// As a known deviation describes it.
    Known,
    /// The subject has no such feature.
    Unsupported,
    /// Selected, but not reached.
    NotRun,
    /// The harness failed.
    Broken,
}

impl Outcome {
    pub(super) fn of(result: &CaseResult, strict: bool) -> Self {
        if result.is_expected_deviation() {
            return Self::Known;
        }
        if result.is_unexpected(strict) {
            return Self::Failed;
        }
        let listed = result.expectation.is_some();
        match result.verdict {
            Verdict::Error => Self::Broken,
            Verdict::NotRun => Self::NotRun,
            Verdict::Pass | Verdict::Lenient | Verdict::Info | Verdict::Unsupported if listed => {
                Self::Stale
            }
            Verdict::Unsupported => Self::Unsupported,
            // Bad verdicts are known or unexpected, and have been dealt with above.
            Verdict::Pass | Verdict::Lenient | Verdict::Info | Verdict::Fail | Verdict::Crash => {
                Self::Passed
            }
        }
    }
}
