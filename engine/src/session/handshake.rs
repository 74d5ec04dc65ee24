//! The handle before it is open: create, begin and end the handshake.

use alloc::boxed::Box;

use super::Session;
use crate::buffer::Storage;
use crate::config::{Config, Role};
use crate::entropy::Entropy;
use crate::error::Misuse;
use crate::handshake::{
    Agreed, ClientHandshake, HandshakeError, Header, HeaderList, Offer, Selection, ServerHandshake,
};
use crate::machine::Machine;
use crate::machine::link::Link;
use crate::opening::{Opening, OpeningError};

/// # Creation
impl<C, P: AsRef<[u8]>, B: AsRef<[u8]> + AsMut<[u8]>> Session<C, P, B> {
    /// A client that has not begun its handshake.
    ///
    /// # Errors
    ///
    /// [`Misuse::RoleMismatch`] when the configuration is a server's.
    pub fn create_client(config: Config) -> Result<Self, Misuse> {
        Self::create(Role::Client, &config, None)
    }

    /// A server that has not begun its handshake.
    ///
    /// # Errors
    ///
    /// [`Misuse::RoleMismatch`] when the configuration is a client's.
    pub fn create_server(config: Config) -> Result<Self, Misuse> {
        Self::create(Role::Server, &config, None)
    }

    /// An endpoint of the configuration's role whose nonce and masking keys come from `entropy`.
    ///
    /// For reproducible tests and for platforms whose generator the engine does not know. The
    /// duties of RFC 6455 §4.1 and §5.3 are then the caller's.
    #[must_use]
    pub fn create_with_entropy(config: Config, entropy: Box<dyn Entropy + Send>) -> Self {
        Self::over(Opening::Created(config.role()), Machine::new(&config, Some(entropy)))
    }

    fn create(
        role: Role,
        config: &Config,
        entropy: Option<Box<dyn Entropy + Send>>,
    ) -> Result<Self, Misuse> {
        if config.role() != role {
            return Err(Misuse::RoleMismatch);
        }
        Ok(Self::over(Opening::Created(role), Machine::new(config, entropy)))
    }
}

/// # Creation in memory of the application, and opening handshake
impl<C, P, B, S> Session<C, P, B, S>
where
    P: AsRef<[u8]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    S: AsRef<[u8]> + AsMut<[u8]>,
{
    /// An endpoint of the configuration's role whose buffers lie in memory the application lends:
    /// `receive` of [`Config::receive_part_size`] octets, `send` of [`Config::send_part_size`].
    ///
    /// Both must keep their place and their length. Each is borrowed only by calls on its own
    /// queue: while an action of that queue is outstanding, only calls that take its ticket look at
    /// it. What the octets hold at first does not matter.
    ///
    /// # Errors
    ///
    /// [`Misuse::MemorySize`].
    pub fn create_in(config: &Config, receive: S, send: S) -> Result<Self, Misuse> {
        let storage = Storage::lent(config, receive, send)?;
        Ok(Self::over(Opening::Created(config.role()), Machine::over(config, storage, None)))
    }

    /// Draws a nonce and returns the headers the request must carry.
    ///
    /// # Errors
    ///
    /// What is wrong with the offer; [`Misuse::RoleMismatch`]; [`Misuse::HandshakeOrder`].
    pub fn begin_client_handshake(
        &mut self,
        offer: &Offer<'_>,
    ) -> Result<HeaderList, OpeningError> {
        match self.opening {
            Opening::Created(Role::Client) => {}
            Opening::Created(Role::Server) | Opening::ServerBegun | Opening::Over(Role::Server) => {
                return Err(Misuse::RoleMismatch.into());
            }
            Opening::ClientBegun(_) | Opening::Over(Role::Client) => {
                return Err(Misuse::HandshakeOrder.into());
            }
        }
        let link = &self.machine.link;
        let (handshake, headers) = ClientHandshake::begin(offer, &mut Shared(link))?;
        self.opening = Opening::ClientBegun(handshake);
        Ok(headers)
    }

    /// Checks the response and opens the session. The caller has checked the status line.
    ///
    /// # Errors
    ///
    /// What is wrong with the headers; the handshake may then be ended with others.
    /// [`Misuse::HandshakeOrder`]; [`Misuse::RoleMismatch`].
    pub fn end_client_handshake(
        &mut self,
        response: &[Header<'_>],
    ) -> Result<Agreed, OpeningError> {
        let handshake = match &self.opening {
            Opening::ClientBegun(handshake) => handshake,
            Opening::Created(Role::Client) | Opening::Over(Role::Client) => {
                return Err(Misuse::HandshakeOrder.into());
            }
            Opening::Created(Role::Server) | Opening::ServerBegun | Opening::Over(Role::Server) => {
                return Err(Misuse::RoleMismatch.into());
            }
        };
        let agreed = handshake.end(response)?;
        self.machine.agree(&agreed)?;
        self.opening = Opening::Over(Role::Client);
        Ok(agreed)
    }

    /// Checks the request and returns the headers the response must carry.
    ///
    /// # Errors
    ///
    /// What is wrong with the headers or the selection; the handshake may then be begun again.
    /// [`Misuse::RoleMismatch`]; [`Misuse::HandshakeOrder`].
    pub fn begin_server_handshake(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<HeaderList, OpeningError> {
        match self.opening {
            Opening::Created(Role::Server) => {}
            Opening::Created(Role::Client)
            | Opening::ClientBegun(_)
            | Opening::Over(Role::Client) => return Err(Misuse::RoleMismatch.into()),
            Opening::ServerBegun | Opening::Over(Role::Server) => {
                return Err(Misuse::HandshakeOrder.into());
            }
        }
        let (handshake, headers) = ServerHandshake::begin(selection, request)?;
        // Here the answer is the application's own.
        let unfit = |_| HandshakeError::SelectedExtensionNotOffered;
        self.machine.agree(&handshake.end()).map_err(unfit)?;
        self.opening = Opening::ServerBegun;
        Ok(headers)
    }

    /// Opens a server's session. Optional: the first session function does it, too.
    ///
    /// # Errors
    ///
    /// [`Misuse::HandshakeOrder`] before the handshake was begun; [`Misuse::RoleMismatch`].
    pub fn end_server_handshake(&mut self) -> Result<(), Misuse> {
        match self.opening {
            Opening::ServerBegun | Opening::Over(Role::Server) => {
                self.opening = Opening::Over(Role::Server);
                Ok(())
            }
            Opening::Created(Role::Server) => Err(Misuse::HandshakeOrder),
            Opening::Created(Role::Client)
            | Opening::ClientBegun(_)
            | Opening::Over(Role::Client) => Err(Misuse::RoleMismatch),
        }
    }

    /// The rule of every session function: open, or a server that is ready to be.
    #[inline(always)]
    pub(crate) fn require_open(&mut self) -> Result<(), Misuse> {
        if self.opening.is_over() { Ok(()) } else { self.open_now() }
    }

    #[cold]
    fn open_now(&mut self) -> Result<(), Misuse> {
        match self.opening {
            Opening::Over(_) => Ok(()),
            Opening::ServerBegun => {
                self.opening = Opening::Over(Role::Server);
                Ok(())
            }
            Opening::Created(_) | Opening::ClientBegun(_) => Err(Misuse::NotOpen),
        }
    }
}

/// Lets the handshake draw from the session's entropy.
struct Shared<'a>(&'a Link);

impl Entropy for Shared<'_> {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}
