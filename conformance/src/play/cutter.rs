//! How what the tester writes reaches the subject: in which pieces.

use wsproof_cases::random::Random;
use wsproof_cases::tester::Wire;

use super::link::{Flow, Link};

/// How the tester's octets are cut into pieces. A piece never spans a pause of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// As the script writes them, in pieces of at most [`PIECE`] octets.
    Whole,
    /// Each octet alone, but for most of the payload of large writes: after [`SINGLE_OCTETS`]
    /// octets of a case, only the first [`SINGLE_HEADER`] octets of each piece of [`ODD`] are.
    Bytewise,
    /// At random places, the same for the same seed.
    Random(u64),
}

/// The largest piece that is fed at once, in octets.
pub const PIECE: usize = 64 * 1024;
/// How many octets of a case are fed one by one under [`Cuts::Bytewise`].
pub const SINGLE_OCTETS: usize = 128 * 1024;
/// How many octets at the beginning of a write are fed one by one even after that: any header.
pub const SINGLE_HEADER: usize = 16;
/// The size of the other pieces under [`Cuts::Bytewise`]: no multiple of anything.
pub const ODD: usize = 4093;

/// Cuts what the tester writes and feeds the pieces to the subject.
pub(super) struct Cutter<'l> {
    pub(super) link: &'l mut dyn Link,
    pub(super) cuts: Cuts,
    random: Random,
    pending: Vec<u8>,
    singles: usize,
    flow: Flow,
}

impl<'l> Cutter<'l> {
    pub(super) fn new(cuts: Cuts, link: &'l mut dyn Link) -> Self {
        let seed = if let Cuts::Random(seed) = cuts { seed } else { 0 };
        Self {
            link,
            cuts,
            random: Random::new(seed),
            pending: Vec::new(),
            singles: SINGLE_OCTETS,
            flow: Flow::Open,
        }
    }

    /// Feeds everything that was written.
    pub(super) fn flush(&mut self) {
        let pending = core::mem::take(&mut self.pending);
        let mut rest = &pending[..];
        let mut fed = 0;
        while !rest.is_empty() && self.flow == Flow::Open {
            let n = self.next_size(fed).min(rest.len());
            let (piece, later) = rest.split_at(n);
            self.flow = self.link.feed(piece);
            fed += n;
            rest = later;
        }
        self.pending = pending;
        self.pending.clear();
    }

    /// Feeds everything that was written, and says that it was all.
    pub(super) fn half_close(&mut self) {
        self.flush();
        self.link.half_close();
        self.flow = Flow::Closed;
    }

    /// The size of the next piece after `fed` octets of this write.
    const fn next_size(&mut self, fed: usize) -> usize {
        match self.cuts {
            Cuts::Whole => PIECE,
            Cuts::Bytewise if self.singles > 0 => {
                self.singles -= 1;
                1
            }
            Cuts::Bytewise if fed % ODD < SINGLE_HEADER => 1,
            Cuts::Bytewise => ODD - fed % ODD,
            // Small pieces are as frequent as large ones.
            Cuts::Random(_) => {
                let bits = self.random.below(PIECE.ilog2() as u64 + 1);
                1 + self.random.below(1 << bits) as usize
            }
        }
    }
}

impl Wire for Cutter<'_> {
    fn write(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let n = octets.len().min(PIECE - self.pending.len());
            let (now, later) = octets.split_at(n);
            self.pending.extend_from_slice(now);
            octets = later;
            if self.pending.len() == PIECE {
                self.flush();
            }
        }
    }

    fn boundary(&mut self) {
        // Only the script's own cuts know boundaries.
        if self.cuts == Cuts::Whole {
            self.flush();
        }
    }
}
