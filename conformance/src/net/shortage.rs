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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_harness_runs_out_of_is_told_from_what_the_subject_does() {
        // What a system says that has no port left to connect from.
        for short in [Errno::ADDRNOTAVAIL, Errno::MFILE, Errno::NOBUFS] {
            assert!(is_shortage(&short.into()), "{short:?}");
        }
        for other in [Errno::CONNREFUSED, Errno::CONNRESET, Errno::TIMEDOUT] {
            assert!(!is_shortage(&other.into()), "{other:?}");
        }
        assert!(!is_shortage(&io::Error::other("no error of the system")));
    }
}
