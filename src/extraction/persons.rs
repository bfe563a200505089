//! What nouns say of a person, from `data/lexicon/persons.toml`: a barrister and a prosecutor are lawyers both.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// A set of kinds of work, one bit each.
pub type Kinds = u32;

#[derive(Debug, Default, Deserialize)]
struct File {
    kinds: BTreeMap<String, String>,
    anybody: Words,
    unnamed: Words,
    surnames: Words,
    ambiguous: Words,
    things: Words,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    nouns: String,
}

/// What a noun says of whoever is called by it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// The kinds of work that it stands for.
    pub kinds: Kinds,
    /// Whether it tells no work, but age, family or a part in the story.
    pub anybody: bool,
    /// Whether it may mean somebody whom the article never names.
    pub unnamed: bool,
    /// Whether it is a surname too.
    pub surname: bool,
    /// Whether it is no sign of a person where nobody is called so.
    pub ambiguous: bool,
}

// A test reads the file; a broken one would leave nouns untold, not the program without a process.
static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/lexicon/persons.toml")).unwrap_or_default());

static NOUNS: LazyLock<FxHashMap<String, Noun>> = LazyLock::new(|| compile(&FILE));

static THINGS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| FILE.things.nouns.split_whitespace().collect());

fn compile(file: &File) -> FxHashMap<String, Noun> {
    let mut nouns: FxHashMap<String, Noun> = FxHashMap::default();
    for (bit, words) in file.kinds.values().enumerate() {
        for word in words.split_whitespace() {
            nouns.entry(word.to_owned()).or_default().kinds |= 1 << bit;
        }
    }
    for word in file.anybody.nouns.split_whitespace() {
        nouns.entry(word.to_owned()).or_default().anybody = true;
    }
    for word in file.unnamed.nouns.split_whitespace() {
        nouns.entry(word.to_owned()).or_default().unnamed = true;
    }
    for word in file.surnames.nouns.split_whitespace() {
        nouns.entry(word.to_owned()).or_default().surname = true;
    }
    for word in file.ambiguous.nouns.split_whitespace() {
        nouns.entry(word.to_owned()).or_default().ambiguous = true;
    }
    nouns
}

/// What a noun in lower case says of a person, if it is one for persons.
pub fn look_up(noun: &str) -> Option<Noun> {
    let bare = || NOUNS.get(noun.strip_prefix("ex-").or_else(|| noun.strip_prefix("co-"))?);
    let found = NOUNS.get(noun).or_else(bare).copied();
    found.or_else(|| {
        let aged = noun.ends_with("-year-old");
        let scholar = noun.ends_with("ologist").then(|| NOUNS.get("scientist")).flatten();
        scholar.copied().or(aged.then_some(Noun { anybody: true, ..Noun::default() }))
    })
}

/// Whether a noun that no list has ends like those for a person: "welder", "pianist".
pub fn ends_like_one(noun: &str) -> bool {
    ["er", "or", "ist", "ian", "man", "woman"].iter().any(|end| noun.ends_with(end)) && !THINGS.contains(noun)
}

/// Who asks the questions in court or before a committee.
pub fn court() -> Kinds {
    ["lawyer", "judge", "detective", "lawmaker"]
        .into_iter()
        .filter_map(look_up)
        .fold(0, |kinds, noun| kinds | noun.kinds)
}

/// The nouns for a person and their plurals, each with whether it is a surname too.
pub fn nouns() -> impl Iterator<Item = (String, bool)> {
    let sure = NOUNS.iter().filter(|(_, noun)| !noun.ambiguous);
    sure.flat_map(|(word, noun)| [(word.clone(), noun.surname), (format!("{word}s"), noun.surname)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_of_one_kind_share_it() {
        let kinds = |noun| look_up(noun).unwrap().kinds;
        assert!(kinds("barrister") & kinds("prosecutor") != 0);
        assert!(kinds("barrister") & kinds("surgeon") == 0);
        assert!(kinds("ex-striker") & kinds("footballer") != 0);
        assert!(kinds("ichthyologist") & kinds("scientist") != 0);
        assert!(look_up("67-year-old").unwrap().anybody && look_up("judge").unwrap().unnamed);
        assert_eq!(look_up("harbour"), None);
        assert!(ends_like_one("riveter") && !ends_like_one("offer") && !ends_like_one("harbour"));
    }
}
