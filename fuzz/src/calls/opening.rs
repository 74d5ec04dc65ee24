//! Creation and the calls of the opening handshake: of either role, in any order, with arguments
//! right and wrong.

use core::fmt::Display;

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::entropy::OsEntropy;
use wsproof_engine::handshake::{HandshakeError, Key};
use wsproof_engine::{Config, Header, Misuse, Offer, OpeningError, Selection, Session};

use super::payload::Payload;
use super::record::Stage;
use super::{Plain, Run};
use crate::opened;
use crate::script::pick;
use crate::told;

/// What may be offered, each with what is wrong with it.
const OFFERS: [(Offer<'static>, Option<HandshakeError>); 8] = [
    (offer(&[], &[]), None),
    (offer(&["chat", "superchat"], &["foo; a=1", "bar"]), None),
    (offer(&["chat", "chat"], &[]), Some(HandshakeError::ArgumentSubprotocolTwice)),
    (offer(&["a b"], &[]), Some(HandshakeError::ArgumentSubprotocol)),
    (offer(&[""], &[]), Some(HandshakeError::ArgumentSubprotocol)),
    (offer(&[], &["foo, bar"]), Some(HandshakeError::ArgumentExtension)),
    (offer(&[], &["foo", ""]), Some(HandshakeError::ArgumentExtension)),
    (offer(&["chat"], &["foo;"]), Some(HandshakeError::ArgumentExtension)),
];

/// What a server may select from the request of [`opened::request`] with a subprotocol and an
/// extension, each with what is wrong with it.
const SELECTIONS: [(Option<&str>, &[&str], Option<HandshakeError>); 7] = [
    (None, &[], None),
    (Some("chat"), &["foo; b"], None),
    (Some(""), &["foo"], None),
    (Some("superchat"), &[], Some(HandshakeError::SelectedSubprotocolNotOffered)),
    (Some("a b"), &[], Some(HandshakeError::ArgumentSubprotocol)),
    (None, &["bar"], Some(HandshakeError::SelectedExtensionNotOffered)),
    (None, &["foo;"], Some(HandshakeError::ArgumentExtension)),
];

/// What a request says that lacks one field, in the order of [`opened::request`].
const LACKING: [HandshakeError; 5] = [
    HandshakeError::HostMissing,
    HandshakeError::ConnectionNotRequested,
    HandshakeError::UpgradeNotRequested,
    HandshakeError::VersionMissing,
    HandshakeError::KeyMissing,
];

/// What a request says that has one field twice; lists may stand in several lines.
const TWICE: [Option<HandshakeError>; 5] = [
    Some(HandshakeError::HostRepeated),
    None,
    None,
    Some(HandshakeError::VersionRepeated),
    Some(HandshakeError::KeyRepeated),
];

const fn offer(subprotocols: &'static [&str], extensions: &'static [&str]) -> Offer<'static> {
    Offer { subprotocols, extensions, initial_headers: &[], subprotocol_required: false }
}

/// A session of this role, made as an application makes it: with keys of the system, and neither with
/// the call of the other role nor in memory that is too small.
pub(super) fn create(config: Config, role: Role) -> Result<Plain, String> {
    let create = |role, config| match role {
        Role::Client => Plain::create_client(config),
        Role::Server => Plain::create_server(config),
    };
    match create(!role, config.clone()) {
        Ok(_) => return Err(String::from("is created in another role than its configuration's")),
        Err(misuse) if misuse != Misuse::RoleMismatch => {
            return Err(format!("answers {misuse:?} to a configuration of the other role"));
        }
        Err(misuse) => told::misuse(misuse)?,
    }
    for (receive, send) in [(1, 0), (0, 1)] {
        let receive = vec![0; config.receive_part_size() - receive];
        let send = vec![0; config.send_part_size() - send];
        match Session::<u32, Payload, Vec<u8>, _>::create_in(&config, receive, send) {
            Err(Misuse::MemorySize) => told::misuse(Misuse::MemorySize)?,
            other => return Err(format!("is made in too little memory: {:?}", other.map(drop))),
        }
    }
    draw()?;
    create(role, config).map_err(|misuse| format!("answers {misuse:?} to its own configuration"))
}

