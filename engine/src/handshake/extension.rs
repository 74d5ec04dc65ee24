//! Extensions: the grammar of `Sec-WebSocket-Extensions` (RFC 6455 §9.1, §11.3.2).
//!
//! ```text
//! extension-list  = 1#extension                  1# : at least one, separated by commas,
//! extension       = token *( ";" param )              empty elements between them allowed
//! param           = token [ "=" ( token | quoted-string that unquotes to a token ) ]
//! ```
//!
//! RFC 6455 takes its grammar from RFC 2616, so blanks may stand around every separator, `=`
//! included. A value can hold no comma, quoted or not, so no element spans two lines of a field, and
//! reading line by line gives what reading the joined lines would give.

use alloc::borrow::Cow;
use core::iter::FusedIterator;

use super::HandshakeError;
use super::effort;
use super::headers::{self, Header, field};

/// One element of a `Sec-WebSocket-Extensions` list: a name and its parameters.
///
/// ```
/// use wsproof_engine::handshake::Extension;
///
/// let extension = Extension::parse("foo; a; b=\"10\"")?;
/// assert_eq!(extension.name(), "foo");
/// let params: Vec<_> = extension.params().collect();
/// assert_eq!((params[0].name(), params[0].value()), ("a", None));
/// assert_eq!((params[1].name(), params[1].value()), ("b", Some("10")));
/// # Ok::<(), wsproof_engine::handshake::HandshakeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extension<'a> {
    /// The element as written, without blanks around it; known to follow the grammar.
    text: &'a str,
    /// `name` starts `text`.
    name: &'a str,
}

impl<'a> Extension<'a> {
    /// Reads a text that is exactly one extension.
    ///
    /// # Errors
    ///
    /// An error of the grammar, one of those named `Extension…` with the clause `6455#9.1`.
    pub fn parse(text: &'a str) -> Result<Self, HandshakeError> {
        let mut scanner = Scanner { rest: text.as_bytes() };
        scanner.skip_blanks();
        let extension = scanner.extension()?;
        if scanner.rest.is_empty() {
            Ok(extension)
        } else {
            Err(HandshakeError::ExtensionSeparatorMissing)
        }
    }

    /// The extension's name. Names compare with ASCII case.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The whole element as written: `name; param=value`.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The parameters in order. A name may occur more than once; what that means is the
    /// extension's business.
    #[must_use]
    pub fn params(&self) -> Params<'a> {
        let rest = self.text.as_bytes().get(self.name.len()..).unwrap_or_default();
        Params { scanner: Scanner { rest } }
    }
}

/// The parameters of an [`Extension`].
#[derive(Clone, Debug)]
pub struct Params<'a> {
    scanner: Scanner<'a>,
}

impl<'a> Iterator for Params<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        // The text has been read once without an error, so none can come up here.
        self.scanner.param().ok().flatten()
    }
}

impl FusedIterator for Params<'_> {}

/// One parameter of an [`Extension`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Param<'a> {
    name: &'a str,
    value: Option<Cow<'a, str>>,
}

impl<'a> Param<'a> {
    /// The parameter's name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The value, unquoted; a token. `None` for a parameter without `=`.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

/// The list of extensions in a head, all its `Sec-WebSocket-Extensions` lines together. Empty when
/// there is no such line.
pub(crate) fn listed<'a>(headers: &[Header<'a>]) -> Result<Vec<Extension<'a>>, HandshakeError> {
    let mut list = Vec::new();
    let mut present = false;
    for line in headers::lines(headers, field::EXTENSIONS) {
        present = true;
        Scanner { rest: line }.extension_list(&mut list)?;
    }
    // RFC 6455 §4.2.2: an empty value is not the same as no field.
    if present && list.is_empty() {
        return Err(HandshakeError::ExtensionListEmpty);
    }
    Ok(list)
}

/// Reads extensions given by the application, to be sent as they are.
pub(crate) fn arguments<'a>(entries: &[&'a str]) -> Result<Vec<Extension<'a>>, HandshakeError> {
    let parse = |entry: &&'a str| Extension::parse(entry);
    entries
        .iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(|_| HandshakeError::ArgumentExtension)
}

