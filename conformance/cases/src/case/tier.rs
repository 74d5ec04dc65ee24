//! How much of the catalogue is played.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Case;
use crate::step::{Step, effort};

/// How much of the catalogue is played. A case belongs to its [least](Case::least_tier) tier and to
/// all above.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// What can be played while one waits: cases of little effort, from every family.
    Quick,
    /// Everything but what takes long for what it finds.
    #[default]
    Default,
    /// Everything, at its full length.
    Full,
}

/// The most [effort](effort()) of a quick case.
const QUICK: u64 = 1 << 17;

impl Tier {
    /// All of them, smallest first.
    pub const ALL: [Self; 3] = [Self::Quick, Self::Default, Self::Full];

    /// The word on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Default => "default",
            Self::Full => "full",
        }
    }
}

impl Case {
    /// Keeps the case out of smaller tiers.
    #[must_use]
    pub fn in_tier(self, tier: Tier) -> Self {
        Self { tier, ..self }
    }

    /// Makes every repetition of the case this many times as long in [`Tier::Full`].
    #[must_use]
    pub fn grows(self, growth: u32) -> Self {
        Self { growth, ..self }
    }

    /// The smallest tier in which the case is played: the one it says, or a larger one if it takes
    /// too much effort for that.
    pub fn least_tier(&self) -> Tier {
        let by_effort = if effort(&self.script) > QUICK { Tier::Default } else { Tier::Quick };
        self.tier.max(by_effort)
    }

    /// Whether the case is longer in this tier than in others.
    pub fn grows_in(&self, tier: Tier) -> bool {
        tier == Tier::Full && self.growth > 1
    }

    /// The case as it is played in this tier: in the full one, each repetition of the script and
    /// each repeated event comes [`growth`](Self::growth) times as often.
    pub fn at(&self, tier: Tier) -> Cow<'_, Self> {
        if !self.grows_in(tier) {
            return Cow::Borrowed(self);
        }
        let mut case = self.clone();
        for step in &mut case.script {
            if let Step::Times(times, _) = step {
                *times *= self.growth;
            }
        }
        let rows = case.accept.iter_mut().flat_map(|alternative| &mut alternative.sees);
        for (times, _) in rows.filter(|(times, _)| *times > 1) {
            *times *= self.growth;
        }
        Cow::Owned(case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Event, Grade};
    use crate::payload::Payload;
    use crate::step::{binary, ping};

    #[test]
    fn a_case_grows_only_in_the_full_tier() {
        let pings = |times| {
            let case = Case::new("a/b", "Some pings.").step(ping(&b"x"[..]));
            let case = case.step(Step::Times(times, vec![ping(&b"y"[..]).into()]));
            let one = Event::Pong(Payload::octets(&b"x"[..]));
            let mut case = case.sees_times(times, Event::Pong(Payload::octets(&b"y"[..])));
            case.accept[0].sees.insert(0, (1, one));
            case.grows(50)
        };
        let case = pings(20);
        assert_eq!(*case.at(Tier::Quick), case);
        assert_eq!(*case.at(Tier::Default), case);
        assert_eq!(*case.at(Tier::Full), pings(1000));
        assert!(case.grows_in(Tier::Full) && !case.grows_in(Tier::Default));
        assert_eq!(case.accept[0].grade, Grade::Strict);
    }

    #[test]
    fn effort_keeps_cases_out_of_the_quick_tier() {
        let case = Case::new("a/b", "One frame.");
        assert_eq!(case.least_tier(), Tier::Quick);
        assert_eq!(case.clone().in_tier(Tier::Full).least_tier(), Tier::Full);
        assert_eq!(case.step(binary(vec![0; 1 << 17])).least_tier(), Tier::Default);
    }
}
