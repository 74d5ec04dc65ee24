//! What the masking keys of a client tell about those to come (RFC 6455 §5.3).
//!
//! A key must come from a strong source of entropy. Whether it does cannot be seen; whether the keys
//! come from one of the generators that programs find at hand can, because these repeat a law that
//! a few keys give away. Each law here is one that random keys follow for so long with a chance of
//! one in 2⁶³ at most.

use std::collections::VecDeque;

/// How many keys are remembered: those that the longest law looks back on, and the newest.
const MEMORY: usize = TWISTER + 1;

/// How many numbers the Mersenne Twister keeps, and where it takes the other one from.
const TWISTER: usize = 624;
const TWIST: usize = 397;

/// How far the generator of the C library of GNU looks back.
const FAR: usize = 31;
const NEAR: usize = 3;

/// How many keys must be there before the slow law is tried, once.
const SLOW: usize = 32;

/// How many keys that are still remembered must come again. Of 2¹⁷ random keys so many do with a
/// chance of one in 2⁶⁹.
const AGAIN: u32 = 9;

/// How many keys in a row may have two octets twice.
const DOUBLED: u32 = 4;

/// How many keys must be there before a bit that never changes is held against them.
const MANY: usize = 128;

/// The keys of one connection.
#[derive(Debug, Default)]
pub(super) struct Keys {
    count: usize,
    /// The same keys as numbers, read from either end.
    big: Numbers,
    little: Numbers,
    octets: VecDeque<u8>,
    /// How many octets in a row came as the C library of GNU makes them.
    additive: u32,
    /// The bits that were set in every key, and those that were clear.
    set: Option<[u32; 2]>,
    /// How many keys have come again.
    again: u32,
    /// How many keys in a row have two octets twice.
    doubled: u32,
}

impl Keys {
    /// Takes the next key. Says once that it could be foreseen.
    pub(super) fn follows(&mut self, key: [u8; 4]) -> bool {
        self.count += 1;
        let again = self.comes_again(key);
        let big = self.big.follows(u32::from_be_bytes(key), self.count);
        let little = self.little.follows(u32::from_le_bytes(key), self.count);
        let octets = key.map(|octet| self.octet_follows(octet)).contains(&true);
        let doubled = self.is_doubled(key);
        self.is_fixed(u32::from_be_bytes(key)) || again || doubled || big || little || octets
    }

    /// Whether too many keys have come before.
    fn comes_again(&mut self, key: [u8; 4]) -> bool {
        let again = self.big.last.contains(&u32::from_be_bytes(key));
        self.again += u32::from(again);
        again && self.again == AGAIN
    }

    /// Whether the second half of keys is the first.
    fn is_doubled(&mut self, [a, b, c, d]: [u8; 4]) -> bool {
        self.doubled = if [a, b] == [c, d] { self.doubled.saturating_add(1) } else { 0 };
        self.doubled == DOUBLED
    }

    /// Whether each octet is the end of what `rand` of the C library of GNU returns.
    fn octet_follows(&mut self, octet: u8) -> bool {
        self.octets.push_back(octet);
        if self.octets.len() <= FAR {
            return false;
        }
        let near = self.octets[FAR - NEAR];
        let far = self.octets.pop_front().unwrap_or_default();
        // The sum is made with one bit more than is returned.
        let follows = octet.wrapping_sub(far).wrapping_sub(near) <= 1;
        self.additive = if follows { self.additive.saturating_add(1) } else { 0 };
        self.additive == 16
    }

    /// Whether a bit has been the same in so many keys.
    fn is_fixed(&mut self, key: u32) -> bool {
        let [ones, zeros] = self.set.unwrap_or([!0; 2]);
        let (ones, zeros) = (ones & key, zeros & !key);
        self.set = Some([ones, zeros]);
        self.count == MANY && ones | zeros != 0
    }
}

/// Keys as numbers, the last ones.
#[derive(Debug, Default)]
struct Numbers {
    last: VecDeque<u32>,
    /// For each law, how many numbers in a row have followed it.
    rows: [u32; 5],
}

impl Numbers {
    /// Takes the next number. Says, once for each law, that numbers follow it.
    fn follows(&mut self, number: u32, count: usize) -> bool {
        self.last.push_front(number);
        self.last.truncate(MEMORY);
        let kept = [self.steps(), self.multiplies(), self.shifts(), self.twists(), self.adds()];
        let mut any = count == SLOW && self.is_java();
        for ((row, kept), enough) in self.rows.iter_mut().zip(kept).zip([2, 3, 2, 2, 3]) {
            *row = if kept { row.saturating_add(1) } else { 0 };
            any |= *row == enough;
        }
        any
    }

