//! What there is to show, and what a format makes of it.

use core::fmt;
use std::collections::BTreeMap;
use std::path::Path;

use crate::diff::Diff;
use crate::gate::Decision;
use crate::model::Report;
use crate::write::{WriteError, write_atomically, write_unflushed};

/// What is to be shown.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// One report.
    One {
        /// The report.
        report: &'a Report,
        /// What the run's gate decided, when it was asked.
        decision: Option<&'a Decision>,
    },
    /// The difference between two reports.
    Change {
        /// The difference.
        diff: &'a Diff,
        /// The old report.
        old: &'a Report,
        /// The new report.
        new: &'a Report,
        /// What the diff's gate decided, when it was asked.
        decision: Option<&'a Decision>,
    },
}

/// One way to show a view. The result depends on the view alone.
///
/// A format returns text instead of writing it: one of them is a folder, every file is then written
/// in one step, and nothing is half written when a format does not fit the view.
pub trait Render: Sync {
    /// Shows the view.
    ///
    /// # Errors
    /// [`RenderError`] when the format has no form for this kind of view.
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError>;
}

/// What a format made of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendered {
    /// One text.
    File(String),
    /// Texts by relative path, `/` between folders.
    Folder(BTreeMap<String, String>),
}

impl Rendered {
    /// Writes the file at `path`, or the files of the folder below it, each in one step. Only a
    /// single file is flushed to the disk. Files that were there before and have no successor stay.
    ///
    /// # Errors
    /// [`WriteError`] names the file.
    pub fn save(&self, path: &Path) -> Result<(), WriteError> {
        match self {
            Self::File(text) => write_atomically(path, text.as_bytes()),
            Self::Folder(files) => files
                .iter()
                .try_for_each(|(name, text)| write_unflushed(&path.join(name), text.as_bytes())),
        }
    }
}

/// A format that has no form for a kind of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderError {
    pub(super) format: &'static str,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the format {} shows one report, not a diff", self.format)
    }
}

impl core::error::Error for RenderError {}
