//! Many cases at a time.

use core::ops::ControlFlow;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use wsproof_cases::step::effort;
use wsproof_reports::model::{CaseKey, CaseResult, Verdict};

use super::result::bare;
use super::settings::Settings;
use super::worker::Worker;
use crate::select::Item;

/// A case that has been played.
#[derive(Debug)]
pub struct Finished<'f> {
    /// The case and the role.
    pub item: &'static Item,
    /// The result, to be changed before it is kept.
    pub result: &'f mut CaseResult,
    /// How long it took.
    pub time: Duration,
    /// How many have been played, this one included.
    pub done: usize,
    /// How much of the work that is, in thousandths: a few cases are most of it.
    pub share: u32,
}

/// How a run ends before its end. No further case is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// With this result: how much others still bring depends on the threads.
    Here,
    /// With the results of all cases that have begun.
    Begun,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Every selected case; those that were not reached are `not_run`.
    pub cases: BTreeMap<CaseKey, CaseResult>,
    /// Wall time of those that were reached, in microseconds.
    pub timings_us: BTreeMap<CaseKey, u64>,
}

impl Results {
    /// The same with everything that was selected; what is missing was not reached.
    #[must_use]
    pub fn among(mut self, selected: &[&'static Item]) -> Self {
        for item in selected {
            let entry = self.cases.entry(item.key.clone());
            entry.or_insert_with(|| bare(item, Verdict::NotRun));
        }
        self
    }

    /// Whether every case was reached.
    pub fn is_complete(&self) -> bool {
        self.cases.len() == self.timings_us.len()
    }
}

/// Plays `selected`. Results go to `on` as they come, in no particular order; when it breaks, the
/// run ends, as it says.
///
/// The order is the most expensive first, so that none of them begins when the others are done, or
/// the cheapest first if `on` may break.
pub fn run(
    selected: &[&'static Item],
    settings: &Settings,
    may_break: bool,
    on: &mut dyn FnMut(Finished<'_>) -> ControlFlow<Stop>,
) -> Results {
    let efforts = selected.iter().map(|item| effort(&item.case.at(settings.tier).script));
    let mut order: Vec<_> = efforts.zip(selected.iter().copied()).collect();
    let all: u64 = order.iter().map(|(effort, _)| effort).sum();
    let mut left = all;
    order.sort_by_key(|(effort, _)| core::cmp::Reverse(*effort));
    if may_break {
        order.reverse();
    }
    let next = AtomicUsize::new(0);
    let jobs = settings.jobs.clamp(1, order.len().max(1));
    let mut results = Results::default();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(jobs);
        for _ in 0..jobs {
            let (order, next, sender) = (&order, &next, sender.clone());
            scope.spawn(move || {
                let mut worker = Worker::new(settings);
                while let Some((effort, item)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    let result = worker.result(item);
                    if sender.send((*item, result, begun.elapsed(), *effort)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (done, (item, mut result, time, effort)) in (1..).zip(receiver) {
            left -= effort;
            let share = 1000 - u32::try_from((1000 * left).div_ceil(all.max(1))).unwrap_or(1000);
            let flow = on(Finished { item, result: &mut result, time, done, share });
            let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
            results.timings_us.insert(item.key.clone(), micros);
            results.cases.insert(item.key.clone(), result);
            match flow {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(Stop::Begun) => next.store(order.len(), Ordering::Relaxed),
                // Nobody receives any more, so the workers end.
                ControlFlow::Break(Stop::Here) => break,
            }
        }
    });
    results.among(selected)
}

#[cfg(test)]
mod tests {
    use wsproof_cases::Role;
    use wsproof_cases::case::{Case, Needs};
    use wsproof_reports::model::WireKept;

    use super::*;
    use crate::driver::Entry;
    use crate::play::{Broken, Driver, Link};
    use crate::select::items;

    /// How many cases were begun, by every worker together.
    static BEGUN: AtomicUsize = AtomicUsize::new(0);

    struct Counts;

    impl Driver for Counts {
        fn name(&self) -> &'static str {
            "counts"
        }

        fn lacks(&self, _: &Needs) -> Option<&'static str> {
            BEGUN.fetch_add(1, Ordering::SeqCst);
            Some("it has nothing")
        }

        fn open(&mut self, _: &Case, _: Role, _: u32) -> Result<Box<dyn Link + '_>, Broken> {
            Err(Broken("nothing is supported".to_owned()))
        }
    }

    const ENTRY: Entry = Entry {
        name: "counts",
        about: "",
        subject: "counts",
        version: "0",
        plants_bugs: false,
        make: |_| Box::new(Counts),
    };

    #[test]
    fn workers_wait_for_the_reader_end_with_him_and_begin_with_the_most_expensive() {
        let selected: Vec<_> = items().iter().take(200).collect();
        let settings = Settings { jobs: 2, wire: WireKept::None, ..Settings::new(&ENTRY) };
        let mut seen = 0;
        let all = run(&selected, &settings, false, &mut |finished| {
            seen += 1;
            assert_eq!(finished.done, seen);
            assert!(finished.share <= 1000);
            assert_eq!(finished.share == 1000, seen == 200);
            // Two in the channel, and one in the hands of each worker.
            assert!(BEGUN.load(Ordering::SeqCst) <= seen + 4, "workers run ahead");
            ControlFlow::Continue(())
        });
        assert!(all.is_complete() && all.cases.len() == 200 && seen == 200);
        assert!(all.cases.values().all(|result| result.verdict == Verdict::Unsupported));

        let some = run(&selected, &settings, true, &mut |finished| {
            if finished.done == 3 {
                ControlFlow::Break(Stop::Here)
            } else {
                ControlFlow::Continue(())
            }
        });
        let reached = some.cases.values().filter(|result| result.verdict != Verdict::NotRun);
        assert_eq!((some.cases.len(), reached.count(), some.is_complete()), (200, 3, false));

        let before = BEGUN.load(Ordering::SeqCst);
        let begun = run(&selected, &settings, false, &mut |finished| {
            if finished.done < 3 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(Stop::Begun)
            }
        });
        let reached = begun.cases.values().filter(|result| result.verdict != Verdict::NotRun);
        assert_eq!(reached.count(), BEGUN.load(Ordering::SeqCst) - before, "a result is lost");
        assert!(!begun.is_complete());

        // One worker alone brings the most expensive first, and most of the work with them.
        run(&selected, &Settings { jobs: 1, ..settings }, false, &mut |finished| {
            assert!((finished.share as usize + 1) * 200 >= finished.done * 1000);
            ControlFlow::Continue(())
        });
    }
}
