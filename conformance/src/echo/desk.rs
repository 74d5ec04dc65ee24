//! Where the two threads of an open connection meet, and whoever ends it.

use std::sync::{Condvar, Mutex};

use super::queues::Queues;
use super::stream::lock;

/// Where the threads of a connection meet.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) queues: Mutex<Queues>,
    /// What one thread waits for the other has done.
    pub(super) changed: Condvar,
}

impl Desk {
    pub(super) const fn new(queues: Queues) -> Self {
        Self { queues: Mutex::new(queues), changed: Condvar::new() }
    }

    /// Closes the connection since the application goes away.
    pub(super) fn go_away(&self) {
        lock(&self.queues).go_away();
        self.changed.notify_all();
    }
}
