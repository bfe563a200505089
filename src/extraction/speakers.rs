//! From the words that name a speaker to an actor: by name, surname, role, pronoun — or to nobody.

use jiff::civil::Date;

use super::PublishedOn;
use super::gazetteer::Gazetteer;
use super::index::{Name, NameKind, folded};
use super::lexicon::class;
use super::names::{Cast, Hit};
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

/// Whom a mention means.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Who it is.
    pub entity: Entity,
    /// By which road.
    pub by: ResolvedBy,
    /// The index of the role that the mention named, of a known actor.
    pub role: Option<usize>,
}

/// How many known persons a mention may name.
enum Named {
    One(Resolved),
    Several,
    Nobody,
}

/// Resolves mentions in reading order, remembering who was the subject so far.
pub struct Resolver<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) source: &'a Source<'a>,
    pub(super) tokens: &'a [Token],
    pub(super) cast: &'a Cast,
    /// First and last possible day of publication.
    pub(super) dates: Option<(Date, Date)>,
    /// Who was a subject, with the token, in reading order.
    pub(super) subjects: Vec<(usize, Entity)>,
}

/// How many subjects back anything else may reach, so that long articles take no longer by the line.
pub(super) const REACH: usize = 200;

/// How many subjects back a pronoun may reach.
const PRONOUN_REACH: usize = 12;

impl<'a> Resolver<'a> {
    /// Starts an article.
    pub fn new(
        gazetteer: &'a Gazetteer,
        source: &'a Source<'a>,
        tokens: &'a [Token],
        cast: &'a Cast,
        published: Option<&PublishedOn>,
    ) -> Self {
        Self { gazetteer, source, tokens, cast, dates: published.map(possible_days), subjects: Vec::new() }
    }

    /// Remembers the subject of a sentence, where a name or a role tells who it is.
    pub fn note(&mut self, first: usize, last: usize) {
        let mention = &self.tokens[first..last];
        if mention.len() == 1 && mention[0].is(class::SUBJECT_PRONOUN) {
            return;
        }
        if let Some(resolved) = self.resolve(first, last) {
            self.remember(first, &resolved.entity);
        }
    }

    /// Remembers somebody as the latest subject.
    pub fn remember(&mut self, token: usize, entity: &Entity) {
        self.subjects.push((token, entity.clone()));
    }

    /// Whom the tokens `first..last` mean.
    pub fn resolve(&self, first: usize, last: usize) -> Option<Resolved> {
        let mention = self.tokens.get(first..last).filter(|mention| !mention.is_empty())?;
        if mention.len() == 1
            && mention[0].is(class::SUBJECT_PRONOUN | class::POSSESSIVE_PRONOUN | class::OBJECT_PRONOUN)
        {
            return self.pronoun(&mention[0]);
        }
        if mention[0].is(class::POSSESSIVE_PRONOUN)
            && let Some(body) = self.owned_body(mention)
        {
            return Some(body);
        }
        if self.is_joint(mention) {
            return None;
        }
        match self.person_named(mention) {
            Named::One(person) => return Some(person),
            Named::Several => return None,
            Named::Nobody => {}
        }
        self.stranger_named(mention)
            .or_else(|| self.body_named(mention))
            .or_else(|| self.by_role(mention))
            .or_else(|| self.body_described(mention))
            .or_else(|| self.new_name(mention))
    }

