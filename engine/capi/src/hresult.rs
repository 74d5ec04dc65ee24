//! Results of the interface, and of the engine as such. Every mapping is total.

use core::num::NonZero;

use wsproof_capi_abi::{
    E_INVALID_PROTOCOL_FORMAT, E_INVALID_PROTOCOL_OPERATION, E_INVALIDARG, E_NOT_SUFFICIENT_BUFFER,
    E_OUTOFMEMORY, E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED, E_PROTOCOL_VERSION_NOT_SUPPORTED,
    E_SUBPROTOCOL_NOT_SUPPORTED, E_UNEXPECTED, Hresult, S_OK,
};
use wsproof_engine::handshake::HandshakeClass;
use wsproof_engine::{ActionError, FaultClass, Misuse, MisuseClass, OpeningError};

/// A result that is not `S_OK`, so that a `Result` has room in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure(NonZero<Hresult>);

impl Failure {
    pub(crate) const INVALID_ARGUMENT: Self = Self::of(E_INVALIDARG);
    pub(crate) const OUT_OF_MEMORY: Self = Self::of(E_OUTOFMEMORY);
    pub(crate) const UNEXPECTED: Self = Self::of(E_UNEXPECTED);
    pub(crate) const NOT_SUFFICIENT_BUFFER: Self = Self::of(E_NOT_SUFFICIENT_BUFFER);
    const INVALID_PROTOCOL_FORMAT: Self = Self::of(E_INVALID_PROTOCOL_FORMAT);
    const INVALID_PROTOCOL_OPERATION: Self = Self::of(E_INVALID_PROTOCOL_OPERATION);
    const EXTENSIONS_NOT_SUPPORTED: Self = Self::of(E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED);
    const SUBPROTOCOL_NOT_SUPPORTED: Self = Self::of(E_SUBPROTOCOL_NOT_SUPPORTED);
    const VERSION_NOT_SUPPORTED: Self = Self::of(E_PROTOCOL_VERSION_NOT_SUPPORTED);

    /// Evaluated when this is compiled.
    const fn of(result: Hresult) -> Self {
        Self(NonZero::new(result).expect("a failure is not S_OK"))
    }
}

/// What a call returns.
#[inline(always)]
pub(crate) fn of_result(result: Result<(), Failure>) -> Hresult {
    match result {
        Ok(()) => S_OK,
        Err(Failure(result)) => result.get(),
    }
}

#[cold]
pub(crate) fn of_misuse(misuse: Misuse) -> Failure {
    // The queues grow, so only a lack of memory fills them.
    if misuse == Misuse::QueueFull {
        return Failure::OUT_OF_MEMORY;
    }
    match misuse.class() {
        MisuseClass::Argument => Failure::INVALID_ARGUMENT,
        MisuseClass::Operation => Failure::INVALID_PROTOCOL_OPERATION,
    }
}

#[cold]
pub(crate) fn of_action_error(error: ActionError) -> Failure {
    match error {
        ActionError::Fault(fault) => match fault.violation().class() {
            FaultClass::Format => Failure::INVALID_PROTOCOL_FORMAT,
            FaultClass::Operation => Failure::INVALID_PROTOCOL_OPERATION,
        },
        ActionError::Misuse(misuse) => of_misuse(misuse),
    }
}

pub(crate) fn of_opening_error(error: OpeningError) -> Failure {
    match error {
        OpeningError::Handshake(error) => match error.class() {
            HandshakeClass::InvalidFormat => Failure::INVALID_PROTOCOL_FORMAT,
            HandshakeClass::InvalidArgument => Failure::INVALID_ARGUMENT,
            HandshakeClass::SubprotocolNotSupported => Failure::SUBPROTOCOL_NOT_SUPPORTED,
            HandshakeClass::ExtensionsNotSupported => Failure::EXTENSIONS_NOT_SUPPORTED,
            HandshakeClass::VersionNotSupported => Failure::VERSION_NOT_SUPPORTED,
        },
        OpeningError::Misuse(misuse) => of_misuse(misuse),
    }
}
