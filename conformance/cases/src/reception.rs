//! Strict reception: what the tester makes of the octets the subject sends.
//!
//! Every case watches the subject's side of the wire as well, whatever it is about. A broken rule
//! is a [`Breach`]; most of them make the tester fail the connection, as RFC 6455 §7.1.7 asks.

mod inflating;
mod keys;
mod recall;

use std::collections::VecDeque;

use crate::breach::Breach;
use crate::deflate::{Agreement, Element, agree};
use crate::http::{self, Part};
use crate::payload::{Blob, BlobMaker};
use crate::role::Role;
use crate::step::Kind;
use crate::utf8::Utf8;
use crate::wire::{Header, LengthForm, Opcode, Piece, Reader};
use inflating::{Ended, Inflating};
use keys::Keys;

/// RSV1 among the reserved bits.
const RSV1: u8 = 4;

/// Something the tester received, in the order in which it has to react.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Breach(Breach, Option<Header>),
    Head(http::Head),
    Frame(Header, Blob),
    Message(Kind, Blob),
    Ping(Vec<u8>),
    Pong(Blob),
    Close {
        code: Option<u16>,
        reason: Vec<u8>,
        breaches: Vec<Breach>,
        header: Header,
    },
    Ended,
    Crashed(String),
    /// More has come than is looked at.
    Flooded,
}

/// Reads the subject's octets and sorts out what they mean.
#[derive(Debug)]
pub(crate) struct Reception {
    subject: Role,
    /// Reads what comes in front of the frames.
    opening: Option<http::Reader>,
    reader: Reader,
    items: VecDeque<Item>,
    frame: Option<Frame>,
    message: Option<Message>,
    keys: Keys,
    closed: bool,
    /// How many more frames and heads are looked at; none once one more has come.
    left: Option<u64>,
    /// The extensions that the tester has offered.
    offers: Vec<Element>,
    agreement: Option<Agreement>,
    inflating: Option<Box<Inflating>>,
}

#[derive(Debug)]
struct Frame {
    header: Header,
    blob: BlobMaker,
    text_reported: bool,
}

#[derive(Debug)]
struct Message {
    opcode: Opcode,
    blob: BlobMaker,
    text: Utf8,
    broken: bool,
    compressed: bool,
}

impl Message {
    fn add(&mut self, octets: &[u8]) {
        self.blob.add(octets);
        self.broken |= self.opcode == Opcode::TEXT && self.text.feed(octets).is_err();
    }
}

impl Reception {
    /// Begins with the opening handshake or behind it, and looks at so many frames and heads.
    pub(crate) fn new(subject: Role, opening: bool, most: u64) -> Self {
        let opening = opening.then(|| http::Reader::new(subject));
        let items = VecDeque::new();
        let reader = Reader::default();
        let keys = Keys::default();
        Self {
            subject,
            opening,
            reader,
            items,
            frame: None,
            message: None,
            keys,
            closed: false,
            left: Some(most),
            offers: Vec::new(),
            agreement: None,
            inflating: None,
        }
    }

    /// Takes note of what the tester offers to a server.
    pub(crate) fn offer(&mut self, offers: Vec<Element>) {
        self.offers = offers;
    }

    /// Takes note of an answer to these offers. One that fits none agrees on nothing.
    pub(crate) fn agree(&mut self, offers: &[Element], answer: &[Element]) {
        self.agreement = agree(offers, answer).ok().flatten();
    }

    /// What was agreed on.
    pub(crate) const fn agreement(&self) -> Option<Agreement> {
        self.agreement
    }

    pub(crate) fn next(&mut self) -> Option<Item> {
        self.items.pop_front()
    }

    pub(crate) fn has_next(&self) -> bool {
        !self.items.is_empty()
    }

    /// Takes what comes for the opening handshake.
    pub(crate) fn begin_head(&mut self) {
        self.opening = Some(http::Reader::new(self.subject));
    }

    /// Takes what comes from now on for frames.
    pub(crate) fn begin_frames(&mut self) {
        self.opening = None;
    }

    /// Whether the subject has announced the end of its stream.
    pub(crate) fn owes_end(&self) -> bool {
        self.opening.as_ref().is_some_and(http::Reader::owes_end)
    }

