//! Answers to a client's offer of permessage-deflate (RFC 7692 §5, §7.1).
//!
//! A client opens with an answer that fits, and keeps to it, which is looked at in every case; with
//! one that does not, it fails the connection. Three messages tell what it made of it: they are
//! compressed if that was agreed on.

use super::NOTHING;
use super::deflate_streams::{HELLO, compressed, message, stored};
use super::opening::hello;
use crate::case::{Case, Deadline, Ending, Event, Grade, Plays};
use crate::deflate::Data;
use crate::opening::{Head, Setting};
use crate::payload::Payload;
use crate::step::{Kind, Step, binary, text};

/// What clients offer in these cases.
const HINTING: &[&str] = &["permessage-deflate; client_max_window_bits"];
const BARE: &[&str] = &["permessage-deflate"];
const LIMITING: &[&str] = &["permessage-deflate; server_max_window_bits=10"];
const SEPARATE: &[&str] = &["permessage-deflate; server_no_context_takeover"];

const LENGTH: u32 = 600;

pub(super) fn add(cases: &mut Vec<Case>) {
    add_right(cases);
    add_farthest(cases);
    add_wrong(cases);
    add_declined(cases);
}

const fn offering(extensions: &'static [&'static str]) -> Setting {
    Setting {
        subprotocols: &[],
        insists: false,
        extensions,
        deflate: true,
        path: None,
        origin: None,
    }
}

fn answers(name: &str, title: impl Into<String>, own: &'static [&'static str], list: &str) -> Case {
    Case::new(format!("deflate/answers/{name}"), title.into())
        .opening(offering(own))
        .deadline(Deadline::Close)
        .plays(Plays::Client)
        .clauses(&["7692#5", "7692#7.1"])
        .step(Head::response().with("Sec-WebSocket-Extensions", list.to_owned()))
        .step(Step::Opened)
}

/// The client opens and echoes.
fn right(name: &str, title: impl Into<String>, own: &'static [&'static str], list: &str) -> Case {
    let slice = Step::Slice { kind: Kind::Text, data: Data::Records, length: LENGTH, fragment: 0 };
    answers(name, title, own, list)
        .step(Step::Times(3, vec![slice, Step::Echo]))
        .sees_times(3, Event::Slice(Kind::Text, Data::Records, LENGTH))
}

fn add_right(cases: &mut Vec<Case>) {
    for (name, title, own, list, clause) in [
        ("plain", "An answer without parameters.", BARE, "permessage-deflate", "7692#5.1"),
        (
            "server-no-takeover",
            "An answer that says unasked that every message of the server is by itself.",
            BARE,
            "permessage-deflate; server_no_context_takeover",
            "7692#7.1.1.1",
        ),
        (
            "client-no-takeover",
            "An answer that wants every message of the client by itself.",
            BARE,
            "permessage-deflate; client_no_context_takeover",
            "7692#7.1.1.2",
        ),
        (
            "server-bits",
            "An answer that says unasked how large the server's window is.",
            BARE,
            "permessage-deflate; server_max_window_bits=10",
            "7692#7.1.2.1",
        ),
        (
            "all",
            "An answer with all four parameters.",
            HINTING,
            "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9; \
             client_no_context_takeover; server_no_context_takeover",
            "7692#7.1",
        ),
        (
            "blanks",
            "An answer with blanks wherever they may be.",
            HINTING,
            "permessage-deflate ;\t client_max_window_bits=10 ;server_no_context_takeover ",
            "7692#7.1",
        ),
        (
            "quoted",
            "An answer with a value in quotes.",
            HINTING,
            "permessage-deflate; client_max_window_bits=\"10\"",
            "7692#5.2",
        ),
        (
            "server-bits-as-asked",
            "An answer with the window that the client has asked for.",
            LIMITING,
            "permessage-deflate; server_max_window_bits=10",
            "7692#7.1.2.1",
        ),
        (
            "server-bits-smaller",
            "An answer with a smaller window than the client has asked for.",
            LIMITING,
            "permessage-deflate; server_max_window_bits=9",
            "7692#7.1.2.1",
        ),
        (
            "server-no-takeover-as-asked",
            "An answer that grants what the client has asked for.",
            SEPARATE,
            "permessage-deflate; server_no_context_takeover",
            "7692#7.1.1.1",
        ),
    ] {
        cases.push(right(name, title, own, list).clauses(&["7692#5", clause]));
    }
    for bits in 8..=15 {
        for (side, clause) in [("client", "7692#7.1.2.2"), ("server", "7692#7.1.2.1")] {
            let list = format!("permessage-deflate; {side}_max_window_bits={bits}");
            let title = format!("An answer with a window of 2^{bits} octets for the {side}.");
            let case = right(&format!("{side}-bits-{bits}"), title, HINTING, &list);
            let case = case.clauses(&["7692#7.1", clause]);
            // RFC 7692 §5.1: a client that cannot do that says so.
            let failed = Ending::failed(&[1010][..]);
            let cannot = bits == 8;
            cases.push(if cannot { case.or_ends(Grade::Strict, failed, NOTHING) } else { case });
        }
    }
}

/// For each smaller window, a match of five octets from as far back as it goes.
const FARTHEST: [(u32, &[u8]); 7] = [
    (8, b"\x02\xfb\x1f\x00"),
    (9, b"\x02\xc7\x3f\x00"),
    (10, b"\x02\xe7\x7f\x00\x00"),
    (11, b"\x02\xd7\xff\x00\x00"),
    (12, b"\x02\xf7\xff\x01\x00"),
    (13, b"\x02\xcf\xff\x03\x00"),
    (14, b"\x02\xef\xff\x07\x00"),
];

