//! Streams: every case of the catalogue for both roles, and streams that have broken others.

use std::collections::BTreeMap;

use wsproof_cases::case::{Case, Finish};
use wsproof_cases::opening::Head;
use wsproof_cases::step::{self, Step};
use wsproof_cases::tester::{Tester, Wire};
use wsproof_cases::{Role, catalogue};
use wsproof_model::{Bugs, Limits, Peer};

use super::{LONGEST, Seeds, tidy, turn};
use crate::stream::{Cuts, Setup};

/// For targets that read a [`Setup`] and a stream.
pub(crate) const SEEDS: Seeds = Seeds { folder: "frame_stream", make };

/// The same for one that reads them behind an opening handshake with permessage-deflate.
pub(crate) const COMPRESSED: Seeds = Seeds { folder: "deflate_stream", make: make_compressed };

/// Octets of the longest compressed seed, which stand for many more.
const LONGEST_COMPRESSED: usize = 1024;

fn make() -> BTreeMap<String, Vec<u8>> {
    // Streams begin behind the opening handshake.
    let cases = catalogued(|case| case.needs.setting().is_none());
    let cases = cases.map(|(id, role, case)| (id, role, u64::MAX, script(case, role)));
    let cases = cases.filter_map(|(id, role, limit, octets)| Some((id, role, limit, octets?)));
    let known = known(include_str!("known_streams.txt"));
    let seeds = cases.chain(known).map(|(id, role, limit, octets)| {
        let name = name(id, role);
        let turn = turn(&name);
        let setup = taking_turns(role, limit, turn);
        let setup = if turn % 16 == 15 { setup.unchecked() } else { setup };
        (name, setup.join(&octets))
    });
    tidy(seeds)
}

fn make_compressed() -> BTreeMap<String, Vec<u8>> {
    let cases = catalogued(|case| case.needs.deflate.is_some() && case.needs.opening.is_none());
    let cases = cases.filter_map(|(id, role, case)| {
        let octets = script(case, role).filter(|octets| octets.len() <= LONGEST_COMPRESSED)?;
        let limit = case.needs.limit.unwrap_or(u64::MAX);
        Some((id, role, limit, drops_context(case, role), octets))
    });
    let known = known(include_str!("known_deflate.txt")).flat_map(|(id, role, limit, octets)| {
        [false, true].map(|for_itself| (id, role, limit, for_itself, octets.clone()))
    });
    let seeds = cases.chain(known).map(|(id, role, limit, for_itself, octets)| {
        let name = name(id, role) + if for_itself { ".dropped" } else { "" };
        let turn = turn(&name);
        let setup = taking_turns(role, limit, turn).compressed(for_itself);
        let setup = if turn % 16 == 15 { setup.compressing() } else { setup };
        let setup = if turn % 4 < 2 { setup.supplying(turn as u8) } else { setup };
        (name, setup.join(&octets))
    });
    tidy(seeds)
}

/// Cases of the catalogue in the roles in which they are played.
fn catalogued(
    wanted: fn(&Case) -> bool,
) -> impl Iterator<Item = (&'static str, Role, &'static Case)> {
    let cases = catalogue().iter().filter(move |case| wanted(case));
    cases.flat_map(|case| {
        let roles = Role::ALL.into_iter().filter(|role| case.plays.allows(*role));
        roles.map(move |role| (&*case.id, role, case))
    })
}

/// Faces and cuts take turns: each alone, and each beside the others.
fn taking_turns(role: Role, limit: u64, turn: u32) -> Setup {
    let setup = Setup::new(role).limited(limit).cut(match turn % 3 {
        0 => Cuts::Whole,
        1 => Cuts::Every(1),
        _ => Cuts::Random(turn),
    });
    if turn.is_multiple_of(2) { setup } else { setup.other_face() }
}

fn name(id: &str, role: Role) -> String {
    format!("{}.{role}", id.replace('/', "-"))
}

