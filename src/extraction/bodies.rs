//! Organisations that an article names and the gazetteer lacks: "the Polar Deep Institute (PDI)", later "the institute".

use super::descriptors;
use super::lexicon::class;
use super::names::{COMPANY_ENDS, Cast, Hit};
use super::pronouns::Who;
use super::source::Source;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, ResolvedBy};

/// An organisation by its name in full.
#[derive(Debug, Clone)]
pub struct Body {
    /// The name without its article.
    pub name: String,
    /// What stands in brackets behind it, else the first letters of its words.
    pub abbreviation: String,
    /// Where the name stands first, in tokens.
    pub first: usize,
    /// The token after the name.
    pub last: usize,
}

/// How many tokens a name may have.
const LONGEST: usize = 12;

/// Heads of names that no speaker is called by alone.
const HEADS: [&str; 8] = ["festival", "museum", "trust", "hospital", "ports", "airways", "airlines", "railways"];

/// Words for any armed or political organisation.
const FACTIONS: [&str; 6] = ["faction", "group", "movement", "militia", "monitor", "watchdog"];

/// Words for any company.
const COMPANIES: [&str; 4] = ["company", "firm", "business", "corporation"];

/// The organisations of a text in the order of their names.
pub fn find(source: &Source, tokens: &[Token], cast: &Cast) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let last = name_end(source, tokens, at);
        if last < at + 2 {
            at += 1;
            continue;
        }
        if let Some(body) = body(source, tokens, cast, at, last)
            && bodies.len() < REACH
        {
            bodies.push(body);
        }
        at = last;
    }
    bodies
}

fn begins(token: &Token) -> bool {
    let function = class::SUBJECT_PRONOUN
        | class::AUXILIARY
        | class::CONJUNCTION
        | class::SUBORDINATOR
        | class::PREPOSITION
        | class::DETERMINER
        | class::POSSESSIVE_PRONOUN
        | class::WEEKDAY
        | class::MONTH
        | class::RELATIVE
        | class::ADVERB;
    token.kind == Kind::Word && token.capital && !token.is(function)
}

/// Where a run of capitalised words ends that may go over "of", "for" and "and".
fn name_end(source: &Source, tokens: &[Token], first: usize) -> usize {
    if !begins(&tokens[first]) {
        return first;
    }
    let mut at = first + 1;
    while at < tokens.len().min(first + LONGEST) && !descriptors::parted(source, tokens, at) {
        let token = &tokens[at];
        let goes_on = tokens.get(at + 1).is_some_and(begins);
        let of = ["of", "for"].iter().any(|word| is_word(source, token, word));
        // "Metal and Furnace Workers' Union", but not "Jane Roe and Polar Institute".
        let and =
            is_word(source, token, "and") && tokens[first..at].iter().filter(|token| token.is_word()).count() == 1;
        let plural = source.before(token.start) == 's' && token.start == tokens[at - 1].end;
        let owner = match token.kind {
            // "Lightermen's Union", but not "Norland's Union".
            Kind::Possessive => plural && token.end == token.start + 1 || source.before(token.start) == 'n',
            Kind::Punctuation('\'') => plural,
            _ => false,
        };
        let joins = (of || and || owner)
            && (goes_on || owner && tokens.get(at + 1).is_some_and(|next| is_word(source, next, "and")));
        if !(begins(token) || joins) {
            break;
        }
        at += 1;
    }
    at
}

