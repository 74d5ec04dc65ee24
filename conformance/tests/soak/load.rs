//! Clients that do nothing but ask, by hand: no code of what is loaded.

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use wsproof_cases::http;
use wsproof_cases::opening::Head;

/// So many, divided as it was asked for.
pub(crate) fn amount(whole: usize) -> usize {
    let scale = std::env::var("SOAK_SCALE").ok().and_then(|scale| scale.parse().ok());
    (whole / scale.unwrap_or(1)).max(1)
}

/// An open connection.
pub(crate) struct Client(TcpStream);

/// Payloads of every form of the length, so many times each in a round.
const PAYLOADS: [(usize, usize); 4] = [(0, 40), (16, 40), (125, 16), (1000, 4)];
/// Messages of a round.
const ROUND: usize = 100;

impl Client {
    pub(crate) fn open(place: &str) -> Self {
        Self::call(place, "/")
    }

    /// Opens a connection to this resource.
    pub(crate) fn call(place: &str, target: &str) -> Self {
        let mut socket = TcpStream::connect(place).unwrap();
        socket.set_nodelay(true).unwrap();
        // What would hang fails.
        socket.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let request = Head::request().start(format!("GET {target} HTTP/1.1"));
        socket.write_all(&request.render(b"")).unwrap();
        let head = head(&mut socket);
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        Self(socket)
    }

    /// Sends about so many messages and takes their echoes.
    pub(crate) fn exchange(&mut self, messages: usize) {
        if messages < ROUND {
            let mut echo = [0; 18];
            for _ in 0..messages {
                self.0.write_all(&masked(0x82, &[7; 16])).unwrap();
                self.0.read_exact(&mut echo).unwrap();
                assert_eq!(echo[..3], [0x82, 16, 7]);
            }
            return;
        }
        let (mut asked, mut due) = (Vec::new(), Vec::new());
        for (length, times) in PAYLOADS {
            let payload = vec![0x5a; length];
            for _ in 0..times {
                asked.extend(masked(0x82, &payload));
                due.extend(frame(0x82, &payload, 0));
            }
        }
        let mut came = vec![0; due.len()];
        for _ in 0..messages / ROUND {
            self.0.write_all(&asked).unwrap();
            self.0.read_exact(&mut came).unwrap();
            assert!(came == due, "an echo is not what was sent");
        }
    }

    /// Closes in order.
    pub(crate) fn close(mut self) {
        self.0.write_all(&masked(0x88, b"\x03\xe8")).unwrap();
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"\x88\x02\x03\xe8");
    }

    /// Takes one text and the Close behind it, and answers that.
    pub(crate) fn take_text_and_close(&mut self) {
        let mut start = [0; 2];
        loop {
            self.0.read_exact(&mut start).unwrap();
            self.0.read_exact(&mut vec![0; usize::from(start[1])]).unwrap();
            if start[0] == 0x88 {
                break;
            }
        }
        self.0.write_all(&masked(0x88, b"")).unwrap();
        // How the stream ends is not looked at here.
        let _ = self.0.read_to_end(&mut Vec::new());
    }

    /// Takes the Close of a server that goes away, and answers it.
    pub(crate) fn expect_going_away(&mut self) {
        let mut close = [0; 4];
        self.0.read_exact(&mut close).unwrap();
        assert_eq!(close, *b"\x88\x02\x03\xe9");
        self.0.write_all(&masked(0x88, b"\x03\xe9")).unwrap();
    }
}

/// Opens a connection as a server.
pub(crate) fn accept(socket: &mut TcpStream) {
    let request = http::Head::asked(&head(socket));
    let key = request.value("Sec-WebSocket-Key").unwrap_or_default();
    let _ = socket.write_all(&Head::response().render(key));
}

fn head(socket: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut octet = [0];
    while !head.ends_with(b"\r\n\r\n") && socket.read(&mut octet).is_ok_and(|n| n == 1) {
        head.push(octet[0]);
    }
    head
}

/// A frame under the masking key zero.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    frame(first, payload, 0x80)
}

fn frame(first: u8, payload: &[u8], mask: u8) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..126 => frame.push(mask | length as u8),
        length => {
            frame.push(mask | 126);
            frame.extend((length as u16).to_be_bytes());
        }
    }
    frame.extend(if mask == 0 { &[][..] } else { &[0; 4] });
    frame.extend(payload);
    frame
}
