//! What was due and what happened, ready to be printed or stored.

use core::fmt;

use crate::case::{By, Case, Grade};
use crate::transcript::{CloseSeen, Entry, Seen, Transcript};

/// What a case asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The events of the preferred course, one text per row of equal ones.
    pub events: Vec<String>,
    /// Who has to begin the closing handshake.
    pub by: By,
    /// The status codes that are right.
    pub codes: Vec<u16>,
    /// Whether a Close without a status code is right.
    pub without_code: bool,
    /// Whether an end of the stream without a Close is right.
    pub without_close: bool,
}

/// What happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The events, one text per row of equal ones; at most [`Observed::SHOWN`] rows.
    pub events: Vec<String>,
    /// Who began the closing handshake; nobody if no Close was sent.
    pub by: Option<By>,
    /// The subject's Close.
    pub close: Option<CloseSeen>,
    /// Who ended the stream.
    pub end: StreamEnd,
    /// How many frames the subject sent.
    pub frames: u64,
    /// The rules it broke while sending, by their words, each once.
    pub breaches: Vec<&'static str>,
}

/// Who ended the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamEnd {
    /// The subject did.
    Subject,
    /// The subject did, in disorder.
    Reset,
    /// The tester did.
    Tester,
    /// The subject broke down.
    Crash,
    /// Nobody did.
    Never,
}

impl StreamEnd {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Reset => "reset",
            Self::Tester => "tester",
            Self::Crash => "crash",
            Self::Never => "never",
        }
    }
}

impl Expected {
    pub(super) fn of(case: &Case) -> Self {
        let rows = case.accept.first().map_or(&[][..], |alternative| &alternative.sees);
        let ending = &case.ending;
        Self {
            events: rows.iter().map(|(times, event)| row(*times, event)).collect(),
            by: ending.by,
            codes: ending.codes.to_vec(),
            without_code: ending.without_code == Some(Grade::Strict),
            without_close: ending.without_close == Some(Grade::Strict),
        }
    }
}

impl Observed {
    /// How many rows of events are shown.
    pub const SHOWN: usize = 16;

    pub(super) fn of(transcript: &Transcript) -> Self {
        let closing = &transcript.closing;
        let seen = || {
            transcript.lines.iter().filter_map(|line| match &line.entry {
                Entry::Seen(seen) => Some((line.times, seen)),
                _ => None,
            })
        };
        let more = seen().count().saturating_sub(Self::SHOWN - 1);
        let shown = if more > 1 { Self::SHOWN - 1 } else { Self::SHOWN };
        let mut rows: Vec<_> = seen().take(shown).map(|(times, seen)| row(times, seen)).collect();
        if more > 1 {
            rows.push(format!("and {more} more"));
        }
        let mut breaches = Vec::new();
        for breach in transcript.breaches().map(|breach| breach.slug()) {
            if !breaches.contains(&breach) {
                breaches.push(breach);
            }
        }
        let end = match () {
            () if transcript.crash().is_some() => StreamEnd::Crash,
            () if closing.dropped_by_tester => StreamEnd::Tester,
            () if transcript.reset => StreamEnd::Reset,
            () if closing.ended => StreamEnd::Subject,
            () => StreamEnd::Never,
        };
        Self {
            events: rows,
            by: closing.first,
            close: closing.subject,
            end,
            frames: transcript.frames_received(),
            breaches,
        }
    }
}

fn row(times: u32, what: &impl fmt::Display) -> String {
    if times == 1 { what.to_string() } else { format!("{times} times {what}") }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(kind, blob) => write!(f, "{} message of {blob}", kind.name()),
            Self::Pong(blob) => write!(f, "pong of {blob}"),
            Self::Mark(tag) => write!(f, "connection still open ({tag})"),
            Self::Answered(answer) => write!(f, "call answered with {}", answer.name()),
            Self::Opened(None) => f.write_str("answer 101"),
            Self::Opened(Some(name)) => {
                write!(f, "answer 101 with subprotocol {}", name.escape_ascii())
            }
            Self::Refused { status, names_version } => {
                write!(f, "answer {status}")?;
                f.write_str(if *names_version { " that names version 13" } else { "" })
            }
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.events[..] {
            [] => f.write_str("no event")?,
            rows => f.write_str(&rows.join(", "))?,
        }
        write!(f, "; closed by the {} with ", self.by.name())?;
        let mut ways: Vec<String> = self.codes.iter().map(u16::to_string).collect();
        if self.without_code {
            ways.push("no code".to_owned());
        }
        if self.without_close {
            ways.push("no Close".to_owned());
        }
        f.write_str(&ways.join(" or "))
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.events[..] {
            [] => f.write_str("no event")?,
            rows => f.write_str(&rows.join(", "))?,
        }
        match self.by {
            Some(by) => write!(f, "; closed by the {}", by.name())?,
            None => f.write_str("; nobody closed")?,
        }
        match self.close {
            Some(CloseSeen { code: Some(code) }) => write!(f, "; the subject's Close has {code}")?,
            Some(CloseSeen { code: None }) => f.write_str("; the subject's Close has no code")?,
            None => f.write_str("; no Close of the subject")?,
        }
        match self.end {
            StreamEnd::Subject => f.write_str("; stream ended by the subject")?,
            StreamEnd::Reset => f.write_str("; stream reset by the subject")?,
            StreamEnd::Tester => f.write_str("; stream ended by the tester")?,
            StreamEnd::Crash => f.write_str("; the subject broke down")?,
            StreamEnd::Never => f.write_str("; the stream never ended")?,
        }
        if !self.breaches.is_empty() {
            write!(f, "; {}", self.breaches.join(", "))?;
        }
        Ok(())
    }
}
