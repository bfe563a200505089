//! Speakers named by what they are: "the Russian foreign minister", "the ministry", "the government".

use jiff::civil::Date;

use super::cast::Named;
use super::descriptors::{self, Descriptor};
use super::gazetteer::KnownRole;
use super::index::{NameKind, OfficeNoun};
use super::lexicon::class;
use super::pronouns::Who;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{ActorKind, Gender, ResolvedBy};

/// Among how many descriptions the holder of an office is looked for.
const BEARERS: usize = 40;

/// Offices whose holders meet as equals, though they are called otherwise in another country.
const ALIKE: [&[&str]; 2] =
    [&["foreign_minister", "foreign_secretary", "secretary_of_state"], &["defence_minister", "defence_secretary"]];

impl Resolver<'_> {
    /// The holder of the office that a phrase names.
    pub(super) fn by_role(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        if self.is_indefinite(mention) {
            return None;
        }
        let noun = self.office_noun(mention)?;
        let countries = self.countries(mention);
        let mut holders = self.holders(noun, &countries);
        holders.retain(|(actor, _)| {
            self.fits(mention, &Entity::Known(*actor)) && !self.cast.told(Named::Known(*actor)).former
        });
        if !countries.is_empty() {
            // "the Israeli leader": the head of state, unless only the other is named.
            let present = |holder: &&(usize, usize)| self.cast.is_present(holder.0);
            if noun.words == ["leader"] && holders.iter().find(present).is_none() {
                let office =
                    |&(actor, role): &(usize, usize)| self.gazetteer.actors()[actor].roles[role].office.as_deref();
                holders.retain(|holder| office(holder) != Some("prime_minister"));
            }
            return self.of_country(&holders);
        }
        // "the minister": whoever in the article is one and was the subject last; whom it calls so, before all others.
        let of = noun.words.iter().position(|word| word == "of" || word == "for").unwrap_or(noun.words.len());
        let head = of.checked_sub(1).map_or("", |at| noun.words[at].as_str());
        let called = |actor: usize| noun.words.len() > 1 && self.is_described(Named::Known(actor), head);
        if holders.iter().any(|&(actor, _)| called(actor)) {
            holders.retain(|&(actor, _)| called(actor));
        }
        // "A Western diplomat said … the diplomat added"
        let another = self.last_indefinite(first, head);
        for noted in self.subjects.iter().rev().take(REACH) {
            match &noted.who {
                Who::Actor(_) if another.is_some_and(|another| noted.token < another) => return None,
                Who::Actor(Entity::Known(actor)) => {
                    if let Some(&(_, role)) = holders.iter().find(|(holder, _)| holder == actor) {
                        return Some(self.holder(*actor, role));
                    }
                }
                Who::Actor(entity @ Entity::Stranger(index))
                    if mention.len() <= noun.words.len() + 1
                        && self.fits(mention, entity)
                        && self.is_described(Named::Stranger(*index), head) =>
                {
                    return Some(Resolved::new(entity.clone(), ResolvedBy::Descriptor));
                }
                _ => {}
            }
        }
        if let Some(stranger) = self.stranger_in_office(mention, noun) {
            return Some(stranger);
        }
        let present: Vec<_> = holders.iter().copied().filter(|(actor, _)| self.cast.is_present(*actor)).collect();
        self.only_one(&present).or_else(|| self.only_holder(noun, &holders))
    }

    /// When all whom the article names by their office held it, for articles without a date.
    pub(super) fn told_days(&self) -> Option<(Date, Date)> {
        let mut days: Option<(Date, Date)> = None;
        for descriptor in self.cast.descriptors.iter().take(REACH) {
            let Named::Known(actor) = descriptor.who else { continue };
            let words = descriptor.words(self.tokens);
            if descriptors::is_past(self.source, words) {
                continue;
            }
            let Some(noun) = self.office_noun(words) else { continue };
            let mut roles = self.gazetteer.actors()[actor]
                .roles
                .iter()
                .filter(|role| role.office.as_ref().is_some_and(|office| noun.keys.contains(office)));
            let (Some(role), None) = (roles.next(), roles.next()) else { continue };
            days = Some(within(days, role));
        }
        days.filter(|(from, to)| from <= to)
    }

    /// The same after somebody was found by an office.
    pub(super) fn narrow_days(&mut self, found: &Resolved) {
        let (Entity::Known(actor), Some(role), true) = (&found.entity, found.role, self.days_are_told) else { return };
        if let Some(role) = self.gazetteer.actors()[*actor].roles.get(role) {
            let days = within(self.dates, role);
            if days.0 <= days.1 {
                self.dates = Some(days);
            }
        }
    }

    /// "his Russian counterpart", "the minister's British colleague": who holds the same office in that country.
    pub(super) fn counterpart(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let end = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let mention = &mention[..end];
        let head = mention.iter().rposition(|token| {
            ["counterpart", "colleague", "homologue"].iter().any(|word| is_word(self.source, token, word))
        })?;
        let countries = self.countries(&mention[1..]);
        let owner = match mention.iter().position(|token| token.kind == Kind::Possessive) {
            Some(owner) if owner < head => self.resolve(first, first + owner)?,
            None if mention[0].is(class::POSSESSIVE_PRONOUN) => self.pronoun(first)?,
            _ => return None,
        };
        let Entity::Known(owner) = owner.entity else { return None };
        let actors = self.gazetteer.actors();
        let own = actors[owner].country.as_deref();
        let roles = actors[owner].roles.iter().filter(|role| self.holds(role.starts_on, role.ends_on));
        let offices: Vec<&str> = roles.filter_map(|role| role.office.as_deref()).collect();
        let alike = ALIKE.iter().filter(|alike| offices.iter().any(|office| alike.contains(office))).copied().flatten();
        let mut keys: Vec<&str> = alike.copied().chain(offices.iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        let index = self.gazetteer.index();
        let mut holders: Vec<(usize, usize)> = Vec::new();
        for &(actor, role_at) in keys.iter().filter_map(|key| index.holders.get(*key)).flatten() {
            let Some(role) = actors[actor].roles.get(role_at) else { continue };
            let country = role.country.as_deref().or(actors[actor].country.as_deref());
            let abroad = country.is_some_and(|country| countries.contains(&country)) && country != own;
            if abroad && self.holds(role.starts_on, role.ends_on) {
                holders.push((actor, role_at));
            }
        }
        self.of_country(&holders)
    }

    /// "the head of state" of President Jane Roe, whom the gazetteer lacks: who is called by another noun for that office.
    fn stranger_in_office(&self, mention: &[Token], noun: &OfficeNoun) -> Option<Resolved> {
        if mention.len() > noun.words.len() + 1 {
            return None;
        }
        let offices = self.gazetteer.offices().iter().filter(|office| noun.keys.contains(&office.key));
        let nouns: Vec<&str> = offices.flat_map(|office| office.nouns.iter().map(String::as_str)).take(12).collect();
        let called = |descriptor: &Descriptor| {
            let words = descriptor.words(self.tokens);
            let has = |part: &str| words.iter().any(|word| word.is_word() && is_word(self.source, word, part));
            nouns.iter().any(|noun| noun.split(' ').all(has)) && !descriptors::qualifies(self.source, words)
        };
        let mut bearers = self.cast.descriptors.iter().take(BEARERS).filter_map(|descriptor| match descriptor.who {
            Named::Stranger(_) if called(descriptor) => Some(Entity::from(descriptor.who)),
            _ => None,
        });
        let bearer = bearers.next().filter(|bearer| self.fits(mention, bearer))?;
        bearers.all(|other| other == bearer).then(|| Resolved::new(bearer, ResolvedBy::Descriptor))
    }

    /// "The secretary of defense": nobody else holds such an office that day, and the article names the country.
    fn only_holder(&self, noun: &OfficeNoun, holders: &[(usize, usize)]) -> Option<Resolved> {
        let found = self.only_one(holders).filter(|_| noun.words.len() > 1 && self.dates.is_some())?;
        let Entity::Known(actor) = found.entity else { return None };
        let actors = self.gazetteer.actors();
        let country = actors[actor].country.as_deref()?;
        let mut names = self.cast.hits.iter().take(REACH).flat_map(|hit| super::names::named(self.gazetteer, hit));
        let near = names.any(|name| actors[name.actor].country.as_deref() == Some(country));
        near.then_some(Resolved { doubt: Some("only_holder"), ..found })
    }

    fn holder(&self, actor: usize, role: usize) -> Resolved {
        Resolved { role: Some(role), ..Resolved::new(Entity::Known(actor), ResolvedBy::Descriptor) }
    }

    /// Whether "spokesman", "chairwoman" suit the gender of somebody.
    pub(super) fn fits(&self, mention: &[Token], entity: &Entity) -> bool {
        let says = |classes| mention.iter().any(|token| token.is(classes));
        match self.gender(entity) {
            Some(Gender::Male) => !says(class::FEMALE_NOUN | class::FEMALE_TITLE),
            Some(Gender::Female) => !mention.iter().any(|token| {
                // Women are called "chairman" too.
                token.is(class::MALE_NOUN) || token.is(class::MALE_TITLE) && !token.is(class::PERSON_NOUN)
            }),
            None => true,
        }
    }

    /// The role of a known person that the words beside the name tell: "Foreign Minister Ingrid Berg".
    pub(super) fn role_named(&self, mention: &[Token], actor: usize) -> Option<usize> {
        let noun = self.office_noun(mention)?;
        self.gazetteer.actors()[actor].roles.iter().position(|role| {
            role.office.as_ref().is_some_and(|office| noun.keys.contains(office))
                && self.holds(role.starts_on, role.ends_on)
        })
    }

    fn of_country(&self, holders: &[(usize, usize)]) -> Option<Resolved> {
        if let Some(found) = self.only_one(holders) {
            return Some(found);
        }
        let present: Vec<(usize, usize)> =
            holders.iter().copied().filter(|(actor, _)| self.cast.is_present(*actor)).collect();
        if let Some(found) = self.only_one(&present) {
            return Some(found);
        }
        self.subjects.iter().rev().take(REACH).find_map(|noted| match &noted.who {
            Who::Actor(Entity::Known(actor)) => {
                let &(_, role) = present.iter().find(|(holder, _)| holder == actor)?;
                Some(Resolved { doubt: Some("two_candidates"), ..self.holder(*actor, role) })
            }
            _ => None,
        })
    }

    fn only_one(&self, holders: &[(usize, usize)]) -> Option<Resolved> {
        let &(actor, role) = holders.first()?;
        holders.iter().all(|(other, _)| *other == actor).then(|| self.holder(actor, role))
    }

    /// "a minister", "two ministers", "a former minister" are nobody in particular.
    pub(super) fn is_indefinite(&self, mention: &[Token]) -> bool {
        let opens = ["a", "an", "one", "another", "some", "several", "two", "three", "many", "no", "any", "other"];
        mention.first().is_some_and(|token| opens.iter().any(|word| is_word(self.source, token, word)))
            || mention.iter().any(|token| {
                ["former", "ex", "late", "then", "future", "next", "unnamed", "anonymous"]
                    .iter()
                    .any(|word| is_word(self.source, token, word))
            })
    }

    /// The longest office noun in the phrase, outside names and not after a preposition ("aide to the president").
    fn office_noun(&self, mention: &[Token]) -> Option<&OfficeNoun> {
        let mut best: Option<(&OfficeNoun, usize)> = None;
        for at in 0..mention.len() {
            let token = &mention[at];
            if token.kind != Kind::Word {
                continue;
            }
            for noun in self.gazetteer.index().offices.get(&lower(self.source, token)).into_iter().flatten() {
                let end = at + noun.words.len();
                let matches = end <= mention.len()
                    && noun.words.iter().zip(&mention[at..]).all(|(word, token)| lower(self.source, token) == *word);
                if !matches
                    || mention.get(end).is_some_and(|next| next.kind == Kind::Possessive)
                    || self.governed(mention, at)
                {
                    continue;
                }
                if best.is_none_or(|(other, _)| other.words.len() < noun.words.len()) {
                    best = Some((noun, end));
                }
                break;
            }
        }
        let (noun, end) = best?;
        // "the foreign minister's office", "the president backers": something else is the head.
        let next = mention.get(end);
        let head = next.is_none_or(|next| {
            matches!(next.kind, Kind::Punctuation(_)) || next.is(class::PREPOSITION | class::RELATIVE) || next.capital
        });
        head.then_some(noun)
    }

    fn governed(&self, mention: &[Token], at: usize) -> bool {
        let mut before = at;
        while before > 0 && !mention[before - 1].is(class::PREPOSITION) && !mention[before - 1].is_char(',') {
            before -= 1;
        }
        before > 0 && mention[before - 1].is(class::PREPOSITION)
    }

    /// The countries that the phrase names, by name, people, capital or body.
    pub(super) fn countries(&self, mention: &[Token]) -> Vec<&str> {
        let mut out = Vec::new();
        for hit in self.hits(mention) {
            for name in self.gazetteer.index().name_of.get(hit.pattern).into_iter().flatten() {
                let actor = &self.gazetteer.actors()[name.actor];
                if actor.kind != ActorKind::Person
                    && let Some(country) = actor.country.as_deref()
                    && !out.contains(&country)
                {
                    out.push(country);
                }
            }
        }
        out
    }

    /// Who holds one of the noun's offices on the day of the article, as actor and role.
    fn holders(&self, noun: &OfficeNoun, countries: &[&str]) -> Vec<(usize, usize)> {
        let index = self.gazetteer.index();
        let mut out: Vec<(usize, usize)> = Vec::new();
        for &(actor, role_at) in noun.keys.iter().filter_map(|key| index.holders.get(key)).flatten() {
            let known = &self.gazetteer.actors()[actor];
            let Some(role) = known.roles.get(role_at) else { continue };
            let country = role.country.as_deref().or(known.country.as_deref());
            let of_country = countries.is_empty() || country.is_some_and(|country| countries.contains(&country));
            if of_country && self.holds(role.starts_on, role.ends_on) && !out.contains(&(actor, role_at)) {
                out.push((actor, role_at));
            }
        }
        out
    }

    /// "the ministry", "the Foreign Ministry", "the Syrian government", "the government".
    pub(super) fn body_described(&self, mention: &[Token]) -> Option<Resolved> {
        let end = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let (mention, head) = (&mention[..end], mention[..end].last()?);
        let last_phrase = mention.iter().rposition(|token| token.is(class::PREPOSITION)).map_or(0, |at| at + 1);
        let phrase = &mention[last_phrase..];
        let head_noun = lower(self.source, head);
        let found = |actor: usize| Some(Resolved::new(Entity::Known(actor), ResolvedBy::Descriptor));
        // "a statement from the government" speaks for the government; "critics of the government" do not.
        let from_text = last_phrase > 0
            && mention[..last_phrase].iter().any(|token| token.is(class::DOCUMENT_NOUN | class::SAYING_NOUN))
            && ["from", "by", "of"].iter().any(|word| is_word(self.source, &mention[last_phrase - 1], word));
        if last_phrase > 0 && !from_text {
            return None;
        }
        if matches!(head_noun.as_str(), "government" | "authorities" | "administration" | "regime") {
            return self.state_of(phrase).and_then(found);
        }
        if !self.is_any_body(head) || self.is_indefinite(phrase) {
            return None;
        }
        self.last_body(phrase, &head_noun).or_else(|| self.body_by_rest(phrase).and_then(found))
    }

    /// The state whose government a phrase means: the one it names, or the one last spoken of as a government.
    fn state_of(&self, phrase: &[Token]) -> Option<usize> {
        let states = |hit: &super::cast::Hit| {
            self.gazetteer
                .index()
                .name_of
                .get(hit.pattern)
                .into_iter()
                .flatten()
                .find(|name| self.gazetteer.actors()[name.actor].kind == ActorKind::State)
                .map(|name| (name.actor, name.kind))
        };
        let hits = self.hits(phrase);
        if let Some((actor, _)) = hits.iter().find_map(states) {
            return Some(actor);
        }
        if phrase.len() != 2 || !is_word(self.source, &phrase[0], "the") {
            return None;
        }
        let at = phrase[0].start;
        let before = self.cast.hits.partition_point(|hit| hit.start < at);
        self.cast.hits[..before].iter().rev().take(40).find_map(|hit| {
            let (actor, kind) = states(hit)?;
            let governs =
                kind == NameKind::Capital && self.source.before(hit.end) != ' ' || self.says_government(hit.end);
            governs.then_some(actor)
        })
    }

    /// Whether "government", "president" or "authorities" follows within a few words of a country's name.
    fn says_government(&self, from: usize) -> bool {
        let near: String =
            (from..from + 60).map(|at| self.source.at(at)).take_while(|c| *c != '.' && *c != ',').collect();
        let near = near.to_lowercase();
        near.trim_start().starts_with("government")
            || near.trim_start().starts_with("authorities")
            || near.contains("'s government")
    }

    /// A known body by its name without the country, where the country or the article settles which.
    pub(super) fn body_by_rest(&self, phrase: &[Token]) -> Option<usize> {
        let words: Vec<String> =
            phrase.iter().filter(|token| token.is_word()).map(|token| lower(self.source, token)).collect();
        let countries = self.countries(phrase);
        let actors = self.gazetteer.actors();
        for start in 0..words.len() {
            let Some(bodies) = self.gazetteer.index().bodies.get(&words[start..].join(" ")) else { continue };
            let fitting: Vec<usize> = bodies
                .iter()
                .copied()
                .filter(|body| {
                    countries.is_empty()
                        || actors[*body].country.as_deref().is_some_and(|country| countries.contains(&country))
                })
                .collect();
            if let [only] = fitting.as_slice() {
                return (!countries.is_empty() || self.is_near(*only)).then_some(*only);
            }
            return self.nearest(&fitting);
        }
        // "the ministry": the body of that kind that was named or spoke last.
        let head = words.last()?;
        if words.len() > 2
            || phrase.iter().any(|token| token.capital && !token.is(class::DETERMINER | class::BODY_NOUN))
        {
            return None;
        }
        let at = phrase.first()?.start;
        let has_head = |name: &str| name.to_lowercase().split(' ').any(|word| word == head);
        let of_kind = |actor: &usize| actors[*actor].kind != ActorKind::Person && has_head(&actors[*actor].name);
        let before = self.cast.hits.partition_point(|hit| hit.start < at);
        let named = self.cast.hits[..before].iter().rev().take(30).find_map(|hit| {
            let mut names = super::names::named(self.gazetteer, hit).map(|name| name.actor);
            // "the UN refugee agency": by the name that stands there.
            let by_text = has_head(self.source.slice(hit.start, hit.end));
            let found = names.find(|actor| of_kind(actor) || by_text && actors[*actor].kind == ActorKind::Organisation);
            found.map(|actor| (hit.start, actor))
        });
        // "The Defence Ministry" is nobody's name, but has been a subject.
        let subject = self.subjects.iter().rev().take(30).find_map(|noted| match noted.who {
            Who::Actor(Entity::Known(actor)) if of_kind(&actor) => Some((self.tokens[noted.token].start, actor)),
            _ => None,
        });
        named.max(subject).map(|(_, actor)| actor)
    }

    /// Whether the article names the country of a body, its state, or somebody who serves it.
    fn is_near(&self, body: usize) -> bool {
        self.nearest(&[body]).is_some()
    }

    /// Of some bodies the one whose country was the last to be a subject, or is named first.
    fn nearest(&self, bodies: &[usize]) -> Option<usize> {
        let actors = self.gazetteer.actors();
        let country_of = |entity: &Entity| match entity {
            Entity::Known(actor) => actors[*actor].country.as_deref(),
            _ => None,
        };
        let subject = self.subjects.iter().rev().take(REACH).find_map(|noted| {
            let Who::Actor(entity) = &noted.who else { return None };
            let country = country_of(entity)?;
            bodies.iter().copied().find(|body| actors[*body].country.as_deref() == Some(country))
        });
        subject.or_else(|| {
            self.cast.hits.iter().take(REACH).find_map(|hit| {
                let names = self.gazetteer.index().name_of.get(hit.pattern)?;
                bodies.iter().copied().find(|body| {
                    names.iter().any(|name| {
                        actors[*body].country.is_some() && actors[name.actor].country == actors[*body].country
                    })
                })
            })
        })
    }
}

/// Those of some days on which a role was held. On its first and its last day another held it too.
fn within(days: Option<(Date, Date)>, role: &KnownRole) -> (Date, Date) {
    let (from, to) = days.unwrap_or((Date::MIN, Date::MAX));
    let starts_on = role.starts_on.and_then(|day| day.tomorrow().ok());
    let ends_on = role.ends_on.and_then(|day| day.yesterday().ok());
    (starts_on.map_or(from, |day| day.max(from)), ends_on.map_or(to, |day| day.min(to)))
}
