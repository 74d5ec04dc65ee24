//! Where masking keys and handshake nonces come from.
//!
//! The engine owns no randomness (law 1): it asks an [`Entropy`]. The default, [`OsEntropy`], reads
//! the operating system's generator in batches, because one system call per frame would cost more
//! than the frame. Tests and fuzz targets pass a [`FixedEntropy`] and get the same bytes each time.

use core::fmt;

/// A source of unpredictable octets.
///
/// RFC 6455 §5.3 wants masking keys from "a strong source of entropy" and §4.1 wants a fresh nonce
/// per connection; whoever implements this trait takes over both duties.
pub trait Entropy {
    /// Fills all of `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<E: Entropy + ?Sized> Entropy for &mut E {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// Octets fetched from the operating system at a time: 256 masking keys. Fewer cost as much.
const BATCH: usize = 1024;

/// The operating system's cryptographic generator, read 1024 octets at a time.
///
/// Every octet is handed out once and erased from the batch when it is.
///
/// # Panics
///
/// [`fill`](Entropy::fill) panics when the operating system has no generator to offer: going on
/// with guessable masking keys would silently undo RFC 6455 §10.3.
pub struct OsEntropy {
    batch: [u8; BATCH],
    /// `used <= BATCH`; octets in `used..BATCH` have not been handed out yet.
    used: usize,
}

impl OsEntropy {
    /// A generator whose first batch is fetched at the first use.
    #[must_use]
    pub const fn new() -> Self {
        Self { batch: [0; BATCH], used: BATCH }
    }
}

impl Default for OsEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        for octet in bytes {
            [*octet] = self.take();
        }
    }
}

impl OsEntropy {
    /// The next octets, at most a batch of them.
    #[inline]
    pub(crate) fn take<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= BATCH) };
        loop {
            let fresh = self.batch.get_mut(self.used..).unwrap_or_default();
            if let Some(fresh) = fresh.first_chunk_mut() {
                self.used += N;
                return core::mem::replace(fresh, [0; N]);
            }
            self.fetch();
        }
    }

    #[cold]
    #[expect(clippy::expect_used, reason = "documented: no generator, no masking")]
    fn fetch(&mut self) {
        getrandom::fill(&mut self.batch).expect("the operating system has no generator");
        self.used = 0;
    }
}

impl fmt::Debug for OsEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The batch is secret until it has been used.
        f.debug_struct("OsEntropy").finish_non_exhaustive()
    }
}

/// Deterministic octets for tests, fuzzing and reproducible runs. **Not secret.**
///
/// The sequence is SplitMix64 over the seed, so two sources with one seed agree on every platform.
#[derive(Clone, Debug)]
pub struct FixedEntropy {
    state: u64,
}

impl FixedEntropy {
    /// A source whose octets depend on `seed` alone.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }
}

impl Entropy for FixedEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (octet, fresh) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *octet = fresh;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_names_a_sequence() {
        let (mut a, mut b, mut c) =
            (FixedEntropy::new(7), FixedEntropy::new(7), FixedEntropy::new(8));
        let (mut x, mut y, mut z) = ([0; 20], [0; 20], [0; 20]);
        a.fill(&mut x);
        b.fill(&mut y);
        c.fill(&mut z);
        assert_eq!(x, y);
        assert_ne!(x, z);
    }

    #[test]
    fn octets_of_the_operating_system_are_handed_out_once() {
        let mut entropy = OsEntropy::new();
        let mut keys = [[0u8; 4]; 200];
        for key in &mut keys {
            entropy.fill(key);
        }
        keys.sort_unstable();
        // 200 keys of 32 bits: two collisions have a chance of about one in ten to the eleventh.
        let repeats = keys.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!(repeats < 2, "{repeats} keys repeat");
    }
}
