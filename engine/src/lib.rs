//! A sans-I/O WebSocket protocol engine with the interface of the WebSocket Protocol Component API.
//!
//! The engine owns no socket, thread, timer or callback. The application queues operations and asks
//! what to do next; see [`Session`] for the loop.

#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::cast_possible_truncation))]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

extern crate alloc;

pub mod entropy;
pub mod handshake;
#[cfg(feature = "http1")]
pub mod http1;

mod action;
mod buffer;
mod buffer_type;
mod config;
mod connection;
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
