//! Reading `wsproof.toml`.

use std::path::{Path, PathBuf};

use clap::Command;
use toml::{Table, Value};
use wsproof_cases::distance::distance;

use super::key;
use crate::cli::failure::Failure;
use crate::file;

/// The file that is read when none is named, if it is there.
const FILE: &str = "wsproof.toml";
/// The profile that is taken when none is named, and that others inherit from.
const DEFAULT: &str = "default";
/// The key that names another profile to inherit from.
pub(super) const INHERITS: &str = "inherits";

/// The options of one profile, inherited ones included: key, values, and the profile they are from.
pub(super) type Profile = Vec<(String, Vec<String>, String)>;

/// Reads a profile; without a file there is none but the default one, and that is empty.
pub(super) fn read(
    file: Option<&Path>,
    profile: Option<&str>,
    run: &Command,
) -> Result<Profile, Failure> {
    let path = file.map_or_else(|| PathBuf::from(FILE), Path::to_owned);
    let wanted = profile.unwrap_or(DEFAULT);
    if file.is_none() && !path.exists() {
        return match profile {
            None | Some(DEFAULT) => Ok(Vec::new()),
            Some(name) => Err(Failure::usage(format!("--profile {name}: there is no {FILE}"))),
        };
    }
    let fail = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    let text = file::text(&path).map_err(|error| fail(error.to_string()))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        fail(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
    })?;
    let profiles = profiles(&table, run).map_err(fail)?;
    if !profiles.contains_key(wanted) && profile.is_none() {
        return Ok(Vec::new());
    }
    collect(profiles, wanted).map_err(fail)
}

/// The table of profiles, once everything in the file has a meaning.
fn profiles<'t>(table: &'t Table, run: &Command) -> Result<&'t Table, String> {
    static NONE: std::sync::LazyLock<Table> = std::sync::LazyLock::new(Table::new);

    known("", table.keys(), &["profile"])?;
    let profiles = match table.get("profile") {
        None => &NONE,
        Some(Value::Table(profiles)) => profiles,
        Some(_) => return Err("profile is not written as [profile.NAME]".to_owned()),
    };
    let mut keys: Vec<&str> = run.get_arguments().filter_map(key).collect();
    keys.push(INHERITS);
    for (name, profile) in profiles {
        let Value::Table(profile) = profile else {
            return Err(format!("profile.{name} is not written as [profile.{name}]"));
        };
        known(&format!("profile.{name}."), profile.keys(), &keys)?;
    }
    Ok(profiles)
}

fn known<'k>(
    place: &str,
    found: impl IntoIterator<Item = &'k String>,
    keys: &[&str],
) -> Result<(), String> {
    let Some(word) = found.into_iter().find(|word| !keys.contains(&word.as_str())) else {
        return Ok(());
    };
    let near = keys.iter().map(|key| (distance(word, key), key)).min();
    let hint = match near {
        Some((far, key)) if far <= 1 + word.len() / 3 => format!("did you mean {key}?"),
        _ => format!("there are {}", keys.join(", ")),
    };
    Err(format!("unknown key {place}{word}; {hint}"))
}

/// A profile and what it inherits, nearest first; a key that came before stays.
fn collect(profiles: &Table, wanted: &str) -> Result<Profile, String> {
    let mut found: Profile = Vec::new();
    let mut seen = Vec::new();
    let mut next = Some(wanted.to_owned());
    while let Some(name) = next {
        if seen.contains(&name) {
            return Err(format!("profile.{name} inherits from itself"));
        }
        let Some(Value::Table(profile)) = profiles.get(&name) else {
            let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
            return Err(format!("there is no profile {name:?}; there are {}", names.join(", ")));
        };
        let place = |key: &str| format!("profile.{name}.{key}");
        next = match profile.get(INHERITS) {
            Some(Value::String(other)) => Some(other.clone()),
            Some(_) => return Err(format!("{} is no text", place(INHERITS))),
            None => Some(DEFAULT.to_owned())
                .filter(|other| name != *other && profiles.contains_key(other)),
        };
        for (key, value) in profile.iter().filter(|(key, _)| *key != INHERITS) {
            if found.iter().all(|(other, ..)| other != key) {
                let values = values(value).ok_or_else(|| format!("{} is no value", place(key)))?;
                found.push((key.clone(), values, name.clone()));
            }
        }
        seen.push(name);
    }
    Ok(found)
}

/// A value as words of the command line.
fn values(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(is) => Some(is.to_string()),
        _ => None,
    };
    match value {
        Value::Array(values) => values.iter().map(one).collect(),
        value => one(value).map(|value| vec![value]),
    }
}
