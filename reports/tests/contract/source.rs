//! Finding reports: files, folders, git revisions.

use std::fs;
use std::path::Path;
use std::process::Command;

use wsproof_reports::canonical;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::model::{Report, Role};
use wsproof_reports::source::{Source, load};
use wsproof_reports::write::write_report;

use crate::made::rich;

fn at(from: &Path, text: &str) -> Result<Report, String> {
    let source: Source = text.parse().map_err(|error| format!("{error}"))?;
    load(&source, from).map_err(|error| error.to_string())
}

#[test]
fn files_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let report = rich();
    write_report(&root.join("one/any.json"), &report).unwrap();
    fs::write(root.join("one/notes.txt"), "").unwrap();
    assert_eq!(at(root, "one/any.json").unwrap(), report);
    assert_eq!(at(root, "one").unwrap(), report);

    write_report(&root.join("one/report.json"), &report.baseline(Role::Client)).unwrap();
    assert_eq!(at(root, "one").unwrap().subject.roles, [Role::Client]);

    fs::create_dir(root.join("empty")).unwrap();
    assert_eq!(at(root, "empty").unwrap_err(), "empty: the folder holds no *.json");
    write_report(&root.join("two/a.json"), &report).unwrap();
    write_report(&root.join("two/b.json"), &report).unwrap();
    assert_eq!(
        at(root, "two").unwrap_err(),
        "two: the folder holds several reports (a.json, b.json) and none is called report.json"
    );
    let error = at(root, "nowhere.json").unwrap_err();
    assert!(error.starts_with("nowhere.json: ") && error.contains("os error 2"), "{error}");
    fs::write(root.join("bad.json"), "{").unwrap();
    fs::write(root.join("newer.json"), "{\"schema\": \"wsproof-report/2\"}").unwrap();
    for (name, code) in [("bad.json", ExitCode::Usage), ("newer.json", ExitCode::NotComparable)] {
        let error = load(&name.parse().unwrap(), root).unwrap_err();
        assert_eq!(error.exit_code(), code);
    }
    assert!(at(root, "bad.json").unwrap_err().starts_with("bad.json: no valid report: EOF"));
}

#[test]
fn baselines_by_role_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let report = rich();
    for role in [Role::Client, Role::Server] {
        let path = folder.path().join(format!("echo/{role}.json"));
        write_report(&path, &report.baseline(role)).unwrap();
    }
    let both = at(folder.path(), "echo").unwrap();
    assert_eq!(both.results_digest, report.results_digest);
    assert_eq!(both.subject.roles, [Role::Client, Role::Server]);
    assert_eq!(both.suite.selected, report.suite.selected);

    let mut other = report.baseline(Role::Client);
    other.subject.name = "other".to_owned();
    write_report(&folder.path().join("echo/client.json"), &other).unwrap();
    assert!(at(folder.path(), "echo").unwrap_err().ends_with("of different subjects or suites"));
    write_report(&folder.path().join("echo/client.json"), &report.baseline(Role::Server)).unwrap();
    assert!(at(folder.path(), "echo").unwrap_err().ends_with("hold the same cases"));
}

#[test]
fn revisions_and_merge_bases() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    };
    let commit = |version: &str, branch: &str| {
        let mut report = rich();
        report.subject.version = Some(version.to_owned());
        fs::create_dir_all(root.join("base/echo")).unwrap();
        fs::write(root.join("base/echo/report.json"), canonical::to_string(&report)).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", branch]);
        git(&["branch", "-f", branch]);
    };
    git(&["init", "-q"]);
    commit("1", "fork");
    commit("2", "old");
    git(&["checkout", "-q", "-B", "work", "fork"]);
    commit("3", "new");
    fs::remove_dir_all(root.join("base")).unwrap();

    let version = |text: &str| at(root, text).map(|report| report.subject.version.unwrap());
    assert_eq!(version("git:old:base/echo/report.json").unwrap(), "2");
    assert_eq!(version("git:HEAD:base/echo").unwrap(), "3");
    assert_eq!(version("git:HEAD~1:base/echo/").unwrap(), "1");
    assert_eq!(version("git:old...:base/echo").unwrap(), "1");
    assert_eq!(version("git:old...new:base/echo").unwrap(), "1");
    for (text, wanted) in [
        ("git:nowhere:base/echo", "git:nowhere:base/echo: git: "),
        ("git:old:nowhere.json", "git:old:nowhere.json: git: "),
        ("git:old...nowhere:x", "git: "),
        ("git:old...--help:x", "\"--help\" is no revision"),
        ("git:--help:x", "a revision does not begin with -"),
        ("git:old", "it is written git:REV:PATH"),
        ("git::x", "it is written git:REV:PATH"),
        ("git:old:", "it is written git:REV:PATH"),
    ] {
        let error = version(text).unwrap_err();
        assert!(error.contains(wanted), "{text} gave {error}");
    }
}