fn body(source: &Source, tokens: &[Token], cast: &Cast, first: usize, last: usize) -> Option<Body> {
    let words = &tokens[first..last];
    let is_of = |token: &Token| ["of", "for"].iter().any(|word| is_word(source, token, word));
    let head = words.iter().position(is_of).unwrap_or(words.len()).checked_sub(1).map(|at| &words[at])?;
    let bracketed = bracketed(source, tokens, last);
    let is_head = head.is(class::BODY_NOUN) || HEADS.iter().any(|word| is_word(source, head, word));
    if !(is_head || bracketed.is_some()) || words[0].is(class::PERSON_NOUN) {
        return None;
    }
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let known = |hit: &Hit| hit.start <= start && end <= hit.end || hit.start < start || hit.end > end;
    let names_person = cast.occurrences_within(first, last).iter().any(|name| name.full);
    if cast.hits_near(start, end).iter().any(known) || names_person && bracketed.is_none() && !is_head {
        return None;
    }
    let initials = || words.iter().filter(|token| token.capital).map(|token| source.at(token.start)).collect();
    let abbreviation = bracketed.map_or_else(initials, str::to_owned);
    Some(Body { name: source.slice(start, end).to_owned(), abbreviation, first, last })
}

/// "(PDI)" after a name.
fn bracketed<'a>(source: &Source<'a>, tokens: &[Token], at: usize) -> Option<&'a str> {
    let [open, word, close] = tokens.get(at..at + 3)? else { return None };
    (open.is_char('(') && word.all_capitals && close.is_char(')')).then(|| source.slice(word.start, word.end))
}

