//! What compressed messages stood for that have come before.
//!
//! What data stands for follows from the data and from the window, and from nothing else. So where
//! the same octets come behind the same window, nothing has to be inflated again: neither the
//! message nor the window behind it. A thousand messages that go round and round then cost as much
//! as two rounds of them.

use crate::deflate::Facts;
use crate::payload::Blob;
use crate::wire::Opcode;

/// The shortest message worth remembering, in octets.
const SHORTEST: u64 = 16 * 1024;

/// How many windows are remembered, and for each of them what came behind it last.
const WINDOWS: usize = 128;

/// How many octets of data are remembered.
const DATA: usize = 16 << 20;

/// Messages of one connection.
#[derive(Clone, Debug)]
pub(super) struct Recall {
    /// Windows between messages; all of them differ. The first is empty.
    windows: Vec<Box<[u8]>>,
    /// One for each window and opcode at most.
    messages: Vec<Known>,
    /// The number of the window, if it is one of those.
    now: Option<usize>,
}

/// A message that broke no rule.
#[derive(Clone, Debug)]
pub(super) struct Known {
    opcode: Opcode,
    /// The number of the window in front of it.
    before: usize,
    data: Vec<u8>,
    /// The number of the window behind it.
    after: usize,
    /// What it stands for.
    pub(super) blob: Blob,
    /// What it tells about its sender.
    pub(super) facts: Facts,
}

impl Default for Recall {
    fn default() -> Self {
        Self { windows: vec![Box::default()], messages: Vec::new(), now: Some(0) }
    }
}

impl Recall {
    /// The window, if it is known.
    pub(super) fn window(&self) -> Option<&[u8]> {
        self.now.map(|now| &*self.windows[now])
    }

    /// The number of the message that has come behind this window before.
    pub(super) fn likely(&self, opcode: Opcode) -> Option<usize> {
        let now = self.now?;
        self.messages.iter().position(|known| known.before == now && known.opcode == opcode)
    }

    /// The data of a message.
    pub(super) fn data(&self, number: usize) -> &[u8] {
        &self.messages[number].data
    }

    /// Takes note that a message has come again.
    pub(super) fn again(&mut self, number: usize) -> &Known {
        let known = &self.messages[number];
        self.now = Some(known.after);
        known
    }

    /// Takes note that something has come that leads to no window worth remembering.
    pub(super) const fn lose(&mut self) {
        self.now = None;
    }

    /// Takes note of a message: its data, what it stands for, and the window behind it.
    pub(super) fn learn(
        &mut self,
        opcode: Opcode,
        data: &[u8],
        (blob, facts): (&Blob, Facts),
        window: &[u8],
    ) {
        let before = self.now.take();
        if blob.length < SHORTEST {
            return;
        }
        let place = self.windows.iter().position(|known| **known == *window);
        self.now = place.or_else(|| {
            let fits = self.windows.len() < WINDOWS;
            fits.then(|| self.windows.push(window.into()))?;
            Some(self.windows.len() - 1)
        });
        let (Some(before), Some(after)) = (before, self.now) else { return };
        // What came last is the best guess.
        self.messages.retain(|known| known.before != before || known.opcode != opcode);
        let kept: usize = self.messages.iter().map(|known| known.data.len()).sum();
        if kept + data.len() <= DATA {
            let (data, blob) = (data.to_vec(), blob.clone());
            self.messages.push(Known { opcode, before, data, after, blob, facts });
        }
    }
}
