//! The report as a whole, and how its sums are made.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{CaseKey, CaseResult, Role, SchemaVersion, Verdict};
use crate::canonical;
use crate::partition::Partition;

/// The report of one run of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "wsproof-report/1"))]
#[non_exhaustive]
pub struct Report {
    /// `wsproof-report/1`.
    pub schema: SchemaVersion,
    /// The catalogue that was played.
    pub suite: Suite,
    /// What was tested.
    pub subject: Subject,
    /// How it was tested.
    pub settings: Settings,
    /// Whether every selected case was played; false after an interruption.
    pub complete: bool,
    /// Counts; always equal to [`Summary::of`] the cases.
    pub summary: Summary,
    /// SHA-256 over what happened, see [`Report::digest_of`].
    pub results_digest: String,
    /// The results, keyed `<role>/<case id>`.
    #[serde(deserialize_with = "unique_cases")]
    pub cases: BTreeMap<CaseKey, CaseResult>,
    /// Everything that may differ between two runs of one build; absent in baselines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunInfo>,
}

impl Report {
    /// A report of these results; summary and digest are computed here.
    #[must_use]
    pub fn new(
        suite: Suite,
        subject: Subject,
        settings: Settings,
        complete: bool,
        cases: BTreeMap<CaseKey, CaseResult>,
        run: Option<RunInfo>,
    ) -> Self {
        let summary = Summary::of(&cases, settings.strict);
        let results_digest = Self::digest_of(&cases);
        Self {
            schema: SchemaVersion::REPORT,
            suite,
            subject,
            settings,
            complete,
            summary,
            results_digest,
            cases,
            run,
        }
    }

    /// `sha256:` and the digest of what happened.
    ///
    /// Per case it covers verdict, reason, what was observed, the Autobahn pair and the number of
    /// attempts, in canonical form. It does not cover the wire log (whose amount is a setting), the
    /// expectations (a policy), what the catalogue says about the case (title, alias, level,
    /// clauses, tags, `expected`), nor the subject's version, the settings and `run`. So two reports
    /// over the same cases have the same digest exactly when nothing happened differently.
    #[must_use]
    pub fn digest_of(cases: &BTreeMap<CaseKey, CaseResult>) -> String {
        let happened: BTreeMap<_, _> =
            cases.iter().map(|(key, result)| (key, Happened::of(result))).collect();
        canonical::digest(&happened)
    }

    /// The part of the report that concerns one role, without `run`: a baseline.
    #[must_use]
    pub fn baseline(&self, role: Role) -> Self {
        let cases: BTreeMap<_, _> = self
            .cases
            .iter()
            .filter(|(key, _)| key.role() == role)
            .map(|(key, result)| (key.clone(), CaseResult { wire: None, ..result.clone() }))
            .collect();
        let mut subject = self.subject.clone();
        subject.roles.retain(|&r| r == role);
        let mut suite = self.suite.clone();
        suite.selected = cases.len() as u64;
        Self::new(suite, subject, self.settings.clone(), self.complete, cases, None)
    }
}

/// The fields of a result that the digest covers.
#[derive(PartialEq, Eq, Serialize)]
pub(crate) struct Happened<'r> {
    attempts: u32,
    autobahn: Option<&'r super::AutobahnVerdict>,
    observed: &'r super::Observed,
    reason: Option<&'r str>,
    verdict: Verdict,
}

impl<'r> Happened<'r> {
    pub(crate) fn of(result: &'r CaseResult) -> Self {
        Self {
            attempts: result.attempts,
            autobahn: result.autobahn.as_ref(),
            observed: &result.observed,
            reason: result.reason.as_deref(),
            verdict: result.verdict,
        }
    }
}

/// The catalogue that was played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suite {
    /// Version of the catalogue.
    pub version: String,
    /// `sha256:` and a digest over the definitions of all cases, selected or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Results selected; a case that is played in both roles counts twice.
    pub selected: u64,
    /// Results the whole catalogue would give, counted in the same way.
    pub total: u64,
}

/// What was tested.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subject {
    /// Name of the implementation; only reports with the same name are compared.
    pub name: String,
    /// Its version, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The roles it played, sorted.
    pub roles: Vec<Role>,
    /// How it was reached: `in-process`, `tcp`, `tls`, `unix`.
    pub transport: String,
    /// The driver that reached it, such as `session`, `typed` or `dial-server`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub driver: String,
    /// Optional parts of the protocol it has, sorted, such as `permessage-deflate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
}

