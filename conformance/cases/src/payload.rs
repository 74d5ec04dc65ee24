//! What a frame carries: payloads as recipes on the sending side, as digests on the receiving side.
//!
//! A table never holds sixteen mebibytes and neither does a transcript: a [`Payload`] says how the
//! octets are made, a [`Blob`] remembers how many there were, their first octets and a digest.

mod code_points;

use core::fmt;
use std::borrow::Cow;

/// Octets a case sends or expects.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// These octets.
    Octets(Cow<'static, [u8]>),
    /// `unit` again and again, cut at `length` octets. `unit` is not empty.
    Repeat {
        /// What is repeated.
        unit: Cow<'static, [u8]>,
        /// Length of the whole in octets.
        length: u64,
    },
    /// Every code point there is, in UTF-8, once and in order.
    CodePoints,
}

impl Default for Payload {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Payload {
    /// No octets.
    pub const EMPTY: Self = Self::Octets(Cow::Borrowed(b""));

    /// These octets.
    pub fn octets(octets: impl Into<Cow<'static, [u8]>>) -> Self {
        Self::Octets(octets.into())
    }

    /// `unit` repeated and cut at `length` octets.
    ///
    /// # Panics
    /// If `unit` is empty.
    pub fn repeat(unit: impl Into<Cow<'static, [u8]>>, length: u64) -> Self {
        let unit = unit.into();
        assert!(!unit.is_empty(), "a payload needs a unit to repeat");
        Self::Repeat { unit, length }
    }

    /// Length in octets.
    pub fn length(&self) -> u64 {
        match self {
            Self::Octets(octets) => octets.len() as u64,
            Self::Repeat { length, .. } => *length,
            Self::CodePoints => code_points::LENGTH,
        }
    }

    /// Hands octets `from..to` to `sink`, in order, in pieces of at most [`PIECE`] octets.
    pub fn pieces(&self, from: u64, to: u64, mut sink: impl FnMut(&[u8])) {
        debug_assert!(from <= to && to <= self.length());
        match self {
            Self::Octets(octets) => octets[from as usize..to as usize].chunks(PIECE).for_each(sink),
            Self::CodePoints => code_points::pieces(from, to, sink),
            Self::Repeat { unit, .. } => {
                // Long enough for a whole piece from any place within the unit.
                let size = (to - from).min(PIECE as u64) as usize + unit.len();
                let stock = unit.repeat(size.div_ceil(unit.len()));
                let mut at = from;
                while at < to {
                    let phase = (at % unit.len() as u64) as usize;
                    let n = (to - at).min(PIECE as u64) as usize;
                    sink(&stock[phase..phase + n]);
                    at += n as u64;
                }
            }
        }
    }

    /// The payload as a transcript remembers it.
    pub fn blob(&self) -> Blob {
        let mut maker = BlobMaker::default();
        self.pieces(0, self.length(), |piece| maker.add(piece));
        maker.finish()
    }

    /// All octets at once; for small payloads and tests.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::new();
        self.pieces(0, self.length(), |piece| all.extend_from_slice(piece));
        all
    }
}

/// The largest piece in which a payload is produced, in octets.
pub const PIECE: usize = 64 * 1024;

/// What is remembered of octets that went over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Blob {
    /// How many octets there were.
    pub length: u64,
    /// Digest over all of them; equal lengths and digests mean equal octets.
    pub digest: u64,
    /// The first octets, at most [`Blob::HEAD`], for people and for control frames.
    pub head: Vec<u8>,
}

impl Blob {
    /// How many octets are kept as they were: every control frame fits.
    pub const HEAD: usize = 125;

    /// Whether all octets are in [`head`](Self::head).
    pub fn is_whole(&self) -> bool {
        self.head.len() as u64 == self.length
    }
}

impl From<&[u8]> for Blob {
    fn from(octets: &[u8]) -> Self {
        let mut maker = BlobMaker::default();
        maker.add(octets);
        maker.finish()
    }
}

/// Makes a [`Blob`] of octets that arrive in any pieces.
///
/// The digest takes eight octets at a time. Each step is one-to-one in the octets it takes and in
/// the state before it, so a change inside one group of eight is always seen, and any other change
/// escapes with a chance of one in 2⁶⁴. It guards against mistakes, not against malice.
#[derive(Clone, Debug, Default)]
pub struct BlobMaker {
    length: u64,
    state: u64,
    pending: [u8; 8],
    waiting: usize,
    head: Vec<u8>,
}

