//! How the values of a case are written where their types alone would not be readable.

use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::clauses::{CLAUSES, ClauseId};
use crate::opening::{Accept, Octets, Value};
use crate::payload::Payload;
use crate::wire::Opcode;

/// Whether a value is what a file that does not name it means.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(crate) const fn is_true(value: &bool) -> bool {
    *value
}

pub(crate) const fn yes() -> bool {
    true
}

/// Octets are a text, or `hex:` and their digits where they are none that can be read.
pub(crate) mod octets {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(octets: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&show(octets))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Octets, D::Error> {
        read(&Cow::<str>::deserialize(from)?)
    }
}

const HEX: &str = "hex:";

fn show(octets: &[u8]) -> String {
    let readable = |text: &&str| {
        let plain = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
        text.chars().all(plain) && !text.starts_with(HEX)
    };
    match core::str::from_utf8(octets).ok().filter(readable) {
        Some(text) => text.to_owned(),
        None => {
            let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            format!("{HEX}{}", pairs.join(" "))
        }
    }
}

fn read<E: Error>(text: &str) -> Result<Octets, E> {
    let Some(hex) = text.strip_prefix(HEX) else {
        return Ok(text.as_bytes().to_vec().into());
    };
    let digits: Vec<u8> = hex.bytes().filter(|octet| !octet.is_ascii_whitespace()).collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    let digit = |digit: u8| (digit as char).to_digit(16);
    let octet = |[high, low]: &[u8; 2]| {
        let octet = digit(*high)? << 4 | digit(*low)?;
        u8::try_from(octet).ok()
    };
    let octets: Option<Vec<u8>> = pairs.iter().map(octet).collect();
    let wrong = || E::custom("hex: is followed by something else than pairs of digits");
    octets.filter(|_| rest.is_empty()).map(Into::into).ok_or_else(wrong)
}

/// A value that is a text or a table.
trait TextOrTable: Sized {
    /// What the table holds.
    type Table: for<'de> Deserialize<'de>;

    /// What is wanted.
    const WHAT: &str;

    fn of_text<E: Error>(text: &str) -> Result<Self, E>;
    fn of_table<E: Error>(table: Self::Table) -> Result<Self, E>;
}

struct Either<T>(PhantomData<T>);

impl<'de, T: TextOrTable> Visitor<'de> for Either<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::of_text(text)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
        T::of_table(T::Table::deserialize(MapAccessDeserializer::new(table))?)
    }
}

/// A payload that is made when it is needed.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    #[serde(default, with = "octets", skip_serializing_if = "is_default")]
    repeat: Octets,
    #[serde(default, skip_serializing_if = "is_default")]
    length: u64,
    /// Every code point there is.
    #[serde(default, skip_serializing_if = "is_default")]
    code_points: bool,
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Octets(octets) => octets::serialize(octets, to),
            Self::Repeat { unit, length } => {
                Made { repeat: unit.clone(), length: *length, code_points: false }.serialize(to)
            }
            Self::CodePoints => {
                Made { repeat: Octets::default(), length: 0, code_points: true }.serialize(to)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Either(PhantomData))
    }
}

impl TextOrTable for Payload {
    type Table = Made;

    const WHAT: &str = "a text, or { repeat = TEXT, length = OCTETS }";

    fn of_text<E: Error>(text: &str) -> Result<Self, E> {
        read(text).map(Self::Octets)
    }

    fn of_table<E: Error>(made: Made) -> Result<Self, E> {
        let Made { repeat, length, code_points } = made;
        if code_points {
            return Ok(Self::CodePoints);
        }
        if repeat.is_empty() {
            return Err(E::custom("nothing cannot be repeated"));
        }
        Ok(Self::Repeat { unit: repeat, length })
    }
}

/// The value of a field that depends on the client's key.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKey {
    accept: Accept,
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Octets(octets) => octets::serialize(octets, to),
            Self::Accept(accept) => OfKey { accept: *accept }.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Either(PhantomData))
    }
}

impl TextOrTable for Value {
    type Table = OfKey;

    const WHAT: &str = "a text, or { accept = KIND }";

    fn of_text<E: Error>(text: &str) -> Result<Self, E> {
        read(text).map(Self::Octets)
    }

    fn of_table<E: Error>(OfKey { accept }: OfKey) -> Result<Self, E> {
        Ok(Self::Accept(accept))
    }
}

