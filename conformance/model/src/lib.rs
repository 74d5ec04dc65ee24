//! A WebSocket endpoint that is slow and obviously right, with one switch per planted mistake.
//!
//! The model proves the cases: every case passes on the right model, and a case that no
//! [mistake](bug::Bug) fails would prove nothing. It is also an oracle: [`read_stream`] says what a
//! stream of octets means, or where and why it stops being possible, by reading the RFC to the
//! letter. It shares the tester's wire format with `wsproof-cases` and nothing with the engine.

pub mod artifact;
pub mod bug;
mod careless;
mod careless_head;
pub mod deflate;
pub mod endpoint;
pub mod event;
pub mod extensions;
pub mod fault;
pub mod handshake;
mod head;
pub mod interface;
mod keys;
pub mod peer;
pub mod reading;
pub mod testees;
mod text;
mod writing;

pub use bug::{Bug, Bugs};
pub use deflate::Agreed;
pub use endpoint::Endpoint;
pub use event::{Event, Limits, Outcome};
pub use fault::{Fault, Violation};
pub use interface::Interface;
pub use peer::Peer;
pub use reading::{read_deliveries, read_stream};
