//! What both ends are set to, and what they have agreed on.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use wsproof_cases::{Role, deflate};
use wsproof_engine::deflate::{Level, Policy, WindowBits};
use wsproof_engine::handshake::{Extension, ServerHandshake};
use wsproof_engine::{Agreed, Config, ConfigBuilder, Header, Selection};

use super::record::Agreement;
use crate::opened;
use crate::script::{one_in, pick};

/// What the opening handshake says where nothing is agreed on, and where an extension is.
pub(super) fn agreed(link: Agreement) -> &'static Agreed {
    static PLAIN: LazyLock<Agreed> = LazyLock::new(Agreed::default);
    static EXTENDED: LazyLock<Agreed> = LazyLock::new(|| answered("x", &["x"]));
    if link == Agreement::Extension { &EXTENDED } else { &PLAIN }
}

/// What comes of the wishes of both, what that is to somebody else, and what was said that should
/// not have been.
pub(super) fn negotiated(
    [client, server]: &[Wishes; 2],
) -> (Agreed, Option<deflate::Agreement>, Vec<String>) {
    let offer = client.policy().offer();
    let offered: Vec<_> = Extension::parse(&offer).into_iter().collect();
    let answer = server.policy().accept(&offered);
    let mut misdeeds = Vec::new();
    if offer != client.offer() {
        misdeeds.push(format!("offers {offer:?}, not {:?}", client.offer()));
    }
    if answer.as_ref() != Some(&server.answer(client)) {
        misdeeds.push(format!("answers {answer:?}, not {:?}", server.answer(client)));
    }
    let list = |text: &str| deflate::list(text.as_bytes()).unwrap_or_default();
    let terms = answer.as_deref().map(|answer| deflate::agree(&list(&offer), &list(answer)));
    let agreed = answered(&offer, &answer.as_deref().into_iter().collect::<Vec<_>>());
    (agreed, terms.and_then(Result::ok).flatten(), misdeeds)
}

/// What a server and its client agree on that answers so to this offer.
pub(crate) fn answered(offer: &str, answer: &[&str]) -> Agreed {
    let mut request = opened::request().to_vec();
    request.push(Header::new("Sec-WebSocket-Extensions", offer));
    let selection = Selection { extensions: answer, ..Selection::default() };
    let begun = ServerHandshake::begin(&selection, &request);
    begun.map(|(server, _)| server.end()).unwrap_or_default()
}

pub(super) fn config(role: Role, choices: &mut Unstructured<'_>) -> ConfigBuilder {
    Config::builder(opened::engine_role(role))
        .receive_buffer_size(pick(choices, &[4096, 256, 300, 1024]))
        .send_buffer_size(pick(choices, &[4096, 16, 17, 64, 300]))
        .max_queued_operations(pick(choices, &[4, 1, 16]))
        .disable_masking(one_in(choices, 32))
}

/// What an end asks of the other and does by itself, as the numbers that its policy is made of.
#[derive(Clone, Copy)]
pub(super) struct Wishes {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: u8,
    client_max_window_bits: u8,
    pub(super) threshold: usize,
    pub(super) level: u8,
    piece_size: usize,
}

impl Wishes {
    pub(super) fn choose(choices: &mut Unstructured<'_>) -> Self {
        Self {
            server_no_context_takeover: one_in(choices, 2),
            client_no_context_takeover: one_in(choices, 2),
            server_max_window_bits: pick(choices, &[15, 9, 10, 12]),
            client_max_window_bits: pick(choices, &[15, 9, 10, 12]),
            threshold: pick(choices, &[0, 1, 64, 1000]),
            level: pick(choices, &[1, 0, 6, 9]),
            piece_size: pick(choices, &[1 << 15, 1024, 3000]),
        }
    }

    pub(super) fn policy(&self) -> Policy {
        let bits = |bits| WindowBits::new(bits).unwrap_or(WindowBits::MOST);
        Policy::new()
            .server_no_context_takeover(self.server_no_context_takeover)
            .client_no_context_takeover(self.client_no_context_takeover)
            .server_max_window_bits(bits(self.server_max_window_bits))
            .client_max_window_bits(bits(self.client_max_window_bits))
            .threshold(self.threshold)
            .level(Level::new(self.level).unwrap_or(Level::FAST))
            .piece_size(self.piece_size)
    }

    /// The window that an end in this role keeps to of its own accord.
    pub(super) const fn own_window_bits(&self, role: Role) -> u8 {
        match role {
            Role::Client => self.client_max_window_bits,
            Role::Server => self.server_max_window_bits,
        }
    }

    /// A client's offer: whatever differs from what holds anyway, and the permission to be asked
    /// for a window (RFC 7692 §7.1).
    fn offer(&self) -> String {
        let client = Some(self.client_max_window_bits).filter(|bits| *bits < deflate::MOST_BITS);
        let hint = client.map(|bits| format!("={bits}")).unwrap_or_default();
        let server = self.server_max_window_bits;
        element(&[
            (self.server_no_context_takeover, "server_no_context_takeover".into()),
            (self.client_no_context_takeover, "client_no_context_takeover".into()),
            (server < deflate::MOST_BITS, format!("server_max_window_bits={server}")),
            (true, format!("client_max_window_bits{hint}")),
        ])
    }

    /// A server's answer: what either wishes. A window that the client asks for is confirmed.
    fn answer(&self, client: &Self) -> String {
        let server_bits = self.server_max_window_bits.min(client.server_max_window_bits);
        let client_bits = self.client_max_window_bits.min(client.client_max_window_bits);
        let server_alone = self.server_no_context_takeover || client.server_no_context_takeover;
        let client_alone = self.client_no_context_takeover || client.client_no_context_takeover;
        element(&[
            (server_alone, "server_no_context_takeover".into()),
            (client_alone, "client_no_context_takeover".into()),
            (server_bits < deflate::MOST_BITS, format!("server_max_window_bits={server_bits}")),
            (client_bits < deflate::MOST_BITS, format!("client_max_window_bits={client_bits}")),
        ])
    }
}

/// An element with the parameters that it should have.
fn element(params: &[(bool, String)]) -> String {
    let params = params.iter().filter(|(there, _)| *there).map(|(_, param)| param.as_str());
    [deflate::NAME].into_iter().chain(params).collect::<Vec<_>>().join("; ")
}
