//! What the work itself takes: no state, no checks of the protocol. Masks are those of sockudo-ws, for
//! the widest registers the processor has, and text is checked by simdutf8, for the same.

use core::hint::black_box;

use sockudo_ws::mask::apply_mask;

use crate::cell::{Sending, Stream, Work};
use crate::common::{self, Content};
use crate::transport::{Transport, sending, shaking};
use wsproof_engine::Role;

/// Reads into one buffer, steps from header to header, unmasks in place and, of text, checks UTF-8.
pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let mut buffer = vec![0; stream.wire.len()];
    Box::new(move || {
        transport.rewind();
        let (mut filled, mut at, mut octets) = (0, 0, 0);
        let mut head = 14.min(stream.wire.len());
        while at < stream.wire.len() {
            while filled < at + head {
                filled += transport.read_into(&mut buffer[filled..]);
            }
            let (size, length) = match buffer[at + 1] & 0x7f {
                126 => (4, usize::from(u16::from_be_bytes([buffer[at + 2], buffer[at + 3]]))),
                127 => {
                    let length = buffer[at + 2..at + 10].try_into().map(u64::from_be_bytes);
                    (10, length.expect("eight octets") as usize)
                }
                short => (2, usize::from(short)),
            };
            let masked = buffer[at + 1] & 0x80 != 0;
            let start = at + size + if masked { 4 } else { 0 };
            at = start + length;
            while filled < at {
                filled += transport.read_into(&mut buffer[filled..]);
            }
            let (front, payload) = buffer[..at].split_at_mut(start);
            if masked {
                apply_mask(payload, front[start - 4..].try_into().expect("four octets"));
            }
            if stream.content != Content::Binary {
                let _ = black_box(simdutf8::basic::from_utf8(payload));
            }
            octets += black_box(payload).len() as u64;
            head = 14.min(stream.wire.len() - at);
        }
        octets
    })
}

/// Writes a header and, of a client, masks while copying; then the transport's copy.
pub(crate) fn send(what: Sending) -> Work {
    let mut frame = Vec::with_capacity(what.payload.len() + 14);
    sending(what, Transport::new(&[], 0), move |transport| {
        frame.clear();
        common::frame(&mut frame, 0x82, &[], !what.role);
        if what.role == Role::Server {
            transport.accept_all([&frame, what.payload]);
        } else {
            let start = frame.len();
            frame.extend_from_slice(what.payload);
            apply_mask(&mut frame[start..], [0x37, 0xfa, 0x21, 0x3d]);
            transport.accept(&frame);
        }
    })
}

/// The head parsed by httparse, and the digest of the key.
pub(crate) fn handshake(role: Role) -> Work {
    let request = common::request();
    let response = common::response_to_fixed_key();
    shaking(Vec::new(), move |_| {
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let parsed = match role {
            Role::Server => httparse::Request::new(&mut headers).parse(&request).is_ok(),
            Role::Client => httparse::Response::new(&mut headers).parse(&response).is_ok(),
        };
        let key = b"dGhlIHNhbXBsZSBub25jZQ==";
        black_box((parsed, tungstenite::handshake::derive_accept_key(key)));
    })
}
