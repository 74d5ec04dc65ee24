//! Offers of permessage-deflate to a server (RFC 7692 §5, §7.1).
//!
//! What a server accepts is the first rule: that its answer fits an offer, and that it keeps to it,
//! is looked at in every case. Whether it accepts at all is its own business. Three messages tell
//! what it made of it: they are compressed if that was agreed on.

use super::opening::BAD;
use crate::case::{Case, Deadline, Ending, Event, Grade, Plays};
use crate::deflate::Data;
use crate::opening::{Head, IntoOctets, Setting};
use crate::step::{Kind, Step};

/// A server that speaks the extension.
const SPEAKS: Setting = Setting {
    subprotocols: &[],
    insists: false,
    extensions: &[],
    deflate: true,
    path: None,
    origin: None,
};

const LENGTH: u32 = 600;

pub(super) fn add(cases: &mut Vec<Case>) {
    add_right(cases);
    add_bits(cases);
    add_wrong(cases);
}

/// The server opens, and echoes.
fn offers(name: &str, title: impl Into<String>, list: impl IntoOctets) -> Case {
    asks(name, title, Head::request().with("Sec-WebSocket-Extensions", list))
}

fn asks(name: &str, title: impl Into<String>, head: Head) -> Case {
    let slice = Step::Slice { kind: Kind::Text, data: Data::Records, length: LENGTH, fragment: 0 };
    let mut case = Case::new(format!("deflate/offers/{name}"), title.into())
        .opening(SPEAKS)
        .deadline(Deadline::Close)
        .plays(Plays::Server)
        .clauses(&["7692#5", "7692#7.1"])
        .step(head)
        .step(Step::Opened)
        .step(Step::Times(3, vec![slice, Step::Echo]))
        .sees_times(3, Event::Slice(Kind::Text, Data::Records, LENGTH));
    case.accept[0].sees.insert(0, (1, Event::Opened(None)));
    case
}

fn add_right(cases: &mut Vec<Case>) {
    for (name, title, list, clause) in [
        ("plain", "An offer without parameters.", "permessage-deflate", "7692#5.1"),
        (
            "client-bits",
            "An offer that lets the server limit the client's window.",
            "permessage-deflate; client_max_window_bits",
            "7692#7.1.2.2",
        ),
        (
            "server-no-takeover",
            "An offer that wants every message of the server by itself.",
            "permessage-deflate; server_no_context_takeover",
            "7692#7.1.1.1",
        ),
        (
            "client-no-takeover",
            "An offer that announces every message of the client by itself.",
            "permessage-deflate; client_no_context_takeover",
            "7692#7.1.1.2",
        ),
        (
            "all",
            "An offer with all four parameters.",
            "permessage-deflate; client_max_window_bits=12; server_max_window_bits=11; \
             client_no_context_takeover; server_no_context_takeover",
            "7692#7.1",
        ),
        (
            "quoted",
            "An offer with a value in quotes.",
            "permessage-deflate; server_max_window_bits=\"10\"",
            "7692#5.2",
        ),
        (
            "quoted-pair",
            "An offer with a value in quotes, a backslash in front of its second digit.",
            "permessage-deflate; server_max_window_bits=\"1\\0\"",
            "7692#5.2",
        ),
        (
            "blanks",
            "An offer with blanks wherever they may be.",
            "permessage-deflate ;\t server_max_window_bits=10 ;client_max_window_bits  ",
            "7692#7.1",
        ),
        (
            "twice",
            "Two offers of which the server may accept one.",
            "permessage-deflate; server_max_window_bits=10, permessage-deflate",
            "7692#5",
        ),
        (
            "behind-unknown-extension",
            "An offer behind an extension that nobody knows.",
            "x-wsproof-frame, permessage-deflate",
            "6455#9.1",
        ),
        (
            "behind-deflate-frame",
            "An offer behind an older extension for the same.",
            "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
            "6455#9.1",
        ),
        (
            "deflate-frame",
            "An offer of an older extension for the same, and nothing else.",
            "x-webkit-deflate-frame",
            "6455#9.1",
        ),
        ("capitals", "An offer in capitals.", "PERMESSAGE-DEFLATE", "7692#5"),
    ] {
        cases.push(offers(name, title, list).clauses(&["7692#5", clause]));
    }
    let head = Head::request()
        .with("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=9")
        .with("Sec-WebSocket-Extensions", "permessage-deflate");
    let case = asks("two-lines", "Two offers in two lines.", head);
    cases.push(case.clauses(&["7692#5", "9110#5.3"]));
    let many = "permessage-deflate; server_max_window_bits=10, ".repeat(100) + "permessage-deflate";
    cases.push(offers("hundred", "A hundred offers, and one more.", many));
}

