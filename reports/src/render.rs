//! Reports and diffs for people and for other tools, all from the same two values.
//!
//! | Format | For | One report | A diff |
//! |---|---|---|---|
//! | `terminal` | reading at once | yes | yes |
//! | `markdown` | pull requests, step summaries; at most 60 000 octets | yes | yes |
//! | `html` | looking closely: one file, no network | yes | yes |
//! | `json` | other programs: the canonical form | yes | yes |
//! | `annotations` | GitHub's `::error` lines, at most ten | yes | yes |
//! | `junit` | test dashboards | yes | |
//! | `autobahn` | scripts that read Autobahn|Testsuite's files; a folder | yes | |
//! | `ctrf` | the Common Test Report Format | yes | |
//! | `badge` | a badge endpoint | yes | |
//! | `baseline` | committing what a later run is compared with; a folder | yes | |
//!
//! To add a format: a file here, and its line in [`FORMATS`].

mod annotations;
mod autobahn;
mod badge;
mod baseline;
mod ctrf;
mod format;
mod html;
mod json;
mod junit;
mod markdown;
mod outcome;
mod terminal;
mod text;
mod view;

pub use format::{FORMATS, Format};
pub use markdown::MAX_OCTETS as MARKDOWN_MAX_OCTETS;
pub use terminal::Terminal;
pub use text::{counts, replay};
pub use view::{Render, RenderError, Rendered, View};
