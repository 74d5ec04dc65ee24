//! Operations in the order they were queued, the first of them on its way out as frames
//! (RFC 6455 §5.4, §6.1).

mod admission;
mod frame;
mod refused;

use super::link::Link;
use super::queue::Queue;
use crate::buffer_type::{BufferType, Outgoing};
use crate::config::Config;
use crate::deflate::{Compressor, End};
use crate::error::Misuse;
use crate::frame::OpCode;
use crate::frame::header::FIN;

use admission::Admission;
use frame::Progress;

pub use refused::Refused;

/// The sending half of an endpoint.
#[derive(Debug)]
pub(crate) struct Sender<C, P> {
    operations: Queue<Operation<C, P>>,
    admission: Admission,
    /// What [`Admission::is_plain`] says, since every call looks at it.
    plain: bool,
    /// Does permessage-deflate, if that was agreed on.
    compressor: Option<Compressor>,
    head: Head,
    /// Of the frame that is being offered, if one is: [`Head::Open`].
    progress: Progress,
}

/// A queued operation.
#[derive(Debug)]
pub(crate) struct Operation<C, P> {
    outgoing: Outgoing<P>,
    /// That of `outgoing`.
    buffer_type: BufferType,
    context: C,
    /// FIN, reserved bits and opcode, settled when the operation was accepted.
    first: u8,
    /// The status code of a Close, in front of the payload.
    code: Option<[u8; 2]>,
    /// Octets of the application's payload. Taken once: `AsRef` may answer differently each time.
    length: usize,
    compressed: bool,
}

impl<C, P> Operation<C, P> {
    /// What ends with the operation.
    const fn end(&self) -> End {
        if self.first & FIN != 0 { End::Message } else { End::Part }
    }
}

/// How far the first operation of the queue has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// Not looked at yet.
    Waiting,
    /// Its frame is being offered.
    Open,
    /// Ready to be indicated, with this outcome. Flat, since every call looks at it.
    Sent,
    Cancelled,
    Aborted,
}

impl Head {
    /// How the operation ended, if it did.
    #[inline(always)]
    const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Waiting | Self::Open => None,
            Self::Sent => Some(Outcome::Sent),
            Self::Cancelled => Some(Outcome::Cancelled),
            Self::Aborted => Some(Outcome::Aborted),
        }
    }
}

/// How a send operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an application decides on each of these")]
pub enum Outcome {
    /// All octets were reported as written.
    Sent,
    /// A network action was completed with another number of octets than it offered.
    Cancelled,
    /// The session was aborted first.
    Aborted,
}

/// What the sender wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Write [`Sender::slices`] of an operation of this type.
    Write(BufferType),
    /// Tell the application that its operation is over.
    Complete(BufferType),
}

