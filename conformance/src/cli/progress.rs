//! Progress on standard error: a bar on a terminal, lines elsewhere.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args;

/// How a run shows that it goes on.
pub(super) enum Progress {
    /// One line that is drawn over.
    Bar(ProgressBar),
    /// A line of text whenever another tenth is done.
    Lines {
        /// How many results there will be.
        total: usize,
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
            return Self::Lines { total };
        }
        let style = ProgressStyle::with_template("  {bar:30} {pos} of {len}, {msg} failed");
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(total as u64), target).with_message("0");
        Self::Bar(bar.with_style(style.expect("the template is right")))
    }

    /// Says that `done` results are there, of which `failed` are bad.
    pub(super) fn done(&self, done: usize, failed: usize) {
        match self {
            Self::Bar(bar) => {
                bar.set_position(done as u64);
                bar.set_message(failed.to_string());
            }
            Self::Lines { total } => {
                let tenth = total.div_ceil(10).max(1);
                if done.is_multiple_of(tenth) || done == *total {
                    self.line(&format!("  {done} of {total}, {failed} failed"));
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
            Self::Bar(bar) => bar.suspend(write),
            Self::Lines { .. } => write(),
            Self::None => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
