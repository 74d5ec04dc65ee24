//! Request and response heads as octets, seen through the public interface (RFC 9112).
#![cfg(feature = "http1")]

use proptest::prelude::*;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{
    ClientHandshake, HandshakeError, Header, HeaderList, Offer, Selection, ServerHandshake,
};
use wsproof_engine::http1::{
    HeadError, HeadLimits, Refusal, RequestParser, ResponseParser, write_refusal, write_request,
    write_response,
};

/// What a parser makes of a stream, in words: everything a caller can observe.
fn read_request(limits: HeadLimits, chunks: &[&[u8]]) -> String {
    let mut parser = RequestParser::new(limits);
    let mut chunks = chunks.iter();
    while let Some(chunk) = chunks.next() {
        match parser.push(chunk) {
            Ok(None) => {}
            Ok(Some((head, rest))) => {
                let rest = [&[rest], chunks.as_slice()].concat().concat();
                let served = ServerHandshake::begin(&Selection::default(), head.headers())
                    .map_or_else(|error| error.name(), |_| "101");
                return format!(
                    "{served} {} {} {:?} rest {}",
                    head.authority(),
                    head.resource_name(),
                    head.headers(),
                    rest.escape_ascii()
                );
            }
            Err(error) => return error.name().to_owned(),
        }
    }
    "more".to_owned()
}

fn read_response(limits: HeadLimits, chunks: &[&[u8]]) -> String {
    let mut parser = ResponseParser::new(limits);
    let mut chunks = chunks.iter();
    while let Some(chunk) = chunks.next() {
        match parser.push(chunk) {
            Ok(None) => {}
            Ok(Some((head, rest))) => {
                let rest = [&[rest], chunks.as_slice()].concat().concat();
                let headers = head.switched().or_else(|_| head.refused().ok_or("neither")).unwrap();
                assert_eq!(head.switched().is_ok(), head.status() == 101);
                return format!("{} {headers:?} rest {}", head.status(), rest.escape_ascii());
            }
            Err(error) => return error.name().to_owned(),
        }
    }
    "more".to_owned()
}

type Read = fn(HeadLimits, &[&[u8]]) -> String;

/// Reads a stream whole, octet by octet and in two parts for every cut, and insists on one result.
fn read_under_all_cuts(read: Read, limits: HeadLimits, stream: &[u8]) -> String {
    let whole = read(limits, &[stream]);
    let octets: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(read(limits, &octets), whole, "octet by octet: {}", stream.escape_ascii());
    for cut in 0..=stream.len() {
        let (front, back) = stream.split_at(cut);
        assert_eq!(read(limits, &[front, back]), whole, "cut at {cut}: {}", stream.escape_ascii());
    }
    whole
}

fn requested(stream: &[u8]) -> String {
    read_under_all_cuts(read_request, HeadLimits::default(), stream)
}

fn responded(stream: &[u8]) -> String {
    read_under_all_cuts(read_response, HeadLimits::default(), stream)
}

/// The first word of a result: `101`, a status, `more`, or the name of an error.
fn verdict(result: &str) -> &str {
    result.split(' ').next().unwrap()
}

/// A good request with another first line and with `lines` behind its fields.
fn request(first: &[u8], lines: &[u8]) -> Vec<u8> {
    [
        first,
        b"\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
        lines,
        b"\r\n",
    ]
    .concat()
}

const GET: &[u8] = b"GET /chat HTTP/1.1";

/// A good request in which `from` is replaced by `to`.
fn edited(from: &str, to: &[u8]) -> Vec<u8> {
    let whole = request(GET, b"");
    let at = whole.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    [&whole[..at], to, &whole[at + from.len()..]].concat()
}

