//! What the extractor knows about the world: actors with their roles, zones, outlets and offices.
//!
//! The structures can be read with serde from the files in `data/`; [`Gazetteer::new`] compiles them once.

use jiff::civil::Date;
use serde::Deserialize;

use super::index::Index;
use crate::models::text::{ActorKind, Gender};

/// Everything a [`Gazetteer`] is compiled from.
#[derive(Debug, Clone, Default)]
pub struct GazetteerSource {
    /// Persons, organisations, states and armed groups.
    pub actors: Vec<KnownActor>,
    /// Zones with a negotiated status.
    pub zones: Vec<KnownZone>,
    /// Who publishes.
    pub outlets: Vec<KnownOutlet>,
    /// Kinds of office with the nouns that name them.
    pub offices: Vec<Office>,
}

/// An actor that may speak or be spoken of.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownActor {
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Person, organisation, state or armed group.
    pub kind: ActorKind,
    /// Which pronoun stands for a person.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// ISO 3166-1 alpha-2 code of the country that a person serves or a body belongs to.
    #[serde(default)]
    pub country: Option<String>,
    /// Other names and spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names of the people of a state: "Russian".
    #[serde(default)]
    pub demonyms: Vec<String>,
    /// The capital of a state, which stands for its government.
    #[serde(default)]
    pub capital: Option<String>,
    /// The slug of the state or body that an organisation belongs to.
    #[serde(default)]
    pub parent: Option<String>,
    /// Offices held, with their dates.
    #[serde(default)]
    pub roles: Vec<KnownRole>,
}

impl Default for KnownActor {
    fn default() -> Self {
        Self {
            slug: String::new(),
            name: String::new(),
            kind: ActorKind::Person,
            gender: None,
            country: None,
            aliases: Vec::new(),
            demonyms: Vec::new(),
            capital: None,
            parent: None,
            roles: Vec::new(),
        }
    }
}

/// An office that somebody held for some time.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct KnownRole {
    /// The title in full: "Minister of Foreign Affairs of Russia".
    pub title: String,
    /// The key of the [`Office`].
    #[serde(default)]
    pub office: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country it is an office of.
    #[serde(default)]
    pub country: Option<String>,
    /// The slug of the organisation it is an office of.
    #[serde(default)]
    pub organisation: Option<String>,
    /// First day.
    #[serde(default)]
    pub starts_on: Option<Date>,
    /// Day after which somebody else holds it.
    #[serde(default)]
    pub ends_on: Option<Date>,
}

/// A zone that an article may be about.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct KnownZone {
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Names as printed.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Generic terms that mean this zone while it is talked of: "safe havens".
    #[serde(default)]
    pub terms: Vec<String>,
    /// ISO 3166-1 alpha-2 code of the country it lies in.
    #[serde(default)]
    pub country: Option<String>,
    /// First day on which it was proposed or agreed.
    #[serde(default)]
    pub starts_on: Option<Date>,
    /// Day on which it ended.
    #[serde(default)]
    pub ends_on: Option<Date>,
}

/// An outlet and how to tell that a text is its own.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct KnownOutlet {
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Names as they stand in text.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How it signs a dateline, exactly as printed.
    #[serde(default)]
    pub datelines: Vec<String>,
    /// Hosts of its addresses.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Page furniture that gives it away.
    #[serde(default)]
    pub marks: Vec<String>,
}

/// A kind of office and the nouns that name whoever holds it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Office {
    /// The key that roles refer to.
    pub key: String,
    /// Nouns in lower case, most specific first: "foreign minister", "top diplomat".
    #[serde(default)]
    pub nouns: Vec<String>,
}

/// The compiled knowledge: cheap to share, dear to build.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    source: GazetteerSource,
    index: Index,
}

impl Gazetteer {
    /// Compiles what is known.
    ///
    /// ```
    /// use onrecord::extraction::{Gazetteer, GazetteerSource, KnownActor};
    ///
    /// let actor = KnownActor { slug: "anna-keller".into(), name: "Anna Keller".into(), ..KnownActor::default() };
    /// let gazetteer = Gazetteer::new(GazetteerSource { actors: vec![actor], ..GazetteerSource::default() });
    /// assert_eq!(gazetteer.actors()[0].name, "Anna Keller");
    /// ```
    #[must_use]
    pub fn new(source: GazetteerSource) -> Self {
        let index = Index::new(&source);
        Self { source, index }
    }

    /// What it was compiled from.
    #[must_use]
    pub fn source(&self) -> &GazetteerSource {
        &self.source
    }

    /// The known actors.
    #[must_use]
    pub fn actors(&self) -> &[KnownActor] {
        &self.source.actors
    }

    /// The known zones.
    #[must_use]
    pub fn zones(&self) -> &[KnownZone] {
        &self.source.zones
    }

    /// The known outlets.
    #[must_use]
    pub fn outlets(&self) -> &[KnownOutlet] {
        &self.source.outlets
    }

    /// The known kinds of office.
    #[must_use]
    pub fn offices(&self) -> &[Office] {
        &self.source.offices
    }

    /// What is looked up while reading.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }
}
