//! SHA-1 and base64 as their standards spell them (RFC 3174 §6.1, RFC 4648 §4).

/// The digest of a short text.
#[must_use]
pub fn sha1(text: &[u8]) -> [u8; 20] {
    let mut message = text.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend((text.len() as u64 * 8).to_be_bytes());

    let mut h = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in message.as_chunks::<64>().0 {
        let mut w = [0u32; 80];
        for (word, octets) in w.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*octets);
        }
        for t in 16..80 {
            w[t] = (w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (t, word) in w.into_iter().enumerate() {
            let (f, k) = match t {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = [a.rotate_left(5), f, e, word, k].into_iter().fold(0, u32::wrapping_add);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, part) in h.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut digest = [0; 20];
    for (octets, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(h) {
        *octets = word.to_be_bytes();
    }
    digest
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Octets as base64 with padding.
#[must_use]
pub fn base64(octets: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for group in octets.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | u32::from(*group.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= group.len() { digit } else { b'=' });
        }
    }
    text
}

/// What a well-formed base64 text stands for; other characters are skipped.
#[must_use]
pub fn unbase64(text: &[u8]) -> Vec<u8> {
    let (mut bits, mut count, mut octets) = (0u32, 0, Vec::new());
    for digit in text {
        let Some(value) = ALPHABET.iter().position(|own| own == digit) else { continue };
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count) as u8);
        }
    }
    octets
}

/// Whether a text is base64 of 16 octets, whatever the four bits that its last digit has too many.
#[must_use]
pub fn is_base64_of_16(text: &[u8]) -> bool {
    let Some(digits) = text.strip_suffix(b"==") else { return false };
    digits.len() == 22 && digits.iter().all(|digit| ALPHABET.contains(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standards() {
        let hex = |octets: [u8; 20]| octets.map(|octet| format!("{octet:02x}")).concat();
        assert_eq!(hex(sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hex(sha1(long)), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        for (octets, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(octets.as_bytes()), text.as_bytes());
            assert_eq!(unbase64(text.as_bytes()), octets.as_bytes());
        }
        assert!(is_base64_of_16(b"dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(!is_base64_of_16(b"dGhlIHNhbXBsZSBub25jZQ=") && !is_base64_of_16(b"AAAA"));
    }
}
