//! `wsproof replay`.

use tempfile::tempdir;

use crate::command::{call, finish, wsproof};

#[test]
fn the_octet_that_decided_is_marked() {
    let right = call(&["replay", "ab:7.9.4"]).code(0).out;
    assert!(right.contains("88 02 03 ea") && right.contains("  PASS  "), "{right}");
    assert!(!right.contains("<<<"), "{right}");
    let arguments = ["replay", "client/close/code/reserved-1005", "--driver", "model", "--bug"];
    let wrong = call(&[&arguments[..], &["accepts-any-close-code"]].concat()).code(100).out;
    let line = wrong.lines().find(|line| line.contains("<<<")).unwrap();
    assert!(line.contains("[03]ed") || line.contains('['), "{line}");
    assert!(line.ends_with("<<< octet 6, close-code-forbidden"), "{line}");
    assert!(wrong.contains("  FAIL  "), "{wrong}");
}

#[test]
fn the_log_of_a_report_is_shown_and_played_again() {
    let folder = tempdir().unwrap();
    let arguments = ["run", "ab:2.*", "--driver", "model", "--bug", "pongs-without-payload"];
    let mut run = wsproof(folder.path(), &arguments);
    finish(run.args(["--report", "report.json"])).code(100);
    let key = "report.json#server/control/ping/length-125";
    let shown = finish(&mut wsproof(folder.path(), &["replay", key])).code(0).out;
    assert!(shown.contains("<<<") && shown.contains("event-differs"), "{shown}");
    // The engine does better.
    let again = finish(&mut wsproof(folder.path(), &["replay", key, "--again"])).code(0).out;
    assert!(again.contains("  PASS  "), "{again}");

    let passed = "report.json#server/control/ping/empty";
    let shown = finish(&mut wsproof(folder.path(), &["replay", passed])).code(0).out;
    assert!(shown.contains("no wire log was kept") && shown.contains("PASS"), "{shown}");
    for (case, why) in [
        ("report.json#server/close/after-echo", "has no result"),
        ("report.json#close", "is not <client|server>/<case id>"),
        ("nowhere.json#server/close/after-echo", "nowhere.json"),
    ] {
        let called = finish(&mut wsproof(folder.path(), &["replay", case])).code(2);
        assert!(called.err.contains(why), "{}", called.err);
    }
}

#[test]
fn cuts_and_drivers_can_be_chosen() {
    for driver in ["session", "typed", "model"] {
        for cuts in ["whole", "bytewise", "random"] {
            let arguments = ["replay", "ab:5.4", "--driver", driver, "--cuts", cuts];
            let shown = call(&arguments).code(0).out;
            assert!(shown.contains("continuation"), "{shown}");
        }
    }
}

#[test]
fn a_case_is_saved_and_played_beside_the_catalogue() {
    let folder = tempdir().unwrap();
    let here = |arguments: &[&str]| finish(&mut wsproof(folder.path(), arguments));
    let bad = ["--driver", "model", "--bug", "pongs-without-payload"];
    here(&[&["run", "ab:2.*", "--report", "report.json"], &bad[..]].concat()).code(100);
    let key = "report.json#server/control/ping/length-125";
    let saved = here(&["replay", key, "--save", "kept/ping.wscase"]).code(0);
    assert!(saved.err.contains("wsproof run kept/ping.wscase"), "{}", saved.err);

    let file = "kept/ping.wscase";
    let ids = here(&["list", "control/ping/length-125", file, "--format", "ids"]).code(0).out;
    assert_eq!(ids, "control/ping/length-125\nkept/ping.wscase\n");
    here(&["run", "control/ping/*", file]).code(0);
    here(&["explain", file]).code(0);
    let failed = here(&[&["run", file], &bad[..]].concat()).code(100).out;
    assert!(failed.contains("server/regression/control/ping/length-125"), "{failed}");
    let replay = failed.lines().find_map(|line| line.strip_prefix("  replay: wsproof ")).unwrap();
    let shown = here(&replay.split(' ').collect::<Vec<_>>()).code(100).out;
    assert!(shown.contains("event-differs"), "{shown}");

    for (arguments, why) in [
        (&["run", "none.wscase"][..], "none.wscase: "),
        (&["run", file, "./kept/ping.wscase"], "another selected case is named regression/"),
        (&["run", "report.wscase"], "report.wscase: line 1: "),
    ] {
        std::fs::write(folder.path().join("report.wscase"), "{}").unwrap();
        let called = here(arguments).code(2);
        assert!(called.err.contains(why), "{}", called.err);
    }
}

