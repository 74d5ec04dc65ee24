//! How a program says that it is ready.

use regex_automata::meta::Regex;

/// What shows that a program is ready.
#[derive(Clone, Debug)]
pub enum Ready {
    /// It listens: a connection can be made.
    Connection,
    /// It writes a line in which this is found.
    Line(Regex),
}

impl Ready {
    pub(super) fn is_in(&self, line: &str) -> bool {
        match self {
            Self::Connection => false,
            Self::Line(found) => found.is_match(line),
        }
    }
}
