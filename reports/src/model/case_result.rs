//! What one case found.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::autobahn::AutobahnVerdict;
use super::expectation::ExpectationNote;
use super::wire::Wire;

/// The result of one case in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseResult {
    /// The Autobahn number, written `ab:7.9.4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// One line for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How binding the requirement is.
    pub level: Level,
    /// The clauses the case rests on, written `6455#7.4.1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rfc: Vec<String>,
    /// Free words a selection can name (`tag:deflate`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The judgement.
    pub verdict: Verdict,
    /// Why, as a stable slug such as `close-code-forbidden`; an open set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What would have passed.
    #[serde(default, skip_serializing_if = "Expected::is_empty")]
    pub expected: Expected,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Observed::is_empty")]
    pub observed: Observed,
    /// What Autobahn|Testsuite would have said, for cases it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autobahn: Option<AutobahnVerdict>,
    /// The known deviation that claims this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectation: Option<ExpectationNote>,
    /// How often the case was played; more than 1 with a good verdict means flaky.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub attempts: u32,
    /// What went over the wire, when it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
}

impl CaseResult {
    /// The reason of a case whose transcripts differ between two ways of cutting the same octets.
    pub const CUTS_DIFFER: &'static str = "cuts-differ";

    /// A result with nothing but its judgement.
    #[must_use]
    pub fn new(level: Level, verdict: Verdict) -> Self {
        Self {
            alias: None,
            title: None,
            level,
            rfc: Vec::new(),
            tags: Vec::new(),
            verdict,
            reason: None,
            expected: Expected::default(),
            observed: Observed::default(),
            autobahn: None,
            expectation: None,
            attempts: 1,
            wire: None,
        }
    }

    /// Whether the case was good, but only after a bad attempt.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        self.attempts > 1 && self.verdict.is_good()
    }

    /// Whether a known deviation claims this case and describes what happened.
    #[must_use]
    pub fn is_expected_deviation(&self) -> bool {
        self.expectation.as_ref().is_some_and(|note| note.met)
    }

    /// Whether this result alone turns a run red: bad, and no known deviation describes it.
    /// With `strict`, `lenient` is bad as well.
    #[must_use]
    pub fn is_unexpected(&self, strict: bool) -> bool {
        let bad = match self.verdict {
            Verdict::Fail | Verdict::Crash => true,
            Verdict::Lenient => strict,
            Verdict::Pass
            | Verdict::Info
            | Verdict::Unsupported
            | Verdict::Error
            | Verdict::NotRun => false,
        };
        bad && !self.is_expected_deviation()
    }
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

/// The judgement of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As the requirement asks.
    Pass,
    /// Allowed, but not the preferred way.
    Lenient,
    /// Nothing is judged; what was seen is recorded.
    Info,
    /// Against the requirement.
    Fail,
    /// The subject says that it has no such feature.
    Unsupported,
    /// The subject panicked, hung or went away.
    Crash,
    /// The harness could not do its work; says nothing about the subject.
    Error,
    /// Selected, but not reached.
    NotRun,
}

impl Verdict {
    /// All verdicts, in the order summaries list them.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Lenient,
        Self::Info,
        Self::Fail,
        Self::Unsupported,
        Self::Crash,
        Self::Error,
        Self::NotRun,
    ];

    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Lenient => "lenient",
            Self::Info => "info",
            Self::Fail => "fail",
            Self::Unsupported => "unsupported",
            Self::Crash => "crash",
            Self::Error => "error",
            Self::NotRun => "not_run",
        }
    }

    /// Whether the subject did what it may do: pass, lenient or info.
    #[must_use]
    pub fn is_good(self) -> bool {
        match self {
            Self::Pass | Self::Lenient | Self::Info => true,
            Self::Fail | Self::Unsupported | Self::Crash | Self::Error | Self::NotRun => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// MUST or MUST NOT.
    Must,
    /// SHOULD or SHOULD NOT.
    Should,
    /// MAY.
    May,
    /// Not in the standard, but what implementations rely on.
    Practice,
}

impl Level {
    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Practice => "practice",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One side of the connection under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The implementation under test.
    Subject,
    /// The harness.
    Tester,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "subject",
            Self::Tester => "tester",
        })
    }
}

/// How the byte stream of the subject ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StreamEnd {
    /// The subject ended its stream in an orderly way.
    Fin,
    /// The subject reset the connection.
    Reset,
    /// The tester dropped the connection first.
    ByTester,
    /// The stream was still open when the case was over.
    Open,
}

impl StreamEnd {
    /// The word used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fin => "fin",
            Self::Reset => "reset",
            Self::ByTester => "by_tester",
            Self::Open => "open",
        }
    }
}

/// What would have passed. Empty fields were not judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Expected {
    /// Close codes that would have passed; null stands for none (no Close, or one without a code).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub close: Vec<Option<u16>>,
    /// Who has to send the first Close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
    /// The events of the preferred course, one printable line per run of equal ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The same in one line for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Expected {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Observed {
    /// The code in the subject's Close as it was on the wire; absent when there was no Close or
    /// it had no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
    /// Who sent the first Close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Party>,
    /// How the subject's byte stream ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<StreamEnd>,
    /// Frames received from the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frames_in: Option<u64>,
    /// What the subject did, one printable line per run of equal events, bounded by the writer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The rules the subject broke in what it sent, as slugs, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<String>,
    /// The same in one line for people: what was wrong, or a crash message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The fault of the tester's octets that the subject reported, when its driver can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Set when the same octets, cut differently, gave different transcripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuts: Option<CutDifference>,
    /// Work done by the subject, when its driver counts; the same in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
}

impl Observed {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A fault that the subject found in what it received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// The subject's name for it.
    pub name: String,
    /// The clause it violates, written `6455#5.2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Stream offset of the octet that decides it; 0 is the first after the opening handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The status code with which the subject wants to fail the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(offset) = self.offset {
            write!(f, " at octet {offset}")?;
        }
        if let Some(clause) = &self.clause {
            write!(f, " ({clause})")?;
        }
        match self.close {
            Some(code) => write!(f, ", to close with {code}"),
            None => Ok(()),
        }
    }
}

/// Two ways of cutting the same octets that the subject did not treat alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutDifference {
    /// The way the rest of this result describes, such as `whole`.
    pub base: String,
    /// The other way, such as `bytewise` or `random`.
    pub other: String,
    /// Position in the transcript of the first entry that differs, from 0.
    pub at: u64,
    /// That entry under `base`, or a word for its absence.
    pub base_entry: String,
    /// That entry under `other`, or a word for its absence.
    pub other_entry: String,
}

/// Work counters. They depend on the subject's build and the case alone, never on the machine,
/// so they may be compared exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Work {
    /// Actions handed out.
    pub actions: u64,
    /// Octets the subject took.
    pub bytes_in: u64,
    /// Octets the subject gave.
    pub bytes_out: u64,
    /// Largest total size of the subject's buffers, in octets.
    pub peak_buffer_bytes: u64,
}

impl Work {
    /// Names and values, for tables.
    #[must_use]
    pub fn counters(&self) -> [(&'static str, u64); 4] {
        let Self { actions, bytes_in, bytes_out, peak_buffer_bytes } = *self;
        [
            ("actions", actions),
            ("bytes_in", bytes_in),
            ("bytes_out", bytes_out),
            ("peak_buffer_bytes", peak_buffer_bytes),
        ]
    }
}
