//! websocket-sans-io: a decoder of frames that takes whatever it is given.

use core::hint::black_box;

use websocket_sans_io::{
    FrameInfo, Opcode, WebsocketFrameDecoder, WebsocketFrameEncoder, WebsocketFrameEvent,
};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::transport::{Transport, sending};

const BUFFER: usize = 64 * 1024;

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut decoder = WebsocketFrameDecoder::default();
    let mut buffer = vec![0; BUFFER];
    Box::new(move || {
        transport.rewind();
        let mut octets = 0;
        loop {
            let read = transport.read_into(&mut buffer);
            if read == 0 {
                return octets;
            }
            let mut rest = &mut buffer[..read];
            loop {
                let result = decoder.add_data(rest).expect("octets");
                let (taken, behind) = rest.split_at_mut(result.consumed_bytes);
                if let Some(WebsocketFrameEvent::PayloadChunk { .. }) = result.event {
                    octets += black_box(taken).len() as u64;
                }
                rest = behind;
                if result.event.is_none() && result.consumed_bytes == 0 {
                    break;
                }
            }
        }
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let mut encoder = WebsocketFrameEncoder::new();
    let mut masked = vec![0; what.payload.len()];
    let mask = (what.role == Role::Client).then_some([0x37, 0xfa, 0x21, 0x3d]);
    sending(what, Transport::new(&[], 0), move |transport| {
        let header = encoder.start_frame(&FrameInfo {
            opcode: Opcode::Binary,
            payload_length: what.payload.len() as u64,
            mask,
            fin: true,
            reserved: 0,
        });
        if encoder.transform_needed() {
            masked.copy_from_slice(what.payload);
            encoder.transform_frame_payload(&mut masked);
            transport.accept_all([&header, &masked]);
        } else {
            transport.accept_all([&header, what.payload]);
        }
    })
}
