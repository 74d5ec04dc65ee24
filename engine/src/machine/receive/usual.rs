//! The usual case in one go: a data frame that has arrived as a whole, for an operation that borrows
//! its result.
//!
//! It takes a frame only if there is nothing to say about it, and otherwise leaves everything as it
//! was to the reading step by step, which knows all the rules. What the two make of the same octets
//! is the same: streams are read whole and octet by octet in the tests.

use super::message::{Kind, Message};
use super::{Found, Place, Receiver};
use crate::frame::header::{FIN, LONGEST_CONTROL, MASKED, MaskRule};
use crate::frame::mask;
use crate::text::Utf8;

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Whether a frame was taken: its result is there.
    #[inline]
    pub(super) fn take_whole(&mut self, area: &mut [u8]) -> bool {
        let borrows = self.operations.front().is_some_and(|first| first.buffer.is_none());
        if self.frame.is_some() || !borrows || self.close_received {
            return false;
        }
        let unread = area.get_mut(self.start..self.end).unwrap_or_default();
        let Some(usual) = self.measure(unread) else { return false };
        let Usual { kind, last, key, size, length } = usual;
        let Some(end) = size.checked_add(length) else { return false };
        let Some(payload) = unread.get_mut(size..end) else { return false };
        let mut text = self.message.as_ref().map_or_else(Utf8::default, |message| message.text);
        if kind != Kind::Text || !self.check_text {
            mask::apply(payload, key, 0);
        } else if !unmask_text(payload, key, &mut text, last) {
            return false;
        }
        match &mut self.message {
            message if last => *message = None,
            Some(message) => {
                message.text = text;
                message.length += length as u64;
            }
            message => {
                *message = Some(Message { kind, compressed: false, text, length: length as u64 });
            }
        }
        let start = self.start + size;
        self.consume(end);
        let place = Place::Area(start..start + length);
        self.result = Some(Found { buffer_type: Some(kind.buffer_type(last)), place });
        true
    }

    /// What the header at the start of `unread` says, if it is of the usual case.
    #[inline]
    fn measure(&self, unread: &[u8]) -> Option<Usual> {
        let &[first, second, ref rest @ ..] = unread else { return None };
        let last = first & FIN != 0;
        // Reserved bits make it something else.
        let (kind, room) = match (first & !FIN, &self.message) {
            (1, None) => (Kind::Text, self.max_message_size),
            (2, None) => (Kind::Binary, self.max_message_size),
            (0, Some(message)) if !message.compressed => {
                (message.kind, self.max_message_size - message.length)
            }
            _ => return None,
        };
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
            // An empty fragment is nothing to show.
            2 => u64::from(!last),
            4 => LONGEST_CONTROL + 1,
            _ => 1 << 16,
        };
        if length < least || length > room {
            return None;
        }
        let (key, size) = match (self.mask, second & MASKED != 0) {
            (MaskRule::Required, true) => (*rest.first_chunk()?, size + 4),
            (MaskRule::Forbidden, false) => ([0; 4], size),
            _ => return None,
        };
        Some(Usual { kind, last, key, size, length: usize::try_from(length).ok()? })
    }
}

/// What a header of the usual case says.
#[derive(Clone, Copy)]
struct Usual {
    kind: Kind,
    /// The message ends with this frame.
    last: bool,
    key: [u8; 4],
    /// Octets of the header.
    size: usize,
    /// Octets of the payload.
    length: usize,
}

/// Unmasks a text, or the next part of one; if it cannot go on like this, masks it again.
#[inline]
fn unmask_text(payload: &mut [u8], key: [u8; 4], text: &mut Utf8, last: bool) -> bool {
    if mask::apply_to_text(payload, key, 0) && text.is_complete() {
        return true;
    }
    let valid = text.check(payload).is_ok() && (text.is_complete() || !last);
    if !valid {
        mask::apply(payload, key, 0);
    }
    valid
}
