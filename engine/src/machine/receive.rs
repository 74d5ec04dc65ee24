//! Octets become results: headers are parsed across cuts, control frames read as a whole, payloads
//! handed on piece by piece (RFC 6455 §5, §6.2).
//!
//! ```text
//!   receive area   |  consumed  |  unread  |  free for the next read  |
//!                  0          start       end                    area.len()
//! ```
//!
//! Parsing is lazy: it runs in [`Receiver::next`], only while an operation waits, and stops at the
//! first result. So results in front of a fault are delivered first. The valid prefix of a payload
//! is delivered before its fault, too, wherever the input was cut (law 2).
//!
//! Unread octets are moved to the front only when more are asked for. Then they are less than a
//! header or less than a control frame, so the move costs a constant.

mod control;
mod message;
mod payload;
mod usual;

use core::ops::Range;

use super::link::Link;
use super::mailbox::Mailbox;
use super::queue::Queue;
use crate::buffer_type::{BufferType, Incoming};
use crate::config::{Config, Role};
use crate::deflate::Inflater;
use crate::error::{Fault, Misuse, Violation};
use crate::frame::header::{self, Header, MaskRule, Rules};
use crate::frame::{CloseCode, mask};

use message::Message;

/// The receiving half of an endpoint.
#[derive(Debug)]
pub(crate) struct Receiver<C, B> {
    operations: Queue<Operation<C, B>>,
    mask: MaskRule,
    /// Reserved bits and opcodes are the application's business.
    extensions: bool,
    /// Undoes permessage-deflate, if that was agreed on.
    inflater: Option<Inflater>,
    check_text: bool,
    max_message_size: u64,
    /// `start <= end <= receive area`.
    start: usize,
    end: usize,
    /// Octets from `start` on that are unmasked already; `unmasked <= end - start`. Other than 0
    /// only while the inflater has more to say than there is room for.
    unmasked: usize,
    /// Where in the stream the octet at `start` lies.
    offset: u64,
    frame: Option<Frame>,
    message: Option<Message>,
    mailbox: Mailbox,
    /// The octets of the control area that hold the pong on its way.
    pong: Option<usize>,
    result: Option<Found>,
    cancelled: bool,
    close_received: bool,
    fault: Option<Fault>,
    aborted: bool,
}

/// A queued receive operation.
#[derive(Debug)]
pub(crate) struct Operation<C, B> {
    buffer: Option<B>,
    context: C,
}

/// The frame whose payload is being read.
#[derive(Clone, Copy, Debug)]
struct Frame {
    header: Header,
    /// Payload octets already consumed; `taken <= header.length`.
    taken: u64,
}

impl Frame {
    const fn remaining(&self) -> u64 {
        self.header.length - self.taken
    }

    /// What remains, as far as memory could hold it.
    fn remaining_in_memory(&self) -> usize {
        usize::try_from(self.remaining()).unwrap_or(usize::MAX)
    }
}

/// A result that waits to be taken.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// `None` when the operation ends without data.
    pub(crate) buffer_type: Option<BufferType>,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Nothing,
    /// In the receive area.
    Area(Range<usize>),
    /// In the inflater's ring.
    Ring(Range<usize>),
    /// At the start of the buffer the operation supplied.
    Supplied(usize),
    Close {
        code: CloseCode,
        reason: Option<Range<usize>>,
    },
}

