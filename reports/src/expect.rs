//! Known deviations: `wsproof-expect.toml`.
//!
//! ```toml
//! schema = 1
//! suite = "2026.1"
//!
//! [[expect]]
//! cases = ["deflate/window/8*"]          # ids, globs, ab:, rfc:, tag:
//! verdict = "fail"                       # or a list of fail, lenient, unsupported, crash, flaky
//! reason = "zlib has no raw 8-bit window"
//! issue = "https://example.org/7"        # optional
//! when = { role = "client" }             # optional: role, transport, driver, feature
//! until = 2027-03-01                     # optional: from that day the entry covers nothing
//! close = 1002                           # optional: pins the observed close code as well
//! run = false                            # optional: the cases are not even played
//! ```
//!
//! Expected failures still run. An entry that no longer describes what happens is a finding, so
//! the list cannot rot: see [`Finding`].

mod apply;
mod date;
mod edit;
mod file;
mod select;

pub use apply::{Apply, Finding};
pub use date::{Date, DateError};
pub use edit::{AcceptError, accept, prune};
#[cfg(feature = "schema")]
pub use file::schema_type;
pub use file::{Expectations, FileError};
pub use select::{ByFields, Facts, Predicate, Selector};
