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
    ("6455#1.4", "Closing Handshake"),
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
    ("6455#7.4.1", "Defined Status Codes"),
    ("6455#7.4.2", "Reserved Status Code Ranges"),
    ("6455#8.1", "Handling of Errors in UTF-8-Encoded Data"),
    ("6455#10.4", "Implementation-Specific Limits"),
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
