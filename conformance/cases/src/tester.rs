//! The tester: the other end of the subject's connection.
//!
//! It writes what the script says, checks what the subject sends, answers Pings and Closes and
//! begins the closing handshake when the case is finished. It does so as the Autobahn test suite
//! does, because a case's script alone does not say who closes, and with which code.
//!
//! Time is virtual. It passes in rounds, and only while the subject rests: a round stands for the
//! second for which other test suites wait. Whatever waits (for the reply to a Close, for the end
//! of the stream, for the deadline) waits a number of rounds and is woken in the order in which
//! the waiting ends; on a tie, in the order in which it began.
//!
//! The states are open, closing (a Close was sent) and over (no stream any more). The tester knows
//! no transport: its octets leave through [`Wire`], and the loop that plays a case hands it what the
//! subject writes.

mod sending;
mod waiting;

pub use waiting::Due;

use core::cell::{Cell, OnceCell};

use crate::breach::Breach;
use crate::case::{By, Case, Deadline, Finish};
use crate::deflate::{Slices, Stream, Terms};
use crate::http;
use crate::interface::Answer;
use crate::payload::{Blob, Payload};
use crate::random::Random;
use crate::reception::{Item, Reception};
use crate::role::Role;
use crate::step::{Frame, Step, effort};
use crate::transcript::{CloseSeen, Entry, Seen, Transcript, Trouble};
use crate::wire::Opcode;
use waiting::Fences;

/// Where the tester's octets go.
pub trait Wire {
    /// Takes the next octets.
    fn write(&mut self, octets: &[u8]);

    /// Says that what was written before and what comes next are writes of their own.
    fn boundary(&mut self);
}

/// What a step of the script asks of the loop that plays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Go on with the next step.
    GoOn,
    /// Let the subject come to rest, then ask [`Tester::is_answered`]; if not, skip the rest.
    Rest,
    /// Let a round pass.
    Round,
    /// Call the subject's interface, and say what it [answers](Tester::answered).
    Call,
    /// Tell the subject that no more octets will come.
    HalfClose,
    /// Skip the rest of the script and the deadline.
    Stop,
}

/// What the tester was waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A script's pause.
    Pause,
    /// The end of the case's patience.
    Deadline,
    /// The reply to the tester's Close.
    CloseReply,
    /// The end of the server's stream after the closing handshake.
    StreamEnd,
}

/// The tester's side of one run.
#[derive(Debug)]
pub struct Tester<'c> {
    case: &'c Case,
    role: Role,
    state: State,
    /// The tester has ended its side of the stream.
    half_closed: bool,
    transcript: Transcript,
    reception: Reception,
    keys: Random,
    part: Option<([u8; 4], u64)>,
    /// How many octets a frame has announced that were not written.
    promised: u64,
    /// The request of the opening handshake, the tester's own or the subject's.
    request: http::Head,
    /// A server has refused it, and what is sent next is another.
    answered: bool,
    /// What the tester keeps to when it compresses.
    terms: Option<Terms>,
    slicing: Option<Slicing>,
    now: u32,
    timers: Vec<(u32, Timer)>,
    events: usize,
    messages: usize,
    pongs: usize,
    echoes: usize,
    /// Messages and Pings that were written whole.
    completed: usize,
    pings: usize,
    /// What Pongs may answer, if the script shows all of it.
    asked: OnceCell<Option<Vec<Blob>>>,
    fences: Fences,
    /// Whether more has to come after this many events.
    goes_on: Cell<Option<(usize, bool)>>,
    /// The opening handshake is not the case's own, and no event.
    plain: bool,
}

/// Slices of made-up data that are being sent one after another.
#[derive(Debug)]
struct Slicing {
    slices: Slices,
    /// The same compressed, if that was agreed on.
    stream: Option<Stream>,
    /// The number of the next one.
    next: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A server has not answered the opening handshake, or has refused it; a client has no answer.
    Opening,
    Open,
    Closing,
    Over,
}

