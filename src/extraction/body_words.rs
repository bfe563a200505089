//! Nouns for organisations and the words in their names, from `data/lexicon/bodies.toml`.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use super::source::Source;
use super::tokens::{Token, is_word};

#[derive(Debug, Default, Deserialize)]
struct File {
    nouns: Nouns,
    names: NameWords,
}

/// By which nouns an organisation is called.
#[derive(Debug, Default, Deserialize)]
pub struct Nouns {
    /// Any company: "the firm".
    pub companies: List,
    /// Any body that is no company: "the agency".
    pub offices: List,
    /// Any body at all: "the group".
    pub any: List,
    /// Any armed or political organisation: "the faction".
    pub factions: List,
    /// Before a name, and never its beginning: "airline".
    pub trades: List,
    /// Before a name, or its beginning: "bank".
    pub trades_in_names: List,
}

/// Which words the names of organisations and places are made of.
#[derive(Debug, Default, Deserialize)]
pub struct NameWords {
    /// A name may turn on them: "festival".
    pub heads: List,
    /// At the end of companies: "plc".
    pub company_ends: List,
    /// At the end of companies and clubs, unless a first name stands before: "airways".
    pub body_ends: List,
    /// At the beginning of clubs: "dynamo".
    pub club_beginnings: List,
    /// At the end of places and events: "street".
    pub place_ends: List,
    /// In the names of bodies that are no companies: "council".
    pub public: List,
    /// In the names of bodies that nobody calls an agency: "parliament".
    pub state: List,
}

/// Words in small letters.
#[derive(Debug, Default)]
pub struct List(Vec<String>);

impl List {
    /// Whether a word, given in small letters, is among them.
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// Whether a token is one of them, whatever its case.
    pub fn has(&self, source: &Source, token: &Token) -> bool {
        self.0.iter().any(|known| is_word(source, token, known))
    }

    /// Whether one of them stands in a name.
    pub fn in_name(&self, name: &str) -> bool {
        self.0.iter().any(|known| has_word(name, known))
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = String::deserialize(deserializer)?;
        Ok(Self(words.split_whitespace().map(str::to_owned).collect()))
    }
}

// A test reads the file; a broken one would leave bodies untold, not the program without a process.
static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/lexicon/bodies.toml")).unwrap_or_default());

/// By which nouns an organisation is called.
pub fn nouns() -> &'static Nouns {
    &FILE.nouns
}

/// Which words the names of organisations and places are made of.
pub fn in_names() -> &'static NameWords {
    &FILE.names
}

/// Whether a noun says of the name after it that it is a body's: "device maker Medora".
pub fn is_trade(source: &Source, token: &Token) -> bool {
    is_mere_trade(source, token) || token.small && nouns().trades_in_names.has(source, token)
}

/// The same of nouns that begin no name.
pub fn is_mere_trade(source: &Source, token: &Token) -> bool {
    let length = token.end - token.start;
    let maker = token.is_word() && length > 5 - usize::from(token.small) && {
        let end = token.end - 5.min(length);
        "maker".chars().enumerate().all(|(at, c)| source.at(end + at).eq_ignore_ascii_case(&c))
    };
    maker || nouns().trades.has(source, token)
}

/// Whether a name ends like that of a company.
pub fn is_company(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or(name).to_lowercase();
    in_names().company_ends.contains(&last)
}

/// Whether a name has this word, given in small letters.
pub fn has_word(name: &str, word: &str) -> bool {
    name.split(' ').any(|part| part.chars().flat_map(char::to_lowercase).eq(word.chars()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read() {
        assert!(nouns().companies.contains("airline") && nouns().trades_in_names.contains("bank"));
        assert!(in_names().state.in_name("Norlandic Senate") && in_names().place_ends.contains("river"));
        assert!(is_company("Tarn Timber plc") && !is_company("Tarn Council"));
    }
}
