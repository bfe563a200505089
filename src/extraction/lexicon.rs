//! The words and cues of `data/lexicon/`, compiled once for the process.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::persons;

const CUES: &str = include_str!("../../data/lexicon/cues.toml");
const WORDS: &str = include_str!("../../data/lexicon/words.toml");

/// The lexicon that every extractor shares.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    // Both files are compiled in and a test reads them. A broken one leaves the extractor without words, not the
    // program without a process.
    let cues: CueFile = toml::from_str(CUES).unwrap_or_default();
    let words: HashMap<String, String> = toml::from_str(WORDS).unwrap_or_default();
    Lexicon::compile(cues, &words)
});

/// A set of word classes or frames, one bit each.
pub type Bits = u64;

/// Word classes, as named in `words.toml`.
pub mod class {
    use super::Bits;
    pub const DETERMINER: Bits = 1 << 0;
    pub const SUBJECT_PRONOUN: Bits = 1 << 1;
    pub const RELATIVE: Bits = 1 << 2;
    pub const POSSESSIVE_PRONOUN: Bits = 1 << 3;
    pub const OBJECT_PRONOUN: Bits = 1 << 4;
    pub const PREPOSITION: Bits = 1 << 5;
    pub const CONJUNCTION: Bits = 1 << 6;
    pub const SUBORDINATOR: Bits = 1 << 7;
    pub const AUXILIARY: Bits = 1 << 8;
    pub const BE: Bits = 1 << 9;
    pub const MODAL: Bits = 1 << 10;
    pub const NEGATION: Bits = 1 << 11;
    pub const ADVERB: Bits = 1 << 12;
    pub const WEEKDAY: Bits = 1 << 13;
    pub const MONTH: Bits = 1 << 14;
    pub const TIME_WORD: Bits = 1 << 15;
    pub const TITLE: Bits = 1 << 16;
    pub const MALE_TITLE: Bits = 1 << 17;
    pub const FEMALE_TITLE: Bits = 1 << 18;
    pub const PERSON_NOUN: Bits = 1 << 19;
    pub const FEMALE_NOUN: Bits = 1 << 20;
    pub const MALE_NOUN: Bits = 1 << 21;
    pub const BODY_NOUN: Bits = 1 << 22;
    pub const DOCUMENT_NOUN: Bits = 1 << 23;
    pub const OCCASION_NOUN: Bits = 1 << 24;
    pub const ABBREVIATION: Bits = 1 << 25;
    pub const FINITE_VERB: Bits = 1 << 26;
    /// A noun for a saying, from `cues.toml`.
    pub const SAYING_NOUN: Bits = 1 << 27;
    /// A noun for a person in small letters, and a surname with a capital, from `persons.toml`.
    pub const NOUN_OR_SURNAME: Bits = 1 << 28;
    /// The names in the file, by bit.
    pub const NAMES: [&str; 27] = [
        "determiner",
        "subject_pronoun",
        "relative",
        "possessive_pronoun",
        "object_pronoun",
        "preposition",
        "conjunction",
        "subordinator",
        "auxiliary",
        "be",
        "modal",
        "negation",
        "adverb",
        "weekday",
        "month",
        "time_word",
        "title",
        "male_title",
        "female_title",
        "person_noun",
        "female_noun",
        "male_noun",
        "body_noun",
        "document_noun",
        "occasion_noun",
        "abbreviation",
        "finite_verb",
    ];
}

/// What a reporting verb may govern, as named in `cues.toml`.
pub mod frame {
    use super::Bits;
    pub const QUOTE: Bits = 1 << 0;
    pub const THAT: Bits = 1 << 1;
    pub const BARE: Bits = 1 << 2;
    pub const ADDRESSEE: Bits = 1 << 3;
    pub const DEMAND: Bits = 1 << 4;
    pub const INFINITIVE: Bits = 1 << 5;
    pub const PERSON_INFINITIVE: Bits = 1 << 6;
    pub const NAMING: Bits = 1 << 7;
    pub const WHETHER: Bits = 1 << 8;
    pub const THOUGHT: Bits = 1 << 9;
    pub const DOCUMENT: Bits = 1 << 10;
    pub const TOPIC: Bits = 1 << 11;
    /// The names in the file, by bit.
    pub const NAMES: [&str; 12] = [
        "quote",
        "that",
        "bare",
        "addressee",
        "demand",
        "infinitive",
        "person_infinitive",
        "naming",
        "whether",
        "thought",
        "document",
        "topic",
    ];
}

