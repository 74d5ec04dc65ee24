//! The tester: what it writes, and how it reacts.

use wsproof_cases::case::{Case, Deadline, Event};
use wsproof_cases::payload::Payload;
use wsproof_cases::step::{Frame, Kind, Masking, Step, Write, close, ping, text};
use wsproof_cases::tester::{Ask, Tester, Timer, Wire};
use wsproof_cases::transcript::{Entry, Seen};
use wsproof_cases::wire::{Header, LengthForm, Opcode, Piece, Reader, mask};
use wsproof_cases::{Role, find};

/// Keeps what is written, write by write.
#[derive(Default)]
struct Record {
    writes: Vec<Vec<u8>>,
    open: bool,
}

impl Wire for Record {
    fn write(&mut self, octets: &[u8]) {
        if !self.open {
            self.writes.push(Vec::new());
        }
        self.open = true;
        self.writes.last_mut().unwrap().extend_from_slice(octets);
    }

    fn boundary(&mut self) {
        self.open = false;
    }
}

impl Record {
    /// The frames written, with their payloads in the clear.
    fn frames(&self) -> Vec<(Header, Vec<u8>)> {
        let all = self.writes.concat();
        let (mut input, mut reader, mut frames) = (&all[..], Reader::default(), Vec::new());
        while let Some(piece) = reader.read(&mut input) {
            match piece {
                Piece::Header(header) => frames.push((header, Vec::new())),
                Piece::Payload(octets) => frames.last_mut().unwrap().1.extend_from_slice(octets),
                Piece::End => {}
            }
        }
        frames
    }
}

fn plain() -> Case {
    Case::new("test/case", "A case.")
}

/// What the tester writes for these steps.
fn written(subject: Role, steps: &[Step]) -> Record {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, subject, 3), Record::default());
    for step in steps {
        tester.step(step, &mut record);
    }
    record
}

/// A frame as the subject sends it.
fn from_subject(subject: Role, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let key = [1, 2, 3, 4];
    let header = Header {
        mask: subject.masks().then_some(key),
        ..Header::new(opcode, payload.len() as u64)
    };
    let mut octets = Vec::new();
    header.write(&mut octets);
    let start = octets.len();
    octets.extend_from_slice(payload);
    mask(&mut octets[start..], header.mask.unwrap_or_default(), 0);
    octets
}

#[test]
fn a_frame_is_right_but_for_its_deviation() {
    for subject in Role::ALL {
        let right = !subject == Role::Client;
        let base = || Frame::new(Opcode::TEXT, Payload::octets(&b"hello"[..]));
        let read = |frame: Frame| written(subject, &[frame.into()]).frames().remove(0);
        let (normal, payload) = read(base());
        assert_eq!((normal.fin, normal.rsv, normal.opcode), (true, 0, Opcode::TEXT));
        assert_eq!(
            (normal.form, normal.length, normal.mask.is_some()),
            (LengthForm::Seven, 5, right)
        );
        assert_eq!(payload, b"hello");

        let same = |header: Header, other: Header| {
            assert_eq!(Header { mask: None, ..header }, Header { mask: None, ..other });
        };
        same(read(base().open()).0, Header { fin: false, ..normal });
        same(read(base().rsv(5)).0, Header { rsv: 5, ..normal });
        let opcode = Opcode(13);
        same(read(Frame { opcode, ..base() }).0, Header { opcode, ..normal });
        for form in [LengthForm::Sixteen, LengthForm::SixtyFour] {
            let (header, payload) = read(Frame { form: Some(form), ..base() });
            same(header, Header { form, ..normal });
            assert_eq!(payload, b"hello");
        }
        let against = read(Frame { masking: Masking::AgainstRole, ..base() });
        assert_eq!((against.0.mask.is_some(), &against.1[..]), (!right, &b"hello"[..]));
        let key = read(Frame { masking: Masking::Key([0; 4]), ..base() }).0.mask;
        assert_eq!(key, right.then_some([0; 4]));
        let announced = Frame { announced: Some(3), ..base() };
        assert_eq!(read(announced).0.length, 3);
    }
}