    pub(crate) fn feed(&mut self, mut octets: &[u8]) {
        while self.left.is_some()
            && let Some(opening) = &mut self.opening
        {
            let Some(part) = opening.read(&mut octets) else { return };
            match part {
                Part::Head(head) => {
                    if !self.admits_another() {
                        return;
                    }
                    if self.subject == Role::Server && head.status() == 101 {
                        let offers = core::mem::take(&mut self.offers);
                        self.agree(&offers, &head.extensions().unwrap_or_default());
                    }
                    self.items.push_back(Item::Head(head));
                }
                Part::Breach(breach) => self.items.push_back(Item::Breach(breach, None)),
                Part::End => self.opening = None,
            }
        }
        let mut reader = core::mem::take(&mut self.reader);
        while self.left.is_some()
            && let Some(piece) = reader.read(&mut octets)
        {
            match piece {
                Piece::Header(header) => {
                    if self.admits_another() {
                        self.begin(header);
                    }
                }
                Piece::Payload(octets) => self.payload(octets),
                Piece::End => self.end(),
            }
        }
        self.reader = reader;
    }

    /// Counts a frame or a head; the first one that is too many is told.
    fn admits_another(&mut self) -> bool {
        self.left = self.left.and_then(|left| left.checked_sub(1));
        if self.left.is_none() {
            self.items.push_back(Item::Flooded);
        }
        self.left.is_some()
    }

    pub(crate) fn ended(&mut self) {
        if self.reader.is_mid_frame() {
            let header = self.frame.as_ref().map(|frame| frame.header);
            self.items.push_back(Item::Breach(Breach::FrameCutShort, header));
        }
        if self.opening.as_ref().is_some_and(http::Reader::is_mid_message) {
            let breach = match self.subject {
                Role::Client => Breach::RequestMalformed,
                Role::Server => Breach::AnswerCutShort,
            };
            self.items.push_back(Item::Breach(breach, None));
        }
        self.items.push_back(Item::Ended);
    }

    pub(crate) fn crashed(&mut self, how: String) {
        self.items.push_back(Item::Crashed(how));
    }

    fn begin(&mut self, header: Header) {
        for breach in self.header_breaches(&header) {
            self.items.push_back(Item::Breach(breach, Some(header)));
        }
        if self.subject.masks() && header.mask.is_some_and(|key| self.keys.follows(key)) {
            self.items.push_back(Item::Breach(Breach::MaskPredictable, Some(header)));
        }
        if !header.opcode.is_control() && self.message.is_none() {
            let text = Utf8::default();
            let blob = BlobMaker::default();
            let compressed = header.rsv & RSV1 != 0 && self.agreement.is_some();
            if compressed {
                self.inflating.get_or_insert_default().start_message(header.opcode);
            }
            let opcode = header.opcode;
            self.message = Some(Message { opcode, blob, text, broken: false, compressed });
        }
        self.frame = Some(Frame { header, blob: BlobMaker::default(), text_reported: false });
    }

    /// The rules a header can break, in the order in which the tester looks at them.
    fn header_breaches(&self, header: &Header) -> impl Iterator<Item = Breach> + use<> {
        let control = header.opcode.is_control();
        let long = header.form != LengthForm::Seven;
        let started = self.message.is_some();
        let continues = header.opcode == Opcode::CONTINUATION;
        let begins = matches!(header.opcode, Opcode::TEXT | Opcode::BINARY);
        let reserved = if self.agreement.is_some() { header.rsv & !RSV1 } else { header.rsv };
        [
            (self.closed, Breach::AfterClose),
            (reserved != 0, Breach::ReservedBit),
            (reserved != header.rsv && !begins, Breach::MisplacedRsv1),
            (self.subject.masks() && header.mask.is_none(), Breach::Unmasked),
            (!self.subject.masks() && header.mask.is_some(), Breach::Masked),
            (control && !header.fin, Breach::ControlFragmented),
            (control && long, Breach::ControlTooLong),
            (header.opcode.is_reserved(), Breach::ReservedOpcode),
            (header.opcode == Opcode::CLOSE && header.length == 1, Breach::CloseBodyOfOne),
            (continues && !started, Breach::NothingToContinue),
            (!control && !continues && started, Breach::MessageInterrupted),
            (header.length >> 63 != 0, Breach::LengthTopBit),
            (header.form != LengthForm::shortest(header.length), Breach::LengthNotShortest),
        ]
        .into_iter()
        .filter_map(|(broken, breach)| broken.then_some(breach))
    }

    fn payload(&mut self, octets: &[u8]) {
        let Some(frame) = &mut self.frame else { return };
        frame.blob.add(octets);
        if frame.header.opcode.is_control() {
            return;
        }
        let Some(message) = &mut self.message else { return };
        match &mut self.inflating {
            Some(inflating) if message.compressed => {
                if let Some(breach) = inflating.feed(octets, &mut |octets| message.add(octets)) {
                    self.items.push_back(Item::Breach(breach, Some(frame.header)));
                }
            }
            _ => message.add(octets),
        }
        if message.broken && !frame.text_reported {
            frame.text_reported = true;
            self.items.push_back(Item::Breach(Breach::TextNotUtf8, Some(frame.header)));
        }
    }

