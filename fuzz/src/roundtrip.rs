//! Two endpoints of the engine and a network that cuts: what one sends is what the other receives.

use core::num::NonZeroUsize;
use std::collections::VecDeque;
use std::sync::LazyLock;

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::ServerHandshake;
use wsproof_engine::{
    Agreed, BufferType, CloseCode, CloseStatus, Config, Connection, CustomHeader, Header, Incoming,
    Outcome, Outgoing, ReceiveAction, Selection, SendAction, State,
};

use crate::edge;
use crate::opened;
use crate::script::{filler, one_in, pick};

/// The most actions that choices make.
const STEPS: usize = 64;
/// The most actions it takes to bring everything that is on its way home.
const MOST_ACTIONS: usize = 200_000;

/// What one end has sent, or the other has received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A whole message: the first octet of its first frame with FIN set, and its payload.
    Message(u8, Vec<u8>),
    /// A Close with its code and its reason.
    Close(u16, Vec<u8>),
}

/// Everything that happened between two endpoints.
#[derive(Debug)]
pub struct Seen {
    /// What each end has sent: client, server.
    pub sent: [Vec<Item>; 2],
    /// What each end has received: client, server.
    pub received: [Vec<Item>; 2],
    /// How each end stood when everything had arrived.
    pub states: [State; 2],
    /// What an endpoint did that none may.
    pub misdeeds: Vec<String>,
}

struct End {
    connection: Connection,
    /// Octets on their way to this end.
    inbox: VecDeque<u8>,
    sent: Vec<Item>,
    received: Vec<Item>,
    partial: Vec<u8>,
    /// Octets that begin the next part.
    held_back: Vec<u8>,
    /// The message whose last part has not been sent yet: its first octet, and its octets.
    open: Option<(u8, Vec<u8>)>,
    misdeeds: Vec<String>,
}

/// Lets choices decide what is sent, and in which pieces it travels.
#[must_use]
pub fn play(choices: &mut Unstructured<'_>) -> Seen {
    let extension = one_in(choices, 2);
    let mut ends = [Role::Client, Role::Server].map(|role| End::new(role, extension, choices));
    for _ in 0..STEPS {
        if choices.is_empty() {
            break;
        }
        let side = usize::from(one_in(choices, 2));
        let most = pick(choices, &[usize::MAX, 1, 2, 3, 7, 64, 255, 1000]);
        match pick(choices, &[0, 1, 2, 3]) {
            0 => ends[side].send(extension, choices),
            1 => {
                let written = ends[side].write(most);
                ends[1 - side].inbox.extend(written);
            }
            2 => {
                let written = ends[side].read(most);
                ends[1 - side].inbox.extend(written);
            }
            _ => ends[side].end_message(),
        }
    }
    let mut actions = 0;
    loop {
        let mut idle = true;
        for side in 0..2 {
            ends[side].end_message();
            let mut written = ends[side].write(usize::MAX);
            written.extend(ends[side].read(usize::MAX));
            idle &= written.is_empty() && ends[side].inbox.is_empty();
            ends[1 - side].inbox.extend(written);
            actions += 1;
        }
        if idle {
            break;
        }
        if actions > MOST_ACTIONS {
            ends[0].misdeeds.push(String::from("never comes to rest"));
            break;
        }
    }
    let states = [0, 1].map(|side| ends[side].connection.state());
    let misdeeds = ends.iter().flat_map(|end| end.misdeeds.clone()).collect();
    let [client, server] = ends;
    Seen {
        sent: [client.sent, server.sent],
        received: [client.received, server.received],
        states,
        misdeeds,
    }
}

/// What both sides agree on: nothing, or an extension that may use reserved bits and opcodes.
fn agreed(extension: bool) -> &'static Agreed {
    static PLAIN: LazyLock<Agreed> = LazyLock::new(Agreed::default);
    static EXTENDED: LazyLock<Agreed> = LazyLock::new(|| {
        let mut request = opened::request().to_vec();
        request.push(Header::new("Sec-WebSocket-Extensions", "x"));
        let selection = Selection { extensions: &["x"], ..Selection::default() };
        let begun = ServerHandshake::begin(&selection, &request);
        begun.map(|(server, _)| server.end()).unwrap_or_default()
    });
    if extension { &EXTENDED } else { &PLAIN }
}

impl End {
    fn new(role: Role, extension: bool, choices: &mut Unstructured<'_>) -> Self {
        let config = Config::builder(opened::engine_role(role))
            .receive_buffer_size(pick(choices, &[4096, 256, 300, 1024]))
            .send_buffer_size(pick(choices, &[4096, 16, 17, 64, 300]))
            .max_queued_operations(pick(choices, &[4, 1, 16]))
            .disable_masking(one_in(choices, 32))
            .build()
            .unwrap_or_else(|_| {
                Config::builder(opened::engine_role(role)).build().expect("defaults")
            });
        let entropy = Box::new(FixedEntropy::new(7));
        Self {
            connection: Connection::open_with_entropy(&config, agreed(extension), entropy),
            inbox: VecDeque::new(),
            sent: Vec::new(),
            received: Vec::new(),
            partial: Vec::new(),
            held_back: Vec::new(),
            open: None,
            misdeeds: Vec::new(),
        }
    }

    fn send(&mut self, extension: bool, choices: &mut Unstructured<'_>) {
        let kind = pick(choices, &[0x81, 0x82, 0x01, 0x02, 0x89, 0x8a, 0x88, 0xc1, 0x83, 0x8b]);
        let operation = match kind {
            0x81 | 0x82 | 0x01 | 0x02 => return self.send_part(kind, choices),
            0x89 => Outgoing::PingPong,
            0x8a => Outgoing::UnsolicitedPong,
            0x88 => return self.send_close(choices),
            custom if extension => {
                let length = pick(choices, &[0, 1, 124, 125]);
                let payload = filler(length);
                let Ok(header) = CustomHeader::new(u32::from(custom) << 1) else { return };
                let sent = Item::Message(custom, payload.clone());
                if self.queue(Outgoing::Custom(header, payload)) {
                    self.sent.push(sent);
                }
                return;
            }
            _ => return,
        };
        self.queue(operation);
    }

    /// Sends a whole message or a part of one, whichever fits to what is open.
    fn send_part(&mut self, kind: u8, choices: &mut Unstructured<'_>) {
        let first = self.open.as_ref().map_or(kind | 0x80, |(first, _)| *first);
        let mut payload = self.held_back.clone();
        if first == 0x81 && one_in(choices, 2) {
            payload.extend_from_slice(pick(choices, &edge::TEXTS[..12]));
        } else {
            let few = if one_in(choices, 16) { &edge::LENGTHS[..] } else { &edge::LENGTHS[..17] };
            payload.extend(filler(pick(choices, few) as usize));
        }
        let last = kind & 0x80 != 0;
        // Parts may end inside a code point, messages may not.
        let held_back = if last { Vec::new() } else { payload.split_off(payload.len() / 2) };
        if self.queue(part(first == 0x81, last, payload.clone())) {
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
    fn end_message(&mut self) {
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
    fn write(&mut self, most: usize) -> Vec<u8> {
        let mut wire = Vec::new();
        let (mut half, _) = self.connection.split();
        while wire.len() < most {
            match half.get_action() {
                Ok(None) => break,
                Ok(Some(SendAction::SendToNetwork(write))) => {
                    let octets = write.slices().unwrap_or_default().concat();
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
    fn read(&mut self, most: usize) -> Vec<u8> {
        let mut wire = Vec::new();
        let mut left = most.min(self.inbox.len());
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
