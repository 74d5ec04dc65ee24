//! Joining two reports by key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::class::Class;
use super::comparable::{self, Comparison, NotComparable};
use crate::model::{
    CaseKey, CaseResult, ExpectationNote, Level, Report, SchemaVersion, StreamEnd, Verdict, Work,
};

/// The difference between two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "wsproof-diff/1"))]
#[non_exhaustive]
pub struct Diff {
    /// `wsproof-diff/1`.
    pub schema: SchemaVersion,
    /// The old report.
    pub old: Side,
    /// The new report.
    pub new: Side,
    /// Differences in how the reports were made, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The changes by class, sorted by case; classes without changes are absent.
    pub changes: BTreeMap<Class, Vec<Change>>,
    /// Cases of both reports in which nothing changed.
    pub unchanged: u64,
}

impl Diff {
    /// The changes of one class.
    #[must_use]
    pub fn of(&self, class: Class) -> &[Change] {
        self.changes.get(&class).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One of the two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Side {
    /// Name of the subject.
    pub subject: String,
    /// Its version, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Version of the catalogue.
    pub suite: String,
    /// The report's digest.
    pub results_digest: String,
    /// How many results it has.
    pub cases: u64,
}

impl Side {
    fn of(report: &Report) -> Self {
        Self {
            subject: report.subject.name.clone(),
            version: report.subject.version.clone(),
            suite: report.suite.version.clone(),
            results_digest: report.results_digest.clone(),
            cases: report.cases.len() as u64,
        }
    }
}

/// One case that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// `<role>/<case id>`.
    pub id: CaseKey,
    /// How binding the requirement is, as the newer report says.
    pub level: Level,
    /// The result in the old report; absent when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<State>,
    /// The result in the new report; absent when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<State>,
}

/// What a diff tells about one result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct State {
    /// The judgement.
    pub verdict: Verdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The code in the subject's Close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
    /// How the subject's stream ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<StreamEnd>,
    /// What was wrong, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How often the case was played.
    pub attempts: u32,
    /// Whether a known deviation describes this result.
    pub expected: bool,
    /// Work counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// Wall time in microseconds, in the time classes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_us: Option<u64>,
}

impl State {
    fn of(result: &CaseResult) -> Self {
        Self {
            verdict: result.verdict,
            reason: result.reason.clone(),
            close: result.observed.close,
            end: result.observed.end,
            text: result.observed.text.clone(),
            attempts: result.attempts,
            expected: result.is_expected_deviation(),
            work: result.observed.work,
            time_us: None,
        }
    }
}

/// Compares two reports, in time linear in their size.
///
/// When `new` and `old` hold the same cases and have the same digest, the only classes that can
/// appear are `expectation_changed` and, on request, the time classes.
///
/// # Errors
/// [`NotComparable`] when the comparison would say nothing.
pub fn compare(old: &Report, new: &Report, how: &Comparison) -> Result<Diff, NotComparable> {
    comparable::check(old, new, how)?;
    let mut changes: BTreeMap<Class, Vec<Change>> = BTreeMap::new();
    let mut unchanged = 0;
    for (key, pair) in join(&old.cases, &new.cases) {
        let classes = classes(pair);
        let slower = how.timings_percent.and_then(|percent| timing(key, old, new, percent));
        unchanged +=
            u64::from(classes.iter().all(Option::is_none) && pair.0.is_some() && pair.1.is_some());
        for class in classes.into_iter().flatten() {
            changes.entry(class).or_default().push(change(key, pair, None));
        }
        if let Some((class, times)) = slower {
            changes.entry(class).or_default().push(change(key, pair, Some(times)));
        }
    }
    Ok(Diff {
        schema: SchemaVersion::DIFF,
        old: Side::of(old),
        new: Side::of(new),
        notes: comparable::notes(old, new),
        changes,
        unchanged,
    })
}

type Pair<'r> = (Option<&'r CaseResult>, Option<&'r CaseResult>);
type Cases = BTreeMap<CaseKey, CaseResult>;

/// All keys of both maps in order, each with its results.
fn join<'r>(old: &'r Cases, new: &'r Cases) -> impl Iterator<Item = (&'r CaseKey, Pair<'r>)> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    core::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => core::cmp::Ordering::Less,
            (None, Some(_)) => core::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        let left = if order.is_le() { old.next() } else { None };
        let right = if order.is_ge() { new.next() } else { None };
        let key = left.or(right)?.0;
        Some((key, (left.map(|(_, result)| result), right.map(|(_, result)| result))))
    })
}

/// The classes of one case but for time: one per axis.
fn classes((old, new): Pair<'_>) -> [Option<Class>; 4] {
    let both = old.zip(new);
    let differ = |differ: bool, class| differ.then_some(class);
    [
        Class::of_results(old, new),
        both.and_then(|(old, new)| {
            let same = deviation(old.expectation.as_ref()) == deviation(new.expectation.as_ref());
            differ(!same, Class::ExpectationChanged)
        }),
        both.and_then(|(old, new)| differ(old.attempts != new.attempts, Class::FlakyChanged)),
        both.and_then(|(old, new)| {
            Class::of_work(old.observed.work.as_ref(), new.observed.work.as_ref())
        }),
    ]
}

/// An expectation without its place in the file, which moves when lines are added above.
fn deviation(note: Option<&ExpectationNote>) -> Option<ExpectationNote> {
    note.map(|note| ExpectationNote { line: None, ..note.clone() })
}

fn timing(key: &CaseKey, old: &Report, new: &Report, percent: u32) -> Option<(Class, (u64, u64))> {
    /// Differences below a millisecond are noise on any machine.
    const FLOOR_US: u64 = 1000;

    let of = |report: &Report| report.run.as_ref()?.timings_us.get(key).copied();
    let (old, new) = (of(old)?, of(new)?);
    let beyond = |small: u64, large: u64| {
        large - small > FLOOR_US
            && u128::from(large) * 100 > u128::from(small) * (100 + u128::from(percent))
    };
    if new > old && beyond(old, new) {
        Some((Class::Slower, (old, new)))
    } else if old > new && beyond(new, old) {
        Some((Class::Faster, (old, new)))
    } else {
        None
    }
}

fn change(key: &CaseKey, (old, new): Pair<'_>, times: Option<(u64, u64)>) -> Change {
    let state = |result: Option<&CaseResult>, time_us: Option<u64>| {
        result.map(|result| State { time_us, ..State::of(result) })
    };
    let level = new.or(old).map_or(Level::Practice, |result| result.level);
    Change {
        id: key.clone(),
        level,
        old: state(old, times.map(|(old, _)| old)),
        new: state(new, times.map(|(_, new)| new)),
    }
}