impl BlobMaker {
    /// Adds the next octets.
    pub fn add(&mut self, mut octets: &[u8]) {
        self.length += octets.len() as u64;
        let room = Blob::HEAD - self.head.len();
        self.head.extend_from_slice(&octets[..octets.len().min(room)]);
        if self.waiting > 0 {
            let n = octets.len().min(8 - self.waiting);
            self.pending[self.waiting..self.waiting + n].copy_from_slice(&octets[..n]);
            self.waiting += n;
            octets = &octets[n..];
            if self.waiting < 8 {
                return;
            }
            self.state = step(self.state, self.pending);
            self.waiting = 0;
        }
        let (words, rest) = octets.as_chunks::<8>();
        let mut state = self.state;
        for word in words {
            state = step(state, *word);
        }
        self.state = state;
        self.pending[..rest.len()].copy_from_slice(rest);
        self.waiting = rest.len();
    }

    /// The blob of everything added.
    pub fn finish(self) -> Blob {
        let mut last = [0; 8];
        last[..self.waiting].copy_from_slice(&self.pending[..self.waiting]);
        let digest = step(step(self.state, last), self.length.to_le_bytes());
        Blob { length: self.length, digest, head: self.head }
    }
}

fn step(state: u64, octets: [u8; 8]) -> u64 {
    (state ^ u64::from_le_bytes(octets)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

impl fmt::Debug for Payload {
    /// The recipe, in which long octets stand as their [blob](Self::blob): a catalogue of large
    /// messages can be shown, and digested, in no time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Octets(octets) if octets.len() > Blob::HEAD => {
                f.debug_tuple("Octets").field(&self.blob()).finish()
            }
            Self::Octets(octets) => f.debug_tuple("Octets").field(octets).finish(),
            Self::Repeat { unit, length } => {
                let unit = Self::Octets(unit.clone());
                f.debug_struct("Repeat").field("unit", &unit).field("length", length).finish()
            }
            Self::CodePoints => f.write_str("CodePoints"),
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = Vec::new();
        self.pieces(0, self.length().min(SHOWN as u64), |piece| head.extend_from_slice(piece));
        show(f, self.length(), &head)
    }
}

impl fmt::Display for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, self.length, &self.head[..self.head.len().min(SHOWN)])
    }
}

/// How many octets are shown to people.
const SHOWN: usize = 32;

/// The length and the first octets: as text if they are printable ASCII, else in hex.
fn show(f: &mut fmt::Formatter<'_>, length: u64, head: &[u8]) -> fmt::Result {
    match length {
        0 => return f.write_str("no octets"),
        1 => f.write_str("1 octet ")?,
        n => write!(f, "{n} octets ")?,
    }
    match core::str::from_utf8(head) {
        Ok(text) if text.bytes().all(|octet| matches!(octet, b' '..=b'~')) => {
            write!(f, "\"{text}\"")?;
        }
        _ => {
            f.write_str("0x")?;
            head.iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        }
    }
    if (head.len() as u64) < length { f.write_str("..") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_payload() {
        let payload = Payload::repeat(&b"abc"[..], 200_001);
        let all = payload.to_vec();
        assert_eq!(all.len(), 200_001);
        assert!(all.iter().enumerate().all(|(i, &o)| o == b"abc"[i % 3]));
        let mut middle = Vec::new();
        payload.pieces(65_530, 131_080, |piece| middle.extend_from_slice(piece));
        assert_eq!(middle, all[65_530..131_080]);
        assert_eq!(Payload::repeat(&b"abcde"[..], 3).to_vec(), b"abc");
    }

    #[test]
    fn blob_does_not_depend_on_the_cut_but_on_every_octet() {
        let octets: Vec<u8> = (0..100u8).collect();
        let whole = Blob::from(&octets[..]);
        for cut in 0..=octets.len() {
            let mut maker = BlobMaker::default();
            maker.add(&octets[..cut]);
            maker.add(&octets[cut..]);
            assert_eq!(maker.finish(), whole);
        }
        for at in 0..octets.len() {
            let mut other = octets.clone();
            other[at] ^= 1;
            assert_ne!(Blob::from(&other[..]).digest, whole.digest);
        }
        assert_ne!(Blob::from(&[0u8; 3][..]).digest, Blob::from(&[0u8; 4][..]).digest);
        assert_eq!(Payload::octets(octets).blob(), whole);
    }

    #[test]
    fn shown_payloads_are_short_and_differ_in_every_octet() {
        let shown = |octets: &[u8]| format!("{:?}", Payload::octets(octets.to_vec()));
        let mut long = vec![7; 1 << 20];
        let before = shown(&long);
        long[(1 << 20) - 1] ^= 1;
        assert_ne!(shown(&long), before);
        assert!(before.len() < 1000, "{before}");
        assert_eq!(shown(&[1, 2]), "Octets([1, 2])");
        let repeated = format!("{:?}", Payload::repeat(&b"ab"[..], 5));
        assert_eq!(repeated, "Repeat { unit: Octets([97, 98]), length: 5 }");
    }
}
