//! Octet sequences as text messages, valid and invalid (RFC 6455 §8.1, RFC 3629).
//!
//! They are the cases of the Autobahn test suite's groups 6.5 to 6.23. What it has not is in
//! [`text_boundaries`](super::text_boundaries).

use super::{echo, invalid_text};
use crate::case::{Case, Event};
use crate::payload::Payload;
use crate::step::{Kind, Step};

/// Sequences of one sort.
struct Set {
    /// The Autobahn subgroup; the members are numbered from 1.
    number: &'static str,
    /// The part of the id before the member's own.
    slug: &'static str,
    /// What the text is.
    what: &'static str,
    members: &'static [Member],
}

/// Whether the sequence is valid, a name if its octets are too many for one, and the octets in hex.
type Member = (bool, &'static str, &'static str);

const VALID: bool = true;
const INVALID: bool = false;

pub(super) fn add(cases: &mut Vec<Case>) {
    for set in SETS {
        for (i, member) in set.members.iter().enumerate() {
            cases.push(case(set, i + 1, *member));
        }
    }
}

fn case(set: &Set, number: usize, (valid, name, hex): Member) -> Case {
    let octets = octets(hex);
    let name = if name.is_empty() { hex } else { name };
    let reaction = if valid { "to be echoed" } else { "to be refused" };
    let id = format!("text/utf8/{}/{name}", set.slug);
    let title = format!("Text message with {} ({name}), {reaction}.", set.what);
    let payload = Payload::octets(octets);
    let case = Case::new(id, title)
        .autobahn(format!("{}.{number}", set.number))
        .clauses(&["6455#8.1", "3629#4"])
        .step(Step::Message { kind: Kind::Text, payload: payload.clone(), fragment: 0 });
    if valid {
        echo(case, Kind::Text, payload)
    } else {
        case.sees([] as [Event; 0]).ends(invalid_text())
    }
}

