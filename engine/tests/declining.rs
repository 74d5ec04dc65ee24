//! Actions the application cannot take now, or not whole.

mod common;

use common::{frame, open, written};
use wsproof_engine::{
    Action, ActionQueue, BufferType, Completed, Config, Connection, Misuse, Outcome, Outgoing,
    ReceiveAction, ReceiveHalf, Role, SendAction,
};

const KEY: Option<[u8; 4]> = Some([0x37, 0xfa, 0x21, 0x3d]);

fn hello() -> Outgoing<Vec<u8>> {
    Outgoing::Utf8Message(b"Hello".to_vec())
}

/// A server that owes a pong, with a receive waiting behind it.
fn owing_a_pong() -> common::Plain {
    let mut session = open(Config::server());
    session.receive(None, 1).unwrap();
    supply(&mut session, &frame(0x89, b"?", KEY));
    session
}

fn supply(session: &mut common::Plain, octets: &[u8]) {
    let Ok(Action::ReceiveFromNetwork(ticket)) = session.get_action(ActionQueue::Receive) else {
        panic!("a read is due");
    };
    session.buffer_mut(ticket).unwrap()[..octets.len()].copy_from_slice(octets);
    session.complete_action(ticket, octets.len()).unwrap();
}

fn pong(session: &mut common::Plain) -> wsproof_engine::Ticket {
    match session.get_action(ActionQueue::Receive) {
        Ok(Action::SendToNetwork(ticket, BufferType::PingPong)) => ticket,
        other => panic!("{other:?} instead of a pong"),
    }
}

/// The same server: the pong was declined, and only the header of a message is on offer.
fn inside_a_frame() -> (common::Plain, wsproof_engine::Ticket) {
    let mut session = owing_a_pong();
    let declined = pong(&mut session);
    session.decline(declined).unwrap();
    session.send(hello(), 2).unwrap();
    let Ok(Action::SendToNetwork(ticket, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a declined pong holds nothing up");
    };
    session.confine(ticket).unwrap();
    (session, ticket)
}

/// A connection of the typed face that waits for a message and has one to write.
fn talking() -> Connection {
    let mut connection = Connection::open(&Config::server(), &common::agreed());
    connection.receive().unwrap();
    connection.send(hello()).unwrap();
    connection
}

/// A Ping arrives at the typed face.
fn ping(receiver: &mut ReceiveHalf<'_>) {
    let ping = frame(0x89, b"?", KEY);
    let Ok(Some(ReceiveAction::ReceiveFromNetwork(mut read))) = receiver.get_action() else {
        panic!("a read is due");
    };
    read.buffer()[..ping.len()].copy_from_slice(&ping);
    read.complete(ping.len().try_into().unwrap()).unwrap();
}

#[test]
fn every_action_is_offered_again() {
    let mut session = owing_a_pong();
    let first = pong(&mut session);
    session.decline(first).unwrap();
    assert_eq!(session.decline(first), Err(Misuse::StaleTicket));
    let second = pong(&mut session);
    assert_ne!(first, second);
    assert_eq!(session.slices(second), Ok([&b"\x8a\x01?"[..], &[]]));
    session.complete_action(second, 3).unwrap();

    session.send(hello(), 2).unwrap();
    let mut kinds = Vec::new();
    loop {
        let declined = match session.get_action(ActionQueue::All).unwrap() {
            Action::NoAction => break,
            Action::SendToNetwork(ticket, _)
            | Action::ReceiveFromNetwork(ticket)
            | Action::IndicateSendComplete(ticket, _)
            | Action::IndicateReceiveComplete(ticket, _) => ticket,
        };
        session.decline(declined).unwrap();
        match session.get_action(ActionQueue::All).unwrap() {
            Action::SendToNetwork(ticket, _) => {
                kinds.push("write");
                session.complete_action(ticket, 7).unwrap();
            }
            Action::IndicateSendComplete(ticket, _) => {
                kinds.push("sent");
                session.complete_action(ticket, 0).unwrap();
            }
            Action::ReceiveFromNetwork(ticket) => {
                kinds.push("read");
                session.complete_action(ticket, 0).unwrap();
            }
            Action::IndicateReceiveComplete(ticket, _) => {
                kinds.push("received");
                session.complete_action(ticket, 0).unwrap();
            }
            Action::NoAction => panic!("a declined action is gone"),
        }
    }
    assert_eq!(kinds, ["write", "sent", "read", "received"]);
}

#[test]
fn a_declined_pong_waits_for_the_end_of_a_frame() {
    let (mut session, ticket) = inside_a_frame();
    assert_eq!(session.slices(ticket), Ok([&b"\x81\x05"[..], &[]]));
    let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::Receive) else {
        panic!("a pong inside a frame");
    };
    session.complete_action(ticket, 2).unwrap();
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
    assert_eq!(written(&mut session), b"Hello");
    session.complete_action(read, 0).unwrap();
    let ticket = pong(&mut session);
    session.complete_action(ticket, 3).unwrap();
}

