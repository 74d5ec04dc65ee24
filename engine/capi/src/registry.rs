//! Handles, and the endpoints behind them.
//!
//! ```text
//!   handle   | generation            | index   |       never null, never a pointer
//!                   │                     │
//!                   │ must be equal       ▼
//!   table    | slot | slot | … chunks that double in size and stay where they are for ever
//!                └─► lock: generation, endpoint if there is one
//! ```
//!
//! A slot's generation changes with each tenant, so a handle that was deleted fits no later one.
//! Looking a handle up takes one lock, its own; deletion waits for the call that holds it and for
//! nothing else.

use core::ptr;
use std::collections::VecDeque;
use std::sync::{Mutex, OnceLock, PoisonError};

use wsproof_capi_abi::{E_INVALIDARG, E_OUTOFMEMORY, E_UNEXPECTED, Handle, Hresult};

use crate::endpoint::Endpoint;
use crate::lock::Lock;

/// Bits of a handle that name a slot: 16 million handles at a time, or a million where pointers have
/// 32 bits.
const INDEX_BITS: u32 = if usize::BITS == 64 { 24 } else { 20 };
const FIRST_CHUNK_BITS: u32 = 6;
const CHUNKS: usize = (INDEX_BITS - FIRST_CHUNK_BITS) as usize;

static TABLE: Table = Table {
    chunks: [const { OnceLock::new() }; CHUNKS],
    free: Mutex::new(Free { released: VecDeque::new(), fresh: 0 }),
};

struct Table {
    /// Chunk `k` has 64 · 2^k slots.
    chunks: [OnceLock<Box<[Slot]>>; CHUNKS],
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

/// Gives an endpoint a handle.
pub(crate) fn insert(endpoint: Box<Endpoint>) -> Result<Handle, Hresult> {
    let index = {
        let mut free = TABLE.free.lock().unwrap_or_else(PoisonError::into_inner);
        match free.released.pop_front() {
            Some(index) => index,
            None if free.fresh < capacity() => {
                free.fresh += 1;
                free.fresh - 1
            }
            None => return Err(E_OUTOFMEMORY),
        }
    };
    let slot = TABLE.slot_or_new(index).ok_or(E_UNEXPECTED)?;
    let generation = slot.0.with(|tenancy| {
        tenancy.endpoint = Some(endpoint);
        tenancy.generation
    });
    let generation = generation.ok_or(E_UNEXPECTED)?;
    Ok(ptr::without_provenance_mut(generation << INDEX_BITS | index))
}

/// Calls on the endpoint behind a handle, while nobody else does.
#[inline]
pub(crate) fn with<R>(
    handle: Handle,
    call: impl FnOnce(&mut Endpoint) -> Result<R, Hresult>,
) -> Result<R, Hresult> {
    let (generation, index) = split(handle);
    let slot = TABLE.slot(index).ok_or(E_INVALIDARG)?;
    let result = slot.0.with(|tenancy| match &mut tenancy.endpoint {
        Some(endpoint) if tenancy.generation == generation => call(endpoint),
        _ => Err(E_INVALIDARG),
    });
    result.unwrap_or(Err(E_UNEXPECTED))
}

/// Takes a handle's endpoint away, if it has one; the handle is never valid again. A call that
/// panicked locked this tenant out; the next one has nothing to do with it.
pub(crate) fn remove(handle: Handle) -> Option<Box<Endpoint>> {
    let (generation, index) = split(handle);
    let endpoint = TABLE.slot(index)?.0.repair(|tenancy| {
        if tenancy.generation != generation {
            return None;
        }
        let endpoint = tenancy.endpoint.take()?;
        tenancy.generation = next_generation(generation);
        Some(endpoint)
    })?;
    TABLE.free.lock().unwrap_or_else(PoisonError::into_inner).released.push_back(index);
    Some(endpoint)
}

impl Table {
    #[inline]
    fn slot(&self, index: usize) -> Option<&Slot> {
        let (chunk, place) = locate(index);
        self.chunks.get(chunk)?.get()?.get(place)
    }

    fn slot_or_new(&self, index: usize) -> Option<&Slot> {
        let (chunk, place) = locate(index);
        let slots = || (0..chunk_size(chunk)).map(|_| Slot::default()).collect();
        self.chunks.get(chunk)?.get_or_init(slots).get(place)
    }
}

/// Which chunk a slot is in, and where.
const fn locate(index: usize) -> (usize, usize) {
    let number = index + chunk_size(0);
    let chunk = number.ilog2() - FIRST_CHUNK_BITS;
    (chunk as usize, number - chunk_size(chunk as usize))
}

const fn chunk_size(chunk: usize) -> usize {
    1 << (FIRST_CHUNK_BITS as usize + chunk)
}

/// How many slots all chunks have.
const fn capacity() -> usize {
    (1 << INDEX_BITS) - chunk_size(0)
}

fn split(handle: Handle) -> (usize, usize) {
    let number = handle.addr();
    (number >> INDEX_BITS, number & ((1 << INDEX_BITS) - 1))
}

/// Generations start anew when they no longer fit into a handle: after 2^40 tenants of one slot, or
/// 2^12 where pointers have 32 bits.
const fn next_generation(generation: usize) -> usize {
    let next = (generation + 1) & (usize::MAX >> INDEX_BITS);
    if next == 0 { 1 } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_has_one_slot() {
        let mut expected = (0, 0);
        for index in 0..if cfg!(miri) { 500 } else { 100_000 } {
            assert_eq!(locate(index), expected, "slot {index}");
            expected.1 += 1;
            if expected.1 == chunk_size(expected.0) {
                expected = (expected.0 + 1, 0);
            }
        }
        assert_eq!(locate(capacity() - 1), (CHUNKS - 1, chunk_size(CHUNKS - 1) - 1));
    }

    #[test]
    fn generations_fit_and_are_never_zero() {
        let last = usize::MAX >> INDEX_BITS;
        assert_eq!(next_generation(1), 2);
        assert_eq!(next_generation(last), 1);
    }

    #[test]
    fn null_and_numbers_that_were_never_handles_name_nothing() {
        for number in [0, 1, 1 << INDEX_BITS, usize::MAX, usize::MAX >> 1] {
            let handle = ptr::without_provenance_mut(number);
            assert_eq!(with(handle, |_| Ok(())), Err(E_INVALIDARG), "{number:#x}");
            assert!(remove(handle).is_none(), "{number:#x}");
        }
    }
}
