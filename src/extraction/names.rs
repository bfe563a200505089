//! Who is named in an article: reads the cast, name by name, and what stands beside the names.

use rustc_hash::FxHashSet;

use super::bodies;
use super::cast::{Cast, Hit, Named, Occurrence};
use super::descriptors::{self, Descriptor};
use super::first_names::{self, FirstName};
use super::gazetteer::Gazetteer;
use super::index::{Name, NameKind};
use super::lexicon::class;
use super::persons::{self, Kinds};
use super::search::Names;
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, Gender};

/// Words between the parts of a name: "de la Cruz", "bin Salman", "von der Leyen".
const PARTICLES: [&str; 20] = [
    "de", "la", "van", "von", "der", "den", "ter", "bin", "ibn", "bint", "al", "el", "da", "di", "du", "dos", "le",
    "abu", "del", "ben",
];

/// Reads the names of a text.
pub fn read(gazetteer: &Gazetteer, source: &Source, tokens: &[Token], headline: (usize, usize)) -> Cast {
    let mut cast = Cast { hits: hits(gazetteer, source), headline, ..Cast::default() };
    Reader { gazetteer, source, tokens, cast: &mut cast, freed: Vec::new(), surnames: Vec::new() }.read();
    cast.bodies = bodies::find(source, tokens, &cast);
    cast
}

/// Fills a cast.
pub(super) struct Reader<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) source: &'a Source<'a>,
    pub(super) tokens: &'a [Token],
    pub(super) cast: &'a mut Cast,
    /// Characters in which a place is part of a person's name.
    pub(super) freed: Vec<(usize, usize)>,
    /// Runs that begin with a particle, "Van der Meer", as tokens: surnames, unless nobody in the article has them.
    pub(super) surnames: Vec<(usize, usize)>,
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
            self.cast.people.entry(name.who).or_default().introduced.get_or_insert(name.first);
        }
        self.describe();
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
                self.cast.people.entry(Named::Known(actor)).or_default();
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
        if self.cast.people.is_empty() && self.cast.strangers.is_empty() {
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
        let mut present = known.into_iter().flatten().filter(|actor| self.cast.is_present(**actor));
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
        let (mut still, mut former) = (FxHashSet::default(), FxHashSet::default());
        for occurrence in self.cast.occurrences.iter().filter(|occurrence| occurrence.full) {
            for found in descriptors::beside(self.source, self.tokens, occurrence) {
                let past = descriptors::is_past(self.source, found.words(self.tokens));
                match occurrence.who {
                    Named::Known(actor) if past => drop(former.insert(actor)),
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
                self.cast.people.entry(occurrence.who).or_default().kinds |= kinds;
                for head in found.heads(self.tokens) {
                    let noun = lower(self.source, head);
                    let noun = descriptors::in_full(&noun).map_or(noun, str::to_owned);
                    self.cast.descriptor_heads.entry(noun).or_default().push(self.cast.descriptors.len());
                }
                self.cast.descriptors.push(found);
            }
        }
        for &actor in former.difference(&still) {
            self.cast.people.entry(Named::Known(actor)).or_default().former = true;
        }
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
                self.cast.people.entry(name.who).or_default().kinds |= kinds;
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
    for found in names.find_at(folded, source.beginnings.iter().copied()) {
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
