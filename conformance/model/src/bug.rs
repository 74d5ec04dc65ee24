//! The mistakes that can be planted.

use core::fmt;

/// What a planted mistake does to the cases that meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Cases fail.
    Fails,
    /// Cases pass leniently at best: the habit is allowed, but not the preferred way.
    Lenient,
    /// Nothing: the habit is unusual and right.
    Nothing,
}

macro_rules! bugs {
    ($( $name:ident, $slug:literal, $effect:ident, $what:literal; )+) => {
        /// One planted mistake or habit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Bug { $( #[doc = $what] $name, )+ }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[ $( Self::$name, )+ ];

            /// The name used on the command line and in reports.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $slug, )+ }
            }

            /// What it does, in one line.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$name => $what, )+ }
            }

            /// What cases make of it.
            pub const fn effect(self) -> Effect {
                match self { $( Self::$name => Effect::$effect, )+ }
            }
        }
    };
}

mod table;

pub use table::Bug;

impl Bug {
    /// Whether it concerns what is read of frames.
    pub fn is_of_reception(self) -> bool {
        self < Self::Silent
    }

    /// Whether it concerns the opening handshake.
    pub fn is_of_handshake(self) -> bool {
        self >= Self::AcceptsAnyMethod && self < Self::ClosesWithAnyCode
    }

    /// Whether it concerns calls of the interface.
    pub fn is_of_interface(self) -> bool {
        self >= Self::ClosesWithAnyCode && !self.is_of_deflate()
    }

    /// Whether it concerns permessage-deflate.
    pub fn is_of_deflate(self) -> bool {
        self >= Self::ForgetsWindow
    }

    /// The bug with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of bugs; the empty one makes the model right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bugs([u128; 6]);

impl Bugs {
    /// No bug at all.
    pub const NONE: Self = Self([0; 6]);

    /// This bug alone, or several.
    pub const fn of(bugs: &[Bug]) -> Self {
        let mut set = [0; 6];
        let mut i = 0;
        while i < bugs.len() {
            set[bugs[i] as usize / 128] |= 1 << (bugs[i] as usize % 128);
            i += 1;
        }
        Self(set)
    }

    /// Whether the bug is planted.
    pub const fn has(self, bug: Bug) -> bool {
        self.0[bug as usize / 128] & (1 << (bug as usize % 128)) != 0
    }
}

impl From<Bug> for Bugs {
    fn from(bug: Bug) -> Self {
        Self::of(&[bug])
    }
}

const _: () = assert!(Bug::ALL.len() <= 6 * 128, "a set of bugs has 768 bits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, bug) in Bug::ALL.iter().enumerate() {
            assert_eq!(Bug::by_name(bug.name()), Some(*bug));
            assert!(Bugs::from(*bug).has(*bug) && !Bugs::NONE.has(*bug));
            assert!(Bug::ALL[..i].iter().all(|other| !Bugs::from(*bug).has(*other)));
            assert!(bug.what().ends_with('.'));
        }
        assert_eq!(Bug::by_name("none"), None);
    }
}
