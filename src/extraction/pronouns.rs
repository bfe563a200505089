//! Whom "he", "she", "it" and "they" mean: the last subject that they fit, or nobody.

use super::cast::Named;
use super::lexicon::class;
use super::persons;
use super::speakers::{Entity, Resolved, Resolver};
use super::tokens::{Token, is_word, lower};
use crate::models::text::{ActorKind, Gender, ResolvedBy};

/// How many subjects back a pronoun may reach.
const PRONOUN_REACH: usize = 14;
/// How many subjects back is far for a pronoun.
const FAR: usize = 4;
/// How many tokens back a pronoun looks for a name that was no subject.
const OBJECT_REACH: usize = 90;

/// A subject of the story so far.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Its first token.
    pub token: usize,
    /// The first token of the phrase that it is part of: several subjects may share one.
    pub phrase: usize,
    /// Who it is.
    pub who: Who,
}

/// Who a subject is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody whom the text tells.
    Actor(Entity),
    /// One person whom nothing names: "a senior official". Whose pronoun follows, means them and nobody before.
    Person(Option<Gender>),
    /// Something else that "it" or "they" may mean: "the report".
    Other,
}

impl Resolver<'_> {
    /// Whom a pronoun means.
    pub(super) fn pronoun(&self, at: usize) -> Option<Resolved> {
        let token = self.tokens.get(at)?;
        match gender_of(self.source, token)? {
            Some(gender) => self.person(at, gender),
            None => self.thing(token),
        }
    }

    /// "he", "she": the last subject of that gender, unless one stands between whom nothing names.
    fn person(&self, at: usize, gender: Gender) -> Option<Resolved> {
        let fits = |entity: &Entity| self.is_person(entity) && self.gender(entity).is_none_or(|known| known == gender);
        let surely = |entity: &Entity| self.is_person(entity) && self.gender(entity) == Some(gender);
        if let Some(entity) = self.introduced_before(at, |entity| {
            self.is_person(entity) && self.gender(entity).is_none_or(|known| known == gender)
        }) {
            return Some(Resolved { doubt: Some("no_subject"), ..Resolved::new(entity, ResolvedBy::Pronoun) });
        }
        let mut back = self.subjects.iter().rev().take(PRONOUN_REACH).enumerate();
        let found = back.find(|(_, noted)| match &noted.who {
            Who::Actor(entity) => fits(entity),
            Who::Person(known) => known.is_none_or(|known| known == gender),
            Who::Other => false,
        });
        let Some((distance, noted)) = found else { return self.object(at, gender) };
        let Who::Actor(entity) = &noted.who else { return None };
        // "Berg and Holm met. She said": of two who share a phrase the one that fits, if one does.
        let mut together = self.subjects.iter().rev().take(PRONOUN_REACH).filter_map(|other| match &other.who {
            Who::Actor(another) if other.phrase == noted.phrase && another != entity && fits(another) => Some(another),
            _ => None,
        });
        let entity = match together.next() {
            None => entity,
            Some(another) => match (surely(entity), surely(another)) {
                (true, false) => entity,
                (false, true) => another,
                _ => return None,
            },
        };
        // Of somebody whose gender is unknown and somebody named since who is surely meant, the latter.
        if !surely(entity) {
            let mut since =
                self.cast.occurrences_within(noted.token, at).iter().rev().take(12).filter(|name| name.full);
            let sure =
                since.find_map(|name| Some(Entity::from(name.who)).filter(|other| other != entity && surely(other)));
            if let Some(other) = sure {
                return Some(Resolved { doubt: Some("no_subject"), ..Resolved::new(other, ResolvedBy::Pronoun) });
            }
        }
        let rival = self.cast.occurrences_within(noted.token, at).iter().rev().take(12).any(|occurrence| {
            let other = Entity::from(occurrence.who);
            other != *entity && fits(&other)
        });
        let doubt = match (rival, distance > FAR, surely(entity)) {
            (true, ..) => Some("two_candidates"),
            (false, true, _) => Some("far_pronoun"),
            (false, false, false) => Some("gender_unknown"),
            _ => None,
        };
        Some(Resolved { doubt, ..Resolved::new(entity.clone(), ResolvedBy::Pronoun) })
    }

    /// Where no subject fits: the only name just before that does.
    fn object(&self, at: usize, gender: Gender) -> Option<Resolved> {
        let near = self.cast.occurrences_within(at.saturating_sub(OBJECT_REACH), at);
        let mut fitting = near
            .iter()
            .map(|occurrence| Entity::from(occurrence.who))
            .filter(|entity| self.is_person(entity) && self.gender(entity) == Some(gender));
        let first = fitting.next()?;
        let only = fitting.all(|other| other == first);
        only.then(|| Resolved { doubt: Some("no_subject"), ..Resolved::new(first, ResolvedBy::Pronoun) })
    }

    /// "it", "they": the last subject, if that is no person. They are too loose to reach over other subjects.
    fn thing(&self, token: &Token) -> Option<Resolved> {
        let plural = ["they", "their", "them"].iter().any(|word| is_word(self.source, token, word));
        let last = self.subjects.iter().rev().find(|noted| !matches!(noted.who, Who::Person(_)) || plural)?;
        match &last.who {
            Who::Actor(entity) if !self.is_person(entity) => {
                let shared = self.subjects.iter().rev().take(4).any(|other| {
                    other.phrase == last.phrase && matches!(&other.who, Who::Actor(another) if another != entity)
                });
                (!shared).then(|| Resolved::new(entity.clone(), ResolvedBy::Pronoun))
            }
            _ => None,
        }
    }

    /// "his ministry": the body in which the last subject holds office.
    pub(super) fn owned_body(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let owner = self.pronoun(first)?;
        let Entity::Known(actor) = owner.entity else { return None };
        let head = mention.last().filter(|token| token.is(class::BODY_NOUN))?;
        let noun = lower(self.source, head);
        let actors = self.gazetteer.actors();
        let body =
            actors[actor].roles.iter().filter(|role| self.holds(role.starts_on, role.ends_on)).find_map(|role| {
                let body = *self.gazetteer.index().by_slug.get(role.organisation.as_deref()?)?;
                actors[body].name.to_lowercase().contains(&noun).then_some(body)
            })?;
        Some(Resolved::new(Entity::Known(body), ResolvedBy::Pronoun))
    }

    /// Whether an entity is one human being.
    pub(super) fn is_person(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Known(actor) => self.gazetteer.actors()[*actor].kind == ActorKind::Person,
            Entity::Stranger(index) => {
                self.cast.strangers.get(*index).is_some_and(|stranger| stranger.kind == ActorKind::Person)
            }
            Entity::New(_, kind) => *kind == ActorKind::Person,
        }
    }

    /// The gender of an entity, from the gazetteer, a title, a first name, or a pronoun before.
    pub(super) fn gender(&self, entity: &Entity) -> Option<Gender> {
        match entity {
            Entity::Known(actor) => self.gazetteer.actors()[*actor].gender,
            Entity::Stranger(index) => {
                let told = self.cast.strangers.get(*index).and_then(|stranger| stranger.gender);
                told.or_else(|| self.learned.get(index).copied())
            }
            Entity::New(..) => None,
        }
    }

    /// Keeps what a pronoun told of somebody whose gender nothing else tells.
    ///
    /// So it does what a description was: "the welder" stays the welder.
    pub fn learn(&mut self, first: usize, last: usize, found: &Resolved) {
        self.narrow_days(found);
        if let Entity::Stranger(index) = found.entity
            && let Some(Some(gender)) = self.tokens.get(first).and_then(|token| gender_of(self.source, token))
        {
            self.learned.entry(index).or_insert(gender);
        }
        if found.by == ResolvedBy::Descriptor
            && self.is_person(&found.entity)
            && let Some(phrase) = self.tokens.get(first..last).and_then(|mention| self.calling(mention))
        {
            let noun = phrase.rsplit(' ').next().and_then(persons::look_up);
            let who = match found.entity {
                Entity::Known(actor) => Some(Named::Known(actor)),
                Entity::Stranger(index) => Some(Named::Stranger(index)),
                Entity::New(..) => None,
            };
            if let (Some(noun), Some(who)) = (noun, who) {
                *self.learned_kinds.entry(who).or_default() |= noun.kinds;
            }
            self.called.insert(phrase, found.entity.clone());
        }
    }
}

/// The gender of a pronoun: `None` for what is none, `Some(None)` for one that tells none.
fn gender_of(source: &super::source::Source, token: &Token) -> Option<Option<Gender>> {
    let is = |words: &[&str]| words.iter().any(|word| is_word(source, token, word));
    if is(&["he", "his", "him"]) {
        Some(Some(Gender::Male))
    } else if is(&["she", "her"]) {
        Some(Some(Gender::Female))
    } else if is(&["it", "its", "they", "their", "them"]) {
        Some(None)
    } else {
        None
    }
}
