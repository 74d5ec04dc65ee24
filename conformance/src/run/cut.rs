//! The ways of cutting, by name.

use crate::play::Cuts;

/// A way of cutting the tester's octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// As the script writes them.
    Whole,
    /// Octet by octet.
    Bytewise,
    /// At random places that follow from the seed.
    Random,
}

impl Cut {
    /// All of them; the first one given is the base of a result.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Bytewise, Self::Random];

    /// The word on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Bytewise => "bytewise",
            Self::Random => "random",
        }
    }

    /// The same for the loop that plays.
    pub const fn with_seed(self, seed: u64) -> Cuts {
        match self {
            Self::Whole => Cuts::Whole,
            Self::Bytewise => Cuts::Bytewise,
            Self::Random => Cuts::Random(seed),
        }
    }
}
