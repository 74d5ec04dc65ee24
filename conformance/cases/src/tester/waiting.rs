//! What the tester waits for, and how it finds out that a subject far away rests.
//!
//! A subject in the same process rests when it has nothing left to do. One behind a network gives
//! no sign of it, so the loop that plays asks what is [due](Tester::due): where something must
//! come, waiting costs nothing with a subject that is right, and where silence may be right, a
//! [fence](Tester::fence) takes the place of a clock wherever one may be put up.

use super::sending::write_octets;
use super::{Ask, State, Tester, Timer, Wire};
use crate::case::{Alternative, By, Event};
use crate::deflate::{Deflate, MOST_BITS, Terms};
use crate::opening::Head;
use crate::payload::{Blob, Payload};
use crate::role::Role;
use crate::step::{Frame, Step, Write};
use crate::transcript::{Departure, Entry, Seen, Trouble};
use crate::wire::Opcode;

/// What a subject that is right does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody waits for anything.
    Nothing,
    /// It may be silent.
    Silence,
    /// It may be silent, but a better one is not, and no fence can tell.
    Doubt,
    /// It may be silent, but for the Pong of a fence.
    Fence,
    /// It says something, or ends its stream.
    Answer,
}

/// The beginning of a fence's payload. The number of the fence follows.
const FENCE: &[u8; 12] = b"fence \x00\xff\x1d\xa5\x5a ";

/// The fences of one run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fences {
    sent: u32,
    answered: u32,
}

