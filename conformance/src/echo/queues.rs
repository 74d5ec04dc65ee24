//! The session between its two threads: what both may do while they hold the lock.

use core::fmt;
use std::collections::VecDeque;

use wsproof_engine::{
    Action, ActionError, ActionQueue, Completed, Fault, Misuse, Outgoing, Session, Ticket,
};

use super::payload::Payload;
use crate::driver::echo::Echo;

/// A session whose operations carry what was lent, so that it can be written without the session.
pub(super) type EchoSession = Session<Option<Payload>, Payload>;

/// What an operation costs beside its payload; keeps a flood of empty messages bounded.
const OPERATION: usize = 128;
/// Below it an offer is copied: that is cheaper than a second write.
const WORTH_LENDING: usize = 16 << 10;

/// The session, the application, and what they owe each other.
#[derive(Debug)]
pub(super) struct Queues {
    session: EchoSession,
    echo: Echo,
    /// The read that is outstanding.
    read: Option<Ticket>,
    /// Pongs on their way, and behind how many operations to send they leave, so that answers keep
    /// the order of what they answer. They are copied, so that reading goes on while a write blocks.
    pongs: VecDeque<(u64, Vec<u8>)>,
    /// Operations to send so far, and how many of them are over: `over <= queued`.
    queued: u64,
    over: u64,
    /// Octets that wait to be written, and the most that reading lets wait.
    waiting: usize,
    backlog: usize,
    /// The first message, for an application that listens instead of echoing.
    heard: Option<Heard>,
    fault: Option<Fault>,
    messages: u64,
    stream_ended: bool,
}

/// What an application that does not echo has heard.
#[derive(Debug, Default)]
pub(super) struct Heard(Option<Payload>);

/// What the writer is to do.
pub(super) enum Next {
    /// Write these octets, and then those of the payload; an action, unless they are pongs.
    Write(Option<Ticket>, Option<Payload>),
    /// Wait for the reader.
    Wait,
    /// Nothing will come any more.
    End,
}

/// How the exchange came to its end.
#[derive(Debug)]
pub(super) struct Came {
    /// The fault of the peer that ended it.
    pub(super) fault: Option<Fault>,
    /// Whether the peer closed with a Close.
    pub(super) closed: bool,
    /// Messages received.
    pub(super) messages: u64,
    /// The first of them, where nothing was echoed.
    pub(super) heard: Option<Vec<u8>>,
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, closed, messages, .. } = self;
        let plural = if *messages == 1 { "" } else { "s" };
        write!(f, "{messages} message{plural}, ")?;
        match fault {
            Some(fault) => write!(f, "failed: {fault}"),
            None if *closed => f.write_str("closed"),
            None => f.write_str("ended without a Close"),
        }
    }
}

impl Queues {
    pub(super) fn new(session: EchoSession, echo: Echo, backlog: usize, listens: bool) -> Self {
        Self {
            session,
            echo,
            read: None,
            pongs: VecDeque::new(),
            queued: 0,
            over: 0,
            waiting: 0,
            backlog,
            heard: listens.then(Heard::default),
            fault: None,
            messages: 0,
            stream_ended: false,
        }
    }

    /// Whether nothing of what still arrives matters.
    pub(super) fn is_over(&self) -> bool {
        self.stream_ended || self.echo.finished()
    }

    /// Whether the peer, or a failure, has ended the stream.
    pub(super) const fn stream_ended(&self) -> bool {
        self.stream_ended
    }

    /// Whether octets can be taken.
    pub(super) const fn is_reading(&self) -> bool {
        self.read.is_some()
    }

