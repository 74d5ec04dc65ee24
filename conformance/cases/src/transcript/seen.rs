//! Events as they are observed, and how they are held against those of a case.

use crate::case::Event;
use crate::deflate::Slices;
use crate::interface::Answer;
use crate::payload::Blob;
use crate::step::Kind;

/// An event as it was observed; the counterpart of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// A complete data message.
    Message(Kind, Blob),
    /// A Pong.
    Pong(Blob),
    /// A mark that the connection lived to see.
    Mark(&'static str),
    /// A server opened the connection and named this subprotocol.
    Opened(Option<Vec<u8>>),
    /// A server answered the opening handshake with something else than 101.
    Refused {
        /// The status code.
        status: u16,
        /// Whether the answer names version 13.
        names_version: bool,
    },
    /// A call was answered.
    Answered(Answer),
}

impl Seen {
    /// Whether this is a message of the event's kind and length.
    pub fn has_shape_of(&self, event: &Event) -> bool {
        match (self, event) {
            (Self::Message(kind, blob), Event::Message(wanted, payload)) => {
                kind == wanted && blob.length == payload.length()
            }
            // Characters may have several octets.
            (Self::Message(kind, blob), Event::Slice(wanted, _, length)) => {
                kind == wanted && blob.length >= u64::from(*length)
            }
            _ => false,
        }
    }
}

impl From<&Event> for Seen {
    /// The event as it is seen if it comes.
    fn from(event: &Event) -> Self {
        match event {
            Event::Message(kind, payload) => Self::Message(*kind, payload.blob()),
            Event::Slice(kind, data, length) => {
                Self::Message(*kind, Slices { data: *data, length: *length }.blob(0))
            }
            Event::Pong(payload) => Self::Pong(payload.blob()),
            Event::Mark(tag) => Self::Mark(tag),
            Event::Answered(answer) => Self::Answered(*answer),
            Event::Opened(name) => Self::Opened(name.map(|name| name.as_bytes().to_vec())),
            Event::Refused { statuses, names_version } => Self::Refused {
                status: statuses.first().map_or(400, |range| *range.start()),
                names_version: *names_version,
            },
        }
    }
}

/// An event that is looked for in several lines.
pub(super) enum Wanted<'c> {
    /// As it is seen.
    Exactly(Seen),
    /// One that can be seen in several ways.
    Any(&'c Event),
    /// A slice of made-up data with this number.
    Slice(Kind, Slices, u64),
}

impl<'c> From<&'c Event> for Wanted<'c> {
    fn from(event: &'c Event) -> Self {
        match event {
            Event::Refused { .. } => Self::Any(event),
            Event::Slice(kind, data, length) => {
                Self::Slice(*kind, Slices { data: *data, length: *length }, 0)
            }
            event => Self::Exactly(event.into()),
        }
    }
}

impl Wanted<'_> {
    /// Whether this is what was seen, and how many times in a row it may be.
    pub(super) fn admits(&mut self, seen: &Seen) -> Option<u32> {
        match self {
            Self::Exactly(wanted) => (wanted == seen).then_some(u32::MAX),
            Self::Any(event) => event.admits(seen).then_some(u32::MAX),
            Self::Slice(kind, slices, n) => {
                let Seen::Message(seen, blob) = seen else { return None };
                let wanted = slices.blob(*n);
                *n += 1;
                (seen == kind && *blob == wanted).then_some(1)
            }
        }
    }
}
