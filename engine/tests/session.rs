//! The interface's table of states and events, row by row, through `Session`.

mod common;

use common::{Event, Plain, frame, handshake, open, open_with, trace, written};
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, Completed, Config,
    CustomHeader, Entropy, FaultClass, Incoming, Misuse, Outcome, Outgoing, Role, State, Violation,
};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn server() -> Plain {
    open(Config::server())
}

fn client() -> Plain {
    open(Config::client())
}

fn send(session: &mut Plain, outgoing: Outgoing<Vec<u8>>) {
    session.send(outgoing, 7).unwrap();
}

/// Completes one read with these octets.
fn supply(session: &mut Plain, octets: &[u8]) {
    let Action::ReceiveFromNetwork(ticket) = session.get_action(ActionQueue::Receive).unwrap()
    else {
        panic!("a read is due");
    };
    session.buffer_mut(ticket).unwrap()[..octets.len()].copy_from_slice(octets);
    session.complete_action(ticket, octets.len()).unwrap();
}

/// Takes one result off the receive queue.
fn result(session: &mut Plain) -> (Option<BufferType>, Vec<u8>) {
    match session.get_action(ActionQueue::Receive).unwrap() {
        Action::IndicateReceiveComplete(ticket, buffer_type) => {
            let octets = session.incoming(ticket).unwrap().data().to_vec();
            session.complete_action(ticket, 0).unwrap();
            (buffer_type, octets)
        }
        other => panic!("{other:?} instead of a result"),
    }
}

#[test]
fn an_idle_session_has_nothing_to_do() {
    for queue in [ActionQueue::Send, ActionQueue::Receive, ActionQueue::All] {
        assert_eq!(server().get_action(queue), Ok(Action::NoAction));
    }
}

#[test]
fn a_server_writes_the_payload_from_where_it_lies() {
    let mut session = server();
    let payload = b"Hello".to_vec();
    let memory = payload.as_ptr();
    send(&mut session, Outgoing::Utf8Message(payload));
    let Ok(Action::SendToNetwork(ticket, BufferType::Utf8Message)) =
        session.get_action(ActionQueue::Send)
    else {
        panic!("a write is due");
    };
    let [header, body] = session.slices(ticket).unwrap();
    assert_eq!((header, body), (&b"\x81\x05"[..], &b"Hello"[..]));
    assert_eq!(body.as_ptr(), memory);
    assert_eq!(session.context(ticket), Ok(Some(&7)));
    assert_eq!(session.get_action(ActionQueue::Send), Ok(Action::NoAction));
    session.complete_action(ticket, 7).unwrap();

    let Ok(Action::IndicateSendComplete(done, BufferType::Utf8Message)) =
        session.get_action(ActionQueue::Send)
    else {
        panic!("the completion is due");
    };
    let Ok(Completed::Send { outgoing, context: 7, outcome: Outcome::Sent }) =
        session.complete_action(done, 99)
    else {
        panic!("the payload comes home");
    };
    let payload = outgoing.into_payload().unwrap();
    assert_eq!(payload.as_ptr(), memory);
    assert_eq!(session.complete_action(done, 0), Err(Misuse::StaleTicket));
    assert_eq!(session.get_action(ActionQueue::Send), Ok(Action::NoAction));
}

#[test]
fn a_client_masks_into_its_send_buffer_part_by_part() {
    let config = Config::builder(Role::Client).send_buffer_size(256).build().unwrap();
    let mut session = open(config);
    let payload: Vec<u8> = (0..1000u32).map(|i| i as u8).collect();
    send(&mut session, Outgoing::BinaryMessage(payload.clone()));
    let mut sizes = Vec::new();
    let mut wire = Vec::new();
    while let Ok(Action::SendToNetwork(ticket, BufferType::BinaryMessage)) =
        session.get_action(ActionQueue::Send)
    {
        let [octets, nothing] = session.slices(ticket).unwrap();
        assert!(nothing.is_empty());
        sizes.push(octets.len());
        wire.extend(octets);
        session.complete_action(ticket, *sizes.last().unwrap()).unwrap();
    }
    assert_eq!(sizes, [256, 256, 256, 240]);
    let key = wire[4..8].try_into().unwrap();
    assert_eq!(wire, frame(0x82, &payload, Some(key)));
}

