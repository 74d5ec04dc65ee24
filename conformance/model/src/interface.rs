//! The interface of the WebSocket Protocol Component API, read from its documentation: operations
//! are queued, what is to be done is handed out one action at a time, and every action is completed.

mod opening;
mod sending;

use std::collections::VecDeque;

use wsproof_cases::Role;
use wsproof_cases::interface::{Answer, Queue, Received, Taken};

use crate::bug::{Bug, Bugs};
use crate::event::{Event, Limits};
use crate::fault::Violation;
use crate::reading::Reading;
use crate::writing::Writer;

use opening::Stage;
use sending::{Operation, Outgoing};

/// One endpoint behind its interface. It does no work of its own accord, but that it answers Pings.
#[derive(Clone, Debug)]
pub struct Interface {
    role: Role,
    bugs: Bugs,
    stage: Stage,
    /// A handshake call was refused.
    refused: bool,
    aborted: bool,
    out: Outgoing,
    /// What names the action of each queue that is outstanding.
    sending: Option<(u64, Sent)>,
    receiving: Option<(u64, Reads)>,
    tickets: u64,
    reading: Reading,
    /// What was read and not handed out.
    events: VecDeque<Event>,
    fault: Option<Violation>,
    /// The octets of a read that is not completed.
    filled: Vec<u8>,
    pongs: VecDeque<Vec<u8>>,
    /// How many operations to receive are queued.
    receives: usize,
    /// The first of them is over, and found nothing.
    cancelled: bool,
    closed: bool,
}

/// The outstanding action of the send queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Write(usize),
    Complete,
}

/// The outstanding action of the receive queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Pong,
    Read,
    Result,
}

/// How many octets fit in a read.
const ROOM: usize = 4096;

impl Interface {
    /// An endpoint in this role, open or just created, with these mistakes.
    pub fn new(role: Role, open: bool, bugs: impl Into<Bugs>) -> Self {
        let bugs = bugs.into();
        Self {
            role,
            bugs,
            stage: if open { Stage::Open } else { Stage::Created },
            refused: false,
            aborted: false,
            out: Outgoing::new(Writer::new(role, bugs), role, bugs),
            sending: None,
            receiving: None,
            tickets: 0,
            reading: Reading::new(role, Limits::default(), None, bugs),
            events: VecDeque::new(),
            fault: None,
            filled: Vec::new(),
            pongs: VecDeque::new(),
            receives: 0,
            cancelled: false,
            closed: false,
        }
    }

    /// Queues an operation to receive.
    pub fn receive(&mut self) -> Answer {
        let early = !self.is_open() && !self.bugs.has(Bug::ReceivesBeforeOpen);
        if early || self.aborted && !self.bugs.has(Bug::ReceivesAfterAbort) {
            return Answer::InvalidOperation;
        }
        self.receives += 1;
        Answer::Accepted
    }

    /// Says what to do next.
    ///
    /// # Errors
    /// The answer of a call that is not in order, or that tells of what the peer did wrong.
    pub fn get_action(&mut self, queue: Queue) -> Result<Option<(u64, Taken)>, Answer> {
        if !self.is_open() {
            let rests = self.bugs.has(Bug::RestsBeforeOpen);
            return if rests { Ok(None) } else { Err(Answer::InvalidOperation) };
        }
        let receives = queue != Queue::Send;
        if receives && self.receiving.is_none() {
            self.read_on();
            if let Some(pong) = self.pong() {
                return Ok(Some(self.hand_out_to_receive(Reads::Pong, Taken::Write(pong))));
            }
        }
        if queue != Queue::Receive
            && let Some(action) = self.send_action()
        {
            return Ok(Some(action));
        }
        if receives { self.receive_action() } else { Ok(None) }
    }

    /// Puts octets where a read wants them.
    pub fn fill(&mut self, octets: &[u8]) {
        self.filled = octets.to_vec();
    }

    /// Completes an action. One that is not outstanding is left alone.
    pub fn complete(&mut self, ticket: u64, octets: usize) {
        let trusts = self.bugs.has(Bug::TrustsStaleTickets) && ticket < self.tickets;
        match (self.sending, self.receiving) {
            (Some((own, sent)), _) if own == ticket => self.complete_send(sent, octets),
            (_, Some((own, reads))) if own == ticket || trusts => {
                self.receiving = None;
                self.complete_receive(reads, octets);
            }
            _ => {}
        }
    }

    /// Gives the connection up.
    pub fn abort(&mut self) {
        if !self.is_open() && !self.bugs.has(Bug::AbortsBeforeOpen) {
            return;
        }
        self.aborted = true;
        self.events.clear();
        if !self.bugs.has(Bug::AnswersAfterAbort) {
            self.pongs.clear();
        }
        self.fault = None;
        if self.bugs.has(Bug::ForgetsAtAbort) {
            self.receives = 0;
            self.out.forget();
        } else if !self.bugs.has(Bug::WritesAfterAbort) {
            self.out.end_all();
        }
    }

