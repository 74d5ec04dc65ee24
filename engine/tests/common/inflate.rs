//! A second inflater, straight from RFC 1951: one bit at a time over a whole message, with no
//! regard for speed. It shares nothing with the engine's codec and knows how far matches reach.

/// What a compressed message comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inflated {
    pub(crate) octets: Vec<u8>,
    /// The longest distance of a match.
    pub(crate) farthest: usize,
}

/// Inflates a message's payload, with the four octets its sender removed appended, behind
/// `history`. `None` for anything but whole blocks, the last of them empty and without compression,
/// with its length in these octets. They are not needed if the payload is empty or ends with a final
/// block.
pub(crate) fn inflate(payload: &[u8], history: &[u8]) -> Option<Inflated> {
    let data = [payload, b"\x00\x00\xff\xff"].concat();
    let mut bits = Bits { data: &data, position: 0 };
    let mut all = history.to_vec();
    let mut farthest = 0;
    let mut last = true;
    let mut flushed = true;
    while bits.position < 8 * data.len() {
        if last && bits.position == 8 * payload.len() {
            flushed = true;
            break;
        }
        let before = all.len();
        last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                stored(&mut bits, &mut all)?;
                flushed = all.len() == before;
            }
            1 => {
                flushed = false;
                let literals = [(144, 8), (112, 9), (24, 7), (8, 8)];
                let literals: Vec<u8> =
                    literals.iter().flat_map(|(n, length)| vec![*length; *n]).collect();
                let (literals, distances) = (Code::of(&literals)?, Code::fixed_distances());
                compressed(&mut bits, &literals, &distances, &mut all, &mut farthest)?;
            }
            2 => {
                flushed = false;
                let (literals, distances) = tables(&mut bits)?;
                compressed(&mut bits, &literals, &distances, &mut all, &mut farthest)?;
            }
            _ => return None,
        }
        if last {
            bits.align();
        }
    }
    if !flushed {
        return None;
    }
    Some(Inflated { octets: all.split_off(history.len()), farthest })
}

struct Bits<'a> {
    data: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for index in 0..count {
            let octet = self.data.get(self.position / 8)?;
            value |= usize::from(octet >> (self.position % 8) & 1) << index;
            self.position += 1;
        }
        Some(value)
    }

    fn align(&mut self) {
        self.position = self.position.next_multiple_of(8);
    }
}

/// A canonical code: how many symbols have each length, and the symbols in their order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    /// A code that uses all its bits. Only one of no symbols, or of one of a single bit, may not.
    fn of(lengths: &[u8]) -> Option<Self> {
        let code = Self::any(lengths);
        let used: usize = (1..16).map(|length| code.counts[length] << (15 - length)).sum();
        let small = code.symbols.is_empty() || (code.symbols.len() == 1 && code.counts[1] == 1);
        (used == 1 << 15 || small).then_some(code)
    }

    /// Two of 32 codes stand for nothing.
    fn fixed_distances() -> Self {
        Self::any(&[5; 30])
    }

    fn any(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|s| lengths[*s] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        Self { counts, symbols }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get(index + code - first).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

fn stored(bits: &mut Bits<'_>, all: &mut Vec<u8>) -> Option<()> {
    bits.align();
    let length = bits.take(16)?;
    if bits.take(16)? != length ^ 0xffff {
        return None;
    }
    for _ in 0..length {
        all.push(bits.take(8)? as u8);
    }
    Some(())
}

fn tables(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let (literals, distances) = (bits.take(5)? + 257, bits.take(5)? + 1);
    let code_lengths = bits.take(4)? + 4;
    if literals > 286 || distances > 30 {
        return None;
    }
    let mut lengths = [0; 19];
    for index in ORDER.iter().take(code_lengths) {
        lengths[*index] = bits.take(3)? as u8;
    }
    let code = Code::of(&lengths)?;
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match code.symbol(bits)? {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        lengths.extend(core::iter::repeat_n(length, times));
    }
    // A run that ends beyond, and a code without an end of the block.
    if lengths.len() > literals + distances || lengths[256] == 0 {
        return None;
    }
    let (literals, distances) = lengths.split_at(literals);
    Some((Code::of(literals)?, Code::of(distances)?))
}

fn compressed(
    bits: &mut Bits<'_>,
    literals: &Code,
    distances: &Code,
    all: &mut Vec<u8>,
    farthest: &mut usize,
) -> Option<()> {
    loop {
        let length = match literals.symbol(bits)? {
            literal @ 0..=255 => {
                all.push(literal as u8);
                continue;
            }
            256 => return Some(()),
            // RFC 1951 §3.2.5: four codes for each number of extra bits, but for the ends.
            symbol @ 257..=264 => symbol - 254,
            285 => 258,
            symbol @ 265..=284 => {
                let (extra, quarter) = ((symbol - 261) / 4, (symbol - 261) % 4);
                ((4 + quarter) << extra) + 3 + bits.take(extra)?
            }
            _ => return None,
        };
        let distance = match distances.symbol(bits)? {
            symbol @ 0..=3 => symbol + 1,
            symbol @ 4..=29 => {
                let extra = symbol / 2 - 1;
                ((2 + symbol % 2) << extra) + 1 + bits.take(extra)?
            }
            _ => return None,
        };
        *farthest = distance.max(*farthest);
        for _ in 0..length {
            all.push(*all.get(all.len().checked_sub(distance)?)?);
        }
    }
}
