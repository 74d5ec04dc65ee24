//! Progress on standard error: a bar on a terminal, lines elsewhere.

use core::sync::atomic::{AtomicU32, Ordering};
use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args;

/// How a run shows that it goes on.
pub(super) enum Progress {
    /// One line that is drawn over, and how many results there will be.
    Bar(ProgressBar, usize),
    /// A line of text whenever another tenth of the work is done.
    Lines {
        /// How many results there will be.
        total: usize,
        /// How many tenths have been told.
        tenths: AtomicU32,
    },
    /// Nothing.
    None,
}

impl Progress {
    pub(super) fn new(how: args::Progress, total: usize) -> Self {
        let bar = match how {
            args::Progress::Bar => true,
            args::Progress::Lines => false,
            args::Progress::None => return Self::None,
            args::Progress::Auto => io::stderr().is_terminal() && env::var_os("CI").is_none(),
        };
        if !bar {
            return Self::Lines { total, tenths: AtomicU32::new(0) };
        }
        let style = ProgressStyle::with_template("  {bar:30} {msg}");
        let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr());
        bar.set_message(message(0, total, 0));
        Self::Bar(bar.with_style(style.expect("the template is right")), total)
    }

    /// Says that `done` results are there, of which `failed` are bad, and how much of the work that
    /// was, in thousandths.
    pub(super) fn done(&self, done: usize, share: u32, failed: usize) {
        match self {
            Self::Bar(bar, total) => {
                bar.set_position(share.into());
                bar.set_message(message(done, *total, failed));
            }
            Self::Lines { total, tenths } => {
                let now = share / 100;
                if tenths.fetch_max(now, Ordering::Relaxed) < now {
                    self.line(&format!("  {}", message(done, *total, failed)));
                }
            }
            Self::None => {}
        }
    }

    /// A line that stays.
    pub(super) fn line(&self, text: &str) {
        let write = || {
            let _ = writeln!(io::stderr().lock(), "{text}");
        };
        match self {
            Self::Bar(bar, _) => bar.suspend(write),
            Self::Lines { .. } => write(),
            Self::None => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar, _) = self {
            bar.finish_and_clear();
        }
    }
}

fn message(done: usize, total: usize, failed: usize) -> String {
    format!("{done} of {total}, {failed} failed")
}
