//! What was seen and what was due, in the few words that the reason calls for.

use wsproof_cases::breach::Breach;
use wsproof_cases::judge::{Expected, Judgement, Observed, Reason, StreamEnd};
use wsproof_cases::transcript::{CloseSeen, Entry, Transcript, Trouble};

use crate::net::Patience;

/// Rows of events that are told; the report holds more.
const ROWS: usize = 3;

/// What was seen, and what was due instead, if it is not obvious.
pub(super) struct Told {
    pub(super) seen: String,
    pub(super) due: Option<String>,
}

/// What there is to tell; nothing if everything was right or nothing is judged.
pub(super) fn told(judgement: &Judgement, transcript: &Transcript) -> Option<Told> {
    let (seen, wanted) = (&judgement.observed, &judgement.expected);
    let told = |seen: &str, due: Option<String>| Some(Told { seen: seen.to_owned(), due });
    match judgement.reason {
        Reason::AsExpected | Reason::Informational => None,
        Reason::OtherCourse
        | Reason::EventMissing
        | Reason::EventUnexpected
        | Reason::EventDiffers => {
            told(&format!("saw {}", rows(&seen.events)), Some(rows(&wanted.events)))
        }
        Reason::ConnectionKeptOpen => told("kept the connection open", Some(ending(wanted))),
        Reason::ClosedTooEarly => {
            let early = format!("{} too early, after {}", left(seen), rows(&seen.events));
            told(&early, Some(rows(&wanted.events)))
        }
        Reason::CloseUnanswered => told("did not answer the Close", Some(ending(wanted))),
        Reason::CloseMissing
        | Reason::CloseCodeMissing
        | Reason::CloseCodeTolerated
        | Reason::CloseCodeWrong
        | Reason::CloseReasonWrong => told(&left(seen), Some(ending(wanted))),
        Reason::StreamLeftOpen => {
            told("left the stream open after the closing handshake", Some("its end".to_owned()))
        }
        Reason::Declined => {
            told("opened without permessage-deflate", Some("the extension".to_owned()))
        }
        Reason::NeverOpened => told(&unopened(transcript), Some("an open connection".to_owned())),
        Reason::TimedOut => {
            let what = transcript.trouble().map_or("", Trouble::what);
            let limit = Patience::CASE;
            told(
                &format!(
                    "{what}: its limit is {limit} times --timeout, or 2 minutes with \
                          --autobahn-timing"
                ),
                None,
            )
        }
        Reason::Stalled | Reason::Flooded => {
            told(transcript.trouble().map_or("", Trouble::what), None)
        }
        Reason::NeverEnds => told("left the connection open for ever", Some(ending(wanted))),
        Reason::Crashed => {
            told(transcript.crash().unwrap_or("broke down"), Some("no breakdown".to_owned()))
        }
        Reason::Breach(Breach::CloseCode(code)) => {
            told(&format!("sent a Close with {code}, which must not be sent"), Some(ending(wanted)))
        }
        Reason::Breach(breach) => {
            let rule = breach.clause().to_string().replace('#', " §");
            let sent = format!("sent wrongly: {}", lower(breach.what()));
            told(&sent, Some(format!("what RFC {rule} asks")))
        }
        // The judge gives none of these.
        Reason::CutsDiffer | Reason::Unsupported | Reason::HarnessFailed => None,
    }
}

/// What came instead of an open connection.
fn unopened(transcript: &Transcript) -> String {
    let head = transcript.lines.iter().rev().find_map(|line| match &line.entry {
        Entry::ReceivedHead(text) => text.head.split(|octet| *octet == b'\r').next(),
        _ => None,
    });
    match head {
        Some(line) => format!("answered {:?}", String::from_utf8_lossy(line)),
        None => "did not answer the opening handshake".to_owned(),
    }
}

/// A sentence as a part of another.
fn lower(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn rows(rows: &[String]) -> String {
    match rows {
        [] => "no event".to_owned(),
        rows if rows.len() <= ROWS => rows.join(", "),
        rows => format!("{} and {} more", rows[..ROWS].join(", "), rows.len() - ROWS),
    }
}

/// How the subject left.
fn left(seen: &Observed) -> String {
    match (seen.close, seen.end) {
        (Some(CloseSeen { code: Some(code) }), _) => format!("sent a Close with {code}"),
        (Some(CloseSeen { code: None }), _) => "sent a Close without a code".to_owned(),
        (None, StreamEnd::Subject) => "ended the stream without a Close".to_owned(),
        (None, StreamEnd::Reset) => "reset the stream without a Close".to_owned(),
        (None, _) => "sent no Close".to_owned(),
    }
}

/// How the connection should have ended.
fn ending(wanted: &Expected) -> String {
    let codes: Vec<String> = wanted.codes.iter().map(u16::to_string).collect();
    let mut ways = Vec::new();
    if !codes.is_empty() {
        ways.push(format!("a Close with {}", codes.join(" or ")));
    }
    if wanted.without_code {
        ways.push("a Close without a code".to_owned());
    }
    if wanted.without_close {
        ways.push("the end of the stream".to_owned());
    }
    ways.join(", or ")
}
