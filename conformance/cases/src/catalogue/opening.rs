//! The opening handshake (RFC 6455 §4): what its cases share.
//!
//! A server is sent a request, a client a response; each is correct but for one deviation. What is
//! worth what when a server refuses: the status that fits is right, another of the 4xx and 5xx and
//! the bare end of the stream pass leniently.

use core::ops::RangeInclusive;

use crate::case::{Case, Deadline, Ending, Event, Grade, Plays};
use crate::opening::{Head, Setting};
use crate::payload::Payload;
use crate::step::{Kind, Step, text};

/// Status codes.
pub(super) type Statuses = &'static [RangeInclusive<u16>];

/// A request that makes no sense.
pub(super) const BAD: Statuses = &[400..=400];
/// A request that is no opening handshake: it may also be answered as what it is.
pub(super) const PLAIN: Statuses =
    &[200..=299, 400..=400, 403..=406, 426..=426, 501..=501, 505..=505];
/// A request in another version of HTTP.
pub(super) const OTHER_HTTP: Statuses = &[400..=400, 505..=505];
/// Octets of a head that has no end: more than servers and clients in use let a head have.
pub(super) const ENDLESS: usize = 512 * 1024;
/// Octets of heads that fill a usual buffer, or nearly: the line that ends them lies around its end.
pub(super) const FILLING: [usize; 9] = [512, 1023, 1024, 1025, 1026, 1027, 2048, 4096, 4098];
/// Any error.
const ERRORS: Statuses = &[400..=599];

/// A server that speaks nothing in particular gets a request, and a text once it has opened.
pub(super) fn asks(name: &str, title: impl Into<String>, head: Head) -> Case {
    Case::new(format!("opening/request/{name}"), title.into())
        .opening(Setting::default())
        .deadline(Deadline::Close)
        .plays(Plays::Server)
        .clauses(&["6455#4.2.1"])
        .step(head)
        .step(Step::Opened)
        .step(text(b"Hello"))
}

/// A client that speaks nothing in particular gets a response, and a text.
pub(super) fn answers(name: &str, title: impl Into<String>, head: Head) -> Case {
    Case::new(format!("opening/response/{name}"), title.into())
        .opening(Setting::default())
        .deadline(Deadline::Close)
        .plays(Plays::Client)
        .clauses(&["6455#4.1"])
        .step(head)
        .step(Step::Opened)
        .step(text(b"Hello"))
}

/// What is seen if a server opens and echoes.
pub(super) fn opened(subprotocol: Option<&'static str>) -> [Event; 2] {
    [Event::Opened(subprotocol), hello()]
}

/// The echo.
pub(super) fn hello() -> Event {
    Event::Message(Kind::Text, Payload::octets(&b"Hello"[..]))
}

/// What is seen if a server refuses.
pub(super) const fn refused(statuses: Statuses) -> Event {
    Event::Refused { statuses, names_version: false }
}

impl Case {
    /// The server opens.
    pub(super) fn opens(self) -> Self {
        self.sees(opened(None))
    }

    /// The server refuses.
    pub(super) fn refuses(self, statuses: Statuses) -> Self {
        self.sees([refused(statuses)])
            .tolerates([refused(ERRORS)])
            .tolerates([])
            .ends(Ending::unopened())
    }

    /// It may refuse as well.
    pub(super) fn or_refuses(self, grade: Grade, statuses: Statuses) -> Self {
        let case = self.or_ends(grade, Ending::unopened(), [refused(statuses)]);
        case.or_ends(Grade::Lenient, Ending::unopened(), [refused(ERRORS)]).or_ends(
            Grade::Lenient,
            Ending::unopened(),
            [],
        )
    }

    /// It may open as well.
    pub(super) fn or_opens(self, grade: Grade) -> Self {
        self.or_ends(grade, Ending::closed(), opened(None))
    }

    /// The stream ends as well, once the subject rests: where no line ends with CR LF, it may wait
    /// for the rest of the head until then (RFC 9112 §2.2).
    pub(super) fn stream_ends(self) -> Self {
        self.step(Step::Settle).step(Step::HalfClose)
    }

    /// The client opens.
    pub(super) fn taken(self) -> Self {
        self.sees([hello()])
    }

    /// The client fails the connection, and sends nothing.
    pub(super) fn failed(self) -> Self {
        self.sees([]).ends(Ending::unopened())
    }

    /// It may open as well.
    pub(super) fn or_taken(self, grade: Grade) -> Self {
        self.or_ends(grade, Ending::closed(), [hello()])
    }

    /// It may fail the connection as well.
    pub(super) fn or_failed(self, grade: Grade) -> Self {
        self.or_ends(grade, Ending::unopened(), [])
    }
}
