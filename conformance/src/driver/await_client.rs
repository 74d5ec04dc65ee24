//! A client that has connected.

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::transcript::Beginning;

use super::interface;
use crate::net::NetLink;
use crate::play::{Broken, Driver, Link};

/// Has one link, to the client that has just connected.
#[derive(Debug, Default)]
pub struct AwaitDriver {
    link: Option<NetLink>,
    /// The subprotocols that clients are said to offer.
    subprotocols: Vec<String>,
    /// What the client is not fit for, if anything.
    unfit: Option<&'static str>,
    /// How its connection before this one began, if it has had any.
    before: Option<Beginning>,
}

impl AwaitDriver {
    /// A driver for a client that is said to offer these subprotocols.
    pub const fn new(subprotocols: Vec<String>) -> Self {
        Self { link: None, subprotocols, unfit: None, before: None }
    }

    /// The same for a client that is not fit for the case.
    #[must_use]
    pub fn unfit(self, why: Option<&'static str>) -> Self {
        Self { unfit: why, ..self }
    }

    /// The same for a client whose connection before this one began like this, if there was any.
    #[must_use]
    pub fn after(self, before: Option<Beginning>) -> Self {
        Self { before, ..self }
    }

    /// The same once the client has connected.
    #[must_use]
    pub fn with(self, link: NetLink) -> Self {
        Self { link: Some(link), ..self }
    }
}

impl Driver for AwaitDriver {
    fn name(&self) -> &'static str {
        "listen"
    }

    fn lacks(&self, needs: &Needs) -> Option<&'static str> {
        if let Some(lack) = interface::lacks_calls(needs) {
            return Some(lack);
        }
        if self.unfit.is_some() {
            return self.unfit;
        }
        if needs.again && self.before.is_none() {
            return Some("it is the client's first connection; play another case with it before");
        }
        let Some(setting) = needs.opening else {
            let limited = needs.limit.is_some();
            return limited.then_some("nobody can say over a network which limit a client has");
        };
        if setting.insists || !setting.extensions.is_empty() {
            return Some("nobody can say over a network what a client insists on or offers");
        }
        let offers = setting.subprotocols.is_empty() || self.subprotocols == setting.subprotocols;
        (!offers).then_some("--subprotocol does not say that clients offer just this")
    }

    fn open(&mut self, _: &Case, _: Role, _: u32) -> Result<Box<dyn Link + '_>, Broken> {
        match self.link.take() {
            Some(link) => Ok(Box::new(link)),
            None => Err(Broken("no client has connected".to_owned())),
        }
    }

    fn before(&self) -> Option<Beginning> {
        self.before.clone()
    }
}
