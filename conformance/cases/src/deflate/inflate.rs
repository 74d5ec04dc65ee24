//! Inflating, with an eye on the sender (RFC 1951, RFC 7692 §7.2.2).

mod bits;

use std::sync::LazyLock;

use super::code::Decoder;
use super::{DISTANCES, END_OF_BLOCK, FIXED_DISTANCES, FIXED_LITERALS, LENGTHS, LONGEST, TAIL};
use bits::{Bits, LOOK, MATCH, Stop};

/// The largest window.
const WINDOW: usize = 1 << super::MOST_BITS;

/// Octets that are inflated before they are handed out.
const PIECE: usize = 64 * 1024;

/// The data is none, from some octet on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// What a message tells about its sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Blocks without compression.
    pub stored: u32,
    /// Blocks in the fixed code.
    pub fixed: u32,
    /// Blocks that bring their code.
    pub dynamic: u32,
    /// Blocks with BFINAL.
    pub finals: u32,
    /// The largest distance of a match, in octets.
    pub distance: u32,
    /// How far matches reach in front of the message, in octets.
    pub reach: u32,
}

/// Inflates one message after another. It always has the largest window, and goes on behind final
/// blocks.
///
/// Octets may come in any pieces. A symbol that has not come whole is left for the next piece, so
/// the octet with which data stops to make sense is the same for every cut.
#[derive(Clone, Debug)]
pub struct Inflater {
    /// What came and was not used.
    input: Vec<u8>,
    /// How many bits of it are used.
    used: usize,
    stage: Stage,
    /// Whether the block is the last of its stream.
    last: bool,
    /// The window, and behind it what was inflated last: octets up to `filled`, of which those from
    /// `given` on have not been handed out. Behind a piece is room for what one look at the input
    /// may bring, and a match.
    output: Box<[u8]>,
    filled: usize,
    given: usize,
    /// Octets that a match can reach.
    history: usize,
    /// Octets of the message so far.
    length: u64,
    /// No bit has come since the message began or a final block ended.
    idle: bool,
    facts: Facts,
}

#[derive(Clone, Debug)]
enum Stage {
    /// A block begins.
    Header,
    /// So many octets of a stored block are missing.
    Stored(usize),
    Coded(Codes),
}

#[derive(Clone, Debug)]
enum Codes {
    Fixed,
    Own(Box<[Decoder; 2]>),
}

impl Codes {
    fn decoders(&self) -> &[Decoder; 2] {
        static FIXED: LazyLock<[Decoder; 2]> = LazyLock::new(|| {
            [&FIXED_LITERALS[..], &FIXED_DISTANCES[..]]
                .map(|lengths| Decoder::new(lengths, false).expect("the fixed code is complete"))
        });
        match self {
            Self::Fixed => &FIXED,
            Self::Own(decoders) => decoders,
        }
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            input: Vec::new(),
            used: 0,
            stage: Stage::Header,
            last: false,
            output: vec![0; WINDOW + PIECE + LOOK as usize + LONGEST].into_boxed_slice(),
            filled: 0,
            given: 0,
            history: 0,
            length: 0,
            idle: true,
            facts: Facts::default(),
        }
    }
}

impl Inflater {
    /// Forgets everything that came before.
    pub fn forget(&mut self) {
        self.history = 0;
    }

    /// Begins a message.
    pub fn start_message(&mut self) {
        self.input.clear();
        self.used = 0;
        self.stage = Stage::Header;
        self.last = false;
        self.length = 0;
        self.idle = true;
        self.facts = Facts::default();
    }

    /// Takes octets of the message and hands out what they stand for, until `sink` says that it has
    /// enough.
    ///
    /// # Errors
    /// The data is none; everything in front of that has been handed out.
    pub fn feed(
        &mut self,
        octets: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), Corrupt> {
        self.input.extend_from_slice(octets);
        self.idle &= octets.is_empty();
        loop {
            let stop = self.run();
            if !matches!(stop, Stop::Block) {
                let piece = &self.output[self.given..self.filled];
                self.given = self.filled;
                if !piece.is_empty() && !sink(piece) {
                    self.input.clear();
                    self.used = 0;
                    return Ok(());
                }
            }
            match stop {
                Stop::Input => break,
                Stop::Block => self.end_block(),
                Stop::Output => self.make_room(),
                Stop::Corrupt => return Err(Corrupt),
            }
        }
        self.input.drain(..self.used / 8);
        self.used %= 8;
        Ok(())
    }

