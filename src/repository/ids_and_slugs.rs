//! Which ids the keys of a filter stand for.

use crate::error::{Error, Result};
use crate::models::{FieldError, Id, Key};

/// Ids and slugs, apart.
pub(super) fn split_keys<T>(keys: &[Key<T>]) -> (Vec<Id<T>>, Vec<&str>) {
    let mut ids = Vec::new();
    let mut slugs = Vec::new();
    for key in keys {
        match key {
            Key::Id(id) => ids.push(*id),
            Key::Slug(slug) => slugs.push(slug.as_str()),
        }
    }
    (ids, slugs)
}

/// The ids of the rows found for `keys`.
///
/// A key that no row has is a mistake and not an empty answer: who asks for `sergei-lavrov` must not read "no quotes".
///
/// # Errors
/// [`Error::InvalidQuery`] that names the parameter and the first key without a row.
pub(super) fn ids_of_keys<T>(
    found: Vec<(Id<T>, String)>,
    keys: &[Key<T>],
    parameter: &str,
    noun: &str,
) -> Result<Vec<Id<T>>> {
    let is_known = |key: &&Key<T>| {
        found.iter().any(|(id, slug)| match key {
            Key::Id(wanted) => wanted == id,
            Key::Slug(wanted) => wanted == slug,
        })
    };
    match keys.iter().find(|key| !is_known(key)) {
        Some(key) => {
            let detail = format!("names no {noun}: none has the id or slug `{key}`");
            Err(Error::InvalidQuery(vec![FieldError::parameter(parameter, detail)]))
        }
        None => Ok(found.into_iter().map(|(id, _)| id).collect()),
    }
}
