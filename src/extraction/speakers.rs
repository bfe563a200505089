//! From the words that name a speaker to an actor: by name, surname, role, pronoun — or to nobody.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::PublishedOn;
use super::gazetteer::Gazetteer;
use super::index::{Name, NameKind, folded};
use super::lexicon::class;
use super::names::{self, Cast, Hit, Named};
use super::persons::{self, Kinds};
use super::pronouns::{Noted, Who};
use super::relations::is_rank;
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};
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

/// How many known persons a mention may name.
enum Bearers {
    One(Resolved),
    Several,
    Nobody,
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

/// How many tokens before and after a name is looked for once more.
const NAME_REACH: usize = 500;

/// How many titles may stand before a name.
const TITLES: usize = 3;

/// How many tokens apart the first and the last of several speakers may begin.
const JOINT_REACH: usize = 14;

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

    /// A known person whose name is the head of the phrase: not "Berg's adviser", not "critics of Berg".
    ///
    /// Where several have that name, it is the one whose role stands beside it, or nobody.
    fn person_named(&self, mention: &[Token]) -> Bearers {
        for hit in self.hits(mention) {
            let bearers = self.gazetteer.index().name_of.get(hit.pattern).into_iter().flatten();
            let mut persons = bearers.filter(|name| {
                self.gazetteer.actors()[name.actor].kind == ActorKind::Person
                    && self.is_head(mention, hit.start, hit.end)
            });
            let resolved = |name: &Name| {
                let by = if name.kind == NameKind::Name { ResolvedBy::Name } else { ResolvedBy::Alias };
                let role = self.role_named(mention, name.actor);
                Resolved { role, ..Resolved::new(Entity::Known(name.actor), by) }
            };
            let Some(first) = persons.next().map(resolved) else { continue };
            let others: Vec<Resolved> = persons.map(resolved).collect();
            if others.is_empty() {
                return Bearers::One(first);
            }
            let mut in_role = std::iter::once(first).chain(others).filter(|person| person.role.is_some());
            return match (in_role.next(), in_role.next()) {
                (Some(person), None) => Bearers::One(person),
                _ => Bearers::Several,
            };
        }
        Bearers::Nobody
    }

