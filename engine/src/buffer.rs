//! The engine's one block of memory and its three areas.
//!
//! ```text
//!   | receive area          | send area        | control area, 144 octets    |
//!   | network reads,        | headers, masked  | the automatic pong on its   |
//!   | unmasked in place     | chunks           | way out                     |
//! ```

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::config::{CONTROL_AREA, Config};

/// The payload type of a session that names none.
pub(crate) type Bytes = Vec<u8>;

/// The block, allocated at creation and never again.
#[derive(Debug)]
pub(crate) struct Storage {
    block: Box<[u8]>,
    receive: usize,
    send: usize,
}

/// The three areas, each with its length of the configuration.
pub(crate) struct Areas<'a> {
    pub(crate) receive: &'a mut [u8],
    pub(crate) send: &'a mut [u8],
    pub(crate) control: &'a mut [u8],
}

impl Storage {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            block: alloc::vec![0; config.allocated_buffer_size()].into_boxed_slice(),
            receive: config.receive_buffer_size,
            send: config.send_buffer_size,
        }
    }

    /// A number no other living session has: where the block lies.
    pub(crate) fn address(&self) -> usize {
        self.block.as_ptr().addr()
    }

    pub(crate) fn areas(&mut self) -> Areas<'_> {
        let (receive, rest) = self.block.split_at_mut_checked(self.receive).unwrap_or_default();
        let (send, control) = rest.split_at_mut_checked(self.send).unwrap_or_default();
        debug_assert_eq!(control.len(), CONTROL_AREA);
        Areas { receive, send, control }
    }

    pub(crate) fn receive(&self) -> &[u8] {
        self.block.get(..self.receive).unwrap_or_default()
    }

    pub(crate) fn send(&self) -> &[u8] {
        self.block.get(self.receive..self.receive + self.send).unwrap_or_default()
    }

    pub(crate) fn control(&self) -> &[u8] {
        self.block.get(self.receive + self.send..).unwrap_or_default()
    }
}