/// Which form of a verb a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forms {
    /// "say"
    pub base: bool,
    /// "says"
    pub third: bool,
    /// "said" in "she said"
    pub past: bool,
    /// "said" in "was said"
    pub participle: bool,
    /// "saying"
    pub gerund: bool,
}

/// A reporting verb in one of its forms.
#[derive(Debug, Clone)]
pub struct Cue {
    /// The dictionary form.
    pub lemma: String,
    /// The bits of [`frame`].
    pub frames: Bits,
    /// Which forms it may be.
    pub forms: Forms,
    /// The words after the first, in lower case: "out" of "pointed out".
    pub rest: Vec<String>,
}

/// Where the speaker of a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// "according to the ministry"
    BeforeSpeaker,
    /// "in his view"
    Own,
}

/// A phrase that reports without a verb.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Its words in lower case.
    pub words: Vec<String>,
    /// Where its speaker stands.
    pub position: Position,
}

/// Word classes and cues by word.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Which entry a word has. They stand by themselves: a table without them stays in the processor's cache.
    words: FxHashMap<Spelling, u16>,
    entries: Vec<Entry>,
    /// All cues; an [`Entry`] holds indices.
    pub cues: Vec<Cue>,
    /// All phrases; an [`Entry`] holds indices.
    pub phrases: Vec<Phrase>,
}

/// What is known of one word.
#[derive(Debug, Default, Clone)]
pub struct Entry {
    /// The bits of [`class`].
    pub classes: Bits,
    /// Indices of the cues that begin with the word, the longest first.
    pub cues: Vec<u16>,
    /// Indices of the phrases that begin with the word.
    pub phrases: Vec<u16>,
}

#[derive(Debug, Default, Deserialize)]
struct CueFile {
    verbs: Vec<VerbLine>,
    nouns: Vec<String>,
    phrases: Vec<PhraseLine>,
}

#[derive(Debug, Deserialize)]
struct VerbLine {
    lemma: String,
    forms: [String; 5],
    frames: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct PhraseLine {
    text: String,
    position: Position,
}

impl Lexicon {
    fn compile(cues: CueFile, words: &HashMap<String, String>) -> Self {
        let mut lexicon = Self::default();
        for (bit, name) in class::NAMES.iter().enumerate() {
            for word in words.get(*name).map(|list| list.split_whitespace()).into_iter().flatten() {
                lexicon.change(word, |entry| entry.classes |= 1 << bit);
            }
        }
        for (noun, surname) in persons::nouns() {
            let class = if surname { class::NOUN_OR_SURNAME } else { class::PERSON_NOUN };
            lexicon.change(&noun, |entry| entry.classes |= class);
        }
        for noun in cues.nouns {
            lexicon.change(&noun, |entry| entry.classes |= class::SAYING_NOUN);
        }
        for verb in cues.verbs {
            lexicon.add_verb(&verb);
        }
        for phrase in cues.phrases {
            lexicon.add_phrase(&phrase);
        }
        lexicon.sort_cues();
        lexicon
    }

    /// Changes what is known of a word. A test holds that there is room for each.
    fn change(&mut self, word: &str, change: impl FnOnce(&mut Entry)) {
        let Some(spelling) = Spelling::of(word) else { return };
        let index = *self.words.entry(spelling).or_insert(self.entries.len() as u16);
        if self.entries.len() == usize::from(index) {
            self.entries.push(Entry::default());
        }
        change(&mut self.entries[usize::from(index)]);
    }

    fn add_verb(&mut self, verb: &VerbLine) {
        let frames = frame::NAMES
            .iter()
            .enumerate()
            .filter(|(_, name)| verb.frames.iter().any(|frame| frame == *name))
            .fold(0, |bits, (bit, _)| bits | 1 << bit);
        let mut seen: Vec<&String> = Vec::new();
        for form in &verb.forms {
            if seen.contains(&form) {
                continue;
            }
            seen.push(form);
            let [base, third, past, participle, gerund] = &verb.forms;
            let forms = Forms {
                base: form == base,
                third: form == third,
                past: form == past,
                participle: form == participle,
                gerund: form == gerund,
            };
            let mut parts = form.split(' ').map(str::to_owned);
            let Some(first) = parts.next() else { continue };
            let index = self.cues.len() as u16;
            self.cues.push(Cue { lemma: verb.lemma.clone(), frames, forms, rest: parts.collect() });
            self.change(&first, |entry| entry.cues.push(index));
        }
    }

