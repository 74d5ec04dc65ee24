//! Conformance cases for the WebSocket protocol, as data and pure functions.
//!
//! ```text
//!  catalogue ──► Case ──► Tester ──► Transcript ──► judge ──► Judgement
//!               (data)     │  ▲        (data)      (pure)      (data)
//!                     octets  octets
//!                          ▼  │
//!                        subject, behind a driver of the runner
//! ```
//!
//! A [`Case`] says what the tester writes and what may come of it; it names no transport
//! and holds no clock. A [`Tester`] is the other end of the subject's connection:
//! octets in, octets out, time in rounds. What happened is a
//! [`Transcript`], and [`judge`](judge::judge) makes a
//! [`Judgement`](judge::Judgement) of it, now or years later. None of this knows the engine under
//! test: the [wire format](wire), [UTF-8](utf8) and the rules of [reception] are written
//! a second time here, so that one mistake cannot hide another.
//!
//! # Adding to the catalogue
//!
//! - **A case** is a few lines in its family's file in `catalogue/`, beginning with
//!   [`Case::new`]; everything not said is normal. Its id is permanent.
//! - **A family** is a file in `catalogue/` and a line in its list of families. Members that
//!   differ by a value are a table and a function.
//! - **A deviation** of the tester is a field of [`Frame`](step::Frame) whose default is correct.
//! - **A kind of action** (a crafted head of the opening handshake, a call of the subject's own
//!   interface, a compressed message) is a variant of [`Step`](step::Step); what it makes
//!   observable is a variant of [`Event`](case::Event) and [`Seen`](transcript::Seen); what a
//!   subject must offer for it is a field of [`Needs`](case::Needs). The matches over these types
//!   are total, so the compiler names every place that has to know.
//! - **A clause** is a line in [`CLAUSES`](clauses::CLAUSES).

pub mod autobahn;
pub mod breach;
pub mod case;
pub mod catalogue;
pub mod clauses;
pub mod deflate;
pub mod digest;
pub mod distance;
pub mod http;
pub mod interface;
pub mod judge;
mod kind;
pub mod known_bugs;
pub mod opening;
pub mod payload;
pub mod random;
pub mod reception;
pub mod requirements;
pub mod role;
pub mod step;
pub mod tester;
pub mod transcript;
pub mod utf8;
pub mod wire;
pub mod wscase;

pub use case::Case;
pub use catalogue::{catalogue, find};
pub use judge::judge;
pub use role::Role;
pub use tester::Tester;
pub use transcript::Transcript;
