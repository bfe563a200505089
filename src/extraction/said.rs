//! When something was said, as far as the sentence that attributes it tells.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::PublishedOn;
use super::lexicon::class;
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};
use crate::models::text::DatePrecision;

/// The day named among the given tokens, which are those of the attribution and not of the content.
pub fn day(source: &Source, tokens: &[&Token], published: Option<&PublishedOn>) -> Option<(Date, DatePrecision)> {
    let published =
        published.filter(|published| published.precision == DatePrecision::Day).map(|published| published.date);
    let mut aside = false;
    for (at, token) in tokens.iter().enumerate() {
        // "Berg, who arrived on Monday, said": the day of something else.
        aside = (aside || token.is(class::RELATIVE)) && !token.is_char(',');
        // Whatever names a day is one of these, and most words are none.
        let is_time = token.is(class::WEEKDAY | class::MONTH | class::TIME_WORD);
        if aside || !is_time || is_elsewhere(source, tokens, at) {
            continue;
        }
        let date = if token.is(class::WEEKDAY) && token.capital {
            published.and_then(|published| weekday_before(&lower(source, token), published))
        } else if is_today(source, tokens, at) {
            published
        } else if is_word(source, token, "yesterday") {
            published.and_then(|published| published.checked_sub(1.day()).ok())
        } else if token.is(class::MONTH) && token.capital && !names_something(tokens, at) {
            calendar_day(source, tokens, at, published)
        } else {
            None
        };
        if let Some(date) = date {
            return Some((date, DatePrecision::Day));
        }
    }
    None
}

/// "last Monday", "until Monday", "Monday's talks": a day on which something else happens.
fn is_elsewhere(source: &Source, tokens: &[&Token], at: usize) -> bool {
    let shifts =
        ["last", "next", "until", "till", "by", "for", "since", "from", "of", "every", "each", "coming", "previous"];
    let shifted = at > 0 && shifts.iter().any(|word| is_word(source, tokens[at - 1], word));
    shifted || tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Possessive)
}

/// "today", "tonight", "this morning"
fn is_today(source: &Source, tokens: &[&Token], at: usize) -> bool {
    let is = |at: usize, words: &[&str]| {
        tokens.get(at).is_some_and(|token| words.iter().any(|word| is_word(source, token, word)))
    };
    is(at, &["today", "tonight"]) || at > 0 && is(at - 1, &["this"]) && is(at, &["morning", "afternoon", "evening"])
}

/// "the May 2 call": a day that tells one thing from another, not when something was said.
fn names_something(tokens: &[&Token], at: usize) -> bool {
    at > 0 && tokens[at - 1].is(class::DETERMINER | class::POSSESSIVE_PRONOUN)
}

/// The last such weekday that is not after the day of publication.
fn weekday_before(name: &str, published: Date) -> Option<Date> {
    let weekday = match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    };
    let back = weekday.until(published.weekday());
    published.checked_sub(i64::from(back).days()).ok()
}

/// "February 22", "22 February", with or without a year.
fn calendar_day(source: &Source, tokens: &[&Token], at: usize, published: Option<Date>) -> Option<Date> {
    let number = |index: usize| -> Option<i16> {
        let token = tokens.get(index).filter(|token| token.kind == Kind::Number)?;
        source.slice(token.start, token.end).parse().ok()
    };
    let in_month = |day: &i16| (1..=31).contains(day);
    let after = number(at + 1).filter(in_month);
    let day = after.or_else(|| at.checked_sub(1).and_then(number).filter(in_month))?;
    let mut next = at + 1 + usize::from(after.is_some());
    if tokens.get(next).is_some_and(|token| token.is_char(',')) {
        next += 1;
    }
    let month = month_number(&lower(source, tokens[at]))?;
    let year = number(next).filter(|year| (1900..=2200).contains(year));
    if let Some(year) = year {
        return Date::new(year, month, i8::try_from(day).ok()?).ok();
    }
    let published = published?;
    let date = Date::new(published.year(), month, i8::try_from(day).ok()?).ok()?;
    // What was said was said before it was printed: "December 30" in January is last year's.
    if date <= published { Some(date) } else { Date::new(published.year() - 1, month, i8::try_from(day).ok()?).ok() }
}

fn month_number(name: &str) -> Option<i8> {
    let short = name.get(..3)?;
    let at = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        .iter()
        .position(|month| *month == short)?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenize;
    use super::*;
    use crate::models::text::DateSource;
    use jiff::civil::date;

    fn said(text: &str) -> Option<Date> {
        let source = Source::new(text);
        let mut tokens = Vec::new();
        tokenize(&source, 0, source.len(), &mut tokens);
        let published =
            PublishedOn { date: date(2019, 1, 9), precision: DatePrecision::Day, source: DateSource::Request };
        day(&source, &tokens.iter().collect::<Vec<_>>(), Some(&published)).map(|found| found.0)
    }

    #[test]
    fn days_are_read_against_the_day_of_publication() {
        assert_eq!(said("he said on Monday"), Some(date(2019, 1, 7)));
        assert_eq!(said("he said Wednesday"), Some(date(2019, 1, 9)));
        assert_eq!(said("he said yesterday"), Some(date(2019, 1, 8)));
        assert_eq!(said("he said on December 30"), Some(date(2018, 12, 30)));
        assert_eq!(said("he said on 3 January"), Some(date(2019, 1, 3)));
        assert_eq!(said("he said on March 4, 2017"), Some(date(2017, 3, 4)));
        assert_eq!(said("he said this morning"), Some(date(2019, 1, 9)));
        assert_eq!(said("Berg, who arrived on Monday, said on Tuesday"), Some(date(2019, 1, 8)));
        assert_eq!(said("he said of last Monday"), None);
        assert_eq!(said("he said ahead of Monday's talks"), None);
        assert_eq!(said("he said at talks planned for Friday"), None);
        assert_eq!(said("he said last week"), None);
        assert_eq!(said("he said in December"), None);
        assert_eq!(said("he said"), None);
    }
}
