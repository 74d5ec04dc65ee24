//! permessage-deflate as the model speaks it (RFC 7692): what it answers to offers, and what it makes
//! of messages.

use core::fmt::Write as _;

use wsproof_cases::Role;
use wsproof_cases::deflate::{
    Agreement, Compressor, Element, Inflater, MOST_BITS, NAME, Params, TAIL, Terms, Unfit, agree,
    list,
};
use wsproof_cases::step::Kind;
use wsproof_cases::utf8::Utf8;

use crate::bug::{Bug, Bugs};
use crate::extensions::Extension;
use crate::fault::Violation;

/// What was agreed on, from the side of one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// What the endpoint keeps to.
    pub own: Terms,
    /// What the peer keeps to.
    pub peer: Terms,
}

impl Agreed {
    /// The agreement as an endpoint in this role sees it.
    pub const fn by(role: Role, agreement: Agreement) -> Self {
        let Agreement { server, client } = agreement;
        match role {
            Role::Server => Self { own: server, peer: client },
            Role::Client => Self { own: client, peer: server },
        }
    }
}

/// The elements that name the extension, as the tester reads them.
fn named(extensions: &[Extension]) -> Vec<Element> {
    let text = |octets: &Vec<u8>| String::from_utf8_lossy(octets).into_owned();
    let named = extensions.iter().filter(|extension| extension.name == NAME.as_bytes());
    let element = |extension: &Extension| Element {
        name: text(&extension.name),
        params: extension
            .params
            .iter()
            .map(|(name, value)| (text(name), value.as_ref().map(text)))
            .collect(),
    };
    named.map(element).collect()
}

/// The parameters that there are (RFC 7692 §7.1).
const PARAMS: [&str; 4] = [
    "server_no_context_takeover",
    "client_no_context_takeover",
    "server_max_window_bits",
    "client_max_window_bits",
];

/// An element as an endpoint with these bugs reads it. Without bugs it is what it is.
fn seen(mut element: Element, bugs: Bugs) -> Element {
    let is_flag = |name: &str| name.ends_with("_no_context_takeover");
    let is_bits = |name: &str| name.ends_with("_max_window_bits");
    for (name, _) in &mut element.params {
        let known = PARAMS.iter().find(|known| name.starts_with(**known));
        if let Some(known) = known.filter(|_| bugs.has(Bug::ReadsParamsByPrefix)) {
            name.truncate(known.len());
        }
    }
    let mut names: Vec<String> = Vec::new();
    element.params.retain(|(name, value)| {
        let unknown = !is_flag(name) && !is_bits(name);
        let repeated = names.contains(name);
        names.push(name.clone());
        let bare = name == "server_max_window_bits" && value.is_none();
        !(unknown && bugs.has(Bug::AcceptsUnknownParams)
            || repeated && bugs.has(Bug::AcceptsRepeatedParams)
            || bare && bugs.has(Bug::AcceptsBareBits))
    });
    for (name, value) in &mut element.params {
        if is_flag(name) && bugs.has(Bug::AcceptsFlagValues) {
            *value = None;
        }
        let Some(text) = value.as_mut().filter(|_| is_bits(name)) else { continue };
        if bugs.has(Bug::AcceptsAnyBits) {
            *text = text.parse().unwrap_or(99u64).clamp(8, 15).to_string();
        }
        if bugs.has(Bug::AcceptsLooseNumbers) {
            let digits = text.trim_start_matches('+').split(|c: char| !c.is_ascii_digit()).next();
            *text = digits.unwrap_or_default().trim_start_matches('0').to_owned();
        }
    }
    element
}

