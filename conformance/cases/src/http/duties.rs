//! What a request and an answer of the opening handshake must have, and must not (RFC 6455 §4).

use super::{Head, is_token};
use crate::breach::Breach;
use crate::deflate::{self, Element, NAME, Params};
use crate::digest::{is_base64_of_16, unbase64};
use crate::opening::Accept;

/// The duties of a client's request (RFC 6455 §4.1) that it breaks.
pub(crate) fn request_breaches(head: &Head) -> impl Iterator<Item = Breach> + use<> {
    let subprotocols: Vec<_> = head.elements("Sec-WebSocket-Protocol").collect();
    let repeated = (1..subprotocols.len()).any(|at| subprotocols[..at].contains(&subprotocols[at]));
    let words: Vec<_> = head.start.split(|octet| *octet == b' ').collect();
    let starts = matches!(words[..], [b"GET", [b'/', target @ ..], b"HTTP/1.1"]
        if target.iter().all(|octet| octet.is_ascii_graphic() && *octet != b'#'));
    let host = head.only("Host").is_some_and(is_host);
    let key = head.only("Sec-WebSocket-Key").is_some_and(|key| {
        // Erratum 3150: the four bits that the last digit has too many are zero.
        is_base64_of_16(key) && b"AQgw".contains(&key[21])
    });
    let extensions = head.values("Sec-WebSocket-Extensions").all(|list| {
        let parts = list.split(|octet| matches!(octet, b',' | b';'));
        parts.map(<[u8]>::trim_ascii).all(|part| {
            let name = part.split(|octet| *octet == b'=').next().unwrap_or_default();
            is_token(name.trim_ascii())
        })
    });
    let offers = head.has("Sec-WebSocket-Protocol");
    let named = !offers || !subprotocols.is_empty();
    [
        (!starts, Breach::RequestLine),
        (!host, Breach::RequestHost),
        (!head.lists("Upgrade", "websocket"), Breach::RequestUpgrade),
        (!head.lists("Connection", "Upgrade"), Breach::RequestConnection),
        (head.only("Sec-WebSocket-Version") != Some(b"13"), Breach::RequestVersion),
        (!key, Breach::RequestKey),
        (key && is_known_key(head), Breach::RequestKeyKnown),
        (has_body(head), Breach::RequestBody),
        (
            repeated || !named || !subprotocols.iter().all(|name| is_token(name)),
            Breach::RequestSubprotocols,
        ),
        (!extensions, Breach::RequestExtensions),
        (
            extensions && !are_offers(&head.extensions().unwrap_or_default()),
            Breach::OfferParameters,
        ),
    ]
    .into_iter()
    .filter_map(|(broken, breach)| broken.then_some(breach))
}

/// The duties of a server's answer (RFC 6455 §4.2.2, RFC 9110) that it breaks.
pub(crate) fn answer_breaches(
    status: u16,
    answer: &Head,
    request: &Head,
) -> impl Iterator<Item = Breach> + use<> {
    let opens = status == 101;
    let key = request.value("Sec-WebSocket-Key").unwrap_or_default();
    let accepts: Vec<_> = answer.values("Sec-WebSocket-Accept").collect();
    let offers_extension = |chosen: &[u8]| {
        let is_it = |offer: &[u8]| name_of(offer).eq_ignore_ascii_case(name_of(chosen));
        request.elements("Sec-WebSocket-Extensions").any(is_it)
    };
    let subprotocols: Vec<_> = answer.values("Sec-WebSocket-Protocol").collect();
    let offered = subprotocols
        .iter()
        .all(|chosen| request.elements("Sec-WebSocket-Protocol").any(|offer| offer == *chosen));
    let extensions = || answer.elements("Sec-WebSocket-Extensions");
    let fits = match (request.extensions(), answer.extensions()) {
        // Whatever the tester has offered, one that is not understood must not be accepted.
        (offered, Some(chosen)) => deflate::agree(&offered.unwrap_or_default(), &chosen).is_ok(),
        (_, None) => false,
    };
    let named = extensions().any(offers_extension);
    let upgrade =
        answer.only("Upgrade").is_some_and(|name| name.eq_ignore_ascii_case(b"websocket"));
    [
        (opens && answer.start.starts_with(b"HTTP/1.0"), Breach::AnswerVersion),
        (opens && !upgrade, Breach::AnswerUpgrade),
        (opens && !answer.lists("Connection", "Upgrade"), Breach::AnswerConnection),
        (opens && accepts.is_empty(), Breach::AcceptMissing),
        (opens && accepts.len() > 1, Breach::AcceptRepeated),
        (opens && accepts.len() == 1 && accepts[0] != Accept::Right.of(key), Breach::AcceptWrong),
        (
            opens && (answer.has("Content-Length") || answer.has("Transfer-Encoding")),
            Breach::AnswerBody,
        ),
        (opens && (subprotocols.len() > 1 || !offered), Breach::AnswerSubprotocol),
        (
            opens
                && (extensions().count() == 0 && answer.has("Sec-WebSocket-Extensions")
                    || !extensions().all(|name| {
                        // Names that begin like this are the tester's own; no server knows them.
                        offers_extension(name) && !name.starts_with(b"x-wsproof")
                    })),
            Breach::AnswerExtension,
        ),
        (opens && named && !fits, Breach::AnswerParameters),
        (status == 426 && !answer.has("Upgrade"), Breach::UpgradeUnnamed),
        (status == 405 && !answer.has("Allow"), Breach::MethodsUnnamed),
    ]
    .into_iter()
    .filter_map(|(broken, breach)| broken.then_some(breach))
}

