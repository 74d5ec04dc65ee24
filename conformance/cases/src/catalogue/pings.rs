//! Pings and Pongs of every length and in any number (RFC 6455 §5.5.2, §5.5.3).

use super::{NOTHING, answer};
use crate::case::{Case, Deadline, Event, Grade, Tier};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, close, ping, pong, text};
use crate::wire::Opcode;

const LENGTHS: [u64; 13] = [1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 124];

pub(super) fn add(cases: &mut Vec<Case>) {
    let octets = |length| Payload::repeat((0..=250).collect::<Vec<u8>>(), length);
    for length in LENGTHS {
        let case = new(&format!("ping/length-{length}"), format!("A Ping of {length} octets."));
        let frame = Frame::new(Opcode::PING, octets(length));
        cases.push(case.step(frame).sees([Event::Pong(octets(length))]));
        let title = format!("A Pong of {length} octets that nobody asked for, and a text.");
        let case = new(&format!("pong/length-{length}"), title);
        let frame = Frame::new(Opcode::PONG, octets(length));
        let whole = Event::Message(Kind::Text, Payload::octets(&b"text"[..]));
        cases.push(case.steps([frame, text(b"text")]).sees([whole]));
    }
    let title = "A Ping of each length from 0 to 125, one after the other's Pong.".to_owned();
    let steps = (0..=125)
        .flat_map(|length| [Frame::new(Opcode::PING, octets(length)).into(), Step::Settle]);
    let case = new("ping/every-length", title).steps(steps);
    cases.push(case.sees((0..=125).map(|length| Event::Pong(octets(length)))));
    let title = "A Ping of each length from 125 to 0, one after the other's Pong.".to_owned();
    let steps = (0..=125).rev();
    let steps =
        steps.flat_map(|length| [Frame::new(Opcode::PING, octets(length)).into(), Step::Settle]);
    let case = new("ping/every-length-down", title).steps(steps);
    cases.push(case.sees((0..=125).rev().map(|length| Event::Pong(octets(length)))));
    for from in [0, 64, 128, 192] {
        let octets: Vec<u8> = (from..=from + 63).collect();
        let title = format!("A Ping with the octets {from} to {}.", from + 63);
        let case = new(&format!("ping/octets-from-{from}"), title).step(ping(octets.clone()));
        cases.push(case.sees([Event::Pong(Payload::octets(octets))]));
    }
    add_floods(cases);
}

/// Each Ping is answered, or only the last one (RFC 6455 §5.5.3).
fn add_floods(cases: &mut Vec<Case>) {
    for times in [100, 1000, 100_000] {
        let tier = if times > 10_000 { Tier::Full } else { Tier::Quick };
        let title = format!("{times} Pings without a pause.");
        cases.push(
            new(&format!("ping/flood-of-{times}"), title)
                .clauses(&["6455#5.5.2", "6455#5.5.3", "6455#10.4"])
                .in_tier(tier)
                .step(Step::Times(times, vec![ping(b"flood").into()]))
                .sees_times(times, answer(b"flood"))
                .ours(Grade::Strict, [answer(b"flood")])
                .deadline(Deadline::Close),
        );
        let title = format!("{times} Pongs that nobody asked for, then a Ping.");
        cases.push(
            new(&format!("pong/flood-of-{times}"), title)
                .clauses(&["6455#5.5.3", "6455#10.4"])
                .in_tier(tier)
                .step(Step::Times(times, vec![pong(vec![b'*'; 125]).into()]))
                .step(ping(b"last"))
                .sees([answer(b"last")]),
        );
    }
    let payload = |i: u32| format!("ping {i}").into_bytes();
    let title = "100 Pings of different payload, each behind the one before's Pong.".to_owned();
    let steps = (0..100).flat_map(|i| [ping(payload(i)).into(), Step::Settle]);
    let case = new("ping/in-order", title).steps(steps);
    cases.push(case.sees((0..100).map(|i| Event::Pong(Payload::octets(payload(i))))));
    let title = "1100 Pings of different payload, each behind the one before's Pong.".to_owned();
    let steps = (0..1100).flat_map(|i| [ping(payload(i)).into(), Step::Settle]);
    let case = new("ping/many-in-order", title).steps(steps);
    cases.push(case.sees((0..1100).map(|i| Event::Pong(Payload::octets(payload(i))))));
    let title = "100 times a Ping and a text, each behind the answers to those before.".to_owned();
    let pair = || vec![ping(b"ping").into(), text(b"text").into(), Step::Echo];
    let seen = || [answer(b"ping"), Event::Message(Kind::Text, Payload::octets(&b"text"[..]))];
    let case = new("ping/and-text", title).step(Step::Times(100, pair()));
    cases.push(case.sees((0..100).flat_map(|_| seen())));
    let title = "A Pong that repeats an old Ping of nobody, twice, then the Close.".to_owned();
    let case = new("pong/twice", title).steps([pong(b"old"), pong(b"old")]).step(close(1000));
    cases.push(case.sees(NOTHING));
}

fn new(name: &str, title: String) -> Case {
    Case::new(format!("control/{name}"), title).clauses(&["6455#5.5.2", "6455#5.5.3"])
}
