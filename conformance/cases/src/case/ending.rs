//! How a connection has to end for a case to pass.

use core::ops::RangeInclusive;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Grade;
use crate::payload::Payload;

/// How the connection has to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Who has to send the first Close. Ending the stream without one counts as the subject's.
    pub by: By,
    /// The status codes the subject's Close may carry.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub codes: Cow<'static, [u16]>,
    /// Further codes that pass leniently.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub tolerated: Cow<'static, [RangeInclusive<u16>]>,
    /// What a Close of the subject without a status code is worth, if it is allowed.
    pub without_code: Option<Grade>,
    /// What the end of the stream without a Close of the subject is worth, if it is allowed.
    pub without_close: Option<Grade>,
    /// The reason the subject's Close has to give, if it matters.
    pub reason: Option<Payload>,
}

/// The two sides of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// We.
    Tester,
    /// The implementation under test.
    Subject,
}

impl By {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tester => "tester",
            Self::Subject => "subject",
        }
    }
}

impl Ending {
    /// The tester closes with 1000 and the subject answers (RFC 6455 §5.5.1).
    pub fn closed() -> Self {
        Self::answered(&[1000][..])
    }

    /// The tester closes and the subject answers with one of these codes, or without a code. Other
    /// codes pass leniently if they may be sent and do not complain about the tester.
    pub fn answered(codes: impl Into<Cow<'static, [u16]>>) -> Self {
        Self {
            by: By::Tester,
            codes: codes.into(),
            tolerated: Cow::Borrowed(&[1000..=1001, 1003..=1003, 1008..=1014, 3000..=4999]),
            without_code: Some(Grade::Strict),
            without_close: None,
            reason: None,
        }
    }

    /// The subject fails the connection with one of these codes (RFC 6455 §7.1.7). It should send a
    /// Close that says why and may leave it out.
    pub fn failed(codes: impl Into<Cow<'static, [u16]>>) -> Self {
        Self {
            by: By::Subject,
            codes: codes.into(),
            tolerated: Cow::Borrowed(&[]),
            without_code: Some(Grade::Lenient),
            without_close: Some(Grade::Lenient),
            reason: None,
        }
    }

    /// The tester sends a Close that is wrong, and the subject says so or just ends the stream. A
    /// reply as to a Close that is right, with 1000 or without a code, is not enough.
    pub fn refused(codes: impl Into<Cow<'static, [u16]>>) -> Self {
        Self {
            by: By::Tester,
            without_code: None,
            without_close: Some(Grade::Strict),
            ..Self::failed(codes)
        }
    }

    /// The same, and a reply as to a Close that is right passes leniently.
    #[must_use]
    pub fn tolerating_reply(self) -> Self {
        Self { without_code: Some(Grade::Lenient), ..self.tolerating(&[1000..=1000]) }
    }

    /// The same, and these codes pass leniently.
    #[must_use]
    pub fn tolerating(self, codes: &'static [RangeInclusive<u16>]) -> Self {
        Self { tolerated: codes.into(), ..self }
    }

    /// The tester ends its side of the stream without a Close, and the subject ends the connection,
    /// too (RFC 6455 §7.2.1). A Close of the subject that nobody waits for passes leniently.
    pub fn cut_off() -> Self {
        Self {
            by: By::Subject,
            codes: Cow::Borrowed(&[]),
            tolerated: Cow::Borrowed(&[1000..=1003, 1007..=1014, 3000..=4999]),
            without_code: Some(Grade::Lenient),
            without_close: Some(Grade::Strict),
            reason: None,
        }
    }

    /// The opening handshake fails, and the subject ends the stream. A subject that is a server may
    /// also keep it for another request.
    pub fn unopened() -> Self {
        Self {
            by: By::Subject,
            codes: Cow::Borrowed(&[]),
            tolerated: Cow::Borrowed(&[]),
            without_code: None,
            without_close: Some(Grade::Strict),
            reason: None,
        }
    }

    /// The subject's application closes like this, or without a status code.
    pub fn begun(close: Option<(u16, Payload)>) -> Self {
        let code = close.as_ref().map(|(code, _)| *code);
        Self {
            by: By::Subject,
            codes: code.into_iter().collect(),
            tolerated: Cow::Borrowed(&[]),
            without_code: code.is_none().then_some(Grade::Strict),
            without_close: None,
            reason: close.map(|(_, reason)| reason),
        }
    }

    /// The tester drops the connection, after which nothing is seen any more.
    pub fn dropped() -> Self {
        Self { by: By::Tester, without_code: None, ..Self::cut_off() }
    }

    /// Whether both sides must have sent a Close.
    pub const fn needs_both_closes(&self) -> bool {
        matches!(self.by, By::Tester) && self.without_close.is_none()
    }
}
