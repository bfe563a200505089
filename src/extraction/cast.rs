//! Everybody who is named in an article, and what it tells of them: one table that all resolvers look into.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::bodies::Body;
use super::descriptors::Descriptor;
use super::persons::Kinds;
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

/// Somebody whom an article names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// An actor of the gazetteer, by index.
    Known(usize),
    /// Somebody whom the gazetteer lacks, by index.
    Stranger(usize),
}

/// Somebody whom the article names in full and the gazetteer lacks.
#[derive(Debug, Clone)]
pub struct Stranger {
    /// The fullest form of the name.
    pub name: String,
    /// A person, unless the words around the name speak for an organisation.
    pub kind: ActorKind,
    /// Which pronoun stands for them, where a title or first name tells.
    pub gender: Option<Gender>,
}

/// A name of somebody where it stands, in tokens.
#[derive(Debug, Clone, Copy)]
pub struct Occurrence {
    /// The first token.
    pub first: usize,
    /// The token after the last.
    pub last: usize,
    /// Whose name it is.
    pub who: Named,
    /// Whether it is the name in full, not a surname.
    pub full: bool,
}

/// What an article tells of somebody whom it names in full.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    /// Where the story first names them, in tokens; `None` where only the headline does, or another bears the name too.
    pub introduced: Option<usize>,
    /// What work it says they do.
    pub kinds: Kinds,
    /// Whether it calls them only by what they no longer are: "then-Secretary of State Jane Roe".
    pub former: bool,
}

/// Everybody who is named in an article.
#[derive(Debug, Default)]
pub struct Cast {
    /// Known names in order.
    pub hits: Vec<Hit>,
    /// What the article tells of each whom it names in full.
    pub people: FxHashMap<Named, Told>,
    /// Unknown names in order of appearance.
    pub strangers: Vec<Stranger>,
    /// Names of strangers to their indices.
    pub stranger_names: HashMap<String, usize>,
    /// Surnames of strangers in lower case, to their indices.
    pub stranger_surnames: FxHashMap<String, Vec<usize>>,
    /// Persons and strangers in order, where a name can only be theirs.
    pub occurrences: Vec<Occurrence>,
    /// What the article says people are, in order.
    pub descriptors: Vec<Descriptor>,
    /// The nouns that descriptors turn on, in lower case, to their indices.
    pub descriptor_heads: FxHashMap<String, Vec<usize>>,
    /// Organisations that the gazetteer lacks, in order.
    pub bodies: Vec<Body>,
    /// The tokens of the headline.
    pub headline: (usize, usize),
}

impl Cast {
    /// What is told of somebody; nothing of those who are not named in full.
    pub fn told(&self, who: Named) -> Told {
        self.people.get(&who).copied().unwrap_or_default()
    }

    /// Whether a known person is named in full somewhere.
    pub fn is_present(&self, actor: usize) -> bool {
        self.people.contains_key(&Named::Known(actor))
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

    /// Known names that overlap the characters from `start` to `end`.
    pub fn hits_near(&self, start: usize, end: usize) -> &[Hit] {
        let first = self.hits.partition_point(|hit| hit.end <= start);
        let last = self.hits.partition_point(|hit| hit.start < end);
        &self.hits[first..last.max(first)]
    }

    /// The names of persons and strangers that begin in the tokens `first..last`.
    pub fn occurrences_within(&self, first: usize, last: usize) -> &[Occurrence] {
        let from = self.occurrences.partition_point(|occurrence| occurrence.first < first);
        let to = self.occurrences.partition_point(|occurrence| occurrence.first < last);
        &self.occurrences[from..to.max(from)]
    }

    /// The descriptors that turn on a noun, given in lower case.
    pub fn described_as(&self, noun: &str) -> impl Iterator<Item = &Descriptor> {
        self.descriptor_heads.get(noun).into_iter().flatten().map(|&at| &self.descriptors[at])
    }
}
