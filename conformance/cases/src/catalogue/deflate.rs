//! Compressed messages one after another, each sent when the echo of the one before has come: five
//! kinds of data, and seven ways of agreeing on windows (RFC 7692 §7).
//!
//! The members and their sizes are those of the Autobahn test suite's groups 12 and 13. It sends
//! 1000 messages each, as the full tier does. 20 of them find nearly everything: from 4096 characters
//! on they are more than two of the largest windows, from 32 KiB on at least twenty, and from 64 on
//! more than two of the smallest. What only smaller messages show that fill a window of 32 KiB is left
//! to the full tier.

use crate::case::{Case, Event, Finish};
use crate::deflate::{Ask, Data, Deflate};
use crate::step::{Kind, Step};

/// How many messages there are, and how many times as many in the full tier.
const ROUNDS: u32 = 20;
const GROWTH: u32 = 50;

/// Characters in a message and octets of compressed data per frame, 0 for a single frame.
const SIZES: [(u32, u64); 18] = [
    (16, 0),
    (64, 0),
    (256, 0),
    (1024, 0),
    (4096, 0),
    (8192, 0),
    (16_384, 0),
    (32_768, 0),
    (65_536, 0),
    (131_072, 0),
    (8192, 256),
    (16_384, 256),
    (32_768, 256),
    (65_536, 256),
    (131_072, 256),
    (131_072, 1024),
    (131_072, 4096),
    (131_072, 32_768),
];

/// What a client offers that lets itself be told: everything that a server may want of it.
pub(super) const OWN: &[&str] = &["permessage-deflate; client_max_window_bits"];

/// Nothing but the extension itself.
pub(super) const PLAIN: Deflate = Deflate {
    offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits"],
    asks: &[Ask { no_context_takeover: false, window_bits: None }],
    keeps: false,
    own: OWN,
};

/// The same where the tester must be free to refer to whatever it likes.
pub(super) const KEPT: Deflate =
    Deflate { offers: &["permessage-deflate; client_max_window_bits"], keeps: true, ..PLAIN };

/// Each way of agreeing: its word, what it is, and what is offered and asked for.
const TERMS: [(&str, &str, Deflate); 7] = [
    ("plain", "nothing asked for", PLAIN),
    (
        "no-takeover",
        "no context takeover",
        Deflate {
            offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_no_context_takeover"],
            asks: &[Ask { no_context_takeover: true, window_bits: None }],
            keeps: false,
            own: OWN,
        },
    ),
    (
        "window-9",
        "windows of 512 octets",
        Deflate {
            offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_max_window_bits=9"],
            asks: &[Ask { no_context_takeover: false, window_bits: Some(9) }],
            keeps: false,
            own: OWN,
        },
    ),
    (
        "window-15",
        "windows of 32 KiB",
        Deflate {
            offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_max_window_bits=15"],
            asks: &[Ask { no_context_takeover: false, window_bits: Some(15) }],
            keeps: false,
            own: OWN,
        },
    ),
    (
        "no-takeover-window-9",
        "no context takeover and windows of 512 octets",
        Deflate {
            offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_no_context_takeover; server_max_window_bits=9"],
            asks: &[Ask { no_context_takeover: true, window_bits: Some(9) }],
            keeps: false,
            own: OWN,
        },
    ),
    (
        "no-takeover-window-15",
        "no context takeover and windows of 32 KiB",
        Deflate {
            offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_no_context_takeover; server_max_window_bits=15"],
            asks: &[Ask { no_context_takeover: true, window_bits: Some(15) }],
            keeps: false,
            own: OWN,
        },
    ),
    (
        "fallback",
        "three offers, each less than the one before",
        Deflate {
            offers: &[
                "permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_no_context_takeover; server_max_window_bits=9",
                "permessage-deflate; client_no_context_takeover; client_max_window_bits; \
                 server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover; client_max_window_bits",
            ],
            asks: &[
                Ask { no_context_takeover: true, window_bits: Some(9) },
                Ask { no_context_takeover: true, window_bits: None },
                Ask { no_context_takeover: false, window_bits: None },
            ],
            keeps: false,
            own: OWN,
        },
    ),
];

/// Each kind of data: how it is sent, and its number.
const DATA: [(Data, Kind, &str); 5] = [
    (Data::Records, Kind::Text, "12.1"),
    (Data::Picture, Kind::Binary, "12.2"),
    (Data::Verse, Kind::Binary, "12.3"),
    (Data::Page, Kind::Text, "12.4"),
    (Data::Document, Kind::Binary, "12.5"),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for (data, kind, number) in DATA {
        let family = format!("deflate/data/{}", data.name());
        let about = format!("of {}", data.name());
        add_sizes(cases, &family, &about, (data, kind), PLAIN, number);
    }
    for (n, (word, what, deflate)) in (1..).zip(TERMS) {
        let number = format!("13.{n}");
        let family = format!("deflate/terms/{word}");
        let about = format!("with {what}");
        add_sizes(cases, &family, &about, (Data::Records, Kind::Text), deflate, &number);
    }
}

fn add_sizes(
    cases: &mut Vec<Case>,
    family: &str,
    about: &str,
    (data, kind): (Data, Kind),
    deflate: Deflate,
    number: &str,
) {
    for (n, (length, fragment)) in (1..).zip(SIZES) {
        let (id, cut) = match fragment {
            0 => (format!("{family}/size-{length}"), String::new()),
            fragment => (
                format!("{family}/size-{length}-fragments-of-{fragment}"),
                format!(" in frames of {fragment} octets"),
            ),
        };
        let title = format!("Messages of {length} characters {about}{cut}, one after another.");
        let slice = Step::Slice { kind, data, length, fragment };
        cases.push(
            Case::new(id, title)
                .autobahn(format!("{number}.{n}"))
                .clauses(&["7692#6.1", "7692#6.2", "7692#7.2.1", "7692#7.2.2"])
                .deflate(deflate)
                .step(Step::Times(ROUNDS, vec![slice, Step::Echo]))
                .sees_times(ROUNDS, Event::Slice(kind, data, length))
                .finishes(Finish::WhenAnswered)
                .grows(GROWTH),
        );
    }
}
