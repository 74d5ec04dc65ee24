//! What a request offers and the server chooses: subprotocols, extensions, resources, origins
//! (RFC 6455 §4.2.2).

use super::opening::{BAD, asks, opened};
use super::opening_fields::words;
use crate::case::{Case, Grade};
use crate::opening::{Head, Setting};

/// A server that speaks one subprotocol.
const CHAT: Setting = Setting {
    subprotocols: &["chat"],
    insists: false,
    extensions: &[],
    deflate: false,
    path: None,
    origin: None,
};

/// A server, or a client, that speaks one subprotocol with capitals in its name.
pub(super) const VERSIONED: Setting = Setting { subprotocols: &["Chat.V2"], ..CHAT };

/// Names that every object has in some languages, as those of extensions and parameters.
pub(super) const INHERITED: &str =
    "constructor, __proto__; toString=1, hasOwnProperty; __proto__; constructor";

pub(super) fn add(cases: &mut Vec<Case>) {
    add_subprotocols(cases);
    add_extensions(cases);
    add_resources(cases);
}

fn add_subprotocols(cases: &mut Vec<Case>) {
    let line = |value: &str| Head::request().with("Sec-WebSocket-Protocol", value.to_owned());
    let fifty: Vec<String> = (1..50).map(|n| format!("p{n}")).collect();
    let lines = |all: &[&'static str]| {
        all.iter().fold(Head::request(), |head, name| head.with("Sec-WebSocket-Protocol", *name))
    };
    for (name, head) in [
        ("alone", line("chat")),
        ("last", line("x, chat")),
        ("first", line("chat, x")),
        ("no-blanks", line("x,chat,y")),
        ("many-blanks", line(" x \t,\t chat ")),
        ("second-line", lines(&["x", "chat"])),
        ("first-line", lines(&["chat", "x"])),
        ("third-line", lines(&["x", "y", "z, chat"])),
        ("last-of-50", line(&format!("{}, chat", fifty.join(", ")))),
    ] {
        let title =
            format!("A request that offers chat to a server that speaks it, {}.", words(name));
        let case = asks(&format!("subprotocol/{name}"), title, head).opening(CHAT);
        cases.push(case.clauses(&["6455#4.2.2", "6455#11.3.4"]).sees(opened(Some("chat"))));
    }
    let title = "A request that offers a subprotocol with capitals to a server that speaks it.";
    let case = asks("subprotocol/capitals", title, line("chat.v2, Chat.V2")).opening(VERSIONED);
    let case = case.clauses(&["6455#4.2.2", "6455#11.3.4"]);
    cases.push(case.sees(opened(Some("Chat.V2"))));
    for (name, head) in [
        ("unknown", line("x")),
        ("none", Head::request()),
        ("other-case", line("Chat")),
        ("longer", line("chat2")),
        ("shorter", line("cha")),
    ] {
        let title = format!("A request that offers nothing the server speaks, {}.", words(name));
        let case = asks(&format!("subprotocol/{name}"), title, head).opening(CHAT);
        let case = case.clauses(&["6455#4.2.2", "6455#11.3.4"]).opens();
        cases.push(case.or_refuses(Grade::Strict, &[400..=499]));
    }
    let repeated = asks(
        "subprotocol/repeated",
        "A request that offers a subprotocol twice.",
        line("chat, chat"),
    );
    cases.push(
        repeated
            .opening(CHAT)
            .clauses(&["6455#4.1"])
            .sees(opened(Some("chat")))
            .or_refuses(Grade::Strict, BAD),
    );
    for (name, value) in [
        ("blank-inside", &b"ch at"[..]),
        ("parameter", b"chat;v=1"),
        ("slash", b"chat/1"),
        ("parentheses", b"(chat)"),
        ("at-sign", b"@"),
        ("quoted", b"\"chat\""),
        ("not-ascii", b"caf\xc3\xa9"),
        ("empty", b""),
        ("comma-only", b","),
    ] {
        let title =
            format!("A request that offers a subprotocol that is no token, {}.", words(name));
        let head = Head::request().with("Sec-WebSocket-Protocol", value);
        let case = asks(&format!("subprotocol/{name}"), title, head).opening(CHAT);
        let case = case.clauses(&["6455#4.3", "6455#11.3.4"]).refuses(BAD);
        cases.push(case.or_opens(Grade::Lenient));
    }
}

