//! The opening handshake on octets, of the engine's faces and of libraries.
//!
//! The head parser is the engine's `http1`, and so is the writer of refusals; who takes the header
//! fields, and writes those that come back, differs.

use wsproof_cases::Role;
use wsproof_cases::opening::Setting;
use wsproof_engine::handshake::{HandshakeError, HeaderList, Offered};
use wsproof_engine::http1::{
    HeadError, HeadLimits, Refusal, RequestHead, RequestParser, ResponseParser, write_refusal,
    write_request, write_response,
};
use wsproof_engine::{Header, Offer, Selection};

use super::echo;
use super::outbox::Outbox;
use crate::play::{Broken, Fault, Flow, Link, Observed, Work};

/// A face of the engine, or a handle of a library, that has not been opened.
pub(super) trait Face: Sized {
    /// The same endpoint once it is open.
    type Open: Link;

    /// Begins as client, with the head of the request.
    fn offer(&mut self, offer: &Offer<'_>) -> Result<Vec<u8>, Broken>;

    /// Ends as client: the response opens the connection, or why it does not, if that is told.
    fn take_response(&mut self, response: &[Header<'_>]) -> Result<(), Option<Fault>>;

    /// Begins and ends as server, with the head of the response.
    fn answer(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<Vec<u8>, Refused>;

    /// The endpoint after a handshake that succeeded.
    fn open(self) -> Self::Open;
}

/// A face that is opened through octets.
pub(super) struct OpeningLink<F: Face> {
    setting: Setting,
    stage: Stage<F>,
    out: Outbox,
    /// The fault of the head that has come.
    fault: Option<Fault>,
}

enum Stage<F: Face> {
    Request(F, RequestParser),
    Response(F, ResponseParser),
    Open(F::Open),
    Ended,
}

/// What a head came to.
enum Came<'o> {
    /// It goes on.
    Nothing,
    /// The connection is open, and these octets follow.
    Open(&'o [u8]),
    Refused,
}

impl<F: Face> OpeningLink<F> {
    /// A face that waits for a request, or has written its own.
    pub(super) fn new(mut face: F, role: Role, setting: Setting) -> Result<Self, Broken> {
        let mut out = Outbox::default();
        let stage = match role {
            Role::Server => Stage::Request(face, RequestParser::new(HeadLimits::default())),
            Role::Client => {
                let request = face.offer(&Offer {
                    subprotocols: setting.subprotocols,
                    subprotocol_required: setting.insists,
                    extensions: setting.extensions,
                    ..Offer::default()
                })?;
                out.write(&request);
                Stage::Response(face, ResponseParser::new(HeadLimits::default()))
            }
        };
        Ok(Self { setting, stage, out, fault: None })
    }

    fn take<'o>(&mut self, octets: &'o [u8]) -> Came<'o> {
        match &mut self.stage {
            Stage::Request(face, parser) => {
                let answered = match parser.push(octets) {
                    Ok(None) => return Came::Nothing,
                    Ok(Some((head, rest))) => {
                        serve(face, self.setting, &head).map(|answer| (answer, rest))
                    }
                    Err(error) => Err(error.into()),
                };
                match answered {
                    Ok((answer, rest)) => {
                        self.out.write(&answer);
                        Came::Open(rest)
                    }
                    Err(Refused { refusal, fault }) => {
                        self.fault = fault;
                        self.out.write(&write_refusal(&refusal));
                        Came::Refused
                    }
                }
            }
            Stage::Response(face, parser) => {
                let fault = match parser.push(octets) {
                    Ok(None) => return Came::Nothing,
                    Ok(Some((head, rest))) => match head.switched() {
                        Ok(headers) => match face.take_response(headers) {
                            Ok(()) => return Came::Open(rest),
                            Err(fault) => fault,
                        },
                        // The server may refuse; that is no fault.
                        Err(_) => None,
                    },
                    Err(error) => Some(fault(error.name(), error.clause())),
                };
                self.fault = fault;
                Came::Refused
            }
            Stage::Open(_) | Stage::Ended => Came::Nothing,
        }
    }

    fn end(&mut self) {
        self.stage = Stage::Ended;
        self.out.end();
    }
}

/// A request that is refused, and its fault, unless the application has reasons of its own.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) fault: Option<Fault>,
}

impl From<HandshakeError> for Refused {
    fn from(error: HandshakeError) -> Self {
        Self { refusal: error.into(), fault: unfit(error) }
    }
}

impl From<HeadError> for Refused {
    fn from(error: HeadError) -> Self {
        let fault = Some(fault(error.name(), error.clause()));
        Self { refusal: error.into(), fault }
    }
}

/// The request of a face of the engine.
pub(super) fn request(headers: &HeaderList) -> Result<Vec<u8>, Broken> {
    let written = write_request("/", "localhost", headers, &[]);
    written.map_err(|error| Broken(format!("the request is refused: {error}")))
}

/// The response of a face of the engine.
pub(super) fn response(headers: &HeaderList) -> Result<Vec<u8>, Refused> {
    Ok(write_response(headers, &[])?)
}

/// A response that a face of the engine refuses.
pub(super) fn unfit(error: HandshakeError) -> Option<Fault> {
    Some(fault(error.name(), error.clause()))
}

/// A fault of the opening handshake. A head has no offset, and no frame answers it.
const fn fault(name: &'static str, clause: &'static str) -> Fault {
    Fault { name, clause: Some(clause), offset: None, close: None }
}

/// The application's part: what it serves, and the subprotocol that it selects.
fn serve<F: Face>(
    face: &mut F,
    setting: Setting,
    head: &RequestHead<'_>,
) -> Result<Vec<u8>, Refused> {
    let refuse = |status, text: &str| {
        let refusal = Refusal::new(status, text).unwrap_or_else(Refusal::from);
        Refused { refusal, fault: None }
    };
    let offered = Offered::read(head.headers())?;
    if setting.path.is_some_and(|path| head.resource_name() != path) {
        return Err(refuse(404, "there is nothing here"));
    }
    if let Some(admitted) = setting.origin {
        let named = |header: &&Header<'_>| header.name().eq_ignore_ascii_case(b"Origin");
        let mut origins = head.headers().iter().filter(named);
        let (origin, more) = (origins.next(), origins.next());
        let same = |origin: &Header<'_>| {
            origin.value().trim_ascii().eq_ignore_ascii_case(admitted.as_bytes())
        };
        if more.is_some() || !origin.is_some_and(same) {
            return Err(refuse(403, "this origin is not admitted"));
        }
    }
    let subprotocol =
        setting.subprotocols.iter().copied().find(|own| offered.subprotocols().contains(own));
    let deflate = setting.deflate.then(|| echo::POLICY.accept(offered.extensions())).flatten();
    let extensions: Vec<&str> = deflate.as_deref().into_iter().collect();
    let selection = Selection { subprotocol, extensions: &extensions };
    face.answer(&selection, head.headers())
}

