//! Sessions past their opening handshake.

use core::cell::RefCell;

use wsproof_cases::Role;
use wsproof_engine::handshake::ServerHandshake;
use wsproof_engine::{Header, HeaderList, Offer, Selection, Session};

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

/// Opens a session without subprotocol and extensions.
pub(crate) fn open<C, P: AsRef<[u8]>, B: AsRef<[u8]> + AsMut<[u8]>>(
    session: &mut Session<C, P, B>,
    role: Role,
) -> Result<(), String> {
    let failed = |error: &dyn core::fmt::Display| format!("cannot be opened: {error}");
    match role {
        Role::Server => {
            let request = request();
            let begun = session.begin_server_handshake(&Selection::default(), &request);
            begun.map(drop).map_err(|error| failed(&error))?;
            session.end_server_handshake().map_err(|error| failed(&error))
        }
        Role::Client => {
            let request = session.begin_client_handshake(&Offer::default());
            let request = request.map_err(|error| failed(&error))?;
            let key = request.get("Sec-WebSocket-Key").unwrap_or_default();
            let ended = with_response(key, |response| {
                session.end_client_handshake(&response.iter().collect::<Vec<_>>())
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
