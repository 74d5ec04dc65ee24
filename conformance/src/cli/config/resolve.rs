//! Which value every option has, and where it comes from.

use core::fmt;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::file::{self, Profile};
use super::{is_flag, key, run_command};
use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// The command line with everything that was found elsewhere.
pub(in crate::cli) struct Resolved {
    /// What to parse.
    pub(in crate::cli) line: Vec<OsString>,
    found: Vec<(String, Origin)>,
}

/// Where a value comes from, if not from the command line.
#[derive(Clone)]
enum Origin {
    Environment(String),
    Profile(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Profile(name) => write!(f, "profile {name}"),
        }
    }
}

/// Puts what the environment and the profile say in front of the options of the command line, which
/// was parsed as `matches`.
///
/// # Errors
/// The file or the environment says something that means nothing.
pub(in crate::cli) fn resolve(
    line: &[OsString],
    matches: &ArgMatches,
) -> Result<Resolved, Failure> {
    let run = run_command();
    let file: Option<PathBuf> = matches.get_one("config").cloned();
    let named: Option<String> = matches.get_one("profile").cloned();
    let profile = file::read(
        file.or_else(|| env::var_os("WSPROOF_CONFIG").map(PathBuf::from)).as_deref(),
        named.or_else(|| env::var("WSPROOF_PROFILE").ok()).as_deref(),
        &run,
    )?;
    let mut more: Vec<OsString> = Vec::new();
    let mut found = Vec::new();
    for arg in run.get_arguments() {
        let given = matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
        let Some(key) = key(arg).filter(|_| !given) else { continue };
        let Some((values, origin)) = elsewhere(key, &profile)? else { continue };
        words(arg, key, &values, &origin, &mut more)?;
        found.push((key.to_owned(), origin));
    }
    let at = line.iter().position(|word| word == "run").map_or(line.len(), |at| at + 1);
    let (before, after) = line.split_at(at);
    Ok(Resolved { line: [before, &more, after].concat(), found })
}

/// What the environment or else the profile says of an option.
fn elsewhere(key: &str, profile: &Profile) -> Result<Option<(Vec<String>, Origin)>, Failure> {
    let name = format!("WSPROOF_{}", key.to_uppercase().replace('-', "_"));
    if let Some(value) = env::var_os(&name).filter(|value| !value.is_empty()) {
        let value =
            value.into_string().map_err(|_| Failure::usage(format!("{name} is no text")))?;
        return Ok(Some((vec![value], Origin::Environment(name))));
    }
    let found = profile.iter().find(|(found, ..)| found == key);
    Ok(found.map(|(_, values, name)| (values.clone(), Origin::Profile(name.clone()))))
}

/// The same as words of the command line.
fn words(
    arg: &Arg,
    key: &str,
    values: &[String],
    origin: &Origin,
    line: &mut Vec<OsString>,
) -> Result<(), Failure> {
    if is_flag(arg) {
        match values {
            [is] if is == "true" || is == "1" => line.push(format!("--{key}").into()),
            [is] if is == "false" || is == "0" => {}
            _ => return Err(Failure::usage(format!("{key} is true or false ({origin})"))),
        }
    } else if arg.is_positional() {
        line.extend(values.iter().map(OsString::from));
    } else {
        line.extend(values.iter().map(|value| format!("--{key}={value}").into()));
    }
    Ok(())
}

impl Resolved {
    /// Where options come from that an error of the parser is about.
    pub(in crate::cli) fn explain(&self, error: &str) -> Option<String> {
        let (key, origin) =
            self.found.iter().find(|(key, _)| error.contains(&format!("--{key}")))?;
        Some(format!("--{key} comes from: {origin}"))
    }

    /// Says which value every option has.
    pub(in crate::cli) fn show(&self, matches: &ArgMatches, output: &mut Output) {
        let run: Command = run_command();
        for arg in run.get_arguments() {
            let Some(key) = key(arg) else { continue };
            let id = arg.get_id().as_str();
            let origin = self.found.iter().find(|(found, _)| found == key);
            let origin = match (origin, matches.value_source(id)) {
                (Some((_, origin)), _) => origin.to_string(),
                (None, Some(ValueSource::CommandLine)) => "command line".to_owned(),
                (None, _) => "default".to_owned(),
            };
            output.line(&format!("{:<28}  # {origin}", format!("{key} = {}", value(arg, matches))));
        }
    }
}

/// The value as it would stand in a profile.
fn value(arg: &Arg, matches: &ArgMatches) -> String {
    let id = arg.get_id().as_str();
    if is_flag(arg) {
        return matches.get_flag(id).to_string();
    }
    let raw = matches.get_raw(id).into_iter().flatten();
    let words: Vec<String> = raw
        .flat_map(|word| word.to_string_lossy().split(',').map(str::to_owned).collect::<Vec<_>>())
        .map(|word| format!("{word:?}"))
        .collect();
    let many = arg.get_num_args().is_some_and(|range| range.max_values() > 1)
        || matches!(arg.get_action(), clap::ArgAction::Append);
    match &words[..] {
        words if many => format!("[{}]", words.join(", ")),
        [] => "\"\"".to_owned(),
        words => words.join(", "),
    }
}
