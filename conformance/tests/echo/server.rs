//! The server.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::thread;

use crate::peer::Server;
use crate::wire::{REQUEST, expect_end, masked, open, read_frame, read_head};

#[test]
fn it_echoes_answers_pings_and_ends_the_stream_first() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    stream.write_all(&masked(0x81, b"Hello")).unwrap();
    assert_eq!(read_frame(&mut stream), (0x81, b"Hello".to_vec()));
    let parts = [masked(0x02, b"a"), masked(0x89, b"now"), masked(0x00, b""), masked(0x80, b"b")];
    stream.write_all(&parts.concat()).unwrap();
    assert_eq!(read_frame(&mut stream), (0x8a, b"now".to_vec()));
    assert_eq!(read_frame(&mut stream), (0x82, b"ab".to_vec()));
    stream.write_all(&masked(0x88, b"\x0f\xa0bye")).unwrap();
    assert_eq!(read_frame(&mut stream), (0x88, b"\x0f\xa0".to_vec()));
    expect_end(&mut stream);
}

#[test]
fn answers_keep_the_order_of_what_they_answer() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    let frames = [masked(0x81, b"a"), masked(0x89, b"b"), masked(0x82, b"c"), masked(0x89, b"d")];
    for _ in 0..100 {
        stream.write_all(&frames.concat()).unwrap();
        let answers: Vec<_> = (0..4).map(|_| read_frame(&mut stream)).collect();
        let wanted = [(0x81, b"a"), (0x8a, b"b"), (0x82, b"c"), (0x8a, b"d")];
        assert_eq!(answers, wanted.map(|(first, payload)| (first, payload.to_vec())));
    }
}

#[test]
fn a_fault_is_answered_whatever_else_was_sent() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    stream.write_all(&masked(0x81, b"\xc0")).unwrap();
    // Octets nobody reads would make the closing socket reset the connection.
    for _ in 0..64 {
        stream.write_all(&masked(0x82, &[0; 60_000])).unwrap();
    }
    assert_eq!(read_frame(&mut stream), (0x88, b"\x03\xef".to_vec()));
    expect_end(&mut stream);
}

#[test]
fn a_stream_that_ends_without_a_close_is_ended() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    stream.write_all(&masked(0x81, b"last")).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_frame(&mut stream), (0x81, b"last".to_vec()));
    expect_end(&mut stream);
}

