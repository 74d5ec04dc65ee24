//! The C interface and a session side by side: the same calls, sensible and senseless, do the same
//! to both.

mod settings;

use core::ffi::CStr;

use arbitrary::Unstructured;
use websocket::caller::{Caller, Given, Got, Headers};
use wsproof_capi_abi as abi;
use wsproof_capi_abi::{E_INVALIDARG, Hresult, S_OK};
use wsproof_cases::Role;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::HandshakeClass;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, FaultClass, Header,
    Incoming, Misuse, MisuseClass, Offer, OpeningError, Outgoing, Selection, Session, Ticket,
};

use self::settings::Settings;
use crate::edge;
use crate::opened::{self, engine_role};
use crate::script::{Script, filler, one_in, pick};

/// The most calls of a run.
const CALLS: usize = 96;

/// Values of `WEB_SOCKET_BUFFER_TYPE`, those of custom frames, and others.
const TYPES: [u32; 16] = [
    0x8000_0000,
    0x8000_0000,
    0x8000_0001,
    0x8000_0002,
    0x8000_0003,
    0x8000_0004,
    0x8000_0005,
    0x8000_0006,
    0x8000_0007,
    0,
    1,
    0x102,
    0x182,
    0x116,
    0x112,
    0xffff_ffff,
];

/// What a client offers whose library compresses.
const OFFER: &CStr = c"permessage-deflate; client_max_window_bits";

type Plain = Session<usize, Vec<u8>, Vec<u8>>;

/// What came of a run.
#[derive(Debug)]
pub struct Seen {
    /// The calls and what both answered, if they were asked for.
    pub log: Option<Vec<String>>,
    /// Where the two differ.
    pub differences: Vec<String>,
}

struct Both {
    role: Role,
    settings: Settings,
    caller: Caller,
    session: Plain,
    /// Actions outstanding in both.
    outstanding: Vec<(Got, Ticket)>,
    network: Vec<u8>,
    /// The key each client has drawn.
    keys: [String; 2],
    number: usize,
    seen: Seen,
}

/// Lets choices decide what is called, and keeps a log of it if that is wanted.
#[must_use]
pub fn play(choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let script = Script::choose(choices);
    let mut seen = Seen { log: log.then(Vec::new), differences: Vec::new() };
    let role = script.setup.role();
    let settings = Settings::choose(role, choices);
    let properties = settings.properties();
    let made = Caller::create(engine_role(role), &properties);
    let (caller, config) = match (made, settings.config()) {
        (Ok(caller), Some(Ok(config))) => (caller, config),
        (Err(E_INVALIDARG), None | Some(Err(_))) => return seen,
        (made, config) => {
            let made = made.map(|_| ());
            seen.differences.push(format!("{made:?} for {properties:x?}, {config:?}"));
            return seen;
        }
    };
    let session = Plain::create_with_entropy(config, Box::new(FixedEntropy::new(1)));
    let mut both = Both {
        role,
        settings,
        caller,
        session,
        outstanding: Vec::new(),
        network: script.stream,
        keys: [opened::SAMPLE_KEY; 2].map(String::from),
        number: 0,
        seen,
    };
    if !one_in(choices, 16) {
        both.open();
    }
    for _ in 0..CALLS {
        if choices.is_empty() {
            break;
        }
        both.call(choices);
    }
    both.finish()
}

impl Both {
    fn call(&mut self, choices: &mut Unstructured<'_>) {
        match pick(choices, &[0, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 5]) {
            0 => self.send(choices),
            1 => self.receive(choices),
            2 => self.get(choices),
            3 => self.complete(choices),
            4 if one_in(choices, 16) => {
                let result = self.caller.abort();
                self.session.abort();
                self.same("abort", result, S_OK);
            }
            _ => self.shake(choices),
        }
    }

