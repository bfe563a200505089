//! Dates as English news prints them: "January 30", "14 Nov. 2017", "30/01/2017", "2017-01-30".

use jiff::civil::{Date, Weekday};

/// How the months are printed, January to December and then once more in capitals: three letters, and what may stand after
/// them, the longest first.
const MONTHS: [(&str, &[&str]); 24] = [
    ("Jan", &["uary", "."]),
    ("Feb", &["ruary", "r.", "."]),
    ("Mar", &["ch", "."]),
    ("Apr", &["il", "."]),
    ("May", &[]),
    ("Jun", &["e.", "e", "."]),
    ("Jul", &["y.", "y", "."]),
    ("Aug", &["ust", "."]),
    ("Sep", &["tember", "t.", "t", "."]),
    ("Oct", &["ober", "."]),
    ("Nov", &["ember", "."]),
    ("Dec", &["ember", "."]),
    ("JAN", &["UARY", "."]),
    ("FEB", &["RUARY", "."]),
    ("MAR", &["CH", "."]),
    ("APR", &["IL", "."]),
    ("MAY", &[]),
    ("JUN", &["E", "."]),
    ("JUL", &["Y", "."]),
    ("AUG", &["UST", "."]),
    ("SEP", &["TEMBER", "T.", "T", "."]),
    ("OCT", &["OBER", "."]),
    ("NOV", &["EMBER", "."]),
    ("DEC", &["EMBER", "."]),
];

/// The names of the months and their abbreviations, as one regular expression without groups.
pub(crate) fn month_pattern() -> String {
    let month = |(name, ends): &(&str, &[&str])| {
        let ends: Vec<String> = ends.iter().map(|end| regex::escape(end)).collect();
        if ends.is_empty() { (*name).to_owned() } else { format!("{name}(?:{})?", ends.join("|")) }
    };
    format!("(?:{})", MONTHS.iter().map(month).collect::<Vec<_>>().join("|"))
}

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

/// Finds every date of a text, in order.
pub(crate) fn find(text: &str) -> Vec<DateMention> {
    if !holds_figure(text) {
        return Vec::new();
    }
    let mut found = named(text);
    found.extend(in_figures(text));
    found.sort_by_key(|mention| mention.start);
    found
}

/// Whether a text holds a figure: every date does, and most paragraphs do not. In blocks, which is quick.
pub(crate) fn holds_figure(text: &str) -> bool {
    text.as_bytes().chunks(32).any(|block| block.iter().fold(false, |any, byte| any | byte.is_ascii_digit()))
}

/// The dates with the name of a month: "3rd of June, 2017", "June 3", "June 2017".
///
/// Written by hand, because a regular expression with word borders is slow on text with letters beyond ASCII.
fn named(text: &str) -> Vec<DateMention> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some((month, start, end)) = next_month(text, at) {
        let begins = is_border(text, start);
        let read = after_day(text, from, month, start, end)
            .or_else(|| begins.then(|| before_day(text, month, start, end))?)
            .or_else(|| begins.then(|| before_year(text, month, start, end))?);
        // "February 31" is no date, and nothing else either.
        match read {
            Some((start, end, date)) => {
                found.extend(date.map(|date| DateMention { start, end, date, style: None }));
                (from, at) = (end, end);
            }
            None => at = start + 1,
        }
    }
    found
}

/// The next name of a month: its number, start and end.
fn next_month(text: &str, from: usize) -> Option<(i8, usize, usize)> {
    let bytes = text.as_bytes();
    (from..bytes.len().saturating_sub(2)).find_map(|start| {
        if !matches!(bytes[start], b'A' | b'D' | b'F' | b'J' | b'M' | b'N' | b'O' | b'S') {
            return None;
        }
        let at = MONTHS.iter().position(|(name, _)| bytes[start..].starts_with(name.as_bytes()))?;
        let rest = &bytes[start + 3..];
        let more = MONTHS[at].1.iter().find(|more| rest.starts_with(more.as_bytes())).map_or(0, |more| more.len());
        Some((i8::try_from(at % 12 + 1).ok()?, start, start + 3 + more))
    })
}

/// A date that was read: start, end, and what it says when that is a day of the calendar.
type Read = (usize, usize, Option<PrintedDate>);

