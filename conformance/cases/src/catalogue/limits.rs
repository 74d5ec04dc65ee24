//! Large messages, many frames, many messages (RFC 6455 §10.4).
//!
//! They are the cases of the Autobahn test suite's group 9, and one more. What it has not is in
//! [`message_limit`](super::message_limit).

use super::{answer, large_echo};
use crate::case::{Case, Deadline, Event, Grade, Level, Needs};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, ping};
use crate::wire::Opcode;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// Sizes of single frames.
const FRAMES: [(u64, &str); 6] = [
    (64 * KIB, "64-kib"),
    (256 * KIB, "256-kib"),
    (MIB, "1-mib"),
    (4 * MIB, "4-mib"),
    (8 * MIB, "8-mib"),
    (16 * MIB, "16-mib"),
];
/// Sizes of the fragments of 4 MiB.
const FRAGMENTS: [u64; 9] = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
/// Sizes of the writes of one frame of 1 MiB.
const WRITES: [u32; 6] = [64, 128, 256, 512, 1024, 2048];
/// Sizes of the messages in a row of round trips.
const ROUND_TRIPS: [u64; 6] = [0, 16, 64, 256, 1024, 4096];
/// How many round trips make a row.
const ROW: u32 = 1000;

pub(super) fn add(cases: &mut Vec<Case>) {
    let kinds = [
        (Kind::Text, &b"BAsd7&jh23"[..], [1, 3, 5, 7]),
        (Kind::Binary, &b"\x00\xfe\x23\xfa\xf0"[..], [2, 4, 6, 8]),
    ];
    for (kind, unit, subgroups) in kinds {
        let name = kind.name();
        for (i, (length, size)) in FRAMES.into_iter().enumerate() {
            let payload = Payload::repeat(unit, length);
            cases.push(case(
                (subgroups[0], i),
                format!("{name}/frame-of-{size}"),
                format!("A {name} message of {length} octets in one frame."),
                (1, kind, payload.clone()),
                Frame::new(kind.opcode(), payload).into(),
            ));
        }
        for (i, fragment) in FRAGMENTS.into_iter().enumerate() {
            let octet = if kind == Kind::Binary && i == 0 { &b"\xfe"[..] } else { b"*" };
            let payload = Payload::repeat(octet, 4 * MIB);
            let fragments = 4 * MIB / fragment + 1;
            let needs = Needs { message: 4 * MIB, fragments, ..Needs::default() };
            cases.push(
                case(
                    (subgroups[1], i),
                    format!("{name}/fragments-of-{fragment}"),
                    format!("A {name} message of 4 MiB in fragments of {fragment} octets."),
                    (1, kind, payload.clone()),
                    Step::Message { kind, payload, fragment },
                )
                .needs(needs),
            );
        }
        for (i, write) in WRITES.into_iter().enumerate() {
            let payload = Payload::repeat(unit, MIB);
            cases.push(case(
                (subgroups[2], i),
                format!("{name}/writes-of-{write}"),
                format!("A {name} frame of 1 MiB in writes of {write} octets."),
                (1, kind, payload.clone()),
                Frame::new(kind.opcode(), payload).write(Write::Every(write)).into(),
            ));
        }
        for (i, length) in ROUND_TRIPS.into_iter().enumerate() {
            let octet = if kind == Kind::Binary { &b"\xfe"[..] } else { b"*" };
            let payload = Payload::repeat(octet, length);
            let frame = Frame::new(kind.opcode(), payload.clone());
            cases.push(case(
                (subgroups[3], i),
                format!("{name}/round-trips-of-{length}"),
                format!("{ROW} {name} messages of {length} octets, one after the other's echo."),
                (ROW, kind, payload),
                Step::Times(ROW, vec![frame.into(), Step::Echo]),
            ));
        }
    }
    cases.push(ping_behind());
}

/// A Pong must not come inside of an echo that the network does not take at once.
fn ping_behind() -> Case {
    let payload = Payload::repeat(&b"0123456789"[..], 4 * MIB);
    let title = "A binary message of 4 MiB, and a Ping right behind it.";
    let needs = Needs { message: 4 * MIB, ..Needs::default() };
    let message = Event::Message(Kind::Binary, payload.clone());
    Case::new("limits/binary/ping-behind-4-mib", title)
        .clauses(&["6455#5.4", "6455#5.5.2", "6455#10.4"])
        .level(Level::Practice)
        .needs(needs)
        .deadline(Deadline::Close)
        .steps([Frame::new(Opcode::BINARY, payload), ping(b"behind")])
        .sees([message.clone(), answer(b"behind")])
        .ours(Grade::Strict, [answer(b"behind"), message])
}

fn case(
    (subgroup, i): (u32, usize),
    name: String,
    title: String,
    (times, kind, payload): (u32, Kind, Payload),
    step: Step,
) -> Case {
    let needs = Needs { message: payload.length(), fragments: 1, ..Needs::default() };
    let case = Case::new(format!("limits/{name}"), title)
        .autobahn(format!("9.{subgroup}.{}", i + 1))
        .clauses(&["6455#10.4", "6455#6.2"])
        .level(Level::Practice)
        .needs(needs)
        .deadline(Deadline::Close)
        .step(step);
    large_echo(case, times, kind, payload)
}
