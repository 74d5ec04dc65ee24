//! Holding a report against the known deviations.

use core::fmt;

use super::date::Date;
use super::file::{Entry, Expectations};
use super::select::Facts;
use crate::exit_code::ExitCode;
use crate::model::{
    CaseKey, CaseResult, ExpectationNote, ExpectedVerdict, Report, Summary, Verdict,
};

/// What a report alone does not tell.
#[derive(Clone, Copy, Debug)]
pub struct Apply {
    /// Today, in any time zone the caller likes.
    pub today: Date,
    /// Whether a pattern that names no case of the report is a finding. A run over the whole
    /// catalogue knows that there is none; of a narrower one, somebody else has to know.
    pub whole: bool,
}

impl Expectations {
    /// Notes in every result of `report` the entry that claims it, and counts anew. Returns what
    /// is wrong with the entries, in the order of the file.
    pub fn apply(&self, report: &mut Report, how: &Apply) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(suite) = self.suite.as_ref().filter(|suite| **suite != report.suite.version) {
            let (said, now) = (suite.clone(), report.suite.version.clone());
            findings.push(Finding::OtherSuite { said, now });
        }
        for result in report.cases.values_mut() {
            result.expectation = None;
        }
        for entry in &self.entries {
            let outcome = claim(entry, report, how);
            outcome.tell(entry, how, &mut findings);
        }
        report.summary = Summary::of(&report.cases, report.settings.strict);
        findings
    }
}

/// What became of one entry.
struct Outcome {
    /// Per pattern, whether it named a case.
    named: Vec<bool>,
    /// Whether the conditions held for any case.
    held: bool,
    /// Cases the entry claims although nothing bad happened.
    stale: Vec<(CaseKey, Verdict)>,
    /// Cases it claims in all.
    claimed: usize,
    /// The first case that another entry claims as well, and the line of that entry.
    twice: Option<(CaseKey, u32)>,
    /// How many such cases there are.
    more_twice: usize,
}

fn claim(entry: &Entry, report: &mut Report, how: &Apply) -> Outcome {
    let mut outcome = Outcome {
        named: vec![false; entry.patterns.len()],
        held: false,
        stale: Vec::new(),
        claimed: 0,
        twice: None,
        more_twice: 0,
    };
    for (key, result) in &mut report.cases {
        if !entry.when.holds(key.role(), &report.subject) {
            continue;
        }
        outcome.held = true;
        let facts = Facts::of(key, result);
        let mut claims = false;
        for ((_, predicate), named) in entry.patterns.iter().zip(&mut outcome.named) {
            if predicate(&facts) {
                (claims, *named) = (true, true);
            }
        }
        if !claims || entry.is_expired(how.today) {
            continue;
        }
        if let Some(line) = result.expectation.as_ref().and_then(|note| note.line) {
            outcome.twice.get_or_insert_with(|| (key.clone(), line));
            outcome.more_twice += 1;
            continue;
        }
        let met = describes(entry, result);
        outcome.claimed += 1;
        if !met && is_harmless(result.verdict) {
            outcome.stale.push((key.clone(), result.verdict));
        }
        result.expectation = Some(ExpectationNote {
            verdicts: entry.verdicts.clone(),
            close: entry.close,
            reason: entry.reason.clone(),
            issue: entry.issue.clone(),
            line: Some(entry.line),
            met,
        });
    }
    outcome
}

impl Outcome {
    fn tell(self, entry: &Entry, how: &Apply, findings: &mut Vec<Finding>) {
        let line = entry.line;
        if let Some((key, other)) = self.twice {
            let more = self.more_twice - 1;
            findings.push(Finding::ClaimedTwice { key, lines: (other, line), more });
        }
        if how.whole && self.held && entry.run {
            for ((pattern, _), _) in entry.patterns.iter().zip(&self.named).filter(|(_, n)| !**n) {
                findings.push(Finding::NoCase { line, pattern: pattern.clone() });
            }
        }
        if let Some(until) = entry.until.filter(|_| entry.is_expired(how.today)) {
            findings.push(Finding::Expired { line, until });
        }
        if !self.stale.is_empty() {
            let all = self.stale.len() == self.claimed;
            findings.push(Finding::Stale { line, cases: self.stale, all });
        }
    }
}

