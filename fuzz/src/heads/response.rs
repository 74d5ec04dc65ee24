//! What a client makes of a response.

use wsproof_engine::Offer;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{AgreedExtension, ClientHandshake};
use wsproof_engine::http1::ResponseParser;
use wsproof_model::handshake::{self as model, Opening, Refusal, Response, read_response};

use super::{Effort, Manners, Seen, Setup, pieces};
use crate::oracle::{Oracle, equal};
use crate::planted::planted;
use crate::told;

/// The oracles.
pub(crate) const ORACLES: &[&dyn for<'a> Oracle<Seen<'a, Response>>] = &[&Manners, &Model, &Effort];

/// What the client offers: subprotocols, extensions, and whether a subprotocol must be chosen.
const OFFERS: [(&[&str], &[&str], bool); 4] = [
    (&[], &[], true),
    (&["chat", "superchat"], &["permessage-deflate", "foo", "foo"], false),
    (&["chat", "superchat"], &[], true),
    (&[], &["foo; a=1", "bar"], true),
];

fn offer(choice: u8) -> Offer<'static> {
    let (subprotocols, extensions, subprotocol_required) =
        OFFERS[usize::from(choice) % OFFERS.len()];
    Offer { subprotocols, extensions, subprotocol_required, ..Offer::default() }
}

/// A client that has sent its request, and the key it drew.
///
/// # Panics
/// Never: the offers are well-formed.
pub(crate) fn handshake(choice: u8) -> (ClientHandshake, String) {
    let begun = ClientHandshake::begin(&offer(choice), &mut FixedEntropy::new(1));
    let (client, request) = begun.expect("the offers are well-formed");
    let key = request.get("Sec-WebSocket-Key").unwrap_or_default().to_owned();
    (client, key)
}

/// What the RFCs say.
pub(crate) fn meaning(setup: Setup, octets: &[u8]) -> Opening<Response> {
    by_model(setup, wsproof_model::Bugs::NONE, octets)
}

fn by_model(
    setup: Setup,
    bugs: impl Into<wsproof_model::Bugs>,
    octets: &[u8],
) -> Opening<Response> {
    let Offer { subprotocols, extensions, subprotocol_required, .. } = offer(setup.choice());
    let name = |extension: &&'static str| extension.split(';').next().unwrap_or_default();
    let extensions: Vec<&str> = extensions.iter().map(name).collect();
    let key = handshake(setup.choice()).1;
    let extensions = &extensions[..];
    let offer =
        model::Offer { key: key.as_bytes(), subprotocols, extensions, subprotocol_required };
    read_response(setup.limits(), bugs, &offer, octets)
}

/// Delivers octets to a client.
pub(crate) fn read(setup: Setup, octets: &[u8]) -> Seen<'_, Response> {
    if let Some(bug) = planted() {
        return Seen::of(setup, octets, by_model(setup, bug, octets));
    }
    let mut seen = Seen::of(setup, octets, Opening::Incomplete);
    seen.measured(|seen| {
        let (client, _) = handshake(setup.choice());
        let mut parser = ResponseParser::new(setup.engine_limits());
        let mut taken = 0;
        for piece in pieces(setup, octets) {
            taken += piece.len();
            match parser.push(piece) {
                Ok(None) => {}
                Ok(Some((head, rest))) => {
                    let end = taken - rest.len();
                    if head.refused().is_some() == head.switched().is_ok() {
                        seen.misdeeds.push(String::from("takes a response for both or neither"));
                    }
                    seen.opening = match head.switched() {
                        Err(other) => Opening::Refused(Refusal::NotSwitched(other.status())),
                        Ok(headers) => match client.end(headers) {
                            Err(error) => {
                                seen.expect(|| told::handshake(error));
                                Opening::Refused(Refusal::Fields)
                            }
                            Ok(agreed) => Opening::Accepted(Response {
                                end,
                                subprotocol: agreed.subprotocol(),
                                extensions: agreed
                                    .extensions()
                                    .iter()
                                    .map(AgreedExtension::index)
                                    .collect(),
                            }),
                        },
                    };
                    return;
                }
                Err(error) => {
                    seen.expect(|| told::head(error));
                    seen.opening = Opening::Refused(Refusal::Head);
                    if parser.push(b"HTTP/1.1 101 x\r\n").err() != Some(error) {
                        seen.misdeeds.push(String::from("changes its mind about a bad head"));
                    }
                    return;
                }
            }
        }
    });
    seen
}

/// The RFCs, read from the whole head by somebody else.
struct Model;

impl Oracle<Seen<'_, Response>> for Model {
    fn name(&self) -> &'static str {
        "independent model"
    }

    fn check(&self, seen: &Seen<'_, Response>) -> Result<(), String> {
        equal(&meaning(seen.setup, seen.octets), &seen.opening)
    }
}
