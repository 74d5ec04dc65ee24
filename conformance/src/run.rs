//! Playing many cases and making a report of it.
//!
//! Every case is played under every way of cutting the tester's octets, and judged under each. The
//! first way is the base: its transcript is what the result describes. Another way that leads to
//! another course of events is a failure of its own kind, `cuts-differ`. Cases that are longer in the
//! full tier are an exception: there only the first way is played at full length, after every way has
//! been at the usual one.
//!
//! Workers take cases from one list, the most expensive first, and send results through a channel
//! that holds only a few, so that a reader who stops reading stops the run instead of filling the
//! memory. A transcript lives as long as its case is being played.

mod compare;
mod cut;
mod guard;
mod played;
mod report;
mod result;
mod settings;
mod text;
mod wire_log;
mod worker;
mod workers;

pub use cut::Cut;
pub use played::Played;
pub use report::{Selected, assemble, subject};
pub(crate) use result::of_fault;
pub use settings::Settings;
pub use wire_log::wire_log;
pub use worker::Worker;
pub use workers::{Finished, Results, Stop, run};
