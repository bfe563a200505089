//! Hits with what was found, and where the words stand in it.

use std::collections::HashMap;

use super::super::quotes::Words;
use crate::error::Result;
use crate::models::{ArticleId, ArticleSummary, Id, Quote, QuoteId, SearchHit, SearchedType, TextSpan};
use crate::repository::{Connection, articles, quotes};
use crate::search::{Hit, Query};

/// Highlights of a hit that are told.
const MAX_HIGHLIGHTS: usize = 100;
/// Length of an excerpt, in characters.
const EXCERPT: usize = 240;

/// The hits with what was found. What was deleted since is left out.
pub(super) async fn whole_hits(
    connection: &mut Connection,
    hits: &[Hit],
    query: Option<&Query>,
) -> Result<Vec<SearchHit>> {
    let ids = |searched| hits.iter().filter(move |hit| hit.searched == searched).map(|hit| hit.id);
    let quote_ids: Vec<QuoteId> = ids(SearchedType::Quotes).map(Id::from_bits).collect();
    let article_ids: Vec<ArticleId> = ids(SearchedType::Articles).map(Id::from_bits).collect();
    let found = quotes::find_quotes(connection, &quote_ids).await?;
    let mut quotes_found: HashMap<u128, Quote> = found.into_iter().map(|quote| (quote.id.to_bits(), quote)).collect();
    let found = articles::list_articles_with_ids(connection, &article_ids).await?;
    let mut articles_found: HashMap<u128, (ArticleSummary, String)> =
        found.into_iter().map(|article| (article.0.id.to_bits(), article)).collect();
    let whole = |hit: &Hit| match hit.searched {
        SearchedType::Quotes => quotes_found.remove(&hit.id).map(|quote| quote_hit(*hit, quote, query)),
        SearchedType::Articles => {
            articles_found.remove(&hit.id).map(|(article, text)| article_hit(*hit, article, &text, query))
        }
    };
    Ok(hits.iter().filter_map(whole).collect())
}

fn quote_hit(hit: Hit, quote: Quote, query: Option<&Query>) -> SearchHit {
    let places = query.map(|query| query.highlights(&quote.text)).unwrap_or_default();
    let highlights = spans(&Words::of(&quote.text), &places);
    let score = score(hit);
    SearchHit { searched: hit.searched, score, highlights, excerpt: None, quote: Some(quote), article: None }
}

fn article_hit(hit: Hit, article: ArticleSummary, text: &str, query: Option<&Query>) -> SearchHit {
    let places = query.map(|query| query.highlights(text)).unwrap_or_default();
    let words = Words::of(text);
    SearchHit {
        searched: hit.searched,
        score: score(hit),
        highlights: spans(&words, &places),
        excerpt: Some(excerpt(&words, &places)),
        quote: None,
        article: Some(article),
    }
}

fn score(hit: Hit) -> f64 {
    f64::from(hit.score) / 10_000.0
}

fn spans(words: &Words<'_>, places: &[(usize, usize)]) -> Vec<TextSpan> {
    let span = |(start, end): &(usize, usize)| TextSpan {
        text: words.slice(*start, *end).to_owned(),
        start: *start,
        end: *end,
    };
    places.iter().take(MAX_HIGHLIGHTS).map(span).collect()
}

/// The piece of a text with most of the places; its beginning where there are none. It begins and ends with whole words.
fn excerpt(words: &Words<'_>, places: &[(usize, usize)]) -> TextSpan {
    let within =
        |first: usize| places.iter().skip(first).take_while(|place| place.1 <= places[first].0 + EXCERPT / 2).count();
    let best = (0..places.len()).max_by_key(|first| (within(*first), std::cmp::Reverse(*first)));
    let around = best.map_or(0, |first| places[first].0.saturating_sub(EXCERPT / 4));
    let is_space = |at: usize| words.slice(at, at + 1).chars().all(char::is_whitespace);
    let last_start = best.map_or(0, |first| places[first].0);
    let start = if around == 0 { 0 } else { (around..last_start).find(|at| is_space(*at)).map_or(around, |at| at + 1) };
    let limit = (start + EXCERPT).min(words.len());
    let end =
        if limit == words.len() { limit } else { (start + 1..limit).rev().find(|at| is_space(*at)).unwrap_or(limit) };
    TextSpan { text: words.slice(start, end).to_owned(), start, end }
}
