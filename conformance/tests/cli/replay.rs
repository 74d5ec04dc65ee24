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
