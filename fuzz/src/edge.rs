//! Values at the edges of the protocol, where mistakes live.

/// Payload lengths around every change of form and of rule.
pub const LENGTHS: [u64; 22] = [
    0, 1, 2, 3, 4, 7, 8, 123, 124, 125, 126, 127, 128, 255, 256, 300, 1000, 32_767, 32_768, 40_000,
    65_535, 65_536,
];

/// Lengths to announce and not to keep.
pub const ANNOUNCED: [u64; 12] = [
    0,
    1,
    125,
    126,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    (1 << 63) - 1,
    1 << 63,
    u64::MAX,
];

/// Status codes around the end of every range.
pub const CLOSE_CODES: [u16; 26] = [
    0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
    1014, 1015, 1016, 1100, 2999, 3000, 3999, 4000, 4999, 5000,
];

/// First octets of frames, the usual ones.
pub const FIRST_OCTETS: [u8; 9] = [0x81, 0x01, 0x80, 0x00, 0x82, 0x02, 0x89, 0x8a, 0x88];

/// First octets that no peer may send without an extension, or not at every time.
pub const WRONG_FIRST_OCTETS: [u8; 16] = [
    0xc1, 0xa2, 0x91, 0xc0, 0xf9, 0x83, 0x07, 0x8b, 0x8f, 0x08, 0x09, 0x0a, 0x81, 0x02, 0x80, 0x00,
];

/// Texts and pieces of texts: whole code points of every length and at every edge, code points that
/// are cut, and octets that are no text.
pub const TEXTS: [&[u8]; 32] = [
    b"Hello",
    b"\0",
    b"\x7f",
    b"\xc2\x80",
    b"\xdf\xbf",
    b"\xe0\xa0\x80",
    b"\xed\x9f\xbf",
    b"\xee\x80\x80",
    b"\xef\xbf\xbf",
    b"\xf0\x90\x80\x80",
    b"\xf4\x8f\xbf\xbf",
    b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
    b"\xc3",
    b"\xa4",
    b"\xe2\x82",
    b"\xac",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\xf0\x9f",
    b"\x98\x80",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xfe",
    b"\xff",
    b"\xe2\x28\xa1",
    b"ab\xf0\x9d\x9c",
];

/// The words of frames: headers, lengths, status codes, text.
pub(crate) fn frame_words() -> Vec<Vec<u8>> {
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
pub(crate) fn deflate_words() -> Vec<Vec<u8>> {
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
pub(crate) fn http_words() -> Vec<Vec<u8>> {
    let accept = crate::heads::known_accept();
    let words = HTTP_WORDS.iter().map(|word| word.as_bytes().to_vec());
    words.chain([format!("Sec-WebSocket-Accept: {accept}\r\n").into_bytes()]).collect()
}
