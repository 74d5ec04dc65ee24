//! Finds where a head ends, octet by octet, and splits it into lines (RFC 9112 §2.1).
//!
//! ```text
//!            CR                LF
//!   Start ───────► EmptyLine ──────► StartLine        (only before a request)
//!     │                                  │
//!     └──────────── any ────────────────►│ CR
//!                                        ▼
//!                                  StartLineEnd ─ LF ─► LineStart ─ CR ─► HeadEnd ─ LF ─► Done
//!                                                       │      ▲
//!                                                   any ▼      │ LF
//!                                                      Field ─ CR ─► FieldEnd
//! ```

use super::HeadError;
use crate::handshake::headers::{is_token_octet, trim};
use crate::handshake::{Header, effort};

/// How large a head may be. The head is the only memory a parser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeadLimits {
    octets: usize,
    headers: usize,
}

impl HeadLimits {
    /// The most octets a head may have, its last CR LF included. Default: 32 768.
    ///
    /// An empty line before a request and interim responses count, too, so nothing that comes
    /// before a head is endless. RFC 9112 §3 recommends room for a first line of 8000 octets. A
    /// longer head is refused with 414 or 431 (RFC 9110 §15.5.15, RFC 6585 §5).
    #[must_use]
    pub const fn max_octets(self, octets: usize) -> Self {
        Self { octets, ..self }
    }

    /// The most header fields a head may have. Default: 100.
    ///
    /// A parsed head takes one [`Header`] per field.
    #[must_use]
    pub const fn max_headers(self, headers: usize) -> Self {
        Self { headers, ..self }
    }
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { octets: 32_768, headers: 100 }
    }
}

/// What requests and responses read differently.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// RFC 9112 §2.2: an empty line may come first.
    pub(super) skips_empty_line: bool,
    /// RFC 9112 §5.2: a user agent unfolds, a server may refuse.
    pub(super) unfolds: bool,
    /// Checks the first line, if it is complete before the head is.
    pub(super) check_start_line: fn(&[u8]) -> Result<(), HeadError>,
}

/// Which octet comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// The very first one.
    Start,
    /// The LF of an empty line before the head.
    EmptyLine,
    /// One of the first line.
    StartLine,
    /// The LF of the first line.
    StartLineEnd,
    /// The first one of another line.
    LineStart,
    /// One of a header field line.
    Field,
    /// The LF of a header field line.
    FieldEnd,
    /// The LF of the empty line that ends the head.
    HeadEnd,
    /// None: the head is complete.
    Done,
}

impl At {
    const fn is_in_first_line(self) -> bool {
        matches!(self, Self::Start | Self::EmptyLine | Self::StartLine | Self::StartLineEnd)
    }
}

/// Most heads are no longer.
const USUAL: usize = 1024;

/// Collects a head.
#[derive(Clone, Debug)]
pub(super) struct HeadParser {
    dialect: Dialect,
    limits: HeadLimits,
    at: At,
    /// The head so far, line ends included: `head.len() <= taken`.
    head: Vec<u8>,
    /// Octets taken since the parser was made: `taken <= limits.octets`.
    taken: usize,
    /// Length of the first line without its end: `start_line <= head.len()`.
    start_line: usize,
    /// Header field lines begun: `fields <= limits.headers`.
    fields: usize,
    failed: Option<HeadError>,
}

impl HeadParser {
    pub(super) const fn new(dialect: Dialect, limits: HeadLimits) -> Self {
        Self {
            dialect,
            limits,
            at: At::Start,
            head: Vec::new(),
            taken: 0,
            start_line: 0,
            fields: 0,
            failed: None,
        }
    }

