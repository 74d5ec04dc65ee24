//! The first eight octets of an input: who reads the stream, with which settings, in which pieces.

use core::fmt;

use wsproof_cases::Role;
use wsproof_cases::deflate::Terms;
use wsproof_cases::random::Random;
use wsproof_engine::Config;
use wsproof_engine::deflate::{Policy, WindowBits};
use wsproof_model::{Agreed, Bug, Bugs, artifact};

use crate::opened::engine_role;

/// Octets of a prefix.
const SIZE: usize = artifact::PREFIX;

const CLIENT: u8 = artifact::CLIENT;
const SESSION: u8 = 0x02;
const TEXT_UNCHECKED: u8 = 0x04;
const MASKING_OFF: u8 = 0x08;
const DEFLATE: u8 = artifact::DEFLATE;
const COMPRESSES: u8 = 0x40;

/// Limits of a message; the first is what all zeros mean.
const LIMITS: [u64; 8] = [u64::MAX, 0, 1, 2, 16, 125, 126, 1000];
/// Octets of the receive buffer.
const RECEIVE_BUFFERS: [usize; 5] = [256, 257, 300, 1024, 4096];
/// Octets of the buffers supplied for receiving; 0 stands for none.
const SUPPLIED: [usize; 8] = [0, 1, 2, 3, 16, 125, 255, 300];
/// Octets of the largest piece of a compressed message.
const PIECES: [usize; 4] = [1 << 15, 1024, 1025, 3000];

/// The settings of a run: octets that each choose from a table, so that every octet is valid and a
/// prefix of zeros is the plain server.
///
/// ```text
///   0            1         2               3      4                5 6 7
///   role, face,  limit,    receive buffer  cuts   supplied buffer  seed of random cuts
///   checks,      window                           and piece
///   compression
/// ```
///
/// Compression is permessage-deflate, and its settings stand in bits that mean nothing without it:
/// what the peer keeps to is [the model's business](artifact::peer), and one bit more says whether the
/// reader might compress, too.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setup([u8; SIZE]);

/// How a stream is cut into deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// As much as the endpoint takes at a time.
    Whole,
    /// This many octets at a time.
    Every(u8),
    /// 1 to 2, 4, 8 … 256 octets at a time, at random.
    Random(u32),
}

