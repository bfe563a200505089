//! The word lists of `data/lexicon/synonyms.toml` and the names of states, compiled once for the process.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::stems::{root, stem};

const SYNONYMS: &str = include_str!("../../data/lexicon/synonyms.toml");
const STATES: &str = include_str!("../../data/actors/states.toml");

/// The lists that every reading shares.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    // Both files are compiled in and a test reads them. A broken one leaves matching to the words themselves, not the
    // program without a process.
    let synonyms: SynonymFile = toml::from_str(SYNONYMS).unwrap_or_default();
    let states: StateFile = toml::from_str(STATES).unwrap_or_default();
    Lexicon::compile(&synonyms, &states)
});

/// What a group of words stands for: a line of `groups`, or a state.
pub type Concept = u16;

/// A phrase of several words with what it stands for.
#[derive(Debug)]
pub struct Phrase {
    /// The stems after the first.
    pub rest: Vec<u64>,
    /// What it stands for; empty where it is only a function.
    pub concepts: Vec<Concept>,
    /// Whether it carries no content.
    pub is_function: bool,
}

/// The compiled lists.
#[derive(Debug, Default)]
pub struct Lexicon {
    functions: FxHashSet<u64>,
    common: FxHashSet<u64>,
    frequent: FxHashSet<u64>,
    negations: FxHashSet<u64>,
    lemmas: FxHashMap<String, String>,
    concepts: FxHashMap<u64, Vec<Concept>>,
    /// By the root of the word: for forms that no group lists.
    concepts_by_root: FxHashMap<u64, Vec<Concept>>,
    phrases: FxHashMap<u64, Vec<Phrase>>,
    /// Of few words, and by them: each word of a text is looked up for each text that it is compared with.
    opposites: FxHashMap<u64, Vec<u64>>,
    /// Names of states that are words otherwise: "US". Each stands for one thing, kept so that a word can borrow it.
    capitals: FxHashMap<String, [Concept; 1]>,
    first_state: Concept,
}

