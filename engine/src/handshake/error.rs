//! What can be wrong with an opening handshake: one table, one line per fault.

use core::fmt;

use super::headers::field;
use crate::error::table::error_table;
use HandshakeClass::{
    ExtensionsNotSupported, InvalidArgument, InvalidFormat, SubprotocolNotSupported,
    VersionNotSupported,
};

/// Which of the interface's results a [`HandshakeError`] is reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these five for headers")]
pub enum HandshakeClass {
    /// The peer's header fields break the protocol (`E_INVALID_PROTOCOL_FORMAT`).
    InvalidFormat,
    /// An argument of the caller's cannot be sent (`E_INVALIDARG`).
    InvalidArgument,
    /// No agreement on a subprotocol (`E_SUBPROTOCOL_NOT_SUPPORTED`).
    SubprotocolNotSupported,
    /// No agreement on the extensions (`E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED`).
    ExtensionsNotSupported,
    /// A protocol version other than 13 (`E_PROTOCOL_VERSION_NOT_SUPPORTED`).
    VersionNotSupported,
}

error_table! {
    /// Why an opening handshake failed, one variant per duty.
    ///
    /// Variants that start with `Argument` are the caller's mistakes, variants that start with
    /// `Selected` come from a choice of the server application, all others describe what the
    /// peer sent. Calls out of order are not here: the types of this module rule them out.
    HandshakeError: Facts;

    /// An initial header whose name is no token or whose value holds CR, LF or NUL.
    ArgumentHeader: InvalidArgument, None, "9110#5.5", 500, "header argument with a forbidden octet";
    /// A subprotocol offered or selected is empty or no token.
    ArgumentSubprotocol: InvalidArgument, Some(field::PROTOCOL), "6455#4.1", 500, "argument for sec-websocket-protocol is no token";
    /// The same subprotocol is offered twice.
    ArgumentSubprotocolTwice: InvalidArgument, Some(field::PROTOCOL), "6455#4.1", 500, "argument for sec-websocket-protocol offered twice";
    /// An entry offered or selected is not exactly one well-formed extension.
    ArgumentExtension: InvalidArgument, Some(field::EXTENSIONS), "6455#9.1", 500, "argument for sec-websocket-extensions is not one extension";

    /// A header field whose name is no token or whose value holds CR, LF or NUL.
    HeaderMalformed: InvalidFormat, None, "9110#5.5", 400, "header field with a forbidden octet";

    /// The request's `Upgrade` does not list `websocket`.
    UpgradeNotRequested: InvalidFormat, Some(field::UPGRADE), "6455#4.2.1", 426, "request without websocket in its upgrade field";
    /// The request's `Connection` does not list `Upgrade`.
    ConnectionNotRequested: InvalidFormat, Some(field::CONNECTION), "6455#4.2.1", 400, "request without upgrade in its connection field";
    /// A request without `Host`.
    HostMissing: InvalidFormat, Some(field::HOST), "6455#4.2.1", 400, "request without a host field";
    /// A request with several `Host` fields.
    HostRepeated: InvalidFormat, Some(field::HOST), "9112#3.2", 400, "request with several host fields";
    /// A request without `Sec-WebSocket-Version`.
    VersionMissing: InvalidFormat, Some(field::VERSION), "6455#4.2.1", 400, "request without a sec-websocket-version field";
    /// A request with several `Sec-WebSocket-Version` fields.
    VersionRepeated: InvalidFormat, Some(field::VERSION), "6455#11.3.5", 400, "request with several sec-websocket-version fields";
    /// A request for anything but version 13. The refusal names the version that is understood.
    VersionUnsupported: VersionNotSupported, Some(field::VERSION), "6455#4.2.2", 426, "request with a sec-websocket-version other than 13";
    /// A request without `Sec-WebSocket-Key`.
    KeyMissing: InvalidFormat, Some(field::KEY), "6455#4.2.1", 400, "request without a sec-websocket-key field";
    /// A request with several `Sec-WebSocket-Key` fields.
    KeyRepeated: InvalidFormat, Some(field::KEY), "6455#11.3.1", 400, "request with several sec-websocket-key fields";
    /// A `Sec-WebSocket-Key` that is not base64 of 16 octets.
    KeyMalformed: InvalidFormat, Some(field::KEY), "6455#4.2.1", 400, "sec-websocket-key is not base64 of 16 octets";

    /// A request's `Sec-WebSocket-Protocol` without an element.
    SubprotocolListEmpty: InvalidFormat, Some(field::PROTOCOL), "6455#4.3", 400, "empty list in sec-websocket-protocol";
    /// A request's `Sec-WebSocket-Protocol` with an element that is no token.
    SubprotocolMalformed: InvalidFormat, Some(field::PROTOCOL), "6455#4.3", 400, "element of sec-websocket-protocol is no token";
    /// A request's `Sec-WebSocket-Protocol` that names a subprotocol twice.
    SubprotocolTwice: InvalidFormat, Some(field::PROTOCOL), "6455#4.1", 400, "sec-websocket-protocol names a subprotocol twice";
    /// A `Sec-WebSocket-Extensions` without an element.
    ExtensionListEmpty: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "empty list in sec-websocket-extensions";
    /// An element of `Sec-WebSocket-Extensions` that does not start with a name.
    ExtensionNameMissing: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "extension without a name in sec-websocket-extensions";
    /// A `;` in `Sec-WebSocket-Extensions` without a parameter behind it.
    ExtensionParamMissing: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "parameter without a name in sec-websocket-extensions";
    /// A `=` in `Sec-WebSocket-Extensions` without a value behind it.
    ExtensionValueMissing: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "parameter without its value in sec-websocket-extensions";
    /// A quoted value in `Sec-WebSocket-Extensions` that is no token once unquoted.
    ExtensionValueNotToken: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "quoted value in sec-websocket-extensions is no token";
    /// A quoted value in `Sec-WebSocket-Extensions` that does not end.
    ExtensionQuoteUnclosed: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "unclosed quote in sec-websocket-extensions";
    /// An octet in `Sec-WebSocket-Extensions` where only `;` or `,` may stand.
    ExtensionSeparatorMissing: InvalidFormat, Some(field::EXTENSIONS), "6455#9.1", 400, "missing separator in sec-websocket-extensions";

    /// The server application selected a subprotocol the client did not offer.
    SelectedSubprotocolNotOffered: SubprotocolNotSupported, Some(field::PROTOCOL), "6455#4.2.2", 400, "selected subprotocol is not in the request's sec-websocket-protocol";
    /// The server application selected an extension the client did not offer (as often).
    SelectedExtensionNotOffered: ExtensionsNotSupported, Some(field::EXTENSIONS), "6455#4.2.2", 400, "selected extension is not in the request's sec-websocket-extensions";

    /// The response's `Upgrade` is not `websocket` alone.
    UpgradeNotAnswered: InvalidFormat, Some(field::UPGRADE), "6455#4.1", 500, "response without websocket as its upgrade field";
    /// The response's `Connection` does not list `Upgrade`.
    ConnectionNotAnswered: InvalidFormat, Some(field::CONNECTION), "6455#4.1", 500, "response without upgrade in its connection field";
    /// A response without `Sec-WebSocket-Accept`.
    AcceptMissing: InvalidFormat, Some(field::ACCEPT), "6455#4.1", 500, "response without a sec-websocket-accept field";
    /// A response with several `Sec-WebSocket-Accept` fields.
    AcceptRepeated: InvalidFormat, Some(field::ACCEPT), "6455#11.3.3", 500, "response with several sec-websocket-accept fields";
    /// A `Sec-WebSocket-Accept` that does not answer the key sent.
    AcceptWrong: InvalidFormat, Some(field::ACCEPT), "6455#4.1", 500, "sec-websocket-accept does not answer the key";
    /// A subprotocol is required, but the response names none.
    SubprotocolNotAnswered: SubprotocolNotSupported, Some(field::PROTOCOL), "6455#4.1", 500, "response without the required sec-websocket-protocol field";
    /// A response with several `Sec-WebSocket-Protocol` fields.
    SubprotocolRepeated: SubprotocolNotSupported, Some(field::PROTOCOL), "6455#11.3.4", 500, "response with several sec-websocket-protocol fields";
    /// A response whose `Sec-WebSocket-Protocol` is not one of the subprotocols offered.
    SubprotocolNotOffered: SubprotocolNotSupported, Some(field::PROTOCOL), "6455#4.1", 500, "response with a sec-websocket-protocol that was not offered";
    /// A response that accepts an extension that was not offered.
    ExtensionNotOffered: ExtensionsNotSupported, Some(field::EXTENSIONS), "6455#4.1", 500, "response with a sec-websocket-extensions element that was not offered";
    /// A response that accepts an extension more often than it was offered.
    ExtensionRepeated: ExtensionsNotSupported, Some(field::EXTENSIONS), "6455#9.1", 500, "response with a sec-websocket-extensions element accepted twice";

    /// A permessage-deflate answer with a parameter RFC 7692 does not define.
    DeflateParamUnknown: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7", 500, "permessage-deflate in sec-websocket-extensions with an unknown parameter";
    /// A permessage-deflate answer with the same parameter twice.
    DeflateParamRepeated: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7", 500, "permessage-deflate in sec-websocket-extensions with a parameter given twice";
    /// A permessage-deflate answer with a value where none may stand, without one where one must,
    /// or with a window size other than 8 to 15.
    DeflateParamValue: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7", 500, "permessage-deflate in sec-websocket-extensions with a value the parameter cannot have";
    /// A permessage-deflate answer that limits a client which did not say it understands that.
    DeflateParamNotOffered: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7.1.2.2", 500, "client_max_window_bits in sec-websocket-extensions was not offered";
    /// A permessage-deflate answer without a parameter the offer insists on.
    DeflateParamMissing: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7.1", 500, "permessage-deflate in sec-websocket-extensions without a parameter the offer asks for";
    /// A permessage-deflate answer with a larger server window than the offer asks for.
    DeflateWindowTooLarge: ExtensionsNotSupported, Some(field::EXTENSIONS), "7692#7.1.2.1", 500, "server_max_window_bits in sec-websocket-extensions is larger than offered";
}

