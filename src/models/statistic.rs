//! Counts over time, for charts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Day, Id};

/// How long the periods are that things are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A calendar day.
    Day,
    /// Seven days from a Monday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Period {
    /// The first day of the period that a day is in.
    ///
    /// ```
    /// use onrecord::models::{Day, Period};
    ///
    /// let day: Day = "2017-05-04".parse()?; // a Thursday
    /// assert_eq!(Period::Week.first_day(day).to_string(), "2017-05-01");
    /// assert_eq!(Period::Year.first_day(day).to_string(), "2017-01-01");
    /// # Ok::<(), onrecord::models::NotADay>(())
    /// ```
    #[must_use]
    pub fn first_day(self, Day(date): Day) -> Day {
        let days_since_monday = i64::from(date.weekday().to_monday_zero_offset());
        Day(match self {
            Self::Day => date,
            Self::Week => date.saturating_sub(jiff::Span::new().days(days_since_monday)),
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
        })
    }

    /// The first day of the period after the one that begins on a day; `None` where the calendar ends.
    #[must_use]
    pub fn next(self, Day(date): Day) -> Option<Day> {
        let span = jiff::Span::new();
        let span = match self {
            Self::Day => span.days(1),
            Self::Week => span.weeks(1),
            Self::Month => span.months(1),
            Self::Year => span.years(1),
        };
        date.checked_add(span).ok().map(Day)
    }
}

/// What tells series of quotes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteCategory {
    /// Who said it.
    Speaker,
    /// The zones that it names: a quote that names two counts in both series.
    Zone,
    /// Who reported it.
    Outlet,
    /// How it was reported.
    Kind,
}

/// What quotes are counted by: periods of time, a category, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteGrouping {
    /// The periods; `None` for all time together.
    pub period: Option<Period>,
    /// What the series are of; `None` for one series of all quotes.
    pub category: Option<QuoteCategory>,
}

/// A text that names no grouping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no grouping: write day, week, month or year, and after a comma speaker, zone, outlet or kind; or one of these"
)]
pub struct NotAGrouping(String);

impl std::str::FromStr for QuoteGrouping {
    type Err = NotAGrouping;

    /// ```
    /// use onrecord::models::{Period, QuoteCategory, QuoteGrouping};
    ///
    /// let by_both: QuoteGrouping = "month,speaker".parse()?;
    /// assert_eq!(by_both, QuoteGrouping { period: Some(Period::Month), category: Some(QuoteCategory::Speaker) });
    /// assert_eq!("kind".parse(), Ok(QuoteGrouping { period: None, category: Some(QuoteCategory::Kind) }));
    /// assert!("speaker,month".parse::<QuoteGrouping>().is_err());
    /// # Ok::<(), onrecord::models::NotAGrouping>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, NotAGrouping> {
        fn named<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
            serde_json::from_value(name.into()).ok()
        }
        let grouping = match text.split_once(',') {
            Some((period, category)) => named(period)
                .zip(named(category))
                .map(|(period, category)| Self { period: Some(period), category: Some(category) }),
            None => match named(text) {
                Some(period) => Some(Self { period: Some(period), category: None }),
                None => named(text).map(|category| Self { period: None, category: Some(category) }),
            },
        };
        grouping.ok_or_else(|| NotAGrouping(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for QuoteGrouping {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How quotes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsParameters {
    /// The periods that are counted in, and after a comma what there is a series of; or one of the two.
    #[param(
        value_type = String,
        pattern = "^((day|week|month|year)(,(speaker|zone|outlet|kind))?|speaker|zone|outlet|kind)$",
        example = "month,speaker"
    )]
    pub group_by: QuoteGrouping,
    /// How many series at most, 1 to 100: those with the most quotes.
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub series: Option<i64>,
}

/// How many quotes there are, by period and category.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuoteStatistics {
    /// The first day of each period, without gaps; empty where all time is counted together. A quote counts on the day it was
    /// said, or else its article was published.
    pub periods: Vec<Day>,
    /// The series, those with the most quotes first.
    pub series: Vec<QuoteSeries>,
    /// Quotes that count in no series here: of smaller categories, or of none, where the speaker or the outlet is not known. By zone
    /// those that name a zone without a series.
    pub others: QuoteCounts,
    /// All quotes that fit the filter. Where quotes name zones, they may count in several series.
    pub all: QuoteCounts,
}

/// The quotes of one category.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuoteSeries {
    /// The id of the actor, zone or outlet; null for a kind of quote.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    pub id: Option<Id<()>>,
    /// Its slug, or the kind, as the filters of the list take it.
    #[schema(example = "sergey-lavrov")]
    pub slug: String,
    /// What people call it.
    #[schema(example = "Sergey Lavrov")]
    pub name: String,
    /// How many quotes.
    #[serde(flatten)]
    pub counts: QuoteCounts,
}

/// How many quotes, in all and in each period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct QuoteCounts {
    /// In all periods.
    #[schema(minimum = 0, example = 12)]
    pub quotes: i64,
    /// In each of the periods, 0 where there are none.
    #[schema(example = json!([3, 0, 9]))]
    pub by_period: Vec<i64>,
}
