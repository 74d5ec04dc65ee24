//! What a peer did wrong, and where.

use core::fmt;

use super::table::error_table;
use crate::frame::CloseCode;
use FaultClass::{Format, Operation};

/// Which of the interface's two receive errors a violation is reported as.
///
/// The C interface returns these as `E_INVALID_PROTOCOL_FORMAT` and `E_INVALID_PROTOCOL_OPERATION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these two and no others")]
pub enum FaultClass {
    /// Octets that are wrong in themselves.
    Format,
    /// A well-formed frame at the wrong time.
    Operation,
}

error_table! {
    /// What a peer did wrong, one line per duty.
    ///
    /// Each variant's documentation says which octet [`Fault::offset`] points at: the first one
    /// after which no conforming stream can have this prefix, unless stated otherwise.
    ///
    /// Inside a compressed message no octet of the wire stands for an octet of the content, so
    /// faults of the content ([`InvalidUtf8`](Self::InvalidUtf8),
    /// [`IncompleteUtf8`](Self::IncompleteUtf8), [`MessageTooBig`](Self::MessageTooBig)) are
    /// reported at the last octet of the frame that brings them, which may not have arrived yet.
    Violation: Facts;

    /// A reserved bit without an extension that gives it a meaning. Decided by a frame's first octet.
    ReservedBits: Format, CloseCode::PROTOCOL_ERROR, "6455#5.2", "reserved bit set without an extension";
    /// Opcode 3 to 7 or 11 to 15 without an extension. Decided by the first octet.
    ReservedOpcode: Format, CloseCode::PROTOCOL_ERROR, "6455#5.2", "reserved opcode";
    /// A control frame with FIN clear. Decided by the first octet.
    ControlFragmented: Format, CloseCode::PROTOCOL_ERROR, "6455#5.5", "fragmented control frame";
    /// A continuation frame while no message is open. Decided by the first octet.
    ContinuationWithoutStart: Operation, CloseCode::PROTOCOL_ERROR, "6455#5.4", "continuation frame without a message to continue";
    /// A text or binary frame inside a fragmented message. Decided by the first octet.
    MessageInterrupted: Operation, CloseCode::PROTOCOL_ERROR, "6455#5.4", "new message inside a fragmented one";
    /// An unmasked frame from a client. Decided by the second octet.
    MaskMissing: Format, CloseCode::PROTOCOL_ERROR, "6455#5.1", "unmasked frame from a client";
    /// A masked frame from a server. Decided by the second octet.
    MaskForbidden: Format, CloseCode::PROTOCOL_ERROR, "6455#5.1", "masked frame from a server";
    /// A control frame with more than 125 octets of payload. Decided by the second octet.
    ControlTooLong: Format, CloseCode::PROTOCOL_ERROR, "6455#5.5", "control frame longer than 125 octets";
    /// A length in a longer form than needed. Decided by the last octet of the 16-bit form, by the
    /// sixth octet of the 64-bit form.
    LengthNotMinimal: Format, CloseCode::PROTOCOL_ERROR, "6455#5.2", "payload length not in its shortest form";
    /// A 64-bit length of 2^63 or more. Decided by the first octet of the 64-bit form.
    LengthTopBit: Format, CloseCode::PROTOCOL_ERROR, "6455#5.2", "payload length with its most significant bit set";
    /// A Close frame with a payload of one octet. Decided by the second octet.
    CloseBodyTooShort: Format, CloseCode::PROTOCOL_ERROR, "6455#5.5.1", "close body of one octet";
    /// A status code that may not stand in a Close frame. Reported at the code's second octet.
    CloseCodeForbidden: Format, CloseCode::PROTOCOL_ERROR, "6455#7.4", "close code not allowed on the wire";
    /// A Close reason that is not UTF-8. Decided by the first impossible octet, or by the frame's
    /// last octet when a code point is cut off there.
    CloseReasonNotUtf8: Format, CloseCode::INVALID_PAYLOAD, "6455#5.5.1", "close reason is not UTF-8";
    /// Text that is not UTF-8. Decided by the first impossible octet.
    InvalidUtf8: Format, CloseCode::INVALID_PAYLOAD, "6455#8.1", "text is not UTF-8";
    /// A text message that ends inside a code point. Reported at the last octet of its last frame.
    IncompleteUtf8: Format, CloseCode::INVALID_PAYLOAD, "6455#8.1", "text ends inside a code point";
    /// A compressed message that is no DEFLATE stream. Reported at the last octet of the frame with
    /// which the stream cannot go on.
    CompressedDataCorrupt: Format, CloseCode::INVALID_PAYLOAD, "7692#7.2.2", "compressed data is no deflate stream";
    /// A compressed message that ends inside a DEFLATE block, or with the four octets a sender has
    /// to remove. Reported at the last octet of its last frame.
    CompressedDataIncomplete: Format, CloseCode::INVALID_PAYLOAD, "7692#7.2.1", "compressed data does not end where a flush ends";
    /// An answer to permessage-deflate that does not fit the offer. Known before the first octet,
    /// and reported by a [`Connection`](crate::Connection) only: where the handshake is a session's,
    /// it fails there.
    ExtensionAnswerUnfit: Operation, CloseCode::MANDATORY_EXTENSION, "7692#5.1", "answer to permessage-deflate does not fit the offer";
    /// A message larger than the configured limit; a policy of ours, not a mistake of the peer's.
    /// Reported at the last octet of the length that exceeds it.
    MessageTooBig: Format, CloseCode::MESSAGE_TOO_BIG, "6455#10.4", "message larger than the limit";
}

/// The class, the status code to close with, the clause, and the text.
struct Facts(FaultClass, CloseCode, &'static str, &'static str);

impl Violation {
    /// How the interface classifies it.
    #[must_use]
    pub const fn class(self) -> FaultClass {
        self.facts().0
    }

    /// The status code an application should close with (RFC 6455 §7.4.1).
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        self.facts().1
    }

    /// The clause that was broken, such as `6455#5.2`.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        self.facts().2
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().3)
    }
}

/// The peer's fault that ended reception: what, where and which clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    offset: u64,
    violation: Violation,
}

impl Fault {
    pub(crate) const fn new(violation: Violation, offset: u64) -> Self {
        Self { offset, violation }
    }

    /// What the peer did.
    #[must_use]
    pub const fn violation(self) -> Violation {
        self.violation
    }

    /// The octet that decides it, counted from 0 at the first octet after the opening handshake.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.offset
    }

    /// The status code an application should close with.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        self.violation.close_code()
    }

    /// The clause that was broken, such as `6455#5.2`.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        self.violation.clause()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at octet {} ({})", self.violation, self.offset, self.clause())
    }
}

impl core::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_small() {
        assert!(size_of::<Fault>() <= 16, "{}", size_of::<Fault>());
        assert_eq!(size_of::<Violation>(), 1);
    }

    #[test]
    fn a_text_fits_behind_failed_to() {
        for text in Violation::ALL.iter().map(Violation::to_string) {
            assert!(text.starts_with(|c: char| c.is_lowercase()), "{text}");
            assert!(!text.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn every_violation_suggests_a_code_that_may_be_sent() {
        for violation in Violation::ALL {
            assert!(violation.close_code().may_be_sent(), "{violation:?}");
            let clause = violation.clause();
            assert!(clause.starts_with("6455#") || clause.starts_with("7692#"), "{violation:?}");
        }
    }
}
