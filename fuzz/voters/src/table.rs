//! What the voters are known to do otherwise.

use wsproof_cases::wire::Header;
use wsproof_model::Violation;

use crate::{Seen, Told, Voter};

/// A habit of a voter.
pub struct Divergence {
    /// Whose.
    pub of: Voter,
    /// What it does, and which clause sees it differently.
    pub what: &'static str,
    /// Whether it can show in what was seen.
    pub when: fn(&Seen<'_>) -> bool,
}

/// Every habit that is known.
pub const DIVERGENCES: &[Divergence] = &[
    Divergence {
        of: Voter::Tungstenite,
        what: "takes lengths that are not in their shortest form (RFC 6455 section 5.2)",
        when: |seen| {
            of_fault(seen, Violation::LengthNotShortest)
                || of_fault(seen, Violation::ControlTooLong)
        },
    },
    Divergence {
        of: Voter::Tungstenite,
        what: "takes no frame above 16 MiB and no message above 64 MiB, which it calls an error at \
               the header; the model has no limit (section 10.4)",
        when: |seen| announces(seen, 16 << 20),
    },
    Divergence {
        of: Voter::TokioWebsockets,
        what: "takes a text that ends inside a code point if its last frame is empty (section 8.1)",
        when: |seen| of_fault(seen, Violation::TextCut),
    },
    Divergence {
        of: Voter::TokioWebsockets,
        what: "takes no frame above 64 MiB; without that limit it panics when a header announces \
               about 2^63 octets (section 10.4)",
        when: |seen| announces(seen, 64 << 20),
    },
    Divergence {
        of: Voter::Tungstenite,
        what: "shows a Close with a wrong status code as one with 1002 (section 7.4)",
        when: |seen| of_fault(seen, Violation::CloseCode),
    },
    Divergence {
        of: Voter::Tungstenite,
        what: "takes 1014 for a wrong status code (registered with IANA, section 7.4.2)",
        when: |seen| seen.expected.contains(&Told::Close(1014)),
    },
    Divergence {
        of: Voter::Wslay,
        what: "takes 1012 to 1014 for wrong status codes (registered with IANA, section 7.4.2)",
        when: |seen| (1012..=1014).any(|code| seen.expected.contains(&Told::Close(code))),
    },
    Divergence {
        of: Voter::Wslay,
        what: "takes a Close with a body of one octet (section 5.5.1)",
        when: |seen| of_fault(seen, Violation::CloseBodyOfOne),
    },
];

/// Whether the last header announces more than so many octets.
fn announces(seen: &Seen<'_>, most: u64) -> bool {
    let mut rest = seen.stream;
    while let Some((header, size)) = Header::read(rest) {
        if header.length > most {
            return true;
        }
        let end = usize::try_from(header.length).unwrap_or(usize::MAX).saturating_add(size);
        rest = rest.get(end..).unwrap_or_default();
    }
    false
}

/// Whether all frames of the stream have come whole.
pub(crate) fn is_whole(stream: &[u8]) -> bool {
    let mut rest = stream;
    while let Some((header, size)) = Header::read(rest) {
        let end = usize::try_from(header.length).unwrap_or(usize::MAX).saturating_add(size);
        match rest.get(end..) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

fn of_fault(seen: &Seen<'_>, violation: Violation) -> bool {
    seen.outcome.fault.is_some_and(|fault| fault.violation == violation)
}