/// Whether the tester has offered a server to compress each message for itself.
fn drops_context(case: &Case, subject: Role) -> bool {
    let offers = case.needs.deflate.map_or(&[][..], |deflate| deflate.offers);
    let first = offers.first().copied().unwrap_or_default();
    subject == Role::Server && first.contains("client_no_context_takeover")
}

/// What the tester writes to a subject in this role if it reacts to nothing, then its Close;
/// nothing if that is too long.
pub(crate) fn script(case: &Case, subject: Role) -> Option<Vec<u8>> {
    let mut tester = Tester::new(case, subject, 7);
    if case.needs.deflate.is_some() {
        tester = open(tester, case, subject)?;
    }
    let mut wire = Collected { octets: Vec::new(), full: false };
    play(&case.script, &mut tester, &mut wire);
    if case.finish != Finish::Never {
        tester.step(&step::close(1000), &mut wire);
    }
    (!wire.full && !wire.octets.is_empty()).then_some(wire.octets)
}

/// Agrees on permessage-deflate with the model in the place of a subject.
fn open<'c>(tester: Tester<'c>, case: &Case, subject: Role) -> Option<Tester<'c>> {
    let head = match subject {
        Role::Server => Head::request(),
        Role::Client => Head::response(),
    };
    let mut tester = tester.opening_with();
    let mut wire = Collected { octets: Vec::new(), full: false };
    let mut peer = Peer::new(subject, case.needs.setting()?, Limits::default(), Bugs::NONE, 0);
    tester.receive(&peer.take_output());
    tester.react(&mut wire);
    tester.open_with(&head, &mut wire);
    peer.feed(&wire.octets);
    tester.receive(&peer.take_output());
    tester.react(&mut wire);
    Some(tester)
}

fn play(steps: &[Step], tester: &mut Tester<'_>, wire: &mut Collected) {
    for step in steps {
        match step {
            _ if wire.full => return,
            Step::Times(times, steps) => (0..*times).for_each(|_| play(steps, tester, wire)),
            Step::Message { payload, .. } if payload.length() > LONGEST as u64 => wire.full = true,
            Step::Frame(frame) if frame.payload.length() > LONGEST as u64 => wire.full = true,
            step => {
                tester.step(step, wire);
            }
        }
    }
}

struct Collected {
    octets: Vec<u8>,
    full: bool,
}

impl Wire for Collected {
    fn write(&mut self, octets: &[u8]) {
        self.full |= self.octets.len() + octets.len() > LONGEST;
        if !self.full {
            self.octets.extend_from_slice(octets);
        }
    }

    fn boundary(&mut self) {}
}

/// Streams on which implementations have failed: name, reader, limit, octets.
fn known(lines: &'static str) -> impl Iterator<Item = (&'static str, Role, u64, Vec<u8>)> {
    lines.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let words: Vec<_> = line.split(' ').collect();
        let [name, role, limit, octets] = words[..] else { panic!("not four words: {line}") };
        let role = if role == "client" { Role::Client } else { Role::Server };
        (name, role, limit.parse().unwrap_or(u64::MAX), unfold(octets))
    })
}

/// Hex in which `{HEX*N}` stands for N octets that repeat HEX.
fn unfold(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for (index, part) in text.split(['{', '}']).enumerate() {
        if index % 2 == 0 {
            octets.extend(unhex(part));
        } else if let Some((unit, times)) = part.split_once('*') {
            let times = times.parse().unwrap_or(0);
            octets.extend(unhex(unit).iter().cycle().take(times));
        }
    }
    octets
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_unfolds() {
        assert_eq!(unfold("0aff{01*3}00{0102*3}"), [10, 255, 1, 1, 1, 0, 1, 2, 1]);
        let known = || known(include_str!("known_streams.txt"));
        assert_eq!(known().count(), 93);
        assert!(known().all(|(_, _, _, octets)| !octets.is_empty()));
        // A case that could not be opened would have nothing to send.
        assert!(make_compressed().len() > 150);
    }
}
