//! Counts the octets the handshake's own scanners look at, so that tests can hold them to linear
//! work without a clock. Outside of the unit tests it is nothing.

/// Notes that `octets` octets were looked at.
#[cfg(not(test))]
pub(crate) const fn spend(_octets: usize) {}

#[cfg(test)]
pub(crate) use counted::{of, spend};

#[cfg(test)]
mod counted {
    use core::cell::Cell;

    std::thread_local! {
        static SPENT: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn spend(octets: usize) {
        SPENT.with(|spent| spent.set(spent.get() + octets));
    }

    /// How many octets `work` looked at.
    pub(crate) fn of(work: impl FnOnce()) -> usize {
        let before = SPENT.with(Cell::get);
        work();
        SPENT.with(Cell::get) - before
    }
}