    /// The last numbers, the newest first, if there are so many.
    fn back<const N: usize>(&self) -> Option<[u32; N]> {
        (self.last.len() >= N).then(|| core::array::from_fn(|i| self.last[i]))
    }

    /// Equal steps, no step included.
    fn steps(&self) -> bool {
        self.back().is_some_and(|[a, b, c]| a.wrapping_sub(b) == b.wrapping_sub(c))
    }

    /// x ← a · x + c with any a and c: each difference is a times the one before.
    fn multiplies(&self) -> bool {
        let Some([a, b, c, d]) = self.back() else { return false };
        let [new, mid, old] = [a.wrapping_sub(b), b.wrapping_sub(c), c.wrapping_sub(d)];
        // An even difference says less of the one that follows, and the last ones say nothing.
        mid % 2 != 0 && new.wrapping_mul(old) == mid.wrapping_mul(mid)
    }

    /// Marsaglia's shifts.
    fn shifts(&self) -> bool {
        let Some([new, old]) = self.back() else { return false };
        let next = old ^ old << 13;
        let next = next ^ next >> 17;
        new == next ^ next << 5
    }

    /// The Mersenne Twister.
    fn twists(&self) -> bool {
        if self.last.len() <= TWISTER {
            return false;
        }
        let state = |back: usize| untempered(self.last[back]);
        let mixed = state(TWISTER) & 0x8000_0000 | state(TWISTER - 1) & 0x7fff_ffff;
        let odd = if mixed % 2 == 1 { 0x9908_b0df } else { 0 };
        state(0) == state(TWISTER - TWIST) ^ mixed >> 1 ^ odd
    }

    /// Whole keys as `rand` of the C library of GNU returns them, with 31 bits.
    fn adds(&self) -> bool {
        if self.last.len() <= FAR {
            return false;
        }
        let sum = self.last[FAR].wrapping_add(self.last[NEAR]);
        (self.last[0].wrapping_sub(sum) & 0x7fff_ffff) <= 1
    }

    /// The generator of Java's library, of whose 48 bits the upper 32 are a key.
    fn is_java(&self) -> bool {
        let Some([d, c, b, a]) = self.back() else { return false };
        let next =
            |state: u64| state.wrapping_mul(0x5_deec_e66d).wrapping_add(11) & ((1 << 48) - 1);
        (0..1 << 16).any(|low| {
            let mut state = u64::from(a) << 16 | low;
            [b, c, d].into_iter().all(|key| {
                state = next(state);
                (state >> 16) as u32 == key
            })
        })
    }
}

