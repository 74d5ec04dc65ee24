//! Whether two reports can be compared at all, and what differs in how they were made.

use core::fmt;

use crate::model::Report;

/// What to compare beyond the results, and which mismatches to overlook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Compare reports of two subjects, for example a server and the same server behind a proxy.
    pub across_subjects: bool,
    /// Compare although the new report is incomplete; cases that were not reached then show up as
    /// removed.
    pub incomplete: bool,
    /// List cases that took longer or shorter by more than this many per cent (and more than one
    /// millisecond). One run is one sample: a hint, never a proof.
    pub timings_percent: Option<u32>,
}

/// Why two reports cannot be compared. Leads to [`ExitCode::NotComparable`].
///
/// [`ExitCode::NotComparable`]: crate::exit_code::ExitCode::NotComparable
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
    /// Not every selected case was played in the new run: it was interrupted, stopped at a failure, or
    /// is a divided one of which a part is missing.
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
                f.write_str("the new report is incomplete: not every selected case was played")
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
    let roles = |report: &Report| list(report.subject.roles.iter().map(ToString::to_string));
    let words = |words: &[String]| list(words.iter().cloned());
    let pair = |of: &dyn Fn(&Report) -> String| (of(old), of(new));
    let told = [
        ("subject", pair(&|r| r.subject.name.clone())),
        ("version", pair(&|r| r.subject.version.clone().unwrap_or_else(|| "unknown".to_owned()))),
        ("roles", pair(&roles)),
        ("transport", pair(&|r| r.subject.transport.clone())),
        ("driver", pair(&|r| r.subject.driver.clone())),
        ("features", pair(&|r| words(&r.subject.features))),
        ("suite", pair(&|r| r.suite.version.clone())),
        ("seed", pair(&|r| r.settings.seed.to_string())),
        ("cuts", pair(&|r| words(&r.settings.cuts))),
        ("level", pair(&|r| r.settings.level.clone())),
        ("tier", pair(&|r| r.settings.tier.clone())),
        ("filters", pair(&|r| words(&r.settings.filters))),
        ("skips", pair(&|r| words(&r.settings.skips))),
        ("complete", pair(&|r| r.complete.to_string())),
    ];
    let differ = told.into_iter().filter(|(_, (old, new))| old != new);
    differ.map(|(what, (old, new))| format!("{what}: {old} → {new}")).collect()
}

fn list(words: impl Iterator<Item = String>) -> String {
    let text = words.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "none".to_owned() } else { text }
}
