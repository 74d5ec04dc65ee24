//! A subject whose own interface is called: by a case, and where the case calls nothing by an
//! application that echoes.
//!
//! What differs between subjects is [`Calls`]; the application is the same for all.

mod library;
mod model;
mod session;

use std::borrow::Cow;
use std::collections::VecDeque;

use wsproof_cases::case::Needs;
use wsproof_cases::interface::{Action, Answer, Call, Queue, Received, Sending, Taken};
use wsproof_cases::payload::Payload;
use wsproof_cases::role::Role;

use super::application::Application;
use super::outbox::Outbox;

/// Header fields, owned.
pub(super) type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// The interface of the WebSocket Protocol Component API, as a subject has it.
pub(super) trait Calls {
    /// What names an action until it is completed, and maybe longer.
    type Ticket;

    /// Queues an operation to send.
    fn send(&mut self, sending: &Sending) -> Answer;

    /// Queues an operation to receive.
    fn receive(&mut self) -> Answer;

    /// Asks what to do next; `None` is nothing.
    fn get_action(&mut self, queue: Queue) -> Result<Option<(Self::Ticket, Taken)>, Answer>;

    /// Puts octets where a read wants them.
    fn fill(&mut self, ticket: &mut Self::Ticket, octets: &[u8]);

    /// Completes an action, or tries to; the ticket comes back if it can be used once more.
    fn complete(&mut self, ticket: Self::Ticket, octets: usize) -> Option<Self::Ticket>;

    /// Gives the connection up.
    fn abort(&mut self);

    /// Begins a client's handshake, and says which fields the request must carry.
    fn begin_client(
        &mut self,
        subprotocols: &[&str],
        extensions: &[&str],
    ) -> Result<Fields, Answer>;

    /// Ends a client's handshake.
    fn end_client(&mut self, response: &Fields) -> Answer;

    /// Begins a server's handshake.
    fn begin_server(
        &mut self,
        subprotocol: Option<&str>,
        extensions: &[&str],
        request: &Fields,
    ) -> Answer;

    /// Ends a server's handshake.
    fn end_server(&mut self) -> Answer;
}

/// Why a subject without the interface does not play a case, if that is what the case needs.
pub(super) fn lacks_calls(needs: &Needs) -> Option<&'static str> {
    needs.interface.map(|_| "its interface is not called")
}

/// How many actions a subject may hand out for what it was fed at once. It ends the connection of
/// one that never rests.
const RESTLESS: u32 = 1 << 18;

/// Calls, and an application that echoes.
pub(super) struct InterfaceLink<C: Calls> {
    calls: C,
    role: Role,
    /// The opening handshake is over.
    open: bool,
    /// The key of a client's request.
    key: Vec<u8>,
    /// The application's own read.
    read: Option<(C::Ticket, usize)>,
    /// Octets for which there was no room yet.
    input: VecDeque<u8>,
    out: Outbox,
    /// The actions that the case has taken and not completed.
    kept: Vec<(C::Ticket, usize)>,
    /// An action that is over.
    over: Option<C::Ticket>,
    message: Vec<u8>,
    close_sent: bool,
    /// Nothing of what still arrives matters.
    finished: bool,
}

impl<C: Calls> InterfaceLink<C> {
    /// A subject that is open, or was just created.
    pub(super) fn new(calls: C, role: Role, open: bool) -> Self {
        let mut link = Self {
            calls,
            role,
            open,
            key: Vec::new(),
            read: None,
            input: VecDeque::new(),
            out: Outbox::default(),
            kept: Vec::new(),
            over: None,
            message: Vec::new(),
            close_sent: false,
            finished: false,
        };
        link.run();
        link
    }

    fn carry_out(&mut self, ticket: C::Ticket, taken: Taken) {
        let octets = taken.octets();
        match taken {
            Taken::Read(room) => return self.read = Some((ticket, room)),
            Taken::Write(octets) => self.out.write(&octets),
            Taken::Sent => {}
            Taken::Received(received) => {
                self.calls.complete(ticket, octets);
                return self.answer(received);
            }
        }
        self.over = self.calls.complete(ticket, octets).or_else(|| self.over.take());
    }

    fn answer(&mut self, received: Received) {
        match received {
            Received::Nothing => {}
            Received::Fragment(octets) => self.message.extend(octets),
            Received::Message(kind, octets) => {
                self.message.extend(octets);
                let whole = Payload::octets(core::mem::take(&mut self.message));
                if !self.close_sent {
                    self.calls.send(&Sending::Message(kind, whole));
                }
            }
            Received::Close(code) => self.close(code),
        }
    }

    fn close(&mut self, code: u16) {
        self.finished = true;
        if !core::mem::replace(&mut self.close_sent, true) {
            let code = Some(code).filter(|code| *code != 1005);
            self.calls.send(&Sending::Close { code, reason: Payload::EMPTY });
        }
    }

