//! UTF-8 as careless readers understand it.

use crate::bug::{Bug, Bugs};

/// The bugs that look at a text only when it is complete.
pub(crate) const LATE: &[Bug] = &[
    Bug::NeverChecksText,
    Bug::ChecksTextLate,
    Bug::AcceptsSurrogates,
    Bug::AcceptsOverlong,
    Bug::AcceptsBeyondUnicode,
    Bug::RefusesNoncharacters,
    Bug::RefusesNul,
    Bug::RefusesFourOctets,
    Bug::RefusesControlCharacters,
    Bug::ChecksWholeBlocks,
    Bug::ChecksMoreText,
    Bug::ChecksMostText,
    Bug::MissesLanes,
    Bug::ChecksBlocksApart,
    Bug::TakesHighBitsForAscii,
    Bug::ChecksTextAtFrameEnd,
    Bug::ReplacesInvalidText,
    Bug::ForgetsFragments,
    Bug::AcceptsOverlong2,
    Bug::AcceptsOverlong3,
    Bug::AcceptsOverlong4,
    Bug::AcceptsHighSurrogates,
    Bug::AcceptsLowSurrogates,
    Bug::AcceptsPairs,
    Bug::AcceptsPlane17,
    Bug::AcceptsF5,
    Bug::RefusesPlane16,
    Bug::RefusesEd,
    Bug::RefusesReplacement,
    Bug::RefusesByteOrderMarks,
    Bug::RefusesDelete,
    Bug::RestartsCodePoints,
];

/// Whether a reader with these bugs takes `octets` for text. Without bugs it is UTF-8.
pub(crate) fn passes(octets: &[u8], bugs: Bugs) -> bool {
    if bugs.has(Bug::MissesLanes) {
        let mut seen = octets.to_vec();
        for lane in seen.as_chunks_mut::<64>().0 {
            if lane.iter().enumerate().all(|(at, octet)| at == 43 || octet.is_ascii()) {
                lane[43] = b'a';
            }
        }
        return core::str::from_utf8(&seen).is_ok();
    }
    let (words, over) = octets.as_chunks::<8>();
    let of_high_bits = over.is_empty() && words.iter().all(|word| *word == [0x80; 8]);
    if of_high_bits && bugs.has(Bug::TakesHighBitsForAscii) {
        return true;
    }
    let mut blocks = octets.chunks(8192);
    if bugs.has(Bug::ChecksBlocksApart) {
        return blocks.all(|block| core::str::from_utf8(block).is_ok());
    }
    let looked_at = match octets.len() {
        length if bugs.has(Bug::ChecksWholeBlocks) => length / 16 * 16,
        length if bugs.has(Bug::ChecksMoreText) => length.min(65_536),
        length if bugs.has(Bug::ChecksMostText) => length.min(131_072),
        length => length,
    };
    let mut rest = &octets[..looked_at];
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
        if let Some(at) = sequence[1..].iter().position(|octet| !continues(*octet)) {
            if sequence[at + 1] >= 0xc2 && bugs.has(Bug::RestartsCodePoints) {
                rest = &rest[at + 1..];
                continue;
            }
            return false;
        }
        let top = if size == 1 { first } else { first & (0x7f >> size) };
        let value = sequence[1..]
            .iter()
            .fold(u32::from(top), |value, octet| value << 6 | u32::from(octet & 0x3f));
        let smallest = [0, 0x80, 0x800, 0x1_0000][size - 1];
        if value < smallest && !takes_overlong(size, bugs)
            || (0xd800..=0xdfff).contains(&value) && !takes_surrogate(value, octets, rest, bugs)
            || value > 0x10_ffff && !takes_beyond(first, bugs)
            || refuses(first, value, bugs)
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

const fn takes_overlong(size: usize, bugs: Bugs) -> bool {
    bugs.has(Bug::AcceptsOverlong)
        || size == 2 && bugs.has(Bug::AcceptsOverlong2)
        || size == 3 && bugs.has(Bug::AcceptsOverlong3)
        || size == 4 && bugs.has(Bug::AcceptsOverlong4)
}

/// `rest` begins with the surrogate, in the text `octets`.
fn takes_surrogate(value: u32, octets: &[u8], rest: &[u8], bugs: Bugs) -> bool {
    let high = value < 0xdc00;
    let before = &octets[..octets.len() - rest.len()];
    let leads = matches!(rest, [_, _, _, 0xed, 0xb0..=0xbf, ..]);
    let trails = matches!(before, [.., 0xed, 0xa0..=0xaf, _]);
    bugs.has(Bug::AcceptsSurrogates)
        || high && bugs.has(Bug::AcceptsHighSurrogates)
        || !high && bugs.has(Bug::AcceptsLowSurrogates)
        || (if high { leads } else { trails }) && bugs.has(Bug::AcceptsPairs)
}

const fn takes_beyond(first: u8, bugs: Bugs) -> bool {
    bugs.has(Bug::AcceptsBeyondUnicode)
        || first == 0xf4 && bugs.has(Bug::AcceptsPlane17)
        || first == 0xf5 && bugs.has(Bug::AcceptsF5)
}

/// Whether a code point that is right is refused.
const fn refuses(first: u8, value: u32, bugs: Bugs) -> bool {
    first == 0xf4 && bugs.has(Bug::RefusesPlane16)
        || first == 0xed && bugs.has(Bug::RefusesEd)
        || value == 0xfffd && bugs.has(Bug::RefusesReplacement)
        || value == 0xfeff && bugs.has(Bug::RefusesByteOrderMarks)
        || value == 0x7f && bugs.has(Bug::RefusesDelete)
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
