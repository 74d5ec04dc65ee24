//! Rounds in turn, and what comes out of them.

use std::hint::black_box;
use std::time::Instant;

use crate::cells::{Aim, Cell, Kind};

/// How many times each contender of a cell has its turn.
pub(crate) const ROUNDS: usize = 15;
/// How long a turn takes at least, in nanoseconds.
const TURN: u128 = 400_000;

/// Does a batch of work and answers with octets delivered or sent.
pub(crate) type Work = Box<dyn FnMut() -> u64>;

/// Someone in a cell.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) standing: Standing,
    /// Sets up what has to be set up once.
    pub(crate) make: Box<dyn Fn() -> Work>,
}

/// What a contender's time may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// This engine.
    Ours,
    /// Checks what RFC 6455 asks for in this cell, as far as is known.
    Checks,
    /// Leaves checks out, so that it does less.
    Lax,
    /// No implementation at all: what the work itself takes.
    Limit,
}

/// A cell with its times.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) aim: Aim,
    pub(crate) rows: Vec<Row>,
}

impl Measured {
    /// The engine's first row, which is the one that is compared.
    pub(crate) fn own(&self) -> &Row {
        self.rows.iter().find(|row| row.standing == Standing::Ours).expect("a row of the engine")
    }

    /// The fastest peer that checks what it receives.
    pub(crate) fn fastest(&self) -> &Row {
        let peers = self.rows.iter().filter(|row| row.standing == Standing::Checks);
        peers.min_by(|a, b| a.median.total_cmp(&b.median)).expect("a row of a peer")
    }

    /// The engine against the fastest peer.
    pub(crate) fn ratio(&self) -> f64 {
        self.own().median / self.fastest().median
    }

    /// The same by the shortest rounds.
    pub(crate) fn least_ratio(&self) -> f64 {
        let peers = self.rows.iter().filter(|row| row.standing == Standing::Checks);
        self.own().least / peers.map(|row| row.least).fold(f64::INFINITY, f64::min)
    }

    /// The engine against the limit.
    pub(crate) fn limit_ratio(&self) -> f64 {
        let limit = self.rows.iter().find(|row| row.standing == Standing::Limit);
        self.own().median / limit.expect("a row of the limit").median
    }
}

/// One contender's times, in nanoseconds per message.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) standing: Standing,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// Allocations per message once everything is warm.
    pub(crate) allocations: f64,
    /// Octets on the heap before the first message.
    pub(crate) idle: u64,
}

/// Measures all contenders of a cell in turn.
pub(crate) fn run(cell: Cell, rounds: usize) -> Measured {
    let Cell { name, kind, messages, octets, aim, contenders } = cell;
    let mut ready: Vec<_> = contenders.iter().map(Ready::new).collect();
    for one in &mut ready {
        // The first turn warms everything up, and says whether the work was done.
        for _ in 0..2 {
            let delivered = (one.work)();
            if let Some(octets) = octets
                && one.contender.standing != Standing::Limit
            {
                assert_eq!(delivered, octets, "{name}: {}", one.contender.name);
            }
        }
        let info = allocation_counter::measure(|| {
            black_box((one.work)());
        });
        one.allocations = info.count_total as f64 / messages as f64;
    }
    for _ in 0..rounds {
        ready.iter_mut().for_each(|one| one.turn(messages));
    }
    let rows = ready.into_iter().map(Ready::row).collect();
    Measured { name, kind, aim, rows }
}

struct Ready<'a> {
    contender: &'a Contender,
    work: Work,
    times: Vec<f64>,
    allocations: f64,
    idle: u64,
}

impl<'a> Ready<'a> {
    fn new(contender: &'a Contender) -> Self {
        let mut work = None;
        let info = allocation_counter::measure(|| work = Some((contender.make)()));
        let idle = u64::try_from(info.bytes_current).unwrap_or(0);
        let work = work.expect("made");
        Self { contender, work, times: Vec::new(), allocations: 0.0, idle }
    }

    fn turn(&mut self, messages: usize) {
        let start = Instant::now();
        let mut batches = 0;
        loop {
            black_box((self.work)());
            batches += 1;
            let elapsed = start.elapsed().as_nanos();
            if elapsed >= TURN {
                self.times.push(elapsed as f64 / (batches * messages) as f64);
                return;
            }
        }
    }

    fn row(mut self) -> Row {
        self.times.sort_by(f64::total_cmp);
        Row {
            name: self.contender.name,
            standing: self.contender.standing,
            median: self.times[self.times.len() / 2],
            least: self.times[0],
            most: self.times[self.times.len() - 1],
            allocations: self.allocations,
            idle: self.idle,
        }
    }
}
