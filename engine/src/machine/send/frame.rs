//! How an operation's frame, or frames, get onto the wire.
//!
//! A server's payload is never copied, nor one masked with zeros: the header lies in the send area
//! and the payload where the application keeps it. A client masks while copying into the send area,
//! as much at a time as fits, the header in front. A compressed payload leaves in frames of its own,
//! each compressed and masked in the send area, behind the room for its header.
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
use crate::machine::link::Link;

/// The frame that is being offered.
///
/// Invariant: `sent <= filled <= send area`, `direct <= taken <= length`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    way: Way,
    /// The end of the octets of the send area that are on offer.
    pub(super) filled: usize,
    /// The end of those that have been written.
    pub(super) sent: usize,
    /// Payload octets that were masked or compressed into the send area, or are offered directly.
    pub(super) taken: usize,
    /// The last of them that are still to be written from where the application keeps them: the
    /// second slice, if there are two.
    pub(super) direct: usize,
    /// Octets of the payload.
    pub(super) length: usize,
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
        Self { way: Way::Direct, filled: 0, sent: 0, taken: 0, direct: 0, length: 0, begun: false };

    /// Octets of the offer that lie in the send area: the first slice, if there are two.
    #[inline(always)]
    pub(super) const fn in_area(&self) -> usize {
        self.filled - self.sent
    }

    /// Whether the frame ends with the offer.
    #[inline(always)]
    pub(super) const fn reaches_end(&self) -> bool {
        matches!(self.way, Way::Compressed { .. }) || self.taken == self.length
    }

    /// Whether the operation ends with the offer.
    #[inline(always)]
    pub(super) const fn ends_operation(&self) -> bool {
        if let Way::Compressed { last } = self.way { last } else { self.taken == self.length }
    }
}

impl<C, P: AsRef<[u8]>> Operation<C, P> {
    #[inline(always)]
    pub(super) fn payload(&self) -> &[u8] {
        self.outgoing.payload().map(AsRef::as_ref).unwrap_or_default()
    }

    /// Puts the header and the close code into the send area; [`mask_behind`](Self::mask_behind) is
    /// next.
    pub(super) fn begin(&self, area: &mut [u8], key: Option<[u8; 4]>) -> Progress {
        let Some(code) = &self.code else { return self.begin_plain(area, key) };
        let mut progress = self.put_header(code.len(), area, key);
        let behind = area.get_mut(progress.filled..).unwrap_or_default();
        mask::copy(behind, code, key.unwrap_or_default(), 0);
        progress.filled += code.len();
        progress
    }

    /// The same of an operation without a close code.
    #[inline(always)]
    pub(super) fn begin_plain(&self, area: &mut [u8], key: Option<[u8; 4]>) -> Progress {
        self.put_header(0, area, key)
    }

    /// Puts the header in front of so many octets and the payload into the send area.
    #[inline(always)]
    fn put_header(&self, between: usize, area: &mut [u8], key: Option<[u8; 4]>) -> Progress {
        let length = self.length;
        let filled = header::write(self.first, (between + length) as u64, key).copy_to(area);
        match key {
            Some(key) if key != [0; 4] => {
                Progress { way: Way::Masked(key), filled, length, ..Progress::NONE }
            }
            // Nothing, or nothing that changes an octet.
            _ => Progress { filled, taken: length, direct: length, length, ..Progress::NONE },
        }
    }

    /// Refills the send area with the next masked octets once it is empty.
    #[inline]
    pub(super) fn refill(&self, area: &mut [u8], progress: &mut Progress) -> Result<(), Misuse> {
        if progress.in_area() == 0 && progress.taken < progress.length {
            progress.sent = 0;
            progress.filled = 0;
            self.mask_behind(area, progress)?;
        }
        Ok(())
    }

    /// Masks as many payload octets of a client as fit behind what is in the send area.
    #[inline(always)]
    pub(super) fn mask_behind(
        &self,
        area: &mut [u8],
        progress: &mut Progress,
    ) -> Result<(), Misuse> {
        match progress.way {
            Way::Masked(key) => self.mask_chunk(area, progress, key),
            Way::Direct | Way::Compressed { .. } => Ok(()),
        }
    }

    #[inline(always)]
    fn mask_chunk(
        &self,
        area: &mut [u8],
        progress: &mut Progress,
        key: [u8; 4],
    ) -> Result<(), Misuse> {
        let free = area.get_mut(progress.filled..).unwrap_or_default();
        let chunk = free.len().min(progress.length - progress.taken);
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
            direct: 0,
            length: self.length,
            begun: false,
        })
    }
}
