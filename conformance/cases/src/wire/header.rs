//! The frame header (RFC 6455 §5.2).

use core::fmt;

use serde::{Deserialize, Serialize};

/// An opcode as it stands in the header, 0 to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opcode(pub u8);

impl Opcode {
    /// Continues the message begun before.
    pub const CONTINUATION: Self = Self(0x0);
    /// Begins a text message.
    pub const TEXT: Self = Self(0x1);
    /// Begins a binary message.
    pub const BINARY: Self = Self(0x2);
    /// Begins or answers the closing handshake.
    pub const CLOSE: Self = Self(0x8);
    /// Asks for a Pong.
    pub const PING: Self = Self(0x9);
    /// Answers a Ping, or comes unasked.
    pub const PONG: Self = Self(0xa);

    /// Whether the most significant bit is set (RFC 6455 §5.5).
    pub const fn is_control(self) -> bool {
        self.0 & 0x8 != 0
    }

    /// Whether the RFC leaves the opcode for later use (3–7 and 11–15).
    pub const fn is_reserved(self) -> bool {
        matches!(self.0, 0x3..=0x7 | 0xb..)
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CONTINUATION => f.write_str("continuation"),
            Self::TEXT => f.write_str("text"),
            Self::BINARY => f.write_str("binary"),
            Self::CLOSE => f.write_str("close"),
            Self::PING => f.write_str("ping"),
            Self::PONG => f.write_str("pong"),
            Self(other) => write!(f, "opcode {other}"),
        }
    }
}

/// Which of the three forms of the payload length a header uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LengthForm {
    /// In the second octet itself, up to 125.
    Seven,
    /// In two further octets.
    Sixteen,
    /// In eight further octets.
    SixtyFour,
}

impl LengthForm {
    /// The shortest form for `length`, which the RFC demands.
    pub const fn shortest(length: u64) -> Self {
        match length {
            0..=125 => Self::Seven,
            126..=0xffff => Self::Sixteen,
            _ => Self::SixtyFour,
        }
    }
}

/// One frame header, right or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Header {
    /// Whether this is the final frame of a message.
    pub fin: bool,
    /// The reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1.
    pub rsv: u8,
    /// What kind of frame it is.
    pub opcode: Opcode,
    /// The masking key, if the mask bit is set.
    pub mask: Option<[u8; 4]>,
    /// The form in which the length is written.
    pub form: LengthForm,
    /// The announced payload length in octets, all 64 bits of it.
    pub length: u64,
}

impl Header {
    /// The longest header in octets.
    pub const MAX: usize = 14;

    /// The correct header of a final frame without mask.
    pub const fn new(opcode: Opcode, length: u64) -> Self {
        let form = LengthForm::shortest(length);
        Self { fin: true, rsv: 0, opcode, mask: None, form, length }
    }

    /// How many octets the header takes.
    pub const fn size(&self) -> usize {
        let length = match self.form {
            LengthForm::Seven => 0,
            LengthForm::Sixteen => 2,
            LengthForm::SixtyFour => 8,
        };
        2 + length + if self.mask.is_some() { 4 } else { 0 }
    }

    /// Appends the header to `out`. A length too large for its form loses its upper bits.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.fin) << 7 | (self.rsv & 7) << 4 | self.opcode.0 & 0xf);
        let mask_bit = u8::from(self.mask.is_some()) << 7;
        match self.form {
            LengthForm::Seven => out.push(mask_bit | (self.length & 0x7f) as u8),
            LengthForm::Sixteen => {
                out.push(mask_bit | 126);
                out.extend_from_slice(&(self.length as u16).to_be_bytes());
            }
            LengthForm::SixtyFour => {
                out.push(mask_bit | 127);
                out.extend_from_slice(&self.length.to_be_bytes());
            }
        }
        if let Some(key) = self.mask {
            out.extend_from_slice(&key);
        }
    }

    /// Reads the header at the beginning of `octets` and says how many octets it takes, or nothing
    /// if it is not complete yet.
    pub fn read(octets: &[u8]) -> Option<(Self, usize)> {
        let (&[first, second], rest) = octets.split_first_chunk()?;
        let (form, length, rest) = match second & 0x7f {
            126 => {
                let (length, rest) = rest.split_first_chunk()?;
                (LengthForm::Sixteen, u64::from(u16::from_be_bytes(*length)), rest)
            }
            127 => {
                let (length, rest) = rest.split_first_chunk()?;
                (LengthForm::SixtyFour, u64::from_be_bytes(*length), rest)
            }
            length => (LengthForm::Seven, u64::from(length), rest),
        };
        let (mask, rest) = if second & 0x80 == 0 {
            (None, rest)
        } else {
            let (key, rest) = rest.split_first_chunk()?;
            (Some(*key), rest)
        };
        let header = Self {
            fin: first & 0x80 != 0,
            rsv: first >> 4 & 7,
            opcode: Opcode(first & 0xf),
            mask,
            form,
            length,
        };
        Some((header, octets.len() - rest.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_comes_back() {
        let lengths = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1 << 31, u64::MAX];
        for first in 0..=255u8 {
            for mask in [None, Some([1, 2, 3, 4])] {
                for length in lengths {
                    for form in [LengthForm::Seven, LengthForm::Sixteen, LengthForm::SixtyFour] {
                        if form < LengthForm::shortest(length) {
                            continue;
                        }
                        let header = Header {
                            fin: first & 0x80 != 0,
                            rsv: first >> 4 & 7,
                            opcode: Opcode(first & 0xf),
                            mask,
                            form,
                            length,
                        };
                        let mut wire = Vec::new();
                        header.write(&mut wire);
                        assert_eq!(Header::read(&wire), Some((header, wire.len())));
                        assert_eq!(wire.len(), header.size());
                        assert!(wire.len() <= Header::MAX);
                        for n in 0..wire.len() {
                            assert_eq!(Header::read(&wire[..n]), None);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn octets_of_the_rfc() {
        let mut wire = Vec::new();
        Header::new(Opcode::BINARY, 256).write(&mut wire);
        assert_eq!(wire, [0x82, 0x7e, 0x01, 0x00]);
        wire.clear();
        Header::new(Opcode::BINARY, 65_536).write(&mut wire);
        assert_eq!(wire, [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