    /// Takes octets up to the end of the head and returns the ones behind it, or `None` when all
    /// were taken and the head goes on.
    ///
    /// A complete head takes nothing more. An error is final. The first line of a complete head is
    /// left to the caller to check.
    pub(super) fn push<'b>(&mut self, octets: &'b [u8]) -> Result<Option<&'b [u8]>, HeadError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let began_in_first = self.at.is_in_first_line();
        let mut taken = self.take(octets);
        if began_in_first && !self.at.is_in_first_line() && !matches!(taken, Ok(Some(_))) {
            // It comes before whatever else is wrong.
            taken = (self.dialect.check_start_line)(self.start_line()).and(taken);
        }
        taken.inspect_err(|error| self.failed = Some(*error))
    }

    fn take<'b>(&mut self, mut octets: &'b [u8]) -> Result<Option<&'b [u8]>, HeadError> {
        if self.head.capacity() == 0 {
            self.head.reserve(octets.len().min(USUAL));
        }
        while self.at != At::Done {
            octets = self.take_lines(octets);
            octets = self.take_text(octets);
            let [octet, rest @ ..] = octets else {
                return Ok(None);
            };
            self.step(*octet)?;
            octets = rest;
        }
        Ok(Some(octets))
    }

    /// Forgets a complete head, to read another one that shares its limit of octets.
    pub(super) fn restart(&mut self) {
        self.at = At::Start;
        self.head.clear();
        self.start_line = 0;
        self.fields = 0;
    }

    /// The first line, without its end.
    pub(super) fn start_line(&self) -> &[u8] {
        self.head.get(..self.start_line).unwrap_or_default()
    }

    /// The header fields of a complete head, values without the blanks around them.
    pub(super) fn headers(&self) -> Result<Vec<Header<'_>>, HeadError> {
        let mut rest = self.head.get(self.start_line + 2..).unwrap_or_default();
        effort::spend(rest.len());
        let mut headers = Vec::with_capacity(self.fields);
        // The head ends with an empty line.
        while !matches!(rest, [] | [b'\r', ..]) {
            let (header, behind) = parse_field(rest).ok_or(HeadError::FieldLine)?;
            headers.push(header);
            rest = behind;
        }
        Ok(headers)
    }

    /// Takes header field lines in one go, as far as they are all there and there is nothing to say
    /// about them. The others are left to the steps.
    fn take_lines<'b>(&mut self, octets: &'b [u8]) -> &'b [u8] {
        let mut rest = octets;
        while self.at == At::LineStart && self.fields < self.limits.headers {
            let length = text_length(rest);
            effort::spend(length);
            match rest.split_at_checked(length + 2) {
                Some((line @ [first, .., b'\r', b'\n'], behind))
                    if !matches!(first, b' ' | b'\t')
                        && line.len() <= self.limits.octets - self.taken =>
                {
                    self.fields += 1;
                    self.taken += line.len();
                    rest = behind;
                }
                _ => break,
            }
        }
        let lines = octets.get(..octets.len() - rest.len()).unwrap_or_default();
        self.head.extend_from_slice(lines);
        rest
    }

    /// Takes octets that only go on with a line, and returns the ones behind them.
    fn take_text<'b>(&mut self, octets: &'b [u8]) -> &'b [u8] {
        if !matches!(self.at, At::StartLine | At::Field) {
            return octets;
        }
        let most = octets.len().min(self.limits.octets - self.taken);
        let within = octets.get(..most).unwrap_or_default();
        let length = text_length(within);
        let (text, rest) = octets.split_at_checked(length).unwrap_or_default();
        effort::spend(length);
        self.taken += length;
        self.head.extend_from_slice(text);
        rest
    }

    fn step(&mut self, octet: u8) -> Result<(), HeadError> {
        effort::spend(1);
        if self.taken >= self.limits.octets {
            return Err(if self.at.is_in_first_line() {
                HeadError::StartLineTooLong
            } else {
                HeadError::HeadTooLong
            });
        }
        self.taken += 1;
        self.at = match self.at {
            At::Start if octet == b'\r' && self.dialect.skips_empty_line => At::EmptyLine,
            At::Start | At::StartLine => self.text(octet, At::StartLine, At::StartLineEnd)?,
            At::LineStart if matches!(octet, b' ' | b'\t') => self.fold(octet)?,
            At::LineStart if octet == b'\r' => self.text(octet, At::Field, At::HeadEnd)?,
            At::LineStart => {
                // RFC 9110 §5.4: a field counts from its first octet, so no limit is overstepped.
                if self.fields >= self.limits.headers {
                    return Err(HeadError::TooManyHeaders);
                }
                self.fields += 1;
                self.text(octet, At::Field, At::FieldEnd)?
            }
            At::Field => self.text(octet, At::Field, At::FieldEnd)?,
            At::EmptyLine | At::StartLineEnd | At::FieldEnd | At::HeadEnd => {
                self.line_end(octet)?
            }
            At::Done => At::Done,
        };
        debug_assert!(self.head.len() <= self.taken && self.taken <= self.limits.octets);
        debug_assert!(self.start_line <= self.head.len() && self.fields <= self.limits.headers);
        Ok(())
    }

    /// Takes an octet within a line, which leads to `within` or, if it is a CR, to `end`.
    fn text(&mut self, octet: u8, within: At, end: At) -> Result<At, HeadError> {
        if octet == b'\n' {
            return Err(HeadError::BareLineFeed);
        }
        if octet != b'\r' && is_control(octet) {
            return Err(HeadError::ControlCharacter);
        }
        self.head.push(octet);
        Ok(if octet == b'\r' { end } else { within })
    }

    /// Takes the octet behind a CR, which must be LF.
    fn line_end(&mut self, octet: u8) -> Result<At, HeadError> {
        // RFC 9112 §2.2: a bare CR is invalid.
        if octet != b'\n' {
            return Err(HeadError::BareCarriageReturn);
        }
        if self.at == At::EmptyLine {
            return Ok(At::StartLine);
        }
        self.head.push(octet);
        if self.at == At::HeadEnd {
            return Ok(At::Done);
        }
        if self.at == At::StartLineEnd {
            self.start_line = self.head.len().saturating_sub(2);
        }
        Ok(At::LineStart)
    }

    /// Takes a blank at the start of a line, which continues the field before it.
    fn fold(&mut self, octet: u8) -> Result<At, HeadError> {
        if self.fields == 0 {
            // RFC 9112 §2.2: a blank before the first field smuggles.
            return Err(HeadError::FieldLine);
        }
        if !self.dialect.unfolds {
            return Err(HeadError::Folded);
        }
        // The line end in front of it turns into blanks.
        for end in self.head.iter_mut().rev().take(2) {
            *end = b' ';
        }
        self.head.push(octet);
        Ok(At::Field)
    }
}