/// "3 June", "3rd of June, 2017"; the day stands at `from` or after it.
fn after_day(text: &str, from: usize, month: i8, start: usize, end: usize) -> Option<Read> {
    let before = text[..start].trim_end();
    if before.len() == start {
        return None;
    }
    let before = match before.strip_suffix("of") {
        Some(rest) if rest.ends_with(char::is_whitespace) => rest.trim_end(),
        Some(_) => return None,
        None => before,
    };
    let before = ORDINALS.iter().find_map(|ordinal| before.strip_suffix(ordinal)).unwrap_or(before);
    let digits = before.bytes().rev().take(2).take_while(u8::is_ascii_digit).count();
    let first = before.len() - digits;
    if digits == 0 || first < from || !is_border(text, first) {
        return None;
    }
    let day = before[first..].parse().ok();
    let (year, end) = year_after(text, end).map_or((None, end), |(year, end)| (Some(year), end));
    Some((first, end, day_of(year, month, day)))
}

/// "June 3", "June 3rd, 2017".
fn before_day(text: &str, month: i8, start: usize, end: usize) -> Option<Read> {
    let first = space_end(text, end)?;
    let digits = text[first..].bytes().take(2).take_while(u8::is_ascii_digit).count();
    let last = first + digits;
    let ordinal = ORDINALS.iter().any(|ordinal| text[last..].starts_with(ordinal)) && is_border_after(text, last + 2);
    if digits == 0 || !(ordinal || is_border_after(text, last)) {
        return None;
    }
    let day = text[first..last].parse().ok();
    let end = if ordinal { last + 2 } else { last };
    let (year, end) = year_after(text, end).map_or((None, end), |(year, end)| (Some(year), end));
    Some((start, end, day_of(year, month, day)))
}

/// "June 2017", "June, 2017".
fn before_year(text: &str, month: i8, start: usize, end: usize) -> Option<Read> {
    let (year, end) = year_after(text, end)?;
    Some((start, end, Date::new(year, month, 1).ok().map(PrintedDate::Month)))
}

/// The ends of numbers that count: "3rd".
const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

fn day_of(year: Option<i16>, month: i8, day: Option<i8>) -> Option<PrintedDate> {
    match year {
        Some(year) => Date::new(year, month, day?).ok().map(PrintedDate::Day),
        // 2016 was a leap year, so "February 29" is a day.
        None => Date::new(2016, month, day?).ok().map(|_| PrintedDate::YearlessDay(month, day.unwrap_or_default())),
    }
}

/// A year after a comma or not, and space: its end too.
fn year_after(text: &str, at: usize) -> Option<(i16, usize)> {
    let at = if text[at..].starts_with(',') { at + 1 } else { at };
    year_at(text, space_end(text, at)?).filter(|(_, end)| is_border_after(text, *end))
}

/// A year of this century or the last one.
fn year_at(text: &str, at: usize) -> Option<(i16, usize)> {
    let figures = text.as_bytes().get(at..at + 4)?;
    let year = (figures.starts_with(b"19") || figures.starts_with(b"20")) && figures.iter().all(u8::is_ascii_digit);
    if year { text[at..at + 4].parse().ok().map(|year| (year, at + 4)) } else { None }
}

/// The end of the white space that begins at an offset, if there is any.
fn space_end(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start();
    let end = text.len() - rest.len();
    (end > at).then_some(end)
}

/// Whether no word goes on up to an offset.
fn is_border(text: &str, at: usize) -> bool {
    !text[..at].ends_with(is_part_of_word)
}

/// Whether no word goes on from an offset.
fn is_border_after(text: &str, at: usize) -> bool {
    !text[at..].starts_with(is_part_of_word)
}

fn is_part_of_word(c: char) -> bool {
    // "½" and "²" are numeric, and no part of a word.
    c.is_alphabetic() || c.is_ascii_digit() || c == '_'
}

