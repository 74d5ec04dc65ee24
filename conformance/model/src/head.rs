//! The heads of HTTP/1.1, as an opening handshake needs them (RFC 9112 §2 to §5).

use core::net::Ipv6Addr;

use crate::bug::{Bug, Bugs};

/// How large a head may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Octets, everything in front of the head included.
    pub octets: usize,
    /// Field lines.
    pub fields: usize,
}

/// How a handshake fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server answers with this status code.
    Answer(u16),
    /// The client finds no head that it understands.
    Head,
    /// The server has answered with another status code than 101.
    NotSwitched(u16),
    /// The server has answered with 101, and fields that do not fit.
    Fields,
}

/// What requests and responses do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Response,
}

/// A field line: its name, and its value without the blanks around it.
pub(crate) type Field = (Vec<u8>, Vec<u8>);

/// A complete head.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) start_line: Vec<u8>,
    pub(crate) fields: Vec<Field>,
    /// Where the head ends.
    pub(crate) end: usize,
}

/// Reads a head that begins at octet `start`; nothing if it goes on.
pub(crate) fn read(
    kind: Kind,
    limits: HeadLimits,
    bugs: Bugs,
    octets: &[u8],
    start: usize,
) -> Result<Option<Head>, Refusal> {
    let accepts_controls = bugs.has(Bug::AcceptsControlOctets);
    let mut at = start;
    let mut lines: Vec<Vec<u8>> = Vec::new();
    loop {
        let begin = at;
        let mut line = Vec::new();
        let mut folds = false;
        // One line, up to and including its CR LF.
        loop {
            let Some(&octet) = octets.get(at) else { return Ok(None) };
            if at >= limits.octets {
                if bugs.has(Bug::NeverLimitsHeads) {
                    return Ok(None);
                }
                return Err(Refusal::Answer(if lines.is_empty() { 414 } else { 431 }));
            }
            if at == begin && !lines.is_empty() {
                match octet {
                    b' ' | b'\t'
                        if kind == Kind::Response && !bugs.has(Bug::RefusesFoldedAnswers)
                            || bugs.has(Bug::UnfoldsRequests) =>
                    {
                        folds = true;
                        if lines.len() == 1 {
                            return Err(Refusal::Answer(400));
                        }
                    }
                    b' ' | b'\t' => return Err(Refusal::Answer(400)),
                    b'\r' => {}
                    _ if lines.len() > 32 && bugs.has(Bug::RefusesManyFields) => {
                        return Err(Refusal::Answer(431));
                    }
                    _ if lines.len() > limits.fields => return Err(Refusal::Answer(431)),
                    _ => {}
                }
            }
            at += 1;
            match octet {
                b'\n' if line.last() == Some(&b'\r') || bugs.has(Bug::AcceptsBareLineFeeds) => {
                    break;
                }
                _ if line.last() == Some(&b'\r') && !accepts_controls => {
                    return Err(Refusal::Answer(400));
                }
                b'\t' | b'\r' => line.push(octet),
                0 if bugs.has(Bug::EndsValuesAtNul) => line.push(octet),
                b'\n' => return Err(Refusal::Answer(400)),
                0..0x20 | 0x7f if !accepts_controls => return Err(Refusal::Answer(400)),
                _ => line.push(octet),
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        match lines.last_mut() {
            None if line.is_empty()
                && begin == start
                && kind == Kind::Request
                && !bugs.has(Bug::RefusesEmptyLines) => {}
            None => {
                check_start_line(kind, bugs, &line)?;
                lines.push(line);
            }
            Some(_) if line.is_empty() => break,
            Some(before) if folds => before.extend([b"  ", &line[..]].concat()),
            Some(_) => lines.push(line),
        }
    }
    let start_line = lines.remove(0);
    let fields = lines.iter().map(|line| field(line, bugs)).collect::<Option<_>>();
    let fields = fields.ok_or(Refusal::Answer(400))?;
    Ok(Some(Head { start_line, fields, end: at }))
}

fn check_start_line(kind: Kind, bugs: Bugs, line: &[u8]) -> Result<(), Refusal> {
    match kind {
        Kind::Request => request_line(bugs, line),
        Kind::Response => status(line, bugs).map(drop),
    }
}

fn field(line: &[u8], bugs: Bugs) -> Option<Field> {
    let colon = line.iter().position(|octet| *octet == b':')?;
    let (mut name, mut value) = (&line[..colon], trim(&line[colon + 1..]));
    if bugs.has(Bug::AcceptsBlanksBeforeColons) {
        name = trim(name);
    }
    if bugs.has(Bug::WantsBlanksBehindColons) && !line[colon + 1..].starts_with(b" ") {
        return None;
    }
    if bugs.has(Bug::KeepsBlanksBehindValues) {
        value = line[colon + 1..].trim_ascii_start();
    }
    if bugs.has(Bug::EndsValuesAtNul) {
        value = value.split(|octet| *octet == 0).next().unwrap_or_default();
    }
    let hashed = [&b"Sec-WebSocket-Key"[..], b"Sec-WebSocket-Accept"];
    if hashed.contains(&name) && bugs.has(Bug::HashesBlanks) {
        value = line[colon + 1..].strip_prefix(b" ").unwrap_or(value);
    }
    is_token(name).then(|| (name.to_vec(), value.to_vec()))
}

/// `GET SP target SP HTTP/1.1`.
fn request_line(bugs: Bugs, line: &[u8]) -> Result<(), Refusal> {
    let words: Vec<&[u8]> = line.split(|octet| *octet == b' ').collect();
    let (method, target, version) = match words[..] {
        [method, target, version] => (method, target, version),
        [method, .., version] if words.len() > 2 && bugs.has(Bug::AcceptsAnyTarget) => {
            (method, &b"/"[..], version)
        }
        _ => return Err(Refusal::Answer(400)),
    };
    let digits = version.strip_prefix(b"HTTP/").filter(|digits| digits.len() == 3);
    match digits {
        Some(b"1.1") => {}
        Some([b'1', b'.', b'2'..=b'9']) if !bugs.has(Bug::RefusesHigherMinors) => {}
        Some([b'0'..=b'9', b'.', b'0'..=b'9']) if bugs.has(Bug::AcceptsAnyHttp) => {}
        Some(b"1.0") if bugs.has(Bug::AcceptsHttp10) => {}
        Some(b"2.0") if bugs.has(Bug::AcceptsHttp2) => {}
        Some([b'0'..=b'9', b'.', b'0'..=b'9']) => return Err(Refusal::Answer(505)),
        _ => return Err(Refusal::Answer(400)),
    }
    match method {
        b"GET" => {}
        b"HEAD" if bugs.has(Bug::AcceptsHead) => {}
        _ if method.eq_ignore_ascii_case(b"GET") && bugs.has(Bug::ComparesMethodsWithoutCase) => {}
        [] => return Err(Refusal::Answer(400)),
        _ if bugs.has(Bug::AcceptsAnyMethod) => {}
        _ => return Err(Refusal::Answer(405)),
    }
    let refused = !target.starts_with(b"/") && bugs.has(Bug::RefusesAbsoluteTargets)
        || target.len() > 1024 && bugs.has(Bug::RefusesLongTargets);
    let passes = is_target(target) || bugs.has(Bug::AcceptsAnyTarget);
    if passes && !refused { Ok(()) } else { Err(Refusal::Answer(400)) }
}

/// The path in a request line, from behind scheme and host.
pub(crate) fn path(line: &[u8]) -> Vec<u8> {
    let target = line.split(|octet| *octet == b' ').nth(1).unwrap_or_default();
    if target.first() == Some(&b'/') {
        return target.to_vec();
    }
    let authority = target.windows(3).position(|three| three == b"://").map_or(0, |at| at + 3);
    let rest = &target[authority..];
    let path = rest.iter().position(|octet| matches!(octet, b'/' | b'?'));
    match path.map(|at| &rest[at..]) {
        None => b"/".to_vec(),
        Some(query @ [b'?', ..]) => [b"/", query].concat(),
        Some(path) => path.to_vec(),
    }
}

/// The status code in `HTTP/1.1 SP code [SP reason]`.
pub(crate) fn status(line: &[u8], bugs: Bugs) -> Result<u16, Refusal> {
    if bugs.has(Bug::AcceptsAnyStatusLine) && line.windows(3).any(|digits| digits == b"101") {
        return Ok(101);
    }
    let shape = |line: &[u8], shape: &[u8]| {
        line.len() == shape.len()
            && line.iter().zip(shape).all(|(octet, wanted)| match wanted {
                b'd' => octet.is_ascii_digit(),
                wanted => octet == wanted,
            })
    };
    let (head, reason) = line.split_at_checked(12).ok_or(Refusal::Head)?;
    let fits = shape(head, b"HTTP/d.d ddd") && (reason.is_empty() || reason[0] == b' ');
    let code = head[9..].iter().fold(0, |code, digit| code * 10 + u16::from(digit & 0xf));
    let old = head[7] == b'0' && !bugs.has(Bug::AcceptsOldAnswers);
    let fits =
        fits && (code != 101 || !bugs.has(Bug::WantsReasons) || reason == b" Switching Protocols");
    let switches = head[5] == b'1' && !(old && code == 101);
    if fits && code >= 100 && switches { Ok(code) } else { Err(Refusal::Head) }
}

/// A path, or an `http` or `https` URI, without a fragment (RFC 9112 §3.2).
fn is_target(target: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(target) else { return false };
    let plain = text.bytes().all(|octet| matches!(octet, 0x21..=0x7e) && octet != b'#');
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
    let absolute = rest.is_some_and(|rest| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        is_authority(authority.as_bytes())
    });
    plain && (text.starts_with('/') || absolute)
}

/// `host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
pub(crate) fn is_authority(octets: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(octets) else { return false };
    let (host, port) = match text.rfind(':').filter(|at| !text[*at..].contains(']')) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let is_host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_name(host),
    };
    let number = port.bytes().try_fold(0u32, |number, digit| {
        let number = number * 10 + u32::from(digit.wrapping_sub(b'0'));
        (digit.is_ascii_digit() && number <= 65_535).then_some(number)
    });
    is_host && number.is_some()
}

fn is_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('%').collect();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(c);
    let encoded = parts[1..].iter().all(|part| {
        part.len() >= 2
            && part.is_char_boundary(2)
            && part[..2].chars().all(|c| c.is_ascii_hexdigit())
    });
    !name.is_empty() && encoded && name.chars().all(|c| c == '%' || allowed(c))
}

/// `text` without the spaces and tabs around it.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let visible = |octet: &u8| !matches!(octet, b' ' | b'\t');
    let start = text.iter().position(visible).unwrap_or(text.len());
    let end = text.iter().rposition(visible).map_or(start, |last| last + 1);
    &text[start..end]
}

/// One or more characters that are no delimiters (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &[u8]) -> bool {
    let delimiter = |octet: &u8| b"\"(),/:;<=>?@[\\]{}".contains(octet);
    !text.is_empty() && text.iter().all(|octet| octet.is_ascii_graphic() && !delimiter(octet))
}
