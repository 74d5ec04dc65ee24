//! Sessions past their opening handshake.

use core::cell::RefCell;

use wsproof_cases::Role;
use wsproof_cases::deflate::Terms;
use wsproof_engine::handshake::ServerHandshake;
use wsproof_engine::{Agreed, Header, HeaderList, Offer, Selection, Session};
use wsproof_model as model;

/// The engine's word for a role.
pub(crate) const fn engine_role(role: Role) -> wsproof_engine::Role {
    match role {
        Role::Client => wsproof_engine::Role::Client,
        Role::Server => wsproof_engine::Role::Server,
    }
}

/// The key of the example in RFC 6455 §1.3.
pub(crate) const SAMPLE_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// A request a server accepts.
pub(crate) fn request<'a>() -> [Header<'a>; 5] {
    [
        Header::new("Host", "localhost"),
        Header::new("Connection", "Upgrade"),
        Header::new("Upgrade", "websocket"),
        Header::new("Sec-WebSocket-Version", "13"),
        Header::new("Sec-WebSocket-Key", SAMPLE_KEY),
    ]
}

/// A client's offer that allows every agreement.
const OFFER: &str = "permessage-deflate; client_max_window_bits";

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// The answer to [`OFFER`] that leads to what an endpoint in this role has agreed on.
fn answer(role: Role, agreed: model::Agreed) -> String {
    let model::Agreed { own, peer } = agreed;
    let (server, client) = match role {
        Role::Server => (own, peer),
        Role::Client => (peer, own),
    };
    let params = |side: &str, terms: Terms| {
        let flag = if terms.no_context_takeover { "_no_context_takeover; " } else { "" };
        let flag = if flag.is_empty() { String::new() } else { format!("{side}{flag}") };
        format!("; {flag}{side}_max_window_bits={}", terms.window_bits)
    };
    format!("permessage-deflate{}{}", params("server", server), params("client", client))
}

/// What the opening handshake has agreed on, for a connection.
pub(crate) fn agreed(role: Role, agreed: Option<model::Agreed>) -> Agreed {
    let Some(agreed) = agreed else { return Agreed::default() };
    let mut request = request().to_vec();
    request.push(Header::new(EXTENSIONS, OFFER));
    let answer = answer(role, agreed);
    let selection = Selection { extensions: &[&answer], ..Selection::default() };
    let begun = ServerHandshake::begin(&selection, &request);
    begun.map(|(server, _)| server.end()).unwrap_or_default()
}

/// Opens a session without subprotocol, and without extensions but for what is agreed on.
pub(crate) fn open<C, P: AsRef<[u8]>, B: AsRef<[u8]> + AsMut<[u8]>>(
    session: &mut Session<C, P, B>,
    role: Role,
    agreed: Option<model::Agreed>,
) -> Result<(), String> {
    let failed = |error: &dyn core::fmt::Display| format!("cannot be opened: {error}");
    let answer = agreed.map(|agreed| answer(role, agreed));
    let answer: Vec<&str> = answer.as_deref().into_iter().collect();
    let offer: &[&str] = if answer.is_empty() { &[] } else { &[OFFER] };
    match role {
        Role::Server => {
            let mut request = request().to_vec();
            request.extend(offer.iter().map(|offer| Header::new(EXTENSIONS, offer)));
            let selection = Selection { extensions: &answer, ..Selection::default() };
            let begun = session.begin_server_handshake(&selection, &request);
            begun.map(drop).map_err(|error| failed(&error))?;
            session.end_server_handshake().map_err(|error| failed(&error))
        }
        Role::Client => {
            let offer = Offer { extensions: offer, ..Offer::default() };
            let request = session.begin_client_handshake(&offer);
            let request = request.map_err(|error| failed(&error))?;
            let key = request.get("Sec-WebSocket-Key").unwrap_or_default();
            let ended = with_response(key, |response| {
                let mut fields: Vec<_> = response.iter().collect();
                fields.extend(answer.iter().map(|answer| Header::new(EXTENSIONS, answer)));
                session.end_client_handshake(&fields)
            });
            ended.map(drop).map_err(|error| failed(&error))
        }
    }
}

/// Hands out the response to a request with this key. The one made last is remembered, since
/// clients with known entropy draw the same key each time.
fn with_response<T>(key: &str, then: impl FnOnce(&HeaderList) -> T) -> T {
    thread_local! {
        static LAST: RefCell<(String, HeaderList)> = RefCell::default();
    }
    LAST.with_borrow_mut(|(of, response)| {
        if of != key {
            allocation_counter::opt_out(|| {
                *response = self::response(key);
                key.clone_into(of);
            });
        }
        then(response)
    })
}

/// The response to a request with this key.
pub(crate) fn response(key: &str) -> HeaderList {
    let mut request = request();
    request[4] = Header::new("Sec-WebSocket-Key", key);
    let answered = ServerHandshake::begin(&Selection::default(), &request);
    answered.map(|(_, response)| response).unwrap_or_default()
}
