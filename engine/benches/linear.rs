//! Whether cost grows with the octets and no faster: time per octet of ever larger messages, and per
//! frame of ever more fragments.
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
const MIB: u64 = 1 << 20;

fn main() {
    println!("| message of one frame, received by a server | ns per KiB | against 1 MiB |");
    println!("|---|--:|--:|");
    for content in [Content::Binary, Content::Ascii] {
        let mut masked = content.payload(CHUNK);
        let key = [0x37, 0xfa, 0x21, 0x3d];
        masked.iter_mut().zip(key.into_iter().cycle()).for_each(|(octet, key)| *octet ^= key);
        let sizes = [MIB, 16 * MIB, 256 * MIB];
        let times = rounds(sizes.map(|size| {
            let mut header = vec![0x80 | content.opcode(), 0xff];
            header.extend(size.to_be_bytes());
            header.extend(key);
            let masked = &masked;
            move |session: &mut Lent<'_>| {
                feed(session, &header);
                (0..size / CHUNK as u64).for_each(|_| feed(session, masked));
            }
        }));
        for (size, time) in sizes.iter().zip(times) {
            let name = format!("{} MiB, {}", size / MIB, content.name());
            row(&name, per(time, size >> 10), per(times[0], sizes[0] >> 10));
        }
    }
    println!(
        "\n| text in fragments of 16 octets, received by a server | ns per fragment | against 10^3 |"
    );
    println!("|---|--:|--:|");
    let counts = [1_000, 10_000, 100_000];
    let times = rounds(counts.map(|count| {
        let piece = Content::Ascii.payload(16);
        let mut wire = Vec::new();
        frame(&mut wire, 0x01, &piece, Role::Server);
        (2..count).for_each(|_| frame(&mut wire, 0x00, &piece, Role::Server));
        frame(&mut wire, 0x80, &piece, Role::Server);
        move |session: &mut Lent<'_>| feed(session, &wire)
    }));
    for (count, time) in counts.iter().zip(times) {
        row(&format!("{count} fragments"), per(time, *count), per(times[0], counts[0]));
    }
}

fn row(name: &str, time: f64, first: f64) {
    println!("| {name} | {time:.1} | {:.3} |", time / first);
}

fn per(time: Duration, units: u64) -> f64 {
    time.as_nanos() as f64 / units as f64
}

/// The least time of each work; small work is done as often as it takes to be measured.
fn rounds<const N: usize>(works: [impl Fn(&mut Lent<'_>); N]) -> [Duration; N] {
    let mut least = [Duration::MAX; N];
    let mut session = open(Config::server(), Keys::Fixed);
    for _ in 0..ROUNDS {
        for (work, least) in works.iter().zip(&mut least) {
            let start = Instant::now();
            let mut times = 0;
            while start.elapsed() < Duration::from_millis(20) {
                work(&mut session);
                times += 1;
            }
            *least = (*least).min(start.elapsed() / times);
        }
    }
    least
}

/// Takes octets as an application with a buffer of default size does.
fn feed(session: &mut Lent<'_>, wire: &[u8]) {
    common::receive(session, wire, usize::MAX, |octets, _| {
        black_box(octets);
    });
}
