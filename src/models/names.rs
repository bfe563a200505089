//! Enumerations stored as text: the column holds the name that JSON gives the variant.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Nullable, SingleValue, Text};
use diesel::sqlite::Sqlite;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};

use super::{
    ActorKind, ChangeKind, DatePrecision, DateSource, DecisionKind, DeliveryState, ExtractionState, Gender,
    ImportStatus, OutletKind, Part, QuoteKind, ReportReason, ResolvedBy, ResourceKind, Review, Scope, Stance, ZoneKind,
    ZoneStatus,
};

/// The name that JSON gives a variant.
///
/// ```
/// use onrecord::models::{QuoteKind, name_of};
///
/// assert_eq!(name_of(&QuoteKind::Indirect), "indirect");
/// ```
pub fn name_of<T: Serialize>(value: &T) -> String {
    struct Name<'a, T>(&'a T);
    impl<T: Serialize> std::fmt::Display for Name<'_, T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.serialize(f) // serde lets a unit variant write its name into a formatter
        }
    }
    Name(value).to_string()
}

fn value_of<'de, T: Deserialize<'de>>(name: &'de str) -> deserialize::Result<T> {
    Ok(T::deserialize(StrDeserializer::<ValueError>::new(name))?)
}

/// Diesel's orphan rule rules a blanket implementation out: the same few lines for each enumeration.
macro_rules! stored_as_its_name {
    ($($name:ty),+ $(,)?) => {$(
        impl AsExpression<Text> for $name {
            type Expression = Bound<Text, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<Text> for &'a $name {
            type Expression = Bound<Text, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<Text>> for $name {
            type Expression = Bound<Nullable<Text>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<Nullable<Text>> for &'a $name {
            type Expression = Bound<Nullable<Text>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<ST: SingleValue, DB: Backend> Queryable<ST, DB> for $name
        where
            Self: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
        impl ToSql<Text, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(name_of(self));
                Ok(IsNull::No)
            }
        }
        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<Text, Pg>::to_sql(name_of(self).as_str(), &mut out.reborrow())
            }
        }
        impl<DB: Backend> ToSql<Nullable<Text>, DB> for $name
        where
            Self: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<Text, DB>::to_sql(self, out)
            }
        }
        impl FromSql<Text, Sqlite> for $name {
            fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value_of(value.read_text())
            }
        }
        impl FromSql<Text, Pg> for $name {
            fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value_of(std::str::from_utf8(value.as_bytes())?)
            }
        }
    )+};
}

stored_as_its_name!(
    ActorKind,
    ChangeKind,
    DatePrecision,
    DateSource,
    DecisionKind,
    DeliveryState,
    ExtractionState,
    Gender,
    ImportStatus,
    OutletKind,
    Part,
    QuoteKind,
    ReportReason,
    ResolvedBy,
    ResourceKind,
    Review,
    Scope,
    Stance,
    ZoneKind,
    ZoneStatus,
);
