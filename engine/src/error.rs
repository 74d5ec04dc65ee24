//! Whose fault it is: the peer's ([`Fault`]) or the caller's ([`Misuse`]).
//!
//! A fault is found in received octets, is sticky, and names what was broken, at which octet and
//! under which clause. A misuse is never caused by received octets and changes nothing.

mod fault;
mod misuse;
pub(crate) mod table;

pub use fault::{Fault, FaultClass, Violation};
pub use misuse::{Misuse, MisuseClass};
