//! The judge on transcripts made by hand: it needs no subject, and every reason can be reached.

use wsproof_cases::breach::Breach;
use wsproof_cases::case::{By, Case, Ending, Event};
use wsproof_cases::judge::{Observed, Reason, StreamEnd, Verdict};
use wsproof_cases::payload::{Blob, Payload};
use wsproof_cases::step::{Kind, close, text};
use wsproof_cases::transcript::{CloseSeen, Entry, Seen, Text, Transcript, Trouble};
use wsproof_cases::wire::{Header, Opcode};
use wsproof_cases::{Role, catalogue, judge};

/// An echo is due, then the closing handshake.
fn echo() -> Case {
    Case::new("test/echo", "An echo.")
        .autobahn("1.1.1")
        .step(text(b"hi"))
        .sees([Event::Message(Kind::Text, Payload::octets(&b"hi"[..]))])
}

/// A frame must not be, so the subject fails the connection.
fn error() -> Case {
    Case::new("test/error", "An error.")
        .autobahn("3.1")
        .step(text(b"hi").rsv(1))
        .sees([])
        .ends(Ending::failed(&[1002][..]).tolerating(&[1003..=1003]))
}

/// The tester's Close must not be.
fn refused() -> Case {
    Case::new("test/refused", "A bad Close.")
        .autobahn("7.9.1")
        .step(close(1005))
        .sees([])
        .ends(Ending::refused(&[1002][..]))
}

fn seen(kind: Kind, octets: &[u8]) -> Entry {
    Entry::Seen(Seen::Message(kind, Blob::from(octets)))
}

/// A run in which `by` closed first, the subject's Close had this code, and the subject ended the
/// stream.
fn run(events: &[Entry], by: By, close: Option<Option<u16>>) -> Transcript {
    let mut transcript = Transcript::new(Role::Server);
    events.iter().for_each(|entry| transcript.push(entry.clone()));
    transcript.closing.first = (by == By::Tester || close.is_some()).then_some(by);
    if let Some(code) = close {
        let body = code.map_or(Vec::new(), |code| code.to_be_bytes().to_vec());
        let header = Header::new(Opcode::CLOSE, body.len() as u64);
        transcript.push(Entry::Received { header, payload: Blob::from(&body[..]) });
        transcript.closing.subject = Some(CloseSeen { code });
        transcript.closing.clean = true;
    }
    transcript.push(Entry::Ended);
    transcript.closing.ended = true;
    transcript
}

fn dropped(mut transcript: Transcript) -> Transcript {
    transcript.lines.pop();
    transcript.push(Entry::Dropped);
    transcript.closing.dropped_by_tester = true;
    transcript.closing.clean = false;
    transcript
}

fn with(entry: Entry, mut transcript: Transcript) -> Transcript {
    transcript.push(entry);
    transcript
}

