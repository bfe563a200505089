//! Who is named in an article: known actors wherever their names stand, and people whom the gazetteer lacks.

use std::collections::HashMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bodies::{self, Body};
use super::descriptors::{self, Descriptor};
use super::first_names::{self, FirstName};
use super::gazetteer::Gazetteer;
use super::index::{Name, NameKind, folded};
use super::lexicon::class;
use super::persons::{self, Kinds};
use super::relations::{is_rank, without_letters};
use super::search::Names;
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};
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
    pub stranger_surnames: FxHashMap<String, Vec<usize>>,
    /// Known persons who are named in full somewhere, each with the offset of the first time.
    pub present: FxHashMap<usize, usize>,
    /// Persons and strangers in order, where a name can only be theirs.
    pub occurrences: Vec<Occurrence>,
    /// What the article says people are, in order.
    pub descriptors: Vec<Descriptor>,
    /// The nouns that descriptors turn on, in lower case, to their indices.
    pub descriptor_heads: FxHashMap<String, Vec<usize>>,
    /// Known persons whom the article calls by what they no longer are: "then-Secretary of State Jane Roe".
    pub former: FxHashSet<usize>,
    /// Organisations that the gazetteer lacks, in order.
    pub bodies: Vec<Body>,
    /// What work the article says people do.
    pub kinds: FxHashMap<Named, Kinds>,
    /// Where the story first names somebody, in tokens.
    pub introductions: FxHashMap<Named, usize>,
    /// The tokens of the headline.
    pub headline: (usize, usize),
}