    /// Notes a difference.
    fn same<T: PartialEq + core::fmt::Debug>(&mut self, call: &str, c: T, session: T) {
        if let Some(log) = &mut self.seen.log {
            log.push(format!("{call}: {c:x?}"));
        }
        if c != session {
            self.seen.differences.push(format!("{call}: {c:x?}, and the session {session:x?}"));
        }
    }

    fn open(&mut self) {
        match self.role {
            Role::Client => {
                self.begin_client(&[]);
                self.end_client(None);
            }
            Role::Server => {
                self.begin_server(None, None);
                self.end_server();
            }
        }
    }

    /// One call of the opening handshake, of either role, with arguments right and wrong.
    fn shake(&mut self, choices: &mut Unstructured<'_>) {
        let field = pick(choices, &[None, Some(0), Some(1), Some(2), Some(3), Some(4)]);
        match pick(choices, &[0, 1, 2, 3]) {
            0 => self.begin_client(if one_in(choices, 2) { &[c"a", c"a b"] } else { &[c"chat"] }),
            1 => self.end_client(field),
            2 => self.begin_server(pick(choices, &[None, Some(c"chat"), Some(c"\xff")]), field),
            _ => self.end_server(),
        }
    }

    fn begin_client(&mut self, subprotocols: &[&CStr]) {
        // Who lets the library compress offers it all the same.
        let extensions = if self.settings.compresses() { &[OFFER][..] } else { &[] };
        let [names, offers] = [subprotocols, extensions].map(|names| -> Vec<_> {
            names.iter().filter_map(|name| name.to_str().ok()).collect()
        });
        let (result, fields) = self.caller.begin_client_handshake(subprotocols, extensions);
        let begun = self.session.begin_client_handshake(&Offer {
            subprotocols: &names,
            extensions: &offers,
            subprotocol_required: !self.settings.optional_subprotocol,
            ..Offer::default()
        });
        if let Ok(request) = &begun {
            let key = |fields: &Headers| {
                let found = fields.iter().find(|(name, _)| name == b"Sec-WebSocket-Key");
                found.map(|(_, key)| String::from_utf8_lossy(key).into_owned())
            };
            let own = fields_of(&request.iter().collect::<Vec<_>>());
            let names = |fields: &Headers| fields.iter().map(|(name, _)| name.clone()).collect();
            let (ours, theirs): (Vec<_>, Vec<_>) = (names(&fields), names(&own));
            self.same("fields of the request", ours, theirs);
            self.keys = [key(&fields), key(&own)].map(Option::unwrap_or_default);
        }
        self.same("begin_client_handshake", result, of_opening(begun.map(drop)));
    }

    /// A response, without one of its fields.
    fn end_client(&mut self, without: Option<usize>) {
        let [ours, theirs] = self.keys.each_ref().map(|key| {
            let response = opened::response(key);
            let accepted = [Header::new("Sec-WebSocket-Extensions", "permessage-deflate")];
            let accepted = accepted.into_iter().filter(|_| self.settings.compresses());
            let fields = response.iter().chain(accepted).zip(0..);
            let fields = fields.filter(|(_, index)| Some(*index) != without);
            fields_of(&fields.map(|(field, _)| field).collect::<Vec<_>>())
        });
        let result = self.caller.end_client_handshake(&ours);
        let ended = self.session.end_client_handshake(&headers_of(&theirs)).map(drop);
        self.same("end_client_handshake", result, of_opening(ended));
    }

    /// A request, without one of its fields.
    fn begin_server(&mut self, subprotocol: Option<&CStr>, without: Option<usize>) {
        let request = opened::request().into_iter().zip(0..);
        let request: Vec<_> = request.filter(|(_, index)| Some(*index) != without).collect();
        let request = fields_of(&request.into_iter().map(|(field, _)| field).collect::<Vec<_>>());
        let (result, fields) = self.caller.begin_server_handshake(subprotocol, &request);
        let Ok(name) = subprotocol.map(CStr::to_str).transpose() else {
            return self.same("begin_server_handshake", result, E_INVALIDARG);
        };
        let selection = Selection { subprotocol: name, extensions: &[] };
        let begun = self.session.begin_server_handshake(&selection, &headers_of(&request));
        if let Ok(response) = &begun {
            let own = fields_of(&response.iter().collect::<Vec<_>>());
            self.same("fields of the response", fields, own);
        }
        self.same("begin_server_handshake", result, of_opening(begun.map(drop)));
    }

