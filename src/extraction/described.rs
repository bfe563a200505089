//! Speakers named by what the article says they are: "the council leader", "the Norwegian", "the teenager".

use super::body_words::nouns;
use super::cast::Named;
use super::descriptors::{self, Descriptor};
use super::index::NameKind;
use super::lexicon::class;
use super::persons::{self, Kinds};
use super::pronouns::Who;
use super::relations::is_of_people;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, ResolvedBy};

/// How far back a noun is looked for that may have named somebody else, in tokens.
const NOUN_REACH: usize = 3000;

/// How many tokens back the last speaker may have been named in the same paragraph.
const PARAGRAPH: usize = 120;

/// How many names back somebody is looked for who is told to be of a kind.
const NAME_REACH: usize = 60;

impl Resolver<'_> {
    /// Whoever the article says is that: "councillor Joan Petrie … the councillor".
    pub(super) fn by_descriptor(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let (modifiers, head) = self.definite(mention)?;
        self.by_nationality(mention)
            .or_else(|| self.bearer_of(modifiers, head))
            .or_else(|| self.by_kind(first, mention, modifiers, head))
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

    /// Whoever a noun means that nobody was called by yet: "the barrister" of the defence counsel, "the teenager".
    fn by_kind(&self, first: usize, mention: &[Token], modifiers: &[Token], head: &Token) -> Option<Resolved> {
        let noun = lower(self.source, head);
        let known = persons::look_up(&noun);
        let thing =
            class::BODY_NOUN | class::DOCUMENT_NOUN | class::OCCASION_NOUN | class::TIME_WORD | class::SAYING_NOUN;
        let like_one = persons::ends_like_one(&noun)
            && head.small
            && noun.len() > 4
            && !head.is(thing)
            && !self.is_any_body(head)
            && !nouns().factions.contains(&noun);
        // "his doctor" is somebody else; "the secretary of defence" is told by the office.
        let office = head.is(class::TITLE)
            && mention.iter().any(|token| token.start > head.end && is_word(self.source, token, "of"));
        if office
            || mention[0].is(class::POSSESSIVE_PRONOUN)
            || known.is_none() && !like_one
            || self.is_indefinite(mention) && !descriptors::is_past(self.source, modifiers)
        {
            return None;
        }
        let found = |entity: Entity, doubt| {
            Some(Resolved { doubt: Some(doubt), ..Resolved::new(entity, ResolvedBy::Descriptor) })
        };
        if let Some(entity) = self.calling(mention).and_then(|phrase| self.called.get(&phrase)) {
            return found(entity.clone(), "last_speaker");
        }
        let another = self.calls_another(first, &noun);
        // In court: whoever is asked, not who asks.
        let bench = ["witness", "defendant", "accused", "claimant", "plaintiff", "victim", "survivor", "patient"]
            .contains(&noun.as_str());
        let asks = |entity: &Entity| bench && self.kinds(entity) & persons::court() != 0;
        let fits = |entity: &Entity| {
            self.is_person(entity)
                && self.fits(std::slice::from_ref(head), entity)
                && !asks(entity)
                && !self.is_set_apart(modifiers, &noun, entity)
        };
        let owned = modifiers.iter().any(|token| token.kind == Kind::Possessive);
        let noun = known.unwrap_or_default();
        let focus = self.in_focus(first, fits).filter(|entity| !self.is_foreign(mention, entity));
        let past = descriptors::is_past(self.source, modifiers)
            || modifiers
                .iter()
                .any(|token| ["retired", "onetime", "one-time"].iter().any(|word| is_word(self.source, token, word)));
        if another && !past {
            return None;
        }
        // "Kolvik's mayor" needs somebody who may be one.
        if (noun.kinds == 0 || past) && !owned {
            return found(focus?, "last_speaker");
        }
        let does = |entity: &Entity| self.kinds(entity) & noun.kinds != 0;
        if let Some(entity) = focus.clone().filter(|entity| does(entity)) {
            return found(entity, "last_speaker");
        }
        let vague =
            !noun.unnamed || ["official", "officer", "diplomat"].iter().any(|word| is_word(self.source, head, word));
        let mut told: Vec<Entity> = Vec::new();
        let before = self.cast.occurrences.partition_point(|name| name.first < first);
        for name in self.cast.occurrences[..before].iter().rev().take(NAME_REACH) {
            let entity = Entity::from(name.who);
            if name.full && !told.contains(&entity) && fits(&entity) && does(&entity) {
                told.push(entity);
            }
        }
        match (focus, told.as_slice()) {
            (Some(entity), []) if !noun.unnamed && !owned => found(entity, "last_speaker"),
            (Some(entity), [_, ..]) if !noun.unnamed && !self.is_described_at_all(&entity) => {
                found(entity, "two_candidates")
            }
            (_, [only]) => found(only.clone(), "last_speaker"),
            // Who spoke just before in the same paragraph: the article says more of them.
            (Some(entity), _) if vague && !owned && self.spoke_here(first, &entity) => found(entity, "last_speaker"),
            _ => None,
        }
    }

    /// Whether a modifier tells somebody from one whom the article calls by the noun alone, or with another modifier.
    ///
    /// "the opposition leader" is not "union leader Jane Roe", "the Hexford boss" not "Tarn manager Jane Roe".
    fn is_set_apart(&self, modifiers: &[Token], noun: &str, entity: &Entity) -> bool {
        const QUALITIES: [&str; 22] = [
            "veteran",
            "young",
            "old",
            "top",
            "senior",
            "chief",
            "new",
            "local",
            "home",
            "away",
            "rival",
            "late",
            "proud",
            "outspoken",
            "long-serving",
            "fellow",
            "weary",
            "busy",
            "tearful",
            "home-grown",
            "lone",
            "head",
        ];
        const ENDS: [&str; 11] = ["ing", "ed", "ful", "ous", "ive", "al", "ic", "ish", "less", "able", "old"];
        let tells = |token: &&Token| {
            let word = lower(self.source, token);
            token.kind == Kind::Word
                && !token.is(class::ADVERB | class::DETERMINER | class::TITLE)
                && !QUALITIES.contains(&word.as_str())
                && !if token.capital { is_of_people(&word) } else { ENDS.iter().any(|end| word.ends_with(end)) }
                && self.hits(std::slice::from_ref(*token)).is_empty()
        };
        let who = match entity {
            Entity::Known(actor) => Named::Known(*actor),
            Entity::Stranger(index) => Named::Stranger(*index),
            Entity::New(..) => return false,
        };
        let Some(modifier) = modifiers.iter().find(tells) else { return false };
        let word = lower(self.source, modifier);
        let near = self.cast.descriptors.iter().take(REACH).filter(|descriptor| descriptor.who == who);
        let mut words = near.map(|descriptor| descriptor.words(self.tokens));
        words.any(|words| {
            let said = words.iter().any(|token| token.is_word() && is_word(self.source, token, &word));
            let same = words.iter().any(|token| token.is_word() && is_word(self.source, token, noun));
            // "the party leader" may well be "Tarn leader Jane Roe".
            let another = !modifier.is(class::BODY_NOUN) || words.iter().any(|token| token.is(class::BODY_NOUN));
            let proper = |token: &Token| {
                token.capital
                    && !token.is(class::TITLE | class::PERSON_NOUN)
                    && !is_of_people(&lower(self.source, token))
            };
            !said
                && if modifier.capital { !same || words.iter().any(proper) } else { same && another && words.len() > 1 }
        })
    }

    /// Whether somebody was the last subject, and no line ends since.
    fn spoke_here(&self, first: usize, entity: &Entity) -> bool {
        let last = self.subjects.iter().rev().find(|noted| noted.token < first);
        last.is_some_and(|noted| {
            matches!(&noted.who, Who::Actor(other) if other == entity)
                && first - noted.token < PARAGRAPH
                && !(noted.token + 1..=first).any(|at| descriptors::parted(self.source, self.tokens, at))
        })
    }

    /// Whether somebody else was called so: "a lawyer for the family … the lawyer".
    fn calls_another(&self, first: usize, noun: &str) -> bool {
        self.last_indefinite(first, noun).is_some()
    }

    /// Where somebody was called so last whom nothing names.
    pub(super) fn last_indefinite(&self, first: usize, noun: &str) -> Option<usize> {
        let from = first.saturating_sub(NOUN_REACH).max(self.cast.headline.1);
        let accused = persons::look_up(noun).is_some_and(|noun| noun.ambiguous);
        (from..first).rev().find(|&at| {
            self.tokens[at].small
                && is_word(self.source, &self.tokens[at], noun)
                && !(accused && self.tokens.get(at + 1).is_some_and(|next| next.is(class::PREPOSITION)))
                && self.tokens[at.saturating_sub(4)..at]
                    .iter()
                    .any(|token| ["a", "an", "another", "one"].iter().any(|word| is_word(self.source, token, word)))
                && !self.describes_anybody(at)
        })
    }

    /// Whether a token is part of what the article says somebody is.
    fn describes_anybody(&self, at: usize) -> bool {
        let near = self.cast.descriptors.partition_point(|descriptor| descriptor.first + 40 < at);
        self.cast.descriptors[near..]
            .iter()
            .take(12)
            .any(|descriptor| (descriptor.first..descriptor.last).contains(&at))
    }

    /// Whether a phrase names a country that is not somebody's: "the German minister" of a French one.
    fn is_foreign(&self, mention: &[Token], entity: &Entity) -> bool {
        let Entity::Known(actor) = entity else { return false };
        let Some(country) = self.gazetteer.actors()[*actor].country.as_deref() else { return false };
        let countries = self.countries(mention);
        !countries.is_empty() && !countries.contains(&country)
    }

    fn is_described_at_all(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Known(actor) => self.has_descriptor(Named::Known(*actor)),
            Entity::Stranger(index) => self.has_descriptor(Named::Stranger(*index)),
            Entity::New(..) => false,
        }
    }

    /// What work somebody is known to do, from the article and from all offices ever held.
    fn kinds(&self, entity: &Entity) -> Kinds {
        let (who, roles) = match entity {
            Entity::Known(actor) => (Named::Known(*actor), self.gazetteer.actors()[*actor].roles.as_slice()),
            Entity::Stranger(index) => (Named::Stranger(*index), &[][..]),
            Entity::New(..) => return 0,
        };
        let told = self.cast.told(who).kinds;
        let told = told | self.learned_kinds.get(&who).copied().unwrap_or_default();
        let words = roles.iter().flat_map(|role| role.title.split(|c: char| !c.is_alphanumeric()));
        words.fold(told, |kinds, word| kinds | persons::look_up(&word.to_lowercase()).map_or(0, |noun| noun.kinds))
    }

    /// The words by which a definite phrase calls somebody.
    pub(super) fn calling(&self, mention: &[Token]) -> Option<String> {
        let (modifiers, head) = self.definite(mention)?;
        let from = modifiers.first().unwrap_or(head).start;
        Some(self.source.slice(from, head.end).to_lowercase())
    }

    /// Whether somebody is described by a noun in the article.
    pub(super) fn is_described(&self, who: Named, noun: &str) -> bool {
        self.cast.described_as(noun).take(REACH).any(|descriptor| descriptor.who == who)
    }
}
