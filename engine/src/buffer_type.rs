//! What a buffer holds, in the words of the interface: `WEB_SOCKET_BUFFER_TYPE`.

use core::fmt;

use crate::error::Misuse;
use crate::frame::{CloseCode, OpCode};

/// What a buffer holds.
///
/// A message that does not fit into one buffer travels as fragments followed by a last part whose
/// type is a message; the parts need not be the frames of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these and no others")]
pub enum BufferType {
    /// The last, or only, part of a text message.
    Utf8Message,
    /// A part of a text message that is not its last.
    Utf8Fragment,
    /// The last, or only, part of a binary message.
    BinaryMessage,
    /// A part of a binary message that is not its last.
    BinaryFragment,
    /// A Close frame.
    Close,
    /// Sent: a ping. Received: a pong, asked for or not.
    PingPong,
    /// Sent: a pong nobody asked for. Never received.
    UnsolicitedPong,
    /// A frame with bits of an extension; its payload is the extension's business.
    Custom(CustomHeader),
}

impl BufferType {
    /// The value of the enumeration in the interface; custom headers are their own value.
    #[must_use]
    #[inline]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Custom(header) => header.bits(),
            named => 0x8000_0000 | named.index() as u32,
        }
    }

    #[inline]
    const fn index(self) -> u8 {
        match self {
            Self::Utf8Message => 0,
            Self::Utf8Fragment => 1,
            Self::BinaryMessage => 2,
            Self::BinaryFragment => 3,
            Self::Close => 4,
            Self::PingPong => 5,
            Self::UnsolicitedPong => 6,
            Self::Custom(_) => 7,
        }
    }

    /// The type with this value.
    ///
    /// # Errors
    ///
    /// [`Misuse::CustomHeader`] for a value that names neither a type nor a custom header.
    pub fn from_bits(bits: u32) -> Result<Self, Misuse> {
        Ok(match bits {
            0x8000_0000 => Self::Utf8Message,
            0x8000_0001 => Self::Utf8Fragment,
            0x8000_0002 => Self::BinaryMessage,
            0x8000_0003 => Self::BinaryFragment,
            0x8000_0004 => Self::Close,
            0x8000_0005 => Self::PingPong,
            0x8000_0006 => Self::UnsolicitedPong,
            custom => Self::Custom(CustomHeader::new(custom)?),
        })
    }
}

/// The first octet of a frame that an extension defines, as the interface writes it: the octet
/// shifted left by one, since bit 0 belongs to the mask and stays clear.
///
/// ```
/// # use wsproof_engine::CustomHeader;
/// // FIN, RSV1, text: the first octet 0xc1 of a compressed message.
/// let compressed = CustomHeader::new(0x182)?;
/// assert_eq!(compressed.first_octet(), 0xc1);
/// # Ok::<(), wsproof_engine::Misuse>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CustomHeader(u8);

impl CustomHeader {
    /// The header with these nine bits.
    ///
    /// # Errors
    ///
    /// [`Misuse::CustomHeader`] when a bit outside 1 to 8 is set, or when the value is 0, which the
    /// interface uses for "no type".
    pub fn new(bits: u32) -> Result<Self, Misuse> {
        match u8::try_from(bits >> 1) {
            Ok(first @ 1..) if bits & 1 == 0 => Ok(Self(first)),
            _ => Err(Misuse::CustomHeader),
        }
    }

    /// The header of a frame whose first octet is `octet`, which is not 0.
    pub(crate) const fn of_first_octet(octet: u8) -> Self {
        Self(octet)
    }

    /// The value in the interface.
    #[must_use]
    pub const fn bits(self) -> u32 {
        (self.0 as u32) << 1
    }

    /// FIN, RSV1 to RSV3 and the opcode, as they stand on the wire.
    #[must_use]
    pub const fn first_octet(self) -> u8 {
        self.0
    }

