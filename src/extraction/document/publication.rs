//! When a text was published, from the strongest evidence to the weakest; nothing rather than a guess.
//!
//! A day printed without its year ("MOSCOW, January 30") has many years. What remains of them is worked out from the day of the week in
//! the lead, from the offices of the people whom the text names ("Secretary of State Ida Holm"), from the years it speaks of as past
//! and from the zones it knows. Only when one day is left is it the date.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::extraction::PublishedOn;
use crate::extraction::dates::{self, DateMention, FigureStyle, PrintedDate};
use crate::models::text::{DatePrecision, DateSource};

use super::address::date_of_url;
use super::evidence::{self, Evidence};

/// News of a new zone is told within so many days.
const NEW_FOR_DAYS: i32 = 180;
/// News of the very day of a zone, or of the days after it, needs no more evidence.
const FRESH_FOR_DAYS: i32 = 3;
/// A reaction follows within so many days, the first one included.
const REACTION_DAYS: usize = 4;
/// No article is older.
pub(super) const FIRST_YEAR: i16 = 1990;
/// Far enough ahead to find that a day has more than one year.
pub(super) const LAST_YEAR: i16 = 2100;
/// A line with a date that is so many days away from the dateline tells another day than that of publication.
const NEAR_DAYS: i32 = 14;
/// A span of more days than this says too little to look for a year in it.
const LONGEST_WINDOW: i32 = 1_500;

/// Everything that may date a text.
#[derive(Debug)]
pub(crate) struct Clues<'a> {
    /// The address; it tells no day, or [`stated`] would have it.
    pub url: Option<&'a str>,
    /// The lines with the date and the reporter.
    pub bylines: Vec<&'a str>,
    /// The date in the dateline.
    pub dateline: Option<&'a str>,
    /// The paragraphs of the story.
    pub story: &'a [&'a str],
    /// How the outlet prints dates in figures.
    pub style: Option<FigureStyle>,
    /// When the text can have been written.
    pub evidence: Evidence,
}

/// The date that somebody states: the client, who says where it has it from, or else the address. Then nothing need be read for it.
pub(crate) fn stated(given: Option<(Date, DateSource)>, url: Option<&str>) -> Option<PublishedOn> {
    if let Some((date, source)) = given {
        return Some(day(date, source));
    }
    match url.and_then(date_of_url)? {
        (date, DatePrecision::Day) => Some(day(date, DateSource::Url)),
        _ => None,
    }
}

/// Works out the date of publication where none is [`stated`].
pub(crate) fn deduce(clues: &Clues<'_>) -> Option<PublishedOn> {
    let address = clues.url.and_then(date_of_url);
    let stated = clues.dateline.and_then(|printed| dates::find(printed).first().map(|mention| mention.date));
    let case = Case { clues, address, stated, told: Told::read(clues.story) };
    case.by_byline()
        .or_else(|| case.by_dateline())
        .or_else(|| case.by_story())
        .or(address.map(|(date, precision)| PublishedOn { date, precision, source: DateSource::Url }))
        .or_else(|| case.by_window())
}

fn day(date: Date, source: DateSource) -> PublishedOn {
    PublishedOn { date, precision: DatePrecision::Day, source }
}

/// What the story says about days.
#[derive(Debug, Default)]
struct Told {
    /// Days with their year.
    full: BTreeSet<Date>,
    /// The day of the week in the lead.
    weekday: Option<Weekday>,
    /// Past days without their year, as month and day.
    past: BTreeSet<(i8, i8)>,
    /// How often something was said on such a day, and the first paragraph that tells so.
    said: BTreeMap<(i8, i8), (usize, usize)>,
}

impl Told {
    fn read(story: &[&str]) -> Self {
        let mut told = Self {
            weekday: story.iter().take(2).find_map(|text| dates::single_weekday(evidence::head(text, 1_200))),
            ..Self::default()
        };
        for (at, text) in story.iter().enumerate() {
            for mention in dates::find(text) {
                match mention.date {
                    PrintedDate::Day(date) => {
                        told.full.insert(date);
                    }
                    PrintedDate::YearlessDay(month, number) if evidence::is_past(text, &mention) => {
                        told.past.insert((month, number));
                        if is_told(text, &mention) {
                            told.said.entry((month, number)).or_insert((0, at)).0 += 1;
                        }
                    }
                    _ => {}
                }
            }
        }
        told
    }
}

