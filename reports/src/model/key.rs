//! The name of a result: the role the subject played, and the case.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The role the subject plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The subject opens the connection.
    Client,
    /// The subject accepts the connection.
    Server,
}

impl Role {
    /// `client` or `server`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `<role>/<case id>`, for example `server/close/code/reserved-1005`.
///
/// A case id is one or more segments joined by `/`; a segment is made of `a-z`, `0-9`, `-`, `_`
/// and `.`, and begins with a letter or a digit. A key has at most 200 octets. So a key needs no
/// escaping in a URL fragment, and no part of it can climb out of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey(String);

impl CaseKey {
    /// Longest key in octets.
    pub const MAX_LEN: usize = 200;

    /// Joins a role and a case id.
    ///
    /// # Errors
    /// [`KeyError`] when `id` is not a case id.
    pub fn new(role: Role, id: &str) -> Result<Self, KeyError> {
        format!("{role}/{id}").parse()
    }

    /// The role the subject played.
    #[must_use]
    pub fn role(&self) -> Role {
        if self.0.starts_with("client/") { Role::Client } else { Role::Server }
    }

    /// The case, without the role.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, id)| id)
    }

    /// The group of the case: its id without the last segment, or the whole id of one segment.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id().rsplit_once('/').map_or_else(|| self.id(), |(group, _)| group)
    }

    /// The whole key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let segment = |s: &str| {
            s.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && s.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
        };
        let valid = text.len() <= Self::MAX_LEN
            && text.split_once('/').is_some_and(|(role, id)| {
                matches!(role, "client" | "server") && id.split('/').all(segment)
            });
        if valid { Ok(Self(text.to_owned())) } else { Err(KeyError::new(text)) }
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CaseKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CaseKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CaseKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CaseKey".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "<role>/<case id>",
            "maxLength": Self::MAX_LEN,
            "pattern": "^(client|server)(/[a-z0-9][a-z0-9._-]*)+$",
        })
    }
}

/// A text that is not `<role>/<case id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(String);

impl KeyError {
    fn new(text: &str) -> Self {
        Self(text.chars().take(80).collect())
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not <client|server>/<case id>", self.0)
    }
}

impl core::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_role_and_harmless_segments() {
        let key = CaseKey::new(Role::Server, "close/code/reserved-1005").unwrap();
        assert_eq!(key.as_str(), "server/close/code/reserved-1005");
        assert_eq!((key.role(), key.group()), (Role::Server, "close/code"));
        assert_eq!(CaseKey::new(Role::Client, "ping").unwrap().group(), "ping");
        let long = format!("server/{}", "a".repeat(200));
        for bad in
            ["", "server", "server/", "peer/a", "server/../a", "server/a//b", "server/A", &long]
        {
            assert!(bad.parse::<CaseKey>().is_err(), "{bad}");
        }
    }
}