    /// Whether the stream should end once everything is written.
    fn ends_stream(&self) -> bool {
        self.finished && self.role == Role::Server
    }

    fn take_action(&mut self, queue: Queue) -> Answer {
        match self.calls.get_action(queue) {
            Err(answer) => answer,
            Ok(None) => Answer::Action(Action::None),
            Ok(Some((ticket, taken))) => {
                let (action, octets) = (taken.action(), taken.octets());
                if let Taken::Write(octets) = taken {
                    self.out.write(&octets);
                }
                self.kept.push((ticket, octets));
                Answer::Action(action)
            }
        }
    }

    fn complete(&mut self, octets: Option<u64>) {
        if let Some((ticket, all)) = self.kept.pop() {
            let octets = octets.map_or(all, |octets| octets as usize);
            self.over = self.calls.complete(ticket, octets).or_else(|| self.over.take());
        }
    }
}

impl<C: Calls> Application for InterfaceLink<C> {
    fn take(&mut self, octets: &[u8]) {
        self.input.extend(octets);
        self.run();
    }

    fn run(&mut self) {
        let mut steps = 0;
        while self.open && !self.out.is_ended() {
            steps += 1;
            if steps > RESTLESS {
                return self.end();
            }
            if let Some((mut ticket, room)) = self.read.take() {
                let n = room.min(self.input.len());
                if n == 0 {
                    self.read = Some((ticket, room));
                } else {
                    let octets: Vec<u8> = self.input.drain(..n).collect();
                    self.calls.fill(&mut ticket, &octets);
                    self.calls.complete(ticket, n);
                }
            }
            match self.calls.get_action(Queue::All) {
                Ok(Some((ticket, taken))) => self.carry_out(ticket, taken),
                Ok(None) if self.ends_stream() => self.end(),
                // An action that the case keeps, or the read, holds the queue.
                Ok(None) if self.read.is_some() || !self.kept.is_empty() => return,
                Ok(None) => {
                    if self.calls.receive() != Answer::Accepted {
                        return self.end();
                    }
                }
                Err(_) if self.ends_stream() => self.end(),
                Err(_) if self.close_sent => return,
                Err(_) => self.close(1002),
            }
        }
    }

    fn end(&mut self) {
        if let Some((ticket, _)) = self.read.take() {
            self.calls.complete(ticket, 0);
        }
        self.calls.abort();
        self.out.end();
    }

    fn out(&mut self) -> &mut Outbox {
        &mut self.out
    }

    fn call(&mut self, call: &Call) -> Answer {
        match call {
            Call::Send(sending) => {
                let answer = self.calls.send(sending);
                let closes = matches!(sending, Sending::Close { .. }) && answer == Answer::Accepted;
                self.close_sent |= closes;
                answer
            }
            Call::Receive => self.calls.receive(),
            Call::Take(queue) => self.take_action(*queue),
            Call::Complete => {
                self.complete(None);
                Answer::Accepted
            }
            Call::CompleteWith(octets) => {
                self.complete(Some(*octets));
                Answer::Accepted
            }
            Call::CompleteAgain => {
                if let Some(ticket) = self.over.take() {
                    self.over = self.calls.complete(ticket, 0);
                }
                Answer::Accepted
            }
            Call::CancelRead => {
                if let Some((ticket, _)) = self.read.take() {
                    self.calls.complete(ticket, 0);
                }
                Answer::Accepted
            }
            Call::Abort => {
                self.calls.abort();
                // Whatever is outstanding is to be completed all the same.
                if let Some((ticket, _)) = self.read.take() {
                    self.calls.complete(ticket, 0);
                }
                Answer::Accepted
            }
            Call::BeginClient { subprotocols, extensions } => {
                let (subprotocols, extensions) = (words(subprotocols), words(extensions));
                match self.calls.begin_client(&subprotocols, &extensions) {
                    Err(answer) => answer,
                    Ok(request) => {
                        let is_key = |(name, _): &&(Vec<u8>, Vec<u8>)| {
                            name.eq_ignore_ascii_case(b"Sec-WebSocket-Key")
                        };
                        let key = request.iter().find(is_key);
                        self.key = key.map_or(Vec::new(), |(_, value)| value.clone());
                        Answer::Accepted
                    }
                }
            }
            Call::EndClient(response) => {
                let answer = self.calls.end_client(&response.lines(&self.key));
                self.open |= answer == Answer::Accepted;
                answer
            }
            Call::BeginServer { subprotocol, extensions, request } => {
                let extensions = words(extensions);
                let request = request.lines(b"");
                let answer = self.calls.begin_server(subprotocol.as_deref(), &extensions, &request);
                // The first session function ends the handshake, too.
                self.open |= answer == Answer::Accepted;
                answer
            }
            Call::EndServer => self.calls.end_server(),
        }
    }
}

fn words<'w>(words: &'w [Cow<'static, str>]) -> Vec<&'w str> {
    words.iter().map(|word| &**word).collect()
}
