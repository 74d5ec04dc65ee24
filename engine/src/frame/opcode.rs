//! The four bits that say what a frame is (RFC 6455 §5.2, §11.8).

use core::fmt;

/// A frame's opcode: 0 to 15, of which RFC 6455 defines six.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpCode(u8);

impl OpCode {
    /// A further fragment of the message that is open (0).
    pub const CONTINUATION: Self = Self(0x0);
    /// A text message, or its first fragment (1).
    pub const TEXT: Self = Self(0x1);
    /// A binary message, or its first fragment (2).
    pub const BINARY: Self = Self(0x2);
    /// The closing handshake (8).
    pub const CLOSE: Self = Self(0x8);
    /// A ping (9).
    pub const PING: Self = Self(0x9);
    /// A pong, asked for or not (10).
    pub const PONG: Self = Self(0xa);

    /// The opcode in the low four bits of a frame's first octet.
    #[must_use]
    pub const fn of(first_octet: u8) -> Self {
        Self(first_octet & 0x0f)
    }

    /// The number on the wire, 0 to 15.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether this is a control frame's opcode, 8 to 15 (RFC 6455 §5.5).
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.0 & 0x8 != 0
    }

    /// Whether RFC 6455 leaves this opcode to extensions: 3 to 7 and 11 to 15.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        self.0 & 0x7 > 2
    }
}

impl fmt::Debug for OpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CONTINUATION => f.write_str("CONTINUATION"),
            Self::TEXT => f.write_str("TEXT"),
            Self::BINARY => f.write_str("BINARY"),
            Self::CLOSE => f.write_str("CLOSE"),
            Self::PING => f.write_str("PING"),
            Self::PONG => f.write_str("PONG"),
            Self(bits) => write!(f, "OpCode({bits:#x})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_opcodes_are_reserved() {
        let reserved: Vec<u8> = (0..16).filter(|bits| OpCode::of(*bits).is_reserved()).collect();
        assert_eq!(reserved, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
    }

    #[test]
    fn the_upper_half_is_control() {
        assert!((0..16).all(|bits| OpCode::of(bits).is_control() == (bits >= 8)));
        assert_eq!(OpCode::of(0xf9), OpCode::PING);
    }
}
