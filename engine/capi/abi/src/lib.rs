//! `websocket.h` as Rust sees it.
//!
//! One definition of the C interface's types, values and functions, used by the library that
//! exports them and, with the feature `load`, by programs that load such a library: ours, or any
//! other with the same thirteen names.

pub mod arrays;
mod functions;
#[cfg(feature = "load")]
pub mod library;
mod types;
mod values;

pub use functions::*;
pub use types::{Buffer, CloseStatus, Data, Handle, Hresult, HttpHeader, Property};
pub use values::*;
