//! Messages that are slices of made-up data, and what becomes of them, made once for everybody.

use core::hash::Hash;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::{Compressor, Data, Terms};
use crate::payload::Blob;

/// How many slices differ at least.
const LEAST: u64 = 20;

/// From this many characters on a [`Blob`] is kept, so that there are few of them.
const LARGE: u32 = 4096;

/// How many octets are kept for those who may ask later. What is in use comes on top.
const KEPT: usize = 64 << 20;

/// What a message costs beside its octets.
const COST: usize = 64;

/// Messages of equal length, cut out of made-up data one behind the other, round and round.
///
/// When they have gone round once, and 20 have been sent, they begin again with the first. That is
/// always further back than any window reaches, so a subject has nothing to gain by it, and it lets
/// a thousand messages be compressed for the price of some dozens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slices {
    /// What they are cut out of.
    pub data: Data,
    /// How many characters each of them has.
    pub length: u32,
}

impl Slices {
    /// After how many messages they begin again.
    pub fn count(self) -> u64 {
        let around = self.data.characters() as u64;
        around.div_ceil(u64::from(self.length.max(1))).max(LEAST)
    }

    /// Message `n`, counted from 0.
    pub fn octets(self, n: u64) -> Vec<u8> {
        self.data.slice(n % self.count() * u64::from(self.length), self.length)
    }

    /// Message `n` as a transcript remembers it.
    pub fn blob(self, n: u64) -> Blob {
        static BLOBS: LazyLock<Shared<Slices, Vec<Option<Blob>>>> = LazyLock::new(Shared::default);

        let make = || Blob::from(&self.octets(n)[..]);
        if self.length < LARGE {
            return make();
        }
        let count = self.count();
        let all = BLOBS.get(self, || vec![None; count as usize], |blobs| blobs.len() * COST);
        let mut blobs = lock(&all);
        blobs[(n % count) as usize].get_or_insert_with(make).clone()
    }

    /// The messages as a sender writes them that keeps to these terms.
    pub(crate) fn compressed(self, terms: Terms) -> Stream {
        static STREAMS: LazyLock<Shared<(Slices, Terms), Made>> = LazyLock::new(Shared::default);

        let made = STREAMS.get((self, terms), || Made::new(terms), |made| made.size);
        Stream { slices: self, keeps: !terms.no_context_takeover, made }
    }
}

/// Compressed messages, shared by all who send the same.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    slices: Slices,
    keeps: bool,
    made: Arc<Mutex<Made>>,
}

impl Stream {
    /// The data of message `n`, if those before it have been sent.
    pub(crate) fn message(&self, n: u64) -> Arc<[u8]> {
        let count = self.slices.count();
        // In the second time around matches may reach back into the first. From then on what is in
        // reach repeats itself, and so may the data.
        let n = match n.checked_sub(count) {
            Some(more) if self.keeps => count + more % count,
            _ => n % count,
        };
        let mut made = lock(&self.made);
        while made.messages.len() as u64 <= n {
            let octets = self.slices.octets(made.messages.len() as u64);
            made.add(&octets);
        }
        made.messages[n as usize].clone()
    }
}

/// The first messages of a stream.
#[derive(Debug)]
struct Made {
    compressor: Compressor,
    messages: Vec<Arc<[u8]>>,
    size: usize,
}

impl Made {
    fn new(terms: Terms) -> Self {
        let compressor = Compressor::new(terms.window_bits, !terms.no_context_takeover);
        Self { compressor, messages: Vec::new(), size: 0 }
    }

    fn add(&mut self, octets: &[u8]) {
        let data = self.compressor.compress(octets);
        self.size += data.len() + COST;
        self.messages.push(data.into());
    }
}

/// What is made once for all who ask for the same.
struct Shared<K, V>(Mutex<HashMap<K, Arc<Mutex<V>>>>);

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq, V> Shared<K, V> {
    /// The value for this key. Before a new one is made where too much is kept, what nobody uses is
    /// dropped.
    fn get(&self, key: K, make: impl FnOnce() -> V, size: fn(&V) -> usize) -> Arc<Mutex<V>> {
        let mut all = lock(&self.0);
        if !all.contains_key(&key)
            && all.values().map(|value| size(&lock(value))).sum::<usize>() > KEPT
        {
            all.retain(|_, value| Arc::strong_count(value) > 1);
        }
        all.entry(key).or_insert_with(|| Arc::new(Mutex::new(make()))).clone()
    }
}

/// What is behind a lock is whole between any two steps, so a panic elsewhere does not matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deflate::{Facts, Inflater};

    const TERMS: Terms = Terms { no_context_takeover: false, window_bits: 15 };

    fn inflate(inflater: &mut Inflater, data: &[u8]) -> (Vec<u8>, Facts) {
        let mut plain = Vec::new();
        inflater.start_message();
        let mut sink = |octets: &[u8]| {
            plain.extend_from_slice(octets);
            true
        };
        inflater.feed(data, &mut sink).unwrap();
        assert!(inflater.end_message());
        (plain, inflater.facts())
    }

    #[test]
    fn slices_differ_until_they_begin_again() {
        for length in [1000, 131_072] {
            let slices = Slices { data: Data::Page, length };
            let count = slices.count();
            assert!(count >= LEAST && count * u64::from(length) >= 200_000);
            let all: std::collections::HashSet<_> =
                (0..2 * count).map(|n| slices.blob(n).digest).collect();
            assert_eq!(all.len() as u64, count);
            for n in [0, 1, count - 1, count, 3 * count + 5] {
                assert_eq!(slices.blob(n), Blob::from(&slices.octets(n)[..]));
                let place = n % count * u64::from(length);
                assert_eq!(slices.octets(n), slices.data.slice(place, length));
            }
        }
    }

    #[test]
    fn streams_say_what_the_slices_are_for_ever() {
        for (data, length) in [(Data::Verse, 16_000), (Data::Records, 131_072)] {
            let slices = Slices { data, length };
            for no_context_takeover in [false, true] {
                for window_bits in [9, 15] {
                    let terms = Terms { no_context_takeover, window_bits };
                    let stream = slices.compressed(terms);
                    let mut inflater = Inflater::default();
                    let mut reach = 0;
                    for n in 0..3 * slices.count() + 2 {
                        let (plain, facts) = inflate(&mut inflater, &stream.message(n));
                        assert_eq!(plain, slices.octets(n), "{data:?} {n}");
                        assert!(facts.distance <= 1 << window_bits);
                        reach = reach.max(facts.reach);
                    }
                    assert_eq!(reach == 0, no_context_takeover, "matches into earlier messages");
                }
            }
        }
    }

    #[test]
    fn equal_streams_are_made_once_and_unused_ones_do_not_pile_up() {
        let slices = Slices { data: Data::Picture, length: 70_000 };
        let both = [slices.compressed(TERMS), slices.compressed(TERMS)];
        assert!(Arc::ptr_eq(&both[0].message(3), &both[1].message(3)));
        let shared = Shared::default();
        let in_use = shared.get(0, || KEPT, |size| *size);
        for key in 0..10 {
            shared.get(key, || KEPT / 4, |size| *size);
        }
        assert!(Arc::ptr_eq(&in_use, &shared.get(0, || 1, |size| *size)));
        assert_eq!(lock(&shared.0).len(), 2);
    }
}
