//! Planted mistakes: how fast would a target find this?
//!
//! With a mistake's name in the environment variable [`VARIABLE`], a model that makes it takes the
//! place of the engine, and the oracles judge it as they judge the engine.

use std::env;
use std::sync::OnceLock;

use wsproof_model::{Bug, Event, Limits, read_deliveries};

use crate::stream::{Delivery, Seen, Setup, written_by_the_book};

/// Names the mistake.
pub const VARIABLE: &str = "WSPROOF_PLANT";

/// The mistake that is planted, if any.
///
/// # Panics
/// If no mistake has the name in [`VARIABLE`].
#[must_use]
pub fn planted() -> Option<Bug> {
    static PLANTED: OnceLock<Option<Bug>> = OnceLock::new();
    *PLANTED.get_or_init(|| {
        let name = env::var(VARIABLE).ok()?;
        let bug = Bug::by_name(&name);
        eprintln!("{VARIABLE}: a model that makes the mistake {name} is judged, not the engine");
        Some(bug.unwrap_or_else(|| panic!("{VARIABLE}: no mistake is called {name}")))
    })
}

/// What a model with this mistake makes of a stream.
pub(crate) fn read_stream(bug: Bug, setup: Setup, stream: &[u8]) -> Seen<'_> {
    let mut delivery = Delivery::new(setup, stream);
    let room = setup.receive_buffer();
    let pieces =
        core::iter::from_fn(|| Some(delivery.next(room)).filter(|piece| !piece.is_empty()));
    let limits = Limits { message: setup.limit() };
    let mut outcome = read_deliveries(setup.role(), limits, setup.bugs(Some(bug)), pieces);
    outcome.partial = outcome.partial.filter(|(_, octets)| !octets.is_empty());
    let mut seen = Seen::of(setup, stream, outcome);
    seen.close = match (seen.outcome.fault, seen.outcome.events.last()) {
        (Some(fault), _) => fault.violation.close_code(),
        (None, Some(Event::Close { body })) => Event::close_code(body).unwrap_or(1005),
        _ => 1000,
    };
    seen.written = written_by_the_book(&seen);
    seen
}
