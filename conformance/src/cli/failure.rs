//! What ends a command early.

use core::fmt;

use wsproof_reports::exit_code::ExitCode;

use super::signals;
use crate::select::SelectError;

/// Why a command could not do its work, and the exit code that says so.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: ExitCode,
    pub(super) text: String,
}

impl Failure {
    /// What was asked for cannot be done.
    pub(super) fn usage(text: impl fmt::Display) -> Self {
        Self { code: ExitCode::Usage, text: text.to_string() }
    }

    /// The harness could not do its work.
    pub(super) fn harness(text: impl fmt::Display) -> Self {
        Self { code: ExitCode::CouldNotTest, text: text.to_string() }
    }

    /// What was waited for did not come: the harness could not do its work, or was interrupted.
    pub(super) fn waiting(text: impl fmt::Display) -> Self {
        let failure = Self::harness(text);
        if signals::have_come() {
            return Self { code: ExitCode::Interrupted, ..failure };
        }
        failure
    }
}

impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        let code = match error {
            SelectError::Unknown { .. } => ExitCode::NothingRan,
            SelectError::Malformed { .. }
            | SelectError::File { .. }
            | SelectError::Ambiguous { .. } => ExitCode::Usage,
        };
        Self { code, text: error.to_string() }
    }
}

impl From<ctrlc::Error> for Failure {
    fn from(error: ctrlc::Error) -> Self {
        Self::harness(format!("cannot listen to signals: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
