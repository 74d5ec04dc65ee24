//! What the tester makes of compressed messages (RFC 7692 §7.2).

use super::recall::Recall;
use crate::breach::Breach;
use crate::deflate::{Facts, Inflater, Terms};
use crate::payload::Blob;
use crate::wire::Opcode;

/// So many octets of data are too much to be remembered.
const DATA: usize = 1 << 20;

/// Inflates what the subject has compressed, and watches how it was done. It knows more than the
/// subject may refer to, so that a broken promise is told from data that is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Inflating {
    inflater: Inflater,
    /// The data of this message has stopped to make sense.
    lost: bool,
    /// There is data.
    any: bool,
    recall: Recall,
    /// The inflater has not seen what came last.
    stale: bool,
    /// The message is one that has come before, up to so many octets of its data.
    again: Option<(usize, usize)>,
    /// The data of the message, if it is not and as long as it is not too much.
    data: Vec<u8>,
}

/// How a message ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// What is wrong with it.
    pub(super) breaches: Vec<Breach>,
    /// What it stands for, if it has come before. Nothing of it has been handed out then.
    pub(super) known: Option<Blob>,
}

impl Inflating {
    pub(super) fn start_message(&mut self, opcode: Opcode) {
        self.lost = false;
        self.any = false;
        self.data.clear();
        self.again = self.recall.likely(opcode).map(|number| (number, 0));
        if self.again.is_none() {
            self.start_anew();
        }
    }

    /// Takes octets of a message and hands out what they stand for.
    pub(super) fn feed(&mut self, octets: &[u8], sink: &mut dyn FnMut(&[u8])) -> Option<Breach> {
        self.any |= !octets.is_empty();
        if let Some((number, came)) = &mut self.again {
            if self.recall.data(*number)[*came..].starts_with(octets) {
                *came += octets.len();
                return None;
            }
            self.inflate_again(sink);
        }
        self.inflate(octets, sink)
    }

    /// Ends a message of a subject that has promised to keep to these terms.
    pub(super) fn end_message(&mut self, terms: Terms, sink: &mut dyn FnMut(&[u8])) -> Ended {
        if let Some((number, came)) = self.again {
            if came == self.recall.data(number).len() {
                let known = self.recall.again(number);
                self.stale = true;
                let (facts, known) = (known.facts, Some(known.blob.clone()));
                return Ended { breaches: breaches(false, facts, terms), known };
            }
            self.inflate_again(sink);
        }
        // RFC 7692 §7.2.3.6: an empty message has an octet.
        let unfinished = !(self.lost || self.any && self.inflater.end_message());
        Ended { breaches: breaches(unfinished, self.inflater.facts(), terms), known: None }
    }

    /// Takes note of what the message was that has just ended, and had not come before; nothing if it
    /// was wrong.
    pub(super) fn remember(&mut self, opcode: Opcode, blob: Option<&Blob>) {
        match blob {
            Some(blob) if self.data.len() < DATA => {
                let told = (blob, self.inflater.facts());
                self.recall.learn(opcode, &self.data, told, self.inflater.window());
            }
            _ => self.recall.lose(),
        }
    }

    fn start_anew(&mut self) {
        if core::mem::take(&mut self.stale) {
            // Only what leads to a known window leaves the inflater behind.
            self.inflater.restore(self.recall.window().unwrap_or_default());
        }
        self.inflater.start_message();
    }

    /// Inflates what was taken for a message that has come before.
    fn inflate_again(&mut self, sink: &mut dyn FnMut(&[u8])) {
        let Some((number, came)) = self.again.take() else { return };
        self.start_anew();
        let data = self.recall.data(number)[..came].to_vec();
        // It was right before, so it is now.
        let _ = self.inflate(&data, sink);
    }

