//! Masking: octet `i` of a payload is XORed with octet `i mod 4` of the key (RFC 6455 §5.3).

use std::sync::LazyLock;

use fearless_simd::{Level, dispatch};

/// Masks or unmasks `bytes` in place. `position` is the index of their first octet in the payload,
/// of which only the last two bits matter.
#[inline]
pub(crate) fn apply(bytes: &mut [u8], key: [u8; 4], position: u64) {
    if key != [0; 4] {
        turn(bytes, lane(key, position));
    }
}

/// Unmasks text in place. `true` says that all of it is ASCII, which costs next to nothing while the
/// octets are at hand.
#[inline]
pub(crate) fn apply_to_text(bytes: &mut [u8], key: [u8; 4], position: u64) -> bool {
    if key == [0; 4] {
        return if bytes.len() < LONG { is_ascii(bytes) } else { bytes.is_ascii() };
    }
    turn(bytes, lane(key, position)) & NOT_ASCII == 0
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

/// As many octets are worth asking which registers the processor has.
const LONG: usize = 512;

/// Which those are. Asked once: the answer is put together from ten features of the processor.
static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

/// Turns `bytes` in place; answers with all octets it leaves behind laid over each other.
#[inline(always)]
fn turn(bytes: &mut [u8], word: u64) -> u64 {
    if bytes.len() < LONG { turn_lanes(bytes, word) } else { turn_long(bytes, word) }
}

#[inline(never)]
fn turn_long(bytes: &mut [u8], word: u64) -> u64 {
    dispatch!(*LEVEL, _level => turn_lanes(bytes, word))
}

/// Eight octets at a time in safe code: the compiler widens this loop to vector registers, as long as
/// no other loop is around it. The last eight are turned together, too, before the loop has touched
/// any of them.
#[inline(always)]
fn turn_lanes(bytes: &mut [u8], word: u64) -> u64 {
    let length = bytes.len();
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter_mut().zip(word.to_ne_bytes()).fold(0, |seen, (octet, key)| {
            *octet ^= key;
            seen | u64::from(*octet)
        });
    };
    let last = u64::from_ne_bytes(*last) ^ at_end(word, length);
    let mut seen = last;
    for octets in bytes.as_chunks_mut::<8>().0 {
        let plain = u64::from_ne_bytes(*octets) ^ word;
        *octets = plain.to_ne_bytes();
        seen |= plain;
    }
    if let Some(end) = bytes.last_chunk_mut::<8>() {
        *end = last.to_ne_bytes();
    }
    seen
}

/// Writes the masked form of `plain` into `masked`, as far as the shorter of the two reaches.
#[inline]
pub(crate) fn copy(masked: &mut [u8], plain: &[u8], key: [u8; 4], position: u64) {
    let word = lane(key, position);
    let length = masked.len().min(plain.len());
    let (Some(masked), Some(plain)) = (masked.get_mut(..length), plain.get(..length)) else {
        return;
    };
    if length < LONG { copy_lanes(masked, plain, word) } else { copy_long(masked, plain, word) }
}

#[inline(never)]
fn copy_long(masked: &mut [u8], plain: &[u8], word: u64) {
    dispatch!(*LEVEL, _level => copy_lanes(masked, plain, word));
}

/// Both are of one length.
#[inline(always)]
fn copy_lanes(masked: &mut [u8], plain: &[u8], word: u64) {
    for (octets, plain) in masked.as_chunks_mut::<8>().0.iter_mut().zip(plain.as_chunks::<8>().0) {
        *octets = (u64::from_ne_bytes(*plain) ^ word).to_ne_bytes();
    }
    let length = plain.len();
    if let (Some(octets), Some(plain)) = (masked.last_chunk_mut::<8>(), plain.last_chunk::<8>()) {
        // Some of these have been written already, with the same octets.
        *octets = (u64::from_ne_bytes(*plain) ^ at_end(word, length)).to_ne_bytes();
        return;
    }
    for ((octet, plain), key) in masked.iter_mut().zip(plain).zip(word.to_ne_bytes()) {
        *octet = plain ^ key;
    }
}

/// The key twice over, turned so that its first octet belongs to `position`.
#[inline(always)]
const fn lane(key: [u8; 4], position: u64) -> u64 {
    let word = u32::from_le_bytes(key) as u64;
    lane_behind(word << 32 | word, position).to_le()
}

/// The key twice over as it belongs to the last eight of `length` octets, if `word` belongs to the
/// first.
#[inline(always)]
const fn at_end(word: u64, length: usize) -> u64 {
    lane_behind(u64::from_le(word), length as u64).to_le()
}

/// The same key, so many octets further on; the first octet is the lowest.
#[inline(always)]
const fn lane_behind(word: u64, octets: u64) -> u64 {
    word.rotate_right((octets % 4) as u32 * 8)
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
        let plain: Vec<u8> = (0..=u8::MAX).cycle().take(LONG + 140).collect();
        for length in (0..140).chain(LONG - 2..plain.len()) {
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
        for length in (0..140).chain(LONG - 1..LONG + 20) {
            for key in [KEY, [0; 4]] {
                let mut text = vec![b'a'; length];
                apply(&mut text, key, 3);
                let told = apply_to_text(&mut text, key, 3);
                assert!(told, "{length} octets");
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