    fn end(&mut self) {
        let Some(Frame { header, blob, .. }) = self.frame.take() else { return };
        let payload = blob.finish();
        self.items.push_back(Item::Frame(header, payload.clone()));
        match header.opcode {
            Opcode::CLOSE => {
                self.closed = true;
                let (code, breaches) = close_body(&payload.head);
                let reason = payload.head.get(2..).unwrap_or_default().to_vec();
                self.items.push_back(Item::Close { code, reason, breaches, header });
            }
            Opcode::PING => self.items.push_back(Item::Ping(payload.head)),
            Opcode::PONG => self.items.push_back(Item::Pong(payload)),
            opcode if opcode.is_control() || !header.fin => {}
            _ => self.end_message(header),
        }
    }

    fn end_message(&mut self, header: Header) {
        let Some(mut message) = self.message.take() else { return };
        let inflating = self.inflating.as_deref_mut().filter(|_| message.compressed);
        let ended = inflating.zip(self.agreement).map(|(inflating, agreement)| {
            let terms = agreement.of(self.subject);
            inflating.end_message(terms, &mut |octets| message.add(octets))
        });
        let breaches = ended.iter().flat_map(|ended| &ended.breaches);
        self.items.extend(breaches.map(|breach| Item::Breach(*breach, Some(header))));
        let broken = message.broken || message.text.open() > 0;
        let broken = message.opcode == Opcode::TEXT && broken;
        let blob = message.blob.finish();
        let blob = match (ended, &mut self.inflating) {
            (Some(Ended { known: Some(known), .. }), _) => known,
            (Some(Ended { breaches, .. }), Some(inflating)) => {
                let right = breaches.is_empty() && !broken;
                inflating.remember(message.opcode, right.then_some(&blob));
                blob
            }
            _ => blob,
        };
        let kind = match message.opcode {
            Opcode::TEXT => Kind::Text,
            Opcode::BINARY => Kind::Binary,
            _ => return,
        };
        if broken {
            self.items.push_back(Item::Breach(Breach::TextEndsEarly, Some(header)));
        }
        self.items.push_back(Item::Message(kind, blob));
    }
}

