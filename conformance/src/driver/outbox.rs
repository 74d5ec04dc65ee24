//! What a subject in process has said.

use crate::play::{Flow, Observed};

/// What a subject has written and how it has ended, until somebody asks.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    octets: Vec<u8>,
    end: End,
}

/// Whether the subject has ended its stream.
#[derive(Debug, Default)]
enum End {
    #[default]
    Not,
    /// It has, or broke down as described, and nobody has asked yet.
    Now(Option<String>),
    Told,
}

impl Outbox {
    /// Adds what the subject writes.
    pub(super) fn write(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Ends the stream.
    pub(super) fn end(&mut self) {
        if matches!(self.end, End::Not) {
            self.end = End::Now(None);
        }
    }

    /// Ends the stream by a breakdown.
    pub(super) fn break_down(&mut self, how: String) {
        self.end = End::Now(Some(how));
    }

    /// Whether the stream is ended.
    pub(super) const fn is_ended(&self) -> bool {
        !matches!(self.end, End::Not)
    }

    /// Whether more octets are of use.
    pub(super) const fn flow(&self) -> Flow {
        if self.is_ended() { Flow::Closed } else { Flow::Open }
    }

    /// Moves what was said since the last call to the end of `seen`.
    pub(super) fn drain(&mut self, seen: &mut Vec<Observed>) {
        if !self.octets.is_empty() {
            seen.push(Observed::Octets(core::mem::take(&mut self.octets)));
        }
        if let End::Now(breakdown) = &mut self.end {
            seen.push(breakdown.take().map_or(Observed::End, Observed::Crash));
            self.end = End::Told;
        }
    }
}
