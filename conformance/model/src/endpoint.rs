//! The endpoint with its echo application.

use wsproof_cases::Role;
use wsproof_cases::step::Kind;
use wsproof_cases::wire::Opcode;

use crate::bug::{Bug, Bugs};
use crate::careless;
use crate::deflate::{Agreed, Compressing};
use crate::event::{Event, Limits};
use crate::fault::{Fault, Violation};
use crate::reading::Reading;
use crate::writing::Writer;

/// An endpoint after the opening handshake that echoes every message, answers Pings and Closes and
/// fails the connection at the first octet that is wrong. As server it ends the stream after the
/// closing handshake or a failure, as client it waits for the server to do so.
#[derive(Clone, Debug)]
pub struct Endpoint {
    role: Role,
    bugs: Bugs,
    reading: Reading,
    writer: Writer,
    out: Vec<u8>,
    /// Nothing is read any more.
    deaf: bool,
    /// The stream is ended.
    closed: bool,
    /// A Close was read or written.
    closing: bool,
    broken_down: bool,
    /// The first fault it has found.
    fault: Option<Fault>,
    pings: u32,
    messages: u32,
    held: Vec<Vec<u8>>,
    first_ping: Option<Vec<u8>>,
    last_ping: Vec<u8>,
    empty_messages: u32,
    /// What has come and waits, because of a planted mistake.
    unread: Vec<u8>,
    compressing: Option<Compressing>,
}

impl Endpoint {
    /// An endpoint in this role with these bugs, and without limits.
    pub fn new(role: Role, bugs: impl Into<Bugs>) -> Self {
        Self::with_limits(role, Limits::default(), bugs)
    }

    /// An endpoint in this role with these limits and bugs.
    pub fn with_limits(role: Role, limits: Limits, bugs: impl Into<Bugs>) -> Self {
        Self::with_extension(role, limits, None, bugs)
    }

    /// Draws other keys than on the connections before, of which there were so many.
    pub fn draw_anew(&mut self, earlier: u32) {
        self.writer.draw_anew(earlier);
    }

    /// An endpoint with these limits and bugs that has agreed on permessage-deflate, or not.
    pub fn with_extension(
        role: Role,
        limits: Limits,
        agreed: Option<Agreed>,
        bugs: impl Into<Bugs>,
    ) -> Self {
        let bugs = bugs.into();
        let mut endpoint = Self {
            role,
            bugs,
            reading: Reading::new(role, limits, agreed, bugs),
            writer: Writer::new(role, bugs),
            out: Vec::new(),
            deaf: bugs.has(Bug::Silent),
            closed: false,
            closing: false,
            broken_down: false,
            fault: None,
            pings: 0,
            messages: 0,
            held: Vec::new(),
            first_ping: None,
            last_ping: Vec::new(),
            empty_messages: 0,
            unread: Vec::new(),
            compressing: agreed.map(|agreed| Compressing::new(agreed.own, bugs)),
        };
        if bugs.has(Bug::PingsOnOpen) {
            endpoint.write(Opcode::PING, true, b"model");
        }
        if bugs.has(Bug::ClosesOnOpen) {
            endpoint.write(Opcode::CLOSE, true, &1000u16.to_be_bytes());
            endpoint.finish();
        }
        endpoint
    }

    /// Takes octets from the peer.
    pub fn feed(&mut self, octets: &[u8]) {
        if self.deaf || self.closed || self.broken_down {
            return;
        }
        let mut events = Vec::new();
        let unread = core::mem::take(&mut self.unread);
        let octets = [&unread, octets].concat();
        if octets.len().is_multiple_of(8192) && self.bugs.has(Bug::WaitsAtFullBuffers) {
            self.unread = octets;
            return;
        }
        let read = self.reading.feed(&octets, &mut events);
        self.broken_down |= self.reading.is_broken_down();
        if self.broken_down {
            return;
        }
        for event in careless::delivery(events, self.bugs) {
            self.handle(event);
        }
        if !self.reading.is_in_message() {
            for payload in core::mem::take(&mut self.held) {
                self.write(Opcode::PONG, true, &payload);
            }
        }
        if let Err(fault) = read {
            self.fault = Some(fault);
            self.fail(fault.violation);
        }
    }

