//! What offers and answers mean (RFC 7692 §5, §7.1).

use core::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::role::Role;
use crate::wscase;

/// The registered name of the extension.
pub const NAME: &str = "permessage-deflate";

/// How a case wants the extension agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deflate {
    /// What the tester offers to a server, best first.
    #[serde(deserialize_with = "wscase::list")]
    pub offers: &'static [&'static str],
    /// What the tester asks of a client. The first that an offer of the client allows is in the
    /// answer; if none is, the extension is declined.
    #[serde(deserialize_with = "wscase::asks")]
    pub asks: &'static [Ask],
    /// Whether the tester has to be allowed to refer to earlier messages, as far back as it likes.
    #[serde(default)]
    pub keeps: bool,
    /// What a client offers, if it lets itself be told.
    #[serde(deserialize_with = "wscase::list")]
    pub own: &'static [&'static str],
}

/// What a server asks of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ask {
    /// `client_no_context_takeover`, which any client has to understand.
    pub no_context_takeover: bool,
    /// The value of `client_max_window_bits`, for clients that offer the parameter.
    pub window_bits: Option<u8>,
}

/// One element of a list of extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The name.
    pub name: String,
    /// Each parameter with its value, unquoted, if it has one.
    pub params: Vec<(String, Option<String>)>,
}

/// What both sides keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The server's part.
    pub server: Terms,
    /// The client's part.
    pub client: Terms,
}

impl Agreement {
    /// What the side in this role keeps to.
    pub const fn of(&self, role: Role) -> Terms {
        match role {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }
}

/// What one side keeps to when it compresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// No message refers to one before it.
    pub no_context_takeover: bool,
    /// The base-2 logarithm of the largest distance.
    pub window_bits: u8,
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, client } = self;
        write!(f, "permessage-deflate: the server's {server}, the client's {client}")
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "window has 2^{} octets and is ", self.window_bits)?;
        f.write_str(if self.no_context_takeover { "dropped" } else { "kept" })
    }
}

/// An answer that fits no offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit;

/// The parameters of an element, each of which is there at most once and has a value it may have
/// (RFC 7692 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params {
    /// `server_no_context_takeover`
    pub server_no_context_takeover: bool,
    /// `client_no_context_takeover`
    pub client_no_context_takeover: bool,
    /// `server_max_window_bits`
    pub server_max_window_bits: Option<u8>,
    /// `client_max_window_bits`, and its value, which an offer may leave out.
    pub client_max_window_bits: Option<Option<u8>>,
}

impl Params {
    /// Reads an offer; nothing if it is none.
    pub fn of_offer(element: &Element) -> Option<Self> {
        let mut params = Self::default();
        if !element.name.eq_ignore_ascii_case(NAME) {
            return None;
        }
        for (name, value) in &element.params {
            let value = value.as_deref();
            let repeated = match &**name {
                "server_no_context_takeover" if value.is_none() => {
                    core::mem::replace(&mut params.server_no_context_takeover, true)
                }
                "client_no_context_takeover" if value.is_none() => {
                    core::mem::replace(&mut params.client_no_context_takeover, true)
                }
                "server_max_window_bits" => {
                    params.server_max_window_bits.replace(window_bits(value?)?).is_some()
                }
                "client_max_window_bits" => {
                    let bits = match value {
                        Some(value) => Some(window_bits(value)?),
                        None => None,
                    };
                    params.client_max_window_bits.replace(bits).is_some()
                }
                _ => return None,
            };
            if repeated {
                return None;
            }
        }
        Some(params)
    }

    /// Reads an answer; nothing if it is none.
    pub fn of_answer(element: &Element) -> Option<Self> {
        Self::of_offer(element).filter(|params| params.client_max_window_bits != Some(None))
    }

