//! Results of the engine as results of the interface. Every mapping is total.

use wsproof_capi_abi::{
    E_INVALID_PROTOCOL_FORMAT, E_INVALID_PROTOCOL_OPERATION, E_INVALIDARG, E_OUTOFMEMORY,
    E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED, E_PROTOCOL_VERSION_NOT_SUPPORTED,
    E_SUBPROTOCOL_NOT_SUPPORTED, Hresult,
};
use wsproof_engine::handshake::HandshakeClass;
use wsproof_engine::{ActionError, FaultClass, Misuse, MisuseClass, OpeningError};

pub(crate) fn of_misuse(misuse: Misuse) -> Hresult {
    // The queues grow, so only a lack of memory fills them.
    if misuse == Misuse::QueueFull {
        return E_OUTOFMEMORY;
    }
    match misuse.class() {
        MisuseClass::Argument => E_INVALIDARG,
        MisuseClass::Operation => E_INVALID_PROTOCOL_OPERATION,
    }
}

pub(crate) fn of_action_error(error: ActionError) -> Hresult {
    match error {
        ActionError::Fault(fault) => match fault.violation().class() {
            FaultClass::Format => E_INVALID_PROTOCOL_FORMAT,
            FaultClass::Operation => E_INVALID_PROTOCOL_OPERATION,
        },
        ActionError::Misuse(misuse) => of_misuse(misuse),
    }
}

pub(crate) fn of_opening_error(error: OpeningError) -> Hresult {
    match error {
        OpeningError::Handshake(error) => match error.class() {
            HandshakeClass::InvalidFormat => E_INVALID_PROTOCOL_FORMAT,
            HandshakeClass::InvalidArgument => E_INVALIDARG,
            HandshakeClass::SubprotocolNotSupported => E_SUBPROTOCOL_NOT_SUPPORTED,
            HandshakeClass::ExtensionsNotSupported => E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED,
            HandshakeClass::VersionNotSupported => E_PROTOCOL_VERSION_NOT_SUPPORTED,
        },
        OpeningError::Misuse(misuse) => of_misuse(misuse),
    }
}
