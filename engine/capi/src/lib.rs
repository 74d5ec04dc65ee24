//! `libwebsocket`: the thirteen functions of `websocket.h` for C and C++ programs.
//!
//! Everything a WebSocket is happens in `wsproof_engine`; this crate is the border to C.
//!
//! - **Handles** are numbers, not pointers: a place in a table and the generation of its tenant.
//!   A handle that is stale, deleted twice or made up is an error code. See `registry`.
//! - **Action contexts** are numbers, too: those of the session's tickets, which start at random for
//!   each handle. One that is stale, foreign or completed twice is ignored.
//! - **Threads.** Each handle has a lock that is held for the length of a call, so any calls may run
//!   at once, deletion included. Memory that was handed out with an action is not looked at before
//!   the action is completed: the transport may read or write it in one thread while another calls.
//! - **Panics** do not cross the border: they are `E_UNEXPECTED`, for every later call on that handle
//!   as well. See `boundary`.
//! - **Unsafe code** turns the caller's pointers into slices and places, and the other way round, in
//!   `memory` and `lent`, finds the place of a handle, in `slots`, lets one call at a time at the
//!   endpoint there, in `lock`, and asks the C library, in `threads`; all else is safe.
//!
//! What C programs are promised stands in `include/websocket.h`.

mod boundary;
#[cfg(feature = "caller")]
pub mod caller;
mod endpoint;
mod exports;
mod headers;
mod hresult;
mod lent;
mod lock;
mod memory;
mod outputs;
mod property;
mod registry;
mod slots;
mod threads;

pub use exports::*;
