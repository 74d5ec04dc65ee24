//! A run that is interrupted.
#![cfg(unix)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use crate::command::wsproof;

/// The events of the whole catalogue do not fit into a pipe, so the run cannot come to its end
/// before somebody reads them: the signal always comes in time.
#[test]
fn an_interrupted_run_writes_what_it_has() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = tempdir().unwrap();
        let arguments = ["run", "--cuts", "whole", "--format", "json-lines", "--progress", "none"];
        let mut command = wsproof(folder.path(), &arguments);
        command.args(["--report", "report.json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut err = BufReader::new(child.stderr.take().unwrap());

        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("\"begin\""), "{line}");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        line.clear();
        err.read_line(&mut line).unwrap();
        assert!(line.starts_with("interrupted"), "{line}");

        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let end: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
        assert_eq!((&end["event"], &end["complete"]), (&"end".into(), &false.into()));

        let report = fs::read(folder.path().join("report.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(report["complete"], false);
        let (played, left) = (&report["summary"]["pass"], &report["summary"]["not_run"]);
        assert!(played.as_u64() > Some(0) && left.as_u64() > Some(0), "{played} {left}");
        let cases = report["cases"].as_object().unwrap().len() as u64;
        assert_eq!(report["suite"]["selected"].as_u64(), Some(cases));
    }
}

/// Starts as a server that never serves, and holds a pipe open as long as it lives.
const NEVER_SERVES: &str = "sh -c 'exec 3>alive; echo begun; exec sleep 100000'";

/// What a program that is started in this folder holds open.
fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("alive");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Whoever is waited for: the first signal ends the waiting, and the program that was started.
#[test]
fn an_interrupt_ends_what_waits_for_others() {
    let server = ["run", "ab:1.1.1", "--server", "ws://127.0.0.1:0", "--exec", NEVER_SERVES];
    let patient = [&server[..], &["--ready-timeout", "600s"]].concat();
    for (arguments, waits) in [
        (&["run", "ab:1.1.1", "--listen", "127.0.0.1:0"][..], "1 case for clients"),
        (
            &["replay", "ab:1.1.1", "--role", "client", "--listen", "127.0.0.1:0"],
            "waiting for a client",
        ),
        (&patient, ""),
        (&[&patient[..], &["--ready-line", "serves"]].concat(), ""),
    ] {
        let folder = tempdir().unwrap();
        let pipe = pipe(folder.path());
        let mut command = wsproof(folder.path(), arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        // It opens as soon as the program has begun.
        let program = waits.is_empty().then(|| File::open(&pipe).unwrap());
        if program.is_none() {
            err.read_line(&mut line).unwrap();
            assert!(line.contains(waits), "{line}");
        }
        interrupt(child.id());
        let mut rest = String::new();
        err.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?}: {rest}");
        assert!(rest.starts_with("interrupted; "), "{rest}");
        if let Some(mut program) = program {
            assert!(rest.contains("sh is not ready yet"), "{rest}");
            // Comes to its end with the program.
            program.read_to_end(&mut Vec::new()).unwrap();
        }
    }
}

/// A case that waits for an answer, and a program that was started: the second signal waits for
/// neither.
#[test]
fn a_second_interrupt_ends_a_run_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", silent.local_addr().unwrap());
    let folder = tempdir().unwrap();
    let pipe = pipe(folder.path());
    let mut command = wsproof(folder.path(), &["run", "ab:1.1.1", "--server", &url]);
    command.args(["--exec", NEVER_SERVES, "--ready-line", "begun", "--timeout", "600s"]);
    command.args(["--report", "report.json", "--progress", "none"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut program = File::open(&pipe).unwrap();
    // The probe, and the case.
    let _held: Vec<_> = silent.incoming().take(2).collect();
    for _ in 0..2 {
        interrupt(child.id());
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        assert!(line.is_empty() || line.starts_with("interrupted; "), "{line}");
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    program.read_to_end(&mut Vec::new()).unwrap();
    assert!(!folder.path().join("report.json").exists());
}

fn interrupt(process: u32) {
    let sent = Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap();
    assert!(sent.success());
}