/// A server's answer to offers: it accepts the first one that it can read and grants what is asked.
/// Nothing declines.
///
/// # Errors
/// The status with which a planted mistake refuses the request.
pub fn answer(offers: &[Extension], bugs: Bugs) -> Result<Option<(String, Agreement)>, u16> {
    let offers: Vec<_> = named(offers).into_iter().map(|offer| seen(offer, bugs)).collect();
    let read: Vec<_> = offers.iter().map(Params::of_offer).collect();
    let bad = if bugs.has(Bug::ReadsFirstOfferOnly) { &read[..read.len().min(1)] } else { &read };
    let refuses_bad = bugs.has(Bug::RefusesBadOffers) || bugs.has(Bug::ReadsFirstOfferOnly);
    if refuses_bad && bad.contains(&None) || bugs.has(Bug::RefusesOffers) && !read.is_empty() {
        return Err(400);
    }
    let first = read.iter().flatten().next();
    let Some(offer) = first.filter(|_| !bugs.has(Bug::NeverAcceptsDeflate)) else {
        return Ok(None);
    };
    let asked = offer.server_max_window_bits;
    let hint = offer.client_max_window_bits;
    let bits = match asked {
        _ if bugs.has(Bug::AnswersWithoutBits) => None,
        Some(bits) if bugs.has(Bug::AnswersMoreBits) => Some(bits + 1),
        asked => asked,
    };
    let limit = match hint {
        None if bugs.has(Bug::AnswersUnofferedBits) => Some("=10"),
        Some(_) if bugs.has(Bug::AnswersMostBits) => Some("=15"),
        Some(None) if bugs.has(Bug::AnswersBareBits) => Some(""),
        _ => None,
    };
    let separate = offer.server_no_context_takeover && !bugs.has(Bug::AnswersWithoutTakeover);
    let mut answer = NAME.to_owned();
    if separate {
        answer += "; server_no_context_takeover";
    }
    if offer.client_no_context_takeover {
        answer += "; client_no_context_takeover";
    }
    if let Some(bits) = bits {
        let _ = write!(answer, "; server_max_window_bits={bits}");
    }
    if let Some(limit) = limit {
        let _ = write!(answer, "; client_max_window_bits{limit}");
    }
    if bugs.has(Bug::AnswersEveryOffer) {
        answer = vec![answer; offers.len()].join(", ");
    }
    let terms = |no_context_takeover, window_bits| Terms { no_context_takeover, window_bits };
    let server = terms(offer.server_no_context_takeover, asked.unwrap_or(MOST_BITS));
    let client = terms(offer.client_no_context_takeover, MOST_BITS);
    Ok(Some((answer, Agreement { server, client })))
}

/// What a client takes a server's answer for.
///
/// # Errors
/// It fits no offer.
pub fn agreement(
    offers: &[&str],
    answers: &[Extension],
    bugs: Bugs,
) -> Result<Option<Agreement>, Unfit> {
    let mut offers = list(offers.join(",").as_bytes()).unwrap_or_default();
    let mut answers: Vec<_> = named(answers).into_iter().map(|answer| seen(answer, bugs)).collect();
    if bugs.has(Bug::AcceptsRepeatedExtensions) {
        answers.truncate(1);
    }
    let Some(answer) = answers.first_mut() else { return Ok(None) };
    if bugs.has(Bug::TakesBareAnswers) {
        answer.params.retain(|(name, value)| name != "client_max_window_bits" || value.is_some());
    }
    let has = |element: &Element, wanted: &str| element.params.iter().any(|(n, _)| n == wanted);
    for offer in &mut offers {
        let unasked = answer.params.iter().any(|(name, _)| !has(offer, name));
        if unasked && bugs.has(Bug::RefusesUnaskedParams) {
            return Err(Unfit);
        }
        if bugs.has(Bug::TakesUnofferedBits) && !has(offer, "client_max_window_bits") {
            offer.params.push(("client_max_window_bits".to_owned(), None));
        }
        offer.params.retain(|(name, _)| {
            let granted = has(answer, name);
            !(name.starts_with("server")
                && (!granted && bugs.has(Bug::TakesMissingParams)
                    || granted && bugs.has(Bug::TakesLargerWindows)))
        });
    }
    let agreement = agree(&offers, &answers)?;
    Ok(agreement.map(|agreement| match bugs.has(Bug::IgnoresAnsweredParams) {
        true => Agreement {
            client: Terms { no_context_takeover: false, window_bits: MOST_BITS },
            ..agreement
        },
        false => agreement,
    }))
}

