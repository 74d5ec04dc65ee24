//! Places that are numbered and, once there, stay where they are for ever.
//!
//! They are in chunks that double in size. The highest bit of a number says which chunk, and the
//! others say where in it.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

/// Places with numbers of so many bits, of which there are none at first. Number 0 has none.
#[derive(Debug)]
pub(crate) struct Slots<T, const BITS: usize> {
    /// Chunk `k` is null, or has 2^k places.
    chunks: [AtomicPtr<T>; BITS],
    /// Held by whoever makes a chunk: the large ones are not made twice.
    making: Mutex<()>,
}

impl<T: Default + Sync, const BITS: usize> Slots<T, BITS> {
    pub(crate) const fn new() -> Self {
        let chunks = [const { AtomicPtr::new(ptr::null_mut()) }; BITS];
        Self { chunks, making: Mutex::new(()) }
    }

    /// The place with this number, if it has been made.
    #[inline(always)]
    pub(crate) fn get(&'static self, number: usize) -> Option<&'static T> {
        let bit = number.checked_ilog2()?;
        let start = self.chunks.get(bit as usize)?.load(Ordering::Acquire);
        if start.is_null() {
            return None;
        }
        // SAFETY: the chunk has 2^bit places, and without that bit the number is less.
        let place = unsafe { start.add(number ^ 1 << bit) };
        // SAFETY: chunks stay where they are for ever, and their places are only shared.
        Some(unsafe { &*place })
    }

    /// The place with this number, which is made with its whole chunk if it is not there.
    pub(crate) fn get_or_make(&'static self, number: usize) -> Option<&'static T> {
        let bit = number.checked_ilog2()? as usize;
        let chunk = self.chunks.get(bit)?;
        if chunk.load(Ordering::Acquire).is_null() {
            let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            if chunk.load(Ordering::Acquire).is_null() {
                let places: Box<[T]> = (0..1usize << bit).map(|_| T::default()).collect();
                chunk.store(Box::leak(places).as_mut_ptr(), Ordering::Release);
            }
        }
        self.get(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::AtomicUsize;
    use std::sync::Barrier;
    use std::thread;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        static SLOTS: Slots<AtomicUsize, 10> = Slots::new();
        assert!(SLOTS.get(0).is_none() && SLOTS.get_or_make(0).is_none());
        for number in 1..1024 {
            let place = SLOTS.get_or_make(number).unwrap();
            assert_eq!(place.swap(number, Ordering::Relaxed), 0, "{number} is new");
        }
        for number in 1..1024 {
            assert_eq!(SLOTS.get(number).unwrap().load(Ordering::Relaxed), number);
        }
        assert!(SLOTS.get(1024).is_none() && SLOTS.get_or_make(1024).is_none());
    }

    #[test]
    fn who_come_together_find_the_same_places() {
        static SLOTS: Slots<AtomicUsize, 10> = Slots::new();
        let barrier = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for bit in 0..10 {
                        barrier.wait();
                        SLOTS.get_or_make(1 << bit).unwrap().fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        for bit in 0..10 {
            assert_eq!(SLOTS.get(1 << bit).unwrap().load(Ordering::Relaxed), 4, "chunk {bit}");
        }
    }

    #[test]
    fn places_are_made_with_their_chunk() {
        static SLOTS: Slots<AtomicUsize, 10> = Slots::new();
        assert!(SLOTS.get(64).is_none());
        assert!(SLOTS.get_or_make(100).is_some());
        for number in 1..1024 {
            assert_eq!(SLOTS.get(number).is_some(), (64..128).contains(&number), "{number}");
        }
    }
}
