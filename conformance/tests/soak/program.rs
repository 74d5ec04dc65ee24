//! A program under load, and what the operating system knows of it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// A running `wsproof`.
pub(crate) struct Program {
    child: Child,
    /// Host and port at which it listens.
    pub(crate) place: String,
    /// What it has written to both streams, each once it is whole.
    said: Receiver<String>,
}

impl Program {
    /// Starts one that says where it listens in its first line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut program = Self::spawn(arguments);
        let place = program.said.recv().unwrap();
        let place = place.rsplit_once("ws://").unwrap_or_else(|| panic!("it said {place:?}")).1;
        program.place = place.trim_end().to_owned();
        program
    }

    /// Starts one. The first line of either stream comes first.
    pub(crate) fn spawn(arguments: &[&str]) -> Self {
        let under = under();
        let mut words: Vec<&str> = under.split_whitespace().collect();
        words.push(env!("CARGO_BIN_EXE_wsproof"));
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, said) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // The receiver may have seen enough.
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, place: String::new(), said }
    }

    /// The most octets of memory that it has held since [`forget_peak`](Self::forget_peak).
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM:").expect("it runs") * 1024
    }

    pub(crate) fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// Asserts that no thread is left of those that served; they are given a while to end.
    pub(crate) fn is_at_rest(&self) {
        let threads = || self.status("Threads:").expect("it runs");
        let begun = std::time::Instant::now();
        while threads() > 3 {
            assert!(begun.elapsed().as_secs() < 60, "{} threads are left", threads());
            thread::yield_now();
        }
    }

    /// A number in what the system tells of it.
    fn status(&self, key: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(key))?;
        line.split_whitespace().next()?.parse().ok()
    }

    pub(crate) fn interrupt(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    }

    /// Waits for its end, and for this exit code; the most memory that it held.
    pub(crate) fn wait_with_peak(mut self, code: i32) -> u64 {
        let mut peak = 0;
        while self.child.try_wait().unwrap().is_none() {
            peak = self.status("VmHWM:").unwrap_or(0).max(peak);
            thread::yield_now();
        }
        assert_eq!(self.wait(), code);
        peak * 1024
    }

    /// Waits for its end: its exit code. Nothing may have panicked.
    pub(crate) fn wait(mut self) -> i32 {
        let code = self.child.wait().unwrap().code().expect("no signal ended it");
        for line in self.said {
            assert!(!line.contains("panicked"), "{line}");
            if line.starts_with("==") {
                println!("{line}");
            }
        }
        code
    }

    /// Interrupts a server and waits for its ordinary end.
    pub(crate) fn end(self) {
        self.interrupt();
        assert_eq!(self.wait(), 0);
    }
}

/// The command under which programs run; empty if they run by themselves.
pub(crate) fn under() -> String {
    std::env::var("SOAK_UNDER").unwrap_or_default()
}

/// Octets for people.
pub(crate) fn mib(octets: u64) -> String {
    format!("{:.1} MiB", octets as f64 / f64::from(1 << 20))
}
