//! The JSON Schema of `wsproof.toml`, made from the options themselves.

use clap::{Arg, ArgAction};
use serde_json::{Map, Value, json};
use wsproof_reports::canonical;

use super::file::INHERITS;
use super::{is_flag, key, run_command};

/// The schema in canonical form.
pub(in crate::cli) fn schema() -> String {
    let run = run_command();
    let options = run.get_arguments().filter_map(|arg| Some((key(arg)?.to_owned(), option(arg))));
    let mut keys: Map<String, Value> = options.collect();
    let about = "The profile whose options this one has where it says nothing; default by default.";
    keys.insert(INHERITS.to_owned(), json!({ "type": "string", "description": about }));
    let profile = json!({ "type": "object", "properties": keys, "additionalProperties": false });
    canonical::to_string(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wsproof-config/1",
        "description": "Profiles of options for wsproof run: wsproof.toml.",
        "type": "object",
        "properties": { "profile": { "type": "object", "additionalProperties": profile } },
        "additionalProperties": false,
    }))
}

fn option(arg: &Arg) -> Value {
    let words: Vec<String> =
        arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
    let one = if is_flag(arg) {
        json!({ "type": "boolean" })
    } else if words.is_empty() {
        json!({ "type": ["string", "integer"] })
    } else {
        json!({ "enum": words })
    };
    let mut option = if matches!(arg.get_action(), ArgAction::Append) {
        json!({ "anyOf": [one, { "type": "array", "items": one }] })
    } else {
        one
    };
    if let (Some(help), Some(option)) = (arg.get_help(), option.as_object_mut()) {
        option.insert("description".to_owned(), help.to_string().into());
    }
    option
}
