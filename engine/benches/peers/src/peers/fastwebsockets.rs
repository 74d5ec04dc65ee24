//! fastwebsockets, on tokio's traits, with its collector of fragments, which checks text.

use core::hint::black_box;

use fastwebsockets::{FragmentCollector, Frame, Payload, Role as Side, WebSocket};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::transport::{Transport, now, receiving, sending};

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
    receiving(stream, transport, move || {
        let frame = now(socket.read_frame()).expect("a message");
        black_box(&frame.payload).len() as u64
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let mut socket = open(&transport, what.role);
    sending(what, transport, move |_| {
        let frame = Frame::binary(Payload::Borrowed(what.payload));
        now(socket.write_frame(frame)).expect("a network that takes all");
    })
}
