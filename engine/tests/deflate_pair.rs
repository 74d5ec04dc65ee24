//! Two endpoints that compress, joined by a wire that cuts; and a second inflater that looks at what
//! goes over it: windows, contexts, frames (RFC 7692 §6.1, §7.1, §7.2.1).

#![cfg(feature = "deflate")]

mod common;

use common::inflate::inflate;
use common::{Event, Plain, trace, written};
use proptest::prelude::*;
use wsproof_engine::deflate::{Level, Policy, WindowBits};
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::Offered;
use wsproof_engine::{BufferType, Config, Header, Offer, Outgoing, Role, Selection};

/// A client and a server whose policies have met, and what they answered.
fn pair(client: Policy, server: Policy, send_buffer: usize) -> (Plain, Plain, String) {
    let config = |role, policy| {
        let builder = Config::builder(role).deflate(policy).receive_buffer_size(256);
        builder.send_buffer_size(send_buffer).build().unwrap()
    };
    let session =
        |config, seed| Plain::create_with_entropy(config, Box::new(FixedEntropy::new(seed)));
    let mut up = session(config(Role::Client, client), 1);
    let mut down = session(config(Role::Server, server), 2);
    let offer = client.offer();
    let request =
        up.begin_client_handshake(&Offer { extensions: &[&offer], ..Offer::default() }).unwrap();
    let mut request: Vec<Header<'_>> = request.iter().collect();
    request.push(Header::new("Host", "localhost"));
    let answer = server.accept(Offered::read(&request).unwrap().extensions()).unwrap();
    let selection = Selection { extensions: &[&answer], ..Selection::default() };
    let response = down.begin_server_handshake(&selection, &request).unwrap();
    up.end_client_handshake(&response.iter().collect::<Vec<_>>()).unwrap();
    down.end_server_handshake().unwrap();
    (up, down, answer)
}

/// The frames of a stream: first octet and unmasked payload.
fn frames(mut wire: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let [first, second, rest @ ..] = wire {
        let (length, rest) = match second & 0x7f {
            126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
            127 => (u64::from_be_bytes(rest[..8].try_into().unwrap()) as usize, &rest[8..]),
            short => (usize::from(short), rest),
        };
        let (key, rest) = if second & 0x80 == 0 {
            ([0; 4], rest)
        } else {
            (rest[..4].try_into().unwrap(), &rest[4..])
        };
        let payload = rest[..length].iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key);
        frames.push((*first, payload.collect()));
        wire = &rest[length..];
    }
    frames
}

/// What the second inflater makes of a stream that keeps to these terms.
fn inflated(wire: &[u8], window_bits: u8, each_for_itself: bool) -> Vec<(u8, Vec<u8>)> {
    let window = 1 << window_bits;
    let mut history: Vec<u8> = Vec::new();
    let mut messages = Vec::new();
    let mut open: Option<(u8, Vec<u8>)> = None;
    for (first, payload) in frames(wire) {
        assert_eq!(first & 0x30, 0, "RSV2 and RSV3 stay clear");
        if first & 0x08 != 0 {
            assert_eq!(first & 0x40, 0, "control frames are never compressed");
            continue;
        }
        let opens = open.is_none();
        assert_eq!(first & 0x0f == 0, !opens, "continuations continue");
        assert!(opens || first & 0x40 == 0, "RSV1 on the first frame only");
        let (kind, data) = open.get_or_insert((first & 0x4f, Vec::new()));
        data.extend(payload);
        if first & 0x80 == 0 {
            continue;
        }
        let content = if *kind & 0x40 == 0 {
            data.clone()
        } else {
            assert!(!data.ends_with(b"\x00\x00\xff\xff"), "the tail is removed");
            assert_ne!(data[..], [], "an empty message is one octet");
            let found = inflate(data, &history).expect("whole blocks");
            assert!(found.farthest <= window, "{} reaches over {window}", found.farthest);
            if !each_for_itself {
                history.extend(&found.octets);
                history.drain(..history.len().saturating_sub(window));
            }
            found.octets
        };
        messages.push((*kind & 0x0f, content));
        open = None;
    }
    assert!(open.is_none(), "every message ends");
    messages
}