impl Resolver<'_> {
    /// The organisation whose name the phrase is, in full or by its first letters.
    pub(super) fn body_by_name(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let from = usize::from(mention.first()?.is(class::DETERMINER));
        let end = mention.iter().position(|token| token.is_char(',') || token.is_char('(')).unwrap_or(mention.len());
        let name = mention.get(from..end)?;
        let bodies = &self.cast.bodies;
        let at = bodies.partition_point(|body| body.first < first + from);
        if let Some(body) = bodies.get(at)
            && (body.first, body.last) == (first + from, first + end)
        {
            return Some(named(body));
        }
        let [short] = name else { return None };
        if !short.all_capitals || short.entry.is_some() || !self.hits(name).is_empty() {
            return None;
        }
        let text = self.source.slice(short.start, short.end);
        self.only_body(|body| body.abbreviation == text)
    }

    /// Whether a token stands inside the name of an organisation.
    pub(super) fn in_body(&self, at: usize) -> bool {
        let before = self.cast.bodies.partition_point(|body| body.first <= at);
        before.checked_sub(1).is_some_and(|body| at < self.cast.bodies[body].last)
    }

    /// The only organisation of the article that fits, however often it is named.
    fn only_body(&self, fits: impl Fn(&Body) -> bool) -> Option<Resolved> {
        let mut fitting = self.cast.bodies.iter().filter(|body| fits(body));
        let first = fitting.next()?;
        fitting.all(|other| other.name == first.name).then(|| named(first))
    }

    /// "Halden" of the Halden Steel Group, where nobody and no place has that name.
    pub(super) fn body_in_short(&self, mention: &[Token]) -> Option<Resolved> {
        let [word] = mention else { return None };
        if !word.capital || word.kind != Kind::Word || word.entry.is_some() || !self.hits(mention).is_empty() {
            return None;
        }
        let text = self.source.slice(word.start, word.end);
        let found = self.only_body(|body| {
            body.last > body.first + 2 && is_company(&body.name) && body.name.split(' ').next() == Some(text)
        })?;
        Some(Resolved { by: ResolvedBy::Alias, ..found })
    }

    /// "the institute", "the company", "the faction": the only one in the article that the noun fits, or the last.
    pub(super) fn body_by_noun(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let end = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let from = mention[..end].iter().rposition(|token| token.is(class::PREPOSITION)).map_or(0, |at| at + 1);
        let by_text = from == 0
            || mention[..from].iter().any(|token| token.is(class::DOCUMENT_NOUN | class::SAYING_NOUN))
                && ["by", "from"].iter().any(|word| is_word(self.source, &mention[from - 1], word));
        let phrase = &mention[from..end];
        let (the, head) = (phrase.first()?, phrase.last()?);
        if !by_text || phrase.len() < 2 || !is_word(self.source, the, "the") || !head.small {
            return None;
        }
        let noun = lower(self.source, head);
        let looks_back = ["monitor", "watchdog"].contains(&noun.as_str());
        if phrase.len() > 2 && !looks_back {
            return None;
        }
        let descriptor = |found: Resolved| Resolved { by: ResolvedBy::Descriptor, ..found };
        if FACTIONS.contains(&noun.as_str())
            && let Some(found) = self.last_faction(first + from, looks_back)
        {
            return Some(found);
        }
        if COMPANIES.contains(&noun.as_str()) {
            return self.only_body(|body| is_company(&body.name)).map(descriptor).or_else(|| self.last_company());
        }
        if !head.is(class::BODY_NOUN) && !HEADS.contains(&noun.as_str()) {
            return None;
        }
        // A known body of that kind would be meant as well.
        let actors = self.gazetteer.actors();
        let known = self.cast.hits.iter().take(REACH).any(|hit| {
            super::names::named(self.gazetteer, hit).any(|name| {
                actors[name.actor].kind == ActorKind::Organisation && has_word(&actors[name.actor].name, &noun)
            })
        });
        if known {
            return None;
        }
        self.only_body(|body| has_word(&body.name, &noun)).map(descriptor)
    }

    /// The armed group that was named last, or the body that watches, where the noun says so.
    fn last_faction(&self, first: usize, watches: bool) -> Option<Resolved> {
        let at = self.tokens.get(first)?.start;
        let before = self.cast.hits.partition_point(|hit| hit.start < at);
        let last = self.cast.hits[..before].iter().rev().take(30).find_map(|hit| {
            super::names::named(self.gazetteer, hit).map(|name| name.actor).find(|&actor| {
                let actor = &self.gazetteer.actors()[actor];
                if watches {
                    ["observatory", "watch", "monitor"].iter().any(|word| has_word(&actor.name, word))
                } else {
                    actor.kind == ActorKind::ArmedGroup
                }
            })
        })?;
        Some(Resolved::new(Entity::Known(last), ResolvedBy::Descriptor))
    }

    /// The last subject, where its name is nobody's: no first name begins it, and no noun says what person it is.
    fn last_company(&self) -> Option<Resolved> {
        let Who::Actor(entity) = &self.subjects.last()?.who else { return None };
        let company = match entity {
            Entity::Stranger(index) => {
                let stranger = self.cast.strangers.get(*index)?;
                let first = stranger.name.split(' ').next().unwrap_or_default();
                let nobody = super::first_names::look_up(first) == super::first_names::FirstName::Unknown
                    && self.gender(entity).is_none()
                    && !self.has_descriptor(super::names::Named::Stranger(*index));
                stranger.kind == ActorKind::Organisation || nobody && !stranger.name.contains('-')
            }
            Entity::New(_, kind) => *kind == ActorKind::Organisation,
            Entity::Known(_) => false,
        };
        company.then(|| Resolved::new(entity.clone(), ResolvedBy::Descriptor))
    }

    /// "a report by the College of Engineers": the body that a text is by.
    pub(super) fn body_of_text(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let by =
            mention.iter().position(|token| ["by", "from"].iter().any(|word| is_word(self.source, token, word)))?;
        if by == 0 || !mention[..by].iter().any(|token| token.is(class::DOCUMENT_NOUN | class::SAYING_NOUN)) {
            return None;
        }
        let owner = mention.get(by + 1..).filter(|owner| !owner.is_empty())?;
        self.body_by_name(first + by + 1, owner).or_else(|| self.body_named(owner))
    }
}

fn named(body: &Body) -> Resolved {
    Resolved::new(Entity::New(body.name.clone(), ActorKind::Organisation), ResolvedBy::Name)
}

fn is_company(name: &str) -> bool {
    name.rsplit(' ').next().is_some_and(|last| COMPANY_ENDS.iter().any(|end| last.eq_ignore_ascii_case(end)))
}

/// Whether a name has this word, given in lower case.
pub fn has_word(name: &str, word: &str) -> bool {
    name.split(' ').any(|part| part.chars().flat_map(char::to_lowercase).eq(word.chars()))
}