/// RFC 9112 §5: `field-name ":" OWS field-value OWS`, nothing between the name and the colon.
/// Answers with what is behind the line, too, which ends with its first control character.
fn parse_field(lines: &[u8]) -> Option<(Header<'_>, &[u8])> {
    let colon = lines.iter().position(|octet| !is_token_octet(*octet)).filter(|name| *name > 0)?;
    let (name, behind) = lines.split_at_checked(colon)?;
    let behind = behind.strip_prefix(b":")?;
    let (value, behind) = behind.split_at_checked(text_length(behind))?;
    Some((Header::checked(name, trim(value)), behind.get(2..).unwrap_or_default()))
}

/// How many octets from the start are text.
fn text_length(octets: &[u8]) -> usize {
    let mut text = 0;
    for word in octets.as_chunks::<8>().0 {
        match first_suspect(u64::from_le_bytes(*word)) {
            None => text += word.len(),
            Some(index) => {
                text += index;
                break;
            }
        }
    }
    let rest = octets.get(text..).unwrap_or_default();
    text + rest.iter().position(|octet| is_control(*octet)).unwrap_or(rest.len())
}

/// The index of the first of eight octets, lowest first, that is a control character or a tab.
const fn first_suspect(octets: u64) -> Option<usize> {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    // Subtracting borrows from the top bit of an octet that is smaller and did not have it set. What
    // that does to the octets behind it does not matter.
    let below_blank = octets.wrapping_sub(0x20 * EACH) & !octets;
    let but_delete = octets ^ (0x7f * EACH);
    let delete = but_delete.wrapping_sub(EACH) & !but_delete;
    match (below_blank | delete) & (0x80 * EACH) {
        0 => None,
        found => Some(found.trailing_zeros() as usize / 8),
    }
}

