//! `wsproof run`.

use std::fs;
use std::io::pipe;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::command::{call, finish, wsproof};

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_green_run_says_so() {
    let called = call(&["run", "control/*", "--role", "server"]).code(0);
    let first = called.out.lines().next().unwrap();
    assert!(first.contains(" pass") && first.contains("results per second"), "{}", called.out);
    assert!(called.out.contains("  results sha256:"));
    assert!(called.out.ends_with("  exit 0: everything as expected\n"));
    assert!(!called.out.contains("FAIL") && !called.out.contains("replay"));
    let verbose = call(&["run", "control/*", "--role", "server", "-v"]).code(0);
    assert!(verbose.out.starts_with("  PASS  "), "{}", verbose.out);
}

#[test]
fn a_planted_mistake_is_one_clear_line_per_failure() {
    let arguments = ["run", "ab:7.9.4", "--driver", "model", "--bug", "accepts-any-close-code"];
    let called = call(&arguments).code(100);
    let lines: Vec<_> = called.out.lines().collect();
    for (line, role) in lines.iter().zip(["client", "server"]) {
        let parts = [
            "  FAIL ",
            &format!("{role}/close/code/reserved-1005"),
            "MUST",
            "RFC 6455 §7.4.1",
            "sent a Close with 1005",
            "due: a Close with 1002",
        ];
        let mut rest = *line;
        for part in parts {
            rest = rest.split_once(part).unwrap_or_else(|| panic!("{line} lacks {part}")).1;
        }
    }
    let replay = "replay: wsproof replay client/close/code/reserved-1005 --driver model \
                  --bug accepts-any-close-code --seed 1";
    assert!(called.out.contains(replay), "{}", called.out);
    assert!(lines.contains(&"  2 cases failed"), "{}", called.out);
    assert_eq!(lines.last(), Some(&"  exit 100: unexpected failures or regressions"));
    // They are told at once as well.
    assert_eq!(called.err.matches("  FAIL ").count(), 2, "{}", called.err);
    let quiet = finish(wsproof(Path::new("."), &arguments).arg("-q")).code(100);
    assert_eq!((&*quiet.err, quiet.out.matches("FAIL").count()), ("", 2));
}

#[test]
fn the_replay_line_replays() {
    let called = call(&["run", "control/*", "--driver", "model", "--bug", "never-pongs"]).code(100);
    let line = called.out.lines().find_map(|line| line.trim().strip_prefix("replay: wsproof "));
    let arguments: Vec<_> = line.unwrap().split(' ').collect();
    let replayed = call(&arguments).code(100);
    assert!(replayed.out.contains("FAIL"), "{}", replayed.out);
}

#[test]
fn what_is_not_there_is_not_run() {
    for (filters, near) in [
        (&["close/code/reservd-1005"][..], "did you mean close/code/reserved-1005"),
        (&["close"], "did you mean close/*?"),
        (&["control/*", "ab:99.1"], "\"ab:99.1\" names no case"),
        (&["--skip", "no/such-case"], "\"no/such-case\" names no case"),
    ] {
        let called = call(&[&["run"], filters].concat()).code(4);
        assert!(called.err.contains(near) && called.out.is_empty(), "{called:?}");
    }
    let nothing = call(&["run", "server/close/*", "--role", "client"]).code(4);
    assert!(nothing.out.contains("0 cases ran, at least 1 wanted"), "{}", nothing.out);
    call(&["run", "server/close/*", "--role", "client", "--no-cases", "warn"]).code(0);
    let few = call(&["run", "ab:1.1.1", "--min-cases", "3"]).code(4);
    assert!(few.out.contains("2 cases ran, at least 3 wanted"), "{}", few.out);
}