/// The dates in figures: "2017-06-03", "03/06/2017", "3.6.2017".
fn in_figures(text: &str) -> Vec<DateMention> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..bytes.len()).find(|at| bytes[*at].is_ascii_digit()) {
        let digits = digits_at(bytes, start);
        at = start + digits;
        let read = if is_border(text, start) { figures_at(text, start, digits) } else { None };
        if let Some((end, read)) = read {
            at = end;
            found.extend(read.map(|(date, style)| DateMention { start, end, date, style: Some(style) }));
        }
    }
    found
}

/// A date whose first number has so many digits: its end, and what it says when that is a day of the calendar.
fn figures_at(text: &str, start: usize, digits: usize) -> Option<(usize, Option<(PrintedDate, FigureStyle)>)> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i8>().ok());
    let (end, date) = if digits == 4 {
        let (year, month) = year_at(text, start)?;
        let two = |at: usize| bytes.get(at) == Some(&b'-') && digits_at(bytes, at + 1) == 2;
        if !two(month) || !two(month + 3) {
            return None;
        }
        (month + 6, read_iso(year, number(month + 1, month + 3), number(month + 4, month + 6)))
    } else {
        let parts = |at: usize| matches!(bytes.get(at), Some(b'/' | b'.'));
        let first = start + digits;
        let more = digits_at(bytes, first + 1);
        let second = first + 1 + more;
        if digits > 2 || !parts(first) || !(1..=2).contains(&more) || !parts(second) {
            return None;
        }
        let (year, end) = year_at(text, second + 1)?;
        (end, read_parted(year, number(start, first)?, number(first + 1, second)?, bytes[first] == b'.'))
    };
    // "2017-06-03T10:00": the time goes on after the "T".
    match bytes.get(end) {
        Some(b'T') => Some((end + 1, date)),
        _ => is_border_after(text, end).then_some((end, date)),
    }
}

fn digits_at(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

fn read_iso(year: i16, month: Option<i8>, day: Option<i8>) -> Option<(PrintedDate, FigureStyle)> {
    Some((PrintedDate::Day(Date::new(year, month?, day?).ok()?), FigureStyle::Iso))
}

fn read_parted(year: i16, a: i8, b: i8, dotted: bool) -> Option<(PrintedDate, FigureStyle)> {
    let day = |month: i8, day: i8| Date::new(year, month, day).ok();
    match (day(b, a), day(a, b)) {
        (Some(date), _) if dotted => Some((PrintedDate::Day(date), FigureStyle::DayDotMonth)),
        (Some(date), None) => Some((PrintedDate::Day(date), FigureStyle::DaySlashMonth)),
        (None, Some(date)) if !dotted => Some((PrintedDate::Day(date), FigureStyle::MonthSlashDay)),
        (Some(date), Some(other)) if date == other => Some((PrintedDate::Day(date), FigureStyle::DaySlashMonth)),
        (Some(date), Some(other)) => Some((PrintedDate::Ambiguous(date, other), FigureStyle::DaySlashMonth)),
        _ => None,
    }
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
        assert_eq!(printed("the 3rd of June, 2017"), [PrintedDate::Day(date(2017, 6, 3))]);
        assert_eq!(
            printed("4 JUNE\u{a0}2012 May 41 Sept 5th2 Dec. 24th"),
            [PrintedDate::Day(date(2012, 6, 4)), PrintedDate::YearlessDay(12, 24)]
        );
        assert_eq!(printed("x3 May 20173 été5 Jun. 1, 20201"), [PrintedDate::YearlessDay(6, 1)]);
    }

    #[test]
    fn figures() {
        assert_eq!(printed("19/08/2014"), [PrintedDate::Day(date(2014, 8, 19))]);
        assert_eq!(printed("08/19/2014"), [PrintedDate::Day(date(2014, 8, 19))]);
        assert_eq!(printed("07.08.2014"), [PrintedDate::Day(date(2014, 8, 7))]);
        assert_eq!(printed("2014-08-07T10:00:00Z"), [PrintedDate::Day(date(2014, 8, 7))]);
        assert_eq!(printed("07/08/2014"), [PrintedDate::Ambiguous(date(2014, 8, 7), date(2014, 7, 8))]);
        assert_eq!(printed("99/99/2014"), []);
        assert_eq!(
            printed("1.30/01/2017, x30/01/2017, 2017-01-301, 123/1/2017"),
            [PrintedDate::Day(date(2017, 1, 30))]
        );
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
