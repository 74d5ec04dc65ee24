//! tokio-websockets, on tokio's traits, with SIMD for masks and text.

use core::hint::black_box;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio_websockets::{
    ClientBuilder, Limits, MaybeTlsStream, Message, ServerBuilder, WebSocketStream,
};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::common;
use crate::transport::{Transport, now, receiving, sending, shaking};

fn open(transport: &Transport, role: Role) -> WebSocketStream<Transport> {
    match role {
        Role::Server => ServerBuilder::new().limits(Limits::unlimited()).serve(transport.clone()),
        Role::Client => {
            ClientBuilder::new().limits(Limits::unlimited()).take_over(transport.clone())
        }
    }
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut socket = open(&transport, stream.role);
    receiving(stream, transport, move || {
        let message = now(socket.next()).expect("a stream").expect("a message");
        black_box(message.as_payload()).len() as u64
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, what.role);
    sending(what, transport, move |_| {
        let message = Message::binary(Bytes::from_static(what.payload));
        now(socket.send(message)).expect("a network that takes all");
    })
}

pub(crate) fn handshake(role: Role) -> Work {
    match role {
        Role::Server => shaking(common::request(), |transport| {
            black_box(now(ServerBuilder::new().accept(transport.clone())).is_ok());
        }),
        // As for tungstenite: a fresh key, and an answer that does not fit it.
        Role::Client => shaking(common::response_to_fixed_key(), |transport| {
            let builder = ClientBuilder::new().uri("ws://localhost/chat").expect("a URI");
            let stream = MaybeTlsStream::Plain(transport.clone());
            black_box(now(builder.connect_on(stream)).is_ok());
        }),
    }
}