#[test]
fn every_frame_of_a_client_has_its_own_key() {
    let mut session = client();
    let mut keys = Vec::new();
    for _ in 0..50 {
        send(&mut session, Outgoing::PingPong);
        keys.push(written(&mut session)[2..6].to_vec());
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 50);
}

#[test]
fn masking_can_be_switched_off() {
    let config = Config::builder(Role::Client).disable_masking(true).build().unwrap();
    let mut session = open(config);
    send(&mut session, Outgoing::BinaryMessage(b"plain".to_vec()));
    send(
        &mut session,
        Outgoing::Close(Some(CloseStatus::with_reason(CloseCode::NORMAL, b"x".to_vec()))),
    );
    let expected = b"\x82\x85\0\0\0\0plain\x88\x83\0\0\0\0\x03\xe8x";
    assert_eq!(written(&mut session), expected);

    let config = Config::builder(Role::Server).disable_masking(true).build().unwrap();
    for key in [None, Some(KEY)] {
        let events = trace(&mut open(config.clone()), [&frame(0x82, b"both", key)[..]]);
        assert_eq!(events, [Event::Message(BufferType::BinaryMessage, b"both".to_vec())]);
    }
}

#[test]
fn fragments_control_frames_and_closes_on_the_wire() {
    let mut session = server();
    send(&mut session, Outgoing::Utf8Fragment(b"Hel".to_vec()));
    send(&mut session, Outgoing::PingPong);
    send(&mut session, Outgoing::Utf8Fragment(b"".to_vec()));
    send(&mut session, Outgoing::UnsolicitedPong);
    send(&mut session, Outgoing::Utf8Message(b"lo".to_vec()));
    send(&mut session, Outgoing::BinaryMessage(vec![]));
    send(
        &mut session,
        Outgoing::Close(Some(CloseStatus::with_reason(CloseCode::NORMAL, b"bye".to_vec()))),
    );
    send(&mut session, Outgoing::PingPong);
    let expected = b"\x01\x03Hel\x89\0\0\0\x8a\0\x80\x02lo\x82\0\x88\x05\x03\xe8bye\x89\0";
    assert_eq!(written(&mut session), expected);
    for (body, octets) in [
        (None, &b"\x88\0"[..]),
        (Some(CloseStatus::new(CloseCode::NO_STATUS)), b"\x88\0"),
        (Some(CloseStatus::new(CloseCode::GOING_AWAY)), b"\x88\x02\x03\xe9"),
    ] {
        let mut session = server();
        send(&mut session, Outgoing::Close(body));
        assert_eq!(written(&mut session), octets);
    }
}

#[test]
fn another_count_than_offered_ends_the_operation() {
    for written in [0, 1, 6, 8, usize::MAX] {
        let mut session = server();
        send(&mut session, Outgoing::Utf8Message(b"Hello".to_vec()));
        send(&mut session, Outgoing::PingPong);
        let Ok(Action::SendToNetwork(ticket, _)) = session.get_action(ActionQueue::Send) else {
            panic!("a write is due");
        };
        session.complete_action(ticket, written).unwrap();
        let Ok(Action::IndicateSendComplete(ticket, _)) = session.get_action(ActionQueue::Send)
        else {
            panic!("the completion is due");
        };
        let completed = session.complete_action(ticket, 0).unwrap();
        assert!(matches!(completed, Completed::Send { outcome: Outcome::Cancelled, .. }));
        // The handle stays usable, for pongs too.
        assert_eq!(common::written(&mut session), b"\x89\0");
        session.receive(None, 0).unwrap();
        supply(&mut session, &frame(0x89, b"x", Some(KEY)));
        let action = session.get_action(ActionQueue::Receive);
        assert!(matches!(action, Ok(Action::SendToNetwork(_, BufferType::PingPong))), "{action:?}");
    }
}

