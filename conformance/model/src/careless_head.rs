//! Small mistakes of reading header fields: each reads a field as if it were another.

use crate::bug::{Bug, Bugs};
use crate::head::Field;

/// The fields as a reader with these bugs takes them.
pub(crate) fn rewrite(mut fields: Vec<Field>, bugs: Bugs) -> Vec<Field> {
    if bugs.has(Bug::LosesLateFields) {
        fields.truncate(32);
    }
    fields.retain(|(_, value)| value.len() <= 128 || !bugs.has(Bug::LosesLongValues));
    for (name, value) in &mut fields {
        if is(name, "Sec-WebSocket-Key") || is(name, "Sec-WebSocket-Version") {
            cut_value(value, bugs);
        }
        if bugs.has(Bug::TakesUnderscores) {
            name.iter_mut().filter(|octet| **octet == b'_').for_each(|octet| *octet = b'-');
        }
        if bugs.has(Bug::TakesFormerNames) {
            take_former(name);
        }
        if bugs.has(Bug::KeepsTabsOfLists) {
            value.iter_mut().filter(|octet| **octet == b'\t').for_each(|octet| *octet = b'_');
        }
        if bugs.has(Bug::ReadsNamesByPrefix) {
            cut_name(name);
        }
        if is(name, "Upgrade") || is(name, "Connection") {
            rewrite_token(value, bugs);
        }
        if is(name, "Sec-WebSocket-Key") {
            rewrite_key(value, bugs);
        }
        if is(name, "Sec-WebSocket-Version") && takes_version(value, bugs) {
            *value = b"13".to_vec();
        }
    }
    for (bug, name) in [
        (Bug::ReadsLastUpgrade, "Upgrade"),
        (Bug::ReadsLastConnection, "Connection"),
        (Bug::ReadsLastKey, "Sec-WebSocket-Key"),
        (Bug::ReadsLastVersion, "Sec-WebSocket-Version"),
        (Bug::ReadsLastHost, "Host"),
        (Bug::ReadsLastAccept, "Sec-WebSocket-Accept"),
    ] {
        if bugs.has(bug) {
            let last = fields.iter().rposition(|(own, _)| is(own, name));
            let mut at = 0..;
            fields.retain(|(own, _)| {
                let at = at.next();
                !is(own, name) || at == last
            });
        }
    }
    fields
}

/// Whether a value passes for the right answer to a key.
pub(crate) fn takes_accept(value: &[u8], right: &[u8], bugs: Bugs) -> bool {
    let bare = right.strip_suffix(b"=").unwrap_or(right);
    let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    value.starts_with(right) && bugs.has(Bug::AcceptsAcceptPrefix)
        || value == bare && bugs.has(Bug::AcceptsUnpaddedAccept)
        || value.ends_with(right) && bugs.has(Bug::AcceptsAcceptSuffix)
        || value.split(|octet| *octet == b',').next() == Some(right)
            && bugs.has(Bug::AcceptsAcceptLists)
        || quoted == Some(right) && bugs.has(Bug::AcceptsQuotedAccept)
}

fn is(name: &[u8], own: &str) -> bool {
    name.eq_ignore_ascii_case(own.as_bytes())
}

fn take_former(name: &mut Vec<u8>) {
    for (former, own) in [
        ("Sec-WebSocket-Key1", "Sec-WebSocket-Key"),
        ("Sec-WebSocket-Draft", "Sec-WebSocket-Version"),
        ("Proxy-Connection", "Connection"),
        ("X-Forwarded-Host", "Host"),
    ] {
        if is(name, former) {
            *name = own.as_bytes().to_vec();
        }
    }
}

fn cut_name(name: &mut Vec<u8>) {
    for own in ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        if name.get(..own.len()).is_some_and(|start| is(start, own)) {
            name.truncate(own.len());
        }
    }
}

fn cut_value(value: &mut Vec<u8>, bugs: Bugs) {
    for (bug, octet) in [(Bug::EndsValuesAtBlanks, b' '), (Bug::EndsValuesAtSemicolons, b';')] {
        if bugs.has(bug)
            && let Some(at) = value.iter().position(|own| *own == octet)
        {
            value.truncate(at);
        }
    }
    if bugs.has(Bug::UnquotesValues) {
        value.retain(|octet| *octet != b'"');
    }
}

fn rewrite_token(value: &mut Vec<u8>, bugs: Bugs) {
    for octet in value.iter_mut() {
        if *octet == b' ' && bugs.has(Bug::SplitsAtBlanks)
            || *octet == b';' && bugs.has(Bug::SplitsAtSemicolons)
        {
            *octet = b',';
        }
    }
    if bugs.has(Bug::UnquotesTokens) {
        value.retain(|octet| *octet != b'"');
    }
    if bugs.has(Bug::FoldsUnicode)
        && let Ok(text) = core::str::from_utf8(value)
    {
        *value = text.replace('\u{212a}', "k").into_bytes();
    }
}

fn rewrite_key(value: &mut Vec<u8>, bugs: Bugs) {
    if bugs.has(Bug::AcceptsUrlSafeKeys) {
        for octet in value.iter_mut() {
            *octet = match *octet {
                b'-' => b'+',
                b'_' => b'/',
                octet => octet,
            };
        }
    }
    if bugs.has(Bug::AcceptsKeyLists)
        && let Some(comma) = value.iter().position(|octet| *octet == b',')
    {
        value.truncate(comma);
    }
    if value.len() == 22 && bugs.has(Bug::AcceptsUnpaddedKeys) {
        value.extend(b"==");
    }
    if value.len() > 24 && bugs.has(Bug::AcceptsLongKeys) {
        value.truncate(22);
        value.extend(b"==");
    }
    if bugs.has(Bug::AcceptsBlanksInKeys) {
        value.retain(|octet| *octet != b' ');
    }
}

fn takes_version(value: &[u8], bugs: Bugs) -> bool {
    let number = core::str::from_utf8(value).ok().and_then(|text| text.parse::<u32>().ok());
    value.starts_with(b"13") && bugs.has(Bug::AcceptsVersionPrefix)
        || number.is_some_and(|number| number >= 13) && bugs.has(Bug::AcceptsHigherVersions)
        || number.is_some_and(|number| number <= 13) && bugs.has(Bug::AcceptsLowerVersions)
}
