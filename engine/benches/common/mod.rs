//! What all benchmarks share: payloads, frames, and the loops an application runs over the engine.

use core::hint::black_box;

use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{ClientHandshake, ServerHandshake};
use wsproof_engine::http1::{self, HeadLimits, RequestParser, ResponseParser};
use wsproof_engine::{
    Action, ActionQueue, BufferType, Config, Connection, Header, Incoming, Offer, Outgoing,
    ReceiveAction, Role, Selection, SendAction, Session,
};

/// A session that borrows what it sends.
pub(crate) type Lent<'a> = Session<(), &'a [u8]>;
/// The same for the typed face.
pub(crate) type LentConnection<'a> = Connection<&'a [u8]>;

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Octets without a pattern.
    Binary,
    /// Text of single octets.
    Ascii,
    /// Text with code points of one to four octets.
    Mixed,
}

impl Content {
    /// The word for it in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Ascii => "ascii",
            Self::Mixed => "mixed",
        }
    }

    /// The opcode of its frames.
    pub(crate) const fn opcode(self) -> u8 {
        if matches!(self, Self::Binary) { 2 } else { 1 }
    }

    /// `size` octets of it.
    pub(crate) fn payload(self, size: usize) -> Vec<u8> {
        const MIXED: &str = "Grüße, κόσμε! Привет 世界 – naïve café 🦀 and then some plain words. ";
        const ASCII: &str =
            "{\"id\":48151623,\"user\":\"alpha.bravo\",\"tags\":[\"a\",\"b\"],\"ok\":true} ";
        let text = match self {
            Self::Binary => {
                let mut state = 1u32;
                let next = || {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state.to_be_bytes()[0]
                };
                return core::iter::repeat_with(next).take(size).collect();
            }
            Self::Ascii => ASCII,
            Self::Mixed => MIXED,
        };
        let mut payload = text.repeat(size / text.len() + 1);
        let mut end = size;
        while !payload.is_char_boundary(end) {
            end -= 1;
        }
        payload.truncate(end);
        payload.extend(core::iter::repeat_n('.', size - end));
        payload.into_bytes()
    }
}

/// Appends a frame, masked if a server is to receive it.
pub(crate) fn frame(wire: &mut Vec<u8>, first: u8, payload: &[u8], receiver: Role) {
    let (mask, key) = match receiver {
        Role::Server => (0x80, [0x37, 0xfa, 0x21, 0x3d]),
        Role::Client => (0, [0; 4]),
    };
    wire.push(first);
    match payload.len() {
        short @ 0..=125 => wire.push(mask | short as u8),
        medium @ 126..=0xffff => {
            wire.push(mask | 126);
            wire.extend((medium as u16).to_be_bytes());
        }
        long => {
            wire.push(mask | 127);
            wire.extend((long as u64).to_be_bytes());
        }
    }
    if mask != 0 {
        wire.extend(key);
    }
    wire.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
}

/// `count` messages of one frame each.
pub(crate) fn messages(content: Content, size: usize, count: usize, receiver: Role) -> Vec<u8> {
    let mut wire = Vec::new();
    let payload = content.payload(size);
    for _ in 0..count {
        frame(&mut wire, 0x80 | content.opcode(), &payload, receiver);
    }
    wire
}

/// `count` messages of `parts` frames each, cut without regard to code points.
pub(crate) fn fragments(
    content: Content,
    size: usize,
    parts: usize,
    count: usize,
    receiver: Role,
) -> Vec<u8> {
    let mut wire = Vec::new();
    let payload = content.payload(size);
    for _ in 0..count {
        for (index, part) in payload.chunks(size.div_ceil(parts)).enumerate() {
            let first = if index == 0 { content.opcode() } else { 0 };
            let fin = if (index + 1) * size.div_ceil(parts) >= size { 0x80 } else { 0 };
            frame(&mut wire, fin | first, part, receiver);
        }
    }
    wire
}

/// The request of an opening handshake, as header fields.
pub(crate) const REQUEST: [(&str, &str); 5] = [
    ("Host", "localhost"),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// Where a client's masking keys come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// The same in each run, for counting instructions.
    Fixed,
    /// The operating system, as in an application.
    Fresh,
}

