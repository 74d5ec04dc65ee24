//! Words of cases that are read while the program runs.
//!
//! Most words of a case are literals of the catalogue, and their types say so. One that comes from
//! a file is kept as long as the program runs, once however often it is read, so that it can be
//! used like a literal. What is kept is bounded: files cannot fill the memory.

use core::hash::Hash;
use core::ops::RangeInclusive;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::de::{Deserialize, Deserializer, Error};

use crate::deflate::Ask;

/// A literal of the catalogue, or a word that is kept.
pub(crate) type Word = &'static str;

/// The most octets that are kept, all words of the program's files together.
const LIMIT: usize = 16 << 20;

/// Everything that is kept, and how many octets that is.
#[derive(Default)]
struct Kept {
    octets: usize,
    words: HashSet<&'static str>,
    lists: HashSet<&'static [Word]>,
    ranges: HashSet<&'static [RangeInclusive<u16>]>,
    asks: HashSet<&'static [Ask]>,
}

/// Keeps `value`, if nothing equal is kept yet.
fn keep<T: ?Sized + Eq + Hash, E: Error>(
    value: Box<T>,
    set: fn(&mut Kept) -> &mut HashSet<&'static T>,
) -> Result<&'static T, E> {
    static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = set(&mut kept).get(&*value) {
        return Ok(same);
    }
    let octets = kept.octets + size_of_val(&*value);
    if octets > LIMIT {
        return Err(E::custom("more words than a program keeps of the files it reads"));
    }
    kept.octets = octets;
    let value: &'static T = Box::leak(value);
    set(&mut kept).insert(value);
    Ok(value)
}

/// Reads a word.
pub(crate) fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    keep(String::deserialize(from)?.into(), |kept| &mut kept.words)
}

/// Reads a word where there may be none.
pub(crate) fn maybe_word<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Word>, D::Error> {
    let word = Option::<String>::deserialize(from)?;
    word.map(|word| keep(word.into(), |kept| &mut kept.words)).transpose()
}

/// Reads a list of words.
pub(crate) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<&'static [Word], D::Error> {
    let words = Vec::<String>::deserialize(from)?.into_iter();
    let words = words.map(|word| keep(word.into(), |kept| &mut kept.words));
    keep(words.collect::<Result<Box<[Word]>, _>>()?, |kept| &mut kept.lists)
}

/// Reads ranges of numbers.
pub(crate) fn ranges<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<&'static [RangeInclusive<u16>], D::Error> {
    keep(Vec::deserialize(from)?.into(), |kept| &mut kept.ranges)
}

/// Reads what is asked of clients.
pub(crate) fn asks<'de, D: Deserializer<'de>>(from: D) -> Result<&'static [Ask], D::Error> {
    keep(Vec::deserialize(from)?.into(), |kept| &mut kept.asks)
}

/// A subprotocol that may be missing, written as an empty text then: none has that name.
pub(crate) mod name {
    use serde::{Deserializer, Serializer};

    use super::Word;

    pub(crate) fn serialize<S: Serializer>(name: &Option<Word>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(name.unwrap_or_default())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Word>, D::Error> {
        Ok(Some(super::word(from)?).filter(|name| !name.is_empty()))
    }
}
