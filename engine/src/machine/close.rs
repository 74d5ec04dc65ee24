//! The closing handshake (RFC 6455 §5.5.1, §7.1).
//!
//! ```text
//!              send(Close) accepted            Close received
//!     Open ───────────────────────► CloseSent ───────────────► Closed
//!      │                                                          ▲
//!      │ Close received                         send(Close)       │
//!      └──────────────────────────► CloseReceived ────────────────┘
//! ```
//!
//! The engine answers nothing by itself: the application learns of the Close and sends its own.

use core::ops::Range;

use crate::error::{Fault, Misuse, Violation};
use crate::frame::CloseCode;
use crate::text::Utf8;

/// The longest reason: 125 octets less the code.
pub(crate) const LONGEST_REASON: usize = 123;

/// How far a connection's end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an application decides on each of these")]
pub enum State {
    /// Neither side has closed.
    Open,
    /// Our Close was accepted for sending; the peer's is outstanding and data may still arrive.
    CloseSent,
    /// The peer closed; ours is due, and whatever else arrives is discarded.
    CloseReceived,
    /// Both sides have closed: the transport may end, the server's end first (§7.1.1).
    Closed,
    /// Reception ended with a fault; the application should close with its code.
    Failed(Fault),
    /// The application gave the connection up.
    Aborted,
}

impl State {
    pub(crate) const fn of(sent: bool, received: bool) -> Self {
        match (sent, received) {
            (false, false) => Self::Open,
            (true, false) => Self::CloseSent,
            (false, true) => Self::CloseReceived,
            (true, true) => Self::Closed,
        }
    }
}

/// A received Close body: its code and where in the body the reason lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) code: CloseCode,
    pub(crate) reason: Option<Range<usize>>,
}

/// Reads the body of a Close frame; an error comes with the index of the octet it is reported at.
/// A body of one octet never gets here: the header already gave it away.
pub(crate) fn read(body: &[u8], check_reason: bool) -> Result<Body, (Violation, usize)> {
    let Some((&code, reason)) = body.split_first_chunk::<2>() else {
        return Ok(Body { code: CloseCode::NO_STATUS, reason: None });
    };
    let code = CloseCode::new(u16::from_be_bytes(code));
    if !code.may_be_sent() {
        return Err((Violation::CloseCodeForbidden, 1));
    }
    if check_reason {
        let mut text = Utf8::default();
        let whole = text.check(reason).map_err(|index| 2 + index);
        let last = body.len() - 1;
        match whole {
            Err(index) => return Err((Violation::CloseReasonNotUtf8, index)),
            Ok(()) if !text.is_complete() => return Err((Violation::CloseReasonNotUtf8, last)),
            Ok(()) => {}
        }
    }
    Ok(Body { code, reason: Some(2..body.len()) })
}

/// The code as it goes on the wire, or `None` for an empty body.
///
/// # Errors
///
/// The misuse, if code and reason may not be sent.
pub(crate) fn write(
    code: CloseCode,
    reason: &[u8],
    check_reason: bool,
) -> Result<Option<[u8; 2]>, Misuse> {
    if code == CloseCode::NO_STATUS {
        return if reason.is_empty() { Ok(None) } else { Err(Misuse::CloseReasonWithoutCode) };
    }
    if !code.may_be_sent() {
        return Err(Misuse::CloseCode);
    }
    if reason.len() > LONGEST_REASON {
        return Err(Misuse::CloseReasonTooLong);
    }
    if check_reason && core::str::from_utf8(reason).is_err() {
        return Err(Misuse::CloseReasonNotUtf8);
    }
    Ok(Some(code.number().to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_in_the_order_of_their_octets() {
        let code = |number| CloseCode::new(number);
        let none = Body { code: CloseCode::NO_STATUS, reason: None };
        assert_eq!(read(b"", true), Ok(none));
        assert_eq!(read(b"\x03\xe8", true), Ok(Body { code: code(1000), reason: Some(2..2) }));
        assert_eq!(read(b"\x03\xe9bye", true), Ok(Body { code: code(1001), reason: Some(2..5) }));
        assert_eq!(read(b"\x03\xed\xff", true), Err((Violation::CloseCodeForbidden, 1)));
        assert_eq!(read(b"\x03\xe8a\xff", true), Err((Violation::CloseReasonNotUtf8, 3)));
        assert_eq!(read(b"\x03\xe8ab\xce", true), Err((Violation::CloseReasonNotUtf8, 4)));
        assert!(read(b"\x03\xe8a\xff", false).is_ok());
    }

    #[test]
    fn what_may_be_sent() {
        assert_eq!(write(CloseCode::NO_STATUS, b"", true), Ok(None));
        assert_eq!(write(CloseCode::NORMAL, b"bye", true), Ok(Some([0x03, 0xe8])));
        assert_eq!(write(CloseCode::NO_STATUS, b"x", true), Err(Misuse::CloseReasonWithoutCode));
        assert_eq!(write(CloseCode::ABNORMAL, b"", true), Err(Misuse::CloseCode));
        assert_eq!(write(CloseCode::NORMAL, &[b'x'; 124], true), Err(Misuse::CloseReasonTooLong));
        assert!(write(CloseCode::NORMAL, &[b'x'; 123], true).is_ok());
        assert_eq!(write(CloseCode::NORMAL, b"\xff", true), Err(Misuse::CloseReasonNotUtf8));
        assert!(write(CloseCode::NORMAL, b"\xff", false).is_ok());
    }
}
