//! Payloads of an application that does not keep its word.

use core::cell::Cell;

/// Octets to send, which may become fewer after some looks at them.
#[derive(Clone, Debug)]
pub(super) struct Payload {
    octets: Vec<u8>,
    /// How often they are shown whole; `None` is always.
    looks: Option<Cell<u8>>,
}

impl Payload {
    /// Octets that stay what they are.
    pub(super) const fn steady(octets: Vec<u8>) -> Self {
        Self { octets, looks: None }
    }

    /// Octets of which half are gone after so many looks.
    pub(super) const fn fickle(octets: Vec<u8>, looks: u8) -> Self {
        Self { octets, looks: Some(Cell::new(looks)) }
    }

    /// What it was made of.
    pub(super) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Whether it may become less.
    pub(super) const fn is_fickle(&self) -> bool {
        self.looks.is_some()
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        match &self.looks {
            Some(looks) if looks.get() == 0 => &self.octets[..self.octets.len() / 2],
            Some(looks) => {
                looks.set(looks.get() - 1);
                &self.octets
            }
            None => &self.octets,
        }
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets
    }
}
