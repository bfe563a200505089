//! Rules and transactions: what the service does, without HTTP and without SQL. One file a resource.

pub mod actors;
pub mod agreements;
pub mod articles;
pub mod gazetteer;
pub mod health;
pub mod keys;
pub mod outlets;
pub mod quotes;
pub mod reference_data;
pub mod samples;
pub mod zones;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::models::{FieldError, MergePatch, Validate, slug_of};
use crate::repository::{Database, migrations};
use crate::settings::Settings;

/// What every service function needs: the settings, the database, the extractor.
#[derive(Clone)]
pub struct Services {
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The database.
    pub database: Database,
    extractor: gazetteer::CurrentExtractor,
    key_uses: keys::KeyUses,
}

impl Services {
    /// Migrates the database, and fills an empty one with the reference data that ships with the program.
    ///
    /// # Errors
    /// A database that cannot be reached, migrated or filled.
    pub async fn start(settings: Settings) -> Result<Self> {
        migrations::migrate(&settings.database).await?;
        let database = Database::new(&settings.database)?;
        let services = Self {
            settings: Arc::new(settings),
            database,
            extractor: gazetteer::CurrentExtractor::default(),
            key_uses: keys::KeyUses::default(),
        };
        reference_data::load_reference_data(&services).await?;
        Ok(services)
    }
}

/// Refuses a body that breaks a rule.
fn check(body: &impl Validate) -> Result<()> {
    let errors = body.validate();
    if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
}

/// The writable shape of a resource as it is after a patch.
fn apply<T>(patch: &MergePatch<T>, current: &T) -> Result<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Validate,
{
    patch.apply(current).map_err(Error::InvalidBody)
}

/// The slug a client chose, or the one made from the name.
fn slug_or_from_name(slug: Option<&str>, name: &str) -> Result<String> {
    let slug = slug.map_or_else(|| slug_of(name), str::to_owned);
    if slug.is_empty() {
        let detail = "cannot be made from the name: give one in letters a-z, digits and hyphens";
        return Err(Error::InvalidBody(vec![FieldError::at("/slug", detail)]));
    }
    Ok(slug)
}

/// A key in a body that names nothing is a mistake in that body.
fn in_body<T>(found: Result<T>, pointer: impl Into<String>) -> Result<T> {
    found.map_err(|error| match error {
        Error::NotFound { resource, key } => {
            let detail = format!("names no {resource}: none has the id or slug `{key}`");
            Error::InvalidBody(vec![FieldError::at(pointer, detail)])
        }
        error => error,
    })
}
