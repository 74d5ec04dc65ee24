//! Subjects behind a network: addresses, streams and links.
//!
//! ```text
//!  driver::dial ─┐
//!                ├─► Link ─► Stream (TCP | Unix | TLS over either) ─► subject
//!  listen ───────┘     │
//!                      └─ Patience: how long what is due is waited for
//! ```
//!
//! Sockets do not block; one thread serves one connection and waits with `poll`, reading while it
//! writes, so that a subject that echoes before it has read everything locks nobody up.
//!
//! A link waits until something comes, and for nothing else: the loop that plays says what is
//! [due](wsproof_cases::tester::Due). Where a right subject answers, the wait ends with the answer,
//! and a wrong one is given [`Patience::answer`]. Where it may be silent, the tester's fence is
//! waited for; only where no fence may be put up, inside a frame or after a failing frame, a quiet
//! time decides, and it grows with the time that the subject took to open the connection. So a
//! verdict depends on the load of the machine only if that keeps a subject from answering for
//! seconds.

mod adapt;
mod link;
mod patience;
mod shortage;
mod stream;
mod tls;

pub(crate) use adapt::adapted;
pub use link::NetLink;
pub use patience::Patience;
pub(crate) use shortage::is_shortage;
pub use stream::{Bounds, Ended, Exchanged, Stream, Until};
pub use tls::{Identity, Trust};
