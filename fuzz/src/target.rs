//! What a fuzz target is.

use crate::oracle::Finding;
use crate::script::Script;

/// Whether an input is worth keeping in a corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It may be.
    Yes,
    /// It is too short or too long to mean anything.
    No,
}

/// One fuzz target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name: what it feeds, then the property that is judged.
    pub name: &'static str,
    /// What its octets stand for, in one line.
    pub feeds: &'static str,
    /// The names of its oracles.
    pub oracles: fn() -> Vec<&'static str>,
    /// The folder in `seeds/` where it starts. Only its name, so that no target is linked with
    /// whatever makes seeds.
    pub seeds: &'static str,
    /// The file in `dict/` whose words help the fuzzer.
    pub dictionary: &'static str,
    /// Octets of the longest input worth trying.
    pub longest: usize,
    /// Judges an input.
    pub check: fn(&[u8]) -> Result<Keep, Finding>,
    /// The input in a form for people.
    pub show: fn(&[u8]) -> String,
    /// The stream that an input stands for, with the settings of its reader, if it stands for one:
    /// such an input can be kept as a conformance case.
    pub stream: fn(&[u8]) -> Option<Script>,
}

impl Target {
    /// Judges an input of the fuzzer.
    ///
    /// # Panics
    /// On a finding, which is what the fuzzer looks for.
    #[must_use]
    pub fn fuzz(&self, octets: &[u8]) -> Keep {
        match (self.check)(octets) {
            Ok(keep) => keep,
            Err(finding) => {
                panic!("{}: {finding}\n\nthe input is\n{}", self.name, (self.show)(octets))
            }
        }
    }
}
