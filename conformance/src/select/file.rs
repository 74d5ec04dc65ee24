//! Cases in files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::sync::{LazyLock, Mutex, PoisonError};

use wsproof_cases::Role;
use wsproof_cases::wscase::{MAX_OCTETS, Saved, read};

use super::item::Item;

/// Whether a filter names a file.
pub(super) fn is_file(filter: &str) -> bool {
    filter.ends_with(".wscase")
}

/// The case of a file in its roles. A file is read once, and its case lives as long as those of the
/// catalogue.
pub(super) fn items_of(path: &str) -> Result<&'static [Item], String> {
    static READ: LazyLock<Mutex<BTreeMap<String, &'static [Item]>>> = LazyLock::new(Mutex::default);

    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(items) = read.get(path) {
        return Ok(items);
    }
    let Saved { role, case } = open(path)?;
    let case = Box::leak(Box::new(case));
    let plays = |each: &Role| role.is_none_or(|role| role == *each) && case.plays.allows(*each);
    let item = |role| Item { file: Some(path.to_owned()), ..Item::new(case, role) };
    let items: Box<[Item]> = Role::ALL.into_iter().filter(plays).map(item).collect();
    Ok(read.entry(path.to_owned()).or_insert_with(|| Box::leak(items)))
}

/// Reads no more of a file than a case may have.
fn open(path: &str) -> Result<Saved, String> {
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let read_in = file.take(MAX_OCTETS as u64 + 1).read_to_end(&mut text);
    read_in.map_err(|error| error.to_string())?;
    let text = core::str::from_utf8(&text).map_err(|_| "the file is no UTF-8".to_owned())?;
    read(text).map_err(|error| error.to_string())
}
