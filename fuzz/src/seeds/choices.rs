//! Choices for structured targets: octets of every character, since what they choose is not theirs.

use std::collections::BTreeMap;

use wsproof_cases::Role;
use wsproof_cases::random::Random;

use super::{Seeds, tidy};
use crate::calls::unopened;

/// For targets that draw from tables.
pub(crate) const SEEDS: Seeds = Seeds { folder: "choices", make };

fn make() -> BTreeMap<String, Vec<u8>> {
    let mut random = Random::new(0x0073_6565_6473);
    let random = (0..384u64).map(|number| {
        let length = 8 + number * 4 / 3;
        let octets = (0..length).map(|_| random.next() as u8).collect();
        (format!("random-{number:03}"), octets)
    });
    let plain = [("empty", vec![]), ("zeros", vec![0; 64]), ("ones", vec![0xff; 64])];
    let plain = plain.map(|(name, octets)| (name.to_owned(), octets));
    let openings = [
        ("client", CLIENT),
        ("server", SERVER),
        ("server-ended", ENDED),
        ("server-continued", CONTINUED),
    ];
    let openings = openings.map(|(name, calls)| {
        let role = if name == "client" { Role::Client } else { Role::Server };
        (format!("opening-{name}"), [unopened(role), calls.concat()].concat())
    });
    // Plain arguments up to the answer, which is a refusal with one of the statuses.
    let refusals = (0..16).map(|status| {
        (format!("refusal-{status:02}"), [&[0; PLAIN_REQUEST][..], &[1, status]].concat())
    });
    let meant = openings.into_iter().chain(refusals).chain(plain);
    tidy(random.collect::<Vec<_>>().into_iter().chain(meant))
}

/// Choices that `handshake_roundtrip` makes before the server answers.
const PLAIN_REQUEST: usize = 10;

/// Calls of `session_calls` that open a session of a client: offers that are refused, an end before
/// there was a beginning, one that is taken, and responses, of which only the last is right.
const CLIENT: &[&[u8]] = &[
    &[11, 0, 2],
    &[11, 0, 3],
    &[11, 0, 4],
    &[11, 0, 5],
    &[11, 0, 6],
    &[11, 0, 7],
    &[11, 0, 0, 1],
    &[11, 1, 0],
    &[11, 2, 0, 2],
    &[11, 3],
    &[11, 0, 1, 0],
    &[11, 1, 1],
    &[11, 1, 2],
    &[11, 1, 3],
    &[11, 1, 4],
    &[11, 1, 5],
    &[11, 1, 6],
    &[11, 1, 7],
    &[11, 1, 8],
    &[11, 1, 0],
];

/// Those of a server: requests that lack a field or have it twice, of another version, selections
/// that do not fit, one that does, and a send, which ends the handshake.
const SERVER: &[&[u8]] = &[
    &[11, 3],
    &[11, 2, 0, 0],
    &[11, 2, 1, 0],
    &[11, 2, 2, 0],
    &[11, 2, 3, 0],
    &[11, 2, 4, 0],
    &[11, 2, 0, 1],
    &[11, 2, 3, 1],
    &[11, 2, 4, 1],
    &[11, 2, 0, 2],
    &[11, 2, 0, 3, 3],
    &[11, 2, 0, 3, 4],
    &[11, 2, 0, 3, 5],
    &[11, 2, 0, 3, 6],
    &[11, 2, 0, 3, 1],
    &[0, 0, 0, 0, 0],
];

/// A request that a server takes, and the end of the handshake, twice.
const ENDED: &[&[u8]] = &[&[11, 2, 1, 1], &[11, 3], &[11, 3]];

/// The same, then a part of a message, and a custom frame that continues it.
const CONTINUED: &[&[u8]] = &[&[11, 2, 1, 1], &[11, 3], &[0, 1, 0, 0, 3], &[0, 1, 0, 0, 8, 2, 0]];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{handshake_roundtrip, session_calls};

    #[test]
    fn seeds_with_a_meaning_mean_it() {
        let seeds = make();
        let shown = |name: &str, show: fn(&[u8]) -> String| show(&seeds[name]);
        let show = session_calls::TARGET.show;
        for (role, answers) in [
            (
                "client",
                &[
                    "ArgumentSubprotocolTwice",
                    "ArgumentSubprotocol)",
                    "ArgumentExtension",
                    "ArgumentHeader",
                    "HandshakeOrder",
                    "RoleMismatch",
                    "AcceptWrong",
                    "AcceptRepeated",
                    "SubprotocolNotOffered",
                    "ExtensionNotOffered",
                    "HeaderMalformed",
                ][..],
            ),
            (
                "server",
                &[
                    "HostMissing",
                    "HostRepeated",
                    "VersionRepeated",
                    "KeyRepeated",
                    "VersionUnsupported",
                    "ArgumentSubprotocol)",
                    "SelectedSubprotocolNotOffered",
                    "SelectedExtensionNotOffered",
                    "send(",
                ][..],
            ),
            ("server-ended", &["end_server_handshake = None"][..]),
            ("server-continued", &["send(Custom(", "of CONTINUATION"][..]),
        ] {
            let log = shown(&format!("opening-{role}"), show);
            for answer in answers {
                assert!(log.contains(answer), "no {answer} in {log}");
            }
            assert!(log.contains("opening: Over("), "a {role} that never opens: {log}");
        }
        let refused = |seed: &String| shown(seed, handshake_roundtrip::TARGET.show);
        let refusals = seeds.keys().filter(|name| name.starts_with("refusal"));
        let refusals = refusals.filter(|name| refused(name).contains("refused: Some("));
        assert_eq!(refusals.count(), 14, "all but those that are no refusals");
    }
}
