//! Speakers named by age, people, party or kin: "the 67-year-old", "the Irishman", "her husband".

use super::cast::Named;
use super::index::NameKind;
use super::lexicon::class;
use super::source::Source;
use super::speakers::{Entity, REACH, Resolved, Resolver};
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::{Gender, ResolvedBy};

/// Kin of whom one may share a surname with the other.
const KIN: [&str; 8] = ["husband", "wife", "brother", "sister", "son", "daughter", "father", "mother"];

/// Parties whose members are called by the bare name.
const PARTIES: [&str; 6] = ["republican", "democrat", "conservative", "liberal", "socialist", "tory"];

/// Ends of words for people of a country: "Dutchman", "Senegalese", "Malaysian".
const PEOPLE_ENDS: [&str; 10] = ["man", "woman", "ian", "yan", "ese", "ish", "ean", "can", "aqi", "ani"];

/// Other words for people of a country.
const PEOPLE: [&str; 22] = [
    "greek", "swiss", "briton", "swede", "dane", "finn", "pole", "serb", "croat", "turk", "czech", "scot", "spaniard",
    "german", "filipino", "thai", "saudi", "kuwaiti", "emirati", "yemeni", "israeli", "uzbek",
];

impl Resolver<'_> {
    /// Whoever the phrase means by such a relation.
    pub(super) fn by_relation(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let opens = mention.first()?;
        if opens.is(class::POSSESSIVE_PRONOUN) {
            return self.by_kin(first, mention);
        }
        if !is_word(self.source, opens, "the") {
            return None;
        }
        let end = mention.iter().position(|token| token.is_char(',')).unwrap_or(mention.len());
        let mention = &mention[..end];
        // "the 54-year-old Irishman"
        if let [the, age, .., head] = mention
            && self.age(age).is_some()
        {
            return self.by_age(first, &[*the, *age], false).or_else(|| self.by_people(first, &[*the, *head]));
        }
        self.by_age(first, mention, true).or_else(|| self.by_people(first, mention))
    }

    /// "the 67-year-old": the only one whose age follows the name, else whoever spoke last.
    fn by_age(&self, first: usize, mention: &[Token], alone: bool) -> Option<Resolved> {
        let [_, age] = mention else { return None };
        let age = self.age(age)?;
        let is_age = |at: usize| {
            self.tokens.get(at).is_some_and(|token| token.is_char(','))
                && self
                    .tokens
                    .get(at + 1)
                    .is_some_and(|token| token.kind == Kind::Number && self.source.slice(token.start, token.end) == age)
        };
        let mut aged = self.cast.occurrences.iter().take(REACH * 4).filter(|name| is_age(name.last));
        let Some(one) = aged.next() else { return alone.then(|| self.spoke_last(first, None)).flatten() };
        let only = aged.all(|other| other.who == one.who);
        only.then(|| Resolved::new(Entity::from(one.who), ResolvedBy::Descriptor))
    }

    /// "67" of "67-year-old"
    fn age(&self, token: &Token) -> Option<&str> {
        let text = self.source.slice(token.start, token.end);
        text.strip_suffix("-year-old").filter(|_| token.kind == Kind::Number)
    }

    /// "the Irishman", "the South Carolina Republican": whoever spoke last, unless the article says it of another.
    fn by_people(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let head = mention.last().filter(|head| head.kind == Kind::Word && head.capital && mention.len() > 1)?;
        let noun = lower(self.source, head);
        let party = PARTIES.contains(&noun.as_str());
        if !party && (mention.len() > 2 || !self.is_people(head, &noun)) {
            return None;
        }
        if let Some(known) = self.by_nationality(mention) {
            return Some(known);
        }
        let gender = match (noun.ends_with("woman"), noun.ends_with("man") && !party && noun != "german") {
            (true, _) => Some(Gender::Female),
            (_, true) => Some(Gender::Male),
            _ => None,
        };
        // "the Dutchman" of "Dutch striker Jan Roe": the first four letters tell.
        let told = |token: &Token| {
            token.capital
                && token.is_word()
                && (0..4).all(|at| same(self.source.at(token.start + at), self.source.at(head.start + at)))
        };
        let mut described: Vec<Entity> = Vec::new();
        for descriptor in self.cast.descriptors.iter().take(REACH) {
            let entity = Entity::from(descriptor.who);
            if descriptor.words(self.tokens).iter().any(told)
                && self.is_person(&entity)
                && self.gender(&entity).is_some_and(|known| gender.is_none_or(|gender| gender == known))
                && !described.contains(&entity)
            {
                described.push(entity);
            }
        }
        match described.as_slice() {
            [only] => Some(Resolved::new(only.clone(), ResolvedBy::Descriptor)),
            // Of whom the gazetteer knows the country, it would have known this.
            [] => self.spoke_last(first, gender).filter(|found| {
                party
                    || !matches!(found.entity, Entity::Known(actor) if self.gazetteer.actors()[actor].country.is_some())
            }),
            _ => None,
        }
    }

    /// Whether a word means one of a people, and nobody's name or body.
    fn is_people(&self, head: &Token, noun: &str) -> bool {
        let ends = PEOPLE_ENDS.iter().any(|end| noun.ends_with(end)) && noun.chars().count() > 4;
        let other = self.cast.hits_near(head.start, head.end).iter().any(|hit| {
            self.gazetteer
                .index()
                .name_of
                .get(hit.pattern)
                .into_iter()
                .flatten()
                .any(|name| name.kind != NameKind::Demonym)
        });
        let taken = head.is(class::BODY_NOUN | class::PERSON_NOUN | class::TITLE | class::OCCASION_NOUN)
            || self.cast.stranger_surnames.contains_key(noun)
            || noun == "vatican";
        (ends || PEOPLE.contains(&noun)) && !other && !taken
    }

    /// Whoever is in focus, where that gender fits.
    pub(super) fn spoke_last(&self, first: usize, gender: Option<Gender>) -> Option<Resolved> {
        let fits = |entity: &Entity| {
            self.is_person(entity)
                && self.gender(entity).is_none_or(|known| gender.is_none_or(|gender| gender == known))
        };
        let entity = self.in_focus(first, fits)?;
        Some(Resolved { doubt: Some("last_speaker"), ..Resolved::new(entity, ResolvedBy::Descriptor) })
    }

    /// "her husband": the only other person of her surname whom the noun fits.
    fn by_kin(&self, first: usize, mention: &[Token]) -> Option<Resolved> {
        let [_, kin] = mention else { return None };
        if !KIN.iter().any(|word| is_word(self.source, kin, word)) {
            return None;
        }
        let owner = self.pronoun(first)?.entity;
        let surname = self.name(&owner)?.rsplit(' ').next()?;
        let mut namesakes = self
            .cast
            .occurrences
            .iter()
            .take(REACH * 4)
            .filter(|name| name.full)
            .map(|name| Entity::from(name.who))
            .filter(|entity| {
                *entity != owner
                    && self.is_person(entity)
                    && self.name(entity).is_some_and(|name| name.rsplit(' ').next() == Some(surname))
                    && self.fits(std::slice::from_ref(kin), entity)
            });
        let namesake = namesakes.next()?;
        namesakes.all(|other| other == namesake).then(|| Resolved::new(namesake, ResolvedBy::Descriptor))
    }

    fn name<'s>(&'s self, entity: &'s Entity) -> Option<&'s str> {
        match entity {
            Entity::Known(actor) => Some(&self.gazetteer.actors()[*actor].name),
            Entity::Stranger(index) => self.cast.strangers.get(*index).map(|stranger| stranger.name.as_str()),
            Entity::New(name, _) => Some(name),
        }
    }

    /// Whether the article says what somebody is.
    pub(super) fn has_descriptor(&self, who: Named) -> bool {
        self.cast.descriptors.iter().take(REACH).any(|descriptor| descriptor.who == who)
    }

    /// "The first witness was Dilys Roe": whom the subject of such a sentence introduces.
    pub(super) fn introduced(&self, first: usize, last: usize) -> Option<Entity> {
        let subject = self.tokens.get(first..last)?;
        let is = self.tokens.get(last).filter(|token| token.is(class::BE))?;
        if !subject.iter().any(|token| token.is(class::PERSON_NOUN)) || subject.iter().any(|token| token.is_char(',')) {
            return None;
        }
        let name = self.cast.occurrences_within(last + 1, last + 2).first().filter(|name| name.full)?;
        let whole = name.first == last + 1 && is.end < self.tokens[name.first].start;
        whole.then(|| Entity::from(name.who)).filter(|entity| self.is_person(entity))
    }
}

