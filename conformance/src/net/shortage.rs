//! What the harness runs out of.

use std::io;

use rustix::io::Errno;

/// Whether the system had nothing left for the harness itself: no descriptor, no memory, no local
/// port. That says nothing about who is at the other end.
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    const SHORT: &[Errno] = &[
        Errno::MFILE,
        Errno::NOBUFS,
        Errno::ADDRNOTAVAIL,
        #[cfg(unix)]
        Errno::NFILE,
        #[cfg(unix)]
        Errno::NOMEM,
    ];
    Errno::from_io_error(error).is_some_and(|errno| SHORT.contains(&errno))
}
