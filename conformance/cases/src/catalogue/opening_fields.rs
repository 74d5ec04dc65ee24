//! The fields of a request that every opening handshake has (RFC 6455 §4.2.1).

use super::opening::{BAD, PLAIN, asks, opened, refused};
use crate::case::{Case, Ending, Event, Grade};
use crate::opening::Head;

/// Lists that fill more than a small buffer, what is asked for at their end.
const LONG_UPGRADE: &[u8] =
    b"h2c, TLS/1.0, TLS/1.1, TLS/1.2, TLS/1.3, SHTTP/1.3, IRC/6.9, RTA/x11, \
    a-protocol-with-a-name-that-is-longer-than-any-that-has-ever-been-registered, websocket";
const LONG_CONNECTION: &str = "keep-alive, TE, Trailer, Proxy-Authorization, Cache-Control, Accept, \
    a-field-with-a-name-that-is-longer-than-any-that-has-ever-been-registered, X-A, X-B, Upgrade";

/// A name of 253 octets, the longest that there is, in labels of 63.
const LONG_HOST: &str = "wsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproof.\
    wsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproof.\
    wsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproof.\
    wsproofwsproofwsproofwsproofwsproofwsproofwsproofwsproof.test";

/// Another way to write a name.
type Spelling = fn(&[u8]) -> Vec<u8>;

pub(super) fn add(cases: &mut Vec<Case>) {
    add_lines(cases);
    add_upgrade(cases);
    add_connection(cases);
    add_host(cases);
    add_key(cases);
    add_version(cases);
}

/// The order and the spelling of the lines mean nothing.
fn add_lines(cases: &mut Vec<Case>) {
    let request = Head::request;
    let example = "dGhlIHNhbXBsZSBub25jZQ==";
    cases.push(asks("plain", "A correct request.", request()).clauses(&["6455#4.2.2"]).opens());
    cases.push(
        asks(
            "example",
            "A request with the key of the example.",
            request().set("Sec-WebSocket-Key", example),
        )
        .clauses(&["6455#4.2.2"])
        .opens(),
    );
    let orders: [[usize; 5]; 12] = [
        [1, 0, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 1, 0, 3, 4],
        [3, 4, 0, 1, 2],
        [0, 2, 1, 4, 3],
        [1, 2, 3, 4, 0],
        [2, 3, 4, 0, 1],
        [4, 0, 1, 2, 3],
        [3, 0, 4, 1, 2],
        [0, 4, 3, 2, 1],
        [2, 4, 1, 3, 0],
        [1, 3, 0, 4, 2],
    ];
    for order in orders {
        let name: String = order.iter().map(|at| char::from(b'1' + *at as u8)).collect();
        let title = format!("A request with its lines in the order {name}.");
        let case = asks(&format!("order/{name}"), title, request().ordered(&order));
        cases.push(case.clauses(&["9110#5.3"]).opens());
    }
    let spellings: [(&str, &str, Spelling); 3] = [
        ("lower", "small letters", <[u8]>::to_ascii_lowercase),
        ("upper", "capital letters", <[u8]>::to_ascii_uppercase),
        ("mixed", "small and capital letters in turn", |name| {
            let turn = |(at, octet): (usize, &u8)| match at % 2 {
                0 => octet.to_ascii_lowercase(),
                _ => octet.to_ascii_uppercase(),
            };
            name.iter().enumerate().map(turn).collect()
        }),
    ];
    for (name, what, change) in spellings {
        let title = format!("A request with the names of its fields in {what}.");
        let case = asks(&format!("names/{name}"), title, request().names(change));
        cases.push(case.clauses(&["9110#5.1"]).opens());
    }
    let foreign: [(&str, &str, &[u8]); 6] = [
        ("User-Agent", "user-agent-beyond-ascii", b"\xe2\x9c\x93"),
        ("Cookie", "cookie-not-utf8", b"a=\xff\xfe"),
        ("Sec-WebSocket-Foo", "unknown-sec-websocket", b"1"),
        ("X-A", "empty", b""),
        ("X-Comma", "commas", b", , \"a, b\""),
        ("Origin", "origin", b"http://example.com"),
    ];
    for (field, name, value) in foreign {
        let title = format!("A request with {field}, which is none of the server's business.");
        let case = asks(&format!("foreign/{name}"), title, request().with(field, value));
        let case = case.clauses(&["6455#4.2.1", "9110#5.5"]).opens();
        cases.push(if value.is_ascii() { case } else { case.or_refuses(Grade::Lenient, BAD) });
    }
    for name in ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        let title = format!("A request without {name}.");
        let case =
            asks(&format!("missing/{}", name.to_ascii_lowercase()), title, request().without(name));
        cases.push(match name {
            "Upgrade" => case.refuses(PLAIN),
            _ => case.refuses(&[400..=400, 426..=426]),
        });
    }
    for name in ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        for (place, other) in [("behind", format!("{name}-X")), ("before", format!("X-{name}"))] {
            let title = format!("A request with {other} in the place of {name}.");
            let id = format!("misnamed/{}-{place}", name.to_ascii_lowercase());
            let case = asks(&id, title, request().rename(name, other));
            cases.push(case.clauses(&["6455#4.2.1", "9110#5.1"]).refuses(match name {
                "Upgrade" => PLAIN,
                _ => &[400..=400, 426..=426],
            }));
        }
    }
    // What drafts and proxies know.
    for (name, other) in [
        ("Sec-WebSocket-Key", "Sec-WebSocket-Key1"),
        ("Sec-WebSocket-Version", "Sec-WebSocket-Draft"),
        ("Connection", "Proxy-Connection"),
        ("Host", "X-Forwarded-Host"),
    ] {
        let title = format!("A request with {other} in the place of {name}.");
        let id = format!("misnamed/{}", other.to_ascii_lowercase());
        let case = asks(&id, title, request().rename(name, other));
        let case = case.clauses(&["6455#4.2.1", "9110#5.1"]);
        cases.push(case.refuses(&[400..=400, 426..=426]));
    }
    // What a gateway makes of field names, in which both spellings are one.
    for name in ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        let other = name.replace('-', "_");
        let title = format!("A request with {other} in the place of {name}.");
        let id = format!("misnamed/{}-underscores", name.to_ascii_lowercase());
        let case = asks(&id, title, request().rename(name, other));
        let case = case.clauses(&["6455#4.2.1", "9110#5.1"]);
        cases.push(case.refuses(&[400..=400, 426..=426]));
    }
    let bare = Head::new("GET / HTTP/1.1").with("Host", "localhost");
    cases.push(
        asks("missing/all", "A request without any field of the handshake.", bare).refuses(PLAIN),
    );
}

