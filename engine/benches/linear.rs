//! Whether cost grows with the octets and no faster: time per octet of ever larger messages, and per
//! frame of ever more fragments, a buffer at a time and all in one buffer. With
//! `linear message|fragments|buffer COUNT`, that work once, for counting instructions.
//!
//! ```text
//! scripts/bench --linear
//! ```
//!
//! The least time of several rounds counts, in which all sizes have their turn.

#[expect(dead_code, reason = "each benchmark uses its own part")]
mod common;

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use common::{Content, Keys, Lent, frame, open};
use wsproof_engine::{Config, Role};

const ROUNDS: usize = 7;
/// What is read over and over: a multiple of a masking key and of every buffer below.
const CHUNK: usize = 1 << 16;
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const MIB: u64 = 1 << 20;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if let (Some(work), Some(count)) = (arguments.next(), arguments.next()) {
        let count = count.parse().expect("a number");
        match work.as_str() {
            "message" => message(count)(),
            "fragments" => fragments(count)(),
            "buffer" => buffer(count)(),
            _ => panic!("linear [message|fragments|buffer COUNT]"),
        }
        return;
    }
    table("text message of", "MiB, ns per KiB", [1, 16, 256], 1024, message);
    table(
        "text in fragments of 16 octets,",
        "of them, ns each",
        [1_000, 10_000, 100_000],
        1,
        fragments,
    );
    table("fragments, with a buffer for", "of them, ns each", [1_000, 2_000, 4_000], 1, buffer);
}

/// Prints a line for each count: time for one of its units, and how that compares with the first.
fn table<W: FnMut()>(
    what: &str,
    unit: &str,
    counts: [u64; 3],
    units: u64,
    work: impl Fn(u64) -> W,
) {
    let times = rounds(counts.map(work));
    let per = |index: usize| times[index].as_nanos() as f64 / (counts[index] * units) as f64;
    println!("| {what} | {unit} | against the first |");
    println!("|--:|--:|--:|");
    for (index, count) in counts.iter().enumerate() {
        println!("| {count} | {:.1} | {:.3} |", per(index), per(index) / per(0));
    }
    println!();
}

/// Receives a text message of so many MiB in one frame.
fn message(mib: u64) -> impl FnMut() {
    let mut masked = Content::Ascii.payload(CHUNK);
    masked.iter_mut().zip(KEY.into_iter().cycle()).for_each(|(octet, key)| *octet ^= key);
    let mut header = vec![0x81, 0xff];
    header.extend((mib * MIB).to_be_bytes());
    header.extend(KEY);
    let mut session = open(Config::server(), Keys::Fixed);
    move || {
        feed(&mut session, &header);
        (0..mib * MIB / CHUNK as u64).for_each(|_| feed(&mut session, &masked));
    }
}

/// Receives a text message in so many fragments, two at least, through a buffer of default size.
fn fragments(count: u64) -> impl FnMut() {
    let wire = in_fragments(count);
    let mut session = open(Config::server(), Keys::Fixed);
    move || feed(&mut session, &wire)
}

/// Receives them in one read, so that what is done for a fragment does not depend on how many are in
/// the buffer behind it.
fn buffer(count: u64) -> impl FnMut() {
    let wire = in_fragments(count);
    let config = Config::builder(Role::Server).receive_buffer_size(wire.len());
    let mut session = open(config.build().expect("room for them"), Keys::Fixed);
    move || feed(&mut session, &wire)
}

/// A text message in so many fragments of 16 octets. They are copied from one, since making them is
/// counted, too.
fn in_fragments(count: u64) -> Vec<u8> {
    let piece = Content::Ascii.payload(16);
    let made = |first| {
        let mut wire = Vec::new();
        frame(&mut wire, first, &piece, Role::Server);
        wire
    };
    let between = made(0x00).repeat(usize::try_from(count).expect("so many fit") - 2);
    [made(0x01), between, made(0x80)].concat()
}

/// The least time of each work; small work is done as often as it takes to be measured.
fn rounds<const N: usize>(mut works: [impl FnMut(); N]) -> [Duration; N] {
    let mut least = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for (work, least) in works.iter_mut().zip(&mut least) {
            let start = Instant::now();
            let mut times = 0;
            while start.elapsed() < Duration::from_millis(20) {
                work();
                times += 1;
            }
            *least = (*least).min(start.elapsed() / times);
        }
    }
    least
}

/// Takes octets as an application does that borrows its results.
fn feed(session: &mut Lent<'_>, wire: &[u8]) {
    common::receive(session, wire, usize::MAX, |octets, _| {
        black_box(octets);
    });
}
