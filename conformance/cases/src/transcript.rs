//! What happened in a run, in order.
//!
//! A transcript is plain data. [`judge`](crate::judge::judge) reads nothing else, so a stored
//! transcript can be judged again without the subject. It does not depend on how the tester's
//! octets were cut, only on what the subject made of them; the frames in which the subject cuts its
//! own messages may differ, which [`Transcript::outline`] leaves out.

mod beginning;
mod seen;

pub use beginning::Beginning;
pub use seen::Seen;

use self::seen::Wanted;
use crate::breach::Breach;
use crate::case::{Alternative, By};
use crate::deflate::Agreement;
use crate::interface::Call;
use crate::payload::Blob;
use crate::role::Role;
use crate::wire::Header;

/// Everything that happened in one run of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The role the subject played.
    pub subject: Role,
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// How the connection was closed.
    pub closing: Closing,
    /// Whether the subject ended its stream in disorder: by a reset, or by octets that are no TLS.
    /// Where a network is between, that may also hang on what was under way.
    pub reset: bool,
}

/// An entry and how many times it came in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// At least 1.
    pub times: u32,
    /// What happened.
    pub entry: Entry,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The tester wrote a frame, or its header only. `head` holds the first octets of its payload
    /// in the clear; the key is left out of the header, as the run's seed makes it.
    Sent {
        /// The header; a mask is shown as the zero key.
        header: Header,
        /// At most [`Blob::HEAD`] octets of the payload.
        head: Vec<u8>,
    },
    /// The tester wrote octets of a payload whose header it had sent before.
    SentPart(Blob),
    /// A frame of the subject was complete.
    Received {
        /// Its header.
        header: Header,
        /// Its payload in the clear.
        payload: Blob,
    },
    /// The tester wrote a head of the opening handshake, or octets in its place.
    SentHead(Text),
    /// A head of the subject was complete.
    ReceivedHead(Text),
    /// The two sides have agreed on permessage-deflate.
    Agreed(Agreement),
    /// They have not, and the case needs it; the tester leaves.
    Declined,
    /// The subject broke a rule for what it sends.
    Breach {
        /// The rule.
        breach: Breach,
        /// The header of the frame in question; nothing if the stream ended inside a header.
        header: Option<Header>,
    },
    /// The tester called the subject's interface.
    Called(Call),
    /// The tester noted an event.
    Seen(Seen),
    /// The subject came to rest and a round of waiting passed.
    Settled,
    /// The tester ended its side of the stream.
    HalfClosed,
    /// The tester ended the connection.
    Dropped,
    /// The subject ended its stream.
    Ended,
    /// The subject broke down: a panic, a signal, an error that it may not have.
    Crashed(String),
    /// The way to the subject was lost; the tester leaves.
    Troubled(Trouble),
    /// The tester has nothing left to wait for and the connection is still there.
    StillOpen,
}

/// Why the tester leaves a subject behind a network before the case is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The case has taken longer than any case may.
    OutOfTime,
    /// The subject takes no octets any more.
    Stalled,
    /// The subject sends more than any case asks for.
    Flooded,
}

impl Trouble {
    /// What happened, in one line.
    pub const fn what(self) -> &'static str {
        match self {
            Self::OutOfTime => "the case took too long",
            Self::Stalled => "the subject takes no octets any more",
            Self::Flooded => "the subject sends far too much",
        }
    }
}

/// The octets of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// How many there are.
    pub length: u64,
    /// The first of them, at most [`Text::SHOWN`].
    pub head: Vec<u8>,
}

impl Text {
    /// How many octets are kept.
    pub const SHOWN: usize = 2048;
}

impl From<&[u8]> for Text {
    fn from(octets: &[u8]) -> Self {
        let head = octets[..octets.len().min(Self::SHOWN)].to_vec();
        Self { length: octets.len() as u64, head }
    }
}

/// Where the events leave the course that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// They end too early.
    Missing,
    /// This line holds an event after the last one wanted.
    Unexpected(usize),
    /// This line holds another event than the one wanted.
    Differs(usize),
}

