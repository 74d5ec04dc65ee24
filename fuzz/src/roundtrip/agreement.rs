//! What both ends are set to, and what they have agreed on.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use wsproof_cases::{Role, deflate};
use wsproof_engine::deflate::{Level, Policy, WindowBits};
use wsproof_engine::handshake::{Extension, ServerHandshake};
use wsproof_engine::{Agreed, Config, ConfigBuilder, Header, Selection};

use super::Agreement;
use crate::opened;
use crate::script::{one_in, pick};

/// What the opening handshake says where nothing is agreed on, and where an extension is.
pub(super) fn agreed(link: Agreement) -> &'static Agreed {
    static PLAIN: LazyLock<Agreed> = LazyLock::new(Agreed::default);
    static EXTENDED: LazyLock<Agreed> = LazyLock::new(|| answered("x", &["x"]));
    if link == Agreement::Extension { &EXTENDED } else { &PLAIN }
}

/// What comes of the policies of both, which may be to speak without the extension, and what that is
/// to somebody else.
pub(super) fn negotiated([client, server]: &[Policy; 2]) -> (Agreed, Option<deflate::Agreement>) {
    let offer = client.offer();
    let offered: Vec<_> = Extension::parse(&offer).into_iter().collect();
    let answer = server.accept(&offered);
    let list = |text: &str| deflate::list(text.as_bytes()).unwrap_or_default();
    let terms = answer.as_deref().map(|answer| deflate::agree(&list(&offer), &list(answer)));
    let agreed = answered(&offer, &answer.as_deref().into_iter().collect::<Vec<_>>());
    (agreed, terms.and_then(Result::ok).flatten())
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

pub(super) fn policy(choices: &mut Unstructured<'_>) -> Policy {
    let bits = |bits| WindowBits::new(bits).unwrap_or(WindowBits::MOST);
    Policy::new()
        .server_no_context_takeover(one_in(choices, 2))
        .client_no_context_takeover(one_in(choices, 2))
        .server_max_window_bits(bits(pick(choices, &[15, 9, 10, 12])))
        .client_max_window_bits(bits(pick(choices, &[15, 9, 10, 12])))
        .threshold(pick(choices, &[0, 1, 64, 1000]))
        .level(Level::new(pick(choices, &[1, 0, 6, 9])).unwrap_or(Level::FAST))
        .piece_size(pick(choices, &[1 << 15, 1024, 3000]))
}
