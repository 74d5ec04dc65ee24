//! A lock that is mostly free, and costs one locked instruction to take and none to give back, or
//! none at all in a process with one thread. The same instruction finds out whether the caller has
//! the key of what is behind it.
//!
//! The standard library's takes one for each, so that who waits is woken. Here who waits looks again,
//! ever more seldom: threads rarely meet on one handle, and no call is held up by anything but its own
//! work. Of the time a short call takes, a locked instruction would be a third.

use core::cell::UnsafeCell;
use core::hint;
use core::mem;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::thread;

use crate::threads;

/// Nothing is behind the lock.
const VACANT: usize = 0;
/// A call goes on.
const HELD: usize = 1;

/// How often somebody who waits looks again at once, and up to which time after giving way to others.
const LOOKS: u32 = 64;
const YIELDS: u32 = 128;
/// How long they sleep in between from then on.
const PAUSE: Duration = Duration::from_micros(100);

/// A place for a value that one call at a time may use, and only with the key it was put in with.
///
/// Keys are larger than 1, and those of one lock are all even or all odd: other numbers stand for
/// what is no key. Whoever uses a lock vouches for that.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    /// [`VACANT`], [`HELD`], the key of the value while it is free, or [`broken`] of it.
    state: AtomicUsize,
    value: UnsafeCell<Option<T>>,
}

/// What says that a call with this key panicked.
const fn broken(key: usize) -> usize {
    key ^ 1
}

/// Why a call may not use a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockedOut {
    /// The key is not that of what is there, if anything is.
    WrongKey,
    /// An earlier call panicked.
    Broken,
}

// SAFETY: `state` lets one thread at a time get at the value, which may be sent there, as long as keys
// are what callers vouch for.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Default for Lock<T> {
    fn default() -> Self {
        Self { state: AtomicUsize::new(VACANT), value: UnsafeCell::new(None) }
    }
}

impl<T> Lock<T> {
    /// Puts a value where there is none, or hands it back.
    ///
    /// # Safety
    ///
    /// The key is larger than 1, and of the same parity as all keys that this lock is used with.
    pub(crate) unsafe fn put(&self, key: usize, value: T) -> Result<(), T> {
        if !self.take(VACANT) {
            return Err(value);
        }
        // SAFETY: this call took the lock.
        unsafe { self.holding(key, |place| *place = Some(value)) };
        Ok(())
    }

    /// Calls with the value while nobody else does.
    ///
    /// # Errors
    ///
    /// [`LockedOut`], and whatever the call answers.
    ///
    /// # Safety
    ///
    /// As for [`put`](Self::put).
    #[inline(always)]
    pub(crate) unsafe fn with<R, E: From<LockedOut>>(
        &self,
        key: usize,
        call: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        if !self.take(key) {
            self.wait(key)?;
        }
        let call = |place: &mut Option<T>| {
            // SAFETY: while a key fits, there is the value that was put in with it: it is neither what
            // stands for none, nor what a panic leaves behind.
            call(unsafe { place.as_mut().unwrap_unchecked() })
        };
        // SAFETY: this call took the lock.
        unsafe { self.holding(key, call) }
    }

    /// Takes the value out, even if an earlier call panicked.
    ///
    /// # Safety
    ///
    /// As for [`put`](Self::put).
    pub(crate) unsafe fn remove(&self, key: usize) -> Option<T> {
        while let Err(locked_out) = self.wait(key) {
            match locked_out {
                LockedOut::WrongKey => return None,
                LockedOut::Broken if self.take(broken(key)) => break,
                LockedOut::Broken => {}
            }
        }
        // SAFETY: this call took the lock.
        unsafe { self.holding(VACANT, Option::take) }
    }

