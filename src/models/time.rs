//! Points in time and calendar days, stored alike on both databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, Timestamptz};
use diesel::sqlite::Sqlite;
use jiff::civil;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

use super::sql_types;

/// A point in time in UTC, exact to the microsecond; RFC 3339 in JSON.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[serde(transparent)]
#[diesel(sql_type = sql_types::Instant)]
pub struct Instant(jiff::Timestamp);

/// PostgreSQL counts from 2000-01-01 00:00 UTC.
const POSTGRES_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

impl Instant {
    /// The present moment, cut to the microsecond, which is what both databases keep.
    #[must_use]
    pub fn now() -> Self {
        Self::from_microseconds(jiff::Timestamp::now().as_microsecond())
    }

    /// The present moment, or the next after `earlier` where a clock has been put back: of two changes of a resource the second is later.
    #[must_use]
    pub fn now_after(earlier: Self) -> Self {
        Self::now().max(Self::from_microseconds(earlier.0.as_microsecond().saturating_add(1)))
    }

    /// The moment this many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(jiff::SignedDuration::from_secs(seconds.into())).unwrap_or(jiff::Timestamp::MAX))
    }

    /// The moment this many seconds earlier.
    #[must_use]
    pub fn minus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_sub(jiff::SignedDuration::from_secs(seconds.into())).unwrap_or(jiff::Timestamp::MIN))
    }

    /// The moment this much later.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        let span = jiff::SignedDuration::try_from(duration).unwrap_or(jiff::SignedDuration::MAX);
        Self(self.0.saturating_add(span).unwrap_or(jiff::Timestamp::MAX))
    }

    /// How long it is from now until then; nothing where it has passed.
    #[must_use]
    pub fn until_then(self) -> std::time::Duration {
        std::time::Duration::try_from(self.0.duration_since(jiff::Timestamp::now())).unwrap_or_default()
    }

    /// Whole seconds since 1970, in UTC.
    #[must_use]
    pub fn as_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// Since 1970, in UTC.
    pub(super) fn as_microseconds(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The seconds from an earlier moment to this one; negative where that one is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    fn from_microseconds(microseconds: i64) -> Self {
        Self(jiff::Timestamp::from_microsecond(microseconds).unwrap_or_default())
    }

    /// The moment this many days of 24 hours later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        let span = jiff::SignedDuration::from_hours(i64::from(days) * 24);
        Self(self.0.saturating_add(span).unwrap_or(jiff::Timestamp::MAX))
    }

    /// The day this moment falls on in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

impl From<Instant> for std::time::SystemTime {
    fn from(instant: Instant) -> Self {
        instant.0.into()
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a point in time: write 2026-03-01T09:30:00Z")]
pub struct NotAnInstant(String);

impl std::str::FromStr for Instant {
    type Err = NotAnInstant;
    /// Only RFC 3339: jiff takes other forms too.
    ///
    /// ```
    /// use onrecord::models::Instant;
    ///
    /// let utc: Instant = "2026-03-01T09:30:00.1234567Z".parse()?;
    /// assert_eq!(utc, "2026-03-01T11:30:00.123456+02:00".parse()?);
    /// assert!("2026-03-01 09:30".parse::<Instant>().is_err());
    /// # Ok::<(), onrecord::models::NotAnInstant>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let timestamp: Option<jiff::Timestamp> = text.parse().ok().filter(|_| is_rfc_3339(text));
        let instant = timestamp.map(|timestamp| Self::from_microseconds(timestamp.as_microsecond()));
        instant.ok_or_else(|| NotAnInstant(text.to_owned()))
    }
}

fn is_rfc_3339(text: &str) -> bool {
    let has_form = |text: &str, form: &[u8]| {
        text.len() == form.len()
            && text.bytes().zip(form).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                wanted => byte.eq_ignore_ascii_case(wanted),
            })
    };
    let Some((start, rest)) = text.split_at_checked(19) else { return false };
    let (fraction, offset) = rest.split_at(rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len()));
    let digits = fraction.strip_prefix('.').unwrap_or("0");
    has_form(start, b"0000-00-00T00:00:00")
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && [&b"Z"[..], b"+00:00", b"-00:00"].iter().any(|form| has_form(offset, form))
}

/// A calendar day; ISO 8601 (`2017-01-30`) in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = sql_types::Day)]
pub struct Day(pub civil::Date);

impl Day {
    /// The first that a text can name, and PostgreSQL keep.
    pub const FIRST: Self = Self(civil::Date::constant(1, 1, 1));
    /// The last.
    pub const LAST: Self = Self(civil::Date::MAX);
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that is no calendar day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day: write YYYY-MM-DD")]
pub struct NotADay(String);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Day {
    type Err = NotADay;
    /// Only `YYYY-MM-DD` from the year 1 on: jiff takes times and zones too and drops them, and PostgreSQL's calendar ends.
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let has_form = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        let date: Option<civil::Date> = text.parse().ok().filter(|_| has_form);
        date.filter(|date| date.year() >= 1).map(Self).ok_or_else(|| NotADay(text.to_owned()))
    }
}

const POSTGRES_EPOCH_DAY: civil::Date = civil::Date::constant(2000, 1, 1);

fn string_schema(format: KnownFormat, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
        .examples([example])
        .into()
}
impl utoipa::PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        string_schema(KnownFormat::DateTime, "2026-03-01T09:30:00.123456Z")
    }
}
impl utoipa::ToSchema for Instant {}
impl utoipa::PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        string_schema(KnownFormat::Date, "2017-05-04")
    }
}
impl utoipa::ToSchema for Day {}

impl ToSql<sql_types::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = PgTimestamp(self.0.as_microsecond() - POSTGRES_EPOCH_MICROSECONDS);
        ToSql::<Timestamptz, Pg>::to_sql(&value, &mut out.reborrow())
    }
}
impl FromSql<sql_types::Instant, Pg> for Instant {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(microseconds) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
        Ok(Self::from_microseconds(microseconds + POSTGRES_EPOCH_MICROSECONDS))
    }
}
impl ToSql<sql_types::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(format!("{:.6}", self.0));
        Ok(IsNull::No)
    }
}
impl FromSql<sql_types::Instant, Sqlite> for Instant {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_text().parse()?))
    }
}

impl ToSql<sql_types::Day, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let days = self.0.since(POSTGRES_EPOCH_DAY)?.get_days();
        ToSql::<Date, Pg>::to_sql(&PgDate(days), &mut out.reborrow())
    }
}
impl FromSql<sql_types::Day, Pg> for Day {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let PgDate(days) = FromSql::<Date, Pg>::from_sql(value)?;
        Ok(Self(POSTGRES_EPOCH_DAY.checked_add(jiff::Span::new().days(days))?))
    }
}
impl ToSql<sql_types::Day, Sqlite> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<sql_types::Day, Sqlite> for Day {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_text().parse()?))
    }
}
