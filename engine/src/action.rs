//! The interface's vocabulary of actions: `WEB_SOCKET_ACTION_QUEUE`, `WEB_SOCKET_ACTION`.

use core::fmt;
use core::num::NonZeroUsize;

use crate::buffer_type::{BufferType, Outgoing};
use crate::error::{Fault, Misuse};
use crate::machine::send::Outcome;

/// Which queue a call of [`Session::get_action`](crate::Session::get_action) looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these three")]
pub enum ActionQueue {
    /// Operations to send.
    Send,
    /// Operations to receive, and the automatic pong.
    Receive,
    /// Both: a pong first, then what is to be sent, then what is to be received, so that a blocking
    /// read never holds up a send.
    All,
}

impl ActionQueue {
    /// The value in the interface: 1, 2 or 3.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Send => 1,
            Self::Receive => 2,
            Self::All => 3,
        }
    }

    pub(crate) const fn covers_send(self) -> bool {
        matches!(self, Self::Send | Self::All)
    }

    pub(crate) const fn covers_receive(self) -> bool {
        matches!(self, Self::Receive | Self::All)
    }
}

/// The name of one outstanding action, good for completing it once.
///
/// Copies are harmless: whatever was completed, or belongs to another session, is
/// [`Misuse::StaleTicket`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    pub(crate) session: usize,
    pub(crate) epoch: NonZeroUsize,
}

impl Ticket {
    /// The number of this ticket within its session, for whoever can hand on no more than a number:
    /// [`Session::ticket`](crate::Session::ticket) makes a ticket of it again.
    ///
    /// Numbers start at random in each session, so that one of another session fits by a rare chance
    /// alone, and none comes again before half of those of its width have passed.
    #[must_use]
    pub const fn number(self) -> NonZeroUsize {
        self.epoch
    }
}

/// What the application is asked to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "one match drives the whole interface")]
#[must_use = "an action that is not completed blocks its queue"]
pub enum Action {
    /// Nothing, for now.
    NoAction,
    /// Write [`Session::slices`](crate::Session::slices) and complete with the number of octets written.
    SendToNetwork(Ticket, BufferType),
    /// A send operation is over; completing hands back what it lent.
    IndicateSendComplete(Ticket, BufferType),
    /// Read into [`Session::buffer_mut`](crate::Session::buffer_mut) and complete with the number of octets read.
    ReceiveFromNetwork(Ticket),
    /// A receive operation is over: look at [`Session::incoming`](crate::Session::incoming). `None` when it ends without
    /// data, because the network had none or the session was aborted.
    IndicateReceiveComplete(Ticket, Option<BufferType>),
}

/// What a completed action hands back.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "mirrors the four actions")]
pub enum Completed<C, P, B> {
    /// A network action: the operation goes on.
    Network,
    /// A send operation is over.
    Send {
        /// What was to be sent, with the payload.
        outgoing: Outgoing<P>,
        /// The application's context.
        context: C,
        /// How the operation ended.
        outcome: Outcome,
    },
    /// A receive operation is over.
    Receive {
        /// The buffer it supplied.
        buffer: Option<B>,
        /// The application's context.
        context: C,
    },
}

impl<C, P, B> Completed<C, P, B> {
    /// The context of the operation that is over.
    pub const fn context(&self) -> Option<&C> {
        match self {
            Self::Network => None,
            Self::Send { context, .. } | Self::Receive { context, .. } => Some(context),
        }
    }
}

/// Why there is no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the peer or the caller")]
pub enum ActionError {
    /// The peer broke the protocol. Sticky.
    Fault(Fault),
    /// The call was wrong.
    Misuse(Misuse),
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
        }
    }
}

impl core::error::Error for ActionError {}

impl From<Fault> for ActionError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Misuse> for ActionError {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}
