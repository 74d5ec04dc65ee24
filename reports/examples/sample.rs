//! Writes every format of a large made-up report and diff, and prints sizes and times.
//!
//! `cargo run --release -p wsproof-reports --example sample -- FOLDER [CASES]`

use std::path::PathBuf;
use std::time::Instant;

use wsproof_reports::diff::{Comparison, compare};
use wsproof_reports::gate::{DiffPolicy, RunPolicy, gate_diff, gate_run};
use wsproof_reports::model::{CaseKey, CaseResult, Report, Verdict};
use wsproof_reports::read::read_report;
use wsproof_reports::render::{FORMATS, Rendered, View};
use wsproof_reports::{canonical, write::WriteError};

fn main() -> Result<(), WriteError> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "reports/latest-sample".into()));
    let cases = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(2000);
    let old = made(cases, 0);
    let new = made(cases, 1);
    let text = canonical::to_string(&old);

    let (back, reading) = timed(|| read_report(text.as_bytes()));
    println!("{cases} cases, {} octets of JSON, read in {reading}", text.len());
    assert_eq!(back.ok().as_ref(), Some(&old), "what is written is read back");
    let (diff, comparing) = timed(|| compare(&old, &new, &Comparison::default()));
    let diff = diff.expect("both are reports of one subject");
    println!(
        "compared in {comparing}: {} classes, {} unchanged",
        diff.changes.len(),
        diff.unchanged
    );

    let run = gate_run(&new, &[], &RunPolicy::default());
    let gate = gate_diff(&diff, &DiffPolicy::default());
    for format in FORMATS {
        let one = View::One { report: &new, decision: Some(&run) };
        let change = View::Change { diff: &diff, old: &old, new: &new, decision: Some(&gate) };
        for (name, view) in [("one", one), ("change", change)] {
            let (rendered, time) = timed(|| format.render.render(view));
            let Ok(rendered) = rendered else { continue };
            let size: usize = match &rendered {
                Rendered::File(text) => text.len(),
                Rendered::Folder(files) => files.values().map(String::len).sum(),
            };
            println!("{:<12} {name:<7} {size:>9} octets in {time}", format.name);
            rendered.save(&folder.join(name).join(format.file))?;
        }
    }
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, String) {
    let start = Instant::now();
    let value = work();
    (value, format!("{:.1} ms", start.elapsed().as_secs_f64() * 1000.0))
}

/// The rich fixture with many copies of its cases; the two variants differ in every fiftieth.
fn made(cases: usize, variant: usize) -> Report {
    let text = include_str!("../tests/fixtures/v1/report.json");
    let base = read_report(text.as_bytes()).expect("the fixture is a report");
    let pool: Vec<(&CaseKey, &CaseResult)> = base.cases.iter().collect();
    let good: Vec<&CaseResult> =
        base.cases.values().filter(|case| case.verdict == Verdict::Pass).collect();
    let mut many = base.cases.clone();
    for n in 0..cases.saturating_sub(pool.len()) {
        let (key, _) = pool[n % pool.len()];
        let key = format!("{}/{}/{n:04}", key.role(), key.group());
        let changed = n % 50 == 0 && variant == 1;
        let case = if n % 10 == 7 || changed {
            base.cases.values().find(|case| case.wire.is_some()).unwrap_or(good[0]).clone()
        } else {
            good[n % good.len()].clone()
        };
        many.insert(key.parse().expect("a key made of keys"), case);
    }
    let (mut suite, mut subject) = (base.suite, base.subject);
    suite.selected = many.len() as u64;
    suite.total = many.len() as u64;
    subject.version = Some(format!("1.{variant}.0"));
    Report::new(suite, subject, base.settings, true, many, base.run)
}