    /// Does the receive queue's actions until a read is due, no room is left, or it is over.
    pub(super) fn look(&mut self) {
        while self.read.is_none() && !self.is_over() && self.waiting <= self.backlog {
            match self.session.get_action(ActionQueue::Receive) {
                Ok(Action::NoAction) => self.want_more(),
                Ok(Action::ReceiveFromNetwork(ticket)) => self.read = Some(ticket),
                Ok(Action::SendToNetwork(pong, _)) => {
                    let octets = self.session.slices(pong).unwrap_or_default().concat();
                    self.wait_for(octets.len());
                    self.complete(pong, octets.len());
                    match self.pongs.back_mut() {
                        Some((behind, pongs)) if *behind == self.queued => pongs.extend(octets),
                        _ => self.pongs.push_back((self.queued, octets)),
                    }
                }
                Ok(Action::IndicateReceiveComplete(ticket, buffer_type)) => {
                    let answer = match (buffer_type, self.session.incoming(ticket)) {
                        (Some(buffer_type), Ok(incoming)) => {
                            self.echo.answer(buffer_type, incoming)
                        }
                        _ => None,
                    };
                    self.complete(ticket, 0);
                    answer.into_iter().for_each(|answer| self.answer(answer));
                }
                Ok(action @ Action::IndicateSendComplete(..)) => {
                    unreachable!("{action:?} is of the send queue")
                }
                Err(ActionError::Fault(fault)) => {
                    self.fault = Some(fault);
                    let close = self.echo.fail(fault);
                    close.into_iter().for_each(|close| self.send(close));
                }
                Err(ActionError::Misuse(misuse)) => misused(misuse),
            }
        }
    }

    /// Gives octets to the outstanding read and returns those it had no room for.
    pub(super) fn take<'o>(&mut self, octets: &'o [u8]) -> &'o [u8] {
        let Some(ticket) = self.read.take() else { return octets };
        let buffer = self.session.buffer_mut(ticket).unwrap_or_else(|misuse| misused(misuse));
        let (now, later) = octets.split_at(octets.len().min(buffer.len()));
        buffer[..now.len()].copy_from_slice(now);
        self.complete(ticket, now.len());
        later
    }

    /// The network has no more octets, or nobody will look at them.
    pub(super) fn end_of_stream(&mut self) {
        self.stream_ended = true;
        if let Some(ticket) = self.read.take() {
            self.complete(ticket, 0);
        }
    }

    /// What to write next; the octets of `head` come first.
    pub(super) fn next(&mut self, head: &mut Vec<u8>) -> Next {
        head.clear();
        loop {
            // An operation that is over has ended its frame.
            if self.pongs.front().is_some_and(|(behind, _)| *behind <= self.over)
                && let Some((_, pongs)) = self.pongs.pop_front()
            {
                *head = pongs;
                return Next::Write(None, None);
            }
            match self.session.get_action(ActionQueue::Send) {
                Ok(Action::NoAction) if self.is_over() => return Next::End,
                Ok(Action::NoAction) => return Next::Wait,
                Ok(Action::SendToNetwork(ticket, _)) => {
                    return Next::Write(Some(ticket), self.offer(ticket, head));
                }
                Ok(Action::IndicateSendComplete(ticket, _)) => {
                    let completed = self.session.complete_action(ticket, 0);
                    self.over += 1;
                    if let Ok(Completed::Send { context, .. }) = completed {
                        self.written(OPERATION + context.map_or(0, |lent| lent.as_ref().len()));
                    }
                    // There may be room again.
                    self.look();
                }
                Ok(action) => unreachable!("{action:?} is of the receive queue"),
                // Faults are reported to the receive queue.
                Err(ActionError::Fault(_)) => return Next::End,
                Err(ActionError::Misuse(misuse)) => misused(misuse),
            }
        }
    }

    /// Copies what is offered, but for a large payload, which is lent as it is.
    fn offer(&self, ticket: Ticket, head: &mut Vec<u8>) -> Option<Payload> {
        let [first, second] = self.session.slices(ticket).unwrap_or_else(|misuse| misused(misuse));
        head.extend_from_slice(first);
        if second.len() >= WORTH_LENDING
            && let Ok(Some(Some(lent))) = self.session.context(ticket)
            && core::ptr::eq(lent.as_ref(), second)
        {
            return Some(lent.clone());
        }
        head.extend_from_slice(second);
        None
    }

    /// Reports what was written, an action or else pongs.
    pub(super) fn wrote(&mut self, ticket: Option<Ticket>, octets: usize) {
        let Some(ticket) = ticket else {
            self.written(octets);
            return self.look();
        };
        self.complete(ticket, octets);
        // A pong may have waited for the end of the frame. It is of the receive queue, whose action
        // is the read: that is taken back and asked for again.
        if let Some(read) = self.read.take() {
            self.session.decline(read).unwrap_or_else(|misuse| misused(misuse));
        }
        self.look();
    }

    /// Closes the connection since the application goes away.
    pub(super) fn go_away(&mut self) {
        let close = self.echo.go_away();
        close.into_iter().for_each(|close| self.send(close));
    }

    /// How it came out.
    pub(super) fn came(&mut self) -> Came {
        Came {
            fault: self.fault,
            closed: self.echo.finished() && self.fault.is_none(),
            messages: self.messages,
            heard: self
                .heard
                .take()
                .and_then(|heard| heard.0)
                .map(|payload| payload.as_ref().to_vec()),
        }
    }

    fn want_more(&mut self) {
        if let Err(refused) = self.session.receive(None, None) {
            misused(refused.misuse);
        }
    }

    fn answer(&mut self, answer: Outgoing<Payload>) {
        let message = matches!(answer, Outgoing::Utf8Message(_) | Outgoing::BinaryMessage(_));
        self.messages += u64::from(message);
        match &mut self.heard {
            Some(heard) if message => heard.0 = heard.0.take().or_else(|| answer.into_payload()),
            _ => self.send(answer),
        }
    }

    fn send(&mut self, outgoing: Outgoing<Payload>) {
        let lent = outgoing.payload().cloned();
        self.wait_for(OPERATION + lent.as_ref().map_or(0, |lent| lent.as_ref().len()));
        if let Err(refused) = self.session.send(outgoing, lent) {
            misused(refused.misuse);
        }
        self.queued += 1;
    }

    fn complete(&mut self, ticket: Ticket, octets: usize) {
        if let Err(misuse) = self.session.complete_action(ticket, octets) {
            misused(misuse);
        }
    }

    const fn wait_for(&mut self, octets: usize) {
        self.waiting += octets;
    }

    const fn written(&mut self, octets: usize) {
        self.waiting = self.waiting.saturating_sub(octets);
    }
}

