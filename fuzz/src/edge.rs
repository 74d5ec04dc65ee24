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
