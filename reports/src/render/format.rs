//! What a format is, and the list of them.

use core::fmt;
use std::collections::BTreeMap;
use std::path::Path;

use super::{annotations, autobahn, badge, baseline, ctrf, html, json, junit, markdown, terminal};
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

/// A format by name.
#[derive(Clone, Copy)]
pub struct Format {
    /// The word users write.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// The usual name of the file, or of the folder.
    pub file: &'static str,
    /// The renderer.
    pub render: &'static dyn Render,
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Format").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Every format.
pub const FORMATS: &[Format] = &[
    Format {
        name: "terminal",
        about: "plain text for reading at once",
        file: "report.txt",
        render: &terminal::Terminal { color: false },
    },
    Format {
        name: "markdown",
        about: "a summary for pull requests, at most 60 000 octets",
        file: "report.md",
        render: &markdown::Markdown,
    },
    Format {
        name: "html",
        about: "one self-contained page with every wire log",
        file: "report.html",
        render: &html::Html,
    },
    Format {
        name: "json",
        about: "the report or diff itself in canonical form",
        file: "report.json",
        render: &json::Json,
    },
    Format {
        name: "annotations",
        about: "GitHub's ::error lines, at most ten",
        file: "annotations.txt",
        render: &annotations::Annotations,
    },
    Format {
        name: "junit",
        about: "JUnit XML for test dashboards",
        file: "junit.xml",
        render: &junit::Junit,
    },
    Format {
        name: "autobahn",
        about: "a folder with Autobahn's index.json and one file per case",
        file: "autobahn",
        render: &autobahn::Autobahn,
    },
    Format {
        name: "ctrf",
        about: "the Common Test Report Format",
        file: "ctrf.json",
        render: &ctrf::Ctrf,
    },
    Format {
        name: "badge",
        about: "a badge endpoint file",
        file: "badge.json",
        render: &badge::Badge,
    },
    Format {
        name: "baseline",
        about: "a folder to commit and compare with: one report per role, nothing volatile",
        file: "baseline",
        render: &baseline::Baseline,
    },
];

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