fn policy() -> impl Strategy<Value = Policy> {
    (
        any::<bool>(),
        any::<bool>(),
        9u8..16,
        9u8..16,
        0u8..10,
        prop::sample::select(vec![0usize, 64, 5000]),
    )
        .prop_map(|(server, client, server_bits, client_bits, level, threshold)| {
            Policy::new()
                .server_no_context_takeover(server)
                .client_no_context_takeover(client)
                .server_max_window_bits(WindowBits::new(server_bits).unwrap())
                .client_max_window_bits(WindowBits::new(client_bits).unwrap())
                .level(Level::new(level).unwrap())
                .threshold(threshold)
        })
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let json = (0usize..60, any::<u32>()).prop_map(|(records, seed)| {
        (0..records)
            .map(|i| {
                format!("{{\"id\":{},\"name\":\"user {}\",\"ok\":true}},", seed as usize + i, i * 7)
            })
            .collect::<String>()
            .into_bytes()
    });
    prop_oneof![
        4 => json,
        2 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (any::<u32>(), 0usize..40_000).prop_map(|(seed, length)| {
            (0..length as u32).map(|i| (seed.wrapping_add(i / 2).wrapping_mul(2_654_435_761) >> 24) as u8).collect()
        }),
        1 => (any::<u8>(), 0usize..70_000).prop_map(|(octet, length)| vec![octet; length]),
    ]
}

fn operations() -> impl Strategy<Value = Vec<Outgoing<Vec<u8>>>> {
    let whole = content().prop_map(|octets| vec![Outgoing::BinaryMessage(octets)]);
    let parts = (prop::collection::vec(content(), 1..4), content()).prop_map(|(parts, last)| {
        let mut message: Vec<_> = parts.into_iter().map(Outgoing::BinaryFragment).collect();
        message.insert(1, Outgoing::PingPong);
        message.push(Outgoing::BinaryMessage(last));
        message
    });
    let text = prop::collection::vec(any::<char>(), 0..60).prop_map(|chars| {
        vec![Outgoing::Utf8Message(chars.iter().collect::<String>().into_bytes())]
    });
    let message = prop_oneof![3 => whole, 1 => parts, 1 => text];
    prop::collection::vec(message, 1..4).prop_map(|messages| messages.concat())
}

/// The messages of a list of operations: opcode and content.
fn messages(operations: &[Outgoing<Vec<u8>>]) -> Vec<(u8, Vec<u8>)> {
    let mut messages = Vec::new();
    let mut open = Vec::new();
    for operation in operations {
        match operation {
            Outgoing::BinaryFragment(part) => open.extend(part),
            Outgoing::BinaryMessage(part) => {
                open.extend(part);
                messages.push((2, core::mem::take(&mut open)));
            }
            Outgoing::Utf8Message(text) => messages.push((1, text.clone())),
            _ => {}
        }
    }
    messages
}

