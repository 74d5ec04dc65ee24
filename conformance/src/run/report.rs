//! From results to a report.

use std::sync::LazyLock;

use wsproof_cases::catalogue;
use wsproof_reports::canonical;
use wsproof_reports::model::{Report, RunInfo, Settings as Said, Subject, Suite};
use wsproof_reports::partition::Partition;

use super::settings::Settings;
use super::workers::Results;
use crate::select::{Item, LevelLimit, items, role_of};

/// What was asked for, as it is said in a report.
#[derive(Clone, Copy, Debug)]
pub struct Selected<'s> {
    /// The cases.
    pub items: &'s [&'static Item],
    /// The filters as given.
    pub filters: &'s [String],
    /// The filters that took cases away, as given.
    pub skips: &'s [String],
    /// How binding a case had to be.
    pub level: LevelLimit,
    /// The parts of a divided run that they are.
    pub partition: Option<&'s Partition>,
}

/// The report of `results`, with everything volatile in `run`.
pub fn assemble(
    selected: &Selected<'_>,
    settings: &Settings,
    results: Results,
    run: Option<RunInfo>,
) -> Report {
    let complete = results.is_complete();
    let run = run.map(|run| RunInfo { timings_us: results.timings_us, ..run });
    let suite = suite(selected.items.len());
    let said = said(selected, settings);
    Report::new(suite, subject(selected.items, settings), said, complete, results.cases, run)
}

/// The digest of all definitions, whatever is selected: a program that writes a report for each of
/// its callers reads the catalogue once.
static DEFINITIONS: LazyLock<String> = LazyLock::new(|| {
    let definitions: Vec<String> = catalogue().iter().map(|case| format!("{case:?}")).collect();
    canonical::digest(&definitions)
});

fn suite(selected: usize) -> Suite {
    Suite {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        digest: Some(DEFINITIONS.clone()),
        selected: selected as u64,
        total: items().len() as u64,
    }
}

/// The subject as reports name it. Planted mistakes are build metadata of its version.
pub fn subject(selected: &[&'static Item], settings: &Settings) -> Subject {
    let version = settings.driver.version;
    let mut version = Some(version.to_owned()).filter(|version| !version.is_empty());
    for (i, bug) in settings.bugs.iter().enumerate() {
        let version = version.get_or_insert_default();
        version.push(if i == 0 { '+' } else { '.' });
        version.push_str(bug.name());
    }
    let mut roles: Vec<_> = selected.iter().map(|item| role_of(item.role)).collect();
    roles.sort_unstable();
    roles.dedup();
    Subject {
        name: settings.subject(),
        version,
        roles,
        transport: settings.transport.to_owned(),
        driver: settings.driver.name.to_owned(),
        features: Vec::new(),
    }
}

fn said(selected: &Selected<'_>, settings: &Settings) -> Said {
    Said {
        seed: settings.seed,
        cuts: settings.cuts.iter().map(|cut| cut.name().to_owned()).collect(),
        level: selected.level.name().to_owned(),
        tier: settings.tier.name().to_owned(),
        strict: settings.strict,
        target: settings.target(),
        filters: selected.filters.to_vec(),
        skips: selected.skips.to_vec(),
        wire: Some(settings.wire),
        partition: selected.partition.cloned(),
        ..Said::default()
    }
}
