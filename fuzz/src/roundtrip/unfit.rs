//! Answers to permessage-deflate that do not fit the offer (RFC 7692 §5.1, §7.1).

use wsproof_engine::deflate::{Policy, WindowBits};
use wsproof_engine::handshake::HandshakeError;
use wsproof_engine::{Config, Connection, Offer, OpeningError, Role, Session, Violation};

use super::agreement::answered;
use crate::opened;
use crate::told;

/// An offer, an answer, and what is wrong with the answer.
type Answer = (&'static str, &'static str, HandshakeError);

const PLAIN: &str = "permessage-deflate";
const WINDOW: &str = "permessage-deflate; client_max_window_bits; server_max_window_bits=10";
const EACH: &str = "permessage-deflate; server_no_context_takeover";

/// Every duty of an answer, broken once.
pub(super) const ANSWERS: [Answer; 12] = [
    (PLAIN, "permessage-deflate; foo", HandshakeError::DeflateParamUnknown),
    (
        PLAIN,
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        HandshakeError::DeflateParamRepeated,
    ),
    (PLAIN, "permessage-deflate; server_max_window_bits", HandshakeError::DeflateParamValue),
    (PLAIN, "permessage-deflate; server_max_window_bits=16", HandshakeError::DeflateParamValue),
    (PLAIN, "permessage-deflate; server_max_window_bits=08", HandshakeError::DeflateParamValue),
    (PLAIN, "permessage-deflate; server_no_context_takeover=1", HandshakeError::DeflateParamValue),
    (
        PLAIN,
        "permessage-deflate; client_max_window_bits=10",
        HandshakeError::DeflateParamNotOffered,
    ),
    (WINDOW, "permessage-deflate", HandshakeError::DeflateParamMissing),
    (
        WINDOW,
        "permessage-deflate; server_max_window_bits=11",
        HandshakeError::DeflateWindowTooLarge,
    ),
    (
        WINDOW,
        "permessage-deflate; server_max_window_bits=10; client_max_window_bits=7",
        HandshakeError::DeflateParamValue,
    ),
    (EACH, "permessage-deflate", HandshakeError::DeflateParamMissing),
    (EACH, "permessage-deflate; server_max_window_bits=15", HandshakeError::DeflateParamMissing),
];

/// A client refuses the answer for what is wrong with it: its session does not open, and its
/// connection is failed from the beginning. With another extension it has nothing to do.
pub(super) fn refuse((offered, answer, wrong): Answer) -> Result<(), String> {
    let config = Config::builder(Role::Client)
        .deflate(Policy::new().server_max_window_bits(WindowBits::MOST))
        .build()
        .map_err(|error| format!("refuses a plain configuration: {error}"))?;
    let mut session = Session::<()>::create_client(config.clone())
        .map_err(|misuse| format!("is not created: {misuse}"))?;
    let offer = Offer { extensions: &[offered], ..Offer::default() };
    let request = session
        .begin_client_handshake(&offer)
        .map_err(|error| format!("does not offer {offered}: {error}"))?;
    let response = opened::response(request.get("Sec-WebSocket-Key").unwrap_or_default());
    let mut fields: Vec<_> = response.iter().collect();
    fields.push(wsproof_engine::Header::new("Sec-WebSocket-Extensions", answer));
    match session.end_client_handshake(&fields) {
        Err(OpeningError::Handshake(error)) if error == wrong => told::handshake(error)?,
        other => return Err(format!("says {other:?} of {answer}, not {wrong:?}")),
    }
    let mut other: Connection = Connection::open(&config, &answered("foo", &["foo"]));
    if let Err(fault) = other.split().1.get_action() {
        return Err(format!("opens no connection with another extension: {fault}"));
    }
    let mut connection: Connection = Connection::open(&config, &answered(offered, &[answer]));
    match connection.split().1.get_action() {
        Err(fault) if fault.violation() == Violation::ExtensionAnswerUnfit => told::fault(fault),
        other => Err(format!("opens a connection after {answer}: {other:?}")),
    }
}