/// What the receiver wants done. Small enough for a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: no operation waits and no pong is due.
    Idle,
    /// Read into [`Receiver::free`].
    Read,
    /// Look at [`Receiver::incoming`].
    Result(Option<BufferType>),
    /// Write [`Receiver::pong`].
    Pong,
    /// Look at [`Receiver::fault`].
    Fault,
}

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            operations: Queue::new(config),
            mask: match (config.role, config.disable_masking) {
                (Role::Client, _) => MaskRule::Forbidden,
                (Role::Server, false) => MaskRule::Required,
                (Role::Server, true) => MaskRule::Optional,
            },
            extensions: false,
            inflater: None,
            check_text: !config.disable_utf8_verification,
            max_message_size: config.max_message_size,
            start: 0,
            end: 0,
            unmasked: 0,
            offset: 0,
            frame: None,
            message: None,
            mailbox: Mailbox::new(),
            pong: None,
            result: None,
            cancelled: false,
            close_received: false,
            fault: None,
            aborted: false,
        }
    }

    /// Reserved bits and opcodes belong to a negotiated extension from now on.
    pub(crate) const fn allow_extensions(&mut self) {
        self.extensions = true;
    }

    /// RSV1 marks a compressed message from now on, and nothing else.
    pub(crate) fn inflate_with(&mut self, inflater: Inflater) {
        self.inflater = Some(inflater);
    }

    /// Fails the connection before its first octet.
    pub(crate) const fn refuse(&mut self, violation: Violation) {
        self.fault = Some(Fault::new(violation, 0));
    }

    /// Queues an operation, or hands its buffer and context back.
    #[inline]
    pub(crate) fn queue(
        &mut self,
        mut buffer: Option<B>,
        context: C,
    ) -> Result<(), RefusedReceive<C, B>> {
        let empty = buffer.as_mut().is_some_and(|buffer| buffer.as_mut().is_empty());
        let misuse = if self.aborted {
            Misuse::Aborted
        } else if empty {
            Misuse::EmptyBuffer
        } else if let Err(misuse) = self.operations.reserve() {
            misuse
        } else {
            self.operations.push(Operation { buffer, context });
            return Ok(());
        };
        Err(RefusedReceive { misuse, buffer, context })
    }

    /// Whether an automatic pong is due, though it may have to wait. Every call asks, so it is one
    /// comparison, not two.
    #[inline(always)]
    pub(crate) const fn owes_pong(&self) -> bool {
        self.pong.is_some() | !self.mailbox.is_empty()
    }

    /// The automatic pong, if one is due and may leave now.
    #[cold]
    pub(crate) fn next_pong(&mut self, control: &mut [u8], link: &Link) -> Option<Step> {
        if self.aborted || link.frame_open() {
            return None;
        }
        if self.pong.is_some() {
            return Some(Step::Pong);
        }
        let payload = self.mailbox.oldest()?;
        let key = link.next_key();
        let header = header::write(0x8a, payload.len() as u64, key);
        let (head, body) = control.split_at_mut_checked(header.as_slice().len())?;
        head.copy_from_slice(header.as_slice());
        mask::copy(body, payload, key.unwrap_or_default(), 0);
        self.pong = Some(header.as_slice().len() + payload.len());
        self.mailbox.drop_oldest();
        Some(Step::Pong)
    }

    /// What to do next. The peer's fault is told again at every call, once everything in front of it
    /// was taken.
    #[inline(always)]
    pub(crate) fn next(&mut self, area: &mut [u8], control: &mut [u8], link: &Link) -> Step {
        if self.result.is_none()
            && self.owes_pong()
            && let Some(pong) = self.next_pong(control, link)
        {
            return pong;
        }
        self.next_operation(move || (area, control), link)
    }

    /// The same when no pong is due that may leave now. The receive area and the control area are
    /// asked for only if there are octets to look at, which is seldom.
    #[inline(always)]
    pub(crate) fn next_operation<'a>(
        &mut self,
        areas: impl FnOnce() -> (&'a mut [u8], &'a mut [u8]),
        link: &Link,
    ) -> Step {
        if let Some(found) = &self.result {
            return Step::Result(found.buffer_type);
        }
        if self.operations.is_empty() {
            return if self.fault.is_some() { Step::Fault } else { Step::Idle };
        }
        if self.aborted || self.cancelled {
            self.result = Some(Found { buffer_type: None, place: Place::Nothing });
            return Step::Result(None);
        }
        if self.fault.is_some() {
            return Step::Fault;
        }
        // Only a compressed message may have more to show without another octet.
        let compressed = self.message.as_ref().is_some_and(|message| message.compressed);
        if self.start == self.end && !compressed {
            (self.start, self.end) = (0, 0);
            return Step::Read;
        }
        let (area, control) = areas();
        match self.take_usual(area) {
            Some(buffer_type) => Step::Result(Some(buffer_type)),
            None => self.read_on(area, control, link),
        }
    }

    /// Reads on until there is something to do.
    #[inline(never)]
    fn read_on(&mut self, area: &mut [u8], control: &mut [u8], link: &Link) -> Step {
        loop {
            match self.parse(area) {
                Ok(Parsed::More) => {
                    self.make_room(area);
                    return Step::Read;
                }
                Ok(Parsed::Found) => {
                    let found = self.result.as_ref();
                    return Step::Result(found.and_then(|found| found.buffer_type));
                }
                Ok(Parsed::Ping) => {
                    if let Some(pong) = self.next_pong(control, link) {
                        return pong;
                    }
                }
                Err(fault) => {
                    self.fault = Some(fault);
                    return Step::Fault;
                }
            }
        }
    }

    /// Reads on until there is a result, a ping, or nothing left to read.
    #[inline(never)]
    fn parse(&mut self, area: &mut [u8]) -> Result<Parsed, Fault> {
        if self.close_received {
            // RFC 6455 §1.4: what follows a Close is discarded unseen.
            self.consume(self.end - self.start);
            return Ok(Parsed::More);
        }
        loop {
            // A frame that is all there, the usual case, never needs to be remembered.
            let frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.read_header(area)? {
                    Some(header) => Frame { header, taken: 0 },
                    None => return Ok(Parsed::More),
                },
            };
            let parsed = if frame.header.opcode().is_control() {
                self.read_control(area, frame)?
            } else {
                self.read_data(area, frame)?
            };
            if let Some(parsed) = parsed {
                return Ok(parsed);
            }
        }
    }

    /// Reads the header of the next frame; `None` when it is not complete.
    fn read_header(&mut self, area: &[u8]) -> Result<Option<Header>, Fault> {
        let unread = area.get(self.start..self.end).unwrap_or_default();
        let room = match &self.message {
            // What a compressed message comes to is counted where it is inflated.
            Some(message) if message.compressed => u64::MAX,
            Some(message) => self.max_message_size - message.length,
            None => self.max_message_size,
        };
        let rules = Rules {
            mask: self.mask,
            extensions: self.extensions,
            deflate: self.inflater.is_some(),
            in_message: self.message.is_some(),
            room,
        };
        let read = header::read(unread, &rules);
        let read = read.map_err(|(violation, index)| self.fault_at(violation, index))?;
        if let Some(header) = &read {
            self.consume(header.size);
        }
        Ok(read)
    }

    #[cold]
    fn fault_at(&self, violation: Violation, index: usize) -> Fault {
        Fault::new(violation, self.offset + index as u64)
    }

    #[inline]
    const fn consume(&mut self, octets: usize) {
        self.start += octets;
        self.offset += octets as u64;
        debug_assert!(self.start <= self.end, "consumed more than was read");
    }

    /// Moves the unread octets, less than a control frame, to the front of the receive area.
    fn make_room(&mut self, area: &mut [u8]) {
        let unread = self.end - self.start;
        debug_assert!(unread <= 125, "{unread} octets would be moved");
        if unread > 0 && self.start > 0 {
            area.copy_within(self.start..self.end, 0);
        }
        self.start = 0;
        self.end = unread;
    }

    /// Where the next network read goes; valid while [`Step::Read`] is on offer.
    #[inline]
    pub(crate) fn free<'a>(&self, area: &'a mut [u8]) -> &'a mut [u8] {
        area.get_mut(self.end..).unwrap_or_default()
    }

    /// Takes note of `octets` that were read into [`free`](Self::free), at most all of it.
    #[inline]
    pub(crate) const fn supply(&mut self, octets: usize) {
        if !self.aborted {
            self.end += octets;
        }
    }

    /// Ends the first operation without data: the network had none.
    pub(crate) const fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// The pong that is on its way, in the control area.
    pub(crate) fn pong<'a>(&self, control: &'a [u8]) -> &'a [u8] {
        control.get(..self.pong.unwrap_or(0)).unwrap_or_default()
    }

    /// The pong left, or will not leave.
    pub(crate) const fn complete_pong(&mut self) {
        self.pong = None;
    }

    /// The result on offer.
    #[inline(always)]
    pub(crate) fn incoming<'a>(&'a self, area: &'a [u8]) -> Incoming<'a> {
        if let Some(Found { place: Place::Area(place), .. }) = &self.result
            && let Some(octets) = area.get(place.clone())
        {
            return Incoming::Data(octets);
        }
        self.incoming_elsewhere(area)
    }

    #[inline(never)]
    fn incoming_elsewhere<'a>(&'a self, area: &'a [u8]) -> Incoming<'a> {
        let octets = |place: &Range<usize>| area.get(place.clone()).unwrap_or_default();
        match self.result.as_ref().map(|found| &found.place) {
            None | Some(Place::Nothing) => Incoming::Data(&[]),
            Some(Place::Area(place)) => Incoming::Data(octets(place)),
            Some(Place::Ring(place)) => {
                let octets = self.inflater.as_ref().map(|inflater| inflater.octets(place));
                Incoming::Data(octets.unwrap_or_default())
            }
            Some(Place::Supplied(length)) => {
                let buffer = self.operations.front().and_then(|first| first.buffer.as_ref());
                let octets = buffer.and_then(|buffer| buffer.as_ref().get(..*length));
                Incoming::Data(octets.unwrap_or_default())
            }
            Some(Place::Close { code, reason }) => {
                Incoming::Close { code: *code, reason: reason.as_ref().map(octets) }
            }
        }
    }

    /// Removes the operation whose result was taken and hands its memory back.
    #[inline]
    pub(crate) fn complete(&mut self) -> Option<(Option<B>, C)> {
        self.result.take()?;
        self.cancelled = false;
        let operation = self.operations.pop()?;
        Some((operation.buffer, operation.context))
    }

    /// The first operation's context.
    pub(crate) fn front(&self) -> Option<&C> {
        self.operations.front().map(|operation| &operation.context)
    }

    pub(crate) fn abort(&mut self) {
        self.aborted = true;
        self.mailbox.clear();
        self.fault = None;
        self.start = 0;
        self.end = 0;
        self.unmasked = 0;
    }

    pub(crate) const fn is_aborted(&self) -> bool {
        self.aborted
    }

    pub(crate) const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    pub(crate) const fn close_received(&self) -> bool {
        self.close_received
    }
}

/// What reading on led to.
#[derive(Clone, Copy, Debug)]
enum Parsed {
    More,
    Ping,
    /// [`Receiver::result`] is there.
    Found,
}

/// A receive operation that was not accepted, with everything it lent.
#[derive(Debug)]
#[non_exhaustive]
pub struct RefusedReceive<C, B> {
    /// Why.
    pub misuse: Misuse,
    /// The buffer, if one was supplied.
    pub buffer: Option<B>,
    /// The application's context.
    pub context: C,
}

impl<C, B> core::fmt::Display for RefusedReceive<C, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.misuse.fmt(f)
    }
}

impl<C: core::fmt::Debug, B: core::fmt::Debug> core::error::Error for RefusedReceive<C, B> {}
