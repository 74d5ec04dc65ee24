//! The clients that have called, and what is known of them.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use wsproof_cases::transcript::Beginning;
use wsproof_reports::model::{CaseKey, CaseResult};

/// All agents by name.
#[derive(Debug, Default)]
pub struct Agents {
    known: Mutex<BTreeMap<String, AgentResults>>,
    /// Something has been added.
    changed: Condvar,
}

/// What one agent has done.
#[derive(Clone, Debug, Default)]
pub struct AgentResults {
    /// The cases that it has played; of one that was played twice, the last result.
    pub cases: BTreeMap<CaseKey, CaseResult>,
    /// How long they took, in microseconds.
    pub timings_us: BTreeMap<CaseKey, u64>,
    /// How often it has asked for reports.
    pub updates: u32,
    /// Whether it has played a case twice.
    again: bool,
    /// How many cases it is playing.
    running: u32,
    /// How its last connection began.
    began: Option<Beginning>,
}

impl Agents {
    /// The most agents of a run: whoever calls may take any name, and each gets a report.
    pub const MOST: usize = 256;

    /// What is known now.
    pub fn all(&self) -> BTreeMap<String, AgentResults> {
        self.lock().clone()
    }

    /// Whether an agent is known, or may become so.
    pub(super) fn admit(&self, agent: &str) -> bool {
        let known = self.lock();
        known.len() < Self::MOST || known.contains_key(agent)
    }

    /// Whether nobody has played or asked for reports yet.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Says that an agent plays a case now.
    pub(super) fn begin(&self, agent: &str) {
        self.lock().entry(agent.to_owned()).or_default().running += 1;
    }

    /// How an agent's last connection began, if it has had one.
    pub(super) fn began(&self, agent: &str) -> Option<Beginning> {
        self.lock().get(agent).and_then(|agent| agent.began.clone())
    }

    /// Takes a result, and how the connection began that led to it. Says whether this is the first of
    /// the agent that takes the place of another.
    pub(super) fn add(
        &self,
        agent: &str,
        key: &CaseKey,
        (result, began): (CaseResult, Option<Beginning>),
        time: Duration,
    ) -> bool {
        let mut known = self.lock();
        let agent = known.entry(agent.to_owned()).or_default();
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let again = agent.cases.insert(key.clone(), result).is_some();
        agent.timings_us.insert(key.clone(), micros);
        agent.running = agent.running.saturating_sub(1);
        agent.began = began.or_else(|| agent.began.take());
        self.changed.notify_all();
        again && !core::mem::replace(&mut agent.again, true)
    }

    /// Says that an agent has asked for reports.
    pub(super) fn update(&self, agent: &str) {
        self.lock().entry(agent.to_owned()).or_default().updates += 1;
        self.changed.notify_all();
    }

    /// The result of a case, waited for if there is none yet.
    pub(super) fn result(
        &self,
        agent: &str,
        key: &CaseKey,
        patience: Duration,
    ) -> Option<CaseResult> {
        let deadline = Instant::now() + patience;
        let mut known = self.lock();
        loop {
            if let Some(result) = known.get(agent).and_then(|agent| agent.cases.get(key)) {
                return Some(result.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let woken = self.changed.wait_timeout(known, left);
            known = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether this many agents have asked for reports, and nobody plays.
    pub fn are_done(&self, agents: usize) -> bool {
        let known = self.lock();
        let done = known.values().filter(|agent| agent.updates > 0).count();
        done >= agents && known.values().all(|agent| agent.running == 0)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, AgentResults>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use wsproof_reports::model::{Level, Verdict};

    use super::*;

    #[test]
    fn nothing_is_done_while_somebody_plays() {
        let agents = Agents::default();
        let key: CaseKey = "client/close/after-echo".parse().unwrap();
        let result = || (CaseResult::new(Level::Must, Verdict::Pass), None);
        assert!(agents.is_empty());
        agents.update("a");
        assert!(agents.are_done(1) && !agents.are_done(2) && !agents.is_empty());
        // Whoever plays may be another agent, or the same in two connections.
        for agent in ["a", "b"] {
            agents.begin(agent);
            agents.begin(agent);
            assert!(!agents.are_done(1), "{agent} plays");
            assert!(!agents.add(agent, &key, result(), Duration::ZERO));
            assert!(!agents.are_done(1), "{agent} plays once more");
            assert!(agents.add(agent, &key, result(), Duration::ZERO), "the second result");
            assert!(agents.are_done(1), "{agent} has played");
        }
        agents.begin("a");
        assert!(!agents.add("a", &key, result(), Duration::ZERO), "that is told once");
    }
}
