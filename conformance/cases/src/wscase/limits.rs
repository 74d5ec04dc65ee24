//! What a file may ask for.

use crate::case::{Case, Event};
use crate::step::{Frame, Step, effort};

/// The most octets of a file.
pub const MAX_OCTETS: usize = 1 << 20;
/// The most [effort] of a script, and the most octets of all events together; both with the growth
/// of the full tier.
pub const MAX_EFFORT: u64 = 1 << 28;
/// The most rounds of rest before the deadline.
pub const MAX_PATIENCE: u32 = 1000;
/// The most letters of an id.
const MAX_ID: usize = 120;

/// Says what is wrong with a case that is well-formed; nothing if it can be played.
pub(super) fn check(case: &Case) -> Result<(), String> {
    check_id(&case.id)?;
    if case.title.is_empty() || case.title.chars().any(char::is_control) {
        return Err("case.title is not one line of text".to_owned());
    }
    if case.patience == 0 || case.patience > MAX_PATIENCE {
        return Err(format!("case.patience is not 1 to {MAX_PATIENCE}"));
    }
    if case.growth == 0 {
        return Err("case.growth is 0, and nothing would be played".to_owned());
    }
    let growth = u64::from(case.growth);
    let script = effort(&case.script).saturating_mul(growth);
    if script > MAX_EFFORT {
        return Err(format!("case.script writes {script} octets, more than {MAX_EFFORT}"));
    }
    let sees = case.accept.iter().flat_map(|alternative| &alternative.sees);
    let events = sees.fold(0, |sum: u64, (times, event)| {
        sum.saturating_add(u64::from(*times).saturating_mul(octets(event).saturating_add(1)))
    });
    let events = events.saturating_mul(growth);
    if events > MAX_EFFORT {
        return Err(format!("case.accept has {events} octets, more than {MAX_EFFORT}"));
    }
    check_steps(&case.script)
}

/// The octets of an event.
fn octets(event: &Event) -> u64 {
    match event {
        Event::Message(_, payload) | Event::Pong(payload) => payload.length(),
        Event::Slice(_, _, length) => u64::from(*length),
        Event::Mark(_) | Event::Opened(_) | Event::Refused { .. } | Event::Answered(_) => 0,
    }
}

/// An id is a path of lower-case words with digits and hyphens.
fn check_id(id: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && word.chars().all(fits)
    };
    if id.len() <= MAX_ID && id.split('/').all(word) {
        return Ok(());
    }
    Err(format!("case.id {id:?} is no path of lower-case words such as regression/close-twice"))
}

fn check_steps(steps: &[Step]) -> Result<(), String> {
    for step in steps {
        match step {
            Step::Frame(frame) | Step::Header(frame) => check_frame(frame)?,
            Step::Times(_, steps) if steps.is_empty() => {
                return Err("a step of case.script repeats nothing".to_owned());
            }
            Step::Times(_, steps) => check_steps(steps)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_frame(frame: &Frame) -> Result<(), String> {
    if frame.rsv > 7 {
        return Err(format!("rsv = {} has more than the three reserved bits", frame.rsv));
    }
    Ok(())
}
