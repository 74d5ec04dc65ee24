//! The four parameters, read from offers and answers, and what an answer means (RFC 7692 §5.1, §7.1).
//!
//! | parameter | in an offer | in an answer |
//! |---|---|---|
//! | `server_no_context_takeover` | no value | no value; has to be there if it was offered |
//! | `client_no_context_takeover` | no value | no value |
//! | `server_max_window_bits` | 8 to 15 | 8 to 15; if offered, has to be there and no larger |
//! | `client_max_window_bits` | none, or 8 to 15 | 8 to 15; only if it was offered |

use core::mem;

use crate::config::Role;
use crate::handshake::{Extension, HandshakeError};

/// The extension's registered name. Names compare with ASCII case.
pub(crate) const NAME: &str = "permessage-deflate";

const NO_LIMIT: u8 = 15;

/// The parameters of one element of a list, each there at most once and with a value it may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Params {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: Option<u8>,
    pub(super) client_max_window_bits: Option<Option<u8>>,
}

impl Params {
    /// Reads an offer.
    ///
    /// # Errors
    ///
    /// RFC 7692 §7 lists what makes an element unacceptable: an unknown parameter, one that is
    /// there twice, one with a value it cannot have.
    pub(super) fn of_offer(extension: &Extension<'_>) -> Result<Self, HandshakeError> {
        let mut params = Self::default();
        for param in extension.params() {
            let repeated = match (param.name(), param.value().map(window_bits)) {
                ("server_no_context_takeover", None) => {
                    mem::replace(&mut params.server_no_context_takeover, true)
                }
                ("client_no_context_takeover", None) => {
                    mem::replace(&mut params.client_no_context_takeover, true)
                }
                ("server_max_window_bits", Some(Some(bits))) => {
                    params.server_max_window_bits.replace(bits).is_some()
                }
                ("client_max_window_bits", None) => {
                    params.client_max_window_bits.replace(None).is_some()
                }
                ("client_max_window_bits", Some(Some(bits))) => {
                    params.client_max_window_bits.replace(Some(bits)).is_some()
                }
                (
                    "server_no_context_takeover"
                    | "client_no_context_takeover"
                    | "server_max_window_bits"
                    | "client_max_window_bits",
                    _,
                ) => return Err(HandshakeError::DeflateParamValue),
                _ => return Err(HandshakeError::DeflateParamUnknown),
            };
            if repeated {
                return Err(HandshakeError::DeflateParamRepeated);
            }
        }
        Ok(params)
    }

    /// Reads an answer.
    fn of_answer(extension: &Extension<'_>) -> Result<Self, HandshakeError> {
        let params = Self::of_offer(extension)?;
        if params.client_max_window_bits == Some(None) {
            return Err(HandshakeError::DeflateParamValue);
        }
        Ok(params)
    }
}

/// RFC 7692 §7.1.2: a decimal number from 8 to 15 without leading zeros.
fn window_bits(value: &str) -> Option<u8> {
    const VALUES: [&str; 8] = ["8", "9", "10", "11", "12", "13", "14", "15"];
    (8..).zip(VALUES).find_map(|(bits, text)| (text == value).then_some(bits))
}

/// What both sides keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    server: Terms,
    client: Terms,
}

/// What one side's compressor keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    no_context_takeover: bool,
    max_window_bits: u8,
}

impl Agreement {
    /// Reads an answer to a list of offers: the first it fits counts.
    ///
    /// # Errors
    ///
    /// Why the answer fits no offer.
    pub fn read(offers: &[Extension<'_>], answer: &Extension<'_>) -> Result<Self, HandshakeError> {
        let answer = Params::of_answer(answer)?;
        let mut unfit = HandshakeError::ExtensionNotOffered;
        let offers = offers.iter().filter(|offer| offer.name() == NAME);
        for offer in offers.filter_map(|offer| Params::of_offer(offer).ok()) {
            match Self::of(&offer, &answer) {
                Ok(agreement) => return Ok(agreement),
                Err(error) => unfit = error,
            }
        }
        Err(unfit)
    }

    fn of(offer: &Params, answer: &Params) -> Result<Self, HandshakeError> {
        // RFC 7692 §7.1.1.1: it is accepted by including it.
        if offer.server_no_context_takeover && !answer.server_no_context_takeover {
            return Err(HandshakeError::DeflateParamMissing);
        }
        // RFC 7692 §7.1.2.1: likewise, with the same value or a smaller one.
        match (offer.server_max_window_bits, answer.server_max_window_bits) {
            (Some(_), None) => return Err(HandshakeError::DeflateParamMissing),
            (Some(most), Some(bits)) if bits > most => {
                return Err(HandshakeError::DeflateWindowTooLarge);
            }
            _ => {}
        }
        // RFC 7692 §7.1.2.2: a server may not ask what the client does not know. Ambiguous: a value
        // above the hint of the offer is no fault, the hint holds anyway.
        if answer.client_max_window_bits.is_some() && offer.client_max_window_bits.is_none() {
            return Err(HandshakeError::DeflateParamNotOffered);
        }
        let hint = offer.client_max_window_bits.flatten().unwrap_or(NO_LIMIT);
        let asked = answer.client_max_window_bits.flatten().unwrap_or(NO_LIMIT);
        Ok(Self {
            server: Terms {
                no_context_takeover: answer.server_no_context_takeover,
                max_window_bits: answer.server_max_window_bits.unwrap_or(NO_LIMIT),
            },
            client: Terms {
                no_context_takeover: answer.client_no_context_takeover,
                max_window_bits: asked.min(hint),
            },
        })
    }

    /// Whether this side compresses each message for itself.
    #[must_use]
    pub const fn no_context_takeover(&self, side: Role) -> bool {
        self.terms(side).no_context_takeover
    }

    /// The base-2 logarithm of the largest window this side compresses with: 8 to 15.
    #[must_use]
    pub const fn max_window_bits(&self, side: Role) -> u8 {
        self.terms(side).max_window_bits
    }

    const fn terms(&self, side: Role) -> Terms {
        match side {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }
}
