//! The closing handshake (RFC 6455 §5.5.1, §7).
//!
//! They are the cases of the Autobahn test suite's group 7. What it has not is in
//! [`close_codes`](super::close_codes), [`close_order`](super::close_order) and
//! [`failing`](super::failing).

use super::{NOTHING, echo};
use crate::case::{Case, Ending, Event, Grade, Level};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, close, continuation, ping, text};
use crate::wire::Opcode;

const HELLO: &[u8] = b"Hello World!";

/// Codes that may be sent (RFC 6455 §7.4).
const VALID: [u16; 13] =
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];

/// Codes that may not, and whether a normal reply passes leniently: 1004 and what follows 1015
/// have no meaning yet.
const INVALID: [(u16, &str, bool); 9] = [
    (0, "below-1000", false),
    (999, "below-1000", false),
    (1004, "reserved", true),
    (1005, "reserved", false),
    (1006, "reserved", false),
    (1016, "unassigned", true),
    (1100, "unassigned", true),
    (2000, "unassigned", true),
    (2999, "unassigned", true),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    let hello = Payload::octets(HELLO);
    let first = case("7.1.1", "close/after-echo", "A text message, then the closing handshake.");
    cases.push(echo(first.step(text(HELLO)), Kind::Text, hello.clone()));
    add_after_close(cases);
    let large = Payload::repeat(&b"BAsd7&jh23"[..], 256 * 1024);
    cases.push(
        case(
            "7.1.6",
            "close/after-large-message",
            "A message of 256 KiB, a small one, a Close, a Ping, all at once.",
        )
        .level(Level::Practice)
        .step(Frame::new(Opcode::TEXT, large))
        .steps([text(HELLO).into(), close(1000), ping(b"").into()])
        .sees([Event::Message(Kind::Text, hello)])
        .tolerates(NOTHING)
        .informational(),
    );
    add_bodies(cases);
    for (i, code) in VALID.into_iter().enumerate() {
        let title = format!("A Close with the code {code}, to be answered with it or with 1000.");
        let codes = if code == 1000 { vec![1000] } else { vec![1000, code] };
        cases.push(
            case(format!("7.7.{}", i + 1), format!("close/code/valid-{code}"), title)
                .clauses(&["6455#7.4.1", "6455#7.4.2", "6455#5.5.1"])
                .step(close(code))
                .sees(NOTHING)
                .ends(Ending::answered(codes)),
        );
    }
    for (i, (code, name, lenient)) in INVALID.into_iter().enumerate() {
        let title = format!("A Close with the code {code}, which must not be sent.");
        let ending = Ending::refused(&[1002][..]);
        cases.push(
            case(format!("7.9.{}", i + 1), format!("close/code/{name}-{code}"), title)
                .clauses(&["6455#7.4.1", "6455#7.4.2"])
                .step(close(code))
                .sees(NOTHING)
                .ends(if lenient { ending.tolerating_reply() } else { ending }),
        );
    }
    for (number, code, codes) in
        [("7.13.1", 5000, [1000, 5000, 1002]), ("7.13.2", 65_535, [1000, 65_535, 1002])]
    {
        let title = format!("A Close with the code {code}, for which no range is defined.");
        cases.push(
            case(number, format!("close/code/above-4999-{code}"), title)
                .clauses(&["6455#7.4.2"])
                .level(Level::Practice)
                .step(close(code))
                .sees(NOTHING)
                .informational()
                .ends(Ending::refused(codes.to_vec())),
        );
    }
}

/// What follows the tester's Close is not for the subject any more.
fn add_after_close(cases: &mut Vec<Case>) {
    let second = Frame::new(Opcode::CLOSE, Payload::EMPTY);
    let after = [
        ("7.1.2", "second-close", "A Close, and at once a second one.", second),
        ("7.1.3", "ping", "A Close, and at once a Ping, not to be answered.", ping(b"")),
        ("7.1.4", "text", "A Close, and at once a text, not to be echoed.", text(HELLO)),
    ];
    for (number, name, title, frame) in after {
        let case = case(number, format!("close/then/{name}"), title)
            .clauses(&["6455#5.5.1", "6455#1.4"])
            .steps([close(1000), frame.into()])
            .sees(NOTHING);
        // That a Pong follows the peer's Close is harmless.
        let pong = [Event::Pong(Payload::EMPTY)];
        cases.push(if name == "ping" { case.ours(Grade::Lenient, pong) } else { case });
    }
    let title = "A Close between the two frames of a text message.";
    cases.push(
        case("7.1.5", "close/inside-message", title)
            .clauses(&["6455#5.5.1", "6455#5.4"])
            .step(text(b"fragment1").open())
            .step(close(1000))
            .step(continuation(b"fragment2"))
            .sees(NOTHING),
    );
}

/// Bodies of all lengths (RFC 6455 §5.5.1).
fn add_bodies(cases: &mut Vec<Case>) {
    let octets = |octets: &'static [u8]| Payload::octets(octets);
    let stars = |length| Payload::repeat(&b"*"[..], length);
    let bad_reason = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited";
    let protocol_error = || Ending::refused(&[1002][..]);
    let bodies = [
        ("7.3.1", "empty", "A Close without a body.", None, Payload::EMPTY, Ending::closed()),
        (
            "7.3.2",
            "one-octet",
            "A Close with half a status code.",
            None,
            octets(b"a"),
            protocol_error().tolerating(&[1003..=1003, 1007..=1008]),
        ),
        (
            "7.3.3",
            "code",
            "A Close with a status code and no reason.",
            Some(1000),
            Payload::EMPTY,
            Ending::closed(),
        ),
        (
            "7.3.4",
            "reason",
            "A Close with a status code and a reason.",
            Some(1000),
            octets(HELLO),
            Ending::closed(),
        ),
        (
            "7.3.5",
            "longest-reason",
            "A Close with a reason of 123 octets, the greatest length.",
            Some(1000),
            stars(123),
            Ending::closed(),
        ),
        (
            "7.3.6",
            "too-long",
            "A Close with a reason of 124 octets, one too many.",
            Some(1000),
            stars(124),
            protocol_error(),
        ),
        (
            "7.5.1",
            "reason-not-utf8",
            "A Close with a reason that is not UTF-8.",
            Some(1000),
            octets(bad_reason),
            // Who does not read the reason does not find out.
            Ending::refused(&[1002, 1007][..]).tolerating_reply(),
        ),
    ];
    for (number, name, title, code, reason, ending) in bodies {
        let case = case(number, format!("close/body/{name}"), title)
            .step(Step::Close { code, reason })
            .sees(NOTHING)
            .ends(ending);
        let text = name == "reason-not-utf8";
        cases.push(if text { case.clauses(&["6455#5.5.1", "6455#8.1"]) } else { case });
    }
}

fn case(
    number: impl Into<std::borrow::Cow<'static, str>>,
    id: impl Into<std::borrow::Cow<'static, str>>,
    title: impl Into<std::borrow::Cow<'static, str>>,
) -> Case {
    Case::new(id, title).autobahn(number).clauses(&["6455#5.5.1"])
}
