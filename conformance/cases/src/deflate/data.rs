//! Made-up data of the kinds that the Autobahn test suite sends: as many octets, and about as
//! compressible.

use core::fmt::Write as _;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// One body of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Data {
    /// Records in JSON that hardly differ: 194 056 octets, 4 % when compressed by a usual codec.
    Records,
    /// Noise, as in a picture: 263 222 octets, 85 %.
    Picture,
    /// Verse from a small stock of words: 222 218 octets, 39 %.
    Verse,
    /// A page of HTML, not all of it ASCII: 263 647 octets, 6 %.
    Page,
    /// A document with pictures: 1 042 328 octets, 76 %.
    Document,
}

/// The octets, and where each character begins.
struct Body {
    octets: Vec<u8>,
    /// Nothing if every octet is a character.
    characters: Option<Vec<u32>>,
}

impl Data {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Records, Self::Picture, Self::Verse, Self::Page, Self::Document];

    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Picture => "picture",
            Self::Verse => "verse",
            Self::Page => "page",
            Self::Document => "document",
        }
    }

    /// How many octets there are.
    pub const fn length(self) -> usize {
        match self {
            Self::Records => 194_056,
            Self::Picture => 263_222,
            Self::Verse => 222_218,
            Self::Page => 263_647,
            Self::Document => 1_042_328,
        }
    }

    /// All octets.
    pub fn octets(self) -> &'static [u8] {
        &self.body().octets
    }

    /// `length` characters from character `from` on, counted round and round. An octet is a
    /// character unless it is one of several in UTF-8.
    pub fn slice(self, from: u64, length: u32) -> Vec<u8> {
        let Body { octets, characters } = self.body();
        let count = self.characters();
        let place = |at: usize| match characters {
            Some(characters) => characters.get(at).map_or(octets.len(), |at| *at as usize),
            None => at,
        };
        let mut slice = Vec::with_capacity(length as usize);
        let mut at = (from % count as u64) as usize;
        let mut left = length as usize;
        while left > 0 {
            let n = left.min(count - at);
            slice.extend_from_slice(&octets[place(at)..place(at + n)]);
            at = 0;
            left -= n;
        }
        slice
    }

    /// How many characters there are.
    pub(super) fn characters(self) -> usize {
        let Body { octets, characters } = self.body();
        characters.as_deref().map_or(octets.len(), <[u32]>::len)
    }

    fn body(self) -> &'static Body {
        static BODIES: [LazyLock<Body>; 5] = [
            LazyLock::new(|| Body::made_by(Data::Records, records)),
            LazyLock::new(|| Body::made_by(Data::Picture, |out, random| noise(out, random, 110))),
            LazyLock::new(|| Body::made_by(Data::Verse, verse)),
            LazyLock::new(|| Body::made_by(Data::Page, page)),
            LazyLock::new(|| Body::made_by(Data::Document, document)),
        ];
        &BODIES[self as usize]
    }
}

impl Body {
    /// Appends parts until there are enough octets. The last part is cut, and filled up with blanks
    /// where the cut would fall into a character.
    fn made_by(data: Data, part: fn(&mut Vec<u8>, &mut Random)) -> Self {
        let mut random = Random::new(data as u64 + 1);
        let mut octets = Vec::with_capacity(data.length());
        while octets.len() < data.length() {
            part(&mut octets, &mut random);
        }
        let begins = |octet: &u8| *octet & 0xc0 != 0x80;
        let text = data == Data::Page;
        let mut end = data.length();
        while text && octets.get(end).is_some_and(|octet| !begins(octet)) {
            end -= 1;
        }
        octets.truncate(end);
        octets.resize(data.length(), b' ');
        let characters = (0u32..).zip(&octets).filter(|(_, octet)| begins(octet)).map(|(at, _)| at);
        let characters = text.then(|| characters.collect());
        Self { octets, characters }
    }
}

