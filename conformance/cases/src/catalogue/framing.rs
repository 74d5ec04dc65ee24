//! Data frames at the boundaries of the three length forms (RFC 6455 §5.2).
//!
//! They are the cases of the Autobahn test suite's group 1. What it has not is in
//! [`length_forms`](super::length_forms).

use super::echo;
use crate::case::Case;
use crate::payload::Payload;
use crate::step::{Frame, Kind, Write};

/// Payload lengths, and whether the subject gets more patience than usual.
const LENGTHS: &[(u64, bool)] = &[
    (0, false),
    (125, false),
    (126, false),
    (127, false),
    (128, false),
    (65_535, true),
    (65_536, true),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for (subgroup, kind, octet) in [(1, Kind::Text, b"*"), (2, Kind::Binary, b"\xfe")] {
        let name = kind.name();
        for (i, &(length, patient)) in LENGTHS.iter().enumerate() {
            let id = format!("framing/{name}/length-{length}");
            let title = format!("One {name} frame of {length} octets, to be echoed.");
            let number = format!("1.{subgroup}.{}", i + 1);
            cases.push(case(id, title, number, kind, octet, (length, patient), Write::Joined));
        }
        cases.push(case(
            format!("framing/{name}/length-65536-in-pieces"),
            format!("One {name} frame of 65536 octets in writes of 997, to be echoed."),
            format!("1.{subgroup}.8"),
            kind,
            octet,
            (65_536, true),
            Write::Every(997),
        ));
    }
}

fn case(
    id: String,
    title: String,
    number: String,
    kind: Kind,
    octet: &'static [u8],
    (length, patient): (u64, bool),
    write: Write,
) -> Case {
    let payload = Payload::repeat(octet, length);
    let case = Case::new(id, title)
        .autobahn(number)
        .clauses(&["6455#5.2", "6455#5.6"])
        .patience(if patient { 10 } else { 1 })
        .step(Frame::new(kind.opcode(), payload.clone()).write(write));
    echo(case, kind, payload)
}
