//! Whether two reports can be compared at all, and what differs in how they were made.

use core::fmt;

use crate::model::Report;

/// What to compare beyond the results, and which mismatches to overlook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Compare reports of two subjects, for example a server and the same server behind a proxy.
    pub across_subjects: bool,
    /// Compare although the new report is of an interrupted run; cases that were not reached then
    /// show up as removed.
    pub incomplete: bool,
    /// List cases that took longer or shorter by more than this many per cent (and more than one
    /// millisecond). One run is one sample: a hint, never a proof.
    pub timings_percent: Option<u32>,
}

/// Why two reports cannot be compared. Leads to exit code 6.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotComparable {
    /// The subjects have different names.
    Subject {
        /// Name in the old report.
        old: String,
        /// Name in the new report.
        new: String,
    },
    /// The subject played the client in one report and the server in the other.
    Roles,
    /// A run was interrupted.
    Incomplete,
}

impl fmt::Display for NotComparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject { old, new } => {
                write!(f, "the reports are of different subjects: {old:?} and {new:?}")
            }
            Self::Roles => f.write_str("the subjects played no role in common"),
            Self::Incomplete => {
                f.write_str("the new report is incomplete: the run was interrupted")
            }
        }
    }
}

impl core::error::Error for NotComparable {}

pub(super) fn check(old: &Report, new: &Report, how: &Comparison) -> Result<(), NotComparable> {
    if old.subject.name != new.subject.name && !how.across_subjects {
        return Err(NotComparable::Subject {
            old: old.subject.name.clone(),
            new: new.subject.name.clone(),
        });
    }
    if !old.subject.roles.iter().any(|role| new.subject.roles.contains(role)) {
        return Err(NotComparable::Roles);
    }
    if !new.complete && !how.incomplete {
        return Err(NotComparable::Incomplete);
    }
    Ok(())
}

/// Differences in how the reports were made, one line each: they explain changes.
pub(super) fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |what: &str, old: &dyn fmt::Debug, new: &dyn fmt::Debug| {
        let (old, new) = (format!("{old:?}"), format!("{new:?}"));
        if old != new {
            notes.push(format!("{what}: {old} → {new}"));
        }
    };
    note("subject", &old.subject.name, &new.subject.name);
    note("subject version", &old.subject.version, &new.subject.version);
    note("roles", &old.subject.roles, &new.subject.roles);
    note("transport", &old.subject.transport, &new.subject.transport);
    note("driver", &old.subject.driver, &new.subject.driver);
    note("features", &old.subject.features, &new.subject.features);
    note("suite version", &old.suite.version, &new.suite.version);
    note("seed", &old.settings.seed, &new.settings.seed);
    note("cuts", &old.settings.cuts, &new.settings.cuts);
    note("level", &old.settings.level, &new.settings.level);
    note("tier", &old.settings.tier, &new.settings.tier);
    note("filters", &old.settings.filters, &new.settings.filters);
    note("skips", &old.settings.skips, &new.settings.skips);
    note("complete", &old.complete, &new.complete);
    notes
}
