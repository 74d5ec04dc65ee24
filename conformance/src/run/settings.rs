//! How cases are played, and on what.

use wsproof_cases::case::Tier;
use wsproof_model::{Bug, Bugs};
use wsproof_reports::model::WireKept;

use super::cut::Cut;
use crate::driver::{DRIVERS, DialDriver, Entry, LibraryDriver, Options};
use crate::play::Driver;

/// How cases are played.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How the subject is reached.
    pub driver: &'static Entry,
    /// The library that is the subject, with [`LIBRARY`](crate::driver::LIBRARY) as driver.
    pub library: Option<LibraryDriver>,
    /// The server that is the subject, with [`SERVER`](crate::driver::SERVER) as driver.
    pub server: Option<DialDriver>,
    /// The name of the subject in reports, if not the usual one.
    pub name: Option<String>,
    /// How the subject is reached, as reports say it: `in-process`, `tcp`, `tls` or `unix`.
    pub transport: &'static str,
    /// The words of a command line that reach the subject, where these settings do not say it all:
    /// where clients call, and how the subject is started.
    pub reach: Vec<String>,
    /// Mistakes planted in it.
    pub bugs: Vec<Bug>,
    /// The ways of cutting; the first one is the base, and [`Cut::Whole`] if there is none.
    pub cuts: Vec<Cut>,
    /// The tier, which says how long cases are.
    pub tier: Tier,
    /// The seed of masking keys and random cuts.
    pub seed: u64,
    /// Cases played at a time; at least one.
    pub jobs: usize,
    /// Whether a lenient case counts as bad.
    pub strict: bool,
    /// Which wire logs are kept.
    pub wire: WireKept,
}

impl Settings {
    /// Whole cases of the default tier, one at a time, on a subject in process; everything else as
    /// where nothing is said.
    pub const fn new(driver: &'static Entry) -> Self {
        Self {
            driver,
            library: None,
            server: None,
            name: None,
            transport: "in-process",
            reach: Vec::new(),
            bugs: Vec::new(),
            cuts: Vec::new(),
            tier: Tier::Default,
            seed: 1,
            jobs: 1,
            strict: false,
            wire: WireKept::All,
        }
    }

    /// The name of the subject: for a library, that of its file; for a server, the one given or its
    /// address.
    pub fn subject(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        if let Some(server) = &self.server {
            return server.server().address.to_string();
        }
        let file = self.library.as_ref().and_then(|library| library.path().file_name());
        file.map_or_else(|| self.driver.subject.into(), |file| file.to_string_lossy()).into_owned()
    }

    /// The words of a command line that reach the same subject; none for the default.
    pub fn target(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !self.reach.is_empty() {
            words.clone_from(&self.reach);
        } else if let Some(library) = &self.library {
            words.extend(["--library".to_owned(), library.path().display().to_string()]);
        } else if let Some(server) = &self.server {
            words.extend(["--server".to_owned(), server.server().address.to_string()]);
        } else if DRIVERS.iter().skip(1).any(|driver| driver.name == self.driver.name) {
            words.extend(["--driver".to_owned(), self.driver.name.to_owned()]);
        }
        for bug in &self.bugs {
            words.extend(["--bug".to_owned(), bug.name().to_owned()]);
        }
        words
    }

    /// Makes a subject.
    pub(super) fn make(&self) -> Box<dyn Driver + Send> {
        match (&self.library, &self.server) {
            (_, Some(server)) => Box::new(server.clone()),
            (Some(library), None) => Box::new(library.clone()),
            (None, None) => {
                (self.driver.make)(&Options { seed: self.seed, bugs: Bugs::of(&self.bugs) })
            }
        }
    }
}
