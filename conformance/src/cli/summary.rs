//! The end of a run, in text.

use wsproof_cases::judge::Reason;
use wsproof_reports::exit_code::ExitCode;
use wsproof_reports::gate::Decision;
use wsproof_reports::model::{CaseResult, Report, Role, Verdict};
use wsproof_reports::render::{Terminal, counts, replay};

use super::output::Output;
use crate::select::Item;

/// Tells everything that needs attention, then the sums. `verbose` tells the rest as well.
pub(super) fn tell(
    report: &Report,
    decision: &Decision,
    played: &[&Item],
    verbose: bool,
    output: &mut Output,
) {
    let strict = report.settings.strict;
    let terminal = Terminal { color: output.color };
    let mut told = vec![false; report.cases.len()];
    for wanted in KINDS {
        for ((key, result), told) in report.cases.iter().zip(&mut told) {
            if !*told && wanted(result, strict) {
                *told = true;
                output.line(&format!("  {}", terminal.case_line(key, result, strict)));
            }
        }
    }
    if verbose {
        for ((key, result), _) in report.cases.iter().zip(told).filter(|(_, told)| !told) {
            output.line(&format!("  {}", terminal.case_line(key, result, strict)));
        }
    }
    output.line(&format!("  {}", sums(report)));
    output.line(&format!("  results {}", report.results_digest));
    if !report.complete {
        output.line("  incomplete: not every selected case was played");
    }
    let mut bad = report.cases.iter().filter(|(_, result)| result.is_unexpected(strict));
    if let Some((key, result)) = bad.next() {
        let item = played.iter().find(|item| item.key == *key);
        let name = item.map_or(key.as_str(), |item| item.name());
        output.line(&format!("  replay: {}", replay(report, name, Some(result))));
    }
    if let Some(how) = never_opened(report) {
        output.line(&format!("  {how}"));
    }
    for cause in &decision.causes {
        output.line(&format!("  {cause}"));
    }
    let attribute = if decision.code == ExitCode::Success { "32" } else { "1;31" };
    let code = output.paint(attribute, &decision.code.to_string());
    output.line(&format!("  {code}"));
}

/// That a server let nobody in is one thing to look at, not a thousand.
fn never_opened(report: &Report) -> Option<String> {
    let spoke = |result: &CaseResult| result.observed.frames_in.is_some_and(|frames| frames > 0);
    let is_far = report.subject.transport != "in-process";
    if !is_far || report.subject.roles != [Role::Server] || report.cases.values().any(spoke) {
        return None;
    }
    let is_shut =
        |result: &&CaseResult| result.reason.as_deref() == Some(Reason::NeverOpened.slug());
    let how = report.cases.values().find(is_shut)?.observed.text.as_deref()?;
    let ask = "is the path right, and must it be told more by --header or --subprotocol?";
    Some(format!("no connection was opened: the server {how}; {ask}"))
}

/// What is told, in this order: failures, trouble of our own, known deviations, lenient cases.
const KINDS: [fn(&CaseResult, bool) -> bool; 4] = [
    CaseResult::is_unexpected,
    |result, _| result.verdict == Verdict::Error,
    |result, _| result.expectation.is_some(),
    |result, _| result.verdict == Verdict::Lenient,
];

/// `600 pass · 2 info      0.912 s, 660 results per second`
fn sums(report: &Report) -> String {
    let mut text = counts(report);
    if let Some(run) = &report.run {
        let ms = run.duration_ms;
        let per_second = run.timings_us.len() as u64 * 1000 / ms.max(1);
        text.push_str(&format!(
            "      {}.{:03} s, {per_second} results per second",
            ms / 1000,
            ms % 1000
        ));
    }
    text
}