    fn add_phrase(&mut self, phrase: &PhraseLine) {
        let words: Vec<String> = phrase.text.split(' ').map(str::to_owned).collect();
        let Some(first) = words.first().cloned() else { return };
        let index = self.phrases.len() as u16;
        self.phrases.push(Phrase { words, position: phrase.position });
        self.change(&first, |entry| entry.phrases.push(index));
    }

    fn sort_cues(&mut self) {
        let cues = &self.cues;
        for entry in &mut self.entries {
            entry.cues.sort_by_key(|&index| std::cmp::Reverse(cues[index as usize].rest.len()));
        }
    }

    /// What is known of a word in lower case.
    pub fn look_up(&self, lower: &str) -> Option<&Entry> {
        self.look_up_spelling(&Spelling::of(lower)?)
    }

    /// The same, for a word that is spelled out.
    pub fn look_up_spelling(&self, spelling: &Spelling) -> Option<&Entry> {
        self.words.get(spelling).and_then(|index| self.entries.get(usize::from(*index)))
    }

    /// The number of verbs, by their dictionary forms.
    #[cfg(test)]
    pub fn verb_count(&self) -> usize {
        let lemmas: std::collections::HashSet<&str> = self.cues.iter().map(|cue| cue.lemma.as_str()).collect();
        lemmas.len()
    }
}

/// The bytes of a word in lower case, and zeros behind them: no longer than most words need, it is compared and hashed at once, and
/// stands in the table itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spelling([u64; 3]);

impl Spelling {
    /// The bytes that it has room for. The lexicon has no longer word.
    pub const ROOM: usize = 24;

    /// `None` for a word that is too long.
    pub fn of(lower: &str) -> Option<Self> {
        let mut bytes = [0; Self::ROOM];
        bytes.get_mut(..lower.len())?.copy_from_slice(lower.as_bytes());
        Some(Self::from_bytes(&bytes))
    }

    /// Of the bytes with the zeros behind them.
    pub fn from_bytes(bytes: &[u8; Self::ROOM]) -> Self {
        let (words, _) = bytes.as_chunks();
        Self(std::array::from_fn(|at| words.get(at).map_or(0, |word| u64::from_le_bytes(*word))))
    }

    /// The first eight bytes as a number.
    pub fn head(&self) -> u64 {
        self.0[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_in_full() {
        let cues: CueFile = toml::from_str(CUES).unwrap();
        assert!(cues.verbs.len() >= 200, "{} verbs", cues.verbs.len());
        for verb in &cues.verbs {
            assert!(!verb.frames.is_empty(), "{} has no frame", verb.lemma);
            for name in &verb.frames {
                assert!(frame::NAMES.contains(&name.as_str()), "{}: unknown frame {name}", verb.lemma);
            }
        }
        let words: HashMap<String, String> = toml::from_str(WORDS).unwrap();
        for name in class::NAMES {
            assert!(words.contains_key(name), "words.toml lacks {name}");
        }
        assert_eq!(words.len(), class::NAMES.len(), "words.toml has a class that nobody reads");
        assert_eq!(LEXICON.verb_count(), cues.verbs.len());
    }

    #[test]
    fn there_is_room_for_each_word() {
        let cues: CueFile = toml::from_str(CUES).unwrap();
        let words: HashMap<String, String> = toml::from_str(WORDS).unwrap();
        let of_classes = words.values().flat_map(|list| list.split_whitespace()).map(str::to_owned);
        let of_cues = cues.verbs.into_iter().flat_map(|verb| verb.forms).chain(cues.nouns);
        let of_phrases = cues.phrases.into_iter().map(|phrase| phrase.text);
        let firsts = of_cues.chain(of_phrases).filter_map(|text| text.split(' ').next().map(str::to_owned));
        for word in of_classes.chain(firsts).chain(persons::nouns().map(|(noun, _)| noun)) {
            assert!(LEXICON.look_up(&word).is_some(), "{word}");
        }
    }

    #[test]
    fn a_longer_cue_is_tried_before_its_beginning() {
        let entry = LEXICON.look_up("called").unwrap();
        let lengths: Vec<usize> = entry.cues.iter().map(|&index| LEXICON.cues[index as usize].rest.len()).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] >= pair[1]));
        assert!(lengths[0] >= 1);
    }
}