impl Setup {
    /// A reader in this role that gets everything at once, with everything else as it is by
    /// default.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        let role = match role {
            Role::Client => CLIENT,
            Role::Server => 0,
        };
        Self([role, 0, 0, 0, 0, 0, 0, 0])
    }

    /// The same with other cuts.
    #[must_use]
    pub const fn cut(mut self, cuts: Cuts) -> Self {
        let (how, seed) = match cuts {
            Cuts::Whole => (0, 0),
            Cuts::Every(octets) => (octets & 0x7f, 0),
            Cuts::Random(seed) => (0x80, seed),
        };
        let [_, low, middle, high] = seed.to_be_bytes();
        self.0[3] = how;
        self.0[5] = low;
        self.0[6] = middle;
        self.0[7] = high;
        self
    }

    /// The same through the other face of the engine.
    #[must_use]
    pub const fn other_face(mut self) -> Self {
        self.0[0] ^= SESSION;
        self
    }

    /// The same without checks of text and without masks.
    #[must_use]
    pub const fn unchecked(mut self) -> Self {
        self.0[0] |= TEXT_UNCHECKED | MASKING_OFF;
        self
    }

    /// The same with the first of the limits that is at least this many octets.
    #[must_use]
    pub fn limited(mut self, octets: u64) -> Self {
        let fitting = LIMITS.iter().zip(0..).filter(|(limit, _)| **limit >= octets);
        self.0[1] = fitting.min_by_key(|(limit, _)| **limit).map_or(0, |(_, index)| index);
        self
    }

    /// The same behind an opening handshake that has agreed on permessage-deflate: with the largest
    /// window of the peer, and with context takeover unless each message is `for_itself`.
    #[must_use]
    pub const fn compressed(mut self, for_itself: bool) -> Self {
        self.0[0] |= DEFLATE | if for_itself { artifact::EACH_FOR_ITSELF } else { 0 };
        self
    }

    /// The same with a reader that might compress what it sends.
    #[must_use]
    pub const fn compressing(mut self) -> Self {
        self.0[0] |= COMPRESSES;
        self
    }

    /// The same with buffers and pieces that this octet chooses.
    #[must_use]
    pub const fn supplying(mut self, choice: u8) -> Self {
        self.0[4] = choice;
        self
    }

    /// The settings these octets stand for where nothing was agreed on.
    #[must_use]
    pub const fn of(mut prefix: [u8; SIZE]) -> Self {
        prefix[0] &= !DEFLATE;
        Self(prefix)
    }

    /// Splits an input, a stream without permessage-deflate.
    #[must_use]
    pub fn split(octets: &[u8]) -> Option<(Self, &[u8])> {
        let (prefix, stream) = octets.split_first_chunk()?;
        Some((Self::of(*prefix), stream))
    }

    /// Splits an input, a stream with permessage-deflate.
    #[must_use]
    pub fn split_compressed(octets: &[u8]) -> Option<(Self, &[u8])> {
        let (setup, stream) = Self::split(octets)?;
        Some((setup.compressed(false), stream))
    }

    /// The input made of these settings and a stream.
    #[must_use]
    pub fn join(self, stream: &[u8]) -> Vec<u8> {
        [&self.0[..], stream].concat()
    }

    /// The role of the reader.
    #[must_use]
    pub const fn role(self) -> Role {
        if self.0[0] & CLIENT != 0 { Role::Client } else { Role::Server }
    }

    /// Whether the engine is reached through its session instead of its typed face.
    #[must_use]
    pub const fn through_session(self) -> bool {
        self.0[0] & SESSION != 0
    }

    /// The largest message, in octets.
    #[must_use]
    pub fn limit(self) -> u64 {
        LIMITS[usize::from(self.0[1]) % LIMITS.len()]
    }

    /// Octets of the buffers supplied for receiving, if any.
    #[must_use]
    pub fn supplied(self) -> Option<usize> {
        Some(SUPPLIED[usize::from(self.0[4]) % SUPPLIED.len()]).filter(|octets| *octets > 0)
    }

    /// What was agreed on in the opening handshake, to the model.
    #[must_use]
    pub fn agreed(self) -> Option<Agreed> {
        let window_bits = if self.compresses() { 9 } else { 8 };
        let own = Terms { no_context_takeover: false, window_bits };
        artifact::peer(&self.0).map(|peer| Agreed { own, peer })
    }

    /// Whether the reader might compress what it sends. Otherwise its window is agreed to be one
    /// that its encoder has not, which takes more memory than everything else together.
    #[must_use]
    pub const fn compresses(self) -> bool {
        self.0[0] & COMPRESSES != 0
    }

    /// Octets of the largest piece of a compressed message.
    #[must_use]
    pub fn piece(self) -> usize {
        PIECES[usize::from(self.0[4]) / SUPPLIED.len() % PIECES.len()]
    }

    /// Octets of the receive buffer.
    #[must_use]
    pub fn receive_buffer(self) -> usize {
        RECEIVE_BUFFERS[usize::from(self.0[2]) % RECEIVE_BUFFERS.len()]
    }

    /// Whether text and reasons are passed on unchecked.
    #[must_use]
    pub const fn leaves_text(self) -> bool {
        self.0[0] & TEXT_UNCHECKED != 0
    }

    /// Whether masking is switched off.
    #[must_use]
    pub const fn masking_is_off(self) -> bool {
        self.0[0] & MASKING_OFF != 0
    }

    /// The mistakes that the settings ask for, since what is not checked is taken for right, and
    /// one that is planted.
    #[must_use]
    pub fn bugs(self, planted: Option<Bug>) -> Bugs {
        let text = [Bug::NeverChecksText, Bug::NeverChecksInflated, Bug::AcceptsAnyCloseReason];
        let text = if self.leaves_text() { &text[..] } else { &[] };
        let masks = if self.masking_is_off() { &[Bug::AcceptsUnmasked][..] } else { &[] };
        Bugs::of(&[text, masks, planted.as_slice()].concat())
    }

    /// How the stream is cut.
    #[must_use]
    pub fn cuts(self) -> Cuts {
        match self.0[3] {
            0 => Cuts::Whole,
            octets @ 1..0x80 => Cuts::Every(octets),
            _ => Cuts::Random(u32::from_be_bytes([0, self.0[5], self.0[6], self.0[7]])),
        }
    }

    /// The configuration of the engine.
    ///
    /// # Panics
    /// Never: the tables hold what the engine allows.
    #[must_use]
    pub fn config(self) -> Config {
        let config = Config::builder(engine_role(self.role()))
            .receive_buffer_size(self.receive_buffer())
            .max_message_size(self.limit())
            .disable_utf8_verification(self.leaves_text())
            .disable_masking(self.masking_is_off())
            .max_queued_operations(2);
        let policy = Policy::new()
            .server_max_window_bits(WindowBits::LEAST)
            .client_max_window_bits(WindowBits::LEAST)
            .piece_size(self.piece());
        let config = if self.agreed().is_some() { config.deflate(policy) } else { config };
        config.build().expect("the tables hold what the engine allows")
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("role", &self.role())
            .field("through_session", &self.through_session())
            .field("leaves_text", &self.leaves_text())
            .field("masking_is_off", &self.masking_is_off())
            .field("limit", &self.limit())
            .field("supplied", &self.supplied())
            .field("cuts", &self.cuts())
            .field("agreed", &self.agreed())
            .field("octets", &self.0)
            .finish()
    }
}

/// The stream as it is delivered.
#[derive(Debug)]
pub(crate) struct Delivery<'a> {
    rest: &'a [u8],
    cuts: Cuts,
    random: Random,
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(setup: Setup, stream: &'a [u8]) -> Self {
        Self::of(setup.cuts(), stream)
    }

    /// A stream in these cuts.
    pub(crate) fn of(cuts: Cuts, stream: &'a [u8]) -> Self {
        let seed = if let Cuts::Random(seed) = cuts { seed } else { 0 };
        Self { rest: stream, cuts, random: Random::new(seed.into()) }
    }

    /// The next piece, of at most `room` octets; empty at the end.
    pub(crate) fn next(&mut self, room: usize) -> &'a [u8] {
        let size = match self.cuts {
            Cuts::Whole => room,
            Cuts::Every(octets) => octets.into(),
            Cuts::Random(_) => {
                // Small pieces are as frequent as large ones.
                let bits = self.random.next();
                1 + (bits >> 8) as usize % (2 << (bits & 7))
            }
        };
        let (piece, rest) = self.rest.split_at(size.min(room).min(self.rest.len()));
        self.rest = rest;
        piece
    }

    pub(crate) const fn left(&self) -> usize {
        self.rest.len()
    }
}
