//! tokio-websockets, on tokio's traits, with SIMD for masks and text.

use core::hint::black_box;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio_websockets::{
    ClientBuilder, Limits, MaybeTlsStream, Message, ServerBuilder, WebSocketStream,
};
use wsproof_engine::Role;

use crate::cells::{Sending, Stream};
use crate::common;
use crate::measure::Work;
use crate::transport::{Transport, now};

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
    Box::new(move || {
        transport.rewind();
        (0..stream.messages)
            .map(|_| {
                let message = now(socket.next()).expect("a stream").expect("a message");
                black_box(message.as_payload()).len() as u64
            })
            .sum()
    })
}

pub(crate) fn send(sending: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, sending.role);
    Box::new(move || {
        for _ in 0..sending.messages {
            let message = Message::binary(Bytes::from_static(sending.payload));
            now(socket.send(message)).expect("a network that takes all");
        }
        transport.take_sent()
    })
}

pub(crate) fn handshake(role: Role) -> Work {
    match role {
        Role::Server => {
            let head = common::request_head(&common::REQUEST[1..]).leak();
            let transport = Transport::new(head, usize::MAX);
            Box::new(move || {
                for _ in 0..64 {
                    transport.rewind();
                    black_box(now(ServerBuilder::new().accept(transport.clone())).is_ok());
                }
                transport.take_sent()
            })
        }
        Role::Client => {
            // As for tungstenite: a fresh key, and an answer that does not fit it.
            let transport = Transport::new(common::response_to_fixed_key().leak(), usize::MAX);
            Box::new(move || {
                for _ in 0..64 {
                    transport.rewind();
                    let builder = ClientBuilder::new().uri("ws://localhost/chat").expect("a URI");
                    let stream = MaybeTlsStream::Plain(transport.clone());
                    black_box(now(builder.connect_on(stream)).is_ok());
                }
                transport.take_sent()
            })
        }
    }
}