#[test]
fn a_read_asks_for_at_most_the_receive_buffer() {
    let mut session = server();
    session.receive(None, 5).unwrap();
    let Ok(Action::ReceiveFromNetwork(ticket)) = session.get_action(ActionQueue::Receive) else {
        panic!("a read is due");
    };
    assert_eq!(session.buffer_mut(ticket).unwrap().len(), 4096);
    assert_eq!(session.context(ticket), Ok(Some(&5)));
    assert_eq!(session.complete_action(ticket, 4097), Err(Misuse::TooManyOctets));
    assert_eq!(session.slices(ticket), Err(Misuse::WrongAction));
    session.complete_action(ticket, 0).unwrap();
    assert_eq!(result(&mut session), (None, vec![]));
    // A new operation asks the network again.
    session.receive(None, 6).unwrap();
    supply(&mut session, &frame(0x81, b"on", Some(KEY)));
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Message), b"on".to_vec()));
}

#[test]
fn one_operation_gets_one_result() {
    let mut session = server();
    let both = [frame(0x81, b"one", Some(KEY)), frame(0x82, b"two", Some(KEY))].concat();
    session.receive(None, 1).unwrap();
    supply(&mut session, &both);
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Message), b"one".to_vec()));
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
    session.receive(None, 2).unwrap();
    assert_eq!(result(&mut session), (Some(BufferType::BinaryMessage), b"two".to_vec()));
}

#[test]
fn pieces_are_indicated_as_they_arrive() {
    let mut session = server();
    let octets = frame(0x81, b"first second", Some(KEY));
    session.receive(None, 1).unwrap();
    supply(&mut session, &octets[..3]);
    supply(&mut session, &octets[3..12]);
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Fragment), b"first ".to_vec()));
    session.receive(None, 2).unwrap();
    supply(&mut session, &octets[12..]);
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Message), b"second".to_vec()));
}

#[test]
fn a_ping_does_not_use_up_the_operation() {
    let mut session = server();
    session.receive(None, 3).unwrap();
    let ping = frame(0x89, b"x", Some(KEY));
    supply(&mut session, &[ping, frame(0x81, b"y", Some(KEY))].concat());
    let Ok(Action::SendToNetwork(pong, BufferType::PingPong)) =
        session.get_action(ActionQueue::Receive)
    else {
        panic!("the pong is due");
    };
    assert_eq!(session.slices(pong).unwrap(), [&b"\x8a\x01x"[..], &[]]);
    assert_eq!(session.context(pong), Ok(None));
    // While it is on its way the send queue waits.
    send(&mut session, Outgoing::PingPong);
    assert_eq!(session.get_action(ActionQueue::Send), Ok(Action::NoAction));
    assert_eq!(session.complete_action(pong, 0), Ok(Completed::Network));
    assert_eq!(written(&mut session), b"\x89\0");
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Message), b"y".to_vec()));
}

