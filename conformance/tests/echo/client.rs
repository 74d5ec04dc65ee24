//! The client.

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;

use wsproof_engine::handshake::{Header, Selection, ServerHandshake};
use wsproof_engine::http1::{HeadLimits, RequestParser, write_response};

use crate::peer::wsproof;
use crate::wire::{expect_end, read_frame, read_head};

/// Accepts one connection and opens it; the stream, and the path it asked for.
pub(crate) fn accept(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().unwrap();
    // A test that would hang fails.
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = read_head(&mut stream);
    let mut parser = RequestParser::new(HeadLimits::default());
    let (request, _) = parser.push(head.as_bytes()).unwrap().unwrap();
    let headers: Vec<Header<'_>> = request.headers().to_vec();
    let (_, response) = ServerHandshake::begin(&Selection::default(), &headers).unwrap();
    stream.write_all(&write_response(&response, &[]).unwrap()).unwrap();
    (stream, request.resource_name().into_owned())
}

/// Closes, reads the answer and ends the stream.
fn close(stream: &mut TcpStream) {
    stream.write_all(b"\x88\x02\x03\xe8").unwrap();
    assert_eq!(read_frame(stream), (0x88, b"\x03\xe8".to_vec()));
    stream.shutdown(Shutdown::Write).unwrap();
    expect_end(stream);
}

#[test]
fn it_runs_the_cases_of_a_fuzzing_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let client = wsproof(&["echo", "--connect", &url, "--agent", "a & b"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();

    let (mut stream, path) = accept(&listener);
    assert_eq!(path, "/getCaseCount");
    stream.write_all(b"\x81\x012").unwrap();
    close(&mut stream);

    let (mut stream, path) = accept(&listener);
    assert_eq!(path, "/runCase?case=1&agent=a%20%26%20b");
    // One part with the response, and a masked frame, which a server must not send.
    stream.write_all(b"\x81\x05Hello").unwrap();
    assert_eq!(read_frame(&mut stream), (0x81, b"Hello".to_vec()));
    stream.write_all(b"\x81\x80\0\0\0\0").unwrap();
    assert_eq!(read_frame(&mut stream), (0x88, b"\x03\xea".to_vec()));
    drop(stream);

    // A case that does not open the connection is not the last one.
    let (mut stream, _) = listener.accept().unwrap();
    assert!(read_head(&mut stream).starts_with("GET /runCase?case=2&agent=a%20%26%20b "));
    stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").unwrap();
    drop(stream);

    let (mut stream, path) = accept(&listener);
    assert_eq!(path, "/updateReports?agent=a%20%26%20b");
    close(&mut stream);

    let output = client.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "2 cases as a & b\n");
}

#[test]
fn a_pong_does_not_wait_for_the_next_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/any?path", listener.local_addr().unwrap());
    let client =
        wsproof(&["echo", "--connect", &url, "--once"]).stdout(Stdio::null()).spawn().unwrap();
    let (mut stream, path) = accept(&listener);
    assert_eq!(path, "/any?path");
    // The echo leaves in many parts, and the ping comes in the middle of them.
    let mut message = b"\x82\x7f\0\0\0\0\0\x80\0\0".to_vec();
    message.resize(10 + (8 << 20), 9);
    stream.write_all(&message).unwrap();
    let mut first = [0; 14];
    stream.read_exact(&mut first).unwrap();
    stream.write_all(b"\x89\x03now").unwrap();
    let mut left = vec![0; 8 << 20];
    stream.read_exact(&mut left).unwrap();
    assert_eq!(read_frame(&mut stream), (0x8a, b"now".to_vec()));
    drop(stream);
    assert_eq!(client.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn no_server_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let nobody = {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("ws://{}", gone.local_addr().unwrap())
    };
    let output = wsproof(&["echo", "--connect", &nobody]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cannot reach ws://127.0.0.1:"), "{said}");

    let server = thread::spawn(move || {
        let (mut stream, _) = accept(&listener);
        stream.write_all(b"\x81\x04many").unwrap();
        close(&mut stream);
    });
    let output = wsproof(&["echo", "--connect", &url]).output().unwrap();
    server.join().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the answer to getCaseCount is no number: \"many\""), "{said}");
}
