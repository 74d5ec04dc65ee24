//! Pongs owed: the payloads of pings that wait until a pong may leave.
//!
//! A pong waits only while a frame of the send queue is half on the wire. When the mailbox is full
//! the oldest gives way, since RFC 6455 §5.5.3 asks only for the latest. So it neither grows nor
//! stops the receiver.

/// How many pongs may wait.
pub(crate) const CAPACITY: usize = 16;
const LONGEST: usize = 125;

/// A ring of pong payloads, oldest first.
#[derive(Debug)]
pub(crate) struct Mailbox {
    letters: [Letter; CAPACITY],
    /// Index of the oldest; `oldest < CAPACITY`.
    oldest: usize,
    /// `waiting <= CAPACITY`.
    waiting: usize,
}

#[derive(Clone, Copy, Debug)]
struct Letter {
    length: u8,
    payload: [u8; LONGEST],
}

impl Mailbox {
    pub(crate) const fn new() -> Self {
        Self {
            letters: [Letter { length: 0, payload: [0; LONGEST] }; CAPACITY],
            oldest: 0,
            waiting: 0,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Owes a pong with this payload, which a control frame's length keeps within 125 octets.
    pub(crate) fn push(&mut self, payload: &[u8]) {
        if self.waiting == CAPACITY {
            self.drop_oldest();
        }
        let index = (self.oldest + self.waiting) % CAPACITY;
        if let Some(letter) = self.letters.get_mut(index) {
            letter.length = 0;
            for (slot, octet) in letter.payload.iter_mut().zip(payload) {
                *slot = *octet;
                letter.length += 1;
            }
            self.waiting += 1;
        }
    }

    /// The payload of the pong that is due next.
    pub(crate) fn oldest(&self) -> Option<&[u8]> {
        if self.is_empty() {
            return None;
        }
        let letter = self.letters.get(self.oldest)?;
        letter.payload.get(..usize::from(letter.length))
    }

    pub(crate) const fn drop_oldest(&mut self) {
        if self.waiting > 0 {
            self.oldest = (self.oldest + 1) % CAPACITY;
            self.waiting -= 1;
        }
    }

    pub(crate) const fn clear(&mut self) {
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way() {
        let mut mailbox = Mailbox::new();
        for number in 0..=(CAPACITY as u8 + 3) {
            mailbox.push(&[number; 3]);
        }
        for number in 4..=(CAPACITY as u8 + 3) {
            assert_eq!(mailbox.oldest(), Some(&[number; 3][..]));
            mailbox.drop_oldest();
        }
        assert!(mailbox.is_empty() && mailbox.oldest().is_none());
    }

    #[test]
    fn a_payload_of_any_length_comes_back() {
        let mut mailbox = Mailbox::new();
        for length in [0, 1, 124, 125] {
            mailbox.push(&[7; LONGEST][..length]);
            assert_eq!(mailbox.oldest().map(<[u8]>::len), Some(length));
            mailbox.drop_oldest();
        }
    }
}
