//! Dates as English news prints them: "January 30", "14 Nov. 2017", "30/01/2017", "2017-01-30".

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

/// The names of the months and their abbreviations, as one regular expression without groups.
pub(crate) const MONTH: &str = "(?:Jan(?:uary|\\.)?|Feb(?:ruary|r?\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?\\.?|July?\\.?\
     |Aug(?:ust|\\.)?|Sep(?:tember|t?\\.|t)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?\
     |JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER\
     |JAN\\.?|FEB\\.?|MAR\\.?|APR\\.?|JUN\\.?|JUL\\.?|AUG\\.?|SEPT?\\.?|OCT\\.?|NOV\\.?|DEC\\.?)";

/// How a page prints its dates when it prints them in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FigureStyle {
    /// `30/01/2017`
    DaySlashMonth,
    /// `01/30/2017`
    MonthSlashDay,
    /// `30.01.2017`
    DayDotMonth,
    /// `2017-01-30`
    Iso,
}

impl FigureStyle {
    /// Reads the name that data files give to a style: `dd/mm/yyyy`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "dd/mm/yyyy" => Some(Self::DaySlashMonth),
            "mm/dd/yyyy" => Some(Self::MonthSlashDay),
            "dd.mm.yyyy" => Some(Self::DayDotMonth),
            "yyyy-mm-dd" => Some(Self::Iso),
            _ => None,
        }
    }
}

/// A date in a text, as far as it says which day it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateMention {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
    /// What it says.
    pub date: PrintedDate,
    /// How it is printed, when it is printed in figures.
    pub style: Option<FigureStyle>,
}

/// What a printed date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrintedDate {
    /// A day with its year.
    Day(Date),
    /// A day of which only the month is told: month, day.
    YearlessDay(i8, i8),
    /// A month with its year: the first day of it.
    Month(Date),
    /// Figures that can be read with the day or with the month first; both readings.
    Ambiguous(Date, Date),
}

static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        "\\b(?:(?P<d1>\\d{{1,2}})(?:st|nd|rd|th)?(?:\\s+of)?\\s+(?P<m1>{MONTH})(?:,?\\s+(?P<y1>(?:19|20)\\d{{2}})\\b)?\
         |(?P<m2>{MONTH})\\s+(?P<d2>\\d{{1,2}})(?:st|nd|rd|th)?\\b(?:,?\\s+(?P<y2>(?:19|20)\\d{{2}})\\b)?\
         |(?P<m3>{MONTH}),?\\s+(?P<y3>(?:19|20)\\d{{2}})\\b)"
    ))
    .ok()
});

static FIGURES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "\\b(?:(?P<iy>(?:19|20)\\d{2})-(?P<im>\\d{2})-(?P<id>\\d{2})\
         |(?P<a>\\d{1,2})(?P<sep>[/.])(?P<b>\\d{1,2})[/.](?P<y>(?:19|20)\\d{2}))(?:\\b|T)",
    )
    .ok()
});

/// Finds every date of a text, in order.
pub(crate) fn find(text: &str) -> Vec<DateMention> {
    let mut found = Vec::new();
    if let Some(named) = NAMED.as_ref() {
        found.extend(named.captures_iter(text).filter_map(|groups| read_named(&groups)));
    }
    if let Some(figures) = FIGURES.as_ref() {
        found.extend(figures.captures_iter(text).filter_map(|groups| read_figures(&groups)));
    }
    found.sort_by_key(|mention| mention.start);
    found
}

fn read_named(groups: &Captures<'_>) -> Option<DateMention> {
    let whole = groups.get(0)?;
    let first = |a: &str, b: &str| groups.name(a).or_else(|| groups.name(b)).map(|group| group.as_str());
    let date = if let Some(month) = groups.name("m3") {
        PrintedDate::Month(Date::new(groups.name("y3")?.as_str().parse().ok()?, month_number(month.as_str())?, 1).ok()?)
    } else {
        let month = month_number(first("m1", "m2")?)?;
        let day: i8 = first("d1", "d2")?.parse().ok()?;
        match first("y1", "y2") {
            Some(year) => PrintedDate::Day(Date::new(year.parse().ok()?, month, day).ok()?),
            // 2016 was a leap year, so "February 29" is a day.
            None => Date::new(2016, month, day).ok().map(|_| PrintedDate::YearlessDay(month, day))?,
        }
    };
    Some(DateMention { start: whole.start(), end: whole.end(), date, style: None })
}

fn read_figures(groups: &Captures<'_>) -> Option<DateMention> {
    let whole = groups.get(0)?;
    let number = |name: &str| groups.name(name).and_then(|group| group.as_str().parse::<i16>().ok());
    let day =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    let (date, style) = if let Some(year) = number("iy") {
        (PrintedDate::Day(day(year, number("im")?, number("id")?)?), FigureStyle::Iso)
    } else {
        let (year, a, b) = (number("y")?, number("a")?, number("b")?);
        let dotted = groups.name("sep").is_some_and(|sep| sep.as_str() == ".");
        match (day(year, b, a), day(year, a, b)) {
            (Some(date), _) if dotted => (PrintedDate::Day(date), FigureStyle::DayDotMonth),
            (Some(date), None) => (PrintedDate::Day(date), FigureStyle::DaySlashMonth),
            (None, Some(date)) if !dotted => (PrintedDate::Day(date), FigureStyle::MonthSlashDay),
            (Some(date), Some(other)) if date == other => (PrintedDate::Day(date), FigureStyle::DaySlashMonth),
            (Some(date), Some(other)) => (PrintedDate::Ambiguous(date, other), FigureStyle::DaySlashMonth),
            _ => return None,
        }
    };
    Some(DateMention { start: whole.start(), end: whole.end(), date, style: Some(style) })
}