/// RFC 9110 §5.5: no octet of a head but its line ends; the tab is a blank.
pub(super) const fn is_control(octet: u8) -> bool {
    octet.is_ascii_control() && octet != b'\t'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LENIENT: Dialect =
        Dialect { skips_empty_line: true, unfolds: true, check_start_line: |_| Ok(()) };

    fn parser(octets: usize, headers: usize) -> HeadParser {
        let limits = HeadLimits::default().max_octets(octets).max_headers(headers);
        HeadParser::new(LENIENT, limits)
    }

    #[test]
    fn work_is_linear_in_the_octets_however_they_are_cut() {
        for fields in [100, 1_000, 10_000] {
            let head = format!("x\r\n{}\r\n", "abc: defg\r\n".repeat(fields));
            let mut bytewise = parser(usize::MAX, usize::MAX);
            let spent = effort::of(|| {
                for octet in head.as_bytes().chunks(1) {
                    if bytewise.push(octet).unwrap().is_some() {
                        assert_eq!(bytewise.headers().unwrap().len(), fields);
                    }
                }
            });
            assert!(spent >= head.len() && spent <= 3 * head.len(), "{spent} for {}", head.len());
        }
    }

    #[test]
    fn a_limit_holds_exactly() {
        let head = b"x\r\nA: 1\r\nB: 2\r\n\r\n";
        assert_eq!(parser(head.len(), 2).push(head), Ok(Some(&[][..])));
        assert_eq!(parser(head.len() - 1, 2).push(head), Err(HeadError::HeadTooLong));
        assert_eq!(parser(head.len(), 1).push(head), Err(HeadError::TooManyHeaders));
        assert_eq!(parser(2, 2).push(head), Err(HeadError::StartLineTooLong));
        assert_eq!(parser(3, 2).push(head), Err(HeadError::HeadTooLong));
        assert_eq!(parser(0, 0).push(head), Err(HeadError::StartLineTooLong));
        assert_eq!(parser(0, 0).push(b""), Ok(None));
    }

    #[test]
    fn a_limit_is_met_at_the_same_octet_for_every_cut() {
        let head = b"x\r\nAa: 1\r\nB: 22\r\n\r\n";
        for (octets, headers) in (0..=head.len()).flat_map(|octets| [1, 2].map(|n| (octets, n))) {
            let mut whole = parser(octets, headers);
            let at_once = whole.push(head).map(|rest| rest.map(<[u8]>::len));
            let mut bytewise = parser(octets, headers);
            let by_and_by = head.chunks(1).map(|octet| bytewise.push(octet)).last().unwrap();
            assert_eq!(at_once, by_and_by.map(|rest| rest.map(<[u8]>::len)), "{octets} octets");
            assert_eq!(whole.head, bytewise.head);
            assert!(whole.head.len() <= octets);
        }
    }

    #[test]
    fn memory_is_bounded_by_the_limit() {
        let mut endless = parser(1_000, 1_000);
        let mut result = Ok(None);
        for _ in 0..10_000 {
            result = endless.push(b"x");
        }
        assert_eq!(result, Err(HeadError::StartLineTooLong));
        assert_eq!(endless.head.len(), 1_000);
    }

    #[test]
    fn a_complete_head_takes_nothing_more_and_an_error_is_final() {
        let mut done = parser(100, 10);
        assert_eq!(done.push(b"x\r\n\r\nrest"), Ok(Some(&b"rest"[..])));
        assert_eq!(done.push(b"more"), Ok(Some(&b"more"[..])));
        let mut failed = parser(100, 10);
        assert_eq!(failed.push(b"x\n"), Err(HeadError::BareLineFeed));
        assert_eq!(failed.push(b"GET"), Err(HeadError::BareLineFeed));
    }

    #[test]
    fn text_ends_at_the_first_control_character() {
        for place in 0..20 {
            for octet in 0..=u8::MAX {
                let mut text = [b'a'; 20];
                text[place] = octet;
                let expected = if is_control(octet) { place } else { text.len() };
                assert_eq!(text_length(&text), expected, "{octet:#x} at {place}");
                for length in 0..=place {
                    assert_eq!(text_length(&text[..length]), length);
                }
            }
        }
        assert_eq!(text_length(b"a\tb \xff\x80cd\te\x80\xffghijkl\x7f"), 18);
    }

    proptest! {
        /// Another parser reads the same fields, or none where this one reads none.
        #[test]
        fn fields_are_what_httparse_reads(
            lines in proptest::collection::vec("[a:!( \t\x7e\u{ff}-]{1,12}", 0..6)
        ) {
            let head = format!("x\r\n{}\r\n", lines.iter().map(|line| format!("{line}\r\n")).collect::<String>());
            let mut own = parser(1_000, 10);
            let Ok(Some(_)) = own.push(head.as_bytes()) else { return Ok(()) };
            let unfolded = own.head.get(own.start_line + 2..).unwrap();
            let mut fields = [httparse::EMPTY_HEADER; 10];
            let other = match httparse::parse_headers(unfolded, &mut fields) {
                Ok(httparse::Status::Complete((_, fields))) => {
                    Ok(fields.iter().map(|field| Header::new(field.name, field.value)).collect())
                }
                _ => Err(HeadError::FieldLine),
            };
            let own = own.headers();
            for header in own.iter().flatten() {
                // Nobody asks again, since they count as checked.
                prop_assert!(Header::new(header.name(), header.value()).is_well_formed());
            }
            prop_assert_eq!(own, other);
        }
    }
}
