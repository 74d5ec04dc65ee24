//! Other implementations asked what a stream of frames says.
//!
//! The model of the RFC is the authority of the fuzz targets. This one asks others, who know nothing
//! of it: where one of them says something else, and [`divergence`] does not know why, either the
//! model is wrong, or there is a new line for the table, with the clause.

mod others;
mod table;
#[cfg(feature = "wslay")]
mod wslay;

use wsproof_cases::Role;
use wsproof_cases::step::Kind;
use wsproof_fuzz::oracle::{Finding, judge};
use wsproof_fuzz::script::Script;
use wsproof_fuzz::stream::{self, Setup};
use wsproof_fuzz::{Keep, Oracle, Target};
use wsproof_model::{Event, Limits, Outcome, read_stream};

pub use table::{DIVERGENCES, Divergence};

/// The target.
pub const TARGET: Target = Target {
    name: "frame_stream_voters",
    feeds: "8 octets of settings, of which the role counts, then what the peer sends",
    oracles: || vec!["independent implementations"],
    seeds: "frame_stream",
    dictionary: "frames.dict",
    longest: 2048,
    check,
    show: stream::show,
    stream: |octets| Setup::split(octets).map(Script::from),
};

/// What an implementation tells of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A complete message.
    Message(Kind, Vec<u8>),
    /// A Ping.
    Ping(Vec<u8>),
    /// A Pong.
    Pong(Vec<u8>),
    /// A Close with its status code; 1005 if it has none.
    Close(u16),
    /// The peer is at fault, and nothing comes behind.
    Fault,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voter {
    /// tungstenite.
    Tungstenite,
    /// tokio-websockets.
    TokioWebsockets,
    /// wslay, if it was built in.
    Wslay,
}

/// What was said of a stream.
pub struct Seen<'a> {
    /// The stream.
    pub stream: &'a [u8],
    /// What the model makes of it.
    pub outcome: Outcome,
    /// The same in the voters' words.
    pub expected: Vec<Told>,
    /// What each voter says.
    pub votes: Vec<(Voter, Vec<Told>)>,
}

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split(octets) else { return Ok(Keep::No) };
    judge(&[&Agreement], &ask(setup.role(), stream))?;
    Ok(Keep::Yes)
}

/// Asks everybody.
#[must_use]
pub fn ask(role: Role, stream: &[u8]) -> Seen<'_> {
    let outcome = read_stream(role, Limits::default(), stream);
    let expected = outcome.events.iter().map(|event| match event {
        Event::Message(kind, octets) => Told::Message(*kind, octets.clone()),
        Event::Ping(octets) => Told::Ping(octets.clone()),
        Event::Pong(octets) => Told::Pong(octets.clone()),
        Event::Close { body } => Told::Close(Event::close_code(body).unwrap_or(1005)),
    });
    let expected = expected.chain(outcome.fault.map(|_| Told::Fault)).collect();
    let votes = vec![
        (Voter::Tungstenite, others::tungstenite(role, stream)),
        (Voter::TokioWebsockets, others::tokio_websockets(role, stream)),
        #[cfg(feature = "wslay")]
        (Voter::Wslay, wslay::ask(role, stream)),
    ];
    Seen { stream, outcome, expected, votes }
}

/// The line of the table that knows why a voter says something else.
#[must_use]
pub fn divergence(voter: Voter, seen: &Seen<'_>) -> Option<&'static Divergence> {
    DIVERGENCES.iter().find(|divergence| divergence.of == voter && (divergence.when)(seen))
}

/// Everybody says what the model says, or something of which it is known why. The fault of a frame
/// that has not come whole need not have been found yet.
struct Agreement;

impl Oracle<Seen<'_>> for Agreement {
    fn name(&self) -> &'static str {
        "independent implementations"
    }

    fn check(&self, seen: &Seen<'_>) -> Result<(), String> {
        for (voter, vote) in &seen.votes {
            let cut = !table::is_whole(seen.stream);
            let same = said(vote, cut) == said(&seen.expected, cut);
            if !same && divergence(*voter, seen).is_none() {
                let (expected, fault) = (&seen.expected, seen.outcome.fault);
                return Err(format!("{voter:?} says {vote:?}\nthe model {expected:?}, {fault:?}"));
            }
        }
        Ok(())
    }
}

/// What was said, without the fault of a frame that is cut short.
fn said(told: &[Told], cut: bool) -> &[Told] {
    match told {
        [before @ .., Told::Fault] if cut => before,
        told => told,
    }
}
