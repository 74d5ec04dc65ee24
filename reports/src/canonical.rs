//! The canonical text form: one value, one sequence of octets.
//!
//! Keys are sorted by octets, indentation is two spaces, there is a final newline, and nothing is a
//! floating-point number. An array or object without nested ones that fits into 100 columns stays
//! on one line, so that a close code is one line in a version control diff.

use core::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

const COLUMNS: usize = 100;

/// The canonical form of `value`, with a final newline.
///
/// # Panics
/// When `value` is no JSON (a map with keys that are no text) or holds a floating-point number:
/// both are mistakes in a type of this crate, not in its data.
#[must_use]
pub fn to_string<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).expect("the types of this crate have text keys");
    let mut text = String::new();
    write(&value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// `sha256:` and the digest of the canonical form in lower-case hexadecimal digits.
#[must_use]
pub fn digest<T: Serialize>(value: &T) -> String {
    let hash = Sha256::digest(to_string(value));
    hash.iter().fold("sha256:".to_owned(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// Writes `value`; `indent` is that of the line it begins on, `used` what this line holds already.
fn write(value: &Value, indent: usize, used: usize, out: &mut String) {
    if is_flat(value) {
        let start = out.len();
        write_flat(value, out);
        if out.len() - start + used <= COLUMNS || !is_container(value) {
            return;
        }
        out.truncate(start);
    }
    match value {
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                new_line(n, indent + 2, out);
                write(item, indent + 2, indent + 2, out);
            }
            end(']', indent, out);
        }
        Value::Object(map) => {
            out.push('{');
            for (n, (key, item)) in sorted(map).into_iter().enumerate() {
                new_line(n, indent + 2, out);
                let start = out.len();
                scalar(&Value::from(key), out);
                out.push_str(": ");
                let used = indent + 2 + out.len() - start;
                write(item, indent + 2, used, out);
            }
            end('}', indent, out);
        }
        _ => scalar(value, out),
    }
}

fn write_flat(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { ", " });
                scalar(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (n, (key, item)) in sorted(map).into_iter().enumerate() {
                out.push_str(if n == 0 { " " } else { ", " });
                scalar(&Value::from(key), out);
                out.push_str(": ");
                scalar(item, out);
            }
            out.push_str(if map.is_empty() { "}" } else { " }" });
        }
        _ => scalar(value, out),
    }
}

fn scalar(value: &Value, out: &mut String) {
    assert!(!value.is_f64(), "a report holds no floating-point number");
    let _ = write!(out, "{value}");
}

/// Sorted here and not left to the map type, which a feature of another crate can change.
fn sorted(map: &serde_json::Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_unstable_by_key(|&(key, _)| key);
    entries
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn is_flat(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.iter().any(is_container),
        Value::Object(map) => !map.values().any(is_container),
        _ => true,
    }
}

fn new_line(n: usize, indent: usize, out: &mut String) {
    out.push_str(if n == 0 { "\n" } else { ",\n" });
    let _ = write!(out, "{:indent$}", "");
}

fn end(close: char, indent: usize, out: &mut String) {
    let _ = write!(out, "\n{:indent$}{close}", "");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_short_containers_stay_on_one_line() {
        let long = "x".repeat(100);
        let value =
            json!({"b": [1, null, "é\n"], "a": {"z": {"n": -1}, "k": {}}, "c": [&long], "e": [[]]});
        let text = to_string(&value);
        let wanted = format!(
            "{{\n  \"a\": {{\n    \"k\": {{}},\n    \"z\": {{ \"n\": -1 }}\n  }},\n  \
             \"b\": [1, null, \"é\\n\"],\n  \"c\": [\n    \"{long}\"\n  ],\n  \
             \"e\": [\n    []\n  ]\n}}\n"
        );
        assert_eq!(text, wanted);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn the_digest_is_that_of_the_text() {
        // sha256 of "{}\n", computed with another tool.
        let wanted = "sha256:ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356";
        assert_eq!(digest(&json!({})), wanted);
    }

    #[test]
    #[should_panic(expected = "floating-point")]
    fn floats_are_refused() {
        let _ = to_string(&json!({"a": 0.5}));
    }
}
