//! The opening handshake, read from whole heads (RFC 6455 §4, RFC 9112).

use wsproof_cases::digest::{base64, is_base64_of_16, sha1, unbase64};

use crate::bug::{Bug, Bugs};
use crate::careless_head;
use crate::extensions::{self, Extension};
use crate::head::{self, Field, Head, Kind, is_authority, is_token, trim};

pub use crate::head::{HeadLimits, Refusal};

/// What octets at the beginning of a connection say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening<T> {
    /// The head goes on.
    Incomplete,
    /// The handshake fails.
    Refused(Refusal),
    /// The handshake succeeds.
    Accepted(T),
}

/// A request that a server may accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where the head ends and frames begin.
    pub end: usize,
    /// The value for `Sec-WebSocket-Accept`.
    pub accept: Vec<u8>,
    /// The subprotocols offered.
    pub subprotocols: Vec<Vec<u8>>,
    /// The extensions offered.
    pub extensions: Vec<Extension>,
}

/// What a request is for, and where it comes from.
#[derive(Debug, Default)]
pub(crate) struct Errand {
    /// Path and query, without scheme and host.
    pub(crate) path: Vec<u8>,
    /// The values of all `Origin` fields.
    pub(crate) origins: Vec<Vec<u8>>,
}

/// Reads from an accepted request what is the application's business.
pub(crate) fn read_errand(limits: HeadLimits, bugs: Bugs, octets: &[u8]) -> Errand {
    let Ok(Some(head)) = head::read(Kind::Request, limits, bugs, octets, 0) else {
        return Errand::default();
    };
    let origins = values(&head.fields, "Origin");
    Errand {
        path: head::path(&head.start_line),
        origins: origins.iter().map(|origin| origin.to_vec()).collect(),
    }
}

/// Reads from an accepted response what the server says of the extensions.
pub fn read_answers(limits: HeadLimits, bugs: Bugs, octets: &[u8]) -> Vec<Extension> {
    let mut start = 0;
    while let Ok(Some(head)) = head::read(Kind::Response, limits, bugs, octets, start) {
        match head::status(&head.start_line, bugs) {
            Ok(100..=100 | 102..200) => start = head.end,
            _ => {
                let lines = values(&head.fields, "Sec-WebSocket-Extensions");
                return extensions::read(&lines).unwrap_or_default();
            }
        }
    }
    Vec::new()
}

/// What a client has asked for.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// Its `Sec-WebSocket-Key`.
    pub key: &'a [u8],
    /// The subprotocols offered.
    pub subprotocols: &'a [&'a str],
    /// The names of the extensions offered.
    pub extensions: &'a [&'a str],
    /// Whether it insists on a subprotocol if it has offered any.
    pub subprotocol_required: bool,
}

/// A response that a client accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Where the head ends and frames begin.
    pub end: usize,
    /// Which of the subprotocols offered was chosen.
    pub subprotocol: Option<usize>,
    /// Which of the extensions offered were chosen, in the server's order.
    pub extensions: Vec<usize>,
}

/// Reads what a server receives first.
pub fn read_request(limits: HeadLimits, bugs: impl Into<Bugs>, octets: &[u8]) -> Opening<Request> {
    let bugs = bugs.into();
    let head = match head::read(Kind::Request, limits, bugs, octets, 0) {
        Ok(Some(head)) => head,
        Ok(None) => return Opening::Incomplete,
        Err(refusal) => return Opening::Refused(refusal),
    };
    match request(&head, bugs) {
        Ok(request) => Opening::Accepted(request),
        Err(status) => Opening::Refused(Refusal::Answer(status)),
    }
}

