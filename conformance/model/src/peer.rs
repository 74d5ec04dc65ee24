//! The endpoint from its first octet: the opening handshake, and what comes behind it.

use wsproof_cases::Role;
use wsproof_cases::deflate::{Agreement, Unfit};
use wsproof_cases::digest::base64;
use wsproof_cases::opening::Setting;

use crate::bug::{Bug, Bugs};
use crate::careless;
use crate::deflate::{self, Agreed};
use crate::endpoint::Endpoint;
use crate::event::Limits;
use crate::fault::Fault;
use crate::handshake::{
    HeadLimits, Offer, Opening, Refusal, Request, is_inherited, read_answers, read_errand,
    read_request, read_response,
};

/// How large a head may be.
const LIMITS: HeadLimits = HeadLimits { octets: 32_768, fields: 100 };

/// The octets of the key of a client's first connection.
const NONCE: [u8; 16] = *b"obviously right!";

/// An endpoint that has to be opened. It looks at a head whenever it is asked what it has written,
/// at the whole of it each time.
#[derive(Clone, Debug)]
pub struct Peer {
    role: Role,
    setting: Setting,
    limits: Limits,
    bugs: Bugs,
    stage: Stage,
    out: Vec<u8>,
    /// How many connections it has had before.
    earlier: u32,
    /// A planted mistake has answered a request that asks for no upgrade.
    served: bool,
}

#[derive(Clone, Debug)]
enum Stage {
    /// The octets that have come so far.
    Opening(Vec<u8>),
    Open(Box<Endpoint>),
    /// Nothing is read any more, and the stream stays.
    Deaf,
    Closed,
}

impl Peer {
    /// A peer in this role with this setting, these limits and bugs, which has had so many
    /// connections before.
    pub fn new(
        role: Role,
        setting: Setting,
        limits: Limits,
        bugs: impl Into<Bugs>,
        earlier: u32,
    ) -> Self {
        let bugs = bugs.into();
        let stage = Stage::Opening(Vec::new());
        let out = Vec::new();
        let mut peer = Self { role, setting, limits, bugs, stage, out, earlier, served: false };
        if role == Role::Client && !bugs.has(Bug::NeverRequests) {
            peer.request();
        }
        peer
    }

    /// Takes octets from the peer.
    pub fn feed(&mut self, octets: &[u8]) {
        match &mut self.stage {
            Stage::Opening(_) if self.bugs.has(Bug::ReadsHeadsAtOnce) => {
                self.stage = Stage::Opening(octets.to_vec());
                self.open();
                if matches!(self.stage, Stage::Opening(_)) {
                    self.refuse(Refusal::Answer(400));
                }
            }
            Stage::Opening(head) => head.extend_from_slice(octets),
            Stage::Open(endpoint) => endpoint.feed(octets),
            Stage::Deaf | Stage::Closed => {}
        }
    }

    /// Takes what was written since the last call.
    pub fn take_output(&mut self) -> Vec<u8> {
        self.open();
        let mut out = core::mem::take(&mut self.out);
        if let Stage::Open(endpoint) = &mut self.stage {
            out.extend(endpoint.take_output());
        }
        out
    }

    /// Whether the stream is ended.
    pub fn closed(&mut self) -> bool {
        self.open();
        match &self.stage {
            Stage::Open(endpoint) => endpoint.closed(),
            Stage::Closed => true,
            Stage::Opening(_) | Stage::Deaf => false,
        }
    }

    /// The fault for which the connection was failed once it was open.
    pub const fn fault(&self) -> Option<Fault> {
        match &self.stage {
            Stage::Open(endpoint) => endpoint.fault(),
            Stage::Opening(_) | Stage::Deaf | Stage::Closed => None,
        }
    }

    /// Takes the end of the peer's stream.
    pub fn peer_eof(&mut self) {
        self.open();
        match &mut self.stage {
            Stage::Open(endpoint) => endpoint.peer_eof(),
            stage if self.bugs.has(Bug::KeepsFailedStreams) => *stage = Stage::Deaf,
            stage => *stage = Stage::Closed,
        }
    }

