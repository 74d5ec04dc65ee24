//! The few questions asked of git, each one call.

use core::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

/// The commit that `revision` names; `A...B` names the merge base of `A` and `B`.
pub(super) fn resolve(folder: &Path, revision: &str) -> Result<String, GitError> {
    let Some((a, b)) = revision.split_once("...") else { return Ok(revision.to_owned()) };
    let head = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
    let (a, b) = (head(a), head(b));
    if b.starts_with('-') {
        return Err(GitError::Said(format!("{b:?} is no revision")));
    }
    let output = git(folder, &["merge-base", &a, &b])?;
    let base = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if base.is_empty() {
        return Err(GitError::Said(format!("{a} and {b} have no common ancestor")));
    }
    Ok(base)
}

/// Whether the object is a folder.
pub(super) fn is_folder(folder: &Path, object: &str) -> Result<bool, GitError> {
    let output = git(folder, &["cat-file", "-t", object])?;
    Ok(output.stdout.trim_ascii() == b"tree")
}

/// Names in a folder.
pub(super) fn list(folder: &Path, object: &str) -> Result<Vec<String>, GitError> {
    let output = git(folder, &["ls-tree", "-z", "--name-only", object])?;
    let names = output.stdout.split(|&octet| octet == 0).filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect())
}

/// The content of a file of at most `limit` octets, as it was committed.
pub(super) fn blob(folder: &Path, object: &str, limit: u64) -> Result<Vec<u8>, GitError> {
    let size = git(folder, &["cat-file", "-s", object])?;
    let size = String::from_utf8_lossy(&size.stdout).trim().parse::<u64>().ok();
    if size.is_none_or(|size| size > limit) {
        return Err(GitError::Said(format!("longer than {} MiB", limit >> 20)));
    }
    Ok(git(folder, &["cat-file", "blob", object])?.stdout)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .map_err(GitError::Run)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    let line = line.strip_prefix("fatal: ").unwrap_or(line);
    Err(GitError::Said(line.chars().take(200).collect()))
}

/// Git could not be asked, or could not answer.
#[derive(Debug)]
pub(super) enum GitError {
    /// The program could not be run.
    Run(io::Error),
    /// Its answer.
    Said(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => write!(f, "cannot run git: {error}"),
            Self::Said(text) => write!(f, "git: {text}"),
        }
    }
}

impl core::error::Error for GitError {}
