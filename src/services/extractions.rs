//! Reading articles again: with a newer extractor, or with one that knows more. What people have said stays.

mod matching;

use self::matching::{Deleted, Outcome, Standing, compare, mention_key};
use super::quotes::{Missing, Strangers, strangers_of};
use super::{
    Services, articles as article_rules, changes, gazetteer, idempotency, positions, quotes as quote_rules, statements,
};
use crate::error::{Error, Result};
use crate::extraction::{self, Document, Extraction, Extractor, Hints, PublishedOn};
use crate::models::{
    Article, ArticleId, ArticleMetadata, ArticlesToRead, DatePrecision, DateSource, Day, Edit, ExtractionState,
    Instant, Mention, QuoteId, Reextraction,
};
use crate::repository::{self, Connection, articles, gazetteer as gazetteer_rows, mentions, outlets, quotes};

/// How many ids of articles are asked for at once.
const PAGE: i64 = 500;

/// Reads an article again, and tells what is gained, lost and changed by it.
///
/// The facts about the article stand as they are: people may have put them right. So does what people have said about
/// its quotes; those keep beside it how the machine reads them now. A dry run only tells, and writes nothing.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn reextract_article(services: &Services, id: ArticleId, dry_run: bool, edit: &Edit) -> Result<Reextraction> {
    loop {
        let article = articles::find_article(&mut services.database.connect().await?, id).await?;
        let facts = ArticleMetadata::from(&article.summary);
        let extraction = read_again(services, article).await?;
        if dry_run {
            let mut connection = services.database.connect().await?;
            let standing = article_rules::find_article_in(&mut connection, id).await?;
            let latest = standing.summary.updated_at;
            let reread = Reread::of(&mut connection, &standing, latest, &extraction, &Missing::Preview).await?;
            return Ok(reread.answer(true));
        }
        let written = services
            .database
            .transaction(async |c| {
                // Nobody that the article names goes away meanwhile, and two articles make one actor of a stranger.
                gazetteer_rows::lock_gazetteer(c).await?;
                articles::lock_article(c, id).await?;
                let standing = article_rules::find_article_in(c, id).await?;
                if ArticleMetadata::from(&standing.summary) != facts {
                    return Ok(None); // it was read with facts that were put right since
                }
                let of_quotes = articles::lock_quotes_of_article(c, id).await?;
                let latest = of_quotes.into_iter().fold(standing.summary.updated_at, Instant::max);
                let missing = Missing::Create(&edit.author);
                let mut reread = Reread::of(c, &standing, latest, &extraction, &missing).await?;
                reread.write(c, &standing, edit).await?;
                let answer = reread.answer(false);
                idempotency::keep_answer(c, services.idempotency.as_ref(), 200, &answer).await?;
                Ok(Some(answer))
            })
            .await?;
        if let Some(answer) = written {
            return Ok(answer);
        }
    }
}

/// The articles to read again, by id: as many as one page holds, after `after`. An empty page is the end.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for an outlet that there is not.
pub async fn list_articles_to_read(
    services: &Services,
    filter: &ArticlesToRead,
    after: Option<ArticleId>,
) -> Result<Vec<ArticleId>> {
    let mut connection = services.database.connect().await?;
    let outlets = outlets::find_outlet_ids(&mut connection, &filter.outlet).await?;
    articles::list_articles_to_read(&mut connection, filter, &outlets, extraction::VERSION, after, PAGE).await
}

/// Reads the text, on a thread where a long text holds nobody up.
async fn read_again(services: &Services, article: Article) -> Result<Extraction> {
    let extractor = gazetteer::current_extractor(services).await?.extractor;
    let read = move || {
        let document = document_of(&extractor, &article);
        let mut extraction = extractor.extract_from(&article.text, document);
        if !article_rules::is_readable(extraction.document.language.as_deref()) {
            extraction.quotes.clear();
        }
        extraction
    };
    tokio::task::spawn_blocking(read).await.map_err(Error::internal)
}

