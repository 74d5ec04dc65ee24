//! UTF-8 as careless readers understand it.

use crate::bug::{Bug, Bugs};

/// Whether a reader with these bugs takes `octets` for text. Without bugs it is UTF-8.
pub(crate) fn passes(octets: &[u8], bugs: Bugs) -> bool {
    let blocks = octets.len() / 16 * 16;
    let mut rest = if bugs.has(Bug::ChecksWholeBlocks) { &octets[..blocks] } else { octets };
    while let Some(&first) = rest.first() {
        let size = match first {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => return false,
        };
        let Some((sequence, later)) = rest.split_at_checked(size) else {
            return bugs.has(Bug::ChecksWholeBlocks)
                || bugs.has(Bug::AcceptsCutText) && rest[1..].iter().all(|o| continues(*o));
        };
        if !sequence[1..].iter().all(|octet| continues(*octet)) {
            return false;
        }
        let top = if size == 1 { first } else { first & (0x7f >> size) };
        let value = sequence[1..]
            .iter()
            .fold(u32::from(top), |value, octet| value << 6 | u32::from(octet & 0x3f));
        let smallest = [0, 0x80, 0x800, 0x1_0000][size - 1];
        if value < smallest && !bugs.has(Bug::AcceptsOverlong)
            || (0xd800..=0xdfff).contains(&value) && !bugs.has(Bug::AcceptsSurrogates)
            || value > 0x10_ffff && !bugs.has(Bug::AcceptsBeyondUnicode)
            || value & 0xfffe == 0xfffe && bugs.has(Bug::RefusesNoncharacters)
            || value == 0 && bugs.has(Bug::RefusesNul)
            || value > 0xffff && bugs.has(Bug::RefusesFourOctets)
            || value < 0x20 && bugs.has(Bug::RefusesControlCharacters)
        {
            return false;
        }
        rest = later;
    }
    true
}

const fn continues(octet: u8) -> bool {
    octet & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_bugs_it_is_utf8() {
        for value in 0u32..1 << 24 {
            let octets = value.to_be_bytes();
            if value % 7 == 0 || octets[1] >= 0xc0 {
                let octets = &octets[1..];
                assert_eq!(passes(octets, Bugs::NONE), core::str::from_utf8(octets).is_ok());
            }
        }
    }
}
