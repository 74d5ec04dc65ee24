//! Cases about a connection that is not the client's first.

use wsproof_cases::case::Case;
use wsproof_cases::transcript::{Beginning, Entry, Transcript};

use super::link::Broken;

/// Plays a case by `connect`, which opens a connection behind so many earlier ones, and holds it
/// against how the one before began, if the case is about that: as `before` says, or as it does when
/// the case is played once more.
///
/// # Errors
/// The harness could not do its work.
pub fn connections<T>(
    case: &Case,
    before: Option<Beginning>,
    mut connect: impl FnMut(u32) -> Result<(Transcript, T), Broken>,
) -> Result<(Transcript, T), Broken> {
    if !case.needs.again {
        return connect(0);
    }
    let before = match before {
        Some(before) => before,
        None => {
            let first = connect(0)?;
            if first.0.crash().is_some() {
                return Ok(first);
            }
            Beginning::of(&first.0)
        }
    };
    let (mut transcript, told) = connect(1)?;
    for breach in Beginning::of(&transcript).breaches(&before) {
        transcript.push(Entry::Breach { breach, header: None });
    }
    Ok((transcript, told))
}