/// The duties of RFC 6455 §4.2.1, HTTP's own first, in the order in which they are refused.
fn request(head: &Head, bugs: Bugs) -> Result<Request, u16> {
    let fields = &seen(head.fields.clone(), bugs);
    let require = |holds: bool, status: u16| if holds { Ok(()) } else { Err(status) };
    let host = values(fields, "Host");
    let hosts_pass = match host[..] {
        [] => bugs.has(Bug::AcceptsMissingHost),
        [_] if bugs.has(Bug::AcceptsAnyAuthority) => true,
        [host] => is_authority(host),
        [host, ..] => is_authority(host) && bugs.has(Bug::AcceptsRepeatedHost),
    };
    require(hosts_pass, 400)?;
    let length = values(fields, "Content-Length");
    let no_body =
        values(fields, "Transfer-Encoding").is_empty() && (length.is_empty() || length == [b"0"]);
    require(no_body || bugs.has(Bug::IgnoresBodies), 400)?;
    require(tolerated(fields, bugs), 400)?;

    let upgrades = elements(fields, "Upgrade");
    let upgrades_pass = if bugs.has(Bug::ComparesUpgradeWhole) {
        values(fields, "Upgrade").iter().any(|value| value.eq_ignore_ascii_case(b"websocket"))
    } else {
        upgrades.iter().any(|protocol| is_websocket(protocol, bugs))
    };
    require(upgrades_pass || bugs.has(Bug::AcceptsAnyUpgrade), 426)?;
    require(connection_upgrades(fields, bugs), 400)?;

    let version = values(fields, "Sec-WebSocket-Version");
    match version[..] {
        [b"13"] => {}
        [] if bugs.has(Bug::AcceptsMissingVersion) => {}
        [b"013"] if bugs.has(Bug::ReadsNumbersAsVersions) => {}
        [b"13", ..] if bugs.has(Bug::AcceptsRepeatedVersions) => {}
        [_] if bugs.has(Bug::AcceptsAnyVersion) => {}
        [list] if bugs.has(Bug::AcceptsVersionLists) && split(list).contains(&&b"13"[..]) => {}
        [_] => return Err(426),
        _ => return Err(400),
    }
    let keys = values(fields, "Sec-WebSocket-Key");
    let key = match keys[..] {
        [key] => key,
        [key, ..] if bugs.has(Bug::AcceptsRepeatedKeys) => key,
        _ => return Err(400),
    };
    let fits = is_base64_of_16(trim(key))
        || bugs.has(Bug::AcceptsAnyKey)
        || key.len() == 24 && bugs.has(Bug::ChecksKeyLengthOnly);
    require(fits, 400)?;
    require(extensions_offered(fields) == 0 || !bugs.has(Bug::RefusesUnknownExtensions), 400)?;

    let subprotocols = elements(fields, "Sec-WebSocket-Protocol");
    let given = !values(fields, "Sec-WebSocket-Protocol").is_empty();
    let fit =
        (!given || !subprotocols.is_empty()) && subprotocols.iter().all(|name| is_token(name));
    require(fit || bugs.has(Bug::AcceptsAnySubprotocol), 400)?;
    let repeated = (1..subprotocols.len()).any(|at| subprotocols[..at].contains(&subprotocols[at]));
    require(!repeated || bugs.has(Bug::AcceptsRepeatedSubprotocols), 400)?;
    let lines = values(fields, "Sec-WebSocket-Extensions");
    let extensions = match extensions::read(&lines) {
        Some(extensions) => extensions,
        None if bugs.has(Bug::SplitsInsideQuotes) => extensions::pick(&lines),
        None if bugs.has(Bug::AcceptsAnyExtensions) => Vec::new(),
        None => return Err(400),
    };

    let dropped = bugs.has(Bug::LosesOctetsBehindHeads);
    Ok(Request {
        end: if dropped { usize::MAX } else { head.end },
        accept: accept(key, bugs),
        subprotocols: subprotocols.iter().map(|name| name.to_vec()).collect(),
        extensions,
    })
}

/// Reads what a client receives first.
pub fn read_response(
    limits: HeadLimits,
    bugs: impl Into<Bugs>,
    offer: &Offer<'_>,
    octets: &[u8],
) -> Opening<Response> {
    let bugs = bugs.into();
    let mut start = 0;
    loop {
        let read = head::read(Kind::Response, limits, bugs, octets, start);
        // A client answers nothing, so every kind of bad head is the same to it.
        let Ok(head) = read else { return Opening::Refused(Refusal::Head) };
        let Some(head) = head else { return Opening::Incomplete };
        match head::status(&head.start_line, bugs) {
            Ok(101) => return fields_of_response(&head, bugs, offer),
            Ok(100..200) if bugs.has(Bug::OpensOnInterim) => {
                return fields_of_response(&head, bugs, offer);
            }
            Ok(status @ 100..200)
                if bugs.has(Bug::RefusesInterim)
                    || start > 0 && bugs.has(Bug::RefusesSecondInterim) =>
            {
                return Opening::Refused(Refusal::NotSwitched(status));
            }
            Ok(100..200) => start = head.end,
            Ok(_) if bugs.has(Bug::AcceptsAnyStatus) => {
                return fields_of_response(&head, bugs, offer);
            }
            Ok(status) => return Opening::Refused(Refusal::NotSwitched(status)),
            Err(refusal) => return Opening::Refused(refusal),
        }
    }
}

fn fields_of_response(head: &Head, bugs: Bugs, offer: &Offer<'_>) -> Opening<Response> {
    match response(head, bugs, offer) {
        Some(response) => Opening::Accepted(response),
        None => Opening::Refused(Refusal::Fields),
    }
}

