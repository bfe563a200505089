//! Which quotes a list holds, in SQL.

use crate::models::{ActorId, OutletId, QuoteFilter, ZoneId};

/// The filter of a quote list, its keys turned into ids. An empty list means any.
#[derive(Debug, Clone, Default)]
pub struct QuoteConditions {
    /// Said by one of these actors.
    pub speakers: Vec<ActorId>,
    /// Naming one of these zones.
    pub zones: Vec<ZoneId>,
    /// Reported by one of these outlets.
    pub outlets: Vec<OutletId>,
}

impl QuoteConditions {
    /// The zone that the quotes must name, where it is one and nothing else narrows them down but when they were said:
    /// their list is read off its index, for a zone may have more quotes than can be sorted for each page.
    pub(super) fn only_zone(&self, filter: &QuoteFilter) -> Option<ZoneId> {
        let [zone] = self.zones.as_slice() else { return None };
        let rest = QuoteFilter { zone: Vec::new(), said_from: None, said_to: None, ..filter.clone() };
        (rest == QuoteFilter::default()).then_some(*zone)
    }
}

/// A boxed query of quotes, narrowed to a [`QuoteFilter`](crate::models::QuoteFilter) and its [`QuoteConditions`]: whatever else it
/// joins, groups or selects, which is why it is a macro.
macro_rules! filtered_quotes {
    ($query:expr, $filter:expr, $conditions:expr) => {{
        use diesel::prelude::*;

        use crate::repository::article_filter::{published_from, published_to};
        use crate::repository::one_of::one_of;
        use crate::schema::{articles, quote_zones, quotes};

        let mut query = $query;
        if !$conditions.speakers.is_empty() {
            query = query.filter(one_of(quotes::actor_id, $conditions.speakers.clone()));
        }
        if !$conditions.zones.is_empty() {
            let naming = quote_zones::table.filter(one_of(quote_zones::zone_id, $conditions.zones.clone()));
            // The days are asked for below, too: here they narrow down what is looked up.
            query = match $filter.days_said() {
                Some((from, to)) => {
                    let said = naming.filter(quote_zones::said_on.ge(from).and(quote_zones::said_on.le(to)));
                    query.filter(quotes::id.eq_any(said.select(quote_zones::quote_id)))
                }
                None => query.filter(quotes::id.eq_any(naming.select(quote_zones::quote_id))),
            };
        }
        if !$conditions.outlets.is_empty() {
            let reports = articles::table.filter(one_of(articles::outlet_id, $conditions.outlets.clone()));
            query = query.filter(quotes::article_id.eq_any(reports.select(articles::id)));
        }
        if let Some(day) = $filter.published_from {
            let reports = articles::table.filter(published_from(day));
            query = query.filter(quotes::article_id.eq_any(reports.select(articles::id)));
        }
        if let Some(day) = $filter.published_to {
            let reports = articles::table.filter(published_to(day));
            query = query.filter(quotes::article_id.eq_any(reports.select(articles::id)));
        }
        if !$filter.article.is_empty() {
            query = query.filter(one_of(quotes::article_id, $filter.article.clone()));
        }
        if !$filter.kind.is_empty() {
            query = query.filter(quotes::kind.eq_any($filter.kind.clone()));
        }
        if let Some(day) = $filter.said_from {
            query = query.filter(quotes::said_on.ge(day));
        }
        if let Some(day) = $filter.said_to {
            query = query.filter(quotes::said_on.le(day));
        }
        if !$filter.review.is_empty() {
            query = query.filter(quotes::review.eq_any($filter.review.clone()));
            // As the index says it that has only these.
            if !$filter.review.contains(&crate::models::Review::Machine) {
                query = query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("quotes.review <> 'machine'"));
            }
        }
        if let Some(least) = $filter.min_confidence {
            query = query.filter(quotes::confidence.ge(least));
        }
        query
    }};
}
pub(super) use filtered_quotes;
