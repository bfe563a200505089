//! A quote as the matching of statements sees it.

use jiff::civil::Date;

use super::keys::IndexKeys;
use super::score::Reading;
use crate::models::text::{DatePrecision, QuoteKind, Span};

/// The id of a report: that of its quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(pub u128);

/// The id of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub u128);

/// The days between which something happened; one day where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    /// The first day it can have been.
    pub first: Date,
    /// The last day it can have been.
    pub last: Date,
}

impl Days {
    /// One day.
    #[must_use]
    pub fn on(day: Date) -> Self {
        Self { first: day, last: day }
    }

    /// The days that a date of this precision stands for.
    #[must_use]
    pub fn of(date: Date, precision: DatePrecision) -> Self {
        match precision {
            DatePrecision::Day => Self::on(date),
            DatePrecision::Month => Self { first: date.first_of_month(), last: date.last_of_month() },
            DatePrecision::Year => Self { first: date.first_of_year(), last: date.last_of_year() },
        }
    }

    /// How many days lie between the two at least; 0 where they can be the same day.
    #[must_use]
    pub fn apart(self, other: Self) -> i64 {
        let between = |from: Date, to: Date| i64::from((to - from).get_days());
        between(self.last, other.first).max(between(other.last, self.first)).max(0)
    }

    /// How many days it may have been, less one.
    #[must_use]
    pub fn uncertainty(self) -> i64 {
        i64::from((self.last - self.first).get_days())
    }
}

/// One report of something said: a quote, without what does not matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The id of the quote.
    pub id: ReportId,
    /// The article it stands in.
    pub article: u128,
    /// Who published it; empty where that is unknown.
    pub outlet: String,
    /// Who speaks, by an id or slug; reports without a speaker are never matched.
    pub speaker: String,
    /// The content of the quote.
    pub text: String,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// Which characters of `text` stand in quotation marks.
    pub verbatim: Vec<Span>,
    /// When it was said, as far as the report tells.
    pub said: Option<Days>,
    /// When it was published.
    pub published: Option<Days>,
    /// The zones that it names, by id or slug.
    pub zones: Vec<String>,
    /// Some words of the article before the content, the attribution among them; may be empty.
    pub before: String,
    /// Some words of the article after it; may be empty.
    pub after: String,
}

impl Report {
    /// When it was said: the day that the report tells, or else the day it was published.
    #[must_use]
    pub fn days(&self) -> Option<Days> {
        self.said.or(self.published)
    }
}

/// A report, read once for all comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedReport {
    /// The report.
    pub report: Report,
    /// Its words.
    pub reading: Reading,
    /// Under which keys it is found.
    pub keys: IndexKeys,
}

impl PreparedReport {
    /// Reads a report.
    #[must_use]
    pub fn new(report: Report) -> Self {
        let reading = Reading::new(&report.text);
        let keys = IndexKeys::of(&report.speaker, &report.zones, &reading);
        Self { report, reading, keys }
    }
}
