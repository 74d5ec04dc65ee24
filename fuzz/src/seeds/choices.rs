//! Choices for structured targets: octets of every character, since what they choose is not theirs.

use std::collections::BTreeMap;

use wsproof_cases::random::Random;

use super::{Seeds, tidy};

/// For targets that draw from tables.
pub(crate) const SEEDS: Seeds = Seeds { folder: "choices", make };

fn make() -> BTreeMap<String, Vec<u8>> {
    let mut random = Random::new(0x0073_6565_6473);
    let random = (0..384u64).map(|number| {
        let length = 8 + number * 4 / 3;
        let octets = (0..length).map(|_| random.next() as u8).collect();
        (format!("random-{number:03}"), octets)
    });
    let plain = [("empty", vec![]), ("zeros", vec![0; 64]), ("ones", vec![0xff; 64])];
    let plain = plain.map(|(name, octets)| (name.to_owned(), octets));
    tidy(random.collect::<Vec<_>>().into_iter().chain(plain))
}
