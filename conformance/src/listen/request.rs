//! What a client asks for: the path and the query of its request.

/// The most octets of a request.
pub(super) const LIMIT: usize = 64 * 1024;

/// A request, as far as it must be understood to know what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The path, as it was written.
    pub(super) path: String,
    parameters: Vec<(String, String)>,
    /// Whether it asks for an upgrade at all.
    pub(super) upgrades: bool,
}

impl Asked {
    /// Reads the head of a request.
    pub(super) fn read(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.lines();
        let target = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        let upgrades = lines.any(|line| {
            line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("upgrade"))
        });
        Self { path: path.to_owned(), parameters: parameters.collect(), upgrades }
    }

    /// The value of a parameter; nothing if it is missing or empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| &**value).filter(|value| !value.is_empty())
    }

    /// Whether a parameter says yes.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| matches!(value, "true" | "yes" | "1"))
    }
}

/// The text behind `%20` and `+`. What is no escape stays as it is.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| core::str::from_utf8(digits).ok());
        let escaped = digits
            .filter(|digits| first == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = if escaped.is_some() { &behind[2..] } else { behind };
        octets.push(escaped.unwrap_or(if first == b'+' { b' ' } else { first }));
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_parameters() {
        let head =
            b"GET /runCase?case=7&agent=my%20agent+2/%zz&&x HTTP/1.1\r\nupgrade: websocket\r\n\r\n";
        let asked = Asked::read(head);
        assert_eq!((&*asked.path, asked.upgrades), ("/runCase", true));
        assert_eq!(asked.value("case"), Some("7"));
        assert_eq!(asked.value("agent"), Some("my agent 2/%zz"));
        assert_eq!((asked.value("x"), asked.value("y")), (None, None));
        for head in [&b""[..], b"GET", b"\xff\xff \xff", b"GET ? HTTP/1.1"] {
            assert!(!Asked::read(head).upgrades);
        }
        assert!(Asked::read(b"GET /a?b=yes HTTP/1.1").is_set("b"));
    }
}
