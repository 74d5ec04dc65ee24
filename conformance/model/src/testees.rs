//! Artificial testees for which the verdicts of the Autobahn test suite are known.

use crate::bug::{Bug, Bugs};

/// The testees by name.
pub const TESTEES: &[(&str, Bugs)] = &[
    ("conformant", Bugs::NONE),
    ("conformant_drop_on_error", Bugs::of(&[Bug::DropsOnError])),
    ("utf8_checked_at_message_end", Bugs::of(&[Bug::ChecksTextLate])),
    (
        "no_validation",
        Bugs::of(&[
            Bug::AcceptsReservedBits,
            Bug::SkipsReservedOpcodes,
            Bug::AcceptsFragmentedControl,
            Bug::AcceptsLongControl,
            Bug::SkipsLonelyContinuations,
            Bug::RestartsMessages,
            Bug::NeverChecksText,
            Bug::AcceptsAnyCloseCode,
            Bug::AcceptsCloseBodyOfOne,
            Bug::AcceptsAnyCloseReason,
            Bug::AnswersCloseWithBody,
        ]),
    ),
    ("silent", Bugs::of(&[Bug::Silent])),
    ("closes_1000_on_open", Bugs::of(&[Bug::ClosesOnOpen])),
    ("no_pong", Bugs::of(&[Bug::NeverPongs])),
    ("no_close_reply", Bugs::of(&[Bug::NeverAnswersClose])),
    ("wrong_masking", Bugs::of(&[Bug::MasksWrongly])),
    ("corrupted_echo", Bugs::of(&[Bug::CorruptsFirstOctet])),
    ("swapped_type", Bugs::of(&[Bug::SwapsKinds])),
    ("sends_ping_on_open", Bugs::of(&[Bug::PingsOnOpen])),
    ("fragmented_echo", Bugs::of(&[Bug::FragmentsEchoes])),
];

/// The testee with this name.
pub fn by_name(name: &str) -> Option<Bugs> {
    TESTEES.iter().find(|(testee, _)| *testee == name).map(|(_, bugs)| *bugs)
}
