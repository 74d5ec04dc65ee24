//! What the tests of the public interface share: open sessions, a reader of everything an endpoint
//! does with a stream, and a small writer of frames.

#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses its own part of this")]

#[cfg(feature = "deflate")]
pub(crate) mod inflate;

use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, Completed, Config, Fault, Header,
    Incoming, Offer, Role, Selection, Session,
};

pub(crate) type Plain = Session<u32>;

/// An open session whose keys are known in advance.
pub(crate) fn open(config: Config) -> Plain {
    open_with(config, &[])
}

/// An open session with these extensions negotiated.
pub(crate) fn open_with(config: Config, extensions: &[&str]) -> Plain {
    let role = config.role();
    let client = Config::builder(Role::Client).build().unwrap();
    let server = Config::builder(Role::Server).build().unwrap();
    let (client, server) = match role {
        Role::Client => (config, server),
        Role::Server => (client, config),
    };
    let mut client = Plain::create_with_entropy(client, Box::new(FixedEntropy::new(1)));
    let mut server = Plain::create_with_entropy(server, Box::new(FixedEntropy::new(2)));
    handshake(&mut client, &mut server, extensions);
    match role {
        Role::Client => client,
        Role::Server => server,
    }
}

/// The opening handshake of the two, without a transport.
pub(crate) fn handshake(client: &mut Plain, server: &mut Plain, extensions: &[&str]) {
    let offer = Offer { extensions, ..Offer::default() };
    let request = client.begin_client_handshake(&offer).unwrap();
    let mut headers: Vec<Header<'_>> = request.iter().collect();
    headers.push(Header::new("Host", "localhost"));
    let selection = Selection { extensions, ..Selection::default() };
    let response = server.begin_server_handshake(&selection, &headers).unwrap();
    let headers: Vec<Header<'_>> = response.iter().collect();
    client.end_client_handshake(&headers).unwrap();
    server.end_server_handshake().unwrap();
}

/// What an endpoint did with a stream, without the places where pieces were cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Octets of a message that goes on or, at a fault, never ends.
    Part(BufferType, Vec<u8>),
    /// The end of a message with all its octets.
    Message(BufferType, Vec<u8>),
    Pong(Vec<u8>),
    /// An automatic pong, as it went out.
    Answer(Vec<u8>),
    Close(CloseCode, Option<Vec<u8>>),
    Fault(Fault),
}

/// Feeds `pieces` to an endpoint and answers everything it does, pieces of a message joined.
pub(crate) fn trace<'a>(
    session: &mut Plain,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Event> {
    trace_into(session, None, pieces)
}

/// The same, with a buffer of `room` octets supplied to each operation.
pub(crate) fn trace_into<'a>(
    session: &mut Plain,
    room: Option<usize>,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Event> {
    let mut events = Vec::new();
    for mut piece in pieces {
        if !pump(session, room, &mut piece, &mut events) {
            break;
        }
    }
    joined(events)
}

/// Drives the receive queue until it asks for octets that are not there; `false` after a fault.
fn pump(
    session: &mut Plain,
    room: Option<usize>,
    input: &mut &[u8],
    events: &mut Vec<Event>,
) -> bool {
    loop {
        match session.get_action(ActionQueue::Receive) {
            Ok(Action::NoAction) => session.receive(room.map(|room| vec![0; room]), 0).unwrap(),
            Ok(Action::ReceiveFromNetwork(ticket)) => {
                if input.is_empty() {
                    return finish_read(session, ticket);
                }
                let buffer = session.buffer_mut(ticket).unwrap();
                let taken = buffer.len().min(input.len());
                buffer[..taken].copy_from_slice(&input[..taken]);
                *input = &input[taken..];
                session.complete_action(ticket, taken).unwrap();
            }
            Ok(Action::SendToNetwork(ticket, BufferType::PingPong)) => {
                events.push(Event::Answer(session.slices(ticket).unwrap().concat()));
                session.complete_action(ticket, 0).unwrap();
            }
            Ok(Action::IndicateReceiveComplete(ticket, Some(buffer_type))) => {
                events.push(event(buffer_type, session.incoming(ticket).unwrap()));
                let completed = session.complete_action(ticket, 0).unwrap();
                assert!(matches!(completed, Completed::Receive { .. }));
            }
            Ok(Action::IndicateReceiveComplete(ticket, None)) => {
                session.complete_action(ticket, 0).unwrap();
            }
            Ok(other) => panic!("{other:?} on the receive queue"),
            Err(ActionError::Fault(fault)) => {
                events.push(Event::Fault(fault));
                return false;
            }
            Err(ActionError::Misuse(misuse)) => panic!("{misuse}"),
        }
    }
}

