//! What happens during a run, as one JSON object per line.
//!
//! The first event is `begin`, the last is `end`; between them there is a `case` for each result,
//! in the order in which they come. Readers skip events and fields they do not know.

use core::time::Duration;

use serde_json::json;
use wsproof_reports::gate::Decision;
use wsproof_reports::model::{CaseKey, CaseResult, Report};

/// A run begins.
pub(super) fn begin(selected: usize, jobs: usize, seed: u64) -> String {
    json!({ "event": "begin", "selected": selected, "jobs": jobs, "seed": seed }).to_string()
}

/// A case has a result.
pub(super) fn case(key: &CaseKey, result: &CaseResult, strict: bool, time: Duration) -> String {
    json!({
        "event": "case",
        "key": key,
        "level": result.level,
        "rfc": result.rfc,
        "verdict": result.verdict,
        "reason": result.reason,
        "text": result.observed.text,
        "unexpected": result.is_unexpected(strict),
        "time_us": u64::try_from(time.as_micros()).unwrap_or(u64::MAX),
    })
    .to_string()
}

/// The run is over.
pub(super) fn end(report: &Report, decision: &Decision) -> String {
    json!({
        "event": "end",
        "complete": report.complete,
        "summary": report.summary,
        "results_digest": report.results_digest,
        "duration_ms": report.run.as_ref().map(|run| run.duration_ms),
        "causes": decision.causes,
        "exit": decision.code.code(),
    })
    .to_string()
}
