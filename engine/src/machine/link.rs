//! What sender and receiver must know of each other: frames never interleave on the wire.

use alloc::boxed::Box;
use core::cell::{Cell, RefCell};
use core::fmt;

use crate::config::{Config, Role};
use crate::entropy::{Entropy, OsEntropy};

/// How frames are masked when they leave (RFC 6455 §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Masking {
    /// A server: no mask.
    Unmasked,
    /// A client whose masking is switched off: masked with four zero octets.
    ZeroKey,
    /// A client: a fresh key for every frame.
    FreshKey,
}

/// The state the two halves share. Cells, because the typed face hands out both halves at once.
pub(crate) struct Link {
    masking: Masking,
    entropy: RefCell<Source>,
    frame_open: Cell<bool>,
    pong_on_its_way: Cell<bool>,
}

#[expect(clippy::large_enum_variant, reason = "one per endpoint, and no allocation of its own")]
enum Source {
    Os(OsEntropy),
    Given(Box<dyn Entropy + Send>),
}

impl Link {
    pub(crate) fn new(config: &Config, entropy: Option<Box<dyn Entropy + Send>>) -> Self {
        Self {
            masking: match (config.role, config.disable_masking) {
                (Role::Server, _) => Masking::Unmasked,
                (Role::Client, true) => Masking::ZeroKey,
                (Role::Client, false) => Masking::FreshKey,
            },
            entropy: RefCell::new(entropy.map_or(Source::Os(OsEntropy::new()), Source::Given)),
            frame_open: Cell::new(false),
            pong_on_its_way: Cell::new(false),
        }
    }

    /// The key for the next frame, if frames are masked.
    #[inline(always)]
    pub(crate) fn next_key(&self) -> Option<[u8; 4]> {
        match self.masking {
            Masking::Unmasked => None,
            Masking::ZeroKey => Some([0; 4]),
            Masking::FreshKey => Some(self.fresh_key()),
        }
    }

    #[inline(always)]
    fn fresh_key(&self) -> [u8; 4] {
        match &mut *self.entropy.borrow_mut() {
            Source::Os(entropy) => entropy.key(),
            Source::Given(entropy) => {
                let mut key = [0; 4];
                entropy.fill(&mut key);
                key
            }
        }
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        match &mut *self.entropy.borrow_mut() {
            Source::Os(entropy) => entropy.fill(bytes),
            Source::Given(entropy) => entropy.fill(bytes),
        }
    }

    /// Whether a frame of the send queue may be half on the wire, so that no pong may leave.
    pub(crate) const fn frame_open(&self) -> bool {
        self.frame_open.get()
    }

    pub(crate) fn set_frame_open(&self, open: bool) {
        self.frame_open.set(open);
    }

    /// Whether the automatic pong has been handed out and not completed, so that the send queue
    /// must wait.
    pub(crate) const fn pong_on_its_way(&self) -> bool {
        self.pong_on_its_way.get()
    }

    pub(crate) fn set_pong_on_its_way(&self, on_its_way: bool) {
        self.pong_on_its_way.set(on_its_way);
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("masking", &self.masking)
            .field("frame_open", &self.frame_open)
            .field("pong_on_its_way", &self.pong_on_its_way)
            .finish_non_exhaustive()
    }
}
