//! One state of the index, and what is found in it.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    BooleanQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::documents::{Fields, TextFields, bytes_of, number_of};
use super::folder::Position;
use super::query::{Clause, Query};
use super::ranking::{Lengths, Rank, Ranked, Ranking};
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ArticleId, Day, FacetName, Id, OutletId, QuoteKind, Review, SearchedType, ZoneId, name_of,
};

/// What is found must have these; an empty list means any. A type that has no such thing is not asked for it.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Quotes said by one of these actors.
    pub speakers: Vec<ActorId>,
    /// Articles naming or quoting one of these actors.
    pub actors: Vec<ActorId>,
    /// Naming one of these zones.
    pub zones: Vec<ZoneId>,
    /// Of one of these outlets.
    pub outlets: Vec<OutletId>,
    /// Quotes from one of these articles.
    pub articles: Vec<ArticleId>,
    /// Quotes reported so.
    pub kinds: Vec<QuoteKind>,
    /// Quotes in these states of review.
    pub reviews: Vec<Review>,
    /// Quotes of which the extractor is at least this sure.
    pub min_confidence: Option<f64>,
    /// Articles in these languages.
    pub languages: Vec<String>,
    /// The first and the last day on which a quote was said.
    pub said: (Option<Day>, Option<Day>),
    /// The first and the last day on which an article was published.
    pub published: (Option<Day>, Option<Day>),
}

/// What to look for.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// Quotes, articles, or both.
    pub types: &'a [SearchedType],
    /// The words; all documents without.
    pub query: Option<&'a Query>,
    /// What else must hold.
    pub conditions: &'a Conditions,
    /// What to count.
    pub facets: &'a [FacetName],
    /// Hits at most.
    pub limit: usize,
    /// The score and id of the hit to go on after.
    pub after: Option<(u32, u128)>,
}

/// One document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub searched: SearchedType,
    /// Its id.
    pub id: u128,
    /// How well it matches, in ten-thousandths.
    pub score: u32,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The best first; equal ones the latest first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
    /// For each facet the values with their counts, the most frequent first.
    pub facets: Vec<Vec<(Vec<u8>, u64)>>,
    /// How much of the database the index knew.
    pub position: Position,
}

/// One state of the index.
pub struct Snapshot {
    searcher: Searcher,
    fields: Arc<Fields>,
    lengths: HashMap<SearchedType, Lengths>,
    position: Position,
}

impl Snapshot {
    pub(super) fn new(
        searcher: Searcher,
        fields: Arc<Fields>,
        lengths: HashMap<SearchedType, Lengths>,
        position: Position,
    ) -> Self {
        Self { searcher, fields, lengths, position }
    }

    /// How much of the database it knows.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// How many documents there are.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The best documents, and counts over all that match. It reads files: call it where that holds nobody up.
    ///
    /// # Errors
    /// Only of the index.
    pub fn search(&self, search: &Search<'_>) -> Result<Found> {
        let after = search.after.map(|(score, id)| Rank { score, id });
        let mut all = Ranked::default();
        let mut type_of = HashMap::new();
        for searched in search.types {
            let ranked = self.search_type(*searched, search, after).map_err(Error::internal)?;
            type_of.extend(ranked.best.iter().map(|rank| (rank.id, *searched)));
            all.add(ranked);
        }
        all.keep_best(search.limit);
        let hit = |rank: &Rank| Some(Hit { searched: *type_of.get(&rank.id)?, id: rank.id, score: rank.score });
        Ok(Found {
            hits: all.best.iter().filter_map(hit).collect(),
            total: all.total,
            facets: all.counts.into_iter().map(most_frequent_first).collect(),
            position: self.position.clone(),
        })
    }

    fn search_type(&self, searched: SearchedType, search: &Search<'_>, after: Option<Rank>) -> tantivy::Result<Ranked> {
        let fields = self.fields.text_of(searched);
        let words = search.query.map(Query::ranking_words).unwrap_or_default();
        let lengths = self.lengths.get(&searched).copied().unwrap_or_default();
        let ranking = Ranking::new(&self.searcher, fields.stems, lengths, &words, search.facets, search.limit, after)?;
        let mut clauses: Vec<(Occur, Box<dyn IndexQuery>)> = Vec::new();
        if let Some(query) = search.query {
            clauses.extend(query.required.iter().map(|clause| (Occur::Must, matching(clause, fields))));
            clauses.extend(query.excluded.iter().map(|clause| (Occur::MustNot, matching(clause, fields))));
        } else {
            clauses.push((Occur::Must, term_query(self.fields.resource_term(searched))));
        }
        self.add_conditions(searched, search.conditions, &mut clauses);
        match clauses.as_slice() {
            [(Occur::Must, only)] => self.searcher.search(only, &ranking),
            _ => self.searcher.search(&BooleanQuery::new(clauses), &ranking),
        }
    }