#[test]
fn a_declined_pong_goes_out_before_those_that_came_to_be_due_meanwhile() {
    let (mut session, ticket) = inside_a_frame();
    supply(&mut session, &frame(0x89, b"!", KEY));
    // The second ping is looked at inside the frame, where neither pong may stand.
    let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::Receive) else {
        panic!("a pong inside a frame");
    };
    session.decline(read).unwrap();
    session.complete_action(ticket, 2).unwrap();
    assert_eq!(written(&mut session), b"Hello");
    for answer in [b"\x8a\x01?", b"\x8a\x01!"] {
        let ticket = pong(&mut session);
        assert_eq!(session.slices(ticket), Ok([&answer[..], &[]]));
        session.complete_action(ticket, 3).unwrap();
    }
}

#[test]
fn a_write_beside_a_pong_stays_whole() {
    // RFC 6455 §5.4: a pong may stand between frames, not inside one.
    let mut session = owing_a_pong();
    let declined = pong(&mut session);
    session.decline(declined).unwrap();
    session.send(hello(), 2).unwrap();
    let Ok(Action::SendToNetwork(write, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    let ticket = pong(&mut session);
    session.confine(write).unwrap();
    assert_eq!(session.slices(write), Ok([&b"\x81\x05"[..], b"Hello"]));
    session.complete_action(ticket, 3).unwrap();
    session.complete_action(write, 7).unwrap();
    assert_eq!(written(&mut session), b"");
}

#[test]
fn a_pong_waits_for_the_rest_of_a_frame_that_is_offered_again() {
    for outgoing in [Outgoing::BinaryMessage, Outgoing::BinaryFragment] {
        for declined in [false, true] {
            let mut session =
                open(Config::builder(Role::Client).send_buffer_size(64).build().unwrap());
            session.send(outgoing(vec![1; 200]), 1).unwrap();
            let mut offer = session.get_action(ActionQueue::Send);
            if declined {
                let Ok(Action::SendToNetwork(ticket, _)) = offer else { panic!("{offer:?}") };
                session.decline(ticket).unwrap();
                offer = session.get_action(ActionQueue::Send);
            }
            assert!(matches!(offer, Ok(Action::SendToNetwork(_, _))), "{offer:?}");
            session.receive(None, 2).unwrap();
            supply(&mut session, &frame(0x89, b"?", None));
            let next = session.get_action(ActionQueue::Receive);
            assert!(matches!(next, Ok(Action::ReceiveFromNetwork(_))), "{next:?} inside a frame");
        }
    }
}

#[test]
fn a_declined_pong_does_not_survive_an_abort_or_a_close() {
    let mut session = owing_a_pong();
    let declined = pong(&mut session);
    session.decline(declined).unwrap();
    session.abort();
    let next = session.get_action(ActionQueue::Receive);
    assert!(matches!(next, Ok(Action::IndicateReceiveComplete(_, None))), "{next:?}");

    let (mut session, ticket) = inside_a_frame();
    supply(&mut session, &frame(0x88, b"", KEY));
    match session.get_action(ActionQueue::Receive) {
        Ok(Action::IndicateReceiveComplete(ticket, Some(BufferType::Close))) => {
            session.complete_action(ticket, 0).unwrap();
        }
        other => panic!("{other:?} instead of a close"),
    }
    session.complete_action(ticket, 2).unwrap();
    assert_eq!(written(&mut session), b"Hello");
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
}

#[test]
fn a_confined_write_is_cancelled_by_any_other_number() {
    for written in [0, 1, 3, 7] {
        let mut session = open(Config::server());
        session.send(hello(), 2).unwrap();
        let Ok(Action::SendToNetwork(ticket, _)) = session.get_action(ActionQueue::Send) else {
            panic!("a write is due");
        };
        session.confine(ticket).unwrap();
        session.complete_action(ticket, written).unwrap();
        let Ok(Action::IndicateSendComplete(ticket, _)) = session.get_action(ActionQueue::Send)
        else {
            panic!("{written} octets are not two");
        };
        let Ok(Completed::Send { outcome, .. }) = session.complete_action(ticket, 0) else {
            panic!("the payload comes home");
        };
        assert_eq!(outcome, Outcome::Cancelled);
    }
}

#[test]
fn one_slice_stays_as_it_is() {
    let mut session = open(Config::client());
    session.send(hello(), 2).unwrap();
    let Ok(Action::SendToNetwork(ticket, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    session.confine(ticket).unwrap();
    assert_eq!(session.slices(ticket).unwrap()[0].len(), 11);
    session.complete_action(ticket, 11).unwrap();
    assert_eq!(session.confine(ticket), Err(Misuse::StaleTicket));
    let done = session.get_action(ActionQueue::Send);
    assert!(matches!(done, Ok(Action::IndicateSendComplete(..))), "{done:?}");
}

#[test]
fn a_pong_passes_a_write_that_cannot_be_confined() {
    let mut session = open(Config::client());
    session.send(hello(), 2).unwrap();
    session.receive(None, 1).unwrap();
    let Ok(Action::SendToNetwork(write, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    // Its only slice is all of the frame, and goes out before the pong.
    session.confine(write).unwrap();
    supply(&mut session, &frame(0x89, b"?", None));
    let ticket = pong(&mut session);
    session.complete_action(write, 11).unwrap();
    session.complete_action(ticket, 7).unwrap();
}

#[test]
fn a_pong_of_the_typed_face_passes_a_write_of_nothing() {
    let mut connection = talking();
    let (mut sender, mut receiver) = connection.split();
    ping(&mut receiver);
    let Ok(Some(SendAction::SendToNetwork(write))) = sender.get_action() else {
        panic!("a write is due");
    };
    write.complete(0).unwrap();
    let next = receiver.get_action();
    assert!(matches!(next, Ok(Some(ReceiveAction::SendToNetwork(_)))), "{next:?}");
}

#[test]
fn a_dropped_pong_of_the_typed_face_waits_for_the_end_of_a_frame() {
    let mut connection = talking();
    let (mut sender, mut receiver) = connection.split();
    ping(&mut receiver);
    let Ok(Some(ReceiveAction::SendToNetwork(dropped))) = receiver.get_action() else {
        panic!("the pong is due");
    };
    drop(dropped);
    let Ok(Some(SendAction::SendToNetwork(write))) = sender.get_action() else {
        panic!("a write is due");
    };
    write.complete(1).unwrap();
    let next = receiver.get_action();
    assert!(matches!(next, Ok(Some(ReceiveAction::ReceiveFromNetwork(_)))), "{next:?}");
    drop(next);
    connection.abort();
    let (_, mut receiver) = connection.split();
    let next = receiver.get_action();
    assert!(matches!(next, Ok(Some(ReceiveAction::IndicateReceiveComplete(_)))), "{next:?}");
}

#[test]
fn a_pong_of_the_typed_face_waits_for_no_write_that_was_dropped() {
    let mut connection = talking();
    let (mut sender, mut receiver) = connection.split();
    ping(&mut receiver);
    let dropped = sender.get_action();
    assert!(matches!(dropped, Ok(Some(SendAction::SendToNetwork(_)))), "{dropped:?}");
    drop(dropped);
    let next = receiver.get_action();
    assert!(matches!(next, Ok(Some(ReceiveAction::SendToNetwork(_)))), "{next:?}");
}
