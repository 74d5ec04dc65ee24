//! Law 2 behind the inflater: the same octets in any pieces, into any buffers, make the same trace;
//! and an inflater of another make finds the same content.

#![cfg(feature = "deflate")]

mod common;

use common::inflate::inflate;
use common::{Event, Plain, frame, open_with, trace, trace_into, written};
use proptest::prelude::*;
use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::{Config, Outgoing, Role, Violation};

const DEFLATE: &[&str] = &["permessage-deflate"];
const LIMIT: u64 = 70_000;

/// An endpoint with the smallest buffer, which has the most seams.
fn small(role: Role) -> Plain {
    open_sized(role, 256)
}

fn open_sized(role: Role, buffer: usize) -> Plain {
    let builder = Config::builder(role).receive_buffer_size(buffer).max_message_size(LIMIT);
    let policy = Policy::new().piece_size(4 * buffer);
    open_with(builder.deflate(policy).build().unwrap(), DEFLATE)
}

fn key(role: Role) -> Option<[u8; 4]> {
    (role == Role::Server).then_some([0x37, 0xfa, 0x21, 0x3d])
}

/// A payload as an encoder of the engine makes it.
fn deflated(octets: &[u8], level: u8) -> Vec<u8> {
    let policy = Policy::new().threshold(0).level(Level::new(level).unwrap());
    let builder = Config::builder(Role::Server).deflate(policy).send_buffer_size(1 << 20);
    let mut server = open_with(builder.build().unwrap(), DEFLATE);
    server.send(Outgoing::BinaryMessage(octets.to_vec()), 0).unwrap();
    let wire = written(&mut server);
    let header = match wire[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    wire[header..].to_vec()
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "κόσμε",
        "Hello",
        "\u{1f600}",
        " ",
        "aaaaaaaaaaaaaaaa",
        "{\"id\":",
    ]);
    prop_oneof![
        4 => prop::collection::vec(words, 0..40).prop_map(|words| words.concat().into_bytes()),
        1 => prop::sample::select(vec![&b"ab\xe2\x82"[..], b"Hello \xf0\x9f\x98", b"\xce"])
            .prop_map(<[u8]>::to_vec),
        2 => prop::collection::vec(any::<u8>(), 0..300),
        1 => (any::<u8>(), prop::sample::select(vec![257usize, 1000, 33_000, 69_999, 70_000, 70_001]))
            .prop_map(|(octet, length)| vec![octet & 0x7f; length]),
        1 => (0u32..1000).prop_map(|seed| {
            let noise = |i: u32| (seed.wrapping_add(i).wrapping_mul(2_654_435_761) >> 24) as u8;
            (0..40_000).map(|i| noise(i / 3) & 0x7f).collect()
        }),
    ]
}

fn right() -> impl Strategy<Value = Vec<u8>> {
    (content(), prop::sample::select(vec![0u8, 1, 6, 9]))
        .prop_map(|(content, level)| deflated(&content, level))
}

/// A payload, right or with a deviation.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let blocks = prop::sample::select(vec![
        &b"\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
        b"\xf3\x48\xcd\xc9\xc9\x07\x00",
        b"\xf2\x00\x11\x00\x00",
        b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f",
        b"\x01\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f",
        b"\x03\x00",
        b"\x01",
        b"\x00\x04\x00\xfb\xff",
        b"\x00\x00\x00\xff\xff",
        b"\x00",
        b"\x07",
        b"\xfa\x0f\x00",
        b"\x4a\x04\x3e\x00\x00",
        b"\x04\x00\xfe\xff",
        b"\x0c\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x04\x00",
    ]);
    let made = prop::collection::vec(blocks, 0..5).prop_map(|blocks| blocks.concat());
    let bent = (right(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut payload, index, octet)| {
            if !payload.is_empty() {
                let index = index.index(payload.len());
                payload[index] ^= octet;
            }
            payload
        },
    );
    let cut = (right(), any::<prop::sample::Index>())
        .prop_map(|(payload, index)| payload[..index.index(payload.len() + 1)].to_vec());
    prop_oneof![4 => right(), 3 => made, 3 => bent, 1 => cut, 1 => prop::collection::vec(any::<u8>(), 0..40)]
}

/// Frames of messages, some compressed, with pings between them: first octets and payloads.
fn frames() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let message = (payload(), 0u8..5, prop::collection::vec(any::<prop::sample::Index>(), 0..4));
    let message = message.prop_map(|(payload, kind, cuts)| {
        let first = [0x41, 0x41, 0x42, 0x01, 0x02][usize::from(kind)];
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
        cuts.sort_unstable();
        let mut start = 0;
        let mut frames = Vec::new();
        for cut in cuts {
            frames.push((if frames.is_empty() { first } else { 0 }, payload[start..cut].to_vec()));
            frames.push((0x89, vec![cut as u8]));
            start = cut;
        }
        frames.push((0x80 | if frames.is_empty() { first } else { 0 }, payload[start..].to_vec()));
        frames
    });
    prop::collection::vec(message, 1..4).prop_map(|messages| messages.concat())
}

fn wire(frames: &[(u8, Vec<u8>)], role: Role) -> Vec<u8> {
    frames.iter().flat_map(|(first, payload)| frame(*first, payload, key(role))).collect()
}

fn pieces<'a>(stream: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = stream;
    let mut pieces = Vec::new();
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |size| *size);
        let (piece, behind) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// What a message of compressed frames should come to, as far as the second inflater can tell.
