//! Whose fault it is: the peer's ([`Fault`]) or the caller's ([`Misuse`]).
//!
//! A fault is found in received octets, is sticky, and names what was broken, at which octet and
//! under which clause. A misuse is never caused by received octets and changes nothing.

use core::fmt;

use crate::frame::CloseCode;

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

macro_rules! violations {
    ($( $(#[doc = $doc:literal])+ $name:ident: $class:ident, $code:ident, $clause:literal, $text:literal; )+) => {
        /// What a peer did wrong, one line per duty.
        ///
        /// Each variant's documentation says which octet [`Fault::offset`] points at: the first one
        /// after which no conforming stream can have this prefix, unless stated otherwise.
        ///
        /// Inside a compressed message no octet of the wire stands for an octet of the content, so
        /// faults of the content ([`InvalidUtf8`](Self::InvalidUtf8),
        /// [`IncompleteUtf8`](Self::IncompleteUtf8), [`MessageTooBig`](Self::MessageTooBig)) are
        /// reported at the last octet of the frame that brings them, which may not have arrived yet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Violation { $( $(#[doc = $doc])+ $name, )+ }

        impl Violation {
            /// Every violation, in the order of the table.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The variant's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )+ }
            }

            /// How the interface classifies it.
            #[must_use]
            pub const fn class(self) -> FaultClass {
                match self { $( Self::$name => FaultClass::$class, )+ }
            }

            /// The status code an application should close with (RFC 6455 §7.4.1).
            #[must_use]
            pub const fn close_code(self) -> CloseCode {
                match self { $( Self::$name => CloseCode::$code, )+ }
            }

            /// The clause that was broken, such as `6455#5.2`.
            #[must_use]
            pub const fn clause(self) -> &'static str {
                match self { $( Self::$name => $clause, )+ }
            }

            const fn text(self) -> &'static str {
                match self { $( Self::$name => $text, )+ }
            }
        }
    };
}

violations! {
    /// A reserved bit without an extension that gives it a meaning. Decided by a frame's first octet.
    ReservedBits: Format, PROTOCOL_ERROR, "6455#5.2", "reserved bit set without an extension";
    /// Opcode 3 to 7 or 11 to 15 without an extension. Decided by the first octet.
    ReservedOpcode: Format, PROTOCOL_ERROR, "6455#5.2", "reserved opcode";
    /// A control frame with FIN clear. Decided by the first octet.
    ControlFragmented: Format, PROTOCOL_ERROR, "6455#5.5", "fragmented control frame";
    /// A continuation frame while no message is open. Decided by the first octet.
    ContinuationWithoutStart: Operation, PROTOCOL_ERROR, "6455#5.4", "continuation frame without a message to continue";
    /// A text or binary frame inside a fragmented message. Decided by the first octet.
    MessageInterrupted: Operation, PROTOCOL_ERROR, "6455#5.4", "new message inside a fragmented one";
    /// An unmasked frame from a client. Decided by the second octet.
    MaskMissing: Format, PROTOCOL_ERROR, "6455#5.1", "unmasked frame from a client";
    /// A masked frame from a server. Decided by the second octet.
    MaskForbidden: Format, PROTOCOL_ERROR, "6455#5.1", "masked frame from a server";
    /// A control frame with more than 125 octets of payload. Decided by the second octet.
    ControlTooLong: Format, PROTOCOL_ERROR, "6455#5.5", "control frame longer than 125 octets";
    /// A length in a longer form than needed. Decided by the last octet of the 16-bit form, by the
    /// sixth octet of the 64-bit form.
    LengthNotMinimal: Format, PROTOCOL_ERROR, "6455#5.2", "payload length not in its shortest form";
    /// A 64-bit length of 2^63 or more. Decided by the first octet of the 64-bit form.
    LengthTopBit: Format, PROTOCOL_ERROR, "6455#5.2", "payload length with its most significant bit set";
    /// A Close frame with a payload of one octet. Decided by the second octet.
    CloseBodyTooShort: Format, PROTOCOL_ERROR, "6455#5.5.1", "close body of one octet";
    /// A status code that may not stand in a Close frame. Reported at the code's second octet.
    CloseCodeForbidden: Format, PROTOCOL_ERROR, "6455#7.4", "close code not allowed on the wire";
    /// A Close reason that is not UTF-8. Decided by the first impossible octet, or by the frame's
    /// last octet when a code point is cut off there.
    CloseReasonNotUtf8: Format, INVALID_PAYLOAD, "6455#5.5.1", "close reason is not UTF-8";
    /// Text that is not UTF-8. Decided by the first impossible octet.
    InvalidUtf8: Format, INVALID_PAYLOAD, "6455#8.1", "text is not UTF-8";
    /// A text message that ends inside a code point. Reported at the last octet of its last frame.
    IncompleteUtf8: Format, INVALID_PAYLOAD, "6455#8.1", "text ends inside a code point";
    /// A compressed message that is no DEFLATE stream. Reported at the last octet of the frame with
    /// which the stream cannot go on.
    CompressedDataCorrupt: Format, INVALID_PAYLOAD, "7692#7.2.2", "compressed data is no deflate stream";
    /// A compressed message that ends inside a DEFLATE block, or with the four octets a sender has
    /// to remove. Reported at the last octet of its last frame.
    CompressedDataIncomplete: Format, INVALID_PAYLOAD, "7692#7.2.1", "compressed data does not end where a flush ends";
    /// An answer to permessage-deflate that does not fit the offer. Known before the first octet,
    /// and reported by a [`Connection`](crate::Connection) only: where the handshake is a session's,
    /// it fails there.
    ExtensionAnswerUnfit: Operation, MANDATORY_EXTENSION, "7692#5.1", "answer to permessage-deflate does not fit the offer";
    /// A message larger than the configured limit; a policy of ours, not a mistake of the peer's.
    /// Reported at the last octet of the length that exceeds it.
    MessageTooBig: Format, MESSAGE_TOO_BIG, "6455#10.4", "message larger than the limit";
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
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

/// Which of the interface's error codes a misuse is reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these two and no others")]
pub enum MisuseClass {
    /// `E_INVALIDARG`: the argument is wrong whatever the state.
    Argument,
    /// `E_INVALID_PROTOCOL_OPERATION`: the state does not allow the call.
    Operation,
}

macro_rules! misuses {
    ($( $(#[doc = $doc:literal])+ $name:ident: $class:ident, $text:literal; )+) => {
        /// What the caller did wrong. The call changed nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Misuse { $( $(#[doc = $doc])+ $name, )+ }

        impl Misuse {
            /// Every misuse, in the order of the table.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// How the interface classifies it.
            #[must_use]
            pub const fn class(self) -> MisuseClass {
                match self { $( Self::$name => MisuseClass::$class, )+ }
            }
        }

        impl fmt::Display for Misuse {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$name => $text, )+ })
            }
        }
    };
}

