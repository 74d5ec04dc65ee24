//! The values of the interface.

use crate::types::Hresult;

macro_rules! values {
    ($( $(#[doc = $doc:literal])+ $name:ident = $value:literal; )+) => {
        $( $(#[doc = $doc])+ pub const $name: u32 = $value; )+

        /// Every value of the interface with its name, the results as their 32 bits.
        pub const VALUES: &[(&str, u32)] = &[ $( (stringify!($name), $name), )+ ];
    };
}

values! {
    /// Close status 1000.
    WEB_SOCKET_SUCCESS_CLOSE_STATUS = 1000;
    /// Close status 1001.
    WEB_SOCKET_ENDPOINT_UNAVAILABLE_CLOSE_STATUS = 1001;
    /// Close status 1002.
    WEB_SOCKET_PROTOCOL_ERROR_CLOSE_STATUS = 1002;
    /// Close status 1003.
    WEB_SOCKET_INVALID_DATA_TYPE_CLOSE_STATUS = 1003;
    /// Close status 1005: none was given.
    WEB_SOCKET_EMPTY_CLOSE_STATUS = 1005;
    /// Close status 1006: the connection ended without a Close.
    WEB_SOCKET_ABORTED_CLOSE_STATUS = 1006;
    /// Close status 1007.
    WEB_SOCKET_INVALID_PAYLOAD_CLOSE_STATUS = 1007;
    /// Close status 1008.
    WEB_SOCKET_POLICY_VIOLATION_CLOSE_STATUS = 1008;
    /// Close status 1009.
    WEB_SOCKET_MESSAGE_TOO_BIG_CLOSE_STATUS = 1009;
    /// Close status 1010.
    WEB_SOCKET_UNSUPPORTED_EXTENSIONS_CLOSE_STATUS = 1010;
    /// Close status 1011.
    WEB_SOCKET_SERVER_ERROR_CLOSE_STATUS = 1011;
    /// Close status 1015: the TLS handshake failed.
    WEB_SOCKET_SECURE_HANDSHAKE_ERROR_CLOSE_STATUS = 1015;
    /// The longest reason of a Close, in octets.
    WEB_SOCKET_MAX_CLOSE_REASON_LENGTH = 123;

    /// Property at creation: octets of the receive buffer.
    WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE = 0;
    /// Property at creation: octets of the send buffer.
    WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE = 1;
    /// Property at creation: whether masking is off.
    WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE = 2;
    /// Property at creation: the memory of the buffers; the value's size is that memory's.
    WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE = 3;
    /// Property at creation: whether received text is left unchecked.
    WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE = 4;
    /// Global property: milliseconds between keep-alives.
    WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE = 5;
    /// Global property: the protocol versions understood.
    WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE = 6;
    /// Property at creation, beyond Windows' own: octets of the largest message that is taken.
    WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE = 0x5753_0001;
    /// Property at creation, beyond Windows' own: how hard to compress where permessage-deflate is
    /// agreed on, 1 to 9; 0 leaves the extension to the application.
    WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE = 0x5753_0002;
    /// Property at creation, beyond Windows' own: whether a client goes on without a subprotocol that
    /// it has offered.
    WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE = 0x5753_0003;

    /// The send queue.
    WEB_SOCKET_SEND_ACTION_QUEUE = 1;
    /// The receive queue.
    WEB_SOCKET_RECEIVE_ACTION_QUEUE = 2;
    /// Both queues.
    WEB_SOCKET_ALL_ACTION_QUEUE = 3;

    /// Nothing to do.
    WEB_SOCKET_NO_ACTION = 0;
    /// Write the buffers.
    WEB_SOCKET_SEND_TO_NETWORK_ACTION = 1;
    /// A send operation is over.
    WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION = 2;
    /// Read into the buffer.
    WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION = 3;
    /// A receive operation is over.
    WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION = 4;

    /// The last, or only, part of a text message.
    WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE = 0x8000_0000;
    /// A part of a text message that is not its last.
    WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE = 0x8000_0001;
    /// The last, or only, part of a binary message.
    WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE = 0x8000_0002;
    /// A part of a binary message that is not its last.
    WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE = 0x8000_0003;
    /// A Close.
    WEB_SOCKET_CLOSE_BUFFER_TYPE = 0x8000_0004;
    /// Sent: a ping; received: a pong.
    WEB_SOCKET_PING_PONG_BUFFER_TYPE = 0x8000_0005;
    /// A pong nobody asked for.
    WEB_SOCKET_UNSOLICITED_PONG_BUFFER_TYPE = 0x8000_0006;
}

macro_rules! results {
    ($( $(#[doc = $doc:literal])+ $name:ident = $value:literal; )+) => {
        $( $(#[doc = $doc])+ pub const $name: Hresult = u32::cast_signed($value); )+

        /// Every result of the interface with its name.
        pub const RESULTS: &[(&str, Hresult)] = &[ $( (stringify!($name), $name), )+ ];
    };
}

results! {
    /// Success.
    S_OK = 0;
    /// No agreement with the state: the peer sent a frame at the wrong time, or a call is out of
    /// order.
    E_INVALID_PROTOCOL_OPERATION = 0x8376_0001;
    /// The peer's octets are wrong in themselves.
    E_INVALID_PROTOCOL_FORMAT = 0x8376_0002;
    /// No agreement on the extensions.
    E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED = 0x8376_0003;
    /// No agreement on a subprotocol.
    E_SUBPROTOCOL_NOT_SUPPORTED = 0x8376_0004;
    /// A protocol version other than 13.
    E_PROTOCOL_VERSION_NOT_SUPPORTED = 0x8376_0005;
    /// An argument is wrong whatever the state.
    E_INVALIDARG = 0x8007_0057;
    /// Memory has run out.
    E_OUTOFMEMORY = 0x8007_000e;
    /// The library is in a state it cannot explain.
    E_UNEXPECTED = 0x8000_ffff;
    /// The memory for a value is too small.
    E_NOT_SUFFICIENT_BUFFER = 0x8007_007a;
}

/// The name of a result, or its digits.
#[must_use]
pub fn result_name(result: Hresult) -> String {
    let named = RESULTS.iter().find(|(_, value)| *value == result);
    named
        .map_or_else(|| format!("{:#010x}", result.cast_unsigned()), |(name, _)| (*name).to_owned())
}
