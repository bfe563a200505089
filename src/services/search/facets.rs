//! Facets: how many of what was found have which value.
//!
//! Where words are searched the index counts, as it ranks: what the database would have to read a row of. A list without
//! words is counted in the database: in the same moment as the list, whether there is an index or not, and with `as_of` as it
//! was known then.

use std::collections::HashMap;

use crate::error::Result;
use crate::models::{ArticleFilter, FacetName, FacetValue, FacetValues, Id, QuoteCategory, QuoteFilter};
use crate::repository::article_filter::ArticleConditions;
use crate::repository::quote_filter::QuoteConditions;
use crate::repository::{Connection, facets, statistics};

/// Values of a facet that are told.
const MAX_VALUES: usize = 50;

/// Counts the quotes of a list; `None` where nothing is to be counted.
pub(in crate::services) async fn count_quotes(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    names: &[FacetName],
) -> Result<Option<Vec<FacetValues>>> {
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let counts = facets::count_quotes(connection, filter, conditions, *name, MAX_VALUES).await?;
        all.push(FacetValues { name: *name, values: name_values(connection, *name, counts).await? });
    }
    Ok((!all.is_empty()).then_some(all))
}

/// Counts the articles of a list; `None` where nothing is to be counted.
pub(in crate::services) async fn count_articles(
    connection: &mut Connection,
    filter: &ArticleFilter,
    conditions: &ArticleConditions,
    names: &[FacetName],
) -> Result<Option<Vec<FacetValues>>> {
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let counts = facets::count_articles(connection, filter, conditions, *name, MAX_VALUES).await?;
        all.push(FacetValues { name: *name, values: name_values(connection, *name, counts).await? });
    }
    Ok((!all.is_empty()).then_some(all))
}

/// What the index counted, with names for people; `None` where nothing was to be counted.
pub(super) async fn name_facets(
    connection: &mut Connection,
    names: &[FacetName],
    counted: &[Vec<(Vec<u8>, u64)>],
) -> Result<Option<Vec<FacetValues>>> {
    let mut all = Vec::with_capacity(names.len());
    for (name, counts) in names.iter().zip(counted) {
        let value = |(bytes, count): &(Vec<u8>, u64)| match bytes.as_slice().try_into() {
            Ok(bits) if category_of(*name).is_some() => {
                (Id::<()>::from_bits(u128::from_be_bytes(bits)).to_string(), *count)
            }
            _ => (String::from_utf8_lossy(bytes).into_owned(), *count),
        };
        let counts = counts.iter().take(MAX_VALUES).map(value).collect();
        all.push(FacetValues { name: *name, values: name_values(connection, *name, counts).await? });
    }
    Ok((!all.is_empty()).then_some(all))
}

/// What has ids, and so names of its own.
fn category_of(name: FacetName) -> Option<QuoteCategory> {
    match name {
        FacetName::Speaker => Some(QuoteCategory::Speaker),
        FacetName::Zone => Some(QuoteCategory::Zone),
        FacetName::Outlet => Some(QuoteCategory::Outlet),
        FacetName::Kind | FacetName::Year => None,
    }
}

async fn name_values(
    connection: &mut Connection,
    name: FacetName,
    counts: Vec<(String, u64)>,
) -> Result<Vec<FacetValue>> {
    let Some(category) = category_of(name) else {
        let value = |(value, count): (String, u64)| FacetValue { label: value.clone(), value, count };
        return Ok(counts.into_iter().map(value).collect());
    };
    let ids: Vec<Id<()>> = counts.iter().filter_map(|(id, _)| id.parse().ok()).collect();
    let names = statistics::list_names(connection, category, &ids).await?;
    let mut names: HashMap<String, (String, String)> =
        names.into_iter().map(|(id, slug, name)| (id.to_string(), (slug, name))).collect();
    // What is gone by now has no name any more.
    let value = |(id, count): (String, u64)| {
        let (value, label) = names.remove(&id)?;
        Some(FacetValue { value, label, count })
    };
    Ok(counts.into_iter().filter_map(value).collect())
}