/// The number of a month from its name or the first three letters of it.
pub(crate) fn month_number(name: &str) -> Option<i8> {
    let lower = name.get(..3)?.to_ascii_lowercase();
    let at = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        .iter()
        .position(|m| *m == lower)?;
    i8::try_from(at + 1).ok()
}

/// The days of the week by name, Monday first.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// The only day of the week that a passage names, unless it says "last" or "next" before it.
pub(crate) fn single_weekday(text: &str) -> Option<Weekday> {
    let mut found = None;
    for (at, word) in words(text) {
        let Some((_, weekday)) = WEEKDAYS.iter().find(|(name, _)| *name == word) else { continue };
        let before = text[..at].trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
        if matches!(before, "last" | "next" | "previous" | "following" | "every" | "coming" | "until" | "by") {
            continue;
        }
        if found.is_some_and(|other| other != *weekday) {
            return None;
        }
        found = Some(*weekday);
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(move |word| {
        // `word` is a part of `text`, so the difference of their addresses is its offset.
        (word.as_ptr() as usize - text.as_ptr() as usize, word)
    })
}

/// Whether a line holds nothing but a date, with the time, labels and punctuation that stand around one.
///
/// "Published: 14 November 2017, 12:05 GMT" is such a line, "On May 4 the memorandum was signed" is not.
pub(crate) fn is_date_line(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let found = find(line);
    if !found.iter().any(|mention| !matches!(mention.date, PrintedDate::Month(_))) {
        return false;
    }
    let mut rest = String::new();
    let mut from = 0;
    for mention in &found {
        rest.push_str(line.get(from..mention.start).unwrap_or(""));
        rest.push(' ');
        from = from.max(mention.end);
    }
    rest.push_str(line.get(from..).unwrap_or(""));
    rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(is_word_of_date_line)
}

fn is_word_of_date_line(word: &str) -> bool {
    const LABELS: &[&str] = &[
        "published",
        "updated",
        "posted",
        "modified",
        "created",
        "edited",
        "last",
        "first",
        "update",
        "date",
        "time",
        "on",
        "at",
        "gmt",
        "utc",
        "msk",
        "cet",
        "cest",
        "est",
        "edt",
        "et",
        "pst",
        "pdt",
        "bst",
        "eet",
        "am",
        "pm",
        "a",
        "p",
        "m",
        "h",
        "hrs",
        "local",
        "moscow",
        "z",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
    ];
    let lower = word.to_ascii_lowercase();
    word.chars().all(|c| c.is_ascii_digit())
        || LABELS.contains(&lower.as_str())
        || WEEKDAYS.iter().any(|(name, _)| name.eq_ignore_ascii_case(word))
        || lower.strip_suffix("am").or(lower.strip_suffix("pm")).is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
        || lower.split('t').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn printed(text: &str) -> Vec<PrintedDate> {
        find(text).into_iter().map(|mention| mention.date).collect()
    }

    #[test]
    fn named_months() {
        assert_eq!(
            printed("on March 4 and on 5 Sept. 2016"),
            [PrintedDate::YearlessDay(3, 4), PrintedDate::Day(date(2016, 9, 5))]
        );
        assert_eq!(printed("Oct. 3rd, 2011"), [PrintedDate::Day(date(2011, 10, 3))]);
        assert_eq!(printed("in June 2012"), [PrintedDate::Month(date(2012, 6, 1))]);
        assert_eq!(printed("May said that she may go on 31 February"), []);
    }

    #[test]
    fn figures() {
        assert_eq!(printed("19/08/2014"), [PrintedDate::Day(date(2014, 8, 19))]);
        assert_eq!(printed("08/19/2014"), [PrintedDate::Day(date(2014, 8, 19))]);
        assert_eq!(printed("07.08.2014"), [PrintedDate::Day(date(2014, 8, 7))]);
        assert_eq!(printed("2014-08-07T10:00:00Z"), [PrintedDate::Day(date(2014, 8, 7))]);
        assert_eq!(printed("07/08/2014"), [PrintedDate::Ambiguous(date(2014, 8, 7), date(2014, 7, 8))]);
        assert_eq!(printed("99/99/2014"), []);
    }

    #[test]
    fn weekdays() {
        assert_eq!(single_weekday("said on Friday, hours after"), Some(Weekday::Friday));
        assert_eq!(single_weekday("said on Friday that the talks of last Tuesday failed"), Some(Weekday::Friday));
        assert_eq!(single_weekday("between Friday and Sunday"), None);
        assert_eq!(single_weekday("today"), None);
    }

    #[test]
    fn date_lines() {
        assert!(is_date_line("Published: 14 November 2009, 12:05 GMT"));
        assert!(is_date_line("Saturday, November 14, 2009 3pm"));
        assert!(is_date_line("14/11/2009"));
        assert!(!is_date_line("On November 14 the pact was signed"));
        assert!(!is_date_line("November 2009"));
    }
}
