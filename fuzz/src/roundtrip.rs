//! Two endpoints of the engine and a network that cuts: what one sends is what the other receives.

mod agreement;
mod end;
mod record;
mod unfit;

use arbitrary::Unstructured;
use wsproof_cases::Role;

use self::agreement::{Wishes, agreed, config, negotiated};
use self::end::{Codec, End};
pub use self::record::{Agreement, Item, Pings, Seen};
use self::unfit::{ANSWERS, refuse};
use crate::script::{one_in, pick};

/// How many pings a burst has: more than pongs may wait.
const BURST: usize = 20;
/// The most actions that choices make.
const STEPS: usize = 64;
/// The most actions it takes to bring everything that is on its way home.
const MOST_ACTIONS: usize = 200_000;

/// Lets choices decide what is sent, and in which pieces it travels; `log` keeps what the endpoints
/// were in the end.
#[must_use]
pub fn play(choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let link = if one_in(choices, 2) { Agreement::Extension } else { Agreement::Plain };
    let agreed = agreed(link);
    let mut ends = [Role::Client, Role::Server].map(|role| {
        let config = config(role, choices);
        End::new(config.build(), role, agreed, link, None)
    });
    exchange(&mut ends, choices, log)
}

/// The same with permessage-deflate between the two, with any parameters.
#[must_use]
pub fn play_compressed(choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let unfit = if one_in(choices, 16) { refuse(pick(choices, &ANSWERS)) } else { Ok(()) };
    let wishes = [Wishes::choose(choices), Wishes::choose(choices)];
    let (agreed, terms, misdeeds) = negotiated(&wishes);
    let mut own = wishes.into_iter();
    let mut ends = [Role::Client, Role::Server].map(|role| {
        let own = own.next().expect("one for each");
        let codec = Codec::new(role, &own, terms);
        let config = config(role, choices).deflate(own.policy());
        End::new(config.build(), role, &agreed, Agreement::Deflate, Some(codec))
    });
    ends[0].misdeeds.extend(unfit.err().into_iter().chain(misdeeds));
    let levels = wishes.map(|wishes| wishes.level);
    Seen { terms, levels, ..exchange(&mut ends, choices, log) }
}

fn exchange(ends: &mut [End; 2], choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let mut wire = [const { Vec::new() }; 2];
    let mut carry = |ends: &mut [End; 2], side: usize, octets: Vec<u8>| {
        wire[side].extend_from_slice(&octets);
        ends[1 - side].inbox.extend(octets);
    };
    for _ in 0..STEPS {
        if choices.is_empty() {
            break;
        }
        let side = usize::from(one_in(choices, 2));
        let most = pick(choices, &[usize::MAX, 1, 2, 3, 7, 64, 255, 1000]);
        match pick(choices, &[0, 1, 2, 3, 0, 1, 2, 4]) {
            0 => ends[side].send(choices),
            1 => {
                let written = ends[side].write(most);
                carry(ends, side, written);
            }
            2 => {
                let written = ends[side].read(most);
                carry(ends, side, written);
            }
            3 => ends[side].end_message(),
            _ => {
                for _ in 0..BURST {
                    ends[side].ping();
                    let written = ends[side].write(usize::MAX);
                    carry(ends, side, written);
                }
            }
        }
    }
    let mut actions = 0;
    loop {
        let mut idle = true;
        for side in 0..2 {
            ends[side].end_message();
            let mut written = ends[side].write(usize::MAX);
            written.extend(ends[side].read(usize::MAX));
            idle &= written.is_empty() && ends[side].inbox.is_empty();
            carry(ends, side, written);
            actions += 1;
        }
        if idle {
            break;
        }
        if actions > MOST_ACTIONS {
            ends[0].misdeeds.push(String::from("never comes to rest"));
            break;
        }
    }
    let states = [0, 1].map(|side| ends[side].connection.state());
    ends.iter_mut().for_each(End::give_up);
    Seen {
        sent: ends.each_mut().map(|end| core::mem::take(&mut end.sent)),
        received: ends.each_mut().map(|end| core::mem::take(&mut end.received)),
        pings: ends.each_ref().map(|end| end.pings),
        states,
        misdeeds: ends.iter().flat_map(|end| end.misdeeds.clone()).collect(),
        ends: ends.iter().filter(|_| log).map(|end| format!("{:?}", end.connection)).collect(),
        written: wire,
        terms: None,
        compressed: ends.each_mut().map(|end| core::mem::take(&mut end.compressed)),
        levels: [0; 2],
    }
}
