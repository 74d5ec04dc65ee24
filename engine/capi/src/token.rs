//! Action contexts: numbers that never come again.

use core::ops::Range;
use core::sync::atomic::{AtomicUsize, Ordering};

/// How many numbers an endpoint takes at a time, so that endpoints in different threads seldom meet.
const BLOCK: usize = 4096;

/// Where the next block starts: the first block, with null in it, is never used.
static NEXT_BLOCK: AtomicUsize = AtomicUsize::new(BLOCK);

/// Numbers nobody else in this process has: so the action context of another endpoint is as easily
/// told as a stale one. (Where pointers have 32 bits they come again after some four thousand million
/// actions.)
#[derive(Debug)]
pub(crate) struct Tokens {
    left: Range<usize>,
}

impl Tokens {
    pub(crate) const fn new() -> Self {
        Self { left: 0..0 }
    }

    pub(crate) fn next(&mut self) -> usize {
        loop {
            match self.left.next() {
                Some(0) => {}
                Some(token) => return token,
                None => {
                    let start = NEXT_BLOCK.fetch_add(BLOCK, Ordering::Relaxed);
                    self.left = start..start.saturating_add(BLOCK);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "slow, and free of unsafe code")]
    fn no_token_is_null_or_comes_again() {
        let (mut one, mut other) = (Tokens::new(), Tokens::new());
        // Over the ends of two blocks.
        let mut tokens = Vec::new();
        for _ in 0..2 * BLOCK + 1 {
            tokens.extend([one.next(), other.next()]);
        }
        assert!(!tokens.contains(&0));
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), 2 * (2 * BLOCK + 1));
    }
}
