//! What the application sends: the queue, and what may be queued.

use std::collections::VecDeque;

use wsproof_cases::Role;
use wsproof_cases::interface::{Answer, Sending};
use wsproof_cases::payload::Payload;
use wsproof_cases::step::Kind;
use wsproof_cases::wire::Opcode;

use super::Interface;
use crate::bug::{Bug, Bugs};
use crate::writing::Writer;

/// The operations to send, first queued, first sent.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    writer: Writer,
    role: Role,
    bugs: Bugs,
    queue: VecDeque<Queued>,
    /// The kind of the message whose last part is not queued yet.
    kind: Option<Kind>,
    closed: bool,
    stalled: bool,
}

#[derive(Clone, Debug)]
struct Queued {
    frame: Vec<u8>,
    /// How many octets of it were written.
    written: usize,
    /// Nothing of it is written any more.
    over: bool,
}

/// What is to be done for the first operation.
pub(super) enum Operation {
    Write(Vec<u8>),
    Over,
}

/// How many octets of a masked frame go out at a time; others go out whole.
const PART: usize = 4096;

impl Interface {
    /// Queues an operation to send.
    pub fn send(&mut self, sending: &Sending) -> Answer {
        let early = !self.is_open() && !self.bugs.has(Bug::SendsBeforeOpen)
            || self.stage.is_begun() && self.bugs.has(Bug::WantsEnds);
        if early || self.aborted && !self.bugs.has(Bug::SendsAfterAbort) {
            return Answer::InvalidOperation;
        }
        match self.out.check(sending) {
            Ok(()) => {
                self.out.push(sending);
                Answer::Accepted
            }
            Err(answer) => answer,
        }
    }
}

impl Outgoing {
    pub(super) const fn new(writer: Writer, role: Role, bugs: Bugs) -> Self {
        let queue = VecDeque::new();
        Self { writer, role, bugs, queue, kind: None, closed: false, stalled: false }
    }

    fn check(&mut self, sending: &Sending) -> Result<(), Answer> {
        let require = |holds: bool, answer| if holds { Ok(()) } else { Err(answer) };
        let bugs = self.bugs;
        if let Sending::Custom(first, _) = sending {
            let own = *first == 0 || first & 0xf == 8 && !bugs.has(Bug::SendsReservedOpcodes);
            require(!own, Answer::InvalidArgument)?;
        }
        let may_follow = match sending {
            Sending::Ping | Sending::Pong => !bugs.has(Bug::RefusesPingsAfterClose),
            Sending::Close { .. } => bugs.has(Bug::ClosesAgain),
            Sending::Custom(first, _) => first & 8 != 0 || bugs.has(Bug::SendsAfterClose),
            Sending::Message(..) | Sending::Fragment(..) => bugs.has(Bug::SendsAfterClose),
        };
        require(!self.closed || may_follow, Answer::InvalidOperation)?;
        match sending {
            Sending::Message(kind, _) | Sending::Fragment(kind, _) => {
                let fits = self.kind.is_none_or(|open| open == *kind) || bugs.has(Bug::MixesKinds);
                if !fits && bugs.has(Bug::RefusalsChangeKinds) {
                    self.kind = Some(*kind);
                }
                if !fits && bugs.has(Bug::RefusalsEndMessages) {
                    self.kind = None;
                }
                require(fits, Answer::InvalidOperation)
            }
            Sending::Close { code: Some(code), reason } => {
                require(self.may_close_with(*code, reason), Answer::InvalidArgument)
            }
            Sending::Custom(first, payload) if first & 8 != 0 => {
                let short = payload.length() <= 125 || bugs.has(Bug::SendsLongControls);
                let whole = first & 0x80 != 0 || bugs.has(Bug::SendsOpenControls);
                require(short && whole, Answer::InvalidArgument)
            }
            Sending::Custom(first, _) => {
                let continues = first & 0xf == 0;
                let lonely = continues && self.kind.is_none() && !bugs.has(Bug::SendsLonely);
                let inside = !continues && self.kind.is_some();
                require(!lonely && !inside, Answer::InvalidOperation)
            }
            Sending::Close { .. } | Sending::Ping | Sending::Pong => Ok(()),
        }
    }

    fn may_close_with(&self, code: u16, reason: &Payload) -> bool {
        let bugs = self.bugs;
        let code_fits = match code {
            1000 | 1001 => true,
            1005 => reason.length() == 0 || bugs.has(Bug::ReasonsWithoutCode),
            1002 | 1003 | 1007..=1014 | 3000..=4999 => !bugs.has(Bug::RefusesToldCodes),
            1016..3000 => bugs.has(Bug::ClosesWithUnassignedCodes),
            5000.. => bugs.has(Bug::ClosesWithHighCodes),
            _ => false,
        };
        let most = if bugs.has(Bug::CutsLongestReasons) { 122 } else { 123 };
        let short = reason.length() <= most || bugs.has(Bug::CutsCloseReasons);
        let is_text = core::str::from_utf8(&reason.to_vec()).is_ok();
        (code_fits || bugs.has(Bug::ClosesWithAnyCode))
            && short
            && (is_text || bugs.has(Bug::ClosesWithAnyReason))
    }

