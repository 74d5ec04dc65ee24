//! Known deviations: applying, accepting, pruning, and the exit codes they lead to.

use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::expect::{Apply, ByFields, Date, Expectations, Facts, Finding, accept, prune};
use wsproof_reports::gate::{RunPolicy, gate_run};
use wsproof_reports::model::{CaseResult, Report, Verdict};

use crate::made::{report, result, rich};

const TODAY: &str = "2026-11-21";

fn parse(text: &str) -> Expectations {
    Expectations::parse(&format!("schema = 1\n{text}"), &ByFields).unwrap()
}

fn today() -> Date {
    TODAY.parse().unwrap()
}

fn apply(text: &str, report: &mut Report) -> Vec<Finding> {
    parse(text).apply(report, &Apply { today: today(), whole: true })
}

fn failing(code: u16) -> CaseResult {
    let mut case = result(Verdict::Fail);
    case.observed.close = Some(code);
    case.alias = Some("ab:7.9.4".to_owned());
    case
}

/// The four-way matrix: bad or good, listed or not; and what could not be run.
#[test]
fn the_gate_of_a_run() {
    let listed = "[[expect]]\ncases = [\"a\"]\nverdict = \"fail\"\nreason = \"known\"\n";
    let code = |verdict, text| {
        let mut report =
            report([("server/a", result(verdict)), ("server/b", result(Verdict::Pass))]);
        let findings = apply(text, &mut report);
        gate_run(&report, &findings, &RunPolicy::default()).code
    };
    assert_eq!(code(Verdict::Fail, listed), ExitCode::Success);
    assert_eq!(code(Verdict::Fail, ""), ExitCode::Findings);
    assert_eq!(code(Verdict::Pass, listed), ExitCode::Stale);
    assert_eq!(code(Verdict::Pass, ""), ExitCode::Success);
    assert_eq!(code(Verdict::Error, listed), ExitCode::CouldNotTest);
    assert_eq!(code(Verdict::Error, ""), ExitCode::CouldNotTest);
    assert_eq!(code(Verdict::Crash, listed), ExitCode::Findings, "fail is not crash");
    assert_eq!(code(Verdict::Lenient, listed), ExitCode::Stale);
    assert_eq!(code(Verdict::Unsupported, listed), ExitCode::Stale);
    assert_eq!(code(Verdict::NotRun, ""), ExitCode::CouldNotTest);
}

#[test]
fn a_run_that_tested_nothing_is_not_green() {
    let gate = |report: &Report, policy| gate_run(report, &[], &policy).code;
    let empty = report([]);
    let unsupported = report([("server/a", result(Verdict::Unsupported))]);
    let one = report([("server/a", result(Verdict::Pass))]);
    let policy = RunPolicy::default();
    assert_eq!(gate(&empty, policy), ExitCode::NothingRan);
    assert_eq!(gate(&unsupported, policy), ExitCode::NothingRan);
    assert_eq!(gate(&empty, RunPolicy { no_cases_warns: true, ..policy }), ExitCode::Success);
    assert_eq!(gate(&one, RunPolicy { min_cases: 1, ..policy }), ExitCode::Success);
    assert_eq!(gate(&one, RunPolicy { min_cases: 2, ..policy }), ExitCode::NothingRan);
    assert_eq!(gate(&one, RunPolicy { interrupted: true, ..policy }), ExitCode::Interrupted);
    let [pass, not_run] = [Verdict::Pass, Verdict::NotRun].map(result);
    let half = report([("server/a", pass), ("server/b", not_run)]);
    let decision = gate_run(&half, &[], &RunPolicy { min_cases: 2, ..policy });
    assert!(decision.causes.iter().any(|cause| cause.contains("1 case ran")), "{decision:?}");
}

#[test]
fn lenient_is_bad_in_a_strict_run_only() {
    let lenient = report([("server/a", result(Verdict::Lenient))]);
    assert_eq!(gate_run(&lenient, &[], &RunPolicy::default()).code, ExitCode::Success);
    let mut settings = lenient.settings.clone();
    settings.strict = true;
    let strict = Report::new(lenient.suite, lenient.subject, settings, true, lenient.cases, None);
    assert_eq!(strict.summary.unexpected, 1);
    assert_eq!(gate_run(&strict, &[], &RunPolicy::default()).code, ExitCode::Findings);
}

