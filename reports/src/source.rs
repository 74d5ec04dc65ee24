//! Finding the report a user names: a file, a folder, or a path in a git revision.

use core::fmt;
use core::str::FromStr;
use std::path::{Path, PathBuf};

use crate::exit_code::ExitCode;
use crate::model::{Report, Role};
use crate::read::{self, ReadError};

mod git;

/// Where a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder that holds `report.json`, one other `*.json`, or baselines by role
    /// (`client.json` and `server.json`), which are then put together.
    Path(PathBuf),
    /// `git:REV:PATH`: the same in a revision. A revision `A...B` means their merge base.
    Git {
        /// Revision, or two joined by `...`; an empty side of these means `HEAD`.
        revision: String,
        /// Path from the root of the work tree, or from the caller's folder when it begins `./`.
        path: String,
    },
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let fail = |what| SourceError { source: text.to_owned(), what };
        let Some(rest) = text.strip_prefix("git:") else { return Ok(Self::Path(text.into())) };
        match rest.split_once(':') {
            Some((revision, path)) if !revision.is_empty() && !path.is_empty() => {
                if revision.starts_with('-') {
                    // It would be an option to git.
                    return Err(fail(What::Form("a revision does not begin with -")));
                }
                Ok(Self::Git { revision: revision.to_owned(), path: path.to_owned() })
            }
            _ => Err(fail(What::Form("it is written git:REV:PATH"))),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Git { revision, path } => write!(f, "git:{revision}:{path}"),
        }
    }
}

/// Reads the report at `source`; paths and git start from the folder `from`.
///
/// # Errors
/// [`SourceError`] names the source, and what could not be found, run or read.
pub fn load(source: &Source, from: &Path) -> Result<Report, SourceError> {
    let fail = |what| SourceError { source: source.to_string(), what };
    match source {
        Source::Path(path) => from_path(&from.join(path)),
        Source::Git { revision, path } => from_git(from, revision, path),
    }
    .map_err(fail)
}

fn from_path(path: &Path) -> Result<Report, What> {
    if !path.is_dir() {
        return read::read_report_file(path).map_err(What::Read);
    }
    let names = std::fs::read_dir(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| What::Read(ReadError::Io(error)))?
        .into_iter()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    from_folder(names, &|name| read::read_report_file(&path.join(name)).map_err(What::Read))
}

fn from_git(from: &Path, revision: &str, path: &str) -> Result<Report, What> {
    let revision = git::resolve(from, revision).map_err(What::Git)?;
    let object = format!("{revision}:{path}");
    if !git::is_folder(from, &object).map_err(What::Git)? {
        return git_blob(from, &object);
    }
    let names = git::list(from, &object).map_err(What::Git)?;
    let slash = if path.ends_with('/') { "" } else { "/" };
    from_folder(names, &|name| git_blob(from, &format!("{object}{slash}{name}")))
}

fn git_blob(from: &Path, object: &str) -> Result<Report, What> {
    let octets = git::blob(from, object, read::MAX_OCTETS).map_err(What::Git)?;
    read::read_report(&octets).map_err(What::Read)
}

/// Chooses the report among the names in a folder and reads it.
fn from_folder(
    mut names: Vec<String>,
    read: &dyn Fn(&str) -> Result<Report, What>,
) -> Result<Report, What> {
    names.retain(|name| name.ends_with(".json") && !name.starts_with('.'));
    names.sort_unstable();
    if names.iter().any(|name| name == "report.json") {
        return read("report.json");
    }
    let is_role = |name: &String| {
        [Role::Client, Role::Server]
            .iter()
            .any(|role| name.strip_suffix(".json") == Some(role.name()))
    };
    match names.as_slice() {
        [] => Err(What::Folder("the folder holds no *.json".to_owned())),
        [name] => read(name),
        names if names.iter().all(is_role) => {
            let reports = names.iter().map(|name| read(name)).collect::<Result<Vec<_>, _>>()?;
            merge(reports)
        }
        names => {
            let first = names.iter().take(4).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if names.len() > 4 { ", …" } else { "" };
            Err(What::Folder(format!(
                "the folder holds several reports ({first}{more}) and none is called report.json"
            )))
        }
    }
}

/// Puts the reports of one subject in several roles together.
fn merge(reports: Vec<Report>) -> Result<Report, What> {
    let mut reports = reports.into_iter();
    let Some(mut all) = reports.next() else { return Err(What::Folder("no report".to_owned())) };
    for report in reports {
        if report.subject.name != all.subject.name || report.suite.version != all.suite.version {
            let text = "the reports by role are of different subjects or suites";
            return Err(What::Folder(text.to_owned()));
        }
        if report.cases.keys().any(|key| all.cases.contains_key(key)) {
            let text = "the reports by role hold the same cases";
            return Err(What::Folder(text.to_owned()));
        }
        all.cases.extend(report.cases);
        all.subject.roles.extend(report.subject.roles);
        all.suite.selected = all.suite.selected.saturating_add(report.suite.selected);
        all.complete &= report.complete;
    }
    all.subject.roles.sort_unstable();
    all.subject.roles.dedup();
    Ok(Report::new(all.suite, all.subject, all.settings, all.complete, all.cases, None))
}

/// A report that could not be loaded.
#[derive(Debug)]
pub struct SourceError {
    source: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Form(&'static str),
    Folder(String),
    Git(git::GitError),
    Read(ReadError),
}

impl SourceError {
    /// What a command that needs the report leaves with: [`ExitCode::NotComparable`] when the
    /// document was found but is of another format or a newer version, else [`ExitCode::Usage`].
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self.what {
            What::Read(ReadError::Schema(_)) => ExitCode::NotComparable,
            What::Form(_) | What::Folder(_) | What::Git(_) | What::Read(_) => ExitCode::Usage,
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, what } = self;
        match what {
            What::Form(text) => write!(f, "{source}: {text}"),
            What::Folder(text) => write!(f, "{source}: {text}"),
            What::Git(error) => write!(f, "{source}: {error}"),
            What::Read(error) => write!(f, "{source}: {error}"),
        }
    }
}

impl core::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.what {
            What::Git(error) => Some(error),
            What::Read(error) => Some(error),
            What::Form(_) | What::Folder(_) => None,
        }
    }
}
