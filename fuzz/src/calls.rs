//! Calls of the interface in any order, with any ticket, against a record of what they may answer.

mod actions;
mod opening;
mod operations;
mod payload;
mod record;
mod settings;

use std::collections::VecDeque;

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{ActionQueue, Config, Misuse, Session, State, Ticket};

use self::payload::Payload;
use self::record::Record;
use self::settings::config;
use crate::script::{Script, one_in, pick};
use crate::stream::Setup;
use crate::told;

/// The most calls of a run.
const CALLS: usize = 96;

const QUEUES: [ActionQueue; 3] = [ActionQueue::All, ActionQueue::Send, ActionQueue::Receive];

type Plain = Session<u32, Payload, Vec<u8>>;

/// What came of a run: what the session did that no session may, and the octets it wrote.
#[derive(Debug)]
pub struct Seen {
    /// The calls and their answers, if they were asked for.
    pub log: Option<Vec<String>>,
    /// What must not be.
    pub misdeeds: Vec<String>,
    /// The role of the session.
    pub role: Role,
    /// What it wrote, as long as every write was completed.
    pub written: Vec<u8>,
    /// Whether some write was not, or a payload changed under way.
    pub torn: bool,
    /// Whether frames of extensions were sent.
    pub custom: bool,
}

struct Run {
    session: Plain,
    record: Record,
    stream: VecDeque<u8>,
    old: Vec<Ticket>,
    seen: Seen,
}

impl Seen {
    const fn of(role: Role, log: bool) -> Self {
        let log = if log { Some(Vec::new()) } else { None };
        Self { log, misdeeds: Vec::new(), role, written: Vec::new(), torn: false, custom: false }
    }
}

/// What a session is made of.
struct Beginning {
    script: Script,
    /// The most operations of a queue that does not grow.
    limit: usize,
    /// The configuration, and whether queues grow; or that it was refused as it should be.
    config: Result<Option<(Config, bool)>, String>,
    /// Whether it is created as applications do it.
    by_system: bool,
}

impl Beginning {
    fn choose(choices: &mut Unstructured<'_>) -> Self {
        let script = Script::choose(choices);
        let limit = pick(choices, &[2, 1, 16]);
        let config = config(script.setup.role(), script.setup, limit, choices);
        Self { script, limit, config, by_system: one_in(choices, 8) }
    }
}

/// The choices that make a plain session and do not open it, for seeds whose calls are known.
pub(crate) fn unopened(role: Role) -> Vec<u8> {
    let mut plain = Setup::new(role).join(&[0; 256]);
    let mut choices = Unstructured::new(&plain);
    let _ = Beginning::choose(&mut choices);
    plain.truncate(plain.len() - choices.len());
    plain.push(1);
    plain
}

/// Lets choices decide what is called, and keeps a log of it if that is wanted.
#[must_use]
pub fn play(choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let Beginning { script, limit, config, by_system } = Beginning::choose(choices);
    let role = script.setup.role();
    let mut seen = Seen::of(role, log);
    let (config, growing) = match config {
        Ok(Some(config)) => config,
        Ok(None) => return seen,
        Err(what) => {
            seen.misdeeds.push(what);
            return seen;
        }
    };
    let created = if by_system {
        opening::create(config, role)
    } else {
        Ok(Plain::create_with_entropy(config, Box::new(FixedEntropy::new(1))))
    };
    let session = match created {
        Ok(session) => session,
        Err(what) => {
            seen.misdeeds.push(what);
            return seen;
        }
    };
    let limit = if growing { usize::MAX } else { limit };
    let record = Record::new(role, limit);
    let mut run = Run { session, record, stream: script.stream.into(), old: Vec::new(), seen };
    if !one_in(choices, 8) {
        run.open();
    }
    for _ in 0..CALLS {
        if choices.is_empty() {
            break;
        }
        run.call(choices);
    }
    run.wind_up();
    let end = &run.session;
    run.seen.log.iter_mut().for_each(|log| log.push(format!("in the end: {end:?}")));
    run.seen
}

impl Run {
    fn call(&mut self, choices: &mut Unstructured<'_>) {
        match pick(choices, &[0, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6]) {
            0 => self.send(choices),
            1 => self.receive(choices),
            2 => self.get_action(pick(choices, &QUEUES)),
            3 => self.complete(choices),
            4 => self.look(choices),
            5 if one_in(choices, 4) => self.abort(),
            5 if !self.record.is_over() => self.open(),
            6 if !self.record.is_over() || one_in(choices, 4) => self.shake(choices),
            _ => self.misuse_ticket(choices),
        }
    }

    fn misdeed(&mut self, what: impl Into<String>) {
        self.seen.misdeeds.push(what.into());
    }

    /// Notes what is missing in something.
    fn expect(&mut self, told: Result<(), String>) {
        if let Err(what) = told {
            self.misdeed(what);
        }
    }

    /// Compares what a call that was refused says with what it should.
    fn refused(&mut self, call: &str, misuse: Misuse, expected: Option<Misuse>) {
        self.expect(told::misuse(misuse));
        if Some(misuse) != expected {
            self.misdeed(format!("answers {misuse:?} to {call}, not {expected:?}"));
        }
    }

    fn log(&mut self, what: impl FnOnce() -> String) {
        if let Some(log) = &mut self.seen.log {
            log.push(what());
        }
    }

    fn abort(&mut self) {
        self.session.abort();
        self.log(|| String::from("abort()"));
        self.record.abort();
        let state = self.session.state();
        if self.record.aborted != (state == State::Aborted) {
            self.misdeed(format!("is {state:?} after an abort"));
        }
    }

    /// After an abort everything comes home.
    fn wind_up(&mut self) {
        if !self.record.is_over() {
            return;
        }
        self.abort();
        let mut plain = Unstructured::new(&[]);
        for _ in 0..4 * CALLS {
            let before = (self.record.send_slot, self.record.receive_slot);
            self.get_action(ActionQueue::All);
            if before == (self.record.send_slot, self.record.receive_slot) && before == (None, None)
            {
                break;
            }
            self.complete(&mut plain);
        }
        if !self.record.sends.is_empty() || !self.record.receives.is_empty() {
            self.misdeed("keeps operations after an abort");
        }
    }
}
