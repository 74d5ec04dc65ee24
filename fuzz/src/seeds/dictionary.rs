//! Words for the fuzzer, in the format of libFuzzer.

use std::path::PathBuf;

use super::documents;
use crate::edge::{ANNOUNCED, CLOSE_CODES, FIRST_OCTETS, LENGTHS, TEXTS, WRONG_FIRST_OCTETS};
use crate::heads::known_accept;

/// Every dictionary with its path in this package.
pub(crate) fn all() -> [(PathBuf, Vec<u8>); 4] {
    [
        ("frames.dict", frame_words()),
        ("deflate.dict", deflate_words()),
        ("http.dict", http_words()),
        ("documents.dict", documents::words()),
    ]
    .map(|(name, words)| (PathBuf::from("dict").join(name), write(words)))
}

fn write(words: Vec<Vec<u8>>) -> Vec<u8> {
    let mut lines: Vec<String> = words
        .iter()
        .map(|word| word.iter().map(|octet| format!("\\x{octet:02x}")).collect::<String>())
        .map(|word| format!("\"{word}\"\n"))
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat().into_bytes()
}

/// The words of frames: headers, lengths, status codes, text.
fn frame_words() -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    for first in FIRST_OCTETS.into_iter().chain(WRONG_FIRST_OCTETS) {
        for second in [0x00, 0x01, 0x02, 0x7d, 0x7e, 0x7f] {
            words.push(vec![first, second]);
            // A key of zeros, so that what follows is what it says.
            words.push(vec![first, second | 0x80, 0, 0, 0, 0]);
        }
    }
    for length in LENGTHS.into_iter().chain(ANNOUNCED) {
        words.push((length as u16).to_be_bytes().to_vec());
        words.push(length.to_be_bytes().to_vec());
    }
    words.extend(CLOSE_CODES.map(|code| code.to_be_bytes().to_vec()));
    words.extend(TEXTS.map(<[u8]>::to_vec));
    words
}

/// Pieces of compressed data (RFC 1951): whole messages, blocks of every kind, empty and final ones,
/// matches, and what no codec can read.
const DEFLATED: [&[u8]; 20] = [
    b"\xf2\x48\xcd\xc9\xc9\x07\x00",
    b"\xf2\x00\x11\x00\x00",
    b"\xf3\x48\xcd\xc9\xc9\x07\x00",
    b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
    b"\x00",
    b"\x02\x00",
    b"\x03\x00",
    b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
    b"\x00\x00\x00\xff\xff",
    b"\x01\x00\x00\xff\xff",
    b"\x00\x00\xff\xff",
    b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
    b"\x4a\x04\x02\x00",
    b"\x4a\x4c\x1c\x05\xa3\x60\x14\x00",
    b"\x02\x13\x00\x00",
    b"\x04\xc0\x01\x09",
    b"\x05\xe0\x81\x08",
    b"\x06",
    b"\x78\x9c",
    b"\xed\xc0\x81",
];

/// The words of frames, and of messages that may be compressed.
fn deflate_words() -> Vec<Vec<u8>> {
    let mut words = frame_words();
    for data in DEFLATED {
        words.push(data.to_vec());
        for first in [0xc1, 0xc2] {
            let length = data.len() as u8;
            words.push([&[first, length], data].concat());
            words.push([&[first, length | 0x80, 0, 0, 0, 0], data].concat());
        }
    }
    words
}

/// Words of opening handshakes.
const HTTP_WORDS: &[&str] = &[
    "GET ",
    "POST ",
    "GET / HTTP/1.1\r\n",
    " HTTP/1.1\r\n",
    " HTTP/1.0\r\n",
    " HTTP/2.0\r\n",
    "HTTP/1.1 101 ",
    "HTTP/1.1 100 \r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 101",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\r\n\t",
    "\0",
    "\u{7f}",
    ": ",
    " :",
    ", ",
    ",,",
    ";",
    "=",
    "\"",
    "\\",
    "\\\"",
    "\t",
    "  ",
    "Host: ",
    "Host: a\r\n",
    "Host: [::1]:80\r\n",
    "Connection: ",
    "Connection: Upgrade\r\n",
    "Connection: keep-alive\r\n",
    "Upgrade",
    "upgrade",
    "notupgrade",
    "Upgrade: ",
    "Upgrade: websocket\r\n",
    "websocket",
    "WebSocket",
    "h2c, ",
    "Sec-WebSocket-Key: ",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "AQIDBAUGBwgJCgsMDQ4PEC==",
    "==",
    "Sec-WebSocket-Version: ",
    "Sec-WebSocket-Version: 13\r\n",
    "13",
    "8",
    "8, 13",
    "Sec-WebSocket-Protocol: ",
    "Sec-WebSocket-Protocol: chat\r\n",
    "chat",
    "superchat",
    "chat, superchat",
    "Sec-WebSocket-Extensions: ",
    "permessage-deflate",
    "; client_max_window_bits",
    "; server_max_window_bits=10",
    "foo",
    "foo; a=1",
    "; b=\"c\"",
    "; b=\"\\c\"",
    "bar",
    "Sec-WebSocket-Accept: ",
    "Content-Length: 0\r\n",
    "Content-Length: 1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "/chat?x=1",
    "http://a:80/",
    "https://",
    "#",
    "%20",
    "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
    "keep-alive, Upgrade",
    "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
];

/// The words of heads, with the one accept value that fits.
fn http_words() -> Vec<Vec<u8>> {
    let accept = known_accept();
    let words = HTTP_WORDS.iter().map(|word| word.as_bytes().to_vec());
    words.chain([format!("Sec-WebSocket-Accept: {accept}\r\n").into_bytes()]).collect()
}
