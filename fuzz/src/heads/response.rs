//! What a client makes of a response.

use allocation_counter::opt_out;
use wsproof_cases::deflate::Agreement;
use wsproof_engine::Offer;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{Agreed, AgreedExtension, ClientHandshake};
use wsproof_engine::http1::ResponseParser;
use wsproof_model::handshake::{self as model, Opening, Refusal, Response, read_response};
use wsproof_model::{Bugs, deflate};

use super::negotiation::{self, SPOKEN};
use super::{Effort, Head, Manners, Model, Seen, Setup, pieces};
use crate::oracle::{Oracle, equal};
use crate::planted::planted;
use crate::told;

/// What the client offers: subprotocols, extensions, and whether a subprotocol must be chosen.
const OFFERS: [(&[&str], &[&str], bool); 4] = [
    (&[], &[], true),
    (&["chat", "superchat"], &["permessage-deflate", "foo", "foo"], false),
    (&["chat", "superchat"], &[], true),
    (&[], &["foo; a=1", "bar"], true),
];

fn offer(choice: u8) -> Offer<'static> {
    let index = usize::from(choice) % OFFERS.len();
    if choice & SPOKEN != 0 {
        return Offer { extensions: negotiation::OFFERS[index], ..Offer::default() };
    }
    let (subprotocols, extensions, subprotocol_required) = OFFERS[index];
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

fn by_model(setup: Setup, bugs: Bugs, octets: &[u8]) -> (Opening<Response>, Option<Agreement>) {
    let Offer { subprotocols, extensions: offers, subprotocol_required, .. } =
        offer(setup.choice());
    let name = |extension: &&'static str| extension.split(';').next().unwrap_or_default();
    let extensions: Vec<&str> = offers.iter().map(name).collect();
    let key = handshake(setup.choice()).1;
    let extensions = &extensions[..];
    let offer =
        model::Offer { key: key.as_bytes(), subprotocols, extensions, subprotocol_required };
    let opening = read_response(setup.limits(), bugs, &offer, octets);
    if !setup.speaks_deflate() || !matches!(opening, Opening::Accepted(_)) {
        return (opening, None);
    }
    let answers = model::read_answers(setup.limits(), bugs, octets);
    match deflate::agreement(offers, &answers, bugs) {
        Ok(agreement) => (opening, agreement),
        Err(_) => (Opening::Refused(Refusal::Fields), None),
    }
}

impl Head for Response {
    const ORACLES: &[&dyn for<'a> Oracle<Seen<'a, Self>>] = &[&Manners, &Model, &Agreeing, &Effort];

    fn meaning(setup: Setup, octets: &[u8]) -> Opening<Self> {
        by_model(setup, Bugs::NONE, octets).0
    }

    fn read(setup: Setup, octets: &[u8]) -> Seen<'_, Self> {
        if let Some(bug) = planted() {
            let (opening, agreement) = by_model(setup, bug.into(), octets);
            return Seen { agreement, ..Seen::of(setup, octets, opening) };
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
                            seen.misdeeds
                                .push(String::from("takes a response for both or neither"));
                        }
                        seen.opening = match head.switched() {
                            Err(other) => Opening::Refused(Refusal::NotSwitched(other.status())),
                            Ok(headers) => match client.end(headers) {
                                Err(error) => {
                                    seen.expect(|| told::handshake(error));
                                    Opening::Refused(Refusal::Fields)
                                }
                                Ok(agreed) => seen.taken(end, &agreed),
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
}

/// A client keeps to what the answer says.
struct Agreeing;

impl Oracle<Seen<'_, Response>> for Agreeing {
    fn name(&self) -> &'static str {
        "agreement"
    }

    fn check(&self, seen: &Seen<'_, Response>) -> Result<(), String> {
        equal(&by_model(seen.setup, Bugs::NONE, seen.octets).1, &seen.agreement)
    }
}

impl Seen<'_, Response> {
    /// What a response leads to that is right but for what it may say of permessage-deflate.
    fn taken(&mut self, end: usize, agreed: &Agreed) -> Opening<Response> {
        let mut unfit = false;
        if self.setup.speaks_deflate() {
            // A connection is more than a head may cost.
            opt_out(|| match negotiation::taken(offer(self.setup.choice()).extensions, agreed) {
                Ok(agreement) => self.agreement = agreement,
                Err(()) => unfit = true,
            });
        }
        if unfit {
            return Opening::Refused(Refusal::Fields);
        }
        Opening::Accepted(Response {
            end,
            subprotocol: agreed.subprotocol(),
            extensions: agreed.extensions().iter().map(AgreedExtension::index).collect(),
        })
    }
}
