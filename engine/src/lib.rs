//! A sans-I/O WebSocket protocol engine with the interface of the WebSocket Protocol Component API.
//!
//! The engine owns no socket, thread, timer, clock or callback. The application queues operations
//! to send and to receive, asks what to do next, does it, and reports that it is done.
//!
//! ```text
//!   application                     engine                                  network
//!   ───────────                     ──────                                  ───────
//!   send(..), receive(..)    ──►    queues
//!   get_action(queue)        ◄──    write these octets            ──────►   (the application writes)
//!                                   read into this memory         ◄──────   (the application reads)
//!                                   look at this result
//!   complete_action(n)       ──►    goes on
//! ```
//!
//! There are two faces over one machine. [`Session`] is the interface under its own names, checked
//! at run time by [`Ticket`]s: what a C binding, a conformance runner or an event loop wants.
//! [`Connection`] is its typed dress, where an action is a token and misuse does not compile.
//! Both begin after the opening handshake of [`handshake`], which works on header fields; with the
//! feature `http1` the module `http1` turns octets into header fields and back.
//!
//! # Laws
//!
//! 1. **A machine, not a service.** No I/O, no global state, no unsafe code. Randomness comes
//!    through [`Entropy`].
//! 2. **Same octets, any cut, same trace.** Checks run in the order of the octets. The valid prefix
//!    of a payload is delivered before a fault; a fault is sticky and names the octet that decides
//!    it, counted from the start of the stream.
//! 3. **Nothing allocates after creation**, or with compression after the opening handshake. Memory
//!    is [`Config::worst_case_bytes`], whatever the peer announces or sends: a message larger than
//!    the receive buffer arrives in pieces.
//!
//! # What the engine decides where the sources leave a choice
//!
//! - **Replies.** The automatic pong is an action of the receive queue. A Close is indicated, not
//!   answered, and after a fault nothing is sent: the application sends its Close, with the code
//!   the [`Fault`] suggests.
//! - **Waiting pongs.** While a frame is half on the wire pongs wait, up to sixteen; then the oldest
//!   gives way, since RFC 6455 §5.5.3 asks only for the latest. Receiving never stops for them.
//! - **Strictness.** Lengths in a longer form than needed are refused; faults in headers and text
//!   are found at the first octet that makes them certain; close codes 1012 to 1014 are accepted.
//! - **Pieces of text** may end inside a code point, as in the interface: checking runs across them.
//! - **Reserved bits and opcodes** belong to the application once an extension was negotiated, but
//!   only where an extension may use them: on the frame that opens a message and on reserved
//!   opcodes. On continuations and the three standard control frames they stay a fault.
//! - **Compression** is the engine's business only with a policy in the configuration (feature
//!   `deflate`). Faults in the content of a compressed message name the last octet of their frame,
//!   the finest place that depends on no cut. BFINAL may come anywhere; a message without any
//!   compressed octet is empty; one whose data ends inside a block is refused with 1007.
//! - **A payload's length is taken once.** One that shrinks afterwards is [`Misuse::PayloadChanged`].
//! - **Queues are bounded** by [`ConfigBuilder::max_queued_operations`], and allocated once, unless
//!   [`ConfigBuilder::growing_queues`] is chosen.
//!
//! # Where to look
//!
//! | question | module |
//! |---|---|
//! | what is checked in a header, and when | `frame::header` |
//! | how octets become results | `machine::receive` |
//! | how pieces are unmasked, inflated, checked | `machine::receive::payload` |
//! | which operation is next, and how it becomes frames | `machine::send`, `machine::send::frame` |
//! | what permessage-deflate agrees on, and the codec | `deflate` |
//! | when a pong may leave | `machine::link`, `machine::mailbox` |
//! | the closing handshake | `machine::close` |
//! | every fault and its close code | `error` |

#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::cast_possible_truncation))]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

extern crate alloc;

#[cfg(feature = "deflate")]
pub mod deflate;
pub mod entropy;
pub mod handshake;
#[cfg(feature = "http1")]
pub mod http1;

mod action;
mod buffer;
mod buffer_type;
mod config;
mod connection;
#[cfg(not(feature = "deflate"))]
#[path = "deflate/absent.rs"]
mod deflate;
mod error;
mod frame;
mod machine;
mod opening;
mod property;
mod session;
mod text;
mod token;

pub use action::{Action, ActionError, ActionQueue, Completed, Ticket};
pub use buffer_type::{BufferType, CloseStatus, CustomHeader, Incoming, Outgoing};
pub use config::{Config, ConfigBuilder, ConfigError, Role};
pub use connection::{Connection, ReceiveAction, ReceiveHalf, SendAction, SendHalf};
pub use entropy::Entropy;
pub use error::{Fault, FaultClass, Misuse, MisuseClass, Violation};
pub use frame::{CloseCode, OpCode};
pub use handshake::{Agreed, HandshakeError, Header, HeaderList, Offer, Selection};
pub use machine::close::State;
pub use machine::receive::RefusedReceive;
pub use machine::send::{Outcome, Refused};
pub use opening::OpeningError;
pub use property::{GlobalProperty, Property, PropertyType, global_property};
pub use session::Session;
pub use token::{Deliver, Overrun, Pong, Read, SendComplete, Write};

/// The Rust on the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Page;
