//! Rounds in turn, and what comes out of them.

use std::hint::black_box;
use std::time::Instant;

use crate::cell::{Aim, Cell, Contender, Kind, Standing, Work};

/// How many times each contender of a cell has its turn.
pub(crate) const ROUNDS: usize = 15;
/// How long a turn takes at least, in nanoseconds.
const TURN: u128 = 400_000;

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
    times: Vec<f64>,
}

impl Row {
    const fn new(contender: &Contender) -> Self {
        let Contender { name, standing, .. } = *contender;
        let (median, least, most) = (0.0, 0.0, 0.0);
        Self { name, standing, median, least, most, allocations: 0.0, idle: 0, times: Vec::new() }
    }

    fn settle(&mut self) {
        self.times.sort_by(f64::total_cmp);
        self.median = self.times[self.times.len() / 2];
        self.least = self.times[0];
        self.most = self.times[self.times.len() - 1];
    }
}

/// How many times the contenders of a cell are set up anew. Some take three times as long when their
/// buffers lie where they happen to be in each other's way, so no cell may depend on one place.
const PLACES: usize = 5;

/// Measures all contenders of a cell in turn.
pub(crate) fn run(cell: Cell, rounds: usize) -> Measured {
    let mut rows: Vec<_> = cell.contenders.iter().map(Row::new).collect();
    let mut shifts = Vec::new();
    for place in 0..PLACES.min(rounds) {
        // What is allocated behind these lies elsewhere than the last time.
        shifts.push(black_box(vec![0u8; 1000 + 520 * place]));
        let mut ready: Vec<_> = rows.iter_mut().zip(&cell.contenders).map(Ready::new).collect();
        ready.iter_mut().for_each(|one| one.warm_up(&cell));
        for _ in (place..rounds).step_by(PLACES) {
            ready.iter_mut().for_each(|one| one.turn(cell.messages));
        }
    }
    rows.iter_mut().for_each(Row::settle);
    let Cell { name, kind, aim, .. } = cell;
    Measured { name, kind, aim, rows }
}

struct Ready<'a> {
    row: &'a mut Row,
    work: Work,
}

impl<'a> Ready<'a> {
    fn new((row, contender): (&'a mut Row, &Contender)) -> Self {
        let mut work = None;
        let info = allocation_counter::measure(|| work = Some((contender.make)()));
        row.idle = u64::try_from(info.bytes_current).unwrap_or(0);
        Self { row, work: work.expect("made") }
    }

    /// Says whether the work is done, too.
    fn warm_up(&mut self, cell: &Cell) {
        for _ in 0..2 {
            let delivered = (self.work)();
            if let Some(octets) = cell.octets
                && self.row.standing != Standing::Limit
            {
                assert_eq!(delivered, octets, "{}: {}", cell.name, self.row.name);
            }
        }
        let info = allocation_counter::measure(|| {
            black_box((self.work)());
        });
        self.row.allocations = info.count_total as f64 / cell.messages as f64;
    }

    fn turn(&mut self, messages: usize) {
        let start = Instant::now();
        let mut batches = 0;
        loop {
            black_box((self.work)());
            batches += 1;
            let elapsed = start.elapsed().as_nanos();
            if elapsed >= TURN {
                self.row.times.push(elapsed as f64 / (batches * messages) as f64);
                return;
            }
        }
    }
}
