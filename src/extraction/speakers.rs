//! From the words that name a speaker to an actor: by name, surname, role, pronoun — or to nobody.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::PublishedOn;
use super::cast::{Cast, Hit, Named};
use super::gazetteer::Gazetteer;
use super::lexicon::class;
use super::named::Bearers;
use super::persons::Kinds;
use super::pronouns::{Noted, Who};
use super::source::Source;
use super::tokens::{Token, is_word};
use crate::models::text::{ActorKind, DatePrecision, Gender, ResolvedBy};

/// Somebody in the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// An actor of the gazetteer, by index.
    Known(usize),
    /// Somebody whom the article names in full, by index.
    Stranger(usize),
    /// A name that stands only in the mention.
    New(String, ActorKind),
}

impl From<Named> for Entity {
    fn from(who: Named) -> Self {
        match who {
            Named::Known(actor) => Self::Known(actor),
            Named::Stranger(index) => Self::Stranger(index),
        }
    }
}

/// Whom a mention means.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Who it is.
    pub entity: Entity,
    /// By which road.
    pub by: ResolvedBy,
    /// The index of the role that the mention named, of a known actor.
    pub role: Option<usize>,
    /// What makes it less sure than its road: "two_candidates".
    pub doubt: Option<&'static str>,
}

impl Resolved {
    /// Somebody, without a role and without a doubt.
    pub fn new(entity: Entity, by: ResolvedBy) -> Self {
        Self { entity, by, role: None, doubt: None }
    }
}

/// The words of an article, and how they are put together.
#[derive(Debug, Clone, Copy)]
pub struct Article<'a> {
    /// Its characters.
    pub source: &'a Source<'a>,
    /// Its tokens.
    pub tokens: &'a [Token],
    /// The first token of each sentence.
    pub sentences: &'a [usize],
    /// What stands in quotation marks, as tokens.
    pub quoted: &'a [(usize, usize)],
}

/// Resolves mentions in reading order, remembering who was the subject so far.
pub struct Resolver<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) source: &'a Source<'a>,
    pub(super) tokens: &'a [Token],
    pub(super) sentences: &'a [usize],
    pub(super) quoted: &'a [(usize, usize)],
    pub(super) cast: &'a Cast,
    /// First and last possible day of publication.
    pub(super) dates: Option<(Date, Date)>,
    /// Whether nothing but the offices of those whom the article names told these days.
    pub(super) days_are_told: bool,
    /// Who was a subject, in reading order.
    pub(super) subjects: Vec<Noted>,
    /// What pronouns told of strangers.
    pub(super) learned: FxHashMap<usize, Gender>,
    /// What work descriptions told of persons so far.
    pub(super) learned_kinds: FxHashMap<Named, Kinds>,
    /// By which descriptions persons were called so far.
    pub(super) called: FxHashMap<String, Entity>,
}

/// How many tokens apart the first and the last of several speakers may begin.
pub(super) const JOINT_REACH: usize = 14;

/// How many subjects back anything else may reach, so that long articles take no longer by the line.
pub(super) const REACH: usize = 200;

impl<'a> Resolver<'a> {
    /// Starts an article.
    pub fn new(
        gazetteer: &'a Gazetteer,
        article: Article<'a>,
        cast: &'a Cast,
        published: Option<&PublishedOn>,
    ) -> Self {
        let Article { source, tokens, sentences, quoted } = article;
        let mut resolver = Self {
            gazetteer,
            source,
            tokens,
            sentences,
            quoted,
            cast,
            dates: published.map(possible_days),
            days_are_told: false,
            subjects: Vec::new(),
            learned: FxHashMap::default(),
            learned_kinds: FxHashMap::default(),
            called: FxHashMap::default(),
        };
        if resolver.dates.is_none() {
            resolver.dates = resolver.told_days();
            resolver.days_are_told = true;
        }
        resolver
    }

    /// Remembers the subject of a sentence: who it is, or that it is somebody whom nothing names.
    pub fn note(&mut self, first: usize, last: usize) {
        let mention = &self.tokens[first..last];
        let pronoun = class::SUBJECT_PRONOUN | class::OBJECT_PRONOUN | class::POSSESSIVE_PRONOUN;
        if mention.len() == 1 && mention[0].is(pronoun)
            || self.subjects.last().is_some_and(|noted| noted.phrase == first)
        {
            return;
        }
        if let Some(entity) = self.introduced(first, last) {
            self.remember(first, &entity);
        } else if let Some(parts) = self.joint_parts(first, mention) {
            self.note_parts(first, &parts);
        } else if self.ends_joint(first) {
            // The first of two was a subject of its own; now they share a phrase.
            let before = self.subjects.last().map_or(first, |noted| noted.token);
            let near = before + JOINT_REACH > first;
            let parts = [(before, first - 1), (first, last)];
            self.note_parts(first, if near { &parts } else { &parts[1..] });
        } else if let Some(resolved) = self.resolve(first, last) {
            self.learn(first, last, &resolved);
            self.remember(first, &resolved.entity);
        } else if let Some(who) = self.unnamed(mention) {
            self.subjects.push(Noted { token: first, phrase: first, who });
        }
    }

    fn note_parts(&mut self, phrase: usize, parts: &[(usize, usize)]) {
        for &(from, to) in parts {
            if let Some(resolved) = self.resolve_one(from, to) {
                self.subjects.push(Noted { token: from, phrase, who: Who::Actor(resolved.entity) });
            }
        }
    }

