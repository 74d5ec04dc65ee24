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

/// What a fuzzer writes in front of the digest in the names of its findings.
const FINDINGS: [&str; 5] = ["crash-", "leak-", "oom-", "slow-unit-", "timeout-"];

/// Whether a filter names a file.
pub(super) fn is_file(filter: &str) -> bool {
    filter.ends_with(".wscase") || is_artifact(filter)
}

/// Whether it names an input of a fuzz target: a file in a folder of a target that reads streams, or
/// anywhere with the name of a finding.
fn is_artifact(filter: &str) -> bool {
    let path = Path::new(filter);
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_finding = FINDINGS.iter().any(|prefix| name.starts_with(prefix));
    (is_finding || folder(path).is_some_and(artifact::is_of_streams)) && path.is_file()
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
    let target = folder(Path::new(path)).unwrap_or_default();
    if !artifact::is_of_streams(target) {
        return Err(format!(
            "only the fuzz target knows what this stands for: \
             cargo run -p wsproof-fuzz --bin {target} -- --show {path}"
        ));
    }
    let octets = octets(path)?;
    let artifact = Artifact::split(&octets, artifact::is_compressed(target));
    let artifact = artifact.ok_or("the file is too short for a stream")?;
    Ok(artifact::saved(Path::new(path), artifact))
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
