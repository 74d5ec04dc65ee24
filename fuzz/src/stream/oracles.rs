//! What must be true of everything an endpoint does with a stream.

use wsproof_model::{Limits, Outcome, read_stream};

use super::model::{due, meaning};
use super::record::Seen;
use crate::oracle::{Oracle, equal};

/// The oracles, cheapest first.
pub const ORACLES: &[&dyn for<'a> Oracle<Seen<'a>>] =
    &[&Manners, &Accounting, &Model, &EmittedOctets, &BoundedMemory];

/// Steps are bounded, faults are sticky, exactly one Close leaves, no call fails that must not.
struct Manners;

impl Oracle<Seen<'_>> for Manners {
    fn name(&self) -> &'static str {
        "progress and manners"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        match &seen.misdeeds[..] {
            [] => Ok(()),
            misdeeds => Err(format!("the endpoint {}", misdeeds.join(" and "))),
        }
    }
}

/// Every octet is taken, or there is a fault in front of the ones that are not.
struct Accounting;

impl Oracle<Seen<'_>> for Accounting {
    fn name(&self) -> &'static str {
        "accounting"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        let taken = (seen.stream.len() - seen.left) as u64;
        match seen.outcome.fault {
            None if seen.left > 0 => Err(format!("{} octets left without a fault", seen.left)),
            // What is wrong with compressed data is told of the last octet of its frame.
            Some(fault) if fault.offset >= taken && seen.setup.agreed().is_none() => {
                Err(format!("a fault at octet {} of the {taken} delivered", fault.offset))
            }
            _ => Ok(()),
        }
    }
}

/// The RFC, read to the letter by somebody else.
struct Model;

impl Oracle<Seen<'_>> for Model {
    fn name(&self) -> &'static str {
        "independent model"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        let meaning = meaning(seen.setup, seen.stream);
        equal(&meaning, &seen.outcome)?;
        match meaning.fault {
            Some(fault) => equal(&fault.violation.close_code(), &seen.close),
            None => Ok(()),
        }
    }
}

/// What leaves is, to the model in the peer's place, a pong for each ping and then one Close.
struct EmittedOctets;

impl Oracle<Seen<'_>> for EmittedOctets {
    fn name(&self) -> &'static str {
        "emitted octets"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        let outcome = read_stream(!seen.setup.role(), Limits::default(), &seen.written);
        let expected = Outcome { events: due(seen).collect(), partial: None, fault: None };
        equal(&expected, &outcome)
    }
}

/// What must be true of the same stream in several cuts.
pub const CUTS: &[&dyn for<'a> Oracle<[Seen<'a>]>] = &[&CutInvariance];

/// The same octets make the same events and the same octets in return, wherever they are cut and
/// whichever face the application uses.
struct CutInvariance;

impl Oracle<[Seen<'_>]> for CutInvariance {
    fn name(&self) -> &'static str {
        "cut invariance"
    }

    fn check(&self, seen: &[Seen<'_>]) -> Result<(), String> {
        let [whole, cuts @ ..] = seen else { return Ok(()) };
        for cut in cuts {
            let events = equal(&whole.outcome, &cut.outcome);
            let same_face = whole.setup.through_session() == cut.setup.through_session();
            // The faces draw different keys, since only one of them has drawn a nonce.
            let written = if same_face { equal(&whole.written, &cut.written) } else { Ok(()) };
            events.and(written).map_err(|what| format!("{what}\nwith {:?}", cut.setup))?;
        }
        Ok(())
    }
}

/// Memory is what the configuration says, and all of it is taken at creation.
struct BoundedMemory;

impl Oracle<Seen<'_>> for BoundedMemory {
    fn name(&self) -> &'static str {
        "bounded memory"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        let Some(memory) = seen.memory else { return Ok(()) };
        if memory.created > memory.promised || memory.later > 0 || memory.kept > 0 {
            return Err(format!("{memory:?}"));
        }
        Ok(())
    }
}
