//! Bits of compressed data, and the codes at the beginning of a block.

use super::super::code::{self, Decoder, NO_SYMBOL};
use super::super::{END_OF_BLOCK, ORDER};

/// Why inflating stops.
pub(super) enum Stop {
    /// More input is needed.
    Input,
    /// A block has ended.
    Block,
    /// The output has to be handed out.
    Output,
    Corrupt,
}

/// Bits of octets, from the lowest of the first on.
pub(super) struct Bits<'i> {
    pub(super) input: &'i [u8],
    pub(super) used: usize,
}

impl Bits<'_> {
    /// The next bits, zeros behind the last of them, and how many there are, at most [`LOOK`].
    #[inline]
    pub(super) fn peek(&self) -> (u64, u32) {
        let at = self.used / 8;
        let shift = (self.used % 8) as u32;
        let rest = &self.input[at..];
        match rest.first_chunk() {
            Some(octets) => (u64::from_le_bytes(*octets) >> shift, LOOK),
            None => {
                let mut octets = [0; 8];
                octets[..rest.len()].copy_from_slice(rest);
                (u64::from_le_bytes(octets) >> shift, (8 * rest.len() as u32).saturating_sub(shift))
            }
        }
    }

    pub(super) fn take(&mut self, count: u32) -> Result<u64, Stop> {
        let (window, left) = self.peek();
        if count > left {
            return Err(Stop::Input);
        }
        self.used += count as usize;
        Ok(window & ((1 << count) - 1))
    }

    /// The two codes at the beginning of a block that brings them (RFC 1951 §3.2.7).
    pub(super) fn codes(&mut self) -> Result<[Decoder; 2], Stop> {
        let counts = self.take(14)?;
        let literals = (counts & 31) as usize + 257;
        let distances = (counts >> 5 & 31) as usize + 1;
        if literals > 286 || distances > 30 {
            return Err(Stop::Corrupt);
        }
        let mut lengths = [0; 19];
        for place in &ORDER[..(counts >> 10) as usize + 4] {
            lengths[*place] = self.take(3)? as u8;
        }
        let decoder = Decoder::new(&lengths, false).ok_or(Stop::Corrupt)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let (window, left) = self.peek();
            let (symbol, length) = decoder.decode(window);
            let (extra, base) = match symbol {
                16 => (2, 3),
                17 => (3, 3),
                18 => (7, 11),
                _ => (0, 1),
            };
            if length + extra > left {
                return Err(Stop::Input);
            }
            self.used += (length + extra) as usize;
            let times = base + (window >> length & ((1 << extra) - 1)) as usize;
            let value = match symbol {
                16 => *lengths.last().ok_or(Stop::Corrupt)?,
                // A code without symbols: everything stands for nothing.
                17 | 18 | NO_SYMBOL => 0,
                length => length as u8,
            };
            if lengths.len() + times > literals + distances {
                return Err(Stop::Corrupt);
            }
            lengths.resize(lengths.len() + times, value);
        }
        if lengths[END_OF_BLOCK] == 0 {
            return Err(Stop::Corrupt);
        }
        let (literals, distances) = lengths.split_at(literals);
        let decoders = [literals, distances].map(|lengths| Decoder::new(lengths, true));
        match decoders {
            [Some(literals), Some(distances)] => Ok([literals, distances]),
            _ => Err(Stop::Corrupt),
        }
    }
}

/// The most bits of a match: two symbols, and what stands behind each of them.
pub(super) const MATCH: u32 = (code::LONGEST + 5 + code::LONGEST + 13) as u32;

/// The most bits of one look at the input.
pub(super) const LOOK: u32 = 56;

const _: () = assert!(MATCH <= LOOK);
