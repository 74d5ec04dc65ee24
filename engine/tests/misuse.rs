//! Misuse is an error value that changes nothing.

mod common;

use common::{Plain, handshake, open, written};
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, Config, Connection,
    CustomHeader, Header, Misuse, MisuseClass, Offer, OpeningError, Outgoing, Role, Selection,
    State,
};

fn refused(session: &mut Plain, outgoing: Outgoing<Vec<u8>>) -> Misuse {
    let before = format!("{outgoing:?}");
    let refused = session.send(outgoing, 42).unwrap_err();
    assert_eq!(format!("{:?}", refused.outgoing), before, "the operation comes back whole");
    assert_eq!(refused.context, 42);
    refused.misuse
}

fn close(code: u16, reason: &[u8]) -> Outgoing<Vec<u8>> {
    Outgoing::Close(Some(CloseStatus::with_reason(CloseCode::new(code), reason.to_vec())))
}

#[test]
fn session_functions_wait_for_the_handshake() {
    let mut client = Plain::create_client(Config::client()).unwrap();
    for _ in 0..2 {
        assert_eq!(refused(&mut client, Outgoing::PingPong), Misuse::NotOpen);
        assert_eq!(client.receive(None, 1).unwrap_err().misuse, Misuse::NotOpen);
        let action = client.get_action(ActionQueue::All);
        assert_eq!(action, Err(ActionError::Misuse(Misuse::NotOpen)));
        client.abort();
        assert_eq!(client.state(), State::Open, "an abort before the end has no effect");
        let begun = client.begin_client_handshake(&Offer::default());
        assert!(begun.is_ok() || begun == Err(OpeningError::Misuse(Misuse::HandshakeOrder)));
    }
}

#[test]
fn a_server_is_open_as_soon_as_its_response_is_known() {
    let mut client = Plain::create_client(Config::client()).unwrap();
    let mut server = Plain::create_server(Config::server()).unwrap();
    assert_eq!(server.end_server_handshake(), Err(Misuse::HandshakeOrder));
    let request = client.begin_client_handshake(&Offer::default()).unwrap();
    let mut headers: Vec<Header<'_>> = request.iter().collect();
    let again = server.begin_server_handshake(&Selection::default(), &headers);
    assert!(
        matches!(again, Err(OpeningError::Handshake(_))),
        "no Host, and another try is allowed"
    );
    headers.push(Header::new("Host", ""));
    server.begin_server_handshake(&Selection::default(), &headers).unwrap();
    server.send(Outgoing::PingPong, 1).unwrap();
    assert_eq!(written(&mut server), b"\x89\0");
    assert_eq!(server.end_server_handshake(), Ok(()));
    assert_eq!(server.end_server_handshake(), Ok(()));
    let third = server.begin_server_handshake(&Selection::default(), &headers);
    assert_eq!(third, Err(OpeningError::Misuse(Misuse::HandshakeOrder)));
}

#[test]
fn roles_keep_to_their_own_calls() {
    assert_eq!(Plain::create_client(Config::server()).unwrap_err(), Misuse::RoleMismatch);
    assert_eq!(Plain::create_server(Config::client()).unwrap_err(), Misuse::RoleMismatch);
    let mut client = Plain::create_client(Config::client()).unwrap();
    let mut server = Plain::create_server(Config::server()).unwrap();
    let mismatch =
        |error: OpeningError| assert_eq!(error, OpeningError::Misuse(Misuse::RoleMismatch));
    mismatch(client.begin_server_handshake(&Selection::default(), &[]).unwrap_err());
    mismatch(server.begin_client_handshake(&Offer::default()).unwrap_err());
    mismatch(server.end_client_handshake(&[]).unwrap_err());
    assert_eq!(client.end_server_handshake(), Err(Misuse::RoleMismatch));
    let early = client.end_client_handshake(&[]).unwrap_err();
    assert_eq!(early, OpeningError::Misuse(Misuse::HandshakeOrder));
    // Nothing has changed: the two still open, and keep to their own calls then, too.
    handshake(&mut client, &mut server, &[]);
    mismatch(client.begin_server_handshake(&Selection::default(), &[]).unwrap_err());
    mismatch(server.begin_client_handshake(&Offer::default()).unwrap_err());
    mismatch(server.end_client_handshake(&[]).unwrap_err());
    assert_eq!(client.end_server_handshake(), Err(Misuse::RoleMismatch));
}

