//! The difference between two reports. Schema id `wsproof-diff/1`.
//!
//! [`compare()`] says what changed and does not judge; [`gate`](crate::gate) decides what of it
//! matters. A case lands in at most one class of the verdict axis ([`Class::of_results`]); known
//! deviations, flakiness, work and time are axes of their own beside it.

mod class;
mod comparable;
mod compare;

pub use class::{Class, Standing};
pub use comparable::{Comparison, NotComparable};
pub use compare::{Change, Diff, Side, State, compare};
