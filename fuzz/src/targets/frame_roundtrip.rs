//! A client and a server of the engine, joined by a network that cuts.

use arbitrary::Unstructured;
use wsproof_engine::State;

use crate::oracle::{Finding, Oracle, equal, judge};
use crate::roundtrip::{Item, Pings, Seen, play};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "frame_roundtrip",
    feeds: "choices of messages, fragments, control frames, buffer sizes and partial writes",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 512,
    check,
    show,
    stream: |_| None,
};

/// How many pongs may wait at least.
const WAITING: usize = 16;

/// The oracles.
pub(super) const ORACLES: &[&dyn Oracle<Seen>] = &[&Manners, &RoundTrip, &Pongs, &Closing];

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    judge(ORACLES, &play(&mut Unstructured::new(octets), false))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    format!("{:#?}", play(&mut Unstructured::new(octets), true))
}

/// No end finds a fault in what the other sends, loses an operation or keeps what it refuses.
struct Manners;

impl Oracle<Seen> for Manners {
    fn name(&self) -> &'static str {
        "progress and manners"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        match &seen.misdeeds[..] {
            [] => Ok(()),
            misdeeds => Err(format!("an endpoint {}", misdeeds.join(" and "))),
        }
    }
}

/// What one end sends is what the other receives, in the same order.
struct RoundTrip;

impl Oracle<Seen> for RoundTrip {
    fn name(&self) -> &'static str {
        "round trip"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        for (from, to) in [(0, 1), (1, 0)] {
            let sent = &seen.sent[from];
            // What a Close leaves behind is nobody's.
            let close = sent.iter().position(|item| matches!(item, Item::Close(..)));
            let sent = close.map_or(&sent[..], |at| &sent[..=at]);
            equal(&sent, &&seen.received[to][..])?;
        }
        Ok(())
    }
}

/// Every ping has its pong, as long as not too many wait (RFC 6455 §5.5.3).
struct Pongs;

impl Oracle<Seen> for Pongs {
    fn name(&self) -> &'static str {
        "pongs"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        let open = seen.states == [State::Open; 2];
        for (own, other) in [(0, 1), (1, 0)] {
            let Pings { sent, answered, .. } = seen.pings[own];
            let unasked = seen.pings[other].unasked;
            // The latest ping is answered in any case.
            let least = unasked + if sent <= WAITING { sent } else { 1 };
            if answered > sent + unasked || open && answered < least {
                return Err(format!("{:?}", seen.pings));
            }
        }
        Ok(())
    }
}

/// When everything has arrived, both ends know who has closed.
struct Closing;

impl Oracle<Seen> for Closing {
    fn name(&self) -> &'static str {
        "closing handshake"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        let closes = |items: &[Item]| items.iter().any(|item| matches!(item, Item::Close(..)));
        let [client, server] = seen.sent.each_ref().map(|sent| closes(sent));
        let state = |ours, theirs| match (ours, theirs) {
            (false, false) => State::Open,
            (true, false) => State::CloseSent,
            (false, true) => State::CloseReceived,
            (true, true) => State::Closed,
        };
        equal(&[state(client, server), state(server, client)], &seen.states)
    }
}
