//! Status codes and reasons in a Close (RFC 6455 §5.5.1, §7.4).

use super::NOTHING;
use crate::case::{By, Case, Ending};
use crate::payload::Payload;
use crate::step::{Frame, Step, Write, close};
use crate::wire::Opcode;

/// Codes that may be sent, besides those that other families have.
const VALID: [u16; 15] =
    [1012, 1013, 1014, 3001, 3002, 3003, 3333, 3500, 3998, 4001, 4100, 4321, 4500, 4998, 4900];
/// Codes that may not, and whether a normal reply passes leniently: nothing says what a receiver
/// does with a code that has no meaning yet.
const INVALID: [(u16, bool); 50] = [
    (1, false),
    (2, false),
    (3, false),
    (10, false),
    (99, false),
    (100, false),
    (101, false),
    (127, false),
    (128, false),
    (200, false),
    (255, false),
    (256, false),
    (400, false),
    (500, false),
    (512, false),
    (998, false),
    (1015, false),
    (1017, true),
    (1018, true),
    (1019, true),
    (1020, true),
    (1023, true),
    (1024, true),
    (1050, true),
    (1099, true),
    (1101, true),
    (1499, true),
    (1500, true),
    (1900, true),
    (1999, true),
    (2001, true),
    (2048, true),
    (2500, true),
    (2998, true),
    (5001, true),
    (5002, true),
    (5999, true),
    (8191, true),
    (8192, true),
    (9999, true),
    (10_000, true),
    (16_383, true),
    (16_384, true),
    (32_767, true),
    (32_768, true),
    (33_768, true),
    (49_152, true),
    (65_000, true),
    (65_280, true),
    (65_534, true),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for code in VALID {
        let title = format!("A Close with the code {code}, to be answered with it or with 1000.");
        let case = new(&format!("code/valid-{code}"), title).step(close(code));
        let ending = Ending::answered(vec![1000, code]);
        // A list of codes may be older than these three.
        let late = matches!(code, 1012..=1014);
        let near = &[1000..=1003, 1008..=1014, 3000..=4999];
        cases.push(case.ends(if late { ending.tolerating(near) } else { ending }));
    }
    for (code, lenient) in INVALID {
        let title = format!("A Close with the code {code}, which must not be sent.");
        let ending = Ending::refused(&[1002][..]);
        let ending = if lenient { ending.tolerating_reply() } else { ending };
        cases.push(new(&format!("code/invalid-{code}"), title).step(close(code)).ends(ending));
    }
    add_with_reason(cases);
    add_reasons(cases);
    add_bodies(cases);
}

/// A reason makes no code right or wrong.
fn add_with_reason(cases: &mut Vec<Case>) {
    let reason = || Payload::octets(&b"because"[..]);
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 4999] {
        let title = format!("A Close with the code {code} and a reason.");
        let codes = if code == 1000 { vec![1000] } else { vec![1000, code] };
        let case = new(&format!("reason/valid-{code}"), title);
        let step = Step::Close { code: Some(code), reason: reason() };
        let ending = Ending::answered(codes);
        let near = &[1000..=1003, 1008..=1014, 3000..=4999];
        let ending = if code > 1011 && code < 1015 { ending.tolerating(near) } else { ending };
        cases.push(case.step(step).ends(ending));
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535] {
        let title = format!("A Close with the code {code}, which must not be sent, and a reason.");
        let lenient = matches!(code, 1004 | 1016..);
        let ending = Ending::refused(&[1002][..]);
        let ending = if lenient { ending.tolerating_reply() } else { ending };
        let step = Step::Close { code: Some(code), reason: reason() };
        cases.push(new(&format!("reason/invalid-{code}"), title).step(step).ends(ending));
    }
}