#[test]
fn a_good_request_is_read_whole_under_every_cut() {
    let stream =
        [request(GET, b"X-Empty:\r\nX-B:\t \xff b \t\r\n"), b"\x81\x85\r\n\r\n".to_vec()].concat();
    let expected = "101 server.example.com /chat [Host: server.example.com, Upgrade: websocket, \
        Connection: Upgrade, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, \
        Sec-WebSocket-Version: 13, X-Empty: , X-B: \\xff b] rest \\x81\\x85\\r\\n\\r\\n";
    assert_eq!(requested(&stream), expected);
}

#[test]
fn what_a_server_thinks_of_a_request_line() {
    let table: &[(&[u8], &str)] = &[
        (b"GET / HTTP/1.1", "101"),
        (b"GET / HTTP/1.2", "101"),
        (b"GET / HTTP/1.9", "101"),
        (b"GET http://h:9001/chat HTTP/1.1", "101"),
        (b"GET https://h?x HTTP/1.1", "101"),
        (b"GET // HTTP/1.1", "101"),
        (b"GET /%zz HTTP/1.1", "101"),
        (b"\r\nGET / HTTP/1.1", "101"),
        (b"\r\n\r\nGET / HTTP/1.1", "RequestLine"),
        (b"\nGET / HTTP/1.1", "BareLineFeed"),
        (b"\rGET / HTTP/1.1", "BareCarriageReturn"),
        (b" GET / HTTP/1.1", "RequestLine"),
        (b"POST / HTTP/1.1", "Method"),
        (b"PUT / HTTP/1.1", "Method"),
        (b"HEAD / HTTP/1.1", "Method"),
        (b"OPTIONS * HTTP/1.1", "Method"),
        (b"CONNECT h:80 HTTP/1.1", "Method"),
        (b"get / HTTP/1.1", "Method"),
        (b"GeT / HTTP/1.1", "Method"),
        (b"GET / HTTP/1.0", "RequestVersion"),
        (b"GET / HTTP/0.9", "RequestVersion"),
        (b"GET / HTTP/2.0", "RequestVersion"),
        (b"GET / HTTP/2.1", "RequestVersion"),
        (b"GET / HTTP/3.0", "RequestVersion"),
        (b"GET / http/1.1", "RequestLine"),
        (b"GET / HTTP/1.10", "RequestLine"),
        (b"GET / HTTP/01.1", "RequestLine"),
        (b"GET / HTTP/1.x", "RequestLine"),
        (b"GET / HTTP/1", "RequestLine"),
        (b"GET /", "RequestLine"),
        (b"GET", "RequestLine"),
        (b"", "RequestLine"),
        (b"GET  / HTTP/1.1", "RequestLine"),
        (b"GET /  HTTP/1.1", "RequestLine"),
        (b"GET / HTTP/1.1 ", "RequestLine"),
        (b"GET\t/ HTTP/1.1", "RequestLine"),
        (b" / HTTP/1.1", "RequestLine"),
        (b"GET /a b HTTP/1.1", "RequestLine"),
        (b"GET  HTTP/1.1", "Target"),
        (b"GET chat HTTP/1.1", "Target"),
        (b"GET * HTTP/1.1", "Target"),
        (b"GET h:80 HTTP/1.1", "Target"),
        (b"GET ws://h/ HTTP/1.1", "Target"),
        (b"GET http://u:p@h/ HTTP/1.1", "Target"),
        (b"GET /a#b HTTP/1.1", "Target"),
        (b"GET /caf\xc3\xa9 HTTP/1.1", "Target"),
        (b"EHLO x", "RequestLine"),
        (b"SSH-2.0-x", "RequestLine"),
        (b"HTTP/1.1 101 Switching Protocols", "RequestLine"),
        (b"\x16\x03\x01\x02\x00", "ControlCharacter"),
        (b"\x81\x85\x37\xfa", "RequestLine"),
        (&[0; 64], "ControlCharacter"),
    ];
    for (line, expected) in table {
        let result = requested(&request(line, b""));
        assert_eq!(verdict(&result), *expected, "{}", line.escape_ascii());
    }
}

