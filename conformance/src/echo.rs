//! The reference application of the engine: a server and a client that echo.
//!
//! ```text
//!   listener ─► connection thread ─ handshake ─► reader ──octets──► session ──octets──► writer
//!                                                  ▲   ReceiveFromNetwork  SendToNetwork   │
//!                                                  └──────────── stream ◄──────────────────┘
//! ```
//!
//! One [`Session`](wsproof_engine::Session) serves two threads: one does the actions of the receive
//! queue, the other those of the send queue, and both hold an action while they block in the
//! operating system. Neither waits for the other, so two endpoints that send large messages to each
//! other at the same time both come to their end. What waits to be written is bounded: beyond the
//! backlog nothing is read until the peer takes something.
//!
//! A message is echoed when it is complete, as one message of one frame, but for what compression
//! and masking split. A Close is answered with its code, a fault with the code the engine suggests,
//! and then a server ends the stream first (RFC 6455 §7.1.1): it says that nothing more will come
//! and reads on for a while, so that no reset destroys what it wrote. When the application goes away,
//! each of its connections gets a Close with 1001 (§7.4.1) and a while to answer it.

mod accept;
mod connections;
mod desk;
mod dial;
mod exchange;
mod opening;
mod payload;
mod queues;
mod settings;
mod stream;

pub use accept::{Listener, serve};
pub use connections::Connections;
pub use dial::{DialError, Outcome, run_cases, run_once};
pub use settings::Settings;