/// The page read anew, with the facts that stand.
fn document_of(extractor: &Extractor, article: &Article) -> Document {
    let summary = &article.summary;
    let read = |title| {
        let hints = Hints {
            url: summary.url.as_deref(),
            outlet: summary.outlet.as_ref().map(|outlet| outlet.slug.as_str()),
            title,
            published_on: summary.published_on.map(|day| day.0),
            published_source: summary.published_on_source,
            language: summary.language.as_deref(),
        };
        extractor.documents().read(&article.text, &hints)
    };
    // Whether the title was given at first or read from the text, nobody knows any more. Where a page prints it twice
    // that makes a difference: then the reading counts that lays the page out as it stands.
    let mut document = read(summary.title.as_deref());
    if document.regions != article.regions {
        let without_title = read(None);
        if without_title.regions == article.regions {
            document = without_title;
        }
    }
    let published = |day: Day| PublishedOn {
        date: day.0,
        precision: summary.published_on_precision.unwrap_or(DatePrecision::Day),
        source: summary.published_on_source.unwrap_or(DateSource::Request),
    };
    document.published = summary.published_on.map(published);
    document.outlet = summary.outlet.as_ref().map(|outlet| outlet.slug.clone());
    document
}

/// What an article reads like now, beside what stands.
struct Reread {
    /// The article as it was read now, one version on.
    article: Article,
    outcome: Outcome,
    mentions_gained: Vec<Mention>,
    mentions_lost: Vec<Mention>,
}

impl Reread {
    /// Compares; writes nothing but strangers, and those only where they are to be created. `latest` is the last change
    /// of the article or one of its quotes.
    async fn of(
        connection: &mut Connection,
        standing: &Article,
        latest: Instant,
        extraction: &Extraction,
        missing: &Missing<'_>,
    ) -> Result<Self> {
        let named = article_rules::find_named(connection, std::iter::once(extraction)).await?;
        let mut article = standing.clone();
        article.mentions = extraction.mentions.iter().filter_map(|mention| named.mention(mention)).collect();
        article.regions.clone_from(&extraction.document.regions);
        let summary = &mut article.summary;
        summary.extractor = extraction::VERSION.to_owned();
        let readable = article_rules::is_readable(extraction.document.language.as_deref());
        summary.extraction = if readable { ExtractionState::Done } else { ExtractionState::UnsupportedLanguage };
        summary.updated_at = Instant::now_after(latest);
        summary.version += 1;
        let at = summary.updated_at;
        let rows = quotes::list_quotes_as_extracted(connection, article.summary.id).await?;
        let rows: Vec<Standing> =
            rows.into_iter().map(|(quote, as_extracted)| Standing { quote, as_extracted }).collect();
        let deleted = list_deleted_quotes(connection, article.summary.id).await?;
        let strangers = &mut Strangers::look_up(connection, strangers_of(extraction)).await?;
        let read = quote_rules::extracted_quotes(connection, &article, extraction, &named, strangers, missing).await?;
        Ok(Self {
            outcome: compare(&rows, &deleted, &read, &article.mentions, at),
            mentions_gained: without(&article.mentions, &standing.mentions),
            mentions_lost: without(&standing.mentions, &article.mentions),
            article,
        })
    }

    fn answer(self, dry_run: bool) -> Reextraction {
        Reextraction {
            article_id: self.article.summary.id,
            extractor: self.article.summary.extractor,
            dry_run,
            gained: self.outcome.gained,
            lost: self.outcome.lost,
            changed: self.outcome.changed,
            kept: self.outcome.kept,
            not_found: self.outcome.not_found,
            mentions_gained: self.mentions_gained,
            mentions_lost: self.mentions_lost,
        }
    }

    /// Whether a reader of the article, its quotes or mentions sees any difference.
    fn is_visible(&self, standing: &Article) -> bool {
        let Outcome { gained, lost, changed, .. } = &self.outcome;
        let (before, after) = (&standing.summary, &self.article.summary);
        let same_quotes = gained.is_empty() && lost.is_empty() && changed.is_empty();
        let same_mentions = self.mentions_gained.is_empty() && self.mentions_lost.is_empty();
        !(same_quotes && same_mentions)
            || standing.regions != self.article.regions
            || (before.extraction, &before.extractor) != (after.extraction, &after.extractor)
    }

