//! Speakers named by what the article says they are: "the council leader", "the Norwegian", "the teenager".

use super::descriptors::{self, Descriptor};
use super::index::NameKind;
use super::lexicon::class;
use super::names::Named;
use super::pronouns::Who;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, ResolvedBy};

/// Nouns that say what somebody is without ever naming a second person beside the one just spoken of.
///
/// "The judge" after a lawyer's words is another person; "the teenager", "the novelist" is the one who spoke.
const GENERIC: [&str; 46] = [
    "teenager",
    "politician",
    "veteran",
    "singer",
    "actor",
    "actress",
    "author",
    "writer",
    "filmmaker",
    "film-maker",
    "novelist",
    "poet",
    "footballer",
    "striker",
    "goalkeeper",
    "midfielder",
    "athlete",
    "sprinter",
    "swimmer",
    "scientist",
    "biologist",
    "physicist",
    "chemist",
    "economist",
    "historian",
    "businessman",
    "businesswoman",
    "entrepreneur",
    "billionaire",
    "academic",
    "professor",
    "researcher",
    "diplomat",
    "grandmother",
    "grandfather",
    "pensioner",
    "executive",
    "boss",
    "ceo",
    "founder",
    "designer",
    "composer",
    "musician",
    "architect",
    "engineer",
    "farmer",
];

/// Nouns for an office or profession that the article need not have told before.
const OFFICES: [&str; 9] =
    ["minister", "coach", "barrister", "solicitor", "mayor", "senator", "governor", "ambassador", "manager"];

/// How far back a noun is looked for that may have named somebody else, in tokens.
const NOUN_REACH: usize = 3000;

