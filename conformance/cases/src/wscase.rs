//! Cases in files: `NAME.wscase`, written by a replay or by hand, and played beside the catalogue.
//!
//! A file is TOML. `schema` is the version of the format, `role` the role of the subject if the
//! case is to be played in one only, and the table `case` is a [`Case`](crate::Case): fields by
//! their names, variants in kebab-case. What is left out is as in
//! [`Case::new`](crate::Case::new), so that only `id`, `title` and what deviates has to be said:
//!
//! ```toml
//! schema = 1
//! role = "server"
//!
//! [case]
//! id = "regression/ping-inside-a-text"
//! title = "A Ping between two fragments, the second of which is no text."
//! clauses = ["6455#5.4", "6455#8.1"]
//! script = [
//!     { frame = { opcode = "text", fin = false, payload = "Hello" } },
//!     { frame = { opcode = "ping", payload = "now" } },
//!     { frame = { opcode = "continuation", payload = "hex:ff" } },
//! ]
//! accept = [
//!     { grade = "strict", sees = [[1, { pong = "now" }]] },
//! ]
//! ending = { by = "subject", codes = [1007], without_close = "strict" }
//! ```
//!
//! - **Octets** are a text, or `"hex:ff 00"` where they are none that can be read.
//! - **A payload** is octets, or `{ repeat = "*", length = 65536 }`, or `{ code_points = true }`.
//! - **A step or event without fields** is a text (`"settle"`), one with one value a table
//!   (`{ mark = "late" }`), `{ times = [3, [STEP, …]] }` repeats steps.
//! - **An opcode** is its name or a number, a range of codes `{ start = 3000, end = 4999 }`.
//! - **An ending by the subject** is the subject's: the tester never begins it, whatever `finish` says.
//! - **A number above 2⁶³** is a text: `announced = "0xffffffffffffffff"`.
//! - **The lines of a head** are lists of name and value; a value that depends on the client's key
//!   is `{ accept = "right" }`.
//!
//! Files may come from strangers. What is too long, too deep, unknown or beyond what a run can
//! play is refused with the line and the reason; see [`MAX_OCTETS`] and [`MAX_EFFORT`].

mod file;
mod keep;
mod limits;
mod values;

pub use file::{ReadError, Saved, read, write};
pub use limits::{MAX_EFFORT, MAX_OCTETS, MAX_PATIENCE};

pub(crate) use keep::{Word, asks, list, maybe_word, name, ranges, word};
pub(crate) use values::{fields, is_default, is_true, large, octets, yes};
