//! A send operation that was handed back.

use core::fmt;

use crate::buffer_type::Outgoing;
use crate::error::Misuse;

/// A send operation that was not accepted, with everything it lent.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refused<C, P> {
    /// Why.
    pub misuse: Misuse,
    /// The operation, with its payload.
    pub outgoing: Outgoing<P>,
    /// The application's context.
    pub context: C,
}

impl<C, P> fmt::Display for Refused<C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.misuse.fmt(f)
    }
}

impl<C: fmt::Debug, P: fmt::Debug> core::error::Error for Refused<C, P> {}
