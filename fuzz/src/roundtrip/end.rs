//! One of the two endpoints.

use core::num::NonZeroUsize;
use std::collections::VecDeque;

use allocation_counter::{AllocationInfo, measure};
use arbitrary::Unstructured;
use wsproof_cases::random::Random;
use wsproof_cases::{Role, deflate};
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Agreed, BufferType, CloseCode, CloseStatus, Config, ConfigError, Connection, CustomHeader,
    Incoming, Misuse, Outcome, Outgoing, Overrun, ReceiveAction, SendAction, Session, State,
};

use super::agreement::Wishes;
use super::record::{Agreement, Item, Pings};
use crate::edge;
use crate::opened;
use crate::script::{filler, one_in, pick};

/// An endpoint, and what it has seen.
pub(super) struct End {
    pub(super) connection: Connection,
    /// Octets on their way to this end.
    pub(super) inbox: VecDeque<u8>,
    pub(super) sent: Vec<Item>,
    pub(super) received: Vec<Item>,
    pub(super) pings: Pings,
    /// What may be sent beside messages, pings, pongs and Closes.
    link: Agreement,
    partial: Vec<u8>,
    /// Octets that begin the next part.
    held_back: Vec<u8>,
    /// The message whose last part has not been sent yet: its first octet, and its octets.
    open: Option<(u8, Vec<u8>)>,
    /// Messages of fewer octets go out as they are, unless they come in parts; none are compressed
    /// if there is no number.
    threshold: Option<usize>,
    /// Of each message that was sent whether it has to be compressed.
    pub(super) compressed: Vec<bool>,
    pub(super) misdeeds: Vec<String>,
}

/// What an end that could speak permessage-deflate makes of it.
#[derive(Clone, Copy)]
pub(super) struct Codec {
    /// See [`End::threshold`].
    threshold: Option<usize>,
    /// Whether it takes the memory that its configuration has to count with.
    full: bool,
}

impl Codec {
    pub(super) fn new(role: Role, own: &Wishes, terms: Option<deflate::Agreement>) -> Self {
        let window = terms.map(|terms| terms.of(role).window_bits);
        Self {
            threshold: terms.map(|_| own.threshold),
            full: window == Some(own.own_window_bits(role)),
        }
    }
}

impl End {
    pub(super) fn new(
        config: Result<Config, ConfigError>,
        role: Role,
        agreed: &Agreed,
        link: Agreement,
        codec: Option<Codec>,
    ) -> Self {
        let (config, mut misdeeds) = match config {
            Ok(config) => (config, Vec::new()),
            Err(error) => {
                let plain = Config::builder(opened::engine_role(role)).build();
                (plain.expect("defaults"), vec![format!("refuses its settings: {error}")])
            }
        };
        let mut connection = None;
        let AllocationInfo { bytes_max, .. } = measure(|| {
            let entropy = Box::new(FixedEntropy::new(7));
            connection = Some(Connection::open_with_entropy(&config, agreed, entropy));
        });
        let taken = bytes_max as usize;
        let promised = config.worst_case_bytes() + size_of::<FixedEntropy>();
        // An encoder's tables are counted with a little to spare, a session at its place in full.
        let spare = promised / 100 + size_of::<Session>();
        let full = codec.is_none_or(|codec| codec.full);
        if taken > promised || full && taken + spare < promised {
            misdeeds.push(format!("takes {taken} octets of the {promised} it promised"));
        }
        Self {
            connection: connection.expect("it was just made"),
            inbox: VecDeque::new(),
            sent: Vec::new(),
            received: Vec::new(),
            pings: Pings::default(),
            link,
            partial: Vec::new(),
            held_back: Vec::new(),
            open: None,
            threshold: codec.and_then(|codec| codec.threshold),
            compressed: Vec::new(),
            misdeeds,
        }
    }

    pub(super) fn ping(&mut self) {
        self.pings.sent += usize::from(self.queue(Outgoing::PingPong));
    }

    pub(super) fn send(&mut self, choices: &mut Unstructured<'_>) {
        let kind = pick(choices, &[0x81, 0x82, 0x01, 0x02, 0x89, 0x8a, 0x88, 0xc1, 0x83, 0x8b]);
        match kind {
            0x81 | 0x82 | 0x01 | 0x02 => self.send_part(kind, choices),
            0x89 => self.ping(),
            0x8a => {
                self.pings.unasked += usize::from(self.queue(Outgoing::UnsolicitedPong));
            }
            0x88 => self.send_close(choices),
            custom if self.link != Agreement::Plain => {
                // Beside permessage-deflate nothing is agreed on. A message goes out as it is.
                let custom = if self.link == Agreement::Deflate { 0x82 } else { custom };
                let length = pick(choices, &[0, 1, 124, 125]);
                let payload = filler(length);
                let Ok(header) = CustomHeader::new(u32::from(custom) << 1) else { return };
                let sent = Item::Message(custom, payload.clone());
                if self.queue(Outgoing::Custom(header, payload)) {
                    self.sent.push(sent);
                    self.compressed.push(false);
                }
            }
            _ => {}
        }
    }

