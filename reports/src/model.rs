//! The report: what one run found, as plain data. Schema id `wsproof-report/1`.
//!
//! ```text
//! Report ─┬─ schema, suite, subject, settings, complete, summary, results_digest
//!         ├─ cases: "<role>/<case id>" ─► CaseResult ─┬─ verdict, reason, expected, observed
//!         │                                           └─ autobahn, expectation, wire
//!         └─ run: everything that may differ between two runs of one build
//! ```
//!
//! Within one major version fields are only added, and only optional ones; readers ignore what they
//! do not know. No field is a floating-point number, so the text form is the same everywhere.

mod autobahn;
mod case_result;
mod expectation;
mod key;
mod observed;
mod report;
mod schema_version;
mod verdict;
mod wire;

pub use autobahn::{AutobahnBehavior, AutobahnClose, AutobahnVerdict};
pub use case_result::CaseResult;
pub use expectation::{ExpectationNote, ExpectedVerdict};
pub use key::{CaseKey, KeyError, Role};
pub use observed::{CutDifference, Expected, Fault, Observed, Party, StreamEnd, Work};
pub use report::{Report, RunInfo, Settings, Subject, Suite, Summary, WireKept};
pub use schema_version::{SchemaMismatch, SchemaVersion};
pub use verdict::{Level, Verdict};
pub use wire::{DecodedFrame, Direction, Wire, WireEntry};
