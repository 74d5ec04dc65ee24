//! tungstenite, the usual choice: blocking, messages put together, strict.

use core::hint::black_box;

use tungstenite::protocol::{Role as Side, WebSocketConfig};
use tungstenite::{Bytes, Message, WebSocket};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::common;
use crate::transport::{Transport, receiving, sending, shaking};

fn open(transport: &Transport, role: Role) -> WebSocket<Transport> {
    let side = match role {
        Role::Server => Side::Server,
        Role::Client => Side::Client,
    };
    WebSocket::from_raw_socket(transport.clone(), side, Some(WebSocketConfig::default()))
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut socket = open(&transport, stream.role);
    receiving(stream, transport, move || black_box(socket.read().expect("a message")).len() as u64)
}

pub(crate) fn send(what: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, what.role);
    sending(what, transport, move |_| {
        let message = Message::Binary(Bytes::from_static(what.payload));
        socket.send(message).expect("a network that takes all");
    })
}

pub(crate) fn handshake(role: Role) -> Work {
    match role {
        Role::Server => shaking(common::request(), |transport| {
            black_box(tungstenite::accept(transport.clone()).is_ok());
        }),
        // Its key is always fresh, so it ends with an answer that does not fit: the last of its
        // checks.
        Role::Client => shaking(common::response_to_fixed_key(), |transport| {
            black_box(tungstenite::client("ws://localhost/chat", transport.clone()).is_ok());
        }),
    }
}
