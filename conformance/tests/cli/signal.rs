//! A run that is interrupted.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use crate::command::wsproof;

/// The events of the whole catalogue do not fit into a pipe, so the run cannot come to its end
/// before somebody reads them: the signal always comes in time.
#[test]
fn an_interrupted_run_writes_what_it_has() {
    for signal in ["-INT", "-TERM"] {
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
