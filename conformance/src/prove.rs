//! The proof of the cases: each passes on the right model and fails on a planted mistake, and each
//! mistake is caught.
//!
//! A cell of the matrix is a case in a role and a mistake. All are played, but for cases that take
//! long, which stop at the first mistake that fails them: they take longer than all others
//! together. A mistake that fails nearly everything proves nothing about a case.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use wsproof_cases::judge::{Verdict, judge};
use wsproof_cases::step::effort;
use wsproof_cases::{Case, Transcript};
use wsproof_model::bug::Effect;
use wsproof_model::{Bug, Bugs};

use crate::driver::ModelDriver;
use crate::play::{Broken, Cuts, Driver as _, connections, play};
use crate::select::Item;

/// What was found, case by case.
#[derive(Clone, Debug)]
pub struct Proof {
    /// One row for each case in each role, in the order asked for.
    pub rows: Vec<Row>,
    /// Whether every case there is was looked at. Otherwise a mistake may be caught elsewhere.
    pub whole: bool,
}

/// What mistakes do to one case in one role.
#[derive(Clone, Debug)]
pub struct Row {
    /// The case.
    pub item: &'static Item,
    /// Why the right model does not pass under every cut.
    pub unsound: Option<String>,
    /// The mistakes that fail it.
    pub failed: Vec<Bug>,
    /// The mistakes with which it passes leniently.
    pub lenient: Vec<Bug>,
}

/// What the cases make of one mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caught {
    /// The mistake.
    pub bug: Bug,
    /// How many cases fail, each role counted.
    pub failed: usize,
    /// How many pass leniently.
    pub lenient: usize,
}

/// Something that is not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The right model does not pass the case.
    Unsound {
        /// The case and the role.
        key: String,
        /// What came instead of a pass.
        why: String,
    },
    /// No mistake fails the case.
    Unproved {
        /// The case and the role.
        key: String,
    },
    /// No case catches the mistake.
    Uncaught(Bug),
    /// The mistake has another effect than it is known for.
    Surprise {
        /// What the cases make of it.
        caught: Caught,
        /// What they should make of it.
        effect: Effect,
    },
}

impl Row {
    /// Whether nothing shows that the case can fail. One that only informs cannot.
    fn is_unproved(&self, blunt: &[Bug]) -> bool {
        let proves = |bug: &Bug| !blunt.contains(bug);
        !self.failed.iter().any(proves) && !self.item.case.is_informational()
    }
}

impl Proof {
    /// What the cases make of each mistake.
    pub fn bugs(&self) -> impl Iterator<Item = Caught> + '_ {
        Bug::ALL.iter().map(|bug| Caught {
            bug: *bug,
            failed: self.rows.iter().filter(|row| row.failed.contains(bug)).count(),
            lenient: self.rows.iter().filter(|row| row.lenient.contains(bug)).count(),
        })
    }

    /// The mistakes that fail nine of ten cases or more.
    fn blunt(&self) -> Vec<Bug> {
        let most = |caught: &Caught| self.whole && caught.failed * 10 >= self.rows.len() * 9;
        self.bugs().filter(most).map(|caught| caught.bug).collect()
    }

    /// Everything that is not proved; nothing if the proof holds.
    pub fn gaps(&self) -> Vec<Gap> {
        let key = |row: &Row| row.item.key.to_string();
        let unsound = self
            .rows
            .iter()
            .filter_map(|row| row.unsound.clone().map(|why| Gap::Unsound { key: key(row), why }));
        let blunt = self.blunt();
        let unproved = self.rows.iter().filter(|row| row.is_unproved(&blunt));
        let unproved = unproved.map(|row| Gap::Unproved { key: key(row) });
        let bugs = self.bugs().filter(|_| self.whole).filter_map(Caught::gap);
        unsound.chain(unproved).chain(bugs).collect()
    }
}

impl Caught {
    /// What is wrong with it, if every case was looked at.
    fn gap(self) -> Option<Gap> {
        let effect = self.bug.effect();
        let expected = match effect {
            Effect::Fails => self.failed > 0,
            Effect::Lenient => self.failed == 0 && self.lenient > 0,
            Effect::Nothing => self.failed == 0 && self.lenient == 0,
        };
        match expected {
            true => None,
            false if self.failed > 0 || effect != Effect::Fails => {
                Some(Gap::Surprise { caught: self, effect })
            }
            false => Some(Gap::Uncaught(self.bug)),
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsound { key, why } => {
                write!(f, "{key}: the right model does not pass: {why}")
            }
            Self::Unproved { key } => write!(f, "{key}: no planted mistake fails it"),
            Self::Uncaught(bug) => write!(f, "{bug}: no case catches it"),
            Self::Surprise { caught, effect } => write!(
                f,
                "{}: {} fail and {} pass leniently, against its effect {effect:?}",
                caught.bug, caught.failed, caught.lenient
            ),
        }
    }
}

