//! The server's side of the opening handshake (RFC 6455 §4.2).

use super::HandshakeError;
use super::accept_key::Key;
use super::agreed::{Agreed, match_extensions};
use super::extension::{self, Extension};
use super::headers::{self, Header, HeaderList, Single, Value, field};
use super::subprotocol;

/// A request that is a well-formed opening handshake, and what it offers.
#[derive(Clone, Debug)]
pub struct Offered<'a> {
    key: Key,
    subprotocols: Vec<&'a str>,
    extensions: Vec<Extension<'a>>,
}

impl<'a> Offered<'a> {
    /// Checks the header fields of a request whose method, version and target the caller has
    /// checked.
    ///
    /// The checks run in this order: forbidden octets anywhere, `Upgrade`, `Connection`, `Host`,
    /// `Sec-WebSocket-Version`, `Sec-WebSocket-Key`, `Sec-WebSocket-Protocol`,
    /// `Sec-WebSocket-Extensions`. Other fields are ignored. The value of `Host` may be empty, as it
    /// is where a program hands over a request it has not received as HTTP text.
    ///
    /// # Errors
    ///
    /// The first duty the request breaks, with the status to refuse it with.
    pub fn read(request: &[Header<'a>]) -> Result<Self, HandshakeError> {
        headers::require_well_formed(request)?;
        // RFC 6455 §4.2.1 items 3 and 4: both are lists here.
        if !headers::lists_token(request, field::UPGRADE, "websocket") {
            return Err(HandshakeError::UpgradeNotRequested);
        }
        if !headers::lists_token(request, field::CONNECTION, "Upgrade") {
            return Err(HandshakeError::ConnectionNotRequested);
        }
        // RFC 6455 §4.2.1 item 2.
        match headers::single(request, field::HOST) {
            Single::Absent => return Err(HandshakeError::HostMissing),
            Single::Repeated => return Err(HandshakeError::HostRepeated),
            Single::Once(_) => {}
        }
        // RFC 6455 §4.2.1 item 6. `013` and `8, 13` are other values than 13.
        match headers::single(request, field::VERSION) {
            Single::Absent => return Err(HandshakeError::VersionMissing),
            Single::Repeated => return Err(HandshakeError::VersionRepeated),
            Single::Once(b"13") => {}
            Single::Once(_) => return Err(HandshakeError::VersionUnsupported),
        }
        // RFC 6455 §4.2.1 item 5.
        let key = match headers::single(request, field::KEY) {
            Single::Absent => return Err(HandshakeError::KeyMissing),
            Single::Repeated => return Err(HandshakeError::KeyRepeated),
            Single::Once(value) => Key::parse(value).ok_or(HandshakeError::KeyMalformed)?,
        };
        // RFC 6455 §4.2.1 items 8 and 9.
        let subprotocols = subprotocol::listed(request)?;
        let extensions = extension::listed(request)?;
        Ok(Self { key, subprotocols, extensions })
    }

    /// The subprotocols offered, best first; they all differ. Names compare with ASCII case.
    #[must_use]
    pub fn subprotocols(&self) -> &[&'a str] {
        &self.subprotocols
    }

    /// The extensions offered, best first. One name may be offered several times.
    #[must_use]
    pub fn extensions(&self) -> &[Extension<'a>] {
        &self.extensions
    }

    /// RFC 6455 §4.2.2 item 4: one of those offered, or none.
    fn select_subprotocol(&self, selected: &str) -> Result<usize, HandshakeError> {
        if !headers::is_token(selected.as_bytes()) {
            return Err(HandshakeError::ArgumentSubprotocol);
        }
        let index = self.subprotocols.iter().position(|offered| *offered == selected);
        index.ok_or(HandshakeError::SelectedSubprotocolNotOffered)
    }
}

/// What the server application chose from an offer.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the arguments of one call, given with `..`")]
pub struct Selection<'a> {
    /// One of the offered subprotocols. Default: none; the empty string means none too, as it does
    /// in the WebSocket Protocol Component API.
    pub subprotocol: Option<&'a str>,
    /// The extensions to use, in the order they transform data in: offered names with the
    /// parameters to answer, such as `foo; x=10`. Default: none.
    pub extensions: &'a [&'a str],
}

/// A server that has answered a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHandshake {
    agreed: Agreed,
}

impl ServerHandshake {
    /// Checks a request as [`Offered::read`] does and returns the header fields of the 101 response.
    ///
    /// They are, in this order, `Upgrade`, `Connection`, `Sec-WebSocket-Accept` and, if selected,
    /// `Sec-WebSocket-Protocol` and `Sec-WebSocket-Extensions`. The status line is the caller's.
    ///
    /// # Errors
    ///
    /// Those of [`Offered::read`], and then
    /// [`ArgumentSubprotocol`](HandshakeError::ArgumentSubprotocol) and
    /// [`ArgumentExtension`](HandshakeError::ArgumentExtension) for a selection that cannot be sent,
    /// [`SelectedSubprotocolNotOffered`](HandshakeError::SelectedSubprotocolNotOffered) and
    /// [`SelectedExtensionNotOffered`](HandshakeError::SelectedExtensionNotOffered) for one that must
    /// not be.
    pub fn begin(
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<(Self, HeaderList), HandshakeError> {
        let offered = Offered::read(request)?;
        let mut response = HeaderList::default();
        response.push(field::UPGRADE, Value::Fixed("websocket"));
        response.push(field::CONNECTION, Value::Fixed("Upgrade"));
        response.push(field::ACCEPT, Value::Accept(offered.key.accept()));

        let mut agreed = Agreed::default();
        if let Some(selected) = selection.subprotocol.filter(|name| !name.is_empty()) {
            agreed.subprotocol = Some(offered.select_subprotocol(selected)?);
            response.push(field::PROTOCOL, Value::Text(selected.to_owned()));
        }
        let selected = extension::arguments(selection.extensions)?;
        if !selected.is_empty() {
            agreed.extensions = match_extensions(&offered.extensions, &selected)
                .map_err(|_| HandshakeError::SelectedExtensionNotOffered)?;
            response.push(field::EXTENSIONS, Value::Text(extension::join(&selected)));
        }
        Ok((Self { agreed }, response))
    }

    /// Ends the handshake once the response has been handed to the network.
    ///
    /// The indices of the result point into the client's offer, as on the client's side.
    #[must_use]
    pub fn end(self) -> Agreed {
        self.agreed
    }
}
