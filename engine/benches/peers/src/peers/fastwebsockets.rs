//! fastwebsockets, on tokio's traits, with its collector of fragments, which checks text.

use core::hint::black_box;

use fastwebsockets::{FragmentCollector, Frame, Payload, Role as Side, WebSocket};
use wsproof_engine::Role;

use crate::cells::{Sending, Stream};
use crate::measure::Work;
use crate::transport::{Transport, now};

fn open(transport: &Transport, role: Role) -> WebSocket<Transport> {
    let side = match role {
        Role::Server => Side::Server,
        Role::Client => Side::Client,
    };
    WebSocket::after_handshake(transport.clone(), side)
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut socket = FragmentCollector::new(open(&transport, stream.role));
    Box::new(move || {
        transport.rewind();
        (0..stream.messages)
            .map(|_| {
                let frame = now(socket.read_frame()).expect("a message");
                black_box(&frame.payload).len() as u64
            })
            .sum()
    })
}

pub(crate) fn send(sending: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, sending.role);
    Box::new(move || {
        for _ in 0..sending.messages {
            let frame = Frame::binary(Payload::Borrowed(sending.payload));
            now(socket.write_frame(frame)).expect("a network that takes all");
        }
        transport.take_sent()
    })
}