    /// Ends the message. Says whether its data ends where a flush does, so that the four octets that
    /// the sender has removed complete a block without content, and nothing else.
    ///
    /// Without any octet since the last final block, or at all, there is nothing to complete.
    pub fn end_message(&mut self) -> bool {
        if self.idle {
            return true;
        }
        self.input.extend_from_slice(&TAIL);
        let before = self.filled;
        let complete = matches!(self.run(), Stop::Block)
            && self.filled == before
            && self.used == 8 * self.input.len();
        if complete {
            self.end_block();
        }
        complete
    }

    /// What the message tells about its sender so far.
    pub const fn facts(&self) -> Facts {
        self.facts
    }

    /// What a match can reach, the newest octet last.
    pub(crate) fn window(&self) -> &[u8] {
        &self.output[self.filled - self.history..self.filled]
    }

    /// Goes on behind this window, of at most 32 KiB, as if it had inflated it.
    pub(crate) fn restore(&mut self, window: &[u8]) {
        self.output[..window.len()].copy_from_slice(window);
        self.filled = window.len();
        self.given = self.filled;
        self.history = self.filled;
    }

    fn end_block(&mut self) {
        self.stage = Stage::Header;
        if core::mem::take(&mut self.last) {
            // RFC 7692 §7.2.1: the next stream begins with the next octet.
            self.used = self.used.next_multiple_of(8);
            self.idle = self.used == 8 * self.input.len();
        }
    }

    fn make_room(&mut self) {
        let start = self.filled.saturating_sub(WINDOW);
        self.output.copy_within(start..self.filled, 0);
        self.filled -= start;
        self.given = self.filled;
    }

    /// Inflates up to the end of a block or as far as it goes.
    fn run(&mut self) -> Stop {
        let stage = core::mem::replace(&mut self.stage, Stage::Header);
        let (stage, stop) = match stage {
            Stage::Header => match self.header() {
                Ok(stage) => {
                    self.stage = stage;
                    return self.run();
                }
                Err(stop) => (Stage::Header, stop),
            },
            Stage::Stored(left) => {
                let (left, stop) = self.stored(left);
                (Stage::Stored(left), stop)
            }
            Stage::Coded(codes) => {
                let stop = self.coded(codes.decoders());
                (Stage::Coded(codes), stop)
            }
        };
        self.stage = stage;
        stop
    }

    /// Reads the header of a block, all of it or nothing.
    fn header(&mut self) -> Result<Stage, Stop> {
        let mut bits = Bits { input: &self.input, used: self.used };
        let last = bits.take(1)? == 1;
        let kind = bits.take(2)?;
        let (stage, used) = match kind {
            0 => {
                bits.used = bits.used.next_multiple_of(8);
                let both = bits.take(32)? as u32;
                let (length, inverted) = (both as u16, (both >> 16) as u16);
                if length != !inverted {
                    return Err(Stop::Corrupt);
                }
                self.facts.stored += 1;
                (Stage::Stored(usize::from(length)), bits.used)
            }
            1 => {
                self.facts.fixed += 1;
                (Stage::Coded(Codes::Fixed), bits.used)
            }
            2 => {
                let own = bits.codes()?;
                self.facts.dynamic += 1;
                (Stage::Coded(Codes::Own(Box::new(own))), bits.used)
            }
            _ => return Err(Stop::Corrupt),
        };
        self.used = used;
        self.last = last;
        self.facts.finals += u32::from(last);
        Ok(stage)
    }

