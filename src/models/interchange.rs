//! The interchange format: an instance as lines of JSON, each a typed record; `docs/interchange.md` explains it.
//!
//! A record is what a client may write (`NewActor`, …) with what an export adds so that nothing is lost: the id, when the
//! resource was made and changed, its version. Records name each other by slug. Another corpus leaves out what it lacks.

mod article;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Actor, ActorId, ActorMerge, Agreement, Author, FieldError, Id, Instant, Json, Key, NewActor, NewAgreement,
    NewOutlet, NewZone, OfObjects, Outlet, Quote, Zone, json_pointer,
};

pub use article::{ArticleRecord, MentionRecord, QuoteRecord, SourceRecord, SpeakerRecord};

/// The version of the format that is written, and the only one that is read.
pub const INTERCHANGE_FORMAT: u32 = 1;

/// The names of the types of record, in the order in which a whole export has them.
const TYPES: [&str; 7] = ["onrecord", "outlet", "actor", "merge", "zone", "agreement", "article"];

/// One line of the interchange format.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A whole instance follows, in this version of the format.
    Instance(InstanceRecord),
    /// Who publishes.
    Outlet(Kept<Outlet, NewOutlet>),
    /// Who speaks or is spoken of.
    Actor(Kept<Actor, NewActor>),
    /// An actor that is found under another one.
    Merge(MergeRecord),
    /// An area with a negotiated status.
    Zone(Box<Kept<Zone, NewZone>>),
    /// A text that creates or changes zones.
    Agreement(Kept<Agreement, NewAgreement>),
    /// A published text, with its quotes or without.
    Article(Box<ArticleRecord>),
}

/// The first line of a whole export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceRecord {
    /// The version of the format.
    pub format: u32,
}

/// Which resource a record stands for, and its life so far; all of it unknown to other corpora.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Identity<T: 'static> {
    /// The id.
    #[serde(default)]
    pub id: Option<Id<T>>,
    /// When it was added.
    #[serde(default)]
    pub created_at: Option<Instant>,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Instant>,
    /// Counts its changes, from 1.
    #[serde(default)]
    pub version: Option<i64>,
}

/// The members of a record that are its [`Identity`].
const OF_IDENTITY: [&str; 4] = ["id", "created_at", "updated_at", "version"];

/// What a client may write, and which resource it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(bound(serialize = "N: Serialize"))]
pub struct Kept<T: 'static, N> {
    /// Which resource.
    #[serde(flatten)]
    pub identity: Identity<T>,
    /// What it holds.
    #[serde(flatten)]
    pub new: N,
}

/// An actor that was merged into another: its id and slug lead there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeRecord {
    /// The id that it had.
    pub actor: ActorId,
    /// The slug that it had.
    pub slug: String,
    /// The actor that it was merged into.
    pub into: ActorId,
    /// When.
    pub merged_at: Instant,
    /// By whom.
    pub merged_by: Author,
    /// Why, in their words.
    #[serde(default)]
    pub reason: Option<String>,
    /// The names that the other got by it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

impl<T> Default for Identity<T> {
    fn default() -> Self {
        Self { id: None, created_at: None, updated_at: None, version: None }
    }
}
impl<T> Clone for Identity<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Identity<T> {}
impl<T> PartialEq for Identity<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.created_at, self.updated_at, self.version)
            == (other.id, other.created_at, other.updated_at, other.version)
    }
}

/// The one member of a line that tells how to read the others.
#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<Cow<'a, str>>,
}

/// A record with its type before its members.
#[derive(Serialize)]
struct Typed<'a, R> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    record: &'a R,
}

impl Record {
    /// The record that a line holds.
    ///
    /// ```
    /// use onrecord::models::Record;
    ///
    /// let line = br#"{"type": "outlet", "name": "The Fjord Herald", "kind": "newspaper"}"#;
    /// assert!(matches!(Record::from_json(line), Ok(Record::Outlet(outlet)) if outlet.new.name == "The Fjord Herald"));
    ///
    /// let errors = Record::from_json(br#"{"type": "outlet", "name": "X", "kind": "newspaper", "colour": "red"}"#).unwrap_err();
    /// assert!(errors[0].detail.contains("colour"), "{errors:?}");
    /// ```
    ///
    /// # Errors
    /// What is wrong, each with a JSON pointer into the line.
    pub fn from_json(line: &[u8]) -> Result<Self, Vec<FieldError>> {
        let tag: Tag<'_> = read(line)?;
        let Some(kind) = tag.kind.as_deref().and_then(|kind| TYPES.iter().find(|known| **known == kind)) else {
            let why = match tag.kind.as_deref() {
                Some("quote") => "quotes come with their article, as its member `quotes`: ",
                _ => "",
            };
            return Err(vec![FieldError::at("/type", format!("{why}must be one of {}", TYPES.join(", ")))]);
        };
        match *kind {
            "article" => read(line).map(|record| Self::Article(Box::new(record))),
            "outlet" => kept(line).map(Self::Outlet),
            "actor" => kept(line).map(Self::Actor),
            "zone" => kept(line).map(|record| Self::Zone(Box::new(record))),
            "agreement" => kept(line).map(Self::Agreement),
            "merge" => read_value(members(line)?).map(Self::Merge),
            _ => read_value(members(line)?).map(Self::Instance),
        }
    }

    /// Whether a line says of which type it is, whichever that may be.
    #[must_use]
    pub fn has_type(line: &[u8]) -> bool {
        serde_json::from_slice::<Tag<'_>>(line).is_ok_and(|tag| tag.kind.is_some())
    }

