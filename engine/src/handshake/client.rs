//! The client's side of the opening handshake (RFC 6455 §4.1).

use super::HandshakeError;
use super::accept_key::Key;
use super::agreed::{Agreed, AgreedExtension, Unmatched, match_extensions};
use super::extension::{self, Extension};
use super::headers::{self, Header, HeaderList, Single, Value, field};
use super::subprotocol;
use crate::entropy::Entropy;

/// What a client wants from the connection.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the arguments of one call, given with `..`")]
pub struct Offer<'a> {
    /// The subprotocols to offer, best first: tokens that all differ. Default: none.
    pub subprotocols: &'a [&'a str],
    /// The extensions to offer, best first, one well-formed extension per entry, such as
    /// `foo; x=10`. Default: none.
    pub extensions: &'a [&'a str],
    /// The header fields the request will have besides the ones of the handshake. They are only
    /// checked for octets that would end a field; see [`HeaderList`] for fields in both lists.
    /// Default: none.
    pub initial_headers: &'a [Header<'a>],
    /// Whether a response without a subprotocol fails the handshake when some were offered.
    /// Default: `true`, as in the WebSocket Protocol Component API and in browsers; RFC 6455 §4.1
    /// would allow the client to go on.
    pub subprotocol_required: bool,
}

impl Default for Offer<'_> {
    fn default() -> Self {
        Self {
            subprotocols: &[],
            extensions: &[],
            initial_headers: &[],
            subprotocol_required: true,
        }
    }
}

/// A client between its request and the server's response.
#[derive(Clone, Debug)]
pub struct ClientHandshake {
    key: Key,
    subprotocols: Vec<String>,
    /// The extensions offered, as they were sent.
    extensions: Vec<String>,
    subprotocol_required: bool,
}

impl ClientHandshake {
    /// Draws a key and returns the header fields the request must have.
    ///
    /// They are, in this order, `Connection`, `Upgrade`, `Sec-WebSocket-Version`,
    /// `Sec-WebSocket-Key` and, if offered, `Sec-WebSocket-Protocol` and `Sec-WebSocket-Extensions`.
    /// The method, the target and `Host` are the caller's.
    ///
    /// # Errors
    ///
    /// [`ArgumentHeader`](HandshakeError::ArgumentHeader),
    /// [`ArgumentSubprotocol`](HandshakeError::ArgumentSubprotocol),
    /// [`ArgumentSubprotocolTwice`](HandshakeError::ArgumentSubprotocolTwice) or
    /// [`ArgumentExtension`](HandshakeError::ArgumentExtension) for the part of the offer that
    /// cannot be sent.
    pub fn begin(
        offer: &Offer<'_>,
        entropy: &mut dyn Entropy,
    ) -> Result<(Self, HeaderList), HandshakeError> {
        if !offer.initial_headers.iter().all(Header::is_well_formed) {
            return Err(HandshakeError::ArgumentHeader);
        }
        if !offer.subprotocols.iter().all(|name| headers::is_token(name.as_bytes())) {
            return Err(HandshakeError::ArgumentSubprotocol);
        }
        if subprotocol::has_repeated(offer.subprotocols) {
            return Err(HandshakeError::ArgumentSubprotocolTwice);
        }
        let extensions = extension::arguments(offer.extensions)?;

        let key = Key::draw(entropy);
        let mut request = HeaderList::default();
        request.push(field::CONNECTION, Value::Fixed("Upgrade"));
        request.push(field::UPGRADE, Value::Fixed("websocket"));
        request.push(field::VERSION, Value::Fixed("13"));
        request.push(field::KEY, Value::Key(key));
        if !offer.subprotocols.is_empty() {
            request.push(field::PROTOCOL, Value::Text(offer.subprotocols.join(", ")));
        }
        if !extensions.is_empty() {
            request.push(field::EXTENSIONS, Value::Text(extension::join(&extensions)));
        }

        let handshake = Self {
            key,
            subprotocols: offer.subprotocols.iter().map(|&name| name.to_owned()).collect(),
            extensions: extensions.iter().map(|extension| extension.text().to_owned()).collect(),
            subprotocol_required: offer.subprotocol_required,
        };
        Ok((handshake, request))
    }

