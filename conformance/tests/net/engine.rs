//! The engine over the network behaves as it does in process, in both roles.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::subject::{WSPROOF, report, run};

/// Verdict, reason and Autobahn's verdict of each case that was played.
fn verdicts(report: &Value) -> BTreeMap<String, [Value; 3]> {
    let cases = report["cases"].as_object().unwrap();
    let row = |(key, result): (&String, &Value)| {
        let row = ["verdict", "reason", "autobahn"].map(|name| result[name].clone());
        (key.clone(), row)
    };
    cases.iter().map(row).collect()
}

/// Every case that can be played over the network, against the same case in process.
fn same_as_in_process(role: &str, far: &Value, played: usize) {
    let near = report(&["--role", role, "--cuts", "whole", "--driver", "session"], 0);
    let (near, mut far) = (verdicts(&near), verdicts(far));
    let all = far.len();
    far.retain(|_, row| row[0] != "unsupported");
    assert!(far.len() >= played && all == near.len(), "{} of {all} are played", far.len());
    for (key, row) in &far {
        assert_eq!(near.get(key), Some(row), "{key}");
    }
}

#[test]
fn as_server() {
    let exec = format!("{WSPROOF} echo --listen 127.0.0.1:{{port}} --subprotocol chat");
    let server = ["--server", "ws://127.0.0.1:0", "--subprotocol", "chat", "--exec", &exec];
    same_as_in_process("server", &report(&server, 0), 1700);
}

#[test]
fn as_client() {
    let exec = format!("{WSPROOF} echo --connect {{url}}");
    let listen = ["*", "--listen", "127.0.0.1:0", "--exec", &exec];
    same_as_in_process("client", &report(&listen, 0), 1500);
}

#[test]
fn over_tls_and_over_a_unix_socket() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let (cert, key) = (format!("{data}/localhost.pem"), format!("{data}/localhost-key.pem"));
    let cases = ["ab:1.*", "ab:7.*", "ab:5.*"];
    let exec =
        format!("{WSPROOF} echo --listen 127.0.0.1:{{port}} --tls-cert {cert} --tls-key {key}");
    let tls = ["--server", "wss://localhost:0", "--tls-ca", &cert, "--exec", &exec];
    let found = report(&[&cases[..], &tls].concat(), 0);
    assert_eq!(
        (&found["summary"]["pass"], &found["subject"]["transport"]),
        (&70.into(), &"tls".into())
    );

    let exec = format!("{WSPROOF} echo --connect {{url}} --tls-insecure");
    let tls = ["--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key, "--exec", &exec];
    let found = report(&[&cases[..], &tls].concat(), 0);
    assert_eq!(
        (&found["summary"]["pass"], &found["subject"]["transport"]),
        (&70.into(), &"tls".into())
    );

    let folder = tempfile::tempdir().unwrap();
    let socket = format!("unix:{}", folder.path().join("s").display());
    let exec = format!("{WSPROOF} echo --listen unix:{{port}}");
    let found = report(&[&cases[..], &["--server", &socket, "--exec", &exec]].concat(), 0);
    assert_eq!(
        (&found["summary"]["pass"], &found["subject"]["transport"]),
        (&70.into(), &"unix".into())
    );
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let (cert, key) = (format!("{data}/localhost.pem"), format!("{data}/localhost-key.pem"));
    let exec =
        format!("{WSPROOF} echo --listen 127.0.0.1:{{port}} --tls-cert {cert} --tls-key {key}");
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "ab:1.1.1", "--server", "wss://localhost:0", "--exec", &exec];
    let ready = ["--ready-line", "wss://"];
    let (code, text) = run(folder.path(), &[&arguments[..], &ready].concat());
    assert!(code == 3 && text.contains("certificate"), "{code}: {text}");
    let way_out = "--tls-ca FILE takes those in a file, --tls-insecure takes any";
    assert!(text.contains(way_out), "{text}");

    // A certificate made by hand is an authority's, and nobody's who is not trusted.
    let cert = format!("{data}/self-made.pem");
    let exec =
        format!("{WSPROOF} echo --listen 127.0.0.1:{{port}} --tls-cert {cert} --tls-key {key}");
    let made = |trust: &[&str]| {
        let arguments = ["run", "ab:1.1.1", "--server", "wss://localhost:0", "--exec", &exec];
        run(folder.path(), &[&arguments[..], &ready, trust].concat())
    };
    let (code, text) = made(&[]);
    assert!(code == 3 && text.contains("an authority's (CA:TRUE)"), "{code}: {text}");
    assert!(text.contains(way_out), "{text}");
    assert_eq!(made(&["--tls-ca", &cert]).0, 0);

    let exec = format!("{WSPROOF} echo --listen 127.0.0.1:{{port}}");
    let arguments = ["run", "ab:1.1.1", "--server", "wss://localhost:0", "--exec", &exec];
    let (code, text) = run(folder.path(), &[&arguments[..], &["--ready-line", "ws://"]].concat());
    assert!(code == 3 && text.contains("begins with ws://"), "{code}: {text}");
}
