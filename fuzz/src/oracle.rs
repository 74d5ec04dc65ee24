//! How a target knows that an answer is wrong.

use core::fmt;

/// A statement that holds for everything a target can see.
pub trait Oracle<Seen: ?Sized>: Sync {
    /// The statement's name, a few words.
    fn name(&self) -> &'static str;

    /// Checks it.
    ///
    /// # Errors
    /// What was seen instead.
    fn check(&self, seen: &Seen) -> Result<(), String>;
}

/// Asks every oracle of a list.
///
/// # Errors
/// What the first one that disagrees says.
pub fn judge<Seen: ?Sized>(oracles: &[&dyn Oracle<Seen>], seen: &Seen) -> Result<(), Finding> {
    for oracle in oracles {
        oracle.check(seen).map_err(|what| Finding { oracle: oracle.name(), what })?;
    }
    Ok(())
}

/// A disagreement between an oracle and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The oracle's name.
    pub oracle: &'static str,
    /// What was seen, and what should have been.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.oracle, self.what)
    }
}

impl core::error::Error for Finding {}

/// `Ok` if the two are equal, otherwise both, the expected one first.
pub(crate) fn equal<T: PartialEq + fmt::Debug>(expected: &T, seen: &T) -> Result<(), String> {
    if expected == seen {
        Ok(())
    } else {
        Err(format!("expected {expected:?}\n     seen {seen:?}"))
    }
}
