//! Which of the documents that match are the best, and how many have what.
//!
//! The same documents must rank alike on every machine, whatever segments they lie in: so the statistics leave deleted
//! documents out at once and not when their segment is merged, scores are summed in the order of the query's words, rounded, and
//! a tie goes to the later id.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{BytesColumn, Column};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, Searcher, SegmentOrdinal, TERMINATED, Term};

use super::documents::{Fields, joined};
use crate::models::{FacetName, SearchedType};

/// How much a word counts that comes again and again, and how much the length of a text: the usual values.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Ranks are compared to this part of a score.
const STEPS: f64 = 10_000.0;

/// Where a document stands: the best is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// In steps of a ten-thousandth.
    pub score: u32,
    pub id: u128,
}

/// How many texts there are, and how many words they hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lengths {
    documents: u64,
    words: u64,
}

impl Lengths {
    /// Of the documents of one kind in a segment that are not deleted.
    pub(super) fn of_segment(
        segment: &SegmentReader,
        fields: &Fields,
        searched: SearchedType,
    ) -> tantivy::Result<Self> {
        let mut lengths = Self::default();
        let term = fields.resource_term(searched);
        let index = segment.inverted_index(term.field())?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(lengths) };
        let norms = segment.get_fieldnorms_reader(fields.text_of(searched).stems)?;
        let alive = segment.alive_bitset();
        let mut document = postings.doc();
        while document != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(document)) {
                lengths.documents += 1;
                lengths.words += u64::from(norms.fieldnorm(document));
            }
            document = postings.advance();
        }
        Ok(lengths)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { documents: self.documents + other.documents, words: self.words + other.words }
    }

    fn rarity(self, frequency: u64) -> f64 {
        let (documents, frequency) = (self.documents as f64, frequency as f64);
        ((documents - frequency + 0.5) / (frequency + 0.5)).ln_1p()
    }

    /// What a text's length adds to the denominator, for each of the 256 lengths that the index tells apart.
    fn norms(self) -> [f64; 256] {
        let average = if self.documents == 0 { 1.0 } else { (self.words as f64 / self.documents as f64).max(1.0) };
        std::array::from_fn(|id| {
            let length = u8::try_from(id).map_or(0, FieldNormReader::id_to_fieldnorm);
            K1 * (1.0 - B + B * f64::from(length) / average)
        })
    }
}

/// In how many documents a word is, without the deleted ones.
fn frequency(searcher: &Searcher, term: &Term) -> tantivy::Result<u64> {
    let mut total = 0;
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(term.field())?;
        let Some(info) = index.get_term_info(term)? else { continue };
        total += match segment.alive_bitset() {
            None => u64::from(info.doc_freq),
            Some(alive) => {
                let postings = index.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                u64::from(postings.doc_freq_given_deletes(alive))
            }
        };
    }
    Ok(total)
}

/// Collects the best documents of one type by BM25, counts them all, and the values of facets.
pub(super) struct Ranking {
    stems: Field,
    words: Vec<(Term, f64)>,
    norms: Arc<[f64; 256]>,
    facets: Vec<FacetName>,
    limit: usize,
    after: Option<Rank>,
}

/// What [`Ranking`] found.
#[derive(Default)]
pub(super) struct Ranked {
    /// The best first.
    pub best: Vec<Rank>,
    pub total: u64,
    /// For each facet how many documents have which value.
    pub counts: Vec<HashMap<Vec<u8>, u64>>,
}

impl Ranking {
    pub(super) fn new(
        searcher: &Searcher,
        stems: Field,
        lengths: Lengths,
        words: &[&str],
        facets: &[FacetName],
        limit: usize,
        after: Option<Rank>,
    ) -> tantivy::Result<Self> {
        let term = |word: &&str| {
            let term = Term::from_field_text(stems, word);
            let rarity = lengths.rarity(frequency(searcher, &term)?);
            Ok((term, rarity))
        };
        let words = words.iter().map(term).collect::<tantivy::Result<_>>()?;
        Ok(Self { stems, words, norms: Arc::new(lengths.norms()), facets: facets.to_vec(), limit, after })
    }
}

