//! Close status codes: who may use which (RFC 6455 §7.4, the IANA registry).

use core::fmt;

/// A status code as it stands in a Close frame, or as the interface reports a missing one.
///
/// The constants carry the meanings of RFC 6455 §7.4.1; the names of the Windows interface
/// (`WEB_SOCKET_…_CLOSE_STATUS`) are given with each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose has been fulfilled (`SUCCESS`).
    pub const NORMAL: Self = Self(1000);
    /// 1001: the endpoint goes away (`ENDPOINT_UNAVAILABLE`).
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol (`PROTOCOL_ERROR`).
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: a kind of data the endpoint cannot take (`INVALID_DATA_TYPE`).
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1005: no code was in the Close frame; never on the wire (`EMPTY`).
    pub const NO_STATUS: Self = Self(1005);
    /// 1006: the connection ended without a Close frame; never on the wire (`ABORTED`).
    pub const ABNORMAL: Self = Self(1006);
    /// 1007: data that contradicts its type, such as text that is not UTF-8 (`INVALID_PAYLOAD`).
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: a policy was violated (`POLICY_VIOLATION`).
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: a message too big to process (`MESSAGE_TOO_BIG`).
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the client misses an extension it needs (`UNSUPPORTED_EXTENSIONS`).
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: the server met an unexpected condition (`SERVER_ERROR`).
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// 1015: the TLS handshake failed; never on the wire (`SECURE_HANDSHAKE_ERROR`).
    pub const TLS_HANDSHAKE: Self = Self(1015);

    /// The code with this number, whatever it means.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number, as it stands in network byte order on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether the code may stand in a Close frame.
    ///
    /// 1000 to 1003 and 1007 to 1011 are RFC 6455's, 1012 to 1014 were registered later, 3000 to
    /// 3999 belong to libraries and 4000 to 4999 to applications (§7.4.2). All others are unused,
    /// reserved for reporting (1004, 1005, 1006, 1015) or not defined at all.
    #[must_use]
    pub const fn may_be_sent(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }
}

impl From<CloseCode> for u16 {
    fn from(code: CloseCode) -> Self {
        code.0
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CloseCode({})", self.0)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_every_range() {
        let allowed = [1000, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000, 4999];
        let refused = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];
        assert!(allowed.iter().all(|number| CloseCode::new(*number).may_be_sent()));
        assert!(refused.iter().all(|number| !CloseCode::new(*number).may_be_sent()));
        assert_eq!((0..=u16::MAX).filter(|n| CloseCode::new(*n).may_be_sent()).count(), 2012);
    }
}
