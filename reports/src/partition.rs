//! Dividing a run between machines: each case belongs to one part, by the digest of its key.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::CaseKey;

/// Parts of a run: `hash:2/4` is the second of four, `hash:1,3/4` the first and the third.
///
/// Which part a case belongs to depends on its key and on the number of parts alone, so machines
/// agree without talking to each other, and a new case moves no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Not empty, each 1 to `of`.
    parts: BTreeSet<u16>,
    of: u16,
}

/// The most parts a run can be divided into.
pub const MOST_PARTS: u16 = 1000;

impl Partition {
    /// The numbers of the parts, from 1 on.
    #[must_use]
    pub const fn parts(&self) -> &BTreeSet<u16> {
        &self.parts
    }

    /// How many parts the whole run has.
    #[must_use]
    pub const fn of(&self) -> u16 {
        self.of
    }

    /// Whether these are all parts.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.parts.len() == usize::from(self.of)
    }

    /// The parts of both.
    #[must_use]
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self { parts: &self.parts | &other.parts, of: self.of }
    }

    /// The parts that are missing.
    #[must_use]
    pub fn missing(&self) -> Vec<u16> {
        (1..=self.of).filter(|part| !self.parts.contains(part)).collect()
    }

    /// Whether the case belongs to one of these parts.
    #[must_use]
    pub fn holds(&self, key: &CaseKey) -> bool {
        // FNV-1a: the same on every machine and in every version, which the standard library's
        // hashes do not promise.
        let hash = key.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
            (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
        });
        u16::try_from(hash % u64::from(self.of)).is_ok_and(|part| self.parts.contains(&(part + 1)))
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.parts.iter().map(u16::to_string).collect();
        write!(f, "hash:{}/{}", parts.join(","), self.of)
    }
}

/// Words that name no parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPartition;

impl fmt::Display for NotAPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a partition: hash:PART/PARTS, with 1 to {MOST_PARTS} parts")
    }
}

impl core::error::Error for NotAPartition {}

impl FromStr for Partition {
    type Err = NotAPartition;

    fn from_str(text: &str) -> Result<Self, NotAPartition> {
        let numbers = text.strip_prefix("hash:").and_then(|rest| rest.split_once('/'));
        let (parts, of) = numbers.ok_or(NotAPartition)?;
        let number = |digits: &str| {
            let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|n| plain && (1..=MOST_PARTS).contains(n))
        };
        let of = number(of).ok_or(NotAPartition)?;
        let part = |digits| number(digits).filter(|part| *part <= of).ok_or(NotAPartition);
        let parts = parts.split(',').map(part).collect::<Result<_, _>>()?;
        Ok(Self { parts, of })
    }
}

impl Serialize for Partition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Partition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Partition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Partition".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Parts of a run, such as `hash:2/4` or `hash:1,3/4`.",
            "type": "string",
            "pattern": "^hash:[0-9]{1,4}(,[0-9]{1,4})*/[0-9]{1,4}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written() {
        for text in ["hash:1/1", "hash:2/4", "hash:1,3/4", "hash:1000/1000"] {
            assert_eq!(text.parse::<Partition>().unwrap().to_string(), text);
        }
        assert_eq!("hash:3,1,3/4".parse::<Partition>().unwrap().to_string(), "hash:1,3/4");
        for text in [
            "",
            "2/4",
            "hash:0/4",
            "hash:5/4",
            "hash:/4",
            "hash:1/",
            "hash:1/1001",
            "hash:+1/4",
            "hash:1,/4",
            "hash: 1/4",
            "slice:1/4",
        ] {
            assert_eq!(text.parse::<Partition>(), Err(NotAPartition), "{text}");
        }
    }

    #[test]
    fn each_case_belongs_to_one_part_that_never_changes() {
        let parts: Vec<Partition> =
            (1..=4).map(|part| format!("hash:{part}/4").parse().unwrap()).collect();
        let mut sizes = [0; 4];
        for n in 0..400 {
            let key: CaseKey = format!("server/a/case-{n}").parse().unwrap();
            let holders: Vec<usize> = (0..4).filter(|&part| parts[part].holds(&key)).collect();
            assert_eq!(holders.len(), 1, "{key}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (60..140).contains(size)), "{sizes:?}");
        // Machines of different versions must agree; computed with another program.
        let key: CaseKey = "server/close/after-echo".parse().unwrap();
        assert!(parts[2].holds(&key));
    }
}
