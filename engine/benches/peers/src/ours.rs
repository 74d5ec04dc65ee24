//! The engine's rows.

use crate::cells::{Sending, Stream, contender};
use crate::common::{self, Keys};
use crate::measure::{Contender, Standing, Work};
use crate::transport::Transport;
use wsproof_engine::{Config, Role};

/// Default buffers first: it is their row that is compared.
pub(crate) fn receive(stream: Stream) -> Vec<Contender> {
    vec![
        contender("Session", Standing::Ours, move || session(stream, 4096)),
        contender("Connection", Standing::Ours, move || connection(stream)),
        contender("Session, 64 KiB", Standing::Ours, move || session(stream, 1 << 16)),
        contender("Session, put together", Standing::Ours, move || whole_messages(stream)),
    ]
}

fn config(role: Role, buffer: usize) -> Config {
    Config::builder(role).receive_buffer_size(buffer).build().expect("a size in range")
}

fn session(stream: Stream, buffer: usize) -> Work {
    let mut session = common::open(config(stream.role, buffer), Keys::Fresh);
    Box::new(move || {
        let mut octets = 0;
        common::receive(&mut session, stream.wire, stream.read, |piece, _| {
            octets += core::hint::black_box(piece).len() as u64;
        });
        octets
    })
}

fn connection(stream: Stream) -> Work {
    let mut connection = common::connect(&config(stream.role, 4096), Keys::Fresh);
    Box::new(move || {
        let mut octets = 0;
        common::receive_typed(&mut connection, stream.wire, stream.read, |piece, _| {
            octets += core::hint::black_box(piece).len() as u64;
        });
        octets
    })
}

/// For an application that wants each message in one piece: pieces are copied behind each other.
fn whole_messages(stream: Stream) -> Work {
    let mut session = common::open(config(stream.role, 1 << 16), Keys::Fresh);
    let mut message = Vec::with_capacity(stream.size);
    Box::new(move || {
        let mut octets = 0;
        common::receive(&mut session, stream.wire, stream.read, |piece, last| {
            if last && message.is_empty() {
                octets += core::hint::black_box(piece).len() as u64;
                return;
            }
            message.extend_from_slice(piece);
            if last {
                octets += core::hint::black_box(&message).len() as u64;
                message.clear();
            }
        });
        octets
    })
}

pub(crate) fn send(sending: Sending) -> Vec<Contender> {
    let Sending { role, payload, messages } = sending;
    let session = move |buffer: Option<usize>| -> Work {
        let mut builder = Config::builder(role);
        if let Some(octets) = buffer {
            builder = builder.send_buffer_size(octets);
        }
        let mut session = common::open(builder.build().expect("a size in range"), Keys::Fresh);
        let transport = Transport::new(&[], 0);
        Box::new(move || {
            for _ in 0..messages {
                common::send(&mut session, payload, |slices| {
                    slices.iter().for_each(|slice| transport.accept(slice));
                });
            }
            transport.take_sent()
        })
    };
    let connection = move || -> Work {
        let mut connection =
            common::connect(&Config::builder(role).build().expect("defaults"), Keys::Fresh);
        let transport = Transport::new(&[], 0);
        Box::new(move || {
            for _ in 0..messages {
                common::send_typed(&mut connection, payload, |slices| {
                    slices.iter().for_each(|slice| transport.accept(slice));
                });
            }
            transport.take_sent()
        })
    };
    vec![
        contender("Session", Standing::Ours, move || session(None)),
        contender("Connection", Standing::Ours, connection),
        contender("Session, 64 KiB", Standing::Ours, move || session(Some(1 << 16))),
    ]
}

pub(crate) fn handshake(role: Role) -> Vec<Contender> {
    let work = move || -> Work {
        let request = common::request_head(&common::REQUEST[1..]);
        let response = common::response_to_fixed_key();
        Box::new(move || {
            (0..64)
                .map(|_| match role {
                    Role::Server => common::answer(&request).len() as u64,
                    Role::Client => common::ask(&response).len() as u64,
                })
                .sum()
        })
    };
    vec![contender("engine", Standing::Ours, work)]
}