#[test]
fn close_bodies_are_checked_before_they_are_queued() {
    let mut session = open(Config::server());
    for code in [0, 999, 1004, 1006, 1015, 1016, 2999, 5000] {
        assert_eq!(refused(&mut session, close(code, b"")), Misuse::CloseCode, "{code}");
    }
    assert_eq!(refused(&mut session, close(1000, &[b'x'; 124])), Misuse::CloseReasonTooLong);
    assert_eq!(refused(&mut session, close(1000, b"\xff")), Misuse::CloseReasonNotUtf8);
    assert_eq!(refused(&mut session, close(1005, b"x")), Misuse::CloseReasonWithoutCode);
    assert_eq!(session.state(), State::Open);
    session.send(close(1000, &[b'x'; 123]), 1).unwrap();
    assert_eq!(written(&mut session).len(), 2 + 125);
}

#[test]
fn only_pings_and_pongs_follow_a_close() {
    let mut session = open(Config::server());
    session.send(Outgoing::Utf8Fragment(b"a".to_vec()), 1).unwrap();
    session.send(Outgoing::Close(None), 1).unwrap();
    assert_eq!(refused(&mut session, Outgoing::Close(None)), Misuse::CloseSent);
    assert_eq!(refused(&mut session, Outgoing::Utf8Message(vec![])), Misuse::CloseSent);
    // The documented order: a second Close is refused before its body is looked at.
    assert_eq!(refused(&mut session, close(0, b"")), Misuse::CloseSent);
    let data = Outgoing::Custom(CustomHeader::new(0x182).unwrap(), vec![]);
    assert_eq!(refused(&mut session, data), Misuse::CloseSent);
    session.send(Outgoing::PingPong, 1).unwrap();
    session.send(Outgoing::UnsolicitedPong, 1).unwrap();
    assert_eq!(written(&mut session), b"\x01\x01a\x88\0\x89\0\x8a\0");
}

#[test]
fn a_message_keeps_its_kind() {
    let mut session = open(Config::server());
    session.send(Outgoing::Utf8Fragment(b"a".to_vec()), 1).unwrap();
    for outgoing in [Outgoing::BinaryFragment(vec![]), Outgoing::BinaryMessage(vec![])] {
        assert_eq!(refused(&mut session, outgoing), Misuse::MessageKindChanged);
    }
    session.send(Outgoing::Utf8Message(b"b".to_vec()), 1).unwrap();
    session.send(Outgoing::BinaryMessage(b"c".to_vec()), 1).unwrap();
    assert_eq!(written(&mut session), b"\x01\x01a\x80\x01b\x82\x01c");
}

#[test]
fn custom_frames_keep_to_the_order_of_fragments() {
    let custom = |first: u32, length| {
        Outgoing::Custom(CustomHeader::new(first << 1).unwrap(), vec![0; length])
    };
    let mut session = open(Config::server());
    assert_eq!(refused(&mut session, custom(0x80, 0)), Misuse::FragmentOrder);
    assert_eq!(refused(&mut session, custom(0x88, 0)), Misuse::CustomHeader);
    assert_eq!(refused(&mut session, custom(0x8b, 126)), Misuse::CustomControl);
    assert_eq!(refused(&mut session, custom(0x0b, 1)), Misuse::CustomControl);
    session.send(custom(0x41, 1), 1).unwrap();
    assert_eq!(refused(&mut session, custom(0x41, 0)), Misuse::FragmentOrder);
    assert_eq!(refused(&mut session, custom(0x83, 0)), Misuse::FragmentOrder);
    session.send(custom(0xfb, 125), 1).unwrap();
    session.send(custom(0x80, 0), 1).unwrap();
    session.send(custom(0x03, 0), 1).unwrap();
    assert_eq!(refused(&mut session, Outgoing::Utf8Message(vec![])), Misuse::MessageKindChanged);
    session.send(custom(0x80, 0), 1).unwrap();
    session.send(Outgoing::Utf8Message(vec![]), 1).unwrap();
    // What begins as a message of the protocol goes on as one of its kind.
    session.send(custom(0x02, 0), 1).unwrap();
    assert_eq!(refused(&mut session, Outgoing::Utf8Message(vec![])), Misuse::MessageKindChanged);
    session.send(Outgoing::BinaryMessage(vec![]), 1).unwrap();
    let wire = written(&mut session);
    assert_eq!(wire.iter().take(5).copied().collect::<Vec<_>>(), [0x41, 1, 0, 0xfb, 125]);
    assert_eq!(&wire[wire.len() - 12..], b"\x80\0\x03\0\x80\0\x81\0\x02\0\x80\0");
}

