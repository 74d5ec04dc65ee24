//! Heads of the opening handshake: how they are delivered, what an endpoint makes of them, and what
//! must be true of that.

pub(crate) mod negotiation;
pub(crate) mod request;
pub(crate) mod response;

use core::fmt;

use allocation_counter::{AllocationInfo, measure, opt_out};
use wsproof_cases::deflate::Agreement;
use wsproof_engine::http1;
use wsproof_model::handshake::{HeadLimits, Opening};

use crate::opened;
use crate::oracle::{Finding, Oracle, equal, judge};
use crate::stream::{Cuts, Delivery};
use crate::target::Keep;

/// Octets of a prefix.
const SIZE: usize = 4;
/// Limits of octets and of field lines; the first are the engine's own.
const LIMITS: [(usize, usize); 6] =
    [(32_768, 100), (64, 100), (300, 100), (1000, 3), (0, 0), (2048, 6)];

/// The first four octets of an input: in which pieces it comes, how large a head may be, and what
/// the application chooses. Every octet is valid, and zeros are plain.
///
/// ```text
///   0     1       2       3
///   cuts  limits  choice  seed of random cuts
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup([u8; SIZE]);

impl Setup {
    /// These cuts and this choice, with the engine's own limits.
    #[must_use]
    pub const fn new(cuts: Cuts, choice: u8) -> Self {
        match cuts {
            Cuts::Whole => Self([0, 0, choice, 0]),
            Cuts::Every(octets) => Self([octets & 0x7f, 0, choice, 0]),
            Cuts::Random(seed) => Self([0x80, 0, choice, seed as u8]),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub const fn limited(self, limits: u8) -> Self {
        let Self([cuts, _, choice, seed]) = self;
        Self([cuts, limits, choice, seed])
    }

    /// Splits an input.
    #[must_use]
    pub fn split(octets: &[u8]) -> Option<(Self, &[u8])> {
        let (prefix, head) = octets.split_first_chunk()?;
        Some((Self(*prefix), head))
    }

    /// The input made of these settings and a head.
    #[must_use]
    pub fn join(self, head: &[u8]) -> Vec<u8> {
        [&self.0[..], head].concat()
    }

    const fn cuts(self) -> Cuts {
        match self.0[0] {
            0 => Cuts::Whole,
            octets @ 1..0x80 => Cuts::Every(octets),
            _ => Cuts::Random(self.0[3] as u32),
        }
    }

    const fn choice(self) -> u8 {
        self.0[2]
    }

    fn limits(self) -> HeadLimits {
        let (octets, fields) = LIMITS[usize::from(self.0[1]) % LIMITS.len()];
        HeadLimits { octets, fields }
    }

    fn engine_limits(self) -> http1::HeadLimits {
        let HeadLimits { octets, fields } = self.limits();
        http1::HeadLimits::default().max_octets(octets).max_headers(fields)
    }
}

/// Everything an endpoint did with the beginning of a connection.
#[derive(Debug)]
pub struct Seen<'a, T> {
    /// The settings.
    pub setup: Setup,
    /// What the peer sent.
    pub octets: &'a [u8],
    /// What the endpoint made of it, in the words of the model.
    pub opening: Opening<T>,
    /// What it sends in return.
    pub reply: Vec<u8>,
    /// What a server answers to offers of permessage-deflate.
    pub answer: Option<String>,
    /// What a client takes such an answer for.
    pub agreement: Option<Agreement>,
    /// What it did that no endpoint may.
    pub misdeeds: Vec<String>,
    /// The most it held on the heap at a time, in octets, and how often it asked for memory.
    pub memory: (u64, u64),
}

impl<'a, T> Seen<'a, T> {
    fn of(setup: Setup, octets: &'a [u8], opening: Opening<T>) -> Self {
        let (reply, misdeeds) = (Vec::new(), Vec::new());
        let (answer, agreement) = (None, None);
        Self { setup, octets, opening, reply, answer, agreement, misdeeds, memory: (0, 0) }
    }

