//! How the tester writes: frames with their deviations, heads, messages, parts.

use super::{Slicing, State, Tester, Wire};
use crate::breach::Breach;
use crate::deflate::{self, Slices};
use crate::http;
use crate::opening::{Head, KEY};
use crate::payload::{Blob, BlobMaker, PIECE, Payload};
use crate::role::Role;
use crate::step::{Frame, Kind, Masking, Write};
use crate::transcript::{Entry, Seen, Text};
use crate::wire::{Header, LengthForm, Opcode, mask};

impl Tester<'_> {
    /// Whether octets can still be written.
    pub(super) fn writes(&self) -> bool {
        !self.is_over() && !self.half_closed
    }

    pub(super) fn send(&mut self, frame: &Frame, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let length = frame.payload.length();
        self.write_frame(frame, 0, length, wire);
    }

    pub(super) fn send_head(&mut self, head: &Head, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let key = self.request.value("Sec-WebSocket-Key").unwrap_or(KEY.as_bytes());
        let octets = head.render(key);
        self.transcript.push(Entry::SentHead(Text::from(&octets[..])));
        wire.write(&octets);
        let own = http::Head::asked(&octets).extensions().unwrap_or_default();
        match self.role {
            Role::Client => {
                let mut before = core::mem::take(&mut self.request.octets);
                if core::mem::take(&mut self.answered) {
                    before.clear();
                }
                self.request = http::Head::asked(&[before, octets].concat());
                self.reception.offer(self.request.extensions().unwrap_or_default());
            }
            // From here on a client sends frames or nothing.
            Role::Server => {
                if self.request == http::Head::default() {
                    self.react_to_breach(Breach::RequestMalformed);
                }
                self.state = State::Open;
                self.reception.begin_frames();
                let offers = self.request.extensions().unwrap_or_default();
                self.reception.agree(&offers, &own);
                self.agree();
            }
        }
    }

    /// The head of an opening handshake that is not the case's own, with the extension that the case
    /// needs: the tester's offers, or its answer to those of a client.
    pub(super) fn with_extension(&self, head: Head) -> Head {
        let Some(deflate) = self.case.needs.deflate else { return head };
        let list = match self.role {
            Role::Client => Some(deflate.offers.join(", ")),
            Role::Server => {
                let offers = self.request.extensions().unwrap_or_default();
                deflate::answer(deflate.asks, &offers)
            }
        };
        match list {
            Some(list) => head.with("Sec-WebSocket-Extensions", list),
            None => head,
        }
    }

    /// Takes note of what was agreed on.
    fn agree(&mut self) {
        let Some(agreement) = self.reception.agreement() else { return };
        self.transcript.push(Entry::Agreed(agreement));
        self.terms = Some(agreement.of(self.role));
    }

    /// Takes the request of a client.
    pub(super) fn take_request(&mut self, head: http::Head) {
        self.transcript.push(Entry::ReceivedHead(Text::from(&head.octets[..])));
        http::request_breaches(&head).for_each(|breach| self.react_to_breach(breach));
        self.request = head;
    }

    /// Takes the answer of a server.
    pub(super) fn take_answer(&mut self, head: &http::Head, wire: &mut dyn Wire) {
        self.transcript.push(Entry::ReceivedHead(Text::from(&head.octets[..])));
        let status = head.status();
        let breaches = http::answer_breaches(status, head, &self.request);
        breaches.for_each(|breach| self.react_to_breach(breach));
        if status == 101 {
            self.state = State::Open;
            self.agree();
            if !self.plain {
                let subprotocol = head.value("Sec-WebSocket-Protocol").map(<[u8]>::to_vec);
                self.see(Seen::Opened(subprotocol), wire);
            }
        } else {
            let names_version = head.elements("Sec-WebSocket-Version").any(|each| each == b"13");
            self.see(Seen::Refused { status, names_version }, wire);
            // The next answer is about the next request, which may have been sent already.
            match self.request.behind() {
                Some(next) => self.request = next,
                None => self.answered = true,
            }
        }
    }

    pub(super) fn send_message(&mut self, whole: Frame, fragment: u64, wire: &mut dyn Wire) {
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
            frame.rsv = 0;
            at = to;
        }
    }

    /// Writes the next slice, compressed if that was agreed on, in frames of so many octets of its
    /// data; 0 stands for one frame. Other slices than the last begin with their first.
    pub(super) fn send_slice(
        &mut self,
        kind: Kind,
        slices: Slices,
        fragment: u64,
        wire: &mut dyn Wire,
    ) {
        let slicing = match &mut self.slicing {
            Some(slicing) if slicing.slices == slices => slicing,
            slicing => {
                let stream = self.terms.map(|terms| slices.compressed(terms));
                slicing.insert(Slicing { slices, stream, next: 0 })
            }
        };
        let (payload, rsv) = match &slicing.stream {
            Some(stream) => (stream.message(slicing.next).to_vec(), 4),
            None => (slices.octets(slicing.next), 0),
        };
        slicing.next += 1;
        let frame = Frame::new(kind.opcode(), Payload::octets(payload)).rsv(rsv);
        let fragment = if fragment == 0 { u64::MAX } else { fragment };
        self.send_message(frame, fragment, wire);
    }

    pub(super) fn send_header(&mut self, frame: &Frame, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let header = self.header(frame, frame.length());
        self.part = header.mask.map(|key| (key, 0));
        self.promised = header.length;
        self.note_sent(header, Vec::new());
        let mut octets = Vec::with_capacity(Header::MAX);
        header.write(&mut octets);
        wire.boundary();
        wire.write(&octets);
        wire.boundary();
    }

    pub(super) fn send_part(&mut self, payload: &Payload, wire: &mut dyn Wire) {
        if !self.writes() {
            return;
        }
        let mut octets = payload.to_vec();
        self.promised = self.promised.saturating_sub(payload.length());
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
    pub(super) fn write_frame(&mut self, frame: &Frame, from: u64, to: u64, wire: &mut dyn Wire) {
        let header = self.header(frame, frame.announced.unwrap_or(to - from));
        let mut head = BlobMaker::default();
        let shown = (from + Blob::HEAD as u64).min(to);
        frame.payload.pieces(from, shown, |octets| head.add(octets));
        self.note_sent(header, head.finish().head);
        write_octets(frame, header, from, to, wire);
        self.promised = match frame.cut {
            Some(_) => u64::MAX,
            None => header.length.saturating_sub(to - from),
        };
        match header.opcode {
            _ if self.promised > 0 => {}
            Opcode::PING => self.pings += 1,
            opcode => self.completed += usize::from(header.fin && !opcode.is_control()),
        }
    }

    pub(super) fn header(&mut self, frame: &Frame, length: u64) -> Header {
        let right = self.role.masks();
        let mask = match frame.masking {
            Masking::ByRole => right.then(|| self.keys.key()),
            Masking::AgainstRole => (!right).then(|| self.keys.key()),
            Masking::Key(key) => right.then_some(key),
            Masking::KeyAgainstRole(key) => (!right).then_some(key),
        };
        let form = frame.form.unwrap_or_else(|| LengthForm::shortest(length));
        Header { fin: frame.fin, rsv: frame.rsv, opcode: frame.opcode, mask, form, length }
    }

    pub(super) fn note_sent(&mut self, header: Header, head: Vec<u8>) {
        let mask = header.mask.map(|_| [0; 4]);
        self.transcript.push(Entry::Sent { header: Header { mask, ..header }, head });
    }
}

/// Writes the octets of a frame, of which nobody takes note.
pub(super) fn write_octets(frame: &Frame, header: Header, from: u64, to: u64, wire: &mut dyn Wire) {
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
