//! Words for the fuzzer, in the format of libFuzzer.

use std::path::PathBuf;

use super::documents;
use crate::edge;

/// Every dictionary with its path in this package.
pub(crate) fn all() -> [(PathBuf, Vec<u8>); 4] {
    [
        ("frames.dict", edge::frame_words()),
        ("deflate.dict", edge::deflate_words()),
        ("http.dict", edge::http_words()),
        ("documents.dict", documents::words()),
    ]
    .map(|(name, words)| (PathBuf::from("dict").join(name), write(words)))
}

fn write(words: Vec<Vec<u8>>) -> Vec<u8> {
    let mut lines: Vec<String> = words
        .iter()
        .map(|word| word.iter().map(|octet| format!("\\x{octet:02x}")).collect::<String>())
        .map(|word| format!("\"{word}\"\n"))
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat().into_bytes()
}
