//! The verdicts of Autobahn|Testsuite, in its words.

use serde::{Deserialize, Serialize};

/// The pair of verdicts and the close code Autobahn|Testsuite would have reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AutobahnVerdict {
    /// Did the subject do the right thing?
    pub behavior: AutobahnBehavior,
    /// Did the connection end the right way?
    pub behavior_close: AutobahnClose,
    /// The code in the subject's Close; null without one.
    #[serde(default)]
    pub remote_close_code: Option<u16>,
}

/// Autobahn's verdict on the behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AutobahnBehavior {
    /// `OK`
    #[serde(rename = "OK")]
    Ok,
    /// `NON-STRICT`
    #[serde(rename = "NON-STRICT")]
    NonStrict,
    /// `INFORMATIONAL`
    #[serde(rename = "INFORMATIONAL")]
    Informational,
    /// `UNIMPLEMENTED`
    #[serde(rename = "UNIMPLEMENTED")]
    Unimplemented,
    /// `FAILED`
    #[serde(rename = "FAILED")]
    Failed,
    /// Autobahn would wait for ever and write nothing.
    #[serde(rename = "NEVER-ENDS")]
    NeverEnds,
}

/// Autobahn's verdict on the closing handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AutobahnClose {
    /// `OK`
    #[serde(rename = "OK")]
    Ok,
    /// `FAILED`
    #[serde(rename = "FAILED")]
    Failed,
    /// `UNCLEAN`
    #[serde(rename = "UNCLEAN")]
    Unclean,
    /// `WRONG CODE`
    #[serde(rename = "WRONG CODE")]
    WrongCode,
    /// `FAILED BY CLIENT`
    #[serde(rename = "FAILED BY CLIENT")]
    FailedByClient,
    /// `INFORMATIONAL`
    #[serde(rename = "INFORMATIONAL")]
    Informational,
    /// Autobahn would wait for ever and write nothing.
    #[serde(rename = "NEVER-ENDS")]
    NeverEnds,
}
