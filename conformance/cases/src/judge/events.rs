//! The first axis: what the subject did.

use super::Reason;
use crate::case::{Alternative, Case};
use crate::transcript::{Departure, Transcript};

/// The course that the events follow, or what is wrong with them.
pub(super) fn course<'c>(
    case: &'c Case,
    transcript: &Transcript,
) -> Result<(&'c Alternative, Reason), Reason> {
    for (i, wanted) in case.accept.iter().enumerate() {
        if transcript.follows(wanted).is_ok() {
            let reason = if i == 0 { Reason::AsExpected } else { Reason::OtherCourse };
            return Ok((wanted, reason));
        }
    }
    Err(match departure(case, transcript) {
        Some(Departure::Missing) => Reason::EventMissing,
        Some(Departure::Differs(_)) => Reason::EventDiffers,
        Some(Departure::Unexpected(_)) | None => Reason::EventUnexpected,
    })
}

/// Where the events leave the preferred course.
pub(super) fn departure(case: &Case, transcript: &Transcript) -> Option<Departure> {
    transcript.follows(case.accept.first()?).err()
}
