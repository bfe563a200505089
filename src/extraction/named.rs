//! Speakers by a name in the mention: in full, by surname or first word, after a title or in apposition, or new.

use super::cast::Named;
use super::descriptors;
use super::index::{Name, NameKind, folded};
use super::lexicon::class;
use super::names;
use super::persons;
use super::pronouns::Who;
use super::relations::is_rank;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, ResolvedBy};

/// How many known persons a mention may name.
pub(super) enum Bearers {
    One(Resolved),
    Several,
    Nobody,
}

/// How many tokens before and after a name is looked for once more.
const NAME_REACH: usize = 500;

/// How many titles may stand before a name.
const TITLES: usize = 3;

impl Resolver<'_> {
    /// A known person whose name is the head of the phrase: not "Berg's adviser", not "critics of Berg".
    ///
    /// Where several have that name, it is the one whose role stands beside it, or nobody.
    pub(super) fn person_named(&self, mention: &[Token]) -> Bearers {
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

    /// "The operator, Tarn Lines", "Her neighbour across the aisle, Sen. Jane Roe": the name that follows a noun.
    pub(super) fn apposed(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let comma = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let mention = &mention[..comma];
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
            || descriptors::parted(self.source, self.tokens, end)
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
    pub(super) fn stranger_occurring(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
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
    pub(super) fn stranger_named(&self, mention: &[Token]) -> Option<Resolved> {
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
        let present = known.into_iter().flatten().filter(|actor| self.cast.is_present(**actor));
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
    pub(super) fn new_name(&self, mention: &[Token]) -> Option<Resolved> {
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
            && self.is_name(last);
        if !((is_body && run.len() >= 2) || acronym || alone) || !self.is_head(mention, run[0].start, last.end) {
            return None;
        }
        let name = self.source.slice(run[0].start, last.end).to_owned();
        Some(Resolved::new(Entity::New(name, ActorKind::Organisation), ResolvedBy::Name))
    }

    /// Whether a word with a capital is a name: it has no small letters nearby, and not only the start of a sentence to thank.
    ///
    /// "Traders said" may begin a sentence with any noun.
    fn is_name(&self, token: &Token) -> bool {
        let here = self.tokens.partition_point(|other| other.start < token.start);
        let word = lower(self.source, token);
        let from = here.saturating_sub(NAME_REACH).max(1);
        let until = self.tokens.len().min(here + NAME_REACH);
        let opens = here == 0 || !self.tokens[here - 1].is_word() || self.sentences.binary_search(&here).is_ok();
        let mut within = !opens || self.source.before(token.end) != 's';
        for at in from..until {
            let (other, previous) = (&self.tokens[at], &self.tokens[at - 1]);
            if at == here || !is_word(self.source, other, &word) {
                continue;
            }
            if other.small {
                return false;
            }
            within |= previous.is_word() && previous.small || previous.is_char(',');
        }
        within
    }
}