#[test]
fn a_frame_may_announce_more_than_any_stream_holds() {
    let folder = tempdir().unwrap();
    let case = r#"
schema = 1
role = "server"
[case]
id = "regression/huge"
title = "Two frames that announce more than any stream holds."
script = [
    { frame = { opcode = "binary", payload = "x", announced = "0xffffffffffffffff" } },
    { frame = { opcode = "binary", payload = "y", announced = "0xffffffffffffffff" } },
]
accept = [{ grade = "strict", sees = [] }]
ending = { by = "subject", codes = [1002] }
"#;
    std::fs::write(folder.path().join("huge.wscase"), case).unwrap();
    let called = finish(&mut wsproof(folder.path(), &["replay", "huge.wscase"])).code(0);
    assert!(called.out.contains("82 ff ff ff ff ff"), "{}", called.out);
}

#[test]
fn what_a_fuzzer_found_is_replayed_and_saved() {
    let folder = tempdir().unwrap();
    let here = |arguments: &[&str]| finish(&mut wsproof(folder.path(), arguments));
    let found = folder.path().join("frame_stream_model");
    std::fs::create_dir(&found).unwrap();
    // Settings, a Ping in two octets, then a text that is none.
    let stream =
        b"\x00\x00\x00\x01\x00\x00\x00\x00\x89\x82\x00\x00\x00\x00hi\x81\x81\x00\x00\x00\x00\xff";
    std::fs::write(found.join("crash-1f"), stream).unwrap();
    let artifact = "frame_stream_model/crash-1f";
    let right = here(&["replay", artifact, "--save", "found.wscase"]).code(0);
    assert!(right.out.contains("server/fuzzing/crash-1f"), "{}", right.out);
    assert!(right.out.contains("89 82") && right.out.contains("  PASS  "), "{}", right.out);
    here(&["run", "found.wscase", "--driver", "typed"]).code(0);
    let wrong = ["replay", "found.wscase", "--driver", "model", "--bug", "never-checks-text"];
    here(&wrong).code(100);

    // The same behind a handshake that has agreed on permessage-deflate, and a compressed text.
    let folder_of_deflate = folder.path().join("deflate_stream_model");
    std::fs::create_dir(&folder_of_deflate).unwrap();
    let compressed =
        b"\x00\x00\x00\x00\x00\x00\x00\x00\xc1\x87\x00\x00\x00\x00\xf2H\xcd\xc9\xc9\x07\x00";
    std::fs::write(folder_of_deflate.join("crash-2"), compressed).unwrap();
    let right = here(&["replay", "deflate_stream_model/crash-2", "--save", "two.wscase"]).code(0);
    assert!(right.out.contains("  PASS  "), "{}", right.out);
    here(&["run", "two.wscase", "--driver", "typed"]).code(0);
    here(&["run", "two.wscase", "--driver", "model", "--bug", "refuses-empty-compressed"]).code(0);
    here(&["run", "two.wscase", "--driver", "model", "--bug", "leaves-tail-on"]).code(100);

    // What is made of choices is decoded by its own target.
    let choices = folder.path().join("session_calls");
    std::fs::create_dir(&choices).unwrap();
    std::fs::write(choices.join("crash-3"), b"\0").unwrap();
    let foreign = here(&["replay", "session_calls/crash-3"]).code(2);
    assert!(foreign.err.contains("--bin session_calls -- --show"), "{}", foreign.err);

    std::fs::write(found.join("short"), b"\0").unwrap();
    let short = here(&["replay", "frame_stream_model/short"]).code(2);
    assert!(short.err.contains("too short"), "{}", short.err);
}

#[test]
fn every_seed_of_the_fuzz_targets_is_a_case_that_the_model_passes() {
    let folders = [("frame_stream", 1000), ("deflate_stream", 200)].map(|(folder, least)| {
        let folder = format!("{}/../fuzz/seeds/{folder}", env!("CARGO_MANIFEST_DIR"));
        let seeds = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let seeds: Vec<_> = seeds.map(|path| path.to_str().unwrap().to_owned()).collect();
        assert!(seeds.len() > least, "{}", seeds.len());
        seeds
    });
    let seeds = folders.concat();
    let seeds = seeds.iter().map(String::as_str);
    call(&["run", "--driver", "model"].into_iter().chain(seeds).collect::<Vec<_>>()).code(0);
}
