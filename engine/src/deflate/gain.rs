//! Whether compression pays, which a sender may decide message by message (RFC 7692 §6).

use super::policy::Level;

/// So many messages in a row must gain too little before any goes out uncompressed. From then on
/// one of as many is compressed, to see whether that has changed.
const PATIENCE: u8 = 16;

/// What compression gained of late.
#[derive(Debug)]
pub(super) struct Gain {
    /// A message has to become shorter by a quarter: at the fastest level.
    wanted: bool,
    /// Octets of the message, and what became of them.
    plain: u64,
    made: u64,
    /// Messages in a row that gained too little; at most [`PATIENCE`].
    poor: u8,
    /// Messages since that might have been compressed and were not.
    spared: u8,
}

impl Gain {
    pub(super) fn new(level: Level) -> Self {
        Self { wanted: level == Level::FAST, plain: 0, made: 0, poor: 0, spared: 0 }
    }

    /// Whether to compress the next message; asked once for each that could be.
    pub(super) const fn expected(&mut self) -> bool {
        if self.poor < PATIENCE {
            return true;
        }
        self.spared = (self.spared + 1) % PATIENCE;
        self.spared == 0
    }

    /// Takes note of a piece of a message.
    pub(super) const fn add(&mut self, plain: usize, made: usize) {
        self.plain += plain as u64;
        self.made += made as u64;
    }

    /// Takes note that the message has ended.
    pub(super) fn end_message(&mut self) {
        // Of each, less than 2^64 / 4 octets are ever sent.
        self.poor = if self.wanted && 4 * self.made > 3 * self.plain {
            PATIENCE.min(self.poor + 1)
        } else {
            0
        };
        self.forget_message();
    }

    /// Leaves a message that was given up out of account.
    pub(super) const fn forget_message(&mut self) {
        (self.plain, self.made) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of `count` messages are compressed, if each comes to `made` of 100 octets.
    fn compressed(gain: &mut Gain, count: u32, made: usize) -> Vec<u32> {
        let ask = |_: &u32| {
            let compress = gain.expected();
            if compress {
                gain.add(60, made / 2);
                gain.add(40, made - made / 2);
                gain.end_message();
            }
            compress
        };
        (0..count).filter(ask).collect()
    }

    #[test]
    fn sixteen_in_a_row_that_gain_less_than_a_quarter_end_it() {
        let mut gain = Gain::new(Level::FAST);
        assert_eq!(compressed(&mut gain, 100, 75).len(), 100);
        assert_eq!(compressed(&mut gain, 15, 76).len(), 15);
        assert_eq!(compressed(&mut gain, 1, 75).len(), 1);
        let tried: Vec<u32> = (0..16).chain([31, 47, 63]).collect();
        assert_eq!(compressed(&mut gain, 64, 76), tried);
    }

    #[test]
    fn one_that_gains_enough_begins_it_again() {
        let mut gain = Gain::new(Level::FAST);
        compressed(&mut gain, 16, 100);
        let again: Vec<u32> = (15..100).collect();
        assert_eq!(compressed(&mut gain, 100, 10), again);
    }

    #[test]
    fn a_message_given_up_counts_neither_way() {
        let mut gain = Gain::new(Level::FAST);
        compressed(&mut gain, 15, 100);
        gain.add(1000, 1000);
        gain.forget_message();
        gain.add(100, 10);
        gain.end_message();
        assert_eq!(compressed(&mut gain, 15, 100).len(), 15);
        assert!(gain.expected());
    }

    #[test]
    fn other_levels_always_compress() {
        for level in (0..=9).filter_map(Level::new).filter(|level| *level != Level::FAST) {
            assert_eq!(compressed(&mut Gain::new(level), 100, 1000).len(), 100);
        }
    }
}
