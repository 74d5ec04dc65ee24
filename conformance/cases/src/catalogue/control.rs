//! Ping and Pong (RFC 6455 §5.5.2, §5.5.3).
//!
//! They are the cases of the Autobahn test suite's group 2. What it has not is in
//! [`pings`](super::pings).

use super::{NOTHING, protocol_error};
use crate::case::{Case, Deadline, Event, Grade};
use crate::payload::Payload;
use crate::step::{Frame, Write, close, ping, pong};
use crate::wire::Opcode;

const UNSOLICITED: &[u8] = b"unsolicited pong payload";

pub(super) fn add(cases: &mut Vec<Case>) {
    let pings = [
        ("2.1", "empty", "An empty Ping, to be answered by an empty Pong.", &b""[..]),
        ("2.2", "text", "A Ping with text, which the Pong repeats.", b"Hello, world!"),
        (
            "2.3",
            "binary",
            "A Ping with octets that are not UTF-8, which the Pong repeats.",
            b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff",
        ),
    ];
    for (number, name, title, payload) in pings {
        let case = case(number, &format!("control/ping/{name}"), title);
        cases.push(case.step(ping(payload)).sees([answer(Payload::octets(payload))]));
    }
    cases.push(
        case("2.4", "control/ping/length-125", "A Ping of the greatest length, 125 octets.")
            .step(long_ping(125))
            .sees([answer(long(125))]),
    );
    cases.push(
        case("2.5", "control/ping/length-126", "A Ping of 126 octets, one too many.")
            .clauses(&["6455#5.5"])
            .deadline(Deadline::Fail)
            .step(long_ping(126))
            .sees(NOTHING)
            .ends(protocol_error()),
    );
    cases.push(
        case("2.6", "control/ping/bytewise", "A Ping of 125 octets, each in a write of its own.")
            .step(long_ping(125).write(Write::Every(1)))
            .sees([answer(long(125))]),
    );
    cases.push(
        case("2.7", "control/pong/unsolicited-empty", "An empty Pong that nobody asked for.")
            .clauses(&["6455#5.5.3"])
            .step(pong(b""))
            .step(close(1000))
            .sees(NOTHING),
    );
    cases.push(
        case("2.8", "control/pong/unsolicited", "A Pong with payload that nobody asked for.")
            .clauses(&["6455#5.5.3"])
            .step(pong(UNSOLICITED))
            .step(close(1000))
            .sees(NOTHING),
    );
    cases.push(
        case("2.9", "control/pong/unsolicited-then-ping", "An unasked Pong, then a Ping.")
            .clauses(&["6455#5.5.2", "6455#5.5.3"])
            .step(pong(UNSOLICITED))
            .step(ping(b"ping payload"))
            .sees([answer(Payload::octets(&b"ping payload"[..]))]),
    );
    cases.push(ten("2.10", "control/ping/ten", "Ten Pings in a row.", Write::Joined));
    cases.push(ten(
        "2.11",
        "control/ping/ten-bytewise",
        "Ten Pings in a row, each octet in a write of its own.",
        Write::Every(1),
    ));
}

fn case(number: &'static str, id: &str, title: &'static str) -> Case {
    Case::new(id.to_owned(), title)
        .autobahn(number)
        .clauses(&["6455#5.5.2"])
        .deadline(Deadline::Close)
}

/// Ten Pings and ten Pongs in the same order; the RFC asks only for the last one.
fn ten(number: &'static str, id: &str, title: &'static str, write: Write) -> Case {
    let payload = |i: u8| Payload::octets(format!("payload-{i}").into_bytes());
    case(number, id, title)
        .clauses(&["6455#5.5.2", "6455#5.5.3"])
        .steps((0..10).map(|i| Frame::new(Opcode::PING, payload(i)).write(write)))
        .sees((0..10).map(|i| answer(payload(i))))
        .ours(Grade::Strict, [answer(payload(9))])
}

fn long(length: u64) -> Payload {
    Payload::repeat(&b"\xfe"[..], length)
}

fn long_ping(length: u64) -> Frame {
    Frame::new(Opcode::PING, long(length))
}

const fn answer(payload: Payload) -> Event {
    Event::Pong(payload)
}