    /// Remembers somebody as the latest subject.
    pub fn remember(&mut self, token: usize, entity: &Entity) {
        let who = Who::Actor(entity.clone());
        if self.subjects.last().is_none_or(|noted| noted.phrase != token || noted.who != who) {
            self.subjects.push(Noted { token, phrase: token, who });
        }
    }

    /// What a phrase that names nobody leaves for a pronoun to mean.
    fn unnamed(&self, mention: &[Token]) -> Option<Who> {
        let end = mention
            .iter()
            .position(|token| token.is_char(',') || token.is(class::PREPOSITION | class::RELATIVE))
            .unwrap_or(mention.len());
        let head = mention[..end].last()?;
        let plural = self.source.before(head.end) == 's' || head.is(class::DETERMINER);
        if head.is(class::PERSON_NOUN | class::TITLE) && !plural {
            let gender = match (head.is(class::FEMALE_NOUN), head.is(class::MALE_NOUN)) {
                (true, _) => Some(Gender::Female),
                (_, true) => Some(Gender::Male),
                _ => None,
            };
            return Some(Who::Person(gender));
        }
        head.is(class::PERSON_NOUN | class::BODY_NOUN | class::DOCUMENT_NOUN).then_some(Who::Other)
    }

    /// Who speaks in a bare quotation after a sentence with this subject: `None` where it is no person, and so tells nothing.
    pub fn goes_on(&self, first: usize, last: usize) -> Option<Option<Resolved>> {
        let mention = self.tokens.get(first..last)?;
        let pronoun = mention.len() == 1 && mention[0].is(class::SUBJECT_PRONOUN);
        match self.resolve(first, last) {
            Some(found) if self.is_person(&found.entity) => {
                Some(Some(Resolved { by: ResolvedBy::Continuation, ..found }))
            }
            Some(_) => None,
            None => (pronoun || matches!(self.unnamed(mention), Some(Who::Person(_)))).then_some(None),
        }
    }

    /// Whom the tokens `first..last` mean.
    pub fn resolve(&self, first: usize, last: usize) -> Option<Resolved> {
        let mention = self.tokens.get(first..last).filter(|mention| !mention.is_empty())?;
        if mention.len() == 1
            && mention[0].is(class::SUBJECT_PRONOUN | class::POSSESSIVE_PRONOUN | class::OBJECT_PRONOUN)
        {
            return self.pronoun(first);
        }
        if mention[0].is(class::POSSESSIVE_PRONOUN)
            && let Some(body) = self.owned_body(first, mention)
        {
            return Some(body);
        }
        if let Some(body) = self.body_by_name(first, mention) {
            return Some(body);
        }
        if self.is_joint(first, last) { None } else { self.resolve_one(first, last) }
    }

    /// Whom the tokens mean, where they mean one.
    fn resolve_one(&self, first: usize, last: usize) -> Option<Resolved> {
        // "a statement from the government saying"
        let says = |token: &Token| token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty());
        let gerund =
            last > first + 1 && says(&self.tokens[last - 1]) && self.source.before(self.tokens[last - 1].end) == 'g';
        // "The Norlandic Defence Ministry denied it, saying": the verb after a name.
        let denies = last > first + 1
            && says(&self.tokens[last - 1])
            && self.source.before(self.tokens[last - 1].end) == 'd'
            && self.tokens[last - 2].capital
            && !self.tokens[last - 2].is(class::DETERMINER)
            && !self.tokens[last - 1].is(class::PERSON_NOUN);
        let last = if gerund || denies { last - 1 } else { last };
        // "Tarn Line, the company that Berg founded": the speaker is told before.
        let relative =
            |at: &usize| self.tokens[*at].is(class::RELATIVE) || is_word(self.source, &self.tokens[*at], "that");
        let last = (first + 1..last).find(relative).unwrap_or(last);
        let mention = self.tokens.get(first..last).filter(|mention| !mention.is_empty())?;
        match self.person_named(mention) {
            Bearers::One(person) => return Some(person),
            Bearers::Several => return None,
            Bearers::Nobody => {}
        }
        self.body_by_name(first, mention)
            .or_else(|| self.apposed(first, mention))
            .or_else(|| self.by_relation(first, mention))
            .or_else(|| self.stranger_occurring(first, mention))
            .or_else(|| self.stranger_named(mention))
            .or_else(|| self.body_named(mention))
            .or_else(|| self.counterpart(first, mention))
            .or_else(|| self.by_role(first, mention))
            .or_else(|| self.by_descriptor(first, mention))
            .or_else(|| self.body_by_noun(first, mention))
            .or_else(|| self.body_described(mention))
            .or_else(|| self.body_in_short(mention))
            .or_else(|| self.body_of_text(first, mention))
            .or_else(|| self.new_name(mention))
    }

    pub(super) fn hits(&self, mention: &[Token]) -> &'a [Hit] {
        match (mention.first(), mention.last()) {
            (Some(first), Some(last)) => self.cast.hits_within(first.start, last.end),
            _ => &[],
        }
    }

    /// Whether a role may have been held on the day of the article.
    pub(super) fn holds(&self, starts_on: Option<Date>, ends_on: Option<Date>) -> bool {
        let Some((first, last)) = self.dates else { return true };
        starts_on.is_none_or(|start| start <= last) && ends_on.is_none_or(|end| end >= first)
    }
}

/// The first and the last day on which the article may have been published.
pub fn possible_days(published: &PublishedOn) -> (Date, Date) {
    let date = published.date;
    match published.precision {
        DatePrecision::Day => (date, date),
        DatePrecision::Month => (date.first_of_month(), date.last_of_month()),
        DatePrecision::Year => (date.first_of_year(), date.last_of_year()),
    }
}
