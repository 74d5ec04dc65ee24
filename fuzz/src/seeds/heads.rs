//! Heads: such as they should be, and such as implementations have taken or refused wrongly.

use std::collections::BTreeMap;

use wsproof_cases::step::Step;
use wsproof_cases::{Role, catalogue};

use super::{Seeds, tidy, turn};
use crate::heads::negotiation::SPOKEN;
use crate::heads::{Setup, known_accept, response};
use crate::stream::Cuts;

/// Of requests.
pub(crate) const REQUESTS: Seeds = Seeds { folder: "handshake_request", make: requests };
/// Of responses.
pub(crate) const RESPONSES: Seeds = Seeds { folder: "handshake_response", make: responses };

fn requests() -> BTreeMap<String, Vec<u8>> {
    make(known(include_str!("known_requests.txt")).chain(catalogued(Role::Server)))
}

fn responses() -> BTreeMap<String, Vec<u8>> {
    make(known(include_str!("known_responses.txt")).chain(catalogued(Role::Client)))
}

/// The lines of a file: names and heads.
fn known(lines: &'static str) -> impl Iterator<Item = (String, Vec<u8>)> {
    let accept = known_accept();
    lines.lines().filter(|line| !line.starts_with('#')).map(move |line| {
        let (name, text) = line.split_once(' ').unwrap_or((line, ""));
        let other_case = accept.to_ascii_lowercase();
        let text = text.replace("{accept}", &accept).replace("{ACCEPT}", &other_case);
        (name.to_owned(), unescape(&text))
    })
}

/// What the catalogue sends to a subject in this role to open connections.
fn catalogued(subject: Role) -> impl Iterator<Item = (String, Vec<u8>)> {
    let (_, key) = response::handshake(0);
    catalogue().iter().filter(move |case| case.plays.allows(subject)).filter_map(move |case| {
        let heads = case.script.iter().filter_map(|step| match step {
            Step::Head(head) => Some(head.render(key.as_bytes())),
            _ => None,
        });
        let octets = heads.collect::<Vec<_>>().concat();
        (!octets.is_empty()).then(|| (case.id.replace('/', "-"), octets))
    })
}

/// Each head with two choices of the application, cuts and limits taking turns.
fn make(heads: impl Iterator<Item = (String, Vec<u8>)>) -> BTreeMap<String, Vec<u8>> {
    let seeds = heads.flat_map(|(name, head)| {
        let turn = turn(&name);
        // Where permessage-deflate is the matter, the application speaks it.
        let spoken = if name.starts_with("deflate") { 4 } else { 0 };
        let spoken = (0..spoken).map(|choice| choice + u32::from(SPOKEN));
        let choices = [turn % 2, 2 + turn / 2 % 2].into_iter().chain(spoken);
        let seed = move |choice| {
            let choice = choice as u8;
            let cuts = match (turn + u32::from(choice)) % 3 {
                0 => Cuts::Whole,
                1 => Cuts::Every(1),
                _ => Cuts::Random(turn),
            };
            let setup = Setup::new(cuts, choice);
            let limits = (1 + turn / 8 % 5) as u8;
            let setup = if turn % 8 == 7 { setup.limited(limits) } else { setup };
            (format!("{name}.{choice}"), setup.join(&head))
        };
        choices.map(seed).collect::<Vec<_>>()
    });
    tidy(seeds.collect::<Vec<_>>())
}

/// A text in which a backslash means what it means in Rust.
fn unescape(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'\\' => match rest.next() {
                Some(b'r') => b'\r',
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'x') => {
                    let digits = [rest.next(), rest.next()].map(Option::unwrap_or_default);
                    let digits = core::str::from_utf8(&digits).unwrap_or_default();
                    u8::from_str_radix(digits, 16).unwrap_or_default()
                }
                other => other.unwrap_or_default(),
            },
            octet => octet,
        });
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_rust() {
        assert_eq!(unescape(r"a\r\n\\\x01\t"), b"a\r\n\\\x01\t");
        assert!(requests().len() > 200 && responses().len() > 100);
    }
}
