//! Every class of change, comparability, and the policy that turns changes into an exit code.

use std::collections::BTreeSet;

use crate::made::{key, report, result, rich};
use wsproof_reports::diff::{Class, Comparison, Diff, NotComparable, State, compare};
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::gate::{DiffPolicy, gate_diff};
use wsproof_reports::model::{
    CaseResult, ExpectationNote, ExpectedVerdict, Fault, Observed, Report, Role, StreamEnd,
    Verdict, Work,
};

const CASE: &str = "server/close/code/x";

fn changes(old: Option<CaseResult>, new: Option<CaseResult>) -> Diff {
    let of = |result: Option<CaseResult>| report(result.map(|result| (CASE, result)));
    compare(&of(old), &of(new), &Comparison::default()).unwrap()
}

fn with(verdict: Verdict, change: impl FnOnce(&mut CaseResult)) -> Option<CaseResult> {
    let mut case = result(verdict);
    change(&mut case);
    Some(case)
}

fn plain(verdict: Verdict) -> Option<CaseResult> {
    with(verdict, |_| {})
}

fn expected(case: &mut CaseResult) {
    case.expectation = Some(ExpectationNote {
        verdicts: vec![ExpectedVerdict::Fail],
        close: None,
        reason: "known".to_owned(),
        issue: None,
        line: Some(3),
        met: case.verdict == Verdict::Fail,
    });
}

fn worked(actions: u64, peak: u64) -> Work {
    Work { actions, bytes_in: 1, bytes_out: 1, peak_buffer_bytes: peak }
}

/// One example per class: the class, both results, and the exit code under the default policy.
fn examples() -> Vec<(Class, Option<CaseResult>, Option<CaseResult>, ExitCode)> {
    use ExitCode::{Findings, Success};
    use Verdict::*;
    let close = |code: u16| move |case: &mut CaseResult| case.observed.close = Some(code);
    let reason =
        |text: &'static str| move |case: &mut CaseResult| case.reason = Some(text.to_owned());
    let work = |a, p| move |case: &mut CaseResult| case.observed.work = Some(worked(a, p));
    vec![
        (Class::Regressed, plain(Pass), with(Fail, close(1005)), Findings),
        (Class::Regressed, plain(Lenient), plain(Crash), Findings),
        (Class::Regressed, plain(Fail), plain(Crash), Findings),
        (Class::Regressed, plain(Pass), plain(Unsupported), Findings),
        (Class::Removed, plain(Pass), None, Findings),
        (Class::Removed, plain(Pass), plain(NotRun), Findings),
        (Class::Removed, plain(Pass), plain(Error), Findings),
        (Class::Removed, plain(Fail), None, Success),
        (Class::Removed, plain(Fail), plain(Unsupported), Success),
        (Class::NewFail, None, plain(Fail), Success),
        (Class::NewFail, None, plain(Crash), Findings),
        (Class::NewFail, plain(Unsupported), plain(Fail), Success),
        (Class::CloseCodeChanged, with(Pass, close(1002)), plain(Pass), Success),
        (Class::ReasonChanged, with(Fail, reason("a")), with(Fail, reason("b")), Success),
        (
            Class::ObservationChanged,
            with(Pass, |case| case.observed.end = Some(StreamEnd::Fin)),
            with(Pass, |case| case.observed.end = Some(StreamEnd::Reset)),
            Success,
        ),
        (Class::MoreLenient, plain(Pass), plain(Lenient), Success),
        (Class::Stricter, plain(Lenient), plain(Pass), Success),
        (Class::Fixed, plain(Fail), plain(Pass), Success),
        (Class::Fixed, plain(Crash), plain(Lenient), Success),
        (Class::CrashFixed, plain(Crash), plain(Fail), Success),
        (Class::NewPass, None, plain(Pass), Success),
        (Class::NewPass, plain(Unsupported), plain(Pass), Success),
        (Class::ExpectationChanged, plain(Fail), with(Fail, expected), Success),
        (Class::FlakyChanged, plain(Pass), with(Pass, |case| case.attempts = 2), Success),
        (Class::WorkUp, with(Pass, work(10, 9)), with(Pass, work(11, 8)), Success),
        (Class::WorkDown, with(Pass, work(10, 9)), with(Pass, work(9, 9)), Success),
    ]
}