    /// Whether FIN is set: the frame ends its message.
    #[must_use]
    pub const fn fin(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The frame's opcode.
    #[must_use]
    pub const fn opcode(self) -> OpCode {
        OpCode::of(self.0)
    }
}

impl fmt::Debug for CustomHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomHeader({:#05x})", self.bits())
    }
}

/// An operation for the send queue: what to send, and the payload it lends the engine until it is
/// handed back with the send completion.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the interface can send these and nothing else")]
pub enum Outgoing<P> {
    /// The last, or only, part of a text message. The octets are not checked: fragments may split
    /// code points, and the interface leaves the text to the application.
    Utf8Message(P),
    /// A part of a text message that is not its last.
    Utf8Fragment(P),
    /// The last, or only, part of a binary message.
    BinaryMessage(P),
    /// A part of a binary message that is not its last.
    BinaryFragment(P),
    /// A Close frame; `None` has an empty body.
    Close(Option<CloseStatus<P>>),
    /// A ping with an empty payload.
    PingPong,
    /// A pong nobody asked for, with an empty payload.
    UnsolicitedPong,
    /// A frame of an extension.
    Custom(CustomHeader, P),
}

impl<P> Outgoing<P> {
    /// The type the interface gives this operation.
    #[must_use]
    pub const fn buffer_type(&self) -> BufferType {
        match self {
            Self::Utf8Message(_) => BufferType::Utf8Message,
            Self::Utf8Fragment(_) => BufferType::Utf8Fragment,
            Self::BinaryMessage(_) => BufferType::BinaryMessage,
            Self::BinaryFragment(_) => BufferType::BinaryFragment,
            Self::Close(_) => BufferType::Close,
            Self::PingPong => BufferType::PingPong,
            Self::UnsolicitedPong => BufferType::UnsolicitedPong,
            Self::Custom(header, _) => BufferType::Custom(*header),
        }
    }

    /// The memory the operation lends the engine, if any.
    #[must_use]
    pub const fn payload(&self) -> Option<&P> {
        match self {
            Self::Utf8Message(payload)
            | Self::Utf8Fragment(payload)
            | Self::BinaryMessage(payload)
            | Self::BinaryFragment(payload)
            | Self::Custom(_, payload) => Some(payload),
            Self::Close(Some(status)) => status.reason.as_ref(),
            Self::Close(None) | Self::PingPong | Self::UnsolicitedPong => None,
        }
    }

    /// The memory back again.
    #[must_use]
    pub fn into_payload(self) -> Option<P> {
        match self {
            Self::Utf8Message(payload)
            | Self::Utf8Fragment(payload)
            | Self::BinaryMessage(payload)
            | Self::BinaryFragment(payload)
            | Self::Custom(_, payload) => Some(payload),
            Self::Close(Some(status)) => status.reason,
            Self::Close(None) | Self::PingPong | Self::UnsolicitedPong => None,
        }
    }
}

/// The body of a Close frame to send: a status code and at most 123 octets of UTF-8 as reason.
///
/// [`CloseCode::NO_STATUS`] without a reason is sent as an empty body, so that an application may
/// answer with whatever it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseStatus<P> {
    pub(crate) code: CloseCode,
    pub(crate) reason: Option<P>,
}

impl<P> CloseStatus<P> {
    /// A status without a reason.
    #[must_use]
    pub const fn new(code: CloseCode) -> Self {
        Self { code, reason: None }
    }

    /// A status with a reason.
    #[must_use]
    pub const fn with_reason(code: CloseCode, reason: P) -> Self {
        Self { code, reason: Some(reason) }
    }

    /// The status code.
    #[must_use]
    pub const fn code(&self) -> CloseCode {
        self.code
    }
}

/// What a completed receive found, borrowed from the engine until the action is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the interface's union has these two members")]
pub enum Incoming<'a> {
    /// Payload octets of every type but Close.
    Data(&'a [u8]),
    /// A Close frame: its code ([`CloseCode::NO_STATUS`] if it had none) and its reason.
    Close {
        /// The status code, or 1005 for an empty body.
        code: CloseCode,
        /// The reason, checked to be UTF-8 unless that check is switched off; `None` without a code.
        reason: Option<&'a [u8]>,
    },
}

impl<'a> Incoming<'a> {
    /// The payload, or the reason of a Close.
    #[must_use]
    pub fn data(self) -> &'a [u8] {
        match self {
            Self::Data(data) => data,
            Self::Close { reason, .. } => reason.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_interface_go_both_ways() {
        for bits in (0x8000_0000..=0x8000_0006).chain((2..=0x1fe).step_by(2)) {
            assert_eq!(BufferType::from_bits(bits).map(BufferType::bits), Ok(bits), "{bits:#x}");
        }
    }

    #[test]
    fn values_that_name_nothing_are_refused() {
        for bits in [0, 1, 0x103, 0x200, 0x4000_0000, 0x8000_0007, u32::MAX] {
            assert_eq!(BufferType::from_bits(bits), Err(Misuse::CustomHeader), "{bits:#x}");
        }
    }
}
