//! What the tester makes of compressed messages (RFC 7692 §7.2).

use super::Breach;
use crate::deflate::{Inflater, Terms};

/// Inflates what the subject has compressed, and watches how it was done. It knows more than the
/// subject may refer to, so that a broken promise is told from data that is none.
#[derive(Debug, Default)]
pub(super) struct Inflating {
    inflater: Inflater,
    /// The data of this message has stopped to make sense.
    lost: bool,
    /// There is data.
    any: bool,
}

impl Inflating {
    pub(super) fn start_message(&mut self) {
        self.inflater.start_message();
        self.lost = false;
        self.any = false;
    }

    /// Takes octets of a message and hands out what they stand for.
    pub(super) fn feed(&mut self, octets: &[u8], sink: &mut dyn FnMut(&[u8])) -> Option<Breach> {
        self.any |= !octets.is_empty();
        if self.lost {
            return None;
        }
        let mut all = |octets: &[u8]| {
            sink(octets);
            true
        };
        self.lost = self.inflater.feed(octets, &mut all).is_err();
        self.lost.then_some(Breach::DataCorrupt)
    }

    /// Ends a message of a subject that has promised to keep to these terms.
    pub(super) fn end_message(&mut self, terms: Terms) -> impl Iterator<Item = Breach> + use<> {
        // RFC 7692 §7.2.3.6: an empty message has an octet.
        let unfinished = !(self.lost || self.any && self.inflater.end_message());
        let facts = self.inflater.facts();
        [
            (unfinished, Breach::DataUnfinished),
            (facts.distance > 1 << terms.window_bits, Breach::WindowExceeded),
            (terms.no_context_takeover && facts.reach > 0, Breach::ContextUsed),
        ]
        .into_iter()
        .filter_map(|(broken, breach)| broken.then_some(breach))
    }
}
