//! How a path or a query names a resource: by id or by slug.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use super::Id;

/// A resource named by its id or by its slug.
///
/// ```
/// use onrecord::models::{Actor, Key};
///
/// let key: Key<Actor> = "sergey-lavrov".parse()?;
/// assert!(matches!(key, Key::Slug(slug) if slug == "sergey-lavrov"));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
pub enum Key<T: 'static> {
    /// By its id.
    Id(Id<T>),
    /// By its slug.
    Slug(String),
}

impl<T> FromStr for Key<T> {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::Slug(text.to_owned()), Self::Id))
    }
}
impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Id(id) => Self::Id(*id),
            Self::Slug(slug) => Self::Slug(slug.clone()),
        }
    }
}
impl<T> fmt::Display for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => slug.fmt(f),
        }
    }
}
impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}
impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}
impl<T> Serialize for Key<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T> Deserialize<'de> for Key<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains('\0') {
            // PostgreSQL refuses to compare with it, and a path is read by nobody else.
            return Err(serde::de::Error::custom("must not hold U+0000"));
        }
        let Ok(key) = text.parse();
        Ok(key)
    }
}
impl<T> utoipa::PartialSchema for Key<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(100))
            .description(Some("Id or slug."))
            .into()
    }
}
impl<T> utoipa::ToSchema for Key<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Key".into()
    }
}
