//! The fields of the index, and how quotes and articles are written into them.

use jiff::civil::Date;
use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::terms::Terms;
use crate::models::{Day, FacetName, Id, IndexedArticle, IndexedQuote, SearchedType, name_of};

/// The fields that are searched: quotes and articles are ranked each by their own statistics.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextFields {
    /// Stems, with frequencies and positions.
    pub stems: Field,
    /// Whole words, for those of which only the beginning is given.
    pub words: Field,
}

/// The fields of the index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub schema: Schema,
    pub quotes: TextFields,
    pub articles: TextFields,
    /// `q` or `a`.
    pub resource: Field,
    /// The id, as bytes, to delete by; and in two halves, to read quickly.
    pub id: Field,
    pub id_high: Field,
    pub id_low: Field,
    /// The article itself, or that of the quote.
    pub article: Field,
    pub speaker: Field,
    pub actor: Field,
    pub zone: Field,
    pub outlet: Field,
    pub kind: Field,
    pub review: Field,
    pub language: Field,
    pub year: Field,
    pub said_on: Field,
    pub published_on: Field,
    pub confidence: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let only_indexed: BytesOptions = INDEXED.into();
        let counted: BytesOptions = (INDEXED | FAST).into();
        let only_fast: NumericOptions = FAST.into();
        let year: BytesOptions = FAST.into();
        Self {
            quotes: text_fields(&mut schema, "quote"),
            articles: text_fields(&mut schema, "article_text"),
            resource: schema.add_bytes_field("resource", only_indexed.clone()),
            id: schema.add_bytes_field("id", only_indexed.clone()),
            id_high: schema.add_u64_field("id_high", only_fast.clone()),
            id_low: schema.add_u64_field("id_low", only_fast.clone()),
            article: schema.add_bytes_field("article", only_indexed.clone()),
            speaker: schema.add_bytes_field("speaker", counted.clone()),
            actor: schema.add_bytes_field("actor", only_indexed.clone()),
            zone: schema.add_bytes_field("zone", counted.clone()),
            outlet: schema.add_bytes_field("outlet", counted.clone()),
            kind: schema.add_bytes_field("kind", counted),
            review: schema.add_bytes_field("review", only_indexed.clone()),
            language: schema.add_bytes_field("language", only_indexed),
            year: schema.add_bytes_field("year", year),
            said_on: schema.add_i64_field("said_on", only_fast.clone()),
            published_on: schema.add_i64_field("published_on", only_fast.clone()),
            confidence: schema.add_f64_field("confidence", only_fast),
            schema: schema.build(),
        }
    }

    pub(super) fn text_of(&self, searched: SearchedType) -> TextFields {
        match searched {
            SearchedType::Quotes => self.quotes,
            SearchedType::Articles => self.articles,
        }
    }

    pub(super) fn resource_term(&self, searched: SearchedType) -> Term {
        Term::from_field_bytes(self.resource, resource_mark(searched))
    }

    /// The name of the field that a facet counts.
    pub(super) fn facet(facet: FacetName) -> &'static str {
        match facet {
            FacetName::Speaker => "speaker",
            FacetName::Zone => "zone",
            FacetName::Outlet => "outlet",
            FacetName::Kind => "kind",
            FacetName::Year => "year",
        }
    }

    /// An article and its quotes, each a document of its own.
    pub(super) fn documents(&self, article: &IndexedArticle) -> Vec<TantivyDocument> {
        let mut documents = vec![self.article_document(article)];
        documents.extend(article.quotes.iter().map(|quote| self.quote_document(quote)));
        documents
    }

    fn quote_document(&self, quote: &IndexedQuote) -> TantivyDocument {
        let mut document = self.document(SearchedType::Quotes, quote.id.to_bits());
        document.add_bytes(self.article, &bytes_of(quote.article));
        document.add_bytes(self.kind, name_of(&quote.kind).as_bytes());
        document.add_bytes(self.review, name_of(&quote.review).as_bytes());
        document.add_f64(self.confidence, quote.confidence);
        add_all(&mut document, self.speaker, quote.speaker.as_slice());
        add_all(&mut document, self.zone, &quote.zones);
        add_all(&mut document, self.outlet, quote.outlet.as_slice());
        self.add_days(&mut document, quote.said_on, quote.published_on, quote.sort_on);
        add_text(&mut document, self.quotes, &[&quote.text]);
        document
    }

    fn article_document(&self, article: &IndexedArticle) -> TantivyDocument {
        let mut document = self.document(SearchedType::Articles, article.id.to_bits());
        document.add_bytes(self.article, &bytes_of(article.id));
        if let Some(language) = &article.language {
            document.add_bytes(self.language, language.as_bytes());
        }
        add_all(&mut document, self.actor, &article.actors);
        add_all(&mut document, self.zone, &article.zones);
        add_all(&mut document, self.outlet, article.outlet.as_slice());
        self.add_days(&mut document, None, article.published_on, article.sort_on);
        let title = article.title.as_deref().unwrap_or_default();
        add_text(&mut document, self.articles, &[&article.text, title]);
        document
    }

    fn document(&self, searched: SearchedType, id: u128) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_bytes(self.resource, resource_mark(searched));
        document.add_bytes(self.id, &id.to_be_bytes());
        document.add_u64(self.id_high, high_half(id));
        document.add_u64(self.id_low, low_half(id));
        document
    }

    fn add_days(&self, document: &mut TantivyDocument, said: Option<Day>, published: Option<Day>, sort: Day) {
        document.add_bytes(self.year, sort.0.year().to_string().as_bytes());
        if let Some(day) = said {
            document.add_i64(self.said_on, number_of(day));
        }
        if let Some(day) = published {
            document.add_i64(self.published_on, number_of(day));
        }
    }
}

fn text_fields(schema: &mut SchemaBuilder, name: &str) -> TextFields {
    let stems = TextFieldIndexing::default()
        .set_tokenizer(Terms::STEMS)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let words = TextFieldIndexing::default()
        .set_tokenizer(Terms::WORDS)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextFields {
        stems: schema.add_text_field(&format!("{name}_stems"), TextOptions::default().set_indexing_options(stems)),
        words: schema.add_text_field(&format!("{name}_words"), TextOptions::default().set_indexing_options(words)),
    }
}

/// Writes texts into both fields. The index leaves a place free between two texts of one document: no phrase reaches across.
fn add_text(document: &mut TantivyDocument, fields: TextFields, texts: &[&str]) {
    for text in texts {
        document.add_text(fields.stems, text);
        document.add_text(fields.words, text);
    }
}

fn add_all<T>(document: &mut TantivyDocument, field: Field, ids: &[Id<T>]) {
    for id in ids {
        document.add_bytes(field, &bytes_of(*id));
    }
}

fn resource_mark(searched: SearchedType) -> &'static [u8] {
    match searched {
        SearchedType::Quotes => b"q",
        SearchedType::Articles => b"a",
    }
}

pub(super) fn bytes_of<T>(id: Id<T>) -> [u8; 16] {
    id.to_bits().to_be_bytes()
}

fn high_half(id: u128) -> u64 {
    (id >> 64) as u64
}

fn low_half(id: u128) -> u64 {
    id as u64
}

pub(super) fn joined(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

/// Days since 1970.
pub(super) fn number_of(day: Day) -> i64 {
    day.0.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days().into())
}
