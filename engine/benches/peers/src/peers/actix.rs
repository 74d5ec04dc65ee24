//! The codec of actix-http: frames in, frames out; text and fragments are its caller's business.

use core::hint::black_box;

use actix_http::ws::{Codec, Frame, Item, Message};
use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::transport::{Transport, sending};

/// What its dispatcher reserves for a read.
const BUFFER: usize = 64 * 1024;

fn open(role: Role) -> Codec {
    let codec = Codec::new().max_size(64 << 20);
    match role {
        Role::Server => codec,
        Role::Client => codec.client_mode(),
    }
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut codec = open(stream.role);
    let mut buffer = BytesMut::with_capacity(BUFFER);
    let mut chunk = vec![0; BUFFER];
    Box::new(move || {
        transport.rewind();
        let mut octets = 0;
        loop {
            let read = transport.read_into(&mut chunk);
            if read == 0 {
                return octets;
            }
            buffer.extend_from_slice(&chunk[..read]);
            while let Some(frame) = codec.decode(&mut buffer).expect("a frame") {
                octets += match black_box(frame) {
                    Frame::Text(octets) | Frame::Binary(octets) => octets.len(),
                    Frame::Continuation(
                        Item::FirstText(octets)
                        | Item::FirstBinary(octets)
                        | Item::Continue(octets)
                        | Item::Last(octets),
                    ) => octets.len(),
                    _ => 0,
                } as u64;
            }
        }
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let mut codec = open(what.role);
    let mut out = BytesMut::with_capacity(BUFFER);
    sending(what, Transport::new(&[], 0), move |transport| {
        let message = Message::Binary(Bytes::from_static(what.payload));
        codec.encode(message, &mut out).expect("a frame");
        transport.accept(&out);
        out.clear();
    })
}
