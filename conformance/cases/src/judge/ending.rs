//! The second axis: how the connection ended.

use super::Reason;
use crate::case::{By, Ending, Grade};
use crate::payload::Payload;
use crate::role::Role;
use crate::transcript::{Seen, Transcript};

/// What the ending is worth, or what is wrong with it.
pub(super) fn grade(ending: &Ending, transcript: &Transcript) -> Result<(Grade, Reason), Reason> {
    let closing = &transcript.closing;
    if closing.dropped_by_script && closing.first != Some(By::Subject) {
        return Ok((Grade::Strict, Reason::AsExpected));
    }
    if closing.unopened {
        // There was no connection to close. A server that has answered may keep the stream.
        let answered = transcript.events().any(|seen| matches!(seen, Seen::Refused { .. }));
        return if answered || !closing.dropped_by_tester {
            Ok((Grade::Strict, Reason::AsExpected))
        } else {
            Err(Reason::ConnectionKeptOpen)
        };
    }
    match (ending.by, closing.first == Some(By::Tester)) {
        (By::Subject, true) => return Err(Reason::ConnectionKeptOpen),
        (By::Tester, false) => return Err(Reason::ClosedTooEarly),
        _ => {}
    }
    // A server ends the stream by itself (RFC 6455 §7.1.1); a client leaves that to the tester.
    let left_open = closing.dropped_by_tester && transcript.subject == Role::Server;
    let Some(close) = closing.subject else {
        return match ending.without_close {
            _ if closing.dropped_by_tester && ending.by == By::Subject => {
                Err(Reason::ConnectionKeptOpen)
            }
            _ if closing.dropped_by_tester => Err(Reason::CloseUnanswered),
            Some(grade) => Ok((grade, Reason::CloseMissing)),
            None if ending.by == By::Tester => Err(Reason::CloseUnanswered),
            None => Err(Reason::CloseMissing),
        };
    };
    let graded = match close.code {
        None => match ending.without_code {
            Some(grade) => (grade, Reason::CloseCodeMissing),
            None => return Err(Reason::CloseCodeMissing),
        },
        Some(code) if ending.codes.contains(&code) => (Grade::Strict, Reason::AsExpected),
        Some(code) if ending.tolerated.iter().any(|codes| codes.contains(&code)) => {
            (Grade::Lenient, Reason::CloseCodeTolerated)
        }
        Some(_) => return Err(Reason::CloseCodeWrong),
    };
    if ending.reason.as_ref().map(Payload::blob) != closing.reason {
        return Err(Reason::CloseReasonWrong);
    }
    if left_open { Err(Reason::StreamLeftOpen) } else { Ok(graded) }
}