/// The lines of a head, each a list of name and value.
pub(crate) mod fields {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Line(#[serde(with = "octets")] Octets, Value);

    pub(crate) fn serialize<S: Serializer>(
        fields: &[(Octets, Value)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(fields.iter().map(|(name, value)| Line(name.clone(), value.clone())))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(Octets, Value)>, D::Error> {
        let lines = Vec::<Line>::deserialize(from)?;
        Ok(lines.into_iter().map(|Line(name, value)| (name, value)).collect())
    }
}

/// Numbers that may be larger than those of the file's format: a text of hexadecimal digits then.
pub(crate) mod large {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(number: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
        match number {
            None => to.serialize_none(),
            Some(number) if i64::try_from(*number).is_ok() => to.serialize_u64(*number),
            Some(number) => to.serialize_str(&format!("{number:#x}")),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
        from.deserialize_any(Number).map(Some)
    }

    struct Number;

    impl Visitor<'_> for Number {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number that is not negative, or a text such as \"0xffff\"")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
            u64::try_from(number).map_err(|_| E::custom("the number is negative"))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
            let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'));
            let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            number.ok_or_else(|| E::custom("the text is no number such as \"0xffff\""))
        }
    }
}

/// Opcodes with a name are written by it.
const OPCODES: [(&str, Opcode); 6] = [
    ("continuation", Opcode::CONTINUATION),
    ("text", Opcode::TEXT),
    ("binary", Opcode::BINARY),
    ("close", Opcode::CLOSE),
    ("ping", Opcode::PING),
    ("pong", Opcode::PONG),
];

impl Serialize for Opcode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match OPCODES.iter().find(|(_, opcode)| opcode == self) {
            Some((name, _)) => to.serialize_str(name),
            None => to.serialize_u8(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Opcode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Opcode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an opcode, or a number from 0 to 15")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Opcode, E> {
                let number = u8::try_from(number).ok().filter(|number| *number < 16);
                number.map(Opcode).ok_or_else(|| E::custom("an opcode is a number from 0 to 15"))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Opcode, E> {
                self.visit_u64(u64::try_from(number).unwrap_or(u64::MAX))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Opcode, E> {
                let known = OPCODES.iter().find(|(known, _)| *known == name);
                known
                    .map(|(_, opcode)| *opcode)
                    .ok_or_else(|| E::unknown_variant(name, const { &OPCODES_BY_NAME }))
            }
        }

        from.deserialize_any(Name)
    }
}

const OPCODES_BY_NAME: [&str; OPCODES.len()] = {
    let mut names = [""; OPCODES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = OPCODES[at].0;
        at += 1;
    }
    names
};

impl Serialize for ClauseId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for ClauseId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let id = Cow::<str>::deserialize(from)?;
        let known = CLAUSES.iter().find(|(known, _)| **known == *id);
        known.map(|(id, _)| Self(id)).ok_or_else(|| {
            D::Error::custom(format_args!("no case cites the clause {id:?}; one is 6455#5.2"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer as _;
    use serde::de::value::{Error as Plain, StrDeserializer, U64Deserializer};

    use super::*;

    #[test]
    fn octets_are_texts_or_digits() {
        for (octets, text) in [
            (&b"hello"[..], "hello"),
            (b"", ""),
            (b"a\r\n", "a\r\n"),
            (b"a\0", "hex:61 00"),
            (b"\xff", "hex:ff"),
            (b"hex:", "hex:68 65 78 3a"),
        ] {
            assert_eq!(show(octets), text);
            assert_eq!(read::<Plain>(text).unwrap(), octets);
        }
        assert_eq!(*read::<Plain>("hex:FF 0 0\n").unwrap(), [0xff, 0]);
        for wrong in ["hex:0", "hex:0g", "hex:+1"] {
            assert!(read::<Plain>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_and_opcodes_keep_to_their_ranges() {
        let text =
            |text: &'static str| -> StrDeserializer<'static, Plain> { text.into_deserializer() };
        let number = |number: u64| -> U64Deserializer<Plain> { number.into_deserializer() };
        assert_eq!(large::deserialize(text("0xffffffffffffffff")), Ok(Some(u64::MAX)));
        assert_eq!(large::deserialize(number(7)), Ok(Some(7)));
        for wrong in ["", "7", "0x", "0x+7", "0x1ffffffffffffffff"] {
            assert!(large::deserialize(text(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(Opcode::deserialize(number(15)), Ok(Opcode(15)));
        assert_eq!(Opcode::deserialize(text("ping")), Ok(Opcode::PING));
        assert!(Opcode::deserialize(number(16)).is_err());
        assert!(Opcode::deserialize(text("pings")).is_err());
    }
}
