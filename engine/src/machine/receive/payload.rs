//! The payload of data frames, piece by piece: unmasked in place, inflated if the message is
//! compressed, checked if it is text, and handed on as soon as it is there.
//!
//! ```text
//!   plain        receive area ── unmask ──────────────► check ──► piece in the receive area
//!   compressed   receive area ── unmask ── inflate ───► check ──► piece in the inflater's ring
//! ```
//!
//! The piece is copied once more when the operation supplied a buffer.

use super::message::Message;
use super::{Found, Frame, Parsed, Place, Receiver};
use crate::deflate::Halt;
use crate::error::{Fault, Violation};
use crate::frame::header::Header;
use crate::frame::mask;

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Reads a piece of a data frame. `None` goes on with the next frame.
    pub(super) fn read_data(
        &mut self,
        area: &mut [u8],
        mut frame: Frame,
    ) -> Result<Option<Parsed>, Fault> {
        let mut message = match self.message.take() {
            Some(message) => message,
            None => self.start_message(&frame.header),
        };
        if message.compressed {
            return self.read_compressed(area, frame, message);
        }
        // A buffer that has become empty since it was queued is as good as none.
        let buffer = self.operations.front_mut().and_then(|first| first.buffer.as_mut());
        let mut supplied = buffer.map(AsMut::as_mut).filter(|buffer| !buffer.is_empty());
        let room = supplied.as_ref().map_or(usize::MAX, |buffer| buffer.len());
        let remaining = frame.remaining_in_memory();
        let length = remaining.min(self.end - self.start).min(room);
        let frame_ends = length == remaining;
        let last = frame_ends && frame.header.fin();
        if length == 0 && !frame_ends {
            self.frame = Some(frame);
            self.message = Some(message);
            return Ok(Some(Parsed::More));
        }

        let start = self.start;
        let piece = area.get_mut(start..start + length).unwrap_or_default();
        let (valid, violation) = if self.check_text && message.is_text() {
            let ascii = mask::apply_to_text(piece, frame.header.key, frame.taken);
            message.check(piece, ascii, last)
        } else {
            mask::apply(piece, frame.header.key, frame.taken);
            (length, None)
        };
        let place = match supplied.as_mut().and_then(|buffer| buffer.get_mut(..valid)) {
            None => Place::Area(start..start + valid),
            Some(buffer) => {
                buffer.copy_from_slice(piece.get(..valid).unwrap_or_default());
                Place::Supplied(valid)
            }
        };
        let buffer_type = message.kind.buffer_type(last && violation.is_none());
        let fault = violation.map(|violation| self.content_fault(violation, valid, length));

        if !frame_ends {
            frame.taken += length as u64;
            self.frame = Some(frame);
        }
        if !last {
            if frame_ends {
                message.length += frame.header.length;
            }
            self.message = Some(message);
        }
        self.consume(length);
        self.found(Found { buffer_type: Some(buffer_type), place }, valid, last, fault)
    }

    /// The fault behind the first `valid` of the `length` octets that come next.
    #[cold]
    fn content_fault(&self, violation: Violation, valid: usize, length: usize) -> Fault {
        let offset = match violation {
            // The last octet of the frame: of its payload, or of its header if it has none.
            Violation::IncompleteUtf8 => (self.offset + length as u64).saturating_sub(1),
            _ => self.offset + valid as u64,
        };
        Fault::new(violation, offset)
    }

    /// The message a frame with this header opens.
    #[inline]
    fn start_message(&mut self, header: &Header) -> Message {
        if let (true, Some(inflater)) = (header.compressed, &mut self.inflater) {
            inflater.start_message();
        }
        Message::new(header)
    }

    /// Reads a piece of a compressed message: as much as the inflater makes of the octets at hand,
    /// up to the room there is.
    ///
    /// The frame ends only when the inflater has nothing left to say about it, so what a frame
    /// yields, and whether it is the one that breaks a rule, depends on no cut. Which of its octets
    /// does is another matter, so faults of the content name the last octet of the frame.
    #[inline(never)]
    fn read_compressed(
        &mut self,
        area: &mut [u8],
        mut frame: Frame,
        mut message: Message,
    ) -> Result<Option<Parsed>, Fault> {
        let Some(inflater) = &mut self.inflater else {
            // Cannot be: only with an inflater does a header open a compressed message.
            return Ok(None);
        };
        let buffer = self.operations.front_mut().and_then(|first| first.buffer.as_mut());
        let mut supplied = buffer.map(AsMut::as_mut).filter(|buffer| !buffer.is_empty());
        let room = supplied.as_ref().map_or(usize::MAX, |buffer| buffer.len());
        let remaining = frame.remaining_in_memory();
        let available = remaining.min(self.end - self.start);
        let input = area.get_mut(self.start..self.start + available).unwrap_or_default();
        let fresh = input.get_mut(self.unmasked..).unwrap_or_default();
        mask::apply(fresh, frame.header.key, frame.taken + self.unmasked as u64);
        let inflated = inflater.inflate(input, room);

        let frame_ends = inflated.halt == Halt::Input && available == remaining;
        let ends = frame_ends && frame.header.fin();
        let mut violation = match inflated.halt {
            Halt::Corrupt => Some(Violation::CompressedDataCorrupt),
            _ if ends && !inflater.end_message() => Some(Violation::CompressedDataIncomplete),
            _ => None,
        };
        let mut octets = inflater.octets(&inflated.place);
        let allowed = self.max_message_size - message.length;
        if octets.len() as u64 > allowed {
            violation = Some(Violation::MessageTooBig);
            octets =
                usize::try_from(allowed).ok().and_then(|n| octets.get(..n)).unwrap_or_default();
        }
        let last = ends && violation.is_none();
        let mut valid = octets.len();
        if self.check_text
            && let (checked, Some(invalid)) = message.check(octets, false, last)
        {
            (valid, violation) = (checked, Some(invalid));
        }
        let end_of_frame = self.offset.saturating_add(frame.remaining());
        let fault = violation.map(|what| Fault::new(what, end_of_frame.saturating_sub(1)));
        let place = match supplied.as_mut().and_then(|buffer| buffer.get_mut(..valid)) {
            None => Place::Ring(inflated.place.start..inflated.place.start + valid),
            Some(buffer) => {
                buffer.copy_from_slice(octets.get(..valid).unwrap_or_default());
                Place::Supplied(valid)
            }
        };
        let buffer_type = message.kind.buffer_type(last && fault.is_none());

        message.length += valid as u64;
        frame.taken += inflated.consumed as u64;
        self.unmasked = available - inflated.consumed;
        if !frame_ends {
            self.frame = Some(frame);
        }
        if !last {
            self.message = Some(message);
        }
        self.consume(inflated.consumed);
        if valid == 0 && fault.is_none() && !frame_ends && inflated.halt == Halt::Input {
            return Ok(Some(Parsed::More));
        }
        self.found(Found { buffer_type: Some(buffer_type), place }, valid, last, fault)
    }

    /// Makes a result of a piece of `valid` octets, if there is anything to show.
    #[inline]
    fn found(
        &mut self,
        found: Found,
        valid: usize,
        last: bool,
        fault: Option<Fault>,
    ) -> Result<Option<Parsed>, Fault> {
        match fault {
            Some(fault) if valid == 0 => Err(fault),
            None if valid == 0 && !last => Ok(None),
            fault => {
                self.fault = fault;
                self.result = Some(found);
                Ok(Some(Parsed::Found))
            }
        }
    }
}
