//! The C interface and `Session` are one machine: sequences of calls, sensible and senseless, do the
//! same to both, and a simple model knows which calls there may be.

mod common;

use core::ptr;

use common::*;
use websocket::*;
use wsproof_capi_abi::*;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, Config, FaultClass,
    Header, Incoming, Misuse, MisuseClass, Outgoing, Role, Selection, Session, Ticket,
};

/// Pseudo-random numbers that are the same each time (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// A server of each kind, opened alike, with the smallest buffers.
struct Both {
    handle: Handle,
    session: Session<usize, &'static [u8]>,
    /// What was lent to the handle for receiving.
    lent: Vec<Box<[u8]>>,
    /// Actions outstanding in both: the C action, what it said, and the session's ticket.
    outstanding: Vec<(Got, Ticket)>,
    /// Contexts of operations accepted and not indicated.
    sends: usize,
    receives: usize,
    number: usize,
}

const PAYLOAD: &[u8] = &[0x70; 300];

impl Both {
    fn new() -> Self {
        let config = Config::builder(Role::Server)
            .receive_buffer_size(256)
            .send_buffer_size(16)
            .growing_queues(true)
            .build()
            .unwrap();
        let mut session = Session::create_server(config).unwrap();
        let request = REQUEST.map(|(name, value)| Header::new(name, value));
        session.begin_server_handshake(&Selection::default(), &request).unwrap();
        session.end_server_handshake().unwrap();
        let handle = server_with(&[property(0, &256), property(1, &16)]);
        Self {
            handle,
            session,
            lent: Vec::new(),
            outstanding: Vec::new(),
            sends: 0,
            receives: 0,
            number: 0,
        }
    }

    fn send(&mut self, random: &mut Random) {
        self.number += 1;
        let kind = random.one_of(&[
            TEXT,
            TEXT,
            TEXT_PART,
            BINARY,
            BINARY_PART,
            CLOSE,
            PING_PONG,
            PONG,
            0x182,
            0,
        ]);
        let octets = &PAYLOAD[..random.one_of(&[0, 1, 125, 126, 300])];
        let code = random.one_of(&[1000, 1005, 1006, 4000]);
        let reason = &octets[..octets.len().min(123)];
        let (ours, outgoing) = match kind {
            CLOSE => (
                send_close_with(self.handle, code, reason, self.number),
                Some(Outgoing::Close(Some(CloseStatus::with_reason(CloseCode::new(code), reason)))),
            ),
            PING_PONG => (send_null(self.handle, kind, self.number), Some(Outgoing::PingPong)),
            PONG => (send_null(self.handle, kind, self.number), Some(Outgoing::UnsolicitedPong)),
            _ => (
                send(self.handle, kind, octets, self.number),
                BufferType::from_bits(kind).ok().map(|kind| match kind {
                    BufferType::Utf8Message => Outgoing::Utf8Message(octets),
                    BufferType::Utf8Fragment => Outgoing::Utf8Fragment(octets),
                    BufferType::BinaryMessage => Outgoing::BinaryMessage(octets),
                    BufferType::BinaryFragment => Outgoing::BinaryFragment(octets),
                    BufferType::Custom(header) => Outgoing::Custom(header, octets),
                    other => panic!("{other:?}"),
                }),
            ),
        };
        let theirs = match outgoing {
            Some(outgoing) => match self.session.send(outgoing, self.number) {
                Ok(()) => S_OK,
                Err(refused) => of_misuse(refused.misuse),
            },
            None if self.session.check_send(BufferType::PingPong).is_err() => {
                E_INVALID_PROTOCOL_OPERATION
            }
            None => E_INVALIDARG,
        };
        assert_eq!(ours, theirs, "sending {kind:#x}");
        self.sends += usize::from(ours == S_OK);
    }

