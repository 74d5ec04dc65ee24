//! How an operation's frame, or frames, get onto the wire.
//!
//! A server's payload is never copied: the header lies in the send area and the payload where the
//! application keeps it. A client masks while copying into the send area, as many octets at a time
//! as fit; only the first chunk has the header in front. A compressed payload leaves in frames of
//! its own, each compressed and masked in the send area, behind the room for its header.
//!
//! ```text
//!   server      [header, close code] [payload …]                  one offer, two slices
//!   client      [header, masked …] then [masked …] then …         one slice each
//!   compressed  | unused | header, deflated … | then the same with the next frame
//!               0                14        send area
//! ```

use super::Operation;
use crate::deflate::{Compressor, End};
use crate::error::Misuse;
use crate::frame::header::{self, FIN, LONGEST, RSV1};
use crate::frame::{OpCode, mask};
use crate::machine::link::{Link, Masking};

/// The frame that is being offered.
///
/// Invariant: `sent <= filled <= send area`, `taken <= length of the payload`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    way: Way,
    /// The end of the octets of the send area that are on offer.
    pub(super) filled: usize,
    /// The end of those that have been written.
    pub(super) sent: usize,
    /// Payload octets that were masked or compressed into the send area, or written directly.
    pub(super) taken: usize,
    /// Whether any octet of the frame has been written.
    pub(super) begun: bool,
}

/// How the payload reaches the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// From where the application keeps it.
    Direct,
    /// By way of the send area, masked with this key.
    Masked([u8; 4]),
    /// By way of the compressor, whose frame is the operation's last or not.
    Compressed { last: bool },
}

impl Progress {
    /// Of no frame.
    pub(super) const NONE: Self =
        Self { way: Way::Direct, filled: 0, sent: 0, taken: 0, begun: false };

    #[inline]
    pub(super) fn is_direct(&self) -> bool {
        self.way == Way::Direct
    }
}

impl<C, P: AsRef<[u8]>> Operation<C, P> {
    #[inline]
    pub(super) fn payload(&self) -> &[u8] {
        self.outgoing.payload().map(AsRef::as_ref).unwrap_or_default()
    }

    /// Payload octets the offer takes straight from the application's memory.
    #[inline]
    pub(super) fn direct(&self, progress: &Progress) -> usize {
        if progress.is_direct() { self.length - progress.taken } else { 0 }
    }

    /// Payload octets of the frame that are neither written nor in the send area.
    #[inline]
    pub(super) fn outside(&self, progress: &Progress) -> usize {
        match progress.way {
            Way::Direct | Way::Masked(_) => self.length - progress.taken,
            Way::Compressed { .. } => 0,
        }
    }

    /// Whether the operation ends with this frame.
    #[inline]
    pub(super) fn ends_with(&self, progress: &Progress) -> bool {
        !matches!(progress.way, Way::Compressed { last: false })
    }

    /// Puts the header and the close code into the send area; [`mask_behind`](Self::mask_behind) is
    /// next.
    #[inline]
    pub(super) fn begin(&self, area: &mut [u8], link: &Link) -> Progress {
        let key = link.next_key();
        let code = self.code.as_ref().map_or(&[][..], |code| &code[..]);
        let header = header::write(self.first, (code.len() + self.length) as u64, key);
        let mut filled = header.copy_to(area);
        if let (false, Some(slot)) = (code.is_empty(), area.get_mut(filled..filled + code.len())) {
            mask::copy(slot, code, key.unwrap_or_default(), 0);
            filled += code.len();
        }
        let way = match key {
            Some(key) if link.masking() == Masking::FreshKey => Way::Masked(key),
            _ => Way::Direct,
        };
        Progress { way, filled, ..Progress::NONE }
    }

    /// Refills the send area with the next masked octets once it is empty.
    #[inline]
    pub(super) fn refill(&self, area: &mut [u8], progress: &mut Progress) -> Result<(), Misuse> {
        if progress.sent == progress.filled && !progress.is_direct() {
            progress.sent = 0;
            progress.filled = 0;
            self.mask_behind(area, progress)?;
        }
        Ok(())
    }

    /// Masks as many payload octets of a client as fit behind what is in the send area.
    #[inline]
    pub(super) fn mask_behind(
        &self,
        area: &mut [u8],
        progress: &mut Progress,
    ) -> Result<(), Misuse> {
        let Way::Masked(key) = progress.way else { return Ok(()) };
        let free = area.get_mut(progress.filled..).unwrap_or_default();
        let chunk = free.len().min(self.length - progress.taken);
        let plain = self.payload().get(progress.taken..progress.taken + chunk);
        let plain = plain.ok_or(Misuse::PayloadChanged)?;
        let position = self.code.map_or(0, |code| code.len()) + progress.taken;
        mask::copy(free, plain, key, position as u64);
        progress.filled += chunk;
        progress.taken += chunk;
        Ok(())
    }

    /// Compresses the next frame into the send area; `before` is the one before it.
    pub(super) fn compress(
        &self,
        compressor: &mut Compressor,
        before: Option<Progress>,
        area: &mut [u8],
        link: &Link,
    ) -> Result<Progress, Misuse> {
        let taken = before.map_or(0, |before| before.taken);
        let plain = self.payload().get(taken..self.length).ok_or(Misuse::PayloadChanged)?;
        let (head, body) = area.split_at_mut_checked(LONGEST).unwrap_or_default();
        let made = compressor.compress(plain, self.end(), body);

        // RFC 7692 §6.1: RSV1 on the first frame of the message and on no other.
        let opens = before.is_none() && OpCode::of(self.first) != OpCode::CONTINUATION;
        let ends = made.done && self.end() == End::Message;
        let first = if opens { OpCode::of(self.first).bits() | RSV1 } else { 0 };
        let key = link.next_key();
        let first = first | if ends { FIN } else { 0 };
        let header = header::write(first, made.filled as u64, key);
        let sent = LONGEST - header.as_slice().len();
        for (slot, octet) in head.iter_mut().skip(sent).zip(header.as_slice()) {
            *slot = *octet;
        }
        if let (Some(key), Some(payload)) = (key, body.get_mut(..made.filled)) {
            mask::apply(payload, key, 0);
        }
        Ok(Progress {
            way: Way::Compressed { last: made.done },
            filled: LONGEST + made.filled,
            sent,
            taken: taken + made.taken,
            begun: false,
        })
    }
}