    /// Notes what is missing in something. It is not the endpoint's to pay for.
    fn expect(&mut self, told: impl FnOnce() -> Result<(), String>) {
        opt_out(|| self.misdeeds.extend(told().err()));
    }

    /// Does something, and adds what it cost.
    fn measured(&mut self, work: impl FnOnce(&mut Self)) {
        let AllocationInfo { bytes_max, count_total, .. } = measure(|| work(self));
        self.memory = (bytes_max, count_total);
    }
}

/// What an endpoint receives first, as the model understands it.
pub(crate) trait Head: fmt::Debug + PartialEq + Sized + 'static {
    /// What must be true of what was made of it.
    const ORACLES: &[&dyn for<'a> Oracle<Seen<'a, Self>>];

    /// What the RFCs say.
    fn meaning(setup: Setup, octets: &[u8]) -> Opening<Self>;

    /// Delivers octets to an endpoint.
    fn read(setup: Setup, octets: &[u8]) -> Seen<'_, Self>;
}

/// The names of the oracles for such heads.
pub(crate) fn oracles<T: Head>() -> Vec<&'static str> {
    T::ORACLES.iter().map(|oracle| oracle.name()).collect()
}

/// Judges an input.
///
/// # Errors
/// The first oracle that disagrees.
pub(crate) fn check<T: Head>(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, head)) = Setup::split(octets) else { return Ok(Keep::No) };
    judge(T::ORACLES, &T::read(setup, head))?;
    Ok(Keep::Yes)
}

/// An input in a form for people.
pub(crate) fn show<T: Head>(octets: &[u8]) -> String {
    let Some((setup, head)) = Setup::split(octets) else { return String::from("no head") };
    let text = head.escape_ascii().to_string().replace("\\r\\n", "\\r\\n\n");
    let cuts = setup.cuts();
    format!(
        "{setup:?}, {cuts:?}, {:?}\n{text}\nwhich says {:#?}",
        setup.limits(),
        T::meaning(setup, head)
    )
}

/// The RFCs, read from the whole head by somebody else.
struct Model;

impl<T: Head> Oracle<Seen<'_, T>> for Model {
    fn name(&self) -> &'static str {
        "independent model"
    }

    fn check(&self, seen: &Seen<'_, T>) -> Result<(), String> {
        equal(&T::meaning(seen.setup, seen.octets), &seen.opening)
    }
}

/// A bad head stays bad, and no choice leads where it must not.
struct Manners;

impl<T> Oracle<Seen<'_, T>> for Manners {
    fn name(&self) -> &'static str {
        "manners"
    }

    fn check(&self, seen: &Seen<'_, T>) -> Result<(), String> {
        match &seen.misdeeds[..] {
            [] => Ok(()),
            misdeeds => Err(format!("the endpoint {}", misdeeds.join(" and "))),
        }
    }
}

/// Memory and allocations grow with the octets and no faster.
struct Effort;

impl<T> Oracle<Seen<'_, T>> for Effort {
    fn name(&self) -> &'static str {
        "bounded memory and work"
    }

    fn check(&self, seen: &Seen<'_, T>) -> Result<(), String> {
        let octets = seen.octets.len() as u64;
        let (held, asked) = seen.memory;
        if held > 256 * octets + 8192 || asked > 8 * octets + 64 {
            return Err(format!("{octets} octets make it hold {held} and allocate {asked} times"));
        }
        Ok(())
    }
}

/// The pieces of a head as they are delivered.
fn pieces(setup: Setup, octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut delivery = Delivery::of(setup.cuts(), octets);
    core::iter::from_fn(move || Some(delivery.next(4096)).filter(|piece| !piece.is_empty()))
}

/// The value of an accept field for the key of a client whose entropy is known.
pub(crate) fn known_accept() -> String {
    let key = response::handshake(0).1;
    opened::response(&key).get("Sec-WebSocket-Accept").unwrap_or_default().to_owned()
}