impl Collector for Ranking {
    type Fruit = Ranked;
    type Child = SegmentRanking;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentRanking> {
        let index = segment.inverted_index(self.stems)?;
        let mut words = Vec::with_capacity(self.words.len());
        for (term, rarity) in &self.words {
            if let Some(postings) = index.read_postings(term, IndexRecordOption::WithFreqs)? {
                words.push((postings, *rarity));
            }
        }
        let columns = segment.fast_fields();
        let mut facets = Vec::with_capacity(self.facets.len());
        for facet in &self.facets {
            facets.push(columns.bytes(Fields::facet(*facet))?.map(FacetCounts::new));
        }
        Ok(SegmentRanking {
            words,
            lengths: segment.fieldnorms_readers().get_field(self.stems)?,
            norms: Arc::clone(&self.norms),
            id_high: columns.u64("id_high")?,
            id_low: columns.u64("id_low")?,
            facets,
            limit: self.limit,
            after: self.after,
            best: BinaryHeap::with_capacity(self.limit + 1),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false // the scores of the index itself are summed in another order in each segment
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Ranked>>) -> tantivy::Result<Ranked> {
        let mut merged = Ranked { counts: vec![HashMap::new(); self.facets.len()], ..Ranked::default() };
        for segment in segments {
            merged.add(segment?);
        }
        merged.keep_best(self.limit);
        Ok(merged)
    }
}

impl Ranked {
    pub(super) fn add(&mut self, other: Self) {
        self.best.extend(other.best);
        self.total += other.total;
        self.counts.resize_with(other.counts.len().max(self.counts.len()), HashMap::new);
        for (counts, others) in self.counts.iter_mut().zip(other.counts) {
            for (value, count) in others {
                *counts.entry(value).or_default() += count;
            }
        }
    }

    pub(super) fn keep_best(&mut self, limit: usize) {
        self.best.sort_unstable_by_key(|rank| Reverse(*rank));
        self.best.truncate(limit);
    }
}

/// [`Ranking`] in one segment.
pub(super) struct SegmentRanking {
    words: Vec<(SegmentPostings, f64)>,
    lengths: Option<FieldNormReader>,
    norms: Arc<[f64; 256]>,
    id_high: Column<u64>,
    id_low: Column<u64>,
    /// `None` where no document of the segment has a value.
    facets: Vec<Option<FacetCounts>>,
    limit: usize,
    after: Option<Rank>,
    best: BinaryHeap<Reverse<Rank>>,
    total: u64,
}

impl SegmentRanking {
    fn score(&mut self, document: DocId) -> u32 {
        let norm_id = self.lengths.as_ref().map_or(0, |lengths| lengths.fieldnorm_id(document));
        let norm = self.norms[usize::from(norm_id)];
        let mut score = 0.0;
        for (postings, rarity) in &mut self.words {
            let at = if postings.doc() < document { postings.seek(document) } else { postings.doc() };
            if at == document {
                let times = f64::from(postings.term_freq());
                score += *rarity * (K1 + 1.0) * times / (times + norm);
            }
        }
        (score * STEPS).round() as u32
    }

    fn id(&self, document: DocId) -> u128 {
        let half = |column: &Column<u64>| column.first(document).unwrap_or_default();
        joined(half(&self.id_high), half(&self.id_low))
    }
}

impl SegmentCollector for SegmentRanking {
    type Fruit = tantivy::Result<Ranked>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.total += 1;
        for facet in self.facets.iter_mut().flatten() {
            facet.count(document);
        }
        if self.limit == 0 {
            return;
        }
        let score = self.score(document);
        let worst = self.best.peek().filter(|_| self.best.len() == self.limit);
        if worst.is_some_and(|Reverse(worst)| score < worst.score)
            || self.after.is_some_and(|after| score > after.score)
        {
            return;
        }
        let rank = Rank { score, id: self.id(document) };
        if self.after.is_none_or(|after| rank < after) {
            self.best.push(Reverse(rank));
            if self.best.len() > self.limit {
                self.best.pop();
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let counts =
            self.facets.into_iter().map(|facet| facet.map_or_else(|| Ok(HashMap::new()), FacetCounts::by_value));
        Ok(Ranked {
            best: self.best.into_iter().map(|Reverse(rank)| rank).collect(),
            total: self.total,
            counts: counts.collect::<tantivy::Result<_>>()?,
        })
    }
}

/// How many documents of a segment have each value of a column.
struct FacetCounts {
    column: BytesColumn,
    counts: Vec<u64>,
}

impl FacetCounts {
    fn new(column: BytesColumn) -> Self {
        Self { counts: vec![0; column.num_terms()], column }
    }

    fn count(&mut self, document: DocId) {
        for value in self.column.term_ords(document) {
            if let Some(count) = usize::try_from(value).ok().and_then(|value| self.counts.get_mut(value)) {
                *count += 1;
            }
        }
    }

    fn by_value(self) -> tantivy::Result<HashMap<Vec<u8>, u64>> {
        let mut found = HashMap::new();
        for (value, count) in (0..).zip(self.counts).filter(|(_, count)| *count > 0) {
            let mut bytes = Vec::new();
            self.column.ord_to_bytes(value, &mut bytes)?;
            found.insert(bytes, count);
        }
        Ok(found)
    }
}
