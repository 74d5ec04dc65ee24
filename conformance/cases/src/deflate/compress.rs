//! Compressing: matches found by one look into a table, and for each block the code that makes it
//! shortest (RFC 1951, RFC 7692 §7.2.1).

use super::code::{codes, lengths};
use super::{
    DISTANCES, END_OF_BLOCK, FIXED_DISTANCES, FIXED_LITERALS, LENGTHS, LONGEST, ORDER, SHORTEST,
};
use crate::payload::Payload;

/// Matches are looked for where so many octets agree.
const SEEN: usize = 4;

/// The base-2 logarithm of the size of the table.
const TABLE: u32 = 14;

/// How many literals and matches a block has at most.
const BLOCK: usize = 1 << 15;

/// Below this number a code of its own does not pay.
const FEW: usize = 48;

/// Marks a match among tokens: its length less 3 is in the third octet, its distance less 1 in the
/// lower two.
const MATCH: u32 = 1 << 31;

/// Compresses one message after another.
///
/// It is not the best there is, but its output follows from its input and from nothing else.
#[derive(Clone, Debug)]
pub struct Compressor {
    /// The largest distance.
    window: usize,
    /// Whether matches may reach into the messages before.
    keeps: bool,
    /// What a match can reach, and the message.
    data: Vec<u8>,
    /// The number of the first octet of `data`, of all that came.
    base: u32,
    /// For each hash: the number of the octet where it was seen last, and 1.
    table: Vec<u32>,
}

impl Compressor {
    /// A compressor with a window of 2^`bits` octets, 8 to 15, that keeps it from message to
    /// message or not.
    pub fn new(bits: u8, keeps: bool) -> Self {
        Self::reaching(1 << bits.clamp(8, super::MOST_BITS), keeps)
    }

    /// The same with a largest distance that need not be a power of two; beyond 32768 there is no
    /// data for it.
    pub fn reaching(window: usize, keeps: bool) -> Self {
        let table = vec![0; 1 << TABLE];
        Self { window: window.min(1 << super::MOST_BITS), keeps, data: Vec::new(), base: 0, table }
    }

    /// A message as it is written: without the four octets that every flush ends with.
    pub fn compress(&mut self, message: &[u8]) -> Vec<u8> {
        self.make_room(message.len());
        let start = self.data.len();
        self.data.extend_from_slice(message);
        let mut out = Writer::default();
        let mut block = Block::default();
        let mut at = start;
        let mut misses = 0;
        let mut begun = start;
        while at < self.data.len() {
            match self.find(at) {
                Some((distance, length)) => {
                    block.repeat(distance, length);
                    at += length;
                    misses = 0;
                }
                None => {
                    // Where nothing repeats itself, the search gets coarser.
                    let step = (1 + (misses >> 6)).min(self.data.len() - at);
                    self.data[at..at + step].iter().for_each(|octet| block.literal(*octet));
                    at += step;
                    misses += 1;
                }
            }
            if block.tokens.len() >= BLOCK {
                block.write(&self.data[begun..at], &mut out);
                begun = at;
            }
        }
        if !block.tokens.is_empty() {
            block.write(&self.data[begun..at], &mut out);
        }
        // The header of a stored block, of which the rest is removed.
        out.put(0, 3);
        out.finish()
    }

    /// Drops what no match can reach.
    fn make_room(&mut self, length: usize) {
        let keep = if self.keeps { self.window.min(self.data.len()) } else { 0 };
        let reserve = 4 * self.window;
        if self.data.len() > keep + reserve || !self.keeps {
            let drop = self.data.len() - keep;
            self.data.drain(..drop);
            self.base += drop as u32;
        }
        if self.base as usize + self.data.len() + length >= u32::MAX as usize {
            self.table.fill(0);
            self.base = 0;
        }
    }

    /// The match at this place, if the table knows one: distance and length.
    fn find(&mut self, at: usize) -> Option<(usize, usize)> {
        let rest = &self.data[at..];
        let seen = u32::from_le_bytes(*rest.first_chunk::<SEEN>()?);
        let slot = &mut self.table[(seen.wrapping_mul(0x9e37_79b1) >> (32 - TABLE)) as usize];
        let now = self.base + at as u32 + 1;
        let before = core::mem::replace(slot, now);
        let distance = (now - before) as usize;
        if before <= self.base || distance > self.window {
            return None;
        }
        let old = &self.data[at - distance..];
        let length = common(&rest[..rest.len().min(LONGEST)], old);
        (length >= SEEN).then_some((distance, length))
    }
}

/// How many octets two slices have in common at their beginning.
fn common(a: &[u8], b: &[u8]) -> usize {
    let b = &b[..a.len()];
    let (words, rest) = a.as_chunks::<8>();
    let (others, other_rest) = b.as_chunks::<8>();
    for (n, (x, y)) in words.iter().zip(others).enumerate() {
        let differ = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if differ != 0 {
            return 8 * n + differ.trailing_zeros() as usize / 8;
        }
    }
    8 * words.len() + rest.iter().zip(other_rest).take_while(|(x, y)| x == y).count()
}

