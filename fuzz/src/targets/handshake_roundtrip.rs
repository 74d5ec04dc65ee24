//! A client and a server of the engine that shake hands over a network that cuts, with arguments of
//! any kind.

use arbitrary::Unstructured;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{
    Agreed, AgreedExtension, ClientHandshake, HandshakeError, Offered, ServerHandshake,
};
use wsproof_engine::http1::{
    HeadLimits, Refusal, RequestParser, ResponseParser, write_refusal, write_request,
    write_response,
};
use wsproof_engine::{Header, Offer, Selection};
use wsproof_model::Bugs;
use wsproof_model::handshake::{self as model, Opening, Request, read_request};

use crate::oracle::{Finding, Oracle, equal, judge};
use crate::script::{one_in, pick};
use crate::target::{Keep, Target};
use crate::told;

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "handshake_roundtrip",
    feeds: "choices of targets, hosts, fields, subprotocols, extensions and cuts, right and wrong",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "choices",
    dictionary: "http.dict",
    longest: 512,
    check,
    show: |octets| format!("{:#?}", play(&mut Unstructured::new(octets))),
    stream: |_| None,
};

/// The oracles.
const ORACLES: &[&dyn Oracle<Seen>] = &[&Manners, &EmittedOctets, &RoundTrip];

/// Texts that callers pass, the first of which are right everywhere.
const TEXTS: [&str; 20] = [
    "a",
    "chat",
    "x-1",
    "superchat",
    "foo",
    "a; b=1",
    "foo; c=\"d\"",
    "",
    " ",
    "a b",
    "a,b",
    "a\r\nX: y",
    "a\n",
    "\0",
    "\u{e9}",
    "a;",
    "\"a\"",
    "/a",
    "a:1",
    "Sec-WebSocket-Key",
];
/// Targets and hosts.
const TARGETS: [&str; 9] =
    ["/", "/chat?x=1", "http://a:80/b", "", "chat", "/a b", "/a#b", "/a\r\nX: y", "*"];
const HOSTS: [&str; 8] =
    ["a", "example.test:9001", "[::1]:80", "", "a\r\nX: y", "u@a", "a:99999", "a b"];

/// Statuses with which an application refuses, and others.
const STATUSES: [u16; 16] =
    [400, 401, 403, 404, 405, 408, 414, 426, 429, 431, 500, 503, 505, 599, 399, 600];

/// What comes behind either head.
const PING: &[u8] = b"\x89\x80";
const PONG: &[u8] = b"\x8a\x00";

/// What happened.
#[derive(Debug)]
struct Seen {
    /// Field lines that the arguments ask for, and the request, if one could be written.
    request: Option<(usize, Vec<u8>)>,
    /// What the model says of the request.
    meaning: Opening<Request>,
    /// The status with which the application refused the request.
    refused: Option<u16>,
    /// How the handshake ended for the client and for the server, if it came so far.
    agreed: Result<(Agreed, Agreed), String>,
    /// Whether all octets behind the heads came through.
    rest: bool,
    /// What an endpoint did that none may.
    misdeeds: Vec<String>,
}

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    judge(ORACLES, &play(&mut Unstructured::new(octets)))?;
    Ok(Keep::Yes)
}