fn add_bits(cases: &mut Vec<Case>) {
    for bits in 8..=15 {
        for (side, clause) in [("client", "7692#7.1.2.2"), ("server", "7692#7.1.2.1")] {
            let list = format!("permessage-deflate; {side}_max_window_bits={bits}");
            let title = format!("An offer of a window of 2^{bits} octets for the {side}.");
            let case = offers(&format!("{side}-bits-{bits}"), title, list);
            cases.push(case.clauses(&["7692#7.1", clause]));
        }
    }
}

fn add_wrong(cases: &mut Vec<Case>) {
    for (name, what, params) in [
        ("unknown", "a parameter that nobody knows", "foo"),
        ("unknown-value", "a parameter that nobody knows, with a value", "foo=1"),
        ("server-bits-bare", "no value where one is wanted", "server_max_window_bits"),
        ("server-no-takeover-value", "a value where none is", "server_no_context_takeover=1"),
        ("client-no-takeover-value", "a value where none is", "client_no_context_takeover=true"),
        (
            "server-no-takeover-twice",
            "a parameter twice",
            "server_no_context_takeover; server_no_context_takeover",
        ),
        (
            "client-no-takeover-twice",
            "a parameter twice",
            "client_no_context_takeover; client_no_context_takeover",
        ),
        (
            "server-bits-twice",
            "a parameter twice",
            "server_max_window_bits=10; server_max_window_bits=10",
        ),
        (
            "client-bits-twice",
            "a parameter twice",
            "client_max_window_bits; client_max_window_bits=10",
        ),
        ("longer-name", "the name of a parameter and more", "server_max_window_bits_2=10"),
        ("longer-name-of-limit", "the name of a parameter and more", "client_max_window_bits_2=10"),
        ("longer-name-of-flag", "the name of a parameter and more", "server_no_context_takeover_2"),
        ("shorter-name-of-limit", "a part of the name of a parameter", "client_max_window=10"),
        ("shorter-name", "a part of the name of a parameter", "server_max_window=10"),
        ("hyphens", "hyphens in the name of a parameter", "server-no-context-takeover"),
        ("zero-then-unknown", "two mistakes", "client_max_window_bits=0; bogus"),
    ] {
        cases.push(wrong(name, what, params));
    }
    for (name, value) in [
        ("0", "0"),
        ("1", "1"),
        ("7", "7"),
        ("16", "16"),
        ("99", "99"),
        ("256", "256"),
        ("264", "264"),
        ("08", "08"),
        ("010", "010"),
        ("plus-9", "+9"),
        ("fraction", "9.0"),
        ("hex", "0xa"),
        ("word", "ten"),
        ("huge", "4294967305"),
    ] {
        for side in ["client", "server"] {
            let params = format!("{side}_max_window_bits={value}");
            let what = format!("a window of \"{value}\"");
            cases.push(wrong(&format!("{side}-bits-{name}"), &what, &params));
        }
    }
    let title = "An offer with a parameter that nobody knows, and one without.";
    let list = "permessage-deflate; foo, permessage-deflate";
    cases.push(offers("wrong-then-right", title, list));
    let title = "An offer with a window that does not exist, and one without.";
    let list = "permessage-deflate; server_max_window_bits=99, permessage-deflate; \
                server_no_context_takeover";
    cases.push(offers("wrong-window-then-right", title, list));
    for (name, list) in [
        ("empty-value", "permessage-deflate; server_max_window_bits="),
        ("empty-quotes-of-flag", "permessage-deflate; server_no_context_takeover=\"\""),
        ("empty-quotes-of-server-bits", "permessage-deflate; server_max_window_bits=\"\""),
        ("empty-quotes-of-client-bits", "permessage-deflate; client_max_window_bits=\"\""),
        ("no-name", "permessage-deflate; =10"),
        ("open-quote", "permessage-deflate; server_max_window_bits=\"10"),
        ("empty-parameter", "permessage-deflate; "),
        ("two-values", "permessage-deflate; server_max_window_bits=10=10"),
        ("quoted-offer", "x-wsproof-1; a=\",permessage-deflate; client_max_window_bits,\""),
    ] {
        // Ambiguous: RFC 6455 §9.1 has the connection fail, and HTTP ignores what it cannot read.
        let title = format!("An offer that is no list of extensions, {}.", name.replace('-', " "));
        let case = offers(&format!("grammar/{name}"), title, list).clauses(&["6455#9.1"]);
        let refused = [Event::Refused { statuses: BAD, names_version: false }];
        cases.push(case.or_ends(Grade::Strict, Ending::unopened(), refused));
    }
}

/// The server declines. That it refuses the request instead is known of some.
fn wrong(name: &str, what: &str, params: &str) -> Case {
    let list = format!("permessage-deflate; {params}");
    let case = offers(&format!("wrong/{name}"), format!("An offer with {what}."), list);
    let refused = [Event::Refused { statuses: BAD, names_version: false }];
    case.clauses(&["7692#7", "7692#7.1"]).or_ends(Grade::Lenient, Ending::unopened(), refused)
}