    fn end_server(&mut self) {
        let result = self.caller.end_server_handshake();
        let ended = self.session.end_server_handshake().map_err(OpeningError::Misuse);
        self.same("end_server_handshake", result, of_opening(ended));
    }

    fn send(&mut self, choices: &mut Unstructured<'_>) {
        self.number += 1;
        let kind = pick(choices, &TYPES);
        let octets = filler(pick(choices, &[0, 1, 5, 123, 125, 126, 300]));
        let status = pick(choices, &edge::CLOSE_CODES);
        let given = match pick(choices, &[0, 0, 0, 1, 2, 3]) {
            1 => Given::Nothing,
            2 => Given::Nowhere(pick(choices, &[0, 1])),
            3 => Given::Octets(b"\xff".to_vec(), status),
            _ => Given::Octets(octets, status),
        };
        let expected = self.expected(kind, &given);
        let result = self.caller.send(kind, given, self.number);
        self.same("send", result, expected);
    }

    /// What the session says of the same operation. State and order come first.
    fn expected(&mut self, kind: u32, given: &Given) -> Hresult {
        let in_order = |session: &mut Plain, kind| {
            session.check_send(kind).map_or_else(of_misuse, |()| E_INVALIDARG)
        };
        let Ok(kind) = BufferType::from_bits(kind) else {
            return in_order(&mut self.session, BufferType::PingPong);
        };
        let octets = match given {
            Given::Nothing => None,
            Given::Nowhere(0) => Some(Vec::new()),
            Given::Nowhere(_) => return in_order(&mut self.session, kind),
            Given::Octets(octets, _) => Some(octets.clone()),
        };
        let status = if let Given::Octets(_, status) = given { *status } else { 0 };
        let data = || octets.clone().unwrap_or_default();
        let outgoing = match kind {
            BufferType::Utf8Message => Outgoing::Utf8Message(data()),
            BufferType::Utf8Fragment => Outgoing::Utf8Fragment(data()),
            BufferType::BinaryMessage => Outgoing::BinaryMessage(data()),
            BufferType::BinaryFragment => Outgoing::BinaryFragment(data()),
            BufferType::Custom(header) => Outgoing::Custom(header, data()),
            BufferType::Close => Outgoing::Close(
                octets.map(|octets| CloseStatus::with_reason(CloseCode::new(status), octets)),
            ),
            BufferType::PingPong | BufferType::UnsolicitedPong if octets.is_some() => {
                return in_order(&mut self.session, kind);
            }
            BufferType::PingPong => Outgoing::PingPong,
            BufferType::UnsolicitedPong => Outgoing::UnsolicitedPong,
        };
        let sent = self.session.send(outgoing, self.number);
        sent.map_or_else(|refused| of_misuse(refused.misuse), |()| S_OK)
    }

    fn receive(&mut self, choices: &mut Unstructured<'_>) {
        self.number += 1;
        let room = pick(choices, &[None, None, Some(0), Some(1), Some(7), Some(300)]);
        let result = self.caller.receive(room, self.number);
        let answer = self.session.receive(room.map(|room| vec![0; room]), self.number);
        let expected = answer.map_or_else(|refused| of_misuse(refused.misuse), |()| S_OK);
        self.same("receive", result, expected);
    }