/// An open session that waits for a result.
pub(crate) fn open<'a>(config: Config, keys: Keys) -> Lent<'a> {
    open_with(config, keys, &[])
}

/// The same, with extensions that both sides agree on.
pub(crate) fn open_with<'a>(config: Config, keys: Keys, extensions: &[&str]) -> Lent<'a> {
    let role = config.role();
    let mut session = match (keys, role) {
        (Keys::Fixed, _) => Lent::create_with_entropy(config, Box::new(FixedEntropy::new(1))),
        (Keys::Fresh, Role::Server) => Lent::create_server(config).expect("a server"),
        (Keys::Fresh, Role::Client) => Lent::create_client(config).expect("a client"),
    };
    let selection = Selection { extensions, ..Selection::default() };
    match role {
        Role::Server => {
            let offer = extensions.join(", ");
            let mut request = REQUEST.map(|(name, value)| Header::new(name, value)).to_vec();
            if !offer.is_empty() {
                request.push(Header::new("Sec-WebSocket-Extensions", &offer));
            }
            session.begin_server_handshake(&selection, &request).expect("a request");
            session.end_server_handshake().expect("an open session");
        }
        Role::Client => {
            let offer = Offer { extensions, ..Offer::default() };
            let request = session.begin_client_handshake(&offer).expect("an offer");
            let mut request: Vec<_> = request.iter().collect();
            request.push(Header::new("Host", "localhost"));
            let (_, response) = ServerHandshake::begin(&selection, &request).expect("a request");
            let response: Vec<_> = response.iter().collect();
            session.end_client_handshake(&response).expect("an open session");
        }
    }
    session.receive(None, ()).expect("room for an operation");
    session
}

/// An open connection that waits for a result.
pub(crate) fn connect<'a>(config: &Config, keys: Keys) -> LentConnection<'a> {
    let request = REQUEST.map(|(name, value)| Header::new(name, value));
    let begun = ServerHandshake::begin(&Selection::default(), &request);
    let (handshake, _) = begun.expect("a request");
    // Nothing was agreed on, so it does not matter who the server was.
    let agreed = handshake.end();
    let mut connection = match keys {
        Keys::Fixed => {
            let entropy = Box::new(FixedEntropy::new(1));
            LentConnection::open_with_entropy(config, &agreed, entropy)
        }
        Keys::Fresh => LentConnection::open(config, &agreed),
    };
    connection.receive().expect("room for an operation");
    connection
}

