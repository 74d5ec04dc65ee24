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

use crate::case::{By, Case, Deadline, Finish};
use crate::http;
use crate::opening::{Head, KEY};
use crate::payload::{Blob, BlobMaker, PIECE, Payload};
use crate::random::Random;
use crate::reception::{Breach, Item, Reception};
use crate::role::Role;
use crate::step::{Frame, Masking, Step, Write};
use crate::transcript::{CloseSeen, Entry, Seen, Text, Transcript};
use crate::wire::{Header, LengthForm, Opcode, mask};

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
    /// The request of the opening handshake, the tester's own or the subject's.
    request: http::Head,
    now: u32,
    timers: Vec<(u32, Timer)>,
    events: usize,
    messages: usize,
    echoes: usize,
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
    /// A tester for a subject in this role. `seed` makes the masking keys.
    pub fn new(case: &'c Case, subject: Role, seed: u64) -> Self {
        Self {
            case,
            role: !subject,
            state: if case.needs.opening.is_some() { State::Opening } else { State::Open },
            half_closed: false,
            transcript: Transcript::new(subject),
            reception: Reception::new(subject, case.needs.opening.is_some()),
            keys: Random::new(seed),
            part: None,
            request: http::Head::default(),
            now: 0,
            timers: Vec::new(),
            events: 0,
            messages: 0,
            echoes: 0,
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
            Step::Header(frame) => self.send_header(frame, wire),
            Step::Part(payload) => self.send_part(payload, wire),
            Step::Close { code, reason } => self.close(*code, reason, By::Tester, wire),
            Step::Head(head) => self.send_head(head, wire),
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

    /// Takes octets from the subject. Nothing happens before [`react`](Self::react).
    pub fn receive(&mut self, octets: &[u8]) {
        self.reception.feed(octets);
    }

    /// Takes the end of the subject's stream.
    pub fn receive_end(&mut self) {
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
            Item::Frame(header, payload) => {
                self.transcript.push(Entry::Received { header, payload });
            }
            Item::Message(kind, blob) => {
                if !self.transcript.closing.failed_by_tester {
                    self.messages += 1;
                    self.see(Seen::Message(kind, blob), wire);
                }
            }
            Item::Pong(blob) => self.see(Seen::Pong(blob), wire),
            Item::Ping(octets) => {
                if self.state == State::Open {
                    self.send(&Frame::new(Opcode::PONG, Payload::octets(octets)), wire);
                }
            }
            Item::Close { code, breaches, header } => {
                self.transcript.closing.subject = Some(CloseSeen { code });
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

    /// Whether octets can still be written.
    fn writes(&self) -> bool {
        !self.is_over() && !self.half_closed
    }

    fn send(&mut self, frame: &Frame, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let length = frame.payload.length();
        self.write_frame(frame, 0, length, wire);
    }

    fn send_head(&mut self, head: &Head, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let key = self.request.value("Sec-WebSocket-Key").unwrap_or(KEY.as_bytes());
        let octets = head.render(key);
        self.transcript.push(Entry::SentHead(Text::from(&octets[..])));
        wire.write(&octets);
        match self.role {
            Role::Client => {
                let before = core::mem::take(&mut self.request.octets);
                self.request = http::Head::asked(&[before, octets].concat());
            }
            // From here on a client sends frames or nothing.
            Role::Server => {
                if self.request == http::Head::default() {
                    self.react_to_breach(Breach::RequestMalformed);
                }
                self.state = State::Open;
                self.reception.begin_frames();
            }
        }
    }

    /// Takes the request of a client.
    fn take_request(&mut self, head: http::Head) {
        self.transcript.push(Entry::ReceivedHead(Text::from(&head.octets[..])));
        http::request_breaches(&head).for_each(|breach| self.react_to_breach(breach));
        self.request = head;
    }

    /// Takes the answer of a server.
    fn take_answer(&mut self, head: &http::Head, wire: &mut dyn Wire) {
        self.transcript.push(Entry::ReceivedHead(Text::from(&head.octets[..])));
        let status = head.status();
        let breaches = http::answer_breaches(status, head, &self.request);
        breaches.for_each(|breach| self.react_to_breach(breach));
        if status == 101 {
            self.state = State::Open;
            let subprotocol = head.value("Sec-WebSocket-Protocol").map(<[u8]>::to_vec);
            self.see(Seen::Opened(subprotocol), wire);
        } else {
            let names_version = head.elements("Sec-WebSocket-Version").any(|each| each == b"13");
            self.see(Seen::Refused { status, names_version }, wire);
        }
    }

    fn send_message(&mut self, whole: Frame, fragment: u64, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let length = whole.payload.length();
        let mut frame = whole;
        let mut at = 0u64;
        loop {
            let to = length.min(at.saturating_add(fragment));
            // A message that fits is one frame; a longer one ends in a frame that is not full.
            frame.fin = to - at < fragment || (at == 0 && to == length);
            self.write_frame(&frame, at, to, wire);
            if frame.fin {
                return;
            }
            frame.opcode = Opcode::CONTINUATION;
            at = to;
        }
    }

    fn send_header(&mut self, frame: &Frame, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let header = self.header(frame, frame.length());
        self.part = header.mask.map(|key| (key, 0));
        self.note_sent(header, Vec::new());
        let mut octets = Vec::with_capacity(Header::MAX);
        header.write(&mut octets);
        wire.boundary();
        wire.write(&octets);
        wire.boundary();
    }

    fn send_part(&mut self, payload: &Payload, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let mut octets = payload.to_vec();
        self.transcript.push(Entry::SentPart(Blob::from(&octets[..])));
        if let Some((key, at)) = &mut self.part {
            mask(&mut octets, *key, *at);
            *at += octets.len() as u64;
        }
        wire.boundary();
        wire.write(&octets);
        wire.boundary();
    }

    /// Writes `frame` with octets `from..to` of its payload.
    fn write_frame(&mut self, frame: &Frame, from: u64, to: u64, wire: &mut dyn Wire) {
        let header = self.header(frame, frame.announced.unwrap_or(to - from));
        let mut head = BlobMaker::default();
        let shown = (from + Blob::HEAD as u64).min(to);
        frame.payload.pieces(from, shown, |octets| head.add(octets));
        self.note_sent(header, head.finish().head);

        let mut octets = Vec::with_capacity(Header::MAX);
        header.write(&mut octets);
        let mut writer = Chopper::new(wire, frame);
        writer.begin();
        writer.write(&octets);
        let mut at = 0;
        frame.payload.pieces(from, to, |piece| {
            let Some(key) = header.mask else { return writer.write(piece) };
            octets.clear();
            octets.extend_from_slice(piece);
            mask(&mut octets, key, at);
            at += piece.len() as u64;
            writer.write(&octets);
        });
        writer.end();
    }

    fn header(&mut self, frame: &Frame, length: u64) -> Header {
        let right = self.role.masks();
        let mask = match frame.masking {
            Masking::ByRole => right.then(|| self.keys.key()),
            Masking::AgainstRole => (!right).then(|| self.keys.key()),
            Masking::Key(key) => right.then_some(key),
        };
        let form = frame.form.unwrap_or_else(|| LengthForm::shortest(length));
        Header { fin: frame.fin, rsv: frame.rsv, opcode: frame.opcode, mask, form, length }
    }

    fn note_sent(&mut self, header: Header, head: Vec<u8>) {
        let mask = header.mask.map(|_| [0; 4]);
        self.transcript.push(Entry::Sent { header: Header { mask, ..header }, head });
    }
}

/// Puts write boundaries where a frame wants them.
struct Chopper<'w> {
    wire: &'w mut dyn Wire,
    write: Write,
    room: usize,
    /// How many octets may still be written at all.
    left: u64,
}

impl<'w> Chopper<'w> {
    fn new(wire: &'w mut dyn Wire, frame: &Frame) -> Self {
        Self { wire, write: frame.write, room: 0, left: frame.cut.unwrap_or(u64::MAX) }
    }

    fn begin(&mut self) {
        if self.write != Write::Joined {
            self.wire.boundary();
        }
        self.room = self.size();
    }

    fn write(&mut self, octets: &[u8]) {
        let n = self.left.min(octets.len() as u64);
        self.left -= n;
        let mut octets = &octets[..n as usize];
        while octets.len() >= self.room {
            let (now, later) = octets.split_at(self.room);
            self.wire.write(now);
            self.wire.boundary();
            self.room = self.size();
            octets = later;
        }
        if !octets.is_empty() {
            self.wire.write(octets);
            self.room -= octets.len();
        }
    }

    fn end(&mut self) {
        if self.write != Write::Joined {
            self.wire.boundary();
        }
    }

    const fn size(&self) -> usize {
        match self.write {
            Write::Every(n) if n > 0 => n as usize,
            _ => usize::MAX,
        }
    }
}

const _: () = assert!(PIECE >= Blob::HEAD);