/// How a run was set up; the same settings and the same build give the same results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Settings {
    /// Seed of mask keys and random cuts.
    pub seed: u64,
    /// Ways the octets were cut, such as `whole`, `bytewise`, `random`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<String>,
    /// Lowest level played: `must`, `should` or `all`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// Tier played: `quick`, `default` or `full`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tier: String,
    /// Whether lenient counts as bad.
    pub strict: bool,
    /// Selections as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// Selections taken away, as given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<String>,
    /// Longest wait for the subject in milliseconds; absent in process, where there is no clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How often a bad case is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Which wire logs were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire: Option<WireKept>,
    /// The words of a command line that reach the same subject, such as `--driver model`; none for
    /// the subject that is tested when nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target: Vec<String>,
    /// The parts of a divided run that this is; absent for a whole one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
}

/// Which wire logs a report keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WireKept {
    /// None.
    None,
    /// Those of cases that are not good.
    #[default]
    Failures,
    /// All.
    All,
}

/// How many results have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Summary {
    /// Results with verdict `pass`.
    pub pass: u64,
    /// Results with verdict `lenient`.
    pub lenient: u64,
    /// Results with verdict `info`.
    pub info: u64,
    /// Results with verdict `fail`.
    pub fail: u64,
    /// Results with verdict `unsupported`.
    pub unsupported: u64,
    /// Results with verdict `crash`.
    pub crash: u64,
    /// Results with verdict `error`.
    pub error: u64,
    /// Results with verdict `not_run`.
    pub not_run: u64,
    /// Results that a known deviation describes; they are counted above as well.
    pub expected_fail: u64,
    /// Results that turn the run red; they are counted above as well.
    pub unexpected: u64,
    /// Good results after more than one attempt; they are counted above as well.
    pub flaky: u64,
}

impl Summary {
    /// Counts results.
    #[must_use]
    pub fn of(cases: &BTreeMap<CaseKey, CaseResult>, strict: bool) -> Self {
        let mut sum = Self::default();
        for result in cases.values() {
            *sum.of_verdict_mut(result.verdict) += 1;
            sum.expected_fail += u64::from(result.is_expected_deviation());
            sum.unexpected += u64::from(result.is_unexpected(strict));
            sum.flaky += u64::from(result.is_flaky());
        }
        sum
    }

    /// The count of one verdict.
    #[must_use]
    pub fn of_verdict(&self, verdict: Verdict) -> u64 {
        let mut copy = *self;
        *copy.of_verdict_mut(verdict)
    }

    /// How many results there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        Verdict::ALL.iter().map(|&verdict| self.of_verdict(verdict)).sum()
    }

    /// Names and counts, in the order summaries list them.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, u64); 11] {
        let Self {
            pass,
            lenient,
            info,
            fail,
            unsupported,
            crash,
            error,
            not_run,
            expected_fail,
            unexpected,
            flaky,
        } = *self;
        [
            ("pass", pass),
            ("lenient", lenient),
            ("info", info),
            ("fail", fail),
            ("unsupported", unsupported),
            ("crash", crash),
            ("error", error),
            ("not_run", not_run),
            ("expected_fail", expected_fail),
            ("unexpected", unexpected),
            ("flaky", flaky),
        ]
    }

    fn of_verdict_mut(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Lenient => &mut self.lenient,
            Verdict::Info => &mut self.info,
            Verdict::Fail => &mut self.fail,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::Crash => &mut self.crash,
            Verdict::Error => &mut self.error,
            Verdict::NotRun => &mut self.not_run,
        }
    }
}

/// The volatile part of a report: time, place and tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RunInfo {
    /// When the run began: UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Version of the tool.
    pub tool: String,
    /// Operating system and architecture, such as `linux-x86_64`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// How many cases were played at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<u32>,
    /// Wall time per case in microseconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub timings_us: BTreeMap<CaseKey, u64>,
}

/// Reads the map of results; a key that comes twice is an error, and so is named the case in which
/// something is wrong.
fn unique_cases<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<CaseKey, CaseResult>, D::Error> {
    struct Cases;

    impl<'de> serde::de::Visitor<'de> for Cases {
        type Value = BTreeMap<CaseKey, CaseResult>;

        fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("an object of results by <role>/<case id>")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut cases = BTreeMap::new();
            while let Some(key) = map.next_key::<CaseKey>()? {
                let result: CaseResult = map
                    .next_value()
                    .map_err(|error| serde::de::Error::custom(format!("in {key}: {error}")))?;
                if let Some((key, _)) = cases.remove_entry(&key) {
                    return Err(serde::de::Error::custom(format!("{key} comes twice")));
                }
                cases.insert(key, result);
            }
            Ok(cases)
        }
    }

    deserializer.deserialize_map(Cases)
}
