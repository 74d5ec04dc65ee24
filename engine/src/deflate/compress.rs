//! Compressing into frames of bounded size (RFC 7692 §7.2.1).

use core::fmt;

use zlib_rs::{Deflate, DeflateFlush};

use super::gain::Gain;
use super::policy::Policy;

/// What a flush ends with, and a message goes without.
const TAIL: usize = 4;

/// Octets of an encoder's state: its window twice, the chains of matches, 128 KiB of hash heads,
/// 112 KiB of symbols waiting, and its tables.
pub(super) const fn worst_case_bytes(window_bits: u8) -> usize {
    (4 << window_bits) + (128 << 10) + (112 << 10) + (4 << 10)
}

/// The sending half of permessage-deflate.
pub(crate) struct Compressor {
    encoder: Deflate,
    threshold: usize,
    gain: Gain,
    each_for_itself: bool,
    /// The last octets that were made and not handed out: the end of a flush, if the message ends
    /// with it; `held.1 <= TAIL`.
    held: ([u8; TAIL], usize),
}

/// What ends with an operation's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A part of a message; more will follow.
    Part,
    /// The message.
    Message,
}

/// What came of some payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compressed {
    /// Octets of payload that are done with.
    pub(crate) taken: usize,
    /// Octets of the output to send.
    pub(crate) filled: usize,
    /// All of the payload is in them.
    pub(crate) done: bool,
}

impl Compressor {
    /// Allocates everything. `window_bits` is 9 to 15.
    pub(super) fn new(policy: &Policy, window_bits: u8, each_for_itself: bool) -> Self {
        Self {
            encoder: Deflate::new(policy.level.get().into(), false, window_bits),
            threshold: policy.threshold,
            gain: Gain::new(policy.level),
            each_for_itself,
            held: ([0; TAIL], 0),
        }
    }

    /// Whether to compress a message whose first part, which may be its last, is this long. Asked
    /// once for each message.
    pub(crate) const fn is_worth_it(&mut self, length: usize, end: End) -> bool {
        (length >= self.threshold || matches!(end, End::Part)) && self.gain.expected()
    }

    /// Compresses `plain` as far as `output` has room; at least 16 octets of it are needed.
    ///
    /// All of an operation's payload is flushed out when it ends, so that the peer can inflate all
    /// of it. The last four octets are held back, because they belong to the wire only if more of
    /// the message follows.
    pub(crate) fn compress(&mut self, plain: &[u8], end: End, output: &mut [u8]) -> Compressed {
        let (tail, held) = self.held;
        for (slot, octet) in output.iter_mut().zip(tail.iter().take(held)) {
            *slot = *octet;
        }
        let mut filled = held;
        let mut taken = 0;
        loop {
            let rest = plain.get(taken..).unwrap_or_default();
            let free = output.get_mut(filled..).unwrap_or_default();
            let (before_in, before_out) = (self.encoder.total_in(), self.encoder.total_out());
            // Cannot fail: the level and the window are in range and the stream is never finished.
            let _ = self.encoder.compress(rest, free, DeflateFlush::SyncFlush);
            let since = |now: u64, before: u64| usize::try_from(now - before).unwrap_or(0);
            taken += since(self.encoder.total_in(), before_in);
            filled += since(self.encoder.total_out(), before_out);
            // The encoder takes at most 4 GiB at a time.
            if filled == output.len() || taken == plain.len() {
                break;
            }
        }
        let done = filled < output.len();
        let ends = done && end == End::Message;
        filled =
            if ends { self.end_message(output, filled) } else { self.hold_back(output, filled) };
        self.gain.add(taken, filled);
        if ends {
            self.gain.end_message();
        }
        Compressed { taken, filled, done }
    }

    fn hold_back(&mut self, output: &[u8], filled: usize) -> usize {
        let sent = filled.saturating_sub(TAIL);
        let (tail, held) = &mut self.held;
        *held = filled - sent;
        for (slot, octet) in tail.iter_mut().zip(output.iter().skip(sent)) {
            *slot = *octet;
        }
        sent
    }

    /// RFC 7692 §7.2.1 step 3, and §7.2.3.6: a message that came to nothing is one octet.
    fn end_message(&mut self, output: &mut [u8], filled: usize) -> usize {
        self.held.1 = 0;
        if self.each_for_itself {
            self.encoder.reset();
        }
        if let (0, Some(first)) = (filled, output.first_mut()) {
            *first = 0;
            return 1;
        }
        debug_assert!(output.get(..filled).is_some_and(|made| made.ends_with(&[0, 0, 0xff, 0xff])));
        filled.saturating_sub(TAIL)
    }

    /// Forgets everything: what was compressed last may never reach the peer.
    pub(crate) fn start_over(&mut self) {
        self.encoder.reset();
        self.held.1 = 0;
        self.gain.forget_message();
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor")
            .field("threshold", &self.threshold)
            .field("gain", &self.gain)
            .field("each_for_itself", &self.each_for_itself)
            .finish_non_exhaustive()
    }
}