/// The class, the header field concerned, the clause, the status to refuse with, and the text.
struct Facts(HandshakeClass, Option<&'static str>, &'static str, u16, &'static str);

impl HandshakeError {
    /// How the interface classifies it.
    #[must_use]
    pub const fn class(self) -> HandshakeClass {
        self.facts().0
    }

    /// The header field concerned, if it is a certain one.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        self.facts().1
    }

    /// The clause that was broken, such as `6455#4.2.1`.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        self.facts().2
    }

    /// The HTTP status code a server should refuse the request with (RFC 6455 §4.2.2).
    ///
    /// 500 stands where the request is not to blame: for mistakes of the caller, and for
    /// faults of a response, which only a client sees and never answers.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        self.facts().3
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.facts().4, self.clause())
    }
}

impl core::error::Error for HandshakeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_names_its_field_and_clause_in_lower_case() {
        for &error in HandshakeError::ALL {
            let shown = error.to_string();
            if let Some(field) = error.field() {
                assert!(shown.contains(&field.to_ascii_lowercase()), "{shown}");
            }
            assert!(shown.ends_with(&format!("({})", error.clause())), "{shown}");
            assert_eq!(shown, shown.to_lowercase());
            assert!(error.clause().starts_with(['6', '7', '9']), "{shown}");
        }
    }

    #[test]
    fn a_status_is_an_error_and_blames_the_request_only_for_the_peers_faults() {
        for &error in HandshakeError::ALL {
            let status = error.http_status();
            assert!([400, 426, 500].contains(&status), "{error}: {status}");
            let by_caller = error.class() == InvalidArgument;
            assert_eq!(by_caller, error.name().starts_with("Argument"), "{error}");
            assert!(!by_caller || status == 500, "{error}");
        }
        assert_eq!(HandshakeError::VersionUnsupported.http_status(), 426);
    }

    #[test]
    fn an_error_is_one_octet() {
        assert_eq!(size_of::<HandshakeError>(), 1);
    }
}
