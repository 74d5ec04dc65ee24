//! Inflating in bounded memory (RFC 7692 §7.2.2).
//!
//! ```text
//!   ring   | newest octets … position | slack … | oldest octets of the window … lap | … unused |
//! ```
//!
//! The decoder writes into a ring whose pieces are indicated where they lie. The ring is also the
//! history that is handed to the decoder when it starts again behind a final block: RFC 7692 §7.2.1
//! allows BFINAL in the middle of a message, and the window goes on. The slack keeps what the
//! decoder writes ahead of the position, in chunks of its own choice, off the oldest octets.
//!
//! A lap ends where the ring does, or where a message does behind which a window has room: decoders
//! are fastest with a message in one piece.

use alloc::boxed::Box;
use core::fmt;
use core::ops::Range;

use zlib_rs::{Inflate, InflateFlush, Status};

/// The largest window: what a match can reach back.
const WINDOW: usize = 1 << 15;
/// The decoder writes at most one vector register too far.
const SLACK: usize = 1 << 10;

/// Octets of the ring and of the decoder, which holds a window of its own and its tables.
pub(super) const fn worst_case_bytes(piece: usize) -> usize {
    ring_size(piece) + WINDOW + (16 << 10)
}

/// Room for a window and for a piece of a message beside it.
const fn ring_size(piece: usize) -> usize {
    WINDOW + SLACK + piece
}

/// The four octets a sender removes behind each message (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The receiving half of permessage-deflate.
pub(crate) struct Inflater {
    decoder: Inflate,
    ring: Box<[u8]>,
    /// Where the next octet goes; `position <= ring.len()`.
    position: usize,
    /// Where the last lap ended; `WINDOW + SLACK <= lap <= ring.len()` once there was one.
    lap: usize,
    /// Octets of history; `history <= WINDOW`, and `history <= position` in the first lap.
    history: usize,
    /// The peer compresses each message for itself.
    each_for_itself: bool,
    /// The decoder stopped for want of room, so it may have more to say without more input.
    full: bool,
    /// No octet has come since the message began or a final block ended.
    idle: bool,
}

/// Why the inflater stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// All input is used up, and all it stands for has been given.
    Input,
    /// There is no more room; there may be more to give.
    Output,
    /// The stream cannot go on like this.
    Corrupt,
}

/// What came of a piece of input.
#[derive(Clone, Debug)]
pub(crate) struct Inflated {
    /// Octets of input that are done with.
    pub(crate) consumed: usize,
    /// Where in the ring the output lies, until the next call.
    pub(crate) place: Range<usize>,
    pub(crate) halt: Halt,
}

impl Inflater {
    /// Allocates everything. `each_for_itself` says that the peer keeps no context; messages of up
    /// to `piece` octets come in one piece.
    pub(super) fn new(each_for_itself: bool, piece: usize) -> Self {
        Self {
            decoder: Inflate::new(false, 15),
            ring: alloc::vec![0; ring_size(piece)].into_boxed_slice(),
            position: 0,
            lap: 0,
            history: 0,
            each_for_itself,
            full: false,
            idle: true,
        }
    }

    pub(crate) fn start_message(&mut self) {
        if self.each_for_itself {
            self.decoder.reset(false);
            self.history = 0;
        }
        if self.position >= WINDOW + SLACK {
            self.start_lap();
        }
        self.idle = true;
    }

    const fn start_lap(&mut self) {
        self.lap = self.position;
        self.position = 0;
    }

    /// Inflates `input` into at most `room` octets, which is more than 0.
    pub(crate) fn inflate(&mut self, input: &[u8], room: usize) -> Inflated {
        if self.position == self.ring.len() {
            self.start_lap();
        }
        let start = self.position;
        let end = start.saturating_add(room).min(self.ring.len());
        let mut consumed = 0;
        let halt = loop {
            let rest = input.get(consumed..).unwrap_or_default();
            if rest.is_empty() && !self.full {
                break Halt::Input;
            }
            let free = self.ring.get_mut(self.position..end).unwrap_or_default();
            let (taken, given, status) = run(&mut self.decoder, rest, free, InflateFlush::NoFlush);
            consumed += taken;
            self.idle &= taken == 0;
            self.position += given;
            self.history = (self.history + given).min(WINDOW);
            self.full = self.position == end;
            match status {
                None => break Halt::Corrupt,
                Some(Status::StreamEnd) => self.restart(),
                Some(_) if self.full => break Halt::Output,
                Some(_) => break Halt::Input,
            }
        };
        debug_assert!(halt != Halt::Input || consumed == input.len(), "input is left over");
        Inflated { consumed, place: start..self.position, halt }
    }

    /// Ends the message; answers whether its data ended where a flush ends.
    ///
    /// RFC 7692 §7.2.2: the octets the sender removed are appended. They complete the header of an
    /// empty block, so the decoder takes all four, yields nothing and stands between two blocks:
    /// told to stop there, it leaves a fifth octet alone. Data that was cut, or that still has the
    /// four octets, makes something else of them.
    ///
    /// Ambiguous: without any octet since the last final block, or in the whole message, there is
    /// nothing to complete. That is taken for the end of the message, too.
    pub(crate) fn end_message(&mut self) -> bool {
        if self.idle {
            return true;
        }
        let [a, b, c, d] = TAIL;
        let mut nothing = [0];
        match run(&mut self.decoder, &[a, b, c, d, 0], &mut nothing, InflateFlush::Block) {
            (4, 0, Some(Status::Ok)) => true,
            (4, 0, Some(Status::StreamEnd)) => {
                self.restart();
                true
            }
            _ => false,
        }
    }

    /// Octets at a place of [`Inflated`].
    pub(crate) fn octets(&self, place: &Range<usize>) -> &[u8] {
        self.ring.get(place.clone()).unwrap_or_default()
    }

    /// Goes on behind a final block, with the window as it is.
    fn restart(&mut self) {
        self.decoder.reset(false);
        self.idle = true;
        self.full = false;
        let newest = self.ring.get(..self.position).unwrap_or_default();
        let newest = newest.get(newest.len().saturating_sub(self.history)..).unwrap_or_default();
        let oldest = self.history - newest.len();
        let oldest = self.ring.get(self.lap.saturating_sub(oldest)..self.lap).unwrap_or_default();
        for part in [oldest, newest] {
            // Cannot fail: a raw stream takes a dictionary between any two blocks.
            let _ = self.decoder.set_dictionary(part);
        }
    }
}

/// One call of the decoder: octets taken, octets given, and how it stands; `None` if it is lost.
fn run(
    decoder: &mut Inflate,
    input: &[u8],
    output: &mut [u8],
    flush: InflateFlush,
) -> (usize, usize, Option<Status>) {
    let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
    let status = decoder.decompress(input, output, flush);
    let since = |now: u64, before: u64| usize::try_from(now.wrapping_sub(before)).unwrap_or(0);
    let taken = since(decoder.total_in(), before_in);
    (taken, since(decoder.total_out(), before_out), status.ok())
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater")
            .field("position", &self.position)
            .field("history", &self.history)
            .field("each_for_itself", &self.each_for_itself)
            .finish_non_exhaustive()
    }
}
