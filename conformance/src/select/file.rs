//! Cases in files, and streams that fuzzing found.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

use wsproof_cases::Role;
use wsproof_cases::wscase::{MAX_OCTETS, Saved, read};
use wsproof_model::artifact::{self, Artifact};

use super::item::Item;
use crate::file;

/// Fuzz targets whose inputs are streams, and whether the messages in them are compressed.
const STREAMS: [(&str, bool); 3] =
    [("frame_stream_model", false), ("frame_stream_cuts", false), ("deflate_stream_model", true)];

/// Whether a filter names a file.
pub(super) fn is_file(filter: &str) -> bool {
    filter.ends_with(".wscase") || is_artifact(filter)
}

/// Whether it names an input of a fuzz target that reads frames: a file in a folder of its name.
fn is_artifact(filter: &str) -> bool {
    let path = Path::new(filter);
    folder(path).is_some_and(|name| STREAMS.iter().any(|(own, _)| *own == name)) && path.is_file()
}

/// The name of the folder that a file lies in.
fn folder(path: &Path) -> Option<&str> {
    path.parent().and_then(Path::file_name).and_then(OsStr::to_str)
}

/// The case of a file in its roles. A file is read once, and its case lives as long as those of the
/// catalogue.
pub(super) fn items_of(path: &str) -> Result<&'static [Item], String> {
    static READ: LazyLock<Mutex<BTreeMap<String, &'static [Item]>>> = LazyLock::new(Mutex::default);

    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(items) = read.get(path) {
        return Ok(items);
    }
    let Saved { role, case } = if is_artifact(path) { found(path)? } else { open(path)? };
    let case = Box::leak(Box::new(case));
    let plays = |each: &Role| role.is_none_or(|role| role == *each) && case.plays.allows(*each);
    let item = |role| Item { file: Some(path.to_owned()), ..Item::new(case, role) };
    let items: Box<[Item]> = Role::ALL.into_iter().filter(plays).map(item).collect();
    Ok(read.entry(path.to_owned()).or_insert_with(|| Box::leak(items)))
}

/// The stream of an artifact as a case of its name.
fn found(path: &str) -> Result<Saved, String> {
    let octets = octets(path)?;
    let compressed = folder(Path::new(path)).and_then(|name| {
        STREAMS.iter().find(|(own, _)| *own == name).map(|(_, compressed)| *compressed)
    });
    let artifact = Artifact::split(&octets, compressed.unwrap_or_default());
    let artifact = artifact.ok_or("the file is too short for a stream")?;
    let role = artifact.role;
    let name = Path::new(path).file_name().and_then(OsStr::to_str).unwrap_or_default();
    let word = |octet: char| if octet.is_ascii_alphanumeric() { octet } else { '-' };
    let name = name.to_ascii_lowercase().chars().map(word).collect::<String>();
    let case = artifact::case(format!("fuzzing/{}", name.trim_matches('-')), artifact);
    Ok(Saved { role: Some(role), case })
}

/// Reads no more of a file than a case may have.
fn octets(path: &str) -> Result<Vec<u8>, String> {
    file::octets(Path::new(path), MAX_OCTETS as u64).map_err(|error| error.to_string())
}

fn open(path: &str) -> Result<Saved, String> {
    let text = octets(path)?;
    let text = core::str::from_utf8(&text).map_err(|_| "the file is no UTF-8".to_owned())?;
    read(text).map_err(|error| error.to_string())
}
