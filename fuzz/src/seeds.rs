//! Seeds: where the fuzzer starts, and what `cargo test` replays.
//!
//! They are made from the conformance catalogue, from streams and heads on which implementations
//! have failed, and from the tables of [`edge`](crate::edge). The example `seeds` writes them.

pub(crate) mod choices;
pub(crate) mod dictionary;
pub(crate) mod documents;
pub(crate) mod heads;
pub(crate) mod streams;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wsproof_cases::random::Random;

/// Octets of the longest seed. Long ones slow the fuzzer down and find nothing more.
pub(crate) const LONGEST: usize = 2048;

/// A family of inputs, which targets that read the same format share.
#[derive(Clone, Copy, Debug)]
pub struct Seeds {
    /// The folder in `seeds/`.
    pub folder: &'static str,
    /// Makes them, each with the name of its file.
    pub make: fn() -> BTreeMap<String, Vec<u8>>,
}

/// Every family.
pub const FAMILIES: &[Seeds] = &[
    choices::SEEDS,
    documents::SEEDS,
    heads::REQUESTS,
    heads::RESPONSES,
    streams::SEEDS,
    streams::COMPRESSED,
];

/// Every generated file with its path in this package: seeds and dictionaries.
#[must_use]
pub fn all() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for Seeds { folder, make } in FAMILIES {
        let folder = Path::new("seeds").join(folder);
        files.extend(make().into_iter().map(|(name, octets)| (folder.join(name), octets)));
    }
    files.extend(dictionary::all());
    files
}

/// Whose turn it is to have which settings. It follows from a seed's name alone, so that a seed stays
/// what it is when another one comes.
pub(crate) fn turn(name: &str) -> u32 {
    // FNV-1a, whose low bits alone tell too little.
    let mix = |hash: u64, octet: u8| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
    Random::new(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)).next() as u32
}

/// Removes inputs that say the same as another, and those that are too long.
pub(crate) fn tidy(
    seeds: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> BTreeMap<String, Vec<u8>> {
    let mut seen = std::collections::HashSet::new();
    seeds
        .into_iter()
        .filter(|(_, octets)| octets.len() <= LONGEST && seen.insert(octets.clone()))
        .collect()
}