#[test]
fn a_pinned_close_code_must_be_the_one_observed() {
    let text = "[[expect]]\ncases = [\"ab:7.9.*\"]\nverdict = \"fail\"\nreason = \"known\"\nclose = 1002\n";
    let unexpected = |code| {
        let mut report = report([("server/a", failing(code))]);
        assert_eq!(apply(text, &mut report), []);
        report.summary.unexpected
    };
    assert_eq!((unexpected(1002), unexpected(1006)), (0, 1));
}

#[test]
fn conditions_choose_role_transport_driver_and_feature() {
    for (when, holds) in [
        ("role = \"server\"", true),
        ("role = \"client\"", false),
        ("transport = \"in-process\", driver = \"session\"", true),
        ("transport = \"in-process\", driver = \"typed\"", false),
        ("transport = \"tls\"", false),
        ("feature = \"permessage-deflate\"", false),
    ] {
        let mut report = report([("server/a", result(Verdict::Fail))]);
        let text = format!(
            "[[expect]]\ncases = [\"a\"]\nverdict = \"fail\"\nreason = \"known\"\nwhen = {{ {when} }}\n"
        );
        assert_eq!(apply(&text, &mut report), [], "{when}");
        assert_eq!(report.summary.expected_fail, u64::from(holds), "{when}");
    }
}

#[test]
fn an_entry_covers_nothing_from_its_day_on() {
    for (until, code) in [
        ("2026-11-22", ExitCode::Success),
        (TODAY, ExitCode::Findings),
        ("\"2026-11-22\"", ExitCode::Success),
        ("'2026-11-21'", ExitCode::Findings),
    ] {
        let mut report = report([("server/a", result(Verdict::Fail))]);
        let text = format!(
            "[[expect]]\ncases = [\"a\"]\nverdict = \"fail\"\nreason = \"known\"\nuntil = {until}\n"
        );
        let findings = apply(&text, &mut report);
        let decision = gate_run(&report, &findings, &RunPolicy::default());
        assert_eq!(decision.code, code);
        if code == ExitCode::Findings {
            let causes = ["1 case failed", "line 2: the entry was good until 2026-11-21"];
            assert_eq!(decision.causes, causes);
        }
    }
}