#[test]
fn queues_hold_what_was_configured() {
    let config = Config::builder(Role::Server).max_queued_operations(2).build().unwrap();
    let mut session = open(config);
    for _ in 0..2 {
        session.send(Outgoing::Utf8Fragment(vec![]), 1).unwrap();
        session.receive(None, 1).unwrap();
    }
    assert_eq!(refused(&mut session, Outgoing::Utf8Message(vec![])), Misuse::QueueFull);
    assert_eq!(session.receive(None, 1).unwrap_err().misuse, Misuse::QueueFull);
    assert_eq!(written(&mut session), b"\x01\0\0\0");
    session.send(Outgoing::Utf8Message(vec![]), 1).unwrap();
    assert_eq!(written(&mut session), b"\x80\0");
}

#[test]
fn tickets_are_good_for_one_action_of_one_session() {
    let (mut ours, mut theirs) = (open(Config::server()), open(Config::server()));
    let ticket = |session: &mut Plain| {
        session.send(Outgoing::PingPong, 1).unwrap();
        match session.get_action(ActionQueue::Send) {
            Ok(Action::SendToNetwork(ticket, _)) => ticket,
            other => panic!("{other:?}"),
        }
    };
    let (our_ticket, their_ticket) = (ticket(&mut ours), ticket(&mut theirs));
    assert_eq!(ours.complete_action(their_ticket, 2), Err(Misuse::StaleTicket));
    assert_eq!(ours.slices(their_ticket), Err(Misuse::StaleTicket));
    assert_eq!(ours.context(their_ticket), Err(Misuse::StaleTicket));
    assert_eq!(ours.buffer_mut(our_ticket), Err(Misuse::WrongAction));
    assert_eq!(ours.incoming(our_ticket), Err(Misuse::WrongAction));
    assert_eq!(ours.ticket(our_ticket.number()), our_ticket);
    assert_ne!(ours.ticket(our_ticket.number()), theirs.ticket(our_ticket.number()));
    let other = ours.ticket(our_ticket.number().saturating_add(2));
    assert_eq!(ours.complete_action(other, 2), Err(Misuse::StaleTicket));
    assert!(ours.complete_action(our_ticket, 2).is_ok());
    assert_eq!(ours.complete_action(our_ticket, 2), Err(Misuse::StaleTicket));
    assert_eq!(ours.slices(our_ticket), Err(Misuse::StaleTicket));
    assert!(theirs.complete_action(their_ticket, 2).is_ok());
}

/// Memory that answers with less each time it is asked.
#[derive(Debug)]
struct Shrinking(core::cell::Cell<usize>);

impl AsRef<[u8]> for Shrinking {
    fn as_ref(&self) -> &[u8] {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        &[7; 64][..left]
    }
}

#[test]
fn a_payload_that_changes_is_the_callers_mistake() {
    for role in [Role::Client, Role::Server] {
        let config = Config::builder(role).build().unwrap();
        let agreed = common::agreed();
        let mut connection = Connection::<Shrinking>::open(&config, &agreed);
        connection.send(Outgoing::BinaryMessage(Shrinking(core::cell::Cell::new(64)))).unwrap();
        let (mut half, _) = connection.split();
        let changed = match half.get_action() {
            Err(misuse) => misuse,
            Ok(Some(wsproof_engine::SendAction::SendToNetwork(write))) => {
                write.slices().map(|_| ()).unwrap_err()
            }
            Ok(other) => panic!("{}", other.is_some()),
        };
        assert_eq!(changed, Misuse::PayloadChanged);
    }
}

#[test]
fn every_misuse_is_an_argument_or_an_operation() {
    let arguments = Misuse::ALL.iter().filter(|m| m.class() == MisuseClass::Argument).count();
    assert!(arguments > 0 && arguments < Misuse::ALL.len());
}

#[test]
fn what_is_out_of_order_can_be_known_in_front_of_the_payload() {
    let mut closed = Plain::create_server(Config::server()).unwrap();
    assert_eq!(closed.check_send(BufferType::PingPong), Err(Misuse::NotOpen));
    let mut session = open(Config::server());
    assert_eq!(session.check_send(BufferType::Utf8Message), Ok(()));
    session.send(Outgoing::Utf8Fragment(Vec::new()), 1).unwrap();
    assert_eq!(session.check_send(BufferType::Utf8Message), Ok(()));
    assert_eq!(session.check_send(BufferType::BinaryMessage), Err(Misuse::MessageKindChanged));
    session.send(Outgoing::Close(None), 2).unwrap();
    assert_eq!(session.check_send(BufferType::Utf8Message), Err(Misuse::CloseSent));
    assert_eq!(session.check_send(BufferType::Close), Err(Misuse::CloseSent));
    assert_eq!(session.check_send(BufferType::UnsolicitedPong), Ok(()));
    session.abort();
    assert_eq!(session.check_send(BufferType::UnsolicitedPong), Err(Misuse::Aborted));
}
