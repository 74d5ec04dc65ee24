//! Policy: from what was found to an exit code.
//!
//! Running and comparing report; here it is decided. Both gates name the causes of what they say.

use core::fmt;
use core::str::FromStr;

use crate::diff::{Class, Diff, State};
use crate::exit_code::ExitCode;
use crate::expect::Finding;
use crate::model::{CaseKey, Report, Verdict};

/// An exit code and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The strongest code of all causes.
    pub code: ExitCode,
    /// One line per cause, in order of strength.
    pub causes: Vec<String>,
}

impl Decision {
    fn of(mut causes: Vec<(ExitCode, String)>) -> Self {
        causes.sort_by_key(|(code, _)| code.precedence());
        Self {
            code: ExitCode::strongest(causes.iter().map(|(code, _)| *code)),
            causes: causes.into_iter().map(|(_, cause)| cause).collect(),
        }
    }
}

/// What a run is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunPolicy {
    /// Stale expectations only warn.
    pub stale_warns: bool,
    /// A run without a single case, or with fewer than `min_cases`, only warns.
    pub no_cases_warns: bool,
    /// Fewest results that count as a run; one when 0.
    pub min_cases: u64,
    /// The run was interrupted by a signal.
    pub interrupted: bool,
    /// No part of a divided run may be missing.
    pub whole: bool,
}

/// Decides on one run. `findings` are those of [`Expectations::apply`], empty without a file.
///
/// [`Expectations::apply`]: crate::expect::Expectations::apply
#[must_use]
pub fn gate_run(report: &Report, findings: &[Finding], policy: &RunPolicy) -> Decision {
    let mut causes = Vec::new();
    let sum = &report.summary;
    if policy.interrupted {
        causes.push((ExitCode::Interrupted, "the run was interrupted".to_owned()));
    }
    if sum.error > 0 {
        let text = format!("{} could not be tested", cases(sum.error));
        causes.push((ExitCode::CouldNotTest, text));
    }
    if sum.not_run > 0 && !policy.interrupted && sum.unexpected == 0 {
        // With findings, cases left out are the work of fail-fast or of a peer that died.
        let text = format!("{} selected, but not reached", cases(sum.not_run));
        causes.push((ExitCode::CouldNotTest, text));
    }
    if sum.unexpected > 0 {
        causes.push((ExitCode::Findings, format!("{} failed", cases(sum.unexpected))));
    }
    // A subject that answers everything with "unsupported" has not been tested.
    let ran = sum.total() - sum.not_run - sum.unsupported;
    let wanted = policy.min_cases.max(1);
    if ran < wanted && !policy.no_cases_warns {
        let text = format!("{} ran, at least {wanted} wanted", cases(ran));
        causes.push((ExitCode::NothingRan, text));
    }
    if let Some(partition) = report.settings.partition.as_ref().filter(|_| policy.whole) {
        let missing: Vec<_> = partition.missing().iter().map(u16::to_string).collect();
        let text = format!("parts are missing: {}", missing.join(", "));
        causes.push((ExitCode::NothingRan, text));
    }
    for finding in findings {
        match finding.exit_code() {
            ExitCode::Success => {}
            ExitCode::Stale if policy.stale_warns => {}
            code => causes.push((code, finding.to_string())),
        }
    }
    Decision::of(causes)
}

fn cases(n: u64) -> String {
    if n == 1 { "1 case".to_owned() } else { format!("{n} cases") }
}

/// What a diff is held to beyond regressions, crashes and the loss of cases that passed.
///
/// Written as words joined by commas: `close-codes`, `new-fail`, `lenient`, `work` or `work=5%`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffPolicy {
    /// A changed close code counts, whatever the verdict.
    pub close_codes: bool,
    /// A new case that fails counts.
    pub new_fail: bool,
    /// A case that became more lenient counts.
    pub lenient: bool,
    /// A work counter that grew by more than this many per cent counts.
    pub work_percent: Option<u32>,
}

/// Decides on a diff.
///
/// What a known deviation of the new report describes never counts: somebody accepted it, with a
/// reason.
#[must_use]
pub fn gate_diff(diff: &Diff, policy: &DiffPolicy) -> Decision {
    let mut causes = Vec::new();
    for (&class, changes) in &diff.changes {
        let counted = changes
            .iter()
            .filter(|change| !change.new.as_ref().is_some_and(|new| new.expected))
            .filter(|change| counts(class, change.old.as_ref(), change.new.as_ref(), policy))
            .map(|change| &change.id);
        let counted: Vec<&CaseKey> = counted.collect();
        if let Some(first) = counted.first() {
            let more = match counted.len() - 1 {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            causes.push((ExitCode::Findings, format!("{class}: {first}{more}")));
        }
    }
    Decision::of(causes)
}

/// Whether a change of this class counts; a total match, so that a new class must be considered.
fn counts(class: Class, old: Option<&State>, new: Option<&State>, policy: &DiffPolicy) -> bool {
    match class {
        Class::Regressed => true,
        Class::Removed => {
            old.is_some_and(|old| matches!(old.verdict, Verdict::Pass | Verdict::Lenient))
        }
        Class::NewFail => policy.new_fail || new.is_some_and(|new| new.verdict == Verdict::Crash),
        Class::CloseCodeChanged => policy.close_codes,
        Class::MoreLenient => policy.lenient,
        Class::WorkUp => policy.work_percent.is_some_and(|percent| grew(old, new, percent)),
        Class::ReasonChanged
        | Class::ObservationChanged
        | Class::Stricter
        | Class::Fixed
        | Class::CrashFixed
        | Class::NewPass
        | Class::ExpectationChanged
        | Class::FlakyChanged
        | Class::WorkDown
        | Class::Slower
        | Class::Faster => false,
    }
}

fn grew(old: Option<&State>, new: Option<&State>, percent: u32) -> bool {
    let Some((old, new)) = old.and_then(|s| s.work).zip(new.and_then(|s| s.work)) else {
        return false;
    };
    old.counters().into_iter().zip(new.counters()).any(|((_, old), (_, new))| {
        u128::from(new) * 100 > u128::from(old) * (100 + u128::from(percent))
    })
}

impl FromStr for DiffPolicy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "close-codes" => policy.close_codes = true,
                "new-fail" => policy.new_fail = true,
                "lenient" => policy.lenient = true,
                "work" => policy.work_percent = Some(0),
                _ => {
                    let percent = word
                        .strip_prefix("work=")
                        .and_then(|p| p.strip_suffix('%').unwrap_or(p).parse().ok())
                        .ok_or_else(|| PolicyError(word.chars().take(40).collect()))?;
                    policy.work_percent = Some(percent);
                }
            }
        }
        Ok(policy)
    }
}

/// A word that is no part of a diff policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(String);

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(word) = self;
        write!(f, "{word:?} is none of close-codes, new-fail, lenient, work, work=<n>%")
    }
}

impl core::error::Error for PolicyError {}
