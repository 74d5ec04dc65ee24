//! What `wsproof run` was told, for subjects that are called and for those that call.

use core::time::Duration;
use std::collections::BTreeMap;
use std::{env, thread};

use wsproof_reports::model::RunInfo;

use super::args::RunArgs;
use super::clock;
use crate::run::{Selected, Settings};
use crate::select::Item;

/// Cases played at a time over a network, where most of the time is spent waiting.
const NET_JOBS: usize = 16;

/// What was asked for.
pub(super) fn selected<'s>(args: &'s RunArgs, items: &'s [&'static Item]) -> Selected<'s> {
    Selected {
        items,
        filters: &args.select.filters,
        skips: &args.select.skip,
        level: args.select.level,
        partition: args.select.partition.as_ref(),
    }
}

/// The same settings as the command line wants them.
pub(super) fn settings_of(args: &RunArgs, settings: Settings) -> Settings {
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    Settings {
        jobs: match args.jobs {
            Some(jobs) => jobs.into(),
            None if args.subject.net.is_far() => NET_JOBS,
            None => processors(),
        },
        tier: args.select.tier,
        strict: args.strict,
        wire: args.wire,
        ..settings
    }
}

/// When and where a run was.
pub(super) fn info(started: Duration, took: Duration, jobs: usize) -> RunInfo {
    RunInfo {
        started: Some(clock::stamp(started)),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        host: format!("{}-{}", env::consts::OS, env::consts::ARCH),
        jobs: u32::try_from(jobs).ok(),
        timings_us: BTreeMap::new(),
    }
}
