//! Where masking keys and handshake nonces come from.
//!
//! The engine owns no randomness (law 1): it asks an [`Entropy`]. The default, [`OsEntropy`], asks
//! the operating system once and stretches what it got, because a system call costs as much as
//! dozens of small frames. Tests and fuzz targets pass a [`FixedEntropy`] and get the same bytes
//! each time.

use core::fmt;

use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};

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

/// A generator that the operating system's seeds with 32 octets at the first use: the stream cipher
/// ChaCha with twelve rounds.
///
/// Who knows any number of its octets can guess no other, which is what RFC 6455 §10.3 needs of
/// masking keys. Every octet is handed out once.
///
/// # Panics
///
/// [`fill`](Entropy::fill) panics when the operating system has no generator to offer: going on
/// with guessable masking keys would silently undo RFC 6455 §10.3.
pub struct OsEntropy {
    generator: Option<ChaCha12Rng>,
}

impl OsEntropy {
    /// A generator that is seeded at the first use.
    #[must_use]
    pub const fn new() -> Self {
        Self { generator: None }
    }

    /// A masking key.
    #[inline]
    pub(crate) fn key(&mut self) -> [u8; 4] {
        self.generator.get_or_insert_with(seeded).next_u32().to_le_bytes()
    }
}

impl Default for OsEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.generator.get_or_insert_with(seeded).fill_bytes(bytes);
    }
}

#[cold]
#[expect(clippy::expect_used, reason = "documented: no generator, no masking")]
fn seeded() -> ChaCha12Rng {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the operating system has no generator");
    ChaCha12Rng::from_seed(seed)
}

impl fmt::Debug for OsEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state is secret.
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
        // Of two sources, since each has a seed of its own.
        let mut sources = [OsEntropy::new(), OsEntropy::new()];
        let mut keys: Vec<_> = (0..200).map(|number| sources[number % 2].key()).collect();
        let mut filled = [[0; 4]; 200];
        filled.iter_mut().enumerate().for_each(|(number, key)| sources[number % 2].fill(key));
        keys.extend(filled);
        keys.sort_unstable();
        // 400 keys of 32 bits: two collisions have a chance of about one in ten to the tenth.
        let repeats = keys.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!(repeats < 2, "{repeats} keys repeat");
    }
}
