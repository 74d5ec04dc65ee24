//! What a stream can say.

use wsproof_cases::step::Kind;

use crate::fault::Fault;

/// Something the stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A complete message.
    Message(Kind, Vec<u8>),
    /// A Ping.
    Ping(Vec<u8>),
    /// A Pong.
    Pong(Vec<u8>),
    /// A Close, after which nothing is read any more.
    Close {
        /// The body as it stands in the frame.
        body: Vec<u8>,
    },
}

impl Event {
    /// The status code in a Close body.
    pub fn close_code(body: &[u8]) -> Option<u16> {
        body.first_chunk().map(|code| u16::from_be_bytes(*code))
    }
}

/// How large messages may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message in octets.
    pub message: u64,
}

impl Default for Limits {
    /// No limit.
    fn default() -> Self {
        Self { message: u64::MAX }
    }
}

/// Everything a stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The beginning of a message that is not complete: all its octets before the fault or the end,
    /// for text with the octets of a code point that is not complete.
    pub partial: Option<(Kind, Vec<u8>)>,
    /// The rule that the peer broke, if it did.
    pub fault: Option<Fault>,
}
