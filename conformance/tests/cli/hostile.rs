//! Files that nobody in his right mind has written, for every reader of files: each is refused with
//! its place, at once.

use std::fs;

use tempfile::tempdir;

use crate::command::{finish, wsproof};

/// How each reader is reached with a file, and with which exit codes it refuses.
const READERS: [(&[&str], &str, &[i32]); 6] = [
    (&["report"], "x.json", &[2, 6]),
    (&["diff", "x.json"], "x.json", &[2, 6]),
    (&["run", "ab:1.1.1", "--expect"], "x.toml", &[2]),
    (&["run", "ab:1.1.1", "--config"], "x.toml", &[2]),
    (&["run", "--autobahn-spec"], "x.json", &[2]),
    (&["run"], "x.wscase", &[2]),
];

/// Documents by what is wrong with them; some are of one format, and hostile to the others, too.
fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let nested = |open: &str, close: &str| {
        [open.repeat(100_000), close.repeat(100_000)].concat().into_bytes()
    };
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("a byte order mark before nothing", text("\u{feff}{")),
        ("no text", vec![0xff; 1000]),
        ("nothing but zeros", vec![0; 1000]),
        ("deep lists", nested("[", "]")),
        ("deep lists without an end", "[".repeat(1_000_000).into_bytes()),
        ("deep objects", nested("{\"a\":", "}")),
        ("a deep list of TOML", [text("a = "), nested("[", "]")].concat()),
        ("a deep table of TOML", [text("a = "), nested("{a=", "}")].concat()),
        ("a deep key of TOML", [nested("a.", ""), text("a = 1")].concat()),
        ("a deep header of TOML", [text("["), nested("a.", ""), text("a]")].concat()),
        ("a key twice in JSON", text("{\"schema\": \"wsproof-report/1\", \"schema\": 1}")),
        ("a key twice in TOML", text("schema = 1\nschema = 1\n")),
        ("no number in JSON", text("{\"schema\": NaN, \"seed\": -Infinity}")),
        ("no number in TOML", text("schema = nan\nseed = -inf\n")),
        ("a huge number in JSON", text("{\"schema\": 1e999999}")),
        ("a huge number in TOML", text("schema = 99999999999999999999999999\n")),
        ("a long number", [text("schema = "), vec![b'9'; 1_000_000]].concat()),
        ("a long key", [text("\""), vec![b'k'; 1_000_000], text("\" = 1")].concat()),
        ("a long text without an end", [text("schema = \""), vec![b'v'; 1_000_000]].concat()),
        ("half a code point", text("{\"schema\": \"\\ud800\"}")),
        ("a control character", text("schema = \"\u{1b}[2J\"")),
    ]
}

#[test]
fn every_reader_refuses_every_document_with_its_place() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.json"), "{}").unwrap();
    for (what, octets) in documents() {
        for (words, name, codes) in READERS {
            fs::write(folder.path().join(name), &octets).unwrap();
            let called = finish(&mut wsproof(folder.path(), &[words, &[name]].concat()));
            assert!(
                codes.contains(&called.code),
                "{words:?}, {what}: {} {}",
                called.code,
                called.err
            );
            assert!(called.err.contains(name), "{words:?}, {what}: {}", called.err);
            assert!(called.err.len() < 4000, "{words:?}, {what}: {} octets", called.err.len());
            assert!(!called.err.contains('\u{1b}'), "{words:?}, {what}: {:?}", called.err);
        }
    }
}

/// A device has no end.
#[cfg(unix)]
#[test]
fn no_reader_reads_without_end() {
    let folder = tempdir().unwrap();
    for (words, name, codes) in READERS {
        let path = folder.path().join(name);
        if !path.exists() {
            std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        }
        let called = finish(&mut wsproof(folder.path(), &[words, &[name]].concat()));
        assert!(codes.contains(&called.code), "{words:?}: {} {}", called.code, called.err);
        assert!(called.err.contains("longer than"), "{words:?}: {}", called.err);
    }
    let zero = "/dev/zero";
    for tls in [
        &["echo", "--listen", "127.0.0.1:0", "--tls-cert", zero, "--tls-key", zero][..],
        &["run", "ab:1.1.1", "--server", "wss://127.0.0.1:9", "--tls-ca", zero],
    ] {
        let called = finish(&mut wsproof(folder.path(), tls)).code(2);
        assert!(called.err.contains("/dev/zero: it is longer than"), "{}", called.err);
    }
}
