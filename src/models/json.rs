//! Columns that hold a JSON document of a known shape.

use std::fmt::Debug;
use std::io::Write;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::Sqlite;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};

use super::sql_types::Document;

/// A whole number, however it is written: JSON does not tell `12` from `12.0`.
///
/// # Errors
/// What is no whole number, or out of bounds.
pub(super) fn whole_number<'de, D: Deserializer<'de>, N: TryFrom<i64>>(deserializer: D) -> Result<N, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    whole(&number)
        .ok_or_else(|| D::Error::custom(format!("invalid value: `{number}`, expected a whole number in bounds")))
}

/// The same, or null.
///
/// # Errors
/// As [`whole_number`].
pub(super) fn whole_number_or_null<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i64>,
{
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    let found = whole(&number).map(Some);
    found.ok_or_else(|| D::Error::custom(format!("invalid value: `{number}`, expected a whole number in bounds")))
}

#[expect(clippy::cast_possible_truncation, reason = "it is whole, and exact below 2^53")]
fn whole<N: TryFrom<i64>>(number: &serde_json::Number) -> Option<N> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let fits = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT;
    let whole = number.as_i64().or_else(|| number.as_f64().filter(fits).map(|float| float as i64))?;
    N::try_from(whole).ok()
}

/// A value kept as one JSON document; in JSON and in OpenAPI it is the value itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = Document)]
pub struct Json<T: Debug + 'static>(pub T);

impl<T: Debug + Serialize> ToSql<Document, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?; // the version byte of jsonb's binary form
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: Debug + DeserializeOwned> FromSql<Document, Pg> for Json<T> {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, json @ ..] => Ok(Self(serde_json::from_slice(json)?)),
            _ => Err("unknown version of jsonb".into()),
        }
    }
}
impl<T: Debug + Serialize> ToSql<Document, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: Debug + DeserializeOwned> FromSql<Document, Sqlite> for Json<T> {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}