#[test]
fn entries_that_name_no_case_or_share_one_are_findings() {
    let text = "\
[[expect]]
cases = [\"a\", \"gone/*\"]
verdict = \"fail\"
reason = \"one\"

[[expect]]
cases = [\"*\"]
verdict = [\"fail\", \"crash\"]
reason = \"two\"
";
    let made =
        || report([("server/a", result(Verdict::Fail)), ("server/b", result(Verdict::Crash))]);
    let mut report = made();
    let findings = apply(text, &mut report);
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["line 2: \"gone/*\" names no case", "server/a is claimed by two entries, lines 2 and 7"]
    );
    let decision = gate_run(&report, &findings, &RunPolicy::default());
    assert_eq!(decision.code, ExitCode::Usage);
    assert_eq!(gate_run(&report, &findings[..1], &RunPolicy::default()).code, ExitCode::NothingRan);

    let narrow = parse(text).apply(&mut made(), &Apply { today: today(), whole: false });
    assert_eq!(narrow.len(), 1, "a narrower run cannot know which cases exist");
}

#[test]
fn stale_entries_fail_or_warn_and_say_which_case() {
    let text = "[[expect]]\ncases = [\"*\"]\nverdict = \"fail\"\nreason = \"known\"\n";
    let mut report =
        report([("server/a", result(Verdict::Pass)), ("server/b", result(Verdict::Fail))]);
    let findings = apply(text, &mut report);
    assert_eq!(
        findings[0].to_string(),
        "line 2: not every case is as expected any more: server/a is pass"
    );
    assert_eq!(gate_run(&report, &findings, &RunPolicy::default()).code, ExitCode::Stale);
    let warn = RunPolicy { stale_warns: true, ..RunPolicy::default() };
    assert_eq!(gate_run(&report, &findings, &warn).code, ExitCode::Success);
}

#[test]
fn flaky_cases_can_be_expected() {
    let text = "[[expect]]\ncases = [\"a\"]\nverdict = \"flaky\"\nreason = \"timing\"\n";
    let mut flaky = result(Verdict::Pass);
    flaky.attempts = 2;
    let mut report = report([("server/a", flaky)]);
    assert_eq!(apply(text, &mut report), []);
    assert_eq!(report.summary.expected_fail, 1);
}

#[test]
fn another_suite_is_worth_a_remark_only() {
    let mut report = report([("server/a", result(Verdict::Pass))]);
    let findings = apply("suite = \"2025.9\"\n", &mut report);
    assert!(findings[0].to_string().contains("accepted with suite 2025.9, this is 2026.1"));
    assert_eq!(gate_run(&report, &findings, &RunPolicy::default()).code, ExitCode::Success);
}

#[test]
fn cases_that_are_not_to_be_run_are_known_beforehand() {
    let text =
        "[[expect]]\ncases = [\"a\"]\nverdict = \"crash\"\nreason = \"hangs\"\nrun = false\n";
    let report = report([("server/a", result(Verdict::Pass)), ("server/b", result(Verdict::Pass))]);
    let expectations = parse(text);
    let skipped: Vec<&str> = report
        .cases
        .iter()
        .filter(|(key, case)| expectations.skips(&Facts::of(key, case), &report.subject))
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(skipped, ["server/a"]);
}

#[test]
fn mistakes_in_the_file_name_their_line() {
    let entry = |rest: &str| format!("schema = 1\n\n[[expect]]\ncases = [\"a\"]\n{rest}");
    for (text, wanted) in [
        (String::new(), "line 1: missing field `schema`"),
        (
            "schema = 2\n".to_owned(),
            "line 1: schema wsproof-expect/2 is newer than this build reads",
        ),
        ("schema = 1\nsuit = \"x\"\n".to_owned(), "line 2: unknown field `suit`"),
        ("schema = 1\n[[expect]\n".to_owned(), "line 2: "),
        (entry("verdict = \"fail\"\n"), "line 3: missing field `reason`"),
        (entry("verdict = \"fail\"\nreason = \"  \"\n"), "line 3: the reason is empty"),
        (
            entry("verdict = \"pass\"\nreason = \"x\"\n"),
            "line 5: fail, lenient, unsupported, crash",
        ),
        (entry("verdict = []\nreason = \"x\"\n"), "line 3: the entry names no verdict"),
        (entry("verdict = \"fail\"\nreason = \"x\"\nclose = 70000\n"), "line 7: "),
        (
            entry("verdict = \"fail\"\nreason = \"x\"\nuntil = 10:00:00\n"),
            "line 3: until = 10:00:00 is not a day",
        ),
        (
            entry("verdict = \"fail\"\nreason = \"x\"\nuntil = \"2027-3-1\"\n"),
            "line 3: until = \"2027-3-1\" is not a day",
        ),
        (
            entry("verdict = \"fail\"\nreason = \"x\"\nwhen = { os = \"x\" }\n"),
            "line 7: unknown field `os`",
        ),
        (
            entry("verdict = \"fail\"\nverdict = \"fail\"\nreason = \"x\"\n"),
            "line 6: duplicate key",
        ),
        (
            "schema = 1\n[[expect]]\ncases = []\nverdict = \"fail\"\nreason = \"x\"\n".to_owned(),
            "line 2: the entry names no case",
        ),
        (
            "schema = 1\n[[expect]]\ncases = [\"a[\"]\nverdict = \"fail\"\nreason = \"x\"\n"
                .to_owned(),
            "line 2: pattern \"a[\": ",
        ),
    ] {
        let error = Expectations::parse(&text, &ByFields).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{text}\n  gave   {error}\n  wanted {wanted}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    let deep = format!("schema = 1\na = {}", "[".repeat(200_000));
    let dotted = format!("schema = 1\n{}a = 1\n", "a.".repeat(100_000));
    let long = format!("schema = 1\n# {}", "x".repeat(Expectations::MAX_OCTETS));
    let many = format!(
        "schema = 1\n[[expect]]\nverdict = \"fail\"\nreason = \"x\"\ncases = [{}]\n",
        "\"a\",".repeat(Expectations::MAX_PATTERNS + 1)
    );
    for text in [deep, dotted, long, many] {
        assert!(Expectations::parse(&text, &ByFields).is_err());
    }
}

const FILE: &str = "\
# What we know and live with.
schema = 1
suite = \"2025.9\" # last accepted

# The reserved code.
[[expect]]
cases = [
    \"server/close/code/reserved-1005\", # echoes it
    \"server/framing/text/length-0\",
]
verdict = \"fail\"
reason = \"echoes whatever it gets\"

# Long gone.
[[expect]]
cases = [\"client/framing/text/*\"]
verdict = \"fail\"
reason = \"fixed long ago\"
# The end.
";

#[test]
fn accepting_adds_entries_and_keeps_comments() {
    let mut report = rich();
    let how = Apply { today: today(), whole: true };
    Expectations::parse(FILE, &ByFields).unwrap().apply(&mut report, &how);
    let mut asked = Vec::new();
    let text = accept(FILE, &report, &ByFields, &mut |verdict, cases| {
        asked.push(format!("{verdict} {}", cases.join(" ")));
        "to be looked at".to_owned()
    })
    .unwrap();
    assert_eq!(asked, ["fail client/framing/fragment/in-text", "crash client/control/ping-flood"]);
    for kept in ["# What we know", "# last accepted", "# echoes it", "# Long gone.", "# The end."] {
        assert!(text.contains(kept), "{kept} in\n{text}");
    }
    assert!(text.contains("suite = \"2026.1\" # last accepted"), "{text}");
    // The new text covers everything that was unexpected.
    Expectations::parse(&text, &ByFields).unwrap().apply(&mut report, &how);
    assert_eq!(report.summary.unexpected, 0, "{text}");

    let error = accept(FILE, &rich(), &ByFields, &mut |_, _| String::new()).unwrap_err();
    assert!(error.to_string().starts_with("no reason for "), "{error}");
}

#[test]
fn accepting_begins_a_file_and_joins_roles() {
    let report = report([
        ("client/a", result(Verdict::Fail)),
        ("server/a", result(Verdict::Fail)),
        ("server/b", result(Verdict::Fail)),
    ]);
    let text = accept("", &report, &ByFields, &mut |_, _| "new".to_owned()).unwrap();
    let wanted = "schema = 1\nsuite = \"2026.1\"\n\n[[expect]]\ncases = [\n    \"a\",\n    \
                  \"server/b\",\n]\nverdict = \"fail\"\nreason = \"new\"\n";
    assert_eq!(text, wanted);
}

#[test]
fn pruning_takes_out_what_is_needless_and_nothing_else() {
    let (text, gone) = prune(FILE, &rich(), &ByFields, today()).unwrap();
    assert_eq!(gone, 2, "one pattern and one entry");
    assert!(!text.contains("length-0") && !text.contains("client/framing"), "{text}");
    for kept in ["# What we know", "# The reserved code.", "reserved-1005\", # echoes it"] {
        assert!(text.contains(kept), "{kept} in\n{text}");
    }
    let mut report = rich();
    let how = Apply { today: today(), whole: true };
    let findings = Expectations::parse(&text, &ByFields).unwrap().apply(&mut report, &how);
    assert!(
        findings.iter().all(|finding| finding.exit_code() == ExitCode::Success),
        "{findings:?}"
    );
    assert_eq!(prune(&text, &rich(), &ByFields, today()).unwrap(), (text, 0));
}

/// A report of one role says nothing about the other.
#[test]
fn pruning_keeps_what_was_not_played() {
    let text = "schema = 1\n\n[[expect]]\ncases = [\"client/a\", \"server/a\"]\nverdict = \"fail\"\n\
                reason = \"known\"\n\n[[expect]]\ncases = [\"client/b\"]\nverdict = \"fail\"\n\
                reason = \"known\"\n";
    let mut report = report([("server/a", result(Verdict::Pass))]);
    report.suite.total = report.suite.selected + 2;
    let (kept, gone) = prune(text, &report, &ByFields, today()).unwrap();
    assert_eq!((gone, kept.contains("server/a")), (1, false), "{kept}");
    assert!(kept.contains("client/a") && kept.contains("client/b"), "{kept}");
    report.suite.total = report.suite.selected;
    let (kept, gone) = prune(text, &report, &ByFields, today()).unwrap();
    assert_eq!((gone, kept.contains("client")), (2, false), "{kept}");
}

/// This file was written for the first version and must be readable for ever.
#[test]
fn expectations_of_the_first_version_still_load() {
    let text = include_str!("../fixtures/v1/expect.toml");
    assert_eq!(Expectations::parse(text, &ByFields).unwrap().len(), 2);
}