#[test]
fn each_change_lands_in_its_own_class_and_no_other() {
    let mut seen = BTreeSet::new();
    for (class, old, new, code) in examples() {
        let diff = changes(old.clone(), new.clone());
        let classes: Vec<Class> = diff.changes.keys().copied().collect();
        assert_eq!(classes, [class], "{old:?} → {new:?}");
        assert_eq!(diff.of(class).len(), 1);
        assert_eq!(diff.of(class)[0].id, key(CASE));
        assert_eq!(diff.unchanged, 0);
        let decision = gate_diff(&diff, &DiffPolicy::default());
        assert_eq!(decision.code, code, "{class}: {old:?} → {new:?}");
        assert!(!diff.is_empty());
        assert_eq!(decision.causes.is_empty(), code == ExitCode::Success);
        seen.insert(class);
    }
    seen.extend([Class::Slower, Class::Faster]); // Below.
    assert_eq!(seen, BTreeSet::from(Class::ALL), "a class without an example");
}

#[test]
fn accounts_of_a_fault_are_compared_where_both_give_one() {
    let told = |name: Option<&'static str>| {
        with(Verdict::Pass, |case| {
            case.observed.fault = name.map(|name| Fault {
                name: name.to_owned(),
                clause: None,
                offset: Some(1),
                close: None,
            });
        })
    };
    for (old, new, differ) in [
        (Some("one"), Some("one"), false),
        (Some("one"), Some("other"), true),
        (Some("one"), None, false),
        (None, Some("other"), false),
    ] {
        let diff = changes(told(old), told(new));
        let expected = if differ { vec![Class::ObservationChanged] } else { Vec::new() };
        assert_eq!(diff.changes.into_keys().collect::<Vec<_>>(), expected, "{old:?}, {new:?}");
    }
}

#[test]
fn old_and_new_close_codes_are_told() {
    let old = with(Verdict::Pass, |case| case.observed.close = Some(1002));
    let new = with(Verdict::Fail, |case| case.observed.close = Some(1005));
    let diff = changes(old, new);
    let change = &diff.of(Class::Regressed)[0];
    let codes = |state: &Option<_>| {
        let state: &Option<State> = state;
        state.as_ref().and_then(|state| state.close)
    };
    assert_eq!((codes(&change.old), codes(&change.new)), (Some(1002), Some(1005)));
}

#[test]
fn nothing_changes_between_equal_reports_and_neither_does_what_cannot_be_judged() {
    let report = rich();
    let diff = compare(&report, &report, &Comparison::default()).unwrap();
    assert!(diff.is_empty() && diff.notes.is_empty());
    assert_eq!(diff.unchanged, report.cases.len() as u64);
    assert!(changes(None, plain(Verdict::NotRun)).is_empty());
    assert!(changes(plain(Verdict::Error), None).is_empty());
    assert!(changes(plain(Verdict::Unsupported), None).is_empty());
}

/// The law that ties the digest to the diff.
#[test]
fn equal_digests_and_empty_diffs_are_the_same_thing() {
    for (class, old, new, _) in examples() {
        let (Some(old), Some(new)) = (old, new) else { continue };
        let (a, b) = (report([(CASE, old)]), report([(CASE, new)]));
        let same = a.results_digest == b.results_digest;
        assert_eq!(same, class == Class::ExpectationChanged, "{class}");
    }
    // What a digest does not cover changes nothing in a diff either.
    let mut other = rich();
    for case in other.cases.values_mut() {
        (case.wire, case.title, case.level) = (None, None, wsproof_reports::model::Level::May);
    }
    let (old, new) = (rich(), crate::made::of_cases(other.cases));
    assert_eq!(old.results_digest, new.results_digest);
    assert!(compare(&old, &new, &Comparison::default()).unwrap().is_empty());
}

