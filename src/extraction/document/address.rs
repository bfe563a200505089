//! The date in the address of an article.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::extraction::dates;
use crate::models::text::DatePrecision;

use super::evidence::head;
use super::publication::{FIRST_YEAR, LAST_YEAR};

static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?i)[/=_-](?P<y>(?:19|20)\\d{2})(?:[/_-](?P<m>\\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[/_-](?P<d>\\d{1,2}))?)?(?:[/_.?#-]|$)",
    )
    .ok()
});
static FIGURES_IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?:^|\\D)(?P<y>(?:19|20)\\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\\d|3[01])(?P<more>\\d*)(?:\\D|$)")
        .ok()
});

/// The date in an address: `/2011/08/19/`, `/2011/aug/19/`, `20110819`; a month or a year if it holds no more.
pub(crate) fn date_of_url(url: &str) -> Option<(Date, DatePrecision)> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = head(&path[path.find('/')?..], 2_000);
    let mut best: Option<(Date, DatePrecision)> = None;
    for groups in IN_URL.as_ref()?.captures_iter(path) {
        let Some(year) = groups["y"].parse().ok().filter(|year| (FIRST_YEAR..LAST_YEAR).contains(year)) else {
            continue;
        };
        let month = groups.name("m").and_then(|m| m.as_str().parse().ok().or_else(|| dates::month_number(m.as_str())));
        let number = groups.name("d").and_then(|d| d.as_str().parse().ok());
        match (
            month.zip(number).and_then(|(m, d)| Date::new(year, m, d).ok()),
            month.and_then(|m| Date::new(year, m, 1).ok()),
        ) {
            (Some(date), _) => return Some((date, DatePrecision::Day)),
            (None, Some(date)) if groups.name("d").is_none() => best = best.or(Some((date, DatePrecision::Month))),
            // A year alone counts as a folder of its own; "-2017-" in a headline is no date.
            (None, None) if groups.name("m").is_none() && groups[0].starts_with('/') && groups[0].ends_with('/') => {
                best = best.or(Some((Date::new(year, 1, 1).ok()?, DatePrecision::Year)));
            }
            _ => {}
        }
    }
    let figures = FIGURES_IN_URL.as_ref()?.captures_iter(path).find_map(|groups| {
        // Eight figures, or more when the time or a counter follows them.
        matches!(groups["more"].len(), 0 | 4 | 6 | 10).then_some(())?;
        Date::new(groups["y"].parse().ok()?, groups["m"].parse().ok()?, groups["d"].parse().ok()?).ok()
    });
    figures.map(|date| (date, DatePrecision::Day)).or(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DatePrecision::{Day, Month, Year};
    use jiff::civil::date;

    #[test]
    fn addresses() {
        for (url, expected) in [
            ("https://a.example/world/2011/08/19/ferries.html", Some((date(2011, 8, 19), Day))),
            ("https://a.example/world/2011/aug/19/ferries", Some((date(2011, 8, 19), Day))),
            ("https://a.example/news/20110819-ferries", Some((date(2011, 8, 19), Day))),
            ("https://a.example/2011-08-19-ferries", Some((date(2011, 8, 19), Day))),
            ("https://a.example/tarn/201108191054802318-ferries/", Some((date(2011, 8, 19), Day))),
            ("https://a.example/2011/08/ferries", Some((date(2011, 8, 1), Month))),
            ("https://a.example/2011/ferries", Some((date(2011, 1, 1), Year))),
            ("https://a.example/ferries-of-2011", None),
            ("https://a.example/politics/944911", None),
            ("https://2011.example/", None),
            ("a.example", None),
        ] {
            assert_eq!(date_of_url(url), expected, "{url}");
        }
    }
}
