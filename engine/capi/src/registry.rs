//! Handles, and the endpoints behind them.
//!
//! ```text
//!   handle   | generation            | number  |       never null, never a pointer
//!                   │                     │
//!                   │ must be equal       ▼
//!   table    | slot | slot | … chunks that double in size and stay where they are for ever
//!                └─► lock: generation, endpoint if there is one
//! ```
//!
//! The highest bit of a number says which chunk, and the others say where in it.
//!
//! A slot's generation changes with each tenant, so a handle that was deleted fits no later one.
//! Looking a handle up takes one lock, its own; deletion waits for the call that holds it and for
//! nothing else.

use core::ptr;
use std::collections::VecDeque;
use std::sync::{Mutex, OnceLock, PoisonError};

use wsproof_capi_abi::Handle;

use crate::endpoint::Endpoint;
use crate::hresult::Failure;
use crate::lock::{Lock, LockedOut};

/// Bits of a handle that name a slot: 16 million handles at a time, or a million where pointers have
/// 32 bits.
const NUMBER_BITS: u32 = if usize::BITS == 64 { 24 } else { 20 };
/// The number of the first slot.
const FIRST: usize = 64;

static TABLE: Table = Table {
    chunks: [const { OnceLock::new() }; NUMBER_BITS as usize],
    free: Mutex::new(Free { released: VecDeque::new(), fresh: FIRST }),
};

struct Table {
    /// Chunk `k` has 2^k slots; those below the first slot's are never made.
    chunks: [OnceLock<Box<[Slot]>>; NUMBER_BITS as usize],
    free: Mutex<Free>,
}

/// Slots without a tenant.
struct Free {
    /// Oldest first, so that a stale handle is told for as long as possible.
    released: VecDeque<usize>,
    /// Slots from here on never had one.
    fresh: usize,
}

/// Alone in its cache line, so that threads with different handles do not slow each other down.
#[repr(align(64))]
#[derive(Default)]
struct Slot(Lock<Tenancy>);

struct Tenancy {
    /// Never 0.
    generation: usize,
    endpoint: Option<Box<Endpoint>>,
}

impl Default for Tenancy {
    fn default() -> Self {
        Self { generation: 1, endpoint: None }
    }
}

impl From<LockedOut> for Failure {
    fn from(LockedOut: LockedOut) -> Self {
        Self::UNEXPECTED
    }
}

/// Gives an endpoint a handle.
pub(crate) fn insert(endpoint: Box<Endpoint>) -> Result<Handle, Failure> {
    let number = {
        let mut free = TABLE.free.lock().unwrap_or_else(PoisonError::into_inner);
        match free.released.pop_front() {
            Some(number) => number,
            None if free.fresh < 1 << NUMBER_BITS => {
                free.fresh += 1;
                free.fresh - 1
            }
            None => return Err(Failure::OUT_OF_MEMORY),
        }
    };
    let slot = TABLE.slot_or_new(number).ok_or(Failure::UNEXPECTED)?;
    let generation = slot.0.with(|tenancy| {
        tenancy.endpoint = Some(endpoint);
        Ok::<_, Failure>(tenancy.generation)
    })?;
    Ok(ptr::without_provenance_mut(generation << NUMBER_BITS | number))
}

/// Calls on the endpoint behind a handle, while nobody else does.
#[inline]
pub(crate) fn with<R>(
    handle: Handle,
    call: impl FnOnce(&mut Endpoint) -> Result<R, Failure>,
) -> Result<R, Failure> {
    let (generation, number) = split(handle);
    let slot = TABLE.slot(number).ok_or(Failure::INVALID_ARGUMENT)?;
    slot.0.with(|tenancy| match &mut tenancy.endpoint {
        Some(endpoint) if tenancy.generation == generation => call(endpoint),
        _ => Err(Failure::INVALID_ARGUMENT),
    })
}

/// Takes a handle's endpoint away, if it has one; the handle is never valid again. A call that
/// panicked locked this tenant out; the next one has nothing to do with it.
pub(crate) fn remove(handle: Handle) -> Option<Box<Endpoint>> {
    let (generation, number) = split(handle);
    let endpoint = TABLE.slot(number)?.0.repair(|tenancy| {
        if tenancy.generation != generation {
            return None;
        }
        let endpoint = tenancy.endpoint.take()?;
        tenancy.generation = next_generation(generation);
        Some(endpoint)
    })?;
    TABLE.free.lock().unwrap_or_else(PoisonError::into_inner).released.push_back(number);
    Some(endpoint)
}

impl Table {
    #[inline]
    fn slot(&self, number: usize) -> Option<&Slot> {
        let (chunk, place) = locate(number)?;
        self.chunks.get(chunk)?.get()?.get(place)
    }

    fn slot_or_new(&self, number: usize) -> Option<&Slot> {
        let (chunk, place) = locate(number)?;
        let slots = || (0..1usize << chunk).map(|_| Slot::default()).collect();
        self.chunks.get(chunk)?.get_or_init(slots).get(place)
    }
}

/// Which chunk a slot is in, and where; number 0 is none.
#[inline]
fn locate(number: usize) -> Option<(usize, usize)> {
    let bit = number.checked_ilog2()?;
    Some((bit as usize, number ^ 1 << bit))
}

#[inline]
fn split(handle: Handle) -> (usize, usize) {
    let number = handle.addr();
    (number >> NUMBER_BITS, number & ((1 << NUMBER_BITS) - 1))
}

/// Generations start anew when they no longer fit into a handle: after 2^40 tenants of one slot, or
/// 2^12 where pointers have 32 bits.
const fn next_generation(generation: usize) -> usize {
    let next = (generation + 1) & (usize::MAX >> NUMBER_BITS);
    if next == 0 { 1 } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_slot() {
        let mut expected = (FIRST.ilog2() as usize, 0);
        for number in FIRST..if cfg!(miri) { 500 } else { 100_000 } {
            assert_eq!(locate(number), Some(expected), "slot {number}");
            expected.1 += 1;
            if expected.1 == 1 << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        let last = (1 << NUMBER_BITS) - 1;
        assert_eq!(locate(last), Some((TABLE.chunks.len() - 1, last / 2)));
        assert_eq!(locate(0), None);
    }

    #[test]
    fn generations_fit_and_are_never_zero() {
        let last = usize::MAX >> NUMBER_BITS;
        assert_eq!(next_generation(1), 2);
        assert_eq!(next_generation(last), 1);
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
