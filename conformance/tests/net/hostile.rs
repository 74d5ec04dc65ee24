//! Servers that do what no server should. Each gets a verdict with a name, and none holds us up.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use rustix::net::sockopt::set_socket_recv_buffer_size;
use wsproof::address::Address;
use wsproof_reports::model::{CaseResult, StreamEnd, Verdict};

use crate::subject::{SHORT, head, open, play, play_to_the_end, read_to_end, server};

/// What comes of an echo with such a server: always a failure.
fn failure(serve: fn(TcpStream)) -> CaseResult {
    let result = play("framing/text/length-125", &server(serve));
    assert_eq!(result.verdict, Verdict::Fail, "{result:?}");
    result
}

/// Why that is one, and how the stream ended.
fn reason(serve: fn(TcpStream)) -> (String, Option<StreamEnd>) {
    let result = failure(serve);
    (result.reason.unwrap(), result.observed.end)
}

#[test]
fn one_that_hangs_before_it_answers() {
    let found = reason(|mut socket| read_to_end(&mut socket));
    assert_eq!(found, ("never-opened".to_owned(), Some(StreamEnd::ByTester)));
}

#[test]
fn one_that_goes_at_once() {
    let found = reason(drop);
    assert_eq!(found.0, "never-opened");
}

#[test]
fn one_that_refuses() {
    let found = reason(|mut socket| {
        head(&mut socket);
        let _ = socket.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        read_to_end(&mut socket);
    });
    assert_eq!(found.0, "never-opened");
}

#[test]
fn one_that_answers_garbage() {
    let found = reason(|mut socket| {
        head(&mut socket);
        let _ = socket.write_all(b"220 mail.example ESMTP\r\n");
        read_to_end(&mut socket);
    });
    assert_eq!(found.0, "sent-malformed-answer");
    let found = reason(|mut socket| {
        open(&mut socket);
        let _ = socket.write_all(&[0xff; 100]);
        read_to_end(&mut socket);
    });
    assert_eq!(found.0, "sent-reserved-bit");
}

#[test]
fn one_that_hangs_once_it_is_open() {
    let found = reason(|mut socket| {
        open(&mut socket);
        read_to_end(&mut socket);
    });
    assert_eq!(found.0, "event-missing");
}

#[test]
fn one_that_ends_its_side_only() {
    let found = reason(|mut socket| {
        open(&mut socket);
        let _ = socket.shutdown(Shutdown::Write);
        read_to_end(&mut socket);
    });
    assert_eq!(found, ("event-missing".to_owned(), Some(StreamEnd::Fin)));
}

/// One octet of a large frame at a time, each in time for what is waited for.
#[test]
fn one_that_dribbles() {
    let found = failure(|mut socket| {
        open(&mut socket);
        let _ = socket.write_all(b"\x82\x7f\x00\x00\x00\x00\x00\x10\x00\x00");
        socket.set_read_timeout(Some(SHORT / 8)).unwrap();
        // A read that finds nothing sets the pace.
        while !matches!(socket.read(&mut [0; 512]), Ok(0)) && socket.write_all(b"x").is_ok() {}
    });
    assert_eq!(found.reason.as_deref(), Some("timed-out"));
    let text = found.observed.text.unwrap();
    assert!(text.contains("its limit is 12 times --timeout"), "what can be done: {text}");
}

#[test]
fn one_that_floods() {
    let result = play_to_the_end("framing/text/length-125", &server(flood));
    assert_eq!(result.reason.as_deref(), Some("flooded"), "{result:?}");
}

/// What it sends while it takes nothing counts, too: neither time nor memory depends on how long it
/// goes on.
#[test]
fn one_that_floods_and_takes_nothing() {
    let result = play_to_the_end("limits/binary/frame-of-16-mib", &server(flood));
    assert_eq!(result.reason.as_deref(), Some("flooded"), "{result:?}");
}

fn flood(mut socket: TcpStream) {
    open(&mut socket);
    let flood = b"\x82\x02ab".repeat(16 * 1024);
    while socket.write_all(&flood).is_ok() {}
}

/// A few octets now and then are no reason to wait for ever. How often something moves on this side is
/// the system's business, so there are two names for it.
#[test]
fn one_that_takes_little_at_a_time() {
    let address = server(|mut socket| {
        open(&mut socket);
        set_socket_recv_buffer_size(&socket, 1 << 19).unwrap();
        // Slow enough for a case to take several times as long as it may.
        while socket.read(&mut [0; 1 << 18]).is_ok_and(|n| n > 0) {
            std::thread::park_timeout(SHORT / 8);
        }
    });
    let result = play("limits/binary/frame-of-16-mib", &address);
    let reason = result.reason.as_deref();
    assert!(matches!(reason, Some("timed-out" | "stalled")), "{result:?}");
}

#[test]
fn one_that_takes_nothing() {
    let address = server(|mut socket| {
        open(&mut socket);
        let end = socket.try_clone().unwrap();
        // Until the other side is gone, which is all that is ever asked.
        while socket.write_all(b"").is_ok() && end.take_error().is_ok_and(|e| e.is_none()) {
            std::thread::yield_now();
        }
    });
    let result = play("limits/binary/frame-of-16-mib", &address);
    assert_eq!(result.reason.as_deref(), Some("stalled"), "{result:?}");
}

/// A server that dies is a finding, and what it did not live to see was not run.
#[test]
fn one_that_dies_in_mid_run() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let dies = std::thread::spawn(move || {
        // The probe, and two cases.
        listener.incoming().flatten().take(3).for_each(|mut socket| {
            head(&mut socket);
        });
    });
    let arguments = ["framing/text/*", "--server", &url, "--jobs", "1", "--timeout", "400ms"];
    let report = crate::subject::report(&arguments, 100);
    dies.join().unwrap();
    let summary = &report["summary"];
    assert_eq!((&summary["crash"], &report["complete"]), (&1.into(), &false.into()), "{summary}");
    assert!(summary["not_run"].as_u64() > Some(10), "{summary}");
}

#[test]
fn one_that_is_gone() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Address::parse(&format!("ws://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let result = play("framing/text/length-125", &address);
    assert_eq!(result.verdict, Verdict::Crash, "{result:?}");
    assert!(result.observed.text.unwrap().contains("no connection to ws://127.0.0.1:"));
}
