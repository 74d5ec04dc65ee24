//! Dividing a run with `--partition`, and `wsproof merge`.

use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::command::{Called, finish, wsproof};

/// Plays a part of a run, or all of it, with some failures that are known and some that are not.
fn play(folder: &Path, part: Option<&str>, report: &str) -> Called {
    let run = ["run", "close/code/*", "--driver", "model", "--bug", "accepts-any-close-code"];
    let expect = "schema = 1\n[[expect]]\ncases = [\"close/code/unassigned-*\"]\n\
                  verdict = \"fail\"\nreason = \"known\"\n";
    fs::write(folder.join("known.toml"), expect).unwrap();
    let how = ["--expect", "known.toml", "--no-run", "--no-cases", "warn", "--report", report];
    let mut command = wsproof(folder, &[&run[..], &how].concat());
    finish(command.args(part.map(|part| ["--partition", part]).into_iter().flatten()))
}

fn merge(folder: &Path, reports: &[&str]) -> Called {
    finish(&mut wsproof(folder, &[&["merge", "--report", "merged.json"], reports].concat()))
}

/// A folder with the reports of three parts and of the whole.
fn divided() -> TempDir {
    let folder = tempdir().unwrap();
    play(folder.path(), None, "whole.json").code(100);
    for part in 1..=3 {
        play(folder.path(), Some(&format!("hash:{part}/3")), &format!("{part}.json"));
    }
    folder
}

#[test]
fn the_parts_are_the_whole() {
    let folder = divided();
    let merged = merge(folder.path(), &["3.json", "1.json", "2.json"]).code(100);
    assert!(merged.out.contains("exit 100"), "{}", merged.out);
    let read = |name| fs::read(folder.path().join(name)).unwrap();
    assert!(read("merged.json") == read("whole.json"), "they differ");
}

#[test]
fn a_missing_part_is_told_and_can_come_later() {
    let folder = divided();
    let merged = merge(folder.path(), &["3.json", "1.json"]);
    assert!(merged.out.contains("parts are missing: 2"), "{}", merged.out);
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("merged.json").contains("\"complete\": false"));
    assert!(read("merged.json").contains("\"partition\": \"hash:1,3/3\""));
    fs::copy(folder.path().join("merged.json"), folder.path().join("two.json")).unwrap();
    merge(folder.path(), &["two.json", "2.json"]).code(100);
    assert!(read("merged.json") == read("whole.json"), "they differ");
}

/// What is told and the exit code are the same also where nothing else is wrong.
#[test]
fn a_missing_part_decides_what_is_told() {
    let folder = tempdir().unwrap();
    let part = ["run", "close/*", "--partition", "hash:1/2", "--report", "1.json"];
    finish(&mut wsproof(folder.path(), &part)).code(0);
    let merged = merge(folder.path(), &["1.json"]).code(4);
    assert!(merged.out.contains("parts are missing: 2\n  exit 4: "), "{}", merged.out);
}

#[test]
fn what_is_no_part_is_refused() {
    let folder = divided();
    for (reports, said) in [
        (["1.json", "1.json"], "1.json: part 1 was in an earlier report, too"),
        (["1.json", "whole.json"], "whole.json: it is no part of a divided run"),
    ] {
        let refused = merge(folder.path(), &reports).code(6);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(!folder.path().join("merged.json").exists());
    }
    let wrong = play(folder.path(), Some("hash:4/3"), "x.json").code(2);
    assert!(wrong.err.contains("not a partition"), "{}", wrong.err);
}
