//! Twelve operations, one at a time, for counting instructions: `operations NAME COUNT`.
//!
//! ```text
//! scripts/bench --check        counts them and compares with engine/benches/operations.txt
//! ```
//!
//! Instructions are the same in each run of one binary, where a clock is not. An operation costs the
//! difference between a run of many and a run of one, so that setting up does not count.

#[expect(dead_code, reason = "each benchmark uses its own part")]
mod common;

use core::hint::black_box;

use common::{Content, Keys, fragments, messages, open, open_with};
use wsproof_engine::deflate::Policy;
use wsproof_engine::{Config, Role};

/// Does one operation this many times.
type Operation = fn(usize);

const OPERATIONS: [(&str, Operation); 12] = [
    ("receive-server-binary-16", |count| receive(Role::Server, Content::Binary, 16, count)),
    ("receive-server-ascii-125", |count| receive(Role::Server, Content::Ascii, 125, count)),
    ("receive-server-mixed-1k", |count| receive(Role::Server, Content::Mixed, 1 << 10, count)),
    ("receive-client-binary-16k", |count| receive(Role::Client, Content::Binary, 1 << 14, count)),
    ("receive-typed-ascii-125", receive_typed),
    ("receive-fragments-16", receive_fragments),
    ("receive-deflate-1k", receive_deflate),
    ("send-server-125", |count| send(Role::Server, 125, count)),
    ("send-client-125", |count| send(Role::Client, 125, count)),
    ("send-client-16k", |count| send(Role::Client, 1 << 14, count)),
    ("handshake-server", handshake_server),
    ("handshake-client", handshake_client),
];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next(), arguments.next().map(|count| count.parse())) {
        (None, _) => OPERATIONS.iter().for_each(|(name, _)| println!("{name}")),
        (Some(name), Some(Ok(count))) => {
            let found = OPERATIONS.iter().find(|(known, _)| *known == name);
            found.expect("the name of an operation").1(count);
        }
        _ => panic!("operations [NAME COUNT]"),
    }
}

fn config(role: Role) -> Config {
    Config::builder(role).build().expect("default settings")
}

fn receive(role: Role, content: Content, size: usize, count: usize) {
    let wire = messages(content, size, 1, role);
    let mut session = open(config(role), Keys::Fixed);
    for _ in 0..count {
        common::receive(&mut session, &wire, usize::MAX, |octets, _| {
            black_box(octets);
        });
    }
}

fn receive_typed(count: usize) {
    let wire = messages(Content::Ascii, 125, 1, Role::Server);
    let mut connection = common::connect(&config(Role::Server), Keys::Fixed);
    for _ in 0..count {
        common::receive_typed(&mut connection, &wire, usize::MAX, |octets, _| {
            black_box(octets);
        });
    }
}

fn receive_fragments(count: usize) {
    let wire = fragments(Content::Mixed, 1 << 10, 16, 1, Role::Server);
    let mut session = open(config(Role::Server), Keys::Fixed);
    for _ in 0..count {
        common::receive(&mut session, &wire, usize::MAX, |octets, _| {
            black_box(octets);
        });
    }
}

/// The server compresses, the client inflates.
fn receive_deflate(count: usize) {
    let deflate = |role| Config::builder(role).deflate(Policy::new()).build();
    let extensions = &["permessage-deflate"];
    let mut server = open_with(deflate(Role::Server).expect("a server"), Keys::Fixed, extensions);
    let mut client = open_with(deflate(Role::Client).expect("a client"), Keys::Fixed, extensions);
    let payload = Content::Ascii.payload(1 << 10);
    let mut wire = Vec::new();
    for _ in 0..count {
        wire.clear();
        common::send(&mut server, &payload, |slices| {
            wire.extend_from_slice(slices[0]);
        });
        common::receive(&mut client, &wire, usize::MAX, |octets, _| {
            black_box(octets);
        });
    }
}

fn send(role: Role, size: usize, count: usize) {
    let payload = Content::Binary.payload(size);
    let mut session = open(config(role), Keys::Fixed);
    for _ in 0..count {
        common::send(&mut session, &payload, |slices| {
            black_box(slices);
        });
    }
}

/// From the octets of a request to those of the response.
fn handshake_server(count: usize) {
    let request = common::request();
    for _ in 0..count {
        black_box(common::answer(&request));
    }
}

/// From nothing to a checked response, which is always the same since the key is.
fn handshake_client(count: usize) {
    let response = common::response_to_fixed_key();
    for _ in 0..count {
        common::ask(&response);
    }
}