#[test]
fn keys_come_from_the_seed() {
    let case = plain();
    let keys = |seed| {
        let (mut tester, mut record) = (Tester::new(&case, Role::Server, seed), Record::default());
        for _ in 0..4 {
            tester.step(&ping(b"").into(), &mut record);
        }
        record.frames().iter().map(|(header, _)| header.mask.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(keys(1), keys(1));
    assert_ne!(keys(1), keys(2));
    assert_ne!(keys(1)[0], keys(1)[1]);
}

#[test]
fn messages_are_cut_into_fragments() {
    let cut = |length: u64, fragment| {
        let payload = Payload::repeat(&b"abc"[..], length);
        let step = Step::Message { kind: Kind::Text, payload: payload.clone(), fragment };
        let frames = written(Role::Server, &[step]).frames();
        assert_eq!(frames[0].0.opcode, Opcode::TEXT);
        assert!(frames[1..].iter().all(|(header, _)| header.opcode == Opcode::CONTINUATION));
        let (last, first) = frames.split_last().unwrap();
        assert!(last.0.fin && first.iter().all(|(header, _)| !header.fin));
        let all = frames.iter().flat_map(|(_, payload)| payload.clone()).collect::<Vec<_>>();
        assert_eq!(all, payload.to_vec());
        frames.iter().map(|(header, _)| header.length).collect::<Vec<_>>()
    };
    assert_eq!(cut(0, 0), [0]);
    assert_eq!(cut(9, 0), [9]);
    assert_eq!(cut(4, 4), [4]);
    assert_eq!(cut(5, 4), [4, 1]);
    assert_eq!(cut(8, 4), [4, 4, 0]);
    let frames = cut(65_536, 1300);
    assert_eq!((frames.len(), frames[49], frames[50]), (51, 1300, 536));
}

#[test]
fn writes_are_cut_where_the_frame_says() {
    let frame = |write| Step::from(text(b"0123456789").write(write));
    let sizes = |write| {
        let record =
            written(Role::Client, &[frame(Write::Joined), frame(write), frame(Write::Joined)]);
        record.writes.iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(sizes(Write::Joined), [36]);
    assert_eq!(sizes(Write::Alone), [12, 12, 12]);
    assert_eq!(sizes(Write::Every(5)), [12, 5, 5, 2, 12]);
    assert_eq!(sizes(Write::Every(6)), [12, 6, 6, 12]);
}

#[test]
fn parts_share_the_mask_of_their_header() {
    let header = Frame { announced: Some(7), ..text(b"") };
    let part = |octets: &'static [u8]| Step::Part(Payload::octets(octets));
    let steps = [Step::Header(header), part(b"abc"), part(b"defg")];
    for subject in Role::ALL {
        let record = written(subject, &steps);
        assert_eq!(record.writes.len(), 3);
        assert_eq!(record.frames()[0].1, b"abcdefg");
    }
}

#[test]
fn only_one_close_and_then_raw_frames() {
    let frames = written(
        Role::Client,
        &[close(1001), close(1002), Frame::new(Opcode::CLOSE, Payload::EMPTY).into()],
    )
    .frames();
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[0].1, 1001u16.to_be_bytes());
    assert_eq!(frames[1].1, b"");
}

#[test]
fn pings_are_answered_while_open() {
    for subject in Role::ALL {
        let case = plain();
        let (mut tester, mut record) = (Tester::new(&case, subject, 3), Record::default());
        tester.receive(&from_subject(subject, Opcode::PING, b"one"));
        assert!(record.writes.is_empty(), "nothing happens before the reaction");
        assert!(tester.react(&mut record));
        tester.step(&close(1000), &mut record);
        tester.receive(&from_subject(subject, Opcode::PING, b"two"));
        tester.react(&mut record);
        assert!(!tester.react(&mut record));
        let frames = record.frames();
        assert_eq!(frames.len(), 2);
        assert_eq!((frames[0].0.opcode, &frames[0].1[..]), (Opcode::PONG, &b"one"[..]));
    }
}

#[test]
fn a_close_is_answered_with_1000_and_the_server_ends_the_stream() {
    for subject in Role::ALL {
        let case = plain();
        let (mut tester, mut record) = (Tester::new(&case, subject, 3), Record::default());
        tester.receive(&from_subject(subject, Opcode::CLOSE, &1003u16.to_be_bytes()));
        tester.react(&mut record);
        assert_eq!(record.frames()[0].1, 1000u16.to_be_bytes());
        assert_eq!(tester.is_over(), subject == Role::Client);
        let transcript = tester.finish();
        assert!(transcript.closing.clean);
        assert_eq!(transcript.closing.subject.unwrap().code, Some(1003));
    }
}

#[test]
fn a_breach_fails_the_connection_and_the_second_ends_it() {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    let masked = from_subject(Role::Client, Opcode::TEXT, b"x");
    tester.receive(&masked);
    tester.react(&mut record);
    assert_eq!(record.frames()[0].1, 1002u16.to_be_bytes());
    assert!(!tester.is_over());
    tester.receive(&masked);
    tester.react(&mut record);
    assert!(tester.is_over());
    let transcript = tester.finish();
    assert_eq!(transcript.breaches().count(), 2);
    assert_eq!(transcript.events().count(), 0, "messages do not count after a breach");
}

#[test]
fn text_that_is_not_utf8_is_refused_with_1007() {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    tester.receive(&[0x01, 0x05, b'a', 0xff]);
    tester.react(&mut record);
    assert_eq!(record.frames()[0].1, 1007u16.to_be_bytes(), "before the frame is complete");
}

#[test]
fn waiting_ends_in_order_and_ties_in_the_order_of_their_beginning() {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    tester.wait(Timer::Deadline, 2);
    tester.wait(Timer::Pause, 1);
    tester.step(&close(1000), &mut record);
    assert_eq!(tester.pass(&mut record), Some(Timer::Pause));
    assert!(!tester.is_over());
    assert_eq!(tester.pass(&mut record), Some(Timer::CloseReply));
    assert!(tester.is_over());
    assert_eq!(tester.pass(&mut record), None);
}

#[test]
fn a_server_that_keeps_its_stream_is_left_after_one_round() {
    // Whoever began to wait first ends the connection; only the wait for the stream notes why.
    for (deadline, ended_by, clean) in
        [(1, Timer::Deadline, true), (2, Timer::StreamEnd, false), (9, Timer::StreamEnd, false)]
    {
        let case = plain();
        let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
        tester.wait(Timer::Deadline, deadline);
        tester.step(&close(1000), &mut record);
        tester.receive(&from_subject(Role::Server, Opcode::CLOSE, &1000u16.to_be_bytes()));
        tester.react(&mut record);
        assert_eq!(tester.pass(&mut record), Some(ended_by));
        assert!(tester.is_over());
        let closing = tester.finish().closing;
        assert_eq!((closing.clean, closing.dropped_by_tester), (clean, true));
    }
}

#[test]
fn a_bad_second_close_spoils_the_first() {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    tester.receive(&from_subject(Role::Server, Opcode::CLOSE, &1000u16.to_be_bytes()));
    tester.receive(&from_subject(Role::Server, Opcode::CLOSE, &1005u16.to_be_bytes()));
    tester.react(&mut record);
    assert!(tester.is_over());
    let transcript = tester.finish();
    assert!(!transcript.closing.clean);
    assert_eq!(transcript.closing.subject.unwrap().code, Some(1005));
}

#[test]
fn the_deadline_fails_the_connection_or_closes_it() {
    for (deadline, body) in
        [(Deadline::Fail, &b"\x03\xe9Going Away"[..]), (Deadline::Close, &b""[..])]
    {
        let case = plain().deadline(deadline);
        let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
        tester.wait(Timer::Deadline, 1);
        tester.pass(&mut record);
        assert_eq!(record.frames()[0].1, body);
    }
}

#[test]
fn the_tester_closes_when_it_has_seen_what_it_wants() {
    let ping = |payload| Step::Frame(Frame::new(Opcode::PING, payload));
    let a = || Payload::octets(&b"a"[..]);
    let case = plain().step(ping(a())).step(ping(Payload::EMPTY));
    let case = case.sees([Event::Pong(a()), Event::Pong(Payload::EMPTY)]);
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    // A heartbeat is no event.
    tester.receive(&from_subject(Role::Server, Opcode::PONG, b"b"));
    tester.receive(&from_subject(Role::Server, Opcode::PONG, b"a"));
    tester.react(&mut record);
    assert!(record.writes.is_empty());
    tester.receive(&from_subject(Role::Server, Opcode::PONG, b""));
    tester.react(&mut record);
    assert_eq!(record.frames()[0].1, 1000u16.to_be_bytes());
}

#[test]
fn a_mark_needs_an_open_connection() {
    let case = plain();
    let (mut tester, mut record) = (Tester::new(&case, Role::Server, 3), Record::default());
    assert_eq!(tester.step(&Step::Mark("before"), &mut record), Ask::GoOn);
    tester.step(&close(1000), &mut record);
    assert_eq!(tester.step(&Step::Mark("after"), &mut record), Ask::Stop);
    assert_eq!(tester.finish().events().collect::<Vec<_>>(), [&Seen::Mark("before")]);
}

#[test]
fn equal_entries_are_counted() {
    let case = find("limits/text/fragments-of-64").unwrap();
    let (mut tester, mut record) = (Tester::new(case, Role::Client, 3), Record::default());
    tester.step(&case.script[0], &mut record);
    assert_eq!(record.frames().len(), 65_537);
    let transcript = tester.finish();
    let times: Vec<_> = transcript.lines.iter().map(|line| line.times).collect();
    assert_eq!(times, [1, 65_535, 1]);
    assert!(matches!(transcript.lines[2].entry, Entry::Sent { header, .. } if header.length == 0));
}
