//! What must not be known in advance is fresh, and what is secret or long is not printed.

mod common;

use common::{Plain, written};
use wsproof_engine::entropy::{FixedEntropy, OsEntropy};
use wsproof_engine::handshake::Key;
use wsproof_engine::{
    Action, ActionQueue, CloseCode, Config, CustomHeader, Entropy, Header, Misuse, Offer, OpCode,
    Outgoing, Session,
};

/// An open client that draws from the operating system, and the `Sec-WebSocket-Key` of its request.
fn client() -> (Plain, String) {
    let mut client: Plain = Session::create_client(Config::client()).unwrap();
    let request = client.begin_client_handshake(&Offer::default()).unwrap();
    let key = request.iter().find(|header| header.name() == b"Sec-WebSocket-Key").unwrap();
    let key = String::from_utf8(key.value().to_vec()).unwrap();
    let accept = Key::parse(key.as_bytes()).unwrap().accept();
    let response = [
        Header::new("Upgrade", "websocket"),
        Header::new("Connection", "Upgrade"),
        Header::new("Sec-WebSocket-Accept", accept.as_str()),
    ];
    client.end_client_handshake(&response).unwrap();
    (client, key)
}

/// The `Sec-WebSocket-Key` of a client, and the masking keys of two frames.
fn drawn() -> (String, [[u8; 4]; 2]) {
    let (mut client, key) = client();
    let mut frame = || {
        client.send(Outgoing::PingPong, 1).unwrap();
        written(&mut client)[2..6].try_into().unwrap()
    };
    (key, [frame(), frame()])
}

// RFC 6455 §4.1 and §5.3: by chance this fails once in 2³¹ times.
#[test]
fn keys_of_handshakes_and_frames_are_fresh() {
    let ((one, first), (other, second)) = (drawn(), drawn());
    assert_ne!(one, other);
    assert_ne!(first[0], first[1]);
    assert_ne!(first, second);
}

// The memory of the first session is free when the second asks for its own, and an allocator gives
// it out again: only where a session begins to count tells their tickets apart.
#[test]
fn a_ticket_does_not_fit_the_session_that_takes_the_place_of_its_own() {
    let reading = || {
        let mut session = client().0;
        session.receive(None, 1).unwrap();
        let Ok(Action::ReceiveFromNetwork(ticket)) = session.get_action(ActionQueue::Receive)
        else {
            panic!("a read is due");
        };
        (session, ticket)
    };
    for _ in 0..16 {
        let (first, stale) = reading();
        drop(first);
        let (mut second, _) = reading();
        assert_eq!(second.complete_action(stale, 0), Err(Misuse::StaleTicket));
    }
}

#[test]
fn who_lends_a_source_is_asked_himself() {
    let octets = |source: &mut dyn Entropy| {
        let mut octets = [0; 20];
        source.fill(&mut octets);
        octets
    };
    let mut lent = FixedEntropy::new(1);
    assert_eq!(octets(&mut &mut lent), octets(&mut FixedEntropy::new(1)));
    assert_ne!(octets(&mut lent), octets(&mut FixedEntropy::new(1)));
    assert_ne!(octets(&mut OsEntropy::new()), [0; 20]);
}

#[test]
fn what_is_printed_names_the_thing_and_keeps_secrets() {
    let key = Key::parse(b"dGhlIHNhbXBsZSBub25jZQ==").unwrap();
    let shown = |thing: &dyn core::fmt::Debug| format!("{thing:?}");
    for (thing, text) in [
        (shown(&key), "Key(\"dGhlIHNhbXBsZSBub25jZQ==\")"),
        (shown(&key.accept()), "Accept(\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\")"),
        (shown(&Header::new("Host", "a\r\n")), "Host: a\\r\\n"),
        (shown(&CustomHeader::new(0x82).unwrap()), "CustomHeader(0x082)"),
        (shown(&CloseCode::NORMAL), "CloseCode(1000)"),
        (shown(&OpCode::PING), "PING"),
        (shown(&OsEntropy::new()), "OsEntropy { .. }"),
    ] {
        assert_eq!(thing, text);
    }
}