/// A request's head as octets.
pub(crate) fn request() -> Vec<u8> {
    let mut head = String::from("GET /chat HTTP/1.1\r\n");
    for (name, value) in REQUEST {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A server's opening handshake: from the octets of a request to those of its response.
pub(crate) fn answer(request: &[u8]) -> Vec<u8> {
    let mut parser = RequestParser::new(HeadLimits::default());
    let (head, _) = parser.push(request).expect("a head").expect("all of it");
    let begun = ServerHandshake::begin(&Selection::default(), head.headers());
    let (handshake, headers) = begun.expect("a request");
    black_box(handshake.end());
    http1::write_response(&headers, &[]).expect("a response")
}

/// A client's opening handshake: the octets of its request, and its check of the response.
pub(crate) fn ask(response: &[u8]) -> Vec<u8> {
    let begun = ClientHandshake::begin(&Offer::default(), &mut FixedEntropy::new(1));
    let (handshake, headers) = begun.expect("an offer");
    let request = http1::write_request("/chat", "localhost", &headers, &[]).expect("a request");
    if !response.is_empty() {
        let mut parser = ResponseParser::new(HeadLimits::default());
        let (head, _) = parser.push(response).expect("a head").expect("all of it");
        let headers = head.switched().expect("status 101");
        black_box(handshake.end(headers).expect("an answer"));
    }
    request
}

/// The response to [`ask`], whose key is always the same.
pub(crate) fn response_to_fixed_key() -> Vec<u8> {
    answer(&ask(&[]))
}

/// Reads a stream to its end, at most `read` octets at a time, and shows each piece to `see` with
/// whether its message ends there. One operation waits at any time, before and after, too.
pub(crate) fn receive(
    session: &mut Lent<'_>,
    mut wire: &[u8],
    read: usize,
    mut see: impl FnMut(&[u8], bool),
) {
    loop {
        match session.get_action(ActionQueue::Receive).expect("no fault") {
            Action::NoAction => unreachable!("an operation waits"),
            Action::ReceiveFromNetwork(ticket) => {
                if wire.is_empty() {
                    return session.decline(ticket).expect("a read");
                }
                let buffer = session.buffer_mut(ticket).expect("a read");
                let (chunk, rest) = wire.split_at(buffer.len().min(wire.len()).min(read));
                buffer[..chunk.len()].copy_from_slice(chunk);
                wire = rest;
                session.complete_action(ticket, chunk.len()).expect("a completion");
            }
            Action::IndicateReceiveComplete(ticket, kind) => {
                if let Incoming::Data(octets) = session.incoming(ticket).expect("a result") {
                    see(octets, kind.is_some_and(is_last));
                }
                session.complete_action(ticket, 0).expect("a completion");
                session.receive(None, ()).expect("room for an operation");
            }
            // The automatic pong.
            Action::SendToNetwork(ticket, _) => {
                black_box(session.slices(ticket).expect("a write"));
                session.complete_action(ticket, 0).expect("a completion");
            }
            Action::IndicateSendComplete(..) => unreachable!("nothing was sent"),
        }
    }
}

/// The same through the typed face.
pub(crate) fn receive_typed(
    connection: &mut LentConnection<'_>,
    mut wire: &[u8],
    read: usize,
    mut see: impl FnMut(&[u8], bool),
) {
    loop {
        let taken = {
            let (_, mut half) = connection.split();
            match half.get_action().expect("no fault").expect("an operation waits") {
                ReceiveAction::ReceiveFromNetwork(mut action) => {
                    let buffer = action.buffer();
                    let (chunk, rest) = wire.split_at(buffer.len().min(wire.len()).min(read));
                    buffer[..chunk.len()].copy_from_slice(chunk);
                    let Ok(taken) = chunk.len().try_into() else { return };
                    action.complete(taken).expect("a completion");
                    wire = rest;
                    false
                }
                ReceiveAction::IndicateReceiveComplete(action) => {
                    see(action.incoming().data(), action.buffer_type().is_some_and(is_last));
                    action.complete();
                    true
                }
                ReceiveAction::SendToNetwork(pong) => {
                    black_box(pong.octets());
                    pong.complete();
                    false
                }
            }
        };
        if taken {
            connection.receive().expect("room for an operation");
        }
    }
}

fn is_last(kind: BufferType) -> bool {
    matches!(kind, BufferType::BinaryMessage | BufferType::Utf8Message)
}

/// Sends a binary message and shows what goes to the network to `see`, until the message comes back.
pub(crate) fn send<'a>(session: &mut Lent<'a>, payload: &'a [u8], mut see: impl FnMut([&[u8]; 2])) {
    session.send(Outgoing::BinaryMessage(payload), ()).expect("room for an operation");
    loop {
        match session.get_action(ActionQueue::Send).expect("a payload as it was") {
            Action::NoAction => unreachable!("an operation waits"),
            Action::SendToNetwork(ticket, _) => {
                let slices = session.slices(ticket).expect("a write");
                let written = slices[0].len() + slices[1].len();
                see(slices);
                session.complete_action(ticket, written).expect("a completion");
            }
            Action::IndicateSendComplete(ticket, _) => {
                session.complete_action(ticket, 0).expect("a completion");
                return;
            }
            action => unreachable!("{action:?} is of the receive queue"),
        }
    }
}

/// The same through the typed face.
pub(crate) fn send_typed<'a>(
    connection: &mut LentConnection<'a>,
    payload: &'a [u8],
    mut see: impl FnMut([&[u8]; 2]),
) {
    connection.send(Outgoing::BinaryMessage(payload)).expect("room for an operation");
    let (mut half, _) = connection.split();
    while let Some(action) = half.get_action().expect("a payload as it was") {
        match action {
            SendAction::SendToNetwork(write) => {
                let slices = write.slices().expect("a write");
                let written = slices[0].len() + slices[1].len();
                see(slices);
                write.complete(written).expect("a completion");
            }
            SendAction::IndicateSendComplete(done) => {
                done.complete();
                return;
            }
        }
    }
}
