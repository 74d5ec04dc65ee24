//! What a case makes the tester do, step by step.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::deflate::Data;
use crate::interface::{Call, Sending};
use crate::opening::Head;
use crate::payload::Payload;
use crate::wire::{LengthForm, Opcode};
use crate::wscase::{self, Word, is_default, is_true};

pub use crate::kind::Kind;

/// One step of a script. Steps say what is written, never when: the only pause is
/// [`Settle`](Self::Settle), which waits for the subject instead of for a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// Writes one frame.
    Frame(Frame),
    /// Writes a message, cut into frames of `fragment` octets; 0 stands for a single frame.
    ///
    /// A message longer than `fragment` whose length is a multiple of it ends in an empty final
    /// frame, one that is not longer stays a single frame.
    Message {
        /// Text or binary.
        kind: Kind,
        /// The whole message.
        payload: Payload,
        /// Payload octets per frame.
        #[serde(default, skip_serializing_if = "is_default")]
        fragment: u64,
    },
    /// Writes the next [slice](crate::deflate::Slices) of made-up data as a message, compressed if and
    /// as agreed. Slices of equal length follow each other.
    Slice {
        /// Text or binary.
        kind: Kind,
        /// The data.
        data: Data,
        /// How many characters.
        length: u32,
        /// Octets of compressed data per frame, as in [`Message`](Self::Message).
        #[serde(default, skip_serializing_if = "is_default")]
        fragment: u64,
    },
    /// Writes a frame's header only. [`Frame::announced`] says what it promises.
    Header(Frame),
    /// Writes octets of the payload promised by the last [`Header`](Self::Header), as a write of
    /// their own, masked with that frame's key.
    Part(Payload),
    /// Begins the closing handshake; does nothing if it has begun. `code` is left out with `None`,
    /// even if there is a reason.
    Close {
        /// The status code.
        code: Option<u16>,
        /// What follows the code.
        #[serde(default, skip_serializing_if = "is_default")]
        reason: Payload,
    },
    /// Writes the head of a request or a response, the tester's part of the opening handshake.
    Head(Head),
    /// Calls the subject's own interface, as its application. Calls follow one another without a
    /// pause: the application goes on with its own work when the subject works.
    Call(Call),
    /// Waits until the connection is open; ends the script if it is not.
    Opened,
    /// Repeats steps.
    Times(u32, Vec<Self>),
    /// Waits for the echo of the message sent last. A missing echo, or one of another kind or
    /// length, ends the script.
    Echo,
    /// Lets the subject work until it rests, and one round of waiting pass.
    Settle,
    /// Notes the tag among the events if the connection is still open, ends the case's script and
    /// its deadline if it is not.
    Mark(#[serde(deserialize_with = "wscase::word")] Word),
    /// Ends the tester's side of the stream. Nothing is written any more, but everything is read.
    HalfClose,
    /// Drops the connection in both directions and ends the script.
    Drop,
}

/// About how much work these steps are, in octets written. A frame or another step counts as much
/// as 64 octets.
pub fn effort(steps: &[Step]) -> u64 {
    const STEP: u64 = 64;

    let effort = |step: &Step| match step {
        Step::Frame(frame) | Step::Header(frame) => STEP.saturating_add(frame.payload.length()),
        Step::Message { payload, fragment, .. } => {
            let frames = payload.length().checked_div(*fragment).unwrap_or(0).saturating_add(1);
            frames.saturating_mul(STEP).saturating_add(payload.length())
        }
        Step::Part(payload) => STEP.saturating_add(payload.length()),
        Step::Slice { length, .. } => STEP + u64::from(*length),
        Step::Times(times, steps) => u64::from(*times).saturating_mul(effort(steps)),
        Step::Call(Call::Send(Sending::Message(_, payload) | Sending::Fragment(_, payload))) => {
            STEP.saturating_add(payload.length())
        }
        Step::Close { .. }
        | Step::Call(_)
        | Step::Echo
        | Step::Settle
        | Step::Mark(_)
        | Step::HalfClose
        | Step::Opened
        | Step::Drop => STEP,
        Step::Head(head) => STEP + head.render(&[]).len() as u64,
    };
    steps.iter().map(effort).fold(0, u64::saturating_add)
}