    /// What is agreed on if this answers an offer; nothing if it does not.
    fn answering(&self, offer: &Self) -> Option<Agreement> {
        let most = super::MOST_BITS;
        let server_bits = self.server_max_window_bits;
        let client_bits = self.client_max_window_bits.flatten();
        // An answer that leaves the window out allows the largest one, which is what an offer of
        // that size asks for.
        let fits = (!offer.server_no_context_takeover || self.server_no_context_takeover)
            && offer
                .server_max_window_bits
                .is_none_or(|asked| server_bits.unwrap_or(most) <= asked)
            && client_bits.is_none_or(|bits| {
                offer.client_max_window_bits.is_some_and(|hint| bits <= hint.unwrap_or(most))
            });
        fits.then_some(Agreement {
            server: Terms {
                no_context_takeover: self.server_no_context_takeover,
                window_bits: server_bits.unwrap_or(most),
            },
            client: Terms {
                no_context_takeover: self.client_no_context_takeover,
                window_bits: client_bits.unwrap_or(most),
            },
        })
    }
}

/// A decimal number from 8 to 15 without leading zeros.
fn window_bits(value: &str) -> Option<u8> {
    (8..=15).find(|bits| value == bits.to_string())
}

/// Reads a list of extensions; nothing if it breaks the grammar of RFC 6455 §9.1.
pub fn list(text: &[u8]) -> Option<Vec<Element>> {
    let text = core::str::from_utf8(text).ok()?;
    let elements = split(text, ',').into_iter().filter(|element| !element.is_empty());
    elements.map(element).collect()
}

fn element(text: &str) -> Option<Element> {
    let mut parts = split(text, ';').into_iter();
    let name = parts.next().filter(|name| is_token(name))?.to_owned();
    Some(Element { name, params: parts.map(param).collect::<Option<_>>()? })
}

fn param(text: &str) -> Option<(String, Option<String>)> {
    let Some((name, value)) = text.split_once('=') else {
        return is_token(text).then(|| (text.to_owned(), None));
    };
    let (name, value) = (name.trim_ascii(), value.trim_ascii());
    let value = match value.strip_prefix('"') {
        // A backslash stands for the character behind it, which is one of a token's.
        Some(quoted) => quoted.strip_suffix('"')?.replace('\\', ""),
        None => value.to_owned(),
    };
    (is_token(name) && is_token(&value)).then(|| (name.to_owned(), Some(value)))
}

fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|character| {
        quoted ^= character == '"';
        character == separator && !quoted
    });
    parts.map(str::trim_ascii).collect()
}

fn is_token(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    !text.is_empty() && text.bytes().all(fits)
}

/// What an answer to a list of offers leads to; nothing if it does not name the extension.
///
/// # Errors
/// It names it twice, or in a way that fits no offer.
pub fn agree(offers: &[Element], answers: &[Element]) -> Result<Option<Agreement>, Unfit> {
    let mut named = answers.iter().filter(|answer| answer.name.eq_ignore_ascii_case(NAME));
    let Some(answer) = named.next() else { return Ok(None) };
    if named.next().is_some() {
        return Err(Unfit);
    }
    let answer = Params::of_answer(answer).ok_or(Unfit)?;
    let offers = offers.iter().filter_map(Params::of_offer);
    let agreement = offers.filter_map(|offer| answer.answering(&offer)).next();
    agreement.map(Some).ok_or(Unfit)
}