fn add_upgrade(cases: &mut Vec<Case>) {
    let with = |value: &'static [u8]| Head::request().set("Upgrade", value);
    let taken: [(&str, Head); 9] = [
        ("tab-in-list", with(b"h2c,\twebsocket")),
        ("long-list", with(LONG_UPGRADE)),
        ("capitals", with(b"WEBSOCKET")),
        ("camel", with(b"WebSocket")),
        ("last-of-list", with(b"h2c, websocket")),
        ("first-of-list", with(b"websocket, h2c")),
        ("no-blank-in-list", with(b"h2c,websocket")),
        ("second-line", with(b"h2c").with("Upgrade", "websocket")),
        ("first-line", with(b"websocket").with("Upgrade", "h2c")),
    ];
    for (name, head) in taken {
        let title = format!("A request that asks for websocket in Upgrade, {}.", words(name));
        let case = asks(&format!("upgrade/{name}"), title, head);
        cases.push(case.clauses(&["6455#4.2.1", "9110#7.8"]).opens());
    }
    let refused: [(&str, &[u8]); 13] = [
        ("before-semicolon", b"websocket; h2c"),
        ("with-comment", b"websocket (any)"),
        ("plural", b"websockets"),
        ("prefixed", b"xwebsocket"),
        ("two-words", b"web socket"),
        ("kelvin-sign", b"websoc\xe2\x84\xaaet"),
        ("other-protocol", b"h2c"),
        ("empty", b""),
        ("hyphen", b"web-socket"),
        ("behind-blank", b"h2c websocket"),
        ("behind-semicolon", b"h2c; websocket"),
        ("quoted", b"\"websocket\""),
        ("with-version", b"websocket/13"),
    ];
    for (name, value) in refused {
        let title = format!("A request with another protocol in Upgrade, {}.", words(name));
        cases.push(asks(&format!("upgrade/{name}"), title, with(value)).refuses(PLAIN));
    }
}