#[test]
fn misuse_ends_with_2_and_says_why() {
    for (arguments, why) in [
        (&["run", "--no-such-option"][..], "--no-such-option"),
        (&["run", "--driver", "sesion"], "session"),
        (&["run", "--bug", "never-pongs"], "use --driver model"),
        (&["run", "--driver", "model", "--bug", "never-pings"], "never-pongs"),
        (&["run", "--cuts", "whole,half"], "half"),
        (&["run", "-j", "0"], "0 is not in"),
        (&["run", "a["], "filter \"a[\""),
        (&["run", "ab:1.1.1", "--report", "."], "it is a folder"),
        (&["run", "ab:1.1.1", "--expect", "nowhere.toml"], "nowhere.toml"),
        (&["frobnicate"], "frobnicate"),
        (&[], "Usage"),
    ] {
        let called = call(arguments).code(2);
        assert!(called.err.contains(why) && called.out.is_empty(), "{arguments:?}: {called:?}");
    }
}

#[test]
fn reports_do_not_depend_on_threads_or_the_hour() {
    let folder = tempdir().unwrap();
    let arguments =
        ["run", "control/*", "close/*", "--driver", "model", "--bug", "fails-with-1000"];
    let report = |name: &str, more: &[&str]| {
        let mut command = wsproof(folder.path(), &arguments);
        finish(command.args(["--wire", "all", "--report", name]).args(more)).code(100);
        fs::read(folder.path().join(name)).unwrap()
    };
    let one = report("one.json", &["-j", "1", "--no-run"]);
    assert_eq!(one, report("four.json", &["-j", "4", "--no-run"]));
    assert_eq!(one, report("again.json", &["-j", "4", "--no-run"]));
    assert!(one.len() > 10_000);
    let other = report("seed.json", &["--seed", "2", "--no-run"]);
    assert_ne!(one, other, "the seed is in the report");

    // With the volatile part, that part alone differs.
    report("timed.json", &[]);
    let mut timed = json(&folder.path().join("timed.json"));
    let run = timed.as_object_mut().unwrap().remove("run").unwrap();
    assert!(run["duration_ms"].is_u64() && run["timings_us"].as_object().unwrap().len() > 50);
    assert_eq!(timed, json(&folder.path().join("one.json")));
}

#[test]
fn a_report_says_what_was_asked_and_seen() {
    let folder = tempdir().unwrap();
    let arguments = ["run", "ab:7.9.4", "--role", "server", "--driver", "model", "--bug"];
    let more = ["answers-close-with-1005", "--bug", "accepts-any-close-code"];
    let mut command = wsproof(folder.path(), &[&arguments[..], &more].concat());
    finish(command.args(["--report", "deep/report.json"])).code(100);
    let report = json(&folder.path().join("deep/report.json"));
    assert_eq!(report["schema"], "wsproof-report/1");
    assert_eq!(report["complete"], true);
    assert_eq!(report["subject"]["roles"], serde_json::json!(["server"]));
    let version = report["subject"]["version"].as_str().unwrap();
    assert!(version.ends_with("+answers-close-with-1005.accepts-any-close-code"), "{version}");
    let result = &report["cases"]["server/close/code/reserved-1005"];
    assert_eq!(result["alias"], "ab:7.9.4");
    assert_eq!(result["reason"], "close-code-forbidden");
    assert_eq!(result["observed"]["close"], 1005);
    assert_eq!(result["observed"]["by"], "tester");
    assert_eq!(result["autobahn"]["remoteCloseCode"], 1005);
    let entries = result["wire"]["entries"].as_array().unwrap();
    let guilty: Vec<_> = entries.iter().filter(|entry| entry["guilty"].is_u64()).collect();
    assert_eq!(guilty.len(), 1);
    assert_eq!((&guilty[0]["hex"], &guilty[0]["guilty"]), (&"880203ed".into(), &2.into()));
}

#[test]
fn fail_fast_stops_and_says_that_it_is_not_complete() {
    let folder = tempdir().unwrap();
    let arguments = ["run", "close/*", "--driver", "model", "--bug", "masks-wrongly"];
    let mut command = wsproof(folder.path(), &arguments);
    let called =
        finish(command.args(["--fail-fast", "-j", "1", "--report", "report.json"])).code(100);
    assert!(called.out.contains("incomplete"), "{}", called.out);
    let report = json(&folder.path().join("report.json"));
    assert_eq!(report["complete"], false);
    assert_eq!(report["summary"]["fail"], 1);
    assert!(report["summary"]["not_run"].as_u64().unwrap() > 50);
}

