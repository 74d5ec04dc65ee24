//! `wsproof diff`, `report`, `expect`, `schema`, `completions` and `man`.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::command::{call, finish, wsproof};

/// A folder with a good report and one in which the close codes are wrong.
fn reports() -> TempDir {
    let folder = tempdir().unwrap();
    let run = |name: &str, bug: &[&str], code| {
        let arguments = ["run", "ab:7.9.*", "--driver", "model", "--report", name];
        finish(wsproof(folder.path(), &arguments).args(bug)).code(code);
    };
    run("good.json", &[], 0);
    run("bad.json", &["--bug", "fails-with-1000"], 100);
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_diff_names_what_got_worse() {
    let folder = reports();
    let diff =
        |arguments: &[&str]| finish(&mut wsproof(folder.path(), &[&["diff"], arguments].concat()));
    let same = diff(&["good.json", "good.json"]).code(0);
    assert!(same.out.contains("exit 0"), "{}", same.out);
    let worse =
        diff(&["good.json", "bad.json", "--html", "diff.html", "--md", "diff.md"]).code(100);
    let row = worse.out.lines().find(|line| line.contains("server/close/code/reserved-1005"));
    assert!(row.unwrap().contains("pass → fail (close 1002 → 1000"), "{}", worse.out);
    assert!(read(folder.path(), "diff.html").contains("reserved-1005"));
    assert!(read(folder.path(), "diff.md").contains("reserved-1005"));
    let better = diff(&["bad.json", "good.json", "--format", "json"]).code(0);
    let better: Value = serde_json::from_str(&better.out).unwrap();
    assert_eq!(better["schema"], "wsproof-diff/1");
    assert!(better["changes"]["fixed"].as_array().unwrap().len() >= 8, "{better}");

    // Nothing is told and nothing written when a format does not fit.
    let misfit = diff(&["good.json", "bad.json", "--junit", "junit.xml", "--badge", "b"]).code(2);
    assert!(misfit.out.is_empty() && misfit.err.contains("shows one report"), "{misfit:?}");
    assert!(!folder.path().join("junit.xml").exists() && !folder.path().join("b").exists());
}

#[test]
fn a_stricter_gate_counts_more() {
    let folder = tempdir().unwrap();
    for (name, bug) in [("a.json", None), ("b.json", Some("answers-close-with-1001"))] {
        let mut command = wsproof(folder.path(), &["run", "ab:7.1.1", "--driver", "model"]);
        bug.map(|bug| command.args(["--bug", bug]));
        finish(command.args(["--report", name])).code(0);
    }
    let diff = ["diff", "a.json", "b.json"];
    finish(&mut wsproof(folder.path(), &diff)).code(0);
    finish(wsproof(folder.path(), &diff).args(["--gate", "lenient"])).code(100);
    let called = finish(wsproof(folder.path(), &diff).args(["--gate", "everything"])).code(2);
    assert!(called.err.contains("close-codes, new-fail"), "{}", called.err);
}

#[test]
fn reports_that_cannot_be_compared_have_a_code_of_their_own() {
    let folder = reports();
    let engine = ["run", "ab:7.9.*", "--report", "engine.json"];
    finish(&mut wsproof(folder.path(), &engine)).code(0);
    let good = fs::read_to_string(folder.path().join("good.json")).unwrap();
    let half = good.replace("\"complete\": true", "\"complete\": false");
    fs::write(folder.path().join("half.json"), half).unwrap();
    fs::write(folder.path().join("new.json"), "{\"schema\": \"wsproof-report/2\"}").unwrap();
    fs::write(folder.path().join("none.json"), "{}").unwrap();
    for (arguments, code, why) in [
        (&["good.json", "engine.json"][..], 6, "--across-subjects"),
        (&["good.json", "half.json"], 6, "not every selected case was played; --incomplete"),
        (&["good.json", "new.json"], 6, "update wsproof"),
        (&["good.json", "none.json"], 6, "no \"schema\" field"),
        (&["good.json", "nowhere.json"], 2, "nowhere.json"),
        (&["good.json", "git:HEAD"], 2, "git:REV:PATH"),
    ] {
        let called = finish(&mut wsproof(folder.path(), &[&["diff"], arguments].concat()));
        assert!(called.err.contains(why), "{}", called.err);
        called.code(code);
    }
    let across = ["diff", "good.json", "engine.json", "--across-subjects"];
    finish(&mut wsproof(folder.path(), &across)).code(0);
}

#[test]
fn a_report_is_shown_in_every_format() {
    let folder = reports();
    let outputs = [
        ("--html", "r.html", "reserved-1005"),
        ("--junit", "r.xml", "<testsuite"),
        ("--md", "r.md", "reserved-1005"),
        ("--autobahn", "autobahn", ""),
        ("--badge", "badge.json", "schemaVersion"),
        ("--ctrf", "ctrf.json", "results"),
        ("--json", "again.json", "wsproof-report/1"),
    ];
    let mut command = wsproof(folder.path(), &["report", "bad.json"]);
    for (option, name, _) in outputs {
        command.args([option, name]);
    }
    assert_eq!(finish(&mut command).code(0).out, "");
    for (_, name, part) in outputs.iter().filter(|(_, _, part)| !part.is_empty()) {
        assert!(read(folder.path(), name).contains(part), "{name}");
    }
    assert_eq!(read(folder.path(), "again.json"), read(folder.path(), "bad.json"));
    assert!(read(folder.path(), "autobahn/servers/index.json").contains("7.9.4"));
    let text = finish(&mut wsproof(folder.path(), &["report", "bad.json"])).code(0).out;
    assert!(text.contains("  FAIL "), "{text}");
}

#[test]
fn known_deviations_are_accepted_checked_and_pruned() {
    let folder = reports();
    let expect = |arguments: &[&str]| {
        finish(&mut wsproof(folder.path(), &[&["expect"], arguments].concat()))
    };
    let mute = expect(&["accept", "--from", "bad.json"]).code(2);
    assert!(mute.err.contains("--reason"), "{}", mute.err);
    assert!(!folder.path().join("wsproof-expect.toml").exists());
    expect(&["accept", "--from", "bad.json", "--reason", "being worked on"]).code(0);
    let file = read(folder.path(), "wsproof-expect.toml");
    assert!(file.contains("reason = \"being worked on\"") && file.contains("reserved-1005"));
    expect(&["check", "--from", "bad.json"]).code(0);
    let stale = expect(&["check", "--from", "good.json"]).code(5);
    assert!(stale.out.contains("no case of the entry is as expected any more"), "{}", stale.out);
    expect(&["prune", "--from", "good.json"]).code(0);
    assert!(!read(folder.path(), "wsproof-expect.toml").contains("reserved-1005"));
    expect(&["check", "--from", "bad.json"]).code(100);
    let nowhere = expect(&["check", "--expect", "nowhere.toml", "--from", "bad.json"]).code(2);
    assert!(nowhere.err.contains("`wsproof expect accept` writes one"), "{}", nowhere.err);
}

#[test]
fn the_program_describes_itself() {
    for name in ["report", "diff", "expect"] {
        let schema: Value = serde_json::from_str(&call(&["schema", name]).code(0).out).unwrap();
        assert_eq!(schema["title"], format!("wsproof-{name}/1"));
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = call(&["completions", shell]).code(0).out;
        assert!(script.contains("fail-fast") && script.contains("wsproof"), "{shell}");
    }
    assert!(call(&["man"]).code(0).out.contains(".TH wsproof 1"));
    let folder = tempdir().unwrap();
    finish(&mut wsproof(folder.path(), &["man", "--dir", "pages"])).code(0);
    assert!(read(folder.path(), "pages/wsproof-run.1").contains("fail\\-fast"));
}

#[test]
fn a_file_may_be_standard_output() {
    let folder = reports();
    let wsproof = |arguments: &[&str]| finish(&mut wsproof(folder.path(), arguments));
    let json =
        |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|e| panic!("{e}: {text}"));

    let bad = ["run", "ab:2.2", "--driver", "model", "--bug", "never-pongs", "--report", "-"];
    let run = wsproof(&bad).code(100);
    assert_eq!(json(&run.out)["summary"]["fail"], 2);
    assert!(run.err.contains("2 fail") && run.err.contains("exit 100"), "{}", run.err);

    let page = wsproof(&["report", "bad.json", "--html", "-", "--md", "r.md"]).code(0);
    assert!(page.out.starts_with("<!") && page.err.is_empty(), "{page:?}");
    assert!(read(folder.path(), "r.md").contains("reserved-1005"));
    let diff = wsproof(&["diff", "good.json", "bad.json", "--json", "-"]).code(100);
    assert_eq!(json(&diff.out)["schema"], "wsproof-diff/1");
    assert!(diff.err.contains("pass → fail"), "{}", diff.err);
    for (part, name) in [("hash:1/2", "1.json"), ("hash:2/2", "2.json")] {
        wsproof(&["run", "ab:1.*", "--partition", part, "--report", name]).code(0);
    }
    let whole = wsproof(&["merge", "1.json", "2.json", "--report", "-"]).code(0);
    assert_eq!(json(&whole.out)["complete"], true);
    assert!(whole.err.contains("exit 0"), "{}", whole.err);
    assert!(!folder.path().join("-").exists());

    for (arguments, why) in [
        (&["report", "bad.json", "--html", "-", "--md", "-"][..], "carries one thing"),
        (
            &["diff", "good.json", "bad.json", "--html", "-", "--format", "json"],
            "carries one thing",
        ),
        (&["merge", "1.json", "2.json", "--report", "-", "--junit", "-"], "carries one thing"),
        (&["run", "ab:2.2", "--report", "-", "--format", "json-lines"], "carries one thing"),
        (&["run", "ab:2.2", "--autobahn-dir", "-"], "./-"),
        (&["report", "bad.json", "--autobahn", "-"], "./-"),
    ] {
        let refused = wsproof(arguments).code(2);
        assert!(refused.out.is_empty() && refused.err.contains(why), "{refused:?}");
    }
}