fn add_connection(cases: &mut Vec<Case>) {
    let with = |value: &'static str| Head::request().set("Connection", value);
    let taken: [(&str, Head); 9] = [
        ("tab-in-list", with("keep-alive,\tUpgrade")),
        ("long-list", with(LONG_CONNECTION)),
        ("capitals", with("UPGRADE")),
        ("small", with("upgrade")),
        ("last-of-list", with("keep-alive, Upgrade")),
        ("first-of-list", with("Upgrade, keep-alive")),
        ("no-blank-in-list", with("keep-alive,Upgrade")),
        ("second-line", with("keep-alive").with("Connection", "Upgrade")),
        ("first-line", with("Upgrade").with("Connection", "keep-alive")),
    ];
    for (name, head) in taken {
        let title = format!("A request that lists Upgrade in Connection, {}.", words(name));
        let case = asks(&format!("connection/{name}"), title, head);
        cases.push(case.clauses(&["6455#4.2.1", "9110#7.6.1"]).opens());
    }
    let case = asks(
        "connection/empty-element",
        "A request that lists Upgrade in Connection behind an empty element.",
        with("keep-alive, , Upgrade"),
    );
    cases.push(case.clauses(&["9110#5.6.1"]).opens().or_refuses(Grade::Lenient, BAD));
    for (name, value) in [
        ("keep-alive", "keep-alive"),
        ("close", "close"),
        ("not-upgrade", "NotUpgrade"),
        ("upgrade-insecure-requests", "Upgrade-Insecure-Requests"),
        ("empty", ""),
        ("two-words", "Up grade"),
        ("behind-blank", "keep-alive Upgrade"),
        ("behind-semicolon", "keep-alive; Upgrade"),
        ("quoted", "\"Upgrade\""),
        ("before-semicolon", "Upgrade; keep-alive"),
        ("with-comment", "Upgrade (any)"),
    ] {
        let title = format!("A request that does not list Upgrade in Connection, {}.", words(name));
        cases.push(asks(&format!("connection/{name}"), title, with(value)).refuses(PLAIN));
    }
}

fn add_host(cases: &mut Vec<Case>) {
    let with = |value: &'static str| Head::request().set("Host", value);
    for (name, value) in [
        ("port", "localhost:9001"),
        ("address", "127.0.0.1:80"),
        ("address-of-version-6", "[::1]:80"),
        ("capitals", "LOCALHOST"),
        ("long", LONG_HOST),
    ] {
        let title = format!("A request with another way to write its Host, {}.", words(name));
        cases
            .push(asks(&format!("host/{name}"), title, with(value)).clauses(&["9112#3.2"]).opens());
    }
    let two = Head::request().with("Host", "localhost");
    let wrong = [
        ("twice", two),
        ("list", with("a, b")),
        ("port-no-number", with("localhost:x")),
        ("bracket-open", with("[::1")),
        ("user", with("user:secret@localhost")),
        ("blank", with("local host")),
        ("slash", with("localhost/")),
        ("quoted", with("\"localhost\"")),
        ("with-comment", with("localhost (any)")),
        ("not-ascii", with("l\u{f6}calhost")),
    ];
    for (name, head) in wrong {
        let title = format!("A request with a Host that is none, {}.", words(name));
        cases.push(asks(&format!("host/{name}"), title, head).clauses(&["9112#3.2"]).refuses(BAD));
    }
    let case = asks("host/empty", "A request with an empty Host.", with(""));
    cases.push(case.clauses(&["9112#3.2"]).refuses(BAD).or_opens(Grade::Lenient));
}