/// Ends the operation that waits for octets; the parser's state stays.
fn finish_read(session: &mut Plain, ticket: wsproof_engine::Ticket) -> bool {
    session.complete_action(ticket, 0).unwrap();
    if let Ok(Action::IndicateReceiveComplete(ticket, None)) =
        session.get_action(ActionQueue::Receive)
    {
        session.complete_action(ticket, 0).unwrap();
        true
    } else {
        panic!("a read of nothing ends its operation")
    }
}

fn event(buffer_type: BufferType, incoming: Incoming<'_>) -> Event {
    let octets = incoming.data().to_vec();
    match (buffer_type, incoming) {
        (BufferType::PingPong, _) => Event::Pong(octets),
        (_, Incoming::Close { code, reason }) => Event::Close(code, reason.map(<[u8]>::to_vec)),
        (BufferType::Utf8Fragment | BufferType::BinaryFragment, _) => {
            Event::Part(buffer_type, octets)
        }
        (BufferType::Custom(header), _) if !header.fin() => Event::Part(buffer_type, octets),
        _ => Event::Message(buffer_type, octets),
    }
}

/// Pieces become the message they belong to; control events keep their place in front of it.
fn joined(events: Vec<Event>) -> Vec<Event> {
    let mut out = Vec::new();
    let mut open: Option<(BufferType, Vec<u8>)> = None;
    for event in events {
        match event {
            Event::Part(buffer_type, octets) => {
                open.get_or_insert((buffer_type, Vec::new())).1.extend(octets);
            }
            Event::Message(buffer_type, octets) => {
                let mut whole = open.take().map_or(Vec::new(), |(_, start)| start);
                whole.extend(octets);
                out.push(Event::Message(buffer_type, whole));
            }
            Event::Fault(fault) => {
                out.extend(
                    open.take().map(|(buffer_type, octets)| Event::Part(buffer_type, octets)),
                );
                out.push(Event::Fault(fault));
            }
            other => out.push(other),
        }
    }
    out.extend(open.map(|(buffer_type, octets)| Event::Part(buffer_type, octets)));
    out
}

/// A frame as octets; `first` is FIN, reserved bits and opcode.
pub(crate) fn frame(first: u8, payload: &[u8], key: Option<[u8; 4]>) -> Vec<u8> {
    let mask = if key.is_some() { 0x80 } else { 0 };
    let mut octets = vec![first];
    match payload.len() {
        short @ 0..=125 => octets.push(mask | short as u8),
        medium @ 126..=0xffff => {
            octets.push(mask | 126);
            octets.extend((medium as u16).to_be_bytes());
        }
        long => {
            octets.push(mask | 127);
            octets.extend((long as u64).to_be_bytes());
        }
    }
    octets.extend(key.unwrap_or_default().iter().take(if key.is_some() { 4 } else { 0 }));
    let key = key.unwrap_or_default();
    octets.extend(payload.iter().enumerate().map(|(i, octet)| octet ^ key[i % 4]));
    octets
}

/// Runs the send queue to its end and returns what was written.
pub(crate) fn written(session: &mut Plain) -> Vec<u8> {
    let mut wire = Vec::new();
    loop {
        match session.get_action(ActionQueue::Send).unwrap() {
            Action::NoAction => return wire,
            Action::SendToNetwork(ticket, _) => {
                let octets = session.slices(ticket).unwrap().concat();
                session.complete_action(ticket, octets.len()).unwrap();
                wire.extend(octets);
            }
            Action::IndicateSendComplete(ticket, _) => {
                session.complete_action(ticket, 0).unwrap();
            }
            other => panic!("{other:?} on the send queue"),
        }
    }
}

/// The outcome of a handshake without subprotocol and extensions.
pub(crate) fn agreed() -> wsproof_engine::Agreed {
    let request = [
        Header::new("Host", "localhost"),
        Header::new("Connection", "Upgrade"),
        Header::new("Upgrade", "websocket"),
        Header::new("Sec-WebSocket-Version", "13"),
        Header::new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let begun = wsproof_engine::handshake::ServerHandshake::begin(&Selection::default(), &request);
    begun.unwrap().0.end()
}

/// How many actions it takes to read a stream in one go.
pub(crate) fn actions(session: &mut Plain, stream: &[u8]) -> usize {
    let mut input = stream;
    let mut actions = 0;
    loop {
        actions += 1;
        match session.get_action(ActionQueue::Receive).unwrap() {
            Action::NoAction if input.is_empty() => return actions,
            Action::NoAction => session.receive(None, 0).unwrap(),
            Action::ReceiveFromNetwork(ticket) => {
                let buffer = session.buffer_mut(ticket).unwrap();
                let taken = buffer.len().min(input.len());
                buffer[..taken].copy_from_slice(&input[..taken]);
                input = &input[taken..];
                session.complete_action(ticket, taken).unwrap();
            }
            Action::SendToNetwork(ticket, _) | Action::IndicateReceiveComplete(ticket, _) => {
                session.complete_action(ticket, 0).unwrap();
            }
            other => panic!("{other:?} on the receive queue"),
        }
    }
}
