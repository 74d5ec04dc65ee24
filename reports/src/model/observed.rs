//! What was seen of a subject, and what would have passed.

use core::fmt;

use serde::{Deserialize, Serialize};

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
    pub(crate) fn is_empty(&self) -> bool {
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
    pub(crate) fn is_empty(&self) -> bool {
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
