//! Speakers that are organisations: by name, in short, or by a noun ("the company", "the agency", "the faction").

use super::bodies::Body;
use super::body_words::{has_word, in_names, is_company, is_trade, nouns};
use super::lexicon::class;
use super::pronouns::{Noted, Who};
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, ResolvedBy};

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
        if nouns().factions.contains(&noun)
            && let Some(found) = self.last_faction(first + from, watches)
            && (phrase.len() == 2 || self.suits(&phrase[1..phrase.len() - 1], &found.entity))
        {
            return Some(found);
        }
        if phrase.len() > 2 {
            // "the Geneva-based aid group", "the UN agency"
            let general =
                [&nouns().companies, &nouns().offices, &nouns().any].iter().any(|words| words.contains(&noun));
            let plain = phrase[1..phrase.len() - 1].iter().all(|token| {
                token.kind == Kind::Word && !token.is(class::PERSON_NOUN | class::TITLE | class::PREPOSITION)
            });
            return (general && plain).then(|| self.last_body(&[*the, *head], &noun)).flatten();
        }
        let descriptor = |found: Resolved| Resolved { by: ResolvedBy::Descriptor, ..found };
        if nouns().companies.contains(&noun) {
            return self
                .only_body(|body| is_company(&body.name))
                .map(descriptor)
                .or_else(|| self.last_body(phrase, &noun));
        }
        if !head.is(class::BODY_NOUN) && !in_names().heads.contains(&noun) {
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
        if nouns().companies.contains(noun) {
            return self.is_company(entity);
        }
        let any = nouns().any.contains(noun);
        let office = nouns().offices.contains(noun);
        let private = |name: &str| !in_names().public.in_name(name) && !in_names().state.in_name(name);
        let of_trade =
            |name: &str| self.cast.bodies.iter().any(|body| body.name == name && body.trade.as_deref() == Some(noun));
        let of_name = |name: &str| {
            any || noun == "authority" && has_word(name, "council")
                || has_word(name, noun)
                || office && !is_company(name) && !in_names().state.in_name(name)
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
        let nouns = nouns();
        let general = [&nouns.companies, &nouns.offices, &nouns.any];
        token.small && (token.is(class::BODY_NOUN) || general.iter().any(|words| words.has(self.source, token)))
    }

    /// Whether a name is nobody's and no public body's: no first name begins it, and no noun says what person it is.
    fn is_company(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Stranger(index) => {
                let Some(stranger) = self.cast.strangers.get(*index) else { return false };
                let first = stranger.name.split(' ').next().unwrap_or_default();
                let nobody = super::first_names::look_up(first) == super::first_names::FirstName::Unknown
                    && self.gender(entity).is_none()
                    && !self.has_descriptor(super::cast::Named::Stranger(*index));
                stranger.kind == ActorKind::Organisation && !in_names().public.in_name(&stranger.name)
                    || nobody && !stranger.name.contains('-')
            }
            Entity::New(name, kind) => {
                let trades = ["union", "party", "agency", "charity", "club", "group", "movement"];
                let mut bodies = self.cast.bodies.iter();
                let trade = bodies.find(|body| body.name == *name).and_then(|body| body.trade.as_deref());
                *kind == ActorKind::Organisation
                    && !in_names().public.in_name(name)
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