impl<'c> Tester<'c> {
    /// How many frames and heads a subject may send, whatever it was sent, before it is a flood.
    pub const FRAMES: u64 = 1 << 16;
    /// It may send another one for so many octets of [effort] of the script: whoever echoes in smaller
    /// pieces is not looked at to the end.
    pub const OCTETS_A_FRAME: u64 = 32;

    /// A tester for a subject in this role. `seed` makes the masking keys.
    pub fn new(case: &'c Case, subject: Role, seed: u64) -> Self {
        Self {
            case,
            role: !subject,
            state: if case.needs.opening.is_some() { State::Opening } else { State::Open },
            half_closed: false,
            transcript: Transcript::new(subject),
            reception: Reception::new(
                subject,
                case.needs.opening.is_some(),
                Self::FRAMES + effort(&case.script) / Self::OCTETS_A_FRAME,
            ),
            keys: Random::new(seed),
            part: None,
            promised: 0,
            request: http::Head::default(),
            answered: false,
            terms: None,
            slicing: None,
            now: 0,
            timers: Vec::new(),
            events: 0,
            messages: 0,
            pongs: 0,
            echoes: 0,
            completed: 0,
            pings: 0,
            asked: OnceCell::new(),
            fences: Fences::default(),
            goes_on: Cell::new(None),
            plain: false,
        }
    }

    /// Whether the connection is gone.
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Whether every echo asked for so far has come and the connection is still open.
    pub fn is_answered(&self) -> bool {
        self.state == State::Open && self.messages >= self.echoes
    }

    /// Does one step of the script; [`Step::Times`] is for the loop to unroll.
    pub fn step(&mut self, step: &Step, wire: &mut dyn Wire) -> Ask {
        match step {
            Step::Frame(frame) => self.send(frame, wire),
            Step::Message { kind, payload, fragment } => {
                let n = if *fragment == 0 { u64::MAX } else { *fragment };
                self.send_message(Frame::new(kind.opcode(), payload.clone()), n, wire);
            }
            Step::Slice { kind, data, length, fragment } => {
                let slices = Slices { data: *data, length: *length };
                self.send_slice(*kind, slices, *fragment, wire);
            }
            Step::Header(frame) => self.send_header(frame, wire),
            Step::Part(payload) => self.send_part(payload, wire),
            Step::Close { code, reason } => self.close(*code, reason, By::Tester, wire),
            Step::Head(head) => self.send_head(head, wire),
            Step::Call(call) => {
                if self.is_over() {
                    return Ask::Stop;
                }
                self.transcript.push(Entry::Called(call.clone()));
                return Ask::Call;
            }
            Step::Opened => return Ask::Rest,
            Step::Times(..) => {}
            Step::Echo => {
                self.echoes += 1;
                return Ask::Rest;
            }
            Step::Settle => return Ask::Round,
            Step::Mark(tag) => {
                if self.state != State::Open {
                    return Ask::Stop;
                }
                self.see(Seen::Mark(tag), wire);
            }
            Step::HalfClose => {
                if self.writes() {
                    self.transcript.push(Entry::HalfClosed);
                    self.half_closed = true;
                    return Ask::HalfClose;
                }
            }
            Step::Drop => {
                self.transcript.closing.dropped_by_script = !self.is_over();
                self.drop_stream();
                return Ask::Stop;
            }
        }
        Ask::GoOn
    }

    /// Takes the answer of a call.
    pub fn answered(&mut self, answer: Answer, wire: &mut dyn Wire) {
        self.see(Seen::Answered(answer), wire);
    }

    /// Takes octets from the subject. Nothing happens before [`react`](Self::react).
    pub fn receive(&mut self, octets: &[u8]) {
        self.reception.feed(octets);
    }

    /// Takes the end of the subject's stream.
    pub fn receive_end(&mut self) {
        self.reception.ended();
    }

    /// Takes the end of the subject's stream in disorder.
    pub fn receive_reset(&mut self) {
        self.transcript.reset = !self.is_over();
        self.reception.ended();
    }

    /// Takes the news that the subject broke down.
    pub fn receive_crash(&mut self, how: String) {
        self.reception.crashed(how);
    }