/// The status code in a Close body, and what is wrong with the body.
fn close_body(body: &[u8]) -> (Option<u16>, Vec<Breach>) {
    let Some((code, reason)) = body.split_first_chunk() else { return (None, Vec::new()) };
    let code = u16::from_be_bytes(*code);
    let mut breaches = Vec::new();
    if !matches!(code, 1000..=1003 | 1007..=1011 | 3000..=4999) {
        breaches.push(Breach::CloseCode(code));
    }
    if core::str::from_utf8(reason).is_err() {
        breaches.push(Breach::CloseReasonNotUtf8);
    }
    (Some(code), breaches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deflate;

    /// The breaches in what a subject sends before it ends its stream.
    fn breaches(subject: Role, octets: &[u8]) -> Vec<Breach> {
        let mut reception = Reception::new(subject, false, u64::MAX);
        reception.feed(octets);
        reception.ended();
        let mut found = Vec::new();
        while let Some(item) = reception.next() {
            match item {
                Item::Breach(breach, _) => found.push(breach),
                Item::Close { breaches, .. } => found.extend(breaches),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn every_breach_is_found_alone() {
        use Breach::*;
        let table: &[(&[u8], Breach)] = &[
            (b"\xc1\x00", ReservedBit),
            (b"\x99\x00", ReservedBit),
            (b"\x81\x80\x01\x02\x03\x04", Masked),
            (b"\x09\x00", ControlFragmented),
            (b"\x83\x00", ReservedOpcode),
            (b"\x8b\x00", ReservedOpcode),
            (b"\x88\x01\x03", CloseBodyOfOne),
            (b"\x80\x00", NothingToContinue),
            (b"\x01\x00\x81\x00", MessageInterrupted),
            (b"\x82\x7e\x00\x01\x00", LengthNotShortest),
            (b"\x88\x02\x03\xec", CloseCode(1004)),
            (b"\x88\x02\x03\xf4", CloseCode(1012)),
            (b"\x88\x03\x03\xe8\xff", CloseReasonNotUtf8),
            (b"\x88\x03\x03\xe8\xce", CloseReasonNotUtf8),
            (b"\x81\x01\xce", TextEndsEarly),
            (b"\x01\x02\xce\xba\x80\x01\xce", TextEndsEarly),
            (b"\x88\x00\x88\x00", AfterClose),
            (b"\x88\x00\x8a\x00", AfterClose),
            (b"\x81\x02a", FrameCutShort),
            (b"\x81", FrameCutShort),
        ];
        for (octets, breach) in table {
            assert_eq!(breaches(Role::Server, octets), [*breach], "{octets:02x?}");
        }
        let long = [&b"\x8a\x7e\x00\x7e"[..], &[0; 126]].concat();
        assert_eq!(breaches(Role::Server, &long), [ControlTooLong]);
        assert_eq!(breaches(Role::Client, b"\x81\x00"), [Unmasked]);
        let endless = b"\x82\x7f\x80\x00\x00\x00\x00\x01\x00\x00";
        assert_eq!(breaches(Role::Server, endless), [LengthTopBit, FrameCutShort]);
        assert_eq!(breaches(Role::Server, b"\x81\x01\xff"), [TextNotUtf8, TextEndsEarly]);
    }

    #[test]
    fn what_is_right_is_no_breach() {
        for octets in [
            &b"\x81\x02\xce\xba"[..],
            b"\x01\x01\xce\x89\x00\x80\x01\xba",
            b"\x82\x01\xff\x8a\x01\xff",
            b"\x88\x00",
            b"\x88\x04\x0b\xb8\xce\xba",
        ] {
            assert_eq!(breaches(Role::Server, octets), [], "{octets:02x?}");
        }
        assert_eq!(breaches(Role::Client, b"\x81\x81\x01\x02\x03\x04\x60"), []);
    }

    /// All that has come of octets.
    fn items(reception: &mut Reception, octets: &[u8]) -> Vec<Item> {
        assert!(!reception.has_next());
        reception.feed(octets);
        assert!(reception.has_next());
        core::iter::from_fn(|| reception.next()).collect()
    }

    #[test]
    fn more_frames_or_heads_than_are_looked_at_are_told_once() {
        let ping = Header::new(Opcode::PING, 0);
        let of_ping = [Item::Frame(ping, Blob::from(&b""[..])), Item::Ping(Vec::new())];
        let mut reception = Reception::new(Role::Server, false, 2);
        let wanted = [&of_ping[..], &of_ping, &[Item::Flooded]].concat();
        assert_eq!(items(&mut reception, &b"\x89\x00".repeat(5)), wanted);
        let mut reception = Reception::new(Role::Server, true, 0);
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(items(&mut reception, answer), [Item::Flooded]);
    }

    /// A server that has been offered permessage-deflate, and what it has answered.
    fn answered(status: &str) -> Reception {
        let mut reception = Reception::new(Role::Server, true, u64::MAX);
        reception.offer(deflate::list(deflate::NAME.as_bytes()).unwrap());
        let answer = format!(
            "HTTP/1.1 {status}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        );
        items(&mut reception, answer.as_bytes());
        reception
    }

    #[test]
    fn only_an_answer_that_opens_agrees_on_anything() {
        assert!(answered("101 Switching Protocols").agreement().is_some());
        assert_eq!(answered("426 Upgrade Required").agreement(), None);
    }

    /// What a server sends four times that has agreed on permessage-deflate.
    fn compressed_text(text: &[u8]) -> (Header, [Vec<Item>; 4]) {
        let data = deflate::Compressor::new(15, true).compress(text);
        let header = Header { rsv: RSV1, ..Header::new(Opcode::TEXT, data.len() as u64) };
        let mut frame = Vec::new();
        header.write(&mut frame);
        frame.extend(data);
        let mut reception = answered("101 Switching Protocols");
        (header, core::array::from_fn(|_| items(&mut reception, &frame)))
    }

    #[test]
    fn what_comes_again_is_read_again() {
        let right = b"again ".repeat(4000);
        let message = Item::Message(Kind::Text, Blob::from(&right[..]));
        for items in compressed_text(&right).1 {
            assert_eq!(items[1..], *core::slice::from_ref(&message));
        }
        let (header, all) = compressed_text(&b"\xff".repeat(20_000));
        for items in all {
            assert!(items.contains(&Item::Breach(Breach::TextNotUtf8, Some(header))));
        }
    }

    #[test]
    fn a_breakdown_is_news() {
        let mut reception = Reception::new(Role::Server, false, 0);
        reception.crashed("a panic".to_owned());
        assert_eq!(reception.next(), Some(Item::Crashed("a panic".to_owned())));
    }
}