/// The tester's answer to a client's offers: the first of `asks` that an offer allows. What the
/// client asks of the server is granted.
pub fn answer(asks: &[Ask], offers: &[Element]) -> Option<String> {
    let offers: Vec<_> = offers.iter().filter_map(Params::of_offer).collect();
    let possible = |ask: &Ask| {
        let allows =
            |offer: &&Params| ask.window_bits.is_none() || offer.client_max_window_bits.is_some();
        offers.iter().find(allows).map(|offer| (*ask, *offer))
    };
    let (ask, offer) = asks.iter().find_map(possible)?;
    let mut answer = NAME.to_owned();
    if offer.server_no_context_takeover {
        answer.push_str("; server_no_context_takeover");
    }
    if let Some(bits) = offer.server_max_window_bits {
        let _ = write!(answer, "; server_max_window_bits={bits}");
    }
    if ask.no_context_takeover {
        answer.push_str("; client_no_context_takeover");
    }
    if let Some(bits) = ask.window_bits {
        let hint = offer.client_max_window_bits.flatten();
        let bits = hint.map_or(bits, |hint| bits.min(hint));
        let _ = write!(answer, "; client_max_window_bits={bits}");
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(offers: &str, answer: &str) -> Result<Option<(u8, bool, u8, bool)>, Unfit> {
        let agreed = agree(&list(offers.as_bytes()).unwrap(), &list(answer.as_bytes()).unwrap())?;
        Ok(agreed.map(|Agreement { server, client }| {
            let terms = |terms: Terms| (terms.window_bits, terms.no_context_takeover);
            let ((a, b), (c, d)) = (terms(server), terms(client));
            (a, b, c, d)
        }))
    }

    #[test]
    fn answers_that_fit() {
        const D: &str = "permessage-deflate";
        assert_eq!(agreed(D, ""), Ok(None));
        assert_eq!(agreed(D, "foo"), Ok(None));
        assert_eq!(agreed(D, D), Ok(Some((15, false, 15, false))));
        let all = "permessage-deflate; server_no_context_takeover; server_max_window_bits=\"8\"; \
                   client_no_context_takeover";
        assert_eq!(agreed(D, all), Ok(Some((8, true, 15, true))));
        let largest = "permessage-deflate; server_max_window_bits=15";
        assert_eq!(agreed(largest, D), Ok(Some((15, false, 15, false))));
        let second = "permessage-deflate; foo, permessage-deflate; client_max_window_bits=12";
        let answer = "permessage-deflate; client_max_window_bits=9";
        assert_eq!(agreed(second, answer), Ok(Some((15, false, 9, false))));
    }

    #[test]
    fn answers_that_do_not() {
        let unfit = |offers: &str, answer: &str| {
            assert_eq!(agreed(offers, answer), Err(Unfit), "{answer}");
        };
        let plain = "permessage-deflate";
        unfit("permessage-deflate; server_max_window_bits=14", plain);
        for params in [
            "foo",
            "client_max_window_bits=10",
            "client_max_window_bits",
            "server_max_window_bits",
            "server_max_window_bits=7",
            "server_max_window_bits=16",
            "server_max_window_bits=08",
            "server_no_context_takeover=1",
            "server_no_context_takeover; server_no_context_takeover",
        ] {
            unfit(plain, &format!("permessage-deflate; {params}"));
        }
        unfit(plain, "permessage-deflate, permessage-deflate");
        unfit("foo", plain);
        unfit("permessage-deflate; server_no_context_takeover", plain);
        unfit("permessage-deflate; server_max_window_bits=10", plain);
        let hint = "permessage-deflate; client_max_window_bits=10";
        unfit(hint, "permessage-deflate; client_max_window_bits=11");
        let window = "permessage-deflate; server_max_window_bits=10";
        unfit(window, "permessage-deflate; server_max_window_bits=11");
        assert_eq!(list(b"permessage-deflate; =1"), None);
    }

    #[test]
    fn the_first_possible_ask_is_in_the_answer() {
        let ask = |no_context_takeover, window_bits| Ask { no_context_takeover, window_bits };
        let asks = [ask(true, Some(9)), ask(true, None), ask(false, None)];
        let answer = |offers: &str| {
            let offers = list(offers.as_bytes()).unwrap();
            answer(&asks, &offers)
        };
        assert_eq!(
            answer("permessage-deflate; client_max_window_bits; server_max_window_bits=12"),
            Some(
                "permessage-deflate; server_max_window_bits=12; client_no_context_takeover; \
                 client_max_window_bits=9"
                    .to_owned()
            )
        );
        let without = answer("permessage-deflate").unwrap();
        assert_eq!(without, "permessage-deflate; client_no_context_takeover");
        assert_eq!(answer("permessage-deflate; foo"), None);
    }
}
