//! The opening handshake, call by call.

use wsproof_cases::Role;
use wsproof_cases::digest::base64;
use wsproof_cases::interface::Answer;

use super::Interface;
use crate::bug::{Bug, Bugs};
use crate::handshake::{HeadLimits, Offer, Opening, read_request, read_response};
use crate::head::{is_token, trim};

/// Header fields, owned.
type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// How far the opening handshake has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Created,
    /// A client has offered this.
    Asked {
        subprotocols: Vec<String>,
        extensions: Vec<String>,
    },
    /// A server has answered.
    Answered,
    Open,
}

const LIMITS: HeadLimits = HeadLimits { octets: 32_768, fields: 100 };
const NONCE: [u8; 16] = *b"obviously right!";

impl Stage {
    /// Whether operations are in order. The first one ends a server's handshake.
    pub(super) fn opens(&mut self, bugs: Bugs) -> bool {
        if *self == Self::Answered && !bugs.has(Bug::WantsEnds) {
            *self = Self::Open;
        }
        matches!(self, Self::Open | Self::Answered)
    }

    /// Whether a server's handshake was begun and not ended.
    pub(super) fn is_begun(&self) -> bool {
        *self == Self::Answered
    }
}

impl Interface {
    /// Begins a client's handshake, and says which fields its request must carry.
    ///
    /// # Errors
    /// The answer, if the call is refused.
    pub fn begin_client(
        &mut self,
        subprotocols: &[&str],
        extensions: &[&str],
    ) -> Result<Fields, Answer> {
        self.begins(Role::Client).map_err(|answer| self.refuse(answer))?;
        let may_be = |name: &&str| {
            is_token(name.as_bytes()) || name.contains("\r\n") && self.bugs.has(Bug::OffersLineEnds)
        };
        let tokens = subprotocols.iter().all(may_be) || self.bugs.has(Bug::OffersAnything);
        let twice = (1..subprotocols.len()).any(|n| subprotocols[..n].contains(&subprotocols[n]))
            && !self.bugs.has(Bug::OffersTwice);
        let named = |extension: &&str| {
            is_token(extension.split(';').next().unwrap_or_default().trim().as_bytes())
        };
        if !tokens || twice || !extensions.iter().all(named) {
            return Err(self.refuse(Answer::InvalidArgument));
        }
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        self.stage =
            Stage::Asked { subprotocols: owned(subprotocols), extensions: owned(extensions) };
        Ok(vec![(b"Sec-WebSocket-Key".to_vec(), base64(&NONCE))])
    }

    /// Ends a client's handshake with the fields of the response.
    pub fn end_client(&mut self, response: &Fields) -> Answer {
        let answer = self.check_response(response);
        if answer == Answer::Accepted {
            self.stage = Stage::Open;
            return answer;
        }
        self.refuse(answer)
    }

    /// Begins a server's handshake with what it selects and the fields of the request.
    pub fn begin_server(
        &mut self,
        subprotocol: Option<&str>,
        extensions: &[&str],
        request: &Fields,
    ) -> Answer {
        let answer = match self.begins(Role::Server) {
            Ok(()) => self.check_request(subprotocol, extensions, request),
            Err(answer) => answer,
        };
        if answer == Answer::Accepted {
            self.stage = Stage::Answered;
            return answer;
        }
        self.refuse(answer)
    }

    /// Ends a server's handshake.
    pub fn end_server(&mut self) -> Answer {
        let wrong_role = self.role == Role::Client && !self.bugs.has(Bug::MixesRoles);
        let unbegun = self.stage == Stage::Created && !self.bugs.has(Bug::EndsUnbegun);
        let again = self.stage == Stage::Open && self.bugs.has(Bug::EndsOnce);
        if wrong_role || unbegun || again {
            return self.refuse(Answer::InvalidOperation);
        }
        if self.stage == Stage::Answered {
            self.stage = Stage::Open;
        }
        Answer::Accepted
    }

    fn refuse(&mut self, answer: Answer) -> Answer {
        self.refused = true;
        answer
    }

    /// Whether the handshake of this role can begin.
    fn begins(&self, role: Role) -> Result<(), Answer> {
        let role_fits = self.role == role || self.bugs.has(Bug::MixesRoles);
        let first = self.stage == Stage::Created || self.bugs.has(Bug::BeginsTwice);
        let gone = self.refused && self.bugs.has(Bug::FailsForGood);
        if role_fits && first && !gone { Ok(()) } else { Err(Answer::InvalidOperation) }
    }

