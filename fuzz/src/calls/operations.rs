//! Operations to send and to receive.

use arbitrary::Unstructured;
use wsproof_engine::{CloseCode, CloseStatus, CustomHeader, Misuse, Outgoing};

use super::Run;
use super::payload::Payload;
use crate::edge;
use crate::script::{filler, one_in, pick};

/// First octets of custom frames: messages, parts of them and control frames that are in order, and
/// those that are not.
const CUSTOM: [u8; 11] = [0xc1, 0x41, 0x80, 0x00, 0x83, 0x8b, 0x0b, 0x88, 0x89, 0x82, 0x8a];

/// What is wrong with an operation whatever its payload.
const OF_ORDER: [Misuse; 5] = [
    Misuse::NotOpen,
    Misuse::Aborted,
    Misuse::CloseSent,
    Misuse::MessageKindChanged,
    Misuse::FragmentOrder,
];

/// Values beside the headers of custom frames.
const NO_HEADERS: [u32; 5] = [0, 1, 0x103, 0x200, 0x8000_0000];

impl Run {
    pub(super) fn send(&mut self, choices: &mut Unstructured<'_>) {
        let octets = filler(pick(choices, &[0, 1, 5, 125, 126, 300, 5000]));
        let number = pick(choices, &edge::CLOSE_CODES);
        let payload = if one_in(choices, 32) {
            Payload::fickle(octets, pick(choices, &[1, 2, 3, 5]))
        } else {
            Payload::steady(octets)
        };
        let operation = match pick(choices, &[0, 1, 2, 3, 4, 5, 6, 7, 8]) {
            0 => Outgoing::Utf8Message(payload),
            1 => Outgoing::Utf8Fragment(payload),
            2 => Outgoing::BinaryMessage(payload),
            3 => Outgoing::BinaryFragment(payload),
            4 => Outgoing::PingPong,
            5 => Outgoing::UnsolicitedPong,
            6 if one_in(choices, 2) => Outgoing::Close(None),
            6 | 7 => {
                let reason =
                    if one_in(choices, 4) { b"\xff".to_vec() } else { payload.octets().to_vec() };
                let code = CloseCode::new(number);
                let shown = format!("{code:?}").contains(&number.to_string());
                if code.to_string() != number.to_string() || u16::from(code) != number || !shown {
                    self.misdeed(format!("takes {number} for {code:?}"));
                }
                let status = CloseStatus::with_reason(code, Payload::steady(reason));
                if status.code() != code {
                    self.misdeed(format!("takes {code:?} for {:?}", status.code()));
                }
                Outgoing::Close(Some(status))
            }
            _ => {
                let octets = Payload::steady(payload.octets().to_vec());
                match self.custom_header(choices) {
                    Some(header) => Outgoing::Custom(header, octets),
                    None => return,
                }
            }
        };
        self.queue(operation, number);
    }

    /// A header the engine knows, or none where it should not.
    fn custom_header(&mut self, choices: &mut Unstructured<'_>) -> Option<CustomHeader> {
        let first = pick(choices, &CUSTOM);
        let known = first != 0 && !one_in(choices, 8);
        let bits = if known { u32::from(first) << 1 } else { pick(choices, &NO_HEADERS) };
        match CustomHeader::new(bits) {
            Ok(header) if known => {
                let (fin, opcode) = (first & 0x80 != 0, first & 0xf);
                let shown = format!("{header:?} {:?}", header.opcode());
                if shown.split_whitespace().count() < 2 {
                    self.misdeed(format!("shows {first:#04x} as {shown:?}"));
                }
                self.log(|| format!("{header:?} is of {:?}", header.opcode()));
                if header.bits() != bits
                    || header.fin() != fin
                    || header.opcode().bits() != opcode
                    || header.opcode().is_control() != (opcode & 8 != 0)
                {
                    self.misdeed(format!("takes {first:#04x} for {header:?}"));
                }
                Some(header)
            }
            Err(misuse) if !known => {
                self.refused("a custom header", misuse, Some(Misuse::CustomHeader));
                None
            }
            other => {
                self.misdeed(format!("says {other:?} of the custom header {bits:#x}"));
                None
            }
        }
    }

    fn queue(&mut self, operation: Outgoing<Payload>, number: u16) {
        let expected = self.record.may_send(&operation, number);
        let in_order = self.session.check_send(operation.buffer_type());
        // What is wrong with the payload, and a full queue, are found later.
        let order = expected.as_ref().err().copied().filter(|misuse| OF_ORDER.contains(misuse));
        let found = in_order.err();
        if found != order && (expected.is_ok() || order.is_some()) {
            self.misdeed(format!("finds {operation:?} out of order: {found:?}, not {order:?}"));
        }
        let context = self.record.next_context();
        let before = self.session.state();
        // A copy would be looked at apart.
        let answer = self.session.send(operation.clone(), context);
        self.log(|| format!("send({operation:?}) = {:?}", answer.as_ref().map_err(|r| r.misuse)));
        match (answer, expected) {
            (Ok(()), Ok(message)) => {
                self.record.sends.push_back(context);
                self.record.message = message;
                self.record.close_sent |= matches!(operation, Outgoing::Close(_));
                self.record.fickle |= operation.payload().is_some_and(Payload::is_fickle);
                self.seen.torn |= self.record.fickle;
                self.seen.custom |= matches!(operation, Outgoing::Custom(..));
            }
            (Err(refused), expected) => {
                self.refused("send", refused.misuse, expected.err());
                if refused.to_string() != refused.misuse.to_string() {
                    self.misdeed("does not say why it refuses");
                }
                if refused.outgoing != operation || refused.context != context {
                    self.misdeed("does not hand back what it refuses");
                }
                if self.session.state() != before {
                    self.misdeed("changes its state when it refuses");
                }
                let payload = refused.outgoing.into_payload();
                if payload.as_ref() != operation.payload() {
                    self.misdeed("keeps the payload it refuses");
                }
            }
            (Ok(()), Err(misuse)) => self.misdeed(format!("takes {operation:?}: {misuse:?}")),
        }
    }

    pub(super) fn receive(&mut self, choices: &mut Unstructured<'_>) {
        let buffer = match pick(choices, &[0, 1, 2, 3]) {
            0 | 1 => None,
            2 => Some(vec![0; pick(choices, &[1, 3, 125, 300])]),
            _ if one_in(choices, 4) => Some(Vec::new()),
            _ => Some(vec![0; 4096]),
        };
        let expected = self.record.may_receive(buffer.as_deref());
        let context = self.record.next_context();
        let answer = self.session.receive(buffer.clone(), context);
        self.log(|| format!("receive({:?}) = {answer:?}", buffer.as_ref().map(Vec::len)));
        match (answer, expected) {
            (Ok(()), Ok(())) => self.record.receives.push_back(context),
            (Err(refused), expected) => {
                self.refused("receive", refused.misuse, expected.err());
                if refused.to_string() != refused.misuse.to_string() {
                    self.misdeed("does not say why it refuses");
                }
                if refused.buffer != buffer || refused.context != context {
                    self.misdeed("does not hand back the buffer it refuses");
                }
            }
            (Ok(()), Err(misuse)) => self.misdeed(format!("takes a receive: {misuse:?}")),
        }
    }
}
