//! Being interrupted.

use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{self, Write as _};
use std::process;

use wsproof_reports::exit_code::ExitCode;

use crate::exec;

/// Set by a signal; the run then begins no further case.
static STOP: AtomicBool = AtomicBool::new(false);

/// The first signal ends the run in order, the second one at once.
pub(super) fn listen() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            exec::end_all();
            process::exit(ExitCode::Interrupted.code().into());
        }
        let next = "the cases that have begun come to their end; the next signal ends all at once";
        let _ = writeln!(io::stderr(), "interrupted; {next}");
    })
}

/// Whether a signal has come.
pub(super) fn have_come() -> bool {
    STOP.load(Ordering::Relaxed)
}
