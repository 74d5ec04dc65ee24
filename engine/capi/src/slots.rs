//! Places that are numbered and, once there, stay where they are for ever.
//!
//! They are in chunks, each of which is made when the first of its places is wanted.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many places are made together.
pub(crate) const CHUNK: usize = 256;

/// So many chunks of places, of which there are none at first.
#[derive(Debug)]
pub(crate) struct Slots<T, const CHUNKS: usize> {
    /// Null, or a chunk that is there for ever.
    chunks: [AtomicPtr<[T; CHUNK]>; CHUNKS],
    /// Held by whoever makes a chunk, so that none is made twice.
    making: Mutex<()>,
}

impl<T: Default + Sync, const CHUNKS: usize> Slots<T, CHUNKS> {
    pub(crate) const fn new() -> Self {
        let chunks = [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS];
        Self { chunks, making: Mutex::new(()) }
    }

    /// The place with this number, if it has been made.
    #[inline(always)]
    pub(crate) fn get(&'static self, number: usize) -> Option<&'static T> {
        let chunk = self.chunks.get(number / CHUNK)?.load(Ordering::Acquire);
        // SAFETY: null, or a chunk that stays where it is for ever, and whose places are only shared.
        let places = unsafe { chunk.as_ref() }?;
        places.get(number % CHUNK)
    }

    /// The place with this number, which is made with its whole chunk if it is not there.
    pub(crate) fn get_or_make(&'static self, number: usize) -> Option<&'static T> {
        let chunk = self.chunks.get(number / CHUNK)?;
        if chunk.load(Ordering::Acquire).is_null() {
            let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
            if chunk.load(Ordering::Acquire).is_null() {
                let places = Box::new(core::array::from_fn(|_| T::default()));
                chunk.store(Box::leak(places), Ordering::Release);
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
        static SLOTS: Slots<AtomicUsize, 3> = Slots::new();
        for number in 0..3 * CHUNK {
            let place = SLOTS.get_or_make(number).unwrap();
            assert_eq!(place.swap(number + 1, Ordering::Relaxed), 0, "{number} is new");
        }
        for number in 0..3 * CHUNK {
            assert_eq!(SLOTS.get(number).unwrap().load(Ordering::Relaxed), number + 1);
        }
        assert!(SLOTS.get(3 * CHUNK).is_none() && SLOTS.get_or_make(3 * CHUNK).is_none());
    }

    #[test]
    fn who_come_together_find_the_same_places() {
        const CHUNKS: usize = if cfg!(miri) { 10 } else { 1000 };
        static SLOTS: Slots<AtomicUsize, CHUNKS> = Slots::new();
        let barrier = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for chunk in 0..CHUNKS {
                        barrier.wait();
                        let place = SLOTS.get_or_make(chunk * CHUNK).unwrap();
                        place.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        for chunk in 0..CHUNKS {
            let place = SLOTS.get(chunk * CHUNK).unwrap();
            assert_eq!(place.load(Ordering::Relaxed), 4, "chunk {chunk}");
        }
    }

    #[test]
    fn places_are_made_with_their_chunk() {
        static SLOTS: Slots<AtomicUsize, 3> = Slots::new();
        assert!(SLOTS.get(CHUNK).is_none());
        assert!(SLOTS.get_or_make(CHUNK + 100).is_some());
        for number in 0..3 * CHUNK {
            assert_eq!(SLOTS.get(number).is_some(), number / CHUNK == 1, "{number}");
        }
    }
}