impl<C, P: AsRef<[u8]>> Sender<C, P> {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            operations: Queue::new(config),
            admission: Admission::new(!config.disable_utf8_verification),
            plain: true,
            compressor: None,
            head: Head::Waiting,
            progress: Progress::NONE,
        }
    }

    /// Messages are compressed from now on.
    pub(crate) fn compress_with(&mut self, compressor: Compressor) {
        self.compressor = Some(compressor);
        self.admission.deflates = true;
        self.plain = self.admission.is_plain();
    }

    /// Queues an operation, or hands it back.
    #[inline(always)]
    pub(crate) fn queue(&mut self, outgoing: Outgoing<P>, context: C) -> Result<(), Refused<C, P>> {
        // The usual case, about whose place in the stream there is nothing to say.
        if let Outgoing::BinaryMessage(payload) | Outgoing::Utf8Message(payload) = &outgoing
            && self.plain
            && self.operations.is_empty()
        {
            let length = payload.as_ref().len();
            let (buffer_type, opcode) = match &outgoing {
                Outgoing::Utf8Message(_) => (BufferType::Utf8Message, OpCode::TEXT),
                _ => (BufferType::BinaryMessage, OpCode::BINARY),
            };
            self.operations.push(Operation {
                outgoing,
                buffer_type,
                context,
                first: FIN | opcode.bits(),
                code: None,
                length,
                compressed: false,
            });
            return Ok(());
        }
        self.queue_checked(outgoing, context)
    }

    #[inline(never)]
    fn queue_checked(&mut self, outgoing: Outgoing<P>, context: C) -> Result<(), Refused<C, P>> {
        let admitted = self.admission.admit(&outgoing);
        match admitted.and_then(|admitted| self.operations.reserve().map(|()| admitted)) {
            Ok((first, code, open_message)) => {
                let length = outgoing.payload().map_or(0, |payload| payload.as_ref().len());
                let mut operation = Operation {
                    buffer_type: outgoing.buffer_type(),
                    outgoing,
                    context,
                    first,
                    code,
                    length,
                    compressed: false,
                };
                operation.compressed = self.compresses(&operation);
                let admission = &mut self.admission;
                admission.open_message = open_message;
                if !OpCode::of(first).is_control() {
                    admission.compressing = operation.compressed;
                }
                admission.close_accepted |= matches!(operation.outgoing, Outgoing::Close(_));
                self.plain = admission.is_plain();
                self.operations.push(operation);
                Ok(())
            }
            Err(misuse) => Err(Refused { misuse, outgoing, context }),
        }
    }

    /// Whether an operation's payload goes out compressed, which its message's first part decides.
    #[inline]
    fn compresses(&mut self, operation: &Operation<C, P>) -> bool {
        let Some(compressor) = &mut self.compressor else { return false };
        match operation.buffer_type {
            BufferType::Utf8Message
            | BufferType::Utf8Fragment
            | BufferType::BinaryMessage
            | BufferType::BinaryFragment => {
                if self.admission.open_message.is_some() {
                    self.admission.compressing
                } else {
                    compressor.is_worth_it(operation.length, operation.end())
                }
            }
            BufferType::Close
            | BufferType::PingPong
            | BufferType::UnsolicitedPong
            | BufferType::Custom(_) => false,
        }
    }

    /// What to do next for the first operation, or `None` when the queue is empty.
    ///
    /// # Errors
    ///
    /// [`Misuse::PayloadChanged`] when a payload that must be masked is shorter than it was.
    #[inline(always)]
    pub(crate) fn next(&mut self, area: &mut [u8], link: &Link) -> Result<Option<Step>, Misuse> {
        let Some(operation) = self.operations.front() else { return Ok(None) };
        match self.head {
            Head::Waiting if self.plain && !link.pong_on_its_way() => {
                let key = link.next_key();
                self.progress = operation.begin_plain(area, key);
                if key.is_some() {
                    operation.mask_behind(area, &mut self.progress)?;
                    if !self.progress.reaches_end() {
                        // The rest is another offer, with no place for a pong in front of it.
                        link.set_frame_open(true);
                    }
                }
                self.head = Head::Open;
                Ok(Some(Step::Write(operation.buffer_type)))
            }
            Head::Waiting | Head::Open => self.offer(area, link),
            Head::Sent | Head::Cancelled | Head::Aborted => {
                Ok(Some(Step::Complete(operation.buffer_type)))
            }
        }
    }

    #[inline(never)]
    fn offer(&mut self, area: &mut [u8], link: &Link) -> Result<Option<Step>, Misuse> {
        let Some(operation) = self.operations.front() else { return Ok(None) };
        if self.admission.aborted && self.head.outcome().is_none() {
            self.head = Head::Aborted;
        }
        let compressor = self.compressor.as_mut().filter(|_| operation.compressed);
        let progress = &mut self.progress;
        match (self.head, compressor) {
            (Head::Sent | Head::Cancelled | Head::Aborted, _) => {
                return Ok(Some(Step::Complete(operation.buffer_type)));
            }
            _ if link.pong_on_its_way() => return Ok(None),
            (Head::Waiting, None) => {
                *progress = operation.begin(area, link.next_key());
                operation.mask_behind(area, progress)?;
                self.head = Head::Open;
            }
            (Head::Waiting, Some(compressor)) => {
                *progress = operation.compress(compressor, None, area, link)?;
                self.head = Head::Open;
            }
            (Head::Open, None) => operation.refill(area, progress)?,
            (Head::Open, Some(compressor)) => {
                if progress.sent == progress.filled {
                    let next = operation.compress(compressor, Some(*progress), area, link)?;
                    *progress = next;
                }
            }
        }
        if !progress.reaches_end() {
            link.set_frame_open(true);
        }
        Ok(Some(Step::Write(operation.buffer_type)))
    }

    /// The octets that are offered.
    #[inline(always)]
    pub(crate) fn slices<'a>(&'a self, area: &'a [u8]) -> Result<[&'a [u8]; 2], Misuse> {
        let Some(operation) = self.operations.front() else { return Ok([&[], &[]]) };
        let progress = &self.progress;
        let Some(in_area) = area.get(progress.sent..progress.filled) else { return Ok([&[], &[]]) };
        if progress.direct == 0 {
            return Ok([in_area, &[]]);
        }
        let direct = operation.payload().get(progress.length - progress.direct..progress.length);
        let direct = direct.ok_or(Misuse::PayloadChanged)?;
        Ok(if in_area.is_empty() { [direct, &[]] } else { [in_area, direct] })
    }

    /// Octets of the offer.
    #[inline(always)]
    pub(crate) const fn offered(&self) -> usize {
        self.progress.in_area() + self.progress.direct
    }

    /// Whether the offer has a second slice.
    pub(crate) const fn offers_two_slices(&self) -> bool {
        self.progress.in_area() > 0 && self.progress.direct > 0
    }

    /// Takes note that the offer was written, if it was written as a whole; otherwise the operation
    /// is over. Answers whether the wire is [inside a frame](Self::inside_frame) then.
    #[inline(always)]
    pub(crate) fn complete_offer(&mut self, written: usize) -> bool {
        if written == self.offered() && self.progress.ends_operation() {
            self.head = Head::Sent;
            return false;
        }
        self.complete_part(written, self.offered())
    }

    /// The same of an offer of which only the first slice was shown.
    pub(crate) fn complete_first_slice(&mut self, written: usize) -> bool {
        self.complete_part(written, self.progress.in_area())
    }

    #[inline(never)]
    fn complete_part(&mut self, written: usize, offered: usize) -> bool {
        if written == offered {
            self.advance(written);
        } else {
            self.abandon();
        }
        self.inside_frame()
    }

    /// Takes note of `written` octets, at most as many as were offered.
    pub(crate) fn advance(&mut self, written: usize) {
        let progress = &mut self.progress;
        let from_area = written.min(progress.in_area());
        progress.begun |= written > 0;
        progress.sent += from_area;
        progress.direct -= written - from_area;
        if progress.in_area() == 0 && progress.direct == 0 && progress.reaches_end() {
            // The frame has ended, and with it perhaps the operation.
            progress.begun = false;
            if progress.ends_operation() {
                self.head = Head::Sent;
            }
        }
    }

    /// Ends the first operation, whatever was written of it.
    #[cold]
    pub(crate) fn abandon(&mut self) {
        if matches!(self.head, Head::Open) {
            self.head = Head::Cancelled;
            if let Some(compressor) = &mut self.compressor
                && self.operations.front().is_some_and(|operation| operation.compressed)
            {
                compressor.start_over();
            }
        }
    }

    /// Removes the first operation once it is done and hands its memory back.
    #[inline(always)]
    pub(crate) fn complete(&mut self) -> Option<(Outgoing<P>, C, Outcome)> {
        let outcome = self.head.outcome()?;
        let operation = self.operations.pop()?;
        self.head = Head::Waiting;
        Some((operation.outgoing, operation.context, outcome))
    }

    /// The first operation's context.
    #[inline(always)]
    pub(crate) fn front(&self) -> Option<&C> {
        self.operations.front().map(|operation| &operation.context)
    }

    pub(crate) const fn abort(&mut self) {
        self.admission.aborted = true;
        self.plain = self.admission.is_plain();
    }

    pub(crate) const fn close_accepted(&self) -> bool {
        self.admission.close_accepted
    }

    /// Whether an operation of this type is in order now, whatever its payload.
    pub(crate) fn check(&self, buffer_type: BufferType) -> Result<(), Misuse> {
        self.admission.check(buffer_type)
    }
}

impl<C, P> Sender<C, P> {
    /// Whether part of a frame has been written and part has not.
    #[inline]
    pub(crate) const fn inside_frame(&self) -> bool {
        matches!(self.head, Head::Open) && self.progress.begun
    }
}
