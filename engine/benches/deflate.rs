//! permessage-deflate against its bare codec: the time of a message through the engine and through
//! zlib-rs alone, on JSON text, with context takeover.
//!
//! ```text
//! cargo bench -p wsproof-engine --features deflate --bench deflate
//! ```
//!
//! Both sides of a row take turns in short rounds, and the best round of each counts, so that what
//! else the machine does weighs on neither. A ratio of 1 means that the engine costs nothing.

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::{
    Action, ActionQueue, Config, Header, Offer, Outgoing, Role, Selection, Session,
};
use zlib_rs::{Deflate, DeflateFlush, Inflate, InflateFlush};

type Lent<'a> = Session<(), &'a [u8]>;

const ROUNDS: usize = 60;

fn main() {
    println!("{:<36} {:>12} {:>12} {:>7}", "", "codec ns", "engine ns", "ratio");
    for (size, count) in [(1 << 10, 128), (1 << 16, 8)] {
        let messages: Vec<Vec<u8>> = (0..count).map(|seed| json(size, seed)).collect();
        for level in [Level::FAST, Level::USUAL] {
            let raw = Raw::compressed(&messages, level);
            for role in [Role::Client, Role::Server] {
                let row = format!("receive, {role:?}, {} KiB, level {}", size >> 10, level.get());
                let wire = frames(&raw, role);
                let mut session = open(role, level);
                let mut inflater = Inflate::new(false, 15);
                let mut output = vec![0; size + 64];
                compare(
                    &row,
                    count,
                    || raw.iter().for_each(|message| inflate(&mut inflater, message, &mut output)),
                    || receive(&mut session, &wire),
                );
            }
            for role in [Role::Client, Role::Server] {
                let row = format!("send, {role:?}, {} KiB, level {}", size >> 10, level.get());
                let mut session = open(role, level);
                let mut deflater = Deflate::new(level.get().into(), false, 15);
                let mut output = vec![0; 2 * size + 64];
                compare(
                    &row,
                    count,
                    || {
                        messages.iter().for_each(|message| {
                            black_box(deflate(&mut deflater, message, &mut output));
                        })
                    },
                    || messages.iter().for_each(|message| send(&mut session, message)),
                );
            }
        }
    }
}

/// Prints a row: the best round of each side, per message, and how they compare.
fn compare(row: &str, messages: usize, mut codec: impl FnMut(), mut engine: impl FnMut()) {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(time(&mut codec));
        best[1] = best[1].min(time(&mut engine));
    }
    let [codec, engine] = best.map(|best| best.as_nanos() as f64 / messages as f64);
    println!("{row:<36} {codec:>12.0} {engine:>12.0} {:>7.2}", codec / engine);
}

/// Records as an application logs them, no two messages alike.
fn json(size: usize, seed: usize) -> Vec<u8> {
    let mut text = String::from("[");
    let mut state = seed as u32 * 7919 + 1;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    const WORDS: [&str; 8] =
        ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"];
    while text.len() < size {
        text += &format!(
            "{{\"id\":{},\"user\":\"{}.{}\",\"score\":{}.{},\"tags\":[\"{}\",\"{}\"],\"active\":{}}},",
            draw(1_000_000),
            WORDS[draw(8) as usize],
            WORDS[draw(8) as usize],
            draw(100),
            draw(1000),
            WORDS[draw(8) as usize],
            WORDS[draw(8) as usize],
            draw(2) == 0,
        );
    }
    text.truncate(size);
    text.into_bytes()
}

/// Payloads of compressed messages, made by the codec alone.
struct Raw;

impl Raw {
    fn compressed(messages: &[Vec<u8>], level: Level) -> Vec<Vec<u8>> {
        let mut deflater = Deflate::new(level.get().into(), false, 15);
        let mut output = vec![0; 2 * messages[0].len() + 64];
        messages
            .iter()
            .map(|message| {
                let filled = deflate(&mut deflater, message, &mut output);
                output[..filled].to_vec()
            })
            .collect()
    }
}

