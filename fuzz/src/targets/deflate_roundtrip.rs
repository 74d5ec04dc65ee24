//! A client and a server of the engine with permessage-deflate between them, joined by a network
//! that cuts.

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_cases::deflate::{Agreement, Facts, Inflater};
use wsproof_cases::wire::{Header, mask};

use super::frame_roundtrip::ORACLES;
use crate::oracle::{Finding, Oracle, judge};
use crate::roundtrip::{Seen, play_compressed};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "deflate_roundtrip",
    feeds: "choices of windows, takeover, thresholds and levels, then those of frame_roundtrip",
    oracles: || ORACLES.iter().chain([&PROMISES]).map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "frames.dict",
    longest: 512,
    check,
    show,
    stream: |_| None,
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let seen = play_compressed(&mut Unstructured::new(octets), false);
    judge(ORACLES, &seen)?;
    judge(&[PROMISES], &seen)?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    format!("{:#?}", play_compressed(&mut Unstructured::new(octets), true))
}

/// What each end compresses keeps to what was agreed on, which the engine's inflater would not
/// notice: it has the largest window, whatever was agreed on.
struct Promises;

const PROMISES: &dyn Oracle<Seen> = &Promises;

impl Oracle<Seen> for Promises {
    fn name(&self) -> &'static str {
        "promises"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        for (i, side) in [Role::Client, Role::Server].into_iter().enumerate() {
            let (written, due) = (&seen.written[i], &seen.compressed[i]);
            kept(seen.terms, side, written, due, seen.levels[i])
                .map_err(|what| format!("the {side} {what}"))?;
        }
        Ok(())
    }
}

/// Reads what one side has written, with a codec that tells how far back its data reaches, and how it
/// was made; `due` says of each message whether it has to be compressed.
fn kept(
    terms: Option<Agreement>,
    side: Role,
    written: &[u8],
    due: &[bool],
    level: u8,
) -> Result<(), String> {
    let mut due = due.iter().copied();
    let mut inflater = Inflater::default();
    let mut compressed = false;
    let mut gain = Gain::default();
    let mut rest = written;
    while let Some((header, size)) = Header::read(rest) {
        let end = usize::try_from(header.length).unwrap_or(usize::MAX).saturating_add(size);
        let Some(payload) = rest.get(size..end) else { break };
        rest = &rest[end..];
        let begins = matches!(header.opcode.0, 1 | 2);
        let allowed = if begins && terms.is_some() { 4 } else { 0 };
        if header.rsv & !allowed != 0 {
            return Err(format!("sets bits that mean nothing: {header:?}"));
        }
        if header.opcode.is_control() {
            continue;
        }
        if begins {
            compressed = header.rsv != 0;
            let rests = level == 1 && gain.was_poor && !compressed;
            if due.next().map(|due| due && !rests) != Some(compressed) {
                return Err(format!("compresses what it should not, or the other way: {header:?}"));
            }
            inflater.start_message();
        }
        let Some(terms) = terms.map(|agreement| agreement.of(side)).filter(|_| compressed) else {
            continue;
        };
        if begins && terms.no_context_takeover {
            inflater.forget();
        }
        let mut payload = payload.to_vec();
        mask(&mut payload, header.mask.unwrap_or_default(), 0);
        let whole = inflater.feed(&payload, &mut |plain| gain.add(plain.len(), 0)).is_ok();
        gain.add(0, payload.len());
        if header.fin {
            gain.end_message();
        }
        if !whole || header.fin && !inflater.end_message() {
            return Err(String::from("writes data that nobody can inflate"));
        }
        let Facts { stored, fixed, dynamic, distance, .. } = inflater.facts();
        // What flushes a message is a stored block, too, and so may be what does not shrink.
        if level == 0 && fixed + dynamic > 0 {
            return Err(format!("compresses at level 0: {stored} blocks of {fixed}"));
        }
        if distance > 1 << terms.window_bits {
            return Err(format!("refers {distance} octets back, and has agreed on {terms}"));
        }
    }
    Ok(())
}

/// What compression gains. At its fastest level an engine may leave off once sixteen messages in a
/// row have not become shorter by a quarter; those that were queued by then may be compressed still.
#[derive(Default)]
struct Gain {
    plain: usize,
    made: usize,
    poor: u32,
    was_poor: bool,
}

impl Gain {
    fn add(&mut self, plain: usize, made: usize) -> bool {
        self.plain += plain;
        self.made += made;
        true
    }

    fn end_message(&mut self) {
        self.poor = if 4 * self.made > 3 * self.plain { self.poor + 1 } else { 0 };
        self.was_poor |= self.poor >= 16;
        (self.plain, self.made) = (0, 0);
    }
}