#[test]
fn every_reason_has_a_transcript() {
    let hi = seen(Kind::Text, b"hi");
    let good = || run(core::slice::from_ref(&hi), By::Tester, Some(Some(1000)));
    let failed = |code| run(&[], By::Subject, Some(code));
    let breach = Entry::Breach { breach: Breach::ReservedBit, header: None };
    let registered = Entry::Breach { breach: Breach::CloseCode(1012), header: None };
    let closing_code = |code| run(core::slice::from_ref(&hi), By::Tester, Some(code));
    let table = [
        (echo(), good(), Verdict::Pass, Reason::AsExpected, "OK|OK|1000"),
        (echo(), closing_code(None), Verdict::Pass, Reason::AsExpected, "OK|OK|-"),
        (
            echo(),
            run(&[], By::Tester, Some(Some(1001))),
            Verdict::Fail,
            Reason::EventMissing,
            "FAILED|WRONG CODE|1001",
        ),
        (
            echo(),
            run(&[seen(Kind::Text, b"ho")], By::Tester, Some(None)),
            Verdict::Fail,
            Reason::EventDiffers,
            "FAILED|OK|-",
        ),
        (
            echo(),
            run(&[hi.clone(), hi.clone()], By::Tester, Some(None)),
            Verdict::Fail,
            Reason::EventUnexpected,
            "FAILED|OK|-",
        ),
        (
            echo(),
            run(core::slice::from_ref(&hi), By::Subject, Some(Some(1000))),
            Verdict::Fail,
            Reason::ClosedTooEarly,
            "OK|FAILED|1000",
        ),
        (
            echo(),
            dropped(run(core::slice::from_ref(&hi), By::Tester, None)),
            Verdict::Fail,
            Reason::CloseUnanswered,
            "OK|UNCLEAN|-",
        ),
        (echo(), dropped(good()), Verdict::Fail, Reason::StreamLeftOpen, "OK|UNCLEAN|1000"),
        (
            echo(),
            run(core::slice::from_ref(&hi), By::Tester, None),
            Verdict::Fail,
            Reason::CloseUnanswered,
            "OK|UNCLEAN|-",
        ),
        (
            error().ends(Ending { without_close: None, ..Ending::failed(&[1002][..]) }),
            run(&[], By::Subject, None),
            Verdict::Fail,
            Reason::CloseMissing,
            "OK|OK|-",
        ),
        (
            echo(),
            with(Entry::Breach { breach: Breach::AnswerVersion, header: None }, good()),
            Verdict::Lenient,
            Reason::Breach(Breach::AnswerVersion),
            "OK|OK|1000",
        ),
        (
            echo(),
            closing_code(Some(3000)),
            Verdict::Lenient,
            Reason::CloseCodeTolerated,
            "OK|WRONG CODE|3000",
        ),
        (
            echo(),
            closing_code(Some(1002)),
            Verdict::Fail,
            Reason::CloseCodeWrong,
            "OK|WRONG CODE|1002",
        ),
        (error(), failed(Some(1002)), Verdict::Pass, Reason::AsExpected, "OK|OK|1002"),
        (error(), failed(None), Verdict::Lenient, Reason::CloseCodeMissing, "OK|OK|-"),
        (
            error().autobahn("6.3.1"),
            failed(Some(1002)),
            Verdict::Pass,
            Reason::AsExpected,
            "OK|OK|1002",
        ),
        (
            error().autobahn("6.3.1"),
            run(&[], By::Tester, Some(Some(1002))),
            Verdict::Fail,
            Reason::ConnectionKeptOpen,
            "FAILED|FAILED|1002",
        ),
        (error(), run(&[], By::Subject, None), Verdict::Lenient, Reason::CloseMissing, "OK|OK|-"),
        (
            error(),
            run(&[], By::Tester, Some(Some(1001))),
            Verdict::Fail,
            Reason::ConnectionKeptOpen,
            "OK|FAILED|1001",
        ),
        (refused(), run(&[], By::Tester, None), Verdict::Pass, Reason::AsExpected, "OK|OK|-"),
        (
            refused(),
            dropped(run(&[], By::Tester, None)),
            Verdict::Fail,
            Reason::CloseUnanswered,
            "OK|FAILED BY CLIENT|-",
        ),
        (
            refused(),
            run(&[], By::Tester, Some(None)),
            Verdict::Fail,
            Reason::CloseCodeMissing,
            "OK|OK|-",
        ),
        (
            refused().ends(Ending::refused(&[1002][..]).tolerating_reply()),
            run(&[], By::Tester, Some(None)),
            Verdict::Lenient,
            Reason::CloseCodeMissing,
            "OK|OK|-",
        ),
        (
            error().tolerates([Event::Message(Kind::Text, Payload::octets(&b"hi"[..]))]),
            run(core::slice::from_ref(&hi), By::Subject, Some(Some(1002))),
            Verdict::Lenient,
            Reason::OtherCourse,
            "NON-STRICT|OK|1002",
        ),
        (
            echo(),
            with(breach.clone(), good()),
            Verdict::Fail,
            Reason::Breach(Breach::ReservedBit),
            "OK|OK|1000",
        ),
        (echo(), with(registered, good()), Verdict::Pass, Reason::AsExpected, "OK|OK|1000"),
        (
            echo(),
            with(Entry::Crashed("a panic".to_owned()), good()),
            Verdict::Crash,
            Reason::Crashed,
            "OK|OK|1000",
        ),
        (
            echo(),
            with(Entry::StillOpen, good()),
            Verdict::Fail,
            Reason::NeverEnds,
            "NEVER-ENDS|NEVER-ENDS|1000",
        ),
        (
            echo().informational(),
            run(&[], By::Subject, None),
            Verdict::Info,
            Reason::Informational,
            "INFORMATIONAL|INFORMATIONAL|-",
        ),
        (
            echo().informational(),
            with(breach, good()),
            Verdict::Fail,
            Reason::Breach(Breach::ReservedBit),
            "INFORMATIONAL|INFORMATIONAL|1000",
        ),
    ];
    for (case, transcript, verdict, reason, pair) in table {
        let judgement = judge(&case, &transcript);
        assert_eq!((judgement.verdict, judgement.reason), (verdict, reason), "{judgement:?}");
        assert_eq!(judgement.autobahn.unwrap().to_string(), pair, "{reason}");
        assert_eq!(judge(&case, &transcript), judgement, "judging twice");
        if let Some(line) = judgement.line {
            assert!(line < transcript.lines.len());
        }
    }
}

