//! The verdicts, and the words that say why.

use core::fmt;

use crate::reception::Breach;

/// What a run is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Right on both axes.
    Pass,
    /// Allowed, but not the preferred way.
    Lenient,
    /// Nothing is judged.
    Info,
    /// Wrong.
    Fail,
    /// The subject does not have what the case needs.
    Unsupported,
    /// The subject broke down.
    Crash,
    /// The harness could not run the case; says nothing about the subject.
    Error,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 7] = [
        Self::Pass,
        Self::Lenient,
        Self::Info,
        Self::Fail,
        Self::Unsupported,
        Self::Crash,
        Self::Error,
    ];

    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Lenient => "lenient",
            Self::Info => "info",
            Self::Fail => "fail",
            Self::Unsupported => "unsupported",
            Self::Crash => "crash",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a verdict is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Everything is right.
    AsExpected,
    /// No rule exists.
    Informational,
    /// Another course of events than the preferred one.
    OtherCourse,
    /// An event did not come.
    EventMissing,
    /// An event that nobody asked for.
    EventUnexpected,
    /// An event came that is another than the one due, or has other content.
    EventDiffers,
    /// The subject did not fail the connection, and the tester had to end it.
    ConnectionKeptOpen,
    /// The subject ended a connection that it should have kept.
    ClosedTooEarly,
    /// The tester's Close stayed without a reply.
    CloseUnanswered,
    /// The stream ended without a Close.
    CloseMissing,
    /// The Close has no status code where one was due.
    CloseCodeMissing,
    /// The Close has a status code that passes leniently.
    CloseCodeTolerated,
    /// The Close has another status code than those due.
    CloseCodeWrong,
    /// The server did not end the stream after the closing handshake.
    StreamLeftOpen,
    /// The tester has nothing left to wait for, and the connection is still there.
    NeverEnds,
    /// The subject broke down.
    Crashed,
    /// The subject sent something it must not send.
    Breach(Breach),
}

impl Reason {
    /// The stable word used in reports. The set is open: later versions may add words.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::AsExpected => "as-expected",
            Self::Informational => "informational",
            Self::OtherCourse => "other-course",
            Self::EventMissing => "event-missing",
            Self::EventUnexpected => "event-unexpected",
            Self::EventDiffers => "event-differs",
            Self::ConnectionKeptOpen => "connection-kept-open",
            Self::ClosedTooEarly => "closed-too-early",
            Self::CloseUnanswered => "close-unanswered",
            Self::CloseMissing => "close-missing",
            Self::CloseCodeMissing => "close-code-missing",
            Self::CloseCodeTolerated => "close-code-tolerated",
            Self::CloseCodeWrong => "close-code-wrong",
            Self::StreamLeftOpen => "stream-left-open",
            Self::NeverEnds => "never-ends",
            Self::Crashed => "crashed",
            Self::Breach(breach) => breach.slug(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}
