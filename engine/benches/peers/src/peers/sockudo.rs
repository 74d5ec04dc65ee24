//! sockudo-ws, by its protocol alone: octets in, messages out.

use core::hint::black_box;

use bytes::{Bytes, BytesMut};
use sockudo_ws::protocol::{Message, Protocol, Role as Side};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::transport::{Transport, sending};

/// The size its documentation gives for the receive buffer.
const BUFFER: usize = 64 * 1024;

fn open(role: Role) -> Protocol {
    let side = match role {
        Role::Server => Side::Server,
        Role::Client => Side::Client,
    };
    Protocol::new(side, 64 << 20, 64 << 20)
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut protocol = open(stream.role);
    let mut buffer = BytesMut::with_capacity(BUFFER);
    let mut chunk = vec![0; BUFFER];
    let mut messages = Vec::new();
    Box::new(move || {
        transport.rewind();
        let mut octets = 0;
        loop {
            let read = transport.read_into(&mut chunk);
            if read == 0 {
                return octets;
            }
            buffer.extend_from_slice(&chunk[..read]);
            protocol.process_into(&mut buffer, &mut messages).expect("messages");
            for message in &messages {
                octets += black_box(message).as_bytes().len() as u64;
            }
        }
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let mut protocol = open(what.role);
    let mut out = BytesMut::with_capacity(BUFFER);
    sending(what, Transport::new(&[], 0), move |transport| {
        let message = Message::Binary(Bytes::from_static(what.payload));
        protocol.encode_message(&message, &mut out).expect("a frame");
        transport.accept(&out);
        out.clear();
    })
}
