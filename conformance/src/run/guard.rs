//! Panics as data: a subject that panics has crashed, and nobody else has.

use core::cell::{Cell, RefCell};
use core::panic::AssertUnwindSafe;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use wsproof_cases::interface::{Answer, Call};
use wsproof_cases::tester::Due;

use crate::play::{Account, Far, Fault, Flow, Link, Observed, Work};

thread_local! {
    /// Whether a panic of this thread is caught and told elsewhere.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// What the last caught panic said, and where.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic becomes an error that says what and where, instead of text on the terminal.
///
/// What `work` borrowed mutably must not be used after an error.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                SAID.set(Some(describe(info)));
            } else {
                usual(info);
            }
        }));
    });
    let outer = CATCHING.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    done.map_err(|_| SAID.take().unwrap_or_else(|| "a panic without a word".to_owned()))
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let text = match (info.payload().downcast_ref::<&str>(), info.payload().downcast_ref()) {
        (Some(text), _) => text,
        (None, Some(text)) => String::as_str(text),
        (None, None) => "a panic without a word",
    };
    match info.location() {
        Some(place) => format!("panicked at {}:{}: {text}", place.file(), place.line()),
        None => format!("panicked: {text}"),
    }
}

/// A link whose panics are breakdowns of the subject.
pub(super) struct Guarded<'l> {
    link: Option<Box<dyn Link + 'l>>,
    crash: Crash,
}

enum Crash {
    Not,
    Now(String),
    Told,
}

impl<'l> Guarded<'l> {
    pub(super) fn new(link: Box<dyn Link + 'l>) -> Self {
        Self { link: Some(link), crash: Crash::Not }
    }

    /// Leaves the subject. An error says how it broke down on the way.
    pub(super) fn leave(mut self) -> Result<Account, String> {
        let told = self.call(|link| Account { work: link.work(), fault: link.fault() });
        let account = told.unwrap_or_default();
        let link = self.link.take();
        catch(move || drop(link))?;
        match self.crash {
            Crash::Now(how) => Err(how),
            Crash::Not | Crash::Told => Ok(account),
        }
    }

    /// Calls the link, unless it has broken down.
    fn call<T>(&mut self, call: impl FnOnce(&mut dyn Link) -> T) -> Option<T> {
        let Crash::Not = self.crash else { return None };
        let link = self.link.as_deref_mut()?;
        match catch(|| call(link)) {
            Ok(value) => Some(value),
            Err(how) => {
                self.crash = Crash::Now(how);
                None
            }
        }
    }
}

impl Link for Guarded<'_> {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        self.call(|link| link.feed(octets)).unwrap_or(Flow::Closed)
    }

    fn settle(&mut self) -> Flow {
        self.call(|link| link.settle()).unwrap_or(Flow::Closed)
    }

    fn settle_for(&mut self, due: Due) -> Flow {
        self.call(|link| link.settle_for(due)).unwrap_or(Flow::Closed)
    }

    fn call(&mut self, call: &Call) -> Answer {
        Self::call(self, |link| link.call(call)).unwrap_or(Answer::Missing)
    }

    fn far(&self) -> Option<Far> {
        self.link.as_deref().and_then(Link::far)
    }

    fn half_close(&mut self) -> Flow {
        self.call(|link| link.half_close()).unwrap_or(Flow::Closed)
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.call(|link| link.drain(seen));
        if let Crash::Now(how) = &mut self.crash {
            seen.push(Observed::Crash(core::mem::take(how)));
            self.crash = Crash::Told;
        }
    }

    fn work(&self) -> Option<Work> {
        self.link.as_deref().and_then(Link::work)
    }

    fn fault(&self) -> Option<Fault> {
        self.link.as_deref().and_then(Link::fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A subject that panics when it is fed a `!`.
    struct Touchy;

    impl Link for Touchy {
        fn feed(&mut self, octets: &[u8]) -> Flow {
            assert!(!octets.contains(&b'!'), "no shouting");
            Flow::Open
        }

        fn settle(&mut self) -> Flow {
            Flow::Open
        }

        fn half_close(&mut self) -> Flow {
            Flow::Closed
        }

        fn drain(&mut self, seen: &mut Vec<Observed>) {
            seen.push(Observed::Octets(b"well".to_vec()));
        }
    }

    #[test]
    fn a_panic_is_told_once_and_the_subject_is_left_alone() {
        let mut link = Guarded::new(Box::new(Touchy));
        let mut seen = Vec::new();
        assert_eq!(link.feed(b"hello"), Flow::Open);
        link.drain(&mut seen);
        assert_eq!(seen, [Observed::Octets(b"well".to_vec())]);
        assert_eq!(link.feed(b"hello!"), Flow::Closed);
        seen.clear();
        link.drain(&mut seen);
        let [Observed::Crash(how)] = &seen[..] else { panic!("{seen:?}") };
        assert!(how.contains("guard.rs:") && how.ends_with("no shouting"), "{how}");
        assert_eq!(link.settle(), Flow::Closed);
        seen.clear();
        link.drain(&mut seen);
        assert!(seen.is_empty() && link.leave().is_ok());
    }

    #[test]
    fn a_panic_while_leaving_is_told_too() {
        struct Sulky;
        impl Drop for Sulky {
            fn drop(&mut self) {
                panic!("not yet");
            }
        }
        assert_eq!(catch(|| 7), Ok(7));
        let how = catch(|| drop(Sulky)).unwrap_err();
        assert!(how.ends_with("not yet"), "{how}");
    }
}
