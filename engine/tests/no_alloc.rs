//! Law 3: nothing allocates after creation.

mod common;

use allocation_counter::measure;
use common::frame;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Action, ActionError, ActionQueue, CloseStatus, Completed, Config, Connection, Outgoing,
    ReceiveAction, Role, SendAction, Session,
};

/// Payloads that cost nothing to lend.
type Lean<'a> = Session<u32, &'a [u8], [u8; 300]>;

fn open(role: Role) -> Lean<'static> {
    let mut client =
        common::Plain::create_with_entropy(Config::client(), Box::new(FixedEntropy::new(1)));
    let request = client.begin_client_handshake(&Default::default()).unwrap();
    let mut headers: Vec<_> = request.iter().collect();
    headers.push(wsproof_engine::Header::new("Host", "localhost"));
    match role {
        Role::Server => {
            let mut session = Lean::create_server(Config::server()).unwrap();
            session.begin_server_handshake(&Default::default(), &headers).unwrap();
            session.end_server_handshake().unwrap();
            session
        }
        Role::Client => {
            let mut session = Lean::create_client(Config::client()).unwrap();
            let request = session.begin_client_handshake(&Default::default()).unwrap();
            let mut headers: Vec<_> = request.iter().collect();
            headers.push(wsproof_engine::Header::new("Host", "localhost"));
            let mut server = common::Plain::create_server(Config::server()).unwrap();
            let response = server.begin_server_handshake(&Default::default(), &headers).unwrap();
            session.end_client_handshake(&response.iter().collect::<Vec<_>>()).unwrap();
            session
        }
    }
}

/// Receives a stream and sends a payload of every kind, with and without a supplied buffer.
fn work(session: &mut Lean<'static>, input: &[u8], payload: &'static [u8], supply: bool) {
    session.send(Outgoing::BinaryFragment(payload), 1).unwrap();
    session.send(Outgoing::BinaryMessage(payload), 2).unwrap();
    session.send(Outgoing::PingPong, 3).unwrap();
    let mut input = input;
    let mut done = 0;
    loop {
        match session.get_action(ActionQueue::All) {
            Ok(Action::NoAction) => session.receive(supply.then_some([0; 300]), 5).unwrap(),
            Ok(Action::SendToNetwork(ticket, _)) => {
                let octets = session.slices(ticket).unwrap().iter().map(|s| s.len()).sum();
                session.complete_action(ticket, octets).unwrap();
            }
            Ok(Action::ReceiveFromNetwork(ticket)) => {
                if input.is_empty() {
                    session.complete_action(ticket, 0).unwrap();
                    continue;
                }
                let buffer = session.buffer_mut(ticket).unwrap();
                let taken = buffer.len().min(input.len()).min(1000);
                buffer[..taken].copy_from_slice(&input[..taken]);
                input = &input[taken..];
                session.complete_action(ticket, taken).unwrap();
            }
            Ok(Action::IndicateSendComplete(ticket, _)) => {
                let completed = session.complete_action(ticket, 0).unwrap();
                done += usize::from(matches!(completed, Completed::Send { .. }));
            }
            Ok(Action::IndicateReceiveComplete(ticket, kind)) => {
                session.complete_action(ticket, 0).unwrap();
                if kind.is_none() {
                    assert_eq!(done, 3, "every send was completed");
                    return;
                }
            }
            Err(ActionError::Fault(_)) => return,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn nothing_allocates_after_creation() {
    static PAYLOAD: [u8; 70_000] = [0x61; 70_000];
    for role in [Role::Server, Role::Client] {
        let key = (role == Role::Server).then_some([1, 2, 3, 4]);
        let good = [
            frame(0x01, "κόσμε".as_bytes(), key),
            frame(0x89, b"ping", key),
            frame(0x80, &[0x62; 9000], key),
            frame(0x8a, b"pong", key),
            frame(0x88, b"\x03\xe8bye", key),
        ]
        .concat();
        let bad = [frame(0x82, &[7; 500], key), frame(0x81, b"ok\xff", key)].concat();
        for input in [&good, &bad] {
            for supply in [false, true] {
                let mut session = open(role);
                let info = measure(|| {
                    work(&mut session, input, &PAYLOAD, supply);
                    let _ = session.send(
                        Outgoing::Close(Some(CloseStatus::new(wsproof_engine::CloseCode::NORMAL))),
                        9,
                    );
                    session.abort();
                    while let Ok(action) = session.get_action(ActionQueue::All) {
                        match action {
                            Action::NoAction => break,
                            Action::IndicateSendComplete(ticket, _)
                            | Action::IndicateReceiveComplete(ticket, _) => {
                                session.complete_action(ticket, 0).unwrap();
                            }
                            other => panic!("{other:?} after an abort"),
                        }
                    }
                });
                assert_eq!(info.count_total, 0, "{role:?} allocates");
            }
        }
    }
}

#[test]
fn nor_does_the_typed_face() {
    let agreed = common::agreed();
    let mut connection = Connection::<&[u8]>::open(&Config::server(), &agreed);
    let input = frame(0x81, b"hello", Some([1, 2, 3, 4]));
    let info = measure(|| {
        connection.send(Outgoing::Utf8Message(b"hello")).unwrap();
        connection.receive().unwrap();
        let (mut sender, mut receiver) = connection.split();
        while let Ok(Some(action)) = sender.get_action() {
            match action {
                SendAction::SendToNetwork(write) => write.complete(1).unwrap(),
                SendAction::IndicateSendComplete(done) => drop(done.complete()),
            }
        }
        while let Ok(Some(action)) = receiver.get_action() {
            match action {
                ReceiveAction::ReceiveFromNetwork(mut read) => {
                    read.buffer()[..input.len()].copy_from_slice(&input);
                    read.complete(input.len().try_into().unwrap()).unwrap();
                }
                ReceiveAction::IndicateReceiveComplete(result) => result.complete(),
                ReceiveAction::SendToNetwork(pong) => pong.complete(),
            }
        }
    });
    assert_eq!(info.count_total, 0, "the typed face allocates");
}