    fn is_open(&mut self) -> bool {
        self.stage.opens(self.bugs) && !(self.refused && self.bugs.has(Bug::FailsForGood))
    }

    /// Reads what has come, as far as somebody wants to know it.
    fn read_on(&mut self) {
        while self.receives > 0
            && let Some(Event::Ping(_)) = self.events.front()
            && let Some(Event::Ping(payload)) = self.events.pop_front()
        {
            if self.out.is_inside_frame() && self.bugs.has(Bug::LosesDeferredPongs) {
                continue;
            }
            self.pongs.push_back(payload);
        }
    }

    /// The next Pong, if one can go out now.
    fn pong(&mut self) -> Option<Vec<u8>> {
        let waits = self.out.is_inside_frame() && !self.bugs.has(Bug::InterleavesPongs);
        if waits || self.aborted && !self.bugs.has(Bug::AnswersAfterAbort) {
            return None;
        }
        let repeats = self.pongs.len() > 1 && self.bugs.has(Bug::RepeatsDeferredPongs);
        let first = self.pongs.front().filter(|_| repeats).cloned();
        let payload = if repeats { self.pongs.pop_back() } else { self.pongs.pop_front() };
        let payload = first.or(payload)?;
        Some(self.out.pong(&payload))
    }

    fn send_action(&mut self) -> Option<(u64, Taken)> {
        let pong_is_out = matches!(self.receiving, Some((_, Reads::Pong)));
        if self.sending.is_some() && !self.bugs.has(Bug::HandsOutTwice) || pong_is_out {
            return None;
        }
        let (sent, taken) = match self.out.next()? {
            Operation::Write(octets) => (Sent::Write(octets.len()), Taken::Write(octets)),
            Operation::Over => (Sent::Complete, Taken::Sent),
        };
        self.tickets += 1;
        self.sending = Some((self.tickets, sent));
        Some((self.tickets, taken))
    }

    fn receive_action(&mut self) -> Result<Option<(u64, Taken)>, Answer> {
        if self.receives == 0 || self.receiving.is_some() && !self.bugs.has(Bug::ReadsTwice) {
            return Ok(None);
        }
        let reads_on = self.aborted && self.bugs.has(Bug::ReadsAfterAbort);
        let received = match self.events.front() {
            _ if reads_on => {
                return Ok(Some(self.hand_out_to_receive(Reads::Read, Taken::Read(ROOM))));
            }
            _ if self.aborted || self.cancelled => Received::Nothing,
            Some(Event::Message(kind, payload)) => Received::Message(*kind, payload.clone()),
            Some(Event::Close { body }) => Received::Close(Event::close_code(body).unwrap_or(1005)),
            Some(Event::Ping(_) | Event::Pong(_)) => Received::Nothing,
            None if self.fault.is_some() => return Err(Answer::InvalidFormat),
            None => return Ok(Some(self.hand_out_to_receive(Reads::Read, Taken::Read(ROOM)))),
        };
        Ok(Some(self.hand_out_to_receive(Reads::Result, Taken::Received(received))))
    }

    fn hand_out_to_receive(&mut self, reads: Reads, taken: Taken) -> (u64, Taken) {
        self.tickets += 1;
        self.receiving = Some((self.tickets, reads));
        (self.tickets, taken)
    }

    fn complete_send(&mut self, sent: Sent, octets: usize) {
        self.sending = None;
        match sent {
            Sent::Complete => self.out.done(),
            Sent::Write(all) if octets == all => self.out.wrote(all),
            Sent::Write(_) if self.bugs.has(Bug::StallsAtShortWrites) => self.out.stall(),
            Sent::Write(_) => {
                self.out.end_first();
                if self.bugs.has(Bug::AbortsAtShortWrites) {
                    self.abort();
                }
            }
        }
    }

    fn complete_receive(&mut self, reads: Reads, octets: usize) {
        match reads {
            Reads::Pong => {}
            Reads::Read if octets == 0 => {
                self.cancelled = true;
                if self.bugs.has(Bug::AbortsAtEmptyReads) {
                    self.abort();
                }
            }
            Reads::Read => {
                let filled = core::mem::take(&mut self.filled);
                let mut events = Vec::new();
                if !self.closed && !self.aborted {
                    self.fault = self.reading.feed(&filled, &mut events).err().map(|f| f.violation);
                }
                self.closed |= events.iter().any(|event| matches!(event, Event::Close { .. }));
                self.events.extend(events);
            }
            Reads::Result => {
                self.receives -= 1;
                if self.cancelled {
                    self.cancelled = false;
                } else if let Some(Event::Close { body }) = self.events.pop_front()
                    && self.bugs.has(Bug::AnswersClosesItself)
                {
                    self.out.close_unasked(&body);
                }
            }
        }
    }
}