    /// Sends a whole message or a part of one, whichever fits to what is open.
    fn send_part(&mut self, kind: u8, choices: &mut Unstructured<'_>) {
        let first = self.open.as_ref().map_or(kind | 0x80, |(first, _)| *first);
        let mut payload = self.held_back.clone();
        if first == 0x81 && one_in(choices, 2) {
            payload.extend_from_slice(pick(choices, &edge::TEXTS[..12]));
        } else {
            let few = if one_in(choices, 16) { &edge::LENGTHS[..] } else { &edge::LENGTHS[..17] };
            let length = pick(choices, few) as usize;
            if first == 0x82 && one_in(choices, 4) {
                // Nothing to compress here.
                let mut random = Random::new(length as u64);
                payload.extend((0..length).map(|_| random.next() as u8));
            } else {
                payload.extend(filler(length));
            }
        }
        let last = kind & 0x80 != 0;
        // Parts may end inside a code point, messages may not.
        let held_back = if last { Vec::new() } else { payload.split_off(payload.len() / 2) };
        let worth_it = |least| !last || payload.len() >= least;
        if self.queue(part(first == 0x81, last, payload.clone())) {
            if self.open.is_none() {
                self.compressed.push(self.threshold.is_some_and(worth_it));
            }
            self.held_back = held_back;
            let (_, mut message) = self.open.take().unwrap_or((first, Vec::new()));
            message.extend(payload);
            if last {
                self.sent.push(Item::Message(first, message));
            } else {
                self.open = Some((first, message));
            }
        }
    }

    /// Ends the message that is open, if there is room.
    pub(super) fn end_message(&mut self) {
        let Some((first, _)) = self.open else { return };
        if self.queue(part(first == 0x81, true, self.held_back.clone())) {
            let (_, mut message) = self.open.take().unwrap_or_default();
            message.append(&mut self.held_back);
            self.sent.push(Item::Message(first, message));
        }
    }

    fn send_close(&mut self, choices: &mut Unstructured<'_>) {
        let code = pick(choices, &edge::CLOSE_CODES);
        let reason =
            if one_in(choices, 2) { filler(pick(choices, &[0, 1, 122, 123])) } else { Vec::new() };
        let status = if one_in(choices, 2) {
            CloseStatus::with_reason(CloseCode::new(code), reason)
        } else {
            CloseStatus::new(CloseCode::new(code))
        };
        let expected = if one_in(choices, 8) {
            self.queue(Outgoing::Close(None)).then_some((1005, Vec::new()))
        } else {
            let reason = Outgoing::Close(Some(status.clone())).into_payload().unwrap_or_default();
            self.queue(Outgoing::Close(Some(status))).then_some((code, reason))
        };
        if let Some((code, reason)) = expected {
            self.sent.push(Item::Close(code, reason));
        }
    }

    fn queue(&mut self, operation: Outgoing<Vec<u8>>) -> bool {
        let before = operation.clone();
        match self.connection.send(operation) {
            Ok(()) => true,
            Err(refused) => {
                if refused.outgoing != before {
                    self.misdeeds.push(format!("keeps what it refuses: {}", refused.misuse));
                }
                false
            }
        }
    }

    /// Writes at most so many octets of what is queued.
    pub(super) fn write(&mut self, most: usize) -> Vec<u8> {
        let mut wire = Vec::new();
        let (mut overruns, mut again) = (most == 3, None);
        let (mut half, _) = self.connection.split();
        while wire.len() < most {
            match half.get_action() {
                Ok(None) => break,
                Ok(Some(SendAction::SendToNetwork(write))) => {
                    let octets = write.slices().unwrap_or_default().concat();
                    if overruns {
                        let (offered, reported) = (octets.len(), octets.len() + 1);
                        let overrun = write.complete(reported);
                        overran(overrun, offered, reported, &mut self.misdeeds);
                        again = Some(octets);
                        overruns = false;
                        continue;
                    }
                    if again.take().is_some_and(|again| again != octets) {
                        self.misdeeds.push(String::from("offers other octets after an overrun"));
                    }
                    let written = octets.len().min(most - wire.len());
                    wire.extend_from_slice(&octets[..written]);
                    if octets.is_empty() || write.complete(written).is_err() {
                        self.misdeeds.push(String::from("offers nothing to write"));
                        break;
                    }
                }
                Ok(Some(SendAction::IndicateSendComplete(done))) => {
                    if done.complete().1 != Outcome::Sent {
                        self.misdeeds.push(String::from("loses an operation"));
                    }
                }
                Err(misuse) => {
                    self.misdeeds.push(format!("cannot write: {misuse}"));
                    break;
                }
            }
        }
        wire
    }

