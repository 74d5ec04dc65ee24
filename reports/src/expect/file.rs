//! Reading the file.

use core::fmt;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::date::Date;
use super::select::{Facts, Predicate, Selector};
use crate::model::{ExpectedVerdict, Role, SchemaVersion, Subject};

/// The known deviations of one file, ready to be applied.
#[derive(Debug)]
pub struct Expectations {
    pub(super) suite: Option<String>,
    pub(super) entries: Vec<Entry>,
}

/// One `[[expect]]`.
pub(super) struct Entry {
    pub(super) line: u32,
    pub(super) patterns: Vec<(String, Predicate)>,
    pub(super) verdicts: Vec<ExpectedVerdict>,
    pub(super) reason: String,
    pub(super) issue: Option<String>,
    pub(super) when: When,
    pub(super) until: Option<Date>,
    pub(super) close: Option<u16>,
    pub(super) run: bool,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let patterns: Vec<_> = self.patterns.iter().map(|(pattern, _)| pattern).collect();
        f.debug_struct("Entry").field("line", &self.line).field("cases", &patterns).finish()
    }
}

impl Expectations {
    /// Longest file in octets (1 MiB).
    pub const MAX_OCTETS: usize = 1 << 20;
    /// Most patterns in one file.
    pub const MAX_PATTERNS: usize = 4096;

    /// Reads the text of a file; `selector` says what a pattern means.
    ///
    /// # Errors
    /// [`FileError`] with the line: no TOML, an unknown key, a missing or empty reason, no case, a
    /// bad pattern, an unknown verdict, a newer schema. Unknown keys are errors here, unlike in
    /// reports: people write this file, and a misspelt condition would be lost.
    pub fn parse(text: &str, selector: &dyn Selector) -> Result<Self, FileError> {
        if text.len() > Self::MAX_OCTETS {
            return Err(FileError::new(1, format!("longer than {} octets", Self::MAX_OCTETS)));
        }
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            FileError::new(line, error.message().replace('\n', ", "))
        })?;
        let schema = format!("{}/{}", SchemaVersion::EXPECT.format(), file.schema.get_ref());
        SchemaVersion::EXPECT.check(Some(&schema)).map_err(|error| {
            FileError::new(line_of(text, file.schema.span().start), error.to_string())
        })?;
        let patterns: usize = file.expect.iter().map(|e| e.get_ref().cases.len()).sum();
        if patterns > Self::MAX_PATTERNS {
            return Err(FileError::new(1, format!("more than {} patterns", Self::MAX_PATTERNS)));
        }
        let mut lines = Lines::new(text);
        let mut entries = Vec::with_capacity(file.expect.len());
        for entry in file.expect {
            let line = lines.of(entry.span().start);
            let entry = Entry::new(line, entry.into_inner(), selector)
                .map_err(|message| FileError::new(line, message))?;
            entries.push(entry);
        }
        Ok(Self { suite: file.suite, entries })
    }

    /// Whether an entry with `run = false` says that this case is not to be played.
    #[must_use]
    pub fn skips(&self, facts: &Facts<'_>, subject: &Subject) -> bool {
        self.entries.iter().any(|entry| {
            !entry.run && entry.when.holds(facts.key.role(), subject) && entry.claims(facts)
        })
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Entry {
    fn new(line: u32, text: EntryText, selector: &dyn Selector) -> Result<Self, String> {
        if text.reason.trim().is_empty() {
            return Err("the reason is empty".to_owned());
        }
        if text.cases.is_empty() {
            return Err("the entry names no case".to_owned());
        }
        let verdicts = text.verdict.into_vec();
        if verdicts.is_empty() {
            return Err("the entry names no verdict".to_owned());
        }
        let compile = |pattern: String| match selector.compile(&pattern) {
            Ok(predicate) => Ok((pattern, predicate)),
            Err(error) => Err(format!("pattern {pattern:?}: {error}")),
        };
        Ok(Self {
            line,
            patterns: text.cases.into_iter().map(compile).collect::<Result<_, _>>()?,
            verdicts,
            reason: text.reason,
            issue: text.issue,
            when: text.when,
            until: text.until.map(day_of).transpose()?,
            close: text.close,
            run: text.run,
        })
    }

    pub(super) fn claims(&self, facts: &Facts<'_>) -> bool {
        self.patterns.iter().any(|(_, predicate)| predicate(facts))
    }

    pub(super) fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today >= until)
    }
}

