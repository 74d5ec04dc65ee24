//! The engine's memory: one part for each queue.
//!
//! ```text
//!   receive part   | receive area                       | control area, 144 octets      |
//!                  | network reads, unmasked in place   | the automatic pong on its way |
//!   send part      | send area                          |
//!                  | headers, masked chunks             |
//! ```
//!
//! A part is borrowed only by calls on its own queue: to find that queue's next action, and to
//! show or complete one. While an action of the queue is outstanding no other call looks at the
//! part, so that whoever lent the memory may hand it on, to be read or written meanwhile.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::config::Config;
use crate::error::Misuse;

/// The payload type of a session that names none.
pub(crate) type Bytes = Vec<u8>;

/// The memory of a session that lends none, allocated at creation and never again.
pub(crate) type Owned = Box<[u8]>;

/// Both parts.
pub(crate) struct Storage<S> {
    receive: S,
    send: S,
    /// Where in the receive part the control area starts.
    control: usize,
    address: usize,
}

/// Without the octets: they are payload, and whoever has an action may be writing them.
impl<S> fmt::Debug for Storage<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage").field("control", &self.control).finish_non_exhaustive()
    }
}

/// The three areas, each with its length of the configuration.
pub(crate) struct Areas<'a> {
    pub(crate) receive: &'a mut [u8],
    pub(crate) send: &'a mut [u8],
    pub(crate) control: &'a mut [u8],
}

impl Storage<Owned> {
    pub(crate) fn allocate(config: &Config) -> Self {
        let part = |octets| alloc::vec![0; octets].into_boxed_slice();
        Self::of(config, part(config.receive_part_size()), part(config.send_part_size()))
    }
}

impl<S: AsRef<[u8]> + AsMut<[u8]>> Storage<S> {
    /// Memory lent by the application.
    pub(crate) fn lent(config: &Config, mut receive: S, mut send: S) -> Result<Self, Misuse> {
        if receive.as_mut().len() != config.receive_part_size()
            || send.as_mut().len() != config.send_part_size()
        {
            return Err(Misuse::MemorySize);
        }
        Ok(Self::of(config, receive, send))
    }

    fn of(config: &Config, receive: S, send: S) -> Self {
        let address = receive.as_ref().as_ptr().addr();
        Self { receive, send, control: config.receive_buffer_size, address }
    }

    /// A number no other living session has: where the receive part lay at creation.
    pub(crate) const fn address(&self) -> usize {
        self.address
    }

    /// The receive area and the control area.
    pub(crate) fn receive_part(&mut self) -> (&mut [u8], &mut [u8]) {
        self.receive.as_mut().split_at_mut_checked(self.control).unwrap_or_default()
    }

    /// The send area.
    pub(crate) fn send_part(&mut self) -> &mut [u8] {
        self.send.as_mut()
    }

    pub(crate) fn areas(&mut self) -> Areas<'_> {
        let Self { receive, send, control, .. } = self;
        let (receive, control) =
            receive.as_mut().split_at_mut_checked(*control).unwrap_or_default();
        Areas { receive, send: send.as_mut(), control }
    }

    pub(crate) fn receive(&self) -> &[u8] {
        self.receive.as_ref().get(..self.control).unwrap_or_default()
    }

    pub(crate) fn send(&self) -> &[u8] {
        self.send.as_ref()
    }

    pub(crate) fn control(&self) -> &[u8] {
        self.receive.as_ref().get(self.control..).unwrap_or_default()
    }
}
