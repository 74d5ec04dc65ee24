//! What the tester notes of what a subject does.

use core::fmt;
use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::deflate::Data;
use crate::interface::Answer;
use crate::payload::Payload;
use crate::step::Kind;
use crate::transcript::Seen;
use crate::wscase::{self, Word};

/// Something the tester notes. Pings are answered and Closes are part of the ending, neither is an
/// event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A complete data message.
    Message(Kind, Payload),
    /// A complete data message with the next [slice](crate::step::Step::Slice) of made-up data: so many
    /// characters. The first of them is the first slice.
    Slice(Kind, Data, u32),
    /// A Pong.
    Pong(Payload),
    /// A [`Step::Mark`](crate::step::Step::Mark) that the connection lived to see.
    Mark(#[serde(deserialize_with = "wscase::word")] Word),
    /// A server opened the connection with a response 101 and named this subprotocol.
    Opened(#[serde(with = "wscase::name")] Option<Word>),
    /// A server answered the opening handshake with something else.
    Refused {
        /// The status codes that it may have.
        #[serde(deserialize_with = "wscase::ranges")]
        statuses: &'static [RangeInclusive<u16>],
        /// Whether the answer has to name version 13.
        #[serde(default)]
        names_version: bool,
    },
    /// A call of the subject's interface was answered.
    Answered(Answer),
}

impl Event {
    /// Whether this is what was seen.
    pub fn admits(&self, seen: &Seen) -> bool {
        match (self, seen) {
            (
                Self::Refused { statuses, names_version },
                Seen::Refused { status, names_version: named },
            ) => statuses.iter().any(|range| range.contains(status)) && (*named || !*names_version),
            (event, seen) => Seen::from(event) == *seen,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(kind, payload) => {
                write!(f, "{} message of {payload}", kind.name())
            }
            Self::Slice(kind, data, length) => write!(
                f,
                "{} message with the next {length} characters of {}",
                kind.name(),
                data.name()
            ),
            Self::Pong(payload) => write!(f, "pong of {payload}"),
            Self::Mark(tag) => write!(f, "connection still open ({tag})"),
            Self::Answered(answer) => write!(f, "call answered with {}", answer.name()),
            Self::Opened(None) => f.write_str("answer 101"),
            Self::Opened(Some(name)) => write!(f, "answer 101 with subprotocol {name}"),
            Self::Refused { statuses, names_version } => {
                f.write_str("answer")?;
                for (n, range) in statuses.iter().enumerate() {
                    f.write_str(if n == 0 { " " } else { " or " })?;
                    match (range.start(), range.end()) {
                        (first, last) if first == last => write!(f, "{first}")?,
                        (first, last) => write!(f, "{first} to {last}")?,
                    }
                }
                f.write_str(if *names_version { " that names version 13" } else { "" })
            }
        }
    }
}
