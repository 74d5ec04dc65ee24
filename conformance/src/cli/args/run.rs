//! What to play, on what, and how.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::ArgPredicate;
use wsproof_cases::Role;
use wsproof_cases::case::Tier;
use wsproof_model::Bug;
use wsproof_reports::model::WireKept;
use wsproof_reports::partition::Partition;

use super::net::NetArgs;
use super::words::{
    ListFormat, Progress, Roles, RunFormat, Severity, bug, cut, driver, level, role, tier, wire,
};
use crate::address::{Address, Place};
use crate::cli::failure::Failure;
use crate::driver::{CLIENT, DRIVERS, Entry, LIBRARY, LibraryDriver, SERVER};
use crate::run::{Cut, Settings};
use crate::select::{Item, LevelLimit, Request};

/// The options that say that a subject is behind a network.
const FAR: [&str; 3] = ["servers", "listen", "autobahn_spec"];

/// What to select.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct SelectArgs {
    /// Cases to select: ids, globs, ab:, rfc:, tag:, files; all if none is given
    #[arg(value_name = "FILTER")]
    pub(in crate::cli) filters: Vec<String>,
    /// Cases to leave out, named in the same way; may be given several times
    #[arg(long, value_name = "FILTER")]
    pub(in crate::cli) skip: Vec<String>,
    /// The role of the subject
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) role: Roles,
    /// How binding the cases must be: `should` leaves out what is good practice only
    #[arg(long, value_parser = level(), default_value = LevelLimit::All.name())]
    pub(in crate::cli) level: LevelLimit,
    /// How much to play: `quick` is done at once, `full` takes its time
    #[arg(long, value_parser = tier(), default_value = Tier::Default.name())]
    pub(in crate::cli) tier: Tier,
    /// The part of the selection to play where several machines share it, such as hash:2/4;
    /// `wsproof merge` puts the reports together
    #[arg(long, value_name = "PART")]
    pub(in crate::cli) partition: Option<Partition>,
}

/// What is tested.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct SubjectArgs {
    /// How the subject is reached
    #[arg(long, value_parser = driver(), default_value = DRIVERS[0].name)]
    pub(in crate::cli) driver: &'static Entry,
    /// A library with the thirteen functions of websocket.h to test, instead of a driver's subject
    #[arg(long, value_name = "PATH", conflicts_with_all = ["driver", "bugs"])]
    pub(in crate::cli) library: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) net: NetArgs,
    /// A mistake to plant in the subject, with --driver model; `wsproof list --bugs` names them; may
    /// be given several times
    #[arg(long = "bug", value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    pub(in crate::cli) bugs: Vec<Bug>,
    /// The seed of masking keys and random cuts, up to 2⁶⁴ - 1; the same seed gives the same results
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
}

