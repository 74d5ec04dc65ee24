//! All cases. A family is a file here and a line in the list of families; a case is a few lines in
//! its family's file.
//!
//! Nine families are those of the Autobahn test suite, told apart as it does, and say so: `framing`,
//! `reserved`, `control`, `fragmentation`, `text`, `text_sequences`, `close`, `limits` and `deflate`.
//! [`Case::autobahn`] gives their cases its numbers. Each other family is of this suite alone.

mod api_actions;
mod api_close;
mod api_opening;
mod api_sending;
mod buffers;
mod close;
mod close_codes;
mod close_order;
mod control;
mod courses;
mod courses_failing;
mod deflate;
mod deflate_answers;
mod deflate_frames;
mod deflate_limits;
mod deflate_offers;
mod deflate_promises;
mod deflate_streams;
mod failing;
mod fragmentation;
mod fragments;
mod framing;
mod interleaving;
mod length_forms;
mod limits;
mod masking;
mod message_limit;
mod opening;
mod opening_choices;
mod opening_fields;
mod opening_message;
mod opening_response;
mod pings;
mod reserved;
mod reserved_bits;
mod reserved_opcodes;
mod stream_end;
mod text;
mod text_boundaries;
mod text_sequences;
mod text_splits;

use std::sync::LazyLock;

use crate::case::{Case, Ending, Event, Finish};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step};

/// Every family, in the order of the catalogue.
const FAMILIES: &[fn(&mut Vec<Case>)] = &[
    framing::add,
    reserved::add,
    control::add,
    fragmentation::add,
    text::add,
    text_sequences::add,
    close::add,
    limits::add,
    length_forms::add,
    buffers::add,
    reserved_bits::add,
    reserved_opcodes::add,
    masking::add,
    pings::add,
    fragments::add,
    interleaving::add,
    text_boundaries::add,
    text_splits::add,
    close_codes::add,
    close_order::add,
    failing::add,
    stream_end::add,
    message_limit::add,
    courses::add,
    courses_failing::add,
    opening_fields::add,
    opening_choices::add,
    opening_message::add,
    opening_response::add,
    api_opening::add,
    api_sending::add,
    api_close::add,
    api_actions::add,
    deflate::add,
    deflate_streams::add,
    deflate_frames::add,
    deflate_promises::add,
    deflate_limits::add,
    deflate_offers::add,
    deflate_answers::add,
];

/// All cases.
pub fn catalogue() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let mut cases = Vec::new();
        FAMILIES.iter().for_each(|add| add(&mut cases));
        cases
    });
    &CASES
}

/// The case with this id.
pub fn find(id: &str) -> Option<&'static Case> {
    catalogue().iter().find(|case| case.id == id)
}

/// The case wants one message back, and nothing else.
fn echo(case: Case, kind: Kind, payload: Payload) -> Case {
    case.sees([Event::Message(kind, payload)])
}

/// The same for messages of a size that counts: the tester goes on with any echo of the right kind
/// and length.
fn large_echo(case: Case, times: u32, kind: Kind, payload: Payload) -> Case {
    case.sees_times(times, Event::Message(kind, payload)).finishes(Finish::WhenAnswered)
}

/// The subject fails the connection because of a frame that must not be.
fn protocol_error() -> Ending {
    Ending::failed(&[1002][..])
}

/// The subject fails the connection because a text is not UTF-8.
fn invalid_text() -> Ending {
    Ending::failed(&[1007][..]).tolerating(&[1002..=1002])
}

/// The header of the frame first and its payload a round later. A subject that sees from the header
/// that the frame must not be should not wait for the payload.
fn withheld(case: Case, frame: Frame) -> Case {
    const LATE: &str = "the payload withheld";
    let payload = frame.payload.clone();
    case.steps([Step::Header(frame), Step::Settle, Step::Mark(LATE), Step::Part(payload)])
        .tolerates([Event::Mark(LATE)])
}

/// A Pong with this payload.
fn answer(octets: &'static [u8]) -> Event {
    Event::Pong(Payload::octets(octets))
}

/// A Close body with a status code and no reason.
fn code(code: u16) -> Payload {
    Payload::octets(code.to_be_bytes().to_vec())
}

/// No event at all.
const NOTHING: [Event; 0] = [];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::case::By;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for case in catalogue() {
            assert!(seen.insert(&case.id), "{} twice", case.id);
            let words: Vec<_> = case.id.split('/').collect();
            assert!(words.len() >= 2, "{} has no family", case.id);
            for word in words {
                assert!(!word.is_empty() && !word.starts_with('-') && !word.ends_with('-'));
                let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                assert!(word.chars().all(fine), "{}", case.id);
            }
            assert!(case.id.len() <= 80, "{}", case.id);
            assert_eq!(find(&case.id), Some(case));
        }
        assert_eq!(find("no/such-case"), None);
    }

    #[test]
    fn every_case_says_what_it_is_about() {
        for case in catalogue() {
            assert!(case.title.ends_with('.') && case.title.len() > 10, "{}", case.id);
            assert!(!case.clauses.is_empty(), "{} cites no clause", case.id);
            for clause in &case.clauses {
                assert!(clause.title().is_some(), "{} cites the unknown {clause}", case.id);
            }
            assert!(!case.script.is_empty(), "{} does nothing", case.id);
            assert!(!case.accept.is_empty(), "{} accepts nothing", case.id);
            assert!(case.patience > 0, "{} has no patience", case.id);
        }
    }

    #[test]
    fn who_must_not_close_does_not() {
        for case in catalogue().iter().filter(|case| case.ending.by == By::Subject) {
            assert_eq!(case.finish, Finish::Never, "{}", case.id);
        }
    }
}