    /// Reacts to everything received, and says whether there was anything.
    pub fn react(&mut self, wire: &mut dyn Wire) -> bool {
        let mut any = false;
        while let Some(item) = self.reception.next() {
            any = true;
            match item {
                Item::Crashed(how) => {
                    self.transcript.push(Entry::Crashed(how));
                    self.over();
                }
                // Nobody is there to react any more.
                _ if self.is_over() => {}
                item => self.react_to(item, wire),
            }
        }
        any
    }

    /// Begins to wait. The tester arms its own timers, the loop those of the script.
    pub fn wait(&mut self, timer: Timer, rounds: u32) {
        self.timers.push((self.now + rounds, timer));
    }

    /// Lets time pass until the next waiting ends, and says which; nothing if nothing waits.
    pub fn pass(&mut self, wire: &mut dyn Wire) -> Option<Timer> {
        let next = (0..self.timers.len()).min_by_key(|&i| self.timers[i].0)?;
        let (due, timer) = self.timers.remove(next);
        if due > self.now {
            self.now = due;
            self.transcript.push(Entry::Settled);
        }
        match timer {
            Timer::Pause => {}
            Timer::Deadline if self.state == State::Opening => self.drop_stream(),
            Timer::Deadline => match self.case.deadline {
                Deadline::Fail => self.fail(1001, "Going Away", wire),
                Deadline::Close => self.close(None, &Payload::EMPTY, By::Tester, wire),
            },
            Timer::CloseReply | Timer::StreamEnd => {
                self.transcript.closing.clean = false;
                self.drop_stream();
            }
        }
        Some(timer)
    }

    /// Leaves a connection that is still there, because nothing is left to wait for.
    pub fn give_up(&mut self) {
        if !self.is_over() {
            self.transcript.push(Entry::StillOpen);
            self.state = State::Over;
        }
    }

    /// What happened.
    pub fn finish(self) -> Transcript {
        self.transcript
    }

    fn react_to(&mut self, item: Item, wire: &mut dyn Wire) {
        match item {
            // Only the Autobahn test suite reacts to what does not count.
            Item::Breach(breach, _) if !breach.counts() && self.case.autobahn.is_none() => {}
            Item::Breach(breach, header) => {
                self.transcript.push(Entry::Breach { breach, header });
                if let Some(code) = breach.fails_with() {
                    self.fail(code, "", wire);
                }
            }
            Item::Head(head) => match self.role {
                Role::Server => self.take_request(head),
                Role::Client => self.take_answer(&head, wire),
            },
            Item::Frame(header, payload)
                if header.opcode == Opcode::PONG && self.is_fence(&payload) => {}
            Item::Pong(payload) if self.is_fence(&payload) => self.pass_fence(&payload),
            Item::Frame(header, payload) => {
                self.transcript.push(Entry::Received { header, payload });
            }
            Item::Message(kind, blob) => {
                if !self.transcript.closing.failed_by_tester {
                    self.messages += 1;
                    self.see(Seen::Message(kind, blob), wire);
                }
            }
            Item::Pong(blob) => self.see_pong(blob, wire),
            Item::Ping(octets) => {
                if self.state == State::Open {
                    self.send(&Frame::new(Opcode::PONG, Payload::octets(octets)), wire);
                }
            }
            Item::Close { code, reason, breaches, header } => {
                self.transcript.closing.subject = Some(CloseSeen { code });
                if self.case.ending.reason.is_some() {
                    self.transcript.closing.reason = Some(Blob::from(&reason[..]));
                }
                for breach in breaches {
                    self.react_to(Item::Breach(breach, Some(header)), wire);
                }
                self.answer_close(wire);
            }
            Item::Ended => {
                self.transcript.push(Entry::Ended);
                self.over();
            }
            Item::Crashed(_) => {}
            Item::Flooded => self.receive_trouble(Trouble::Flooded),
        }
    }

