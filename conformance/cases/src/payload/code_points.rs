//! Every code point there is, in UTF-8, without holding them.

use super::PIECE;

/// How many octets they are.
pub(super) const LENGTH: u64 = TWO + 2 * 0x780 + 3 * (0x1_0000 - 0x800 - 0x800) + 4 * 0x10_0000;

/// Where the code points of two octets begin, and the others.
const TWO: u64 = 0x80;
const THREE: u64 = TWO + 2 * 0x780;
const FOUR: u64 = THREE + 3 * (0x1_0000 - 0x800 - 0x800);

/// Hands octets `from..to` to `sink`, in order, in pieces of at most [`PIECE`] octets.
pub(super) fn pieces(from: u64, to: u64, mut sink: impl FnMut(&[u8])) {
    let (first, start) = code_point_at(from);
    let mut skip = (from - start) as usize;
    let mut left = (to - from) as usize;
    let mut piece = String::with_capacity(PIECE + 4);
    for c in first..=char::MAX {
        if left == 0 {
            return;
        }
        piece.push(c);
        let full = piece.len() - skip >= PIECE.min(left);
        if full {
            let n = PIECE.min(left);
            sink(&piece.as_bytes()[skip..skip + n]);
            left -= n;
            let rest = piece.len() - (skip + n);
            piece.clear();
            // The rest of a code point that the piece has cut.
            skip = if rest == 0 { 0 } else { c.len_utf8() - rest };
            if rest > 0 {
                piece.push(c);
            }
        }
    }
}

/// The code point to which an octet belongs, and where that begins.
fn code_point_at(octet: u64) -> (char, u64) {
    let (value, start) = match octet {
        ..TWO => (octet, octet),
        TWO..THREE => (0x80 + (octet - TWO) / 2, octet - (octet - TWO) % 2),
        THREE..FOUR => {
            let value = 0x800 + (octet - THREE) / 3;
            let surrogates = if value < 0xd800 { 0 } else { 0x800 };
            (value + surrogates, octet - (octet - THREE) % 3)
        }
        FOUR.. => (0x1_0000 + (octet - FOUR) / 4, octet - (octet - FOUR) % 4),
    };
    let value = u32::try_from(value).ok().and_then(char::from_u32);
    (value.unwrap_or(char::MAX), start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_what_the_whole_has_there() {
        let all = ('\0'..=char::MAX).collect::<String>().into_bytes();
        assert_eq!(all.len() as u64, LENGTH);
        let part = |from: u64, to: u64| {
            let mut part = Vec::new();
            pieces(from, to, |piece| {
                assert!(!piece.is_empty() && piece.len() <= PIECE);
                part.extend_from_slice(piece);
            });
            part
        };
        assert!(part(0, LENGTH) == all);
        let places = [0, 1, TWO, TWO + 1, THREE, THREE + 1, THREE + 2, FOUR, FOUR + 3, LENGTH - 5];
        for from in places.into_iter().chain((0..LENGTH - 5).step_by(99_991)) {
            for length in 0..6 {
                let (start, end) = (from as usize, (from + length).min(LENGTH) as usize);
                assert_eq!(part(from, end as u64), all[start..end], "{from}");
            }
        }
    }
}
