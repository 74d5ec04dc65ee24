//! A running program.

use core::time::Duration;
use std::io;
#[cfg(unix)]
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};

use super::output::Output;
use super::ready::Ready;

/// A program that was started. It ends with this value.
#[derive(Debug)]
pub struct Program {
    words: Vec<String>,
    ready: Ready,
    running: Mutex<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    output: Output,
    /// How often it has been started again.
    life: u64,
    /// How the life before this one ended.
    before: Option<String>,
}

/// The process groups that have to end with the harness.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_millis(500);
/// How often a program is asked whether it has ended.
const TICK: Duration = Duration::from_millis(2);

impl Program {
    /// Starts a program.
    ///
    /// # Errors
    /// The system cannot.
    pub fn start(words: Vec<String>, ready: Ready) -> io::Result<Self> {
        let running = Mutex::new(start(&words, &ready)?);
        Ok(Self { words, ready, running })
    }

    /// Waits until the program says that it is ready, or until `probe` finds that it is there.
    ///
    /// # Errors
    /// It has ended instead, or not said so in time or before `is_over`; told are what `probe` found
    /// last and the last of what the program wrote.
    pub fn wait_until_ready(
        &self,
        patience: Duration,
        mut probe: impl FnMut() -> io::Result<()>,
        is_over: impl Fn() -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + patience;
        let mut found = String::new();
        loop {
            let tick = Instant::now() + TICK;
            let ready = match self.ready {
                Ready::Connection => probe().map_err(|error| found = format!(": {error}")).is_ok(),
                Ready::Line(_) => self.lock().output.is_ready_by(tick.min(deadline)),
            };
            if ready {
                return Ok(());
            }
            if let Some(how) = self.ended() {
                return Err(format!("{} {how}", self.words[0]));
            }
            let waited = match Instant::now() >= deadline {
                true => format!("after {patience:?}"),
                false if is_over() => "yet".to_owned(),
                false => {
                    thread::sleep(TICK);
                    continue;
                }
            };
            let said = self.lock().output.last();
            return Err(format!("{} is not ready {waited}{found}{said}", self.words[0]));
        }
    }

    /// How the program has ended, if it has, and the last of what it wrote.
    pub fn ended(&self) -> Option<String> {
        self.lock().ended()
    }

    /// How often it has been started again: which of its lives this is.
    pub fn life(&self) -> u64 {
        self.lock().life
    }

    /// How this life of the program has ended, even if somebody has started it again since. It is
    /// given this much time to end.
    pub fn ended_within(&self, life: u64, patience: Duration) -> Option<String> {
        let deadline = Instant::now() + patience;
        loop {
            let mut running = self.lock();
            let ended = if running.life == life { running.ended() } else { running.before.clone() };
            drop(running);
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            thread::sleep(TICK);
        }
    }

    /// Whether the program has ended as it should.
    pub fn has_succeeded(&self) -> bool {
        matches!(self.lock().child.try_wait(), Ok(Some(status)) if status.success())
    }

    /// Starts the program again if it has ended.
    ///
    /// # Errors
    /// The system cannot.
    pub fn revive(&self) -> io::Result<()> {
        let mut running = self.lock();
        if let Some(before) = running.ended() {
            forget(&running.child);
            let life = running.life + 1;
            *running = Running { life, before: Some(before), ..start(&self.words, &self.ready)? };
        }
        Ok(())
    }

    /// Waits until the program ends, or `is_over`, which is asked again and again.
    pub fn wait(&self, is_over: impl Fn() -> bool) {
        while self.ended().is_none() && !is_over() {
            thread::sleep(TICK);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(format!("{}{}", told(status), self.output.last_words()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let child = &mut self.running.get_mut().unwrap_or_else(PoisonError::into_inner).child;
        signal(child.id(), false);
        let deadline = Instant::now() + GRACE;
        while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(TICK);
        }
        // Whatever it has started is in the same group.
        signal(child.id(), true);
        let _ = child.kill();
        let _ = child.wait();
        forget(child);
    }
}

/// Ends every program at once, for a harness that ends at once.
pub fn end_all() {
    let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    groups.iter().for_each(|group| signal(*group, true));
}

fn start(words: &[String], ready: &Ready) -> io::Result<Running> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
    let output = Output::default();
    if let Some(stream) = child.stdout.take() {
        output.collect(stream, ready.clone());
    }
    if let Some(stream) = child.stderr.take() {
        output.collect(stream, ready.clone());
    }
    Ok(Running { child, output, life: 0, before: None })
}

fn forget(child: &Child) {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|group| *group != child.id());
}

/// Asks a process group to end, or ends it.
fn signal(group: u32, at_once: bool) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process_group(group, if at_once { Signal::KILL } else { Signal::TERM });
    }
    #[cfg(not(unix))]
    let _ = (group, at_once);
}

fn told(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => format!("ended by {status}"),
    }
}