/// Whether a verb of saying stands near a date: "told reporters in Tarn on May 4".
fn is_told(text: &str, mention: &DateMention) -> bool {
    const TELLING: &[&str] = &[
        " said",
        " told",
        " announced",
        " stated",
        " declared",
        " confirmed",
        " warned",
        " added",
        " wrote",
        " reported",
        " stressed",
        " noted",
    ];
    let around = [evidence::tail(&text[..mention.start], 110), evidence::head(&text[mention.end..], 60)];
    TELLING.iter().any(|cue| around.iter().any(|part| part.contains(cue)))
}

/// One text whose date is asked for.
#[derive(Debug)]
struct Case<'a> {
    clues: &'a Clues<'a>,
    /// What the address tells.
    address: Option<(Date, DatePrecision)>,
    /// What the dateline tells.
    stated: Option<PrintedDate>,
    told: Told,
}

impl Case<'_> {
    /// A line of its own that gives the date; "updated" only when nothing says "published".
    fn by_byline(&self) -> Option<PublishedOn> {
        let mut lines: Vec<&str> = self.clues.bylines.clone();
        lines
            .sort_by_key(|line| line.to_lowercase().starts_with("updated") || line.to_lowercase().starts_with("last "));
        let mut ambiguous = None;
        for mention in lines.iter().flat_map(|line| dates::find(line)) {
            let found = match mention.date {
                PrintedDate::Day(date) => Some(date).filter(|date| self.agrees_with_dateline(*date)),
                PrintedDate::Ambiguous(day_first, month_first) => {
                    ambiguous = ambiguous.or(Date::new(day_first.year(), 1, 1).ok());
                    self.settle(day_first, month_first)
                }
                PrintedDate::YearlessDay(month, number) => self.resolve(month, number),
                PrintedDate::Month(_) => None,
            };
            if let Some(date) = found {
                return Some(day(date, DateSource::Byline));
            }
        }
        ambiguous.map(|date| PublishedOn { date, precision: DatePrecision::Year, source: DateSource::Byline })
    }

    /// Whether a full date and the dateline can be of the same report.
    fn agrees_with_dateline(&self, date: Date) -> bool {
        let near = |other: Date| days_between(other, date).abs() <= NEAR_DAYS;
        match self.stated {
            Some(PrintedDate::Day(other)) => near(other),
            Some(PrintedDate::YearlessDay(month, number)) => {
                (date.year() - 1..=date.year() + 1).filter_map(|year| Date::new(year, month, number).ok()).any(near)
            }
            _ => true,
        }
    }

    /// Decides between "07/08" as the 7th of August and as the 8th of July.
    fn settle(&self, day_first: Date, month_first: Date) -> Option<Date> {
        match self.clues.style {
            Some(FigureStyle::DaySlashMonth) => return Some(day_first),
            Some(FigureStyle::MonthSlashDay) => return Some(month_first),
            _ => {}
        }
        let fits = |date: &Date| {
            self.agrees_with_dateline(*date)
                && self.clues.evidence.window.holds(*date)
                && self.told.weekday.is_none_or(|weekday| date.weekday() == weekday)
        };
        only([day_first, month_first].into_iter().filter(fits))
    }

    /// The day in the dateline, with the year from wherever it can be had.
    fn by_dateline(&self) -> Option<PublishedOn> {
        let date = match self.stated? {
            PrintedDate::Day(date) => date,
            PrintedDate::YearlessDay(month, number) => self.resolve(month, number)?,
            _ => return None,
        };
        Some(day(date, DateSource::Dateline))
    }

    /// The day on which the story says that things were said, when it says so twice or at its start.
    fn by_story(&self) -> Option<PublishedOn> {
        let at_start = |(count, at): &(usize, usize)| *at < 3 || *count >= 2;
        let days: Vec<(i8, i8)> =
            self.told.said.iter().filter(|(_, told)| at_start(told)).map(|(day, _)| *day).collect();
        let resolved: Vec<Date> = days.iter().filter_map(|(month, number)| self.resolve(*month, *number)).collect();
        let (first, last) = (*resolved.iter().min()?, *resolved.iter().max()?);
        if resolved.len() != days.len() || days_between(first, last) > 62 {
            // Days months apart are the history of the story, not its date.
            return None;
        }
        // Of several days on which something was said, the last one is the day of the news; a reaction may come a day or two later.
        let said = |date: &Date| self.told.said.contains_key(&(date.month(), date.day()));
        let news = last.series(1.day()).take(REACTION_DAYS).filter(said).last().unwrap_or(last);
        Some(day(news, DateSource::Text))
    }

    /// The month or year that the evidence leaves.
    fn by_window(&self) -> Option<PublishedOn> {
        let evidence = &self.clues.evidence;
        let text = |date: Date, precision: DatePrecision| PublishedOn { date, precision, source: DateSource::Text };
        if let Some(month) = evidence.month.filter(|month| evidence.window.holds(month.last_of_month())) {
            return Some(text(month, DatePrecision::Month));
        }
        let (from, to) = evidence.window.bounds()?;
        if days_between(from, to) > LONGEST_WINDOW {
            return None;
        }
        let fits =
            |date: &Date| evidence.window.holds(*date) && self.told.past.iter().all(|past| can_look_back(*date, *past));
        let days: Vec<Date> = from.series(1.day()).take_while(|date| *date <= to).filter(fits).collect();
        let (first, last) = (*days.first()?, *days.last()?);
        if first == last {
            // A window of one day is the overlap of two offices, not a date that anybody printed.
            return None;
        }
        if first.first_of_month() == last.first_of_month() {
            return Some(text(first.first_of_month(), DatePrecision::Month));
        }
        (first.year() == last.year()).then(|| text(first.first_of_year(), DatePrecision::Year))
    }

    /// Finds the one year in which a day without year fits everything that is known.
    fn resolve(&self, month: i8, number: i8) -> Option<Date> {
        let evidence = &self.clues.evidence;
        if let Some((start, precision)) = self.address {
            let date = Date::new(start.year(), month, number).ok()?;
            return (precision == DatePrecision::Year || date.month() == start.month()).then_some(date);
        }
        let fitting: Vec<Date> = (FIRST_YEAR..=LAST_YEAR)
            .filter_map(|year| Date::new(year, month, number).ok())
            .filter(|date| evidence.window.holds(*date))
            .collect();
        let fitting = || fitting.iter().copied();
        let bounded = evidence.window.bounds().is_some();
        let on_weekday = || fitting().filter(|date| self.told.weekday == Some(date.weekday()));
        let zone_within = |days: i32| {
            move |date: &Date| evidence.zones_from.iter().any(|from| (0..=days).contains(&days_between(*from, *date)))
        };
        only(fitting().filter(|date| self.told.full.contains(date)))
            .or_else(|| only(fitting().filter(|date| evidence.month == Some(date.first_of_month()))))
            .or_else(|| if bounded { only(fitting()).or_else(|| only(on_weekday())) } else { None })
            .or_else(|| only(fitting().filter(zone_within(FRESH_FOR_DAYS))))
            .or_else(|| only(on_weekday().filter(zone_within(NEW_FOR_DAYS))))
            .or_else(|| {
                if bounded && self.told.weekday.is_none() {
                    only(fitting().filter(zone_within(NEW_FOR_DAYS)))
                } else {
                    None
                }
            })
    }
}

