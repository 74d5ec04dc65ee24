//! What a program writes: its last lines, and whether it has said that it is ready.

use core::time::Duration;
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::ready::Ready;

/// The last lines of both streams, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    shared: Arc<(Mutex<Said>, Condvar)>,
}

#[derive(Debug, Default)]
struct Said {
    lines: VecDeque<String>,
    ready: bool,
    /// How many streams have not ended.
    open: u8,
}

impl Output {
    /// How many lines are kept.
    const LINES: usize = 20;
    /// How many octets of a line are.
    const LINE: u64 = 400;
    /// How long the streams of a program that has ended may stay open: what it has started may hold
    /// them.
    const LAST_WORDS: Duration = Duration::from_millis(500);

    /// Reads a stream until it ends, in a thread of its own.
    pub(super) fn collect(&self, stream: impl Read + Send + 'static, ready: Ready) {
        let output = self.clone();
        output.lock().open += 1;
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            loop {
                line.clear();
                match stream.by_ref().take(Self::LINE).read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => break,
                    Ok(_) => output.add(String::from_utf8_lossy(&line).trim_end(), &ready),
                }
            }
            output.lock().open -= 1;
            output.shared.1.notify_all();
        });
    }

    fn add(&self, line: &str, ready: &Ready) {
        let mut said = self.lock();
        if said.lines.len() == Self::LINES {
            said.lines.pop_front();
        }
        said.lines.push_back(line.to_owned());
        if !said.ready && ready.is_in(line) {
            said.ready = true;
            self.shared.1.notify_all();
        }
    }

    /// Waits until a line has said that the program is ready.
    pub(super) fn is_ready_by(&self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = self.shared.1.wait_timeout_while(self.lock(), left, |said| !said.ready);
        waited.unwrap_or_else(PoisonError::into_inner).0.ready
    }

    /// The last lines, each behind the end of another.
    pub(super) fn last(&self) -> String {
        self.lock().lines.iter().map(|line| format!("\n{line}")).collect()
    }

    /// The last lines of a program that has ended.
    pub(super) fn last_words(&self) -> String {
        let is_open = |said: &mut Said| said.open > 0;
        drop(self.shared.1.wait_timeout_while(self.lock(), Self::LAST_WORDS, is_open));
        self.last()
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        let output = Output::default();
        (1..=100).for_each(|n| output.add(&format!("line {n}"), &Ready::Connection));
        let last = output.last();
        assert!(last.starts_with("\nline 81\n") && last.ends_with("\nline 100"), "{last}");
    }
}