fn deflate(deflater: &mut Deflate, message: &[u8], output: &mut [u8]) -> usize {
    let before = deflater.total_out();
    deflater.compress(message, output, DeflateFlush::SyncFlush).unwrap();
    (deflater.total_out() - before) as usize - 4
}

fn inflate(inflater: &mut Inflate, payload: &[u8], output: &mut [u8]) {
    inflater.decompress(payload, output, InflateFlush::NoFlush).unwrap();
    inflater.decompress(b"\x00\x00\xff\xff", &mut output[..1], InflateFlush::SyncFlush).unwrap();
    black_box(&output);
}

fn frames(payloads: &[Vec<u8>], receiver: Role) -> Vec<u8> {
    let mut wire = Vec::new();
    let (mask, key) = if receiver == Role::Server { (0x80, [1, 2, 3, 4]) } else { (0, [0; 4]) };
    for payload in payloads {
        wire.push(0xc1);
        match payload.len() {
            short @ 0..=125 => wire.push(mask | short as u8),
            medium => {
                wire.push(mask | 126);
                wire.extend(u16::try_from(medium).unwrap().to_be_bytes());
            }
        }
        if mask != 0 {
            wire.extend(key);
        }
        wire.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
    }
    wire
}

fn open<'a>(role: Role, level: Level) -> Lent<'a> {
    let extensions = &["permessage-deflate"];
    let config = |role| {
        let policy = Policy::new().level(level).piece_size(1 << 16);
        let builder = Config::builder(role).deflate(policy);
        builder.receive_buffer_size(1 << 16).send_buffer_size(1 << 16).build().unwrap()
    };
    let mut client = Lent::create_client(config(Role::Client)).unwrap();
    let mut server = Lent::create_server(config(Role::Server)).unwrap();
    let request = client.begin_client_handshake(&Offer { extensions, ..Offer::default() }).unwrap();
    let mut headers: Vec<Header<'_>> = request.iter().collect();
    headers.push(Header::new("Host", "localhost"));
    let selection = Selection { extensions, ..Selection::default() };
    let response = server.begin_server_handshake(&selection, &headers).unwrap();
    client.end_client_handshake(&response.iter().collect::<Vec<_>>()).unwrap();
    server.end_server_handshake().unwrap();
    if role == Role::Client { client } else { server }
}

/// Reads a stream to its end.
fn receive(session: &mut Lent<'_>, mut wire: &[u8]) {
    loop {
        match session.get_action(ActionQueue::Receive).unwrap() {
            Action::NoAction => session.receive(None, ()).unwrap(),
            Action::ReceiveFromNetwork(ticket) => {
                let buffer = session.buffer_mut(ticket).unwrap();
                let read = buffer.len().min(wire.len());
                buffer[..read].copy_from_slice(&wire[..read]);
                wire = &wire[read..];
                session.complete_action(ticket, read).unwrap();
            }
            Action::IndicateReceiveComplete(ticket, kind) => {
                black_box(session.incoming(ticket).unwrap());
                session.complete_action(ticket, 0).unwrap();
                if kind.is_none() {
                    return;
                }
            }
            action => unreachable!("{action:?}"),
        }
    }
}

fn send<'a>(session: &mut Lent<'a>, message: &'a [u8]) {
    session.send(Outgoing::Utf8Message(message), ()).unwrap();
    loop {
        match session.get_action(ActionQueue::Send).unwrap() {
            Action::NoAction => return,
            Action::SendToNetwork(ticket, _) => {
                let slices = black_box(session.slices(ticket).unwrap());
                let written = slices.iter().map(|slice| slice.len()).sum();
                session.complete_action(ticket, written).unwrap();
            }
            Action::IndicateSendComplete(ticket, _) => {
                session.complete_action(ticket, 0).unwrap();
            }
            action => unreachable!("{action:?}"),
        }
    }
}