/// The duties of RFC 6455 §4.1; nothing if one is broken.
fn response(head: &Head, bugs: Bugs, offer: &Offer<'_>) -> Option<Response> {
    let fields = &seen(head.fields.clone(), bugs);
    let upgrades = elements(fields, "Upgrade");
    let alone = upgrades.len() == 1 || bugs.has(Bug::AcceptsUpgradeLists);
    let upgrades_pass = alone && upgrades.iter().any(|value| is_websocket(value, bugs));
    let expected = accept(offer.key, bugs);
    let accepts = values(fields, "Sec-WebSocket-Accept");
    let accepts_pass = match accepts[..] {
        [] => bugs.has(Bug::AcceptsMissingAccept),
        [_, _, ..] if !bugs.has(Bug::ReadsFirstAcceptOnly) => false,
        [value, ..] => {
            value == expected
                || careless_head::takes_accept(value, &expected, bugs)
                || bugs.has(Bug::AcceptsAnyAccept)
                || bugs.has(Bug::ComparesAcceptWithoutCase) && value.eq_ignore_ascii_case(&expected)
        }
    };
    let pass = (upgrades_pass || bugs.has(Bug::AcceptsAnyUpgrade))
        && connection_upgrades(fields, bugs)
        && accepts_pass
        && !(bugs.has(Bug::RefusesObsText) && has_obs_text(fields));
    if !pass {
        return None;
    }

    let names = values(fields, "Sec-WebSocket-Protocol");
    let subprotocol = match names[..] {
        [] if offer.subprotocol_required && !offer.subprotocols.is_empty() => return None,
        [] => None,
        [b""] if bugs.has(Bug::AcceptsEmptySubprotocol) => None,
        [name, ..] if names.len() == 1 || bugs.has(Bug::AcceptsRepeatedAnswers) => {
            let name = match split(name)[..] {
                [first, ..] if bugs.has(Bug::FindsSubprotocolInLists) => first,
                _ => name,
            };
            let is = |offered: &&str| {
                offered.as_bytes() == name
                    || name.starts_with(offered.as_bytes())
                        && bugs.has(Bug::AcceptsSubprotocolPrefix)
                    || offered.as_bytes().eq_ignore_ascii_case(name)
                        && bugs.has(Bug::ComparesSubprotocolsWithoutCase)
            };
            let offered = offer.subprotocols.iter().position(is);
            if offered.is_none() && !bugs.has(Bug::AcceptsUnofferedSubprotocol) {
                return None;
            }
            offered
        }
        _ => return None,
    };

    let blank = |line: &&[u8]| line.windows(2).any(|two| two == b" ;");
    let lines = values(fields, "Sec-WebSocket-Extensions");
    if lines.iter().any(blank) && bugs.has(Bug::KeepsBlanksOfLists) {
        return None;
    }
    let mut free: Vec<bool> = offer.extensions.iter().map(|_| true).collect();
    let mut chosen = Vec::new();
    for extension in extensions::read(&lines)? {
        if bugs.has(Bug::ReadsFirstExtensionOnly) && !chosen.is_empty() {
            break;
        }
        let named = |at: &usize| {
            let own = offer.extensions[*at].as_bytes();
            own == extension.name
                || own.eq_ignore_ascii_case(&extension.name)
                    && bugs.has(Bug::ComparesExtensionsWithoutCase)
        };
        match (0..free.len()).find(|at| free[*at] && named(at)) {
            None if is_inherited(&extension.name) && bugs.has(Bug::FindsInheritedNames) => {}
            Some(at) => {
                free[at] = false;
                chosen.push(at);
            }
            None if bugs.has(Bug::AcceptsUnofferedExtensions) => {}
            None if bugs.has(Bug::AcceptsRepeatedExtensions)
                && (0..free.len()).any(|at| named(&at)) => {}
            None => return None,
        }
    }
    let length = values(fields, "Content-Length");
    let length: Option<usize> =
        length.first().and_then(|text| core::str::from_utf8(text).ok()?.parse().ok());
    let end = match length {
        _ if bugs.has(Bug::LosesOctetsBehindHeads) => usize::MAX,
        Some(length) if bugs.has(Bug::SkipsAnnouncedBodies) => head.end.saturating_add(length),
        _ => head.end,
    };
    Some(Response { end, subprotocol, extensions: chosen })
}

fn extensions_offered(fields: &[Field]) -> usize {
    elements(fields, "Sec-WebSocket-Extensions").len()
}

/// Whether every object of some languages has a member of this name.
pub(crate) fn is_inherited(name: &[u8]) -> bool {
    matches!(name, b"constructor" | b"__proto__" | b"hasOwnProperty" | b"toString")
}

/// The names that the standard spells.
const NAMES: [&str; 8] = [
    "Host",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Accept",
];

