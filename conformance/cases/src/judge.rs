//! Judging: a pure function of a case and a transcript.

mod ending;
mod events;
mod line;
mod pair;
mod reason;
mod show;

pub use pair::{Behavior, BehaviorClose, Pair};
pub use reason::{Reason, Verdict};
pub use show::{Expected, Observed, StreamEnd};

use crate::breach::Breach;
use crate::case::{Case, Grade};
use crate::transcript::{Entry, Transcript, Trouble};

/// What is thought of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Right or wrong, on both axes: what the subject did, and how the connection ended.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The [line](crate::transcript::Transcript::lines) of the transcript that decided, if it was
    /// one.
    pub line: Option<usize>,
    /// What would have been right.
    pub expected: Expected,
    /// What happened instead, or as well.
    pub observed: Observed,
    /// What the Autobahn test suite says about the same run, if it has the case.
    pub autobahn: Option<Pair>,
}

/// Judges a run.
///
/// A breakdown decides first, then a broken rule for what the subject sends, then a way to the
/// subject that was lost or never open, then the events, then
/// the ending; the worse of the last two is the verdict. A broken rule that is
/// [lenient](Breach::is_lenient) takes the edge off a pass and decides nothing else. The Autobahn pair is computed apart, by
/// that suite's rules alone.
pub fn judge(case: &Case, transcript: &Transcript) -> Judgement {
    let (mut verdict, mut reason) = decide(case, transcript);
    if let (Verdict::Pass, Some(breach)) = (verdict, breach(transcript, true)) {
        (verdict, reason) = (Verdict::Lenient, Reason::Breach(breach));
    }
    Judgement {
        verdict,
        reason,
        line: line::deciding(reason, case, transcript),
        expected: Expected::of(case),
        observed: Observed::of(transcript),
        autobahn: case.autobahn.as_deref().map(|number| pair::pair(number, case, transcript)),
    }
}

/// The first breach that counts and is lenient, or not.
fn breach(transcript: &Transcript, lenient: bool) -> Option<Breach> {
    transcript.breaches().find(|breach| breach.counts() && breach.is_lenient() == lenient)
}

fn decide(case: &Case, transcript: &Transcript) -> (Verdict, Reason) {
    if transcript.crash().is_some() {
        return (Verdict::Crash, Reason::Crashed);
    }
    if let Some(breach) = breach(transcript, false) {
        return (Verdict::Fail, Reason::Breach(breach));
    }
    if transcript.is_declined() {
        return (Verdict::Unsupported, Reason::Declined);
    }
    if let Some(trouble) = transcript.trouble() {
        let reason = match trouble {
            Trouble::OutOfTime => Reason::TimedOut,
            Trouble::Stalled => Reason::Stalled,
            Trouble::Flooded => Reason::Flooded,
        };
        return (Verdict::Fail, reason);
    }
    if case.needs.opening.is_none() && transcript.closing.unopened {
        return (Verdict::Fail, Reason::NeverOpened);
    }
    if case.is_informational() {
        return (Verdict::Info, Reason::Informational);
    }
    if transcript.lines.iter().any(|line| line.entry == Entry::StillOpen) {
        return (Verdict::Fail, Reason::NeverEnds);
    }
    let mut wrong = None;
    for (course, why) in events::courses(case, transcript) {
        let ending = course.ends.as_ref().unwrap_or(&case.ending);
        match (course.grade, ending::grade(ending, transcript)) {
            (_, Err(reason)) => wrong = wrong.or(Some(reason)),
            (Grade::Strict, Ok((Grade::Strict, _))) => return (Verdict::Pass, Reason::AsExpected),
            (Grade::Strict, Ok((_, reason))) => return (Verdict::Lenient, reason),
            (_, Ok(_)) => return (Verdict::Lenient, why),
        }
    }
    (Verdict::Fail, wrong.unwrap_or_else(|| events::wrong(case, transcript)))
}