#[test]
fn known_deviations_are_expected_and_stale_ones_are_found() {
    let folder = tempdir().unwrap();
    let file = "schema = 1\n[[expect]]\ncases = [\"ab:2.*\"]\nverdict = \"fail\"\n\
                reason = \"it never learnt to\"\n";
    fs::write(folder.path().join("wsproof-expect.toml"), file).unwrap();
    let arguments = ["run", "ab:2.2", "--driver", "model", "--bug", "never-pongs"];
    let called = finish(&mut wsproof(folder.path(), &arguments)).code(0);
    assert!(called.out.contains("XFAIL") && called.out.contains("it never learnt to"));
    assert!(!called.err.contains("FAIL"), "what is known is not told at once: {}", called.err);

    let stale = finish(&mut wsproof(folder.path(), &["run", "ab:2.2"])).code(5);
    assert!(stale.out.contains("line 2: no case of the entry is as expected"), "{}", stale.out);
    finish(&mut wsproof(folder.path(), &["run", "ab:2.2", "--stale", "warn"])).code(0);
    // It may be true of a case in another part.
    finish(&mut wsproof(folder.path(), &["run", "ab:2.2", "--partition", "hash:1/1"])).code(0);

    fs::write(folder.path().join("wsproof-expect.toml"), "schema = 1\nnonsense = 2\n").unwrap();
    let called = finish(&mut wsproof(folder.path(), &["run", "ab:2.2"])).code(2);
    assert!(called.err.contains("wsproof-expect.toml: line 2"), "{}", called.err);
}

/// A narrow run knows as well as a whole one which cases there are.
#[test]
fn a_deviation_of_no_case_is_told_whatever_is_played() {
    let folder = tempdir().unwrap();
    let file = "schema = 1\n[[expect]]\ncases = [\"close/*\", \"limits/*\", \"clothes/*\"]\n\
                verdict = \"fail\"\nreason = \"worn out\"\n";
    fs::write(folder.path().join("wsproof-expect.toml"), file).unwrap();
    for arguments in [
        &["run", "ab:2.2", "--report", "report.json"][..],
        &["run", "ab:2.2", "--partition", "hash:1/1"],
        &["expect", "check", "--from", "report.json"],
    ] {
        let called = finish(&mut wsproof(folder.path(), arguments)).code(4);
        assert!(called.out.contains("line 2: \"clothes/*\" names no case"), "{}", called.out);
        assert_eq!(called.out.matches("\" names no case").count(), 1, "{}", called.out);
    }
}

#[test]
fn cases_that_are_not_to_be_run_are_not_run() {
    let folder = tempdir().unwrap();
    let file = "schema = 1\n[[expect]]\ncases = [\"server/control/*\"]\nverdict = \"crash\"\n\
                reason = \"takes the machine down\"\nrun = false\n";
    fs::write(folder.path().join("wsproof-expect.toml"), file).unwrap();
    let called = finish(&mut wsproof(folder.path(), &["run", "ab:2.2", "-v"])).code(0);
    assert!(called.out.contains("client/control/") && !called.out.contains("server/control/"));
    finish(&mut wsproof(folder.path(), &["run", "ab:2.2", "--role", "server"])).code(4);
}

#[test]
fn the_clock_can_be_set() {
    let folder = tempdir().unwrap();
    let mut command = wsproof(folder.path(), &["run", "ab:1.1.1", "--report", "report.json"]);
    finish(command.env("SOURCE_DATE_EPOCH", "86400")).code(0);
    let report = json(&folder.path().join("report.json"));
    assert_eq!(report["run"]["started"], "1970-01-02T00:00:00.000Z");
}

#[test]
fn strict_runs_fail_lenient_cases() {
    let arguments = ["run", "ab:7.1.1", "--driver", "model", "--bug", "answers-close-with-1001"];
    let called = call(&arguments).code(0);
    assert!(called.out.contains("  LENI "), "{}", called.out);
    call(&[&arguments[..], &["--strict"]].concat()).code(100);
}