impl Cast {
    /// Reads the names of a text.
    pub fn read(gazetteer: &Gazetteer, source: &Source, tokens: &[Token], headline: (usize, usize)) -> Self {
        let mut cast = Self { hits: hits(gazetteer, source), headline, ..Self::default() };
        Reader { gazetteer, source, tokens, cast: &mut cast, freed: Vec::new(), surnames: Vec::new() }.read();
        cast.bodies = bodies::find(source, tokens, &cast);
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

/// Words between the parts of a name: "de la Cruz", "bin Salman", "von der Leyen".
const PARTICLES: [&str; 20] = [
    "de", "la", "van", "von", "der", "den", "ter", "bin", "ibn", "bint", "al", "el", "da", "di", "du", "dos", "le",
    "abu", "del", "ben",
];

/// Ends of the names of companies.
pub(super) const COMPANY_ENDS: [&str; 19] = [
    "ag", "se", "sa", "nv", "ab", "asa", "as", "oyj", "inc", "corp", "ltd", "plc", "llc", "gmbh", "group", "holdings",
    "holding", "kg", "spa",
];

/// Ends of the names of companies and clubs, unless a first name stands before.
const BODY_ENDS: [&str; 30] = [
    "motors",
    "airlines",
    "airways",
    "industries",
    "systems",
    "partners",
    "energy",
    "pharma",
    "pharmaceuticals",
    "foods",
    "records",
    "pictures",
    "media",
    "technologies",
    "solutions",
    "shipping",
    "steel",
    "airport",
    "rovers",
    "united",
    "wanderers",
    "athletic",
    "hospital",
    "museum",
    "town",
    "city",
    "albion",
    "rangers",
    "county",
    "lines",
];

/// Beginnings of the names of clubs.
const CLUB_BEGINNINGS: [&str; 12] = [
    "real",
    "atletico",
    "inter",
    "sporting",
    "dynamo",
    "spartak",
    "deportivo",
    "olympique",
    "racing",
    "borussia",
    "bayern",
    "lokomotiv",
];

/// Ends of the names of places and events: nobody's, unless a first name stands before.
const PLACE_ENDS: [&str; 44] = [
    "cup",
    "league",
    "prize",
    "award",
    "awards",
    "open",
    "trophy",
    "games",
    "championship",
    "championships",
    "derby",
    "day",
    "week",
    "river",
    "street",
    "road",
    "bridge",
    "valley",
    "lake",
    "island",
    "islands",
    "bay",
    "park",
    "square",
    "tower",
    "hills",
    "mountains",
    "forest",
    "pass",
    "tunnel",
    "cathedral",
    "stadium",
    "arena",
    "theatre",
    "theater",
    "act",
    "treaty",
    "avenue",
    "coast",
    "sea",
    "strait",
    "gulf",
    "heights",
    "peninsula",
];

/// How many tokens a name may have, with titles before it.
const LONGEST_NAME: usize = 9;

/// Fills a cast.
struct Reader<'a> {
    gazetteer: &'a Gazetteer,
    source: &'a Source<'a>,
    tokens: &'a [Token],
    cast: &'a mut Cast,
    /// Characters in which a place is part of a person's name.
    freed: Vec<(usize, usize)>,
    /// Runs that begin with a particle, "Van der Meer", as tokens: surnames, unless nobody in the article has them.
    surnames: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn read(&mut self) {
        self.find_strangers();
        self.find_in_headline();
        self.settle_surnames();
        let mut freed = self.freed.iter().peekable();
        self.cast.hits.retain(|hit| {
            while freed.next_if(|name| name.1 <= hit.start).is_some() {}
            freed.peek().is_none_or(|name| hit.end <= name.0)
        });
        self.find_known();
        self.find_surnames();
        self.cast.occurrences.sort_by_key(|occurrence| occurrence.first);
        for name in self.cast.occurrences.iter().filter(|name| name.first >= self.cast.headline.1) {
            self.cast.introductions.entry(name.who).or_insert(name.first);
        }
        self.describe();
    }

    /// Runs of two to four capitalised words that no known name covers.
    fn find_strangers(&mut self) {
        // Headlines have capitals for other reasons.
        let mut at = self.cast.headline.1;
        while at < self.tokens.len() {
            let first = at;
            while at < self.tokens.len()
                && at - first < LONGEST_NAME
                && (at == first || !descriptors::parted(self.source, self.tokens, at))
                && part_of_name(self.source, self.tokens, at, at == first)
            {
                at += 1;
            }
            // "Castellan plc"
            if at > first && self.tokens.get(at).is_some_and(|end| is_word(self.source, end, "plc") && end.small) {
                at += 1;
            }
            if at == first {
                at += 1;
            } else {
                self.add_stranger(first, at);
            }
        }
    }

    /// "Van der Meer": the surname of whoever is named in full, or else a name.
    fn settle_surnames(&mut self) {
        for (first, last) in std::mem::take(&mut self.surnames) {
            let name = self.source.slice(self.tokens[first].start, self.tokens[last - 1].end);
            match self.cast.stranger_surnames.get(&folded(name).to_lowercase()).map(Vec::as_slice) {
                Some([only]) => {
                    let who = Named::Stranger(*only);
                    self.cast.occurrences.push(Occurrence { first, last, who, full: false });
                }
                Some(_) => {}
                None => self.name_stranger(first, last),
            }
        }
    }

    /// Whom the headline alone names in full: a first name before a name that the story has too.
    fn find_in_headline(&mut self) {
        let (mut at, end) = self.cast.headline;
        while at < end {
            let Some(last) = self.name_in_headline(at, end) else {
                at += 1;
                continue;
            };
            self.name_stranger(at, last);
            at = last;
        }
    }

    fn name_in_headline(&self, first: usize, end: usize) -> Option<usize> {
        let begins = self.tokens[first].capital
            && self.first_name(first) != FirstName::Unknown
            && self.cast.hits_near(self.tokens[first].start, self.tokens[first].end).is_empty();
        if !begins {
            return None;
        }
        let mut last = (first + 1..end.min(first + 5)).take_while(|&at| {
            part_of_name(self.source, self.tokens, at, false)
                && self.cast.hits_near(self.tokens[at].start, self.tokens[at].end).is_empty()
        });
        let in_story = |at: &usize| {
            let word = lower(self.source, &self.tokens[*at]);
            self.tokens[*at].capital
                && self.tokens[end..].iter().any(|token| token.capital && is_word(self.source, token, &word))
        };
        last.find(in_story).map(|at| at + 1)
    }

    fn add_stranger(&mut self, whole: usize, last: usize) {
        let last = without_letters(self.source, self.tokens, whole, last);
        let first = self.name_start(whole, last);
        let words = &self.tokens[first..last];
        if !(2..=5).contains(&words.len())
            || PLACE_ENDS.iter().any(|end| is_word(self.source, &words[words.len() - 1], end))
                && self.first_name(first) == FirstName::Unknown
            || words.iter().any(|token| {
                let club = token.end == words[words.len() - 1].end && is_word(self.source, token, "town");
                token.is(class::BODY_NOUN | class::WEEKDAY | class::MONTH | class::OCCASION_NOUN) && !club
                    || token.all_capitals && token.end - token.start > 3
            })
        {
            return;
        }
        let (start, end) = (words[0].start, words[words.len() - 1].end);
        let covering = self.cast.hits_near(start, end);
        let inside = |hit: &Hit| (first..last).find(|&at| self.tokens[at].start == hit.start);
        if covering.iter().any(|hit| inside(hit).is_none_or(|at| !self.is_place_in_name(hit, at, last))) {
            return;
        }
        if !covering.is_empty() {
            self.freed.push((start, end));
        }
        let particle = is_particle(self.source, &words[0]) && !is_word(self.source, &words[0], "abu");
        if !particle {
            self.name_stranger(first, last);
        } else if !self.gazetteer.index().surnames.contains_key(&folded(self.source.slice(start, end)).to_lowercase()) {
            self.surnames.push((first, last));
        }
    }

    fn name_stranger(&mut self, first: usize, last: usize) {
        let words = &self.tokens[first..last];
        let surname = surname_forms(self.source, words);
        let name = self.source.slice(words[0].start, words[words.len() - 1].end);
        let index = match self.cast.stranger_names.get(name) {
            Some(&index) => index,
            None => self.introduce(name, &surname, first, last),
        };
        self.cast.occurrences.push(Occurrence { first, last, who: Named::Stranger(index), full: true });
        self.name_partner(first, last);
    }

    /// "Gerald and Moira Roe": he is Gerald Roe.
    fn name_partner(&mut self, first: usize, last: usize) {
        let Some(partner) = first.checked_sub(2) else { return };
        let [name, and, other] = &self.tokens[partner..=first] else { return };
        let alone = partner == 0 || !self.tokens[partner - 1].capital;
        let given = |at: usize| matches!(self.first_name(at), FirstName::Of(_));
        if last != first + 2
            || !alone
            || !is_word(self.source, and, "and")
            || other.start != and.end + 1
            || !given(partner)
            || !given(first)
        {
            return;
        }
        let surname = &self.tokens[last - 1];
        let full = [self.source.slice(name.start, name.end), self.source.slice(surname.start, surname.end)].join(" ");
        if !self.cast.stranger_names.contains_key(&full) {
            let surnames = surname_forms(self.source, &self.tokens[last - 1..last]);
            let index = self.introduce(&full, &surnames, partner, partner + 1);
            let who = Named::Stranger(index);
            self.cast.occurrences.push(Occurrence { first: partner, last: partner + 1, who, full: true });
        }
    }

    /// Where the name begins after titles, bodies and known names: "Russian Deputy Foreign Minister Jane Roe".
    fn name_start(&self, whole: usize, last: usize) -> usize {
        let mut first = last;
        while first > whole {
            let token = &self.tokens[first - 1];
            if token.is(class::TITLE | class::PERSON_NOUN) && !(first == last && last - whole == 2) {
                break;
            }
            if first < last && (is_rank(self.source, token) || bodies::is_trade(self.source, token)) {
                break;
            }
            // "Local MP Gareth Roe"
            let letters = token.all_capitals && token.end - token.start <= 3;
            if letters && first < last && self.first_name(first) != FirstName::Unknown {
                break;
            }
            // "Secretary of State Jane Roe"
            if token.is(class::BODY_NOUN) && first < last && self.first_name(first) != FirstName::Unknown {
                break;
            }
            let hits = self.cast.hits_near(token.start, token.end);
            if hits.iter().any(|hit| !self.is_place_in_name(hit, first - 1, last)) {
                break;
            }
            first -= 1;
        }
        // "Novelist Clara Whitcombe": at the start of a sentence any noun has a capital.
        let opens = first == 0
            || matches!(self.tokens[first - 1].kind, Kind::Punctuation(_))
            || descriptors::parted(self.source, self.tokens, first);
        let noun = opens
            && first + 3 <= last
            && self.first_name(first) == FirstName::Unknown
            && (self.first_name(first + 1) != FirstName::Unknown
                || persons::look_up(&lower(self.source, &self.tokens[first])).is_some())
            && self.tokens[first + 2].capital
            && !is_particle(self.source, &self.tokens[first])
            && self.source.before(self.tokens[first].end) != '.';
        first + usize::from(noun)
    }

    fn first_name(&self, at: usize) -> FirstName {
        self.tokens
            .get(at)
            .map_or(FirstName::Unknown, |token| first_names::look_up(self.source.slice(token.start, token.end)))
    }

    /// "Jordan" in "Jordan Pike", "Ann Jordan Pike": a country or capital that is also a first name, before a surname.
    fn is_place_in_name(&self, hit: &Hit, at: usize, last: usize) -> bool {
        let token = &self.tokens[at];
        let bearers = self.gazetteer.index().name_of.get(hit.pattern);
        let named = |at: usize| self.first_name(at) != FirstName::Unknown;
        let next = self.tokens.get(at + 1).filter(|_| at + 1 < last);
        hit.start == token.start
            && hit.end == token.end
            && !bearers.into_iter().flatten().any(|name| self.gazetteer.actors()[name.actor].kind == ActorKind::Person)
            && (named(at) || at > 0 && self.tokens[at - 1].capital && named(at - 1))
            && next.is_some_and(|next| {
                next.capital
                    && !next.all_capitals
                    && next.entry.is_none()
                    && self.cast.hits_near(next.start, next.end).is_empty()
                    && !["valley", "river", "street", "road", "border", "rift"]
                        .iter()
                        .any(|word| is_word(self.source, next, word))
            })
    }

    /// Adds a stranger, or a fuller form of the name of one: "John Roe" and "John A. Roe".
    fn introduce(&mut self, name: &str, surnames: &[String], first: usize, last: usize) -> usize {
        let first_word = name.split(' ').next().unwrap_or(name);
        let same = surnames.last().and_then(|surname| self.cast.stranger_surnames.get(surname)).and_then(|bearers| {
            bearers.iter().copied().find(|&index| {
                let mut words = self.cast.strangers[index].name.split(' ');
                words.next() == Some(first_word)
            })
        });
        if let Some(index) = same {
            self.cast.stranger_names.insert(name.to_owned(), index);
            let stranger = &mut self.cast.strangers[index];
            if stranger.name.len() < name.len() {
                name.clone_into(&mut stranger.name);
            }
            return index;
        }
        let index = self.cast.strangers.len();
        let kind = self.kind(first, last);
        let gender = match self.first_name(first) {
            FirstName::Of(gender) if kind == ActorKind::Person => Some(gender),
            _ => None,
        };
        self.cast.stranger_names.insert(name.to_owned(), index);
        for surname in surnames {
            self.cast.stranger_surnames.entry(surname.clone()).or_default().push(index);
        }
        self.cast.strangers.push(Stranger { name: name.to_owned(), kind, gender });
        index
    }

    /// "Kessler AG", "the Calder Rovers": no person, unless the first word is a first name.
    fn kind(&self, first: usize, last: usize) -> ActorKind {
        let is_any = |at: usize, words: &[&str]| {
            self.tokens.get(at).is_some_and(|token| words.iter().any(|word| is_word(self.source, token, word)))
        };
        if is_any(last - 1, &COMPANY_ENDS) {
            return ActorKind::Organisation;
        }
        // "Calder Rovers manager Tomas Hruby"
        let owned = self.tokens.get(last).is_some_and(|next| {
            next.small
                && next.is(class::PERSON_NOUN | class::TITLE)
                && !next.is(class::DETERMINER)
                && self.tokens.get(last + 1).is_some_and(|name| name.capital)
        });
        let the = first > 0 && is_any(first - 1, &["the"]);
        // "Atletico Salve won their first cup"
        let theirs = self.tokens.get(last).is_some_and(|next| next.small && !next.is(class::PREPOSITION))
            && (last + 1..last + 3).any(|at| is_any(at, &["their", "its"]));
        let traded = first > 0
            && !descriptors::parted(self.source, self.tokens, first)
            && bodies::is_trade(self.source, &self.tokens[first - 1]);
        let club = is_any(first, &CLUB_BEGINNINGS) || is_any(last - 1, &BODY_ENDS);
        if (owned || the || theirs || traded || club) && self.first_name(first) == FirstName::Unknown {
            return ActorKind::Organisation;
        }
        ActorKind::Person
    }

    /// Known persons in full.
    fn find_known(&mut self) {
        let mut at = 0;
        for hit in &self.cast.hits {
            let bearers = self.gazetteer.index().name_of.get(hit.pattern).into_iter().flatten();
            let mut persons = bearers
                .map(|name| name.actor)
                .filter(|&actor| self.gazetteer.actors()[actor].kind == ActorKind::Person);
            let (first_bearer, another) = (persons.next(), persons.next());
            for actor in first_bearer.into_iter().chain(another).chain(persons) {
                self.cast.present.entry(actor).or_insert(hit.start);
            }
            let (Some(actor), None) = (first_bearer, another) else { continue };
            while self.tokens.get(at).is_some_and(|token| token.end <= hit.start) {
                at += 1;
            }
            let last = at + self.tokens[at..].iter().take(12).take_while(|token| token.start < hit.end).count();
            if last > at {
                let who = Named::Known(actor);
                self.cast.occurrences.push(Occurrence { first: at, last, who, full: true });
            }
        }
    }

    /// Surnames of those who are named in full.
    fn find_surnames(&mut self) {
        if self.cast.present.is_empty() && self.cast.strangers.is_empty() {
            return;
        }
        let function = class::DETERMINER | class::SUBJECT_PRONOUN | class::PREPOSITION | class::WEEKDAY | class::MONTH;
        let full: Vec<(usize, usize)> = {
            let mut full: Vec<_> = self.cast.occurrences.iter().map(|name| (name.first, name.last)).collect();
            full.sort_unstable();
            full
        };
        let mut next = 0;
        for (at, token) in self.tokens.iter().enumerate() {
            while full.get(next).is_some_and(|name| name.1 <= at) {
                next += 1;
            }
            if token.kind != Kind::Word
                || !(token.capital || is_article_name(self.source, token))
                || token.is(function)
                || full.get(next).is_some_and(|name| name.0 <= at)
                || !self.cast.hits_near(token.start, token.end).is_empty()
            {
                continue;
            }
            let Some(who) = self.bearer(&lower(self.source, token)) else { continue };
            // "Ivan Petrov" next to the known Pyotr Petrov is another man.
            let other = at > 0
                && self.tokens[at - 1].capital
                && self.tokens[at - 1].kind == Kind::Word
                && self.tokens[at - 1].entry.is_none()
                && self.tokens[at - 1].end + 1 == token.start;
            if !other {
                self.cast.occurrences.push(Occurrence { first: at, last: at + 1, who, full: false });
                self.title_tells(at, who);
            }
        }
    }

    /// The only one in the article who has a surname.
    fn bearer(&self, surname: &str) -> Option<Named> {
        let strangers = self.cast.stranger_surnames.get(surname).map(Vec::as_slice);
        let known = self.gazetteer.index().surnames.get(surname);
        let mut present = known.into_iter().flatten().filter(|actor| self.cast.present.contains_key(actor));
        match (present.next(), present.next(), strangers) {
            (Some(&actor), None, None) => Some(Named::Known(actor)),
            (None, _, Some([stranger])) => Some(Named::Stranger(*stranger)),
            _ => None,
        }
    }

    /// "Ms Keller"
    fn title_tells(&mut self, at: usize, who: Named) {
        let (Named::Stranger(index), Some(title)) = (who, at.checked_sub(1).map(|at| &self.tokens[at])) else { return };
        if title.is(class::MALE_TITLE) {
            self.cast.strangers[index].gender = Some(Gender::Male);
        } else if title.is(class::FEMALE_TITLE) {
            self.cast.strangers[index].gender = Some(Gender::Female);
        }
    }

    /// What stands beside the names: "the mayor, Anna Keller", "Anna Keller, a teacher".
    fn describe(&mut self) {
        let mut still = FxHashSet::default();
        for occurrence in self.cast.occurrences.iter().filter(|occurrence| occurrence.full) {
            for found in descriptors::beside(self.source, self.tokens, occurrence) {
                let past = descriptors::is_past(self.source, found.words(self.tokens));
                match occurrence.who {
                    Named::Known(actor) if past => drop(self.cast.former.insert(actor)),
                    Named::Known(actor) => drop(still.insert(actor)),
                    Named::Stranger(index) => {
                        let stranger = &mut self.cast.strangers[index];
                        let told = told_by(&found, self.tokens);
                        // "Dame Beatrice Roe, the chairman": "man" at the end of an office tells least.
                        let sure = found.heads(self.tokens).any(|head| {
                            head.is(class::FEMALE_TITLE | class::FEMALE_NOUN)
                                || head.is(class::MALE_TITLE | class::MALE_NOUN)
                                    && !(head.end - head.start > 3
                                        && self.source.slice(head.start, head.end).ends_with("man"))
                        });
                        stranger.gender = if sure { told } else { stranger.gender.or(told) };
                    }
                }
                let kinds = found.words(self.tokens).iter().fold(0, |kinds, word| kinds | self.kinds(word));
                *self.cast.kinds.entry(occurrence.who).or_default() |= kinds;
                for head in found.heads(self.tokens) {
                    let noun = lower(self.source, head);
                    let noun = descriptors::in_full(&noun).map_or(noun, str::to_owned);
                    self.cast.descriptor_heads.entry(noun).or_default().push(self.cast.descriptors.len());
                }
                self.cast.descriptors.push(found);
            }
        }
        self.cast.former.retain(|actor| !still.contains(actor));
        self.tell_letters();
    }

    /// "Jane Roe QC", "Jane Roe, prosecuting,": what follows a name without a noun phrase.
    fn tell_letters(&mut self) {
        for name in self.cast.occurrences.iter().filter(|name| name.full) {
            let comma = self.tokens.get(name.last).is_some_and(|next| next.is_char(','));
            let kinds = match self.tokens.get(name.last + usize::from(comma)) {
                Some(next) if next.all_capitals => self.kinds(next),
                // "Jane Roe, for the defence,"
                Some(next) if comma && is_word(self.source, next, "for") && self.is_party(name.last + 2) => {
                    persons::look_up("lawyer").map_or(0, |noun| noun.kinds)
                }
                Some(next)
                    if comma && ["prosecuting", "defending"].iter().any(|word| is_word(self.source, next, word)) =>
                {
                    persons::look_up("lawyer").map_or(0, |noun| noun.kinds)
                }
                _ => 0,
            };
            if kinds != 0 {
                *self.cast.kinds.entry(name.who).or_default() |= kinds;
            }
        }
    }

    /// "the defence"
    fn is_party(&self, at: usize) -> bool {
        const PARTIES: [&str; 9] =
            ["defence", "defense", "prosecution", "crown", "state", "claimant", "plaintiff", "plaintiffs", "appellant"];
        let (Some(the), Some(party)) = (self.tokens.get(at), self.tokens.get(at + 1)) else { return false };
        the.is(class::DETERMINER) && PARTIES.iter().any(|word| is_word(self.source, party, word))
    }

    fn kinds(&self, word: &Token) -> Kinds {
        if !word.is_word() {
            return 0;
        }
        let word = lower(self.source, word);
        let word = descriptors::in_full(&word).unwrap_or(&word);
        persons::look_up(word).map_or(0, |noun| noun.kinds)
    }
}

/// The pronoun that "spokeswoman" or "Mr" tells.
fn told_by(found: &Descriptor, tokens: &[Token]) -> Option<Gender> {
    found.heads(tokens).find_map(|word| {
        if word.is(class::MALE_TITLE | class::MALE_NOUN) {
            Some(Gender::Male)
        } else if word.is(class::FEMALE_TITLE | class::FEMALE_NOUN) {
            Some(Gender::Female)
        } else {
            None
        }
    })
}

/// The forms under which a surname may stand alone, in lower case: "von der leyen", "leyen"; the shortest last.
fn surname_forms(source: &Source, words: &[Token]) -> Vec<String> {
    let mut forms = Vec::new();
    let Some(last) = words.last() else { return forms };
    let mut first = words.len() - 1;
    while first > 1 && is_particle(source, &words[first - 1]) {
        first -= 1;
    }
    // "Arrieta" of Íñigo Arrieta Goñi, "Ibáñez" of Raúl Ibáñez de la Cruz
    if let Some(middle) = first.checked_sub(1).filter(|&middle| middle > 0).map(|middle| &words[middle])
        && middle.capital
        && !is_particle(source, middle)
        && middle.entry.is_none()
        && middle.end - middle.start > 3
        && first_names::look_up(source.slice(words[0].start, words[0].end)) != FirstName::Unknown
        && first_names::look_up(source.slice(middle.start, middle.end)) == FirstName::Unknown
    {
        forms.push(lower(source, middle));
    }
    if first + 1 < words.len() {
        forms.push(folded(source.slice(words[first].start, last.end)).to_lowercase());
    }
    let surname = lower(source, last);
    if let Some(rest) = without_article(&surname) {
        forms.push(surname.clone());
        forms.push(rest.to_owned());
    } else {
        forms.push(surname);
    }
    forms
}

/// Whether a word is no first name that is known.
pub fn is_unknown(word: &str) -> bool {
    first_names::look_up(word) == FirstName::Unknown
}

/// "assad" of "al-assad"
pub fn without_article(surname: &str) -> Option<&str> {
    surname.strip_prefix("al-").or_else(|| surname.strip_prefix("el-")).filter(|rest| rest.chars().count() > 2)
}

/// Whether a word is a particle between the parts of a name.
pub fn is_particle(source: &Source, token: &Token) -> bool {
    token.end - token.start <= 4 && PARTICLES.iter().any(|word| is_word(source, token, word))
}

/// "al-Julani": a name in small letters up to its hyphen.
pub fn is_article_name(source: &Source, token: &Token) -> bool {
    token.small
        && (2..=4).any(|at| source.at(token.start + at) == '-' && source.at(token.start + at + 1).is_uppercase())
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
    if first {
        return false;
    }
    if is_article_name(source, token) {
        return true;
    }
    // "de la Cruz", "bin Salman", "van Dyke"
    let next = &tokens[at + 1..];
    let goes_on = next.iter().take(2).find(|next| !is_particle(source, next));
    is_particle(source, token) && goes_on.is_some_and(|next| next.capital || is_article_name(source, next))
}

/// Finds the known names of the whole text, word-bounded and the longest at each place.
fn hits(gazetteer: &Gazetteer, source: &Source) -> Vec<Hit> {
    let Some(names) = &gazetteer.index().names else { return Vec::new() };
    find(source, names, |pattern, start, end| Hit { start, end, pattern })
}

/// Looks for names in the folded text and gives where they stand in characters.
pub fn find<T>(source: &Source, names: &Names, make: impl Fn(usize, usize, usize) -> T) -> Vec<T> {
    let folded = &*source.folded;
    let mut out = Vec::new();
    // Matches come in order, so the characters are counted once.
    let mut at_byte = 0;
    let mut at_char = 0;
    for found in names.find_iter(folded) {
        at_char += folded[at_byte..found.start()].chars().count();
        at_byte = found.start();
        let end = at_char + folded[found.start()..found.end()].chars().count();
        out.push(make(found.pattern().as_usize(), at_char, end));
    }
    out
}

/// The names of a hit that are not mere demonyms.
pub fn named<'a>(gazetteer: &'a Gazetteer, hit: &Hit) -> impl Iterator<Item = &'a Name> {
    gazetteer.index().name_of.get(hit.pattern).into_iter().flatten().filter(|name| name.kind != NameKind::Demonym)
}
