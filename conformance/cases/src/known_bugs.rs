//! Mistakes that implementations have really made, and what catches each of them.

use std::sync::LazyLock;

use crate::role::Role;
use crate::wire::{Header, mask};

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBug {
    /// Its permanent id, such as `K008`.
    pub id: &'static str,
    /// The behaviour; the same for the same mistake made elsewhere.
    pub signature: &'static str,
    /// What goes wrong, in one line.
    pub what: &'static str,
    /// What catches it.
    pub evidence: Vec<Evidence>,
}

/// What catches a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Octets behind the opening handshake and what an echoing endpoint makes of them.
    Frames(Replay),
    /// The head of a request, and whether a server opens the connection.
    Request {
        /// All octets of the head.
        head: Vec<u8>,
        /// Whether it is answered with 101.
        opens: bool,
    },
    /// The head of a response, and whether a client opens the connection.
    Response {
        /// The subprotocols that the client has offered.
        offered: Vec<&'static str>,
        /// All octets, with `{accept}` where the value that belongs to the key has to stand.
        head: &'static str,
        /// Whether the connection opens.
        opens: bool,
    },
    /// Conformance cases: an id, a glob or an Autobahn number.
    Cases(&'static str),
    /// A test of its own.
    Test {
        /// The file, from the top of the project.
        file: &'static str,
        /// The function.
        function: &'static str,
    },
    /// It cannot be made here.
    NotApplicable(&'static str),
}

/// Octets to be given to an endpoint as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The roles the endpoint plays.
    pub roles: &'static [Role],
    /// The largest message it takes, in octets.
    pub limit: Option<u64>,
    /// The pieces, written for the first of the roles.
    pub deliveries: Vec<Vec<u8>>,
    /// What it writes, in the words of the table.
    pub outcome: &'static str,
}

impl Replay {
    /// The pieces for an endpoint in this role. The mask is taken off for a client if they are
    /// written for both.
    pub fn deliveries(&self, role: Role) -> Vec<Vec<u8>> {
        if self.roles[0] == role { self.deliveries.clone() } else { unmasked(&self.deliveries) }
    }
}

/// How far a mistake is caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Something fails if it is made.
    Caught,
    /// It cannot be made here.
    NotApplicable,
    /// Nothing is known to fail.
    Open,
}

impl KnownBug {
    /// How far it is caught.
    pub fn status(&self) -> Status {
        let has = |wanted: fn(&Evidence) -> bool| self.evidence.iter().any(wanted);
        if has(|evidence| matches!(evidence, Evidence::NotApplicable(_))) {
            Status::NotApplicable
        } else if self.evidence.is_empty() {
            Status::Open
        } else {
            Status::Caught
        }
    }
}

/// All of them, in the order of their ids.
pub fn known_bugs() -> &'static [KnownBug] {
    static BUGS: LazyLock<Vec<KnownBug>> = LazyLock::new(|| {
        parse(include_str!("../data/known-bugs.txt"))
            .expect("the table of known bugs is well-formed")
    });
    &BUGS
}

fn parse(table: &'static str) -> Result<Vec<KnownBug>, String> {
    let mut bugs: Vec<KnownBug> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let read = match (line.strip_prefix("  "), bugs.last_mut()) {
            (Some(line), Some(bug)) => evidence(line).map(|evidence| bug.evidence.push(evidence)),
            (None, _) => head(line).map(|bug| bugs.push(bug)),
            (Some(_), None) => None,
        };
        read.ok_or_else(|| format!("this line means nothing: {line}"))?;
    }
    Ok(bugs)
}

fn head(line: &'static str) -> Option<KnownBug> {
    let (names, what) = line.split_once(" | ")?;
    let (id, signature) = names.split_once(' ')?;
    Some(KnownBug { id, signature, what, evidence: Vec::new() })
}

fn evidence(line: &'static str) -> Option<Evidence> {
    let (word, rest) = line.split_once(' ')?;
    Some(match word {
        "case" => Evidence::Cases(rest),
        "test" => {
            let (file, function) = rest.split_once(' ')?;
            Evidence::Test { file, function }
        }
        "not" => Evidence::NotApplicable(rest.strip_prefix("applicable: ")?),
        "request" => {
            let (head, outcome) = rest.split_once(" -> ")?;
            Evidence::Request { head: octets_of_head(head)?, opens: opens(outcome, "refused")? }
        }
        "response" => {
            let (head, outcome) = rest.split_once(" -> ")?;
            let (offered, head) = match head.strip_prefix("offering ") {
                Some(rest) => rest.split_once(' ')?,
                None => ("", head),
            };
            let offered = offered.split(',').filter(|name| !name.is_empty()).collect();
            Evidence::Response { offered, head, opens: opens(outcome, "fails")? }
        }
        _ => Evidence::Frames(replay(word, rest)?),
    })
}

fn opens(outcome: &str, otherwise: &str) -> Option<bool> {
    (outcome == "opens" || outcome == otherwise).then_some(outcome == "opens")
}