    fn receive(&mut self, random: &mut Random) {
        self.number += 1;
        let room = random.one_of(&[usize::MAX, 0, 1, 7, 200]);
        let (ours, theirs) = if room == usize::MAX {
            (receive(self.handle, self.number), self.session.receive(None, self.number))
        } else {
            self.lent.push(vec![0; room].into_boxed_slice());
            let ours = self.lent.last_mut().unwrap().as_mut_ptr();
            let mut buffer = Buffer::of_data(ours, u32::try_from(room).unwrap());
            // SAFETY: the memory lives on until the handle is deleted.
            let ours =
                unsafe { WebSocketReceive(self.handle, &raw mut buffer, context(self.number)) };
            (ours, self.session.receive(Some(vec![0; room]), self.number))
        };
        assert_eq!(ours, theirs.map_or_else(|refused| of_misuse(refused.misuse), |()| S_OK));
        self.receives += usize::from(ours == S_OK);
    }

    fn get(&mut self, random: &mut Random) {
        let (queue, theirs) = random.one_of(&[
            (SEND, ActionQueue::Send),
            (RECEIVE, ActionQueue::Receive),
            (ALL, ActionQueue::All),
        ]);
        let room = random.one_of(&[2, 2, 2, 1, 0, 5]);
        let got = get(self.handle, queue, room);
        let action = self.session.get_action(theirs);
        let action = match action {
            Ok(action) => action,
            Err(error) => {
                let result = match error {
                    ActionError::Fault(fault) => match fault.violation().class() {
                        FaultClass::Format => E_INVALID_PROTOCOL_FORMAT,
                        FaultClass::Operation => E_INVALID_PROTOCOL_OPERATION,
                    },
                    ActionError::Misuse(misuse) => of_misuse(misuse),
                };
                assert_eq!(got.result, result);
                return;
            }
        };
        let ticket = match action {
            Action::NoAction => {
                assert_eq!((got.result, got.action), (S_OK, NO_ACTION));
                return;
            }
            Action::SendToNetwork(ticket, _)
            | Action::ReceiveFromNetwork(ticket)
            | Action::IndicateSendComplete(ticket, _)
            | Action::IndicateReceiveComplete(ticket, _) => ticket,
        };
        if room == 0 && !matches!(action, Action::IndicateSendComplete(..)) {
            assert_eq!(got.result, E_INVALIDARG);
            self.session.decline(ticket).unwrap();
            return;
        }
        assert_eq!(got.result, S_OK);
        let bits = |kind: Option<BufferType>| kind.map_or(0, BufferType::bits);
        let (kind, buffer_type) = match action {
            Action::NoAction => unreachable!("handled above"),
            Action::SendToNetwork(_, kind) => (WRITE, kind.bits()),
            Action::IndicateSendComplete(_, kind) => (SENT, kind.bits()),
            Action::ReceiveFromNetwork(_) => (READ, 0),
            Action::IndicateReceiveComplete(_, kind) => (RECEIVED, bits(kind)),
        };
        assert_eq!((got.action, got.buffer_type), (kind, buffer_type));
        let number = self.session.context(ticket).unwrap().copied();
        assert_eq!(got.context, number.map_or(UNTOUCHED, context), "{action:?}");
        match kind {
            WRITE => {
                if room == 1 {
                    self.session.confine(ticket).unwrap();
                }
                assert_eq!(got.octets(), self.session.slices(ticket).unwrap().concat());
            }
            READ => {
                let room = self.session.buffer_mut(ticket).unwrap().len();
                assert_eq!(got.entry(0).length as usize, room);
            }
            RECEIVED => {
                let incoming = self.session.incoming(ticket).unwrap();
                assert_eq!(got.octets(), incoming.data());
                if let Incoming::Close { code, reason } = incoming {
                    assert_eq!(got.status(), code.number());
                    assert_eq!(got.entry(0).buffer.is_null(), reason.is_none());
                }
                self.receives -= 1;
            }
            _ => {
                assert_eq!(got.count, 0);
                self.sends -= 1;
            }
        }
        assert!(self.outstanding.iter().all(|(other, _)| other.token != got.token));
        self.outstanding.push((got, ticket));
        assert!(self.outstanding.len() <= 2, "more than one action of a queue");
    }

