//! The payload of data frames, piece by piece: unmasked in place, inflated if the message is
//! compressed, checked if it is text, and handed on as soon as it is there.
//!
//! ```text
//!   plain        receive area ── unmask ──────────────► check ──► piece in the receive area
//!   compressed   receive area ── unmask ── inflate ───► check ──► piece in the inflater's ring
//! ```
//!
//! The piece is copied once more when the operation supplied a buffer.

use core::ops::Range;

use super::message::Message;
use super::{Found, Frame, Parsed, Place, Receiver};
use crate::deflate::Halt;
use crate::error::{Fault, Violation};
use crate::frame::mask;

/// A piece of a message and what was found out about it.
struct Piece {
    octets: Octets,
    /// How many of its octets may be delivered.
    valid: usize,
    /// The message ends with it.
    last: bool,
    fault: Option<Fault>,
}

/// Where a piece lies.
enum Octets {
    Area(Range<usize>),
    Ring(Range<usize>),
}

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Reads a piece of a data frame. `None` goes on with the next frame.
    pub(super) fn read_data(
        &mut self,
        area: &mut [u8],
        frame: Frame,
    ) -> Result<Option<Parsed>, Fault> {
        let Some(message) = self.message else {
            // Cannot be: the header of a data frame opens a message.
            self.frame = None;
            return Ok(None);
        };
        // A buffer that has become empty since it was queued is as good as none.
        let buffer = self.operations.front_mut().and_then(|first| first.buffer.as_mut());
        let room = buffer.map(|buffer| buffer.as_mut().len()).filter(|room| *room > 0);
        if message.compressed {
            self.read_compressed(area, frame, message, room)
        } else {
            self.read_plain(area, frame, message, room)
        }
    }

    fn read_plain(
        &mut self,
        area: &mut [u8],
        frame: Frame,
        mut message: Message,
        room: Option<usize>,
    ) -> Result<Option<Parsed>, Fault> {
        let remaining = frame.remaining_in_memory();
        let length = remaining.min(self.end - self.start).min(room.unwrap_or(usize::MAX));
        let frame_ends = length == remaining;
        let last = frame_ends && frame.header.fin();
        if length == 0 && !frame_ends {
            return Ok(Some(Parsed::More));
        }

        let start = self.start;
        let piece = area.get_mut(start..start + length).unwrap_or_default();
        mask::apply(piece, frame.header.key, frame.taken);
        let (valid, violation) =
            if self.check_text { message.check(piece, last) } else { (length, None) };
        let fault = violation.map(|violation| {
            let offset = match violation {
                // The last octet of the frame: of its payload, or of its header if it has none.
                Violation::IncompleteUtf8 => (self.offset + length as u64).saturating_sub(1),
                _ => self.offset + valid as u64,
            };
            Fault::new(violation, offset)
        });

        self.consume(length);
        self.frame = (!frame_ends).then_some(Frame { taken: frame.taken + length as u64, ..frame });
        self.message = (!last).then_some(message);
        let octets = Octets::Area(start..start + valid);
        self.deliver(area, message, Piece { octets, valid, last, fault })
    }

    /// Reads a piece of a compressed message: as much as the inflater makes of the octets at hand,
    /// up to the room there is.
    ///
    /// The frame ends only when the inflater has nothing left to say about it, so what a frame
    /// yields, and whether it is the one that breaks a rule, depends on no cut. Which of its octets
    /// does is another matter, so faults of the content name the last octet of the frame.
    fn read_compressed(
        &mut self,
        area: &mut [u8],
        mut frame: Frame,
        mut message: Message,
        room: Option<usize>,
    ) -> Result<Option<Parsed>, Fault> {
        let Some(inflater) = &mut self.inflater else {
            // Cannot be: only with an inflater does a header open a compressed message.
            self.frame = None;
            return Ok(None);
        };
        let remaining = frame.remaining_in_memory();
        let available = remaining.min(self.end - self.start);
        let input = area.get_mut(self.start..self.start + available).unwrap_or_default();
        let fresh = input.get_mut(self.unmasked..).unwrap_or_default();
        mask::apply(fresh, frame.header.key, frame.taken + self.unmasked as u64);
        let inflated = inflater.inflate(input, room.unwrap_or(usize::MAX));

        let frame_ends = inflated.halt == Halt::Input && available == remaining;
        let mut last = frame_ends && frame.header.fin();
        let mut violation = match inflated.halt {
            Halt::Corrupt => Some(Violation::CompressedDataCorrupt),
            _ if last && !inflater.end_message() => Some(Violation::CompressedDataIncomplete),
            _ => None,
        };
        last &= violation.is_none();
        let octets = inflater.octets(&inflated.place);
        let allowed = self.max_message_size - message.length;
        let octets = match usize::try_from(allowed).ok().and_then(|room| octets.get(..room)) {
            Some(allowed) if allowed.len() < octets.len() => {
                violation = Some(Violation::MessageTooBig);
                allowed
            }
            _ => octets,
        };
        last &= violation.is_none();
        let mut valid = octets.len();
        if self.check_text
            && let (checked, Some(invalid)) = message.check(octets, last)
        {
            (valid, violation) = (checked, Some(invalid));
        }
        message.length += valid as u64;
        let end_of_frame = self.offset.saturating_add(frame.remaining());
        let fault =
            violation.map(|violation| Fault::new(violation, end_of_frame.saturating_sub(1)));

        self.consume(inflated.consumed);
        self.unmasked = available - inflated.consumed;
        frame.taken += inflated.consumed as u64;
        self.frame = (!frame_ends).then_some(frame);
        self.message = (!last).then_some(message);
        if valid == 0 && fault.is_none() && !frame_ends && inflated.halt == Halt::Input {
            return Ok(Some(Parsed::More));
        }
        let start = inflated.place.start;
        let octets = Octets::Ring(start..start + valid);
        self.deliver(area, message, Piece { octets, valid, last, fault })
    }

    /// Makes a result of a piece, if there is anything to show.
    fn deliver(
        &mut self,
        area: &[u8],
        message: Message,
        piece: Piece,
    ) -> Result<Option<Parsed>, Fault> {
        match piece.fault {
            Some(fault) if piece.valid == 0 => return Err(fault),
            None if piece.valid == 0 && !piece.last => return Ok(None),
            fault => self.fault = fault,
        }
        let buffer = self.operations.front_mut().and_then(|first| first.buffer.as_mut());
        let supplied = buffer.and_then(|buffer| buffer.as_mut().get_mut(..piece.valid));
        let place = match (supplied, piece.octets) {
            (Some(supplied), octets) => {
                let octets = match octets {
                    Octets::Area(place) => area.get(place),
                    Octets::Ring(place) => self.inflater.as_ref().map(|from| from.octets(&place)),
                };
                supplied.copy_from_slice(octets.unwrap_or_default());
                Place::Supplied(piece.valid)
            }
            (None, Octets::Area(place)) => Place::Area(place),
            (None, Octets::Ring(place)) => Place::Ring(place),
        };
        let buffer_type = Some(message.kind.buffer_type(piece.last && piece.fault.is_none()));
        Ok(Some(Parsed::Found(Found { buffer_type, place })))
    }
}