    fn get(&mut self, choices: &mut Unstructured<'_>) {
        let (queue, theirs) = pick(
            choices,
            &[
                (abi::WEB_SOCKET_ALL_ACTION_QUEUE, Some(ActionQueue::All)),
                (abi::WEB_SOCKET_SEND_ACTION_QUEUE, Some(ActionQueue::Send)),
                (abi::WEB_SOCKET_RECEIVE_ACTION_QUEUE, Some(ActionQueue::Receive)),
                (abi::WEB_SOCKET_ALL_ACTION_QUEUE, Some(ActionQueue::All)),
                (0, None),
                (4, None),
            ],
        );
        let room = pick(choices, &[2, 2, 2, 2, 1, 0, 4]);
        let without = if one_in(choices, 16) { Some(pick(choices, &[0, 1, 2, 3])) } else { None };
        let got = self.caller.get_action(queue, room, without);
        let (Some(theirs), None) = (theirs, without) else {
            return self.same("get_action", got.result, E_INVALIDARG);
        };
        let action = match self.session.get_action(theirs) {
            Ok(action) => action,
            Err(error) => return self.same("get_action", got.result, of_action(error)),
        };
        let (kind, buffer_type, ticket) = match action {
            Action::NoAction => {
                let none = Got { result: S_OK, ..Got::default() };
                return self.same("get_action", got, none);
            }
            Action::SendToNetwork(ticket, kind) => {
                (abi::WEB_SOCKET_SEND_TO_NETWORK_ACTION, Some(kind), ticket)
            }
            Action::IndicateSendComplete(ticket, kind) => {
                (abi::WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION, Some(kind), ticket)
            }
            Action::ReceiveFromNetwork(ticket) => {
                (abi::WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION, None, ticket)
            }
            Action::IndicateReceiveComplete(ticket, kind) => {
                (abi::WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION, kind, ticket)
            }
        };
        if room == 0 && !matches!(action, Action::IndicateSendComplete(..)) {
            let declined = self.session.decline(ticket);
            self.same("get_action without room", got.result, E_INVALIDARG);
            return self.same("decline", declined, Ok(()));
        }
        let told = (got.result, got.action, got.buffer_type, got.context);
        let buffer_type = buffer_type.map_or(0, BufferType::bits);
        let context = self.session.context(ticket).ok().flatten().copied();
        self.same("get_action", told, (S_OK, kind, buffer_type, context));
        let (octets, status) = self.shown(action, ticket, room);
        self.same("octets of the action", (&got.octets[..], got.status), (&octets, status));
        self.outstanding.push((got, ticket));
    }

    /// What an action of the session has: its octets, or zeros to read into, and a status.
    fn shown(&mut self, action: Action, ticket: Ticket, room: usize) -> (Vec<u8>, u16) {
        match action {
            Action::SendToNetwork(..) => {
                if room == 1 {
                    let _ = self.session.confine(ticket);
                }
                let slices = self.session.slices(ticket).map(|slices| slices.concat());
                (slices.unwrap_or_default(), 0)
            }
            Action::ReceiveFromNetwork(_) => {
                let room = self.session.buffer_mut(ticket).map_or(0, |room| room.len());
                (vec![0; room], 0)
            }
            Action::IndicateReceiveComplete(..) => match self.session.incoming(ticket) {
                Ok(Incoming::Close { code, reason }) => {
                    (reason.unwrap_or_default().to_vec(), code.number())
                }
                Ok(Incoming::Data(octets)) => (octets.to_vec(), 0),
                Err(_) => (Vec::new(), 0),
            },
            Action::IndicateSendComplete(..) | Action::NoAction => (Vec::new(), 0),
        }
    }