/// Keys of the system: each is another, is read again as what it is, and is all that is shown.
fn draw() -> Result<(), String> {
    let mut entropy = OsEntropy::default();
    let keys = [(); 2].map(|()| Key::draw(&mut &mut entropy));
    let shown = keys.iter().all(|key| {
        let accept = key.accept();
        Key::parse(key.as_str().as_bytes()).as_ref() == Some(key)
            && format!("{key:?}") == format!("Key({:?})", key.as_str())
            && format!("{accept:?}") == format!("Accept({:?})", accept.as_str())
    });
    let hidden = format!("{entropy:?}") == "OsEntropy { .. }";
    if shown && hidden && keys[0] != keys[1] { Ok(()) } else { Err(format!("draws {keys:?}")) }
}

impl Run {
    /// Opens the session as it should be done.
    pub(super) fn open(&mut self) {
        match self.record.role {
            Role::Client => {
                if self.record.stage == Stage::Created {
                    self.begin_client(
                        &Offer { subprotocol_required: false, ..offer(&[], &[]) },
                        None,
                    );
                }
                let response = opened::response(&self.record.key);
                self.end_client(&response.iter().collect::<Vec<_>>(), None);
            }
            Role::Server => {
                if self.record.stage == Stage::Created {
                    self.begin_server(&Selection::default(), &opened::request(), None);
                }
                self.end_server();
            }
        }
    }

    /// Any one call.
    pub(super) fn shake(&mut self, choices: &mut Unstructured<'_>) {
        match pick(choices, &[0, 1, 2, 3]) {
            0 => {
                let (offer, wrong) = OFFERS[pick(choices, &[0, 1, 2, 3, 4, 5, 6, 7])];
                let bad = [Header::new("X", "a\r\nY: b")];
                if wrong.is_none() && pick(choices, &[false, true]) {
                    let offer = Offer { initial_headers: &bad, ..offer };
                    self.begin_client(&offer, Some(HandshakeError::ArgumentHeader));
                } else {
                    self.begin_client(&offer, wrong);
                }
            }
            1 => self.respond(choices),
            2 => self.request(choices),
            _ => self.end_server(),
        }
    }

