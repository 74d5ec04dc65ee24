//! What is lent to the engine for sending.

use std::sync::Arc;

/// Octets that engine and writer share, so that a large message is written from where it lies while
/// the session serves the reader.
#[derive(Clone, Debug, Default)]
pub(super) struct Payload(Arc<Vec<u8>>);

impl From<Vec<u8>> for Payload {
    fn from(octets: Vec<u8>) -> Self {
        Self(Arc::new(octets))
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