    fn check_response(&self, response: &Fields) -> Answer {
        let Stage::Asked { subprotocols, extensions } = &self.stage else {
            let created = self.stage == Stage::Created && self.role == Role::Client;
            let mixed = self.role == Role::Server && self.bugs.has(Bug::MixesRoles);
            let trusts = created && self.bugs.has(Bug::EndsUnbegun) || mixed;
            return if trusts { Answer::Accepted } else { Answer::InvalidOperation };
        };
        let subprotocols: Vec<&str> = subprotocols.iter().map(|name| &**name).collect();
        let extensions: Vec<&str> = extensions.iter().map(|name| name_of(name)).collect();
        let key = base64(&NONCE);
        let offer = Offer {
            key: &key,
            subprotocols: &subprotocols,
            extensions: &extensions,
            subprotocol_required: true,
        };
        let head = head("HTTP/1.1 101 Switching Protocols", response);
        if matches!(read_response(LIMITS, self.bugs, &offer, &head), Opening::Accepted(_)) {
            return Answer::Accepted;
        }
        let chosen = values(response, "Sec-WebSocket-Protocol");
        let fits = match &chosen[..] {
            [] => subprotocols.is_empty(),
            [one] => subprotocols.iter().any(|name| name.as_bytes() == *one),
            _ => false,
        };
        let extends = values(response, "Sec-WebSocket-Extensions");
        let named =
            |one: &&[u8]| extensions.iter().any(|name| name.as_bytes() == name_of_octets(one));
        let without: Fields = response
            .iter()
            .filter(|(name, _)| {
                let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
                !is("Sec-WebSocket-Protocol") && !is("Sec-WebSocket-Extensions")
            })
            .cloned()
            .collect();
        let bare = Offer { subprotocols: &[], ..offer };
        let head = self::head("HTTP/1.1 101 Switching Protocols", &without);
        if !matches!(read_response(LIMITS, self.bugs, &bare, &head), Opening::Accepted(_)) {
            Answer::InvalidFormat
        } else if !fits {
            Answer::SubprotocolNotSupported
        } else if !extends.iter().all(named) {
            Answer::ExtensionsNotSupported
        } else {
            Answer::InvalidFormat
        }
    }

    fn check_request(
        &self,
        subprotocol: Option<&str>,
        selected: &[&str],
        request: &Fields,
    ) -> Answer {
        let version = values(request, "Sec-WebSocket-Version");
        let head = head("GET / HTTP/1.1", request);
        let Opening::Accepted(offered) = read_request(LIMITS, self.bugs, &head) else {
            return match version[..] {
                [one] if one != b"13" => Answer::VersionNotSupported,
                _ => Answer::InvalidFormat,
            };
        };
        let subprotocol = subprotocol.filter(|name| !name.is_empty());
        let speaks = subprotocol
            .is_none_or(|name| offered.subprotocols.iter().any(|offer| offer == name.as_bytes()));
        let extends = selected.iter().all(|name| {
            offered.extensions.iter().any(|offer| offer.name == name_of(name).as_bytes())
        });
        if !speaks && !self.bugs.has(Bug::SelectsAnything) {
            Answer::SubprotocolNotSupported
        } else if !extends && !self.bugs.has(Bug::ExtendsAnything) {
            Answer::ExtensionsNotSupported
        } else {
            Answer::Accepted
        }
    }
}

/// The octets of a head with these fields.
fn head(start: &str, fields: &Fields) -> Vec<u8> {
    let mut octets = format!("{start}\r\n").into_bytes();
    for (name, value) in fields {
        octets.extend([name, &b": "[..], value, b"\r\n"].concat());
    }
    octets.extend(b"\r\n");
    octets
}

fn values<'f>(fields: &'f Fields, name: &str) -> Vec<&'f [u8]> {
    let named = |(own, _): &&(Vec<u8>, Vec<u8>)| own.eq_ignore_ascii_case(name.as_bytes());
    fields.iter().filter(named).map(|(_, value)| trim(value)).collect()
}

fn name_of(extension: &str) -> &str {
    extension.split(';').next().unwrap_or_default().trim()
}

fn name_of_octets(extension: &[u8]) -> &[u8] {
    trim(extension.split(|octet| *octet == b';').next().unwrap_or_default())
}
