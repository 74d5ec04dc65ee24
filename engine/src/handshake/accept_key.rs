//! `Sec-WebSocket-Key` and the `Sec-WebSocket-Accept` that answers it (RFC 6455 §1.3, §4.2.2).

use core::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use sha1::{Digest as _, Sha1};

use crate::entropy::Entropy;

/// Octets of the nonce behind a key.
const NONCE: usize = 16;
/// Characters of a key: base64 of [`NONCE`] octets.
const KEY: usize = 24;
/// Characters of an accept value: base64 of a SHA-1 digest of 20 octets.
const ACCEPT: usize = 28;
/// RFC 6455 §1.3: what a server appends to the key, so that no other protocol answers by accident.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// RFC 4648 §4, padding required.
///
/// RFC 4648 §3.5 leaves it to the decoder whether the four unused bits of a key's last character may
/// be set. They may: the example key in RFC 6455 §4.1 has them set.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A well-formed `Sec-WebSocket-Key`: 24 characters, base64 of 16 octets.
///
/// ```
/// use wsproof_engine::handshake::Key;
///
/// let key = Key::parse(b"dGhlIHNhbXBsZSBub25jZQ==").unwrap();
/// assert_eq!(key.accept().as_str(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
// Aligned, so that it is moved in the words it was written in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(8))]
pub struct Key {
    text: [u8; KEY],
}

impl Key {
    /// A fresh key: 16 octets of `entropy`, drawn for this connection alone (RFC 6455 §4.1).
    pub fn draw(entropy: &mut dyn Entropy) -> Self {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let mut text = [0; KEY];
        encode(&nonce, &mut text);
        Self { text }
    }

    /// Reads a received key, from which the blanks around the value have been removed.
    ///
    /// `None` when it is not 24 characters that decode to 16 octets.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let text: [u8; KEY] = value.try_into().ok()?;
        // Room for the 18 octets of 24 characters without padding, which are then refused.
        let mut nonce = [0; KEY / 4 * 3];
        let decoded = BASE64.decode_slice(text, &mut nonce).ok()?;
        (decoded == NONCE).then_some(Self { text })
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.text)
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The value a server answers this key with.
    ///
    /// The key is hashed as the text it was received as, not as the octets it stands for.
    #[must_use]
    pub fn accept(&self) -> Accept {
        let digest = Sha1::new().chain_update(self.text).chain_update(GUID).finalize();
        let mut text = [0; ACCEPT];
        encode(&digest, &mut text);
        Accept { text }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.as_str()).finish()
    }
}

/// A `Sec-WebSocket-Accept`: 28 characters, base64 of a SHA-1 digest.
// Aligned like a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(8))]
pub struct Accept {
    text: [u8; ACCEPT],
}

impl Accept {
    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.text)
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

impl fmt::Debug for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Accept").field(&self.as_str()).finish()
    }
}

fn encode(octets: &[u8], text: &mut [u8]) {
    let written = BASE64.encode_slice(octets, text);
    debug_assert_eq!(written, Ok(text.len()), "the callers' sizes match");
}

fn ascii(text: &[u8]) -> &str {
    let text = core::str::from_utf8(text);
    debug_assert!(text.is_ok(), "base64 is ASCII");
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::FixedEntropy;

    #[test]
    fn the_example_of_the_standard() {
        let key = Key::parse(b"dGhlIHNhbXBsZSBub25jZQ==").unwrap();
        assert_eq!(key.as_str(), "dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(key.accept().as_str(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_drawn_key_is_the_canonical_base64_of_the_entropy() {
        struct Counting;
        impl Entropy for Counting {
            fn fill(&mut self, bytes: &mut [u8]) {
                for (octet, number) in bytes.iter_mut().zip(1..) {
                    *octet = number;
                }
            }
        }
        // RFC 6455 §4.1 prints this key with other pad bits; erratum 3150 has the right ones.
        assert_eq!(Key::draw(&mut Counting).as_str(), "AQIDBAUGBwgJCgsMDQ4PEA==");
    }

    #[test]
    fn drawn_keys_differ_and_can_be_read_back() {
        let mut entropy = FixedEntropy::new(3);
        let keys: Vec<_> = (0..100).map(|_| Key::draw(&mut entropy)).collect();
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(Key::parse(key.as_str().as_bytes()), Some(*key));
            assert!(!keys.iter().skip(index + 1).any(|other| other == key));
            assert!(matches!(key.text[21], b'A' | b'Q' | b'g' | b'w'));
        }
    }

    #[test]
    fn pad_bits_may_be_set() {
        let key = Key::parse(b"AQIDBAUGBwgJCgsMDQ4PEC==").unwrap();
        // The text is hashed, so the two spellings of one nonce are answered differently.
        let canonical = Key::parse(b"AQIDBAUGBwgJCgsMDQ4PEA==").unwrap();
        assert_ne!(key.accept(), canonical.accept());
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        let refused: [&[u8]; 13] = [
            b"",
            b"AAAAAAAAAAAAAAAAAAAA",
            b"AAAAAAAAAAAAAAAAAAAAAAA=",
            b"AAAAAAAAAAAAAAAAAAAAAAAA",
            b"AAAAAAAAAAAAAAAAAAAAAA",
            b"AAAAAAAAAAAAAAAAAAAAA===",
            b"AAAAAAAAAAAAAAAAAAAAAA=A",
            b"!!!!!!!!!!!!!!!!!!!!!!==",
            b"dGhlIHNhbXBsZSBub25j_-==",
            b"dGhlIHNhbXBsZSBub2 5jZQ=",
            b"dGhlIHNhbXBsZSBub25jZQ==AAAAAAAA",
            b"AAAA, AAAA, AAAAAAAAAA==",
            b"dGhlIHNhbXBsZSBub25jZ\0==",
        ];
        for value in refused {
            assert_eq!(Key::parse(value), None, "{}", value.escape_ascii());
        }
        assert!(Key::parse(b"AAAAAAAAAAAAAAAAAAAAAA==").is_some());
    }
}
