//! The connections that are open, and their end when the application goes away.

use core::mem;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};

use super::desk::Desk;
use super::stream::lock;

/// The connections of an application; a copy is about the same ones.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<(Mutex<Open>, Condvar)>);

#[derive(Debug, Default)]
struct Open {
    /// By the order in which they were opened.
    desks: BTreeMap<u64, Arc<Desk>>,
    opened: u64,
    /// Those that the peer may already take for open.
    begun: usize,
    leaving: bool,
}

impl Connections {
    /// Closes them all with 1001, Going Away (RFC 6455 §7.4.1), whenever they were opened, and waits
    /// until they have ended, but no longer than this.
    pub fn leave(&self, at_most: Duration) {
        let (open, ended) = &*self.0;
        let mut held = lock(open);
        if !mem::replace(&mut held.leaving, true) {
            held.desks.values().for_each(|desk| desk.go_away());
        }
        drop(ended.wait_timeout_while(held, at_most, |open| !open.is_empty()));
    }

    /// Whether the application is on its way out, and opens no further connection.
    pub fn are_leaving(&self) -> bool {
        lock(&self.0.0).leaving
    }

    /// Knows that a connection is about to be opened, before the peer does, until the value that is
    /// returned is dropped.
    pub(super) fn begin(&self) -> Begun<'_> {
        lock(&self.0.0).begun += 1;
        Begun { connections: self }
    }
}

impl Open {
    fn is_empty(&self) -> bool {
        self.desks.is_empty() && self.begun == 0
    }
}

/// A connection that is about to be opened.
pub(super) struct Begun<'c> {
    connections: &'c Connections,
}

impl<'c> Begun<'c> {
    /// Knows the connection that has been opened until the value that is returned is dropped.
    pub(super) fn keep(self, desk: &Arc<Desk>) -> Kept<'c> {
        let mut open = lock(&self.connections.0.0);
        let number = open.opened;
        open.opened += 1;
        open.desks.insert(number, Arc::clone(desk));
        if open.leaving {
            desk.go_away();
        }
        Kept { connections: self.connections, number }
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let (open, ended) = &*self.connections.0;
        lock(open).begun -= 1;
        ended.notify_all();
    }
}

/// An open connection.
pub(super) struct Kept<'c> {
    connections: &'c Connections,
    number: u64,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let (open, ended) = &*self.connections.0;
        lock(open).desks.remove(&self.number);
        ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its peer may take it for open before we have got so far.
    #[test]
    fn a_connection_that_has_begun_is_waited_for() {
        let connections = Connections::default();
        let is_empty = || lock(&connections.0.0).is_empty();
        let begun = connections.begin();
        assert!(!is_empty());
        connections.leave(Duration::ZERO);
        assert!(connections.are_leaving());
        drop(begun);
        assert!(is_empty());
        connections.leave(Duration::MAX);
    }
}
