//! Which articles a list holds, in SQL.

use diesel::prelude::*;

use crate::models::{ActorId, Day, OutletId, ZoneId};
use crate::schema::articles;

/// The filter of an article list, its keys turned into ids. An empty list means any.
#[derive(Debug, Clone, Default)]
pub struct ArticleConditions {
    /// Of these outlets.
    pub outlets: Vec<OutletId>,
    /// Naming or quoting one of these actors.
    pub actors: Vec<ActorId>,
    /// Naming one of these zones.
    pub zones: Vec<ZoneId>,
}

/// Published on this day or later. Articles are listed under the day of publication, where that is known: by that day they are found.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn published_from(day: Day) -> _ {
    articles::published_on.ge(day).and(articles::sort_on.ge(day))
}

/// Published on this day or earlier.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn published_to(day: Day) -> _ {
    articles::published_on.le(day).and(articles::sort_on.le(day))
}

/// A boxed query of articles, narrowed to an [`ArticleFilter`](crate::models::ArticleFilter) and its [`ArticleConditions`]:
/// whatever else it joins, groups or selects, which is why it is a macro.
macro_rules! filtered_articles {
    ($query:expr, $filter:expr, $conditions:expr) => {{
        use diesel::prelude::*;

        use crate::repository::article_filter::{published_from, published_to};
        use crate::repository::one_of::one_of;
        use crate::schema::{articles, mentions, quotes};

        let mut query = $query;
        if !$conditions.outlets.is_empty() {
            query = query.filter(one_of(articles::outlet_id, $conditions.outlets.clone()));
        }
        if !$conditions.actors.is_empty() {
            let naming = mentions::table.filter(one_of(mentions::actor_id, $conditions.actors.clone()));
            let quoting = quotes::table.filter(one_of(quotes::actor_id, $conditions.actors.clone()));
            query = query.filter(
                articles::id
                    .eq_any(naming.select(mentions::article_id))
                    .or(articles::id.eq_any(quoting.select(quotes::article_id))),
            );
        }
        if !$conditions.zones.is_empty() {
            let naming = mentions::table.filter(one_of(mentions::zone_id, $conditions.zones.clone()));
            query = query.filter(articles::id.eq_any(naming.select(mentions::article_id)));
        }
        if let Some(day) = $filter.published_from {
            query = query.filter(published_from(day));
        }
        if let Some(day) = $filter.published_to {
            query = query.filter(published_to(day));
        }
        if !$filter.language.is_empty() {
            query = query.filter(articles::language.eq_any(&$filter.language));
            // As the index says it that has only these.
            if !$filter.language.iter().any(|language| language == "en") {
                query = query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("articles.language <> 'en'"));
            }
        }
        query
    }};
}
pub(super) use filtered_articles;
