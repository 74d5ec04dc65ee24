//! Law 2: the same octets in any pieces make the same trace.

mod common;

use common::{Event, frame, open, trace};
use proptest::prelude::*;
use wsproof_engine::{Config, Role, Violation};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn config(role: Role) -> Config {
    // The smallest buffers have the most seams.
    let builder = Config::builder(role).receive_buffer_size(256);
    builder.max_message_size(1500).build().unwrap()
}

fn whole(role: Role, stream: &[u8]) -> Vec<Event> {
    trace(&mut open(config(role)), [stream])
}

/// Octets near every edge of the protocol: a frame that is right, but for one deviation in some.
fn octets_of_frame() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        Just("κόσμε".as_bytes().to_vec()),
        Just(b"\xf0\x9f\x98\x80 ok".to_vec()),
        Just(b"\xe2\x82".to_vec()),
        Just(b"\xac tail".to_vec()),
        Just(b"ab\xed\xa0\x80cd".to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    let filler = prop::sample::select(vec![0, 1, 124, 125, 126, 127, 255, 300, 1000])
        .prop_map(|length| (0..length).map(|i| b'a' + (i % 26) as u8).collect());
    let close =
        prop::sample::select(vec![0u16, 999, 1000, 1001, 1005, 1014, 1015, 3000, 4999, 5000])
            .prop_flat_map(|code| {
                prop_oneof![Just(vec![]), Just(b"bye".to_vec()), Just(b"\xce".to_vec())]
                    .prop_map(move |reason| [code.to_be_bytes().to_vec(), reason].concat())
            });
    let payload = prop_oneof![4 => text, 3 => filler, 1 => close, 1 => Just(vec![])];
    let usual = prop::sample::select(vec![0x81, 0x01, 0x80, 0x00, 0x82, 0x02, 0x89, 0x8a, 0x88]);
    let first = prop_oneof![20 => usual, 1 => any::<u8>()];
    let masked = prop_oneof![12 => Just(true), 1 => Just(false)];
    let framed = (first, payload, masked, prop::option::weighted(0.04, (0usize..16, any::<u8>())))
        .prop_map(|(first, payload, masked, flip)| {
            let mut octets = frame(first, &payload, masked.then_some(KEY));
            if let Some((index, value)) = flip
                && let Some(octet) = octets.get_mut(index)
            {
                *octet = value;
            }
            octets
        });
    let lengths = [1, 65_535, 65_536, 1 << 31, (1 << 63) - 1, 1 << 63, u64::MAX];
    let announced = prop::sample::select(lengths.to_vec())
        .prop_map(|length: u64| [&[0x82, 0xff][..], &length.to_be_bytes(), &KEY].concat());
    prop_oneof![30 => framed, 1 => announced]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(octets_of_frame(), 1..6).prop_map(|frames| frames.concat())
}

fn pieces<'a>(stream: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = stream;
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle().take(stream.len() + 1) {
        let (piece, behind) = rest.split_at((*size).clamp(1, rest.len().max(1)).min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_makes_the_same_trace(
        stream in stream(),
        sizes in prop::collection::vec(1usize..300, 1..8),
        client in any::<bool>(),
    ) {
        let role = if client { Role::Client } else { Role::Server };
        let expected = whole(role, &stream);
        let cut = trace(&mut open(config(role)), pieces(&stream, &sizes));
        prop_assert_eq!(&expected, &cut, "cut into {:?}", sizes);
        let single = trace(&mut open(config(role)), stream.chunks(1));
        prop_assert_eq!(&expected, &single, "octet by octet");
    }

    #[test]
    fn octets_without_any_plan_make_the_same_trace(
        stream in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let expected = whole(Role::Server, &stream);
        let single = trace(&mut open(config(Role::Server)), stream.chunks(1));
        prop_assert_eq!(expected, single);
    }
}

#[test]
fn the_generator_reaches_every_violation() {
    // A property over streams that never fault would prove little.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = Vec::new();
    let mut messages = 0;
    for _ in 0..6000 {
        let stream = stream().new_tree(&mut runner).unwrap().current();
        for role in [Role::Server, Role::Client] {
            for event in whole(role, &stream) {
                match event {
                    Event::Fault(fault) => seen.push(fault.violation()),
                    Event::Message(..) => messages += 1,
                    _ => {}
                }
            }
        }
    }
    let uncompressed = Violation::ALL.iter().filter(|v| v.clause().starts_with("6455#"));
    let missing: Vec<_> = uncompressed.filter(|v| !seen.contains(v)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    assert!(messages > 1000, "only {messages} messages");
}

#[test]
fn two_cuts_at_every_pair_of_places() {
    let long = frame(0x82, &[9; 130], Some(KEY));
    let streams = [
        [
            frame(0x01, "gru\u{df}".as_bytes(), Some(KEY)),
            frame(0x89, b"p", Some(KEY)),
            frame(0x80, b"\xc3\xa4", Some(KEY)),
        ]
        .concat(),
        [frame(0x81, b"\xce\xba\xe1\xbd\xb9\xf4\x90\x80", Some(KEY)), frame(0x89, b"", Some(KEY))]
            .concat(),
        [frame(0x88, b"\x03\xe8r\xff", Some(KEY)), frame(0x81, b"x", Some(KEY))].concat(),
        [frame(0x01, b"\xe2\x82", Some(KEY)), frame(0x80, b"", Some(KEY))].concat(),
        [long, frame(0x80, b"", Some(KEY))].concat(),
        // Lengths in a longer form than needed.
        [&b"\x82\xfe\x00\x05"[..], &KEY, b"hello"].concat(),
        [&b"\x82\xff\x00\x00\x00\x00\x00\x00\x00\x7e"[..], &KEY, &[9; 126]].concat(),
    ];
    for stream in streams {
        let expected = whole(Role::Server, &stream);
        for first in 0..=stream.len() {
            for second in first..=stream.len() {
                let pieces = [&stream[..first], &stream[first..second], &stream[second..]];
                let cut = trace(&mut open(config(Role::Server)), pieces);
                assert_eq!(cut, expected, "{stream:02x?} cut at {first} and {second}");
            }
        }
    }
}

#[test]
fn without_a_limit_lengths_still_end_where_the_top_bit_begins() {
    for (first, expected) in [(0x80, Some(Violation::LengthTopBit)), (0x7f, None)] {
        let header = [0x82, 0xff, first, 0, 0, 0, 0, 0, 0, 5];
        let stream = [&header[..], &KEY, b"hello"].concat();
        for size in [stream.len(), 1] {
            let events = trace(&mut open(Config::server()), stream.chunks(size));
            let fault = events.iter().find_map(|event| match event {
                Event::Fault(fault) => Some(fault.violation()),
                _ => None,
            });
            assert_eq!(fault, expected, "{header:02x?}, {size} octets at a time");
        }
    }
}
