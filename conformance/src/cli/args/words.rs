//! The words that options take. Lists come from the crates that define them.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use wsproof_cases::Role;
use wsproof_cases::case::Tier;
use wsproof_model::Bug;
use wsproof_reports::model::WireKept;

use crate::driver::{DRIVERS, Entry};
use crate::run::Cut;
use crate::select::LevelLimit;

/// The role or roles of the subject.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum Roles {
    #[default]
    Both,
    Client,
    Server,
}

impl Roles {
    pub(in crate::cli) const fn one(self) -> Option<Role> {
        match self {
            Self::Both => None,
            Self::Client => Some(Role::Client),
            Self::Server => Some(Role::Server),
        }
    }
}

/// A folder, which is nothing that standard output could carry.
pub(super) fn folder(text: &str) -> Result<PathBuf, &'static str> {
    match text {
        "-" => Err("a folder cannot go to standard output; one of this name is written ./-"),
        text => Ok(text.into()),
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Severity {
    #[default]
    Fail,
    Warn,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum Progress {
    #[default]
    Auto,
    Bar,
    Lines,
    None,
}

/// What standard output of a run carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RunFormat {
    /// Text for people
    #[default]
    Human,
    /// One JSON object per line, as things happen
    JsonLines,
}

/// How cases are listed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum ListFormat {
    /// One line per case
    #[default]
    Text,
    /// One filter per line that together select exactly the same
    Ids,
    /// An array of objects
    Json,
}

/// A parser for the words of a list of values.
macro_rules! words {
    ($name:ident, $type:ty, $list:expr, $word:expr) => {
        pub(super) fn $name() -> impl TypedValueParser<Value = $type> {
            let word: fn(&$type) -> PossibleValue = $word;
            PossibleValuesParser::new($list.iter().map(word)).map(move |given| {
                let named = |value: &&$type| word(value).get_name() == given;
                $list.iter().find(named).expect("clap lets only these words pass").clone()
            })
        }
    };
}

words!(role, Role, Role::ALL, |role| PossibleValue::new(role.name()));
words!(cut, Cut, Cut::ALL, |cut| PossibleValue::new(cut.name()));
words!(bug, Bug, Bug::ALL, |bug| PossibleValue::new(bug.name()).help(bug.what()));
words!(level, LevelLimit, LevelLimit::ALL, |level| PossibleValue::new(level.name()));
words!(tier, Tier, Tier::ALL, |tier| PossibleValue::new(tier.name()));
words!(wire, WireKept, [WireKept::None, WireKept::Failures, WireKept::All], |wire| {
    PossibleValue::new(match wire {
        WireKept::None => "none",
        WireKept::Failures => "failures",
        WireKept::All => "all",
    })
});

pub(super) fn driver() -> impl TypedValueParser<Value = &'static Entry> {
    let words = DRIVERS.iter().map(|driver| PossibleValue::new(driver.name).help(driver.about));
    PossibleValuesParser::new(words).map(|given| {
        let named = |driver: &&Entry| driver.name == given;
        DRIVERS.iter().find(named).expect("clap lets only these words pass")
    })
}
