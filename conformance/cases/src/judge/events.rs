//! The first axis: what the subject did.

use super::Reason;
use crate::case::{Case, Grade};
use crate::transcript::Transcript;

/// What the events are worth, or what is wrong with them.
pub(super) fn grade(case: &Case, transcript: &Transcript) -> Result<(Grade, Reason), Reason> {
    let seen: Vec<_> = transcript.events().collect();
    let fits = |i: usize| {
        let wanted = &case.accept[i];
        wanted.len() == seen.len()
            && seen.iter().zip(wanted.events()).all(|(seen, event)| seen.is(event))
    };
    if let Some(i) = (0..case.accept.len()).find(|&i| fits(i)) {
        let reason = if i == 0 { Reason::AsExpected } else { Reason::OtherCourse };
        return Ok((case.accept[i].grade, reason));
    }
    // The preferred course says what is missing.
    let Some(wanted) = case.accept.first() else { return Err(Reason::EventUnexpected) };
    for (seen, event) in seen.iter().zip(wanted.events()) {
        if !seen.is(event) {
            return Err(Reason::EventDiffers);
        }
    }
    let missing = seen.len() < wanted.len();
    Err(if missing { Reason::EventMissing } else { Reason::EventUnexpected })
}