    fn complete(&mut self, choices: &mut Unstructured<'_>) {
        if self.outstanding.is_empty() || one_in(choices, 16) {
            // Something senseless, which must do nothing.
            let token = pick(choices, &[0, 1, 4096, usize::MAX]);
            let result = self.caller.complete_action(token, &[], pick(choices, &[0, 1, u32::MAX]));
            return self.same("complete_action of nothing", result, S_OK);
        }
        let index = usize::from(one_in(choices, 2)) % self.outstanding.len();
        let (got, ticket) = self.outstanding.remove(index);
        let mut piece = Vec::new();
        let octets = match got.action {
            abi::WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION => {
                let most = got.octets.len().min(self.network.len());
                let most = most.min(pick(choices, &[usize::MAX, 1, 2, 7]));
                piece = self.network.drain(..most).collect();
                if let Ok(room) = self.session.buffer_mut(ticket) {
                    room[..most].copy_from_slice(&piece);
                }
                if one_in(choices, 32) { got.octets.len() + 1 } else { most }
            }
            abi::WEB_SOCKET_SEND_TO_NETWORK_ACTION if one_in(choices, 8) => {
                pick(choices, &[0, 1, 2, 7])
            }
            _ => got.octets.len(),
        };
        let transferred = u32::try_from(octets).unwrap_or(u32::MAX);
        let result = self.caller.complete_action(got.token, &piece, transferred);
        self.same("complete_action", result, S_OK);
        if self.session.complete_action(ticket, octets).err() == Some(Misuse::TooManyOctets) {
            // Whoever wrote behind a buffer cannot go on.
            self.session.abort();
            let _ = self.session.complete_action(ticket, 0);
        }
        // Once more, which must do nothing.
        let again = self.caller.complete_action(got.token, &[], transferred);
        self.same("complete_action again", again, S_OK);
    }

    /// After an abort both bring everything home, and a handle that was deleted is none.
    fn finish(mut self) -> Seen {
        self.caller.abort();
        self.session.abort();
        let mut plain = Unstructured::new(&[]);
        for _ in 0..4 * CALLS {
            self.get(&mut plain);
            if self.outstanding.is_empty() {
                break;
            }
            self.complete(&mut plain);
        }
        let Self { caller, mut seen, .. } = self;
        let after = caller.delete();
        if after.iter().any(|result| *result >= 0) {
            seen.differences.push(format!("a deleted handle answers {after:x?}"));
        }
        seen
    }
}

fn fields_of(headers: &[Header<'_>]) -> Headers {
    headers.iter().map(|header| (header.name().to_vec(), header.value().to_vec())).collect()
}

fn headers_of(fields: &Headers) -> Vec<Header<'_>> {
    fields.iter().map(|(name, value)| Header::new(&name[..], &value[..])).collect()
}

/// The interface's results, as its documentation tells them.
fn of_misuse(misuse: Misuse) -> Hresult {
    match misuse.class() {
        MisuseClass::Argument => E_INVALIDARG,
        MisuseClass::Operation => abi::E_INVALID_PROTOCOL_OPERATION,
    }
}

fn of_action(error: ActionError) -> Hresult {
    match error {
        ActionError::Fault(fault) => match fault.violation().class() {
            FaultClass::Format => abi::E_INVALID_PROTOCOL_FORMAT,
            FaultClass::Operation => abi::E_INVALID_PROTOCOL_OPERATION,
        },
        ActionError::Misuse(misuse) => of_misuse(misuse),
    }
}

fn of_opening(answer: Result<(), OpeningError>) -> Hresult {
    match answer {
        Ok(()) => S_OK,
        Err(OpeningError::Misuse(misuse)) => of_misuse(misuse),
        Err(OpeningError::Handshake(error)) => match error.class() {
            HandshakeClass::InvalidFormat => abi::E_INVALID_PROTOCOL_FORMAT,
            HandshakeClass::InvalidArgument => E_INVALIDARG,
            HandshakeClass::SubprotocolNotSupported => abi::E_SUBPROTOCOL_NOT_SUPPORTED,
            HandshakeClass::ExtensionsNotSupported => abi::E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED,
            HandshakeClass::VersionNotSupported => abi::E_PROTOCOL_VERSION_NOT_SUPPORTED,
        },
    }
}