/// Whether a report of some day would print a past day without its year: in the same year, or early in the year after.
fn can_look_back(today: Date, (month, number): (i8, i8)) -> bool {
    (month, number) <= (today.month(), today.day()) || (today.month() <= 3 && month >= 10)
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The value when all are the same.
fn only(mut dates: impl Iterator<Item = Date>) -> Option<Date> {
    let first = dates.next()?;
    dates.all(|date| date == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::document::evidence::EvidenceReader;
    use crate::extraction::{GazetteerSource, KnownActor, KnownRole, KnownZone, Office};
    use crate::models::text::ActorKind;
    use jiff::civil::date;

    fn knowledge() -> GazetteerSource {
        let person = |name: &str, office: &str, from: Date, to: Option<Date>| KnownActor {
            name: name.to_owned(),
            kind: ActorKind::Person,
            roles: vec![KnownRole {
                office: Some(office.to_owned()),
                starts_on: Some(from),
                ends_on: to,
                ..KnownRole::default()
            }],
            ..KnownActor::default()
        };
        let office =
            |key: &str, noun: &str| Office { key: key.to_owned(), nouns: vec![noun.to_owned(), "minister".to_owned()] };
        GazetteerSource {
            actors: vec![
                person("Ida Holm", "foreign", date(2009, 3, 1), Some(date(2011, 10, 1))),
                person("Per Lund", "foreign", date(2011, 5, 1), None),
            ],
            zones: vec![KnownZone {
                name: "Tarn quiet zone".to_owned(),
                terms: vec!["quiet zones".to_owned()],
                starts_on: Some(date(2011, 6, 20)),
                ..KnownZone::default()
            }],
            offices: vec![office("foreign", "foreign minister")],
            ..GazetteerSource::default()
        }
    }

    fn read(
        url: Option<&str>,
        bylines: &[&str],
        dateline: Option<&str>,
        story: &[&str],
    ) -> Option<(Date, DatePrecision, DateSource)> {
        let evidence = EvidenceReader::new(&knowledge()).read(story);
        let clues = Clues { url, bylines: bylines.to_vec(), dateline, story, style: None, evidence };
        stated(None, url).or_else(|| deduce(&clues)).map(|found| (found.date, found.precision, found.source))
    }

    use DatePrecision::{Day, Month, Year};

    #[test]
    fn a_month_in_the_address_and_a_day_in_the_dateline() {
        let url = Some("https://a.example/2011/08/ferries");
        assert_eq!(read(url, &[], Some("August 19"), &[]), Some((date(2011, 8, 19), Day, DateSource::Dateline)));
        assert_eq!(read(url, &[], Some("May 19"), &[]), Some((date(2011, 8, 1), Month, DateSource::Url)));
    }

    #[test]
    fn a_dateline_gets_its_year_from_offices_and_weekdays() {
        let story = ["Foreign Minister Ida Holm met her counterpart Per Lund on Friday."];
        assert_eq!(read(None, &[], Some("August 19"), &story), Some((date(2011, 8, 19), Day, DateSource::Dateline)));
        // In office for two Augusts: the day of the week decides, or else nothing does.
        let story = ["Foreign Minister Ida Holm spoke on Wednesday."];
        assert_eq!(read(None, &[], Some("August 19"), &story), Some((date(2009, 8, 19), Day, DateSource::Dateline)));
        assert_eq!(read(None, &[], Some("August 19"), &["Foreign Minister Ida Holm spoke."]), None);
        assert_eq!(read(None, &[], Some("August 19"), &["Former Foreign Minister Ida Holm spoke on Friday."]), None);
        assert_eq!(read(None, &[], Some("August 19"), &["Nobody spoke on Friday."]), None);
    }

    #[test]
    fn a_new_zone_dates_its_news() {
        let story = ["Quiet zones would need guards, the envoy said on Friday."];
        assert_eq!(read(None, &[], Some("August 19"), &story), Some((date(2011, 8, 19), Day, DateSource::Dateline)));
        let story = [
            "Per Lund, the foreign minister, told reporters on July 4 that he backed quiet zones, which she proposed last month.",
        ];
        assert_eq!(read(None, &[], None, &story), Some((date(2011, 7, 4), Day, DateSource::Text)));
    }

    #[test]
    fn a_reaction_is_newer_than_what_it_reacts_to() {
        let story = [
            "Quiet zones are needed, the envoy said on June 20.",
            "",
            "",
            "",
            "She disagrees, Per Lund said on June 21.",
        ];
        assert_eq!(read(None, &[], None, &story), Some((date(2011, 6, 21), Day, DateSource::Text)));
    }

    #[test]
    fn date_lines() {
        assert_eq!(read(None, &["19/08/2011"], None, &[]), Some((date(2011, 8, 19), Day, DateSource::Byline)));
        let lines = ["Updated 21 August 2011", "Published 19 August 2011"];
        assert_eq!(read(None, &lines, None, &[]), Some((date(2011, 8, 19), Day, DateSource::Byline)));
        assert_eq!(read(None, &["07/08/2011"], None, &[]), Some((date(2011, 1, 1), Year, DateSource::Byline)));
        assert_eq!(
            read(None, &["07/08/2011"], Some("August 7"), &[]),
            Some((date(2011, 8, 7), Day, DateSource::Byline))
        );
        // The page was loaded years later.
        assert_eq!(
            read(None, &["2 March 2020"], Some("19 August 2011"), &[]),
            Some((date(2011, 8, 19), Day, DateSource::Dateline))
        );
    }

    #[test]
    fn a_window_within_one_year_gives_the_year() {
        let story = ["Foreign Minister Ida Holm met her counterpart Per Lund.", "On May 6 the ferries stopped."];
        assert_eq!(read(None, &[], None, &story), Some((date(2011, 1, 1), Year, DateSource::Text)));
        assert_eq!(read(None, &[], None, &["Foreign Minister Ida Holm spoke."]), None);
        assert_eq!(read(None, &[], None, &["Foreign Minister Ida Holm spoke.", "Since 2013 nobody sailed."]), None);
    }
}