/// One record: few of its digits are new.
fn records(out: &mut Vec<u8>, random: &mut Random) {
    let n = out.len();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{{\"id\": {n}, \"type\": \"measurement\", \"sensor\": {{\"name\": \"north-{}\", \
         \"unit\": \"celsius\", \"accuracy\": 0.05, \"calibrated\": true}}, \"values\": \
         [{}, 21.25, 21.25, 21.5], \"comment\": null, \"tags\": [\"outdoor\", \"daily\", \
         \"archive\"], \"location\": {{\"latitude\": 52.5, \"longitude\": 13.4}}}},",
        random.below(20),
        random.below(10_000),
    );
    out.extend_from_slice(text.as_bytes());
}

/// Octets of `kinds` values, all equally frequent.
fn noise(out: &mut Vec<u8>, random: &mut Random, kinds: u64) {
    out.extend((0..1024).map(|_| (64 + random.below(kinds)) as u8));
}

/// A line of verse. Words are made of syllables, and early ones are frequent; some are names.
fn verse(out: &mut Vec<u8>, random: &mut Random) {
    const SYLLABLES: [&str; 24] = [
        "der", "und", "ge", "ist", "ein", "ver", "sich", "ten", "mi", "wie", "li", "sch", "auf",
        "be", "zu", "mit", "de", "was", "hei", "nur", "so", "wel", "gei", "wo",
    ];
    const STOCK: u64 = 20_000;
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut random = Random::new(99);
        let mut word = || {
            let syllables = 1 + random.below(4);
            (0..syllables).map(|_| SYLLABLES[random.below(24) as usize]).collect::<String>()
        };
        (0..STOCK).map(|_| word()).collect()
    });
    let words = 5 + random.below(4);
    for n in 0..words {
        // The product of two draws prefers small numbers.
        let at = random.below(STOCK).min(random.below(STOCK));
        let start = out.len();
        match random.below(8) {
            0 => out.extend((0..6).map(|_| b'a' + random.below(26) as u8)),
            _ => out.extend_from_slice(WORDS[at as usize].as_bytes()),
        }
        if n == 0 {
            out[start].make_ascii_uppercase();
        }
        let end: &[u8] = match random.below(12) {
            _ if n + 1 == words => b"\r\n",
            0 => b", ",
            1 => b"; ",
            _ => b" ",
        };
        out.extend_from_slice(end);
    }
}

/// A row of a table in HTML.
fn page(out: &mut Vec<u8>, random: &mut Random) {
    const NAMES: [&str; 6] = ["Zürich", "Málaga", "Kraków", "Αθήνα", "Москва", "Berlin"];
    let name = NAMES[random.below(6) as usize];
    let (n, m) = (random.below(1_000_000), random.below(100_000));
    let mut text = String::new();
    let _ = write!(
        text,
        "<tr class=\"row\"><td class=\"name\"><a href=\"/cities/{n}.html\" title=\"More about \
         {name}\">{name}</a></td><td class=\"number\">{m}</td><td class=\"note\">&nbsp;</td>\
         </tr>\r\n",
    );
    out.extend_from_slice(text.as_bytes());
}

/// Text, and two and a half times as much noise.
fn document(out: &mut Vec<u8>, random: &mut Random) {
    let end = out.len() + 2048;
    while out.len() < end {
        verse(out, random);
    }
    (0..5).for_each(|_| noise(out, random, 110));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_go_round() {
        for data in Data::ALL {
            assert_eq!(data.octets().len(), data.length());
            let characters = data.characters() as u64;
            let around = data.slice(characters - 3, 6);
            assert_eq!(around, [data.slice(characters - 3, 3), data.slice(0, 3)].concat());
            assert_eq!(data.slice(2 * characters + 5, 7), data.slice(5, 7));
        }
        assert!(core::str::from_utf8(Data::Records.octets()).is_ok());
        let page = Data::Page.slice(0, 8192);
        assert_eq!(core::str::from_utf8(&page).unwrap().chars().count(), 8192);
        assert!(page.len() > 8192);
    }
}
