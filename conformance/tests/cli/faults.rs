//! What the operating system refuses: full disks, folders that cannot be written, a process that is
//! killed. Each has its name and its exit code, and nothing that was found before is lost.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;
use tempfile::tempdir;

use crate::command::{Called, call, finish, wsproof};

/// Takes nothing: there is never any space left on it.
const FULL: &str = "/dev/full";
/// Nobody can create a file here, whoever asks.
const CLOSED: &str = "/proc/wsproof";

fn json(path: &std::path::Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn text_that_finds_no_space_is_an_error() {
    let folder = tempdir().unwrap();
    finish(&mut wsproof(folder.path(), &["run", "ab:1.1.1", "--report", "a.json"])).code(0);
    for arguments in [
        &["run", "ab:1.1.1", "--report", "b.json"][..],
        &["run", "ab:1.1.1", "--format", "json-lines"],
        &["list"],
        &["explain", "ab:7.9.4"],
        &["prove", "ab:1.1.1"],
        &["replay", "ab:1.1.1"],
        &["diff", "a.json", "a.json"],
        &["report", "a.json"],
        &["merge", "a.json", "--report", "c.json"],
        &["schema", "report"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["--version"],
    ] {
        let mut command = wsproof(folder.path(), arguments);
        let full = File::options().write(true).open(FULL).unwrap();
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let done = child.wait_with_output().unwrap();
        let err = String::from_utf8(done.stderr).unwrap();
        // A part of a run cannot be merged with itself; that is told as ever.
        if arguments[0] != "merge" {
            assert_eq!(done.status.code(), Some(3), "{arguments:?}: {err}");
            assert!(
                err.contains("standard output: No space left on device"),
                "{arguments:?}: {err}"
            );
        }
        assert!(!err.contains("panicked"), "{err}");
    }
    assert_eq!(json(&folder.path().join("b.json"))["complete"], true, "the report is there");
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_played() {
    for option in ["--report", "--autobahn-dir"] {
        let place = format!("{CLOSED}/x/report.json");
        let refused = call(&["run", "ab:1.1.1", option, &place]).code(2);
        assert!(refused.err.contains(option) && refused.err.contains("cannot"), "{}", refused.err);
        assert_eq!(refused.out, "", "nothing was played");
    }
    let refused = call(&["run", "ab:1.1.1", "--report", "/proc/report.json"]).code(2);
    assert!(refused.err.contains("cannot write /proc/report.json"), "{}", refused.err);
    let folder = tempdir().unwrap();
    let refused = finish(&mut wsproof(folder.path(), &["run", "ab:1.1.1", "--report", "."]));
    assert!(refused.code(2).err.contains("it is a folder"));
}

#[test]
fn a_report_that_finds_no_space_is_kept_elsewhere() {
    let folder = tempdir().unwrap();
    let run = ["run", "ab:2.2", "--driver", "model", "--bug", "never-pongs", "--report", FULL];
    let Called { code, err, .. } =
        finish(wsproof(folder.path(), &run).env("TMPDIR", folder.path()));
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("cannot write /dev/full: No space left on device"), "{err}");
    let kept = err.trim_end().rsplit("; the report is ").next().unwrap();
    assert_eq!(json(std::path::Path::new(kept))["summary"]["fail"], 2);
}

#[test]
fn whatever_else_cannot_be_written_the_report_is() {
    let folder = tempdir().unwrap();
    let mut command = wsproof(folder.path(), &["run", "ab:1.1.1", "--report", "report.json"]);
    let called = finish(command.env("GITHUB_STEP_SUMMARY", FULL)).code(3);
    assert!(called.err.contains("the step summary: No space left on device"), "{}", called.err);
    let report = folder.path().join("report.json");
    assert_eq!(json(&report)["complete"], true);
    for format in ["--html", "--junit", "--md", "--json"] {
        for (place, why) in [(FULL, "No space left on device"), (CLOSED, "cannot write")] {
            let called =
                finish(&mut wsproof(folder.path(), &["report", "report.json", format, place]));
            assert_eq!(called.code, 3, "{format} {place}: {}", called.err);
            assert!(called.err.contains(place) && called.err.contains(why), "{}", called.err);
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_the_old_report() {
    let folder = tempdir().unwrap();
    let report = folder.path().join("report.json");
    finish(&mut wsproof(folder.path(), &["run", "ab:1.1.1", "--report", "report.json"])).code(0);
    let old = fs::read(&report).unwrap();
    let arguments = ["run", "--format", "json-lines", "--progress", "none"];
    let mut command = wsproof(folder.path(), &arguments);
    command.args(["--report", "report.json"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    // Its events do not fit into a pipe, so it is in its midst as long as nobody reads them.
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    assert_eq!(fs::read(&report).unwrap(), old);
}

/// Times are told by a clock that only goes forward; the other one is for the date.
#[test]
fn a_clock_that_is_wrong_changes_no_result() {
    let folder = tempdir().unwrap();
    let run = |name: &str, epoch: &str| {
        let mut command = wsproof(folder.path(), &["run", "ab:1.1.1", "--report", name]);
        finish(command.env("SOURCE_DATE_EPOCH", epoch)).code(0);
        json(&folder.path().join(name))
    };
    let (now, never) = (run("a.json", "0"), run("b.json", "18446744073709551615"));
    assert_eq!(now["run"]["started"], "1970-01-01T00:00:00.000Z");
    assert!(never["run"]["started"].as_str().unwrap().starts_with("9999-12-31T"), "{never}");
    assert_eq!(now["results_digest"], never["results_digest"]);
}