/// The value of a `Sec-WebSocket-Extensions` line.
pub(crate) fn join(extensions: &[Extension<'_>]) -> String {
    let texts: Vec<&str> = extensions.iter().map(Extension::text).collect();
    texts.join(", ")
}

/// Reads a list from front to back. No octet is looked at again once it has been taken.
#[derive(Clone, Debug)]
struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    fn extension_list(&mut self, list: &mut Vec<Extension<'a>>) -> Result<(), HandshakeError> {
        loop {
            // RFC 9110 §5.6.1: empty elements are skipped.
            self.skip_blanks();
            while self.eat(b',') {
                self.skip_blanks();
            }
            if self.rest.is_empty() {
                return Ok(());
            }
            list.push(self.extension()?);
            if !self.rest.is_empty() && !self.eat(b',') {
                return Err(HandshakeError::ExtensionSeparatorMissing);
            }
        }
    }

    /// Reads one extension and the blanks behind it.
    fn extension(&mut self) -> Result<Extension<'a>, HandshakeError> {
        let start = self.rest;
        let name = self.token().ok_or(HandshakeError::ExtensionNameMissing)?;
        while self.param()?.is_some() {}
        let length = start.len() - self.rest.len();
        // What has been taken is tokens, separators and blanks, so it is ASCII.
        let text = start.get(..length).and_then(|text| core::str::from_utf8(text).ok());
        Ok(Extension { text: text.unwrap_or_default().trim_ascii_end(), name })
    }

    /// Reads `; name`, `; name=token` or `; name="token"`, with the blanks around it, if there is a
    /// `;` at all.
    fn param(&mut self) -> Result<Option<Param<'a>>, HandshakeError> {
        self.skip_blanks();
        if !self.eat(b';') {
            return Ok(None);
        }
        self.skip_blanks();
        let name = self.token().ok_or(HandshakeError::ExtensionParamMissing)?;
        self.skip_blanks();
        if !self.eat(b'=') {
            return Ok(Some(Param { name, value: None }));
        }
        self.skip_blanks();
        let value = if self.eat(b'"') {
            self.quoted_token()?
        } else {
            Cow::Borrowed(self.token().ok_or(HandshakeError::ExtensionValueMissing)?)
        };
        self.skip_blanks();
        Ok(Some(Param { name, value: Some(value) }))
    }

    /// Reads behind an opening quote up to and including the closing one (RFC 9110 §5.6.4).
    fn quoted_token(&mut self) -> Result<Cow<'a, str>, HandshakeError> {
        let mut value = Cow::Borrowed(self.token().unwrap_or_default());
        loop {
            if self.eat(b'"') {
                break;
            }
            // A backslash stands for the octet behind it, which here has to be a token's too.
            let escaped = self.eat(b'\\');
            match self.rest {
                [] => return Err(HandshakeError::ExtensionQuoteUnclosed),
                [octet, rest @ ..] if escaped && headers::is_token_octet(*octet) => {
                    value.to_mut().push(char::from(*octet));
                    self.rest = rest;
                }
                _ => return Err(HandshakeError::ExtensionValueNotToken),
            }
            value.to_mut().push_str(self.token().unwrap_or_default());
        }
        if value.is_empty() { Err(HandshakeError::ExtensionValueNotToken) } else { Ok(value) }
    }

    fn token(&mut self) -> Option<&'a str> {
        headers::token(self.take_while(headers::is_token_octet))
    }

    fn skip_blanks(&mut self) {
        self.take_while(|octet| matches!(octet, b' ' | b'\t'));
    }

    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().take_while(|octet| accept(**octet)).count();
        effort::spend(length + 1);
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        taken
    }

    fn eat(&mut self, wanted: u8) -> bool {
        effort::spend(1);
        match self.rest {
            [octet, rest @ ..] if *octet == wanted => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The list in a readable form: `foo[a,b=1]`, or the name of the error.
    fn read(lines: &[&[u8]]) -> String {
        let headers: Vec<_> =
            lines.iter().map(|line| Header::new(field::EXTENSIONS, *line)).collect();
        let list = match listed(&headers) {
            Ok(list) => list,
            Err(error) => return error.name().to_owned(),
        };
        let shown = list.iter().map(|extension| {
            let params: Vec<_> = extension
                .params()
                .map(|param| match param.value() {
                    Some(value) => format!("{}={value}", param.name()),
                    None => param.name().to_owned(),
                })
                .collect();
            format!("{}[{}]", extension.name(), params.join(","))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_grammar_of_extensions() {
        let table: &[(&[u8], &str)] = &[
            (b"foo", "foo[]"),
            (b" foo ;\ta , bar", "foo[a] bar[]"),
            (b"foo; x=10", "foo[x=10]"),
            (b"foo; x = 10", "foo[x=10]"),
            (b"foo; x=\"10\"", "foo[x=10]"),
            (b"foo; x=\"\\1\\0\" ; y", "foo[x=10,y]"),
            (b"foo; x=\"1\\0a\",bar", "foo[x=10a] bar[]"),
            (b"foo;a;a=1;a", "foo[a,a=1,a]"),
            (b",foo, ,\t,bar,", "foo[] bar[]"),
            (
                b"mux; max-channels=4; flow-control,\t deflate-stream",
                "mux[max-channels=4,flow-control] deflate-stream[]",
            ),
            (b"", "ExtensionListEmpty"),
            (b" , ,", "ExtensionListEmpty"),
            (b"=x", "ExtensionNameMissing"),
            (b"; x", "ExtensionNameMissing"),
            (b"foo, \"bar\"", "ExtensionNameMissing"),
            (b"foo; ; bar", "ExtensionParamMissing"),
            (b"foo;", "ExtensionParamMissing"),
            (b"foo; =1", "ExtensionParamMissing"),
            (b"foo; x=", "ExtensionValueMissing"),
            (b"foo; x=, bar", "ExtensionValueMissing"),
            (b"foo; x=;y", "ExtensionValueMissing"),
            (b"foo bar", "ExtensionSeparatorMissing"),
            (b"foo=1", "ExtensionSeparatorMissing"),
            (b"foo; x=1 2", "ExtensionSeparatorMissing"),
            (b"foo; x=\"1\"2", "ExtensionSeparatorMissing"),
            (b"foo; x y", "ExtensionSeparatorMissing"),
            (b"foo; x=\xc3\xa9", "ExtensionValueMissing"),
            (b"foo\0", "ExtensionSeparatorMissing"),
            (b"foo; x=\"", "ExtensionQuoteUnclosed"),
            (b"foo; x=\"a", "ExtensionQuoteUnclosed"),
            (b"foo; x=\"a\\", "ExtensionQuoteUnclosed"),
            (b"foo; x=\"a\\\"", "ExtensionValueNotToken"),
            (b"foo; x=\"\"", "ExtensionValueNotToken"),
            (b"foo; x=\"a b\"", "ExtensionValueNotToken"),
            (b"foo; x=\"a,b\"", "ExtensionValueNotToken"),
            (b"foo; x=\"\xff\"", "ExtensionValueNotToken"),
            (b"foo; x=\"\\\xff\"", "ExtensionValueNotToken"),
        ];
        for (line, expected) in table {
            assert_eq!(read(&[line]), *expected, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn lines_join_in_order() {
        assert_eq!(read(&[b"foo", b"bar; baz=2"]), "foo[] bar[baz=2]");
        assert_eq!(read(&[b"", b"bar"]), "bar[]");
        assert_eq!(read(&[b"", b" ,"]), "ExtensionListEmpty");
        assert_eq!(read(&[b"foo; x=\"a", b"b\""]), "ExtensionQuoteUnclosed");
        assert_eq!(read(&[]), "");
    }

    #[test]
    fn an_element_keeps_its_text() {
        let headers = [Header::new(field::EXTENSIONS, " foo ; x = \"1\" \t, bar")];
        let list = listed(&headers).unwrap();
        assert_eq!(list[0].text(), "foo ; x = \"1\"");
        assert_eq!(list[1].text(), "bar");
        assert_eq!(Extension::parse(list[0].text()), Ok(list[0]));
        assert_eq!(Extension::parse("a, b"), Err(HandshakeError::ExtensionSeparatorMissing));
        assert_eq!(Extension::parse(""), Err(HandshakeError::ExtensionNameMissing));
    }

    #[test]
    fn work_is_linear_in_the_octets() {
        let spaces = |n: usize| format!("b{}x", " ".repeat(n)).into_bytes();
        let escapes = |n: usize| format!("a; b=\"{}", "\\c".repeat(n / 2)).into_bytes();
        let commas = |n: usize| ",".repeat(n).into_bytes();
        let params = |n: usize| format!("a{}", ";b".repeat(n / 2)).into_bytes();
        let offers = |n: usize| "foo,".repeat(n / 4).into_bytes();
        let shapes: [&dyn Fn(usize) -> Vec<u8>; 5] = [&spaces, &escapes, &commas, &params, &offers];
        for shape in shapes {
            for size in [1_000, 2_000, 100_000] {
                let line = shape(size);
                let headers = [Header::new(field::EXTENSIONS, &line)];
                let spent = effort::of(|| drop(listed(&headers)));
                // Each octet is taken once; around it at most a handful of look-aheads.
                assert!(spent <= 8 * line.len() + 16, "{spent} for {size}");
                assert!(spent >= line.len() / 8, "{spent} for {size}: nothing was counted");
            }
        }
    }

    proptest! {
        #[test]
        fn any_octets_are_read_or_refused(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            read(&[&line]);
        }

        #[test]
        fn what_was_read_reads_the_same_again(line in "[a,;=\" \\\\]{0,40}") {
            let headers = [Header::new(field::EXTENSIONS, &line)];
            if let Ok(list) = listed(&headers) {
                let texts: Vec<_> = list.iter().map(Extension::text).collect();
                let joined = texts.join(", ");
                let again = [Header::new(field::EXTENSIONS, &joined)];
                if list.is_empty() {
                    prop_assert!(joined.is_empty());
                } else {
                    prop_assert_eq!(listed(&again).unwrap(), list.clone());
                }
                for extension in list {
                    prop_assert_eq!(Extension::parse(extension.text()), Ok(extension));
                }
            }
        }
    }
}
