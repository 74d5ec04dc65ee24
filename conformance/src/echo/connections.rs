//! The connections that are open, and their end when the application goes away.

use core::mem;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};

use super::exchange::Desk;
use super::stream::lock;

/// The connections of an application; a copy is about the same ones.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<(Mutex<Open>, Condvar)>);

#[derive(Debug, Default)]
struct Open {
    /// By the order in which they were opened.
    desks: BTreeMap<u64, Arc<Desk>>,
    opened: u64,
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
        drop(ended.wait_timeout_while(held, at_most, |open| !open.desks.is_empty()));
    }

    /// Whether the application is on its way out, and opens no further connection.
    pub fn are_leaving(&self) -> bool {
        lock(&self.0.0).leaving
    }

    /// Knows a connection until the value that is returned is dropped.
    pub(super) fn keep(&self, desk: &Arc<Desk>) -> Kept<'_> {
        let mut open = lock(&self.0.0);
        let number = open.opened;
        open.opened += 1;
        open.desks.insert(number, Arc::clone(desk));
        if open.leaving {
            desk.go_away();
        }
        Kept { connections: self, number }
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