/// Whether what happened is what the entry says.
pub(super) fn describes(entry: &Entry, result: &CaseResult) -> bool {
    entry.verdicts.iter().any(|verdict| is_met(*verdict, result))
        && entry.close.is_none_or(|close| result.observed.close == Some(close))
}

fn is_met(expected: ExpectedVerdict, result: &CaseResult) -> bool {
    match expected {
        ExpectedVerdict::Fail => result.verdict == Verdict::Fail,
        ExpectedVerdict::Lenient => result.verdict == Verdict::Lenient,
        ExpectedVerdict::Unsupported => result.verdict == Verdict::Unsupported,
        ExpectedVerdict::Crash => result.verdict == Verdict::Crash,
        ExpectedVerdict::Flaky => result.is_flaky(),
    }
}

/// Whether a verdict needs no known deviation. What could not be run says nothing.
pub(super) fn is_harmless(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Pass | Verdict::Lenient | Verdict::Info | Verdict::Unsupported => true,
        Verdict::Fail | Verdict::Crash | Verdict::Error | Verdict::NotRun => false,
    }
}

/// Something wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Two entries claim one case.
    ClaimedTwice {
        /// The case.
        key: CaseKey,
        /// Lines of the two entries.
        lines: (u32, u32),
        /// How many more cases the second entry shares with earlier ones.
        more: usize,
    },
    /// A pattern names no case.
    NoCase {
        /// Line of the entry.
        line: u32,
        /// The pattern.
        pattern: String,
    },
    /// Cases of an entry are not bad, or not in the way it says.
    Stale {
        /// Line of the entry.
        line: u32,
        /// The cases, with what happened.
        cases: Vec<(CaseKey, Verdict)>,
        /// Whether these are all the cases of the entry.
        all: bool,
    },
    /// The day an entry was good until has come.
    Expired {
        /// Line of the entry.
        line: u32,
        /// The day.
        until: Date,
    },
    /// The file was accepted with another catalogue; new cases may fail. For information only.
    OtherSuite {
        /// The version in the file.
        said: String,
        /// The version that was played.
        now: String,
    },
}

impl Finding {
    /// What it leads to; [`ExitCode::Success`] when it is for information only.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::ClaimedTwice { .. } => ExitCode::Usage,
            Self::NoCase { .. } => ExitCode::NothingRan,
            Self::Stale { .. } | Self::Expired { .. } => ExitCode::Stale,
            Self::OtherSuite { .. } => ExitCode::Success,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClaimedTwice { key, lines: (a, b), more } => {
                write!(f, "{key} is claimed by two entries, lines {a} and {b}")?;
                if *more > 0 { write!(f, "; {more} more cases are as well") } else { Ok(()) }
            }
            Self::NoCase { line, pattern } => write!(f, "line {line}: {pattern:?} names no case"),
            Self::Stale { line, cases, all } => {
                let which = if *all { "no case of the entry" } else { "not every case" };
                write!(f, "line {line}: {which} is as expected any more: ")?;
                for (n, (key, verdict)) in cases.iter().take(3).enumerate() {
                    write!(f, "{}{key} is {verdict}", if n == 0 { "" } else { ", " })?;
                }
                match cases.len().saturating_sub(3) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Expired { line, until } => {
                write!(f, "line {line}: the entry was good until {until}")
            }
            Self::OtherSuite { said, now } => write!(
                f,
                "the expectations were accepted with suite {said}, this is {now}: new cases are \
                 not covered"
            ),
        }
    }
}
