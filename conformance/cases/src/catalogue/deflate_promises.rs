//! What the subject has promised for its own compression, which shows in what it sends (RFC 7692
//! §7.1, §7.2.1).
//!
//! The tester sends plain messages, so that all a subject can refer to is what it has sent itself,
//! and notes how far back each of its matches reaches. A subject that does not compress keeps every
//! promise.

use super::deflate::{OWN, PLAIN};
use crate::case::{Case, Event};
use crate::deflate::{Ask, Data, Deflate};
use crate::payload::Payload;
use crate::random::Random;
use crate::step::{Frame, Kind, Step};
use crate::wire::Opcode;

/// For each window: what a server is offered and what a client is asked for.
macro_rules! windows {
    ($($bits:literal)+) => {
        [$( (
            $bits,
            Deflate {
                offers: &[concat!("permessage-deflate; server_max_window_bits=", $bits)],
                asks: &[Ask { no_context_takeover: false, window_bits: Some($bits) }],
                keeps: false,
                own: OWN,
            },
        ) ),+]
    };
}

const WINDOWS: [(u8, Deflate); 8] = windows!(8 9 10 11 12 13 14 15);

/// Neither side may refer to an earlier message.
const SEPARATE: Deflate = Deflate {
    offers: &["permessage-deflate; server_no_context_takeover; client_no_context_takeover"],
    asks: &[Ask { no_context_takeover: true, window_bits: None }],
    keeps: false,
    own: OWN,
};

pub(super) fn add(cases: &mut Vec<Case>) {
    for (bits, deflate) in WINDOWS {
        let window = 1u32 << bits;
        let title = format!(
            "Messages that repeat what is just inside and just outside of {window} octets."
        );
        let mut case = promise(&format!("window-{bits}"), title, deflate).clauses(&[
            "7692#7.1.2.1",
            "7692#7.1.2.2",
            "7692#7.2.1",
        ]);
        let mut seen = Vec::new();
        for distance in [window - 200, window, window + 1, window + 500] {
            // Noise, so that nothing else repeats itself.
            let noise = Data::Picture.slice(u64::from(distance), distance);
            let payload = Payload::repeat(noise, u64::from(distance) + 300);
            case = case.step(Frame::new(Opcode::BINARY, payload.clone())).step(Step::Echo);
            seen.push(Event::Message(Kind::Binary, payload));
        }
        cases.push(case.sees(seen));
    }
    let same = |times: u32| {
        let payload = Payload::octets(Data::Records.slice(0, 300));
        let frame = Frame::new(Opcode::TEXT, payload.clone());
        (Step::Times(times, vec![frame.into(), Step::Echo]), Event::Message(Kind::Text, payload))
    };
    let (steps, seen) = same(4);
    let title = "The same text again and again, where no message may refer to another.";
    let clauses = ["7692#7.1.1.1", "7692#7.1.1.2", "7692#7.2.1"];
    let case = promise("no-takeover", title.to_owned(), SEPARATE).clauses(&clauses).step(steps);
    cases.push(case.sees_times(4, seen));
    for (name, what, kind, octets) in [
        ("empty", "an empty message", Kind::Text, &b""[..]),
        ("binary", "a binary message", Kind::Binary, b"between"),
    ] {
        let title = format!("A text, {what} and the same text, where no message may refer back.");
        let between = Payload::octets(octets);
        let frame = Frame::new(kind.opcode(), between.clone());
        let (step, seen) = same(1);
        let case = promise(&format!("no-takeover-{name}"), title, SEPARATE).clauses(&clauses);
        let case = case.steps([step.clone(), frame.into(), Step::Echo, step]);
        cases.push(case.sees([seen.clone(), Event::Message(kind, between), seen]));
    }
    let (steps, seen) = same(4);
    let title = "The same text again and again, where messages may refer to each other.";
    let case = promise("takeover", title.to_owned(), PLAIN).clauses(&clauses).step(steps);
    cases.push(case.sees_times(4, seen));

    let title = "Empty messages between others.".to_owned();
    let case = promise("empty", title, PLAIN).clauses(&["7692#7.2.3", "7692#7.2.1"]);
    let (step, seen) = same(1);
    let empty = || Event::Message(Kind::Text, Payload::EMPTY);
    let steps = [step.clone(), Frame::new(Opcode::TEXT, Payload::EMPTY).into(), step];
    cases.push(case.steps(steps).sees([seen.clone(), empty(), seen]));

    cases.push(sizes("sizes", 4096));
    for size in [512, 1024, 2048] {
        cases.push(sizes(&format!("sizes-around-{size}"), size));
    }

    // Whoever sends noise as it is must not refer to it later: the tester has not inflated it.
    let mut random = Random::new(7);
    let octets: Vec<u8> = (0..700).map(|_| random.next() as u8).collect();
    let noise = |length: u64| Payload::repeat(octets.clone(), length);
    let lengths = [700, 1000, 500, 1400];
    let title =
        "Noise that gets no shorter, and messages that begin with the same noise.".to_owned();
    let case = promise("noise-again", title, PLAIN).clauses(&["7692#7.2.1"]);
    let steps = lengths
        .iter()
        .flat_map(|length| [Frame::new(Opcode::BINARY, noise(*length)).into(), Step::Echo]);
    let seen = lengths.iter().map(|length| Event::Message(Kind::Binary, noise(*length)));
    cases.push(case.steps(steps).sees(seen));

    let title = "Pings and a Close, which are never compressed.".to_owned();
    let case = promise("controls", title, PLAIN).clauses(&["7692#6.1"]);
    let noise = Payload::repeat(&b"ping "[..], 125);
    let pings = Step::Times(3, vec![Frame::new(Opcode::PING, noise.clone()).into(), Step::Settle]);
    cases.push(case.step(pings).sees_times(3, Event::Pong(noise)));
}

/// Noise gets no shorter, so that compressed data is of every length there as well.
fn sizes(name: &str, around: u32) -> Case {
    let title = format!("Messages of noise of every length around {around} octets.");
    let mut case = promise(name, title, PLAIN).clauses(&["7692#7.2.1"]);
    let mut seen = Vec::new();
    for length in around - 20..around + 20 {
        let mut random = Random::new(u64::from(length));
        let noise: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        let payload = Payload::octets(noise);
        case = case.step(Frame::new(Opcode::BINARY, payload.clone())).step(Step::Echo);
        seen.push(Event::Message(Kind::Binary, payload));
    }
    case.sees(seen)
}

fn promise(name: &str, title: String, deflate: Deflate) -> Case {
    Case::new(format!("deflate/promises/{name}"), title).deflate(deflate)
}