#[derive(Debug, Default, Deserialize)]
struct SynonymFile {
    function_words: String,
    common: String,
    frequent: String,
    negation: String,
    irregular: String,
    opposites: Vec<String>,
    groups: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct StateFile {
    actor: Vec<StateLine>,
}

#[derive(Debug, Deserialize)]
struct StateLine {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    demonyms: Vec<String>,
    capital: Option<String>,
}

/// A hash that is the same on every machine and in every version (FNV-1a): it is stored.
pub fn hash(text: &str) -> u64 {
    hash_with(0xcbf2_9ce4_8422_2325, text.as_bytes())
}

/// Goes on hashing.
pub fn hash_with(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Lexicon {
    fn compile(file: &SynonymFile, states: &StateFile) -> Self {
        let mut lexicon = Self::default();
        for line in file.irregular.lines() {
            let mut forms = line.split_whitespace();
            let Some(lemma) = forms.next() else { continue };
            for form in forms {
                lexicon.lemmas.entry(form.to_owned()).or_insert_with(|| lemma.to_owned());
            }
        }
        for (index, line) in file.groups.iter().enumerate() {
            line.split_whitespace().for_each(|entry| lexicon.add(entry, index as Concept));
        }
        lexicon.first_state = file.groups.len() as Concept;
        for (index, state) in states.actor.iter().enumerate() {
            let concept = lexicon.first_state + index as Concept;
            let names = [&state.name].into_iter().chain(&state.aliases).chain(&state.demonyms).chain(&state.capital);
            for name in names {
                if name.len() <= 4 && name.chars().all(|c| c.is_uppercase() || c == '.') {
                    lexicon.capitals.insert(name.replace('.', ""), [concept]);
                } else {
                    lexicon.add(&name.to_lowercase().replace([' ', '-'], "_"), concept);
                }
            }
        }
        for word in file.function_words.split_whitespace() {
            if word.contains('_') {
                lexicon.add_phrase(word, None);
            } else {
                let key = lexicon.key(word);
                lexicon.functions.insert(key);
                lexicon.functions.insert(hash(word));
            }
        }
        lexicon.common = file.common.split_whitespace().map(|word| lexicon.key(word)).collect();
        lexicon.frequent = file.frequent.split_whitespace().map(|word| lexicon.key(word)).collect();
        lexicon.negations = file.negation.split_whitespace().map(|word| lexicon.key(word)).collect();
        for pair in &file.opposites {
            if let Some((a, b)) = pair.split_once(' ') {
                let (a, b) = (lexicon.key(a), lexicon.key(b));
                lexicon.opposites.entry(a).or_default().push(b);
                lexicon.opposites.entry(b).or_default().push(a);
            }
        }
        lexicon
    }

    fn add(&mut self, entry: &str, concept: Concept) {
        if entry.contains('_') {
            self.add_phrase(entry, Some(concept));
            return;
        }
        let stemmed = self.stem(entry);
        let add = |concepts: &mut Vec<Concept>| {
            if !concepts.contains(&concept) {
                concepts.push(concept);
            }
        };
        add(self.concepts.entry(hash(&stemmed)).or_default());
        add(self.concepts_by_root.entry(hash(root(&stemmed))).or_default());
    }

    fn add_phrase(&mut self, entry: &str, concept: Option<Concept>) {
        let stems: Vec<u64> = entry.split('_').map(|word| self.key(word)).collect();
        let Some((first, rest)) = stems.split_first() else { return };
        let phrases = self.phrases.entry(*first).or_default();
        let at = match phrases.iter().position(|phrase| phrase.rest == rest) {
            Some(at) => at,
            None => {
                // The longest first.
                let at = phrases.partition_point(|phrase| phrase.rest.len() >= rest.len());
                phrases.insert(at, Phrase { rest: rest.to_vec(), concepts: Vec::new(), is_function: true });
                at
            }
        };
        if let Some(concept) = concept {
            phrases[at].is_function = false;
            phrases[at].concepts.push(concept);
        }
    }

    /// The stem of a word in lower case, by the list of irregular forms and then by rule.
    pub fn stem(&self, word: &str) -> String {
        match self.lemmas.get(word) {
            Some(lemma) => stem(lemma),
            None => stem(word),
        }
    }

    fn key(&self, word: &str) -> u64 {
        hash(&self.stem(word))
    }

    /// Whether a word (by the hash of its form or stem) carries no content.
    pub fn is_function(&self, form: u64, stem: u64) -> bool {
        self.functions.contains(&form) || self.functions.contains(&stem)
    }

    /// Whether sharing it says little.
    pub fn is_common(&self, stem: u64) -> bool {
        self.common.contains(&stem)
    }

    /// Whether sharing it says something, but not much.
    pub fn is_frequent(&self, stem: u64) -> bool {
        self.frequent.contains(&stem)
    }

    /// Whether it turns what follows into its opposite.
    pub fn is_negation(&self, stem: u64) -> bool {
        self.negations.contains(&stem)
    }

    /// What a word may stand for.
    pub fn concepts(&self, stem: u64, root: u64) -> &[Concept] {
        self.concepts.get(&stem).or_else(|| self.concepts_by_root.get(&root)).map_or(&[], Vec::as_slice)
    }

    /// The state that capitals such as "US" name.
    pub fn state_of_capitals(&self, capitals: &str) -> Option<&[Concept]> {
        self.capitals.get(capitals).map(<[Concept; 1]>::as_slice)
    }

    /// Whether a concept is a state.
    pub fn is_state(&self, concept: Concept) -> bool {
        concept >= self.first_state
    }

    /// The phrases that begin with this stem, the longest first.
    pub fn phrases(&self, first: u64) -> &[Phrase] {
        self.phrases.get(&first).map_or(&[], Vec::as_slice)
    }

    /// The stems that say the opposite of this one; of most words none.
    pub fn opposites_of(&self, stem: u64) -> &[u64] {
        self.opposites.get(&stem).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read() {
        let synonyms: SynonymFile = toml::from_str(SYNONYMS).unwrap();
        let states: StateFile = toml::from_str(STATES).unwrap();
        assert!(synonyms.groups.len() > 200 && states.actor.len() > 20);
        let mut seen = FxHashSet::default();
        for group in &synonyms.groups {
            assert!(group.split_whitespace().count() > 1, "a group of one: {group}");
            assert!(seen.insert(group), "twice: {group}");
            assert_eq!(*group, group.to_lowercase());
        }
        for pair in &synonyms.opposites {
            assert_eq!(pair.split_whitespace().count(), 2, "{pair}");
        }
    }

    #[test]
    fn words_meet_through_groups() {
        let key = |word: &str| (hash(&LEXICON.stem(word)), hash(root(&LEXICON.stem(word))));
        let share = |a: &str, b: &str| {
            let (a, b) = (key(a), key(b));
            LEXICON.concepts(a.0, a.1).iter().any(|concept| LEXICON.concepts(b.0, b.1).contains(concept))
        };
        assert!(share("accords", "agreement"));
        assert!(share("Damascus".to_lowercase().as_str(), "syrian"));
        assert!(!share("accord", "recession"));
        assert!(LEXICON.opposites_of(hash("north")) == [hash("south")]);
        assert!(LEXICON.state_of_capitals("US").is_some());
    }
}