#[test]
fn time_is_compared_on_request_only_and_never_gates() {
    let timed = |us: u64| {
        let mut report = report([(CASE, result(Verdict::Pass))]);
        let mut run = wsproof_reports::model::RunInfo::default();
        run.timings_us.insert(key(CASE), us);
        report.run = Some(run);
        report
    };
    let request = Comparison { timings_percent: Some(50), ..Comparison::default() };
    let classes = |old, new, how: &Comparison| {
        let diff = compare(&timed(old), &timed(new), how).unwrap();
        for change in diff.changes.values().flatten() {
            let time = |state: &Option<State>| state.as_ref().and_then(|state| state.time_us);
            assert_eq!((time(&change.old), time(&change.new)), (Some(old), Some(new)));
        }
        assert_eq!(gate_diff(&diff, &DiffPolicy::default()).code, ExitCode::Success);
        diff.changes.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(classes(10_000, 20_000, &Comparison::default()), []);
    assert_eq!(classes(10_000, 20_000, &request), [Class::Slower]);
    assert_eq!(classes(20_000, 10_000, &request), [Class::Faster]);
    assert_eq!(classes(10_000, 15_000, &request), []);
    assert_eq!(classes(1, 1001, &request), [], "no more than a millisecond");
    assert_eq!(classes(1, 1002, &request), [Class::Slower]);
}

#[test]
fn reports_that_say_nothing_about_each_other_are_not_compared() {
    let base = || report([(CASE, result(Verdict::Pass))]);
    let other = |change: &dyn Fn(&mut Report)| {
        let mut report = base();
        change(&mut report);
        report
    };
    let strict = Comparison::default();
    let renamed = other(&|report| report.subject.name = "proxy".to_owned());
    let error = compare(&base(), &renamed, &strict).unwrap_err();
    assert_eq!(error.to_string(), "the reports are of different subjects: \"echo\" and \"proxy\"");
    let across = Comparison { across_subjects: true, ..strict };
    let diff = compare(&base(), &renamed, &across).unwrap();
    assert_eq!(diff.notes, ["subject: echo → proxy"]);

    let partial = other(&|report| report.complete = false);
    assert_eq!(compare(&base(), &partial, &strict), Err(NotComparable::Incomplete));
    assert!(compare(&partial, &base(), &strict).is_ok());
    assert!(compare(&base(), &partial, &Comparison { incomplete: true, ..strict }).is_ok());

    let client = other(&|report| report.subject.roles = vec![Role::Client]);
    let server = other(&|report| report.subject.roles = vec![Role::Server]);
    assert_eq!(compare(&client, &server, &strict), Err(NotComparable::Roles));
}

#[test]
fn policies_add_to_the_gate() {
    let gate = |old, new, policy: &str| {
        gate_diff(&changes(old, new), &policy.parse::<DiffPolicy>().unwrap()).code
    };
    let close = |code| with(Verdict::Pass, |case| case.observed.close = Some(code));
    let work = |n| with(Verdict::Pass, |case| case.observed.work = Some(worked(n, 1)));
    use ExitCode::{Findings, Success};
    assert_eq!(gate(close(1002), close(1006), ""), Success);
    assert_eq!(gate(close(1002), close(1006), "new-fail,close-codes"), Findings);
    assert_eq!(gate(None, plain(Verdict::Fail), "new-fail"), Findings);
    assert_eq!(gate(plain(Verdict::Pass), plain(Verdict::Lenient), "lenient"), Findings);
    assert_eq!(gate(work(100), work(105), "work=5%"), Success);
    assert_eq!(gate(work(100), work(106), "work=5%"), Findings);
    assert_eq!(gate(work(100), work(101), "work"), Findings);
    assert_eq!(gate(work(101), work(100), "work"), Success);
    assert_eq!(gate(plain(Verdict::Pass), with(Verdict::Fail, expected), ""), Success);
    let error = "work=much".parse::<DiffPolicy>().unwrap_err().to_string();
    assert_eq!(error, "\"work=much\" is none of close-codes, new-fail, lenient, work, work=<n>%");
}

#[test]
fn the_cause_names_the_first_case_and_counts_the_rest() {
    let ids = ["server/a", "server/b", "server/c"];
    let of = |verdict| report(ids.map(|id| (id, result(verdict))));
    let diff = compare(&of(Verdict::Pass), &of(Verdict::Fail), &Comparison::default()).unwrap();
    let decision = gate_diff(&diff, &DiffPolicy::default());
    assert_eq!(decision.causes, ["regressed: server/a and 2 more"]);
}

#[test]
fn an_expectation_may_move_in_its_file() {
    let at = |line| {
        with(Verdict::Fail, |case| {
            expected(case);
            case.expectation.as_mut().unwrap().line = Some(line);
        })
    };
    assert!(changes(at(3), at(4)).changes.is_empty());
}

#[test]
fn what_was_seen_may_differ_in_work_alone() {
    let case = |events: &[&str], work| {
        with(Verdict::Pass, |case| {
            case.observed = Observed {
                events: events.iter().map(|&event| event.to_owned()).collect(),
                work: Some(worked(work, 1)),
                ..Observed::default()
            };
        })
    };
    let both = changes(case(&["pong"], 1), case(&["ping"], 2));
    let classes: Vec<Class> = both.changes.keys().copied().collect();
    assert_eq!(classes, [Class::ObservationChanged, Class::WorkUp]);
}

#[test]
fn a_diff_is_read_back_as_it_was_written() {
    let (.., diff, _) = crate::snapshots::pair();
    let text = wsproof_reports::canonical::to_string(&diff);
    assert_eq!(serde_json::from_str::<Diff>(&text).unwrap(), diff);
    let first = include_str!("../fixtures/v1/diff.json");
    let old: Diff = serde_json::from_str(first).unwrap();
    assert_eq!(old.of(Class::Regressed)[0].new.as_ref().unwrap().close, Some(1002));
}
