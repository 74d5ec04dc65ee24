//! The list of formats.

use core::fmt;

use super::view::Render;
use super::{annotations, autobahn, badge, baseline, ctrf, html, json, junit, markdown, terminal};

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
