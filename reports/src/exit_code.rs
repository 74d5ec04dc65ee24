//! The exit codes of `wsproof`: stable, one meaning each.

use core::fmt;

/// What a process of wsproof ends with. Never 1, which is what a stray error or a shell gives.
///
/// When several apply, the one that comes first here wins: [`ExitCode::precedence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitCode {
    /// 101: the tool panicked; Rust's own code.
    Panicked,
    /// 2: usage or configuration error.
    Usage,
    /// 130: interrupted; what was done is written, `complete` is false.
    Interrupted,
    /// 6: the two reports cannot be compared.
    NotComparable,
    /// 3: could not test: unreachable, peer never ready, port busy, harness error.
    CouldNotTest,
    /// 100: unexpected failures; for a diff, regressions.
    Findings,
    /// 4: nothing ran, fewer cases than asked for, or a selection or entry names no case.
    NothingRan,
    /// 5: only stale expectations.
    Stale,
    /// 0: everything as expected.
    Success,
}

impl ExitCode {
    /// All codes; the earlier one wins.
    pub const PRECEDENCE: [Self; 9] = [
        Self::Panicked,
        Self::Usage,
        Self::Interrupted,
        Self::NotComparable,
        Self::CouldNotTest,
        Self::Findings,
        Self::NothingRan,
        Self::Stale,
        Self::Success,
    ];

    /// The number the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Usage => 2,
            Self::CouldNotTest => 3,
            Self::NothingRan => 4,
            Self::Stale => 5,
            Self::NotComparable => 6,
            Self::Findings => 100,
            Self::Panicked => 101,
            Self::Interrupted => 130,
        }
    }

    /// One line for people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "everything as expected",
            Self::Usage => "usage or configuration error",
            Self::CouldNotTest => "could not test",
            Self::NothingRan => "nothing ran, too few cases, or a selection names no case",
            Self::Stale => "stale expectations only",
            Self::NotComparable => "the reports cannot be compared",
            Self::Findings => "unexpected failures or regressions",
            Self::Panicked => "the tool panicked",
            Self::Interrupted => "interrupted; the report is partial",
        }
    }

    /// The rank in [`ExitCode::PRECEDENCE`]; smaller wins.
    #[must_use]
    pub fn precedence(self) -> usize {
        Self::PRECEDENCE.iter().position(|&code| code == self).unwrap_or(Self::PRECEDENCE.len())
    }

    /// The code that wins among several, [`ExitCode::Success`] among none.
    #[must_use]
    pub fn strongest(codes: impl IntoIterator<Item = Self>) -> Self {
        codes.into_iter().min_by_key(|code| code.precedence()).unwrap_or(Self::Success)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.code())
    }
}

impl fmt::Display for ExitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}: {}", self.code(), self.meaning())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_documented_ones() {
        let mut numbers = ExitCode::PRECEDENCE.map(ExitCode::code);
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 2, 3, 4, 5, 6, 100, 101, 130]);
    }

    #[test]
    fn could_not_test_before_findings_before_nothing_before_stale() {
        use ExitCode::*;
        assert_eq!(
            ExitCode::strongest([Success, Stale, NothingRan, Findings, CouldNotTest]),
            CouldNotTest
        );
        assert_eq!(ExitCode::strongest([Stale, Findings, NothingRan]), Findings);
        assert_eq!(ExitCode::strongest([Stale, NothingRan, Success]), NothingRan);
        assert_eq!(ExitCode::strongest([CouldNotTest, Interrupted]), Interrupted);
        assert_eq!(ExitCode::strongest([]), Success);
    }
}