/// Literals and matches that become a block.
#[derive(Debug)]
struct Block {
    tokens: Vec<u32>,
    literals: [u32; 286],
    distances: [u32; 30],
}

impl Default for Block {
    fn default() -> Self {
        Self { tokens: Vec::new(), literals: [0; 286], distances: [0; 30] }
    }
}

impl Block {
    fn literal(&mut self, octet: u8) {
        self.tokens.push(u32::from(octet));
        self.literals[usize::from(octet)] += 1;
    }

    fn repeat(&mut self, distance: usize, length: usize) {
        let (length, distance) = (length - SHORTEST, distance - 1);
        self.tokens.push(MATCH | (length as u32) << 16 | distance as u32);
        self.literals[length_symbol(length)] += 1;
        self.distances[distance_symbol(distance)] += 1;
    }

    /// Writes the block, of which these are the octets, and empties it.
    fn write(&mut self, octets: &[u8], out: &mut Writer) {
        self.literals[END_OF_BLOCK] = 1;
        let fixed = self.cost(&FIXED_LITERALS, &FIXED_DISTANCES);
        let own = (self.tokens.len() > FEW).then(|| Own::new(&self.literals, &self.distances));
        let dynamic = own
            .as_ref()
            .map_or(usize::MAX, |own| own.head.len + self.cost(&own.literals, &own.distances));
        let stored = 40 * octets.len().div_ceil(0xffff) + 8 * octets.len();
        if stored < dynamic.min(fixed) {
            for part in octets.chunks(0xffff) {
                out.put(0, 3);
                out.align();
                out.put(part.len() as u64 | (!part.len() as u64 & 0xffff) << 16, 32);
                out.extend(part);
            }
        } else if let Some(own) = own.filter(|_| dynamic < fixed) {
            out.put(0b100, 3);
            own.head.octets.iter().for_each(|(bits, count)| out.put(*bits, *count));
            self.put(&own.literals, &own.distances, out);
        } else {
            out.put(0b010, 3);
            self.put(&FIXED_LITERALS, &FIXED_DISTANCES, out);
        }
        self.tokens.clear();
        self.literals = [0; 286];
        self.distances = [0; 30];
    }

    /// How many bits the block takes in a code with these lengths, without its header.
    fn cost(&self, literals: &[u8], distances: &[u8]) -> usize {
        let extra = |symbol: usize| symbol.checked_sub(257).map_or(0, |at| LENGTHS[at].1);
        let literals = self.literals.iter().zip(literals).enumerate();
        let literals =
            literals.map(|(symbol, (n, length))| *n as usize * usize::from(length + extra(symbol)));
        let distances = self.distances.iter().zip(distances).zip(DISTANCES);
        let distances =
            distances.map(|((n, length), (_, extra))| *n as usize * usize::from(length + extra));
        literals.sum::<usize>() + distances.sum::<usize>()
    }

    fn put(&self, literal_lengths: &[u8], distance_lengths: &[u8], out: &mut Writer) {
        let pair = |lengths: &[u8]| -> Vec<(u16, u8)> {
            codes(lengths).into_iter().zip(lengths.iter().copied()).collect()
        };
        let (literals, distances) = (pair(literal_lengths), pair(distance_lengths));
        for token in &self.tokens {
            if token & MATCH == 0 {
                let (code, length) = literals[*token as usize];
                out.put(u64::from(code), u32::from(length));
                continue;
            }
            let length = (token >> 16 & 0xff) as usize;
            let distance = (token & 0xffff) as usize;
            let symbol = length_symbol(length);
            let (code, bits) = literals[symbol];
            let (base, extra) = LENGTHS[symbol - END_OF_BLOCK - 1];
            out.put(u64::from(code), u32::from(bits));
            out.put((length + SHORTEST - usize::from(base)) as u64, u32::from(extra));
            let symbol = distance_symbol(distance);
            let (code, bits) = distances[symbol];
            let (base, extra) = DISTANCES[symbol];
            out.put(u64::from(code), u32::from(bits));
            out.put((distance + 1 - usize::from(base)) as u64, u32::from(extra));
        }
        let (code, length) = literals[END_OF_BLOCK];
        out.put(u64::from(code), u32::from(length));
    }
}

/// The symbol for a length less 3.
fn length_symbol(length: usize) -> usize {
    const SYMBOLS: [u8; LONGEST - SHORTEST + 1] = {
        let mut symbols = [0; LONGEST - SHORTEST + 1];
        let mut symbol = 0;
        while symbol < LENGTHS.len() {
            let mut at = LENGTHS[symbol].0 as usize - SHORTEST;
            while at < symbols.len() {
                symbols[at] = symbol as u8;
                at += 1;
            }
            symbol += 1;
        }
        symbols
    };
    END_OF_BLOCK + 1 + usize::from(SYMBOLS[length])
}

/// The symbol for a distance less 1: two for each power of two.
const fn distance_symbol(distance: usize) -> usize {
    if distance < 4 {
        return distance;
    }
    let power = distance.ilog2() as usize;
    2 * power + (distance >> (power - 1) & 1)
}

/// Codes that a block brings, and how they are written.
struct Own {
    literals: Vec<u8>,
    distances: Vec<u8>,
    head: Head,
}