    /// Reads on in the opening handshake.
    fn open(&mut self) {
        let Stage::Opening(octets) = &self.stage else { return };
        if octets.is_empty() || self.bugs.has(Bug::NeverAnswers) {
            return;
        }
        let octets = octets.clone();
        let (end, agreement) = match self.role {
            Role::Server => match read_request(LIMITS, self.bugs, &octets) {
                Opening::Incomplete => return,
                Opening::Refused(Refusal::Answer(426)) if self.serves(&octets) => return,
                Opening::Accepted(_) if self.served => return self.refuse(Refusal::Answer(400)),
                Opening::Accepted(request)
                    if request.extensions.iter().any(|own| is_inherited(&own.name))
                        && self.bugs.has(Bug::FindsInheritedNames) =>
                {
                    self.stage = Stage::Closed;
                    return;
                }
                Opening::Refused(refusal) => return self.refuse(refusal),
                Opening::Accepted(request)
                    if self.bugs.has(Bug::RefusesUnknownSubprotocols)
                        && !request.subprotocols.is_empty()
                        && self.selected(&request).is_none() =>
                {
                    return self.refuse(Refusal::Answer(400));
                }
                Opening::Accepted(request) => match self.unserved(&octets) {
                    Some(status) => return self.refuse(Refusal::Answer(status)),
                    None => match self.accepted(&request) {
                        Err(status) => return self.refuse(Refusal::Answer(status)),
                        Ok(accepted) => {
                            let (answer, agreement) = accepted.unzip();
                            self.answer(&request, answer.as_deref());
                            (request.end, agreement)
                        }
                    },
                },
            },
            Role::Client => {
                let key = self.key();
                let name = |offer: &&'static str| offer.split(';').next().unwrap_or_default();
                let extensions: Vec<&str> = self.setting.extensions.iter().map(name).collect();
                let offer = Offer {
                    key: &key,
                    subprotocols: self.setting.subprotocols,
                    extensions: &extensions,
                    subprotocol_required: self.setting.insists,
                };
                match read_response(LIMITS, self.bugs, &offer, &octets) {
                    Opening::Incomplete => return,
                    Opening::Refused(refusal) => return self.refuse(refusal),
                    Opening::Accepted(response) => match self.agreement(&octets) {
                        Ok(agreement) => (response.end, agreement),
                        Err(Unfit) => return self.refuse(Refusal::Fields),
                    },
                }
            }
        };
        if self.is_lost(end) {
            self.stage = Stage::Closed;
            return;
        }
        let own = if self.bugs.has(Bug::SwapsSides) { !self.role } else { self.role };
        let agreed = agreement.map(|agreement| Agreed::by(own, agreement));
        let mut endpoint = Endpoint::with_extension(self.role, self.limits, agreed, self.bugs);
        endpoint.draw_anew(self.earlier);
        let mut behind = octets.get(end..).unwrap_or_default();
        if behind.starts_with(b"GET ") && self.bugs.has(Bug::GoesOnWithHttp) {
            behind = b"";
            self.out.extend(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
        if (end == 1024 || octets.len() == 1024) && self.bugs.has(Bug::LosesBehindFullHeads) {
            behind = b"";
        }
        endpoint.feed(careless::behind_head(behind, self.bugs));
        self.stage = Stage::Open(Box::new(endpoint));
    }

    /// Whether a planted mistake makes nothing of a head of so many octets.
    fn is_lost(&self, head: usize) -> bool {
        let across = head / 1024 != head.saturating_sub(4) / 1024;
        across && self.bugs.has(Bug::LosesEndsOfHeads)
            || head > 1000 && self.bugs.has(Bug::RefusesLongHeads)
    }

    /// Whether a planted mistake answers a request and waits for the next one.
    fn serves(&mut self, octets: &[u8]) -> bool {
        let end = octets.windows(4).position(|four| four == b"\r\n\r\n");
        let (Some(end), true) = (end, self.bugs.has(Bug::UpgradesFirstRequests)) else {
            return false;
        };
        self.served = true;
        self.stage = Stage::Opening(octets[end + 4..].to_vec());
        self.out.extend(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        self.open();
        true
    }

    /// What the server answers to offers of the extension, if it speaks it.
    fn accepted(&self, request: &Request) -> Result<Option<(String, Agreement)>, u16> {
        let speaks = self.setting.deflate;
        if speaks { deflate::answer(&request.extensions, self.bugs) } else { Ok(None) }
    }

    /// What the client takes an answer for, if it speaks the extension.
    fn agreement(&self, octets: &[u8]) -> Result<Option<Agreement>, Unfit> {
        if !self.setting.deflate {
            return Ok(None);
        }
        let answers = read_answers(LIMITS, self.bugs, octets);
        deflate::agreement(self.setting.extensions, &answers, self.bugs)
    }

    /// The status with which the server's application refuses a request.
    fn unserved(&self, octets: &[u8]) -> Option<u16> {
        let request = read_errand(LIMITS, self.bugs, octets);
        let is_path =
            |path: &str| request.path == path.as_bytes() || self.bugs.has(Bug::IgnoresPaths);
        let is_origin = |origin: &str| match &request.origins[..] {
            [_, ..] if self.bugs.has(Bug::IgnoresOrigins) => true,
            [own] if self.bugs.has(Bug::ComparesOriginsByPrefix) => {
                own.starts_with(origin.as_bytes())
            }
            [own] => own.eq_ignore_ascii_case(origin.as_bytes()),
            _ => false,
        };
        if !self.setting.path.is_none_or(is_path) {
            Some(404)
        } else if !self.setting.origin.is_none_or(is_origin) {
            Some(403)
        } else {
            None
        }
    }

    /// The subprotocol that the server selects.
    fn selected(&self, request: &Request) -> Option<Vec<u8>> {
        let offered = &request.subprotocols;
        let own = |name: &&str| {
            let is = |offer: &Vec<u8>| {
                offer == name.as_bytes()
                    || offer.starts_with(name.as_bytes())
                        && self.bugs.has(Bug::SelectsSubprotocolPrefix)
                    || offer.eq_ignore_ascii_case(name.as_bytes())
                        && self.bugs.has(Bug::SelectsWithoutCase)
            };
            offered.iter().any(is) || self.bugs.has(Bug::SelectsUnofferedSubprotocol)
        };
        if self.bugs.has(Bug::NeverSelects) {
            None
        } else if self.bugs.has(Bug::AnswersEverySubprotocol) && !offered.is_empty() {
            Some(offered.join(&b", "[..]))
        } else if self.bugs.has(Bug::ComparesSubprotocolsWhole) && offered.len() > 1 {
            None
        } else if self.bugs.has(Bug::SelectsFirstSubprotocol) {
            offered.first().cloned()
        } else {
            let name = self.setting.subprotocols.iter().find(|name| own(name));
            name.map(|name| name.as_bytes().to_vec())
        }
    }

    fn answer(&mut self, request: &Request, extension: Option<&str>) {
        let status =
            if self.bugs.has(Bug::AnswersWith200) { "200 OK" } else { "101 Switching Protocols" };
        let version = if self.bugs.has(Bug::AnswersOldHttp) { "1.0" } else { "1.1" };
        let mut lines = vec![format!("HTTP/{version} {status}").into_bytes()];
        let mut push = |name: &str, value: &[u8]| {
            lines.push([name.as_bytes(), b": ", value].concat());
        };
        if !self.bugs.has(Bug::AnswersWithoutUpgrade) {
            push("Upgrade", b"websocket");
        }
        if !self.bugs.has(Bug::AnswersWithoutConnection) {
            push("Connection", b"Upgrade");
        }
        if !self.bugs.has(Bug::AnswersWithoutAccept) {
            push("Sec-WebSocket-Accept", &request.accept);
        }
        if self.bugs.has(Bug::AnswersAcceptTwice) {
            push("Sec-WebSocket-Accept", &request.accept);
        }
        if self.bugs.has(Bug::AnswersChunked) {
            push("Transfer-Encoding", b"chunked");
        }
        if self.bugs.has(Bug::AnswersEmptySubprotocol) {
            push("Sec-WebSocket-Protocol", b"");
        }
        if self.bugs.has(Bug::AnswersWithLength) {
            push("Content-Length", b"0");
        }
        if let Some(mut name) = self.selected(request) {
            if self.bugs.has(Bug::LowersSubprotocols) {
                name.make_ascii_lowercase();
            }
            push("Sec-WebSocket-Protocol", &name);
            if self.bugs.has(Bug::AnswersSubprotocolTwice) {
                push("Sec-WebSocket-Protocol", &name);
            }
        }
        if self.bugs.has(Bug::EchoesExtensions) {
            for extension in &request.extensions {
                push("Sec-WebSocket-Extensions", &extension.name);
            }
        }
        if self.bugs.has(Bug::AnswersUnofferedExtension) {
            push("Sec-WebSocket-Extensions", b"unheard-of");
        }
        if self.bugs.has(Bug::AnswersEmptyExtensions) {
            push("Sec-WebSocket-Extensions", b"");
        }
        if let Some(extension) = extension {
            push("Sec-WebSocket-Extensions", extension.as_bytes());
        }
        self.write_lines(&lines);
        if self.bugs.has(Bug::AnswersChunked) {
            self.out.extend(b"0\r\n\r\n");
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.stage = Stage::Closed;
        if self.role == Role::Client {
            if self.bugs.has(Bug::ClosesFailedHandshakes) {
                self.out.extend([0x88, 0x80, 0, 0, 0, 0]);
            }
            if self.bugs.has(Bug::KeepsFailedStreams) {
                self.stage = Stage::Deaf;
            }
            return;
        }
        let Refusal::Answer(status) = refusal else { return };
        if self.bugs.has(Bug::RefusesSilently) {
            return;
        }
        let mut lines = vec![format!("HTTP/1.1 {status} ")];
        lines.push("Connection: close".to_owned());
        if status == 426 && !self.bugs.has(Bug::RefusesWithoutUpgrade) {
            lines.push("Upgrade: websocket".to_owned());
        }
        if status == 405 && !self.bugs.has(Bug::RefusesWithoutAllow) {
            lines.push("Allow: GET".to_owned());
        }
        if !self.bugs.has(Bug::RefusesWithoutVersion) {
            lines.push("Sec-WebSocket-Version: 13".to_owned());
        }
        let length = if self.bugs.has(Bug::CutsRefusals) { 9 } else { 0 };
        lines.push(format!("Content-Length: {length}"));
        self.write_lines(&lines.into_iter().map(String::into_bytes).collect::<Vec<_>>());
        if self.bugs.has(Bug::RefusesWithFrames) {
            self.out.extend([0x88, 0]);
        }
        if self.bugs.has(Bug::RefusesWithoutEnd) {
            self.stage = Stage::Deaf;
        }
    }

    /// The client's key.
    fn key(&self) -> Vec<u8> {
        if self.bugs.has(Bug::RequestsShortKeys) {
            return base64(&NONCE[1..]);
        }
        if self.bugs.has(Bug::RequestsSampleKeys) {
            return b"dGhlIHNhbXBsZSBub25jZQ==".to_vec();
        }
        let mut nonce = NONCE;
        if !self.bugs.has(Bug::RequestsSameKeys) {
            nonce[0] = nonce[0].wrapping_add(self.earlier as u8);
        }
        let mut key = base64(&nonce);
        if self.bugs.has(Bug::RequestsPadBits) {
            key[21] += 1;
        }
        key
    }

    fn request(&mut self) {
        let method = if self.bugs.has(Bug::RequestsWithPost) { "POST" } else { "GET" };
        let target = match () {
            () if self.bugs.has(Bug::RequestsFragments) => "/#part",
            () if self.bugs.has(Bug::RequestsQueriesOnly) => "?a=b",
            () => "/",
        };
        let bare = self.bugs.has(Bug::RequestsBareAddresses);
        let host: &[u8] = if bare { b"::1:9001" } else { b"localhost" };
        let version = if self.bugs.has(Bug::RequestsOldHttp) { "1.0" } else { "1.1" };
        let mut lines = vec![format!("{method} {target} HTTP/{version}").into_bytes()];
        let key = self.key();
        let mut subprotocols = self.setting.subprotocols.join(", ");
        if self.bugs.has(Bug::LowersSubprotocols) {
            subprotocols.make_ascii_lowercase();
        }
        let bad = self.setting.deflate && self.bugs.has(Bug::OffersBadBits);
        let bad = bad.then(|| "permessage-deflate; client_max_window_bits=16".to_owned());
        let extensions = bad.unwrap_or_else(|| self.setting.extensions.join(", "));
        let upgrade =
            if self.bugs.has(Bug::RequestsFolded) { "\r\n websocket" } else { "websocket" };
        let wanted = if self.bugs.has(Bug::RequestsVersion8) { "8" } else { "13" };
        let bugs = self.bugs;
        let twice = bugs.has(Bug::RequestsSubprotocolsTwice) && !subprotocols.is_empty();
        let empty = bugs.has(Bug::RequestsEmptySubprotocols) && subprotocols.is_empty();
        let fields: [(&str, &[u8], bool); 10] = [
            ("Host", host, !bugs.has(Bug::RequestsWithoutHost)),
            ("Upgrade", upgrade.as_bytes(), !bugs.has(Bug::RequestsWithoutUpgrade)),
            ("Connection", b"Upgrade", !bugs.has(Bug::RequestsWithoutConnection)),
            ("Sec-WebSocket-Key", &key, !bugs.has(Bug::RequestsWithoutKey)),
            ("Sec-WebSocket-Version", wanted.as_bytes(), true),
            ("Sec-WebSocket-Protocol", subprotocols.as_bytes(), !subprotocols.is_empty()),
            ("Sec-WebSocket-Protocol", subprotocols.as_bytes(), twice),
            ("Sec-WebSocket-Protocol", b"", empty),
            ("Sec-WebSocket-Extensions", extensions.as_bytes(), !extensions.is_empty()),
            ("Content-Length", b"4", bugs.has(Bug::RequestsWithBody)),
        ];
        for (name, value, _) in fields.into_iter().filter(|(_, _, sent)| *sent) {
            lines.push([name.as_bytes(), b": ", value].concat());
        }
        if bugs.has(Bug::RequestsBadExtensions) {
            lines.push(b"Sec-WebSocket-Extensions: ; x".to_vec());
        }
        self.write_lines(&lines);
        if bugs.has(Bug::SendsEarly) {
            self.out.extend([0x89, 0x80, 0, 0, 0, 0]);
        }
    }

    fn write_lines(&mut self, lines: &[Vec<u8>]) {
        let end: &[u8] = if self.bugs.has(Bug::AnswersWithLineFeeds) { b"\n" } else { b"\r\n" };
        for line in lines {
            self.out.extend_from_slice(line);
            self.out.extend_from_slice(end);
        }
        self.out.extend_from_slice(end);
    }
}
