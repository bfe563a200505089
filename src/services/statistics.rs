//! Counts of quotes over time.

use std::collections::HashMap;

use super::{Services, quotes as quote_rules};
use crate::error::{Error, Result};
use crate::models::{
    Day, FieldError, Id, Period, QuoteCategory, QuoteCounts, QuoteFilter, QuoteSeries, QuoteStatistics,
    StatisticsParameters,
};
use crate::repository::{Connection, statistics};

const DEFAULT_SERIES: i64 = 10;
const MAX_SERIES: i64 = 100;

/// How many quotes fit a filter, by period and category.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing, and where there would be more periods than the settings
/// allow.
pub async fn count_quotes(
    services: &Services,
    filter: &QuoteFilter,
    parameters: &StatisticsParameters,
) -> Result<QuoteStatistics> {
    let series = parameters.series.unwrap_or(DEFAULT_SERIES);
    if !(1..=MAX_SERIES).contains(&series) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("series", format!("must be 1 to {MAX_SERIES}"))]));
    }
    let period = parameters.group_by.period;
    services
        .read(async |c| {
            let conditions = quote_rules::find_conditions(c, filter).await?;
            let all = statistics::count_quotes(c, filter, &conditions, period).await?;
            let periods = match period {
                Some(period) => periods_of(period, &all, filter, services.settings.statistics.max_periods)?,
                None => Vec::new(),
            };
            let all = counts_in(&periods, &all);
            let Some(category) = parameters.group_by.category else {
                return Ok(QuoteStatistics { periods, series: Vec::new(), others: all.clone(), all });
            };
            let largest = statistics::list_largest_categories(c, filter, &conditions, category, series).await?;
            let rows =
                statistics::count_quotes_of_categories(c, filter, &conditions, period, category, &largest).await?;
            let mut of_category: HashMap<String, Vec<(Option<Day>, i64)>> = HashMap::new();
            for (day, category, quotes) in rows {
                of_category.entry(category).or_default().push((day, quotes));
            }
            let mut counts = |category: &str| counts_in(&periods, &of_category.remove(category).unwrap_or_default());
            let others = counts(statistics::OTHERS);
            let mut names = names_of(c, category, &largest).await?;
            // Whoever was taken away in this moment has no name any more, and no series.
            let series = largest.iter().filter_map(|category| {
                let (id, slug, name) = names.remove(category)?;
                Some(QuoteSeries { id, slug, name, counts: counts(category) })
            });
            Ok(QuoteStatistics { series: series.collect(), others, all, periods })
        })
        .await
}

/// The first days of all periods between the first and the last that is asked for or has quotes.
fn periods_of(period: Period, counts: &[(Option<Day>, i64)], filter: &QuoteFilter, most: usize) -> Result<Vec<Day>> {
    let days =
        || counts.iter().filter_map(|(day, _)| *day).chain([filter.said_from, filter.said_to].into_iter().flatten());
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(Vec::new()) };
    let firsts = std::iter::successors(Some(period.first_day(first)), |day| period.next(*day));
    let periods: Vec<Day> = firsts.take_while(|day| *day <= last).take(most.saturating_add(1)).collect();
    if periods.len() > most {
        let detail = format!("gives more than {most} periods from {first} to {last}: take longer ones, or fewer days");
        return Err(Error::InvalidQuery(vec![FieldError::parameter("group_by", detail)]));
    }
    Ok(periods)
}

/// The rows as one number for each period, 0 where there is none.
fn counts_in(periods: &[Day], rows: &[(Option<Day>, i64)]) -> QuoteCounts {
    let mut by_period = vec![0; periods.len()];
    for (day, quotes) in rows {
        if let Some(place) = day.and_then(|day| periods.binary_search(&day).ok()) {
            by_period[place] += quotes;
        }
    }
    QuoteCounts { quotes: rows.iter().map(|(_, quotes)| quotes).sum(), by_period }
}

/// Id, slug and name of each category that is there.
async fn names_of(
    connection: &mut Connection,
    category: QuoteCategory,
    categories: &[String],
) -> Result<HashMap<String, (Option<Id<()>>, String, String)>> {
    if category == QuoteCategory::Kind {
        return Ok(categories.iter().map(|kind| (kind.clone(), (None, kind.clone(), kind.clone()))).collect());
    }
    let ids = categories.iter().map(|id| id.parse().map_err(Error::internal)).collect::<Result<Vec<Id<()>>>>()?;
    let names = statistics::list_names(connection, category, &ids).await?;
    Ok(names.into_iter().map(|(id, slug, name)| (id.to_string(), (Some(id), slug, name))).collect())
}
