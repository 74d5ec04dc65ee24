//! The mistakes that can be planted.

use core::fmt;

/// What a planted mistake does to the cases that meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Cases fail.
    Fails,
    /// Cases pass leniently at best: the habit is allowed, but not the preferred way.
    Lenient,
    /// Nothing: the habit is unusual and right.
    Nothing,
}

macro_rules! bugs {
    ($( $name:ident, $slug:literal, $effect:ident, $what:literal; )+) => {
        /// One planted mistake or habit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bug { $( #[doc = $what] $name, )+ }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The name used on the command line and in reports.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $slug, )+ }
            }

            /// What it does, in one line.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$name => $what, )+ }
            }

            /// What cases make of it.
            pub const fn effect(self) -> Effect {
                match self { $( Self::$name => Effect::$effect, )+ }
            }
        }
    };
}

bugs! {
    // What is read.
    AcceptsReservedBits, "accepts-reserved-bits", Fails, "Takes frames with reserved bits as if they were clear.";
    SkipsReservedOpcodes, "skips-reserved-opcodes", Fails, "Skips frames with reserved opcodes.";
    AcceptsFragmentedControl, "accepts-fragmented-control", Fails, "Takes control frames with FIN clear.";
    AcceptsLongControl, "accepts-long-control", Fails, "Takes control frames of more than 125 octets and keeps the first 125.";
    SkipsLonelyContinuations, "skips-lonely-continuations", Fails, "Skips continuation frames outside of a message.";
    RestartsMessages, "restarts-messages", Fails, "Lets a new message replace an unfinished one.";
    ForgetsFragments, "forgets-fragments", Fails, "Keeps only the last frame of a message.";
    EndsMessagesEarly, "ends-messages-early", Fails, "Takes every frame of a message for a message.";
    NeverChecksText, "never-checks-text", Fails, "Takes any octets for text.";
    ChecksTextLate, "checks-text-late", Lenient, "Looks at text only when the message is complete.";
    ChecksFramesApart, "checks-frames-apart", Fails, "Wants every frame of a text to be UTF-8 by itself.";
    AcceptsSurrogates, "accepts-surrogates", Fails, "Takes surrogates for code points.";
    AcceptsOverlong, "accepts-overlong", Fails, "Takes code points in more octets than needed.";
    AcceptsBeyondUnicode, "accepts-beyond-unicode", Fails, "Takes sequences beyond U+10FFFF.";
    AcceptsCutText, "accepts-cut-text", Fails, "Takes text that ends inside a code point.";
    RefusesNoncharacters, "refuses-noncharacters", Fails, "Refuses text with noncharacters.";
    RefusesNul, "refuses-nul", Fails, "Refuses text with NUL.";
    RefusesEmptyFrames, "refuses-empty-frames", Fails, "Refuses data frames without payload.";
    RefusesUnsolicitedPongs, "refuses-unsolicited-pongs", Fails, "Refuses Pongs.";
    RefusesLength127, "refuses-64-bit-lengths", Fails, "Refuses lengths in the 64-bit form.";
    AcceptsAnyCloseCode, "accepts-any-close-code", Fails, "Takes status codes that must not be sent.";
    AcceptsCloseBodyOfOne, "accepts-close-body-of-one", Fails, "Takes a Close body of one octet.";
    AcceptsAnyCloseReason, "accepts-any-close-reason", Lenient, "Does not look at the reason of a Close.";
    RefusesCloseReasons, "refuses-close-reasons", Fails, "Refuses a Close with a reason.";
    RefusesPrivateCodes, "refuses-private-codes", Fails, "Refuses the status codes 3000 to 4999.";
    ReadsAfterClose, "reads-after-close", Fails, "Goes on after a Close as if there was none.";
    IgnoresCloseInMessages, "ignores-close-in-messages", Fails, "Skips a Close inside a message.";
    // What is answered.
    Silent, "silent", Fails, "Never writes an octet and never closes.";
    ClosesOnOpen, "closes-on-open", Fails, "Sends Close 1000 at once and reads nothing.";
    NeverPongs, "never-pongs", Fails, "Does not answer Pings.";
    PongsWithoutPayload, "pongs-without-payload", Fails, "Answers Pings with empty Pongs.";
    PongsAtMostOnce, "pongs-once", Fails, "Answers only the first Ping.";
    PongsAfterMessage, "pongs-after-message", Fails, "Holds a Pong back until the message around its Ping is complete.";
    PingsOnOpen, "pings-on-open", Fails, "Sends a Ping of its own before it reads the first octets.";
    NeverEchoes, "never-echoes", Fails, "Does not answer messages.";
    CorruptsFirstOctet, "corrupts-first-octet", Fails, "Changes the first octet of every echo, of text only if it is ASCII.";
    CorruptsLargeMessages, "corrupts-large-messages", Fails, "Changes one octet in the middle of echoes of more than 64 KiB.";
    CutsLargeMessages, "cuts-large-messages", Fails, "Echoes at most 65535 octets.";
    SwapsKinds, "swaps-kinds", Fails, "Echoes text as binary and binary as text.";
    FragmentsEchoes, "fragments-echoes", Nothing, "Cuts every echo into two frames.";
    StopsAfterManyMessages, "stops-after-500-messages", Fails, "Answers only the first 500 messages.";
    // How it is written.
    MasksWrongly, "masks-wrongly", Fails, "Masks as server and does not mask as client.";
    SetsReservedBits, "sets-reserved-bits", Fails, "Sets RSV1 in every echo.";
    WritesLongLengths, "writes-long-lengths", Fails, "Writes every length in 64 bits.";
    ContinuesWithText, "continues-with-text", Fails, "Cuts echoes into two frames of which the second has no continuation opcode.";
    // How it ends.
    DropsOnError, "drops-on-error", Lenient, "Ends the stream without a Close when the peer breaks a rule.";
    IgnoresErrors, "ignores-errors", Fails, "Stops reading when the peer breaks a rule and says nothing.";
    FailsWith1000, "fails-with-1000", Fails, "Fails the connection with 1000.";
    FailsWith1002, "fails-with-1002", Lenient, "Fails the connection with 1002 whatever the reason.";
    NeverAnswersClose, "never-answers-close", Fails, "Does not answer a Close and keeps the stream open.";
    AnswersCloseByDrop, "answers-close-by-drop", Fails, "Ends the stream instead of answering a Close.";
    AnswersCloseWith1001, "answers-close-with-1001", Lenient, "Answers every Close with 1001.";
    AnswersCloseWith1002, "answers-close-with-1002", Fails, "Answers every Close with 1002.";
    AnswersCloseWith1005, "answers-close-with-1005", Fails, "Writes 1005 into the reply to a Close without a status code.";
    AnswersCloseWithBody, "answers-close-with-body", Nothing, "Answers a Close with the same body.";
    AnswersCloseTwice, "answers-close-twice", Fails, "Answers a Close twice.";
    KeepsStreamOpen, "keeps-stream-open", Fails, "Does not end the stream after the closing handshake as server.";
}