/// A frame to be written: correct in every field that is not set otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The opcode, reserved ones included.
    pub opcode: Opcode,
    /// FIN; set unless said otherwise.
    #[serde(default = "wscase::yes", skip_serializing_if = "is_true")]
    pub fin: bool,
    /// The reserved bits: RSV1 is 4, RSV2 is 2, RSV3 is 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rsv: u8,
    /// The payload.
    #[serde(default)]
    pub payload: Payload,
    /// Whether and how it is masked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub masking: Masking,
    /// The form of the length, if not the shortest.
    pub form: Option<LengthForm>,
    /// The length the header announces, if not the payload's.
    #[serde(default, with = "wscase::large", skip_serializing_if = "Option::is_none")]
    pub announced: Option<u64>,
    /// How many of the frame's octets are written, the header included, if not all.
    pub cut: Option<u64>,
    /// How the frame's octets are handed to the transport.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write: Write,
}

/// Whether a frame is masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Masking {
    /// As the tester's role demands, with a key from the run's generator.
    #[default]
    ByRole,
    /// Against the tester's role.
    AgainstRole,
    /// As the role demands; a client uses this key.
    Key([u8; 4]),
    /// Against the tester's role; a server uses this key.
    KeyAgainstRole([u8; 4]),
}

/// How the octets of a step are handed to the transport when nothing cuts them otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Write {
    /// Together with what is written before and after.
    #[default]
    Joined,
    /// As one write of its own.
    Alone,
    /// In writes of this many octets, the header included.
    Every(u32),
}

impl Frame {
    /// A correct final frame.
    pub const fn new(opcode: Opcode, payload: Payload) -> Self {
        Self {
            opcode,
            fin: true,
            rsv: 0,
            payload,
            masking: Masking::ByRole,
            form: None,
            announced: None,
            cut: None,
            write: Write::Joined,
        }
    }

    /// The same frame with FIN clear.
    #[must_use]
    pub fn open(self) -> Self {
        Self { fin: false, ..self }
    }

    /// The same frame with these reserved bits.
    #[must_use]
    pub fn rsv(self, rsv: u8) -> Self {
        Self { rsv, ..self }
    }

    /// The same frame, masked like this.
    #[must_use]
    pub fn masking(self, masking: Masking) -> Self {
        Self { masking, ..self }
    }

    /// The same frame with its length in this form.
    #[must_use]
    pub fn form(self, form: LengthForm) -> Self {
        Self { form: Some(form), ..self }
    }

    /// The same frame with this length in its header.
    #[must_use]
    pub fn announcing(self, length: u64) -> Self {
        Self { announced: Some(length), ..self }
    }

    /// Only the first octets of the same frame.
    #[must_use]
    pub fn cut(self, octets: u64) -> Self {
        Self { cut: Some(octets), ..self }
    }

    /// The same frame, written like this.
    #[must_use]
    pub fn write(self, write: Write) -> Self {
        Self { write, ..self }
    }

    /// The length the header announces.
    pub fn length(&self) -> u64 {
        self.announced.unwrap_or_else(|| self.payload.length())
    }
}

/// A final text frame.
pub fn text(octets: impl Into<Cow<'static, [u8]>>) -> Frame {
    Frame::new(Opcode::TEXT, Payload::octets(octets))
}

/// A final binary frame.
pub fn binary(octets: impl Into<Cow<'static, [u8]>>) -> Frame {
    Frame::new(Opcode::BINARY, Payload::octets(octets))
}

/// A final continuation frame.
pub fn continuation(octets: impl Into<Cow<'static, [u8]>>) -> Frame {
    Frame::new(Opcode::CONTINUATION, Payload::octets(octets))
}

/// A Ping.
pub fn ping(octets: impl Into<Cow<'static, [u8]>>) -> Frame {
    Frame::new(Opcode::PING, Payload::octets(octets))
}

/// A Pong.
pub fn pong(octets: impl Into<Cow<'static, [u8]>>) -> Frame {
    Frame::new(Opcode::PONG, Payload::octets(octets))
}

/// Begins the closing handshake with a status code and no reason.
pub const fn close(code: u16) -> Step {
    Step::Close { code: Some(code), reason: Payload::EMPTY }
}

impl From<Call> for Step {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}

impl From<Head> for Step {
    fn from(head: Head) -> Self {
        Self::Head(head)
    }
}

impl From<Frame> for Step {
    fn from(frame: Frame) -> Self {
        Self::Frame(frame)
    }
}
