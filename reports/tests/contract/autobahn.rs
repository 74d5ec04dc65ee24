//! The shape of Autobahn's files: names, types, order, as scripts rely on them.

use std::collections::BTreeMap;

use serde_json::Value;
use wsproof_reports::model::{Role, Verdict};
use wsproof_reports::render::{FORMATS, Rendered, View};

use crate::made::rich;

fn folder(report: &wsproof_reports::model::Report) -> BTreeMap<String, String> {
    let format = FORMATS.iter().find(|format| format.name == "autobahn").unwrap();
    match format.render.render(View::One { report, decision: None }).unwrap() {
        Rendered::Folder(files) => files,
        Rendered::File(_) => panic!("a folder is wanted"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Type {
    Text,
    Integer,
    Flag,
    List,
    Object,
    TextOrNull,
    IntegerOrNull,
    ObjectOrNull,
}

fn is(value: &Value, kind: Type) -> bool {
    match kind {
        Type::Text => value.is_string(),
        Type::Integer => value.is_u64(),
        Type::Flag => value.is_boolean(),
        Type::List => value.is_array(),
        Type::Object => value.is_object(),
        Type::TextOrNull => value.is_string() || value.is_null(),
        Type::IntegerOrNull => value.is_u64() || value.is_null(),
        Type::ObjectOrNull => value.is_object() || value.is_null(),
    }
}

fn fields(names: &[(&str, Type)], value: &Value, what: &str) {
    let object = value.as_object().unwrap();
    let wanted: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, wanted, "{what}");
    for (name, kind) in names {
        assert!(is(&object[*name], *kind), "{what}: {name} is {}", object[*name]);
    }
}

const INDEX: &[(&str, Type)] = &[
    ("behavior", Type::Text),
    ("behaviorClose", Type::Text),
    ("duration", Type::Integer),
    ("remoteCloseCode", Type::IntegerOrNull),
    ("reportfile", Type::Text),
];

const CASE: &[(&str, Type)] = &[
    ("agent", Type::Text),
    ("behavior", Type::Text),
    ("behaviorClose", Type::Text),
    ("case", Type::Integer),
    ("closedByMe", Type::Flag),
    ("createStats", Type::Flag),
    ("createWirelog", Type::Flag),
    ("description", Type::Text),
    ("droppedByMe", Type::Flag),
    ("duration", Type::Integer),
    ("expectation", Type::Text),
    ("expected", Type::Object),
    ("expectedClose", Type::Object),
    ("failedByMe", Type::Flag),
    ("httpRequest", Type::Text),
    ("httpResponse", Type::Text),
    ("id", Type::Text),
    ("isServer", Type::Flag),
    ("localCloseCode", Type::IntegerOrNull),
    ("localCloseReason", Type::TextOrNull),
    ("received", Type::List),
    ("remoteCloseCode", Type::IntegerOrNull),
    ("remoteCloseReason", Type::TextOrNull),
    ("reportCompressionRatio", Type::Flag),
    ("reportTime", Type::Flag),
    ("result", Type::Text),
    ("resultClose", Type::Text),
    ("rxFrameStats", Type::Object),
    ("rxOctetStats", Type::Object),
    ("started", Type::Text),
    ("trafficStats", Type::ObjectOrNull),
    ("txFrameStats", Type::Object),
    ("txOctetStats", Type::Object),
    ("wasClean", Type::Flag),
    ("wasCloseHandshakeTimeout", Type::Flag),
    ("wasNotCleanReason", Type::TextOrNull),
    ("wasOpenHandshakeTimeout", Type::Flag),
    ("wasServerConnectionDropTimeout", Type::Flag),
    ("wirelog", Type::List),
];

#[test]
fn names_and_types_are_autobahns() {
    let files = folder(&rich());
    for side in ["servers", "clients"] {
        let index: Value = serde_json::from_str(&files[&format!("{side}/index.json")]).unwrap();
        let agents = index.as_object().unwrap();
        assert_eq!(agents.keys().collect::<Vec<_>>(), ["echo"]);
        for (number, entry) in agents["echo"].as_object().unwrap() {
            fields(INDEX, entry, number);
            let file = entry["reportfile"].as_str().unwrap();
            assert_eq!(file, format!("echo_case_{}.json", number.replace('.', "_")));
            let case: Value = serde_json::from_str(&files[&format!("{side}/{file}")]).unwrap();
            fields(CASE, &case, file);
            assert_eq!(case["id"], number.as_str());
            assert_eq!(case["isServer"], side == "clients");
            for name in ["behavior", "behaviorClose", "duration", "remoteCloseCode"] {
                assert_eq!(case[name], entry[name], "{file}: {name}");
            }
            for row in case["wirelog"].as_array().unwrap() {
                let length = row.as_array().unwrap().len();
                let kind = row[0].as_str().unwrap();
                let lengths = BTreeMap::from([("RO", 2), ("TO", 3), ("RF", 7), ("TF", 9)]);
                assert_eq!(Some(&length), lengths.get(kind), "{row}");
            }
        }
    }
    let index: Value = serde_json::from_str(&files["servers/index.json"]).unwrap();
    let entry = &index["echo"]["7.9.4"];
    assert_eq!(entry["behavior"], "FAILED");
    assert_eq!(entry["behaviorClose"], "WRONG CODE");
    assert_eq!(entry["remoteCloseCode"], 1005);
    let case: Value = serde_json::from_str(&files["servers/echo_case_7_9_4.json"]).unwrap();
    assert_eq!(case["case"], 239);
}

#[test]
fn text_is_sorted_and_indented_by_three() {
    let files = folder(&rich());
    let index = &files["servers/index.json"];
    let begin = "{\n   \"echo\": {\n      \"1.1.1\": {\n         \"behavior\": \"OK\",\n         \
                 \"behaviorClose\": \"OK\",\n         \"duration\": ";
    assert!(index.starts_with(begin), "{index}");
    assert!(index.ends_with("\n   }\n}"), "no final newline");
    // Keys are sorted as text, so 1.1.10 comes before 1.1.2.
    let place = |number: &str| index.find(&format!("\"{number}\"")).unwrap();
    assert!(place("1.1.1") < place("1.1.10") && place("1.1.10") < place("1.1.2"));
    assert!(files.values().all(|text| text.is_ascii()));
}

#[test]
fn one_role_needs_no_folder_and_what_did_not_run_has_no_entry() {
    let mut report = rich().baseline(Role::Server);
    for (number, verdict) in [("ab:1.1.1", Verdict::NotRun), ("ab:1.1.2", Verdict::Error)] {
        let case = report.cases.values_mut().find(|case| case.alias.as_deref() == Some(number));
        let case = case.unwrap();
        (case.verdict, case.autobahn) = (verdict, None);
    }
    let files = folder(&report);
    let index: Value = serde_json::from_str(&files["index.json"]).unwrap();
    let numbers: Vec<&String> = index["echo"].as_object().unwrap().keys().collect();
    assert_eq!(numbers, ["1.1.10", "13.3.1", "6.4.1", "7.1.6", "7.9.4"]);
    assert_eq!(index["echo"]["7.1.6"]["behavior"], "INFORMATIONAL");
    assert_eq!(index["echo"]["13.3.1"]["behavior"], "UNIMPLEMENTED");
}