    /// A known person whose name is the head of the phrase: not "Berg's adviser", not "critics of Berg".
    ///
    /// Where several have that name, it is the one whose role stands beside it, or nobody.
    fn person_named(&self, mention: &[Token]) -> Named {
        for hit in self.hits(mention) {
            let bearers = self.gazetteer.index().name_of.get(hit.pattern).into_iter().flatten();
            let mut persons = bearers.filter(|name| {
                self.gazetteer.actors()[name.actor].kind == ActorKind::Person
                    && self.is_head(mention, hit.start, hit.end)
            });
            let resolved = |name: &Name| {
                let by = if name.kind == NameKind::Name { ResolvedBy::Name } else { ResolvedBy::Alias };
                let role = self.role_named(mention, name.actor);
                Resolved { entity: Entity::Known(name.actor), by, role }
            };
            let Some(first) = persons.next().map(resolved) else { continue };
            let others: Vec<Resolved> = persons.map(resolved).collect();
            if others.is_empty() {
                return Named::One(first);
            }
            let mut in_role = std::iter::once(first).chain(others).filter(|person| person.role.is_some());
            return match (in_role.next(), in_role.next()) {
                (Some(person), None) => Named::One(person),
                _ => Named::Several,
            };
        }
        Named::Nobody
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
        // "envoy for Syria Jane Roe": what "for" governs ends before the name.
        let governed = before > 0 && mention[before - 1].is(class::PREPOSITION);
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

    /// "A and B": two speakers are not one actor.
    fn is_joint(&self, mention: &[Token]) -> bool {
        let Some(and) = mention.iter().position(|token| is_word(self.source, token, "and")) else { return false };
        let named = |part: &[Token]| {
            part.iter()
                .any(|token| token.capital && token.kind == Kind::Word && !token.is(class::DETERMINER | class::TITLE))
        };
        let covered = self.hits(mention).iter().any(|hit| hit.start < mention[and].start && mention[and].end < hit.end);
        let apposition = mention[..and].iter().any(|token| token.is_char(','));
        let title = mention.get(and + 1).is_some_and(|token| token.small) || (and > 0 && mention[and - 1].small);
        !covered
            && !apposition
            && !title
            && named(&mention[..and])
            && named(&mention[and + 1..])
            && !mention[and + 1..].last().is_some_and(|token| token.is(class::BODY_NOUN) && token.capital)
    }

    /// A name in full, or a surname, of somebody.
    fn stranger_named(&self, mention: &[Token]) -> Option<Resolved> {
        for (first, last) in self.name_runs(mention) {
            let run = &mention[first..last];
            if !self.is_head(mention, run[0].start, run[run.len() - 1].end) {
                continue;
            }
            let text = self.source.slice(run[0].start, run[run.len() - 1].end);
            if let Some(&index) = self.cast.stranger_names.get(text) {
                return Some(Resolved { entity: Entity::Stranger(index), by: ResolvedBy::Name, role: None });
            }
            if run.len() <= 2
                && let Some(entity) = self.by_surname(&folded(text).to_lowercase())
            {
                return Some(Resolved { entity, by: ResolvedBy::Surname, role: None });
            }
            let titled = first > 0 && mention[first - 1].is(class::MALE_TITLE | class::FEMALE_TITLE | class::TITLE);
            let sentence_word = run.len() == 2 && run[0].entry.is_some() && !titled;
            if (run.len() >= 2 && run.len() <= 4 && !sentence_word)
                || (run.len() == 1 && titled && last == mention.len())
            {
                return Some(Resolved {
                    entity: Entity::New(text.to_owned(), ActorKind::Person),
                    by: ResolvedBy::Name,
                    role: None,
                });
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
                && !hits.iter().any(|hit| hit.start <= token.start && token.end <= hit.end)
        };
        let mut runs = Vec::new();
        let mut at = 0;
        while at < mention.len() {
            let first = at;
            while at < mention.len()
                && free(&mention[at])
                && (mention[at].capital
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
    fn by_surname(&self, surname: &str) -> Option<Entity> {
        let known = self.gazetteer.index().surnames.get(surname);
        let present: Vec<usize> =
            known.into_iter().flatten().copied().filter(|actor| self.cast.present.contains_key(actor)).collect();
        let strangers = self.cast.stranger_surnames.get(surname);
        match (present.as_slice(), strangers.map(Vec::as_slice)) {
            ([actor], None) => return Some(Entity::Known(*actor)),
            ([], Some([stranger])) => return Some(Entity::Stranger(*stranger)),
            ([], None) => {}
            // Two of that name: the one who spoke last.
            (actors, strangers) => {
                return self
                    .subjects
                    .iter()
                    .rev()
                    .take(REACH)
                    .map(|(_, entity)| entity)
                    .find(|entity| match entity {
                        Entity::Known(actor) => actors.contains(actor),
                        Entity::Stranger(index) => strangers.is_some_and(|strangers| strangers.contains(index)),
                        Entity::New(..) => false,
                    })
                    .cloned();
            }
        }
        match known.map(Vec::as_slice) {
            Some([actor]) if surname.chars().count() > 3 => Some(Entity::Known(*actor)),
            _ => None,
        }
    }

    /// A known body or state whose name is the head of the phrase.
    fn body_named(&self, mention: &[Token]) -> Option<Resolved> {
        let phrase_end = mention
            .iter()
            .find(|token| token.is_char(','))
            .or(mention.last().filter(|token| !token.is_char(',')))
            .map_or(0, |token| if token.is_char(',') { token.start } else { token.end });
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
                if hit.end == last {
                    let by = if name.kind == NameKind::Name { ResolvedBy::Name } else { ResolvedBy::Alias };
                    return Some(Resolved { entity: Entity::Known(name.actor), by, role: None });
                }
            }
        }
        None
    }

    /// Whom a pronoun means: the last subject that it fits.
    fn pronoun(&self, token: &Token) -> Option<Resolved> {
        let word = lower(self.source, token);
        let gender = match word.as_str() {
            "he" | "his" | "him" => Some(Gender::Male),
            "she" | "her" => Some(Gender::Female),
            "it" | "its" | "they" | "their" | "them" => None,
            _ => return None,
        };
        let reach = self.subjects.iter().rev().take(PRONOUN_REACH);
        let found = reach.map(|(_, entity)| entity).find(|entity| match gender {
            Some(gender) => self.is_person(entity) && self.gender(entity).is_none_or(|known| known == gender),
            None => !self.is_person(entity),
        })?;
        // A thing or a plural is too loose to reach over other subjects.
        if gender.is_none() && self.subjects.last().map(|(_, entity)| entity) != Some(found) {
            return None;
        }
        Some(Resolved { entity: found.clone(), by: ResolvedBy::Pronoun, role: None })
    }

    /// "his ministry": the body in which the last subject holds office.
    fn owned_body(&self, mention: &[Token]) -> Option<Resolved> {
        let owner = self.pronoun(&mention[0])?;
        let Entity::Known(actor) = owner.entity else { return None };
        let head = mention.last().filter(|token| token.is(class::BODY_NOUN))?;
        let noun = lower(self.source, head);
        let actors = self.gazetteer.actors();
        let body =
            actors[actor].roles.iter().filter(|role| self.holds(role.starts_on, role.ends_on)).find_map(|role| {
                let body = *self.gazetteer.index().by_slug.get(role.organisation.as_deref()?)?;
                actors[body].name.to_lowercase().contains(&noun).then_some(body)
            })?;
        Some(Resolved { entity: Entity::Known(body), by: ResolvedBy::Pronoun, role: None })
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
        if !((is_body && run.len() >= 2) || acronym) || !self.is_head(mention, run[0].start, last.end) {
            return None;
        }
        let name = self.source.slice(run[0].start, last.end).to_owned();
        Some(Resolved { entity: Entity::New(name, ActorKind::Organisation), by: ResolvedBy::Name, role: None })
    }

    pub(super) fn is_person(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Known(actor) => self.gazetteer.actors()[*actor].kind == ActorKind::Person,
            Entity::Stranger(_) => true,
            Entity::New(_, kind) => *kind == ActorKind::Person,
        }
    }

    pub(super) fn gender(&self, entity: &Entity) -> Option<Gender> {
        match entity {
            Entity::Known(actor) => self.gazetteer.actors()[*actor].gender,
            Entity::Stranger(index) => self.cast.strangers.get(*index).and_then(|stranger| stranger.gender),
            Entity::New(..) => None,
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
