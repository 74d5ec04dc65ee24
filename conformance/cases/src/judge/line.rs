//! Which line of a transcript decided.

use super::Reason;
use super::events::departure;
use crate::case::Case;
use crate::transcript::{Departure, Entry, Transcript};
use crate::wire::Opcode;

/// The line that shows the reason; nothing if everything is right or what is wrong did not happen.
pub(super) fn deciding(reason: Reason, case: &Case, transcript: &Transcript) -> Option<usize> {
    let first =
        |wanted: fn(&Entry) -> bool| transcript.lines.iter().position(|line| wanted(&line.entry));
    let last =
        |wanted: fn(&Entry) -> bool| transcript.lines.iter().rposition(|line| wanted(&line.entry));
    match reason {
        Reason::Breach(wanted) => transcript.lines.iter().position(
            |line| matches!(line.entry, Entry::Breach { breach, .. } if breach == wanted),
        ),
        Reason::Crashed => first(|entry| matches!(entry, Entry::Crashed(_))),
        Reason::NeverOpened => {
            last(|entry| matches!(entry, Entry::ReceivedHead(_) | Entry::Ended | Entry::Dropped))
        }
        Reason::Declined => first(|entry| *entry == Entry::Declined),
        Reason::TimedOut | Reason::Stalled | Reason::Flooded => {
            first(|entry| matches!(entry, Entry::Troubled(_)))
        }
        Reason::NeverEnds => first(|entry| *entry == Entry::StillOpen),
        Reason::EventUnexpected | Reason::EventDiffers => match departure(case, transcript)? {
            Departure::Unexpected(line) | Departure::Differs(line) => Some(line),
            Departure::Missing => None,
        },
        Reason::CloseCodeMissing
        | Reason::CloseCodeTolerated
        | Reason::CloseCodeWrong
        | Reason::CloseReasonWrong => last(is_subjects_close),
        Reason::ClosedTooEarly => first(|entry| is_subjects_close(entry) || *entry == Entry::Ended),
        Reason::CloseMissing => last(|entry| *entry == Entry::Ended),
        Reason::ConnectionKeptOpen => {
            last(is_testers_close).or_else(|| last(|entry| *entry == Entry::Dropped))
        }
        Reason::CloseUnanswered | Reason::StreamLeftOpen => {
            last(|entry| matches!(entry, Entry::Dropped | Entry::Ended))
        }
        Reason::AsExpected
        | Reason::Informational
        | Reason::OtherCourse
        | Reason::EventMissing
        | Reason::CutsDiffer
        | Reason::Unsupported
        | Reason::HarnessFailed => None,
    }
}

fn is_subjects_close(entry: &Entry) -> bool {
    matches!(entry, Entry::Received { header, .. } if header.opcode == Opcode::CLOSE)
}

fn is_testers_close(entry: &Entry) -> bool {
    matches!(entry, Entry::Sent { header, .. } if header.opcode == Opcode::CLOSE)
}
