//! Compressor and inflater of a connection, as the two sides have agreed on them (RFC 7692 §7.1).

use alloc::vec::Vec;

use super::agreement::{Agreement, NAME};
use super::compress::{self, Compressor};
use super::inflate::{self, Inflater};
use super::policy::{Policy, WindowBits};
use crate::config::Role;
use crate::handshake::{AgreedExtension, Extension, HandshakeError};

/// Both halves.
#[derive(Debug)]
pub(crate) struct Codec {
    pub(crate) inflater: Inflater,
    /// `None` where the agreed window is out of the encoder's reach: messages go out as they are.
    pub(crate) compressor: Option<Compressor>,
}

impl Policy {
    /// The codec for an extension that was agreed on; `None` if it is another one.
    ///
    /// # Errors
    ///
    /// Why the answer fits no offer.
    pub(crate) fn codec(
        &self,
        role: Role,
        extension: &AgreedExtension,
    ) -> Result<Option<Codec>, HandshakeError> {
        let answer = Extension::parse(extension.text())?;
        if answer.name() != NAME {
            return Ok(None);
        }
        let offers: Vec<_> =
            extension.offers().filter_map(|offer| Extension::parse(offer).ok()).collect();
        let agreement = Agreement::read(&offers, &answer)?;
        // What the endpoint keeps to of its own accord comes on top.
        let (bits, each_for_itself) = match role {
            Role::Client => (self.client_max_window_bits, self.client_no_context_takeover),
            Role::Server => (self.server_max_window_bits, self.server_no_context_takeover),
        };
        let bits = WindowBits::new(agreement.max_window_bits(role).min(bits.get()));
        let each_for_itself = agreement.no_context_takeover(role) || each_for_itself;
        Ok(Some(Codec {
            inflater: Inflater::new(agreement.no_context_takeover(!role), self.piece_size),
            compressor: bits.map(|bits| Compressor::new(self, bits.get(), each_for_itself)),
        }))
    }

    /// Octets the codec occupies at most once an agreement is reached.
    pub(crate) const fn worst_case_bytes(&self, role: Role) -> usize {
        let bits = match role {
            Role::Client => self.client_max_window_bits,
            Role::Server => self.server_max_window_bits,
        };
        inflate::worst_case_bytes(self.piece_size) + compress::worst_case_bytes(bits.get())
    }
}
