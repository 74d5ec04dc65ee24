//! A client and a server of the engine that shake hands over a network that cuts, with arguments of
//! any kind.

use arbitrary::Unstructured;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{Agreed, ClientHandshake, Offered, ServerHandshake};
use wsproof_engine::http1::{
    HeadLimits, RequestParser, ResponseParser, write_request, write_response,
};
use wsproof_engine::{Header, Offer, Selection};
use wsproof_model::Bugs;
use wsproof_model::handshake::{self as model, Opening, Request, read_request};

use crate::oracle::{Finding, Oracle, equal, judge};
use crate::script::{one_in, pick};
use crate::target::{Keep, Target};

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
};

/// The oracles.
const ORACLES: &[&dyn Oracle<Seen>] = &[&EmittedOctets, &RoundTrip];

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

/// What happened.
#[derive(Debug)]
struct Seen {
    /// Field lines that the arguments ask for, and the request, if one could be written.
    request: Option<(usize, Vec<u8>)>,
    /// What the model says of the request.
    meaning: Opening<Request>,
    /// How the handshake ended for the client and for the server, if it came so far.
    agreed: Result<(Agreed, Agreed), String>,
    /// Whether all octets behind the heads came through.
    rest: bool,
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
    let (subprotocols, extensions, extra) = (texts(choices), texts(choices), texts(choices));
    let usual = !one_in(choices, 4);
    let target = pick(choices, if usual { &TARGETS[..3] } else { &TARGETS[..] });
    let host = pick(choices, if usual { &HOSTS[..3] } else { &HOSTS[..] });
    let extra: Vec<_> = extra.iter().map(|text| Header::new(text, pick(choices, &TEXTS))).collect();
    let cut = pick(choices, &[usize::MAX, 1, 2, 7, 100]);
    let mut seen = Seen {
        request: None,
        meaning: Opening::Incomplete,
        agreed: Err(String::from("there is nothing to send")),
        rest: true,
    };

    let offer = Offer {
        subprotocols: &subprotocols,
        extensions: &extensions,
        initial_headers: &extra,
        subprotocol_required: false,
    };
    let Ok((client, fields)) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(1)) else {
        return seen;
    };
    let Ok(mut request) = write_request(target, host, &fields, &extra) else { return seen };
    seen.request = Some((1 + fields.len() + extra.len(), request.clone()));
    request.extend_from_slice(b"\x89\x80");
    let limits = model::HeadLimits { octets: 32_768, fields: 100 };
    seen.meaning = read_request(limits, Bugs::NONE, &request);

    let mut parser = RequestParser::new(HeadLimits::default());
    let (mut last, mut left) = (None, &request[..]);
    while last.is_none() && !left.is_empty() {
        let (piece, behind) = left.split_at(cut.min(left.len()));
        left = behind;
        match parser.push(piece) {
            Ok(Some((_, rest))) => last = Some(rest.len() + left.len()),
            Ok(None) => {}
            Err(error) => {
                seen.agreed = Err(error.to_string());
                return seen;
            }
        }
    }
    seen.rest &= last == Some(2);
    // A complete head is returned again.
    let Ok(Some((head, _))) = parser.push(b"") else { return seen };
    let choice = one_in(choices, 2);
    let answered = Offered::read(head.headers()).and_then(|offered| {
        let subprotocol = offered.subprotocols().last().copied().filter(|_| choice);
        let chosen = offered.extensions().iter().rev().map(|extension| extension.text());
        let chosen: Vec<&str> = chosen.take(usize::from(choice)).collect();
        let selection = Selection { subprotocol, extensions: &chosen };
        ServerHandshake::begin(&selection, head.headers())
    });
    let (server, fields) = match answered {
        Ok(answered) => answered,
        Err(error) => {
            seen.agreed = Err(error.to_string());
            return seen;
        }
    };
    let mut response = write_response(&fields, &[]).unwrap_or_default();
    response.extend_from_slice(b"\x8a\x00");
    let mut parser = ResponseParser::new(HeadLimits::default());
    let mut left = &response[..];
    while !left.is_empty() {
        let (piece, behind) = left.split_at(cut.min(left.len()));
        left = behind;
        match parser.push(piece) {
            Ok(None) => {}
            Ok(Some((head, rest))) => {
                seen.rest &= rest.len() + left.len() == 2;
                let ended = head.switched().map_err(|error| error.to_string());
                let ended = ended.and_then(|f| client.end(f).map_err(|error| error.to_string()));
                seen.agreed = ended.map(|agreed| (agreed, server.end()));
                return seen;
            }
            Err(error) => {
                seen.agreed = Err(error.to_string());
                return seen;
            }
        }
    }
    seen
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
        if !matches!(seen.meaning, Opening::Accepted(_)) {
            return Err(format!("the model says {:?}", seen.meaning));
        }
        match &seen.agreed {
            Ok((client, server)) if seen.rest => equal(client, server),
            Ok(_) => Err(String::from("octets behind a head are lost")),
            Err(error) => Err(format!("the handshake fails: {error}")),
        }
    }
}
