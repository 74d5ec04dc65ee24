//! A handle before its opening handshake.

use core::ffi::CStr;
use std::ffi::CString;

use wsproof_capi_abi::E_PROTOCOL_VERSION_NOT_SUPPORTED;
use wsproof_capi_abi::arrays::Headers;
use wsproof_capi_abi::library::{CallError, Endpoint};
use wsproof_cases::Role;
use wsproof_engine::http1::Refusal;
use wsproof_engine::{Header, Offer, Selection};

use super::link::LibraryLink;
use super::{c_strings, failed};
use crate::driver::opening::{Face, Refused};
use crate::play::{Broken, Fault};

/// What a request begins with; the library's fields follow, and an empty line.
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n";
/// The same of the response that opens.
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n";

/// A handle that was just created.
pub(super) struct LibraryFace<'l> {
    endpoint: Endpoint<'l>,
    role: Role,
}

impl<'l> LibraryFace<'l> {
    pub(super) fn new(endpoint: Endpoint<'l>, role: Role) -> Self {
        Self { endpoint, role }
    }
}

impl<'l> Face for LibraryFace<'l> {
    type Open = LibraryLink<'l>;

    fn offer(&mut self, offer: &Offer<'_>) -> Result<Vec<u8>, Broken> {
        let subprotocols = c_strings(offer.subprotocols);
        let extensions = c_strings(offer.extensions);
        let (subprotocols, extensions) = (borrowed(&subprotocols), borrowed(&extensions));
        let begun = self.endpoint.begin_client_handshake(&subprotocols, &extensions);
        Ok(head(REQUEST, &begun.map_err(failed)?))
    }

    fn take_response(&mut self, response: &[Header<'_>]) -> Result<(), Option<Fault>> {
        // Which field it was, the interface does not tell.
        self.endpoint.end_client_handshake(&owned(response)).map_err(|_| None)
    }

    fn answer(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<Vec<u8>, Refused> {
        let subprotocol = c_strings(selection.subprotocol.as_slice());
        let extensions = c_strings(selection.extensions);
        let headers = self.endpoint.begin_server_handshake(
            subprotocol.first().map(CString::as_c_str),
            &borrowed(&extensions),
            &owned(request),
        );
        let headers = headers.map_err(refused)?;
        self.endpoint.end_server_handshake().map_err(refused)?;
        Ok(head(RESPONSE, &headers))
    }

    fn open(self) -> LibraryLink<'l> {
        LibraryLink::new(self.endpoint, self.role)
    }
}

fn head(start: &[u8], fields: &Headers) -> Vec<u8> {
    let lines = fields.iter().flat_map(|(name, value)| [name, b": ".as_slice(), value, b"\r\n"]);
    [start].into_iter().chain(lines).chain([b"\r\n".as_slice()]).collect::<Vec<_>>().concat()
}

fn owned(headers: &[Header<'_>]) -> Headers {
    headers.iter().map(|header| (header.name().to_vec(), header.value().to_vec())).collect()
}

fn borrowed(strings: &[CString]) -> Vec<&CStr> {
    strings.iter().map(CString::as_c_str).collect()
}

/// The interface tells a wrong version from all else that is wrong.
fn refused(error: CallError) -> Refused {
    let status =
        if error == CallError::Result(E_PROTOCOL_VERSION_NOT_SUPPORTED) { 426 } else { 400 };
    let refusal = Refusal::new(status, error.to_string()).unwrap_or_else(Refusal::from);
    Refused { refusal, fault: None }
}