#[test]
fn noise_is_refused_before_a_line_ends() {
    assert_eq!(requested(b"\x16"), "ControlCharacter");
    assert_eq!(requested(b"\0"), "ControlCharacter");
    assert_eq!(requested(b"EHLO x\r\n"), "RequestLine");
    assert_eq!(requested(b"GET / HTTP/1.1\n"), "BareLineFeed");
    assert_eq!(requested(b"GET / HTTP/1.1"), "more");
    assert_eq!(responded(b"SSH-2.0-x\r\n"), "StatusLine");
    assert_eq!(responded(b"\0"), "ControlCharacter");
}

#[test]
fn where_a_request_goes() {
    let target = |line: &[u8]| {
        let stream = request(line, b"");
        let mut parser = RequestParser::new(HeadLimits::default());
        let (head, _) = parser.push(&stream).unwrap().unwrap();
        (head.authority().to_owned(), head.resource_name().into_owned())
    };
    let table: &[(&[u8], &str, &str)] = &[
        (b"GET /chat?x=1 HTTP/1.1", "server.example.com", "/chat?x=1"),
        (b"GET http://other:9001/chat HTTP/1.1", "other:9001", "/chat"),
        (b"GET http://other HTTP/1.1", "other", "/"),
        (b"GET HTTP://other?x HTTP/1.1", "other", "/?x"),
    ];
    for (line, authority, resource) in table {
        assert_eq!(target(line), ((*authority).to_owned(), (*resource).to_owned()));
    }
}

#[test]
fn what_a_server_thinks_of_header_field_lines() {
    let table: &[(&[u8], &str)] = &[
        (b"X-A: 1\r\n", "101"),
        (b"X-A:1\r\n", "101"),
        (b"X-A:\r\n", "101"),
        (b"User-Agent: \xe2\x9c\x93\r\nCookie: \xff\xfe\r\nSec-WebSocket-Foo: 1\r\n", "101"),
        (b"Expect: 100-continue\r\n", "101"),
        (b"Origin : x\r\n", "FieldLine"),
        (b"Origin\t: x\r\n", "FieldLine"),
        (b"Origin\r\n", "FieldLine"),
        (b": x\r\n", "FieldLine"),
        (b"Or igin: x\r\n", "FieldLine"),
        (b"Or(igin: x\r\n", "FieldLine"),
        (b"\xc3\xa9: x\r\n", "FieldLine"),
        (b" X-A: 1\r\n", "Folded"),
        (b"X-A: 1\r\n 2\r\n", "Folded"),
        (b"X-A: 1\r\n\t2\r\n", "Folded"),
        (b"X-A: 1\n", "BareLineFeed"),
        (b"X-A: 1\n2\r\n", "BareLineFeed"),
        (b"\n", "BareLineFeed"),
        (b"X-A: 1\r2\r\n", "BareCarriageReturn"),
        (b"X-A: 1\r\r\n", "BareCarriageReturn"),
        (b"\rX-A: 1\r\n", "BareCarriageReturn"),
        (b"X-A: 1\0\r\n", "ControlCharacter"),
        (b"X\0-A: 1\r\n", "ControlCharacter"),
        (b"X-A: \x0b\r\n", "ControlCharacter"),
        (b"X-A: \x7f\r\n", "ControlCharacter"),
        (b"Content-Length: 0\r\n", "101"),
        (b"Content-Length: 4\r\n", "Body"),
        (b"Content-Length: -1\r\n", "Body"),
        (b"Content-Length: \r\n", "Body"),
        (b"Content-Length: 0, 0\r\n", "Body"),
        (b"Content-Length: 0\r\ncontent-length: 0\r\n", "Body"),
        (b"Transfer-Encoding: chunked\r\n", "Body"),
        (b"Transfer-Encoding:\r\n", "Body"),
        (b"Host: server.example.com\r\n", "Host"),
        (b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "KeyRepeated"),
        (b"Sec-WebSocket-Protocol: ch at\r\n", "SubprotocolMalformed"),
        (b"Sec-WebSocket-Extensions: foo; x=\r\n", "ExtensionValueMissing"),
    ];
    for (lines, expected) in table {
        let result = requested(&request(GET, lines));
        assert_eq!(verdict(&result), *expected, "{}", lines.escape_ascii());
    }
}