    pub(super) fn hits(&self, mention: &[Token]) -> &'a [Hit] {
        match (mention.first(), mention.last()) {
            (Some(first), Some(last)) => self.cast.hits_within(first.start, last.end),
            _ => &[],
        }
    }

    /// Whether the characters are neither an owner ("Berg's") nor the object of a preposition ("adviser to Berg").
    pub(super) fn is_head(&self, mention: &[Token], start: usize, end: usize) -> bool {
        let owns = mention.iter().any(|token| token.start == end && token.kind == Kind::Possessive);
        let at = mention.iter().position(|token| token.start >= start).unwrap_or(0);
        // Back over "President", "the Syrian" to the preposition that may govern all of it.
        let mut before = at;
        while before > 0
            && !self.ends_body_name(&mention[before - 1])
            && (mention[before - 1].is(class::TITLE | class::PERSON_NOUN | class::DETERMINER)
                || (mention[before - 1].capital && mention[before - 1].kind == Kind::Word))
        {
            before -= 1;
        }
        // "envoy for Syria Jane Roe": what "for" governs ends before the name. So it does in "Secretary of State Jane Roe",
        // but not in "adviser to President Jane Roe".
        let titled = |token: &Token| token.is(class::TITLE | class::PERSON_NOUN | class::DETERMINER);
        let office = before > 1
            && before < at
            && mention[before - 2].is_word()
            && (titled(&mention[before - 2])
                || mention[before - 2].capital
                || super::descriptors::is_past(self.source, &mention[before - 2..before - 1]))
            && !titled(&mention[at - 1])
            && mention[at - 1].is(class::BODY_NOUN);
        let governed = before > 0 && mention[before - 1].is(class::PREPOSITION) && !office;
        !owns && !governed
    }

    /// Whether a token ends the name of a state or body.
    fn ends_body_name(&self, token: &Token) -> bool {
        self.cast.hits_near(token.start, token.end).iter().any(|hit| {
            hit.end == token.end
                && super::names::named(self.gazetteer, hit)
                    .any(|name| self.gazetteer.actors()[name.actor].kind != ActorKind::Person)
        })
    }

    /// Whether the tokens name several speakers, or the last of several.
    pub fn is_joint(&self, first: usize, last: usize) -> bool {
        self.tokens.get(first..last).is_some_and(|mention| {
            mention.len() > 1 && self.joint_parts(first, mention).is_some() || self.ends_joint(first)
        })
    }

    /// "Brandt Stahl and its rival Kessler AG said": a name and "and" stand before, and no verb before them.
    fn ends_joint(&self, first: usize) -> bool {
        let Some(and) = first.checked_sub(1).filter(|&and| is_word(self.source, &self.tokens[and], "and")) else {
            return false;
        };
        let parted = |at| super::descriptors::parted(self.source, self.tokens, at);
        if parted(first) || !self.ends_name(and) {
            return false;
        }
        for at in (0..and).rev().take(12) {
            let token = &self.tokens[at];
            let verbal = token.is(class::AUXILIARY
                | class::FINITE_VERB
                | class::SUBORDINATOR
                | class::RELATIVE
                | class::PREPOSITION)
                || token.small
                    && (token.entry.is_some_and(|entry| !entry.cues.is_empty())
                        || self.source.before(token.end) == 'd');
            // "Family-owned" has a capital.
            if verbal || matches!(token.kind, Kind::Punctuation(_)) {
                return false;
            }
            if parted(at) {
                return true;
            }
        }
        false
    }

    /// "A and B": two speakers are not one actor. The parts, as tokens.
    pub(super) fn joint_parts(&self, first: usize, mention: &[Token]) -> Option<Vec<(usize, usize)>> {
        let is_and = |token: &Token| token.is_char('&') || is_word(self.source, token, "and");
        let and = mention.iter().position(is_and).filter(|&and| and > 0 && and + 1 < mention.len())?;
        if self.in_body(first + and) {
            return None;
        }
        let (left, right) = (&mention[..and], &mention[and + 1..]);
        if self.hits(mention).iter().any(|hit| hit.start < mention[and].start && mention[and].end < hit.end) {
            return None;
        }
        let at = first + and;
        let listed = |comma: usize| {
            let next = &mention[comma + 1];
            comma > 0
                && comma + 1 < and
                && !next.is(class::DETERMINER | class::TITLE | class::PERSON_NOUN)
                && self.ends_name(first + comma)
                && next.capital
        };
        let commas: Vec<usize> = (0..and).filter(|&comma| mention[comma].is_char(',')).collect();
        if !commas.iter().all(|&comma| listed(comma)) {
            return None;
        }
        let named = |part: &[Token]| {
            part.iter()
                .any(|token| token.capital && token.kind == Kind::Word && !token.is(class::DETERMINER | class::TITLE))
        };
        let body = right.last().is_some_and(|token| token.is(class::BODY_NOUN) && token.capital);
        let starts_name = self.cast.occurrences_within(at + 1, at + 2).iter().any(|name| name.full);
        let joint = self.ends_name(at) && !(body && right.len() < 3 && !right[0].is(class::DETERMINER))
            || left[0].is(class::DETERMINER) && left[left.len() - 1].small && starts_name
            || !left[left.len() - 1].small && !right[0].small && named(left) && named(right) && !body;
        joint.then(|| {
            let mut from = first;
            let ends = commas.into_iter().map(|comma| first + comma).chain([at, first + mention.len()]);
            ends.map(|to| (std::mem::replace(&mut from, to + 1), to)).filter(|(from, to)| from < to).collect()
        })
    }

    /// Whether a known name, a stranger's or an acronym ends before a token.
    fn ends_name(&self, at: usize) -> bool {
        let Some(token) = at.checked_sub(1).map(|at| &self.tokens[at]) else { return false };
        let occurs = self.cast.occurrences_within(at.saturating_sub(8), at).iter().any(|name| name.last == at);
        let hit = self
            .cast
            .hits_near(token.start, token.end)
            .iter()
            .any(|hit| hit.end == token.end && names::named(self.gazetteer, hit).next().is_some());
        occurs || hit || token.all_capitals && token.entry.is_none()
    }

    /// "The operator, Tarn Lines", "Her neighbour across the aisle, Sen. Jane Roe": the name that follows a noun.
    fn apposed(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let mut end = first + mention.len();
        let head = mention.last().filter(|head| head.small && head.kind == Kind::Word)?;
        let owns = |at: usize| self.tokens.get(at).is_some_and(|next| next.kind == Kind::Possessive);
        // "across the aisle"
        if self.tokens.get(end).is_some_and(|next| next.is(class::PREPOSITION)) {
            let words = self.tokens[end..].iter().take(14).take_while(|token| {
                token.is_word()
                    && !token.is(class::AUXILIARY | class::FINITE_VERB | class::RELATIVE | class::SUBORDINATOR)
                    && !(token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty()))
            });
            end += words.count();
        }
        let comma = self.tokens.get(end).is_some_and(|token| token.is_char(','));
        if end > first + mention.len() && !comma
            || head.is(class::SUBJECT_PRONOUN | class::OBJECT_PRONOUN | class::WEEKDAY | class::TIME_WORD)
            || self.cast.occurrences_within(first, end).iter().any(|name| !owns(name.last))
            || super::descriptors::parted(self.source, self.tokens, end)
        {
            return None;
        }
        let begins = end + usize::from(comma);
        let titles = self.tokens.get(begins..)?.iter().take(TITLES).take_while(|token| {
            token.is(class::TITLE | class::PERSON_NOUN) && token.kind == Kind::Word || is_rank(self.source, token)
        });
        let from = begins + titles.count();
        let ends = |last: usize| match self.tokens.get(last) {
            None => true,
            Some(next) => {
                matches!(next.kind, Kind::Punctuation(',' | '.' | '(' | ':' | '"' | '”'))
                    || next.small
                        && (next.is(class::AUXILIARY)
                            || next.entry.is_some_and(|entry| !entry.cues.is_empty())
                            || !comma && self.source.before(next.end) == 'd')
            }
        };
        let person = (begins..=from).find_map(|at| {
            let near = self.cast.occurrences_within(at, at + 1);
            near.iter().find(|name| name.full && ends(name.last))
        });
        if let Some(name) = person {
            let entity = Entity::from(name.who);
            let fits = self.is_person(&entity) != self.is_any_body(head) && self.fits(mention, &entity);
            return fits.then(|| Resolved::new(entity, ResolvedBy::Name));
        }
        self.body_from(begins, ends).filter(|_| comma && !head.is(class::PERSON_NOUN | class::TITLE))
    }

    /// A stranger whose name in full is the head of the phrase.
    fn stranger_occurring(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let names = self.cast.occurrences_within(first, first + mention.len()).iter().filter(|name| name.full);
        names
            .filter(|name| matches!(name.who, Named::Stranger(_)) && name.last <= first + mention.len())
            .find(|name| {
                let (start, end) = (self.tokens[name.first].start, self.tokens[name.last - 1].end);
                !self.modifies(mention, name.last - first) && self.is_head(mention, start, end)
            })
            .map(|name| Resolved::new(Entity::from(name.who), ResolvedBy::Name))
    }

    /// "Calder Rovers manager Tomas Hruby": a name before a noun only says whose manager.
    fn modifies(&self, mention: &[Token], end: usize) -> bool {
        mention.get(end).is_some_and(|next| {
            next.kind == Kind::Word
                && next.small
                && !next.is(class::PREPOSITION
                    | class::RELATIVE
                    | class::CONJUNCTION
                    | class::AUXILIARY
                    | class::FINITE_VERB
                    | class::ADVERB
                    | class::SUBORDINATOR)
                && self.source.before(next.end) != 'd'
                && !super::names::is_article_name(self.source, next)
        })
    }

    /// A surname of somebody, or a name in full that stands only here.
    fn stranger_named(&self, mention: &[Token]) -> Option<Resolved> {
        for (first, last) in self.name_runs(mention) {
            let run = &mention[first..last];
            if self.modifies(mention, last) || !self.is_head(mention, run[0].start, run[run.len() - 1].end) {
                continue;
            }
            let text = self.source.slice(run[0].start, run[run.len() - 1].end);
            if let Some(&index) = self.cast.stranger_names.get(text) {
                return Some(Resolved::new(Entity::Stranger(index), ResolvedBy::Name));
            }
            if run.len() <= 4
                && let Some(found) = self.by_surname(&mention[..first], &folded(text).to_lowercase())
            {
                return Some(found);
            }
            let titled = first > 0
                && (mention[first - 1].is(class::MALE_TITLE | class::FEMALE_TITLE | class::TITLE)
                    || is_rank(self.source, &mention[first - 1]));
            let sentence_word = run.len() == 2 && run[0].entry.is_some() && !titled;
            if (run.len() >= 2 && run.len() <= 4 && !sentence_word)
                || (run.len() == 1 && titled && last == mention.len())
            {
                return Some(Resolved::new(Entity::New(text.to_owned(), ActorKind::Person), ResolvedBy::Name));
            }
        }
        None
    }

    /// Runs of capitalised words that no known name, title or common noun covers.
    fn name_runs(&self, mention: &[Token]) -> Vec<(usize, usize)> {
        let hits = self.hits(mention);
        let free = |token: &Token| {
            token.kind == Kind::Word
                && !token.is(class::TITLE
                    | class::PERSON_NOUN
                    | class::BODY_NOUN
                    | class::DOCUMENT_NOUN
                    | class::DETERMINER
                    | class::PREPOSITION
                    | class::SUBJECT_PRONOUN
                    | class::ADVERB
                    | class::CONJUNCTION
                    | class::WEEKDAY
                    | class::MONTH)
                && !is_rank(self.source, token)
                && !hits.iter().any(|hit| hit.start <= token.start && token.end <= hit.end)
        };
        let mut runs = Vec::new();
        let mut at = 0;
        while at < mention.len() {
            let first = at;
            while at < mention.len()
                && free(&mention[at])
                && (mention[at].capital
                    || names::is_article_name(self.source, &mention[at])
                    || (at > first
                        && at + 1 < mention.len()
                        && mention[at + 1].capital
                        && mention[at].end - mention[at].start <= 3
                        && free(&mention[at + 1])))
            {
                at += 1;
            }
            // What is part of a body's name is nobody's name: "Human Rights Watch".
            let in_body = mention.get(at).is_some_and(|next| next.capital && next.is(class::BODY_NOUN))
                || (first > 0 && mention[first - 1].capital && mention[first - 1].is(class::BODY_NOUN));
            if at > first && !in_body {
                runs.push((first, at));
            }
            at = at.max(first + 1);
        }
        runs
    }

    /// The bearer of a surname: whom the article names in full, else the only one who is known.
    ///
    /// "Mr" and "Mrs" before it tell which of two.
    fn by_surname(&self, before: &[Token], surname: &str) -> Option<Resolved> {
        let surname = names::without_article(surname).filter(|_| !self.is_surname(surname)).unwrap_or(surname);
        let known = self.gazetteer.index().surnames.get(surname);
        let present = known.into_iter().flatten().filter(|actor| self.cast.present.contains_key(actor));
        let strangers = self.cast.stranger_surnames.get(surname).into_iter().flatten();
        let mut bearers: Vec<Entity> = present.map(|actor| Entity::Known(*actor)).collect();
        bearers.extend(strangers.take(REACH).map(|stranger| Entity::Stranger(*stranger)));
        if bearers.len() > 1 {
            bearers.retain(|bearer| self.fits(before, bearer));
        }
        match bearers.as_slice() {
            [only] => return Some(Resolved::new(only.clone(), ResolvedBy::Surname)),
            [] => {}
            // Two of that name: the one who spoke last.
            _ => {
                let last = self.subjects.iter().rev().take(REACH).find_map(|noted| match &noted.who {
                    Who::Actor(entity) if bearers.contains(entity) => Some(entity.clone()),
                    _ => None,
                })?;
                return Some(Resolved { doubt: Some("two_candidates"), ..Resolved::new(last, ResolvedBy::Surname) });
            }
        }
        if let Some([actor]) = known.map(Vec::as_slice)
            && surname.chars().count() > 3
        {
            let doubt = Some("not_named_in_full");
            return Some(Resolved { doubt, ..Resolved::new(Entity::Known(*actor), ResolvedBy::Surname) });
        }
        self.by_first_word(surname)
    }

    fn is_surname(&self, surname: &str) -> bool {
        self.gazetteer.index().surnames.contains_key(surname) || self.cast.stranger_surnames.contains_key(surname)
    }

    /// The only one whose name begins with a word: "Xi" of "Xi Jinping", "Kessler" of "Kessler AG", "Priya".
    fn by_first_word(&self, word: &str) -> Option<Resolved> {
        let begins = |name: &str| {
            let first = name.split(' ').next().unwrap_or(name);
            first.chars().count() == word.chars().count() && folded(first).to_lowercase() == word
        };
        let mut bearers: Vec<Entity> = Vec::new();
        for occurrence in self.cast.occurrences.iter().take(REACH * 2).filter(|occurrence| occurrence.full) {
            let name = match occurrence.who {
                Named::Known(actor) => self.gazetteer.actors()[actor].name.as_str(),
                Named::Stranger(index) => self.cast.strangers.get(index).map_or("", |stranger| stranger.name.as_str()),
            };
            let entity = Entity::from(occurrence.who);
            if begins(name) && !bearers.contains(&entity) {
                bearers.push(entity);
            }
        }
        match bearers.as_slice() {
            [only] => Some(Resolved { doubt: Some("first_word"), ..Resolved::new(only.clone(), ResolvedBy::Surname) }),
            _ => None,
        }
    }

    /// A known body or state whose name is the head of the phrase.
    pub(super) fn body_named(&self, mention: &[Token]) -> Option<Resolved> {
        let ends = |token: &Token| token.is_char(',') || token.is_char('(');
        let phrase_end = mention
            .iter()
            .find(|token| ends(token))
            .or(mention.last())
            .map_or(0, |token| if ends(token) { token.start } else { token.end });
        for hit in self.hits(mention) {
            let last = mention.iter().rposition(|token| token.end <= phrase_end).map_or(0, |at| mention[at].end);
            for name in self.gazetteer.index().name_of.get(hit.pattern).into_iter().flatten() {
                let actor = &self.gazetteer.actors()[name.actor];
                if actor.kind == ActorKind::Person
                    || name.kind == NameKind::Demonym
                    || !self.is_head(mention, hit.start, hit.end)
                {
                    continue;
                }
                // "the Jaysh al-Islam group"
                let class = actor.kind != ActorKind::State
                    && (actor.country.is_some() || actor.kind == ActorKind::ArmedGroup)
                    && mention.iter().filter(|token| token.start >= hit.end && token.end <= last).all(|token| {
                        token.small
                            && [
                                "group",
                                "movement",
                                "party",
                                "militia",
                                "alliance",
                                "coalition",
                                "organization",
                                "organisation",
                                "agency",
                            ]
                            .iter()
                            .any(|word| is_word(self.source, token, word))
                    });
                if hit.end == last || class {
                    let by = if name.kind == NameKind::Name { ResolvedBy::Name } else { ResolvedBy::Alias };
                    return Some(Resolved::new(Entity::Known(name.actor), by));
                }
            }
        }
        None
    }

    /// A proper name that nobody knows yet.
    fn new_name(&self, mention: &[Token]) -> Option<Resolved> {
        let end = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let mention = &mention[..end];
        let capital = |token: &Token| token.kind == Kind::Word && token.capital;
        let last = mention.last().filter(|token| capital(token))?;
        let mut first = mention.len() - 1;
        while first > 0
            && (capital(&mention[first - 1])
                || (first > 1
                    && capital(&mention[first - 2])
                    && ["of", "for", "the", "and", "on"]
                        .iter()
                        .any(|word| is_word(self.source, &mention[first - 1], word))))
        {
            first -= 1;
        }
        while first + 1 < mention.len()
            && mention[first].is(class::DETERMINER | class::CONJUNCTION | class::PREPOSITION)
        {
            first += 1;
        }
        let run = &mention[first..];
        let is_body = run.iter().any(|token| token.is(class::BODY_NOUN));
        let acronym = run.len() == 1 && last.all_capitals && last.entry.is_none();
        // "The GP", "the CEO"
        if acronym && persons::look_up(&lower(self.source, last)).is_some() {
            return None;
        }
        // "Skandair said": a name that is nobody's and no place's.
        let alone = run.len() == 1
            && mention.len() == 1
            && last.entry.is_none()
            && self.hits(mention).is_empty()
            && names::is_unknown(self.source.slice(last.start, last.end))
            && (self.source.before(last.end) != 's' || self.is_name_elsewhere(last));
        if !((is_body && run.len() >= 2) || acronym || alone) || !self.is_head(mention, run[0].start, last.end) {
            return None;
        }
        let name = self.source.slice(run[0].start, last.end).to_owned();
        Some(Resolved::new(Entity::New(name, ActorKind::Organisation), ResolvedBy::Name))
    }

    /// "Traders said": at the start of a sentence any noun has a capital, a name has it within one too.
    fn is_name_elsewhere(&self, token: &Token) -> bool {
        let before = self.tokens.partition_point(|other| other.start < token.start);
        if before > 0 && self.tokens[before - 1].is_word() && self.sentences.binary_search(&before).is_err() {
            return true;
        }
        let word = lower(self.source, token);
        let from = before.saturating_sub(NAME_REACH).max(1);
        let until = self.tokens.len().min(before + NAME_REACH);
        (from..until).any(|at| {
            let (other, previous) = (&self.tokens[at], &self.tokens[at - 1]);
            other.capital
                && at != before
                && (previous.is_word() && previous.small || previous.is_char(','))
                && is_word(self.source, other, &word)
        })
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
