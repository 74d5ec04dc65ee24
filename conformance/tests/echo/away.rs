//! An application that is interrupted: it goes away as RFC 6455 §7.4.1 has it.
#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::peer::{Server, wsproof};
use crate::wire::{expect_end, masked, open, read_frame};

const AWAY: (u8, &[u8]) = (0x88, b"\x03\xe9");

#[test]
fn a_server_closes_every_connection_and_waits_for_the_answers() {
    let server = Server::start(&[]);
    let mut streams: Vec<_> = (0..20).map(|_| server.dial()).collect();
    for stream in &mut streams {
        open(stream, "");
    }
    let ends = server.begin_interrupt();
    for stream in &mut streams {
        let (first, payload) = read_frame(stream);
        assert_eq!((first, &*payload), AWAY);
    }
    for stream in &mut streams {
        stream.write_all(&masked(0x88, b"\x03\xe9")).unwrap();
        expect_end(stream);
    }
    assert_eq!(ends.code(), Some(0));
}

#[test]
fn what_was_asked_before_is_answered_before() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    stream.write_all(&masked(0x82, &[7; 60_000]).repeat(100)).unwrap();
    assert_eq!(read_frame(&mut stream).0, 0x82);
    let ends = server.begin_interrupt();
    let mut echoes = 1;
    let last = loop {
        match read_frame(&mut stream) {
            (0x82, payload) if payload == [7; 60_000] => echoes += 1,
            other => break other,
        }
    };
    assert!((1..=100).contains(&echoes), "{echoes}");
    assert_eq!((last.0, &*last.1), AWAY);
    drop(stream);
    assert_eq!(ends.code(), Some(0));
}

#[test]
fn a_peer_that_does_not_answer_holds_nobody_up() {
    let server = Server::start(&[]);
    let (mut silent, mut deaf) = (server.dial(), server.dial());
    open(&mut silent, "");
    open(&mut deaf, "");
    // Its echoes fill every buffer on the way.
    deaf.set_nonblocking(true).unwrap();
    let frame = masked(0x82, &[7; 60_000]);
    for _ in 0..400 {
        let _ = deaf.write(&frame);
    }
    assert_eq!(server.begin_interrupt().code(), Some(0));
    assert_eq!(read_frame(&mut silent), (AWAY.0, AWAY.1.to_vec()));
}

#[test]
fn a_second_interrupt_ends_it_at_once() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    let ends = server.begin_interrupt();
    assert_eq!(read_frame(&mut stream).0, AWAY.0);
    assert_eq!(ends.again().code(), Some(0));
    // The answer would have been waited for.
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn a_client_closes_its_connection_and_says_that_it_was_interrupted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut client = wsproof(&["echo", "--once", "--connect", &url]);
        let mut client = client.stdout(Stdio::null()).spawn().unwrap();
        let (mut stream, _) = crate::client::accept(&listener);
        let pid = client.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let (first, payload) = read_frame(&mut stream);
        assert_eq!((first, &*payload), AWAY, "{signal}");
        stream.write_all(b"\x88\x02\x03\xe9").unwrap();
        drop(stream);
        assert_eq!(client.wait().unwrap().code(), Some(130), "{signal}");
    }
}
