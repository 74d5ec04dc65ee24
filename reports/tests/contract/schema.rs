//! The committed schemas are those of the types, and describe what is written.
//!
//! `WSPROOF_UPDATE_SNAPSHOTS=1 cargo test -p wsproof-reports --features schema` writes them anew.
#![cfg(feature = "schema")]

use std::path::Path;

use serde_json::{Map, Value};
use wsproof_reports::canonical;
use wsproof_reports::schema::schemas;

use crate::snapshots::{pair, run};

#[test]
fn committed_schemas_are_those_of_the_types() {
    for schema in schemas() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("schema")
            .join(format!("{}.json", schema.version.to_string().replace('/', "-")));
        if std::env::var_os("WSPROOF_UPDATE_SNAPSHOTS").is_some() {
            wsproof_reports::write::write_atomically(&path, schema.text.as_bytes()).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, schema.text, "{} has drifted from its type", path.display());
    }
}

#[test]
fn what_is_written_fits_its_schema() {
    let [report, diff, _] = schemas().map(|s| serde_json::from_str::<Value>(&s.text).unwrap());
    let (one, _) = run();
    let (_, _, change, _) = pair();
    let text = canonical::to_string(&one);
    let one: Value = serde_json::from_str(&text).unwrap();
    let change: Value = serde_json::from_str(&canonical::to_string(&change)).unwrap();
    assert_eq!(misfits(&report, &report, &one, "report"), Vec::<String>::new());
    assert_eq!(misfits(&diff, &diff, &change, "diff"), Vec::<String>::new());

    // The check itself can fail.
    let wrong: Value =
        serde_json::from_str(&text.replacen("\"crash\"", "\"exploded\"", 1)).unwrap();
    assert!(!misfits(&report, &report, &wrong, "report").is_empty());
    let wrong: Value = serde_json::from_str(&text.replacen("\"at\": 0", "\"at\": -1", 1)).unwrap();
    assert!(!misfits(&report, &report, &wrong, "report").is_empty());
    assert!(!misfits(&report, &report, &change, "report").is_empty());
}

/// A validator of the few words of JSON Schema that these schemas use. A word it does not know is a
/// misfit, so that nothing goes unchecked.
fn misfits(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(schema) = schema.as_object() else { return Vec::new() };
    let mut bad = Vec::new();
    for (word, rule) in schema {
        let fits = match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" | "pattern" => {
                true
            }
            "$ref" => {
                let name = rule.as_str().unwrap().trim_start_matches("#/$defs/");
                bad.extend(misfits(root, &root["$defs"][name], value, at));
                true
            }
            "type" => match rule {
                Value::Array(types) => types.iter().any(|t| is_type(t.as_str().unwrap(), value)),
                one => is_type(one.as_str().unwrap(), value),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|n| n >= rule.as_i64().unwrap()),
            "maximum" => value.as_u64().is_none_or(|n| n <= rule.as_u64().unwrap()),
            "maxLength" => {
                value.as_str().is_none_or(|s| s.chars().count() as u64 <= rule.as_u64().unwrap())
            }
            "anyOf" | "oneOf" => {
                let schemas = rule.as_array().unwrap();
                schemas.iter().any(|schema| misfits(root, schema, value, at).is_empty())
            }
            "required" => {
                let names = rule.as_array().unwrap().iter();
                let missing = names.filter(|name| value.get(name.as_str().unwrap()).is_none());
                bad.extend(missing.map(|name| format!("{at}: {name} is missing")));
                true
            }
            "properties" => {
                for (name, schema) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        bad.extend(misfits(root, schema, value, &format!("{at}.{name}")));
                    }
                }
                true
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    bad.extend(misfits(root, rule, item, &format!("{at}[{n}]")));
                }
                true
            }
            "additionalProperties" | "patternProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                for (name, item) in value.as_object().into_iter().flat_map(Map::iter) {
                    if !known.is_some_and(|known| known.contains_key(name)) {
                        bad.extend(misfits(
                            root,
                            rule_of(rule, word),
                            item,
                            &format!("{at}.{name}"),
                        ));
                    }
                }
                true
            }
            _ => {
                bad.push(format!("{at}: the word {word} is not known to this check"));
                true
            }
        };
        if !fits {
            bad.push(format!("{at}: {value} does not fit {word} {rule}"));
        }
    }
    bad
}

/// The schema for other properties; with patterns, that of the one pattern.
fn rule_of<'r>(rule: &'r Value, word: &str) -> &'r Value {
    match rule.as_object() {
        Some(patterns) if word == "patternProperties" => patterns.values().next().unwrap_or(rule),
        _ => rule,
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}