/// The peer cannot cause a misuse; the application did.
fn misused(misuse: Misuse) -> ! {
    unreachable!("the echo application: {misuse}")
}

#[cfg(test)]
mod tests {
    use wsproof_engine::{Header, Role, Selection};

    use super::*;
    use crate::echo::settings::Settings;

    /// A server whose echoes may take so many octets while they wait.
    fn server(backlog: usize) -> Queues {
        let config = Settings::default().config(Role::Server);
        let mut session = EchoSession::create_server(config).unwrap();
        let request = [
            ("Host", "localhost"),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        .map(|(name, value)| Header::new(name, value));
        session.begin_server_handshake(&Selection::default(), &request).unwrap();
        Queues::new(session, Echo::new(Role::Server), backlog, false)
    }

    /// Hands over octets while they are taken; how many were left.
    fn feed(queues: &mut Queues, mut octets: &[u8]) -> usize {
        queues.look();
        while queues.is_reading() && !octets.is_empty() {
            octets = queues.take(octets);
            queues.look();
        }
        octets.len()
    }

    #[test]
    fn reading_pauses_beyond_the_backlog_and_goes_on_behind_a_write() {
        for frame in [b"\x82\x80\0\0\0\0", b"\x89\x80\0\0\0\0"] {
            let flood = frame.repeat(10_000);
            let mut queues = server(2048);
            let left = feed(&mut queues, &flood);
            assert!(left > 0 && !queues.is_reading(), "{left} of {} octets", flood.len());
            assert!(queues.waiting <= 2048 + OPERATION, "{} octets wait", queues.waiting);

            let (mut head, mut echoed) = (Vec::new(), 0);
            while let Next::Write(ticket, lent) = queues.next(&mut head) {
                assert!(lent.is_none());
                echoed += head.len() / 2;
                queues.wrote(ticket, head.len());
            }
            assert!(echoed > 0 && queues.waiting == 0 && queues.is_reading());
        }
    }

    #[test]
    fn a_large_message_is_written_from_where_it_lies() {
        let mut queues = server(usize::MAX);
        let mut message = b"\x82\xff\0\0\0\0\0\x01\0\0\0\0\0\0".to_vec();
        message.resize(14 + 65_536, 7);
        assert_eq!(feed(&mut queues, &message), 0);
        let mut head = Vec::new();
        let Next::Write(_, Some(lent)) = queues.next(&mut head) else { panic!("nothing is lent") };
        assert_eq!(head, b"\x82\x7f\0\0\0\0\0\x01\0\0");
        assert!(lent.as_ref() == [7; 65_536]);
    }
}