#[test]
fn a_closed_output_ends_the_text_and_nothing_else() {
    let folder = tempdir().unwrap();
    for arguments in [
        &["run", "control/*", "--report", "report.json"][..],
        &["run", "control/*", "--format", "json-lines"],
        &["list"],
        &["explain", "ab:7.9.4"],
        &["--help"],
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut child = wsproof(folder.path(), arguments);
        let child = child.stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let done = child.wait_with_output().unwrap();
        let err = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {err}");
        assert!(!err.contains("panicked"), "{err}");
    }
    assert_eq!(json(&folder.path().join("report.json"))["complete"], true);
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = tempdir().unwrap();
    let run = |more: &[&str], environment: &[(&str, &str)]| {
        let arguments = ["run", "ab:2.2", "--driver", "model", "--bug", "never-pongs"];
        let mut command = wsproof(folder.path(), &[&arguments[..], more].concat());
        finish(command.envs(environment.iter().copied())).code(100)
    };
    let escape = '\x1b';
    assert!(!run(&[], &[]).out.contains(escape), "a pipe has no colour");
    assert!(run(&["--color", "always"], &[]).out.contains(escape));
    assert!(run(&[], &[("CLICOLOR_FORCE", "1")]).out.contains(escape));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "0")]).out.contains(escape));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).out.contains(escape));
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]).out.contains(escape));
}

#[test]
fn progress_on_a_pipe_is_plain_lines() {
    let called = call(&["run", "close/*"]).code(0);
    let last = called.err.lines().last().unwrap();
    let (done, total) = last.trim().strip_suffix(", 0 failed").unwrap().split_once(" of ").unwrap();
    assert_eq!(done, total, "{}", called.err);
    assert!(!called.err.contains(['\r', '\x1b']), "{:?}", called.err);
    assert!(called.err.lines().count() <= 12, "{}", called.err);
    assert_eq!(call(&["run", "close/*", "--progress", "none"]).err, "");
}

#[test]
fn events_are_one_object_per_line() {
    let arguments = ["run", "ab:2.*", "--driver", "model", "--bug", "never-pongs"];
    let called = call(&[&arguments[..], &["--format", "json-lines"]].concat()).code(100);
    let events: Vec<Value> =
        called.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (&events[0], events.last().unwrap());
    assert_eq!((&first["event"], &first["selected"]), (&"begin".into(), &22.into()));
    assert_eq!((&last["event"], &last["exit"]), (&"end".into(), &100.into()));
    let cases = &events[1..events.len() - 1];
    assert_eq!(cases.len(), 22);
    let failed = cases.iter().filter(|case| case["unexpected"] == true).count() as u64;
    assert_eq!(last["summary"]["unexpected"].as_u64(), Some(failed));
    assert!(failed > 0 && cases.iter().all(|case| case["event"] == "case"));
}

#[test]
fn github_gets_a_summary_and_marks() {
    let folder = tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let arguments = ["run", "close/*", "--driver", "model", "--bug", "masks-wrongly"];
    let mut command = wsproof(folder.path(), &arguments);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let called = finish(&mut command).code(100);
    assert_eq!(called.out.matches("::error").count(), 10);
    let called = finish(command.args(["--format", "json-lines"])).code(100);
    assert_eq!(called.err.matches("::error").count(), 10);
    assert!(called.out.lines().all(|line| line.starts_with('{')), "{}", called.out);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n") && text.contains("close/after-echo"), "{text}");
}

#[test]
fn github_gets_the_summary_of_a_comparison() {
    let folder = tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    let run = ["run", "close/after-echo", "--driver", "model", "--report"];
    finish(&mut wsproof(folder.path(), &[&run[..], &["old.json"]].concat())).code(0);
    let worse = ["new.json", "--bug", "masks-wrongly"];
    finish(&mut wsproof(folder.path(), &[&run[..], &worse].concat())).code(100);
    let mut diff = wsproof(folder.path(), &["diff", "old.json", "new.json"]);
    finish(diff.env("GITHUB_STEP_SUMMARY", &summary)).code(100);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.contains("regressions") && text.contains("--bug masks-wrongly"), "{text}");
}
