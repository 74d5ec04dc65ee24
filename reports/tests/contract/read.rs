//! Reading what this or another build, or anybody, has written.

use wsproof_reports::canonical;
use wsproof_reports::model::{CaseKey, Report, Role, Verdict};
use wsproof_reports::read::{ReadError, read_report};

use crate::made::{key, report, result, rich};

fn edited(from: &str, to: &str) -> String {
    let text = canonical::to_string(&rich());
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn what_is_written_is_read_back_and_written_the_same() {
    let report = rich();
    let text = canonical::to_string(&report);
    let back = read_report(text.as_bytes()).unwrap();
    assert_eq!(back, report);
    assert_eq!(canonical::to_string(&back), text);
    assert_eq!(back.results_digest, Report::digest_of(&back.cases));
}

/// This file was written by the first version and must be readable for ever.
#[test]
fn reports_of_the_first_version_still_load() {
    let text = include_str!("../fixtures/v1/report.json");
    let report = read_report(text.as_bytes()).unwrap();
    assert_eq!(report.summary.total(), 14);
    let case = &report.cases[&key("server/close/code/reserved-1005")];
    assert_eq!((case.verdict, case.observed.close), (Verdict::Fail, Some(1005)));
    assert_eq!(case.wire.as_ref().unwrap().entries[3].guilty, Some(2));
    assert_eq!(report.results_digest, Report::digest_of(&report.cases), "digests are stable");
}

#[test]
fn unknown_keys_are_skipped_however_deep() {
    let deep = format!("{{\n  \"future\": {}{},", "[".repeat(100_000), "]".repeat(100_000));
    let text = canonical::to_string(&rich()).replacen('{', &deep, 1);
    let text = text.replace("\"verdict\":", "\"future\": {\"a\": [1e999]}, \"verdict\":");
    assert_eq!(read_report(text.as_bytes()).unwrap(), rich());
}

#[test]
fn mistakes_say_what_and_where() {
    for (text, wanted) in [
        (String::new(), "no valid report: EOF while parsing"),
        ("[]".to_owned(), "no valid report: "),
        ("{}".to_owned(), "no \"schema\" field"),
        ("\u{feff}{}".to_owned(), "no valid report: expected value at line 1 column 1"),
        (edited("report/1", "report/2"), "schema wsproof-report/2 is newer than this build reads"),
        (edited("wsproof-report/1", "wsproof-diff/1"), "wsproof-report/1 is wanted"),
        (
            edited("\"crash\"", "\"exploded\""),
            "in client/control/ping-flood: unknown variant `exploded`",
        ),
        (
            edited("\"close\": 1000", "\"close\": 65536"),
            "in client/framing/text/length-0: invalid value",
        ),
        (edited("\"close\": 1000", "\"close\": -1"), "invalid value"),
        (edited("\"close\": 1000", "\"close\": 1000.5"), "invalid type: floating point"),
        (edited("\"close\": 1000", "\"close\": NaN"), "expected value"),
        (
            edited("\"attempts\": 2", "\"attempts\": \"2\""),
            "invalid type: string \"2\", expected u32",
        ),
        (
            edited("client/handshake/slow", "client/handshake/early-data"),
            "client/handshake/early-data comes twice",
        ),
        (edited("client/handshake/slow", "client/../slow"), "is not <client|server>/<case id>"),
        (edited("\"seed\": 1", "\"seed\": 1, \"seed\": 2"), "duplicate field `seed`"),
        (edited("\"pass\": 6", "\"pass\": 7"), "it says pass 7, they add up to 6"),
        (edited("\"complete\": true,", ""), "missing field `complete`"),
        (
            edited("\"complete\": true", "\"complete\": 1"),
            "invalid type: integer `1`, expected a boolean at line",
        ),
    ] {
        let error = read_report(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(wanted), "gave {error}, wanted {wanted}");
    }
}

#[test]
fn hostile_documents_are_refused_without_harm() {
    let head = "{\"schema\": \"wsproof-report/1\", \"cases\": ";
    let deep = format!("{head}{}", "{\"server/a\":".repeat(100_000));
    let long_key = format!("{head}{{\"server/{}\": {{}}}}}}", "a".repeat(1_000_000));
    let long_word = edited("\"crash\"", &format!("\"{}\"", "x".repeat(1_000_000)));
    let binary = vec![0xff; 1000];
    let cut = canonical::to_string(&rich());
    for octets in [deep.as_bytes(), long_key.as_bytes(), long_word.as_bytes(), &binary] {
        let error = read_report(octets).unwrap_err().to_string();
        assert!(error.len() < 2000, "{} octets of error", error.len());
    }
    for end in (0..cut.len() - 1).step_by(97) {
        assert!(matches!(read_report(&cut.as_bytes()[..end]), Err(ReadError::Json(_))), "{end}");
    }
}

#[test]
fn a_baseline_holds_one_role_and_nothing_volatile() {
    let baseline = rich().baseline(Role::Server);
    assert!(baseline.run.is_none());
    assert!(baseline.cases.keys().all(|key| key.role() == Role::Server));
    assert!(baseline.cases.values().all(|case| case.wire.is_none()));
    assert_eq!(baseline.subject.roles, [Role::Server]);
    assert_eq!(baseline.suite.selected, baseline.summary.total());
    let text = canonical::to_string(&baseline);
    assert!(!text.contains("\"run\"") && !text.contains("linux"), "{text}");
    assert_eq!(read_report(text.as_bytes()).unwrap(), baseline);
}

#[test]
fn the_digest_sees_what_happened_and_nothing_else() {
    let digest = |change: &dyn Fn(&mut wsproof_reports::model::CaseResult)| {
        let mut case = crate::made::wrong_code();
        change(&mut case);
        report([("server/a", case)]).results_digest
    };
    let base = digest(&|_| {});
    assert_eq!(digest(&|case| case.wire = None), base);
    assert_eq!(digest(&|case| case.title = None), base);
    assert_ne!(digest(&|case| case.observed.close = None), base);
    assert_ne!(digest(&|case| case.attempts = 2), base);
    assert_ne!(digest(&|case| case.reason = None), base);
    let other: CaseKey = key("server/b");
    let renamed = crate::made::of_cases([(other, crate::made::wrong_code())].into());
    assert_ne!(renamed.results_digest, base);
    assert_eq!(report([("server/a", result(Verdict::Pass))]).summary.pass, 1);
}
