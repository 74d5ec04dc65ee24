//! The verdict pair of the Autobahn test suite, by that suite's rules.
//!
//! They differ from ours: a case can be "OK" on one axis and failed on the other, a Close without a
//! status code is always right, and large echoes are compared by kind and length only.

use core::fmt;

use crate::autobahn::group;
use crate::case::{By, Case, Finish, Grade};
use crate::role::Role;
use crate::transcript::{Entry, Seen, Transcript};

/// What the Autobahn test suite reports of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Its `behavior`.
    pub behavior: Behavior,
    /// Its `behaviorClose`.
    pub behavior_close: BehaviorClose,
    /// Its `remoteCloseCode`: the status code in the subject's Close.
    pub remote_close_code: Option<u16>,
}

/// What the subject did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behavior {
    /// As expected.
    Ok,
    /// Allowed, but not the preferred way.
    NonStrict,
    /// Nothing is judged.
    Informational,
    /// Anything else.
    Failed,
    /// The extension that the case needs was not agreed on.
    Unimplemented,
    /// The suite would wait for ever.
    NeverEnds,
}

/// How the connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BehaviorClose {
    /// As expected.
    Ok,
    /// Closed by the wrong side.
    Failed,
    /// The closing handshake was not completed.
    Unclean,
    /// The subject's Close has another code than expected.
    WrongCode,
    /// The tester had to end the server's stream.
    FailedByClient,
    /// Nothing is judged.
    Informational,
    /// The suite would wait for ever.
    NeverEnds,
}

/// The pair of a run.
pub(super) fn pair(number: &str, case: &Case, transcript: &Transcript) -> Pair {
    let remote_close_code = transcript.closing.subject.and_then(|close| close.code);
    let (behavior, behavior_close) = if transcript.is_declined() {
        (Behavior::Unimplemented, close(case, transcript))
    } else if still_open(transcript) {
        (Behavior::NeverEnds, BehaviorClose::NeverEnds)
    } else if case.needs.opening.is_none() && transcript.closing.unopened {
        (Behavior::Failed, BehaviorClose::Failed)
    } else if case.is_informational() {
        (Behavior::Informational, BehaviorClose::Informational)
    } else {
        let close = close(case, transcript);
        let wrong = match group(number) {
            6 => case.ending.by == By::Subject && transcript.closing.first == Some(By::Tester),
            7 => close == BehaviorClose::WrongCode,
            _ => false,
        };
        (if wrong { Behavior::Failed } else { behavior(case, transcript) }, close)
    };
    Pair { behavior, behavior_close, remote_close_code }
}

fn still_open(transcript: &Transcript) -> bool {
    transcript.lines.iter().any(|line| line.entry == Entry::StillOpen)
}

fn behavior(case: &Case, transcript: &Transcript) -> Behavior {
    let mut shared = case.accept.iter().filter(|alternative| alternative.shared);
    if case.finish == Finish::WhenAnswered && case.needs.deflate.is_none() {
        let messages = transcript.events().filter(|seen| matches!(seen, Seen::Message(..)));
        let Some(wanted) = shared.next() else { return Behavior::Failed };
        let fit = messages.zip(wanted.events()).filter(|(seen, event)| seen.has_shape_of(event));
        return if fit.count() == wanted.len() { Behavior::Ok } else { Behavior::Failed };
    }
    let fit = shared.find(|wanted| transcript.follows(wanted).is_ok());
    match fit.map(|wanted| wanted.grade) {
        Some(Grade::Strict) => Behavior::Ok,
        Some(Grade::Lenient) => Behavior::NonStrict,
        Some(Grade::Informational) => Behavior::Informational,
        None => Behavior::Failed,
    }
}

/// The first rule that applies.
fn close(case: &Case, transcript: &Transcript) -> BehaviorClose {
    let closing = &transcript.closing;
    let by_tester = closing.first == Some(By::Tester);
    let code = closing.subject.and_then(|close| close.code);
    if by_tester != (case.ending.by == By::Tester) {
        BehaviorClose::Failed
    } else if case.ending.needs_both_closes() && !closing.clean {
        BehaviorClose::Unclean
    } else if code.is_some_and(|code| !case.ending.codes.contains(&code)) {
        BehaviorClose::WrongCode
    } else if closing.dropped_by_tester && transcript.subject == Role::Server {
        BehaviorClose::FailedByClient
    } else {
        BehaviorClose::Ok
    }
}

impl fmt::Display for Behavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "OK",
            Self::NonStrict => "NON-STRICT",
            Self::Informational => "INFORMATIONAL",
            Self::Failed => "FAILED",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::NeverEnds => "NEVER-ENDS",
        })
    }
}

impl fmt::Display for BehaviorClose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "OK",
            Self::Failed => "FAILED",
            Self::Unclean => "UNCLEAN",
            Self::WrongCode => "WRONG CODE",
            Self::FailedByClient => "FAILED BY CLIENT",
            Self::Informational => "INFORMATIONAL",
            Self::NeverEnds => "NEVER-ENDS",
        })
    }
}

impl fmt::Display for Pair {
    /// `OK|OK|1000`, with `-` for a missing code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|", self.behavior, self.behavior_close)?;
        match self.remote_close_code {
            Some(code) => write!(f, "{code}"),
            None => f.write_str("-"),
        }
    }
}
