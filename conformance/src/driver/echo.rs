//! The echo application: what to send for what was received, whatever face of the engine it uses.

use wsproof_cases::Role as Plays;
use wsproof_cases::case::Needs;
use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::handshake::ServerHandshake;
use wsproof_engine::{
    BufferType, CloseCode, CloseStatus, Config, Fault, Header, Incoming, Outgoing, Role, Selection,
};

use crate::play::{self, Broken};

/// An application that echoes every message and answers every Close, once.
///
/// Where the engine reports a fault it closes with the fault's code. A server ends the stream as
/// soon as both sides have closed, or it has failed; a client waits for the server to do so
/// (RFC 6455 §7.1.1).
#[derive(Debug)]
pub(crate) struct Echo {
    role: Role,
    /// The octets of the message that has not ended.
    message: Vec<u8>,
    close_sent: bool,
    /// Nothing of what still arrives matters: the peer has closed, or broke the protocol.
    finished: bool,
}

impl Echo {
    pub(crate) const fn new(role: Role) -> Self {
        Self { role, message: Vec::new(), close_sent: false, finished: false }
    }

    /// What to send for a result.
    pub(crate) fn answer<P: From<Vec<u8>>>(
        &mut self,
        buffer_type: BufferType,
        incoming: Incoming<'_>,
    ) -> Option<Outgoing<P>> {
        match buffer_type {
            BufferType::Utf8Fragment | BufferType::BinaryFragment => {
                self.message.extend_from_slice(incoming.data());
                None
            }
            BufferType::Utf8Message => Some(Outgoing::Utf8Message(self.whole(incoming).into())),
            BufferType::BinaryMessage => Some(Outgoing::BinaryMessage(self.whole(incoming).into())),
            BufferType::Close => {
                let Incoming::Close { code, .. } = incoming else { return None };
                self.close(code)
            }
            BufferType::PingPong | BufferType::UnsolicitedPong | BufferType::Custom(_) => None,
        }
        .filter(|outgoing| !self.close_sent || matches!(outgoing, Outgoing::Close(_)))
    }

    fn whole(&mut self, incoming: Incoming<'_>) -> Vec<u8> {
        let mut whole = core::mem::take(&mut self.message);
        whole.extend_from_slice(incoming.data());
        whole
    }

    /// What to send for a fault.
    pub(crate) fn fail<P>(&mut self, fault: Fault) -> Option<Outgoing<P>> {
        self.fail_with(fault.close_code())
    }

    /// What to send for a fault that wants this code.
    pub(super) fn fail_with<P>(&mut self, code: CloseCode) -> Option<Outgoing<P>> {
        self.message = Vec::new();
        self.close(code)
    }

    /// What to send when the application goes away; the peer's Close is then waited for.
    pub(crate) fn go_away<P>(&mut self) -> Option<Outgoing<P>> {
        if core::mem::replace(&mut self.close_sent, true) {
            return None;
        }
        Some(Outgoing::Close(Some(CloseStatus::new(CloseCode::GOING_AWAY))))
    }

    fn close<P>(&mut self, code: CloseCode) -> Option<Outgoing<P>> {
        self.finished = true;
        if core::mem::replace(&mut self.close_sent, true) {
            return None;
        }
        Some(Outgoing::Close(Some(CloseStatus::new(code))))
    }

    /// Whether nothing of what still arrives matters.
    pub(crate) const fn finished(&self) -> bool {
        self.finished
    }

    /// Whether the stream should end once everything is written.
    pub(super) fn ends_stream(&self) -> bool {
        self.finished && self.role == Role::Server
    }

    /// Octets the application holds.
    pub(super) const fn held(&self) -> usize {
        self.message.len()
    }
}

/// The engine's fault as the subject's own account of it.
pub(super) const fn told(fault: Fault) -> play::Fault {
    play::Fault {
        name: fault.violation().name(),
        clause: Some(fault.clause()),
        offset: Some(fault.offset()),
        close: Some(fault.close_code().number()),
    }
}

/// The engine's name for the role a case gives the subject.
pub(super) const fn engine_role(role: Plays) -> Role {
    match role {
        Plays::Client => Role::Client,
        Plays::Server => Role::Server,
    }
}

/// Default settings, the limit that a case is about, and how hard to compress.
pub(super) fn config(role: Plays, needs: &Needs, level: Level) -> Result<Config, Broken> {
    let limit = needs.limit.unwrap_or(u64::MAX);
    let builder = Config::builder(engine_role(role)).max_message_size(limit);
    let deflate = needs.setting().is_some_and(|setting| setting.deflate);
    let builder = if deflate { builder.deflate(POLICY.level(level)) } else { builder };
    builder.build().map_err(|error| Broken(format!("the settings are refused: {error}")))
}

/// What the application wants of permessage-deflate where a case needs it.
pub(super) const POLICY: Policy = Policy::new();

/// A request a server accepts.
pub(super) const REQUEST: [(&str, &str); 5] = [
    ("Host", "localhost"),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// The answer of a server to a client's request, as header fields.
pub(super) fn response(request: &[Header<'_>]) -> Result<Vec<(String, String)>, String> {
    let mut headers = request.to_vec();
    headers.push(Header::new("Host", "localhost"));
    let (_, response) = ServerHandshake::begin(&Selection::default(), &headers)
        .map_err(|error| format!("the opening handshake failed: {error}"))?;
    Ok(response.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