    /// Checks the header fields of a response with status 101, which the caller has checked.
    ///
    /// The checks run in this order: `Upgrade`, `Connection`, `Sec-WebSocket-Accept` (RFC 6455 §4.1
    /// items 2 to 4), subprotocol (item 6), extensions (item 5). Other fields are ignored. The handshake stays as it is, so another
    /// response may be tried.
    ///
    /// # Errors
    ///
    /// The first duty the response breaks; the connection has to be failed without a frame being
    /// sent.
    pub fn end(&self, response: &[Header<'_>]) -> Result<Agreed, HandshakeError> {
        headers::require_well_formed(response)?;
        check_upgrade(response)?;
        // RFC 6455 §4.1 item 3.
        if !headers::lists_token(response, field::CONNECTION, "Upgrade") {
            return Err(HandshakeError::ConnectionNotAnswered);
        }
        self.check_accept(response)?;
        Ok(Agreed {
            subprotocol: self.subprotocol(response)?,
            extensions: self.extensions(response)?,
        })
    }

    /// RFC 6455 §4.1 item 4, §11.3.3: exactly one, equal to the octet.
    fn check_accept(&self, response: &[Header<'_>]) -> Result<(), HandshakeError> {
        match headers::single(response, field::ACCEPT) {
            Single::Absent => Err(HandshakeError::AcceptMissing),
            Single::Repeated => Err(HandshakeError::AcceptRepeated),
            Single::Once(value) if value == self.key.accept().as_str().as_bytes() => Ok(()),
            Single::Once(_) => Err(HandshakeError::AcceptWrong),
        }
    }

    /// RFC 6455 §4.1 item 6: none, or one of the offered ones. An empty value or a list is neither.
    fn subprotocol(&self, response: &[Header<'_>]) -> Result<Option<usize>, HandshakeError> {
        let Some(answer) = subprotocol::answered(response)? else {
            // Ambiguous: the RFC lets a client go on without any, so the caller decides.
            return if self.subprotocol_required && !self.subprotocols.is_empty() {
                Err(HandshakeError::SubprotocolNotAnswered)
            } else {
                Ok(None)
            };
        };
        let index = self.subprotocols.iter().position(|offered| offered.as_bytes() == answer);
        index.map(Some).ok_or(HandshakeError::SubprotocolNotOffered)
    }

    /// RFC 6455 §4.1 item 5, §9.1: nothing that was not offered. Several lines are one list
    /// (erratum 3433 against §11.3.2).
    fn extensions(&self, response: &[Header<'_>]) -> Result<Vec<AgreedExtension>, HandshakeError> {
        let answers = extension::listed(response)?;
        let offered = self.extensions.iter().filter_map(|offer| Extension::parse(offer).ok());
        let offered: Vec<_> = offered.collect();
        match_extensions(&offered, &answers).map_err(|unmatched| match unmatched {
            Unmatched::NotOffered => HandshakeError::ExtensionNotOffered,
            Unmatched::Repeated => HandshakeError::ExtensionRepeated,
        })
    }
}

/// RFC 6455 §4.1 item 2: the value is `websocket`.
///
/// Ambiguous: HTTP makes `Upgrade` a list, the RFC compares the whole value. A server that switched
/// to two protocols at once did not switch to this one, so the value may have one element.
fn check_upgrade(response: &[Header<'_>]) -> Result<(), HandshakeError> {
    let mut elements = headers::lines(response, field::UPGRADE).flat_map(headers::elements);
    match (elements.next(), elements.next()) {
        (Some(protocol), None) if protocol.eq_ignore_ascii_case(b"websocket") => Ok(()),
        _ => Err(HandshakeError::UpgradeNotAnswered),
    }
}
