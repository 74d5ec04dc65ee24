//! What a cell is, what is done in it, and who contends.

use wsproof_engine::Role;

use crate::common::Content;

/// One line of a table.
pub(crate) struct Cell {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Messages in a batch.
    pub(crate) messages: usize,
    /// What a batch delivers, if that is the same for all.
    pub(crate) octets: Option<u64>,
    pub(crate) aim: Aim,
    pub(crate) contenders: Vec<Contender>,
}

/// How many times as long the engine may take at most.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    /// As the fastest peer that checks what RFC 6455 asks for.
    pub(crate) peer: f64,
    /// As the limit, if there is an aim for that.
    pub(crate) limit: Option<f64>,
}

impl Cell {
    pub(crate) fn is_named(&self, word: &str) -> bool {
        self.kind.name() == word || self.name.split([' ', ',']).any(|part| part == word)
    }
}

/// Which table a cell belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Receive,
    Fragments,
    Send,
    Handshake,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Fragments => "fragments",
            Self::Send => "send",
            Self::Handshake => "handshake",
        }
    }
}

/// A stream to be received, the same for all contenders of a cell.
#[derive(Clone, Copy)]
pub(crate) struct Stream {
    pub(crate) role: Role,
    pub(crate) content: Content,
    pub(crate) wire: &'static [u8],
    /// The longest read.
    pub(crate) read: usize,
    pub(crate) messages: usize,
    /// Octets of a message.
    pub(crate) size: usize,
}

/// A message to be sent again and again.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) role: Role,
    pub(crate) payload: &'static [u8],
    pub(crate) messages: usize,
}

/// Handshakes of a batch.
pub(crate) const HANDSHAKES: usize = 64;

/// Does a batch of work and answers with octets delivered or sent.
pub(crate) type Work = Box<dyn FnMut() -> u64>;

/// Someone in a cell.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) standing: Standing,
    /// Sets up what has to be set up once.
    pub(crate) make: Box<dyn Fn() -> Work>,
}

/// What a contender's time may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// This engine.
    Ours,
    /// Checks what RFC 6455 asks for in this cell, as far as is known.
    Checks,
    /// Leaves checks out, so that it does less.
    Lax,
    /// No implementation at all: what the work itself takes.
    Limit,
}

pub(crate) fn contender(
    name: &'static str,
    standing: Standing,
    make: impl Fn() -> Work + 'static,
) -> Contender {
    Contender { name, standing, make: Box::new(make) }
}