    #[inline(always)]
    fn take(&self, from: usize) -> bool {
        if threads::is_only_one() {
            let fits = self.state.load(Ordering::Relaxed) == from;
            if fits {
                self.state.store(HELD, Ordering::Relaxed);
            }
            return fits;
        }
        self.state.compare_exchange(from, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes the lock as soon as it is free.
    #[cold]
    fn wait(&self, key: usize) -> Result<(), LockedOut> {
        let mut round = 0u32;
        loop {
            // Looking costs the holder less than trying.
            match self.state.load(Ordering::Relaxed) {
                HELD => match round {
                    0..LOOKS => hint::spin_loop(),
                    LOOKS..YIELDS => thread::yield_now(),
                    _ => thread::sleep(PAUSE),
                },
                state if state == key => {
                    if self.take(key) {
                        return Ok(());
                    }
                }
                state if state == broken(key) => return Err(LockedOut::Broken),
                _ => return Err(LockedOut::WrongKey),
            }
            round = round.saturating_add(1);
        }
    }

    /// # Safety
    ///
    /// The caller has taken the lock, which is in this state afterwards.
    #[inline(always)]
    unsafe fn holding<R>(&self, state: usize, call: impl FnOnce(&mut Option<T>) -> R) -> R {
        let broken = Broken { lock: &self.state, key: state };
        // SAFETY: whoever has taken the lock is alone with the value until it is given back below.
        let place = unsafe { &mut *self.value.get() };
        let result = call(place);
        mem::forget(broken);
        self.state.store(state, Ordering::Release);
        result
    }
}

/// Gives a lock back broken.
struct Broken<'a> {
    lock: &'a AtomicUsize,
    key: usize,
}

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        self.lock.store(broken(self.key), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::panic::AssertUnwindSafe;
    use std::panic::catch_unwind;

    const KEY: usize = 100;
    const OTHER_KEY: usize = 200;

    fn put<T>(lock: &Lock<T>, key: usize, value: T) -> Result<(), T> {
        // SAFETY: the keys below are even and larger than 1.
        unsafe { lock.put(key, value) }
    }

    fn with<T, R>(
        lock: &Lock<T>,
        key: usize,
        call: impl FnOnce(&mut T) -> R,
    ) -> Result<R, LockedOut> {
        // SAFETY: the keys below are even and larger than 1.
        unsafe { lock.with(key, |value| Ok(call(value))) }
    }

    fn remove<T>(lock: &Lock<T>, key: usize) -> Option<T> {
        // SAFETY: the keys below are even and larger than 1.
        unsafe { lock.remove(key) }
    }

    #[test]
    fn one_call_at_a_time() {
        let (threads, calls) = if cfg!(miri) { (3, 20) } else { (8, 20_000) };
        let lock = Lock::default();
        assert_eq!(put(&lock, KEY, (0, 0)), Ok(()));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for call in 0..calls {
                        let together = with(&lock, KEY, |(before, after): &mut (usize, usize)| {
                            *before += 1;
                            if call % 1000 == 0 {
                                // Long enough for the others to go to sleep.
                                thread::sleep(3 * PAUSE);
                            }
                            *after += 1;
                            before == after
                        });
                        assert_eq!(together, Ok(true));
                    }
                });
            }
        });
        assert_eq!(remove(&lock, KEY), Some((threads * calls, threads * calls)));
    }

    #[test]
    fn a_panic_locks_out_until_the_value_is_removed() {
        let lock = Lock::<u8>::default();
        assert_eq!(put(&lock, KEY, 0), Ok(()));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            with(&lock, KEY, |value| {
                *value = 1;
                panic!("half done");
            })
        }));
        let read = |key| with(&lock, key, |value| *value);
        assert!(panicked.is_err());
        assert_eq!(read(KEY), Err(LockedOut::Broken));
        assert_eq!(read(OTHER_KEY), Err(LockedOut::WrongKey));
        assert_eq!(remove(&lock, OTHER_KEY), None);
        assert_eq!(put(&lock, OTHER_KEY, 2), Err(2), "something is there");
        assert_eq!(remove(&lock, KEY), Some(1));
        assert_eq!(put(&lock, OTHER_KEY, 2), Ok(()));
        assert_eq!((read(KEY), read(OTHER_KEY)), (Err(LockedOut::WrongKey), Ok(2)));
    }
}
