//! The file around a case.

use core::fmt;

use serde::Deserialize;
use toml_edit::{Array, DocumentMut, Item, Value, de, ser, value};

use super::limits::{MAX_OCTETS, check};
use crate::case::{By, Case, Finish};
use crate::distance::distance;
use crate::role::Role;

/// The version of the format.
const SCHEMA: u32 = 1;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The role of the subject, if the case is to be played in one only.
    pub role: Option<Role>,
    /// The case.
    pub case: Case,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "schema")]
    _schema: u32,
    role: Option<Role>,
    case: Case,
}

/// Only the version, whatever else there is.
#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// The text of a file with this case.
pub fn write(saved: &Saved) -> String {
    let mut document = DocumentMut::new();
    document["schema"] = value(i64::from(SCHEMA));
    if let Some(role) = saved.role {
        document["role"] = value(role.name());
    }
    let case = ser::to_document(&saved.case).expect("a case consists of what TOML has");
    let mut table = case.into_table();
    if saved.case.ending.by == By::Subject {
        // It follows from the ending.
        table.remove("finish");
    }
    for (_, item) in table.iter_mut() {
        if let Item::Value(Value::Array(list)) = item {
            one_per_line(list);
        }
    }
    document["case"] = Item::Table(table);
    document.to_string()
}

/// Puts the elements of a list of tables on lines of their own.
fn one_per_line(list: &mut Array) {
    let is_table = |value: &Value| value.is_inline_table();
    if !list.iter().any(is_table) {
        return;
    }
    for value in list.iter_mut() {
        value.decor_mut().set_prefix("\n    ");
    }
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

/// Reads the text of a file.
///
/// # Errors
/// The text is too long, is no TOML, has another version, names something unknown, or asks for more
/// than a run can play.
pub fn read(text: &str) -> Result<Saved, ReadError> {
    if text.len() > MAX_OCTETS {
        let what = format!("the file has {} octets, more than {MAX_OCTETS}", text.len());
        return Err(ReadError { line: None, what });
    }
    let fail = |error: de::Error| ReadError {
        line: error.span().map(|span| 1 + text[..span.start].matches('\n').count()),
        what: plain(error.message()),
    };
    let Version { schema } = de::from_str(text).map_err(fail)?;
    if schema != SCHEMA {
        let what = format!("schema = {schema} is another version; this program reads {SCHEMA}");
        return Err(ReadError { line: None, what });
    }
    let File { role, mut case, .. } = de::from_str(text).map_err(fail)?;
    if case.ending.by == By::Subject {
        // As in `Case::ends`.
        case.finish = Finish::Never;
    }
    check(&case).map_err(|what| ReadError { line: None, what })?;
    if let Some(role) = role.filter(|role| !case.plays.allows(*role)) {
        let what = format!("role = {:?} contradicts case.plays", role.name());
        return Err(ReadError { line: None, what });
    }
    Ok(Saved { role, case })
}

/// What is wrong, with a suggestion where a name is unknown.
fn plain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let [wrong, ref known @ ..] = quoted[..] else { return message.to_owned() };
    let near = known.iter().map(|known| (distance(wrong, known), known)).min();
    match near {
        Some((far, near)) if message.starts_with("unknown ") && far <= 1 + wrong.len() / 3 => {
            let what = message.split('`').next().unwrap_or_default();
            format!("{what}{wrong}; did you mean {near}?")
        }
        _ => message.to_owned(),
    }
}

/// Why a file is no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The line, counted from 1, if one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl core::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::catalogue;

    /// The example of the module's documentation.
    fn example() -> String {
        let docs = include_str!("../wscase.rs");
        let lines = docs.lines().skip_while(|line| *line != "//! ```toml").skip(1);
        let lines = lines.take_while(|line| *line != "//! ```");
        lines.map(|line| line.trim_start_matches("//!").trim_start().to_owned() + "\n").collect()
    }

    #[test]
    fn every_case_of_the_catalogue_comes_back() {
        for case in catalogue() {
            let saved = Saved { role: None, case: case.clone() };
            let text = write(&saved);
            assert!(text.len() <= MAX_OCTETS, "{} is too long", case.id);
            match read(&text) {
                Ok(read) => assert!(read == saved, "{} is another case", case.id),
                Err(error) => panic!("{}: {error}", case.id),
            }
        }
    }

    #[test]
    fn the_example_is_a_case_and_says_only_what_deviates() {
        let saved = read(&example()).unwrap();
        assert_eq!(saved.role, Some(Role::Server));
        assert_eq!(saved.case.script.len(), 3);
        assert_eq!(read(&write(&saved)), Ok(saved.clone()));
        assert_eq!(write(&saved).lines().count(), example().lines().count(), "{}", write(&saved));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |from: &str, to: &str| {
            assert!(example().contains(from), "{from}");
            read(&example().replacen(from, to, 1)).unwrap_err().to_string()
        };
        for (from, to, what) in [
            ("schema = 1", "schema = 2", "schema = 2 is another version; this program reads 1"),
            ("title =", "titl =", "line 6: unknown field titl; did you mean title?"),
            ("{ frame", "{ frmae", "line 9: unknown variant frmae; did you mean frame?"),
            ("fin =", "final =", "line 9: unknown field final; did you mean fin?"),
            ("\"text\"", "\"txet\"", "line 9: unknown variant txet; did you mean text?"),
            (
                "6455#5.4",
                "6455#99",
                "line 7: no case cites the clause \"6455#99\"; one is 6455#5.2",
            ),
            ("hex:ff", "hex:f", "line 11: hex: is followed by something else than pairs of digits"),
            (
                "regression/ping",
                "-a",
                "case.id \"-a-inside-a-text\" is no path of lower-case words such as \
                 regression/close-twice",
            ),
            (
                "role = \"server\"",
                "role = \"both\"",
                "line 2: unknown variant `both`, expected `client` or `server`",
            ),
            (
                "payload = \"now\"",
                "payload = { repeat = \"a\", length = 99999999999 }",
                "case.script writes 100000000197 octets, more than 268435456",
            ),
            (
                "sees = [[1,",
                "sees = [[4294967295,",
                "case.accept has 17179869180 octets, more than 268435456",
            ),
        ] {
            assert_eq!(told(from, to), what);
        }
        let deep = format!("{}settle{}", "{ times = [2, [".repeat(200), "]] }".repeat(200));
        assert!(
            told("{ frame = { opcode = \"ping\", payload = \"now\" } }", &deep)
                .contains("recursion")
        );
        let long = " ".repeat(MAX_OCTETS + 1);
        assert!(read(&long).unwrap_err().what.contains("more than"));
    }
}
