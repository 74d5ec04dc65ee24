//! The whole catalogue over TLS, played by another process: the same as in process.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::peer::{Server, wsproof};
use crate::wire::expect_end;

/// A certificate for this machine, and its key, which is no secret.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/localhost.pem");
/// The same as OpenSSL makes it unless told otherwise.
const SELF_MADE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/self-made.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/localhost-key.pem");

/// Plays every case and returns the report.
fn play(folder: &Path, args: &[&str]) -> Value {
    let report = folder.join("report.json");
    let status = wsproof(&["run", "*", "--quiet", "--progress", "none", "--cuts", "whole"])
        .arg("--report")
        .arg(&report)
        .args(args)
        .status()
        .unwrap();
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    assert!(matches!(status.code(), Some(0)), "{status}: {}", report["summary"]);
    report
}

/// Asserts that every case came out as it does in process. Left out are those that need a subject
/// that is set up in a way nobody can say over a network.
fn same_as_in_process(report: &Value, role: &str) {
    let folder = tempfile::tempdir().unwrap();
    let expected = play(folder.path(), &["--role", role]);
    let (expected, played) = (&expected["cases"], report["cases"].as_object().unwrap());
    assert_eq!(played.len(), expected.as_object().unwrap().len());
    for (key, result) in played {
        if result["verdict"] == "unsupported" {
            continue;
        }
        for field in ["verdict", "reason", "autobahn"] {
            assert_eq!(result[field], expected[key][field], "{field} of {key}: {result:#}");
        }
    }
    let supported = played.values().filter(|result| result["verdict"] != "unsupported").count();
    assert!(supported > 1000, "{supported} of {} were played", played.len());
}

#[test]
fn as_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&["--tls-cert", CERTIFICATE, "--tls-key", KEY]);
    let url = server.address.replace("127.0.0.1", "localhost");
    let report = play(folder.path(), &["--server", &url, "--tls-ca", CERTIFICATE]);
    same_as_in_process(&report, "server");
}

/// What most people have at hand says that it is an authority's, which no chain may end in.
#[test]
fn a_server_s_own_certificate_is_trusted_when_it_is_named() {
    let server = Server::start(&["--tls-cert", SELF_MADE, "--tls-key", KEY]);
    let url = server.address.replace("127.0.0.1", "localhost");
    let run = |trusted| {
        let trust = ["run", "ab:1.1.1", "--server", &url, "--tls-ca", trusted];
        let output = wsproof(&trust).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = run(SELF_MADE);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(CERTIFICATE);
    assert!(code == Some(3) && text.contains("an authority's (CA:TRUE)"), "{code:?}: {text}");
}

#[test]
fn as_client() {
    let folder = tempfile::tempdir().unwrap();
    let client = format!(
        "'{}' echo --connect {{url}} --agent {{agent}} --jobs 16 --tls-ca '{CERTIFICATE}'",
        program()
    );
    let tls = ["--tls-cert", CERTIFICATE, "--tls-key", KEY];
    let args = [&["--listen", "127.0.0.1:0", "--exec", &client], &tls[..]].concat();
    same_as_in_process(&play(folder.path(), &args), "client");
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_wsproof")
}

#[test]
fn a_handshake_that_takes_too_long_is_ended() {
    let tls = ["--timeout", "1", "--tls-cert", CERTIFICATE, "--tls-key", KEY];
    let server = Server::start(&tls);
    let mut stream = server.dial();
    // The beginning of a record, and nothing more.
    stream.write_all(b"\x16\x03\x01\x02\x00\x01").unwrap();
    expect_end(&mut stream);
}