/// Bits in groups, and how many there are.
#[derive(Default)]
struct Head {
    octets: Vec<(u64, u32)>,
    len: usize,
}

impl Head {
    fn put(&mut self, bits: u64, count: u32) {
        self.octets.push((bits, count));
        self.len += count as usize;
    }
}

impl Own {
    /// The best codes for what occurs so often.
    fn new(literals: &[u32], distances: &[u32]) -> Self {
        let longest = super::code::LONGEST;
        Self::of_lengths(lengths(literals, longest), lengths(distances, longest))
    }

    /// The codes with these lengths.
    fn of_lengths(literals: Vec<u8>, distances: Vec<u8>) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |at| least.max(at + 1))
        };
        let (n, m) = (used(&literals, 257), used(&distances, 1));
        let runs = runs(&[&literals[..n], &distances[..m]].concat());
        let mut frequencies = [0; 19];
        runs.iter().for_each(|run| frequencies[run.0] += 1);
        let lengths = lengths(&frequencies, 7);
        let orders = ORDER.iter().rposition(|symbol| lengths[*symbol] > 0).map_or(4, |at| at + 1);
        let orders = orders.max(4);
        let mut head = Head::default();
        head.put((n - 257) as u64, 5);
        head.put((m - 1) as u64, 5);
        head.put((orders - 4) as u64, 4);
        ORDER[..orders].iter().for_each(|symbol| head.put(u64::from(lengths[*symbol]), 3));
        let codes = codes(&lengths);
        for (symbol, extra, count) in runs {
            head.put(u64::from(codes[symbol]), u32::from(lengths[symbol]));
            head.put(extra, count);
        }
        Self { literals, distances, head }
    }
}

/// Code lengths as they are written: a symbol, and what stands behind it.
fn runs(lengths: &[u8]) -> Vec<(usize, u64, u32)> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let mut left = same.len();
        if same[0] == 0 {
            while left >= 11 {
                let n = left.min(138);
                runs.push((18, n as u64 - 11, 7));
                left -= n;
            }
            if left >= 3 {
                runs.push((17, left as u64 - 3, 3));
                left = 0;
            }
        } else {
            runs.push((usize::from(same[0]), 0, 0));
            left -= 1;
            while left >= 3 {
                let n = left.min(6);
                runs.push((16, n as u64 - 3, 2));
                left -= n;
            }
        }
        runs.extend((0..left).map(|_| (usize::from(same[0]), 0, 0)));
    }
    runs
}

/// The data of a message of zeros: nearly as many as asked for, in as few octets as there can be.
pub fn zeros(octets: u64) -> Zeros {
    // A match of 258 octets is one bit, and so is its distance.
    let mut literals = vec![0; 286];
    (literals[0], literals[END_OF_BLOCK], literals[285]) = (2, 2, 1);
    let own = Own::of_lengths(literals, vec![1]);
    let codes = codes(&own.literals);
    let mut head = Writer::default();
    head.put(0b100, 3);
    own.head.octets.iter().for_each(|(bits, count)| head.put(*bits, *count));
    head.put(u64::from(codes[0]), 2);
    let odd = head.count % 2;
    let matches = (octets - 1) / LONGEST as u64;
    let mut end = Writer::default();
    end.put(0, odd);
    end.put(u64::from(codes[END_OF_BLOCK]), 2);
    end.put(0, 3);
    Zeros { head: head.finish(), zeros: matches / 4, end: end.finish() }
}

/// See [`zeros`].
#[derive(Clone, Debug)]
pub struct Zeros {
    head: Vec<u8>,
    /// Octets of zeros, each of which is four matches.
    zeros: u64,
    end: Vec<u8>,
}

impl Zeros {
    /// How many octets there are.
    pub fn length(&self) -> u64 {
        (self.head.len() + self.end.len()) as u64 + self.zeros
    }

    /// The octets, in three parts.
    pub fn parts(self) -> [Payload; 3] {
        let zeros = Payload::repeat(&b"\0"[..], self.zeros);
        [Payload::octets(self.head), zeros, Payload::octets(self.end)]
    }
}

/// Puts bits into octets, from the lowest of the first on.
#[derive(Debug, Default)]
struct Writer {
    octets: Vec<u8>,
    bits: u64,
    count: u32,
}

impl Writer {
    #[inline]
    fn put(&mut self, bits: u64, count: u32) {
        self.bits |= bits << self.count;
        self.count += count;
        if self.count >= 32 {
            self.octets.extend_from_slice(&(self.bits as u32).to_le_bytes());
            self.bits >>= 32;
            self.count -= 32;
        }
    }

    /// Fills the last octet with zeros.
    fn align(&mut self) {
        while self.count > 0 {
            self.octets.push(self.bits as u8);
            self.bits >>= 8;
            self.count = self.count.saturating_sub(8);
        }
    }

    /// Appends octets behind whole ones.
    fn extend(&mut self, octets: &[u8]) {
        self.align();
        self.octets.extend_from_slice(octets);
    }

    fn finish(mut self) -> Vec<u8> {
        self.align();
        self.octets
    }
}