fn replay(roles: &str, rest: &'static str) -> Option<Replay> {
    let roles: &[Role] = match roles {
        "server" => &[Role::Server],
        "client" => &[Role::Client],
        "both" => &[Role::Server, Role::Client],
        _ => return None,
    };
    let (octets, outcome) = rest.split_once(" -> ")?;
    let (limit, octets) = match octets.strip_prefix("limit ") {
        Some(rest) => {
            let (limit, octets) = rest.split_once(' ')?;
            (Some(limit.parse().ok()?), octets)
        }
        None => (None, octets),
    };
    let mut deliveries = Vec::new();
    let mut zeros = Zeros::default();
    for piece in octets.split(' ') {
        deliveries.push(zeros.piece(piece)?);
    }
    Some(Replay { roles, limit, deliveries, outcome })
}

/// Writes pieces, and goes on with the key of the last header where zeros are written.
#[derive(Default)]
struct Zeros {
    key: [u8; 4],
    done: u64,
}

impl Zeros {
    fn piece(&mut self, piece: &str) -> Option<Vec<u8>> {
        let (digits, zeros) = piece.split_once('{').unwrap_or((piece, "0}"));
        let mut octets = hex(digits)?;
        if let Some(key) = octets.last_chunk() {
            self.key = *key;
            self.done = 0;
        }
        let start = octets.len();
        let zeros: usize = zeros.strip_suffix('}')?.parse().ok()?;
        octets.resize(start + zeros, 0);
        mask(&mut octets[start..], self.key, self.done);
        self.done += zeros as u64;
        Some(octets)
    }
}

/// The octets written in pairs of digits.
pub fn hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// The head with its ends of lines and repetitions written out.
fn octets_of_head(head: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut rest = head;
    while let Some((before, repeated)) = rest.split_once('{') {
        let (repeated, behind) = repeated.split_once('}')?;
        let (times, what) = repeated.split_once('*')?;
        octets.extend_from_slice(before.as_bytes());
        octets.extend_from_slice(what.repeat(times.parse().ok()?).as_bytes());
        rest = behind;
    }
    octets.extend_from_slice(rest.as_bytes());
    let octets = octets.into_iter().flat_map(|octet| match octet {
        b'~' => b"\r\n".to_vec(),
        b'^' => b"\n".to_vec(),
        octet => vec![octet],
    });
    Some(octets.collect())
}

/// The same pieces as a server would write them.
fn unmasked(pieces: &[Vec<u8>]) -> Vec<Vec<u8>> {
    /// MASK in the second octet of a header.
    const MASK: u8 = 0x80;

    let octets = pieces.concat();
    let piece_of: Vec<usize> =
        pieces.iter().enumerate().flat_map(|(n, piece)| vec![n; piece.len()]).collect();
    let mut out = vec![Vec::new(); pieces.len()];
    let mut at = 0;
    while at < octets.len() {
        let mut frame = octets[at..].to_vec();
        if let Some(second) = frame.get_mut(1) {
            *second &= !MASK;
        }
        let (key_at, end) = match Header::read(&octets[at..]) {
            Some((Header { mask: Some(key), length, .. }, size)) => {
                let end = frame.len().min(size.saturating_add(length as usize));
                mask(&mut frame[size..end], key, 0);
                (size - 4..size, end)
            }
            // Without a mask, or cut short.
            _ => (0..0, frame.len()),
        };
        for (n, octet) in frame[..end].iter().enumerate().filter(|(n, _)| !key_at.contains(n)) {
            out[piece_of[at + n]].push(*octet);
        }
        at += end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_there_once_and_says_what_catches_it() {
        for (n, bug) in (1..).zip(known_bugs()) {
            assert_eq!(bug.id, format!("K{n:03}"));
            assert!(bug.what.ends_with('.') && bug.what.len() > 10, "{}", bug.id);
            assert_ne!(bug.status(), Status::Open, "{} is not caught", bug.id);
        }
        assert_eq!(known_bugs().len(), 180);
    }

    #[test]
    fn a_mask_is_taken_off_piece_by_piece() {
        let table = "K1 a | A.\n  both 8185 0102030449676f 686e -> close\n";
        let [bug] = &parse(table).unwrap()[..] else { panic!("one entry") };
        let Evidence::Frames(replay) = &bug.evidence[0] else { panic!("a replay") };
        assert_eq!(replay.deliveries(Role::Server).concat().len(), 11);
        assert_eq!(replay.deliveries(Role::Client), [&b"\x81\x05"[..], b"Hel", b"lo"]);
    }

    #[test]
    fn zeros_go_on_with_the_key() {
        let mut zeros = Zeros::default();
        assert_eq!(zeros.piece("828301020304{2}").unwrap(), b"\x82\x83\x01\x02\x03\x04\x01\x02");
        assert_eq!(zeros.piece("{3}").unwrap(), b"\x03\x04\x01");
    }

    #[test]
    fn lines_that_mean_nothing_are_told() {
        for wrong in ["K1", "  case a", "K1 a | b\n  oracle x", "K1 a | b\n  client zz -> close"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