impl Bug {
    /// The bug with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of bugs; the empty one makes the model right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bugs(u128);

impl Bugs {
    /// No bug at all.
    pub const NONE: Self = Self(0);

    /// This bug alone, or several.
    pub const fn of(bugs: &[Bug]) -> Self {
        let mut set = 0;
        let mut i = 0;
        while i < bugs.len() {
            set |= 1 << bugs[i] as u32;
            i += 1;
        }
        Self(set)
    }

    /// Whether the bug is planted.
    pub const fn has(self, bug: Bug) -> bool {
        self.0 & (1 << bug as u32) != 0
    }
}

impl From<Bug> for Bugs {
    fn from(bug: Bug) -> Self {
        Self::of(&[bug])
    }
}

const _: () = assert!(Bug::ALL.len() <= 128, "a set of bugs has 128 bits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, bug) in Bug::ALL.iter().enumerate() {
            assert_eq!(Bug::by_name(bug.name()), Some(*bug));
            assert!(Bugs::from(*bug).has(*bug) && !Bugs::NONE.has(*bug));
            assert!(Bug::ALL[..i].iter().all(|other| !Bugs::from(*bug).has(*other)));
            assert!(bug.what().ends_with('.'));
        }
        assert_eq!(Bug::by_name("none"), None);
    }
}
