//! Which cells there are, and who contends in them.

use crate::cell::{Aim, Cell, HANDSHAKES, Kind, Sending, Standing, Stream, contender};
use crate::common::{self, Content};
use crate::{limits, ours, peers};
use wsproof_engine::Role;

const SIZES: [(usize, &str); 5] =
    [(16, "16 B"), (125, "125 B"), (1 << 10, "1 KiB"), (16 << 10, "16 KiB"), (1 << 20, "1 MiB")];
const READS: [(usize, &str); 3] = [(4 << 10, "4 KiB"), (64 << 10, "64 KiB"), (usize::MAX, "whole")];

/// Octets of a batch, about.
const BATCH: usize = 1 << 18;

pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for role in [Role::Server, Role::Client] {
        for content in [Content::Binary, Content::Ascii, Content::Mixed] {
            for (size, size_name) in SIZES {
                let messages = (BATCH / size).clamp(2, 2048);
                let wire = common::messages(content, size, messages, role).leak();
                for (read, read_name) in READS {
                    let stream = Stream { role, content, wire, read, messages, size };
                    let (role, content) = (role_name(role), content.name());
                    let name = format!("{role}, {content}, {size_name}, reads of {read_name}");
                    cells.push(receive(name, Kind::Receive, stream));
                }
            }
        }
    }
    for (size, size_name) in [(1 << 10, "1 KiB"), (16 << 10, "16 KiB"), (1 << 20, "1 MiB")] {
        let (role, content) = (Role::Server, Content::Mixed);
        let messages = (BATCH / size).clamp(2, 2048);
        let wire = common::fragments(content, size, 16, messages, role).leak();
        for (read, read_name) in &READS[..2] {
            let stream = Stream { role, content, wire, read: *read, messages, size };
            let name = format!("server, mixed, {size_name} in 16 fragments, reads of {read_name}");
            cells.push(receive(name, Kind::Fragments, stream));
        }
    }
    for role in [Role::Client, Role::Server] {
        for (size, size_name) in SIZES {
            let payload = &*Content::Binary.payload(size).leak();
            let sending = Sending { role, payload, messages: (BATCH / size).clamp(1, 2048) };
            let name = format!("{}, binary, {size_name}", role_name(role));
            cells.push(send(name, sending));
        }
    }
    cells.extend([handshake(Role::Server), handshake(Role::Client)]);
    cells
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Server => "server",
        Role::Client => "client",
    }
}

fn receive(name: String, kind: Kind, stream: Stream) -> Cell {
    let checks = |lax: bool| if lax { Standing::Lax } else { Standing::Checks };
    let text = stream.content != Content::Binary;
    let mut contenders = ours::receive(stream);
    contenders.push(contender("limit", Standing::Limit, move || limits::receive(stream)));
    contenders.extend([
        contender("tungstenite", checks(false), move || peers::tungstenite::receive(stream)),
        contender("fastwebsockets", checks(false), move || peers::fastwebsockets::receive(stream)),
        contender("tokio-websockets", checks(false), move || {
            peers::tokio_websockets::receive(stream)
        }),
        contender("soketto", checks(text), move || peers::soketto::receive(stream)),
        contender("sockudo-ws", checks(false), move || peers::sockudo::receive(stream)),
        // Accepts some text that is not UTF-8.
        contender("nexus-web", checks(text), move || peers::nexus::receive(stream)),
        // Leaves text and, with fragments, putting messages together to its caller.
        contender("actix-http", checks(text), move || peers::actix::receive(stream)),
        // Checks nothing but lengths.
        contender("websocket-sans-io", checks(true), move || peers::sans_io::receive(stream)),
    ]);
    #[cfg(feature = "wslay")]
    contenders.push(contender("wslay", checks(false), move || peers::wslay::receive(stream)));
    let octets = Some((stream.messages * stream.size) as u64);
    let aim = match (kind, stream.size) {
        (Kind::Receive, 0..100) => Aim { peer: 1.3, limit: None },
        (Kind::Receive, 100..1000) => Aim { peer: 1.1, limit: None },
        (Kind::Receive, _) => Aim { peer: 1.0, limit: Some(1.25) },
        _ => Aim { peer: 1.0, limit: None },
    };
    Cell { name, kind, messages: stream.messages, octets, aim, contenders }
}

fn send(name: String, sending: Sending) -> Cell {
    let mut contenders = ours::send(sending);
    let weak_keys = if sending.role == Role::Client { Standing::Lax } else { Standing::Checks };
    contenders.push(contender("limit", Standing::Limit, move || limits::send(sending)));
    contenders.extend([
        contender("tungstenite", Standing::Checks, move || peers::tungstenite::send(sending)),
        contender("fastwebsockets", Standing::Checks, move || peers::fastwebsockets::send(sending)),
        contender("tokio-websockets", Standing::Checks, move || {
            peers::tokio_websockets::send(sending)
        }),
        contender("soketto", Standing::Checks, move || peers::soketto::send(sending)),
        // Its masking keys can be guessed, against RFC 6455 §10.3, unless a feature is chosen.
        contender("sockudo-ws", weak_keys, move || peers::sockudo::send(sending)),
        contender("nexus-web", Standing::Checks, move || peers::nexus::send(sending)),
        contender("actix-http", Standing::Checks, move || peers::actix::send(sending)),
        // Leaves masking keys to its caller.
        contender("websocket-sans-io", weak_keys, move || peers::sans_io::send(sending)),
    ]);
    #[cfg(feature = "wslay")]
    contenders.push(contender("wslay", Standing::Checks, move || peers::wslay::send(sending)));
    let header = match sending.payload.len() {
        0..=125 => 2,
        126..=0xffff => 4,
        _ => 10,
    };
    let mask = if sending.role == Role::Client { 4 } else { 0 };
    let octets = Some((sending.messages * (header + mask + sending.payload.len())) as u64);
    let peer = match (sending.role, sending.payload.len()) {
        (Role::Server, _) => 1.0,
        (Role::Client, 0..1000) => 1.3,
        (Role::Client, _) => 1.1,
    };
    let aim = Aim { peer, limit: None };
    Cell { name, kind: Kind::Send, messages: sending.messages, octets, aim, contenders }
}

fn handshake(role: Role) -> Cell {
    let mut contenders = ours::handshake(role);
    contenders.push(contender("limit", Standing::Limit, move || limits::handshake(role)));
    contenders.extend([
        contender("tungstenite", Standing::Checks, move || peers::tungstenite::handshake(role)),
        contender("tokio-websockets", Standing::Checks, move || {
            peers::tokio_websockets::handshake(role)
        }),
        contender("soketto", Standing::Checks, move || peers::soketto::handshake(role)),
    ]);
    let name = match role {
        Role::Server => "server: request, accept",
        Role::Client => "client: request, verify response",
    };
    let (name, messages) = (name.to_owned(), HANDSHAKES);
    let aim = Aim { peer: 1.1, limit: None };
    Cell { name, kind: Kind::Handshake, messages, octets: None, aim, contenders }
}