#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct RunArgs {
    #[command(flatten)]
    pub(in crate::cli) select: SelectArgs,
    #[command(flatten)]
    pub(in crate::cli) subject: SubjectArgs,
    /// The ways of cutting the octets, joined by commas; the first one is described in the results
    #[arg(long, value_parser = cut(), value_delimiter = ',', value_name = "CUT",
          default_value_ifs(FAR.map(|id| (id, ArgPredicate::IsPresent, Cut::Whole.name()))),
          default_values = Cut::ALL.map(Cut::name))]
    pub(in crate::cli) cuts: Vec<Cut>,
    /// How many cases are played at a time, 1 to 1024 [default: one per processor; 16 over a network]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(in crate::cli) jobs: Option<u16>,
    /// Stop at the first unexpected failure
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,
    /// Let lenient cases fail
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// The fewest results that count as a run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) min_cases: u64,
    /// What a run without enough results does
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(in crate::cli) no_cases: Severity,
    /// Where to write the report, in JSON; - is standard output
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Which wire logs the report keeps
    #[arg(long, value_parser = wire(), default_value = "failures", value_name = "WHICH")]
    pub(in crate::cli) wire: WireKept,
    /// Leave everything volatile out of the report: time, place and tool
    #[arg(long)]
    pub(in crate::cli) no_run: bool,
    /// Known deviations [default: wsproof-expect.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) expect: Option<PathBuf>,
    /// What a known deviation that does not deviate does
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(in crate::cli) stale: Severity,
    /// How progress is shown on standard error; `auto` is a bar on a terminal, else lines
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub(in crate::cli) progress: Progress,
    /// What standard output carries
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: RunFormat,
    /// The profile of wsproof.toml to take options from
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) profile: Option<String>,
    /// The file with profiles [default: wsproof.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Say which value every option has and where it comes from, and play nothing
    #[arg(long)]
    pub(in crate::cli) show_config: bool,
    /// Tell cases that pass, too
    #[arg(short, long)]
    pub(in crate::cli) verbose: bool,
    /// Tell failures and sums only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(in crate::cli) quiet: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    pub(in crate::cli) select: SelectArgs,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: ListFormat,
    /// Show the mistakes that can be planted instead
    #[arg(long, conflicts_with_all = ["filters", "skip"])]
    pub(in crate::cli) bugs: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ExplainArgs {
    /// The case: an id, an Autobahn number such as ab:7.9.4, ROLE/ID, or FILE.wscase
    #[arg(value_name = "CASE")]
    pub(in crate::cli) case: String,
    /// The role of the subject [default: server, if the case has it]
    #[arg(long, value_parser = role())]
    pub(in crate::cli) role: Option<Role>,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ReplayArgs {
    /// The case: an id, an Autobahn number, ROLE/ID, FILE.wscase, an input of a fuzz target that reads frames, or
    /// REPORT#ROLE/ID
    #[arg(value_name = "CASE")]
    pub(in crate::cli) case: String,
    /// The role of the subject [default: server, if the case has it]
    #[arg(long, value_parser = role())]
    pub(in crate::cli) role: Option<Role>,
    #[command(flatten)]
    pub(in crate::cli) subject: SubjectArgs,
    /// The way of cutting the octets
    #[arg(long, value_parser = cut(), default_value = Cut::Whole.name())]
    pub(in crate::cli) cuts: Cut,
    /// Play a case of a report again, on the subject given here, instead of showing its log
    #[arg(long)]
    pub(in crate::cli) again: bool,
    /// Write the case to a file that `run`, `replay` and `explain` take beside the catalogue
    #[arg(long, value_name = "FILE.wscase")]
    pub(in crate::cli) save: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct ProveArgs {
    #[command(flatten)]
    pub(in crate::cli) select: SelectArgs,
    /// Name the mistakes, one per line, and play nothing
    #[arg(long, conflicts_with_all = ["filters", "skip", "matrix"])]
    pub(in crate::cli) list_bugs: bool,
    /// Show for each case which mistakes fail it
    #[arg(long)]
    pub(in crate::cli) matrix: bool,
    /// How many cases are played at a time, 1 to 1024 [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(in crate::cli) jobs: Option<u16>,
}

impl SubjectArgs {
    /// The same as settings of a run with these cuts, for each subject; the rest is as for one case
    /// alone. Loads the library, if that is the subject.
    pub(in crate::cli) fn all_settings(&self, cuts: Vec<Cut>) -> Result<Vec<Settings>, Failure> {
        let library = self.library.as_deref().map(LibraryDriver::open).transpose();
        let library = library.map_err(|error| {
            let path = self.library.as_deref().unwrap_or_else(|| Path::new(""));
            Failure::harness(format!("--library {}: {error}", path.display()))
        })?;
        let listens = self.net.listen.is_some();
        let driver = match () {
            () if library.is_some() => &LIBRARY,
            () if listens => &CLIENT,
            () => self.driver,
        };
        let settings = Settings {
            library,
            name: self.net.name.clone(),
            reach: self.net.reach(None),
            transport: match () {
                () if listens && self.net.tls_cert.is_some() => "tls",
                () if listens => "tcp",
                () => "in-process",
            },
            bugs: self.bugs.clone(),
            cuts,
            seed: self.seed,
            ..Settings::new(driver)
        };
        if self.net.servers.is_empty() {
            return Ok(vec![settings]);
        }
        let dial = |address| {
            let server = self.net.dial(address)?;
            let transport = server.server().transport();
            let driver = &SERVER;
            let reach = self.net.reach(Some(address));
            Ok(Settings { driver, transport, reach, server: Some(server), ..settings.clone() })
        };
        self.net.servers.iter().map(dial).collect()
    }

    /// The same for the first subject.
    pub(in crate::cli) fn settings(&self, cuts: Vec<Cut>) -> Result<Settings, Failure> {
        let first = self.all_settings(cuts)?.into_iter().next();
        first.ok_or_else(|| Failure::usage("there is nothing to test"))
    }

    /// Refuses mistakes where they cannot be planted, port 0 where no program is told which one it
    /// stands for, and what is said of a subject behind a network where another is tested.
    pub(in crate::cli) fn check(&self) -> Result<(), Failure> {
        if let Some(option) = self.net.far_option()
            && !self.net.is_far()
        {
            let why = "is about a subject behind a network, which --server or --listen names";
            return Err(Failure::usage(format!("{option} {why}")));
        }
        let is_open = |address: &&Address| matches!(address.place, Place::Tcp { port: 0, .. });
        if let Some(address) = self.net.servers.iter().find(is_open)
            && self.net.exec.is_none()
        {
            let why = "port 0 is any that is free, for a program that --exec starts";
            return Err(Failure::usage(format!("--server {address}: {why}")));
        }
        if self.bugs.is_empty() || self.driver.plants_bugs {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "mistakes cannot be planted with --driver {}; use --driver model",
            self.driver.name
        )))
    }
}

impl SelectArgs {
    /// The same for the selection.
    pub(in crate::cli) fn request(&self) -> Request<'_> {
        Request {
            filters: &self.filters,
            skips: &self.skip,
            role: self.role.one(),
            level: self.level,
            tier: self.tier,
        }
    }

    /// Whether the case belongs to the parts asked for.
    pub(in crate::cli) fn has(&self, item: &Item) -> bool {
        self.partition.as_ref().is_none_or(|partition| partition.holds(&item.key))
    }
}
