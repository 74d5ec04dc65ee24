//! One report of the parts of a divided run.

use core::fmt;

use crate::model::{CaseKey, Report, RunInfo, Verdict};

/// Why reports are not parts of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// There is nothing to merge.
    Nothing,
    /// A report is of a whole run; which one, counted from 0.
    Whole(usize),
    /// A report differs from the first one in something that all parts have in common.
    Differs {
        /// Which one, counted from 0.
        report: usize,
        /// In what.
        what: &'static str,
        /// What the first one says, and what it says.
        values: Box<[String; 2]>,
    },
    /// A part comes twice.
    Part {
        /// The later report, counted from 0.
        report: usize,
        /// Its number.
        part: u16,
    },
    /// A case is not of the part of the report it is in.
    Case {
        /// The report, counted from 0.
        report: usize,
        /// Its key.
        key: CaseKey,
    },
}

impl MergeError {
    /// The report that does not fit, counted from 0.
    #[must_use]
    pub const fn report(&self) -> Option<usize> {
        match self {
            Self::Nothing => None,
            Self::Whole(report)
            | Self::Differs { report, .. }
            | Self::Part { report, .. }
            | Self::Case { report, .. } => Some(*report),
        }
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("there is no report"),
            Self::Whole(_) => f.write_str("it is no part of a divided run"),
            Self::Differs { what, values, .. } => {
                let [first, this] = &**values;
                write!(f, "it has another {what} than the first report: {this}, not {first}")
            }
            Self::Part { part, .. } => write!(f, "part {part} was in an earlier report, too"),
            Self::Case { key, .. } => write!(f, "{key} does not belong to its part"),
        }
    }
}

impl core::error::Error for MergeError {}

/// Merges the reports of parts of one run, in any order.
///
/// With all parts the result is the report of the undivided run, but for `run`. Without, it is not
/// complete, says which parts it has, and can be merged with the others later.
///
/// # Errors
/// [`MergeError`] names the first report that does not fit.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let mut reports = reports.into_iter().enumerate();
    let (_, mut whole) = reports.next().ok_or(MergeError::Nothing)?;
    check_cases(0, &whole)?;
    for (index, report) in reports {
        check_cases(index, &report)?;
        take(&mut whole, index, report)?;
    }
    let all_parts = whole.settings.partition.as_ref().is_some_and(|partition| partition.is_whole());
    if all_parts {
        whole.settings.partition = None;
    }
    let Report { suite, subject, settings, cases, run, .. } = whole;
    // What the parts say of themselves does not help: one that was merged without others says no.
    let reached = cases.values().all(|result| result.verdict != Verdict::NotRun);
    Ok(Report::new(suite, subject, settings, all_parts && reached, cases, run))
}

fn check_cases(report: usize, part: &Report) -> Result<(), MergeError> {
    let partition = part.settings.partition.as_ref().ok_or(MergeError::Whole(report))?;
    match part.cases.keys().find(|key| !partition.holds(key)) {
        None => Ok(()),
        Some(key) => Err(MergeError::Case { report, key: key.clone() }),
    }
}

/// Adds one part to others.
fn take(whole: &mut Report, report: usize, part: Report) -> Result<(), MergeError> {
    let (Some(have), Some(comes)) = (&whole.settings.partition, &part.settings.partition) else {
        return Err(MergeError::Whole(report));
    };
    let differs = |what, first: String, this: String| {
        if first == this {
            return Ok(());
        }
        Err(MergeError::Differs { report, what, values: Box::new([first, this]) })
    };
    let (a, b) = (&whole.subject, &part.subject);
    differs("subject", a.name.clone(), b.name.clone())?;
    differs("version of the subject", format!("{:?}", a.version), format!("{:?}", b.version))?;
    differs("driver", a.driver.clone(), b.driver.clone())?;
    differs("transport", a.transport.clone(), b.transport.clone())?;
    differs("set of features", format!("{:?}", a.features), format!("{:?}", b.features))?;
    let (a, b) = (&whole.suite, &part.suite);
    differs("version of the suite", a.version.clone(), b.version.clone())?;
    differs("digest of the suite", format!("{:?}", a.digest), format!("{:?}", b.digest))?;
    differs("number of parts", have.of().to_string(), comes.of().to_string())?;
    if let Some(part) = have.parts().intersection(comes.parts()).next() {
        return Err(MergeError::Part { report, part: *part });
    }
    let partition = have.with(comes);
    let mut settings = part.settings;
    settings.partition.clone_from(&whole.settings.partition);
    differs("settings", format!("{:?}", whole.settings), format!("{settings:?}"))?;

    whole.settings.partition = Some(partition);
    whole.suite.selected += part.suite.selected;
    whole.subject.roles.extend(part.subject.roles);
    whole.subject.roles.sort_unstable();
    whole.subject.roles.dedup();
    whole.cases.extend(part.cases);
    whole.run = both(whole.run.take(), part.run);
    Ok(())
}