    async fn write(&mut self, connection: &mut Connection, standing: &Article, edit: &Edit) -> Result<()> {
        let (id, at) = (standing.summary.id, self.article.summary.updated_at);
        for (quote, reading) in &self.outcome.as_extracted {
            quotes::update_quote_as_extracted(connection, *quote, reading).await?;
        }
        if !self.is_visible(standing) {
            articles::update_read_at(connection, id, at).await?;
            return read_positions_of(connection, id).await;
        }
        articles::update_extraction(connection, &self.article).await?;
        if !(self.mentions_gained.is_empty() && self.mentions_lost.is_empty()) {
            mentions::delete_mentions_of_article(connection, id).await?;
            let of_story: Vec<_> = mentions::mentions_of_story(&self.article).collect();
            mentions::create_mentions(connection, &of_story).await?;
        }
        self.write_quotes(connection, at).await?;
        self.place_quotes(connection).await?;
        let Outcome { gained, lost, changed, .. } = &self.outcome;
        let changed = changed.iter().map(|change| (Some(&change.before), Some(&change.after)));
        let gained = gained.iter().map(|quote| (None, Some(quote)));
        let lost = lost.iter().map(|quote| (Some(quote), None));
        let quotes: Vec<_> = gained.chain(changed).chain(lost).collect();
        changes::record_extraction(connection, (standing, &self.article), &quotes, edit).await
    }

    /// Puts what is new, and what reads otherwise, into the statements that it reports; reads the positions of all.
    async fn place_quotes(&mut self, connection: &mut Connection) -> Result<()> {
        let Outcome { gained, changed, .. } = &mut self.outcome;
        let otherwise = changed.iter().filter(|change| quote_rules::reports_else(&change.before, &change.after));
        let ids: Vec<QuoteId> =
            gained.iter().map(|quote| quote.id).chain(otherwise.map(|change| change.after.id)).collect();
        let placed = statements::place_quotes(connection, &ids).await?;
        statements::name_statements(gained, &placed);
        for change in changed.iter_mut().filter(|change| ids.contains(&change.after.id)) {
            statements::name_statements(std::slice::from_mut(&mut change.after), &placed);
        }
        read_positions_of(connection, self.article.summary.id).await
    }

    async fn write_quotes(&self, connection: &mut Connection, at: Instant) -> Result<()> {
        let Outcome { gained, lost, changed, .. } = &self.outcome;
        quote_rules::create_with_outer_first(connection, std::iter::once((&self.article, gained.as_slice()))).await?;
        let day = self.article.summary.sort_on();
        for change in changed {
            quotes::update_quote(connection, &change.after, day, None).await?;
            mentions::delete_mentions_of_quote(connection, change.after.id).await?;
        }
        // Last: no quote is reported in one of these any more.
        let gone: Vec<QuoteId> = lost.iter().map(|quote| quote.id).collect();
        statements::withdraw_quotes(connection, &gone).await?;
        for quote in lost {
            quotes::delete_quote(connection, quote.id, at).await?;
        }
        let written = gained.iter().chain(changed.iter().map(|change| &change.after));
        mentions::create_mentions(connection, &mentions::mentions_of_quotes(written).collect::<Vec<_>>()).await
    }
}

/// Reads the positions that the quotes of an article take: also where the quotes stay as they were, the rules may be
/// others by now.
async fn read_positions_of(connection: &mut Connection, id: ArticleId) -> Result<()> {
    let quotes = repository::statements::placing::list_quotes_to_place(connection, &[id]).await?;
    positions::read_positions(connection, &quotes).await
}

/// The quotes of an article that people have deleted, as they were then.
async fn list_deleted_quotes(connection: &mut Connection, id: ArticleId) -> Result<Vec<Deleted>> {
    let documents = repository::changes::list_deleted_quotes_of_article(connection, id).await?;
    documents.iter().map(|document| serde_json::from_str(document).map_err(Error::internal)).collect()
}

/// The mentions of one list that another lacks.
fn without(all: &[Mention], others: &[Mention]) -> Vec<Mention> {
    let others: std::collections::HashSet<_> = others.iter().map(mention_key).collect();
    all.iter().filter(|mention| !others.contains(&mention_key(mention))).cloned().collect()
}
