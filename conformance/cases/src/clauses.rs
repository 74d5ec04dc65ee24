//! The clauses that cases cite.

use core::fmt;

/// A section of a standard, written `6455#5.5.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(pub &'static str);

impl ClauseId {
    /// The section's title, if the [table](CLAUSES) has it.
    pub fn title(self) -> Option<&'static str> {
        let at = CLAUSES.binary_search_by(|(id, _)| by_number(id, self.0)).ok()?;
        Some(CLAUSES[at].1)
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Every clause that a case may cite, in order, with its title in the standard.
pub const CLAUSES: &[(&str, &str)] = &[
    ("3629#3", "UTF-8 definition"),
    ("3629#4", "Syntax of UTF-8 Byte Sequences"),
    ("4648#4", "Base 64 Encoding"),
    ("6455#1.4", "Closing Handshake"),
    ("6455#3", "WebSocket URIs"),
    ("6455#4.1", "Client Requirements"),
    ("6455#4.2.1", "Reading the Client's Opening Handshake"),
    ("6455#4.2.2", "Sending the Server's Opening Handshake"),
    ("6455#4.3", "Collected ABNF for New Header Fields Used in Handshake"),
    ("6455#4.4", "Supporting Multiple Versions of WebSocket Protocol"),
    ("6455#5.1", "Overview"),
    ("6455#5.2", "Base Framing Protocol"),
    ("6455#5.3", "Client-to-Server Masking"),
    ("6455#5.4", "Fragmentation"),
    ("6455#5.5", "Control Frames"),
    ("6455#5.5.1", "Close"),
    ("6455#5.5.2", "Ping"),
    ("6455#5.5.3", "Pong"),
    ("6455#5.6", "Data Frames"),
    ("6455#5.8", "Extensibility"),
    ("6455#6.1", "Sending Data"),
    ("6455#6.2", "Receiving Data"),
    ("6455#7.1.1", "Close the WebSocket Connection"),
    ("6455#7.1.5", "The WebSocket Connection Close Code"),
    ("6455#7.1.7", "Fail the WebSocket Connection"),
    ("6455#7.2.1", "Client-Initiated Closure"),
    ("6455#7.2.2", "Server-Initiated Closure"),
    ("6455#7.4.1", "Defined Status Codes"),
    ("6455#7.4.2", "Reserved Status Code Ranges"),
    ("6455#8.1", "Handling of Errors in UTF-8-Encoded Data"),
    ("6455#9.1", "Negotiating Extensions"),
    ("6455#10.2", "Origin Considerations"),
    ("6455#10.4", "Implementation-Specific Limits"),
    ("6455#10.7", "Handling of Invalid Data"),
    ("6455#11.3.1", "Sec-WebSocket-Key"),
    ("6455#11.3.2", "Sec-WebSocket-Extensions"),
    ("6455#11.3.3", "Sec-WebSocket-Accept"),
    ("6455#11.3.4", "Sec-WebSocket-Protocol"),
    ("6455#11.3.5", "Sec-WebSocket-Version"),
    ("7692#5", "Extension Negotiation"),
    ("7692#5.1", "General Negotiation Flow"),
    ("7692#5.2", "Negotiation Examples"),
    ("7692#6", "Framing"),
    ("7692#6.1", "Compression"),
    ("7692#6.2", "Decompression"),
    ("7692#7", "The \"permessage-deflate\" Extension"),
    ("7692#7.1", "Extension Parameters"),
    ("7692#7.1.1.1", "The \"server_no_context_takeover\" Extension Parameter"),
    ("7692#7.1.1.2", "The \"client_no_context_takeover\" Extension Parameter"),
    ("7692#7.1.2.1", "The \"server_max_window_bits\" Extension Parameter"),
    ("7692#7.1.2.2", "The \"client_max_window_bits\" Extension Parameter"),
    ("7692#7.2.1", "Compression"),
    ("7692#7.2.2", "Decompression"),
    ("7692#7.2.3", "Examples"),
    ("9110#5.1", "Field Names"),
    ("9110#5.3", "Field Order"),
    ("9110#5.4", "Field Limits"),
    ("9110#5.5", "Field Values"),
    ("9110#5.6.1", "Lists (#rule ABNF Extension)"),
    ("9110#7.6.1", "Connection"),
    ("9110#7.8", "Upgrade"),
    ("9110#9.1", "Overview"),
    ("9110#10.1.1", "Expect"),
    ("9110#15.2", "Informational 1xx"),
    ("9110#15.5.6", "405 Method Not Allowed"),
    ("9110#15.5.22", "426 Upgrade Required"),
    ("9112#2.1", "Message Format"),
    ("9112#2.2", "Message Parsing"),
    ("9112#2.3", "HTTP Version"),
    ("9112#3", "Request Line"),
    ("9112#3.2", "Request Target"),
    ("9112#4", "Status Line"),
    ("9112#5.1", "Field Line Parsing"),
    ("9112#5.2", "Obsolete Line Folding"),
    ("9112#6.1", "Transfer-Encoding"),
    ("9112#6.3", "Message Body Length"),
    ("9112#9.3", "Persistence"),
    ("9112#9.6", "Tear-down"),
];

/// Orders clause ids by number, section by section.
fn by_number(a: &str, b: &str) -> core::cmp::Ordering {
    let numbers = |id: &str| -> Vec<u32> {
        id.split(['#', '.']).map(|n| n.parse().unwrap_or(u32::MAX)).collect()
    };
    numbers(a).cmp(&numbers(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_found() {
        assert!(CLAUSES.is_sorted_by(|a, b| by_number(a.0, b.0).is_lt()));
        for (id, title) in CLAUSES {
            let (standard, section) = id.split_once('#').unwrap();
            assert!(standard.parse::<u32>().is_ok());
            assert!(section.split('.').all(|n| n.parse::<u32>().is_ok()));
            assert_eq!(ClauseId(id).title(), Some(*title));
        }
        assert_eq!(ClauseId("6455#99").title(), None);
    }
}