fn add_key(cases: &mut Vec<Case>) {
    let with = |value: &'static [u8]| Head::request().set("Sec-WebSocket-Key", value);
    for (name, value) in [
        ("octets-15", &b"AQIDBAUGBwgJCgsMDQ4P"[..]),
        ("octets-17", b"AQIDBAUGBwgJCgsMDQ4PEBE="),
        ("octets-18", b"AQIDBAUGBwgJCgsMDQ4PEBES"),
        ("octets-32", b"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="),
        ("unpadded", b"AQIDBAUGBwgJCgsMDQ4PEA"),
        ("half-padded", b"AQIDBAUGBwgJCgsMDQ4PEA="),
    ] {
        let title = format!("A request with a key of the wrong length, {}.", words(name));
        let case = asks(&format!("key/{name}"), title, with(value));
        let case = case.clauses(&["6455#4.2.1", "6455#4.3", "4648#4"]);
        cases.push(case.refuses(BAD).or_opens(Grade::Lenient));
    }
    let other = "dGhlIHNhbXBsZSBub25jZQ==";
    let refused = [
        ("empty", with(b"")),
        ("foreign-digit", with(b"AQIDBAUGBwgJCgsMDQ4!EA==")),
        ("url-safe", with(b"AQIDBAUGBwgJCgsMDQ-_EA==")),
        ("blank-inside", with(b"AQIDBAUGBwg JCgsMDQ4PA==")),
        ("blank-too-many", with(b"AQIDBAUGBwgJ CgsMDQ4PEA==")),
        ("padding-inside", with(b"AQIDBAUGBw==CgsMDQ4PEA==")),
        ("not-ascii", with(b"AQIDBAUGBwgJCgsMDQ4\xc3\xa9A==")),
        ("list", with(b"AQIDBAUGBwgJCgsMDQ4PEA==, dGhlIHNhbXBsZSBub25jZQ==")),
        ("before-blank", with(b"AQIDBAUGBwgJCgsMDQ4PEA== dGhlIHNhbXBsZSBub25jZQ==")),
        ("before-semicolon", with(b"AQIDBAUGBwgJCgsMDQ4PEA==; a=1")),
        ("quoted", with(b"\"AQIDBAUGBwgJCgsMDQ4PEA==\"")),
        ("twice-equal", Head::request().with("Sec-WebSocket-Key", crate::opening::KEY)),
        ("twice-different", Head::request().with("Sec-WebSocket-Key", other)),
    ];
    for (name, head) in refused {
        let title = format!("A request without a single key of 16 octets, {}.", words(name));
        let case = asks(&format!("key/{name}"), title, head);
        cases.push(case.clauses(&["6455#4.2.1", "6455#11.3.1", "4648#4"]).refuses(BAD));
    }
    let case = asks(
        "key/pad-bits",
        "A request with a key whose last digit has more bits than needed.",
        with(b"AQIDBAUGBwgJCgsMDQ4PEC=="),
    );
    cases.push(case.clauses(&["4648#4"]).opens().or_refuses(Grade::Strict, BAD));
    for (name, value) in [
        ("blanks", &b"   AQIDBAUGBwgJCgsMDQ4PEA==  "[..]),
        ("tabs", b"\tAQIDBAUGBwgJCgsMDQ4PEA==\t"),
        ("plus-and-slash", b"+/+/+/+/+/+/+/+/+/+/+w=="),
        ("zeros", b"AAAAAAAAAAAAAAAAAAAAAA=="),
    ] {
        let title = format!("A request with a correct key, {}.", words(name));
        cases.push(asks(&format!("key/{name}"), title, with(value)).clauses(&["9112#5.1"]).opens());
    }
}

fn add_version(cases: &mut Vec<Case>) {
    let refuses = |name: &str, head: Head| {
        let title = format!("A request for another version than 13, {}.", words(name));
        let named = |statuses| Event::Refused { statuses, names_version: true };
        asks(&format!("version/{name}"), title, head)
            .clauses(&["6455#4.2.2", "6455#4.4"])
            .sees([named(&[400..=400, 426..=426])])
            .tolerates([named(&[400..=599])])
            .ends(Ending::unopened())
    };
    let of = |version: &'static str| {
        refuses(version, Head::request().set("Sec-WebSocket-Version", version))
    };
    for version in ["0", "9", "12", "14", "99", "255", "256", "130"] {
        cases.push(of(version));
    }
    // Drafts with the frames of version 13, which a server may speak as well (RFC 6455 §4.4).
    for version in ["7", "8"] {
        cases.push(of(version).or_opens(Grade::Lenient));
    }
    for (name, value) in [
        ("negative", "-13"),
        ("letters", "abc"),
        ("leading-zero", "013"),
        ("sign", "+13"),
        ("fraction", "13.0"),
        ("list-first", "13, 8"),
        ("list-last", "8, 13"),
        ("before-blank", "13 8"),
        ("blank-inside", "1 3"),
        ("before-semicolon", "13; 8"),
        ("before-slash", "13/8"),
        ("quoted", "\"13\""),
        ("empty", ""),
    ] {
        cases.push(refuses(name, Head::request().set("Sec-WebSocket-Version", value)));
    }
    for (name, other) in [("twice-equal", "13"), ("twice-different", "8")] {
        let head = Head::request().with("Sec-WebSocket-Version", other);
        let title = format!("A request with two versions, {}.", words(name));
        let case = asks(&format!("version/{name}"), title, head).clauses(&["6455#11.3.5"]);
        cases.push(case.refuses(&[400..=400, 426..=426]));
    }
    let case = asks(
        "version/second-try",
        "A request for version 14, and one for 13 if the server still listens.",
        Head::request().set("Sec-WebSocket-Version", "14"),
    );
    // The first answer ends the script unless it opens, so the second request is sent with it.
    let named = Event::Refused { statuses: &[400..=599], names_version: true };
    let mut case = case.clauses(&["6455#4.2.2"]);
    case.script.insert(1, Head::request().into());
    let [yes, echo] = opened(None);
    cases.push(
        case.sees([named.clone()])
            .ends(Ending::unopened())
            .or_ends(Grade::Strict, Ending::closed(), [named, yes, echo])
            .or_ends(
                Grade::Lenient,
                Ending::unopened(),
                [refused(&[400..=599]), refused(&[400..=599])],
            ),
    );
}

/// A name as words.
pub(super) fn words(name: &str) -> String {
    name.replace('-', " ")
}
