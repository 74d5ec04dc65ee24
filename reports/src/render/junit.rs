//! JUnit XML: one suite per role, the group of a case as its class.
//!
//! A known deviation is skipped with its reason, a stale expectation is a failure, trouble of the
//! harness is an error.

use core::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::outcome::Outcome;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::model::{CaseKey, CaseResult, Report, Role};

pub(super) struct Junit;

impl Render for Junit {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let View::One { report, .. } = view else { return Err(RenderError { format: "junit" }) };
        let mut junit = quick_junit::Report::new("wsproof");
        for role in [Role::Client, Role::Server] {
            let cases: Vec<TestCase> = report
                .cases
                .iter()
                .filter(|(key, _)| key.role() == role)
                .map(|(key, result)| case(report, key, result))
                .collect();
            if !cases.is_empty() {
                let mut suite = TestSuite::new(format!("wsproof.{role}"));
                suite.add_test_cases(cases);
                junit.add_test_suite(suite);
            }
        }
        // Only a time stamp out of range could fail, and there is none in it.
        let text = junit.to_string().map_err(|_| RenderError { format: "junit" })?;
        Ok(Rendered::File(text))
    }
}

fn case(report: &Report, key: &CaseKey, result: &CaseResult) -> TestCase {
    let told = text::told(result, report.settings.strict);
    let bad = |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(told.clone());
        status.set_type(result.reason.as_deref().unwrap_or_else(|| result.verdict.name()));
        status
    };
    let status = match Outcome::of(result, report.settings.strict) {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => bad(NonSuccessKind::Failure),
        Outcome::Broken => bad(NonSuccessKind::Error),
        Outcome::Stale => {
            let mut status = bad(NonSuccessKind::Failure);
            status.set_type("stale-expectation");
            status
        }
        Outcome::Known | Outcome::Unsupported | Outcome::NotRun => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(told.clone());
            status
        }
    };
    let mut case = TestCase::new(key.id(), status);
    case.set_classname(format!("{}/{}", key.role(), key.group()));
    let time = report.run.as_ref().and_then(|run| run.timings_us.get(key));
    case.set_time(Duration::from_micros(time.copied().unwrap_or(0)));
    case
}
