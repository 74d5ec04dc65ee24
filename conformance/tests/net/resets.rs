//! Peers that reset in every state of a connection. A subject that does gets a verdict with a name,
//! and the application survives a peer that does.

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::net::sockopt::set_socket_linger;
use wsproof_cases::opening::Head;
use wsproof_reports::model::{StreamEnd, Verdict};

use crate::clients::listen;
use crate::subject::{head, open, play, read_to_end, server};

/// Ends a connection by a reset.
fn reset(socket: TcpStream) {
    set_socket_linger(&socket, Some(Duration::ZERO)).unwrap();
}

/// Reads one short frame of the tester.
fn take_a_frame(socket: &mut TcpStream) {
    let mut start = [0; 2];
    let _ = socket.read_exact(&mut start);
    let _ = socket.read_exact(&mut vec![0; 4 + usize::from(start[1] & 0x7f)]);
}

/// What comes of a case with a server that does this, and then resets.
#[track_caller]
fn is(id: &str, serve: fn(&mut TcpStream), reason: &str) {
    let address = server(move |mut socket| {
        serve(&mut socket);
        reset(socket);
    });
    let result = play(id, &address);
    let found = (result.verdict, result.reason.as_deref(), result.observed.end);
    assert_eq!(found, (Verdict::Fail, Some(reason), Some(StreamEnd::Reset)), "{result:?}");
}

const ECHO: &str = "framing/text/length-125";

#[test]
fn before_the_request_was_read() {
    is(ECHO, |_| {}, "never-opened");
}

#[test]
fn inside_the_request() {
    let inside = |socket: &mut TcpStream| {
        let _ = socket.read_exact(&mut [0; 10]);
    };
    is(ECHO, inside, "never-opened");
}

#[test]
fn inside_the_response() {
    let inside = |socket: &mut TcpStream| {
        head(socket);
        let _ = socket.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgr");
    };
    is(ECHO, inside, "sent-answer-cut-short");
}

#[test]
fn once_it_is_open() {
    is(ECHO, open, "event-missing");
}

#[test]
fn inside_a_frame_of_the_tester() {
    let inside = |socket: &mut TcpStream| {
        open(socket);
        let _ = socket.read_exact(&mut [0; 7]);
    };
    is(ECHO, inside, "event-missing");
}

#[test]
fn inside_a_header_of_its_own() {
    let inside = |socket: &mut TcpStream| {
        open(socket);
        let _ = socket.write_all(b"\x81");
    };
    is(ECHO, inside, "sent-frame-cut-short");
}

#[test]
fn inside_a_payload_of_its_own() {
    let inside = |socket: &mut TcpStream| {
        open(socket);
        let _ = socket.write_all(b"\x81\x7d**");
    };
    is(ECHO, inside, "sent-frame-cut-short");
}

#[test]
fn between_the_fragments_of_a_message() {
    let between = |socket: &mut TcpStream| {
        open(socket);
        let _ = socket.write_all(b"\x01\x02**");
    };
    is(ECHO, between, "event-missing");
}

#[test]
fn in_front_of_a_pong() {
    let before = |socket: &mut TcpStream| {
        open(socket);
        take_a_frame(socket);
    };
    is("ab:2.2", before, "event-missing");
}

#[test]
fn in_front_of_the_answer_to_a_close() {
    let before = |socket: &mut TcpStream| {
        open(socket);
        take_a_frame(socket);
    };
    is("ab:7.3.3", before, "close-unanswered");
}

#[test]
fn while_a_large_message_is_on_its_way() {
    let amid = |socket: &mut TcpStream| {
        open(socket);
        let _ = socket.read_exact(&mut vec![0; 1 << 20]);
    };
    is("limits/binary/frame-of-16-mib", amid, "event-missing");
}

/// A client of the tester's that resets where it is served, in every state, and the run goes on.
#[test]
fn clients_that_reset_take_nothing_from_the_others() {
    fn call(socket: &mut TcpStream) {
        let request = Head::request().start("GET /runCase?case=1&agent=a HTTP/1.1".to_owned());
        socket.write_all(&request.render(b"")).unwrap();
    }

    let states: [fn(&mut TcpStream); 5] = [
        |_| {},
        |socket| socket.write_all(b"GET /runCase").unwrap(),
        call,
        |socket| {
            call(socket);
            head(socket);
        },
        |socket| {
            call(socket);
            head(socket);
            socket.write_all(b"\x81").unwrap();
        },
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut run = listen(folder.path(), &["framing/text/length-0", "--timeout", "400ms"]);
    for state in states {
        let mut socket = run.dial();
        state(&mut socket);
        reset(socket);
    }
    assert_eq!(run.text("/getCaseCount"), "1");
    assert!(run.text("/getCaseStatus?case=1&agent=a").contains("FAILED"));
    run.text("/updateReports?agent=a&shutdownOnComplete=true");
    assert_eq!(run.child.wait().unwrap().code(), Some(100));
}

/// The tester's own end of a connection is not taken for a reset.
#[test]
fn a_peer_that_is_silent_is_no_peer_that_resets() {
    let result = play(
        ECHO,
        &server(|mut socket| {
            open(&mut socket);
            read_to_end(&mut socket);
        }),
    );
    assert_eq!(result.observed.end, Some(StreamEnd::ByTester), "{result:?}");
}
