//! A message on its way in: what it is reported as, and whether its octets may be delivered
//! (RFC 6455 §5.4, §8.1).

use crate::buffer_type::{BufferType, CustomHeader};
use crate::error::Violation;
use crate::frame::OpCode;
use crate::frame::header::Header;
use crate::text::Utf8;

/// The message whose last frame has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// Its payload is a DEFLATE stream (RFC 7692 §6).
    pub(super) compressed: bool,
    pub(super) text: Utf8,
    /// Octets announced by the headers so far or, of a compressed message, delivered so far.
    pub(super) length: u64,
}

impl Message {
    #[inline]
    pub(super) fn new(header: &Header) -> Self {
        Self {
            kind: Kind::of(header),
            compressed: header.compressed,
            text: Utf8::default(),
            length: 0,
        }
    }

    #[inline]
    pub(super) fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    /// How many octets of a piece may be delivered, and the fault behind them. `ascii` says that it
    /// is known to hold nothing else, `last` that the message ends with it.
    #[inline]
    pub(super) fn check(
        &mut self,
        piece: &[u8],
        ascii: bool,
        last: bool,
    ) -> (usize, Option<Violation>) {
        if !self.is_text() || (ascii && self.text.is_complete()) {
            return (piece.len(), None);
        }
        match self.text.check(piece) {
            Err(index) => (index, Some(Violation::InvalidUtf8)),
            Ok(()) if last && !self.text.is_complete() => {
                (piece.len(), Some(Violation::IncompleteUtf8))
            }
            Ok(()) => (piece.len(), None),
        }
    }
}

/// What the message's pieces are reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
    /// The first octet of the first frame, which all pieces are reported with.
    Custom(u8),
}

impl Kind {
    #[inline]
    const fn of(header: &Header) -> Self {
        match header.opcode() {
            _ if header.is_custom() => Self::Custom(header.first),
            OpCode::TEXT => Self::Text,
            _ => Self::Binary,
        }
    }

    pub(super) const fn buffer_type(self, last: bool) -> BufferType {
        match (self, last) {
            (Self::Text, true) => BufferType::Utf8Message,
            (Self::Text, false) => BufferType::Utf8Fragment,
            (Self::Binary, true) => BufferType::BinaryMessage,
            (Self::Binary, false) => BufferType::BinaryFragment,
            (Self::Custom(first), true) => {
                BufferType::Custom(CustomHeader::of_first_octet(first | 0x80))
            }
            (Self::Custom(first), false) => {
                BufferType::Custom(CustomHeader::of_first_octet(first & 0x7f))
            }
        }
    }
}
