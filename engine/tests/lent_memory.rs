//! Buffers in memory the application lends: where they lie, and who looks at them when.

mod common;

use core::cell::Cell;
use std::rc::Rc;

use common::frame;
use wsproof_engine::{Action, ActionQueue, Config, Header, Misuse, Outgoing, Session};

type Lent = Session<u32, Vec<u8>, Vec<u8>, Part>;

/// Memory that counts how often it is looked at.
struct Part {
    octets: Vec<u8>,
    looks: Rc<Cell<usize>>,
}

impl Part {
    fn new(octets: usize) -> (Self, Rc<Cell<usize>>) {
        let looks = Rc::new(Cell::new(0));
        (Self { octets: vec![0xee; octets], looks: Rc::clone(&looks) }, looks)
    }
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        self.looks.set(self.looks.get() + 1);
        &self.octets
    }
}

impl AsMut<[u8]> for Part {
    fn as_mut(&mut self) -> &mut [u8] {
        self.looks.set(self.looks.get() + 1);
        &mut self.octets
    }
}

/// An open server, and the counters of its receive part and its send part.
fn server() -> (Lent, Rc<Cell<usize>>, Rc<Cell<usize>>) {
    let config = Config::server();
    let (receive, receive_looks) = Part::new(config.receive_part_size());
    let (send, send_looks) = Part::new(config.send_part_size());
    let mut session = Lent::create_in(&config, receive, send).unwrap();
    let request = [
        Header::new("Host", "localhost"),
        Header::new("Connection", "Upgrade"),
        Header::new("Upgrade", "websocket"),
        Header::new("Sec-WebSocket-Version", "13"),
        Header::new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    session.begin_server_handshake(&Default::default(), &request).unwrap();
    session.end_server_handshake().unwrap();
    (session, receive_looks, send_looks)
}

/// How often a counter grew meanwhile.
fn looks(counter: &Cell<usize>, meanwhile: impl FnOnce()) -> usize {
    let before = counter.get();
    meanwhile();
    counter.get() - before
}

#[test]
fn memory_of_another_size_is_refused() {
    let config = Config::client();
    assert_eq!(
        config.receive_part_size() + config.send_part_size(),
        config.allocated_buffer_size()
    );
    for (receive, send) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
        let part = |octets: usize, more| Part::new(octets.checked_add_signed(more).unwrap()).0;
        let receive = part(config.receive_part_size(), receive);
        let send = part(config.send_part_size(), send);
        assert_eq!(Lent::create_in(&config, receive, send).err(), Some(Misuse::MemorySize));
    }
}

#[test]
fn nobody_looks_at_memory_that_was_handed_out_for_reading_into() {
    let (mut session, receive_looks, _) = server();
    session.receive(None, 1).unwrap();
    let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::All) else {
        panic!("a read is due");
    };
    let message = frame(0x89, b"ping", Some([1, 2, 3, 4]));
    session.buffer_mut(read).unwrap()[..message.len()].copy_from_slice(&message);
    let seen = looks(&receive_looks, || {
        session.send(Outgoing::Utf8Message(b"meanwhile".to_vec()), 2).unwrap();
        while let Ok(Action::SendToNetwork(write, _) | Action::IndicateSendComplete(write, _)) =
            session.get_action(ActionQueue::All)
        {
            let octets = session.slices(write).unwrap_or_default().concat().len();
            assert_eq!(session.context(write), Ok(Some(&2)));
            session.complete_action(write, octets).unwrap();
        }
        session.receive(None, 3).unwrap();
        session.abort();
    });
    assert_eq!(seen, 0);
    assert_eq!(looks(&receive_looks, || drop(session.complete_action(read, 10))), 1);
}

#[test]
fn nobody_looks_at_memory_that_was_handed_out_for_writing() {
    let (mut session, receive_looks, send_looks) = server();
    session.send(Outgoing::Utf8Message(b"Hello".to_vec()), 1).unwrap();
    session.receive(None, 2).unwrap();
    let Ok(Action::SendToNetwork(write, _)) = session.get_action(ActionQueue::Send) else {
        panic!("a write is due");
    };
    let seen = looks(&send_looks, || {
        let Ok(Action::ReceiveFromNetwork(read)) = session.get_action(ActionQueue::All) else {
            panic!("a read is due");
        };
        let ping = frame(0x89, b"ping", Some([1, 2, 3, 4]));
        session.buffer_mut(read).unwrap()[..ping.len()].copy_from_slice(&ping);
        session.complete_action(read, ping.len()).unwrap();
        let Ok(Action::SendToNetwork(pong, _)) = session.get_action(ActionQueue::All) else {
            panic!("the pong is due");
        };
        assert_eq!(session.slices(pong), Ok([&b"\x8a\x04ping"[..], &[]]));
    });
    assert_eq!(seen, 0);
    // The pong is out, and the send queue leaves its memory alone, too.
    let seen = looks(&receive_looks, || {
        session.complete_action(write, 7).unwrap();
        let Ok(Action::IndicateSendComplete(done, _)) = session.get_action(ActionQueue::Send)
        else {
            panic!("the completion is due");
        };
        session.complete_action(done, 0).unwrap();
    });
    assert_eq!(seen, 0);
}