/// How the connection was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// Who sent the first Close.
    pub first: Option<By>,
    /// Whether Closes went both ways and, if the subject is the server, it then ended the stream.
    pub clean: bool,
    /// Whether the tester failed the connection: because of a breach, or at the deadline.
    pub failed_by_tester: bool,
    /// Whether it was the tester that ended the connection.
    pub dropped_by_tester: bool,
    /// Whether it did so because the script said so.
    pub dropped_by_script: bool,
    /// What the subject's last Close carried.
    pub subject: Option<CloseSeen>,
    /// The reason it gave, if the case is about that.
    pub reason: Option<Blob>,
    /// Whether the end of the connection was seen at all.
    pub ended: bool,
    /// Whether it ended before a server had opened it.
    pub unopened: bool,
}

/// The subject's Close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseSeen {
    /// The status code, whatever its value.
    pub code: Option<u16>,
}

/// The part of a transcript that must be the same however the tester's octets are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline<'t> {
    /// The events.
    pub events: Vec<&'t Seen>,
    /// The rules broken.
    pub breaches: Vec<Breach>,
    /// How the connection was closed.
    pub closing: &'t Closing,
    /// How the subject broke down, if it did.
    pub crash: Option<&'t str>,
}

impl Transcript {
    /// The transcript of a run in which nothing has happened yet.
    pub fn new(subject: Role) -> Self {
        Self { subject, lines: Vec::new(), closing: Closing::default(), reset: false }
    }

    /// Appends an entry.
    pub fn push(&mut self, entry: Entry) {
        match self.lines.last_mut() {
            Some(line) if line.entry == entry => line.times += 1,
            _ => self.lines.push(Line { times: 1, entry }),
        }
    }

    /// The events, one by one.
    pub fn events(&self) -> impl Iterator<Item = &Seen> {
        self.lines.iter().flat_map(|line| {
            let seen = if let Entry::Seen(seen) = &line.entry { Some(seen) } else { None };
            seen.into_iter().flat_map(move |seen| (0..line.times).map(move |_| seen))
        })
    }

    /// Whether the events are exactly the wanted ones, and if not, where they leave the course.
    ///
    /// # Errors
    /// The first place where they do.
    pub fn follows(&self, wanted: &Alternative) -> Result<(), Departure> {
        let mut wanted = wanted.sees.iter().map(|(times, event)| (*times, Wanted::from(event)));
        let mut due = wanted.next();
        for (i, line) in self.lines.iter().enumerate() {
            let Entry::Seen(seen) = &line.entry else { continue };
            let mut left = line.times;
            while left > 0 {
                match &mut due {
                    Some((0, _)) => due = wanted.next(),
                    Some((times, event)) => match event.admits(seen) {
                        Some(most) => {
                            let n = left.min(*times).min(most);
                            left -= n;
                            *times -= n;
                        }
                        None => return Err(Departure::Differs(i)),
                    },
                    None => return Err(Departure::Unexpected(i)),
                }
            }
        }
        let is_missing = |(times, _): &(u32, Wanted<'_>)| *times > 0;
        let missing = due.as_ref().is_some_and(is_missing) || wanted.any(|row| is_missing(&row));
        if missing { Err(Departure::Missing) } else { Ok(()) }
    }

    /// The rules broken, in order.
    pub fn breaches(&self) -> impl Iterator<Item = Breach> {
        self.lines.iter().filter_map(|line| match line.entry {
            Entry::Breach { breach, .. } => Some(breach),
            _ => None,
        })
    }

    /// How the subject broke down, if it did.
    pub fn crash(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| match &line.entry {
            Entry::Crashed(how) => Some(&**how),
            _ => None,
        })
    }

    /// What went wrong with the way to the subject, if anything did.
    pub fn trouble(&self) -> Option<Trouble> {
        self.lines.iter().find_map(|line| match line.entry {
            Entry::Troubled(trouble) => Some(trouble),
            _ => None,
        })
    }

    /// Whether the extension that the case needs was not agreed on.
    pub fn is_declined(&self) -> bool {
        self.lines.iter().any(|line| line.entry == Entry::Declined)
    }

    /// How many frames the subject sent.
    pub fn frames_received(&self) -> u64 {
        let frame = |line: &&Line| matches!(line.entry, Entry::Received { .. });
        self.lines.iter().filter(frame).map(|line| u64::from(line.times)).sum()
    }

    /// What must be the same under every cut of the tester's octets.
    pub fn outline(&self) -> Outline<'_> {
        Outline {
            events: self.events().collect(),
            breaches: self.breaches().collect(),
            closing: &self.closing,
            crash: self.crash(),
        }
    }
}