    fn complete(&mut self, random: &mut Random, network: &mut Vec<u8>) {
        if self.outstanding.is_empty() || random.below(10) == 0 {
            // Something senseless, which must do nothing.
            let token = random.one_of(&[0, 1, 4096, usize::MAX]);
            complete(self.handle, context(token), random.one_of(&[0, 1, 7]));
            return;
        }
        let index = random.below(self.outstanding.len());
        let (got, ticket) = self.outstanding.remove(index);
        let octets = match got.action {
            READ => {
                let buffer = self.session.buffer_mut(ticket).unwrap();
                let most = (got.entry(0).length as usize).min(network.len());
                let some = if most == 0 { 0 } else { 1 + random.below(most) };
                let some = if random.below(20) == 0 { 0 } else { some };
                let octets: Vec<u8> = network.drain(..some).collect();
                buffer[..some].copy_from_slice(&octets);
                got.fill(&octets);
                some
            }
            WRITE if random.below(8) == 0 => random.below(9),
            WRITE => got.octets().len(),
            _ => random.below(3),
        };
        complete(self.handle, got.token, octets);
        self.session.complete_action(ticket, octets).unwrap();
        // Once more, which must do nothing.
        complete(self.handle, got.token, octets);
    }

    /// After an abort every accepted operation is indicated exactly once.
    fn finish(mut self) {
        abort(self.handle);
        self.session.abort();
        for (got, ticket) in core::mem::take(&mut self.outstanding) {
            complete(self.handle, got.token, 0);
            self.session.complete_action(ticket, 0).unwrap();
        }
        for (queue, theirs) in [(SEND, ActionQueue::Send), (RECEIVE, ActionQueue::Receive)] {
            loop {
                let got = get(self.handle, queue, 1);
                assert_eq!(got.result, S_OK);
                match self.session.get_action(theirs).unwrap() {
                    Action::NoAction => break assert_eq!(got.action, NO_ACTION),
                    Action::IndicateSendComplete(ticket, _) => {
                        assert_eq!(got.action, SENT);
                        self.sends -= 1;
                        self.session.complete_action(ticket, 0).unwrap();
                    }
                    Action::IndicateReceiveComplete(ticket, _) => {
                        assert_eq!(got.action, RECEIVED);
                        self.receives -= 1;
                        self.session.complete_action(ticket, 0).unwrap();
                    }
                    other => panic!("{other:?} after an abort"),
                }
                complete(self.handle, got.token, 0);
            }
        }
        assert_eq!((self.sends, self.receives), (0, 0), "indications to come");
        delete(self.handle);
    }
}

fn send_close_with(handle: Handle, code: u16, reason: &[u8], number: usize) -> Hresult {
    let length = u32::try_from(reason.len()).unwrap();
    let mut buffer = Buffer::of_close(ptr::from_ref(reason).cast_mut().cast(), length, code);
    // SAFETY: the reason lives for ever.
    unsafe { WebSocketSend(handle, CLOSE, &raw mut buffer, context(number)) }
}

fn of_misuse(misuse: Misuse) -> Hresult {
    match misuse.class() {
        MisuseClass::Argument => E_INVALIDARG,
        MisuseClass::Operation => E_INVALID_PROTOCOL_OPERATION,
    }
}

/// A stream of frames, most of them good.
fn stream(random: &mut Random) -> Vec<u8> {
    let mut octets = Vec::new();
    for _ in 0..20 {
        let first = random.one_of(&[0x81, 0x82, 0x01, 0x80, 0x00, 0x02, 0x89, 0x89, 0x8a]);
        let payload = &PAYLOAD[..random.one_of(&[0, 1, 20, 125])];
        octets.extend(frame(first, payload, KEY));
        if random.below(12) == 0 {
            octets.extend(frame(0x88, &[0x03, 0xe8, 0x62], KEY));
        }
        if random.below(12) == 0 {
            octets.push(u8::try_from(random.below(256)).unwrap());
        }
    }
    octets
}