    /// Reads at most so many octets of what has arrived; returns the pongs they ask for.
    pub(super) fn read(&mut self, most: usize) -> Vec<u8> {
        let mut wire = Vec::new();
        let mut left = most.min(self.inbox.len());
        let mut overruns = most == 3;
        loop {
            // An operation always waits; where there is no room for one, others do.
            let _ = self.connection.receive();
            let (_, mut half) = self.connection.split();
            match half.get_action() {
                Ok(None) => return wire,
                Ok(Some(ReceiveAction::SendToNetwork(pong))) => {
                    wire.extend_from_slice(pong.octets());
                    pong.complete();
                }
                Ok(Some(ReceiveAction::ReceiveFromNetwork(mut read))) => {
                    let room = read.buffer();
                    if overruns {
                        let (offered, reported) = (room.len(), room.len() + 1);
                        if let Some(reported) = NonZeroUsize::new(reported) {
                            let overrun = read.complete(reported);
                            overran(overrun, offered, reported.get(), &mut self.misdeeds);
                        }
                        overruns = false;
                        continue;
                    }
                    let octets = left.min(room.len());
                    for (slot, octet) in room.iter_mut().zip(self.inbox.drain(..octets)) {
                        *slot = octet;
                    }
                    left -= octets;
                    // A read that is dropped is offered again.
                    let Some(octets) = NonZeroUsize::new(octets) else { return wire };
                    if read.complete(octets).is_err() {
                        self.misdeeds.push(String::from("refuses octets that fit"));
                    }
                }
                Ok(Some(ReceiveAction::IndicateReceiveComplete(result))) => {
                    if let Some(buffer_type) = result.buffer_type() {
                        self.pings.answered += usize::from(buffer_type == BufferType::PingPong);
                        take(&mut self.partial, &mut self.received, buffer_type, result.incoming());
                    }
                    result.complete();
                }
                Err(fault) => {
                    self.misdeeds.push(format!("finds a fault in its own frames: {fault}"));
                    self.inbox.clear();
                    return wire;
                }
            }
        }
    }

    /// Cancels a message half-way and aborts: every operation comes home and says why.
    pub(super) fn give_up(&mut self) {
        let mut outcomes = Vec::new();
        let cancelled = self.connection.send(Outgoing::BinaryMessage(filler(300))).is_ok();
        for wanted in [Outcome::Cancelled, Outcome::Aborted] {
            if wanted == Outcome::Aborted {
                let queued = self.connection.send(Outgoing::PingPong).is_ok();
                self.connection.abort();
                if !queued || self.connection.state() != State::Aborted {
                    self.misdeeds.push(String::from("does not abort"));
                }
            } else if !cancelled {
                continue;
            }
            let (mut half, _) = self.connection.split();
            while let Ok(Some(action)) = half.get_action() {
                match action {
                    SendAction::SendToNetwork(write) => write.abandon(),
                    SendAction::IndicateSendComplete(done) => {
                        outcomes.push((wanted, done.complete().1));
                    }
                }
            }
        }
        let expected = 1 + usize::from(cancelled);
        if outcomes.len() != expected || outcomes.iter().any(|(wanted, seen)| wanted != seen) {
            self.misdeeds.push(format!("ends operations as {outcomes:?}"));
        }
        if self.connection.receive() != Err(Misuse::Aborted) {
            self.misdeeds.push(String::from("receives after an abort"));
        }
    }
}

/// Checks what comes of reporting more octets than were offered: nothing, and it says so.
fn overran(
    answer: Result<(), Overrun>,
    offered: usize,
    reported: usize,
    misdeeds: &mut Vec<String>,
) {
    match answer {
        Err(overrun) => {
            let text = overrun.to_string();
            let told = text.contains(&offered.to_string()) && text.contains(&reported.to_string());
            if !told || (overrun.offered, overrun.reported) != (offered, reported) {
                misdeeds.push(format!("says of {reported} octets for {offered}: {text}"));
            }
        }
        Ok(()) => misdeeds.push(format!("takes {reported} octets for {offered}")),
    }
}

/// Takes a result; pieces of a message are put together.
fn take(
    partial: &mut Vec<u8>,
    received: &mut Vec<Item>,
    buffer_type: BufferType,
    incoming: Incoming<'_>,
) {
    let first = match buffer_type {
        BufferType::Utf8Message => 0x81,
        BufferType::BinaryMessage => 0x82,
        BufferType::Custom(header) if header.opcode().is_control() => {
            return received.push(Item::Message(header.first_octet(), incoming.data().to_vec()));
        }
        BufferType::Custom(header) if header.fin() => header.first_octet(),
        BufferType::Close => {
            if let Incoming::Close { code, reason } = incoming {
                let reason = reason.unwrap_or_default().to_vec();
                received.push(Item::Close(code.number(), reason));
            }
            return;
        }
        BufferType::PingPong | BufferType::UnsolicitedPong => return,
        BufferType::Utf8Fragment | BufferType::BinaryFragment | BufferType::Custom(_) => {
            return partial.extend_from_slice(incoming.data());
        }
    };
    partial.extend_from_slice(incoming.data());
    received.push(Item::Message(first, core::mem::take(partial)));
}

fn part(text: bool, last: bool, payload: Vec<u8>) -> Outgoing<Vec<u8>> {
    match (text, last) {
        (true, true) => Outgoing::Utf8Message(payload),
        (true, false) => Outgoing::Utf8Fragment(payload),
        (false, true) => Outgoing::BinaryMessage(payload),
        (false, false) => Outgoing::BinaryFragment(payload),
    }
}