    /// Notes an event, and closes if that finishes the case.
    fn see(&mut self, seen: Seen, wire: &mut dyn Wire) {
        let decided = self.is_decided_by(&seen);
        self.events += 1;
        self.transcript.push(Entry::Seen(seen));
        let finished = match self.case.finish {
            Finish::Never => false,
            Finish::WhenSeen => self.has_seen_all(),
            Finish::WhenAnswered => decided,
        };
        if finished {
            let code = self.case.ending.codes.first().copied();
            self.close(code, &Payload::EMPTY, By::Tester, wire);
        }
    }

    /// Whether the events are exactly those of the only shared alternative.
    fn has_seen_all(&self) -> bool {
        let mut shared = self.case.accept.iter().filter(|alternative| alternative.shared);
        let (Some(only), None) = (shared.next(), shared.next()) else {
            // Openings may go several ways, and the Autobahn test suite knows none of them.
            return self.case.needs.opening.is_some()
                && self.case.accept.iter().any(|wanted| self.transcript.follows(wanted).is_ok());
        };
        self.events == only.len() && self.transcript.follows(only).is_ok()
    }

    /// Whether this is the last message wanted, or one of the wrong shape.
    fn is_decided_by(&self, seen: &Seen) -> bool {
        let (Seen::Message(..), Some(wanted)) = (seen, self.case.accept.first()) else {
            return false;
        };
        let at = self.messages - 1;
        !wanted.event(at).is_some_and(|event| seen.has_shape_of(event)) || at + 1 == wanted.len()
    }

    /// Reacts to the subject's Close: as a reply, or with one.
    fn answer_close(&mut self, wire: &mut dyn Wire) {
        match self.state {
            State::Opening | State::Over => self.transcript.closing.clean = false,
            State::Closing => {
                self.transcript.closing.clean = true;
                self.timers.retain(|(_, timer)| *timer != Timer::CloseReply);
                match self.role {
                    Role::Server => self.drop_stream(),
                    Role::Client => self.wait(Timer::StreamEnd, 1),
                }
            }
            State::Open => {
                self.transcript.closing.clean = true;
                self.close(Some(1000), &Payload::EMPTY, By::Subject, wire);
                if self.role == Role::Server {
                    self.drop_stream();
                }
            }
        }
    }

    /// Fails the connection: with a Close if none was sent, else by ending the stream.
    fn fail(&mut self, code: u16, reason: &'static str, wire: &mut dyn Wire) {
        match self.state {
            State::Open => {
                self.transcript.closing.failed_by_tester = true;
                let reason = Payload::octets(reason.as_bytes());
                self.close(Some(code), &reason, By::Tester, wire);
            }
            State::Opening | State::Closing => {
                self.transcript.closing.failed_by_tester = true;
                self.drop_stream();
            }
            State::Over => {}
        }
    }

    /// Sends a Close unless one was sent. `first` says whose closing handshake it is.
    fn close(&mut self, code: Option<u16>, reason: &Payload, first: By, wire: &mut dyn Wire) {
        if self.state != State::Open {
            return;
        }
        if self.half_closed && first == By::Tester {
            return self.drop_stream();
        }
        let mut body = code.map_or(Vec::new(), |code| code.to_be_bytes().to_vec());
        body.extend(reason.to_vec());
        self.send(&Frame::new(Opcode::CLOSE, Payload::octets(body)), wire);
        self.state = State::Closing;
        self.transcript.closing.first = Some(first);
        if first == By::Tester {
            self.wait(Timer::CloseReply, 1);
        }
    }

    fn drop_stream(&mut self) {
        if !self.is_over() {
            if self.reception.owes_end() {
                self.react_to_breach(Breach::AnswerNeverEnds);
            }
            self.transcript.closing.dropped_by_tester = true;
            self.transcript.push(Entry::Dropped);
            self.over();
        }
    }

    fn react_to_breach(&mut self, breach: Breach) {
        self.transcript.push(Entry::Breach { breach, header: None });
    }

    fn over(&mut self) {
        self.transcript.closing.unopened = self.state == State::Opening;
        self.state = State::Over;
        self.timers.clear();
        self.transcript.closing.ended = true;
    }
}
