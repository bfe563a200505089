//! `/v1/feeds`: the latest quotes for feed readers, as Atom (RFC 4287) and JSON Feed 1.1.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::App;
use super::lists::ListQuery;
use super::problem::{ListProblems, ServerProblems};
use super::registry::Registry;
use crate::error::{Error, Result};
use crate::models::{Instant, Quote, QuoteFilter, name_of};
use crate::services::feeds;

const ATOM: &str = "application/atom+xml";
const JSON_FEED: &str = "application/feed+json";
const TITLE: &str = "Onrecord: the latest quotes";
/// Characters of a quote that stand for it in a title.
const TITLE_CHARS: usize = 100;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(read_atom_feed).service(read_json_feed);
}

/// How much a feed holds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter; `ListQuery` reads it")]
struct Limit {
    /// How many quotes at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// Reads the latest quotes as an Atom feed.
///
/// Those that came in last, whenever they were said; with every filter of the list of quotes.
#[utoipa::path(
    tag = "quotes",
    operation_id = "read_atom_feed",
    params(QuoteFilter, Limit),
    responses((status = 200, description = "The feed.", body = String, content_type = "application/atom+xml"), ListProblems, ServerProblems)
)]
#[get("/feeds/quotes.atom")]
async fn read_atom_feed(app: App, query: ListQuery<QuoteFilter>, request: HttpRequest) -> Result<HttpResponse> {
    let quotes = feeds::list_latest_quotes(&app, &query.filter, query.limit()?).await?;
    let feed = atom_feed(&request, &quotes)?;
    Ok(HttpResponse::Ok().content_type(ATOM).body(feed.to_string()))
}

/// Reads the latest quotes as a JSON feed.
///
/// Those that came in last, whenever they were said; with every filter of the list of quotes.
#[utoipa::path(
    tag = "quotes",
    operation_id = "read_json_feed",
    params(QuoteFilter, Limit),
    responses((status = 200, description = "The feed.", body = JsonFeed, content_type = "application/feed+json"), ListProblems, ServerProblems)
)]
#[get("/feeds/quotes.json")]
async fn read_json_feed(app: App, query: ListQuery<QuoteFilter>) -> Result<HttpResponse> {
    let quotes = feeds::list_latest_quotes(&app, &query.filter, query.limit()?).await?;
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1".to_owned(),
        title: TITLE.to_owned(),
        items: quotes.iter().map(JsonFeedItem::from).collect(),
    };
    Ok(HttpResponse::Ok().content_type(JSON_FEED).json(feed))
}

fn atom_feed(request: &HttpRequest, quotes: &[Quote]) -> Result<Feed> {
    // Links are relative to where the feed was read (RFC 4287, section 2): the service does not know what it is called outside.
    let link = |relation: &str, address: String| Link { rel: relation.to_owned(), href: address, ..Link::default() };
    let entry = |quote: &Quote| {
        let article = quote.included.as_ref().and_then(|included| included.article.as_ref());
        let address = format!("/v1/quotes/{}", quote.id);
        let mut links = vec![link("alternate", address)];
        links.extend(article.and_then(|article| article.url.clone()).map(|url| link("via", url)));
        let terms = quote.zones.iter().map(|zone| zone.slug.clone()).chain([name_of(&quote.kind)]);
        Ok(Entry {
            id: urn(quote),
            title: Text::plain(title_of(quote)),
            updated: date_of(quote.updated_at)?,
            published: Some(date_of(quote.created_at)?),
            authors: vec![Person { name: speaker_of(quote), ..Person::default() }],
            links,
            categories: terms.map(|term| Category { term, ..Category::default() }).collect(),
            content: Some(Content {
                value: Some(quote.text.clone()),
                content_type: Some("text".to_owned()),
                ..Content::default()
            }),
            ..Entry::default()
        })
    };
    let latest = quotes.iter().map(|quote| quote.updated_at).max();
    Ok(Feed {
        id: id_of_feed(request),
        title: Text::plain(TITLE),
        updated: latest.map(date_of).transpose()?.unwrap_or_default(),
        links: vec![link("self", request.uri().to_string())],
        entries: quotes.iter().map(entry).collect::<Result<_>>()?,
        ..Feed::default()
    })
}