    fn inflate(&mut self, octets: &[u8], sink: &mut dyn FnMut(&[u8])) -> Option<Breach> {
        let room = DATA - self.data.len();
        self.data.extend_from_slice(&octets[..octets.len().min(room)]);
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
}

fn breaches(unfinished: bool, facts: Facts, terms: Terms) -> Vec<Breach> {
    let all = [
        (unfinished, Breach::DataUnfinished),
        (facts.distance > 1 << terms.window_bits, Breach::WindowExceeded),
        (terms.no_context_takeover && facts.reach > 0, Breach::ContextUsed),
    ];
    all.into_iter().filter_map(|(broken, breach)| broken.then_some(breach)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deflate::{Compressor, Data};
    use crate::payload::BlobMaker;
    use crate::random::Random;

    const TERMS: Terms = Terms { no_context_takeover: false, window_bits: 15 };

    /// What came of a message.
    #[derive(Debug, PartialEq)]
    struct Told {
        corrupt: Option<Breach>,
        breaches: Vec<Breach>,
        blob: Blob,
    }

    /// Reads a message in pieces of this size, and says whether it had come before.
    fn read(inflating: &mut Inflating, data: &[u8], size: usize, terms: Terms) -> (Told, bool) {
        let mut blob = BlobMaker::default();
        let mut corrupt = None;
        inflating.start_message(Opcode::BINARY);
        for piece in data.chunks(size) {
            let told = inflating.feed(piece, &mut |octets| blob.add(octets));
            corrupt = corrupt.or(told);
        }
        let ended = inflating.end_message(terms, &mut |octets| blob.add(octets));
        let Ended { breaches, known } = ended;
        let before = known.is_some();
        let blob = known.unwrap_or_else(|| blob.finish());
        if !before {
            let right = breaches.is_empty() && corrupt.is_none();
            inflating.remember(Opcode::BINARY, right.then_some(&blob));
        }
        (Told { corrupt, breaches, blob }, before)
    }

    /// The same messages for one that remembers and for one that does not.
    struct Both {
        recalls: Inflating,
        forgets: Inflating,
    }

    impl Both {
        fn read(&mut self, data: &[u8], size: usize, terms: Terms) -> bool {
            let (told, before) = read(&mut self.recalls, data, size, terms);
            let (wanted, never) = read(&mut self.forgets, data, size, terms);
            self.forgets.recall = Recall::default();
            self.forgets.recall.lose();
            assert_eq!(told, wanted);
            assert!(!never, "it remembers, too");
            before
        }
    }

    fn both() -> Both {
        Both { recalls: Inflating::default(), forgets: Inflating::default() }
    }

    /// Rounds of three messages, and data that goes on saying them.
    fn rounds() -> (Vec<Vec<u8>>, [Vec<u8>; 2]) {
        let mut compressor = Compressor::new(15, true);
        let message = |n: u64| Data::Verse.slice(40_000 * (n % 3), 40_000);
        let data = (0..6).map(|n| compressor.compress(&message(n))).collect();
        (data, [message(0)[..100].to_vec(), message(1)])
    }

    #[test]
    fn what_comes_again_is_known_and_means_the_same() {
        let (data, _) = rounds();
        for size in [1, 1000, usize::MAX] {
            let mut both = both();
            let known: Vec<_> = (0..12)
                .map(|n| both.read(&data[if n < 3 { n } else { 3 + n % 3 }], size, TERMS))
                .collect();
            assert_eq!(known[..6], [false; 6]);
            assert_eq!(known[6..], [true; 6]);
        }
    }

    #[test]
    fn what_differs_is_seen_wherever_it_differs() {
        let (data, [short, long]) = rounds();
        let right = |n: usize| &data[if n < 3 { n } else { 3 + n % 3 }];
        for at in [0, 1, 500, data[3].len() - 1] {
            for size in [1, 700, usize::MAX] {
                let mut both = both();
                (0..6).for_each(|n| assert!(!both.read(right(n), size, TERMS)));
                // A message that is cut, or has octets too many, or another one.
                let mut cut = both_of(&both);
                assert!(!cut.read(&right(6)[..at], size, TERMS));
                assert!(!cut.read(right(7), size, TERMS), "the window is not what it was");
                let mut longer = both_of(&both);
                assert!(!longer.read(&[right(6), &[0x55][..]].concat(), size, TERMS));
                let mut other = both_of(&both);
                let mut changed = right(6).clone();
                changed[at] ^= 0x10;
                assert!(!other.read(&changed, size, TERMS));
                other.read(right(7), size, TERMS);
                // Behind others that are known no more, those that are right are right.
                assert!(both.read(right(6), size, TERMS));
                assert_ne!(data[1], data[4]);
                assert!(!both.read(&data[1], size, TERMS), "it refers to what was not inflated");
                let mut fresh = Compressor::new(15, false);
                for plain in [&short, &long, &short] {
                    both.read(&fresh.compress(plain), size, TERMS);
                }
            }
        }
    }

    fn both_of(both: &Both) -> Both {
        Both { recalls: both.recalls.clone(), forgets: both.forgets.clone() }
    }

    #[test]
    fn as_far_back_as_the_window_reaches_is_not_too_far() {
        let of = |distance| {
            let facts = Facts { distance, ..Facts::default() };
            breaches(false, facts, Terms { window_bits: 9, ..TERMS })
        };
        assert_eq!(of(512), []);
        assert_eq!(of(513), [Breach::WindowExceeded]);
    }

    #[test]
    fn promises_are_kept_again() {
        let (data, _) = rounds();
        let mut both = both();
        let narrow = Terms { window_bits: 9, ..TERMS };
        for data in &data {
            both.read(data, usize::MAX, TERMS);
        }
        assert!(both.read(&data[3], usize::MAX, narrow));
        let (told, known) = read(&mut both.recalls, &data[4], 9, narrow);
        assert!(known && told.breaches == [Breach::WindowExceeded]);
    }

    #[test]
    fn data_that_is_too_much_to_be_remembered_is_looked_at_again() {
        let mut random = Random::new(1);
        let plain: Vec<u8> = (0..DATA).flat_map(|_| random.key()).take(DATA + 1000).collect();
        let data = Compressor::new(15, false).compress(&plain);
        assert!(data.len() > DATA);
        let mut both = both();
        for _ in 0..3 {
            assert!(!both.read(&data, 1000, TERMS));
            assert_eq!(both.recalls.data.len(), DATA);
        }
        // Nothing but its length tells this from what would have been remembered.
        assert!(!both.read(&data[..DATA], usize::MAX, TERMS));
        let (told, _) = read(&mut both.recalls, &data[..DATA], usize::MAX, TERMS);
        assert_eq!(told.breaches, [Breach::DataUnfinished]);
    }
}