#[test]
fn any_sequence_of_calls_does_the_same_to_both() {
    let (sequences, calls) = if cfg!(miri) { (3, 60) } else { (3000, 200) };
    for seed in 0..sequences {
        let mut random = Random(seed);
        let mut both = Both::new();
        let mut network = stream(&mut random);
        for _ in 0..calls {
            match random.below(12) {
                0 => both.send(&mut random),
                1 | 2 => both.receive(&mut random),
                3..=6 => both.get(&mut random),
                _ => both.complete(&mut random, &mut network),
            }
            if random.below(300) == 0 {
                abort(both.handle);
                both.session.abort();
            }
        }
        both.finish();
    }
}

#[test]
fn a_fault_is_the_same_however_the_octets_arrive() {
    let streams: [(&[u8], Hresult); 10] = [
        (b"\xc1\x80\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x83\x80\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x09\x80\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x89\xfe\0\x7e\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x82\xfe\0\x7d\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x81\x00", E_INVALID_PROTOCOL_FORMAT),
        (b"\x88\x81\0\0\0\0\0", E_INVALID_PROTOCOL_FORMAT),
        (b"\x80\x80\0\0\0\0", E_INVALID_PROTOCOL_OPERATION),
        (b"\x01\x80\0\0\0\0\x81\x80\0\0\0\0", E_INVALID_PROTOCOL_OPERATION),
    ];
    let texts = [
        (frame(0x81, b"ab\xffcd", KEY), E_INVALID_PROTOCOL_FORMAT),
        (frame(0x81, b"ab\xce", KEY), E_INVALID_PROTOCOL_FORMAT),
        (frame(0x88, b"\x03\xe8\xff", KEY), E_INVALID_PROTOCOL_FORMAT),
        (frame(0x88, b"\x03\xee", KEY), E_INVALID_PROTOCOL_FORMAT),
    ];
    let streams = streams.map(|(octets, result)| (octets.to_vec(), result)).into_iter();
    for (stream, expected) in streams.chain(texts) {
        for cut in (1..=stream.len()).step_by(if cfg!(miri) { 5 } else { 1 }) {
            let open = server();
            let mut pieces: Vec<&[u8]> = vec![&stream[..cut], &stream[cut..]];
            let mut pending = false;
            let fault = loop {
                let got = get(open, RECEIVE, 1);
                pending = pending && got.action != RECEIVED;
                match (got.result, got.action) {
                    (S_OK, NO_ACTION) => {
                        pending = true;
                        assert_eq!(receive(open, 1), S_OK);
                    }
                    (S_OK, READ) => {
                        let piece = pieces.remove(0);
                        got.fill(piece);
                        complete(open, got.token, piece.len());
                    }
                    (S_OK, _) => complete(open, got.token, 0),
                    (fault, _) => break fault,
                }
            };
            assert_eq!(fault, expected, "{stream:x?} cut at {cut}");
            // Sticky, but not for the send queue, which goes first.
            assert_eq!(get(open, RECEIVE, 1).result, expected);
            assert_eq!(send_close(open, 1002, b""), S_OK);
            let close = expect(open, ALL, WRITE);
            assert_eq!(close.octets(), b"\x88\x02\x03\xea");
            complete(open, close.token, 4);
            complete(open, expect(open, ALL, SENT).token, 0);
            assert_eq!(get(open, ALL, 1).result, expected);
            // An abort drops it: a pending receive is indicated.
            abort(open);
            if pending {
                assert_eq!(result(open), (0, vec![]));
            }
            expect_nothing(open, ALL);
            delete(open);
        }
    }
}
