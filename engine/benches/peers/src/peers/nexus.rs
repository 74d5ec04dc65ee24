//! nexus-web, by its reader and writer of frames.

use core::hint::black_box;

use nexus_web::ws::{FrameReader, FrameWriter, Message, Role as Side};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::transport::{Transport, sending};

const fn side(role: Role) -> Side {
    match role {
        Role::Server => Side::Server,
        Role::Client => Side::Client,
    }
}

pub(crate) fn receive(stream: Stream) -> Work {
    let mut transport = Transport::new(stream.wire, stream.read);
    let mut reader = FrameReader::builder().role(side(stream.role)).build();
    Box::new(move || {
        transport.rewind();
        let (mut octets, mut messages) = (0, 0);
        while messages < stream.messages {
            while let Some(message) = reader.next().expect("a message") {
                octets += match black_box(message) {
                    Message::Text(text) => text.len(),
                    Message::Binary(octets) => octets.len(),
                    _ => 0,
                } as u64;
                messages += 1;
            }
            if reader.should_compact() {
                reader.compact();
            }
            reader.read_from(&mut transport).expect("room");
        }
        while reader.next().expect("a message").is_some() {}
        octets
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let mut writer = FrameWriter::new(side(what.role));
    let mut out = vec![0; writer.max_encoded_len(what.payload.len())];
    sending(what, Transport::new(&[], 0), move |transport| {
        let filled = writer.encode_binary(what.payload, &mut out);
        transport.accept(&out[..filled]);
    })
}