/// "Croatian": whether a word in small letters may say of what people somebody is.
pub fn is_of_people(word: &str) -> bool {
    PEOPLE.contains(&word) || PEOPLE_ENDS.iter().chain(&["ch", "an"]).any(|end| word.ends_with(end))
}

fn same(a: char, b: char) -> bool {
    a.to_lowercase().eq(b.to_lowercase())
}

/// The token after a name, before "QC", "MP" or "PhD".
pub fn without_letters(source: &Source, tokens: &[Token], first: usize, last: usize) -> usize {
    const LETTERS: [&str; 13] = ["qc", "kc", "sc", "mp", "mep", "msp", "md", "phd", "obe", "cbe", "mbe", "jr", "jr."];
    let mut end = last;
    while end > first + 2 && LETTERS.iter().any(|word| is_word(source, &tokens[end - 1], word)) {
        end -= 1;
    }
    end
}

/// Whether a word is a rank before a name: "Det Insp", "PC".
pub fn is_rank(source: &Source, token: &Token) -> bool {
    let short = ["pc", "dc", "dci", "wpc", "di", "ds", "dcs", "pcso"].iter().any(|word| is_word(source, token, word))
        && token.all_capitals;
    short
        || [
            "det", "det.", "insp", "insp.", "supt", "supt.", "const", "cllr", "cllr.", "cpl", "sgt", "sgt.", "hon",
            "hon.",
        ]
        .iter()
        .any(|word| is_word(source, token, word))
            && token.capital
}
