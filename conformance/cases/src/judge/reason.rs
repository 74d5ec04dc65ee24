//! The verdicts, and the words that say why.

use core::fmt;

use crate::breach::Breach;

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

macro_rules! reasons {
    ($( $name:ident, $slug:literal, $what:literal; )+) => {
        /// Why a verdict is what it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $( #[doc = $what] $name, )+
            /// The subject sent something it must not send.
            Breach(Breach),
        }

        impl Reason {
            /// All reasons but the breaches, which are in [`Breach::ALL`].
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The stable word used in reports. The set is open: later versions may add words.
            pub const fn slug(self) -> &'static str {
                match self {
                    $( Self::$name => $slug, )+
                    Self::Breach(breach) => breach.slug(),
                }
            }

            /// What the word means, in one line.
            pub const fn what(self) -> &'static str {
                match self {
                    $( Self::$name => $what, )+
                    Self::Breach(breach) => breach.what(),
                }
            }
        }
    };
}

reasons! {
    AsExpected, "as-expected", "Everything is right.";
    Informational, "informational", "No rule exists.";
    OtherCourse, "other-course", "Another course of events than the preferred one.";
    EventMissing, "event-missing", "An event that was due did not come.";
    EventUnexpected, "event-unexpected", "An event came that nobody asked for.";
    EventDiffers, "event-differs", "An event is another than the one due, or has other content.";
    ConnectionKeptOpen, "connection-kept-open", "The subject did not fail the connection.";
    ClosedTooEarly, "closed-too-early", "The subject ended a connection that it should have kept.";
    CloseUnanswered, "close-unanswered", "The tester's Close stayed without a reply.";
    CloseMissing, "close-missing", "The stream ended without a Close.";
    CloseCodeMissing, "close-code-missing", "The Close has no status code where one was due.";
    CloseCodeTolerated, "close-code-tolerated", "The Close has a status code near the one due.";
    CloseCodeWrong, "close-code-wrong", "The Close has another status code than those due.";
    CloseReasonWrong, "close-reason-wrong", "The Close gives another reason than the application did.";
    StreamLeftOpen, "stream-left-open", "The server did not end the stream after the closing handshake.";
    NeverEnds, "never-ends", "Nothing is left to wait for, and the connection is still there.";
    NeverOpened, "never-opened", "The opening handshake in front of the case did not open a connection.";
    TimedOut, "timed-out", "The case took longer than any case may.";
    Stalled, "stalled", "The subject took no octets any more.";
    Flooded, "flooded", "The subject sent far more than any case asks for.";
    Crashed, "crashed", "The subject broke down.";
    CutsDiffer, "cuts-differ", "What the subject did depends on how the octets were cut.";
    Declined, "declined", "The extension that the case needs was not agreed on.";
    Unsupported, "unsupported", "The subject does not offer what the case needs.";
    HarnessFailed, "harness-failed", "The harness could not run the case.";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_unique_and_well_formed() {
        let breaches = Breach::ALL.iter().map(|breach| Reason::Breach(*breach));
        let mut seen = HashSet::new();
        for reason in Reason::ALL.iter().copied().chain(breaches) {
            assert!(seen.insert(reason.slug()), "{reason} twice");
            assert!(reason.slug().chars().all(|c| c.is_ascii_lowercase() || "-8".contains(c)));
            assert!(reason.what().ends_with('.'), "{reason}");
            assert_eq!(reason.to_string(), reason.slug());
        }
    }
}