/// Plays `items` on the right model and on one model for each mistake, `jobs` at a time.
pub fn prove(items: &[&'static Item], jobs: usize) -> Proof {
    let next = AtomicUsize::new(0);
    let mut rows = thread::scope(|scope| {
        let work = || {
            let take = || items.get(next.fetch_add(1, Ordering::Relaxed));
            core::iter::from_fn(take).map(|item| row(item)).collect::<Vec<_>>()
        };
        let jobs = jobs.clamp(1, items.len().max(1));
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.flatten().collect::<Vec<_>>()
    });
    rows.sort_by_key(|row| items.iter().position(|item| item.key == row.item.key));
    let whole = rows.len() == crate::select::items().len();
    Proof { rows, whole }
}

/// Plays one row of the matrix.
fn row(item: &'static Item) -> Row {
    let mut row = Row { item, unsound: unsound(item), failed: Vec::new(), lenient: Vec::new() };
    let large = effort(&item.case.script) > LARGE || item.case.growth > 1;
    let likely = if large { LIKELY } else { &[] };
    for bug in likely.iter().chain(Bug::ALL).filter(|bug| concerns(**bug, item.case)) {
        if large && !row.failed.is_empty() {
            break;
        }
        match verdict(item, *bug) {
            // Who has not agreed to something has not failed in it.
            Ok(Verdict::Pass | Verdict::Info | Verdict::Unsupported) => {}
            Ok(Verdict::Lenient) => row.lenient.push(*bug),
            Ok(_) => row.failed.push(*bug),
            Err(Broken(why)) => row.unsound = Some(format!("with {bug}: {why}")),
        }
    }
    row
}

/// Whether a model with this mistake could behave otherwise in the case: one that has no opening
/// handshake, or calls nothing, does not meet the mistakes of these.
fn concerns(bug: Bug, case: &Case) -> bool {
    let created = case.needs.interface.is_some_and(|interface| !interface.opened);
    if bug.is_of_interface() {
        case.needs.interface.is_some()
    } else if bug.is_of_deflate() {
        // Some concern frames that claim to be compressed.
        case.needs.setting().is_some_and(|setting| setting.deflate) || bug == Bug::InflatesUnasked
    } else {
        !bug.is_of_handshake() || case.needs.setting().is_some() || created
    }
}

/// Cases of more effort than this stop at the first mistake that fails them, and so do those that
/// are many messages of a kind.
const LARGE: u64 = 1 << 20;

/// The mistakes that are likely to fail large cases.
const LIKELY: &[Bug] = &[
    Bug::CorruptsLargeMessages,
    Bug::CutsLargeMessages,
    Bug::PongsWithoutPayload,
    Bug::ReadsAfterClose,
    Bug::StopsAfterManyMessages,
    Bug::MissesEmptyFinals,
    Bug::AnswersCloseWith1002,
];

/// Why the right model does not pass, and do the same, under every cut.
fn unsound(item: &Item) -> Option<String> {
    let due = if item.case.is_informational() { Verdict::Info } else { Verdict::Pass };
    let mut first: Option<Transcript> = None;
    [Cuts::Whole, Cuts::Bytewise, Cuts::Random(SEED)].into_iter().find_map(|cuts| {
        let transcript = match transcript(item, Bugs::NONE, cuts) {
            Ok(transcript) => transcript,
            Err(Broken(why)) => return Some(why),
        };
        let judgement = judge(item.case, &transcript);
        if judgement.verdict != due {
            return Some(format!("{} under {cuts:?}", judgement.reason));
        }
        let first = first.get_or_insert_with(|| transcript.clone());
        let same = first.outline() == transcript.outline();
        (!same).then(|| format!("another course of events under {cuts:?}"))
    })
}

/// The seed of keys and cuts.
const SEED: u64 = 1;

/// What the judge says of a model with this mistake.
fn verdict(item: &Item, bug: Bug) -> Result<Verdict, Broken> {
    Ok(judge(item.case, &transcript(item, bug, Cuts::Whole)?).verdict)
}

/// What happens with a model with these mistakes.
fn transcript(item: &Item, bugs: impl Into<Bugs>, cuts: Cuts) -> Result<Transcript, Broken> {
    let mut driver = ModelDriver::new(bugs);
    let played = connections(item.case, None, |earlier| {
        let mut link = driver.open(item.case, item.role, earlier)?;
        Ok((play(item.case, item.role, cuts, SEED, &mut *link), ()))
    });
    played.map(|(transcript, ())| transcript)
}
