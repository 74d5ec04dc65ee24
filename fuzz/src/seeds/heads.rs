//! Heads: such as they should be, and such as implementations have taken or refused wrongly.

use std::collections::BTreeMap;

use super::{Seeds, tidy};
use crate::heads::{Setup, known_accept};
use crate::stream::Cuts;

/// Of requests.
pub(crate) const REQUESTS: Seeds = Seeds { folder: "handshake_request", make: requests };
/// Of responses.
pub(crate) const RESPONSES: Seeds = Seeds { folder: "handshake_response", make: responses };

fn requests() -> BTreeMap<String, Vec<u8>> {
    make(include_str!("known_requests.txt"))
}

fn responses() -> BTreeMap<String, Vec<u8>> {
    make(include_str!("known_responses.txt"))
}

/// Each head with each choice of the application, cuts and limits taking turns.
fn make(lines: &str) -> BTreeMap<String, Vec<u8>> {
    let accept = known_accept();
    let heads = lines.lines().filter(|line| !line.starts_with('#'));
    let seeds = heads.zip(0u32..).flat_map(|(line, turn)| {
        let (name, text) = line.split_once(' ').unwrap_or((line, ""));
        let other_case = accept.to_ascii_lowercase();
        let text = text.replace("{accept}", &accept).replace("{ACCEPT}", &other_case);
        let head = unescape(&text);
        (0..4).map(move |choice| {
            let cuts = match (turn + u32::from(choice)) % 3 {
                0 => Cuts::Whole,
                1 => Cuts::Every(1),
                _ => Cuts::Random(turn),
            };
            let setup = Setup::new(cuts, choice);
            let setup = if turn % 8 == 7 { setup.limited(1 + choice) } else { setup };
            (format!("{name}.{choice}"), setup.join(&head))
        })
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