#[test]
fn a_pong_waits_for_the_end_of_a_frame_that_is_half_on_the_wire() {
    let config = Config::builder(Role::Client).send_buffer_size(64).build().unwrap();
    let mut session = open(config);
    send(&mut session, Outgoing::BinaryMessage(vec![1; 200]));
    let Ok(Action::SendToNetwork(first, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    session.receive(None, 0).unwrap();
    let pings: Vec<u8> = (0..18).flat_map(|number| frame(0x89, &[number], None)).collect();
    supply(&mut session, &[pings, frame(0x81, b"data", None)].concat());
    // Receiving goes on, and nothing leaves inside the frame.
    assert_eq!(result(&mut session), (Some(BufferType::Utf8Message), b"data".to_vec()));
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
    session.complete_action(first, 64).unwrap();
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
    let mut pongs = Vec::new();
    while let Ok(Action::SendToNetwork(part, BufferType::BinaryMessage)) =
        session.get_action(ActionQueue::Send)
    {
        let octets = session.slices(part).unwrap()[0].len();
        session.complete_action(part, octets).unwrap();
    }
    // The end of the frame is on the wire: the sixteen latest pongs leave in their order.
    loop {
        match session.get_action(ActionQueue::Receive).unwrap() {
            Action::SendToNetwork(pong, BufferType::PingPong) => {
                let octets = session.slices(pong).unwrap()[0].to_vec();
                pongs.push(octets[6] ^ octets[2]);
                session.complete_action(pong, octets.len()).unwrap();
            }
            Action::NoAction => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(pongs, (2..18).collect::<Vec<u8>>());
}

#[test]
fn a_key_of_zeros_masks_nothing() {
    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }
    let mut client = Plain::create_with_entropy(Config::client(), Box::new(Zeros));
    let mut server = Plain::create_server(Config::server()).unwrap();
    handshake(&mut client, &mut server, &[]);
    send(&mut client, Outgoing::BinaryMessage(b"Hello".to_vec()));
    let Ok(Action::SendToNetwork(write, _)) = client.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    // As any other frame of a client, and the payload is the one that was lent.
    assert_eq!(client.slices(write), Ok([&b"\x82\x85\0\0\0\0"[..], b"Hello"]));
}

#[test]
fn pongs_that_wait_are_dropped_by_a_close_and_by_an_abort() {
    for closed in [true, false] {
        let mut session = open(Config::builder(Role::Client).send_buffer_size(64).build().unwrap());
        send(&mut session, Outgoing::BinaryMessage(vec![1; 200]));
        let Ok(Action::SendToNetwork(first, _)) = session.get_action(ActionQueue::Send) else {
            panic!("a write is due");
        };
        session.receive(None, 0).unwrap();
        let close = if closed { frame(0x88, b"", None) } else { Vec::new() };
        supply(&mut session, &[frame(0x89, b"ping", None), close].concat());
        if closed {
            assert_eq!(result(&mut session).0, Some(BufferType::Close));
        } else {
            // The ping has been read when more is asked for.
            let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::Receive)
            else {
                panic!("a read is due");
            };
            session.abort();
            session.complete_action(read, 0).unwrap();
        }
        session.complete_action(first, 64).unwrap();
        loop {
            let (ticket, octets) = match session.get_action(ActionQueue::All).unwrap() {
                Action::NoAction => break,
                Action::SendToNetwork(ticket, BufferType::BinaryMessage) => {
                    (ticket, session.slices(ticket).unwrap()[0].len())
                }
                Action::IndicateSendComplete(ticket, _)
                | Action::IndicateReceiveComplete(ticket, None) => (ticket, 0),
                other => panic!("{other:?}, closed: {closed}"),
            };
            session.complete_action(ticket, octets).unwrap();
        }
    }
}

#[test]
fn a_pong_may_leave_beside_a_whole_frame() {
    let mut session = server();
    send(&mut session, Outgoing::BinaryMessage(vec![1; 200]));
    let Ok(Action::SendToNetwork(_, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    session.receive(None, 0).unwrap();
    supply(&mut session, &frame(0x89, b"", Some(KEY)));
    let action = session.get_action(ActionQueue::All);
    assert!(matches!(action, Ok(Action::SendToNetwork(_, BufferType::PingPong))), "{action:?}");
}

#[test]
fn pongs_and_closes_are_results() {
    let close = |body: &[u8]| trace(&mut server(), [&frame(0x88, body, Some(KEY))[..]]);
    let code = CloseCode::GOING_AWAY;
    assert_eq!(close(b""), [Event::Close(CloseCode::NO_STATUS, None)]);
    assert_eq!(close(b"\x03\xe9"), [Event::Close(code, Some(vec![]))]);
    assert_eq!(close(b"\x03\xe9bye"), [Event::Close(code, Some(b"bye".to_vec()))]);
    let pong = trace(&mut server(), [&frame(0x8a, b"y", Some(KEY))[..]]);
    assert_eq!(pong, [Event::Pong(b"y".to_vec())]);
}

#[test]
fn what_follows_a_close_is_discarded() {
    let mut session = server();
    let octets = [
        frame(0x88, b"\x03\xe8", Some(KEY)),
        frame(0x89, b"ping", Some(KEY)),
        b"\xff\xff\xff".to_vec(),
    ];
    assert_eq!(
        trace(&mut session, [&octets.concat()[..]]),
        [Event::Close(CloseCode::NORMAL, Some(vec![]))]
    );
    assert_eq!(session.state(), State::CloseReceived);
    // Our own side may still finish, and closes.
    send(&mut session, Outgoing::BinaryMessage(b"last".to_vec()));
    send(&mut session, Outgoing::Close(None));
    assert_eq!(written(&mut session), b"\x82\x04last\x88\0");
    assert_eq!(session.state(), State::Closed);
}

#[test]
fn data_is_still_indicated_after_our_own_close() {
    let mut session = server();
    send(&mut session, Outgoing::Close(None));
    let events = trace(&mut session, [&frame(0x81, b"late", Some(KEY))[..]]);
    assert_eq!(events, [Event::Message(BufferType::Utf8Message, b"late".to_vec())]);
    assert_eq!(session.state(), State::CloseSent);
}

#[test]
fn a_fault_is_sticky_and_leaves_the_send_queue_alone() {
    let mut session = server();
    session.receive(None, 0).unwrap();
    let bad = [frame(0x81, b"good", Some(KEY)), frame(0x80, b"bad", Some(KEY))].concat();
    supply(&mut session, &bad);
    assert_eq!(result(&mut session).1, b"good");
    session.receive(None, 0).unwrap();
    let Err(ActionError::Fault(fault)) = session.get_action(ActionQueue::Receive) else {
        panic!("the fault is due");
    };
    assert_eq!(fault.violation(), Violation::ContinuationWithoutStart);
    assert_eq!(fault.violation().class(), FaultClass::Operation);
    assert_eq!((fault.offset(), fault.close_code()), (10, CloseCode::PROTOCOL_ERROR));
    assert_eq!(fault.clause(), "6455#5.4");
    assert_eq!(session.state(), State::Failed(fault));

    send(&mut session, Outgoing::Close(Some(CloseStatus::new(fault.close_code()))));
    let action = session.get_action(ActionQueue::All);
    assert!(matches!(action, Ok(Action::SendToNetwork(_, BufferType::Close))), "{action:?}");
    let Ok(Action::SendToNetwork(ticket, _)) = action else { unreachable!() };
    session.complete_action(ticket, 4).unwrap();
    let _ = session.get_action(ActionQueue::All).map(|action| match action {
        Action::IndicateSendComplete(ticket, _) => session.complete_action(ticket, 0).unwrap(),
        other => panic!("{other:?}"),
    });
    assert_eq!(session.get_action(ActionQueue::All), Err(ActionError::Fault(fault)));
}

#[test]
fn after_an_abort_everything_queued_is_indicated_once() {
    let mut session = server();
    session.receive(None, 1).unwrap();
    session.receive(None, 2).unwrap();
    let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::Receive) else {
        panic!("a read is due");
    };
    send(&mut session, Outgoing::PingPong);
    session.abort();
    session.abort();
    assert_eq!(session.state(), State::Aborted);
    assert_eq!(session.send(Outgoing::PingPong, 0).unwrap_err().misuse, Misuse::Aborted);
    assert_eq!(session.receive(None, 0).unwrap_err().misuse, Misuse::Aborted);
    // The outstanding read is to be completed first.
    assert_eq!(session.get_action(ActionQueue::Receive), Ok(Action::NoAction));
    session.complete_action(read, 100).unwrap();
    let mut ended = Vec::new();
    loop {
        let ticket = match session.get_action(ActionQueue::All).unwrap() {
            Action::NoAction => break,
            Action::IndicateSendComplete(ticket, BufferType::PingPong) => ticket,
            Action::IndicateReceiveComplete(ticket, None) => ticket,
            other => panic!("{other:?}"),
        };
        ended.push(*session.complete_action(ticket, 0).unwrap().context().unwrap());
    }
    assert_eq!(ended, [7, 1, 2]);
}

#[test]
fn a_supplied_buffer_is_filled_from_its_start() {
    let mut session = server();
    session.receive(Some(vec![0xee; 4]), 1).unwrap();
    supply(&mut session, &frame(0x82, b"sixsix", Some(KEY)));
    let Ok(Action::IndicateReceiveComplete(ticket, Some(BufferType::BinaryFragment))) =
        session.get_action(ActionQueue::Receive)
    else {
        panic!("a piece is due");
    };
    assert_eq!(session.incoming(ticket), Ok(Incoming::Data(b"sixs")));
    let Ok(Completed::Receive { buffer: Some(buffer), context: 1 }) =
        session.complete_action(ticket, 0)
    else {
        panic!("the buffer comes home");
    };
    assert_eq!(buffer, b"sixs");
    session.receive(Some(vec![0xee; 4]), 2).unwrap();
    assert_eq!(result(&mut session), (Some(BufferType::BinaryMessage), b"ix".to_vec()));
    assert_eq!(session.receive(Some(vec![]), 3).unwrap_err().misuse, Misuse::EmptyBuffer);
}

#[test]
fn extensions_mark_their_frames() {
    let mut session = open_with(Config::server(), &["x-compress"]);
    let compressed = CustomHeader::new(0x182).unwrap();
    send(&mut session, Outgoing::Custom(compressed, b"zip".to_vec()));
    assert_eq!(written(&mut session), b"\xc1\x03zip");

    let octets = [
        frame(0x41, b"zi", Some(KEY)),
        frame(0x80, b"p", Some(KEY)),
        frame(0x82, b"plain", Some(KEY)),
        frame(0x9f, b"own", Some(KEY)),
    ];
    let custom = |bits| BufferType::Custom(CustomHeader::new(bits).unwrap());
    assert_eq!(
        trace(&mut session, [&octets.concat()[..]]),
        [
            Event::Message(custom(0x182), b"zip".to_vec()),
            Event::Message(BufferType::BinaryMessage, b"plain".to_vec()),
            Event::Message(custom(0x13e), b"own".to_vec()),
        ]
    );
    // A compressed message is not text yet: no UTF-8 is expected in it.
    let events = trace(&mut session, [&frame(0xc1, b"\xff", Some(KEY))[..]]);
    assert_eq!(events, [Event::Message(custom(0x182), b"\xff".to_vec())]);
}

#[test]
fn utf8_verification_can_be_switched_off() {
    let config = Config::builder(Role::Server).disable_utf8_verification(true).build().unwrap();
    let octets = [frame(0x81, b"\xff", Some(KEY)), frame(0x88, b"\x03\xe8\xff", Some(KEY))];
    assert_eq!(
        trace(&mut open(config), [&octets.concat()[..]]),
        [
            Event::Message(BufferType::Utf8Message, b"\xff".to_vec()),
            Event::Close(CloseCode::NORMAL, Some(b"\xff".to_vec())),
        ]
    );
}

#[test]
fn a_message_over_the_limit_is_refused_at_its_header() {
    let config = Config::builder(Role::Server).max_message_size(10).build().unwrap();
    let whole = frame(0x82, &[0; 10], Some(KEY));
    let events = trace(&mut open(config.clone()), [&whole[..]]);
    assert_eq!(events, [Event::Message(BufferType::BinaryMessage, vec![0; 10])]);
    let parts = [frame(0x02, &[0; 6], Some(KEY)), frame(0x80, &[0; 5], Some(KEY))].concat();
    let events = trace(&mut open(config), [&parts[..14]]);
    let Some(Event::Fault(fault)) = events.last() else { panic!("{events:?}") };
    assert_eq!((fault.violation(), fault.offset()), (Violation::MessageTooBig, 13));
    assert_eq!(fault.close_code(), CloseCode::MESSAGE_TOO_BIG);
}

#[test]
fn nothing_of_what_was_received_shows_in_debug() {
    let mut server = server();
    server.receive(None, 1).unwrap();
    supply(&mut server, &frame(0x81, b"abcdefgh", Some([0; 4])));
    let text = format!("{server:?}");
    assert!(text.contains("Storage") && !text.contains("97, 98"), "{text}");
}
