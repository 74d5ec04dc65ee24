//! What the tests share.

use std::sync::Mutex;
use std::thread;

/// Does the work on all processors; the results are in the order of the work.
pub(crate) fn in_parallel<W: Send, R: Send>(work: Vec<W>, run: impl Fn(W) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let work = Mutex::new(work.into_iter().enumerate());
    let mut results = thread::scope(|scope| {
        let worker = || {
            let mut results = Vec::new();
            while let Some((i, work)) = { work.lock().unwrap().next() } {
                results.push((i, run(work)));
            }
            results
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