#[test]
fn what_a_server_thinks_of_an_edited_request() {
    let table: &[(&str, &[u8], &str)] = &[
        ("Host: server.example.com\r\n", b"", "Host"),
        ("Host: server.example.com", b"Host:", "Host"),
        ("Host: server.example.com", b"Host: a, b", "Host"),
        ("Host: server.example.com", b"Host: h:x", "Host"),
        ("Host: server.example.com", b"Host: [::1", "Host"),
        ("Host: server.example.com", b"Host: u:p@h", "Host"),
        ("Host: server.example.com", b"Host: [::1]:9001", "101"),
        ("Host: server.example.com", b"host:h:65535", "101"),
        ("\r\nHost: ", b"\r\n Host: ", "FieldLine"),
        ("Host: server", b"Host\t: server", "FieldLine"),
        ("Upgrade: websocket", b"Upgrade : websocket", "FieldLine"),
        ("Upgrade: websocket", b"Upgrade:\r\n websocket", "Folded"),
        ("Upgrade: websocket", b"Upgrade: h2c", "UpgradeNotRequested"),
        ("Upgrade: websocket\r\n", b"", "UpgradeNotRequested"),
        ("Connection: Upgrade", b"Connection: keep-alive\r\nConnection: Upgrade", "101"),
        ("Connection: Upgrade", b"Connection: notupgrade", "ConnectionNotRequested"),
        ("ZQ==", b"ZQ==\0", "ControlCharacter"),
        ("dGhl", b" \t dGhl", "101"),
        (": 13", b": 8", "VersionUnsupported"),
    ];
    for (from, to, expected) in table {
        let result = requested(&edited(from, to));
        assert_eq!(verdict(&result), *expected, "{from} -> {}", to.escape_ascii());
    }
    let bare = String::from_utf8(request(GET, b"")).unwrap().replace("\r\n", "\n");
    assert_eq!(requested(bare.as_bytes()), "BareLineFeed");
}

#[test]
fn large_requests_meet_a_limit_or_pass() {
    let read = |stream: &[u8]| {
        let whole = read_request(HeadLimits::default(), &[stream]);
        let octets: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(read_request(HeadLimits::default(), &octets), whole);
        verdict(&whole).to_owned()
    };
    let target = |length: usize| format!("GET /{} HTTP/1.1", "a".repeat(length)).into_bytes();
    assert_eq!(read(&request(&target(7_900), b"")), "101");
    assert_eq!(read(&request(&target(100_000), b"")), "StartLineTooLong");
    let field = |length: usize| format!("Cookie: {}\r\n", "a".repeat(length)).into_bytes();
    assert_eq!(read(&request(GET, &field(3_000))), "101");
    assert_eq!(read(&request(GET, &field(100_000))), "HeadTooLong");
    assert_eq!(read(&request(GET, &b"X: 1\r\n".repeat(95))), "101");
    assert_eq!(read(&request(GET, &b"X: 1\r\n".repeat(96))), "TooManyHeaders");
    assert_eq!(read(&request(GET, &b"X: 1\r\n".repeat(10_000))), "TooManyHeaders");
    let offers = format!("Sec-WebSocket-Extensions: {}\r\n", "foo; x=1, ".repeat(500));
    assert_eq!(read(&request(GET, offers.as_bytes())), "101");
    assert_eq!(HeadError::StartLineTooLong.http_status(), 414);
    assert_eq!(HeadError::HeadTooLong.http_status(), 431);
    assert_eq!(HeadError::TooManyHeaders.http_status(), 431);
}

