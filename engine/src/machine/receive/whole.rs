//! The usual case in one go: an unfragmented data frame that has arrived as a whole, for an
//! operation that borrows its result.
//!
//! It takes a frame only if there is nothing to say about it, and otherwise leaves everything as it
//! was to the reading step by step, which knows all the rules. What the two make of the same octets
//! is the same: streams are read whole and octet by octet in the tests.

use super::{Found, Place, Receiver};
use crate::buffer_type::BufferType;
use crate::frame::header::{LONGEST_CONTROL, MASKED, MaskRule};
use crate::frame::mask;
use crate::text::Utf8;

/// FIN and an opcode, without a reserved bit.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Whether a frame was taken: its result is there.
    #[inline]
    pub(super) fn take_whole(&mut self, area: &mut [u8]) -> bool {
        let between_messages = self.frame.is_none() && self.message.is_none();
        let borrows = self.operations.front().is_some_and(|first| first.buffer.is_none());
        if !between_messages || !borrows || self.close_received {
            return false;
        }
        let unread = area.get_mut(self.start..self.end).unwrap_or_default();
        let Some((header, length)) = self.measure(unread) else { return false };
        let Some(end) = header.size.checked_add(length) else { return false };
        let Some(payload) = unread.get_mut(header.size..end) else { return false };
        let buffer_type = if header.text && self.check_text {
            if !unmask_text(payload, header.key) {
                return false;
            }
            BufferType::Utf8Message
        } else {
            mask::apply(payload, header.key, 0);
            if header.text { BufferType::Utf8Message } else { BufferType::BinaryMessage }
        };
        let start = self.start + header.size;
        self.consume(end);
        let place = Place::Area(start..start + length);
        self.result = Some(Found { buffer_type: Some(buffer_type), place });
        true
    }

    /// The header of a data frame at the start of `unread`, and the length it announces.
    #[inline]
    fn measure(&self, unread: &[u8]) -> Option<(Usual, usize)> {
        let &[first @ (TEXT | BINARY), second, ref rest @ ..] = unread else { return None };
        let (length, rest, size) = match second & !MASKED {
            126 => {
                let (&octets, rest) = rest.split_first_chunk::<2>()?;
                (u64::from(u16::from_be_bytes(octets)), rest, 4)
            }
            127 => {
                let (&octets, rest) = rest.split_first_chunk::<8>()?;
                (u64::from_be_bytes(octets), rest, 10)
            }
            short => (u64::from(short), rest, 2),
        };
        let least = match size {
            2 => 0,
            4 => LONGEST_CONTROL + 1,
            _ => 1 << 16,
        };
        if length < least || length > self.max_message_size {
            return None;
        }
        let (key, size) = match (self.mask, second & MASKED != 0) {
            (MaskRule::Required, true) => (*rest.first_chunk()?, size + 4),
            (MaskRule::Forbidden, false) => ([0; 4], size),
            _ => return None,
        };
        Some((Usual { text: first == TEXT, key, size }, usize::try_from(length).ok()?))
    }
}

/// What a header of the usual case says beside the length.
#[derive(Clone, Copy)]
struct Usual {
    text: bool,
    key: [u8; 4],
    size: usize,
}

/// Unmasks a whole text; if it is not UTF-8, masks it again.
#[inline]
fn unmask_text(payload: &mut [u8], key: [u8; 4]) -> bool {
    if mask::apply_to_text(payload, key, 0) {
        return true;
    }
    let mut text = Utf8::default();
    let valid = text.check(payload).is_ok() && text.is_complete();
    if !valid {
        mask::apply(payload, key, 0);
    }
    valid
}
