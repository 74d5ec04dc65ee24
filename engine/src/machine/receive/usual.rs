//! The usual case in one go: octets of a plain data frame, for an operation that borrows its result.
//!
//! It takes them only if there is nothing to say about them, and otherwise leaves everything as it
//! was to the reading step by step, which knows all the rules. What the two make of the same octets
//! is the same: streams are read whole and octet by octet in the tests.

use super::message::{Kind, Message};
use super::{Found, Frame, Place, Receiver};
use crate::buffer_type::BufferType;
use crate::frame::header::{FIN, Header, LONGEST_CONTROL, MASKED, MaskRule};
use crate::frame::mask;
use crate::text::Utf8;

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Takes a piece of a frame, if it can: its result is there then, of the type it answers with.
    #[inline(never)]
    pub(super) fn take_usual(&mut self, area: &mut [u8]) -> Option<BufferType> {
        let borrows = self.operations.front().is_some_and(|first| first.buffer.is_none());
        if !borrows || self.close_received {
            return None;
        }
        let unread = area.get_mut(self.start..self.end)?;
        let (frame, kind, size) = match (&self.frame, &self.message) {
            (None, message) => {
                let (header, kind) = self.measure(unread)?;
                let whole = message.is_none() && header.fin();
                if whole && header.length <= (unread.len() - header.size) as u64 {
                    return self.take_message(unread, &header, kind);
                }
                (Frame { header, taken: 0 }, kind, header.size)
            }
            (Some(frame), Some(message)) if frame.is_plain_data(message) => {
                (*frame, message.kind, 0)
            }
            _ => return None,
        };
        let fresh = unread.get_mut(size..).unwrap_or_default();
        let remaining = frame.remaining_in_memory();
        let length = remaining.min(fresh.len());
        let ends = length == remaining;
        let last = ends && frame.header.fin();
        let payload = fresh.get_mut(..length).unwrap_or_default();
        if payload.is_empty() && !last {
            return None;
        }
        let mut text = self.message.as_ref().map_or_else(Utf8::default, |message| message.text);
        if kind != Kind::Text || !self.check_text {
            mask::apply(payload, frame.header.key, frame.taken);
        } else if !unmask_text(payload, frame.header.key, frame.taken, &mut text, last) {
            return None;
        }

        if !ends {
            self.frame = Some(Frame { taken: frame.taken + length as u64, ..frame });
        } else if size == 0 {
            self.frame = None;
        }
        let counted = if ends { frame.header.length } else { 0 };
        match &mut self.message {
            message if last => *message = None,
            Some(message) => {
                message.text = text;
                message.length += counted;
            }
            message => *message = Some(Message { kind, compressed: false, text, length: counted }),
        }
        let start = self.start + size;
        self.consume(size + length);
        let place = Place::Area(start..start + length);
        let buffer_type = Some(kind.buffer_type(last));
        self.result = Some(Found { buffer_type, place });
        buffer_type
    }

    /// Takes a message of one frame that is all there: nothing has to be remembered of it.
    #[inline(always)]
    fn take_message(
        &mut self,
        unread: &mut [u8],
        header: &Header,
        kind: Kind,
    ) -> Option<BufferType> {
        let length = usize::try_from(header.length).ok()?;
        let payload = unread.get_mut(header.size..header.size + length)?;
        if kind != Kind::Text || !self.check_text {
            mask::apply(payload, header.key, 0);
        } else if !unmask_text(payload, header.key, 0, &mut Utf8::default(), true) {
            return None;
        }
        let start = self.start + header.size;
        self.consume(header.size + length);
        let place = Place::Area(start..start + length);
        let buffer_type = Some(kind.buffer_type(true));
        self.result = Some(Found { buffer_type, place });
        buffer_type
    }

    /// The header at the start of `unread`, and what its message carries, if it is of the usual case.
    #[inline(always)]
    fn measure(&self, unread: &[u8]) -> Option<(Header, Kind)> {
        let &[first, second, ref rest @ ..] = unread else { return None };
        // Reserved bits make it something else.
        let (kind, room) = match (first & !FIN, &self.message) {
            (1, None) => (Kind::Text, self.max_message_size),
            (2, None) => (Kind::Binary, self.max_message_size),
            (0, Some(message)) if !message.compressed => {
                (message.kind, self.max_message_size - message.length)
            }
            _ => return None,
        };
        let (length, least, rest, size) = match second & !MASKED {
            126 => {
                let (&octets, rest) = rest.split_first_chunk::<2>()?;
                (u64::from(u16::from_be_bytes(octets)), LONGEST_CONTROL + 1, rest, 4)
            }
            127 => {
                let (&octets, rest) = rest.split_first_chunk::<8>()?;
                (u64::from_be_bytes(octets), 1 << 16, rest, 10)
            }
            short => (u64::from(short), 0, rest, 2),
        };
        if length < least || length > room.min(i64::MAX as u64) {
            return None;
        }
        let (key, size) = match (self.mask, second & MASKED != 0) {
            (MaskRule::Required, true) => (*rest.first_chunk()?, size + 4),
            (MaskRule::Forbidden, false) => ([0; 4], size),
            _ => return None,
        };
        Some((Header { first, length, key, size, compressed: false }, kind))
    }
}

impl Frame {
    #[inline]
    const fn is_plain_data(&self, message: &Message) -> bool {
        !self.header.opcode().is_control() && !message.compressed
    }
}

/// Unmasks the next piece of a text; if it cannot go on like this, masks it again.
#[inline(always)]
fn unmask_text(
    payload: &mut [u8],
    key: [u8; 4],
    position: u64,
    text: &mut Utf8,
    last: bool,
) -> bool {
    if mask::apply_to_text(payload, key, position) && text.is_complete() {
        return true;
    }
    check_text(payload, key, position, text, last)
}

/// Checks the next piece of a text; if it cannot go on like this, masks it again.
#[inline(never)]
fn check_text(
    payload: &mut [u8],
    key: [u8; 4],
    position: u64,
    text: &mut Utf8,
    last: bool,
) -> bool {
    let valid = text.check(payload).is_ok() && (text.is_complete() || !last);
    if !valid {
        mask::apply(payload, key, position);
    }
    valid
}
