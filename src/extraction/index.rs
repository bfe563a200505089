//! The indices of a gazetteer: names to actors, words to countries and offices, terms to zones.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::gazetteer::{GazetteerSource, KnownActor};
use super::search::Names;
use super::source::fold;
use crate::models::text::ActorKind;

/// Which of an actor's names stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// The name itself.
    Name,
    /// Another name.
    Alias,
    /// The capital of a state, for its government.
    Capital,
    /// "Russian": of a state.
    Demonym,
}

/// A name and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// Index of the actor.
    pub actor: usize,
    /// Which of its names.
    pub kind: NameKind,
}

/// A name or term of zones.
#[derive(Debug, Clone, Default)]
pub struct ZoneName {
    /// Zones whose own name it is.
    pub named: Vec<usize>,
    /// Zones for which it is a generic term.
    pub meant: Vec<usize>,
}

/// Everything that is looked up while reading.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Finds names of actors, the longest at each place.
    pub names: Option<Names>,
    /// Whose the names are, by pattern.
    pub name_of: Vec<Vec<Name>>,
    /// Finds names and terms of zones, whatever their case.
    pub zones: Option<Names>,
    /// Whose those are, by pattern.
    pub zone_of: Vec<ZoneName>,
    /// Surnames in lower case to persons.
    pub surnames: FxHashMap<String, Vec<usize>>,
    /// Slugs to actors.
    pub by_slug: HashMap<String, usize>,
    /// First words of office nouns to nouns (all words, keys of the offices).
    pub offices: HashMap<String, Vec<OfficeNoun>>,
    /// Office keys to those who held them: actor and role.
    pub holders: HashMap<String, Vec<(usize, usize)>>,
    /// ISO codes to states.
    pub states: HashMap<String, usize>,
    /// "foreign ministry" to the bodies whose name is that after a country.
    pub bodies: HashMap<String, Vec<usize>>,
}

/// A noun for the holder of an office.
#[derive(Debug, Clone)]
pub struct OfficeNoun {
    /// Its words in lower case.
    pub words: Vec<String>,
    /// The offices it may mean.
    pub keys: Vec<String>,
}

impl Index {
    /// Builds the indices.
    pub fn new(source: &GazetteerSource) -> Self {
        let mut index = Self::default();
        index.add_names(source);
        index.add_zones(source);
        index.add_offices(source);
        for (at, actor) in source.actors.iter().enumerate() {
            index.by_slug.entry(actor.slug.clone()).or_insert(at);
            if actor.kind == ActorKind::State
                && let Some(country) = &actor.country
            {
                index.states.entry(country.clone()).or_insert(at);
            }
            if actor.kind == ActorKind::Person {
                index.add_surnames(at, actor);
            }
            for (role_at, role) in actor.roles.iter().enumerate() {
                if let Some(office) = &role.office {
                    index.holders.entry(office.clone()).or_default().push((at, role_at));
                }
            }
        }
        index
    }

    fn add_names(&mut self, source: &GazetteerSource) {
        let mut patterns: Vec<String> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut add = |name_of: &mut Vec<Vec<Name>>, text: &str, name: Name| {
            let text = folded(text);
            if text.chars().count() < 2 {
                return;
            }
            for text in std::iter::once(text.clone()).chain(respelled(&text)) {
                let at = *places.entry(text.clone()).or_insert_with(|| {
                    patterns.push(text);
                    name_of.push(Vec::new());
                    name_of.len() - 1
                });
                if name_of[at].iter().all(|other| other.actor != name.actor) {
                    name_of[at].push(name);
                }
            }
        };
        for (actor, known) in source.actors.iter().enumerate() {
            add(&mut self.name_of, &known.name, Name { actor, kind: NameKind::Name });
            for alias in &known.aliases {
                add(&mut self.name_of, alias, Name { actor, kind: NameKind::Alias });
            }
            if let Some(capital) = &known.capital {
                add(&mut self.name_of, capital, Name { actor, kind: NameKind::Capital });
            }
            for demonym in &known.demonyms {
                add(&mut self.name_of, demonym, Name { actor, kind: NameKind::Demonym });
            }
        }
        self.add_bodies(source, &mut add);
        self.names = Names::new(&patterns, false);
    }

