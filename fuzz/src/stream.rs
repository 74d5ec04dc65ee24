//! A stream of octets from the peer, after the opening handshake: how it is delivered, what an
//! endpoint makes of it, and what must be true of that.

mod oracles;
mod record;
mod session;
mod setup;
mod typed;

use core::fmt::Write as _;

use wsproof_cases::wire::Header;
use wsproof_model::reading::read_agreed;
use wsproof_model::{Bug, Limits, Outcome, Violation};

use crate::planted::{self, planted};

pub(crate) use oracles::written_by_the_book;
pub use oracles::{CUTS, ORACLES};
pub use record::{Memory, Seen};
pub(crate) use setup::Delivery;
pub use setup::{Cuts, Setup};

/// Delivers a stream to the engine and reports everything it did.
#[must_use]
pub fn read(setup: Setup, stream: &[u8]) -> Seen<'_> {
    if let Some(bug) = planted() {
        return planted::read_stream(Some(bug), setup, stream);
    }
    if setup.through_session() { session::read(setup, stream) } else { typed::read(setup, stream) }
}

/// What the RFC says about a stream, as far as the engine tells.
#[must_use]
pub fn meaning(setup: Setup, stream: &[u8]) -> Outcome {
    by_model(setup, None, stream, [stream])
}

/// What a model with this mistake makes of a stream in pieces, as far as the engine would tell.
pub(crate) fn by_model<'a>(
    setup: Setup,
    bug: Option<Bug>,
    stream: &[u8],
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let limits = Limits { message: setup.limit() };
    let (bugs, agreed) = (setup.bugs(bug), setup.agreed());
    let mut outcome = read_agreed(setup.role(), limits, bugs, agreed, pieces);
    // That a message has begun shows only in its first octet.
    outcome.partial = outcome.partial.filter(|(_, octets)| !octets.is_empty());
    // The engine looks at control frames as a whole; then it names the same octet as the model.
    outcome.fault = outcome.fault.filter(|fault| {
        let in_close = matches!(fault.violation, Violation::CloseCode | Violation::CloseReason);
        !in_close || end_of_frame(stream, fault.offset) <= stream.len() as u64
    });
    outcome
}

/// Where the frame that holds this octet ends; all frames in front of it are whole.
fn end_of_frame(stream: &[u8], offset: u64) -> u64 {
    let mut end = 0;
    while end <= offset {
        let rest = usize::try_from(end).ok().and_then(|start| stream.get(start..));
        let Some((header, size)) = rest.and_then(Header::read) else { return u64::MAX };
        end += size as u64 + header.length;
    }
    end
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
