//! permessage-deflate in heads: what is answered to offers, and what an answer leads to
//! (RFC 7692 §5, §7).

use wsproof_cases::deflate::{Agreement, Element, NAME, Params, Terms, agree, list};
use wsproof_engine::deflate::{Agreement as Agreed, Policy};
use wsproof_engine::handshake::Extension as Parsed;
use wsproof_engine::{Config, Connection, Role, handshake};
use wsproof_model::extensions::Extension;
use wsproof_model::handshake::{Opening, Request};

use super::{Seen, Setup};
use crate::oracle::Oracle;

/// Set in the choice of an application that speaks permessage-deflate.
pub(crate) const SPOKEN: u8 = 4;

/// What such an application offers as a client.
pub(super) const OFFERS: [&[&str]; 4] = [
    &["permessage-deflate; client_max_window_bits"],
    &["permessage-deflate"],
    &["permessage-deflate; server_max_window_bits=10; client_max_window_bits"],
    &["permessage-deflate; server_no_context_takeover", "permessage-deflate; foo"],
];

impl Setup {
    /// Whether the application speaks permessage-deflate.
    pub(super) const fn speaks_deflate(self) -> bool {
        self.choice() & SPOKEN != 0
    }
}

/// What the engine as a client takes a response for that accepts an extension: a connection does not
/// open behind an answer that does not fit.
///
/// # Panics
/// Never: the configuration is as it should be.
pub(super) fn taken(offers: &[&str], agreed: &handshake::Agreed) -> Result<Option<Agreement>, ()> {
    let policy = Policy::new().piece_size(1024);
    let config = Config::builder(Role::Client).deflate(policy).build();
    let config = config.expect("the policy is as it should be");
    let mut connection: Connection = Connection::open(&config, agreed);
    connection.split().1.get_action().map_err(drop)?;
    let offers: Vec<_> = offers.iter().filter_map(|offer| Parsed::parse(offer).ok()).collect();
    let Some(answer) = agreed.extensions().first() else { return Ok(None) };
    let agreed = Parsed::parse(answer.text()).and_then(|answer| Agreed::read(&offers, &answer));
    let agreed = agreed.map_err(drop)?;
    let terms = |side| Terms {
        no_context_takeover: agreed.no_context_takeover(side),
        window_bits: agreed.max_window_bits(side),
    };
    Ok(Some(Agreement { server: terms(Role::Server), client: terms(Role::Client) }))
}

/// A server accepts an offer if it can read one, in a way that the offer allows.
pub(super) struct Answer;

impl Oracle<Seen<'_, Request>> for Answer {
    fn name(&self) -> &'static str {
        "answers to offers"
    }

    fn check(&self, seen: &Seen<'_, Request>) -> Result<(), String> {
        let Opening::Accepted(request) = &seen.opening else { return Ok(()) };
        if !seen.setup.speaks_deflate() {
            return Ok(());
        }
        let offers = named(&request.extensions);
        // Hardly an encoder can keep to a window of 2^8 octets, so nobody has to accept that.
        let acceptable = |offer: Params| offer.server_max_window_bits != Some(8);
        let must = offers.iter().filter_map(Params::of_offer).any(acceptable);
        match &seen.answer {
            None if must => Err(format!("declines {offers:?}")),
            None => Ok(()),
            Some(answer) => match list(answer.as_bytes()).map(|list| agree(&offers, &list)) {
                Some(Ok(Some(_))) => Ok(()),
                other => Err(format!("answers {answer} to {offers:?}: {other:?}")),
            },
        }
    }
}

/// The elements that name the extension.
fn named(extensions: &[Extension]) -> Vec<Element> {
    let text = |octets: &Vec<u8>| String::from_utf8_lossy(octets).into_owned();
    let params = |extension: &Extension| {
        let params = extension.params.iter();
        params.map(|(name, value)| (text(name), value.as_ref().map(text))).collect()
    };
    let named = extensions.iter().filter(|extension| extension.name == NAME.as_bytes());
    named.map(|each| Element { name: text(&each.name), params: params(each) }).collect()
}
