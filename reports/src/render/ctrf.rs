//! The Common Test Report Format, <https://ctrf.io>.

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::canonical;
use crate::expect::Date;
use crate::model::{CaseKey, CaseResult, Report};

pub(super) struct Ctrf;

impl Render for Ctrf {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let View::One { report, .. } = view else { return Err(RenderError { format: "ctrf" }) };
        let tests: Vec<Value> =
            report.cases.iter().map(|(k, result)| test(report, k, result)).collect();
        let count = |status| tests.iter().filter(|test| test["status"] == status).count();
        let run = report.run.as_ref();
        let start = run.and_then(|run| epoch_ms(run.started.as_deref()?)).unwrap_or(0);
        let stop = run.map_or(0, |run| run.duration_ms).saturating_add(start);
        Ok(Rendered::File(canonical::to_string(&json!({
            "reportFormat": "CTRF",
            "specVersion": "0.0.0",
            "results": {
                "tool": { "name": "wsproof", "version": run.map_or("", |run| &run.tool) },
                "summary": {
                    "tests": tests.len(),
                    "passed": count("passed"),
                    "failed": count("failed"),
                    "skipped": count("skipped"),
                    "pending": count("pending"),
                    "other": count("other"),
                    "start": start,
                    "stop": stop,
                },
                "tests": tests,
            },
        }))))
    }
}

fn test(report: &Report, key: &CaseKey, result: &CaseResult) -> Value {
    let status = match Outcome::of(result, report.settings.strict) {
        Outcome::Passed => "passed",
        Outcome::Failed | Outcome::Stale => "failed",
        Outcome::Known | Outcome::Unsupported => "skipped",
        Outcome::NotRun => "pending",
        Outcome::Broken => "other",
    };
    let us = report.run.as_ref().and_then(|run| run.timings_us.get(key)).copied().unwrap_or(0);
    let mut test = json!({
        "name": key.id(),
        "suite": format!("{}/{}", key.role(), key.group()),
        "status": status,
        "rawStatus": result.verdict.name(),
        "duration": us / 1000,
        "flaky": result.is_flaky(),
        "retries": result.attempts.saturating_sub(1),
    });
    let told = text::told(result, report.settings.strict);
    if !told.is_empty() {
        test["message"] = told.into();
    }
    if !result.tags.is_empty() {
        test["tags"] = result.tags.clone().into();
    }
    test
}

/// Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.mmmZ`.
fn epoch_ms(text: &str) -> Option<u64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let days = u64::from(day.parse::<Date>().ok()?.days_since_1970()?);
    let (clock, ms) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = clock.splitn(3, ':').map(|part| part.parse::<u64>().ok());
    let mut next = |below: u64| parts.next().flatten().filter(|&n| n < below);
    let (hours, minutes, seconds) = (next(24)?, next(60)?, next(61)?);
    let ms = ms.parse::<u64>().ok().filter(|&ms| ms < 1000)?;
    Some((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_from_1970() {
        assert_eq!(epoch_ms("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(epoch_ms("2026-11-21T10:11:12.345Z"), Some(1_795_255_872_345));
        assert_eq!(epoch_ms("2000-03-01T00:00:00Z"), Some(951_868_800_000));
        for bad in [
            "",
            "2026-11-21",
            "2026-11-21T10:11:12",
            "1969-12-31T00:00:00Z",
            "2026-11-21T24:00:00Z",
        ] {
            assert_eq!(epoch_ms(bad), None, "{bad}");
        }
    }
}
