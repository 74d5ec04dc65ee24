//! What can go wrong between us and a loaded library.

use core::fmt;

use crate::{Hresult, result_name};

/// Why a library cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The system cannot load it, as it says.
    Load(String),
    /// It does not export this function.
    Missing(&'static str),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(text) => write!(f, "library cannot be loaded: {text}"),
            Self::Missing(name) => write!(f, "library does not export {name}"),
        }
    }
}

impl core::error::Error for LoadError {}

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// The library said so.
    Result(Hresult),
    /// The library said so of what the peer has sent, and with which status to close.
    Fault(Hresult, u16),
    /// The library returned what the interface does not allow.
    Nonsense(&'static str),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Result(result) | Self::Fault(result, _) => f.write_str(&result_name(*result)),
            Self::Nonsense(text) => f.write_str(text),
        }
    }
}

impl core::error::Error for CallError {}
