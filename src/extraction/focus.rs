//! Who is in the reader's mind: the persons of the sentences just before.

use super::cast::Occurrence;
use super::lexicon::class;
use super::persons;
use super::pronouns::Who;
use super::speakers::{Entity, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::ResolvedBy;

/// How many sentences back anybody is remembered without being named.
const SENTENCES: usize = 7;

/// Ranks and forms of address, which stand before a name whatever its bearer does.
const RANKS: [&str; 22] = [
    "general",
    "gen",
    "gen.",
    "colonel",
    "col",
    "col.",
    "major",
    "maj",
    "maj.",
    "captain",
    "capt",
    "capt.",
    "lieutenant",
    "lt",
    "lt.",
    "admiral",
    "adm",
    "adm.",
    "dr",
    "dr.",
    "mr",
    "mrs",
];

/// How many sentences after the lead whoever it speaks of is named.
const LATER: usize = 4;

/// How many names a sentence is looked through for.
const NAMES: usize = 40;

impl Resolver<'_> {
    /// The tokens of the sentence in which a token stands, up to it, and of those before, the nearest first.
    fn sentences_before(&self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        let here = self.sentences.partition_point(|&start| start <= at);
        let ends = std::iter::once(at).chain(self.sentences[..here].iter().rev().copied());
        self.sentences[..here].iter().rev().copied().zip(ends).take(SENTENCES)
    }

    /// The last person who fits and was the subject of a sentence, or was introduced by it.
    ///
    /// Nobody, where somebody without a name was its subject.
    pub(super) fn in_focus(&self, at: usize, fits: impl Fn(&Entity) -> bool) -> Option<Entity> {
        for (start, end) in self.sentences_before(at) {
            let noted = self.subjects.iter().rev().skip_while(|noted| noted.token >= end);
            let mut noted = noted.take_while(|noted| noted.token >= start);
            while let Some(subject) = noted.next() {
                match &subject.who {
                    Who::Actor(entity) if fits(entity) => {
                        let mut shared = noted.take_while(|other| other.phrase == subject.phrase);
                        let two = shared.any(
                            |other| matches!(&other.who, Who::Actor(another) if another != entity && fits(another)),
                        );
                        return (!two).then(|| entity.clone());
                    }
                    Who::Person(_) => return None,
                    _ => {}
                }
            }
            if let Some(entity) = self.introduced_in(start, end, &fits).pop() {
                return Some(entity);
            }
        }
        self.headlined(at, fits)
    }

    /// The only one whom the headline names, where nobody was named since.
    fn headlined(&self, at: usize, fits: impl Fn(&Entity) -> bool) -> Option<Entity> {
        let (first, last) = self.cast.headline;
        let named = |name: &&Occurrence| name.full && self.is_person(&Entity::from(name.who));
        if self.cast.occurrences_within(last, at).iter().take(NAMES).any(|name| named(&name)) {
            return None;
        }
        let mut headlined =
            self.cast.occurrences_within(first, last).iter().filter(named).map(|name| Entity::from(name.who));
        let only = headlined.next().filter(fits)?;
        headlined.all(|other| other == only).then_some(only)
    }

    /// The only one whom the sentence before introduces, where no person is its subject.
    ///
    /// "The prize went to Jane Roe. She said"
    pub(super) fn introduced_before(&self, at: usize, fits: impl Fn(&Entity) -> bool) -> Option<Entity> {
        let mut before = self.sentences_before(at).take(2);
        let (start, _) = before.next()?;
        let (earlier, end) = before.next().unwrap_or((start, start));
        let subject =
            self.subjects.iter().rev().take_while(|noted| noted.token >= earlier).any(|noted| match &noted.who {
                Who::Actor(entity) => self.is_person(entity),
                Who::Person(_) => true,
                Who::Other => false,
            });
        // "She thanked Jane Roe. She said"
        let opening = self.tokens.get(earlier..end.min(earlier + 4)).unwrap_or_default();
        if subject || opening.iter().any(|token| token.is(class::SUBJECT_PRONOUN)) {
            return None;
        }
        let mut introduced = self.introduced_in(earlier, end, &fits);
        (introduced.len() == 1).then(|| introduced.pop()).flatten()
    }

    /// "A former mayor told a court … Jane Roe, 61, said": whom the lead speaks of and the next sentences name.
    ///
    /// Only the first person of the story, where nothing but an age stands beside the name.
    pub(super) fn introduced_later(&self, first: usize, last: usize) -> Option<Resolved> {
        let mention = self.tokens.get(first..last)?;
        let lead = self.sentences.partition_point(|&start| start <= first);
        let owner = mention.iter().position(|token| token.kind == Kind::Possessive);
        let opens = mention.first().filter(|opens| opens.is(class::DETERMINER) || owner.is_some())?;
        let end = mention
            .iter()
            .position(|token| token.is_char(',') || token.is(class::PREPOSITION | class::RELATIVE))
            .unwrap_or(mention.len());
        // "A former mayor accused of fraud"
        let past = |token: &Token| token.small && self.source.before(token.end) == 'd' && token.is_word();
        let end = mention[..end].iter().skip(2).position(past).map_or(end, |at| at + 2);
        let head = mention[..end].last()?;
        let noun = lower(self.source, head);
        let indefinite = ["a", "an"].iter().any(|word| is_word(self.source, opens, word));
        let unnamed = persons::look_up(&noun).is_none_or(|noun| noun.unnamed && indefinite)
            || ["source", "diplomat", "aide", "expert", "analyst", "witness", "resident", "adviser", "lawyer"]
                .contains(&noun.as_str());
        let counted = indefinite || owner.is_some() || is_word(self.source, opens, "the");
        let plain = !head.is(class::PERSON_NOUN | class::TITLE);
        if !(1..=2).contains(&lead) || !counted || unnamed && (plain || indefinite || noun.ends_with('s')) {
            return None;
        }
        let here = self.cast.headline.1;
        if self.cast.occurrences_within(here, last).iter().any(|name| self.is_person(&Entity::from(name.who))) {
            return None;
        }
        let until = self.sentences.get(lead + LATER).copied().unwrap_or(self.tokens.len());
        let name =
            self.cast.occurrences_within(last, until).iter().find(|name| self.is_person(&Entity::from(name.who)))?;
        let entity = Entity::from(name.who);
        let mut told =
            self.cast.descriptors.iter().take(NAMES).filter(|told| told.who == name.who && told.first < until);
        // "General Jane Roe" is said of anybody who is one.
        let rank = |token: &Token| RANKS.iter().any(|word| is_word(self.source, token, word));
        let described = told.any(|told| !told.words(self.tokens).iter().all(rank));
        let opens = self.sentences.binary_search(&name.first).is_ok();
        let after = self.tokens.get(name.last)?;
        let speaks = |token: &Token| token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty());
        let aged = after.is_char(',') && self.tokens.get(name.last + 1).is_some_and(|age| age.kind == Kind::Number);
        let before = &self.tokens[name.first - 1];
        let subject = opens || aged || speaks(after) || speaks(before);
        let found = name.full && subject && !described && !self.is_quoted(name.first) && self.fits(mention, &entity);
        found.then(|| Resolved { doubt: Some("named_later"), ..Resolved::new(entity, ResolvedBy::Descriptor) })
    }

    /// Who fits and is named for the first time between two tokens, outside quotation marks.
    fn introduced_in(&self, first: usize, last: usize, fits: &impl Fn(&Entity) -> bool) -> Vec<Entity> {
        let names = self.cast.occurrences_within(first, last).iter().take(NAMES);
        let new = names.filter(|name| {
            name.full && self.cast.told(name.who).introduced == Some(name.first) && !self.is_quoted(name.first)
        });
        new.map(|name| Entity::from(name.who)).filter(|entity| fits(entity)).collect()
    }

    fn is_quoted(&self, at: usize) -> bool {
        let after = self.quoted.partition_point(|marked| marked.0 <= at);
        after.checked_sub(1).is_some_and(|before| at < self.quoted[before].1)
    }
}
