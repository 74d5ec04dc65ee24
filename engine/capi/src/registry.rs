//! Handles, and the endpoints behind them.
//!
//! ```text
//!   handle   | generation            | number  |       never null, never a pointer
//!                   │                     │
//!                   │ must be equal       ▼
//!   slots    | lock | lock | … which stay where they are for ever
//!                └─► endpoint if there is one, whose key is the whole handle
//! ```
//!
//! A slot's generation changes with each tenant, so a handle that was deleted fits no later one.
//! Looking a handle up takes one lock, its own, which is what compares the generations; deletion
//! waits for the call that holds it and for nothing else.

use core::ptr;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use wsproof_capi_abi::Handle;

use crate::endpoint::Endpoint;
use crate::hresult::Failure;
use crate::lock::{Lock, LockedOut};
use crate::slots::{CHUNK, Slots};
use crate::threads;

/// Bits of a handle that name a slot: 16 million handles at a time, or a million where pointers have
/// 32 bits. Miri looks at the whole table in each call.
const NUMBER_BITS: usize = match usize::BITS {
    _ if cfg!(miri) => 12,
    64 => 24,
    _ => 20,
};
/// The number of the first slot: the first chunk is never made, so null is no handle, and no key is
/// what stands for none in a lock.
const FIRST: usize = CHUNK;

static TABLE: Table = Table {
    slots: Slots::new(),
    free: Mutex::new(Free { released: VecDeque::new(), fresh: FIRST }),
};

struct Table {
    slots: Slots<Slot, { (1 << NUMBER_BITS) / CHUNK }>,
    free: Mutex<Free>,
}

/// Slots without a tenant.
struct Free {
    /// The keys of their last tenants. Oldest first, so that a stale handle is told for as long as
    /// possible.
    released: VecDeque<usize>,
    /// Slots from here on never had one.
    fresh: usize,
}

/// Alone in its cache line, so that threads with different handles do not slow each other down. The
/// key is the whole handle.
#[repr(align(64))]
#[derive(Default)]
struct Slot(Lock<Box<Endpoint>>);

impl From<LockedOut> for Failure {
    fn from(locked_out: LockedOut) -> Self {
        match locked_out {
            LockedOut::WrongKey => Self::INVALID_ARGUMENT,
            LockedOut::Broken => Self::UNEXPECTED,
        }
    }
}

/// Gives an endpoint a handle.
pub(crate) fn insert(endpoint: Box<Endpoint>) -> Result<Handle, Failure> {
    threads::find_out();
    let key = {
        let mut free = TABLE.free.lock().unwrap_or_else(PoisonError::into_inner);
        match free.released.pop_front() {
            Some(key) => next_tenant(key),
            None if free.fresh < 1 << NUMBER_BITS => {
                free.fresh += 1;
                next_tenant(free.fresh - 1)
            }
            None => return Err(Failure::OUT_OF_MEMORY),
        }
    };
    let slot = TABLE.slots.get_or_make(number(key)).ok_or(Failure::UNEXPECTED)?;
    // SAFETY: the number is at least `FIRST`, and it is the lowest bits of all keys of its slot.
    unsafe { slot.0.put(key, endpoint) }.map_err(|_| Failure::UNEXPECTED)?;
    Ok(ptr::without_provenance_mut(key))
}

/// Calls on the endpoint behind a handle, while nobody else does.
#[inline(always)]
pub(crate) fn with<R>(
    handle: Handle,
    call: impl FnOnce(&mut Endpoint) -> Result<R, Failure>,
) -> Result<R, Failure> {
    let key = handle.addr();
    let slot = TABLE.slots.get(number(key)).ok_or(Failure::INVALID_ARGUMENT)?;
    // SAFETY: numbers below `FIRST` have no slot, and a number is the lowest bits of all keys of its
    // slot.
    unsafe { slot.0.with(key, move |endpoint| call(endpoint)) }
}

/// Takes a handle's endpoint away, if it has one; the handle is never valid again. A call that
/// panicked locked this tenant out; the next one has nothing to do with it.
pub(crate) fn remove(handle: Handle) -> Option<Box<Endpoint>> {
    let key = handle.addr();
    let slot = TABLE.slots.get(number(key))?;
    // SAFETY: as in `with`.
    let endpoint = unsafe { slot.0.remove(key) }?;
    TABLE.free.lock().unwrap_or_else(PoisonError::into_inner).released.push_back(key);
    Some(endpoint)
}

#[inline]
const fn number(key: usize) -> usize {
    key & ((1 << NUMBER_BITS) - 1)
}

/// The key of the next tenant of the same slot. Generations start anew when they no longer fit into
/// a handle: after 2^40 tenants of one slot, or 2^12 where pointers have 32 bits.
const fn next_tenant(key: usize) -> usize {
    key.wrapping_add(1 << NUMBER_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_tenant_has_another_key_of_the_same_slot() {
        let last = usize::MAX << NUMBER_BITS | FIRST;
        assert_eq!(next_tenant(FIRST), 1 << NUMBER_BITS | FIRST);
        assert_eq!(next_tenant(last), FIRST);
        assert_eq!(number(last), FIRST);
    }

    #[test]
    fn null_and_numbers_that_were_never_handles_name_nothing() {
        for number in [0, 1, 1 << NUMBER_BITS, usize::MAX, usize::MAX >> 1] {
            let handle = ptr::without_provenance_mut(number);
            assert_eq!(with(handle, |_| Ok(())), Err(Failure::INVALID_ARGUMENT), "{number:#x}");
            assert!(remove(handle).is_none(), "{number:#x}");
        }
    }
}
