//! What stands for permessage-deflate where the feature `deflate` is off: types without values, so
//! that the machine reads the same and pays nothing.

#![expect(clippy::needless_pass_by_ref_mut, reason = "signatures are those of the feature")]

use core::ops::Range;

use crate::config::Role;
use crate::handshake::{AgreedExtension, HandshakeError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {}

impl Policy {
    pub(crate) fn codec(
        &self,
        _: Role,
        _: &AgreedExtension,
    ) -> Result<Option<Codec>, HandshakeError> {
        match *self {}
    }

    pub(crate) const fn worst_case_bytes(&self, _: Role) -> usize {
        match *self {}
    }

    pub(crate) const fn largest_piece(&self) -> usize {
        match *self {}
    }
}

#[derive(Debug)]
pub(crate) struct Codec {
    pub(crate) inflater: Inflater,
    pub(crate) compressor: Option<Compressor>,
}

#[derive(Debug)]
pub(crate) enum Inflater {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "nothing ever halts")]
pub(crate) enum Halt {
    Input,
    Corrupt,
}

#[derive(Clone, Debug)]
pub(crate) struct Inflated {
    pub(crate) consumed: usize,
    pub(crate) place: Range<usize>,
    pub(crate) halt: Halt,
}

impl Inflater {
    pub(crate) fn start_message(&mut self) {
        match *self {}
    }

    pub(crate) fn inflate(&mut self, _: &[u8], _: usize) -> Inflated {
        match *self {}
    }

    pub(crate) fn end_message(&mut self) -> bool {
        match *self {}
    }

    pub(crate) fn octets(&self, _: &Range<usize>) -> &[u8] {
        match *self {}
    }
}

#[derive(Debug)]
pub(crate) enum Compressor {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Part,
    Message,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Compressed {
    pub(crate) taken: usize,
    pub(crate) filled: usize,
    pub(crate) done: bool,
}

impl Compressor {
    pub(crate) const fn is_worth_it(&mut self, _: usize, _: End) -> bool {
        match *self {}
    }

    pub(crate) fn compress(&mut self, _: &[u8], _: End, _: &mut [u8]) -> Compressed {
        match *self {}
    }

    pub(crate) fn start_over(&mut self) {
        match *self {}
    }
}
