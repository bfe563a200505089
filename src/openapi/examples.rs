//! Examples that work: what Swagger UI fills in, so that *Execute* gives an answer and no refusal.
//!
//! Those of parameters stand with the parameters. `tests/api/explore.rs` sends each to a service with the sample data.

use serde_json::{Map, Value, json};

use crate::models::{ArticleId, PositionId, Quote, QuoteId, StatementId, StatementWithReports};

/// What no id can be: where a document is not that of a running service, nothing is known that has one.
const NO_ID: &str = "00000000-0000-7000-8000-000000000000";

/// Ids of something that a service holds. They were made when it came in, so no document can know them beforehand.
#[derive(Debug, Clone, Copy)]
pub struct Examples {
    /// An article.
    pub article: ArticleId,
    /// A quote of it.
    pub quote: QuoteId,
    /// A statement that several quotes report; `None` where there is none.
    pub statement: Option<StatementExample>,
    /// A position; `None` where there is none.
    pub position: Option<PositionId>,
}

/// A statement that several quotes report.
#[derive(Debug, Clone, Copy)]
pub struct StatementExample {
    /// Its id.
    pub id: StatementId,
    /// Two of the quotes.
    pub reports: [QuoteId; 2],
    /// Another statement of the same speaker.
    pub other: StatementId,
}

impl From<&Quote> for Examples {
    fn from(quote: &Quote) -> Self {
        Self { article: quote.article_id, quote: quote.id, statement: None, position: None }
    }
}

impl Examples {
    /// The same with a statement.
    #[must_use]
    pub fn with_statement(self, statement: Option<StatementExample>) -> Self {
        Self { statement, ..self }
    }

    /// The same with a position.
    #[must_use]
    pub fn with_position(self, position: Option<PositionId>) -> Self {
        Self { position, ..self }
    }

    /// Names them wherever the document asks for the id of an article or a quote.
    pub fn put_into(&self, document: &mut Value) {
        for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
            let id = match path.split('/').nth(2) {
                Some("statements") => {
                    if let Some(statement) = &self.statement {
                        statement.put_into(item);
                    }
                    continue;
                }
                Some("articles") => json!(self.article),
                Some("quotes") => json!(self.quote),
                Some("positions") if self.position.is_some() => json!(self.position),
                _ => continue,
            };
            for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
                let parameters = operation["parameters"].as_array_mut().into_iter().flatten();
                for parameter in parameters.filter(|parameter| parameter["in"] == "path" && parameter["name"] == "id") {
                    parameter["example"] = id.clone();
                }
            }
        }
        if let Some(article) = document.pointer_mut(ARTICLE_OF_NEW_QUOTE) {
            *article = json!(self.article);
        }
    }
}

impl StatementExample {
    /// That statement, where it has two reports.
    #[must_use]
    pub fn of(shared: &StatementWithReports, other: StatementId) -> Option<Self> {
        let [a, b, ..] = shared.reports.as_slice() else { return None };
        Some(Self { id: shared.statement.id, reports: [a.quote_id, b.quote_id], other })
    }

    /// Names it and its reports in the operations of one path.
    fn put_into(&self, item: &mut Value) {
        let [a, b] = self.reports;
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                let example = match parameter["name"].as_str() {
                    Some("id") => json!(self.id),
                    Some("a") => json!(a),
                    Some("b") => json!(b),
                    _ => continue,
                };
                parameter["example"] = example;
            }
            let example = match operation["operationId"].as_str() {
                Some("split_statement") => json!({ "quotes": [b] }),
                Some("join_statements") => json!({ "statement": self.other }),
                Some("pin_quotes") => json!({ "quotes": [a] }),
                _ => continue,
            };
            if let Some(body) = operation.pointer_mut("/requestBody/content/application~1json/example") {
                *body = example;
            }
        }
    }
}

const ARTICLE_OF_NEW_QUOTE: &str = "/paths/~1v1~1quotes/post/requestBody/content/application~1json/example/article_id";