/// The server uses the whole of a window that it has limited itself.
fn add_farthest(cases: &mut Vec<Case>) {
    for (bits, farthest) in FARTHEST {
        let list = format!("permessage-deflate; server_max_window_bits={bits}");
        let title = format!("A window of 2^{bits} octets, and a message that refers as far back.");
        let filler = Data::Picture.slice(0, (1 << bits) - 5);
        let frames = [compressed(HELLO), binary(stored(&filler)).rsv(4), compressed(farthest)];
        let name = format!("server-bits-{bits}-farthest");
        let case = answers(&name, title, BARE, &list).steps(frames);
        let filler = Event::Message(Kind::Binary, Payload::octets(filler));
        let case = case.clauses(&["7692#7.1.2.1", "7692#7.2.2"]);
        cases.push(case.sees([message("Hello"), filler, message("Hello")]));
    }
}

fn add_wrong(cases: &mut Vec<Case>) {
    for (name, what, own, list) in [
        ("unknown", "a parameter that nobody knows", BARE, "permessage-deflate; foo"),
        (
            "client-bits-not-offered",
            "a parameter that the client has not offered",
            BARE,
            "permessage-deflate; client_max_window_bits=10",
        ),
        (
            "client-bits-bare",
            "no value where one is wanted",
            HINTING,
            "permessage-deflate; client_max_window_bits",
        ),
        (
            "server-bits-bare",
            "no value where one is wanted",
            HINTING,
            "permessage-deflate; server_max_window_bits",
        ),
        (
            "server-no-takeover-value",
            "a value where none is",
            BARE,
            "permessage-deflate; server_no_context_takeover=1",
        ),
        (
            "client-no-takeover-value",
            "a value where none is",
            BARE,
            "permessage-deflate; client_no_context_takeover=true",
        ),
        (
            "server-no-takeover-empty",
            "an empty value where none is",
            BARE,
            "permessage-deflate; server_no_context_takeover=\"\"",
        ),
        (
            "server-bits-empty",
            "an empty value where one is wanted",
            BARE,
            "permessage-deflate; server_max_window_bits=\"\"",
        ),
        (
            "client-bits-empty",
            "an empty value where one is wanted",
            HINTING,
            "permessage-deflate; client_max_window_bits=\"\"",
        ),
        (
            "server-no-takeover-twice",
            "a parameter twice",
            BARE,
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        ),
        (
            "server-bits-twice",
            "a parameter twice",
            BARE,
            "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        ),
        (
            "longer-name",
            "the name of a parameter and more",
            BARE,
            "permessage-deflate; server_max_window_bits_2=10",
        ),
        (
            "longer-name-of-limit",
            "the name of a parameter and more",
            HINTING,
            "permessage-deflate; client_max_window_bits_2=10",
        ),
        (
            "longer-name-of-flag",
            "the name of a parameter and more",
            BARE,
            "permessage-deflate; server_no_context_takeover_2",
        ),
        (
            "shorter-name",
            "a part of the name of a parameter",
            HINTING,
            "permessage-deflate; client_max_window=10",
        ),
        (
            "hyphens",
            "hyphens in the name of a parameter",
            BARE,
            "permessage-deflate; server-no-context-takeover",
        ),
        ("extension-twice", "the extension twice", BARE, "permessage-deflate, permessage-deflate"),
        (
            "server-bits-larger",
            "a larger window than the client has asked for",
            LIMITING,
            "permessage-deflate; server_max_window_bits=12",
        ),
        (
            "server-bits-missing",
            "not the window that the client has asked for",
            LIMITING,
            "permessage-deflate",
        ),
        (
            "server-no-takeover-missing",
            "not what the client has asked for",
            SEPARATE,
            "permessage-deflate",
        ),
        ("another-extension", "another extension", BARE, "permessage-bzip2"),
        ("second-extension", "a second extension", BARE, "permessage-deflate, x-wsproof-1"),
    ] {
        cases.push(wrong(name, what, own, list));
    }
    for value in ["0", "1", "7", "16", "99", "264", "08", "010", "+9", "9.0", "ten"] {
        let name = value.replace('+', "plus-").replace('.', "-");
        for side in ["client", "server"] {
            let list = format!("permessage-deflate; {side}_max_window_bits={value}");
            let what = format!("a window of \"{value}\"");
            cases.push(wrong(&format!("{side}-bits-{name}"), &what, HINTING, &list));
        }
    }
}

/// The client fails the connection. It may also open it to say so with 1010.
fn wrong(name: &str, what: &str, own: &'static [&'static str], list: &str) -> Case {
    answers(&format!("wrong/{name}"), format!("An answer with {what}."), own, list)
        .clauses(&["7692#5", "7692#7", "7692#7.1"])
        .step(text(b"Hello"))
        .sees(NOTHING)
        .ends(Ending::unopened())
        .or_ends(Grade::Strict, Ending::failed(&[1010, 1002][..]), NOTHING)
}

fn add_declined(cases: &mut Vec<Case>) {
    let declined = |name: &str, title: &str| {
        Case::new(format!("deflate/answers/{name}"), title.to_owned())
            .opening(offering(HINTING))
            .deadline(Deadline::Close)
            .plays(Plays::Client)
            .clauses(&["7692#5", "6455#9.1"])
            .step(Head::response())
            .step(Step::Opened)
    };
    let case = declined("declined", "The extension is declined, and the text is plain.");
    cases.push(case.step(text(b"Hello")).sees([hello()]));
    let title = "The extension is declined, and a text is compressed all the same.";
    let case = declined("declined-and-used", title).clauses(&["7692#5", "6455#5.2"]);
    let frame = compressed(HELLO);
    cases.push(case.step(frame).sees(NOTHING).ends(super::protocol_error()));
}
