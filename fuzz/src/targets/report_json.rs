//! Documents that anybody may have written, for the tools.

use wsproof_reports::canonical;
use wsproof_reports::diff::{Comparison, compare};
use wsproof_reports::expect::{Apply, ByFields, Date, Expectations};
use wsproof_reports::gate::{DiffPolicy, RunPolicy, gate_diff, gate_run};
use wsproof_reports::model::Report;
use wsproof_reports::read::read_report;
use wsproof_reports::render::{FORMATS, View};

use crate::oracle::{Finding, Oracle, equal, judge};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "report_json",
    feeds: "up to three documents with a NUL between them: report, other report, expectations",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "documents",
    dictionary: "documents.dict",
    longest: 4096,
    check,
    show: |octets| octets.escape_ascii().to_string().replace("\\n", "\n"),
    stream: |_| None,
};

/// What the documents are, as far as they are anything.
struct Seen {
    reports: Vec<Report>,
    expectations: Option<Expectations>,
}

/// The oracles.
const ORACLES: &[&dyn Oracle<Seen>] = &[&CanonicalForm, &Tools];

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let documents: Vec<&[u8]> = octets.splitn(3, |octet| *octet == 0).collect();
    let reports = documents.iter().filter_map(|document| read_report(document).ok()).collect();
    let expectations = documents.iter().find_map(|document| {
        let text = core::str::from_utf8(document).ok()?;
        Expectations::parse(text, &ByFields).ok()
    });
    judge(ORACLES, &Seen { reports, expectations })?;
    Ok(Keep::Yes)
}

/// A report has one canonical form, which is read as the same report.
struct CanonicalForm;

impl Oracle<Seen> for CanonicalForm {
    fn name(&self) -> &'static str {
        "canonical form"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        for report in &seen.reports {
            let text = canonical::to_string(report);
            let again =
                read_report(text.as_bytes()).map_err(|error| format!("{error} in {text}"))?;
            equal(report, &again)?;
            equal(&text, &canonical::to_string(&again))?;
        }
        Ok(())
    }
}

/// Every tool has an answer to every document that can be read; a report does not differ from
/// itself.
struct Tools;

impl Oracle<Seen> for Tools {
    fn name(&self) -> &'static str {
        "tools"
    }

    fn check(&self, seen: &Seen) -> Result<(), String> {
        for report in &seen.reports {
            let mut report = report.clone();
            let today = Date::new(2030, 1, 1).ok_or("no such day")?;
            let how = Apply { today, whole: true };
            let findings = seen.expectations.iter().flat_map(|file| file.apply(&mut report, &how));
            let findings: Vec<_> = findings.collect();
            let decision = gate_run(&report, &findings, &RunPolicy::default());
            for format in FORMATS {
                let view = View::One { report: &report, decision: Some(&decision) };
                let _ = format.render.render(view);
            }
            let how =
                Comparison { incomplete: true, across_subjects: true, ..Comparison::default() };
            for other in &seen.reports {
                let Ok(diff) = compare(&report, other, &how) else { continue };
                let decision = gate_diff(&diff, &DiffPolicy::default());
                for format in FORMATS {
                    let (diff, old, new) = (&diff, &report, other);
                    let _ = format.render.render(View::Change {
                        diff,
                        old,
                        new,
                        decision: Some(&decision),
                    });
                }
            }
            if let Ok(diff) = compare(&report, &report, &how)
                && !diff.is_empty()
            {
                return Err(format!("a report differs from itself: {diff:?}"));
            }
        }
        Ok(())
    }
}