impl Tester<'_> {
    /// Begins with an opening handshake that is not the case's own: as client with this request, as
    /// server with this response. It is no event. Nothing happens if the case has its own.
    #[must_use]
    pub fn opening_with(mut self) -> Self {
        if self.case.needs.opening.is_none() {
            self = Self { state: State::Opening, plain: true, ..self };
            self.reception.begin_head();
        }
        self
    }

    /// Whether the connection is open.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Writes the head of the opening handshake that is not the case's own.
    pub fn open_with(&mut self, head: &Head, wire: &mut dyn Wire) -> Ask {
        if self.role == Role::Server && self.request.octets.is_empty() {
            return Ask::Stop;
        }
        self.send_head(&self.with_extension(head.clone()), wire);
        Ask::Rest
    }

    /// Whether something was received that the tester has not reacted to.
    pub fn has_news(&self) -> bool {
        self.reception.has_next()
    }

    /// Whether the connection is open without the extension that the case needs, or with less of it.
    /// Then the tester closes it.
    pub fn is_declined(&mut self, wire: &mut dyn Wire) -> bool {
        let most = Terms { no_context_takeover: false, window_bits: MOST_BITS };
        let lacks = |deflate: Deflate| match self.reception.agreement() {
            Some(agreement) => deflate.keeps && agreement.of(self.role) != most,
            None => true,
        };
        let declined = self.is_open() && self.case.needs.deflate.is_some_and(lacks);
        if declined {
            self.transcript.push(Entry::Declined);
            self.close(Some(1000), &Payload::EMPTY, By::Tester, wire);
        }
        declined
    }

    /// What a subject that is right does next.
    pub fn due(&self) -> Due {
        match self.due_of_case() {
            Due::Silence if self.fences.answered < self.fences.sent => Due::Fence,
            Due::Doubt if self.can_fence() => Due::Silence,
            due => due,
        }
    }

    fn due_of_case(&self) -> Due {
        let paused = self.timers.iter().any(|(_, timer)| *timer == Timer::Pause);
        match self.state {
            State::Over => Due::Nothing,
            // Of client and server, the client speaks first.
            State::Opening if self.request.octets.is_empty() == (self.role == Role::Client) => {
                Due::Nothing
            }
            State::Opening if self.role == Role::Server => Due::Answer,
            State::Opening if self.events > 0 && !self.reception.owes_end() => Due::Silence,
            State::Opening if paused && !self.request.octets.ends_with(b"\r\n\r\n") => Due::Silence,
            State::Opening | State::Closing => Due::Answer,
            State::Open if self.messages < self.echoes => Due::Answer,
            State::Open if paused => self.due_in_pause(),
            State::Open if self.has_to_go_on() => Due::Answer,
            State::Open => Due::Silence,
        }
    }

    /// Whether the events so far follow a course of the case, and more has to come. To find out takes
    /// as long as the messages are, so it is done once for each event.
    fn has_to_go_on(&self) -> bool {
        if let Some((events, goes_on)) = self.goes_on.get()
            && events == self.events
        {
            return goes_on;
        }
        let goes_on = self.case.accept.iter().any(|course| self.goes_on(course));
        self.goes_on.set(Some((self.events, goes_on)));
        goes_on
    }

    /// Whether the run so far follows this course, and more has to come.
    fn goes_on(&self, course: &Alternative) -> bool {
        let ending = course.ends.as_ref().unwrap_or(&self.case.ending);
        match self.transcript.follows(course) {
            Ok(()) => ending.by == By::Subject,
            Err(departure) => departure == Departure::Missing,
        }
    }

    /// Between two writes only what answers the first is due.
    fn due_in_pause(&self) -> Due {
        let next = self.case.accept.first().and_then(|wanted| wanted.event(self.events));
        match next {
            Some(Event::Message(..)) if self.messages < self.completed => Due::Answer,
            Some(Event::Pong(_)) if self.pongs < self.pings => Due::Answer,
            // A subject that should fail now, or later.
            None if self.case.ending.by == By::Subject => Due::Doubt,
            _ => Due::Silence,
        }
    }

    /// Whether a subject that is right now fails the connection, or soon, so that a fence is better
    /// put up late: who fails should not have to throw octets away.
    pub fn fences_late(&self) -> bool {
        self.case.ending.by == By::Subject
    }

    /// Puts up a fence: a Ping that is no part of the case, and whose Pong nobody sees. A subject that
    /// works in order answers when it has done with what came before. There is none where a Ping must not be sent: before the connection is open, inside a
    /// frame, after a Close or behind the end of the stream.
    pub fn fence(&mut self, wire: &mut dyn Wire) -> bool {
        if !self.can_fence() {
            return false;
        }
        self.fences.sent += 1;
        let payload = Payload::octets(fence(self.fences.sent));
        let frame = Frame::new(Opcode::PING, payload.clone()).write(Write::Alone);
        let header = self.header(&frame, payload.length());
        write_octets(&frame, header, 0, payload.length(), wire);
        true
    }

    fn can_fence(&self) -> bool {
        // A client may still be reading a head that is odd, or in pieces.
        let opened = self.case.needs.opening.is_none() || self.events > 0;
        self.state == State::Open && self.writes() && self.promised == 0 && opened
    }

    /// Waits for no fence any more.
    pub const fn leave_fences(&mut self) {
        self.fences.answered = self.fences.sent;
    }

    /// Whether this is the payload of a fence.
    pub(super) fn is_fence(&self, payload: &Blob) -> bool {
        (1..=self.fences.sent).any(|number| payload.head == fence(number))
    }

    /// Takes the Pong of a fence; a late one answers those before it, too.
    pub(super) fn pass_fence(&mut self, payload: &Blob) {
        let passed = (1..=self.fences.sent).rev().find(|&number| payload.head == fence(number));
        self.fences.answered = passed.unwrap_or(0).max(self.fences.answered);
    }

    /// Notes what went wrong with the way to the subject, and leaves.
    pub fn receive_trouble(&mut self, trouble: Trouble) {
        if !self.is_over() {
            self.transcript.push(Entry::Troubled(trouble));
            self.drop_stream();
        }
    }

    /// Notes a Pong, unless it is a heartbeat of the subject's own: one that answers nothing of the
    /// case may be sent at any time (RFC 6455 §5.5.3), as a Ping may, and is no event.
    pub(super) fn see_pong(&mut self, blob: Blob, wire: &mut dyn Wire) {
        if self.answers_something(&blob) {
            self.pongs += 1;
            self.see(Seen::Pong(blob), wire);
        }
    }

    /// Whether a Pong with this payload may be the doing of the case, right or wrong: it has the
    /// payload of a Ping or a Pong of the script, or a part of it, or more; or the script writes such
    /// frames in pieces, or makes the subject's application send some.
    fn answers_something(&self, pong: &Blob) -> bool {
        let case = self.case;
        let asked = self.asked.get_or_init(|| {
            let mut asked = Vec::new();
            let known = case.needs.interface.is_none() && ask(&case.script, &mut asked);
            known.then_some(asked)
        });
        let is_like = |asked: &Blob| {
            let is_more = asked.length > 0 && pong.head.starts_with(&asked.head);
            is_more || asked.head.starts_with(&pong.head)
        };
        asked.as_ref().is_none_or(|asked| asked.iter().any(is_like))
    }
}

/// Adds the payloads of the Pings and Pongs that these steps write, and says whether those are all.
fn ask(steps: &[Step], asked: &mut Vec<Blob>) -> bool {
    let is_asking = |opcode: Opcode| opcode == Opcode::PING || opcode == Opcode::PONG;
    steps.iter().all(|step| match step {
        Step::Frame(frame) if is_asking(frame.opcode) => {
            let payload = frame.payload.blob();
            if !asked.contains(&payload) {
                asked.push(payload);
            }
            true
        }
        Step::Header(frame) => !is_asking(frame.opcode),
        Step::Times(_, steps) => ask(steps, asked),
        _ => true,
    })
}

fn fence(number: u32) -> Vec<u8> {
    [&FENCE[..], &number.to_be_bytes()].concat()
}
