//! Masking keys that can be foreseen, drawn as programs do that ask for any numbers at hand.

use crate::bug::{Bug, Bugs};

/// Generators that are no source of entropy.
#[derive(Clone, Debug)]
pub(crate) struct Generators {
    twister: Vec<u32>,
    taken: usize,
    java: u64,
    rand: Vec<u32>,
}

impl Generators {
    pub(crate) const fn new() -> Self {
        Self { twister: Vec::new(), taken: 0, java: 0x6d6f_6465_6c21, rand: Vec::new() }
    }

    /// The next key, if a planted mistake draws it.
    pub(crate) fn key(&mut self, bugs: Bugs) -> Option<[u8; 4]> {
        if bugs.has(Bug::TwistsKeys) {
            return Some(self.twist().to_be_bytes());
        }
        if bugs.has(Bug::DrawsKeysLinearly) {
            self.java = self.java.wrapping_mul(0x5_deec_e66d).wrapping_add(11);
            return Some(((self.java >> 16) as u32).to_le_bytes());
        }
        bugs.has(Bug::AddsKeysUp).then(|| core::array::from_fn(|_| self.rand()))
    }

    /// MT19937, seeded with 5489.
    fn twist(&mut self) -> u32 {
        const N: usize = 624;
        let state = &mut self.twister;
        if state.is_empty() {
            state.push(5489);
            for i in 1..N {
                let last = state[i - 1];
                let next = 1_812_433_253_u32.wrapping_mul(last ^ (last >> 30));
                state.push(next.wrapping_add(i as u32));
            }
        }
        let at = self.taken % N;
        self.taken += 1;
        let upper = state[at] & 0x8000_0000;
        let lower = state[(at + 1) % N] & 0x7fff_ffff;
        let twisted = (upper | lower) >> 1 ^ if lower & 1 == 1 { 0x9908_b0df } else { 0 };
        state[at] = state[(at + 397) % N] ^ twisted;
        let mut y = state[at];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// The end of what `rand` returns in the C library of GNU.
    fn rand(&mut self) -> u8 {
        let state = &mut self.rand;
        while state.len() < 344 {
            let next = match state.len() {
                0 => 1,
                n @ 1..31 => (16_807 * u64::from(state[n - 1]) % 2_147_483_647) as u32,
                n @ 31..34 => state[n - 31],
                n => state[n - 31].wrapping_add(state[n - 3]),
            };
            state.push(next);
        }
        let next = state[state.len() - 31].wrapping_add(state[state.len() - 3]);
        state.push(next);
        (next >> 1) as u8
    }
}