    /// The record as a line, with its line end.
    ///
    /// # Errors
    /// None that is known: every member can be written.
    pub fn write(&self, line: &mut Vec<u8>) -> serde_json::Result<()> {
        match self {
            Self::Instance(record) => write_typed(line, "onrecord", record),
            Self::Outlet(record) => write_typed(line, "outlet", record),
            Self::Actor(record) => write_typed(line, "actor", record),
            Self::Merge(record) => write_typed(line, "merge", record),
            Self::Zone(record) => write_typed(line, "zone", record),
            Self::Agreement(record) => write_typed(line, "agreement", record),
            // It holds its type, for the sake of reading it fast.
            Self::Article(record) => {
                serde_json::to_writer(&mut *line, record)?;
                line.push(b'\n');
                Ok(())
            }
        }
    }
}

/// A quote as the API gives it, as a line with its type. No record: it goes one way.
///
/// # Errors
/// None that is known: every member can be written.
pub fn write_quote(line: &mut Vec<u8>, quote: &Quote) -> serde_json::Result<()> {
    write_typed(line, "quote", quote)
}

fn write_typed<R: Serialize>(line: &mut Vec<u8>, kind: &'static str, record: &R) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *line, &Typed { kind, record })?;
    line.push(b'\n');
    Ok(())
}

/// A value out of a line. Where reading it fails, it is read again to tell where.
fn read<'de, T: Deserialize<'de>>(line: &'de [u8]) -> Result<T, Vec<FieldError>> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let read = T::deserialize(OfObjects(&mut deserializer)).and_then(|record| deserializer.end().map(|()| record));
    read.map_err(|error| {
        let deserializer = &mut serde_json::Deserializer::from_slice(line);
        let again: Result<T, _> = serde_path_to_error::deserialize(OfObjects(deserializer));
        match again {
            Err(error) => vec![FieldError::at(json_pointer(error.path()), error.inner().to_string())],
            Ok(_) => vec![FieldError::at("", error.to_string())],
        }
    })
}

fn read_value<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, Vec<FieldError>> {
    serde_path_to_error::deserialize(OfObjects(Value::Object(members)))
        .map_err(|error| vec![FieldError::at(json_pointer(error.path()), error.inner().to_string())])
}

/// The members of a line beside its type.
fn members(line: &[u8]) -> Result<Map<String, Value>, Vec<FieldError>> {
    let mut members: Map<String, Value> = read(line)?;
    members.shift_remove("type");
    Ok(members)
}

fn kept<T: 'static, N: DeserializeOwned>(line: &[u8]) -> Result<Kept<T, N>, Vec<FieldError>> {
    let mut members = members(line)?;
    let of_identity = |name: &&str| members.shift_remove(*name).map(|value| ((*name).to_owned(), value));
    let identity: Map<String, Value> = OF_IDENTITY.iter().filter_map(of_identity).collect();
    Ok(Kept { identity: read_value(identity)?, new: read_value(members)? })
}

impl From<&Outlet> for Record {
    fn from(outlet: &Outlet) -> Self {
        let identity = identity(outlet.id, outlet.created_at, outlet.updated_at, outlet.version);
        Self::Outlet(Kept { identity, new: NewOutlet::from(outlet) })
    }
}

impl From<&Actor> for Record {
    fn from(actor: &Actor) -> Self {
        let identity = identity(actor.id, actor.created_at, actor.updated_at, actor.version);
        let mut new = NewActor::from(actor);
        new.parent = actor.parent.as_ref().map(|parent| Key::Slug(parent.slug.clone()));
        for (role, written) in actor.roles.iter().zip(&mut new.roles) {
            written.organisation = role.organisation.as_ref().map(|body| Key::Slug(body.slug.clone()));
        }
        Self::Actor(Kept { identity, new })
    }
}

impl From<&Zone> for Record {
    fn from(zone: &Zone) -> Self {
        let identity = identity(zone.id, zone.created_at, zone.updated_at, zone.version);
        let mut new = NewZone::from(zone);
        new.parent = zone.parent.as_ref().map(|parent| Key::Slug(parent.slug.clone()));
        for (transition, written) in zone.transitions.iter().zip(&mut new.transitions) {
            written.agreement = transition.agreement.as_ref().map(|agreement| Key::Slug(agreement.slug.clone()));
            written.said_by = transition.said_by.as_ref().map(|actor| Key::Slug(actor.slug.clone()));
        }
        for (claim, written) in zone.border_claims.iter().zip(&mut new.border_claims) {
            written.said_by = claim.said_by.as_ref().map(|actor| Key::Slug(actor.slug.clone()));
        }
        Self::Zone(Box::new(Kept { identity, new }))
    }
}

impl From<&Agreement> for Record {
    fn from(agreement: &Agreement) -> Self {
        let identity = identity(agreement.id, agreement.created_at, agreement.updated_at, agreement.version);
        let mut new = NewAgreement::from(agreement);
        for (party, written) in agreement.parties.iter().zip(&mut new.parties) {
            written.actor = Key::Slug(party.actor.slug.clone());
        }
        new.zones = agreement.zones.iter().map(|zone| Key::Slug(zone.slug.clone())).collect();
        Self::Agreement(Kept { identity, new })
    }
}

impl From<ActorMerge> for Record {
    fn from(merge: ActorMerge) -> Self {
        let (Json(merged_by), Json(aliases)) = (merge.merged_by, merge.aliases);
        Self::Merge(MergeRecord {
            actor: merge.actor_id,
            slug: merge.slug,
            into: merge.into_id,
            merged_at: merge.merged_at,
            merged_by,
            reason: merge.reason,
            aliases,
        })
    }
}

fn identity<T>(id: Id<T>, created_at: Instant, updated_at: Instant, version: i64) -> Identity<T> {
    Identity { id: Some(id), created_at: Some(created_at), updated_at: Some(updated_at), version: Some(version) }
}