    /// Takes what was written since the last call.
    pub fn take_output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.out)
    }

    /// Whether the endpoint has ended its stream.
    pub const fn closed(&self) -> bool {
        self.closed
    }

    /// Whether a planted mistake has broken the endpoint down.
    pub const fn broken_down(&self) -> bool {
        self.broken_down
    }

    /// The fault for which the endpoint has failed the connection.
    pub const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Takes the end of the peer's stream.
    pub fn peer_eof(&mut self) {
        if self.closed || self.broken_down {
            return;
        }
        let inside = self.reading.is_inside() && !self.closing;
        self.broken_down = inside && self.bugs.has(Bug::BreaksDownInFrames)
            || !self.closing && self.bugs.has(Bug::BreaksDownWithoutClose)
            || self.reading.is_in_header_inside() && self.bugs.has(Bug::BreaksDownInHeadersInside);
        if !self.closing && self.bugs.has(Bug::WritesCode1006) {
            self.write(Opcode::CLOSE, true, &1006u16.to_be_bytes());
        }
        if self.bugs.has(Bug::DeliversCutMessages)
            && let Some((kind, payload)) = self.reading.take_part()
        {
            self.echo(kind, payload);
        }
        self.closed = self.closing || !self.bugs.has(Bug::KeepsStreamAtEnd);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Message(kind, payload) => self.echo(kind, payload),
            Event::Ping(payload) => self.pong(payload),
            Event::Pong(payload) if self.bugs.has(Bug::AnswersPongs) => {
                self.write(Opcode::PONG, true, &payload);
            }
            Event::Pong(_) => {}
            Event::Close { body } => self.answer_close(&body),
        }
    }

    fn echo(&mut self, kind: Kind, mut payload: Vec<u8>) {
        self.messages += 1;
        careless::change(kind, &mut payload, self.bugs);
        self.empty_messages += u32::from(payload.is_empty());
        self.broken_down |= payload.is_empty() && self.bugs.has(Bug::BreaksDownOnEmptyMessages);
        if self.bugs.has(Bug::NeverEchoes)
            || payload.is_empty() && self.bugs.has(Bug::LosesEmptyMessages)
            || self.empty_messages > 1 && payload.is_empty() && self.bugs.has(Bug::EchoesEmptyOnce)
            || self.broken_down
            || careless::loses(payload.len(), self.role, self.bugs)
            || self.messages > 500 && self.bugs.has(Bug::StopsAfterManyMessages)
        {
            return;
        }
        if let Some(first) = payload.first_mut()
            && (kind == Kind::Binary || first.is_ascii())
            && self.bugs.has(Bug::CorruptsFirstOctet)
        {
            *first ^= 1;
        }
        if payload.len() > 65_536 && self.bugs.has(Bug::CorruptsLargeMessages) {
            let middle = payload.len() / 2;
            payload[middle] ^= 1;
        }
        if self.bugs.has(Bug::CutsLargeMessages) {
            payload.truncate(65_535);
        }
        let kind = match kind {
            Kind::Text if self.bugs.has(Bug::SwapsKinds) => Kind::Binary,
            Kind::Binary
                if self.bugs.has(Bug::GuessesKinds) && core::str::from_utf8(&payload).is_ok() =>
            {
                Kind::Text
            }
            Kind::Binary if self.bugs.has(Bug::SwapsKinds) => Kind::Text,
            kind => kind,
        };
        if self.bugs.has(Bug::EchoesTwice) {
            self.write_message(kind, &payload);
        }
        self.write_message(kind, &payload);
    }

    /// Writes a message, compressed if that was agreed on.
    fn write_message(&mut self, kind: Kind, plain: &[u8]) {
        let bugs = self.bugs;
        if bugs.has(Bug::SendsHeartbeats) {
            self.write(Opcode::PONG, true, b"still here");
        }
        let compressed = self.compressing.as_mut().and_then(|half| half.data(plain, bugs));
        let rsv = if compressed.is_some() { 4 } else { 0 };
        let payload = compressed.as_deref().unwrap_or(plain);
        let wrongly = self.bugs.has(Bug::ContinuesWithText);
        if rsv != 0 && self.bugs.has(Bug::MarksContinuations) {
            let (head, tail) = payload.split_at(payload.len() / 2);
            self.write_frame(kind.opcode(), false, rsv, head);
            self.write_frame(Opcode::CONTINUATION, true, rsv, tail);
        } else if self.bugs.has(Bug::PadsWithEmptyFrames) {
            self.write_frame(kind.opcode(), false, rsv, b"");
            self.write(Opcode::CONTINUATION, true, payload);
        } else if self.bugs.has(Bug::FragmentsEchoes) || wrongly {
            let (head, tail) = payload.split_at(payload.len() / 2);
            let next = if wrongly { kind.opcode() } else { Opcode::CONTINUATION };
            self.write_frame(kind.opcode(), false, rsv, head);
            self.write(next, true, tail);
        } else {
            self.write_frame(kind.opcode(), true, rsv, payload);
        }
    }

    fn pong(&mut self, payload: Vec<u8>) {
        self.pings += 1;
        self.broken_down |= payload.is_empty() && self.bugs.has(Bug::BreaksDownOnEmptyPings);
        let payload = careless::pong(payload, self.bugs);
        let old = core::mem::replace(&mut self.last_ping, payload.clone());
        let stale = self.pings == 128 && self.bugs.has(Bug::PongsStaleAt128);
        let payload = if stale { old.clone() } else { payload };
        let rest = old.get(payload.len()..).filter(|_| self.bugs.has(Bug::PongsKeepOctets));
        let payload = [&payload[..], rest.unwrap_or_default()].concat();
        let first = self.first_ping.get_or_insert_with(|| payload.clone()).clone();
        let payload = if self.bugs.has(Bug::PongsRepeat) { first } else { payload };
        if self.broken_down || payload.is_empty() && self.bugs.has(Bug::PongsWithPayloadOnly) {
        } else if self.bugs.has(Bug::AnswersWithPings) {
            self.write(Opcode::PING, true, &payload);
        } else if self.pings > 50 && self.bugs.has(Bug::RefusesManyPings) {
            self.close(&1008u16.to_be_bytes());
        } else if self.bugs.has(Bug::CutsPongs) {
            self.write(Opcode::PONG, true, &payload[..payload.len().min(64)]);
        } else if self.bugs.has(Bug::NeverPongs)
            || self.pings > 1 && self.bugs.has(Bug::PongsAtMostOnce)
        {
        } else if self.bugs.has(Bug::PongsWithoutPayload) {
            self.write(Opcode::PONG, true, b"");
        } else if let (Some(half), true) =
            (&mut self.compressing, self.bugs.has(Bug::CompressesControls))
        {
            let data = half.data(&payload, self.bugs).unwrap_or_default();
            self.write_frame(Opcode::PONG, true, 4, &data);
        } else if self.bugs.has(Bug::PongsAfterMessage) {
            self.held.push(payload);
        } else {
            if self.bugs.has(Bug::PongsTwice) {
                self.write(Opcode::PONG, true, &payload);
            }
            self.write(Opcode::PONG, true, &payload);
        }
    }

    fn answer_close(&mut self, body: &[u8]) {
        self.deaf = !self.bugs.has(Bug::ReadsAfterClose);
        self.closing = true;
        self.broken_down |= body.is_empty() && self.bugs.has(Bug::BreaksDownOnEmptyCloses);
        if self.broken_down || self.bugs.has(Bug::NeverAnswersClose) {
            return;
        }
        if self.bugs.has(Bug::DeliversPartsAtClose)
            && let Some((kind, payload)) = self.reading.take_part()
        {
            self.echo(kind, payload);
        }
        if self.bugs.has(Bug::LosesEchoesAtClose) {
            self.out.clear();
        }
        if self.bugs.has(Bug::AnswersCloseByDrop) {
            self.closed = true;
            return;
        }
        let always = [(Bug::AnswersCloseWith1001, 1001), (Bug::AnswersCloseWith1002, 1002)];
        let always = always.into_iter().find(|(bug, _)| self.bugs.has(*bug));
        let special = |code: Option<u16>| match code {
            Some(3000..=4999) => self.bugs.has(Bug::AnswersPrivateWith1002),
            Some(1012..=1014) => self.bugs.has(Bug::AnswersLateWith1002),
            None => self.bugs.has(Bug::AnswersEmptyWith1002),
            Some(_) => false,
        };
        let always = always.or_else(|| {
            special(Event::close_code(body)).then_some((Bug::AnswersPrivateWith1002, 1002))
        });
        let none = self.bugs.has(Bug::AnswersCloseWith1005).then_some(1005);
        let code = always.map(|(_, code)| code).or_else(|| Event::close_code(body)).or(none);
        let reply = code.map_or(Vec::new(), |code: u16| code.to_be_bytes().to_vec());
        let reply = match () {
            () if self.bugs.has(Bug::AnswersCloseWithBody) => body,
            () if self.bugs.has(Bug::EchoesCloseUnread) => body,
            () if self.bugs.has(Bug::CutsReasons) => &body[..body.len().min(64)],
            () if body.len() > 2 && self.bugs.has(Bug::AnswersReasonsEmpty) => b"",
            () if self.bugs.has(Bug::AnswersCloseEmpty) => b"",
            () if self.bugs.has(Bug::AnswersCloseWith1000) => &[3, 232],
            () if self.bugs.has(Bug::AnswersCloseWithOneOctet) => &[3],
            () => &reply,
        };
        if self.bugs.has(Bug::AnswersCloseTwice) {
            self.write(Opcode::CLOSE, true, reply);
        }
        self.close(reply);
    }

    /// Fails the connection (RFC 6455 §7.1.7).
    fn fail(&mut self, violation: Violation) {
        self.deaf = true;
        if self.bugs.has(Bug::IgnoresErrors) {
            return;
        }
        let of_close = matches!(
            violation,
            Violation::CloseCode | Violation::CloseBodyOfOne | Violation::CloseReason
        );
        if of_close && self.bugs.has(Bug::FailsClosesSilently) {
            return;
        }
        if self.bugs.has(Bug::FailsAfterEchoing)
            && let Some((kind, payload)) = self.reading.take_part()
        {
            self.echo(kind, payload);
        }
        if self.bugs.has(Bug::DropsOnError) || of_close && self.bugs.has(Bug::DropsOnCloseErrors) {
            self.closed = true;
            return;
        }
        let data = matches!(violation, Violation::DataCorrupt | Violation::DataUnfinished);
        let code = match violation.close_code() {
            _ if data && self.bugs.has(Bug::FailsDataWith1011) => 1011,
            _ if violation == Violation::CloseCode
                && self.bugs.has(Bug::AnswersBadCodesWith1000) =>
            {
                1000
            }
            _ if violation == Violation::CloseReason
                && self.bugs.has(Bug::AnswersBadReasonsWith1000) =>
            {
                1000
            }
            _ if matches!(violation, Violation::Masked | Violation::Unmasked)
                && self.bugs.has(Bug::FailsMasksWith1008) =>
            {
                1008
            }
            _ if violation == Violation::ReservedOpcode
                && self.bugs.has(Bug::FailsOpcodesWith1003) =>
            {
                1003
            }
            _ if violation == Violation::ControlTooLong
                && self.bugs.has(Bug::FailsLongWith1009) =>
            {
                1009
            }
            _ if self.bugs.has(Bug::FailsWith1000) => 1000,
            _ if self.bugs.has(Bug::FailsWith1002) => 1002,
            _ if self.bugs.has(Bug::FailsWith1006) => 1006,
            _ if self.bugs.has(Bug::FailsWith1011) => 1011,
            1007 if self.bugs.has(Bug::FailsTextWith1003) => 1003,
            1009 if self.bugs.has(Bug::FailsSizeWith1008) => 1008,
            code => code,
        };
        let body = code.to_be_bytes();
        if self.bugs.has(Bug::FailsTwice) {
            self.write(Opcode::CLOSE, true, &body);
        }
        let codeless = self.bugs.has(Bug::FailsWithoutCode);
        self.close(if codeless { b"" } else { &body });
    }

    /// Writes the last Close.
    fn close(&mut self, body: &[u8]) {
        let mut body = body.to_vec();
        if let ([a, b, ..], true) = (&mut body[..], self.bugs.has(Bug::SwapsCloseCodes)) {
            core::mem::swap(a, b);
        }
        self.write(Opcode::CLOSE, true, &body);
        if self.bugs.has(Bug::EndsInsideFrames) {
            self.out.pop();
            self.closed = true;
        }
        if self.bugs.has(Bug::EchoesAfterClose) {
            self.write(Opcode::TEXT, true, b"late");
        }
        self.finish();
    }

    /// Both Closes are out, or one that ends it.
    const fn finish(&mut self) {
        self.closing = true;
        self.deaf = !self.bugs.has(Bug::ReadsAfterClose);
        let stays = self.bugs.has(Bug::KeepsStreamOpen) || self.bugs.has(Bug::ReadsAfterClose);
        self.closed |= matches!(self.role, Role::Server) && !stays;
    }

    fn write(&mut self, opcode: Opcode, fin: bool, payload: &[u8]) {
        self.writer.frame(opcode, fin, 0, payload, &mut self.out);
    }

    fn write_frame(&mut self, opcode: Opcode, fin: bool, rsv: u8, payload: &[u8]) {
        self.writer.frame(opcode, fin, rsv, payload, &mut self.out);
    }
}
