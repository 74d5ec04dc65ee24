//! Operations become frames: one frame each, in the order they were queued (RFC 6455 §5.4, §6.1).
//!
//! A server's payload is never copied: the header lies in the send area and the payload where the
//! application keeps it. A client masks while copying into the send area, as many octets at a time
//! as fit; only the first chunk has the header in front.
//!
//! ```text
//!   server   [header, close code] [payload …]                  one offer, two slices
//!   client   [header, masked …] then [masked …] then …         one slice each
//! ```

use super::close;
use super::link::{Link, Masking};
use super::queue::Queue;
use crate::buffer_type::{BufferType, CustomHeader, Outgoing};
use crate::config::Config;
use crate::error::Misuse;
use crate::frame::header::{self, LONGEST_CONTROL};
use crate::frame::{OpCode, mask};

/// The sending half of an endpoint.
#[derive(Debug)]
pub(crate) struct Sender<C, P> {
    operations: Queue<Operation<C, P>>,
    check_reason: bool,
    /// The kind of the message whose last part has not been queued yet.
    open_message: Option<Kind>,
    close_accepted: bool,
    aborted: bool,
    head: Head,
}

/// A queued operation.
#[derive(Debug)]
pub(crate) struct Operation<C, P> {
    outgoing: Outgoing<P>,
    context: C,
    /// FIN, reserved bits and opcode, settled when the operation was accepted.
    first: u8,
    /// The status code of a Close, in front of the payload.
    code: Option<[u8; 2]>,
    /// Octets of the application's payload. Taken once: `AsRef` may answer differently each time.
    length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
    Custom,
}

/// How far the first operation of the queue has come.
#[derive(Clone, Copy, Debug)]
enum Head {
    /// Not looked at yet.
    Waiting,
    /// Its frame is being offered.
    Open(Progress),
    /// Ready to be indicated.
    Done(Outcome),
}

/// The frame that is being offered.
///
/// Invariant: `sent <= filled <= send area`, `taken <= length of the payload`.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// The key, where the payload is masked into the send area.
    key: Option<[u8; 4]>,
    /// Octets of the send area that hold wire octets of this frame.
    filled: usize,
    /// How many of those have been written.
    sent: usize,
    /// Payload octets that were masked into the send area or written directly.
    taken: usize,
    /// Whether any octet of the frame has been written.
    begun: bool,
}

/// How a send operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an application decides on each of these")]
pub enum Outcome {
    /// All octets of the frame were reported as written.
    Sent,
    /// A network action was completed with another number of octets than it offered.
    Cancelled,
    /// The session was aborted first.
    Aborted,
}

/// What the sender wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Write [`Sender::slices`].
    Write,
    /// Tell the application that its operation is over.
    Complete,
}

impl<C, P: AsRef<[u8]>> Sender<C, P> {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            operations: Queue::new(config),
            check_reason: !config.disable_utf8_verification,
            open_message: None,
            close_accepted: false,
            aborted: false,
            head: Head::Waiting,
        }
    }

    /// Queues an operation, or hands it back.
    pub(crate) fn queue(&mut self, outgoing: Outgoing<P>, context: C) -> Result<(), Refused<C, P>> {
        let admitted = self.admit(&outgoing);
        match admitted.and_then(|admitted| self.operations.reserve().map(|()| admitted)) {
            Ok((first, code, open_message)) => {
                let length = outgoing.payload().map_or(0, |payload| payload.as_ref().len());
                self.open_message = open_message;
                self.close_accepted |= matches!(outgoing, Outgoing::Close(_));
                self.operations.push(Operation { outgoing, context, first, code, length });
                Ok(())
            }
            Err(misuse) => Err(Refused { misuse, outgoing, context }),
        }
    }

    /// Checks an operation in the order the interface documents. Answers with its first octet, its
    /// close code, and the message that is open after it.
    #[expect(clippy::type_complexity, reason = "three facts that live for one line")]
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
        let kind = match (opcode, self.open_message) {
            (OpCode::CONTINUATION, Some(open)) => open,
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
    pub(crate) fn next(&mut self, area: &mut [u8], link: &Link) -> Result<Option<Step>, Misuse> {
        let Some(operation) = self.operations.front() else { return Ok(None) };
        if self.aborted && !matches!(self.head, Head::Done(_)) {
            self.head = Head::Done(Outcome::Aborted);
        }
        match &mut self.head {
            Head::Done(_) => Ok(Some(Step::Complete)),
            _ if link.pong_on_its_way() => Ok(None),
            Head::Waiting => {
                self.head = Head::Open(operation.begin(area, link)?);
                Ok(Some(Step::Write))
            }
            Head::Open(progress) => {
                if progress.sent == progress.filled && progress.masks_by_copy() {
                    operation.refill(area, progress)?;
                }
                Ok(Some(Step::Write))
            }
        }
    }

    /// The octets that are offered. Empty when nothing is.
    pub(crate) fn slices<'a>(&'a self, area: &'a [u8]) -> Result<[&'a [u8]; 2], Misuse> {
        let (Head::Open(progress), Some(operation)) = (&self.head, self.operations.front()) else {
            return Ok([&[], &[]]);
        };
        let in_area = area.get(progress.sent..progress.filled).unwrap_or_default();
        if progress.masks_by_copy() {
            return Ok([in_area, &[]]);
        }
        let direct = operation.payload().get(progress.taken..operation.length);
        let direct = direct.ok_or(Misuse::PayloadChanged)?;
        Ok(if in_area.is_empty() { [direct, &[]] } else { [in_area, direct] })
    }

    /// Octets of the offer.
    pub(crate) fn offered(&self) -> usize {
        self.offered_from_area() + self.offered_directly()
    }

    /// Octets of the offer that lie in the send area: the first slice, if there are two.
    pub(crate) const fn offered_from_area(&self) -> usize {
        match &self.head {
            Head::Open(progress) => progress.filled - progress.sent,
            _ => 0,
        }
    }

    /// Octets of the offer that lie in the application's memory.
    fn offered_directly(&self) -> usize {
        match (&self.head, self.operations.front()) {
            (Head::Open(progress), Some(operation)) => operation.direct(progress),
            _ => 0,
        }
    }

    /// Whether the offer has a second slice.
    pub(crate) fn offers_two_slices(&self) -> bool {
        self.offered_from_area() > 0 && self.offered_directly() > 0
    }

    /// Whether the wire would be left inside a frame if the octets on offer were written: the frame
    /// has begun, or the offer is not all of it.
    pub(crate) fn offer_splits_frame(&self) -> bool {
        match (&self.head, self.operations.front()) {
            (Head::Open(progress), Some(operation)) => {
                progress.begun || progress.taken + operation.direct(progress) < operation.length
            }
            _ => false,
        }
    }

    /// Takes note of `written` octets, at most as many as were offered.
    pub(crate) fn advance(&mut self, written: usize) {
        let (Head::Open(progress), Some(operation)) = (&mut self.head, self.operations.front())
        else {
            return;
        };
        let from_area = written.min(progress.filled - progress.sent);
        let direct = operation.direct(progress);
        progress.begun |= written > 0;
        progress.sent += from_area;
        progress.taken += (written - from_area).min(direct);
        if progress.sent == progress.filled && progress.taken == operation.length {
            self.head = Head::Done(Outcome::Sent);
        }
    }

    /// Ends the first operation, whatever was written of it.
    pub(crate) fn abandon(&mut self) {
        if matches!(self.head, Head::Open(_)) {
            self.head = Head::Done(Outcome::Cancelled);
        }
    }

    /// Removes the first operation once it is done and hands its memory back.
    pub(crate) fn complete(&mut self) -> Option<(Outgoing<P>, C, Outcome)> {
        let Head::Done(outcome) = self.head else { return None };
        let operation = self.operations.pop()?;
        self.head = Head::Waiting;
        Some((operation.outgoing, operation.context, outcome))
    }

    /// The first operation's type and context.
    pub(crate) fn front(&self) -> Option<(BufferType, &C)> {
        let operation = self.operations.front()?;
        Some((operation.outgoing.buffer_type(), &operation.context))
    }

    pub(crate) const fn abort(&mut self) {
        self.aborted = true;
    }

    pub(crate) const fn close_accepted(&self) -> bool {
        self.close_accepted
    }
}

