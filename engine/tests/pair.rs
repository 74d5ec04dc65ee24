//! Two endpoints joined by a wire that cuts: what one sends is what the other receives.

mod common;

use common::{Event, Plain, handshake, trace, written};
use proptest::prelude::*;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{BufferType, CloseCode, CloseStatus, Config, Outgoing, Role, State};

struct Pair {
    client: Plain,
    server: Plain,
}

fn pair(send_buffer: usize) -> Pair {
    let client = Config::builder(Role::Client).send_buffer_size(send_buffer).build().unwrap();
    let server = Config::builder(Role::Server).receive_buffer_size(256).build().unwrap();
    let mut client = Plain::create_with_entropy(client, Box::new(FixedEntropy::new(3)));
    let mut server = Plain::create_with_entropy(server, Box::new(FixedEntropy::new(4)));
    handshake(&mut client, &mut server, &[]);
    Pair { client, server }
}

/// Sends everything queued at one end to the other, in pieces.
fn carry(from: &mut Plain, to: &mut Plain, piece: usize) -> Vec<Event> {
    let wire = written(from);
    trace(to, wire.chunks(piece))
}

fn operation() -> impl Strategy<Value = Outgoing<Vec<u8>>> {
    let octets = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![125, 126, 127, 255, 256, 4096, 65535, 65536])
            .prop_map(|length| (0..length).map(|i: usize| (i * 7) as u8).collect()),
    ];
    let text = prop::collection::vec(any::<char>(), 0..40)
        .prop_map(|chars| chars.into_iter().collect::<String>().into_bytes());
    prop_oneof![
        octets.prop_map(Outgoing::BinaryMessage),
        text.prop_map(Outgoing::Utf8Message),
        Just(Outgoing::PingPong),
        Just(Outgoing::UnsolicitedPong),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_arrives(
        operations in prop::collection::vec(operation(), 1..12),
        to_server in any::<bool>(),
        send_buffer in 16usize..300,
        piece in 1usize..5000,
    ) {
        let Pair { mut client, mut server } = pair(send_buffer);
        let expected: Vec<Event> = operations.iter().map(|operation| match operation {
            Outgoing::BinaryMessage(octets) => Event::Message(BufferType::BinaryMessage, octets.clone()),
            Outgoing::Utf8Message(octets) => Event::Message(BufferType::Utf8Message, octets.clone()),
            Outgoing::PingPong => Event::Answer(vec![]),
            _ => Event::Pong(vec![]),
        }).collect();
        let (from, to) =
            if to_server { (&mut client, &mut server) } else { (&mut server, &mut client) };
        for operation in operations {
            from.send(operation, 0).unwrap();
        }
        let mut arrived = carry(from, to, piece);
        for event in &mut arrived {
            if let Event::Answer(octets) = event {
                // The key differs from pong to pong; what it answers is empty.
                prop_assert_eq!(octets.len(), if to_server { 2 } else { 6 });
                octets.clear();
            }
        }
        prop_assert_eq!(arrived, expected);
    }

    #[test]
    fn a_message_in_fragments_arrives_whole(
        text in prop::collection::vec(any::<char>(), 1..60),
        cuts in prop::collection::vec(0usize..240, 0..6),
        piece in 1usize..300,
    ) {
        let text = text.into_iter().collect::<String>().into_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.sort_unstable();
        let Pair { mut client, mut server } = pair(64);
        let mut start = 0;
        for cut in cuts {
            client.send(Outgoing::Utf8Fragment(text[start..cut].to_vec()), 0).unwrap();
            start = cut;
        }
        client.send(Outgoing::Utf8Message(text[start..].to_vec()), 0).unwrap();
        let arrived = carry(&mut client, &mut server, piece);
        prop_assert_eq!(arrived, vec![Event::Message(BufferType::Utf8Message, text)]);
    }
}

#[test]
fn both_ends_close() {
    for client_first in [true, false] {
        let Pair { mut client, mut server } = pair(64);
        let (first, second) =
            if client_first { (&mut client, &mut server) } else { (&mut server, &mut client) };
        let status = || CloseStatus::with_reason(CloseCode::new(4001), b"bye".to_vec());
        first.send(Outgoing::Close(Some(status())), 0).unwrap();
        let close = Event::Close(CloseCode::new(4001), Some(b"bye".to_vec()));
        assert_eq!(carry(first, second, 1), core::slice::from_ref(&close));
        assert_eq!((first.state(), second.state()), (State::CloseSent, State::CloseReceived));
        second.send(Outgoing::Close(Some(status())), 0).unwrap();
        assert_eq!(carry(second, first, 1), [close]);
        assert_eq!((first.state(), second.state()), (State::Closed, State::Closed));
    }
}

#[test]
fn closes_may_cross() {
    let Pair { mut client, mut server } = pair(64);
    client.send(Outgoing::Close(Some(CloseStatus::new(CloseCode::NORMAL))), 0).unwrap();
    server.send(Outgoing::Close(Some(CloseStatus::new(CloseCode::GOING_AWAY))), 0).unwrap();
    let (up, down) = (written(&mut client), written(&mut server));
    let seen = trace(&mut client, [&down[..]]);
    assert_eq!(seen, [Event::Close(CloseCode::GOING_AWAY, Some(vec![]))]);
    let seen = trace(&mut server, [&up[..]]);
    assert_eq!(seen, [Event::Close(CloseCode::NORMAL, Some(vec![]))]);
    assert_eq!((client.state(), server.state()), (State::Closed, State::Closed));
}
