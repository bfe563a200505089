//! Organisations that an article names and the gazetteer lacks: "the Polar Deep Institute (PDI)", later "the institute".

use super::descriptors;
use super::lexicon::class;
use super::names::{COMPANY_ENDS, Cast, Hit};
use super::pronouns::{Noted, Who};
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
    /// The noun beside the name that alone told that it is one, in small letters: "airline".
    pub trade: Option<String>,
}

/// How many tokens a name may have.
const LONGEST: usize = 12;

/// Heads of names that no speaker is called by alone.
const HEADS: [&str; 8] = ["festival", "museum", "trust", "hospital", "ports", "airways", "airlines", "railways"];

/// Words for any armed or political organisation.
pub(super) const FACTIONS: [&str; 6] = ["faction", "group", "movement", "militia", "monitor", "watchdog"];

/// Words for any company.
const COMPANIES: [&str; 22] = [
    "company",
    "firm",
    "business",
    "corporation",
    "carrier",
    "maker",
    "manufacturer",
    "retailer",
    "airline",
    "supplier",
    "operator",
    "lender",
    "insurer",
    "broadcaster",
    "publisher",
    "developer",
    "startup",
    "start-up",
    "chain",
    "utility",
    "conglomerate",
    "supermarket",
];

/// Words for any body that is no company.
const OFFICES: [&str; 8] =
    ["agency", "organization", "organisation", "body", "charity", "regulator", "institution", "watchdog"];

/// Words for any body at all.
const ANY: [&str; 3] = ["group", "club", "team"];

/// Words in the names of bodies that are no companies.
const PUBLIC: [&str; 24] = [
    "ministry",
    "department",
    "agency",
    "office",
    "council",
    "committee",
    "commission",
    "court",
    "parliament",
    "senate",
    "congress",
    "assembly",
    "embassy",
    "army",
    "navy",
    "police",
    "party",
    "government",
    "authority",
    "university",
    "union",
    "federation",
    "association",
    "institute",
];

/// Words in the names of bodies that nobody calls an agency.
const STATE: [&str; 18] = [
    "house",
    "pentagon",
    "palace",
    "chancellery",
    "ministry",
    "court",
    "parliament",
    "senate",
    "congress",
    "assembly",
    "embassy",
    "army",
    "navy",
    "party",
    "government",
    "university",
    "union",
    "kremlin",
];

/// Nouns before the name of a company or body that says nothing of it: "airline Norfly".
const TRADES: [&str; 14] = [
    "airline",
    "carrier",
    "retailer",
    "broadcaster",
    "supplier",
    "insurer",
    "lender",
    "operator",
    "supermarket",
    "startup",
    "start-up",
    "charity",
    "newspaper",
    "chain",
];

/// The same, which may begin a name too: "news agency", "Bank Muscat".
const TRADES_IN_NAMES: [&str; 15] = [
    "party",
    "movement",
    "faction",
    "agency",
    "bank",
    "company",
    "firm",
    "group",
    "giant",
    "daily",
    "magazine",
    "network",
    "union",
    "club",
    "manufacturer",
];

/// Whether a noun says of the name after it that it is a body's: "device maker Medora".
pub(super) fn is_trade(source: &Source, token: &Token) -> bool {
    let in_names = || TRADES_IN_NAMES.iter().any(|word| is_word(source, token, word));
    is_mere_trade(source, token) || token.small && in_names()
}

/// The same of nouns that begin no name.
pub(super) fn is_mere_trade(source: &Source, token: &Token) -> bool {
    let length = token.end - token.start;
    let maker = token.is_word() && length > 5 - usize::from(token.small) && {
        let end = token.end - 5.min(length);
        "maker".chars().enumerate().all(|(at, c)| source.at(end + at).eq_ignore_ascii_case(&c))
    };
    maker || TRADES.iter().any(|word| is_word(source, token, word))
}