fn add_extensions(cases: &mut Vec<Case>) {
    let line = |value: &str| Head::request().with("Sec-WebSocket-Extensions", value.to_owned());
    let many: Vec<String> = (1..500).map(|n| format!("x-wsproof-{n}; a=1")).collect();
    for (name, head) in [
        ("unknown", line("x-wsproof-unknown")),
        ("unknown-with-parameters", line("x-wsproof-unknown; a; b=1; c=\"2\"")),
        ("unknown-list", line("x-wsproof-1, x-wsproof-2; a=1")),
        ("unknown-lines", line("x-wsproof-1").with("Sec-WebSocket-Extensions", "x-wsproof-2")),
        ("blanks-around-equals", line("x-wsproof-unknown; a = 10")),
        ("offered-twice", line("x-wsproof-1; a=1, x-wsproof-1; a=2")),
        ("offers-500", line(&many.join(", "))),
        ("names-of-objects", line(INHERITED)),
    ] {
        let title = format!("A request that offers extensions nobody knows, {}.", words(name));
        let case =
            asks(&format!("extensions/{name}"), title, head).clauses(&["6455#9.1", "6455#11.3.2"]);
        let case = case.opens();
        let loose = matches!(name, "blanks-around-equals" | "offers-500");
        cases.push(if loose { case.or_refuses(Grade::Lenient, BAD) } else { case });
    }
    for (name, value) in [
        ("empty-parameter", "x-wsproof-1; ; a"),
        ("blank-inside", "x-wsproof-1 a"),
        ("nameless-value", "=x"),
        ("valueless", "x-wsproof-1; a="),
        ("quote-open", "x-wsproof-1; a=\"b"),
        ("quoted-no-token", "x-wsproof-1; a=\"b c\""),
        ("nameless-parameter", "x-wsproof-1; =1"),
        ("nameless", "; a=1"),
        ("empty", ""),
        ("comma-only", ","),
        ("bad-second", "x-wsproof-1, (x)"),
    ] {
        let title = format!("A request whose extensions break the grammar, {}.", words(name));
        let case = asks(&format!("extensions/{name}"), title, line(value));
        let case = case.clauses(&["6455#4.3", "6455#9.1"]).refuses(BAD);
        cases.push(case.or_opens(Grade::Lenient));
    }
}

fn add_resources(cases: &mut Vec<Case>) {
    let routed = Setting { path: Some("/chat"), ..Setting::default() };
    let of = |target: &'static str| Head::request().start(target);
    cases.push(
        asks(
            "resource/known",
            "A request for the resource that is served.",
            of("GET /chat HTTP/1.1"),
        )
        .opening(routed)
        .clauses(&["6455#4.2.2"])
        .opens(),
    );
    for (name, target) in [
        ("unknown", "GET /other HTTP/1.1"),
        ("root", "GET / HTTP/1.1"),
        ("longer", "GET /chat/2 HTTP/1.1"),
    ] {
        let title = format!("A request for a resource that is not served, {}.", words(name));
        let case = asks(&format!("resource/{name}"), title, of(target)).opening(routed);
        cases.push(case.clauses(&["6455#4.2.2"]).refuses(&[404..=404]));
    }
    let guarded = Setting { origin: Some("https://good.example"), ..Setting::default() };
    let from = |origin: &'static str| Head::request().with("Origin", origin);
    for (name, origin) in [("same", "https://good.example"), ("other-case", "https://GOOD.example")]
    {
        let title = format!("A request from the origin that is admitted, {}.", words(name));
        let case = asks(&format!("origin/{name}"), title, from(origin)).opening(guarded);
        let case = case.clauses(&["6455#4.2.2", "6455#10.2"]).opens();
        let loose = name == "other-case";
        cases.push(if loose { case.or_refuses(Grade::Strict, &[403..=403]) } else { case });
    }
    for (name, head) in [
        ("other-host", from("https://evil.example")),
        ("prefix", from("https://good.example.evil")),
        ("other-port", from("https://good.example:8443")),
        ("other-scheme", from("http://good.example")),
        ("null", from("null")),
        ("empty", from("")),
        ("two-lines", from("https://good.example").with("Origin", "https://evil.example")),
    ] {
        let title = format!("A request from an origin that is not admitted, {}.", words(name));
        let case = asks(&format!("origin/{name}"), title, head).opening(guarded);
        cases.push(case.clauses(&["6455#4.2.2", "6455#10.2"]).refuses(&[403..=403]));
    }
}
