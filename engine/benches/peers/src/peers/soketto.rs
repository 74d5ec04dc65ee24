//! soketto, on the traits of futures.

use core::hint::black_box;

use soketto::connection::{Builder, Receiver, Sender};
use soketto::handshake::{Client, Server, server::Response};
use wsproof_engine::Role;

use crate::cell::{Sending, Stream, Work};
use crate::common;
use crate::transport::{Transport, now, receiving, sending, shaking};

fn open(transport: &Transport, role: Role) -> (Sender<Transport>, Receiver<Transport>) {
    let mode = match role {
        Role::Server => soketto::connection::Mode::Server,
        Role::Client => soketto::connection::Mode::Client,
    };
    Builder::new(transport.clone(), mode).finish()
}

pub(crate) fn receive(stream: Stream) -> Work {
    let transport = Transport::new(stream.wire, stream.read);
    let (sender, mut receiver) = open(&transport, stream.role);
    let mut message = Vec::new();
    receiving(stream, transport, move || {
        // The other half has to live on.
        black_box(&sender);
        message.clear();
        now(receiver.receive_data(&mut message)).expect("a message");
        black_box(&message).len() as u64
    })
}

pub(crate) fn send(what: Sending) -> Work {
    let transport = Transport::new(&[], 0);
    let (mut sender, receiver) = open(&transport, what.role);
    sending(what, transport, move |_| {
        black_box(&receiver);
        now(sender.send_binary(what.payload)).expect("a network that takes all");
        now(sender.flush()).expect("a network that takes all");
    })
}

pub(crate) fn handshake(role: Role) -> Work {
    match role {
        Role::Server => shaking(common::request(), |transport| {
            let mut server = Server::new(transport.clone());
            let key = now(server.receive_request()).expect("a request").key();
            let response = Response::Accept { key, protocol: None };
            black_box(now(server.send_response(&response)).is_ok());
        }),
        // As for tungstenite: a fresh key, and an answer that does not fit it.
        Role::Client => shaking(common::response_to_fixed_key(), |transport| {
            let mut client = Client::new(transport.clone(), "localhost", "/chat");
            black_box(now(client.handshake()).is_ok());
        }),
    }
}
