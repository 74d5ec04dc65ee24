//! A library with the thirteen functions of `websocket.h`, ours or another, under an application in
//! the manner of a C program.
//!
//! HTTP is the application's in this interface, so heads are read and written here, and what is
//! served and selected is decided here; the library judges header fields. What the interface has no
//! means for is asked of the libraries that have a property for it beyond Windows' own.

mod face;
mod link;

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wsproof_capi_abi::arrays::Headers;
use wsproof_capi_abi::library::{CallError, Endpoint, Library, LoadError};
use wsproof_capi_abi::{
    WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE,
    WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE,
};
use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::interface::Interface;
use wsproof_engine::Header;
use wsproof_engine::deflate::Level;

use super::echo;
use super::interface::InterfaceLink;
use super::opening::OpeningLink;
use crate::play::{Broken, Driver, Link};
use face::LibraryFace;
use link::LibraryLink;

/// Opens handles of a loaded library, with default properties but for those that a case needs.
#[derive(Clone, Debug)]
pub struct LibraryDriver {
    library: Arc<Library>,
    path: PathBuf,
    takes: Takes,
}

/// Which properties beyond Windows' own the library takes.
#[derive(Clone, Copy, Debug)]
struct Takes {
    limit: bool,
    deflate: bool,
    optional_subprotocol: bool,
}

impl Takes {
    fn of(library: &Library) -> Self {
        let takes = |property| library.create_client(&[(property, 1)]).is_ok();
        Self {
            limit: takes(WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE),
            deflate: takes(WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE),
            optional_subprotocol: takes(WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE),
        }
    }
}

impl LibraryDriver {
    /// Loads a library, which is trusted as any program one runs.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what is missing.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let library = Library::open(path)?;
        let takes = Takes::of(&library);
        Ok(Self { library: Arc::new(library), path: path.to_owned(), takes })
    }

    /// The file it was loaded from, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn create(&self, role: Role, needs: &Needs) -> Result<Endpoint<'_>, CallError> {
        let limit =
            needs.limit.map(|limit| (WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE, octets(limit)));
        let deflates = needs.setting().is_some_and(|setting| setting.deflate);
        let level = u32::from(Level::FAST.get());
        let deflate = deflates.then_some((WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, level));
        let optional = may_do_without_subprotocol(needs);
        let optional = optional.then_some((WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE, 1));
        let properties: Vec<_> = [limit, deflate, optional].into_iter().flatten().collect();
        match role {
            Role::Client => self.library.create_client(&properties),
            Role::Server => self.library.create_server(&properties),
        }
    }
}

/// A limit as the property has it.
fn octets(limit: u64) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

/// Whether the subject offers subprotocols, and goes on if none is selected.
fn may_do_without_subprotocol(needs: &Needs) -> bool {
    needs.setting().is_some_and(|setting| !setting.subprotocols.is_empty() && !setting.insists)
}

impl Driver for LibraryDriver {
    fn name(&self) -> &'static str {
        "library"
    }

    fn lacks(&self, needs: &Needs) -> Option<&'static str> {
        let Takes { limit, deflate, optional_subprotocol } = self.takes;
        let deflates = needs.setting().is_some_and(|setting| setting.deflate);
        if needs.limit.is_some() && !limit {
            Some("the library has no property for the largest message")
        } else if deflates && !deflate {
            Some("the library leaves permessage-deflate to its callers")
        } else if may_do_without_subprotocol(needs) && !optional_subprotocol {
            Some("the library insists on a subprotocol where any are offered")
        } else {
            None
        }
    }

    fn open(&mut self, case: &Case, role: Role, _: u32) -> Result<Box<dyn Link + '_>, Broken> {
        let mut endpoint = self.create(role, &case.needs).map_err(failed)?;
        if let Some(setting) = case.needs.setting() {
            let face = LibraryFace::new(endpoint, role);
            return Ok(Box::new(OpeningLink::new(face, role, setting)?));
        }
        if let Some(Interface { opened: false, .. }) = case.needs.interface {
            return Ok(Box::new(InterfaceLink::new(endpoint, role, false)));
        }
        match role {
            Role::Client => open_client(&mut endpoint)?,
            Role::Server => open_server(&mut endpoint).map_err(failed)?,
        }
        if case.needs.interface.is_some() {
            return Ok(Box::new(InterfaceLink::new(endpoint, role, true)));
        }
        Ok(Box::new(LibraryLink::new(endpoint, role)))
    }
}

fn failed(error: CallError) -> Broken {
    Broken(format!("the opening handshake failed: {error}"))
}

fn open_server(endpoint: &mut Endpoint<'_>) -> Result<(), CallError> {
    let request = echo::REQUEST.map(|(name, value)| (name.into(), value.into()));
    endpoint.begin_server_handshake(None, &[], &request.to_vec())?;
    endpoint.end_server_handshake()
}

fn open_client(endpoint: &mut Endpoint<'_>) -> Result<(), Broken> {
    let request = endpoint.begin_client_handshake(&[], &[]).map_err(failed)?;
    let request: Vec<_> = request.iter().map(|(name, value)| Header::new(name, value)).collect();
    let response: Headers = echo::response(&request)
        .map_err(Broken)?
        .into_iter()
        .map(|(name, value)| (name.into_bytes(), value.into_bytes()))
        .collect();
    endpoint.end_client_handshake(&response).map_err(failed)
}

/// Words for C, where none has a terminator within; what is behind one is lost.
pub(super) fn c_strings(words: &[&str]) -> Vec<CString> {
    let up_to_terminator = |word: &&str| {
        let octets: Vec<u8> = word.bytes().take_while(|octet| *octet != 0).collect();
        CString::new(octets).unwrap_or_default()
    };
    words.iter().map(up_to_terminator).collect()
}