fn add_reasons(cases: &mut Vec<Case>) {
    for length in [1, 2, 3, 4, 61, 62, 121, 122] {
        let reason = Payload::repeat(&b"reason "[..], length);
        let title = format!("A Close with a reason of {length} octets.");
        let step = Step::Close { code: Some(1000), reason };
        cases.push(new(&format!("reason/length-{length}"), title).step(step));
    }
    for (name, what, reason) in [
        ("three-octets", "123 octets of code points of three", "€".repeat(41)),
        ("four-octets", "120 octets of code points of four", "😀".repeat(30)),
        ("nul", "a NUL", "a\0b".to_owned()),
        ("byte-order-mark", "a byte order mark", "\u{feff}because".to_owned()),
        ("last-code-point", "the last code point", "\u{10ffff}".to_owned()),
        ("noncharacter", "a noncharacter", "\u{fffe}".to_owned()),
        ("line-ends", "line ends", "a\r\nb\nc\r".to_owned()),
    ] {
        let title = format!("A Close with a reason of {what}.");
        let step = Step::Close { code: Some(1000), reason: Payload::octets(reason.into_bytes()) };
        cases.push(new(&format!("reason/{name}"), title).step(step));
    }
    for (name, what, reason) in [
        ("cut-after-one", "ends inside a code point", &b"because \xe2"[..]),
        ("cut-after-two", "ends inside a code point", b"because \xe2\x82"),
        ("cut-at-once", "is one octet of a code point", b"\xf0"),
        ("overlong", "has a slash in too many octets", b"because \xc0\xaf"),
        ("surrogate", "has a surrogate", b"\xed\xa0\x80"),
        ("beyond", "has a code point beyond the last", b"\xf4\x90\x80\x80"),
        ("impossible", "has an octet that UTF-8 never uses", b"because\xff"),
        ("impossible-first", "begins with an octet that UTF-8 never uses", b"\xfe"),
        ("continuation", "begins with a continuation octet", b"\x80because"),
    ] {
        let title = format!("A Close with a reason that {what}.");
        let step = Step::Close { code: Some(1000), reason: Payload::octets(reason) };
        // Who does not read the reason does not find out.
        let ending = Ending::refused(&[1002, 1007][..]).tolerating_reply();
        let case = new(&format!("reason/not-utf8-{name}"), title).step(step).ends(ending);
        cases.push(case.clauses(&["6455#5.5.1", "6455#8.1"]));
    }
}

/// Bodies of a few octets, and bodies that come octet by octet.
fn add_bodies(cases: &mut Vec<Case>) {
    for octet in [0x00, 0x03, 0x80, 0xe8, 0xff] {
        let title = format!("A Close whose body is the single octet {octet:02x}.");
        let step = Step::Close { code: None, reason: Payload::octets(vec![octet]) };
        let near = &[1003..=1003, 1007..=1008];
        let ending = Ending::refused(&[1002][..]).tolerating(near);
        let case = new(&format!("body/one-octet-{octet:02x}"), title).step(step);
        cases.push(case.ends(ending));
    }
    // Frames of their own, so the subject is the first to close in the tester's eyes.
    let body = |reason: &[u8]| Payload::octets([&1001u16.to_be_bytes()[..], reason].concat());
    for (name, what, payload) in [
        ("empty", "no body", Payload::EMPTY),
        ("code", "a code", body(b"")),
        ("reason", "a code and a reason", body("grüße".as_bytes())),
    ] {
        let codes = if payload.length() == 0 { vec![1000] } else { vec![1001, 1000] };
        for (how, write) in [("bytewise", Write::Every(1)), ("in-threes", Write::Every(3))] {
            let title = format!("A Close with {what}, {}.", how.replace('-', " "));
            let frame = Frame::new(Opcode::CLOSE, payload.clone()).write(write);
            let ending = Ending { by: By::Subject, ..Ending::answered(codes.clone()) };
            let case = new(&format!("body/{name}-{how}"), title).step(frame);
            cases.push(case.ends(ending));
        }
    }
}

fn new(name: &str, title: String) -> Case {
    Case::new(format!("close/{name}"), title)
        .clauses(&["6455#5.5.1", "6455#7.4.1", "6455#7.4.2"])
        .sees(NOTHING)
}
