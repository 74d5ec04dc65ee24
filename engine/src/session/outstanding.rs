//! What a session has handed out and waits to be told of: at most one action of each queue.

use core::num::NonZeroUsize;

use crate::action::Ticket;

/// The outstanding action a ticket names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Send(SendSlot),
    Receive(ReceiveSlot),
}

/// The action of a queue that was handed out and is not over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outstanding<T> {
    /// The number of its ticket, if there is one.
    pub(super) epoch: Option<NonZeroUsize>,
    /// What it is; of no meaning if there is none.
    pub(super) slot: T,
}

impl<T> Outstanding<T> {
    #[inline(always)]
    pub(super) const fn is_none(&self) -> bool {
        self.epoch.is_none()
    }

    #[inline(always)]
    pub(super) fn begin(&mut self, ticket: Ticket, slot: T) {
        *self = Self { epoch: Some(ticket.epoch), slot };
    }

    #[inline(always)]
    pub(super) const fn end(&mut self) {
        self.epoch = None;
    }
}

/// What of the send queue can be outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendSlot {
    Write {
        /// Only the first slice is on offer.
        confined: bool,
    },
    Complete,
}

/// What of the receive queue can be outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReceiveSlot {
    Pong,
    Read,
    Result,
}