#[test]
fn messages_are_taken_while_nobody_takes_the_echoes() {
    let server = Server::start(&[]);
    let mut stream = server.dial();
    open(&mut stream, "");
    let message: Vec<u8> = (0..60_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let frame = masked(0x82, &message);
    // More than the operating system keeps for both directions, less than the backlog.
    for _ in 0..400 {
        stream.write_all(&frame).unwrap();
    }
    for _ in 0..400 {
        assert!(read_frame(&mut stream) == (0x82, message.clone()));
    }
}

#[test]
fn beyond_the_backlog_a_peer_is_held_up_and_nothing_is_lost() {
    let server = Server::start(&["--backlog", "65536"]);
    let mut stream = server.dial();
    open(&mut stream, "");
    let frame = masked(0x82, &[7; 60_000]);
    let mut writer = stream.try_clone().unwrap();
    let writing = thread::spawn(move || {
        for _ in 0..400 {
            writer.write_all(&frame).unwrap();
            writer.write_all(&masked(0x89, b"still there?")).unwrap();
        }
    });
    let (mut messages, mut pongs) = (0, 0);
    while messages < 400 || pongs < 400 {
        match read_frame(&mut stream) {
            (0x82, payload) => messages += i32::from(payload == [7; 60_000]),
            (0x8a, payload) => pongs += i32::from(payload == b"still there?"),
            other => panic!("{other:?}"),
        }
    }
    writing.join().unwrap();
}

#[test]
fn a_message_may_be_larger_than_the_backlog() {
    let server = Server::start(&["--backlog", "1000"]);
    let mut stream = server.dial();
    open(&mut stream, "");
    for _ in 0..3 {
        stream.write_all(&masked(0x82, &[7; 60_000]).repeat(2)).unwrap();
        assert!(read_frame(&mut stream) == (0x82, vec![7; 60_000]));
        assert!(read_frame(&mut stream) == (0x82, vec![7; 60_000]));
    }
}

#[test]
fn a_large_message_is_refused_by_its_header() {
    let server = Server::start(&["--message-limit", "1000"]);
    let mut stream = server.dial();
    open(&mut stream, "");
    stream.write_all(&masked(0x82, &[0; 1000])).unwrap();
    assert_eq!(read_frame(&mut stream), (0x82, vec![0; 1000]));
    stream.write_all(&masked(0x82, &[0; 1001])[..4]).unwrap();
    assert_eq!(read_frame(&mut stream), (0x88, b"\x03\xf1".to_vec()));
    expect_end(&mut stream);
}

#[test]
fn compression_is_accepted_unless_it_is_off() {
    let offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let server = Server::start(&[]);
    let mut stream = server.dial();
    let head = open(&mut stream, offer);
    assert!(head.contains("Sec-WebSocket-Extensions: permessage-deflate\r\n"), "{head}");
    // RFC 7692 §7.2.3.1.
    stream.write_all(&masked(0xc1, b"\xf2\x48\xcd\xc9\xc9\x07\x00")).unwrap();
    assert_eq!(read_frame(&mut stream), (0x81, b"Hello".to_vec()));

    let server = Server::start(&["--deflate", "off"]);
    let mut stream = server.dial();
    let head = open(&mut stream, offer);
    assert!(!head.contains("Extensions"), "{head}");
}

#[test]
fn it_serves_one_path_and_one_origin_and_selects_a_subprotocol() {
    let args =
        ["--path", "/", "--origin", "http://here", "--subprotocol", "b", "--subprotocol", "a"];
    let server = Server::start(&args);
    let head = open(&mut server.dial(), "Origin: http://here\r\nSec-WebSocket-Protocol: a, b\r\n");
    assert!(head.contains("Sec-WebSocket-Protocol: b\r\n"), "{head}");
    let refused = |request: String| {
        let mut stream = server.dial();
        stream.write_all(request.as_bytes()).unwrap();
        let head = read_head(&mut stream);
        stream.read_to_end(&mut Vec::new()).unwrap();
        head[9..12].to_owned()
    };
    assert_eq!(refused(format!("{REQUEST}Origin: http://there\r\n\r\n")), "403");
    let elsewhere = REQUEST.replace("GET / ", "GET /elsewhere ");
    assert_eq!(refused(format!("{elsewhere}Origin: http://here\r\n\r\n")), "404");
    assert_eq!(refused("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned()), "426");
    assert_eq!(refused("\x16\x03\x01\r\n\r\n".to_owned()), "400");
}

#[test]
fn a_request_that_takes_too_long_is_refused() {
    let server = Server::start(&["--timeout", "1"]);
    let mut stream = server.dial();
    stream.write_all(REQUEST.as_bytes()).unwrap();
    let head = read_head(&mut stream);
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
}

#[test]
fn connections_beyond_the_limit_wait_for_their_turn() {
    let server = Server::start(&["--max-connections", "1"]);
    let mut first = server.dial();
    open(&mut first, "");
    let mut second = server.dial();
    write!(second, "{REQUEST}\r\n").unwrap();
    first.write_all(&masked(0x81, b"still first")).unwrap();
    assert_eq!(read_frame(&mut first), (0x81, b"still first".to_vec()));
    second.set_nonblocking(true).unwrap();
    assert!(second.read(&mut [0]).is_err(), "nobody answered yet");
    second.set_nonblocking(false).unwrap();
    drop(first);
    assert!(read_head(&mut second).starts_with("HTTP/1.1 101 "));
}

#[test]
fn hundreds_of_connections_live_at_the_same_time() {
    let server = Server::start(&[]);
    let mut streams: Vec<_> = (0..300).map(|_| server.dial()).collect();
    for stream in &mut streams {
        open(stream, "");
    }
    for stream in streams.iter_mut().rev() {
        stream.write_all(&masked(0x81, b"here")).unwrap();
    }
    for stream in &mut streams {
        assert_eq!(read_frame(stream), (0x81, b"here".to_vec()));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_its_ordinary_end() {
    use std::os::unix::net::UnixStream;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let server = Server::listen(&format!("unix:{}", path.display()), &[]);
    let mut stream = UnixStream::connect(&path).unwrap();
    open(&mut stream, "");
    stream.write_all(&masked(0x81, b"Hello")).unwrap();
    assert_eq!(read_frame(&mut stream), (0x81, b"Hello".to_vec()));
    assert_eq!(server.interrupt(), Some(0));
    assert!(!path.exists());
}

#[test]
fn a_port_that_is_taken_is_told() {
    let server = Server::start(&[]);
    let taken = server.address.split_once("//").unwrap().1;
    let output = crate::peer::wsproof(&["echo", "--listen", taken]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("cannot listen at {taken}")), "{said}");
}