fn terms(answer: &str, side: &str, own: u8) -> (u8, bool) {
    let bits = answer.split(';').find_map(|param| {
        param.trim().strip_prefix(side)?.strip_prefix("_max_window_bits=")?.parse().ok()
    });
    (bits.unwrap_or(15).min(own), answer.contains(&format!("{side}_no_context_takeover")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_arrives_and_keeps_what_was_promised(
        client in policy(),
        server in policy(),
        operations in operations(),
        send_buffer in prop_oneof![64usize..120, Just(300), Just(4096), Just(200_000)],
        piece in prop_oneof![1usize..40, Just(1000), Just(1 << 20)],
        to_server in any::<bool>(),
    ) {
        let (mut up, mut down, answer) = pair(client, server, send_buffer);
        let (from, to, side) =
            if to_server { (&mut up, &mut down, "client") } else { (&mut down, &mut up, "server") };
        let expected = messages(&operations);
        let mut wire = Vec::new();
        for operation in operations {
            from.send(operation, 0).unwrap();
            wire.extend(written(from));
        }
        let (bits, each_for_itself) = terms(&answer, side, 15);
        prop_assert_eq!(&inflated(&wire, bits, each_for_itself), &expected);
        let arrived: Vec<_> = trace(to, wire.chunks(piece))
            .into_iter()
            .filter_map(|event| match event {
                Event::Message(BufferType::Utf8Message, octets) => Some((1, octets)),
                Event::Message(_, octets) => Some((2, octets)),
                Event::Answer(_) => None,
                other => panic!("{other:?}"),
            })
            .collect();
        prop_assert_eq!(arrived, expected);
    }
}

#[test]
fn every_window_is_kept() {
    // Repetitions at every distance around each window, and far beyond.
    for bits in 9..=15u8 {
        let window = 1usize << bits;
        for level in [1, 3, 6, 9] {
            let limit = WindowBits::new(bits).unwrap();
            let server =
                Policy::new().server_max_window_bits(limit).level(Level::new(level).unwrap());
            let (mut up, mut down, answer) = pair(Policy::new(), server, 1 << 17);
            assert_eq!(terms(&answer, "server", 15), (bits, false));
            let mut farthest = 0;
            for distance in [window - 300, window - 262, window - 1, window, window + 1, 2 * window]
            {
                let noise = |i: usize| ((i * i * 31 + i * distance) % 251) as u8;
                let mut octets: Vec<u8> = (0..distance).map(noise).collect();
                octets.extend_from_within(..60);
                down.send(Outgoing::BinaryMessage(octets.clone()), 0).unwrap();
                let wire = written(&mut down);
                let whole = Event::Message(BufferType::BinaryMessage, octets.clone());
                assert_eq!(trace(&mut up, [&wire[..]]), [whole]);
                let data: Vec<u8> =
                    frames(&wire).iter().flat_map(|frame| frame.1.clone()).collect();
                // Matches may reach into messages before, whose content does not matter here.
                let found = inflate(&data, &vec![0; 32_768]).unwrap();
                farthest = found.farthest.max(farthest);
                assert!(found.farthest <= window, "{} of {window}", found.farthest);
            }
            assert!(farthest > 200, "no match to speak of at level {level}");
        }
    }
}

#[test]
fn a_flush_that_ends_with_the_buffer_loses_nothing() {
    // Every size of buffer from the smallest on, so that the end of a flush falls everywhere.
    let text: Vec<u8> = (0..900u32).map(|i| b'a' + (i * i % 19) as u8).collect();
    for send_buffer in 64..500 {
        let policy = Policy::new().threshold(0);
        let (mut up, mut down, _) = pair(policy, policy, send_buffer);
        for length in [0, 1, 40, 300, 900] {
            down.send(Outgoing::BinaryMessage(text[..length].to_vec()), 0).unwrap();
            let wire = written(&mut down);
            for (_, payload) in frames(&wire) {
                assert!(payload.len() <= send_buffer - 14);
            }
            let whole = Event::Message(BufferType::BinaryMessage, text[..length].to_vec());
            assert_eq!(trace(&mut up, [&wire[..]]), [whole], "{length} octets by {send_buffer}");
        }
    }
}

#[test]
fn a_client_held_to_the_smallest_window_does_not_compress() {
    let config = Config::builder(Role::Client).deflate(Policy::new()).build().unwrap();
    let extension = "permessage-deflate; client_max_window_bits=8";
    let mut client = common::open_with(config, &[extension]);
    client.send(Outgoing::BinaryMessage(vec![7; 1000]), 0).unwrap();
    let sent = frames(&written(&mut client));
    assert_eq!(sent, [(0x82, vec![7; 1000])]);
}

#[test]
fn pongs_leave_between_the_frames_of_a_message() {
    use wsproof_engine::{Action, ActionQueue};
    let (_, mut down, _) = pair(Policy::new(), Policy::new(), 64);
    let noise: Vec<u8> = (0..500u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    down.send(Outgoing::BinaryMessage(noise), 0).unwrap();
    let write = |session: &mut Plain| match session.get_action(ActionQueue::All).unwrap() {
        Action::SendToNetwork(ticket, kind) => {
            let octets = session.slices(ticket).unwrap().concat();
            session.complete_action(ticket, octets.len()).unwrap();
            (kind, octets)
        }
        other => panic!("{other:?}"),
    };
    let (_, first) = write(&mut down);
    assert_eq!(first[0], 0x42);
    let ping = common::frame(0x89, b"now", Some([1, 2, 3, 4]));
    assert_eq!(trace(&mut down, [&ping[..]]), [Event::Answer(b"\x8a\x03now".to_vec())]);
    let (kind, second) = write(&mut down);
    assert_eq!((kind, second[0]), (BufferType::BinaryMessage, 0x00));
}
