//! Names of people and bodies whom the gazetteer lacks: where they begin and end, and what kind of actor bears them.

use super::body_words::{List, in_names, is_trade};
use super::cast::{Hit, Named, Occurrence, Stranger};
use super::descriptors;
use super::first_names::{self, FirstName};
use super::index::folded;
use super::lexicon::class;
use super::names::{Reader, is_article_name, is_particle, without_article};
use super::persons;
use super::relations::{is_rank, without_letters};
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::ActorKind;

/// How many tokens a name may have, with titles before it.
const LONGEST_NAME: usize = 9;

impl Reader<'_> {
    /// Runs of two to four capitalised words that no known name covers.
    pub(super) fn find_strangers(&mut self) {
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
    pub(super) fn settle_surnames(&mut self) {
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
    pub(super) fn find_in_headline(&mut self) {
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
            || in_names().place_ends.has(self.source, &words[words.len() - 1])
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
            if first < last && (is_rank(self.source, token) || is_trade(self.source, token)) {
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
        let is_listed = |at: usize, list: &List| self.tokens.get(at).is_some_and(|token| list.has(self.source, token));
        if is_listed(last - 1, &in_names().company_ends) {
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
            && is_trade(self.source, &self.tokens[first - 1]);
        let club = is_listed(first, &in_names().club_beginnings) || is_listed(last - 1, &in_names().body_ends);
        if (owned || the || theirs || traded || club) && self.first_name(first) == FirstName::Unknown {
            return ActorKind::Organisation;
        }
        ActorKind::Person
    }
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