/// The half that inflates.
#[derive(Clone, Debug)]
pub(crate) struct Inflating {
    inflater: Inflater,
    terms: Terms,
    /// The rest of the data is not looked at, because of a planted mistake.
    deaf: bool,
    /// A final block has come, which is a mistake to remember.
    ended: bool,
    /// The same, of a large message.
    ended_large: bool,
    /// How many messages it has inflated.
    messages: u32,
    /// There is a flush inside of the message.
    flushed: bool,
    /// A planted mistake has broken the reader down.
    pub(crate) broken_down: bool,
}

impl Inflating {
    pub(crate) fn new(terms: Terms) -> Self {
        let inflater = Inflater::default();
        Self {
            inflater,
            terms,
            deaf: false,
            ended: false,
            ended_large: false,
            messages: 0,
            flushed: false,
            broken_down: false,
        }
    }

    /// For an endpoint that inflates although nobody has agreed on that.
    pub(crate) fn unasked() -> Self {
        Self::new(Terms { no_context_takeover: false, window_bits: MOST_BITS })
    }

    pub(crate) fn start_message(&mut self, bugs: Bugs) {
        self.inflater.start_message();
        self.deaf = self.ended && bugs.has(Bug::StopsAtFinals)
            || self.ended_large && bugs.has(Bug::StopsAtLargeFinals);
        if self.terms.no_context_takeover || bugs.has(Bug::ForgetsWindow) {
            self.inflater.forget();
        }
    }

    /// Takes note of a frame that is none of a compressed message.
    pub(crate) fn pass(&mut self, control: bool, bugs: Bugs) {
        let bug = if control { Bug::ControlsForgetWindow } else { Bug::PlainForgets };
        if bugs.has(bug) {
            self.inflater.forget();
        }
    }

    /// Takes note of a frame of a compressed message.
    pub(crate) fn begin_frame(&mut self, length: u64, bugs: Bugs) {
        self.deaf |= length == 0 && bugs.has(Bug::EmptyFramesEndData);
        if bugs.has(Bug::InflatesFramesApart) {
            self.inflater.end_message();
            self.inflater.start_message();
        }
    }

    /// Appends what octets of a message stand for, up to the first that breaks a rule.
    pub(crate) fn feed(
        &mut self,
        octets: &[u8],
        message: Inflated<'_>,
        bugs: Bugs,
    ) -> Result<(), Violation> {
        let Inflated { kind, payload, text, limit } = message;
        if self.deaf {
            return Ok(());
        }
        if kind == Kind::Text
            && bugs.has(Bug::ChecksCompressed)
            && core::str::from_utf8(octets).is_err()
        {
            return Err(Violation::Text);
        }
        self.flushed |= octets.windows(TAIL.len()).any(|end| end == TAIL);
        let limit = if bugs.has(Bug::LimitsCompressed) { limit.saturating_mul(16) } else { limit };
        let room = limit.saturating_sub(payload.len() as u64);
        let begun = payload.len();
        let bomb = bugs.has(Bug::BreaksDownOnBombs);
        let mut sink = |octets: &[u8]| {
            payload.extend_from_slice(octets);
            let inflated = (payload.len() - begun) as u64;
            inflated <= room || bomb && payload.len() < BOMB
        };
        let mut found = self.inflater.feed(octets, &mut sink).map_err(|_| Violation::DataCorrupt);
        self.broken_down |= bomb && payload.len() >= BOMB && limit < BOMB as u64 * 2;
        if (payload.len() - begun) as u64 > room {
            payload.truncate(begun + room as usize);
            let wrong = bugs.has(Bug::FailsInflatedSizeWith1007);
            found = Err(if wrong { Violation::DataCorrupt } else { Violation::TooBig });
        }
        let facts = self.inflater.facts();
        self.ended |= facts.finals > 0;
        self.ended_large |= facts.finals > 0 && payload.len() > 131_072;
        if facts.finals > 0 && bugs.has(Bug::RefusesFinals)
            || facts.stored > 0 && bugs.has(Bug::RefusesStored)
            || facts.dynamic > 0 && bugs.has(Bug::RefusesDynamic)
            || facts.distance > 1 << (MOST_BITS - 1) && bugs.has(Bug::HalvesWindow)
            || facts.distance == 1 << self.terms.window_bits && bugs.has(Bug::RefusesFarthest)
        {
            found = Err(Violation::DataCorrupt);
        }
        if found == Err(Violation::DataCorrupt)
            && (bugs.has(Bug::DeliversCorrupt) || bugs.has(Bug::SkipsCorrupt))
        {
            self.deaf = true;
            found = Ok(());
        }
        if kind == Kind::Text
            && !bugs.has(Bug::NeverChecksInflated)
            && !(payload.len() > 4096 && bugs.has(Bug::ChecksSomeInflated))
            && let Err(at) = text.feed(&payload[begun..])
        {
            payload.truncate(begun + at);
            found = Err(Violation::Text);
        }
        found
    }