impl<C, P> Sender<C, P> {
    /// Whether part of a frame has been written and part has not.
    pub(crate) const fn inside_frame(&self) -> bool {
        matches!(&self.head, Head::Open(progress) if progress.begun)
    }
}

impl<C, P: AsRef<[u8]>> Operation<C, P> {
    fn payload(&self) -> &[u8] {
        self.outgoing.payload().map(AsRef::as_ref).unwrap_or_default()
    }

    /// Payload octets the offer takes straight from the application's memory.
    const fn direct(&self, progress: &Progress) -> usize {
        if progress.masks_by_copy() { 0 } else { self.length - progress.taken }
    }

    /// Puts the header, the close code and, for a masking client, as much payload as fits into the
    /// send area.
    fn begin(&self, area: &mut [u8], link: &Link) -> Result<Progress, Misuse> {
        let key = link.next_key();
        let code = self.code.as_ref().map_or(&[][..], |code| &code[..]);
        let header = header::write(self.first, (code.len() + self.length) as u64, key);
        let mut filled = 0;
        for (slot, octet) in area.iter_mut().zip(header.as_slice()) {
            *slot = *octet;
            filled += 1;
        }
        if let Some(slot) = area.get_mut(filled..filled + code.len()) {
            mask::copy(slot, code, key.unwrap_or_default(), 0);
            filled += code.len();
        }
        let copied = key.filter(|_| link.masking() == Masking::FreshKey);
        let mut progress = Progress { key: copied, filled, sent: 0, taken: 0, begun: false };
        if copied.is_some() {
            self.mask_behind(area, &mut progress)?;
        }
        Ok(progress)
    }

    /// Refills an empty send area with the next masked octets.
    fn refill(&self, area: &mut [u8], progress: &mut Progress) -> Result<(), Misuse> {
        progress.sent = 0;
        progress.filled = 0;
        self.mask_behind(area, progress)
    }

    fn mask_behind(&self, area: &mut [u8], progress: &mut Progress) -> Result<(), Misuse> {
        let Some(key) = progress.key else { return Ok(()) };
        let free = area.get_mut(progress.filled..).unwrap_or_default();
        let chunk = free.len().min(self.length - progress.taken);
        let plain = self.payload().get(progress.taken..progress.taken + chunk);
        let plain = plain.ok_or(Misuse::PayloadChanged)?;
        let position = self.code.map_or(0, |code| code.len()) + progress.taken;
        mask::copy(free, plain, key, position as u64);
        progress.filled += chunk;
        progress.taken += chunk;
        Ok(())
    }
}

impl Progress {
    /// Whether the payload reaches the wire by way of the send area.
    const fn masks_by_copy(&self) -> bool {
        self.key.is_some()
    }
}

/// A send operation that was not accepted, with everything it lent.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refused<C, P> {
    /// Why.
    pub misuse: Misuse,
    /// The operation, with its payload.
    pub outgoing: Outgoing<P>,
    /// The application's context.
    pub context: C,
}

impl<C, P> core::fmt::Display for Refused<C, P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.misuse.fmt(f)
    }
}

impl<C: core::fmt::Debug, P: core::fmt::Debug> core::error::Error for Refused<C, P> {}