misuses! {
    /// The opening handshake is not over.
    NotOpen: Operation, "the opening handshake is not over";
    /// A handshake call out of its order: begin twice, or end before begin.
    HandshakeOrder: Operation, "handshake call out of order";
    /// A client's handshake call on a server, or the reverse.
    RoleMismatch: Operation, "handshake call of the other role";
    /// The session was aborted.
    Aborted: Operation, "the session was aborted";
    /// Data, or a second Close, after a Close was accepted (RFC 6455 §5.5.1).
    CloseSent: Operation, "nothing but pings and pongs may follow a close";
    /// A fragment of the other kind inside a fragmented message (RFC 6455 §5.4).
    MessageKindChanged: Operation, "text and binary fragments mixed in one message";
    /// A custom frame that opens a message inside another, or continues none (RFC 6455 §5.4).
    FragmentOrder: Operation, "custom frame does not fit the message that is open";
    /// Bits outside FIN, RSV1 to RSV3 and opcode, the value 0, or an opcode the interface sends itself.
    CustomHeader: Argument, "custom frame header is not one the interface can send";
    /// A custom control frame of more than 125 octets or with FIN clear (RFC 6455 §5.5).
    CustomControl: Argument, "custom control frame is fragmented or longer than 125 octets";
    /// A status code that may not stand in a Close frame (RFC 6455 §7.4).
    CloseCode: Argument, "close code not allowed on the wire";
    /// A Close reason of more than 123 octets (RFC 6455 §5.5).
    CloseReasonTooLong: Argument, "close reason longer than 123 octets";
    /// A Close reason that is not UTF-8 (RFC 6455 §5.5.1).
    CloseReasonNotUtf8: Argument, "close reason is not UTF-8";
    /// Status 1005 stands for an empty body, which has no room for a reason.
    CloseReasonWithoutCode: Argument, "close reason without a status code";
    /// A supplied receive buffer without room for a single octet.
    EmptyBuffer: Argument, "receive buffer is empty";
    /// Memory lent for the buffers is not of the size the configuration asks for.
    MemorySize: Argument, "memory lent for the buffers is not of the configured size";
    /// As many operations wait as the configuration allows.
    QueueFull: Operation, "operation queue is full";
    /// A ticket of another session, or of an action that was completed already.
    StaleTicket: Argument, "ticket is not of an outstanding action";
    /// The ticket's action has no such memory: slices of a read, or data of a write.
    WrongAction: Argument, "ticket is of another kind of action";
    /// More octets reported than the buffer has room for.
    TooManyOctets: Argument, "more octets transferred than the buffer holds";
    /// A payload answered with less memory than it had when it was queued.
    PayloadChanged: Argument, "payload changed while it was queued";
}

impl core::error::Error for Misuse {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_small() {
        assert!(size_of::<Fault>() <= 16, "{}", size_of::<Fault>());
        assert_eq!(size_of::<Misuse>(), 1);
        assert_eq!(size_of::<Violation>(), 1);
    }

    #[test]
    fn texts_fit_behind_failed_to() {
        let texts = Violation::ALL.iter().map(|v| v.to_string());
        for text in texts.chain(Misuse::ALL.iter().map(|m| m.to_string())) {
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
