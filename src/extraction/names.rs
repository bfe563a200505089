//! Who is named in an article: known actors wherever their names stand, and people whom the gazetteer lacks.

use std::collections::HashMap;

use super::gazetteer::Gazetteer;
use super::index::{Name, NameKind};
use super::lexicon::class;
use super::source::Source;
use super::tokens::{Kind, Token};
use crate::models::text::{ActorKind, Gender};

/// A known name where it stands, in characters.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// Index of the pattern in the gazetteer.
    pub pattern: usize,
}

/// Somebody whom the article names in full and the gazetteer lacks.
#[derive(Debug, Clone)]
pub struct Stranger {
    /// The name as first printed.
    pub name: String,
    /// Which pronoun stands for them, where a title tells.
    pub gender: Option<Gender>,
    /// The words right before the name, in lower case: "mayor".
    pub roles: Vec<String>,
}

/// Everybody who is named in an article.
#[derive(Debug, Default)]
pub struct Cast {
    /// Known names in order.
    pub hits: Vec<Hit>,
    /// Unknown names in order of appearance.
    pub strangers: Vec<Stranger>,
    /// Names of strangers to their indices.
    pub stranger_names: HashMap<String, usize>,
    /// Surnames of strangers in lower case, to their indices.
    pub stranger_surnames: HashMap<String, Vec<usize>>,
    /// Known persons who are named in full somewhere, each with the offset of the first time.
    pub present: HashMap<usize, usize>,
}

impl Cast {
    /// Reads the names of a text.
    pub fn read(gazetteer: &Gazetteer, source: &Source, tokens: &[Token]) -> Self {
        let mut cast = Self { hits: hits(gazetteer, source), ..Self::default() };
        for hit in &cast.hits {
            for name in gazetteer.index().name_of.get(hit.pattern).into_iter().flatten() {
                if gazetteer.actors()[name.actor].kind == ActorKind::Person {
                    cast.present.entry(name.actor).or_insert(hit.start);
                }
            }
        }
        cast.find_strangers(source, tokens);
        cast
    }

    /// The known names between two offsets.
    pub fn hits_within(&self, start: usize, end: usize) -> &[Hit] {
        let first = self.hits.partition_point(|hit| hit.start < start);
        let last = self.hits.partition_point(|hit| hit.start < end);
        let found = &self.hits[first..last.max(first)];
        match found.last() {
            Some(hit) if hit.end > end => &found[..found.len() - 1],
            _ => found,
        }
    }

    /// Runs of two to four capitalised words that no known name covers.
    fn find_strangers(&mut self, source: &Source, tokens: &[Token]) {
        let mut at = 0;
        while at < tokens.len() {
            let first = at;
            while at < tokens.len() && part_of_name(source, tokens, at, at == first) && at - first < 9 {
                at += 1;
            }
            if at == first {
                at += 1;
                continue;
            }
            self.add_stranger(source, tokens, first, at);
        }
    }

    fn add_stranger(&mut self, source: &Source, tokens: &[Token], whole: usize, last: usize) {
        // "Russian Deputy Foreign Minister Jane Roe": the name is what follows titles and known names.
        let mut first = last;
        while first > whole
            && !tokens[first - 1].is(class::TITLE | class::PERSON_NOUN)
            && self.hits_within(tokens[first - 1].start, tokens[first - 1].end).is_empty()
        {
            first -= 1;
        }
        let words = &tokens[first..last];
        if !(2..=4).contains(&words.len())
            || words.iter().any(|token| {
                token.is(class::BODY_NOUN | class::WEEKDAY | class::MONTH | class::OCCASION_NOUN)
                    || token.all_capitals && token.end - token.start > 3
            })
        {
            return;
        }
        let (start, end) = (words[0].start, words[words.len() - 1].end);
        if !self.hits_within(start, end).is_empty() {
            return;
        }
        let name = source.slice(start, end).to_owned();
        if self.stranger_names.contains_key(&name) {
            return;
        }
        let mut stranger = Stranger { name, gender: None, roles: Vec::new() };
        let before = first.saturating_sub(6)..first;
        for token in before.rev().map(|index| &tokens[index]) {
            if !token.is(class::TITLE | class::PERSON_NOUN) {
                break;
            }
            if token.is(class::MALE_TITLE | class::MALE_NOUN) {
                stranger.gender = Some(Gender::Male);
            } else if token.is(class::FEMALE_TITLE | class::FEMALE_NOUN) {
                stranger.gender = Some(Gender::Female);
            }
            stranger.roles.push(super::tokens::lower(source, token));
        }
        let surname = super::tokens::lower(source, &words[words.len() - 1]);
        self.stranger_names.insert(stranger.name.clone(), self.strangers.len());
        self.stranger_surnames.entry(surname).or_default().push(self.strangers.len());
        self.strangers.push(stranger);
    }
}

fn part_of_name(source: &Source, tokens: &[Token], at: usize, first: bool) -> bool {
    let token = &tokens[at];
    if token.kind != Kind::Word {
        return false;
    }
    if token.capital {
        // The first word of a sentence has its capital for another reason.
        let common = token.is(class::SUBJECT_PRONOUN
            | class::AUXILIARY
            | class::CONJUNCTION
            | class::SUBORDINATOR
            | class::PREPOSITION
            | class::DETERMINER
            | class::POSSESSIVE_PRONOUN
            | class::WEEKDAY
            | class::RELATIVE
            | class::ADVERB);
        return !common;
    }
    // "de la Cruz", "bin Salman", "van Dyke"
    !first
        && at + 1 < tokens.len()
        && tokens[at + 1].capital
        && ["de", "la", "van", "von", "der", "bin", "ibn", "al", "el", "da", "di", "du", "le", "abu"]
            .iter()
            .any(|word| super::tokens::is_word(source, token, word))
}

/// Finds the known names of the whole text, word-bounded and the longest at each place.
fn hits(gazetteer: &Gazetteer, source: &Source) -> Vec<Hit> {
    let Some(names) = &gazetteer.index().names else { return Vec::new() };
    find(source, names, |pattern, start, end| Hit { start, end, pattern })
}

/// Runs an automaton over the folded text and gives matches at word borders in characters.
pub fn find<T>(
    source: &Source,
    automaton: &aho_corasick::AhoCorasick,
    make: impl Fn(usize, usize, usize) -> T,
) -> Vec<T> {
    let folded = &*source.folded;
    let mut out = Vec::new();
    // Matches come in order, so the characters are counted once.
    let mut at_byte = 0;
    let mut at_char = 0;
    for found in automaton.find_iter(folded) {
        at_char += folded[at_byte..found.start()].chars().count();
        at_byte = found.start();
        let end = at_char + folded[found.start()..found.end()].chars().count();
        if !source.before(at_char).is_alphanumeric() && !source.at(end).is_alphanumeric() {
            out.push(make(found.pattern().as_usize(), at_char, end));
        }
    }
    out
}

/// The names of a hit that are not mere demonyms.
pub fn named<'a>(gazetteer: &'a Gazetteer, hit: &Hit) -> impl Iterator<Item = &'a Name> {
    gazetteer.index().name_of.get(hit.pattern).into_iter().flatten().filter(|name| name.kind != NameKind::Demonym)
}
