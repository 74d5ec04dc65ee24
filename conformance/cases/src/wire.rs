//! The wire format of RFC 6455 §5.2 as the tester knows it.
//!
//! The writer is right unless a [`Frame`](crate::step::Frame) asks for a deviation, and the reader
//! never judges: it says what it saw, down to the form of the length, and leaves opinions to
//! [`reception`](crate::reception) and the model. Neither shares a line with the engine under test.

mod header;
mod mask;
mod reader;

pub use header::{Header, LengthForm, Opcode};
pub use mask::mask;
pub use reader::{Piece, Reader};