impl<F: Face> Link for OpeningLink<F> {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        if let Stage::Open(link) = &mut self.stage {
            return link.feed(octets);
        }
        match self.take(octets) {
            Came::Nothing if matches!(self.stage, Stage::Ended) => Flow::Closed,
            Came::Nothing => Flow::Open,
            Came::Refused => {
                self.end();
                Flow::Closed
            }
            Came::Open(rest) => {
                let stage = core::mem::replace(&mut self.stage, Stage::Ended);
                let (Stage::Request(face, _) | Stage::Response(face, _)) = stage else {
                    return Flow::Closed;
                };
                let mut link = face.open();
                let flow = if rest.is_empty() { Flow::Open } else { link.feed(rest) };
                self.stage = Stage::Open(link);
                flow
            }
        }
    }

    fn settle(&mut self) -> Flow {
        match &mut self.stage {
            Stage::Open(link) => link.settle(),
            Stage::Ended => Flow::Closed,
            Stage::Request(..) | Stage::Response(..) => Flow::Open,
        }
    }

    fn half_close(&mut self) -> Flow {
        match &mut self.stage {
            Stage::Open(link) => link.half_close(),
            Stage::Ended => Flow::Closed,
            Stage::Request(..) | Stage::Response(..) => {
                self.end();
                Flow::Closed
            }
        }
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.out.drain(seen);
        if let Stage::Open(link) = &mut self.stage {
            link.drain(seen);
        }
    }

    fn work(&self) -> Option<Work> {
        match &self.stage {
            Stage::Open(link) => link.work(),
            Stage::Ended | Stage::Request(..) | Stage::Response(..) => None,
        }
    }

    fn fault(&self) -> Option<Fault> {
        match &self.stage {
            Stage::Open(link) => link.fault(),
            Stage::Ended | Stage::Request(..) | Stage::Response(..) => self.fault,
        }
    }
}