/// What the Mersenne Twister keeps where it returns this.
const fn untempered(number: u32) -> u32 {
    let y = number ^ number >> 18;
    let y = y ^ (y << 15 & 0xefc6_0000);
    // Seven bits more are right each time.
    let mut z = y;
    let mut i = 0;
    while i < 4 {
        z = y ^ (z << 7 & 0x9d2c_5680);
        i += 1;
    }
    z ^ z >> 11 ^ z >> 22
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// How many keys had come when they could be foreseen.
    fn foreseen(keys: impl IntoIterator<Item = [u8; 4]>) -> Option<usize> {
        let mut watch = Keys::default();
        keys.into_iter().position(|key| watch.follows(key)).map(|at| at + 1)
    }

    fn both(numbers: impl Fn() -> Vec<u32>) -> [Option<usize>; 2] {
        let big = foreseen(numbers().into_iter().map(u32::to_be_bytes));
        [big, foreseen(numbers().into_iter().map(u32::to_le_bytes))]
    }

    #[test]
    fn random_keys_are_not_foreseen() {
        for seed in 0..20 {
            let mut random = Random::new(seed);
            assert_eq!(foreseen((0..1000).map(|_| random.key())), None);
        }
    }

    #[test]
    fn constant_and_counted_keys_are() {
        assert_eq!(both(|| vec![0x0907_0105; 9]), [Some(4); 2]);
        assert_eq!(both(|| (0..9).map(|n| n * 7).collect()), [Some(4); 2]);
    }

    #[test]
    fn keys_that_come_again_are() {
        let keys = |period: u64| (0..1000).map(move |n| Random::new(n % period).key());
        for period in [16, 100, 500, MEMORY as u64] {
            assert_eq!(foreseen(keys(period)), Some(period as usize + AGAIN as usize));
        }
        let mut random = Random::new(5);
        let sometimes = (0..1000).map(|n| if n % 50 == 0 { [0; 4] } else { random.key() });
        assert_eq!(foreseen(sometimes), Some(50 * AGAIN as usize + 1));
    }

    #[test]
    fn keys_of_two_equal_halves_are() {
        let mut random = Random::new(5);
        let keys = (0..9).map(|_| random.key()).map(|[a, b, ..]| [a, b, a, b]);
        assert_eq!(foreseen(keys), Some(DOUBLED as usize));
    }

    #[test]
    fn the_example_of_the_mersenne_twister_is() {
        // The seed 5489, which is also its default: the ten thousandth number is known.
        let mut state: Vec<u32> = vec![5489];
        for i in 1..TWISTER as u32 {
            let last = state[i as usize - 1];
            state.push((last ^ last >> 30).wrapping_mul(1_812_433_253).wrapping_add(i));
        }
        let numbers: Vec<u32> = (0..10_000)
            .map(|n| {
                let mixed = state[n] & 0x8000_0000 | state[n + 1] & 0x7fff_ffff;
                let odd = if mixed % 2 == 1 { 0x9908_b0df } else { 0 };
                state.push(state[n + TWIST] ^ mixed >> 1 ^ odd);
                let y = state[n + TWISTER];
                let y = y ^ y >> 11;
                let y = y ^ (y << 7 & 0x9d2c_5680);
                let y = y ^ (y << 15 & 0xefc6_0000);
                y ^ y >> 18
            })
            .collect();
        assert_eq!(numbers[9999], 4_123_659_995);
        assert_eq!(both(|| numbers[..700].to_vec()), [Some(626); 2]);
    }

    #[test]
    fn linear_and_shifted_keys_are() {
        let linear = |n: &mut u32| {
            *n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *n
        };
        let numbers = || (0..99).scan(1, |n, _| Some(linear(n))).collect::<Vec<_>>();
        assert!(both(numbers).iter().all(|at| at.is_some_and(|at| at < 20)));
        let shifted = |n: &mut u32| {
            *n ^= *n << 13;
            *n ^= *n >> 17;
            *n ^= *n << 5;
            *n
        };
        let numbers = || (0..9).scan(1, |n, _| Some(shifted(n))).collect::<Vec<_>>();
        assert_eq!(both(numbers), [Some(3); 2]);
    }

    #[test]
    fn even_differences_give_nothing_away() {
        // Products of such differences have no bits left to compare.
        let mut random = Random::new(3);
        let keys = (0..MANY - 1).map(|_| {
            let [one, two, ..] = random.key();
            [one, two, 0, 0]
        });
        assert_eq!(foreseen(keys), None);
    }

    #[test]
    fn keys_of_java_are() {
        // `new Random(42).nextInt()`: the first two numbers are well known.
        let mut state: u64 = 42 ^ 0x5_deec_e66d;
        let numbers: Vec<u32> = (0..40)
            .map(|_| {
                state = state.wrapping_mul(0x5_deec_e66d).wrapping_add(11) & ((1 << 48) - 1);
                (state >> 16) as u32
            })
            .collect();
        assert_eq!(
            numbers[..2].iter().map(|n| *n as i32).collect::<Vec<_>>(),
            [-1_170_105_035, 234_785_527]
        );
        assert_eq!(both(|| numbers.clone()), [Some(SLOW); 2]);
    }

    #[test]
    fn keys_of_the_c_library_are() {
        // The seed 1, which is also its default: the first numbers are well known.
        let mut state: Vec<i64> = vec![1];
        for i in 1..31 {
            state.push((16_807 * state[i - 1]).rem_euclid(2_147_483_647));
        }
        let mut words: Vec<u32> = state.iter().map(|word| *word as u32).collect();
        words.extend_from_within(..3);
        for i in 34..1000 {
            words.push(words[i - FAR].wrapping_add(words[i - NEAR]));
        }
        let numbers: Vec<u32> = words[344..].iter().map(|word| word >> 1).collect();
        assert_eq!(numbers[..3], [1_804_289_383, 846_930_886, 1_681_692_777]);
        assert!(both(|| numbers.clone()).iter().all(|at| at.is_some_and(|at| at < 40)));
        let octets: Vec<[u8; 4]> =
            numbers.as_chunks::<4>().0.iter().map(|four| four.map(|word| word as u8)).collect();
        assert!(foreseen(octets).is_some_and(|at| at < 20));
    }

    #[test]
    fn a_bit_that_never_changes_is_seen() {
        for bit in 0..32 {
            let mut random = Random::new(7);
            let mut key = || (u32::from_be_bytes(random.key()) | 1 << bit).to_be_bytes();
            assert_eq!(foreseen((0..200).map(|_| key())), Some(MANY));
            let mut key = || (u32::from_be_bytes(random.key()) & !(1 << bit)).to_be_bytes();
            assert_eq!(foreseen((0..200).map(|_| key())), Some(MANY));
        }
    }
}
