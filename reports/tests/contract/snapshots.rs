//! Every text format, held against files a person has looked at.
//!
//! `WSPROOF_UPDATE_SNAPSHOTS=1 cargo test -p wsproof-reports` writes them anew; look at the
//! difference before committing it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wsproof_reports::diff::{Comparison, Diff, compare};
use wsproof_reports::expect::{Apply, ByFields, Expectations};
use wsproof_reports::gate::{Decision, DiffPolicy, RunPolicy, gate_diff, gate_run};
use wsproof_reports::model::{CaseResult, Report, StreamEnd, Verdict, Wire, Work};
use wsproof_reports::render::{FORMATS, Format, Render as _, Rendered, Terminal, View};

use crate::made::{key, of_cases, result, rich};

/// A run with known deviations, stale and met.
pub(crate) fn run() -> (Report, Decision) {
    let text = "\
schema = 1
suite = \"2026.1\"

[[expect]]
cases = [\"client/control/ping-flood\"]
verdict = \"crash\"
reason = \"the ring is too small; fixed in the next release | see *there*\"
issue = \"https://example.org/7\"

[[expect]]
cases = [\"ab:1.1.2\"]
verdict = \"fail\"
reason = \"used to fail\"
when = { role = \"client\" }
";
    let mut report = rich();
    let how = Apply { today: "2026-11-21".parse().unwrap(), whole: true };
    let findings = Expectations::parse(text, &ByFields).unwrap().apply(&mut report, &how);
    let decision = gate_run(&report, &findings, &RunPolicy::default());
    (report, decision)
}

/// Two reports that differ in most ways.
pub(crate) fn pair() -> (Report, Report, Diff, Decision) {
    let old = rich();
    let mut cases = old.cases.clone();
    let mut edit = |id: &str, change: &dyn Fn(&mut CaseResult)| {
        change(cases.get_mut(&key(id)).unwrap());
    };
    edit("server/framing/text/length-0", &|case| {
        case.verdict = Verdict::Fail;
        case.reason = Some("close-code-wrong".to_owned());
        case.observed.close = Some(1002);
        case.observed.text = Some("the subject closed with 1002".to_owned());
        case.wire = crate::made::wrong_code().wire;
    });
    edit("server/framing/text/length-125", &|case| {
        case.observed.close = None;
        case.observed.end = Some(StreamEnd::Reset);
    });
    edit("client/framing/text/length-125", &|case| {
        case.observed.work.as_mut().unwrap().actions = 14;
    });
    edit("client/control/ping-flood", &|case| case.verdict = Verdict::Fail);
    edit("server/text/utf8/split-late", &|case| case.verdict = Verdict::Pass);
    edit("client/framing/fragment/in-text", &|case| *case = result(Verdict::Pass));
    cases.remove(&key("client/framing/text/length-0"));
    cases.insert(key("server/zz/new"), result(Verdict::Pass));
    let mut new = of_cases(cases);
    new.subject.version = Some("1.5.0".to_owned());
    let diff = compare(&old, &new, &Comparison::default()).unwrap();
    let decision = gate_diff(&diff, &DiffPolicy::default());
    (old, new, diff, decision)
}

fn texts(rendered: Rendered, name: &str) -> BTreeMap<String, String> {
    match rendered {
        Rendered::File(text) => BTreeMap::from([(name.to_owned(), text)]),
        Rendered::Folder(files) => {
            files.into_iter().map(|(file, text)| (format!("{name}/{file}"), text)).collect()
        }
    }
}

fn hold(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("WSPROOF_UPDATE_SNAPSHOTS").is_some() {
        wsproof_reports::write::write_atomically(&path, text.as_bytes()).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(held, text, "{name} is not as it was");
}

#[test]
fn every_format_shows_a_report_and_a_diff_as_before() {
    let (report, decision) = run();
    let (old, new, diff, gate) = pair();
    for Format { name, render, file, .. } in FORMATS.iter().filter(|format| format.name != "html") {
        let one = View::One { report: &report, decision: Some(&decision) };
        for (path, text) in texts(render.render(one).unwrap(), &format!("one/{file}")) {
            hold(&path, &text);
        }
        let change = View::Change { diff: &diff, old: &old, new: &new, decision: Some(&gate) };
        match render.render(change) {
            Ok(rendered) => {
                for (path, text) in texts(rendered, &format!("change/{file}")) {
                    hold(&path, &text);
                }
            }
            Err(error) => {
                let wanted = format!("the format {name} shows one report, not a diff");
                assert_eq!(error.to_string(), wanted);
            }
        }
    }
}

#[test]
fn colour_changes_no_word() {
    let (report, decision) = run();
    let view = View::One { report: &report, decision: Some(&decision) };
    let text = |color| {
        let format: &dyn wsproof_reports::render::Render = &Terminal { color };
        texts(format.render(view).unwrap(), "x").remove("x").unwrap()
    };
    let colored = text(true);
    assert!(colored.contains("\x1b[1;31mFAIL"));
    let mut plain = String::new();
    for (n, part) in colored.split('\x1b').enumerate() {
        plain.push_str(if n == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(plain, text(false));
}

#[test]
fn hostile_texts_stay_inside_every_format() {
    let (report, _) = run();
    let view = View::One { report: &report, decision: None };
    for format in FORMATS {
        for (path, text) in texts(format.render.render(view).unwrap(), format.name) {
            assert!(!text.contains('\x1b'), "{path} carries an escape sequence of the subject");
            let raw = text.contains("<script>alert(1)");
            assert!(!raw || path.ends_with("json"), "{path} carries markup of the subject");
        }
    }
}

#[test]
fn markdown_is_cut_with_a_count() {
    let ids: Vec<String> = (0..5000).map(|n| format!("server/many/{n:04}")).collect();
    let cases = ids.iter().map(|id| (key(id), crate::made::wrong_code())).collect();
    let report = of_cases(cases);
    let markdown = FORMATS.iter().find(|format| format.name == "markdown").unwrap();
    let view = View::One { report: &report, decision: None };
    let text = texts(markdown.render.render(view).unwrap(), "x").remove("x").unwrap();
    assert!(text.len() <= wsproof_reports::render::MARKDOWN_MAX_OCTETS, "{}", text.len());
    let rows = text.lines().filter(|line| line.starts_with("| `server/")).count();
    let left_out = format!("{} more rows are left out here", 5000 - rows);
    assert!(rows > 100 && text.contains(&left_out), "{rows} rows");
}

#[test]
fn annotations_are_ten_at_most() {
    let annotations = FORMATS.iter().find(|format| format.name == "annotations").unwrap();
    for (failures, lines) in [(0, 0), (10, 10), (11, 10), (500, 10)] {
        let ids: Vec<String> = (0..failures).map(|n| format!("server/{n}")).collect();
        let report = of_cases(ids.iter().map(|id| (key(id), result(Verdict::Fail))).collect());
        let view = View::One { report: &report, decision: None };
        let text = texts(annotations.render.render(view).unwrap(), "x").remove("x").unwrap();
        assert_eq!(text.lines().count(), lines);
        assert_eq!(text.contains("and 2 more"), failures == 11);
        assert!(text.lines().all(|line| line.starts_with("::error title=")));
    }
}

#[test]
fn files_and_folders_are_saved() {
    let folder = tempfile::tempdir().unwrap();
    let (report, _) = run();
    let view = View::One { report: &report, decision: None };
    for format in FORMATS {
        let path: PathBuf = folder.path().join(format.file);
        format.render.render(view).unwrap().save(&path).unwrap();
        assert!(path.exists());
    }
    assert!(folder.path().join("autobahn/servers/index.json").exists());
}

#[test]
fn the_largest_numbers_and_longest_texts_are_shown() {
    let (mut report, _) = run();
    let long = "x\u{fffe}\u{202e}".repeat(100_000);
    report.settings.seed = u64::MAX;
    (report.suite.selected, report.suite.total) = (u64::MAX, u64::MAX);
    let run = report.run.as_mut().unwrap();
    run.duration_ms = u64::MAX;
    run.timings_us.values_mut().for_each(|us| *us = u64::MAX);
    for case in report.cases.values_mut() {
        case.attempts = u32::MAX;
        case.observed.text = Some(long.clone());
        case.observed.work = Some(Work {
            actions: u64::MAX,
            bytes_in: u64::MAX,
            bytes_out: u64::MAX,
            peak_buffer_bytes: u64::MAX,
        });
        for entry in case.wire.iter_mut().flat_map(|wire| &mut wire.entries) {
            (entry.at, entry.length, entry.times) = (u64::MAX, u64::MAX, u32::MAX);
            (entry.shown_from, entry.guilty) = (u64::MAX, Some(u64::MAX));
            entry.hex = "zz€".to_owned();
        }
    }
    let how = Comparison { timings_percent: Some(u32::MAX), ..Comparison::default() };
    let diff = compare(&rich(), &report, &how).unwrap();
    let policy = DiffPolicy { work_percent: Some(u32::MAX), ..DiffPolicy::default() };
    assert_eq!(
        gate_diff(&diff, &policy).causes,
        ["work_up: client/framing/text/length-0 and 6 more"]
    );
    let views = [
        View::One { report: &report, decision: None },
        View::Change { diff: &diff, old: &rich(), new: &report, decision: None },
    ];
    for (format, view) in FORMATS.iter().flat_map(|format| views.map(|view| (format, view))) {
        let Ok(rendered) = format.render.render(view) else { continue };
        for (path, text) in texts(rendered, format.name) {
            assert!(!text.contains('\u{202e}') || path.ends_with("json"), "{path}");
        }
    }
}

#[test]
fn a_page_with_every_wire_log_stays_small() {
    let entry = crate::made::wrong_code().wire.unwrap().entries.remove(1);
    let mut case = crate::made::wrong_code();
    case.wire = Some(Wire::collect(None, core::iter::repeat_n(entry, 100)));
    let ids: Vec<String> = (0..2000).map(|n| format!("server/many/{n:04}")).collect();
    let report = of_cases(ids.iter().map(|id| (key(id), case.clone())).collect());
    let html = FORMATS.iter().find(|format| format.name == "html").unwrap();
    let view = View::One { report: &report, decision: None };
    let page = texts(html.render.render(view).unwrap(), "x").remove("x").unwrap();
    assert!(page.len() < 5_000_000, "{} octets", page.len());
    assert!(page.contains("\"wire\":\"left out\"") && page.contains("\"wire\":{"));

    let old = of_cases(ids.iter().map(|id| (key(id), result(Verdict::Pass))).collect());
    let diff = compare(&old, &report, &Comparison::default()).unwrap();
    let view = View::Change { diff: &diff, old: &report, new: &report, decision: None };
    let page = texts(html.render.render(view).unwrap(), "x").remove("x").unwrap();
    assert!(page.len() < 8_000_000, "{} octets", page.len());
}

/// A strict run may fail by lenient cases alone.
#[test]
fn what_is_lenient_in_a_strict_run_can_be_replayed() {
    let mut report = of_cases([(key("server/close/after-echo"), result(Verdict::Lenient))].into());
    report.settings.strict = true;
    let view = View::One { report: &report, decision: None };
    let Ok(Rendered::File(text)) = Terminal::default().render(view) else { panic!("no text") };
    assert!(text.contains("replay: wsproof replay server/close/after-echo"), "{text}");
}

#[test]
fn the_last_words_of_a_program_stay_in_the_line_of_its_case() {
    let mut crash = result(Verdict::Crash);
    crash.observed.text = Some("ended with exit code 7\nhere I am\nboom".to_owned());
    let line = Terminal::default().case_line(&key("server/close/after-echo"), &crash, false);
    assert!(line.ends_with("ended with exit code 7 | here I am | boom"), "{line}");
}
