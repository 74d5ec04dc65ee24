//! The engine's rows.

use crate::cell::{Contender, Sending, Standing, Stream, Work, contender};
use crate::common::{self, Keys};
use crate::transport::{Transport, sending, shaking};
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

pub(crate) fn send(what: Sending) -> Vec<Contender> {
    let Sending { role, payload, .. } = what;
    let session = move |buffer: Option<usize>| -> Work {
        let mut builder = Config::builder(role);
        if let Some(octets) = buffer {
            builder = builder.send_buffer_size(octets);
        }
        let mut session = common::open(builder.build().expect("a size in range"), Keys::Fresh);
        sending(what, Transport::new(&[], 0), move |transport| {
            common::send(&mut session, payload, |slices| transport.accept_all(slices));
        })
    };
    let connection = move || -> Work {
        let config = Config::builder(role).build().expect("defaults");
        let mut connection = common::connect(&config, Keys::Fresh);
        sending(what, Transport::new(&[], 0), move |transport| {
            common::send_typed(&mut connection, payload, |slices| transport.accept_all(slices));
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
        match role {
            Role::Server => {
                let request = common::request();
                shaking(Vec::new(), move |transport| transport.accept(&common::answer(&request)))
            }
            Role::Client => {
                let response = common::response_to_fixed_key();
                shaking(Vec::new(), move |transport| transport.accept(&common::ask(&response)))
            }
        }
    };
    vec![contender("engine", Standing::Ours, work)]
}
