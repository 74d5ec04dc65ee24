//! Masking: octet `i` of a payload is XORed with octet `i mod 4` of the key (RFC 6455 §5.3).

/// Masks or unmasks `bytes` in place. `position` is the index of their first octet in the payload,
/// of which only the last two bits matter.
#[inline]
pub(crate) fn apply(bytes: &mut [u8], key: [u8; 4], position: u64) {
    if key != [0; 4] {
        turn(bytes, lane(key, position), |_| {});
    }
}

/// Unmasks text in place. `true` says that all of it is ASCII, which costs next to nothing while the
/// octets are at hand; `false` says nothing.
#[inline]
pub(crate) fn apply_to_text(bytes: &mut [u8], key: [u8; 4], position: u64) -> bool {
    if key == [0; 4] {
        return bytes.len() < LONG && is_ascii(bytes);
    }
    let mut seen = 0;
    turn(bytes, lane(key, position), |plain| seen |= plain);
    seen & NOT_ASCII == 0
}

const NOT_ASCII: u64 = u64::from_ne_bytes([0x80; 8]);

/// As the standard library's, which takes longer for short text.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (lanes, rest) = bytes.as_chunks::<8>();
    let seen = lanes.iter().fold(0, |seen, lane| seen | u64::from_ne_bytes(*lane));
    let rest = rest.iter().fold(0, |seen, octet| seen | octet);
    (seen & NOT_ASCII) == 0 && rest < 0x80
}

/// Longer text that needs no unmasking is left to a check with wider registers.
const LONG: usize = 512;

/// Eight octets at a time in safe code: the compiler widens this loop to vector registers, as long as
/// no other loop is around it.
#[inline(always)]
fn turn(bytes: &mut [u8], word: u64, mut see: impl FnMut(u64)) {
    let (lanes, rest) = bytes.as_chunks_mut::<8>();
    for octets in lanes {
        let plain = u64::from_ne_bytes(*octets) ^ word;
        *octets = plain.to_ne_bytes();
        see(plain);
    }
    for (octet, key) in rest.iter_mut().zip(word.to_ne_bytes()) {
        *octet ^= key;
        see(u64::from(*octet));
    }
}

/// Writes the masked form of `plain` into `masked`, as far as the shorter of the two reaches.
#[inline]
pub(crate) fn copy(masked: &mut [u8], plain: &[u8], key: [u8; 4], position: u64) {
    let word = lane(key, position);
    let length = masked.len().min(plain.len());
    let (Some(masked), Some(plain)) = (masked.get_mut(..length), plain.get(..length)) else {
        return;
    };
    let (out, out_rest) = masked.as_chunks_mut::<8>();
    let (input, input_rest) = plain.as_chunks::<8>();
    for (octets, plain) in out.iter_mut().zip(input) {
        *octets = (u64::from_ne_bytes(*plain) ^ word).to_ne_bytes();
    }
    for ((octet, plain), key) in out_rest.iter_mut().zip(input_rest).zip(word.to_ne_bytes()) {
        *octet = plain ^ key;
    }
}

/// The key twice over, turned so that its first octet belongs to `position`.
const fn lane(key: [u8; 4], position: u64) -> u64 {
    let turned = u32::from_le_bytes(key).rotate_right((position % 4) as u32 * 8).to_le_bytes();
    let [a, b, c, d] = turned;
    u64::from_ne_bytes([a, b, c, d, a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn by_octet(bytes: &[u8], position: usize) -> Vec<u8> {
        bytes.iter().enumerate().map(|(i, octet)| octet ^ KEY[(i + position) % 4]).collect()
    }

    #[test]
    fn the_example_of_the_standard() {
        let mut hello = *b"Hello";
        apply(&mut hello, KEY, 0);
        assert_eq!(hello, [0x7f, 0x9f, 0x4d, 0x51, 0x58]);
    }

    #[test]
    fn every_length_and_position_agrees_with_the_definition() {
        let plain: Vec<u8> = (0..140).collect();
        for length in 0..plain.len() {
            for position in 0..9 {
                let plain = &plain[..length];
                let expected = by_octet(plain, position);
                let mut in_place = plain.to_vec();
                apply(&mut in_place, KEY, position as u64);
                assert_eq!(in_place, expected, "in place, {length} octets at {position}");
                let mut copied = vec![0; length];
                copy(&mut copied, plain, KEY, position as u64);
                assert_eq!(copied, expected, "copied, {length} octets at {position}");
            }
        }
    }

    #[test]
    fn text_is_told_from_ascii_wherever_it_is_not() {
        for length in 0..140 {
            for key in [KEY, [0; 4]] {
                let mut text = vec![b'a'; length];
                apply(&mut text, key, 3);
                let told = apply_to_text(&mut text, key, 3);
                assert!(told || (key == [0; 4] && length >= LONG), "{length} octets");
                assert_eq!(text, vec![b'a'; length]);
                for place in 0..length {
                    let mut text = text.clone();
                    text[place] = 0x80;
                    apply(&mut text, key, 3);
                    assert!(!apply_to_text(&mut text, key, 3), "{length} octets, one at {place}");
                }
            }
        }
    }
}
