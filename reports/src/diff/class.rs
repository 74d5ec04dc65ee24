//! The classes of change, and the one table that sorts a pair of results into them.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{CaseResult, Verdict, Work};

/// A class of change. The order is the one renderers use: what a reader must see comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Is worse than it was: good → fail, crash or unsupported; fail → crash.
    Regressed,
    /// Was judged and no longer is: gone, not run, a harness error, or fail → unsupported.
    Removed,
    /// Was not judged and now fails or crashes.
    NewFail,
    /// Same verdict, other close code.
    CloseCodeChanged,
    /// Same verdict and close code, other reason.
    ReasonChanged,
    /// Same verdict, close code and reason, but something else in what was seen.
    ObservationChanged,
    /// Still good, but further from the preferred behaviour.
    MoreLenient,
    /// Still good, and nearer to the preferred behaviour.
    Stricter,
    /// Was bad and is good.
    Fixed,
    /// Crashed and now merely fails.
    CrashFixed,
    /// Was not judged and is good.
    NewPass,
    /// A known deviation begins, ends or changes.
    ExpectationChanged,
    /// Needed another number of attempts.
    FlakyChanged,
    /// A work counter grew.
    WorkUp,
    /// Work counters shrank and none grew.
    WorkDown,
    /// Took longer; only on request.
    Slower,
    /// Took less time; only on request.
    Faster,
}

impl Class {
    /// All classes in order.
    pub const ALL: [Self; 17] = [
        Self::Regressed,
        Self::Removed,
        Self::NewFail,
        Self::CloseCodeChanged,
        Self::ReasonChanged,
        Self::ObservationChanged,
        Self::MoreLenient,
        Self::Stricter,
        Self::Fixed,
        Self::CrashFixed,
        Self::NewPass,
        Self::ExpectationChanged,
        Self::FlakyChanged,
        Self::WorkUp,
        Self::WorkDown,
        Self::Slower,
        Self::Faster,
    ];

    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Removed => "removed",
            Self::NewFail => "new_fail",
            Self::CloseCodeChanged => "close_code_changed",
            Self::ReasonChanged => "reason_changed",
            Self::ObservationChanged => "observation_changed",
            Self::MoreLenient => "more_lenient",
            Self::Stricter => "stricter",
            Self::Fixed => "fixed",
            Self::CrashFixed => "crash_fixed",
            Self::NewPass => "new_pass",
            Self::ExpectationChanged => "expectation_changed",
            Self::FlakyChanged => "flaky_changed",
            Self::WorkUp => "work_up",
            Self::WorkDown => "work_down",
            Self::Slower => "slower",
            Self::Faster => "faster",
        }
    }

    /// The class on the verdict axis of one case; `None` stands for a case that is not there.
    /// Returns `None` when nothing changed on this axis.
    #[must_use]
    pub fn of_results(old: Option<&CaseResult>, new: Option<&CaseResult>) -> Option<Self> {
        use Standing::*;
        match (Standing::of(old), Standing::of(new)) {
            (Unjudged | Unsupported, Unjudged) | (Unjudged, Unsupported) => None,
            (Unjudged | Unsupported, Good(_)) => Some(Self::NewPass),
            (Unjudged | Unsupported, Fail | Crash) => Some(Self::NewFail),
            (Good(_) | Fail | Crash, Unjudged) | (Fail | Crash, Unsupported) => Some(Self::Removed),
            (Good(_), Fail | Crash | Unsupported) | (Fail, Crash) => Some(Self::Regressed),
            (Fail | Crash, Good(_)) => Some(Self::Fixed),
            (Crash, Fail) => Some(Self::CrashFixed),
            (Good(a), Good(b)) if a < b => Some(Self::MoreLenient),
            (Good(a), Good(b)) if a > b => Some(Self::Stricter),
            (Good(_), Good(_)) | (Fail, Fail) | (Crash, Crash) | (Unsupported, Unsupported) => {
                old.zip(new).and_then(|(old, new)| Self::of_same_verdict(old, new))
            }
        }
    }

    fn of_same_verdict(old: &CaseResult, new: &CaseResult) -> Option<Self> {
        if old.observed.close != new.observed.close {
            return Some(Self::CloseCodeChanged);
        }
        if old.reason != new.reason {
            return Some(Self::ReasonChanged);
        }
        if old.autobahn != new.autobahn {
            return Some(Self::ObservationChanged);
        }
        if old.observed == new.observed {
            return None;
        }
        // Work has an axis of its own.
        let mut level = old.observed.clone();
        level.work = new.observed.work;
        // Of two subjects that did the same, one may have nothing to say about it.
        if level.fault.is_none() || new.observed.fault.is_none() {
            level.fault.clone_from(&new.observed.fault);
        }
        (level != new.observed).then_some(Self::ObservationChanged)
    }

    /// The class on the work axis: up when any counter grew, down when some shrank and none grew.
    /// Counters are compared only where both reports have them.
    #[must_use]
    pub fn of_work(old: Option<&Work>, new: Option<&Work>) -> Option<Self> {
        let (old, new) = old.zip(new)?;
        let pairs = || old.counters().into_iter().zip(new.counters());
        if pairs().any(|((_, old), (_, new))| new > old) {
            Some(Self::WorkUp)
        } else if old != new {
            Some(Self::WorkDown)
        } else {
            None
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a result says about the subject, as far as comparing is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not there, not run, or the harness failed.
    Unjudged,
    /// The subject has no such feature.
    Unsupported,
    /// Good; 0 = pass, 1 = lenient, 2 = info.
    Good(u8),
    /// Against the requirement.
    Fail,
    /// Crashed.
    Crash,
}

impl Standing {
    /// The standing of a result, or of its absence.
    #[must_use]
    pub fn of(result: Option<&CaseResult>) -> Self {
        match result.map(|result| result.verdict) {
            None | Some(Verdict::NotRun | Verdict::Error) => Self::Unjudged,
            Some(Verdict::Unsupported) => Self::Unsupported,
            Some(Verdict::Pass) => Self::Good(0),
            Some(Verdict::Lenient) => Self::Good(1),
            Some(Verdict::Info) => Self::Good(2),
            Some(Verdict::Fail) => Self::Fail,
            Some(Verdict::Crash) => Self::Crash,
        }
    }
}