fn texts(choices: &mut Unstructured<'_>) -> Vec<&'static str> {
    let count = pick(choices, &[0, 1, 2, 3]);
    let table = if one_in(choices, 4) { &TEXTS[..] } else { &TEXTS[..5] };
    (0..count).map(|_| pick(choices, table)).collect()
}

fn play(choices: &mut Unstructured<'_>) -> Seen {
    let mut seen = Seen {
        request: None,
        meaning: Opening::Incomplete,
        refused: None,
        agreed: Err(String::from("there is nothing to send")),
        rest: true,
        misdeeds: Vec::new(),
    };
    let (subprotocols, extensions, extra) = (texts(choices), texts(choices), texts(choices));
    let usual = !one_in(choices, 4);
    let target = pick(choices, if usual { &TARGETS[..3] } else { &TARGETS[..] });
    let host = pick(choices, if usual { &HOSTS[..3] } else { &HOSTS[..] });
    let extra: Vec<_> = extra.iter().map(|text| Header::new(text, pick(choices, &TEXTS))).collect();
    let cut = pick(choices, &[usize::MAX, 1, 2, 7, 100]);

    let offer = Offer {
        subprotocols: &subprotocols,
        extensions: &extensions,
        initial_headers: &extra,
        subprotocol_required: false,
    };
    let begin = || ClientHandshake::begin(&offer, &mut FixedEntropy::new(1));
    let Some((client, fields)) = seen.taken(begin(), told::handshake) else { return seen };
    if !begin().is_ok_and(|(_, again)| again == fields) {
        seen.misdeeds.push(String::from("asks for something else the next time"));
    }
    let written = write_request(target, host, &fields, &extra);
    let Some(mut request) = seen.taken(written, told::head) else { return seen };
    seen.request = Some((1 + fields.len() + extra.len(), request.clone()));
    request.extend_from_slice(PING);
    let limits = model::HeadLimits { octets: 32_768, fields: 100 };
    seen.meaning = read_request(limits, Bugs::NONE, &request);

    let mut parser = RequestParser::new(HeadLimits::default());
    let (mut last, mut left) = (None, &request[..]);
    while last.is_none() && !left.is_empty() {
        let (piece, behind) = left.split_at(cut.min(left.len()));
        left = behind;
        let pushed = parser.push(piece).map(|read| read.map(|(_, rest)| rest.len() + left.len()));
        let Some(read) = seen.taken(pushed, told::head) else { return seen };
        last = read;
    }
    seen.rest &= last == Some(PING.len());
    // A complete head is returned again.
    let Ok(Some((head, _))) = parser.push(b"") else { return seen };
    let Some((response, server)) = respond(head.headers(), choices, &mut seen) else { return seen };
    let client = |fields: &[Header<'_>]| client.end(fields);
    finish(client, &response, server, cut, &mut seen);
    seen
}

/// What the server answers, with a ping behind it, and what it has agreed to; nothing if it refuses.
fn respond(
    fields: &[Header<'_>],
    choices: &mut Unstructured<'_>,
    seen: &mut Seen,
) -> Option<(Vec<u8>, Option<Agreed>)> {
    if one_in(choices, 8) {
        let status = pick(choices, &STATUSES);
        match Refusal::new(status, "for reasons") {
            Ok(refusal) if (400..600).contains(&status) => {
                seen.refused = Some(status);
                seen.misdeeds.extend(told::refusal(status, false, &refusal).err());
                return Some((write_refusal(&refusal), None));
            }
            Ok(_) => seen.misdeeds.push(format!("refuses with {status}")),
            Err(error) => seen.misdeeds.extend(told::head(error).err()),
        }
    }
    let choice = one_in(choices, 2);
    let answered = Offered::read(fields).and_then(|offered| {
        let subprotocol = offered.subprotocols().last().copied().filter(|_| choice);
        let chosen = offered.extensions().iter().rev().map(|extension| extension.text());
        let chosen: Vec<&str> = chosen.take(usize::from(choice)).collect();
        let selection = Selection { subprotocol, extensions: &chosen };
        ServerHandshake::begin(&selection, fields)
    });
    let (server, fields) = seen.taken(answered, told::handshake)?;
    let extra = if one_in(choices, 4) { texts(choices) } else { Vec::new() };
    let extra: Vec<_> = extra.iter().map(|text| Header::new(text, "a")).collect();
    let mut response = match write_response(&fields, &extra) {
        Ok(response) => response,
        Err(error) => {
            seen.misdeeds.extend(told::head(error).err());
            write_response(&fields, &[]).unwrap_or_default()
        }
    };
    response.extend_from_slice(PONG);
    Some((response, Some(server.end())))
}

/// What the client makes of the answer, in pieces.
fn finish(
    client: impl Fn(&[Header<'_>]) -> Result<Agreed, HandshakeError>,
    response: &[u8],
    server: Option<Agreed>,
    cut: usize,
    seen: &mut Seen,
) {
    let mut parser = ResponseParser::new(HeadLimits::default());
    let mut left = response;
    while !left.is_empty() {
        let (piece, behind) = left.split_at(cut.min(left.len()));
        left = behind;
        let (head, rest) = match parser.push(piece) {
            Ok(None) => continue,
            Ok(Some((head, rest))) => (head, rest),
            Err(error) => {
                seen.misdeeds.extend(told::head(error).err());
                seen.agreed = Err(error.to_string());
                return;
            }
        };
        let ended = match (head.switched(), server) {
            (Err(other), None) => {
                let told = other.to_string().contains(&other.status().to_string());
                if !told || Some(other.status()) != seen.refused || head.status() != other.status()
                {
                    seen.misdeeds.push(format!("takes {:?} for {other:?}", seen.refused));
                }
                return;
            }
            (Ok(fields), Some(server)) => {
                seen.rest &= rest.len() + left.len() == PONG.len();
                client(fields).map(|agreed| (agreed, server))
            }
            (switched, server) => {
                let what = format!("takes {switched:?} for an answer with {server:?}");
                return seen.misdeeds.push(what);
            }
        };
        if let Some(agreed) = seen.taken(ended, told::handshake) {
            seen.agreed = Ok(agreed);
        }
        return;
    }
}

impl Seen {
    /// What came of a step, or why the handshake ends there, which must be told.
    fn taken<T, E: ToString + Copy>(
        &mut self,
        step: Result<T, E>,
        told: fn(E) -> Result<(), String>,
    ) -> Option<T> {
        step.map_err(|error| {
            self.misdeeds.extend(told(error).err());
            self.agreed = Err(error.to_string());
        })
        .ok()
    }
}

/// Errors tell what is wrong, and a refusal is what it was meant to be.
struct Manners;

impl Oracle<Seen> for Manners {
    fn name(&self) -> &'static str {
        "manners"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        match &seen.misdeeds[..] {
            [] => Ok(()),
            misdeeds => Err(format!("an endpoint {}", misdeeds.join(" and "))),
        }
    }
}

/// What is written has the lines that were asked for and no others, whatever the arguments.
struct EmittedOctets;

impl Oracle<Seen> for EmittedOctets {
    fn name(&self) -> &'static str {
        "emitted octets"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        let Some((fields, request)) = &seen.request else { return Ok(()) };
        let ends = |octet: u8| request.iter().filter(|found| **found == octet).count();
        // The request line, the fields, the empty line.
        equal(&[fields + 2; 2], &[ends(b'\r'), ends(b'\n')])
    }
}

/// A request that can be written is accepted, by the model and by the server, and both ends agree.
struct RoundTrip;

impl Oracle<Seen> for RoundTrip {
    fn name(&self) -> &'static str {
        "round trip"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        if seen.request.is_none() {
            return Ok(());
        }
        let answered = seen.refused.is_none();
        if !matches!(seen.meaning, Opening::Accepted(_)) {
            return Err(format!("the model says {:?}", seen.meaning));
        }
        match &seen.agreed {
            Ok((client, server)) if seen.rest => {
                equal(client, server)?;
                let (ours, theirs) = (client.extensions(), server.extensions());
                equal(&texts_of(ours), &texts_of(theirs))?;
                // What is agreed on was offered, by its name.
                let named = |extension: &AgreedExtension| {
                    let name = extension.text().split(';').next().unwrap_or_default().trim();
                    extension.offers().all(|offer| offer.starts_with(name))
                        && extension.offers().next().is_some()
                };
                if ours.iter().all(named) { Ok(()) } else { Err(format!("agrees on {ours:?}")) }
            }
            Ok(_) => Err(String::from("octets behind a head are lost")),
            Err(error) if answered => Err(format!("the handshake fails: {error}")),
            Err(_) => Ok(()),
        }
    }
}

fn texts_of(extensions: &[AgreedExtension]) -> Vec<&str> {
    extensions.iter().map(AgreedExtension::text).collect()
}
