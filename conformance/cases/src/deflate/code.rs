//! Huffman codes: read from their lengths, and made from frequencies (RFC 1951 §3.2.2).

/// The longest code of a literal, length or distance.
pub(super) const LONGEST: usize = 15;

/// How many bits the fast part of a [`Decoder`] looks at.
const FAST: u32 = 10;

/// What a [`Decoder`] says of bits that stand for no symbol.
pub(super) const NO_SYMBOL: u16 = 0x0fff;

/// A code from the reader's side.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    /// For the next [`FAST`] bits: symbol and length as `symbol << 4 | length`; 0 if the code is
    /// longer.
    fast: Box<[u16; 1 << FAST]>,
    /// How many codes there are of each length.
    counts: [u16; LONGEST + 1],
    /// The symbols in the order of their codes.
    symbols: Vec<u16>,
}

impl Decoder {
    /// The code with these lengths, 0 for symbols that do not occur. Nothing if there are more
    /// codes than bits tell apart, or fewer: only a single code of one bit may stand alone where
    /// `lone` allows it, and no code at all, which stands for nothing.
    pub(super) fn new(lengths: &[u8], lone: bool) -> Option<Self> {
        let mut counts = [0u16; LONGEST + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let mut left = 1i32;
        for count in &counts[1..] {
            left = 2 * left - i32::from(*count);
            if left < 0 {
                return None;
            }
        }
        let used: u16 = counts.iter().sum();
        if left > 0 && used > 0 && !(lone && used == 1 && counts[1] == 1) {
            return None;
        }
        let mut starts = [0u16; LONGEST + 2];
        for length in 1..=LONGEST {
            starts[length + 1] = starts[length] + counts[length];
        }
        let mut symbols = vec![0; usize::from(used)];
        let mut fast = Box::new([0u16; 1 << FAST]);
        let codes = codes(lengths);
        for (symbol, (&length, code)) in lengths.iter().zip(codes).enumerate() {
            if length == 0 {
                continue;
            }
            let start = &mut starts[usize::from(length)];
            symbols[usize::from(*start)] = symbol as u16;
            *start += 1;
            if u32::from(length) <= FAST {
                let entry = (symbol as u16) << 4 | u16::from(length);
                let step = 1 << length;
                fast[usize::from(code)..].iter_mut().step_by(step).for_each(|slot| *slot = entry);
            }
        }
        if left > 0 {
            // What no code begins with is known from its first bit.
            let nothing = fast.iter_mut().filter(|slot| **slot == 0);
            nothing.for_each(|slot| *slot = NO_SYMBOL << 4 | 1);
        }
        Some(Self { fast, counts, symbols })
    }

    /// The symbol that these bits begin with, the first of them in the lowest place, and the length
    /// of its code.
    #[inline]
    pub(super) fn decode(&self, bits: u64) -> (u16, u32) {
        let entry = self.fast[(bits & ((1 << FAST) - 1)) as usize];
        if entry != 0 { (entry >> 4, u32::from(entry & 15)) } else { self.decode_long(bits) }
    }

    #[cold]
    fn decode_long(&self, bits: u64) -> (u16, u32) {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for (length, count) in (1..).zip(&self.counts[1..]) {
            code |= (bits >> (length - 1) & 1) as u32;
            let count = u32::from(*count);
            if code < first + count {
                return (self.symbols[(index + code - first) as usize], length);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        (NO_SYMBOL, LONGEST as u32)
    }
}

/// The code of each symbol, its first bit in the lowest place.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut next = [0u16; LONGEST + 2];
    lengths.iter().filter(|length| **length > 0).for_each(|length| next[*length as usize + 1] += 1);
    for length in 1..=LONGEST {
        next[length + 1] = (next[length] + next[length + 1]) << 1;
    }
    let code = |length: &u8| {
        let length = usize::from(*length);
        if length == 0 {
            return 0;
        }
        let code = next[length];
        next[length] += 1;
        code.reverse_bits() >> (16 - length)
    };
    lengths.iter().map(code).collect()
}

/// The lengths of a best code of at most `most` bits for symbols that occur so often. At least two
/// symbols get a code, as some readers want it.
pub(super) fn lengths(frequencies: &[u32], most: usize) -> Vec<u8> {
    let mut leaves: Vec<(u32, usize)> = Vec::new();
    leaves.extend(frequencies.iter().copied().zip(0..).filter(|(frequency, _)| *frequency > 0));
    let unused = (0..frequencies.len()).filter(|symbol| frequencies[*symbol] == 0);
    let missing = 2usize.saturating_sub(leaves.len());
    let fillers: Vec<_> = unused.take(missing).map(|symbol| (1, symbol)).collect();
    leaves.extend(fillers);
    leaves.sort_unstable();
    let counts = depths(&leaves, most);
    let mut lengths = vec![0; frequencies.len()];
    // The rarest get the longest codes.
    let mut symbols = leaves.iter().map(|(_, symbol)| *symbol);
    for length in (1..=most).rev() {
        symbols.by_ref().take(counts[length]).for_each(|symbol| lengths[symbol] = length as u8);
    }
    lengths
}

/// How many leaves of a best tree are how deep, none deeper than `most`.
fn depths(leaves: &[(u32, usize)], most: usize) -> Vec<usize> {
    // Huffman's algorithm on two queues: leaves in order, and nodes in the order of their making.
    let mut nodes: Vec<(u64, [usize; 2])> = Vec::with_capacity(leaves.len());
    let (mut leaf, mut node) = (0, 0);
    for _ in 1..leaves.len() {
        let mut pick = || {
            let weight = leaves.get(leaf).map(|(frequency, _)| u64::from(*frequency));
            match (weight, nodes.get(node)) {
                (Some(weight), other) if other.is_none_or(|(heavy, _)| weight <= *heavy) => {
                    leaf += 1;
                    (weight, leaf - 1)
                }
                (_, Some((weight, _))) => {
                    node += 1;
                    (*weight, leaves.len() + node - 1)
                }
                (_, None) => (0, 0),
            }
        };
        let [(a, left), (b, right)] = [pick(), pick()];
        nodes.push((a + b, [left, right]));
    }
    let mut counts = vec![0; most.max(leaves.len()) + 1];
    let mut depth = vec![0; nodes.len()];
    for at in (0..nodes.len()).rev() {
        for child in nodes[at].1 {
            match child.checked_sub(leaves.len()) {
                Some(node) => depth[node] = depth[at] + 1,
                None => counts[depth[at] + 1] += 1,
            }
        }
    }
    // Leaves that are too deep move up, and others down to make room for them.
    let deep: usize = counts.drain(most + 1..).sum();
    counts[most] += deep;
    let mut taken: usize = (1..=most).map(|length| counts[length] << (most - length)).sum();
    while taken > 1 << most {
        counts[most] -= 1;
        let above = (1..most).rev().find(|length| counts[*length] > 0).unwrap_or(1);
        counts[above] -= 1;
        counts[above + 1] += 2;
        taken -= 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_example_of_the_standard() {
        // RFC 1951 §3.2.2: lengths of A to H, and their codes from the first bit on.
        let lengths = [3, 3, 3, 3, 3, 2, 4, 4];
        let wanted = ["010", "011", "100", "101", "110", "00", "1110", "1111"];
        let decoder = Decoder::new(&lengths, false).unwrap();
        for (symbol, (code, length)) in codes(&lengths).into_iter().zip(lengths).enumerate() {
            let bits: String =
                (0..length).map(|n| if code >> n & 1 == 1 { '1' } else { '0' }).collect();
            assert_eq!(bits, wanted[symbol]);
            assert_eq!(decoder.decode(u64::from(code)), (symbol as u16, u32::from(length)));
        }
    }

    #[test]
    fn what_is_made_of_frequencies_can_be_read() {
        let mut random = Random::new(3);
        for round in 0..300u32 {
            let symbols = 2 + random.below(286) as usize;
            let frequencies: Vec<u32> = (0..symbols)
                .map(|n| match round % 4 {
                    0 => random.below(3) as u32,
                    1 => 1 << (n % 30),
                    2 => random.below(1000) as u32 * u32::from(random.below(9) == 0),
                    _ => u32::from(n == 1),
                })
                .collect();
            let most = if symbols <= 100 && round % 2 == 0 { 7 } else { 15 };
            let lengths = lengths(&frequencies, most);
            let decoder = Decoder::new(&lengths, false).expect("the code is complete");
            for (symbol, code) in codes(&lengths).into_iter().enumerate() {
                let length = lengths[symbol];
                assert!(usize::from(length) <= most && (length > 0 || frequencies[symbol] == 0));
                if length > 0 {
                    let seen = decoder.decode(u64::from(code) | random.next() << length);
                    assert_eq!(seen, (symbol as u16, u32::from(length)));
                }
            }
        }
    }

    #[test]
    fn codes_that_are_none_are_refused() {
        assert!(Decoder::new(&[1, 1, 1], true).is_none());
        assert!(Decoder::new(&[2, 2, 2], true).is_none());
        assert!(Decoder::new(&[1, 0], false).is_none());
        assert!(Decoder::new(&[2, 0], true).is_none());
        let lone = Decoder::new(&[0, 1], true).unwrap();
        assert_eq!((lone.decode(0), lone.decode(1)), ((1, 1), (NO_SYMBOL, 1)));
        assert_eq!(Decoder::new(&[0, 0], false).unwrap().decode(0), (NO_SYMBOL, 1));
    }
}