fn expected(frames: &[(u8, Vec<u8>)]) -> Vec<Option<Vec<u8>>> {
    let mut messages = Vec::new();
    let mut history = Vec::new();
    let mut open: Option<(u8, Vec<u8>)> = None;
    for (first, payload) in frames.iter().filter(|(first, _)| first & 0x0f < 8) {
        let (opcode, octets) = open.get_or_insert((*first, Vec::new()));
        octets.extend(payload);
        if first & 0x80 == 0 {
            continue;
        }
        let content = if *opcode & 0x40 == 0 {
            Some(octets.clone())
        } else {
            let inflated = inflate(octets, &history).map(|inflated| inflated.octets);
            history.extend(inflated.as_deref().unwrap_or_default());
            history.drain(..history.len().saturating_sub(32_768));
            inflated
        };
        messages.push(content);
        open = None;
    }
    messages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_makes_the_same_trace(
        frames in frames(),
        sizes in prop::collection::vec(1usize..600, 1..6),
        room in 1usize..400,
        client in any::<bool>(),
    ) {
        let role = if client { Role::Client } else { Role::Server };
        let stream = wire(&frames, role);
        let whole = trace(&mut small(role), [&stream[..]]);
        let cut = trace(&mut small(role), pieces(&stream, &sizes));
        prop_assert_eq!(&whole, &cut, "cut into {:?}", sizes);
        let single = trace(&mut small(role), stream.chunks(1));
        prop_assert_eq!(&whole, &single, "octet by octet");
        let supplied =
            trace_into(&mut small(role), Some(room), pieces(&stream, &sizes));
        prop_assert_eq!(&whole, &supplied, "into buffers of {}", room);
        let large = trace(&mut open_sized(role, 1 << 18), [&stream[..]]);
        prop_assert_eq!(&whole, &large, "in a large buffer");
    }

    #[test]
    fn a_second_inflater_agrees(frames in frames()) {
        let stream = wire(&frames, Role::Client);
        let events = trace(&mut small(Role::Client), [&stream[..]]);
        let mut messages = events.iter().filter_map(|event| match event {
            Event::Message(_, octets) => Some(octets),
            _ => None,
        });
        for expected in expected(&frames) {
            match (messages.next(), expected) {
                (Some(octets), Some(expected)) => prop_assert_eq!(octets, &expected),
                (None, Some(octets)) => {
                    // Whole blocks, but not a text, too large, or with the tail left on.
                    let Some(Event::Fault(fault)) = events.last() else {
                        panic!("no message and no fault: {events:?}")
                    };
                    match fault.violation() {
                        Violation::MessageTooBig => prop_assert!(octets.len() as u64 > LIMIT),
                        Violation::InvalidUtf8 | Violation::IncompleteUtf8 => {
                            prop_assert!(core::str::from_utf8(&octets).is_err());
                        }
                        other => prop_assert!(false, "{other:?} of {} octets", octets.len()),
                    }
                    break;
                }
                (None, None) => {
                    prop_assert!(matches!(events.last(), Some(Event::Fault(_))), "{events:?}");
                    break;
                }
                (Some(octets), None) => prop_assert!(false, "{} octets of nothing", octets.len()),
            }
        }
    }
}

#[test]
fn the_whole_window_is_there_behind_a_final_block() {
    // Length 5 at distance 32768 in a block of the fixed code, then an empty block.
    let far = b"\x02\xdf\xff\x0f\x00";
    let totals = (32_735..33_900).step_by(11).chain([40_000, 65_535, 65_536, 67_584, 69_000]);
    for total in totals {
        let mut content: Vec<u8> =
            (0..total - 30).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        // The last octets come of a match, which decoders copy in larger chunks.
        content.extend_from_within(1000..1030);
        let tail = b"\x00\x00\xff\xff";
        let first = deflated(&content, 6);
        let second =
            [&deflated(b"0123456789abcdef-0123456789abcdef", 6)[..], tail, b"\x03\x00", far]
                .concat();
        let reference = inflate(&second, &content).unwrap();
        assert_eq!((reference.octets.len(), reference.farthest), (33 + 5, 32_768));

        let in_one = frame(0xc2, &[&first[..], tail, &second].concat(), None);
        let in_two = [frame(0xc2, &first, None), frame(0xc2, &second, None)].concat();
        for buffer in [256, 1 << 18] {
            let events = trace(&mut open_sized(Role::Client, buffer), [&in_one[..]]);
            let [Event::Message(_, octets)] = &events[..] else { panic!("{:?}", events.last()) };
            assert!(
                *octets == [&content[..], &reference.octets].concat(),
                "{total} octets, {buffer}"
            );
            let events = trace(&mut open_sized(Role::Client, buffer), [&in_two[..]]);
            let [Event::Message(_, one), Event::Message(_, other)] = &events[..] else {
                panic!("{:?}", events.last())
            };
            assert!(*one == content && *other == reference.octets, "{total} octets, {buffer}");
        }
    }
}

#[test]
fn the_generator_reaches_what_matters() {
    // A property over streams that never fault, or always do, would prove little.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut messages = 0;
    let mut seen = Vec::new();
    for _ in 0..1500 {
        let frames = frames().new_tree(&mut runner).unwrap().current();
        for event in trace(&mut small(Role::Client), [&wire(&frames, Role::Client)[..]]) {
            match event {
                Event::Message(_, octets) => messages += usize::from(octets.len() > 5),
                Event::Fault(fault) => seen.push(fault.violation()),
                _ => {}
            }
        }
    }
    assert!(messages > 300, "only {messages} messages");
    for violation in [
        Violation::CompressedDataCorrupt,
        Violation::CompressedDataIncomplete,
        Violation::InvalidUtf8,
        Violation::IncompleteUtf8,
        Violation::MessageTooBig,
    ] {
        let times = seen.iter().filter(|seen| **seen == violation).count();
        assert!(times > 5, "{violation:?} only {times} times");
    }
}