/// The organisations of a text in the order of their names.
pub fn find(source: &Source, tokens: &[Token], cast: &Cast) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    let mut at = cast.headline.1;
    while at < tokens.len() {
        let last = name_end(source, tokens, at);
        // "Glassmaker Arvid & Sons": at the start of a sentence.
        let first = at + usize::from(last > at + 1 && is_trade(source, &tokens[at]));
        let found = (last > first + 1).then(|| body(source, tokens, cast, first, last)).flatten();
        let found = found.or_else(|| traded(source, tokens, cast, &bodies, first, last));
        if let Some(body) = found
            && bodies.len() < REACH
        {
            bodies.push(body);
        }
        at = last.max(at + 1);
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
        let ampersand = token.is_char('&');
        let joins = (of || and || owner || ampersand)
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
    // "Farmers' Union", but not "Farmer Roe of the Polar Institute".
    let person = words[0].is(class::PERSON_NOUN)
        && !words.get(1).is_some_and(|next| next.kind == Kind::Possessive || next.is_char('\''));
    if !(is_head || bracketed.is_some()) || person {
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
    Some(Body { name: source.slice(start, end).to_owned(), abbreviation, first, last, trade: None })
}

/// "airline Norfly", and "Norfly" after that.
fn traded(source: &Source, tokens: &[Token], cast: &Cast, bodies: &[Body], first: usize, last: usize) -> Option<Body> {
    let words = tokens.get(first..last).filter(|words| !words.is_empty())?;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let name = source.slice(start, end);
    let before = first > 0 && !descriptors::parted(source, tokens, first) && is_trade(source, &tokens[first - 1]);
    let trade = before.then(|| lower(source, &tokens[first - 1])).or_else(|| trade_after(source, tokens, last));
    if !cast.hits_near(start, end).is_empty() || words[0].is(class::TITLE | class::PERSON_NOUN) {
        return None;
    }
    let person = cast.occurrences_within(first, last).iter().any(|name| name.full);
    let again = || bodies.iter().find(|body| body.name == name).and_then(|body| body.trade.clone());
    let trade = trade.filter(|_| !person).or_else(again)?;
    let abbreviation = bracketed(source, tokens, last).unwrap_or_default().to_owned();
    Some(Body { name: name.to_owned(), abbreviation, first, last, trade: Some(trade) })
}

/// "Parat, the pilots' union,": the noun of what follows a name.
fn trade_after(source: &Source, tokens: &[Token], comma: usize) -> Option<String> {
    let opens = tokens.get(comma + 1)?;
    if !tokens[comma].is_char(',') || !["the", "a", "an", "its"].iter().any(|word| is_word(source, opens, word)) {
        return None;
    }
    let words = tokens[comma + 2..].iter().take(7).take_while(|token| {
        (token.is_word() || token.kind == Kind::Possessive || token.is_char('\''))
            && !token.is(class::PREPOSITION | class::RELATIVE)
    });
    let words: Vec<&Token> = words.take_while(|token| !is_word(source, token, "that")).collect();
    let head = words.last().filter(|head| head.small)?;
    let body = is_trade(source, head) || head.is(class::BODY_NOUN) && !head.is(class::PERSON_NOUN);
    // Countries and places are called so too.
    let place = ["side", "state", "nation", "country", "house", "center", "centre", "site", "front"];
    (body && !place.iter().any(|word| is_word(source, head, word))).then(|| lower(source, head))
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
        let name = mention.get(from..end).filter(|name| !name.is_empty())?;
        let bodies = &self.cast.bodies;
        let at = bodies.partition_point(|body| body.first < first + from);
        for body in bodies[at..].iter().take_while(|body| body.last <= first + end) {
            let whole = (body.first, body.last) == (first + from, first + end);
            // "device maker Medora"
            let before = &mention[..body.first - first];
            let trade = body.trade.is_some()
                && body.last == first + end
                && before.last().is_some_and(|noun| is_trade(self.source, noun))
                && !before.iter().any(|token| token.is(class::PREPOSITION) || token.kind == Kind::Possessive);
            if whole || trade {
                // "the Defence Ministry" of a country that the article settles.
                let short = self.gazetteer.index().bodies.contains_key(&body.name.to_lowercase());
                let known = short.then(|| self.body_by_rest(&mention[body.first - first..end])).flatten();
                return Some(match known {
                    Some(known) => Resolved::new(Entity::Known(known), ResolvedBy::Descriptor),
                    None => named(body),
                });
            }
        }
        let [short] = name else { return None };
        if !short.all_capitals || short.entry.is_some() || !self.hits(name).is_empty() {
            return None;
        }
        let text = self.source.slice(short.start, short.end);
        self.only_body(|body| body.abbreviation == text)
    }

    /// The organisation whose name begins at a token and ends where it may.
    pub(super) fn body_from(&self, first: usize, ends: impl Fn(usize) -> bool) -> Option<Resolved> {
        let at = self.cast.bodies.partition_point(|body| body.first < first);
        self.cast.bodies.get(at).filter(|body| body.first == first && ends(body.last)).map(named)
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
        // "the Kurdish militia", "the Britain-based monitor"
        let watches = phrase.iter().any(|token| {
            ["monitor", "watchdog", "monitoring", "rights", "watch"]
                .iter()
                .any(|word| is_word(self.source, token, word))
        });
        if FACTIONS.contains(&noun.as_str())
            && let Some(found) = self.last_faction(first + from, watches)
            && (phrase.len() == 2 || self.suits(&phrase[1..phrase.len() - 1], &found.entity))
        {
            return Some(found);
        }
        if phrase.len() > 2 {
            // "the Geneva-based aid group", "the UN agency"
            let general = [&COMPANIES[..], &OFFICES, &ANY].iter().any(|words| words.contains(&noun.as_str()));
            let plain = phrase[1..phrase.len() - 1].iter().all(|token| {
                token.kind == Kind::Word && !token.is(class::PERSON_NOUN | class::TITLE | class::PREPOSITION)
            });
            return (general && plain).then(|| self.last_body(&[*the, *head], &noun)).flatten();
        }
        let descriptor = |found: Resolved| Resolved { by: ResolvedBy::Descriptor, ..found };
        if COMPANIES.contains(&noun.as_str()) {
            return self
                .only_body(|body| is_company(&body.name))
                .map(descriptor)
                .or_else(|| self.last_body(phrase, &noun));
        }
        if !head.is(class::BODY_NOUN) && !HEADS.contains(&noun.as_str()) {
            return None;
        }
        if let Some(found) = self.only_body(|body| body.trade.as_deref() == Some(&noun)) {
            return Some(descriptor(found));
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

    /// Whether modifiers may describe a faction: its people, or nothing that a name tells.
    fn suits(&self, modifiers: &[Token], entity: &Entity) -> bool {
        let Entity::Known(actor) = entity else { return false };
        let own = self.gazetteer.actors()[*actor].country.as_deref();
        let countries = self.countries(modifiers);
        let plain = modifiers.iter().all(|token| {
            token.kind == Kind::Word && !token.is(class::BODY_NOUN | class::PERSON_NOUN | class::PREPOSITION)
        });
        plain && (countries.is_empty() || own.is_none() || own.is_some_and(|own| countries.contains(&own)))
    }

    /// "the institute", "the company", "the agency": the last body of that kind that was a subject.
    pub(super) fn last_body(&self, phrase: &[Token], noun: &str) -> Option<Resolved> {
        let [the, _] = phrase else { return None };
        if !the.is(class::DETERMINER) {
            return None;
        }
        let of_kind = |noted: &&Noted| matches!(&noted.who, Who::Actor(entity) if self.is_body_of_kind(entity, noun));
        let mut bodies = self.subjects.iter().rev().take(REACH).filter(of_kind).map(|noted| &noted.who);
        let last = bodies.next()?;
        let Who::Actor(entity) = last else { return None };
        let doubt = bodies.take(6).any(|other| other != last).then_some("two_candidates");
        // A body that the gazetteer knows by that noun is found by its name.
        let known = matches!(entity, Entity::Known(actor) if {
            let actor = &self.gazetteer.actors()[*actor];
            actor.kind == ActorKind::Organisation && has_word(&actor.name, noun)
        });
        (!known).then(|| Resolved { doubt, ..Resolved::new(entity.clone(), ResolvedBy::Descriptor) })
    }

    /// Whether a noun may mean a body: it is part of its name, or says no more than what kind of body it is.
    fn is_body_of_kind(&self, entity: &Entity, noun: &str) -> bool {
        if COMPANIES.contains(&noun) {
            return self.is_company(entity);
        }
        let any = ANY.contains(&noun);
        let office = OFFICES.contains(&noun);
        let private = |name: &str| !is_public(name) && !STATE.iter().any(|word| has_word(name, word));
        let of_trade =
            |name: &str| self.cast.bodies.iter().any(|body| body.name == name && body.trade.as_deref() == Some(noun));
        let of_name = |name: &str| {
            any || noun == "authority" && has_word(name, "council")
                || has_word(name, noun)
                || office && !is_company(name) && !STATE.iter().any(|word| has_word(name, word))
        };
        match entity {
            Entity::New(name, kind) => *kind == ActorKind::Organisation && (of_name(name) || of_trade(name)),
            Entity::Stranger(index) => self
                .cast
                .strangers
                .get(*index)
                .is_some_and(|stranger| stranger.kind == ActorKind::Organisation && of_name(&stranger.name)),
            Entity::Known(actor) => {
                let known = &self.gazetteer.actors()[*actor];
                match known.kind {
                    ActorKind::Organisation => (!any || private(&known.name)) && of_name(&known.name),
                    ActorKind::ArmedGroup => any || has_word(&known.name, noun),
                    ActorKind::Person | ActorKind::State => false,
                }
            }
        }
    }

    /// "company", "club"
    pub(super) fn is_any_body(&self, token: &Token) -> bool {
        let among = |words: &[&str]| words.iter().any(|word| is_word(self.source, token, word));
        token.small && (token.is(class::BODY_NOUN) || among(&COMPANIES) || among(&OFFICES) || among(&ANY))
    }

    /// Whether a name is nobody's and no public body's: no first name begins it, and no noun says what person it is.
    fn is_company(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Stranger(index) => {
                let Some(stranger) = self.cast.strangers.get(*index) else { return false };
                let first = stranger.name.split(' ').next().unwrap_or_default();
                let nobody = super::first_names::look_up(first) == super::first_names::FirstName::Unknown
                    && self.gender(entity).is_none()
                    && !self.has_descriptor(super::names::Named::Stranger(*index));
                stranger.kind == ActorKind::Organisation && !is_public(&stranger.name)
                    || nobody && !stranger.name.contains('-')
            }
            Entity::New(name, kind) => {
                let trades = ["union", "party", "agency", "charity", "club", "group", "movement"];
                let mut bodies = self.cast.bodies.iter();
                let trade = bodies.find(|body| body.name == *name).and_then(|body| body.trade.as_deref());
                *kind == ActorKind::Organisation
                    && !is_public(name)
                    && trade.is_none_or(|trade| !trades.contains(&trade))
            }
            Entity::Known(_) => false,
        }
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

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|word| has_word(name, word))
}

fn is_company(name: &str) -> bool {
    name.rsplit(' ').next().is_some_and(|last| COMPANY_ENDS.iter().any(|end| last.eq_ignore_ascii_case(end)))
}

/// Whether a name has this word, given in lower case.
pub fn has_word(name: &str, word: &str) -> bool {
    name.split(' ').any(|part| part.chars().flat_map(char::to_lowercase).eq(word.chars()))
}
