//! What can be wrong with a head: one table, one line per fault.

use core::fmt;

use crate::error::table::error_table;

error_table! {
    /// Why a head cannot be read, or not be written, one variant per duty.
    ///
    /// Variants that start with `Argument` are the caller's mistakes.
    HeadError: Facts;

    /// The head reached the limit of octets within its first line.
    StartLineTooLong: "9112#3", 414, "first line beyond the limit of octets";
    /// The head reached the limit of octets after its first line.
    HeadTooLong: "9110#5.4", 431, "head beyond the limit of octets";
    /// More header fields than the limit allows.
    TooManyHeaders: "9110#5.4", 431, "head beyond the limit of header fields";
    /// A line feed without a carriage return before it.
    BareLineFeed: "9112#2.2", 400, "line feed without a carriage return in the head";
    /// A carriage return without a line feed behind it.
    BareCarriageReturn: "9112#2.2", 400, "carriage return without a line feed in the head";
    /// A control character other than the tab.
    ControlCharacter: "9110#5.5", 400, "control character in the head";
    /// A first line that is not `method SP target SP HTTP/d.d`.
    RequestLine: "9112#3", 400, "malformed request line";
    /// A request of an HTTP version that cannot switch to this protocol: 1.0, or another major.
    RequestVersion: "6455#4.2.1", 505, "request of an http version other than 1.1";
    /// A request with a method other than `GET`.
    Method: "6455#4.2.1", 405, "request with a method other than get";
    /// A target that is neither a path nor an absolute `http` or `https` URI, or has a fragment.
    Target: "9112#3.2", 400, "request target that names no resource";
    /// A line that is not `name: value`, or has a blank where none may stand.
    FieldLine: "9112#5", 400, "malformed header field line";
    /// A header field continued on the next line of a request.
    Folded: "9112#5.2", 400, "folded header field line";
    /// `Host` is missing, repeated, empty, or no host with an optional port.
    Host: "9112#3.2", 400, "request without exactly one well-formed host field";
    /// A request that announces a body, or announces it wrongly.
    Body: "9112#6.3", 400, "request with a body";
    /// A first line that is not `HTTP/d.d SP status [SP reason]`.
    StatusLine: "9112#4", 500, "malformed status line";
    /// A response of an HTTP version that cannot switch to this protocol.
    ResponseVersion: "6455#4.2.2", 500, "response of an http version other than 1.1";
    /// A target that must not be written.
    ArgumentTarget: "9112#3.2", 500, "target argument that names no resource";
    /// A host that must not be written.
    ArgumentHost: "9112#3.2", 500, "host argument that is no host with an optional port";
    /// A header field that must not be written: its name is no token, or its value holds a control
    /// character.
    ArgumentHeader: "9110#5.5", 500, "header argument with a forbidden octet";
    /// A header field that the handshake writes itself, or that announces a body.
    ArgumentHeaderReserved: "6455#4.1", 500, "header argument that the handshake reserves";
    /// A status that refuses nothing: outside of 400 to 599.
    ArgumentStatus: "9110#15", 500, "status argument that is no error";
}

/// The clause, the status to refuse with, and the text.
struct Facts(&'static str, u16, &'static str);

impl HeadError {
    /// The clause that was broken, such as `9112#5.1`.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        self.facts().0
    }

    /// The HTTP status code a server should refuse the request with.
    ///
    /// 500 stands for mistakes of the caller and for faults only a response can have.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        self.facts().1
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.facts().2, self.clause())
    }
}

impl core::error::Error for HeadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_lower_case_fragment_with_its_clause() {
        for &error in HeadError::ALL {
            let shown = error.to_string();
            assert!(shown.ends_with(&format!("({})", error.clause())), "{shown}");
            assert_eq!(shown, shown.to_lowercase());
            assert!((400..600).contains(&error.http_status()), "{shown}");
            let by_caller = error.name().starts_with("Argument");
            assert!(!by_caller || error.http_status() == 500, "{shown}");
        }
    }

    #[test]
    fn an_error_is_one_octet() {
        assert_eq!(size_of::<HeadError>(), 1);
    }
}