#[test]
fn a_limit_is_met_at_the_same_octet_under_every_cut() {
    let good = [b"\r\n".to_vec(), request(GET, b""), b"rest".to_vec()].concat();
    let head = good.len() - 4;
    let verdict_at = |octets, headers| {
        let limits = HeadLimits::default().max_octets(octets).max_headers(headers);
        let result = read_under_all_cuts(read_request, limits, &good);
        verdict(&result).to_owned()
    };
    assert_eq!(verdict_at(head, 5), "101");
    assert_eq!(verdict_at(head - 1, 5), "HeadTooLong");
    assert_eq!(verdict_at(head, 4), "TooManyHeaders");
    assert_eq!(verdict_at(22, 5), "HeadTooLong");
    assert_eq!(verdict_at(21, 5), "StartLineTooLong");
    assert_eq!(verdict_at(0, 0), "StartLineTooLong");
}

#[test]
fn what_a_client_thinks_of_a_status_line() {
    let table: &[(&[u8], &str)] = &[
        (b"HTTP/1.1 101 Switching Protocols", "101"),
        (b"HTTP/1.1 101 ", "101"),
        (b"HTTP/1.1 101", "101"),
        (b"HTTP/1.1 101 caf\xe9\tand more", "101"),
        (b"HTTP/1.2 101 x", "101"),
        (b"HTTP/1.1 200 OK", "200"),
        (b"HTTP/1.0 407 Proxy Authentication Required", "407"),
        (b"HTTP/1.1 999 x", "999"),
        (b"HTTP/1.0 101 x", "ResponseVersion"),
        (b"HTTP/2.0 101 x", "ResponseVersion"),
        (b"HTTP/2 101", "StatusLine"),
        (b"http/1.1 101 x", "StatusLine"),
        (b"HTTP/1.1 1O1 x", "StatusLine"),
        (b"HTTP/1.1 0101 x", "StatusLine"),
        (b"HTTP/1.1 1010", "StatusLine"),
        (b"HTTP/1.1 10", "StatusLine"),
        (b"HTTP/1.1 001 x", "StatusLine"),
        (b"HTTP/1.1 101x", "StatusLine"),
        (b"HTTP/1.1 101\tx", "StatusLine"),
        (b"HTTP/1.1  101 x", "StatusLine"),
        (b" HTTP/1.1 101 x", "StatusLine"),
        (b"\r\nHTTP/1.1 101 x", "StatusLine"),
        (b"HTTP/1.1", "StatusLine"),
        (b"", "StatusLine"),
        (b"<html>", "StatusLine"),
        (b"GET / HTTP/1.1", "StatusLine"),
        (b"HTTP/1.1 101 x\0", "ControlCharacter"),
    ];
    for (line, expected) in table {
        let stream = [line, &b"\r\nUpgrade: websocket\r\n\r\n\x82\x00"[..]].concat();
        let result = responded(&stream);
        assert_eq!(verdict(&result), *expected, "{}", line.escape_ascii());
        if *expected == "101" {
            assert_eq!(result, "101 [Upgrade: websocket] rest \\x82\\x00");
        }
    }
}

#[test]
fn only_a_101_opens() {
    for status in [200, 204, 301, 302, 307, 308, 400, 401, 403, 404, 407, 426, 500, 503] {
        let stream = format!("HTTP/1.1 {status} x\r\nUpgrade: websocket\r\n\r\n");
        let mut parser = ResponseParser::new(HeadLimits::default());
        let (head, _) = parser.push(stream.as_bytes()).unwrap().unwrap();
        let error = head.switched().unwrap_err();
        assert_eq!(error.status(), status);
        let shown = format!("response with status {status} instead of 101 (6455#4.1)");
        assert_eq!(error.to_string(), shown);
        assert_eq!(head.refused().unwrap().len(), 1);
    }
}

