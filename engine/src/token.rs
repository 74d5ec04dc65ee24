//! The tokens of the typed face: each is one action, borrowed from its half.

use core::fmt;
use core::num::NonZeroUsize;

use crate::buffer::Bytes;
use crate::buffer_type::{BufferType, Incoming, Outgoing};
use crate::error::Misuse;
use crate::machine::link::Link;
use crate::machine::receive::Receiver;
use crate::machine::send::{Outcome, Sender};

/// More octets were reported than the action offered. Nothing was completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overrun {
    /// Octets on offer.
    pub offered: usize,
    /// Octets reported.
    pub reported: usize,
}

impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets reported where {} were offered", self.reported, self.offered)
    }
}

impl core::error::Error for Overrun {}

/// Octets of the first queued operation to write.
#[derive(Debug)]
#[must_use = "octets that are not completed are offered again"]
pub struct Write<'a, P> {
    sender: &'a mut Sender<(), P>,
    area: &'a [u8],
    link: &'a Link,
}

impl<'a, P: AsRef<[u8]>> Write<'a, P> {
    pub(crate) fn new(sender: &'a mut Sender<(), P>, area: &'a [u8], link: &'a Link) -> Self {
        // A write may be completed in parts, so no pong may slip in until it is over.
        link.set_frame_open(true);
        Self { sender, area, link }
    }

    /// One or two slices, of which the second may be empty.
    ///
    /// # Errors
    ///
    /// [`Misuse::PayloadChanged`] when the payload's `AsRef` answers with less than it had.
    #[inline]
    pub fn slices(&self) -> Result<[&[u8]; 2], Misuse> {
        self.sender.slices(self.area)
    }

    /// Reports that `written` octets were written; what is left is offered next.
    ///
    /// # Errors
    ///
    /// [`Overrun`] when that is more than was offered.
    #[inline]
    pub fn complete(self, written: usize) -> Result<(), Overrun> {
        let offered = self.sender.offered();
        if written > offered {
            return Err(Overrun { offered, reported: written });
        }
        self.sender.advance(written);
        Ok(())
    }

    /// Ends the operation, whatever was written of it. If octets of a frame are missing, the stream
    /// is of no more use.
    #[inline]
    pub fn abandon(self) {
        self.sender.abandon();
    }
}

impl<P> Drop for Write<'_, P> {
    #[inline]
    fn drop(&mut self) {
        self.link.set_frame_open(self.sender.inside_frame());
    }
}

/// A send operation that is over.
#[derive(Debug)]
#[must_use = "the payload comes back only when this is completed"]
pub struct SendComplete<'a, P> {
    sender: &'a mut Sender<(), P>,
}

impl<'a, P: AsRef<[u8]>> SendComplete<'a, P> {
    pub(crate) const fn new(sender: &'a mut Sender<(), P>) -> Self {
        Self { sender }
    }

    /// Takes back what was lent, and how the operation ended.
    #[expect(clippy::expect_used, reason = "the token exists only while an operation is done")]
    #[inline]
    pub fn complete(self) -> (Outgoing<P>, Outcome) {
        let done = self.sender.complete();
        let (outgoing, (), outcome) = done.expect("a token without an operation");
        (outgoing, outcome)
    }
}

/// The automatic answer to a ping.
#[derive(Debug)]
#[must_use = "a pong that is not completed is offered again"]
pub struct Pong<'a> {
    receiver: &'a mut Receiver<(), Bytes>,
    control: &'a [u8],
    link: &'a Link,
}

impl<'a> Pong<'a> {
    pub(crate) fn new(
        receiver: &'a mut Receiver<(), Bytes>,
        control: &'a [u8],
        link: &'a Link,
    ) -> Self {
        link.set_pong_on_its_way(true);
        Self { receiver, control, link }
    }

    /// The whole frame, to be written in one piece.
    #[must_use]
    #[inline]
    pub fn octets(&self) -> &[u8] {
        self.receiver.pong(self.control)
    }

    /// Reports that the pong was written, or that it will not be.
    #[inline]
    pub fn complete(self) {
        self.receiver.complete_pong();
    }
}

impl Drop for Pong<'_> {
    #[inline]
    fn drop(&mut self) {
        self.link.set_pong_on_its_way(false);
    }
}

/// Memory to read into.
#[derive(Debug)]
#[must_use = "a read that is not completed is offered again"]
pub struct Read<'a> {
    receiver: &'a mut Receiver<(), Bytes>,
    area: &'a mut [u8],
}

impl<'a> Read<'a> {
    pub(crate) const fn new(receiver: &'a mut Receiver<(), Bytes>, area: &'a mut [u8]) -> Self {
        Self { receiver, area }
    }

    /// The memory; never empty.
    #[must_use]
    #[inline]
    pub fn buffer(&mut self) -> &mut [u8] {
        self.receiver.free(self.area)
    }

    /// Reports that `read` octets were read to the start of the buffer.
    ///
    /// # Errors
    ///
    /// [`Overrun`] when that is more than it holds.
    #[inline]
    pub fn complete(mut self, read: NonZeroUsize) -> Result<(), Overrun> {
        let offered = self.buffer().len();
        if read.get() > offered {
            return Err(Overrun { offered, reported: read.get() });
        }
        self.receiver.supply(read.get());
        Ok(())
    }

    /// Reports that the stream has ended: the operation is over without a result.
    #[inline]
    pub fn end_of_stream(self) {
        self.receiver.cancel();
    }
}

/// A result.
#[derive(Debug)]
#[must_use = "a result that is not completed is offered again"]
pub struct Deliver<'a> {
    receiver: &'a mut Receiver<(), Bytes>,
    area: &'a [u8],
    buffer_type: Option<BufferType>,
}

impl<'a> Deliver<'a> {
    pub(crate) const fn new(
        receiver: &'a mut Receiver<(), Bytes>,
        area: &'a [u8],
        buffer_type: Option<BufferType>,
    ) -> Self {
        Self { receiver, area, buffer_type }
    }

    /// What arrived; `None` when the operation ends without data.
    #[must_use]
    #[inline]
    pub const fn buffer_type(&self) -> Option<BufferType> {
        self.buffer_type
    }

    /// The octets, valid until the action is completed.
    #[must_use]
    #[inline]
    pub fn incoming(&self) -> Incoming<'_> {
        self.receiver.incoming(self.area)
    }

    /// Takes the result off the queue.
    #[inline]
    pub fn complete(self) {
        let _ = self.receiver.complete();
    }
}
