//! The command line of a program, as a template.

use core::fmt;

/// Words with places in them: `{url}`, `{port}`, `{case}` and `{agent}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    text: String,
    words: Vec<String>,
}

/// Why a text is no command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// There is no word in it.
    Empty,
    /// A quotation does not end.
    Quote(char),
    /// There is no such place.
    Place(String),
}

impl CommandLine {
    /// The places that there are.
    pub const PLACES: [&str; 4] = ["url", "port", "case", "agent"];

    /// Reads a command line. Blanks separate words, and quotes keep them together; there is no
    /// shell.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, CommandError> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                c if c.is_whitespace() => words.extend(word.take()),
                '\'' | '"' => {
                    let word = word.get_or_insert_default();
                    loop {
                        match chars.next() {
                            None => return Err(CommandError::Quote(c)),
                            Some(end) if end == c => break,
                            Some('\\') if c == '"' => word.extend(chars.next()),
                            Some(inner) => word.push(inner),
                        }
                    }
                }
                '\\' => word.get_or_insert_default().extend(chars.next()),
                c => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        if words.is_empty() {
            return Err(CommandError::Empty);
        }
        for word in &words {
            for place in places(word) {
                if !Self::PLACES.contains(&place) {
                    return Err(CommandError::Place(place.to_owned()));
                }
            }
        }
        Ok(Self { text: text.to_owned(), words })
    }

    /// The program.
    pub fn program(&self) -> &str {
        &self.words[0]
    }

    /// The name of the program without its folder.
    pub fn name(&self) -> &str {
        self.program().rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// Whether it has this place.
    pub fn has(&self, place: &str) -> bool {
        self.words.iter().any(|word| places(word).any(|own| own == place))
    }

    /// The words with something in each place.
    pub fn fill(&self, values: &[(&str, &str)]) -> Vec<String> {
        let fill = |word: &String| {
            values.iter().fold(word.clone(), |word, (place, value)| {
                word.replace(&format!("{{{place}}}"), value)
            })
        };
        self.words.iter().map(fill).collect()
    }
}

/// The names in braces that are words of small letters.
fn places(word: &str) -> impl Iterator<Item = &str> {
    let inside = word.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    inside.filter(|name| !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_lowercase()))
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no command"),
            Self::Quote(quote) => write!(f, "a {quote} does not end"),
            Self::Place(place) => {
                let places = CommandLine::PLACES.map(|place| format!("{{{place}}}")).join(", ");
                write!(f, "there is no {{{place}}}; there are {places}")
            }
        }
    }
}

impl core::error::Error for CommandError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_quotes_and_places() {
        let line =
            CommandLine::parse(r#"./a 'b c' "d \"e" f\ g {url}/x?case={case} {} ''"#).unwrap();
        assert_eq!(
            line.fill(&[("url", "ws://h:1"), ("case", "7")]),
            ["./a", "b c", "d \"e", "f g", "ws://h:1/x?case=7", "{}", ""]
        );
        assert!(line.has("case") && !line.has("port"));
        for (text, error) in [
            ("  ", CommandError::Empty),
            ("a 'b", CommandError::Quote('\'')),
            ("a \"b", CommandError::Quote('"')),
            ("a {prot}", CommandError::Place("prot".to_owned())),
        ] {
            assert_eq!(CommandLine::parse(text), Err(error), "{text}");
        }
    }
}