    /// A response with at most one thing wrong.
    fn respond(&mut self, choices: &mut Unstructured<'_>) {
        let response = opened::response(&self.record.key);
        let mut fields: Vec<_> = response.iter().collect();
        let (wrong, extra) = match pick(choices, &[0, 1, 2, 3, 4, 5, 6, 7, 8]) {
            0 => (None, None),
            field @ 1..=3 => {
                fields.remove(field - 1);
                let missing = [
                    HandshakeError::UpgradeNotAnswered,
                    HandshakeError::ConnectionNotAnswered,
                    HandshakeError::AcceptMissing,
                ];
                (Some(missing[field - 1]), None)
            }
            4 => {
                fields[2] = Header::new("sec-websocket-accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
                (Some(HandshakeError::AcceptWrong), None)
            }
            5 => (Some(HandshakeError::AcceptRepeated), Some(fields[2])),
            6 => (
                Some(HandshakeError::SubprotocolNotOffered),
                Some(Header::new("Sec-WebSocket-Protocol", "nobody")),
            ),
            7 => (
                Some(HandshakeError::ExtensionNotOffered),
                Some(Header::new("Sec-WebSocket-Extensions", "nobody")),
            ),
            _ => (Some(HandshakeError::HeaderMalformed), Some(Header::new("X y", ""))),
        };
        fields.extend(extra);
        self.end_client(&fields, wrong);
    }

    /// A request with at most one thing wrong, or a selection that does not fit it.
    fn request(&mut self, choices: &mut Unstructured<'_>) {
        let mut fields = opened::request().to_vec();
        fields.push(Header::new("Sec-WebSocket-Protocol", "chat"));
        fields.push(Header::new("Sec-WebSocket-Extensions", "foo, foo; b"));
        let field = pick(choices, &[0, 1, 2, 3, 4]);
        let (wrong, (subprotocol, extensions, unfit)) = match pick(choices, &[0, 1, 2, 3, 4]) {
            0 => {
                fields.remove(field);
                (Some(LACKING[field]), SELECTIONS[0])
            }
            1 => {
                fields.push(fields[field]);
                (TWICE[field], SELECTIONS[0])
            }
            2 => {
                fields[3] = Header::new("Sec-WebSocket-Version", "8");
                (Some(HandshakeError::VersionUnsupported), SELECTIONS[0])
            }
            _ => (None, pick(choices, &SELECTIONS)),
        };
        self.begin_server(&Selection { subprotocol, extensions }, &fields, wrong.or(unfit));
    }

    fn begin_client(&mut self, offer: &Offer<'_>, wrong: Option<HandshakeError>) {
        let expected = self.record.begins(Role::Client).map_err(OpeningError::Misuse);
        let expected = expected.and_then(|()| wrong.map_or(Ok(()), |error| Err(error.into())));
        let answer = self.session.begin_client_handshake(offer);
        self.answered(
            format_args!("begin_client_handshake({offer:?})"),
            answer.as_ref().err().copied(),
            expected.err(),
        );
        if let Ok(request) = answer {
            let lines = 4
                + usize::from(!offer.subprotocols.is_empty())
                + usize::from(!offer.extensions.is_empty());
            if request.is_empty() || request.len() != lines || request.pairs().len() != lines {
                self.misdeed(format!("asks for other lines than these {lines}: {request:?}"));
            }
            self.record.stage = Stage::Begun;
            request.get("Sec-WebSocket-Key").unwrap_or_default().clone_into(&mut self.record.key);
            // RFC 6455 §4.1 item 7: "selected randomly", which zeros alone are not.
            if self.record.key.trim_end_matches('=').bytes().all(|octet| octet == b'A') {
                self.misdeed("draws no nonce");
            }
        }
    }

    fn end_client(&mut self, response: &[Header<'_>], wrong: Option<HandshakeError>) {
        let expected = self.record.ends(Role::Client).map_err(OpeningError::Misuse);
        let expected = expected.and_then(|()| wrong.map_or(Ok(()), |error| Err(error.into())));
        let answer = self.session.end_client_handshake(response);
        self.answered(
            format_args!("end_client_handshake({response:?})"),
            answer.as_ref().err().copied(),
            expected.err(),
        );
        if answer.is_ok() {
            self.record.stage = Stage::Over;
        }
    }

    fn begin_server(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
        wrong: Option<HandshakeError>,
    ) {
        let expected = self.record.begins(Role::Server).map_err(OpeningError::Misuse);
        let expected = expected.and_then(|()| wrong.map_or(Ok(()), |error| Err(error.into())));
        let answer = self.session.begin_server_handshake(selection, request);
        self.answered(
            format_args!("begin_server_handshake({selection:?}, {request:?})"),
            answer.as_ref().err().copied(),
            expected.err(),
        );
        if answer.is_ok() {
            self.record.stage = Stage::Begun;
        }
    }

    fn end_server(&mut self) {
        let expected = self.record.ends(Role::Server).map_err(OpeningError::Misuse);
        let answer = self.session.end_server_handshake().map_err(OpeningError::Misuse);
        self.answered("end_server_handshake", answer.err(), expected.err());
        if answer.is_ok() {
            self.record.stage = Stage::Over;
        }
    }

    fn answered(
        &mut self,
        call: impl Display,
        answer: Option<OpeningError>,
        expected: Option<OpeningError>,
    ) {
        self.log(|| format!("{call} = {answer:?}"));
        if answer != expected {
            self.misdeed(format!("answers {answer:?} to {call}, not {expected:?}"));
        }
        match answer {
            Some(OpeningError::Misuse(misuse)) => self.expect(told::misuse(misuse)),
            Some(OpeningError::Handshake(error)) => self.expect(told::handshake(error)),
            None => {}
        }
    }
}
