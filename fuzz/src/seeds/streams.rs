//! Streams: every case of the catalogue for both roles, and streams that have broken others.

use std::collections::BTreeMap;

use wsproof_cases::case::{Case, Finish};
use wsproof_cases::step::{self, Step};
use wsproof_cases::tester::{Tester, Wire};
use wsproof_cases::{Role, catalogue};

use super::{LONGEST, Seeds, tidy};
use crate::stream::{Cuts, Setup};

/// For targets that read a [`Setup`] and a stream.
pub(crate) const SEEDS: Seeds = Seeds { folder: "frame_stream", make };

fn make() -> BTreeMap<String, Vec<u8>> {
    // Streams begin behind the opening handshake.
    let frames = catalogue().iter().filter(|case| case.needs.setting().is_none());
    let cases = frames.flat_map(|case| {
        let roles = Role::ALL.into_iter().filter(|role| case.plays.allows(*role));
        roles.filter_map(|role| Some((name(&case.id, role), role, u64::MAX, script(case, role)?)))
    });
    let seeds =
        cases.chain(known().map(|(id, role, limit, octets)| (name(id, role), role, limit, octets)));
    // Faces and cuts take turns: each alone, and each beside the others.
    let seeds = seeds.zip(1u32..).map(|((name, role, limit, octets), turn)| {
        let setup = Setup::new(role).limited(limit).cut(match turn % 3 {
            0 => Cuts::Whole,
            1 => Cuts::Every(1),
            _ => Cuts::Random(turn),
        });
        let setup = if turn % 2 == 0 { setup } else { setup.other_face() };
        let setup = if turn % 16 == 15 { setup.unchecked() } else { setup };
        (name, setup.join(&octets))
    });
    tidy(seeds)
}

fn name(id: &str, role: Role) -> String {
    format!("{}.{role}", id.replace('/', "-"))
}

/// What the tester writes to a subject in this role if it reacts to nothing, then its Close;
/// nothing if that is too long.
pub(crate) fn script(case: &Case, subject: Role) -> Option<Vec<u8>> {
    let mut tester = Tester::new(case, subject, 7);
    let mut wire = Collected { octets: Vec::new(), full: false };
    play(&case.script, &mut tester, &mut wire);
    if case.finish != Finish::Never {
        tester.step(&step::close(1000), &mut wire);
    }
    (!wire.full && !wire.octets.is_empty()).then_some(wire.octets)
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
fn known() -> impl Iterator<Item = (&'static str, Role, u64, Vec<u8>)> {
    let lines = include_str!("known_streams.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
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
        assert_eq!(known().count(), 93);
        assert!(known().all(|(_, _, _, octets)| !octets.is_empty()));
    }
}
