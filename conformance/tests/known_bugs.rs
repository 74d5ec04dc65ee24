//! Mistakes that implementations have really made do not happen here.

use std::fs;
use std::path::Path;

use wsproof::driver::SessionDriver;
use wsproof::play::{Driver as _, Flow, Observed};
use wsproof::select::{LevelLimit, Request, select};
use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs, Tier};
use wsproof_cases::known_bugs::{Evidence, KnownBug, Replay, known_bugs};
use wsproof_cases::wire::{Header, Opcode, Piece, Reader};
use wsproof_engine::Header as Field;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{ClientHandshake, Offer, Selection, ServerHandshake};
use wsproof_engine::http1::{HeadLimits, RequestParser, ResponseParser};

/// Every piece of evidence of this kind.
fn evidence<'b, E: 'b>(
    wanted: impl Fn(&'b Evidence) -> Option<E> + 'b,
) -> impl Iterator<Item = (&'b KnownBug, E)> + 'b
where
    'static: 'b,
{
    let of = move |bug: &'static KnownBug| {
        let found: Vec<_> = bug.evidence.iter().filter_map(&wanted).collect();
        found.into_iter().map(move |evidence| (bug, evidence))
    };
    known_bugs().iter().flat_map(of)
}

#[test]
fn octets_that_broke_others_are_understood_under_every_cut() {
    let mut replayed = 0;
    for (bug, replay) in evidence(|evidence| match evidence {
        Evidence::Frames(replay) => Some(replay),
        _ => None,
    }) {
        for role in replay.roles {
            let pieces = replay.deliveries(*role);
            let whole = vec![pieces.concat()];
            let single = whole[0].iter().map(|octet| vec![*octet]).collect();
            for (how, cut) in [("as given", pieces), ("whole", whole), ("bytewise", single)] {
                let outcome = outcome(replay, *role, &cut);
                assert_eq!(outcome, replay.outcome, "{} as {role}, {how}", bug.id);
                replayed += 1;
            }
        }
    }
    assert!(replayed > 400, "{replayed} replays");
}

/// What an echoing endpoint writes for these pieces.
fn outcome(replay: &Replay, role: Role, pieces: &[Vec<u8>]) -> String {
    let needs = Needs { limit: replay.limit, ..Needs::default() };
    let case = Case { needs, ..Case::new("known/bug", "One that was made.") };
    let mut driver = SessionDriver::new(1);
    let mut link = driver.open(&case, role, 0).unwrap();
    let mut seen = Vec::new();
    for piece in pieces {
        if link.feed(piece) == Flow::Closed {
            break;
        }
    }
    link.settle();
    link.drain(&mut seen);
    let octets: Vec<u8> = seen
        .into_iter()
        .flat_map(|seen| match seen {
            Observed::Octets(octets) => octets,
            Observed::End => Vec::new(),
            broken => panic!("{broken:?}"),
        })
        .collect();
    words(&octets, role)
}

/// Frames in the words of the table.
fn words(mut octets: &[u8], role: Role) -> String {
    let mut reader = Reader::default();
    let mut words = Vec::new();
    let mut frame: Option<(Header, Vec<u8>)> = None;
    while let Some(piece) = reader.read(&mut octets) {
        match piece {
            Piece::Header(header) => {
                assert_eq!(header.mask.is_some(), role.masks());
                frame = Some((header, Vec::new()));
            }
            Piece::Payload(octets) => frame.as_mut().unwrap().1.extend_from_slice(octets),
            Piece::End => {
                let (header, payload) = frame.take().unwrap();
                words.push(word(&header, &payload));
            }
        }
    }
    assert!(!reader.is_mid_frame());
    if !words.last().is_some_and(|word| word.starts_with("close")) {
        words.push("open".to_owned());
    }
    words.join(", ")
}

fn word(header: &Header, payload: &[u8]) -> String {
    let name = match header.opcode {
        Opcode::TEXT => "text",
        Opcode::BINARY => "binary",
        Opcode::PONG => "pong",
        Opcode::CLOSE => {
            let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
            return code.map_or_else(|| "close".to_owned(), |code| format!("close {code}"));
        }
        opcode => panic!("{opcode:?} was written"),
    };
    let digits: String = payload.iter().map(|octet| format!("{octet:02x}")).collect();
    match payload {
        [] => format!("{name} -"),
        [first, ..] if payload.len() > 64 && payload.iter().all(|octet| octet == first) => {
            format!("{name} {first:02x}*{}", payload.len())
        }
        _ => format!("{name} {digits}"),
    }
}

#[test]
fn requests_that_broke_others_are_answered_under_every_cut() {
    let mut read = 0;
    for (bug, (head, opens)) in evidence(|evidence| match evidence {
        Evidence::Request { head, opens } => Some((head, opens)),
        _ => None,
    }) {
        for size in [head.len(), 1, 7] {
            assert_eq!(serves(head, size), *opens, "{} in pieces of {size}", bug.id);
        }
        read += 1;
    }
    assert!(read > 20, "{read} requests");
}

/// Whether the engine opens a connection for a request that comes in pieces of this size.
fn serves(head: &[u8], size: usize) -> bool {
    let mut parser = RequestParser::new(HeadLimits::default());
    for piece in head.chunks(size) {
        match parser.push(piece) {
            Ok(None) => {}
            Ok(Some((head, _))) => {
                return ServerHandshake::begin(&Selection::default(), head.headers()).is_ok();
            }
            Err(_) => return false,
        }
    }
    panic!("the head does not end");
}

#[test]
fn responses_that_broke_others_are_judged_under_every_cut() {
    let mut read = 0;
    for (bug, (offered, head, opens)) in evidence(|evidence| match evidence {
        Evidence::Response { offered, head, opens } => Some((offered, head, opens)),
        _ => None,
    }) {
        for size in [head.len(), 1, 7] {
            assert_eq!(connects(offered, head, size), *opens, "{} in pieces of {size}", bug.id);
        }
        read += 1;
    }
    assert!(read > 10, "{read} responses");
}

/// Whether the engine opens a connection for a response that comes in pieces of this size.
fn connects(offered: &[&str], head: &str, size: usize) -> bool {
    let offer = Offer { subprotocols: offered, ..Offer::default() };
    let (client, request) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(1)).unwrap();
    let mut fields: Vec<_> = request.iter().collect();
    fields.push(Field::new("Host", "localhost"));
    // The answer of a right server says which value belongs to the key.
    let (_, response) = ServerHandshake::begin(&Selection::default(), &fields).unwrap();
    let accept = response.pairs().find(|(name, _)| *name == "Sec-WebSocket-Accept").unwrap().1;
    let head = head.replace("{accept}", accept).replace('~', "\r\n").into_bytes();
    let mut parser = ResponseParser::new(HeadLimits::default());
    for piece in head.chunks(size) {
        match parser.push(piece) {
            Ok(None) => {}
            Ok(Some((head, _))) => {
                return head.switched().is_ok_and(|headers| client.end(headers).is_ok());
            }
            Err(_) => return false,
        }
    }
    panic!("the head does not end");
}

#[test]
fn cases_and_tests_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (bug, (file, function)) in evidence(|evidence| match evidence {
        Evidence::Test { file, function } => Some((file, function)),
        _ => None,
    }) {
        let text = fs::read_to_string(root.join(file));
        let text = text.unwrap_or_else(|error| panic!("{}: {file}: {error}", bug.id));
        let wanted = format!("fn {function}(");
        assert!(text.contains(&wanted), "{}: {file} has no {function}", bug.id);
    }
    for (bug, filter) in evidence(|evidence| match evidence {
        Evidence::Cases(filter) => Some((*filter).to_owned()),
        _ => None,
    }) {
        let filters = [filter];
        let (level, tier) = (LevelLimit::All, Tier::Full);
        let request = Request { filters: &filters, skips: &[], role: None, level, tier };
        let found = select(&request).unwrap_or_else(|error| panic!("{}: {error}", bug.id));
        assert!(!found.is_empty(), "{}: {filters:?} selects nothing", bug.id);
    }
}
