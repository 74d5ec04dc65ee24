//! The tester's codec against one that everybody uses.

use proptest::prelude::*;
use wsproof_cases::deflate::{Compressor, Data, Facts, Inflater, TAIL};
use wsproof_cases::random::Random;
use zlib_rs::{Deflate, DeflateFlush, Inflate, InflateFlush};

/// What a codec of others makes of one message after another.
struct Library(Deflate);

impl Library {
    fn new(level: i32, bits: u8) -> Self {
        Self(Deflate::new(level, false, bits))
    }

    fn compress(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 2 * message.len() + 1000];
        let before = self.0.total_out();
        self.0.compress(message, &mut out, DeflateFlush::SyncFlush).unwrap();
        out.truncate((self.0.total_out() - before) as usize);
        if out.is_empty() {
            // RFC 7692 §7.2.3.6: there is no flush behind a flush.
            return vec![0];
        }
        assert!(out.ends_with(&TAIL));
        out.truncate(out.len() - TAIL.len());
        out
    }
}

fn inflated(inflater: &mut Inflater, pieces: &[&[u8]]) -> Option<(Vec<u8>, Facts)> {
    let mut out = Vec::new();
    inflater.start_message();
    for piece in pieces {
        let mut sink = |octets: &[u8]| {
            out.extend_from_slice(octets);
            true
        };
        inflater.feed(piece, &mut sink).ok()?;
    }
    inflater.end_message().then(|| (out, inflater.facts()))
}

/// Messages of every kind: empty, random, repetitive, long.
fn messages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let message = (any::<u64>(), 0u32..6, 0usize..40_000).prop_map(|(seed, kind, length)| {
        let mut random = Random::new(seed);
        let length = if kind == 0 { length % 40 } else { length };
        match kind {
            1 => (0..length).map(|_| random.next() as u8).collect(),
            2 => vec![7; length],
            3 => Data::Records.slice(seed, length as u32),
            4 => Data::Verse.slice(seed, length as u32),
            _ => (0..length).map(|_| b'a' + random.below(3) as u8).collect(),
        }
    });
    prop::collection::vec(message, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn others_read_what_the_compressor_writes(
        messages in messages(), bits in 8u8..=15, keeps: bool,
    ) {
        let mut compressor = Compressor::new(bits, keeps);
        let mut library = Inflate::new(false, 15);
        let mut own = Inflater::default();
        for message in messages {
            let mut octets = compressor.compress(&message);
            let (out, facts) = inflated(&mut own, &[&octets]).unwrap();
            prop_assert_eq!(&out, &message);
            prop_assert!(facts.distance <= 1 << bits, "{:?}", facts);
            prop_assert!(keeps || facts.reach == 0, "{:?}", facts);
            octets.extend(TAIL);
            let mut out = vec![0; message.len() + 1];
            let before = library.total_out();
            library.decompress(&octets, &mut out, InflateFlush::SyncFlush).unwrap();
            out.truncate((library.total_out() - before) as usize);
            prop_assert_eq!(out, message);
        }
    }

    #[test]
    fn the_inflater_reads_what_others_write_under_every_cut(
        messages in messages(), level in 0i32..=9, bits in 9u8..=15, size in 1usize..5000,
    ) {
        let mut library = Library::new(level, bits);
        let (mut whole, mut cut) = (Inflater::default(), Inflater::default());
        for message in messages {
            let octets = library.compress(&message);
            let one = inflated(&mut whole, &[&octets]).unwrap();
            prop_assert_eq!(&one.0, &message);
            prop_assert!(one.1.distance <= 1 << bits);
            let pieces: Vec<_> = octets.chunks(size).collect();
            prop_assert_eq!(inflated(&mut cut, &pieces), Some(one));
        }
    }

    #[test]
    fn octets_at_random_are_read_alike(seed: u64, first in 0u8..8, length in 0usize..300) {
        let mut random = Random::new(seed);
        let mut octets: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        if let Some(octet) = octets.first_mut() {
            *octet = *octet & !7 | first & !1;
        }
        let mut own = Vec::new();
        let mut inflater = Inflater::default();
        inflater.start_message();
        let result = inflater.feed(&octets, &mut |piece: &[u8]| {
            own.extend_from_slice(piece);
            own.len() < 1 << 20
        });
        let mut library = Inflate::new(false, 15);
        let mut out = vec![0; 1 << 21];
        let theirs = library.decompress(&octets, &mut out, InflateFlush::NoFlush);
        prop_assert_eq!(&out[..library.total_out() as usize], &own[..]);
        if inflater.facts().finals == 0 {
            prop_assert_eq!(theirs.is_err() && library.total_in() > 0, result.is_err());
        }
    }
}

#[test]
fn the_examples_of_the_standard() {
    let hello = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
    let again = b"\xf2\x00\x11\x00\x00";
    let mut inflater = Inflater::default();
    let mut read = |octets: &[u8]| inflated(&mut inflater, &[octets]);
    for (octets, finals) in [
        (&hello[..], 0),
        (again, 0),
        (b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 0),
        (b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 1),
        (again, 0),
        (b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 0),
    ] {
        let (out, facts) = read(octets).unwrap();
        assert_eq!((&out[..], facts.finals), (&b"Hello"[..], finals), "{octets:02x?}");
    }
    for empty in [&b"\x00"[..], b"", b"\x02\x00", b"\x03\x00"] {
        assert_eq!(read(empty).unwrap().0, b"");
    }
    for cut in 1..hello.len() {
        assert_eq!(read(&hello[..cut]), None, "cut at {cut}");
    }
    assert_eq!(read(&[&hello[..], &TAIL].concat()), None, "with its tail");
    let mut fresh = Inflater::default();
    assert_eq!(inflated(&mut fresh, &[again]), None, "nothing to refer to");
    assert_eq!(Compressor::new(15, true).compress(b"Hello"), hello);
    assert_eq!(Compressor::new(15, true).compress(b""), b"\x00");
}

#[test]
fn data_is_as_compressible_as_it_says() {
    let table = [
        (Data::Records, 4),
        (Data::Picture, 85),
        (Data::Verse, 39),
        (Data::Page, 6),
        (Data::Document, 76),
    ];
    for (data, percent) in table {
        let octets = data.octets();
        let usual = Library::new(6, 15).compress(octets).len() * 1000 / octets.len();
        let own = Compressor::new(15, true).compress(octets).len() * 1000 / octets.len();
        println!("{}: {} and {} per thousand", data.name(), usual, own);
        assert!(usual.abs_diff(10 * percent) <= 10, "{}: {usual} per thousand", data.name());
    }
}
