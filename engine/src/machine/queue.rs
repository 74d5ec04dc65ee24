//! Operations in the order they were asked for.

use alloc::collections::VecDeque;

use crate::config::Config;
use crate::error::Misuse;

/// A queue that was allocated at creation, and grows only if it was told to.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    /// The first operation has a place of its own: mostly there is one.
    first: Option<T>,
    /// The others; none unless there is a first.
    others: VecDeque<T>,
    /// How many there may be in all; at least 1.
    limit: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            first: None,
            others: VecDeque::with_capacity(config.max_queued_operations - 1),
            limit: if config.growing_queues { usize::MAX } else { config.max_queued_operations },
        }
    }

    /// Makes sure of room for one more.
    ///
    /// # Errors
    ///
    /// [`Misuse::QueueFull`] at the limit, or when memory has run out.
    #[inline]
    pub(crate) fn reserve(&mut self) -> Result<(), Misuse> {
        if self.first.is_none() { Ok(()) } else { self.reserve_behind() }
    }

    fn reserve_behind(&mut self) -> Result<(), Misuse> {
        if self.others.len() >= self.limit - 1 || self.others.try_reserve(1).is_err() {
            return Err(Misuse::QueueFull);
        }
        Ok(())
    }

    /// Adds an operation, for which [`reserve`](Self::reserve) has made room.
    #[inline]
    pub(crate) fn push(&mut self, operation: T) {
        if self.first.is_none() {
            self.first = Some(operation);
        } else {
            self.others.push_back(operation);
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let first = self.first.take();
        if !self.others.is_empty() {
            self.first = self.others.pop_front();
        }
        first
    }

    #[inline]
    pub(crate) const fn front(&self) -> Option<&T> {
        self.first.as_ref()
    }

    #[inline]
    pub(crate) const fn front_mut(&mut self) -> Option<&mut T> {
        self.first.as_mut()
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Role;

    #[test]
    fn a_queue_is_full_at_its_limit_unless_it_grows() {
        for growing in [false, true] {
            let builder = Config::builder(Role::Client).max_queued_operations(2);
            let mut queue = Queue::new(&builder.growing_queues(growing).build().unwrap());
            for number in 0..2 {
                assert_eq!(queue.reserve(), Ok(()));
                queue.push(number);
            }
            let third = if growing { Ok(()) } else { Err(Misuse::QueueFull) };
            assert_eq!(queue.reserve(), third);
            assert_eq!(queue.pop(), Some(0));
            assert_eq!(queue.reserve(), Ok(()));
        }
    }
}