/// The fields that a reader with these bugs looks at.
fn seen(fields: Vec<Field>, bugs: Bugs) -> Vec<Field> {
    let mut seen: Vec<Field> = Vec::new();
    for (name, value) in careless_head::rewrite(fields, bugs) {
        let is = |own: &str| name.eq_ignore_ascii_case(own.as_bytes());
        let first_only = [
            (Bug::ReadsFirstUpgradeOnly, "Upgrade"),
            (Bug::ReadsFirstSubprotocolLineOnly, "Sec-WebSocket-Protocol"),
            (Bug::ReadsFirstExtensionLineOnly, "Sec-WebSocket-Extensions"),
        ];
        let hidden = first_only
            .into_iter()
            .any(|(bug, own)| bugs.has(bug) && is(own) && !values(&seen, own).is_empty());
        let misspelt = NAMES.iter().any(|own| is(own) && name != own.as_bytes());
        let late = is("Host") && !seen.is_empty() && bugs.has(Bug::WantsHostFirst);
        if !(hidden || late || misspelt && bugs.has(Bug::ComparesNamesCase)) {
            seen.push((name, value));
        }
    }
    seen
}

/// Whether nothing is refused that should not be.
fn tolerated(fields: &[Field], bugs: Bugs) -> bool {
    let known = |name: &[u8]| NAMES.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()));
    let empty_elements =
        |value: &[u8]| value.split(|octet| *octet == b',').any(|e| trim(e).is_empty());
    !(bugs.has(Bug::RefusesNonAscii) && has_obs_text(fields)
        || bugs.has(Bug::RefusesEmptyValues) && fields.iter().any(|(_, value)| value.is_empty())
        || bugs.has(Bug::RefusesForeignFields) && !fields.iter().all(|(name, _)| known(name))
        || bugs.has(Bug::RefusesEmptyElements)
            && values(fields, "Connection").into_iter().any(empty_elements))
}

fn has_obs_text(fields: &[Field]) -> bool {
    fields.iter().any(|(_, value)| !value.is_ascii())
}

fn is_websocket(protocol: &[u8], bugs: Bugs) -> bool {
    if bugs.has(Bug::UpgradePrefix) {
        return protocol.to_ascii_lowercase().starts_with(b"websocket");
    }
    if bugs.has(Bug::FindsWebsocketInWords) {
        return protocol.to_ascii_lowercase().windows(9).any(|part| part == b"websocket");
    }
    protocol == b"websocket"
        || protocol.eq_ignore_ascii_case(b"websocket") && !bugs.has(Bug::ComparesUpgradeCase)
}

/// Whether `Connection` lists the token `Upgrade`, both sides' duty.
fn connection_upgrades(fields: &[Field], bugs: Bugs) -> bool {
    if bugs.has(Bug::AcceptsAnyConnection) {
        return true;
    }
    let mut lines = values(fields, "Connection");
    if bugs.has(Bug::ReadsFirstConnectionOnly) {
        lines.truncate(1);
    }
    lines.iter().any(|line| {
        if bugs.has(Bug::ConnectionSuffix) {
            return line.to_ascii_lowercase().ends_with(b"upgrade");
        }
        if bugs.has(Bug::FindsUpgradeInWords) {
            return line.to_ascii_lowercase().windows(7).any(|part| part == b"upgrade");
        }
        let tokens = if bugs.has(Bug::ComparesConnectionWhole) { vec![*line] } else { split(line) };
        tokens.iter().any(|token| {
            *token == b"Upgrade"
                || token.eq_ignore_ascii_case(b"upgrade") && !bugs.has(Bug::ComparesConnectionCase)
        })
    })
}

/// The values of all fields with this name, in any case.
fn values<'h>(fields: &'h [Field], name: &str) -> Vec<&'h [u8]> {
    let named = fields.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
    named.map(|(_, value)| &value[..]).collect()
}

/// The elements of the list that all fields with this name make together.
fn elements<'h>(fields: &'h [Field], name: &str) -> Vec<&'h [u8]> {
    values(fields, name).into_iter().flat_map(split).collect()
}

fn split(list: &[u8]) -> Vec<&[u8]> {
    let elements = list.split(|octet| *octet == b',').map(trim);
    elements.filter(|element| !element.is_empty()).collect()
}

/// The answer to a key (RFC 6455 §4.2.2 item 5.4).
fn accept(key: &[u8], bugs: Bugs) -> Vec<u8> {
    let guid: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let guid = if bugs.has(Bug::HashesOnlyKeys) { b"" } else { guid };
    if bugs.has(Bug::HashesOctetsOfKeys) {
        return base64(&sha1(&[&unbase64(key), guid].concat()));
    }
    base64(&sha1(&[key, guid].concat()))
}