/// The same for the same filter on the same service, and no other's.
fn id_of_feed(request: &HttpRequest) -> String {
    let host = request.headers().get(header::HOST).map(header::HeaderValue::as_bytes).unwrap_or_default();
    let digest = Sha256::new().chain_update(host).chain_update(request.uri().to_string()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::new_v8(bytes).urn().to_string()
}

fn urn(quote: &Quote) -> String {
    format!("urn:uuid:{}", quote.id)
}

fn date_of(instant: Instant) -> Result<FixedDateTime> {
    FixedDateTime::parse_from_rfc3339(&instant.to_string()).map_err(|error| Error::internal(error.to_string()))
}

/// Who said it: the known actor, or else the words that stand for the speaker.
fn speaker_of(quote: &Quote) -> String {
    let speaker = quote.speaker.as_ref();
    let actor = speaker.and_then(|speaker| speaker.actor.as_ref()).map(|actor| actor.name.clone());
    let mention = || speaker.and_then(|speaker| speaker.mention.as_ref()).map(|mention| mention.text.clone());
    actor.or_else(mention).unwrap_or_else(|| "Unknown speaker".to_owned())
}

/// Who, and how it begins.
fn title_of(quote: &Quote) -> String {
    let words = quote.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut start: String = words.chars().take(TITLE_CHARS).collect();
    if start.len() < words.len() {
        start.push('…');
    }
    format!("{}: {start}", speaker_of(quote))
}

/// A feed of quotes (JSON Feed 1.1, <https://www.jsonfeed.org/version/1.1/>).
#[derive(Debug, Serialize, ToSchema)]
struct JsonFeed {
    /// The version of the format.
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    version: String,
    /// What the feed is called.
    title: String,
    /// The quotes, the last one first.
    items: Vec<JsonFeedItem>,
}

/// A quote in a feed.
#[derive(Debug, Serialize, ToSchema)]
struct JsonFeedItem {
    /// The quote's id, as a URN.
    #[schema(example = "urn:uuid:01976f3e-5c1a-7d30-9a64-0c5e5d7c3b21")]
    id: String,
    /// Who said it, and how it begins.
    title: String,
    /// What was said.
    content_text: String,
    /// Where its article was published; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    external_url: Option<String>,
    /// When the quote came in.
    date_published: Instant,
    /// When it was last changed.
    date_modified: Instant,
    /// Who said it.
    authors: Vec<JsonFeedAuthor>,
    /// The zones that it names, by slug, and how it was reported.
    tags: Vec<String>,
    /// The quote in this service.
    #[serde(rename = "_onrecord")]
    onrecord: QuoteAddress,
}

/// Who said a quote.
#[derive(Debug, Serialize, ToSchema)]
struct JsonFeedAuthor {
    /// The actor's name, or the words that stand for the speaker.
    name: String,
}

/// Where a quote of a feed is read in full (an extension of the format).
#[derive(Debug, Serialize, ToSchema)]
struct QuoteAddress {
    /// Its address, relative to this service.
    #[schema(example = "/v1/quotes/01976f3e-5c1a-7d30-9a64-0c5e5d7c3b21")]
    quote: String,
}

impl From<&Quote> for JsonFeedItem {
    fn from(quote: &Quote) -> Self {
        let article = quote.included.as_ref().and_then(|included| included.article.as_ref());
        Self {
            id: urn(quote),
            title: title_of(quote),
            content_text: quote.text.clone(),
            external_url: article.and_then(|article| article.url.clone()),
            date_published: quote.created_at,
            date_modified: quote.updated_at,
            authors: vec![JsonFeedAuthor { name: speaker_of(quote) }],
            tags: quote.zones.iter().map(|zone| zone.slug.clone()).chain([name_of(&quote.kind)]).collect(),
            onrecord: QuoteAddress { quote: format!("/v1/quotes/{}", quote.id) },
        }
    }
}