/// A day of TOML, or the same in quotes, as other formats have it.
fn day_of(until: toml::Value) -> Result<Date, String> {
    match &until {
        toml::Value::Datetime(Datetime { date: Some(date), time: None, offset: None }) => {
            Date::new(date.year, date.month, date.day)
        }
        toml::Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| format!("until = {until} is not a day such as 2027-03-01"))
}

/// The file as it is written. Only here to be read and to be described by a schema.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "wsproof-expect/1"))]
#[serde(deny_unknown_fields)]
struct File {
    /// Major version of this format: 1.
    #[cfg_attr(feature = "schema", schemars(with = "u32"))]
    schema: Spanned<u32>,
    /// Version of the catalogue the file was last accepted with.
    suite: Option<String>,
    /// The known deviations.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<EntryText>"))]
    expect: Vec<Spanned<EntryText>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Entry"))]
#[serde(deny_unknown_fields)]
struct EntryText {
    /// Patterns: ids, globs, `ab:`, `rfc:`, `tag:`.
    cases: Vec<String>,
    /// The verdict or verdicts the entry allows.
    verdict: OneOrMany,
    /// Why the deviation is accepted; not empty.
    reason: String,
    /// Where it is tracked.
    issue: Option<String>,
    /// The entry holds only for these subjects.
    #[serde(default)]
    when: When,
    /// From this day on the entry covers nothing.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    until: Option<toml::Value>,
    /// The close code that must be observed as well.
    close: Option<u16>,
    /// Whether the cases are played.
    #[serde(default = "yes")]
    run: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "fail, lenient, unsupported, crash, flaky, or a list of these")]
enum OneOrMany {
    One(ExpectedVerdict),
    Many(Vec<ExpectedVerdict>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<ExpectedVerdict> {
        match self {
            Self::One(verdict) => vec![verdict],
            Self::Many(verdicts) => verdicts,
        }
    }
}

/// Conditions; all that are given must hold.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    /// The role of the subject.
    role: Option<Role>,
    /// How the subject is reached.
    transport: Option<String>,
    /// The driver that reaches it.
    driver: Option<String>,
    /// An optional part of the protocol it has.
    feature: Option<String>,
}

impl When {
    pub(super) fn holds(&self, role: Role, subject: &Subject) -> bool {
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|w| w == found);
        self.role.is_none_or(|wanted| wanted == role)
            && is(&self.transport, &subject.transport)
            && is(&self.driver, &subject.driver)
            && self.feature.as_ref().is_none_or(|wanted| subject.features.contains(wanted))
    }
}

/// Line numbers of growing offsets, found in one pass.
struct Lines<'t> {
    text: &'t [u8],
    offset: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), offset: 0, line: 1 }
    }

    fn of(&mut self, offset: usize) -> u32 {
        if offset < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        let newlines = passed.iter().filter(|&&octet| octet == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.offset = offset;
        self.line
    }
}

fn line_of(text: &str, offset: usize) -> u32 {
    Lines::new(text).of(offset)
}

/// A file of known deviations that cannot be used. Leads to [`ExitCode::Usage`].
///
/// [`ExitCode::Usage`]: crate::exit_code::ExitCode::Usage
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    line: u32,
    message: String,
}

impl FileError {
    pub(super) fn new(line: u32, message: String) -> Self {
        Self { line, message: message.chars().take(400).collect() }
    }

    /// Line of the mistake, from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl core::error::Error for FileError {}

/// The JSON Schema of the file.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema_type() -> schemars::Schema {
    schemars::schema_for!(File)
}
