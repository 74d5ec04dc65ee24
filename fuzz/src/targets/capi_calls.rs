//! Calls of the C interface in any order, side by side with a session.

use arbitrary::Unstructured;

use crate::agreement::{Seen, play};
use crate::oracle::{Finding, Oracle, judge};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "capi_calls",
    feeds: "choices of calls, types, counts, contexts and missing places, with a stream to receive",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 1024,
    check,
    show,
    stream: |_| None,
};

/// The oracles.
const ORACLES: &[&dyn Oracle<Seen>] = &[&Agreement];

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    judge(ORACLES, &play(&mut Unstructured::new(octets), false))?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    play(&mut Unstructured::new(octets), true).log.unwrap_or_default().join("\n")
}

/// Each call answers and does what it answers and does through the session.
struct Agreement;

impl Oracle<Seen> for Agreement {
    fn name(&self) -> &'static str {
        "agreement of C interface and session"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        match &seen.differences[..] {
            [] => Ok(()),
            differences => Err(differences.join("\n")),
        }
    }
}