/// Whether the elements that offer permessage-deflate can be understood (RFC 7692 §7.1).
fn are_offers(elements: &[Element]) -> bool {
    let mut named = elements.iter().filter(|element| element.name.eq_ignore_ascii_case(NAME));
    named.all(|element| Params::of_offer(element).is_some())
}

/// An element of a list without its parameters.
fn name_of(element: &[u8]) -> &[u8] {
    element.split(|octet| *octet == b';').next().unwrap_or_default().trim_ascii()
}

fn has_body(head: &Head) -> bool {
    head.has("Transfer-Encoding") || head.values("Content-Length").any(|length| length != b"0")
}

/// Whether the key cannot have been drawn at random for this connection (RFC 6455 §4.1): a random
/// one is among these with a chance of one in 2¹¹⁹.
fn is_known_key(head: &Head) -> bool {
    const EXAMPLES: [&[u8]; 3] =
        [b"dGhlIHNhbXBsZSBub25jZQ==", b"AQIDBAUGBwgJCgsMDQ4PEA==", b"x3JJHMbDL1EzLkh9GBhXDw=="];
    let Some(key) = head.only("Sec-WebSocket-Key") else { return false };
    let octets = unbase64(key);
    EXAMPLES.contains(&key) || octets.iter().all(|octet| Some(octet) == octets.first())
}

/// A host with an optional port, as a client would write it: an address of version 6 is in brackets
/// (RFC 3986 §3.2.2).
fn is_host(text: &[u8]) -> bool {
    let (bracketed, rest) = match text.strip_prefix(b"[") {
        Some(inside) => match inside.iter().position(|octet| *octet == b']') {
            Some(end) => (Some(&inside[..end]), &inside[end + 1..]),
            None => return false,
        },
        None => (None, text),
    };
    let split = rest.iter().position(|octet| *octet == b':').unwrap_or(rest.len());
    let (host, port) = rest.split_at(split);
    let fits = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~%".contains(octet);
    let host_fits = match bracketed {
        Some(address) => {
            host.is_empty() && address.iter().all(|octet| fits(octet) || *octet == b':')
        }
        None => !host.is_empty() && host.iter().all(fits),
    };
    host_fits && port.iter().skip(1).all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for right in ["localhost", "localhost:9001", "127.0.0.1:80", "[::1]", "[fe80::1%25a]:9001"]
        {
            assert!(is_host(right.as_bytes()), "{right}");
        }
        for wrong in ["", ":80", "::1", "::1:9001", "[::1", "[::1]x", "a:b", "a b", "a:1:2", "a[1]"]
        {
            assert!(!is_host(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_drawn_for_one_connection() {
        let known = |key: &str| {
            let head = format!("GET / HTTP/1.1\r\nSec-WebSocket-Key: {key}\r\n\r\n");
            is_known_key(&Head::parse(head.as_bytes()).unwrap())
        };
        assert!(known("dGhlIHNhbXBsZSBub25jZQ==") && known("AAAAAAAAAAAAAAAAAAAAAA=="));
        assert!(!known("w4v7O6xFTi36lq3RNcgctw=="));
    }
}