/// Gives every JSON body its example.
pub(super) fn show_bodies(document: &mut Value) {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in items.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        let Some(example) = operation["operationId"].as_str().and_then(example_of) else { continue };
        let content = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
        for (media_type, content) in content.into_iter().flatten() {
            if media_type.ends_with("json") {
                content["example"] = example.clone();
            }
        }
    }
}

/// A body that the operation takes, on a service with the reference data.
fn example_of(operation: &str) -> Option<Value> {
    let example = match operation {
        "create_article" => json!({
            "text": "Observers count the checkpoints\n\nGENEVA, November 28. The checkpoints around the Idlib de-escalation zone \"have to be counted together,\" UN Secretary-General Antonio Guterres said on Tuesday. He added that the list would be public.",
            "url": "https://example.org/2017/11/28/checkpoints",
            "published_on": "2017-11-28"
        }),
        "update_article" => json!({ "language": "en" }),
        "create_quote" => json!({
            "article_id": NO_ID,
            "kind": "indirect",
            "segments": [{ "start": 0, "end": 24, "verbatim": false }],
            "speaker": { "actor": "sergey-lavrov" }
        }),
        "update_quote" => json!({ "review": "accepted" }),
        "create_actor" => json!({
            "name": "Office of the Harbour Master",
            "kind": "organisation",
            "aliases": ["Harbour Office"],
            "source": "https://example.org/harbour"
        }),
        "update_actor" => json!({ "country": "RU" }),
        "update_position" => json!({ "review": "accepted" }),
        "split_statement" => json!({ "quotes": [NO_ID] }),
        "join_statements" => json!({ "statement": NO_ID }),
        "pin_quotes" => json!({ "quotes": [NO_ID] }),
        "merge_actor" => json!({ "into": "russian-foreign-ministry" }),
        "create_zone" => json!({
            "name": "Harbour demilitarised zone",
            "kind": "demilitarised_zone",
            "status": "proposed",
            "transitions": [
                { "status": "proposed", "on": "2017-11-28", "said_by": "russia", "source": "https://example.org/harbour" }
            ],
            "geometry": { "type": "Point", "coordinates": [36.63, 35.93] },
            "geometry_precision": "representative_point",
            "border_claims": [{
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[36.6, 35.9], [36.7, 35.9], [36.7, 36.0], [36.6, 36.0], [36.6, 35.9]]]
                },
                "said_by": "turkey",
                "source": "https://example.org/harbour-map"
            }],
            "sources": ["https://example.org/harbour"]
        }),
        "update_zone" => json!({ "country": "SY" }),
        "create_agreement" => json!({
            "name": "Harbour agreement",
            "signed_on": "2017-11-28",
            "parties": [{ "actor": "russia", "part": "guarantor" }, { "actor": "turkey", "part": "guarantor" }],
            "zones": ["idlib-de-escalation-zone"],
            "sources": ["https://example.org/harbour"]
        }),
        "update_agreement" => json!({ "place": "Astana" }),
        "create_outlet" => json!({
            "name": "Harbour Gazette",
            "kind": "newspaper",
            "homepage": "https://gazette.example.org",
            "datelines": ["/Gazette/"],
            "domains": ["gazette.example.org"]
        }),
        "update_outlet" => json!({ "homepage": "https://tass.com" }),
        "create_webhook" => json!({
            "url": "https://example.org/hooks/onrecord",
            "description": "New quotes of the Russian foreign minister on Idlib",
            "filter": {
                "resource": ["quote"],
                "change": ["created"],
                "speaker": ["sergey-lavrov"],
                "zone": ["idlib-de-escalation-zone"]
            }
        }),
        "update_webhook" => json!({ "enabled": true }),
        "create_key" => json!({ "name": "newsroom", "scope": "write", "expires_in_days": 90 }),
        _ => return None,
    };
    Some(example)
}
