//! Operations in the order they were queued, the first of them on its way out as frames
//! (RFC 6455 §5.4, §6.1).

mod frame;
mod refused;

use super::close;
use super::link::Link;
use super::queue::Queue;
use crate::buffer_type::{BufferType, CustomHeader, Outgoing};
use crate::config::Config;
use crate::deflate::{Compressor, End};
use crate::error::Misuse;
use crate::frame::OpCode;
use crate::frame::header::{FIN, LONGEST_CONTROL, RSV1};

use frame::Progress;

pub use refused::Refused;

/// The sending half of an endpoint.
#[derive(Debug)]
pub(crate) struct Sender<C, P> {
    operations: Queue<Operation<C, P>>,
    check_reason: bool,
    /// The kind of the message whose last part has not been queued yet.
    open_message: Option<Kind>,
    /// That message is compressed.
    compressing: bool,
    /// Does permessage-deflate, if that was agreed on.
    compressor: Option<Compressor>,
    close_accepted: bool,
    aborted: bool,
    /// Nothing stands against another whole message, and it goes out as it is: no message is open,
    /// no Close was accepted, nothing is compressed, nothing was aborted.
    plain: bool,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
    Custom,
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
            check_reason: !config.disable_utf8_verification,
            open_message: None,
            compressing: false,
            compressor: None,
            close_accepted: false,
            aborted: false,
            plain: true,
            head: Head::Waiting,
            progress: Progress::NONE,
        }
    }

    /// Messages are compressed from now on.
    pub(crate) fn compress_with(&mut self, compressor: Compressor) {
        self.compressor = Some(compressor);
        self.note_plain();
    }

    const fn note_plain(&mut self) {
        self.plain = !self.aborted
            && !self.close_accepted
            && self.open_message.is_none()
            && self.compressor.is_none();
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
        let admitted = self.admit(&outgoing);
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
                self.open_message = open_message;
                if !OpCode::of(first).is_control() {
                    self.compressing = operation.compressed;
                }
                self.close_accepted |= matches!(operation.outgoing, Outgoing::Close(_));
                self.note_plain();
                self.operations.push(operation);
                Ok(())
            }
            Err(misuse) => Err(Refused { misuse, outgoing, context }),
        }
    }

    /// Whether an operation's payload goes out compressed, which its message's first part decides.
    #[inline]
    fn compresses(&self, operation: &Operation<C, P>) -> bool {
        let Some(compressor) = &self.compressor else { return false };
        match operation.buffer_type {
            BufferType::Utf8Message
            | BufferType::Utf8Fragment
            | BufferType::BinaryMessage
            | BufferType::BinaryFragment => {
                if self.open_message.is_some() {
                    self.compressing
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

    /// Checks an operation in the order the interface documents. Answers with its first octet, its
    /// close code, and the message that is open after it.
    #[expect(clippy::type_complexity, reason = "three facts that live for one line")]
    #[inline]
    fn admit(&self, outgoing: &Outgoing<P>) -> Result<(u8, Option<[u8; 2]>, Option<Kind>), Misuse> {
        let (first, open_message) = self.place(outgoing.buffer_type())?;
        let code = match outgoing {
            Outgoing::Close(Some(status)) => {
                let reason = status.reason.as_ref().map(AsRef::as_ref).unwrap_or_default();
                close::write(status.code, reason, self.check_reason)?
            }
            Outgoing::Custom(header, payload) if header.opcode().is_control() => {
                if !header.fin() || payload.as_ref().len() as u64 > LONGEST_CONTROL {
                    return Err(Misuse::CustomControl);
                }
                None
            }
            _ => None,
        };
        Ok((first, code, open_message))
    }

    /// Whether an operation of this type is in order now, whatever its payload.
    pub(crate) fn check(&self, buffer_type: BufferType) -> Result<(), Misuse> {
        self.place(buffer_type).map(|_| ())
    }

    /// The first octet of an operation's frame, and the message that is open after it.
    #[inline]
    fn place(&self, buffer_type: BufferType) -> Result<(u8, Option<Kind>), Misuse> {
        if self.aborted {
            return Err(Misuse::Aborted);
        }
        let control = match buffer_type {
            BufferType::PingPong | BufferType::UnsolicitedPong => true,
            BufferType::Custom(header) if matches!(header.opcode(), OpCode::CLOSE) => {
                return Err(Misuse::CustomHeader);
            }
            BufferType::Custom(header) => header.opcode().is_control(),
            _ => false,
        };
        if self.close_accepted && !control {
            return Err(Misuse::CloseSent);
        }
        match buffer_type {
            BufferType::Utf8Message => self.part(Kind::Text, OpCode::TEXT, true),
            BufferType::Utf8Fragment => self.part(Kind::Text, OpCode::TEXT, false),
            BufferType::BinaryMessage => self.part(Kind::Binary, OpCode::BINARY, true),
            BufferType::BinaryFragment => self.part(Kind::Binary, OpCode::BINARY, false),
            BufferType::Close => Ok((0x88, self.open_message)),
            BufferType::PingPong => Ok((0x89, self.open_message)),
            BufferType::UnsolicitedPong => Ok((0x8a, self.open_message)),
            BufferType::Custom(header) => self.custom_part(header),
        }
    }

    /// The first octet of a part, and the message that stays open behind it (§5.4).
    #[inline]
    fn part(&self, kind: Kind, opcode: OpCode, last: bool) -> Result<(u8, Option<Kind>), Misuse> {
        let opcode = match self.open_message {
            None => opcode,
            Some(open) if open == kind => OpCode::CONTINUATION,
            Some(_) => return Err(Misuse::MessageKindChanged),
        };
        Ok((if last { 0x80 } else { 0 } | opcode.bits(), (!last).then_some(kind)))
    }

    fn custom_part(&self, header: CustomHeader) -> Result<(u8, Option<Kind>), Misuse> {
        let (first, opcode) = (header.first_octet(), header.opcode());
        if opcode.is_control() {
            return Ok((first, self.open_message));
        }
        // RFC 7692 §6.1: RSV1 belongs to messages the engine compresses itself.
        if self.compressor.is_some() && first & RSV1 != 0 {
            return Err(Misuse::CustomHeader);
        }
        let kind = match (opcode, self.open_message) {
            (OpCode::CONTINUATION, Some(open)) if !self.compressing => open,
            (OpCode::TEXT, None) => Kind::Text,
            (OpCode::BINARY, None) => Kind::Binary,
            (_, None) if opcode != OpCode::CONTINUATION => Kind::Custom,
            _ => return Err(Misuse::FragmentOrder),
        };
        Ok((first, (!header.fin()).then_some(kind)))
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
        if self.aborted && self.head.outcome().is_none() {
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
        self.aborted = true;
        self.note_plain();
    }

    pub(crate) const fn close_accepted(&self) -> bool {
        self.close_accepted
    }
}

impl<C, P> Sender<C, P> {
    /// Whether part of a frame has been written and part has not.
    #[inline]
    pub(crate) const fn inside_frame(&self) -> bool {
        matches!(self.head, Head::Open) && self.progress.begun
    }
}
