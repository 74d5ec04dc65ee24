//! Calls of the interface in any order, against what each may answer.

use arbitrary::Unstructured;
use wsproof_model::{Limits, read_stream};

use crate::calls::{Seen, play};
use crate::oracle::{Finding, Oracle, judge};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "session_calls",
    feeds: "choices of calls, arguments, tickets and counts, with a stream to receive",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 1024,
    check,
    show,
    stream: |_| None,
};

/// The oracles.
const ORACLES: &[&dyn Oracle<Seen>] = &[&StateMachine, &EmittedOctets];

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    judge(ORACLES, &play(&mut Unstructured::new(octets), false))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    let seen = play(&mut Unstructured::new(octets), true);
    format!("a {} and these calls:\n{}", seen.role, seen.log.unwrap_or_default().join("\n"))
}

/// Each call answers as the record of the calls before it says; misuse changes nothing, and after an
/// abort everything comes home.
struct StateMachine;

impl Oracle<Seen> for StateMachine {
    fn name(&self) -> &'static str {
        "state machine"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        match &seen.misdeeds[..] {
            [] => Ok(()),
            misdeeds => Err(format!("the session {}", misdeeds.join(" and "))),
        }
    }
}

/// What was written is a stream without a fault to the model in the peer's place.
struct EmittedOctets;

impl Oracle<Seen> for EmittedOctets {
    fn name(&self) -> &'static str {
        "emitted octets"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        if seen.torn || seen.custom {
            return Ok(());
        }
        match read_stream(!seen.role, Limits::default(), &seen.written).fault {
            None => Ok(()),
            Some(fault) => Err(format!("{fault:?} in {:02x?}", seen.written)),
        }
    }
}
