//! The machine both faces of the engine drive: a sender and a receiver that share a [`link::Link`].
//!
//! ```text
//!   send(..)    ──► Sender::operations ──► next() ──► octets to write ──► advance(n) | abandon()
//!                        link: is a frame half on the wire? is a pong on its way?
//!   receive(..) ──► Receiver::operations ─► next() ──► pong | read | result ──► complete…()
//! ```
//!
//! `next` is idempotent: it offers the same work until that work is completed, so a face may drop an
//! offer and ask again. Who may hold how many offers at a time is each face's own rule.

pub(crate) mod close;
pub(crate) mod link;
pub(crate) mod mailbox;
pub(crate) mod queue;
pub(crate) mod receive;
pub(crate) mod send;

use alloc::boxed::Box;

use crate::buffer::{Owned, Storage};
use crate::config::{Config, Role};
use crate::deflate::{Codec, Policy};
use crate::entropy::Entropy;
use crate::handshake::{Agreed, HandshakeError};

use link::Link;
use receive::Receiver;
use send::Sender;

/// One endpoint after its opening handshake.
#[derive(Debug)]
pub(crate) struct Machine<C, P, B, S = Owned> {
    pub(crate) storage: Storage<S>,
    pub(crate) sender: Sender<C, P>,
    pub(crate) receiver: Receiver<C, B>,
    pub(crate) link: Link,
    role: Role,
    deflate: Option<Policy>,
}

impl<C, P, B> Machine<C, P, B> {
    /// The octets [`new`](Self::new) and [`agree`](Self::agree) put on the heap at most.
    pub(crate) const fn heap_bytes(config: &Config) -> usize {
        let codec = match &config.deflate {
            None => 0,
            Some(policy) => policy.worst_case_bytes(config.role),
        };
        codec
            + config.allocated_buffer_size()
            + (config.max_queued_operations - 1)
                * (size_of::<send::Operation<C, P>>() + size_of::<receive::Operation<C, B>>())
    }
}

impl<C, P: AsRef<[u8]>, B: AsRef<[u8]> + AsMut<[u8]>> Machine<C, P, B> {
    /// Allocates everything the endpoint will ever need.
    pub(crate) fn new(config: &Config, entropy: Option<Box<dyn Entropy + Send>>) -> Self {
        Self::over(config, Storage::allocate(config), entropy)
    }
}

impl<C, P: AsRef<[u8]>, B: AsRef<[u8]> + AsMut<[u8]>, S> Machine<C, P, B, S> {
    /// Allocates everything but the buffers.
    pub(crate) fn over(
        config: &Config,
        storage: Storage<S>,
        entropy: Option<Box<dyn Entropy + Send>>,
    ) -> Self {
        Self {
            storage,
            sender: Sender::new(config),
            receiver: Receiver::new(config),
            link: Link::new(config, entropy),
            role: config.role,
            deflate: config.deflate,
        }
    }

    /// Takes over what the opening handshake agreed on: the last time anything is allocated.
    ///
    /// # Errors
    ///
    /// Why the answer to permessage-deflate fits no offer. Nothing has changed then.
    pub(crate) fn agree(&mut self, agreed: &Agreed) -> Result<(), HandshakeError> {
        let mut codec = None;
        let mut others = false;
        for extension in agreed.extensions() {
            let own = self.deflate.map(|policy| policy.codec(self.role, extension)).transpose()?;
            match own.flatten() {
                None => others = true,
                Some(_) if codec.is_some() => return Err(HandshakeError::ExtensionRepeated),
                own => codec = own,
            }
        }
        if others {
            self.receiver.allow_extensions();
        }
        if let Some(Codec { inflater, compressor }) = codec {
            self.receiver.inflate_with(inflater);
            if let Some(compressor) = compressor {
                self.sender.compress_with(compressor);
            }
        }
        Ok(())
    }

    /// Ends all network traffic; whatever is queued becomes ready to be indicated.
    pub(crate) fn abort(&mut self) {
        self.sender.abort();
        self.receiver.abort();
        self.link.set_frame_open(false);
    }

    /// Where the closing handshake stands.
    pub(crate) fn state(&self) -> close::State {
        if self.receiver.is_aborted() {
            close::State::Aborted
        } else if let Some(fault) = self.receiver.fault() {
            close::State::Failed(fault)
        } else {
            close::State::of(self.sender.close_accepted(), self.receiver.close_received())
        }
    }
}