/// Parts run at the same time on machines of their own: the longest one is how long it took.
fn both(a: Option<RunInfo>, b: Option<RunInfo>) -> Option<RunInfo> {
    let (mut a, b) = (a?, b?);
    a.started = a.started.into_iter().chain(b.started).min();
    a.duration_ms = a.duration_ms.max(b.duration_ms);
    if a.host != b.host {
        a.host.clear();
    }
    a.jobs = a.jobs.zip(b.jobs).map(|(a, b)| a + b);
    a.timings_us.extend(b.timings_us);
    Some(a)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::canonical;
    use crate::model::{CaseResult, Level, Settings, Subject, Suite};
    use crate::partition::Partition;

    fn run(partition: Option<&str>) -> Report {
        let partition: Option<Partition> = partition.map(|text| text.parse().unwrap());
        let cases: BTreeMap<CaseKey, CaseResult> = (0..40)
            .map(|n| format!("{}/case-{n}", if n < 20 { "client" } else { "server" }))
            .map(|key| key.parse::<CaseKey>().unwrap())
            .filter(|key| partition.as_ref().is_none_or(|partition| partition.holds(key)))
            .map(|key| (key, result()))
            .collect();
        let mut roles: Vec<_> = cases.keys().map(CaseKey::role).collect();
        roles.sort_unstable();
        roles.dedup();
        let suite = Suite { selected: cases.len() as u64, total: 50, ..Suite::default() };
        let subject = Subject { name: "peer".to_owned(), roles, ..Subject::default() };
        let settings = Settings { seed: 7, partition, ..Settings::default() };
        Report::new(suite, subject, settings, true, cases, Some(RunInfo::default()))
    }

    fn result() -> CaseResult {
        CaseResult::new(Level::Must, Verdict::Pass)
    }

    #[test]
    fn all_parts_are_the_whole() {
        let parts = || ["hash:2/3", "hash:3/3", "hash:1/3"].map(|part| run(Some(part)));
        let merged = merge(parts().into()).unwrap();
        assert_eq!(canonical::to_string(&merged), canonical::to_string(&run(None)));
        let [a, b, c] = parts();
        let first = merge(vec![c, a]).unwrap();
        assert_eq!(first.settings.partition.as_ref().unwrap().to_string(), "hash:1,2/3");
        assert!(!first.complete);
        assert_eq!(merge(vec![first, b]).unwrap(), merged);
    }

    #[test]
    fn what_is_no_part_of_the_run_is_refused() {
        let part = || run(Some("hash:1/2"));
        let with = |change: fn(&mut Report)| {
            let mut other = run(Some("hash:2/2"));
            change(&mut other);
            merge(vec![part(), other]).map(drop).map_err(|error| error.to_string())
        };
        assert_eq!(with(|_| ()), Ok(()));
        for (change, said) in [
            (
                (|other| other.settings.partition = None) as fn(&mut Report),
                "it is no part of a divided run",
            ),
            (
                |other| other.subject.name = "another".to_owned(),
                "it has another subject than the first report: another, not peer",
            ),
            (|other| other.settings.seed = 8, "it has another settings than the first report"),
            (
                |other| *other = run(Some("hash:2/3")),
                "it has another number of parts than the first report: 3, not 2",
            ),
            (|other| *other = run(Some("hash:1/2")), "part 1 was in an earlier report, too"),
            (
                |other| other.cases.extend(run(Some("hash:1/2")).cases),
                "does not belong to its part",
            ),
        ] {
            let error = with(change).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(merge(Vec::new()), Err(MergeError::Nothing));
        assert_eq!(merge(vec![run(None)]), Err(MergeError::Whole(0)));
    }
}