    /// Queues what was checked.
    fn push(&mut self, sending: &Sending) {
        let (opcode, fin, payload) = match sending {
            Sending::Message(kind, payload) => self.data(*kind, true, payload),
            Sending::Fragment(kind, payload) => self.data(*kind, false, payload),
            Sending::Close { code, reason } => {
                self.closed = true;
                (Opcode::CLOSE, true, self.close_body(*code, reason))
            }
            Sending::Ping | Sending::Pong => {
                if self.bugs.has(Bug::ControlsEndMessages) {
                    self.kind = None;
                }
                let ping = matches!(sending, Sending::Ping);
                (if ping { Opcode::PING } else { Opcode::PONG }, true, Vec::new())
            }
            Sending::Custom(first, payload) => {
                (Opcode(first & 0xf), first & 0x80 != 0, payload.to_vec())
            }
        };
        let lost = fin
            && opcode == Opcode::CONTINUATION
            && payload.is_empty()
            && self.bugs.has(Bug::LosesEmptyFragments);
        let mut frame = Vec::new();
        if !lost {
            self.writer.frame(opcode, fin, 0, &payload, &mut frame);
        }
        let queued = Queued { written: 0, over: frame.is_empty(), frame };
        let in_front = self.bugs.has(Bug::SendsInReverse)
            || opcode == Opcode::CLOSE && self.bugs.has(Bug::ClosesFirst);
        if in_front && self.queue.front().is_none_or(|first| first.written == 0) {
            self.queue.push_front(queued);
        } else {
            self.queue.push_back(queued);
        }
    }

    fn data(&mut self, kind: Kind, last: bool, payload: &Payload) -> (Opcode, bool, Vec<u8>) {
        let begins = self.kind.is_none() || self.bugs.has(Bug::StartsEveryFragment);
        let opcode = if begins { kind.opcode() } else { Opcode::CONTINUATION };
        let ends = last || self.bugs.has(Bug::EndsEveryFragment);
        self.kind = if ends { None } else { self.kind.or(Some(kind)) };
        (opcode, ends, payload.to_vec())
    }

    fn close_body(&self, code: Option<u16>, reason: &Payload) -> Vec<u8> {
        let code = match code {
            None if self.bugs.has(Bug::Writes1000ForNone) => 1000,
            None => return Vec::new(),
            Some(1005) if !self.bugs.has(Bug::Writes1005WhenTold) => return Vec::new(),
            Some(code) => code,
        };
        let reason = reason.to_vec();
        let lost = self.bugs.has(Bug::LosesCloseReasons);
        let reason = if lost { &[][..] } else { &reason[..reason.len().min(123)] };
        [&code.to_be_bytes(), reason].concat()
    }

    /// A Pong, as one piece.
    pub(super) fn pong(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut frame = Vec::new();
        self.writer.frame(Opcode::PONG, true, 0, payload, &mut frame);
        frame
    }

    /// Queues a Close that nobody asked for.
    pub(super) fn close_unasked(&mut self, body: &[u8]) {
        let mut frame = Vec::new();
        self.writer.frame(Opcode::CLOSE, true, 0, body, &mut frame);
        self.queue.push_back(Queued { frame, written: 0, over: false });
    }

    pub(super) fn next(&self) -> Option<Operation> {
        let first = self.queue.front().filter(|_| !self.stalled)?;
        if first.over {
            return Some(Operation::Over);
        }
        let left = &first.frame[first.written..];
        let part = if self.role.masks() { left.len().min(PART) } else { left.len() };
        Some(Operation::Write(left[..part].to_vec()))
    }

    /// Whether a part of a frame was written and another part was not.
    pub(super) fn is_inside_frame(&self) -> bool {
        let inside = |first: &Queued| !first.over && first.frame.len() > PART && self.role.masks();
        self.queue.front().is_some_and(|first| inside(first) && first.written > 0)
    }

    pub(super) fn wrote(&mut self, octets: usize) {
        if let Some(first) = self.queue.front_mut() {
            first.written += octets;
            first.over = first.written >= first.frame.len();
        }
        if self.bugs.has(Bug::NeverIndicatesSends)
            && self.queue.front().is_some_and(|first| first.over)
        {
            self.queue.pop_front();
        }
    }

    pub(super) fn done(&mut self) {
        self.queue.pop_front();
    }

    pub(super) fn end_first(&mut self) {
        if let Some(first) = self.queue.front_mut() {
            first.over = true;
        }
    }

    pub(super) fn end_all(&mut self) {
        self.queue.iter_mut().for_each(|queued| queued.over = true);
    }

    pub(super) fn forget(&mut self) {
        self.queue.clear();
    }

    pub(super) const fn stall(&mut self) {
        self.stalled = true;
    }
}