/// The frame that the tester wrote.
fn sent(opcode: Opcode) -> Entry {
    Entry::Sent { header: Header::new(opcode, 2), head: vec![3, 232] }
}

#[test]
fn the_deciding_line_is_the_one_that_shows_it() {
    let hi = || seen(Kind::Text, b"hi");
    let text = || sent(Opcode::TEXT);
    let breach = |breach| Entry::Breach { breach, header: None };
    let head = || Entry::ReceivedHead(Text::from(&b"HTTP/1.1 404 No\r\n\r\n"[..]));
    let unopened = |mut transcript: Transcript| {
        transcript.closing.unopened = true;
        transcript
    };
    let table = [
        (echo(), run(&[text(), hi()], By::Tester, Some(Some(1000))), Reason::AsExpected, None),
        (echo(), run(&[text()], By::Tester, Some(None)), Reason::EventMissing, None),
        (
            echo(),
            run(&[text(), seen(Kind::Binary, b"hi")], By::Tester, Some(None)),
            Reason::EventDiffers,
            Some(1),
        ),
        (
            echo(),
            run(&[text(), hi(), seen(Kind::Text, b"")], By::Tester, Some(None)),
            Reason::EventUnexpected,
            Some(2),
        ),
        (
            echo(),
            run(&[text(), hi()], By::Tester, Some(Some(1002))),
            Reason::CloseCodeWrong,
            Some(2),
        ),
        (
            echo(),
            run(
                &[
                    breach(Breach::CloseCode(1012)),
                    text(),
                    breach(Breach::ReservedBit),
                    breach(Breach::Masked),
                ],
                By::Tester,
                None,
            ),
            Reason::Breach(Breach::ReservedBit),
            Some(2),
        ),
        (
            echo(),
            run(&[text(), Entry::Crashed("a panic".to_owned())], By::Tester, None),
            Reason::Crashed,
            Some(1),
        ),
        (
            echo(),
            unopened(with(Entry::Settled, run(&[text(), head()], By::Tester, None))),
            Reason::NeverOpened,
            Some(2),
        ),
        (
            echo(),
            run(&[text(), Entry::Declined, hi()], By::Tester, None),
            Reason::Declined,
            Some(1),
        ),
        (
            echo(),
            run(&[text(), Entry::Troubled(Trouble::Stalled)], By::Tester, None),
            Reason::Stalled,
            Some(1),
        ),
        (
            echo(),
            run(&[text(), hi(), Entry::StillOpen], By::Tester, None),
            Reason::NeverEnds,
            Some(2),
        ),
        (
            echo(),
            run(&[text(), hi()], By::Subject, Some(Some(1000))),
            Reason::ClosedTooEarly,
            Some(2),
        ),
        (echo(), run(&[text(), hi()], By::Subject, None), Reason::ClosedTooEarly, Some(2)),
        (
            error(),
            with(Entry::Settled, run(&[text()], By::Subject, None)),
            Reason::CloseMissing,
            Some(1),
        ),
        (
            error(),
            run(&[sent(Opcode::CLOSE), text()], By::Tester, Some(Some(1001))),
            Reason::ConnectionKeptOpen,
            Some(0),
        ),
        (
            error(),
            with(Entry::Settled, dropped(run(&[text()], By::Subject, None))),
            Reason::ConnectionKeptOpen,
            Some(1),
        ),
        (
            echo(),
            with(Entry::Settled, dropped(run(&[text(), hi()], By::Tester, None))),
            Reason::CloseUnanswered,
            Some(2),
        ),
    ];
    for (case, transcript, reason, line) in table {
        let judgement = judge(&case, &transcript);
        assert_eq!((judgement.reason, judgement.line), (reason, line), "{transcript:?}");
    }
}

