//! Operations in the order they were asked for.

use alloc::collections::VecDeque;

use crate::config::Config;
use crate::error::Misuse;

/// A queue that was allocated at creation, and grows only if it was told to.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    operations: VecDeque<T>,
    /// `operations.len() <= limit`.
    limit: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            operations: VecDeque::with_capacity(config.max_queued_operations),
            limit: if config.growing_queues { usize::MAX } else { config.max_queued_operations },
        }
    }

    /// Makes sure of room for one more.
    ///
    /// # Errors
    ///
    /// [`Misuse::QueueFull`] at the limit, or when memory has run out.
    pub(crate) fn reserve(&mut self) -> Result<(), Misuse> {
        if self.operations.len() >= self.limit || self.operations.try_reserve(1).is_err() {
            return Err(Misuse::QueueFull);
        }
        Ok(())
    }

    /// Adds an operation, for which [`reserve`](Self::reserve) has made room.
    pub(crate) fn push(&mut self, operation: T) {
        self.operations.push_back(operation);
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.operations.pop_front()
    }

    pub(crate) fn front(&self) -> Option<&T> {
        self.operations.front()
    }

    pub(crate) fn front_mut(&mut self) -> Option<&mut T> {
        self.operations.front_mut()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
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
