//! tungstenite, the usual choice: blocking, messages put together, strict.

use core::hint::black_box;

use tungstenite::protocol::{Role as Side, WebSocketConfig};
use tungstenite::{Bytes, Message, WebSocket};
use wsproof_engine::Role;

use crate::cells::{Sending, Stream};
use crate::common;
use crate::measure::Work;
use crate::transport::Transport;

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
    Box::new(move || {
        transport.rewind();
        (0..stream.messages)
            .map(|_| black_box(socket.read().expect("a message")).len() as u64)
            .sum()
    })
}

pub(crate) fn send(sending: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, sending.role);
    Box::new(move || {
        for _ in 0..sending.messages {
            let message = Message::Binary(Bytes::from_static(sending.payload));
            socket.send(message).expect("a network that takes all");
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
                    black_box(tungstenite::accept(transport.clone()).is_ok());
                }
                transport.take_sent()
            })
        }
        Role::Client => {
            // Its key is always fresh, so a request that somebody made stands in for drawing one,
            // and it ends with an answer that does not fit: the last of its checks.
            let transport = Transport::new(common::response_to_fixed_key().leak(), usize::MAX);
            Box::new(move || {
                for _ in 0..64 {
                    transport.rewind();
                    black_box(
                        tungstenite::client("ws://localhost/chat", transport.clone()).is_ok(),
                    );
                }
                transport.take_sent()
            })
        }
    }
}