    fn add_conditions(
        &self,
        searched: SearchedType,
        conditions: &Conditions,
        clauses: &mut Vec<(Occur, Box<dyn IndexQuery>)>,
    ) {
        let fields = &*self.fields;
        let mut any_of = |field: Field, values: Vec<Vec<u8>>| {
            let mut terms: Vec<Term> = values.iter().map(|value| Term::from_field_bytes(field, value)).collect();
            match terms.len() {
                0 => {}
                1 => clauses.extend(terms.pop().map(|term| (Occur::Must, term_query(term)))),
                _ => clauses.push((Occur::Must, Box::new(TermSetQuery::new(terms)))),
            }
        };
        any_of(fields.zone, ids(&conditions.zones));
        any_of(fields.outlet, ids(&conditions.outlets));
        match searched {
            SearchedType::Quotes => {
                any_of(fields.speaker, ids(&conditions.speakers));
                any_of(fields.article, ids(&conditions.articles));
                any_of(fields.kind, conditions.kinds.iter().map(|kind| name_of(kind).into_bytes()).collect());
                any_of(fields.review, conditions.reviews.iter().map(|review| name_of(review).into_bytes()).collect());
                clauses.extend(days(fields.said_on, conditions.said));
                clauses.extend(conditions.min_confidence.map(|least| {
                    let least = Bound::Included(Term::from_field_f64(fields.confidence, least));
                    (Occur::Must, Box::new(RangeQuery::new(least, Bound::Unbounded)) as Box<dyn IndexQuery>)
                }));
            }
            SearchedType::Articles => {
                any_of(fields.actor, ids(&conditions.actors));
                any_of(fields.language, conditions.languages.iter().map(|code| code.clone().into_bytes()).collect());
            }
        }
        clauses.extend(days(fields.published_on, conditions.published));
    }
}

fn ids<T>(ids: &[Id<T>]) -> Vec<Vec<u8>> {
    ids.iter().map(|id| bytes_of(*id).to_vec()).collect()
}

fn days(field: Field, (from, to): (Option<Day>, Option<Day>)) -> Option<(Occur, Box<dyn IndexQuery>)> {
    let bound = |day: Option<Day>| {
        day.map_or(Bound::Unbounded, |day| Bound::Included(Term::from_field_i64(field, number_of(day))))
    };
    (from.is_some() || to.is_some()).then(|| {
        let query: Box<dyn IndexQuery> = Box::new(RangeQuery::new(bound(from), bound(to)));
        (Occur::Must, query)
    })
}

fn term_query(term: Term) -> Box<dyn IndexQuery> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// The documents that hold what a clause asks for.
fn matching(clause: &Clause, fields: TextFields) -> Box<dyn IndexQuery> {
    match clause {
        Clause::Word(word) => term_query(Term::from_field_text(fields.stems, word)),
        Clause::Phrase(words) => {
            let terms = words.iter().map(|word| Term::from_field_text(fields.stems, word));
            Box::new(PhraseQuery::new(terms.collect()))
        }
        Clause::Prefix(prefix) => {
            let first = Bound::Included(Term::from_field_text(fields.words, prefix));
            match end_of(prefix) {
                Some(end) => {
                    let end = Bound::Excluded(Term::from_field_text(fields.words, &end));
                    Box::new(InvertedIndexRangeQuery::new(first, end))
                }
                None => Box::new(EmptyQuery),
            }
        }
        Clause::All(clauses) => {
            let all = clauses.iter().map(|clause| (Occur::Must, matching(clause, fields)));
            Box::new(BooleanQuery::new(all.collect()))
        }
    }
}

/// The first text in the order of bytes that is greater than all that begin with `prefix`: its last character, one further.
fn end_of(prefix: &str) -> Option<String> {
    let last = prefix.chars().next_back()?;
    // The code points of surrogates are no characters.
    let next = char::from_u32(u32::from(last) + 1).or((last == '\u{D7FF}').then_some('\u{E000}'))?;
    let mut end = prefix[..prefix.len() - last.len_utf8()].to_owned();
    end.push(next);
    Some(end)
}

fn most_frequent_first(counts: HashMap<Vec<u8>, u64>) -> Vec<(Vec<u8>, u64)> {
    let mut values: Vec<(Vec<u8>, u64)> = counts.into_iter().collect();
    values.sort_by(|(value, count), (other, others)| others.cmp(count).then_with(|| value.cmp(other)));
    values
}