#[test]
fn what_a_client_thinks_of_header_field_lines() {
    let table: &[(&[u8], &str)] = &[
        (b"X: \xff\r\n", "101 [X: \\xff]"),
        (b"X: a\r\n b\r\n", "101 [X: a   b]"),
        (b"X: a\r\n\t\r\n  b\r\nY: c\r\n", "101 [X: a  \\t    b, Y: c]"),
        (b"X:\r\n a\r\n", "101 [X: a]"),
        (b"X: a\r\n \r\n", "101 [X: a]"),
        (b"Content-Length: 5\r\n", "101 [Content-Length: 5]"),
        (b"Transfer-Encoding: chunked\r\n", "101 [Transfer-Encoding: chunked]"),
        (b" X: a\r\n", "FieldLine"),
        (b"X : a\r\n", "FieldLine"),
        (b"X: a\r\n b\nc\r\n", "BareLineFeed"),
        (b"X: \0\r\n", "ControlCharacter"),
        (b"X: a\rb\r\n", "BareCarriageReturn"),
    ];
    for (lines, expected) in table {
        let stream = [b"HTTP/1.1 101 x\r\n", *lines, b"\r\n\x82\x02hi"].concat();
        let expected = if expected.starts_with("101") {
            format!("{expected} rest \\x82\\x02hi")
        } else {
            (*expected).into()
        };
        assert_eq!(responded(&stream), expected, "{}", lines.escape_ascii());
    }
}

#[test]
fn interim_responses_are_read_over_and_count() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nUpgrade: websocket\r\nLink: x\r\n\r\n";
    let stream =
        [&b"HTTP/1.1 100 Continue\r\n\r\n"[..], hints, b"HTTP/1.1 101 x\r\nA: b\r\n\r\nrest"]
            .concat();
    assert_eq!(responded(&stream), "101 [A: b] rest rest");
    assert_eq!(responded(hints), "more");
    let broken = [&b"HTTP/1.1 100 x\r\nA : b\r\n\r\n"[..], b"HTTP/1.1 101 x\r\n\r\n"].concat();
    assert_eq!(responded(&broken), "FieldLine");
    let endless = hints.repeat(1_000);
    assert_eq!(read_response(HeadLimits::default(), &[&endless]), "HeadTooLong");
}

#[test]
fn a_large_response_meets_a_limit() {
    let line = format!("HTTP/1.1 101 x\r\nX: {}", "a".repeat(1 << 20));
    assert_eq!(read_response(HeadLimits::default(), &[line.as_bytes()]), "HeadTooLong");
    let endless = [&b"HTTP/1.1 101 x\r\n"[..], &b"X: 1\r\n".repeat(10_000)].concat();
    assert_eq!(read_response(HeadLimits::default(), &[&endless]), "TooManyHeaders");
}