    /// Ends a message that has been inflated to so many octets. Says whether it is there at all.
    pub(crate) fn end_message(&mut self, octets: usize, bugs: Bugs) -> Result<bool, Violation> {
        let deaf = core::mem::take(&mut self.deaf);
        if octets == 0 && bugs.has(Bug::RefusesEmptyCompressed) {
            return Err(Violation::DataUnfinished);
        }
        if deaf {
            return Ok(!bugs.has(Bug::SkipsCorrupt));
        }
        let whole = self.inflater.end_message();
        self.messages += 1;
        if core::mem::take(&mut self.flushed) && bugs.has(Bug::FlushesForget) {
            self.inflater.forget();
        }
        if octets == 0 && bugs.has(Bug::EmptyMessagesForget)
            || self.messages == 256 && bugs.has(Bug::ForgetsWindowAt256)
        {
            self.inflater.forget();
        }
        if whole || bugs.has(Bug::DeliversCutData) {
            return Ok(true);
        }
        Err(Violation::DataUnfinished)
    }
}

/// Where a planted mistake breaks down.
const BOMB: usize = 1 << 20;

/// The message that is being inflated.
pub(crate) struct Inflated<'m> {
    pub(crate) kind: Kind,
    pub(crate) payload: &'m mut Vec<u8>,
    pub(crate) text: &'m mut Utf8,
    pub(crate) limit: u64,
}

/// The half that compresses.
#[derive(Clone, Debug)]
pub(crate) struct Compressing(Compressor);

impl Compressing {
    pub(crate) fn new(terms: Terms, bugs: Bugs) -> Self {
        let keeps = !terms.no_context_takeover || bugs.has(Bug::KeepsContext);
        let window = match terms.window_bits {
            _ if bugs.has(Bug::ExceedsWindow) => 1 << MOST_BITS,
            8 if bugs.has(Bug::DoublesSmallWindows) => 1 << 9,
            bits if bugs.has(Bug::ExceedsWindowByOne) => (1 << bits) + 1,
            bits => 1 << bits,
        };
        Self(Compressor::reaching(window, keeps))
    }

    /// The data for a message; nothing if it is sent as it is.
    pub(crate) fn data(&mut self, plain: &[u8], bugs: Bugs) -> Option<Vec<u8>> {
        if bugs.has(Bug::NeverCompresses) {
            return None;
        }
        if bugs.has(Bug::MarksPlain) {
            return Some(plain.to_vec());
        }
        let mut data = self.0.compress(plain);
        if data.len() >= plain.len() && bugs.has(Bug::LearnsFromPlain) {
            return None;
        }
        if bugs.has(Bug::LeavesTailOn) {
            data.extend(TAIL);
        }
        let full = (4092..=4100).contains(&data.len()) && bugs.has(Bug::LosesTailsAt4096);
        let exact = data.len() == 2048 && bugs.has(Bug::LosesTailsAt2048);
        if full || exact || bugs.has(Bug::CutsTooMuch) {
            data.pop();
        }
        if plain.is_empty() && bugs.has(Bug::WritesNothingForEmpty) {
            data.clear();
        }
        if bugs.has(Bug::WritesZlibHeaders) {
            data.splice(0..0, [0x78, 0x9c]);
        }
        Some(data)
    }
}
