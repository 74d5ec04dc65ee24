//! One handle in several threads. Miri's race detector sees the buffers, too.

mod common;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use common::*;
use wsproof_capi_abi::*;

/// How many messages: Miri is slow.
const MESSAGES: usize = if cfg!(miri) { 5 } else { 500 };

/// A handle as other threads get it.
#[derive(Clone, Copy)]
struct Shared(Handle);

// SAFETY: any thread may call on a handle.
unsafe impl Send for Shared {}

impl Shared {
    const fn handle(self) -> Handle {
        self.0
    }
}

/// Sends messages, and writes whatever the send queue wants written.
fn sender(shared: Shared, wire: Sender<Vec<u8>>) {
    let payload = [0x61; 600];
    for number in 0..MESSAGES {
        assert_eq!(send(shared.handle(), TEXT, &payload, number), S_OK);
        loop {
            let got = get(shared.handle(), SEND, 2);
            assert_eq!(got.result, S_OK);
            match got.action {
                WRITE => {
                    let octets = got.octets();
                    let written = octets.len();
                    wire.send(octets).unwrap();
                    complete(shared.handle(), got.token, written);
                }
                SENT => {
                    assert_eq!(got.context, context(number));
                    complete(shared.handle(), got.token, 0);
                    break;
                }
                // The pong is on its way in the other thread.
                NO_ACTION => thread::yield_now(),
                other => panic!("action {other}"),
            }
        }
    }
}

/// Receives until the wire ends; writes pongs. Returns the messages.
fn receiver(shared: Shared, input: &Receiver<Vec<u8>>, wire: &Sender<Vec<u8>>) -> usize {
    let (mut messages, mut octets, mut unread) = (0, 0, Vec::new());
    loop {
        let got = get(shared.handle(), RECEIVE, 1);
        assert_eq!(got.result, S_OK);
        match got.action {
            NO_ACTION => assert_eq!(receive(shared.handle(), 7), S_OK),
            READ => {
                if unread.is_empty() {
                    unread = input.recv().unwrap_or_default();
                }
                let some = unread.len().min(got.entry(0).length as usize);
                let now: Vec<u8> = unread.drain(..some).collect();
                got.fill(&now);
                complete(shared.handle(), got.token, some);
            }
            WRITE => {
                wire.send(got.octets()).unwrap();
                complete(shared.handle(), got.token, got.octets().len());
            }
            RECEIVED => {
                octets += got.octets().len();
                messages += usize::from(got.buffer_type == TEXT);
                let end = got.buffer_type == 0;
                complete(shared.handle(), got.token, 0);
                if end {
                    assert_eq!(octets, messages * 600);
                    return messages;
                }
            }
            other => panic!("action {other}"),
        }
    }
}

#[test]
fn a_sender_and_a_receiver_on_each_of_two_handles() {
    let (client, server) = (Shared(client()), Shared(server()));
    let ((to_server, at_server), (to_client, at_client)) = (channel(), channel());
    thread::scope(|scope| {
        let senders = [(client, to_server), (server, to_client)]
            .map(|(shared, wire)| scope.spawn(move || sender(shared, wire)));
        let receivers = [(server, at_server), (client, at_client)].map(|(shared, input)| {
            let (pongs, _) = channel();
            scope.spawn(move || receiver(shared, &input, &pongs))
        });
        for sender in senders {
            sender.join().unwrap();
        }
        for receiver in receivers {
            assert_eq!(receiver.join().unwrap(), MESSAGES);
        }
    });
    delete(client.handle());
    delete(server.handle());
}

#[test]
fn pings_are_answered_while_another_thread_sends() {
    let shared = Shared(server());
    let (wire, written) = channel();
    let (network, input) = channel();
    for _ in 0..MESSAGES {
        network.send(frame(0x89, b"ping", KEY)).unwrap();
    }
    drop(network);
    thread::scope(|scope| {
        let pongs = wire.clone();
        scope.spawn(move || receiver(shared, &input, &pongs));
        scope.spawn(move || sender(shared, wire));
    });
    let writes: Vec<_> = written.iter().collect();
    let pong = &b"\x8a\x04ping"[..];
    assert_eq!(writes.iter().filter(|octets| octets[..] == *pong).count(), MESSAGES);
    assert_eq!(writes.iter().filter(|octets| octets[0] == 0x81).count(), MESSAGES);
    delete(shared.handle());
}

#[test]
fn aborting_and_deleting_while_others_call() {
    for round in 0..if cfg!(miri) { 3 } else { 100 } {
        let shared = Shared(server());
        thread::scope(|scope| {
            for queue in [SEND, RECEIVE] {
                scope.spawn(move || {
                    let payload = [0x62; 64];
                    loop {
                        let queued = if queue == SEND {
                            send(shared.handle(), TEXT, &payload, 1)
                        } else {
                            receive(shared.handle(), 1)
                        };
                        let got = get(shared.handle(), queue, 2);
                        // The memory of an action must not be looked at here: the handle may be
                        // deleted at any time.
                        complete(shared.handle(), got.token, 0);
                        if queued == E_INVALIDARG {
                            assert_eq!(got.result, E_INVALIDARG, "a deleted handle lives again");
                            return;
                        }
                    }
                });
            }
            scope.spawn(move || {
                for _ in 0..round % 7 {
                    thread::yield_now();
                }
                abort(shared.handle());
                delete(shared.handle());
                delete(shared.handle());
            });
        });
    }
}
