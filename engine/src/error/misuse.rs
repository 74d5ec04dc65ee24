//! What the caller did wrong.

use core::fmt;

use super::table::error_table;
use MisuseClass::{Argument, Operation};

/// Which of the interface's error codes a misuse is reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these two and no others")]
pub enum MisuseClass {
    /// `E_INVALIDARG`: the argument is wrong whatever the state.
    Argument,
    /// `E_INVALID_PROTOCOL_OPERATION`: the state does not allow the call.
    Operation,
}

error_table! {
    /// What the caller did wrong. The call changed nothing.
    Misuse: Facts;

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

/// The class and the text.
struct Facts(MisuseClass, &'static str);

impl Misuse {
    /// How the interface classifies it.
    #[must_use]
    pub const fn class(self) -> MisuseClass {
        self.facts().0
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().1)
    }
}

impl core::error::Error for Misuse {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misuse_is_one_octet() {
        assert_eq!(size_of::<Misuse>(), 1);
    }

    #[test]
    fn a_text_fits_behind_failed_to() {
        for text in Misuse::ALL.iter().map(Misuse::to_string) {
            assert!(text.starts_with(|c: char| c.is_lowercase()), "{text}");
            assert!(!text.ends_with('.'), "{text}");
        }
    }
}