    fn stored(&mut self, left: usize) -> (usize, Stop) {
        let at = self.used / 8;
        let room = (WINDOW + PIECE).saturating_sub(self.filled);
        let n = left.min(self.input.len() - at).min(room);
        self.output[self.filled..self.filled + n].copy_from_slice(&self.input[at..at + n]);
        self.used += 8 * n;
        self.grow(n);
        let left = left - n;
        match left {
            0 => (0, Stop::Block),
            left if self.used == 8 * self.input.len() => (left, Stop::Input),
            left => (left, Stop::Output),
        }
    }

    /// Takes note of `n` more octets in the output.
    fn grow(&mut self, n: usize) {
        self.filled += n;
        self.length += n as u64;
        self.history = (self.history + n).min(WINDOW);
    }

    /// Reads symbols, each of them whole or not at all.
    fn coded(&mut self, [literals, distances]: &[Decoder; 2]) -> Stop {
        let mut bits = Bits { input: &self.input, used: self.used };
        let begun = self.filled;
        let reachable = self.history;
        let mut at = begun;
        let output = &mut self.output[..];
        let stop = loop {
            if at >= WINDOW + PIECE {
                break Stop::Output;
            }
            let (mut window, mut left) = bits.peek();
            let (mut symbol, mut length) = literals.decode(window);
            let before = at;
            // One look at the input is enough for several literals.
            while symbol < END_OF_BLOCK as u16 && length <= left {
                output[at] = symbol as u8;
                at += 1;
                bits.used += length as usize;
                window >>= length;
                left -= length;
                (symbol, length) = literals.decode(window);
            }
            if at > before && left < MATCH {
                // What comes next takes another look.
                continue;
            }
            if length > left {
                break Stop::Input;
            }
            if symbol == END_OF_BLOCK as u16 {
                bits.used += length as usize;
                break Stop::Block;
            }
            let Some(&(base, extra)) = LENGTHS.get(usize::from(symbol) - END_OF_BLOCK - 1) else {
                break Stop::Corrupt;
            };
            window >>= length;
            left -= length;
            let n = usize::from(base) + (window & ((1 << extra) - 1)) as usize;
            if u32::from(extra) > left {
                break Stop::Input;
            }
            window >>= extra;
            left -= u32::from(extra);
            let (symbol, more) = distances.decode(window);
            if more > left {
                break Stop::Input;
            }
            let Some(&(base, bits_of_distance)) = DISTANCES.get(usize::from(symbol)) else {
                break Stop::Corrupt;
            };
            window >>= more;
            left -= more;
            if u32::from(bits_of_distance) > left {
                break Stop::Input;
            }
            let distance = usize::from(base) + (window & ((1 << bits_of_distance) - 1)) as usize;
            let made = at - begun;
            if distance > (reachable + made).min(WINDOW) {
                break Stop::Corrupt;
            }
            self.facts.distance = self.facts.distance.max(distance as u32);
            let before = (distance as u64).saturating_sub(self.length + made as u64);
            self.facts.reach = self.facts.reach.max(before as u32);
            repeat(output, at, distance, n);
            at += n;
            let read = length + u32::from(extra) + more + u32::from(bits_of_distance);
            bits.used += read as usize;
        };
        self.used = bits.used;
        self.grow(at - begun);
        stop
    }
}

/// Octets that are copied at once.
const WIDE: usize = 16;

/// Repeats `n` octets from `distance` octets before `at`.
#[inline]
fn repeat(output: &mut [u8], at: usize, distance: usize, n: usize) {
    let from = at - distance;
    if distance >= WIDE && n <= 2 * WIDE {
        // Most matches are short, and what is written behind them is written over.
        for step in [0, WIDE] {
            let octets: [u8; WIDE] = *output[from + step..].first_chunk().expect("there is room");
            output[at + step..at + step + WIDE].copy_from_slice(&octets);
        }
    } else if distance >= n {
        output.copy_within(from..from + n, at);
    } else if distance == 1 {
        let octet = output[from];
        output[at..at + n].fill(octet);
    } else {
        let mut done = 0;
        while done < n {
            // What is there already doubles with each step.
            let step = (distance + done).min(n - done);
            output.copy_within(from..from + step, at + done);
            done += step;
        }
    }
}
