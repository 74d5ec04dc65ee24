//! What a peer can do wrong, and where.

use wsproof_cases::clauses::ClauseId;

/// A rule the peer broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Violation {
    /// A reserved bit without an extension. Decided by the first octet of the header.
    ReservedBits,
    /// A reserved opcode. Decided by the first octet.
    ReservedOpcode,
    /// A control frame with FIN clear. Decided by the first octet.
    ControlFragmented,
    /// A continuation frame outside of a message. Decided by the first octet.
    NothingToContinue,
    /// A new message inside another. Decided by the first octet.
    MessageInterrupted,
    /// A client's frame without a mask. Decided by the second octet.
    Unmasked,
    /// A server's frame with a mask. Decided by the second octet.
    Masked,
    /// More than 125 octets in a control frame. Decided by the second octet.
    ControlTooLong,
    /// A Close body of one octet. Decided by the second octet.
    CloseBodyOfOne,
    /// A length in a longer form than needed. Decided by the last octet of the 16-bit form and by
    /// the sixth of the 64-bit form.
    LengthNotShortest,
    /// A 64-bit length with its top bit set. Decided by its first octet.
    LengthTopBit,
    /// A status code that must not be sent. Reported at its second octet.
    CloseCode,
    /// A Close reason that is not UTF-8. Decided by the first impossible octet; if it ends inside a
    /// code point, reported at the last octet of the frame.
    CloseReason,
    /// A text that is not UTF-8. Decided by the first impossible octet.
    Text,
    /// A text that ends inside a code point. Reported at the last octet of the last frame.
    TextCut,
    /// A message beyond the limit. Reported at the last octet of the length that exceeds it or, if
    /// the message is compressed, of the frame.
    TooBig,
    /// Data of a compressed message that cannot be inflated. Reported at the last octet of the frame.
    DataCorrupt,
    /// Data of a compressed message that does not end as it should. Reported at the last octet of
    /// the last frame.
    DataUnfinished,
}

impl Violation {
    /// The variant's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReservedBits => "ReservedBits",
            Self::ReservedOpcode => "ReservedOpcode",
            Self::ControlFragmented => "ControlFragmented",
            Self::NothingToContinue => "NothingToContinue",
            Self::MessageInterrupted => "MessageInterrupted",
            Self::Unmasked => "Unmasked",
            Self::Masked => "Masked",
            Self::ControlTooLong => "ControlTooLong",
            Self::CloseBodyOfOne => "CloseBodyOfOne",
            Self::LengthNotShortest => "LengthNotShortest",
            Self::LengthTopBit => "LengthTopBit",
            Self::CloseCode => "CloseCode",
            Self::CloseReason => "CloseReason",
            Self::Text => "Text",
            Self::TextCut => "TextCut",
            Self::TooBig => "TooBig",
            Self::DataCorrupt => "DataCorrupt",
            Self::DataUnfinished => "DataUnfinished",
        }
    }

    /// The status code with which the connection is failed (RFC 6455 §7.4.1).
    pub const fn close_code(self) -> u16 {
        match self {
            Self::CloseReason
            | Self::Text
            | Self::TextCut
            | Self::DataCorrupt
            | Self::DataUnfinished => 1007,
            Self::TooBig => 1009,
            _ => 1002,
        }
    }

    /// The rule.
    pub const fn clause(self) -> ClauseId {
        ClauseId(match self {
            Self::Unmasked | Self::Masked => "6455#5.1",
            Self::ReservedBits
            | Self::ReservedOpcode
            | Self::LengthNotShortest
            | Self::LengthTopBit => "6455#5.2",
            Self::NothingToContinue | Self::MessageInterrupted => "6455#5.4",
            Self::ControlFragmented | Self::ControlTooLong => "6455#5.5",
            Self::CloseBodyOfOne | Self::CloseReason => "6455#5.5.1",
            Self::CloseCode => "6455#7.4.1",
            Self::Text | Self::TextCut => "6455#8.1",
            Self::TooBig => "6455#10.4",
            Self::DataCorrupt | Self::DataUnfinished => "7692#7.2.2",
        })
    }
}

/// A broken rule and the octet that decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The rule.
    pub violation: Violation,
    /// The octet, counted from 0 at the first one after the opening handshake.
    pub offset: u64,
}
