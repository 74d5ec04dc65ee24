//! How long a subject behind a network is waited for.

use core::time::Duration;

/// The times for which a link waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For what must come.
    pub answer: Duration,
    /// For the Pong of a fence.
    pub fence: Duration,
    /// The least and the most time for which silence is listened to where no fence may be put up.
    pub quiet: (Duration, Duration),
    /// For a case as a whole.
    pub case: Duration,
    /// Whether fences are put up at all.
    pub fences: bool,
}

impl Patience {
    /// How many times as long as it took to open the connection silence is listened to.
    pub const QUIET: u32 = 8;
    /// How many answers' time a case may take as a whole.
    pub const CASE: u32 = 12;

    /// This much time for what must come, and what follows from it.
    pub fn new(answer: Duration) -> Self {
        Self {
            answer,
            fence: answer / 2,
            quiet: (answer / 80, answer / 5),
            case: answer * Self::CASE,
            fences: true,
        }
    }

    /// The waits of the Autobahn test suite: a second for whatever is waited for, and no fences.
    pub const fn autobahn() -> Self {
        const SECOND: Duration = Duration::from_secs(1);
        Self {
            answer: SECOND,
            fence: SECOND,
            quiet: (SECOND, SECOND),
            case: Duration::from_secs(120),
            fences: false,
        }
    }

    /// How long silence is listened to if it took this long to open the connection.
    pub fn quiet(&self, opened_in: Duration) -> Duration {
        let (least, most) = self.quiet;
        (opened_in * Self::QUIET).clamp(least, most)
    }
}

impl Default for Patience {
    /// Five seconds for what must come; the least quiet time is then 62 milliseconds.
    fn default() -> Self {
        Self::new(Duration::from_secs(5))
    }
}
