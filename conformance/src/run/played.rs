//! What came of playing a case once.

use wsproof_cases::judge::{Judgement, Verdict};
use wsproof_cases::transcript::Transcript;

use super::cut::Cut;
use crate::play::Account;

/// One run of one case under one cut, judged.
#[derive(Clone, Debug)]
pub struct Played {
    /// The cut.
    pub cut: Cut,
    /// What happened.
    pub transcript: Transcript,
    /// What is thought of it.
    pub judgement: Judgement,
    /// What the subject tells of itself.
    pub account: Account,
}

impl Played {
    /// Whether the subject broke down.
    pub(super) fn crashed(&self) -> bool {
        self.judgement.verdict == Verdict::Crash
    }
}