    /// "Norlandic Foreign Ministry" is also "Norland's Foreign Ministry".
    ///
    /// It is "the Foreign Ministry" too, where the article settles the country.
    fn add_bodies(&mut self, source: &GazetteerSource, add: &mut impl FnMut(&mut Vec<Vec<Name>>, &str, Name)) {
        let states: Vec<&KnownActor> = source.actors.iter().filter(|actor| actor.kind == ActorKind::State).collect();
        for (actor, known) in
            source.actors.iter().enumerate().filter(|(_, known)| known.kind == ActorKind::Organisation)
        {
            let Some(state) = states.iter().find(|state| state.country.is_some() && state.country == known.country)
            else {
                continue;
            };
            for name in std::iter::once(&known.name).chain(&known.aliases) {
                let Some(rest) =
                    state.demonyms.iter().find_map(|demonym| name.strip_prefix(demonym.as_str())?.strip_prefix(' '))
                else {
                    continue;
                };
                for owner in [&state.name].into_iter().chain(&state.aliases).chain(&state.capital) {
                    add(&mut self.name_of, &format!("{owner}'s {rest}"), Name { actor, kind: NameKind::Alias });
                }
                let rest = rest.to_lowercase();
                for rest in std::iter::once(rest.clone()).chain(respelled(&rest)) {
                    let bodies = self.bodies.entry(rest).or_default();
                    if !bodies.contains(&actor) {
                        bodies.push(actor);
                    }
                }
            }
        }
    }

    fn add_surnames(&mut self, at: usize, actor: &KnownActor) {
        for name in std::iter::once(&actor.name).chain(&actor.aliases) {
            let folded = folded(name).to_lowercase();
            let words: Vec<&str> = folded.split(' ').collect();
            for start in 1..words.len() {
                let surname = words[start..].join(" ");
                for form in [Some(surname.as_str()), surname.strip_prefix("al-"), surname.strip_prefix("el-")]
                    .into_iter()
                    .flatten()
                {
                    let holders = self.surnames.entry(form.to_owned()).or_default();
                    if !holders.contains(&at) {
                        holders.push(at);
                    }
                }
            }
        }
    }

    fn add_zones(&mut self, source: &GazetteerSource) {
        let mut patterns: Vec<String> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut add = |zone_of: &mut Vec<ZoneName>, text: &str, zone: usize, named: bool| {
            let text = folded(text).to_lowercase();
            if text.trim().chars().count() < 3 {
                return;
            }
            let at = *places.entry(text.clone()).or_insert_with(|| {
                patterns.push(text);
                zone_of.push(ZoneName::default());
                zone_of.len() - 1
            });
            let list = if named { &mut zone_of[at].named } else { &mut zone_of[at].meant };
            if !list.contains(&zone) {
                list.push(zone);
            }
        };
        for (zone, known) in source.zones.iter().enumerate() {
            for name in std::iter::once(&known.name).chain(&known.aliases) {
                add(&mut self.zone_of, name, zone, true);
            }
            for term in &known.terms {
                add(&mut self.zone_of, term, zone, false);
                if let Some(singular) = term.strip_suffix('s') {
                    add(&mut self.zone_of, singular, zone, false);
                }
            }
        }
        self.zones = Names::new(&patterns, true);
    }

    fn add_offices(&mut self, source: &GazetteerSource) {
        let mut nouns: HashMap<Vec<String>, Vec<String>> = HashMap::new();
        for office in &source.offices {
            for noun in &office.nouns {
                let words: Vec<String> =
                    folded(noun).to_lowercase().replace("'s", " 's").split_whitespace().map(str::to_owned).collect();
                nouns.entry(words).or_default().push(office.key.clone());
            }
        }
        let mut sorted: Vec<(Vec<String>, Vec<String>)> = nouns.into_iter().collect();
        sorted.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        for (words, keys) in sorted {
            if let Some(first) = words.first().cloned() {
                self.offices.entry(first).or_default().push(OfficeNoun { words, keys });
            }
        }
    }
}

/// The same name as the other side of the Atlantic spells it: "Defence Ministry" of "Defense Ministry".
fn respelled(name: &str) -> Option<String> {
    const SPELLINGS: [(&str, &str); 5] = [
        ("efense", "efence"),
        ("enter", "entre"),
        ("abor", "abour"),
        ("rganization", "rganisation"),
        ("rogram", "rogramme"),
    ];
    let swap = |word: &str| {
        let swapped = SPELLINGS.iter().find_map(|(here, there)| {
            word.strip_suffix(there)
                .map(|stem| (stem, here))
                .or_else(|| word.strip_suffix(here).map(|stem| (stem, there)))
        });
        swapped.filter(|(stem, _)| stem.len() == 1).map(|(stem, end)| format!("{stem}{end}"))
    };
    let words: Vec<String> = name.split(' ').map(|word| swap(word).unwrap_or_else(|| word.to_owned())).collect();
    Some(words.join(" ")).filter(|respelled| respelled != name)
}

/// A text with every character folded as [`Source`](super::source::Source) folds it.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_in_two_ways() {
        for (here, there) in [
            ("Norlandic Defense Ministry", "Norlandic Defence Ministry"),
            ("Center for Peace", "Centre for Peace"),
            ("Tarn Organization", "Tarn Organisation"),
        ] {
            assert_eq!(respelled(here).as_deref(), Some(there));
            assert_eq!(respelled(there).as_deref(), Some(here));
        }
        assert_eq!(respelled("Ingrid Berg"), None);
    }
}
