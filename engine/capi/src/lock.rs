//! A lock that is mostly free, and costs one locked instruction to take and none to give back.
//!
//! The standard library's takes one for each, so that who waits is woken. Here who waits looks again,
//! ever more seldom: threads rarely meet on one handle, and no call is held up by anything but its own
//! work. Of the time a short call takes, a locked instruction would be a third.

use core::cell::UnsafeCell;
use core::hint;
use core::mem;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use std::thread;

const FREE: u8 = 0;
const HELD: u8 = 1;
/// The call that held it panicked.
const BROKEN: u8 = 2;

/// How often somebody who waits looks again at once, and up to which time after giving way to others.
const LOOKS: u32 = 64;
const YIELDS: u32 = 128;
/// How long they sleep in between from then on.
const PAUSE: Duration = Duration::from_micros(100);

/// A value that one call at a time may use.
#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    state: AtomicU8,
    value: UnsafeCell<T>,
}

// SAFETY: `state` lets one thread at a time get at the value, which may be sent there.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// Calls with the value while nobody else does.
    ///
    /// # Errors
    ///
    /// [`LockedOut`], and whatever the call answers.
    #[inline]
    pub(crate) fn with<R, E: From<LockedOut>>(
        &self,
        call: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        if self.take(FREE).is_err() {
            self.wait()?;
        }
        // SAFETY: this call took the lock.
        unsafe { self.holding(call, |_| true) }
    }

    /// Calls with the value even if an earlier call panicked, which is then over and done with if
    /// this call answers with something.
    pub(crate) fn repair<R>(&self, call: impl FnOnce(&mut T) -> Option<R>) -> Option<R> {
        while self.take(FREE).is_err() && self.wait().is_err() {
            if self.take(BROKEN).is_ok() {
                // SAFETY: this call took the lock.
                return unsafe { self.holding(call, |result| result.is_some()) };
            }
        }
        // SAFETY: this call took the lock.
        unsafe { self.holding(call, |_| true) }
    }

    #[inline]
    fn take(&self, from: u8) -> Result<(), u8> {
        let taken = self.state.compare_exchange(from, HELD, Ordering::Acquire, Ordering::Relaxed);
        taken.map(|_| ())
    }

    /// Takes the lock as soon as it is free, unless it is broken.
    #[cold]
    fn wait(&self) -> Result<(), LockedOut> {
        for round in 0u32.. {
            match round {
                0..LOOKS => hint::spin_loop(),
                LOOKS..YIELDS => thread::yield_now(),
                _ => thread::sleep(PAUSE),
            }
            // Looking costs the holder less than trying.
            match self.state.load(Ordering::Relaxed) {
                FREE if self.take(FREE).is_ok() => return Ok(()),
                BROKEN => return Err(LockedOut),
                _ => {}
            }
        }
        Err(LockedOut)
    }

    /// # Safety
    ///
    /// The caller has taken the lock, which this gives back: free, if the result is `good`.
    #[inline]
    unsafe fn holding<R>(
        &self,
        call: impl FnOnce(&mut T) -> R,
        good: impl FnOnce(&R) -> bool,
    ) -> R {
        let broken = Broken(&self.state);
        // SAFETY: whoever has taken the lock is alone with the value until it is given back below.
        let value = unsafe { &mut *self.value.get() };
        let result = call(value);
        if good(&result) {
            mem::forget(broken);
            self.state.store(FREE, Ordering::Release);
        }
        result
    }
}

/// An earlier call panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockedOut;

/// Gives a lock back broken.
struct Broken<'a>(&'a AtomicU8);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        self.0.store(BROKEN, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::panic::AssertUnwindSafe;
    use std::panic::catch_unwind;

    #[test]
    fn one_call_at_a_time() {
        let (threads, calls) = if cfg!(miri) { (3, 20) } else { (8, 20_000) };
        let lock = Lock::<(usize, usize)>::default();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for call in 0..calls {
                        let together = lock.with(|(before, after)| {
                            *before += 1;
                            if call % 1000 == 0 {
                                // Long enough for the others to go to sleep.
                                thread::sleep(3 * PAUSE);
                            }
                            *after += 1;
                            Ok::<_, LockedOut>(before == after)
                        });
                        assert_eq!(together, Ok(true));
                    }
                });
            }
        });
        let read = lock.with(|value| Ok::<_, LockedOut>(*value));
        assert_eq!(read, Ok((threads * calls, threads * calls)));
    }

    #[test]
    fn a_panic_locks_out_until_it_is_repaired() {
        let lock = Lock::<u8>::default();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            lock.with::<(), LockedOut>(|value| {
                *value = 1;
                panic!("half done");
            })
        }));
        let read = || lock.with(|value| Ok(*value));
        assert!(panicked.is_err());
        assert_eq!(read(), Err(LockedOut));
        assert_eq!(lock.repair(|_| None::<u8>), None);
        assert_eq!(read(), Err(LockedOut), "nothing was repaired");
        assert_eq!(lock.repair(|value| Some(mem::take(value))), Some(1));
        assert_eq!(read(), Ok(0));
    }
}