fn octets(hex: &str) -> Vec<u8> {
    let digit = |octet: u8| (octet as char).to_digit(16).expect("the table holds hex digits") as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[rustfmt::skip]
const SETS: &[Set] = &[
    Set {
        number: "6.5",
        slug: "sample",
        what: "valid text",
        members: &[
            (VALID, "", "68656c6c6f24776f726c64"),
            (VALID, "", "68656c6c6fc2a2776f726c64"),
            (VALID, "", "68656c6c6fe282ac776f726c64"),
            (VALID, "", "68656c6c6ff0a4ada2776f726c64"),
            (VALID, "", "cebae1bdb9cf83cebcceb5"),
        ],
    },
    Set {
        number: "6.6",
        slug: "prefix",
        what: "a prefix of a Greek word",
        members: &[
            (INVALID, "", "ce"),
            (VALID, "", "ceba"),
            (INVALID, "", "cebae1"),
            (INVALID, "", "cebae1bd"),
            (VALID, "", "cebae1bdb9"),
            (INVALID, "", "cebae1bdb9cf"),
            (VALID, "", "cebae1bdb9cf83"),
            (INVALID, "", "cebae1bdb9cf83ce"),
            (VALID, "", "cebae1bdb9cf83cebc"),
            (INVALID, "", "cebae1bdb9cf83cebcce"),
            (VALID, "", "cebae1bdb9cf83cebcceb5"),
        ],
    },
    Set {
        number: "6.7",
        slug: "first-of-length",
        what: "the first sequence of its length",
        members: &[
            (VALID, "", "00"),
            (VALID, "", "c280"),
            (VALID, "", "e0a080"),
            (VALID, "", "f0908080"),
        ],
    },
    Set {
        number: "6.8",
        slug: "first-of-length-5-6",
        what: "the first sequence of a length that UTF-8 does not have",
        members: &[
            (INVALID, "", "f888808080"),
            (INVALID, "", "fc8480808080"),
        ],
    },
    Set {
        number: "6.9",
        slug: "last-of-length",
        what: "the last code point of its length",
        members: &[
            (VALID, "", "7f"),
            (VALID, "", "dfbf"),
            (VALID, "", "efbfbf"),
            (VALID, "", "f48fbfbf"),
        ],
    },
    Set {
        number: "6.10",
        slug: "last-beyond",
        what: "the last sequence of its length, beyond U+10FFFF",
        members: &[
            (INVALID, "", "f7bfbfbf"),
            (INVALID, "", "fbbfbfbfbf"),
            (INVALID, "", "fdbfbfbfbfbf"),
        ],
    },
    Set {
        number: "6.11",
        slug: "boundary",
        what: "a sequence at a boundary",
        members: &[
            (VALID, "", "ed9fbf"),
            (VALID, "", "ee8080"),
            (VALID, "", "efbfbd"),
            (VALID, "", "f48fbfbf"),
            (INVALID, "", "f4908080"),
        ],
    },
    Set {
        number: "6.12",
        slug: "lonely-continuation",
        what: "continuation octets without a first octet",
        members: &[
            (INVALID, "", "80"),
            (INVALID, "", "bf"),
            (INVALID, "", "80bf"),
            (INVALID, "", "80bf80"),
            (INVALID, "", "80bf80bf"),
            (INVALID, "", "80bf80bf80"),
            (INVALID, "", "80bf80bf80bf"),
            (INVALID, "80-to-be", "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbe"),
        ],
    },
    Set {
        number: "6.13",
        slug: "lonely-first",
        what: "first octets followed by spaces",
        members: &[
            (INVALID, "c0-to-de", "c020c120c220c320c420c520c620c720c820c920ca20cb20cc20cd20ce20cf20d020d120d220d320d420d520d620d720d820d920da20db20dc20dd20de20"),
            (INVALID, "e0-to-ee", "e020e120e220e320e420e520e620e720e820e920ea20eb20ec20ed20ee20"),
            (INVALID, "f0-to-f6", "f020f120f220f320f420f520f620"),
            (INVALID, "f8-to-fa", "f820f920fa20"),
            (INVALID, "fc", "fc20"),
        ],
    },
    Set {
        number: "6.14",
        slug: "last-missing",
        what: "a sequence without its last octet",
        members: &[
            (INVALID, "", "c0"),
            (INVALID, "", "e080"),
            (INVALID, "", "f08080"),
            (INVALID, "", "f8808080"),
            (INVALID, "", "fc80808080"),
            (INVALID, "", "df"),
            (INVALID, "", "efbf"),
            (INVALID, "", "f7bfbf"),
            (INVALID, "", "fbbfbfbf"),
            (INVALID, "", "fdbfbfbfbf"),
        ],
    },
    Set {
        number: "6.15",
        slug: "incomplete-joined",
        what: "incomplete sequences, one after the other",
        members: &[
            (INVALID, "ten", "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"),
        ],
    },
    Set {
        number: "6.16",
        slug: "impossible-octet",
        what: "octets that UTF-8 never uses",
        members: &[
            (INVALID, "", "fe"),
            (INVALID, "", "ff"),
            (INVALID, "", "fefeffff"),
        ],
    },
    Set {
        number: "6.17",
        slug: "overlong-slash",
        what: "the slash in too many octets",
        members: &[
            (INVALID, "", "c0af"),
            (INVALID, "", "e080af"),
            (INVALID, "", "f08080af"),
            (INVALID, "", "f8808080af"),
            (INVALID, "", "fc80808080af"),
        ],
    },
    Set {
        number: "6.18",
        slug: "overlong-last",
        what: "the last sequence that is too long",
        members: &[
            (INVALID, "", "c1bf"),
            (INVALID, "", "e09fbf"),
            (INVALID, "", "f08fbfbf"),
            (INVALID, "", "f887bfbfbf"),
            (INVALID, "", "fc83bfbfbfbf"),
        ],
    },
    Set {
        number: "6.19",
        slug: "overlong-nul",
        what: "NUL in too many octets",
        members: &[
            (INVALID, "", "c080"),
            (INVALID, "", "e08080"),
            (INVALID, "", "f0808080"),
            (INVALID, "", "f880808080"),
            (INVALID, "", "fc8080808080"),
        ],
    },
    Set {
        number: "6.20",
        slug: "surrogate",
        what: "a surrogate",
        members: &[
            (INVALID, "", "eda080"),
            (INVALID, "", "edadbf"),
            (INVALID, "", "edae80"),
            (INVALID, "", "edafbf"),
            (INVALID, "", "edb080"),
            (INVALID, "", "edbe80"),
            (INVALID, "", "edbfbf"),
        ],
    },
    Set {
        number: "6.21",
        slug: "surrogate-pair",
        what: "a pair of surrogates",
        members: &[
            (INVALID, "", "eda080edb080"),
            (INVALID, "", "eda080edbfbf"),
            (INVALID, "", "edadbfedb080"),
            (INVALID, "", "edadbfedbfbf"),
            (INVALID, "", "edae80edb080"),
            (INVALID, "", "edae80edbfbf"),
            (INVALID, "", "edafbfedb080"),
            (INVALID, "", "edafbfedbfbf"),
        ],
    },
    Set {
        number: "6.22",
        slug: "noncharacter",
        what: "a noncharacter, which is valid",
        members: &[
            (VALID, "", "efbfbe"),
            (VALID, "", "efbfbf"),
            (VALID, "", "f09fbfbe"),
            (VALID, "", "f09fbfbf"),
            (VALID, "", "f0afbfbe"),
            (VALID, "", "f0afbfbf"),
            (VALID, "", "f0bfbfbe"),
            (VALID, "", "f0bfbfbf"),
            (VALID, "", "f18fbfbe"),
            (VALID, "", "f18fbfbf"),
            (VALID, "", "f19fbfbe"),
            (VALID, "", "f19fbfbf"),
            (VALID, "", "f1afbfbe"),
            (VALID, "", "f1afbfbf"),
            (VALID, "", "f1bfbfbe"),
            (VALID, "", "f1bfbfbf"),
            (VALID, "", "f28fbfbe"),
            (VALID, "", "f28fbfbf"),
            (VALID, "", "f29fbfbe"),
            (VALID, "", "f29fbfbf"),
            (VALID, "", "f2afbfbe"),
            (VALID, "", "f2afbfbf"),
            (VALID, "", "f2bfbfbe"),
            (VALID, "", "f2bfbfbf"),
            (VALID, "", "f38fbfbe"),
            (VALID, "", "f38fbfbf"),
            (VALID, "", "f39fbfbe"),
            (VALID, "", "f39fbfbf"),
            (VALID, "", "f3afbfbe"),
            (VALID, "", "f3afbfbf"),
            (VALID, "", "f3bfbfbe"),
            (VALID, "", "f3bfbfbf"),
            (VALID, "", "f48fbfbe"),
            (VALID, "", "f48fbfbf"),
        ],
    },
    Set {
        number: "6.23",
        slug: "special",
        what: "a special code point",
        members: &[
            (VALID, "", "efbfb9"),
            (VALID, "", "efbfba"),
            (VALID, "", "efbfbb"),
            (VALID, "", "efbfbc"),
            (VALID, "", "efbfbd"),
            (VALID, "", "efbfbe"),
            (VALID, "", "efbfbf"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_standard_library_says() {
        for (valid, _, hex) in SETS.iter().flat_map(|set| set.members) {
            assert_eq!(String::from_utf8(octets(hex)).is_ok(), *valid, "{hex}");
        }
    }
}