#[test]
fn at_most_so_many_events_are_shown() {
    for (came, shown, last) in [(15, 15, "0x0e"), (16, 16, "0x0f"), (17, 16, "and 2 more")] {
        let events: Vec<_> = (0..came).map(|octet| seen(Kind::Binary, &[octet])).collect();
        let observed = judge(&echo(), &run(&events, By::Tester, Some(None))).observed;
        assert_eq!(observed.events.len(), shown);
        assert!(observed.events.last().unwrap().ends_with(last), "{observed}");
    }
    assert_eq!(Observed::SHOWN, 16);
}

#[test]
fn who_ended_the_stream_is_told() {
    let good = || run(&[seen(Kind::Text, b"hi")], By::Tester, Some(None));
    let reset = |mut transcript: Transcript| {
        transcript.reset = true;
        transcript
    };
    let never = |mut transcript: Transcript| {
        transcript.closing.ended = false;
        transcript
    };
    let crashed = with(Entry::Crashed("a panic".to_owned()), dropped(good()));
    let table = [
        (good(), StreamEnd::Subject, "subject"),
        (reset(good()), StreamEnd::Reset, "reset"),
        (reset(dropped(good())), StreamEnd::Tester, "tester"),
        (crashed, StreamEnd::Crash, "crash"),
        (never(good()), StreamEnd::Never, "never"),
    ];
    for (transcript, end, word) in table {
        let observed = judge(&echo(), &transcript).observed;
        assert_eq!((observed.end, observed.end.name()), (end, word));
    }
}

#[test]
fn verdicts_have_words() {
    let words = Verdict::ALL.map(|verdict| verdict.to_string());
    assert_eq!(words, ["pass", "lenient", "info", "fail", "unsupported", "crash", "error"]);
}

#[test]
fn large_echoes_are_compared_by_us_and_only_measured_by_autobahn() {
    let case = catalogue().iter().find(|case| case.autobahn.as_deref() == Some("9.1.1")).unwrap();
    let [(1, Event::Message(kind, payload))] = &case.accept[0].sees[..] else { unreachable!() };
    let mut octets = payload.to_vec();
    octets[40_000] ^= 1;
    let transcript = run(&[seen(*kind, &octets)], By::Tester, Some(Some(1000)));
    let judgement = judge(case, &transcript);
    assert_eq!((judgement.verdict, judgement.reason), (Verdict::Fail, Reason::EventDiffers));
    assert_eq!(judgement.autobahn.unwrap().to_string(), "OK|OK|1000");
}

#[test]
fn what_was_due_and_what_came_can_be_read() {
    let transcript = run(&[seen(Kind::Binary, b"\x00hi")], By::Tester, Some(Some(1002)));
    let judgement = judge(&echo(), &transcript);
    assert_eq!(
        judgement.expected.to_string(),
        "text message of 2 octets \"hi\"; closed by the tester with 1000 or no code"
    );
    assert_eq!(
        judgement.observed.to_string(),
        "binary message of 3 octets 0x006869; closed by the tester; the subject's Close has 1002; \
         stream ended by the subject"
    );
}
