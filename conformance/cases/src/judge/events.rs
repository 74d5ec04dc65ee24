//! The first axis: what the subject did.

use super::Reason;
use crate::case::{Alternative, Case};
use crate::transcript::{Departure, Transcript};

/// The courses that the events follow, in order of preference.
pub(super) fn courses<'c>(
    case: &'c Case,
    transcript: &Transcript,
) -> impl Iterator<Item = (&'c Alternative, Reason)> {
    let reason = |i| if i == 0 { Reason::AsExpected } else { Reason::OtherCourse };
    let courses = case.accept.iter().enumerate();
    courses
        .filter(|(_, wanted)| transcript.follows(wanted).is_ok())
        .map(move |(i, wanted)| (wanted, reason(i)))
}

/// What is wrong with events that follow no course.
pub(super) fn wrong(case: &Case, transcript: &Transcript) -> Reason {
    match departure(case, transcript) {
        Some(Departure::Missing) => Reason::EventMissing,
        Some(Departure::Differs(_)) => Reason::EventDiffers,
        Some(Departure::Unexpected(_)) | None => Reason::EventUnexpected,
    }
}

/// Where the events leave the preferred course.
pub(super) fn departure(case: &Case, transcript: &Transcript) -> Option<Departure> {
    transcript.follows(case.accept.first()?).err()
}
