//! Whether there is more than one thread, so that a lock need not be guarded against threads that do
//! not exist: the locked instructions of a whole echo take as long as a tenth of everything else.
//!
//! glibc says so since its version 2.32, and C++'s shared pointers ask it as well; nothing else says
//! so, and there the answer is always that there may be others. A signal handler is no thread: as
//! with all that allocates, it may not call what it may have interrupted.

use core::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

/// What does not know.
static UNKNOWN: AtomicU8 = AtomicU8::new(0);
/// Where something other than 0 says that this thread is the only one.
static ONLY_ONE: AtomicPtr<AtomicU8> = AtomicPtr::new((&raw const UNKNOWN).cast_mut());

/// Whether this thread is certainly the only one. It stays so for as long as the call goes on that
/// asks, since only this thread could make another; and whatever was done before happened before all
/// that the other one does.
#[inline(always)]
pub(crate) fn is_only_one() -> bool {
    let place = ONLY_ONE.load(Ordering::Relaxed);
    // SAFETY: both places it may point at stay for ever, and are written while there is one thread.
    unsafe { &*place }.load(Ordering::Relaxed) != 0
}

/// Finds out who knows, once. Calls before it are as good, but slower.
pub(crate) fn find_out() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    {
        use core::ffi::{c_char, c_void};
        use std::sync::Once;

        unsafe extern "C" {
            fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
        }
        static ASKED: Once = Once::new();
        ASKED.call_once(|| {
            // SAFETY: null stands for all libraries there are, and the name has a terminator.
            let found = unsafe { dlsym(core::ptr::null_mut(), c"__libc_single_threaded".as_ptr()) };
            if !found.is_null() {
                ONLY_ONE.store(found.cast(), Ordering::Relaxed);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn two_threads_are_more_than_one() {
        find_out();
        thread::scope(|scope| {
            scope.spawn(|| assert!(!is_only_one()));
            assert!(!is_only_one());
        });
    }
}
