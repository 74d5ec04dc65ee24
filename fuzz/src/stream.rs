//! A stream of octets from the peer, after the opening handshake: how it is delivered, what an
//! endpoint makes of it, and what must be true of that.

mod model;
mod oracles;
mod record;
mod session;
mod setup;
mod typed;

use core::fmt::Write as _;

use crate::planted::planted;

pub use model::{meaning, read_by_model};
pub use oracles::{CUTS, ORACLES};
pub use record::{Memory, Seen};
pub(crate) use setup::Delivery;
pub use setup::{Cuts, Setup};

/// Delivers a stream to the engine and reports everything it did.
#[must_use]
pub fn read(setup: Setup, stream: &[u8]) -> Seen<'_> {
    if let Some(bug) = planted() {
        return read_by_model(Some(bug), setup, stream);
    }
    if setup.through_session() { session::read(setup, stream) } else { typed::read(setup, stream) }
}

/// An input in a form for people: the settings, the octets, and what they say.
#[must_use]
pub fn show(octets: &[u8]) -> String {
    let split = Setup::split(octets);
    split.map_or_else(|| String::from("no stream"), |(setup, stream)| describe(setup, stream))
}

/// A stream in a form for people.
#[must_use]
pub fn describe(setup: Setup, stream: &[u8]) -> String {
    let mut text = format!("{setup:#?}\n");
    for (line, octets) in stream.chunks(16).enumerate() {
        let _ = write!(text, "{:06x} ", line * 16);
        for octet in octets {
            let _ = write!(text, " {octet:02x}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "which say {:#?}", meaning(setup, stream));
    text
}