impl Resolver<'_> {
    /// Whoever the article says is that: "councillor Joan Petrie … the councillor".
    pub(super) fn by_descriptor(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let (modifiers, head) = self.definite(mention)?;
        self.by_nationality(mention)
            .or_else(|| self.bearer_of(modifiers, head))
            .or_else(|| self.last_speaker_as(first, modifiers, head))
    }

    /// The modifiers and the noun of a definite phrase for one person: "the council leader", "the party's leader".
    fn definite<'t>(&self, mention: &'t [Token]) -> Option<(&'t [Token], &'t Token)> {
        let end = mention
            .iter()
            .position(|token| token.is_char(',') || token.is(class::PREPOSITION | class::RELATIVE))
            .unwrap_or(mention.len());
        let phrase = &mention[..end];
        let head = phrase.last().filter(|token| token.kind == Kind::Word)?;
        let opens = phrase.first()?;
        let definite = ["the", "this", "that"].iter().any(|word| is_word(self.source, opens, word))
            || opens.is(class::POSSESSIVE_PRONOUN)
            || phrase.iter().any(|token| token.kind == Kind::Possessive);
        if !definite || phrase.len() < 2 {
            return None;
        }
        let skip = usize::from(opens.is(class::DETERMINER | class::POSSESSIVE_PRONOUN));
        Some((phrase.get(skip..phrase.len() - 1).unwrap_or_default(), head))
    }

    /// The only one whom a descriptor with that noun describes; of several the one who was a subject last.
    fn bearer_of(&self, modifiers: &[Token], head: &Token) -> Option<Resolved> {
        let noun = lower(self.source, head);
        let mut bearers: Vec<Entity> = Vec::new();
        for descriptor in self.cast.described_as(&noun).take(REACH) {
            let entity = Entity::from(descriptor.who);
            if !bearers.contains(&entity)
                && self.is_person(&entity)
                && self.fits(std::slice::from_ref(head), &entity)
                && self.agrees(modifiers, descriptor)
            {
                bearers.push(entity);
            }
        }
        if let [only] = bearers.as_slice() {
            return Some(Resolved::new(only.clone(), ResolvedBy::Descriptor));
        }
        let last = self.subjects.iter().rev().take(REACH).find_map(|noted| match &noted.who {
            Who::Actor(entity) if bearers.contains(entity) => Some(entity.clone()),
            _ => None,
        })?;
        Some(Resolved { doubt: Some("two_candidates"), ..Resolved::new(last, ResolvedBy::Descriptor) })
    }

    /// Whether a descriptor says all that the modifiers say, and is no deputy's or former one's where they are not.
    fn agrees(&self, modifiers: &[Token], descriptor: &Descriptor) -> bool {
        let words = descriptor.words(self.tokens);
        let said = |modifier: &Token| {
            let modifier = lower(self.source, modifier);
            words.iter().any(|word| word.is_word() && is_word(self.source, word, &modifier))
        };
        // "the company's chief executive": whose company is told elsewhere.
        let owner = modifiers.iter().position(|token| token.kind == Kind::Possessive);
        let whose = owner.filter(|&at| at > 0 && self.is_any_body(&modifiers[at - 1])).map_or(0, |at| at + 1);
        let modifiers = &modifiers[whose..];
        let plain = modifiers.iter().all(|token| {
            token.kind != Kind::Word
                || token.is(class::ADVERB | class::DETERMINER | class::POSSESSIVE_PRONOUN)
                || said(token)
        });
        let only_noun = modifiers.iter().all(|token| token.kind != Kind::Word);
        plain
            && (only_noun
                || descriptors::qualifies(self.source, modifiers) == descriptors::qualifies(self.source, words))
    }

    /// "the Norwegian": the last subject, or the only person, of that country.
    pub(super) fn by_nationality(&self, mention: &[Token]) -> Option<Resolved> {
        let [_, people] = mention else { return None };
        let hit = self.hits(mention).last().filter(|hit| hit.start == people.start && hit.end == people.end)?;
        let index = self.gazetteer.index();
        let actors = self.gazetteer.actors();
        let state = index.name_of.get(hit.pattern)?.iter().find(|name| name.kind == NameKind::Demonym)?;
        let country = actors[state.actor].country.as_deref()?;
        let of_country = |entity: &Entity| match entity {
            Entity::Known(actor) => {
                actors[*actor].kind == ActorKind::Person && actors[*actor].country.as_deref() == Some(country)
            }
            _ => false,
        };
        let last = self.subjects.iter().rev().take(REACH).find_map(|noted| match &noted.who {
            Who::Actor(entity) if of_country(entity) => Some(entity.clone()),
            _ => None,
        });
        if let Some(entity) = last {
            return Some(Resolved::new(entity, ResolvedBy::Descriptor));
        }
        let mut known =
            self.cast.occurrences.iter().take(REACH * 4).map(|name| Entity::from(name.who)).filter(of_country);
        if let Some(first) = known.next() {
            return known.all(|other| other == first).then(|| Resolved::new(first, ResolvedBy::Descriptor));
        }
        let described = self.cast.descriptors.iter().take(REACH).filter(|descriptor| {
            let hits = self.hits(descriptor.words(self.tokens));
            hits.iter()
                .any(|hit| index.name_of.get(hit.pattern).into_iter().flatten().any(|name| name.actor == state.actor))
        });
        let mut all = described.map(|descriptor| Entity::from(descriptor.who)).filter(|entity| self.is_person(entity));
        let first = all.next()?;
        all.all(|other| other == first).then(|| Resolved::new(first, ResolvedBy::Descriptor))
    }

    /// "The teenager": whoever spoke last, where the noun names nobody before and nothing else says what that person is.
    fn last_speaker_as(&self, first: usize, modifiers: &[Token], head: &Token) -> Option<Resolved> {
        let noun = lower(self.source, head);
        let aged = noun.ends_with("-year-old");
        let generic = aged || noun.ends_with("ologist") || GENERIC.contains(&noun.as_str());
        // "The chief executive", but not "the opposition politician" of somebody of whom that was never said.
        let chief = modifiers.iter().all(|token| {
            token.is(class::TITLE | class::ADVERB) || is_word(self.source, token, "young") || self.is_demonym(token)
        });
        let office = modifiers.is_empty() && OFFICES.contains(&noun.as_str());
        if !(generic || office) || !chief {
            return None;
        }
        let last = self.subjects.last().filter(|last| !self.shares_phrase(last))?;
        let Who::Actor(entity) = &last.who else { return None };
        // "The minister" is who has just been named, where nothing else says what that person is.
        let untold = match entity {
            Entity::Stranger(index) => !self.has_descriptor(Named::Stranger(*index)),
            _ => false,
        };
        if !self.is_person(entity) || !self.fits(std::slice::from_ref(head), entity) || office && !generic && !untold {
            return None;
        }
        // A second person between would be meant as well.
        let alone = self.cast.occurrences_within(last.token, first).iter().take(12).all(|occurrence| {
            let other = Entity::from(occurrence.who);
            other == *entity || !self.is_person(&other)
        });
        let named_before = self.tokens[first.saturating_sub(NOUN_REACH)..first]
            .iter()
            .any(|token| token.small && is_word(self.source, token, &noun));
        (alone && !named_before)
            .then(|| Resolved { doubt: Some("last_speaker"), ..Resolved::new(entity.clone(), ResolvedBy::Descriptor) })
    }

    /// Whether a word is "German" or "Norlandic" of a known state.
    fn is_demonym(&self, token: &Token) -> bool {
        self.cast.hits_near(token.start, token.end).iter().any(|hit| {
            let names = self.gazetteer.index().name_of.get(hit.pattern);
            names.into_iter().flatten().any(|name| name.kind == NameKind::Demonym)
        })
    }

    /// Whether somebody is described by a noun in the article.
    pub(super) fn is_described(&self, who: Named, noun: &str) -> bool {
        self.cast.described_as(noun).take(REACH).any(|descriptor| descriptor.who == who)
    }
}