#[test]
fn a_stream_carries_the_handshake_both_ways() {
    let offer = Offer { subprotocols: &["chat"], extensions: &["foo; x=1"], ..Offer::default() };
    let (client, headers) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(9)).unwrap();
    let extra = [Header::new("Origin", "http://example.com")];
    let request = write_request("/chat?x=1", "example.com:8080", &headers, &extra).unwrap();
    let key = headers.get("Sec-WebSocket-Key").unwrap();
    let expected = format!(
        "GET /chat?x=1 HTTP/1.1\r\nHost: example.com:8080\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\
         Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: foo; x=1\r\n\
         Origin: http://example.com\r\n\r\n"
    );
    assert_eq!(request, expected.as_bytes());

    let mut parser = RequestParser::new(HeadLimits::default());
    let (head, rest) = parser.push(&request).unwrap().unwrap();
    assert!(rest.is_empty());
    let selection = Selection { subprotocol: Some("chat"), extensions: &["foo; x=2"] };
    let (server, headers) = ServerHandshake::begin(&selection, head.headers()).unwrap();
    let response = write_response(&headers, &[Header::new("Server", "x")]).unwrap();
    assert!(response.starts_with(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"));
    assert!(response.ends_with(b"\r\nServer: x\r\n\r\n"));

    let stream = [&response[..], b"\x81\x02hi"].concat();
    for cut in 0..=stream.len() {
        let (front, back) = stream.split_at(cut);
        let mut parser = ResponseParser::new(HeadLimits::default());
        let rest_of_front = parser.push(front).unwrap().map(|(_, rest)| rest.to_vec());
        let (head, rest) = parser.push(back).unwrap().unwrap();
        let rest = [rest_of_front.unwrap_or_default(), rest.to_vec()].concat();
        assert_eq!(rest, b"\x81\x02hi", "cut at {cut}");
        assert_eq!(client.end(head.switched().unwrap()).unwrap(), server.clone().end());
    }
}

#[test]
fn arguments_cannot_write_lines_of_their_own() {
    let none = HeaderList::default();
    let targets = [
        "",
        "chat",
        "*",
        "/a b",
        "/a#b",
        "/ HTTP/1.1\r\nEvil: 1\r\nX:",
        "/\r",
        "/\n",
        "/\0",
        "ws://h/",
        "/\u{e9}",
    ];
    for target in targets {
        let written = write_request(target, "h", &none, &[]);
        assert_eq!(written, Err(HeadError::ArgumentTarget), "{target:?}");
    }
    for host in ["", "h\r\nEvil: 1", "u:p@h", "h/x", "[::1", "h:0x50", "h:65536", "b\u{fc}cher"] {
        let written = write_request("/", host, &none, &[]);
        assert_eq!(written, Err(HeadError::ArgumentHost), "{host:?}");
    }
    let table = [
        ("X\r\nEvil", "1", HeadError::ArgumentHeader),
        ("X:", "1", HeadError::ArgumentHeader),
        ("", "1", HeadError::ArgumentHeader),
        ("X", "1\r\nEvil: 1", HeadError::ArgumentHeader),
        ("X", "1\rEvil", HeadError::ArgumentHeader),
        ("X", "1\n", HeadError::ArgumentHeader),
        ("X", "1\0", HeadError::ArgumentHeader),
        ("sec-websocket-key", "x", HeadError::ArgumentHeaderReserved),
        ("Sec-WebSocket-Protocol", "x", HeadError::ArgumentHeaderReserved),
        ("connection", "close", HeadError::ArgumentHeaderReserved),
        ("HOST", "h", HeadError::ArgumentHeaderReserved),
        ("Content-Length", "5", HeadError::ArgumentHeaderReserved),
        ("Transfer-Encoding", "chunked", HeadError::ArgumentHeaderReserved),
    ];
    for (name, value, error) in table {
        let extra = [Header::new(name, value)];
        assert_eq!(write_request("/", "h", &none, &extra), Err(error), "{name:?} {value:?}");
        assert_eq!(write_response(&none, &extra), Err(error), "{name:?} {value:?}");
    }
    assert!(write_request("/", "[::1]:80", &none, &[Header::new("X", b"\xff\t")]).is_ok());
}

#[test]
fn every_refusal_is_a_whole_response_that_closes() {
    let own = [403, 404, 499, 599].map(|status| Refusal::new(status, "no").unwrap());
    let handshake = HandshakeError::ALL.iter().map(|error| Refusal::from(*error));
    let heads = HeadError::ALL.iter().map(|error| Refusal::from(*error));
    for refusal in handshake.chain(heads).chain(own) {
        let written = write_refusal(&refusal);
        let mut parser = ResponseParser::new(HeadLimits::default());
        let (head, body) = parser.push(&written).unwrap().unwrap();
        assert_eq!(head.status(), refusal.status());
        let headers = head.refused().unwrap();
        let value = |name: &str| {
            let named = headers.iter().find(|header| header.name() == name.as_bytes());
            named.map(|header| str::from_utf8(header.value()).unwrap())
        };
        assert_eq!(value("Content-Length"), Some(body.len().to_string().as_str()));
        assert!(value("Connection").unwrap().ends_with("close"));
        assert!(body.ends_with(b"\n"));
        if head.status() == 426 {
            assert_eq!(value("Upgrade"), Some("websocket"));
            assert_eq!(value("Connection"), Some("Upgrade, close"));
            assert_eq!(value("Sec-WebSocket-Version"), Some("13"));
        }
        assert_eq!(value("Allow"), (head.status() == 405).then_some("GET"));
    }
    for status in [0, 101, 200, 302, 399, 600] {
        assert_eq!(Refusal::new(status, "no"), Err(HeadError::ArgumentStatus));
    }
}

// RFC 9110 §15 and RFC 6585 name them; where nobody does, the phrase is empty (RFC 9112 §4).
#[test]
fn a_refusal_gives_the_reason_that_the_standard_gives() {
    for (status, reason) in [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (408, "Request Timeout"),
        (414, "URI Too Long"),
        (426, "Upgrade Required"),
        (429, "Too Many Requests"),
        (431, "Request Header Fields Too Large"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (505, "HTTP Version Not Supported"),
        (599, ""),
    ] {
        let written = write_refusal(&Refusal::new(status, "for reasons").unwrap());
        let line = format!("HTTP/1.1 {status} {reason}\r\n");
        assert!(written.starts_with(line.as_bytes()), "{}", written.escape_ascii());
    }
}

#[test]
fn a_version_refusal_is_written_as_the_standard_shows_it() {
    for error in [
        HandshakeError::VersionUnsupported,
        HandshakeError::VersionRepeated,
        HandshakeError::VersionMissing,
    ] {
        let text = String::from_utf8(write_refusal(&error.into())).unwrap();
        assert!(text.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{text}");
    }
    let text =
        String::from_utf8(write_refusal(&HandshakeError::VersionUnsupported.into())).unwrap();
    let expected = "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\
        Connection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Length: 64\r\n\r\n\
        request with a sec-websocket-version other than 13 (6455#4.2.2)\n";
    assert_eq!(text, expected);
}

/// Cuts a stream at the given places.
fn cut<'a>(stream: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place.index(stream.len() + 1)).collect();
    places.sort_unstable();
    places.push(stream.len());
    let mut from = 0;
    places
        .into_iter()
        .map(|to| {
            let chunk = &stream[from..to];
            from = to;
            chunk
        })
        .collect()
}

proptest! {
    #[test]
    fn arbitrary_octets_give_one_result_under_any_cuts(
        stream in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "(GET|HTTP)[ /1.\r\n]{0,40}".prop_map(String::into_bytes),
            "GET / HTTP/1.1\r\n(Host: h\r\n)?([A-C][: \t]{1,2}[a\r\n\t ]{0,5}\r\n){0,6}\r\n.{0,5}"
                .prop_map(String::into_bytes),
            "HTTP/1.1 (100|101|404) x\r\n([A-C]:[a\r\n\t ]{0,5}\r\n){0,6}\r\nHTTP/1.1 101 x\r\n\r\n.{0,5}"
                .prop_map(String::into_bytes),
        ],
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        octets in prop_oneof![Just(32_768), 0..120usize],
        headers in prop_oneof![Just(100), 0..5usize],
    ) {
        let limits = HeadLimits::default().max_octets(octets).max_headers(headers);
        let chunks = cut(&stream, &places);
        prop_assert_eq!(read_request(limits, &chunks), read_request(limits, &[&stream]));
        prop_assert_eq!(read_response(limits, &chunks), read_response(limits, &[&stream]));
    }

    #[test]
    fn one_changed_octet_is_read_or_refused_under_any_cuts(
        place in any::<prop::sample::Index>(),
        octet in any::<u8>(),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut stream = request(GET, b"Sec-WebSocket-Extensions: foo; x=\"1\"\r\n");
        let place = place.index(stream.len());
        stream[place] = octet;
        let limits = HeadLimits::default();
        let chunks = cut(&stream, &places);
        prop_assert_eq!(read_request(limits, &chunks), read_request(limits, &[&stream]));
    }
}
