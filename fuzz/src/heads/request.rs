//! What a server makes of a request.

use wsproof_cases::deflate::NAME;
use wsproof_engine::deflate::Policy;
use wsproof_engine::handshake::{Extension as Element, Offered};
use wsproof_engine::http1::{
    Refusal as Reply, RequestHead, RequestParser, write_refusal, write_response,
};
use wsproof_engine::{Selection, handshake::ServerHandshake};
use wsproof_model::deflate;
use wsproof_model::extensions::Extension;
use wsproof_model::handshake::{
    HeadLimits, Offer, Opening, Refusal, Request, Response, read_request, read_response,
};

use super::negotiation::Answer;
use super::{Effort, Head, Manners, Model, Seen, Setup, pieces};
use crate::oracle::{Oracle, equal};
use crate::planted::planted;
use crate::told;

impl Head for Request {
    const ORACLES: &[&dyn for<'a> Oracle<Seen<'a, Self>>] =
        &[&Manners, &Model, &Answer, &EmittedReply, &Effort];

    fn meaning(setup: Setup, octets: &[u8]) -> Opening<Self> {
        read_request(setup.limits(), wsproof_model::Bugs::NONE, octets)
    }

    fn read(setup: Setup, octets: &[u8]) -> Seen<'_, Self> {
        if let Some(bug) = planted() {
            let mut seen = Seen::of(setup, octets, read_request(setup.limits(), bug, octets));
            if let Opening::Accepted(request) = &seen.opening
                && setup.speaks_deflate()
            {
                match deflate::answer(&request.extensions, bug.into()) {
                    Ok(accepted) => seen.answer = accepted.map(|(answer, _)| answer),
                    Err(status) => seen.opening = Opening::Refused(Refusal::Answer(status)),
                }
            }
            return seen;
        }
        let mut seen = Seen::of(setup, octets, Opening::Incomplete);
        seen.measured(|seen| {
            let mut parser = RequestParser::new(setup.engine_limits());
            let mut taken = 0;
            for piece in pieces(setup, octets) {
                taken += piece.len();
                match parser.push(piece) {
                    Ok(None) => {}
                    Ok(Some((head, rest))) => {
                        let end = taken - rest.len();
                        answer(&head, end, seen);
                        return;
                    }
                    Err(error) => {
                        seen.expect(|| told::head(error));
                        let reply = Reply::from(error);
                        seen.opening = Opening::Refused(Refusal::Answer(reply.status()));
                        seen.reply = write_refusal(&reply);
                        if parser.push(b"GET / HTTP/1.1\r\n").err() != Some(error) {
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

fn answer(head: &RequestHead<'_>, end: usize, seen: &mut Seen<'_, Request>) {
    let choice = seen.setup.choice();
    let begun = Offered::read(head.headers()).and_then(|offered| {
        let subprotocol =
            (choice & 1 != 0).then(|| offered.subprotocols().last().copied()).flatten();
        let first = offered.extensions().first().filter(|_| choice & 2 != 0);
        let policy = Some(Policy::new()).filter(|_| seen.setup.speaks_deflate());
        let answer = policy.map(|policy| policy.accept(offered.extensions()));
        let extension = match &answer {
            Some(answer) => answer.as_deref(),
            None => first.map(Element::text),
        };
        let extensions: Vec<&str> = extension.into_iter().collect();
        let selection = Selection { subprotocol, extensions: &extensions };
        let (_, reply) = ServerHandshake::begin(&selection, head.headers())?;
        Ok((offered, reply, answer.flatten()))
    });
    match begun {
        Ok((offered, reply, answer)) => {
            seen.answer = answer;
            let accept = reply.get("Sec-WebSocket-Accept").unwrap_or_default().as_bytes().to_vec();
            seen.opening = Opening::Accepted(Request {
                end,
                accept,
                subprotocols: offered
                    .subprotocols()
                    .iter()
                    .map(|s| s.as_bytes().to_vec())
                    .collect(),
                extensions: offered.extensions().iter().map(extension).collect(),
            });
            match write_response(&reply, &[]) {
                Ok(octets) => seen.reply = octets,
                Err(error) => seen.misdeeds.push(format!("cannot write its response: {error}")),
            }
            if !head.resource_name().starts_with('/') || head.authority().is_empty() {
                seen.misdeeds.push(String::from("takes a request for nothing"));
            }
            let nobody = Selection { subprotocol: Some("not-offered"), extensions: &[] };
            let offers_it = offered.subprotocols().contains(&"not-offered");
            if ServerHandshake::begin(&nobody, head.headers()).is_ok() != offers_it {
                seen.misdeeds.push(String::from("selects what was not offered"));
            }
        }
        Err(error) => {
            seen.expect(|| told::handshake(error));
            let reply = Reply::from(error);
            seen.opening = Opening::Refused(Refusal::Answer(reply.status()));
            seen.reply = write_refusal(&reply);
        }
    }
}

fn extension(extension: &Element<'_>) -> Extension {
    let octets = |text: &str| text.as_bytes().to_vec();
    let params = extension.params().map(|param| (octets(param.name()), param.value().map(octets)));
    Extension { name: octets(extension.name()), params: params.collect() }
}

/// A client understands the reply as what it is meant to be, down to the last octet.
struct EmittedReply;

impl Oracle<Seen<'_, Request>> for EmittedReply {
    fn name(&self) -> &'static str {
        "emitted octets"
    }

    fn check(&self, seen: &Seen<'_, Request>) -> Result<(), String> {
        if seen.reply.is_empty() {
            return Ok(());
        }
        let limits = HeadLimits { octets: usize::MAX, fields: 16 };
        let reply = |offer: &Offer<'_>| {
            read_response(limits, wsproof_model::Bugs::NONE, offer, &seen.reply)
        };
        let nothing =
            Offer { key: b"", subprotocols: &[], extensions: &[], subprotocol_required: false };
        match &seen.opening {
            Opening::Incomplete => Err(String::from("a reply to half a request")),
            Opening::Refused(Refusal::Answer(status)) => {
                equal(&Opening::Refused(Refusal::NotSwitched(*status)), &reply(&nothing))
            }
            Opening::Refused(other) => Err(format!("a reply to {other:?}")),
            Opening::Accepted(request) => {
                let names: Vec<&str> = request.subprotocols.iter().map(|name| text(name)).collect();
                let extensions: Vec<&str> =
                    request.extensions.iter().map(|extension| text(&extension.name)).collect();
                let key = key(seen.octets);
                let offer = Offer { key, subprotocols: &names, extensions: &extensions, ..nothing };
                let choice = seen.setup.choice();
                let chosen = if seen.setup.speaks_deflate() {
                    let named = || extensions.iter().position(|name| *name == NAME);
                    seen.answer.as_ref().and_then(|_| named())
                } else {
                    (choice & 2 != 0 && !extensions.is_empty()).then_some(0)
                };
                let expected = Response {
                    end: seen.reply.len(),
                    subprotocol: names.len().checked_sub(1).filter(|_| choice & 1 != 0),
                    extensions: chosen.into_iter().collect(),
                };
                equal(&Opening::Accepted(expected), &reply(&offer))
            }
        }
    }
}

fn text(octets: &[u8]) -> &str {
    core::str::from_utf8(octets).unwrap_or_default()
}

/// The key in a request that was accepted.
fn key(head: &[u8]) -> &[u8] {
    let lines = head.split(|octet| *octet == b'\n');
    let mut found = lines.filter_map(|line| {
        let (name, value) = line.split_at(line.iter().position(|octet| *octet == b':')?);
        name.eq_ignore_ascii_case(b"sec-websocket-key").then(|| value[1..].trim_ascii())
    });
    found.next().unwrap_or_default()
}
