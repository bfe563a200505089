//! Webhooks: who is told of changes, of which, and what became of the telling.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::validation::{check_name, check_url};
use super::{
    ActorId, ActorKey, Author, ChangeKind, FieldError, Id, Instant, Json, Key, LoggedChange, OutletId, OutletKey,
    QuoteKind, Representation, ResourceKind, Validate, WebhookDeliveryId, WebhookId, ZoneId, ZoneKey,
};

/// A receiver that is told of changes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = crate::schema::webhooks, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to it is sent.
    #[schema(example = "https://example.org/hooks/onrecord")]
    pub url: String,
    /// What it is for, or whose it is.
    #[schema(example = "Desk for de-escalation zones", required)]
    pub description: Option<String>,
    /// Whether anything is sent. Where not, it goes on later from where it was.
    pub enabled: bool,
    /// Of which changes it is told.
    #[schema(value_type = WebhookFilter)]
    pub filter: Json<WebhookFilter>,
    /// When the receiver answered 410, that it is gone, and was disabled for it; null where it did not.
    #[schema(required)]
    pub gone_at: Option<Instant>,
    /// When the next try is due, where the last one failed.
    #[schema(required)]
    pub retry_at: Option<Instant>,
    /// Until when the secret before the last rotation signs too.
    #[schema(required)]
    pub previous_secret_until: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    #[schema(value_type = Author)]
    pub created_by: Json<Author>,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
}

/// Of which changes a webhook is told. Members combine with "and", what stands in one of them with "or"; an empty one means any.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookFilter {
    /// Changes of these kinds of resource.
    pub resource: Vec<ResourceKind>,
    /// These kinds of change.
    pub change: Vec<ChangeKind>,
    /// Changes of quotes of these actors.
    pub speaker: Vec<ActorId>,
    /// Changes of quotes that name one of these zones, or a part of one.
    pub zone: Vec<ZoneId>,
    /// Changes of quotes reported by these outlets.
    pub outlet: Vec<OutletId>,
    /// Changes of quotes reported so.
    pub kind: Vec<QuoteKind>,
}

impl WebhookFilter {
    /// Whether it tells one quote from another: then nothing but quotes fits.
    #[must_use]
    pub fn is_of_quotes(&self) -> bool {
        !(self.speaker.is_empty() && self.zone.is_empty() && self.outlet.is_empty() && self.kind.is_empty())
    }

    /// Whether changes of this kind, of resources of this kind, fit, if not all of them.
    #[must_use]
    pub fn takes(&self, resource: ResourceKind, change: ChangeKind) -> bool {
        let takes_resource = match self.is_of_quotes() {
            true => resource == ResourceKind::Quote,
            false => self.resource.is_empty() || self.resource.contains(&resource),
        };
        takes_resource && (self.change.is_empty() || self.change.contains(&change))
    }
}

/// A webhook as it is made, or with a new secret.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IssuedWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What its requests are signed with (Standard Webhooks). It is shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

/// A webhook as an admin writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where to send. Not to private, local or reserved addresses, unless the settings allow it.
    #[schema(
        example = "https://example.org/hooks/onrecord",
        max_length = 2000,
        pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$"
    )]
    pub url: String,
    /// What it is for, or whose it is.
    #[serde(default)]
    #[schema(example = "Desk for de-escalation zones", min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub description: Option<String>,
    /// Whether anything is sent.
    #[serde(default = "is_enabled")]
    #[schema(default = true)]
    pub enabled: bool,
    /// Of which changes it is told; of all where this is left out.
    #[serde(default)]
    pub filter: NewWebhookFilter,
}

fn is_enabled() -> bool {
    true
}

/// Of which changes a webhook is to be told. Members combine with "and", what stands in one of them with "or"; an empty one means any.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewWebhookFilter {
    /// Changes of these kinds of resource.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(max_items = 100, nullable = true)]
    pub resource: Vec<ResourceKind>,
    /// These kinds of change.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(max_items = 100, nullable = true)]
    pub change: Vec<ChangeKind>,
    /// Changes of quotes of these actors.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(example = json!(["sergey-lavrov"]), max_items = 100, nullable = true)]
    pub speaker: Vec<ActorKey>,
    /// Changes of quotes that name one of these zones, or a part of one.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(max_items = 100, nullable = true)]
    pub zone: Vec<ZoneKey>,
    /// Changes of quotes reported by these outlets.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(max_items = 100, nullable = true)]
    pub outlet: Vec<OutletKey>,
    /// Changes of quotes reported so.
    #[serde(deserialize_with = "empty_where_null")]
    #[schema(max_items = 100, nullable = true)]
    pub kind: Vec<QuoteKind>,
}

/// In a merge patch, `null` sets a member of a filter back.
fn empty_where_null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Names in one member of a filter at most.
const MOST_NAMES: usize = 100;

impl Validate for NewWebhook {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        check_url(&mut errors, "/url", Some(&self.url));
        if let Some(description) = &self.description {
            check_name(&mut errors, "/description", description);
        }
        let filter = &self.filter;
        for (name, count) in [
            ("resource", filter.resource.len()),
            ("change", filter.change.len()),
            ("speaker", filter.speaker.len()),
            ("zone", filter.zone.len()),
            ("outlet", filter.outlet.len()),
            ("kind", filter.kind.len()),
        ] {
            if count > MOST_NAMES {
                errors.push(FieldError::at(
                    format!("/filter/{name}"),
                    format!("must not have more than {MOST_NAMES} items"),
                ));
            }
        }
        let is_of_quotes = !(filter.speaker.is_empty()
            && filter.zone.is_empty()
            && filter.outlet.is_empty()
            && filter.kind.is_empty());
        if is_of_quotes && filter.resource.iter().any(|kind| *kind != ResourceKind::Quote) {
            let detail = "must name nothing but `quote` beside a speaker, zone, outlet or kind: they tell quotes apart";
            errors.push(FieldError::at("/filter/resource", detail));
        }
        errors
    }
}

impl From<&Webhook> for NewWebhook {
    fn from(webhook: &Webhook) -> Self {
        let Json(filter) = &webhook.filter;
        let filter = NewWebhookFilter {
            resource: filter.resource.clone(),
            change: filter.change.clone(),
            speaker: filter.speaker.iter().copied().map(Key::Id).collect(),
            zone: filter.zone.iter().copied().map(Key::Id).collect(),
            outlet: filter.outlet.iter().copied().map(Key::Id).collect(),
            kind: filter.kind.clone(),
        };
        Self { url: webhook.url.clone(), description: webhook.description.clone(), enabled: webhook.enabled, filter }
    }
}

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its turn, or for its next try.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Its last try has failed.
    Dead,
}

/// One change that a receiver is told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::webhook_deliveries, treat_none_as_default_value = false)]
pub struct WebhookDelivery {
    /// Its id: the `webhook-id` of its requests, the same with every try.
    pub id: WebhookDeliveryId,
    /// Who is told.
    pub webhook_id: WebhookId,
    /// What: the `type` of the event.
    #[serde(rename = "type")]
    #[schema(example = "quote.created")]
    pub event: String,
    /// The place of the change in the log of changes; of a test, that of the last change before it.
    #[schema(example = 4711, minimum = 0)]
    pub position: i64,
    /// What kind of resource was changed; null of a test.
    #[schema(required)]
    pub resource: Option<ResourceKind>,
    /// Which one.
    #[schema(value_type = Option<String>, format = "uuid", required)]
    pub resource_id: Option<Id<()>>,
    /// What has become of it.
    pub state: DeliveryState,
    /// How often it was tried; since it was last redelivered.
    #[schema(example = 1, minimum = 0)]
    pub attempts: i64,
    /// When it was last tried.
    #[schema(required)]
    pub last_attempt_at: Option<Instant>,
    /// The status that the receiver answered last; null where it gave no answer.
    #[schema(example = 503, required)]
    pub last_status: Option<i64>,
    /// Why the last try failed.
    #[schema(example = "it answered 503", required)]
    pub last_error: Option<String>,
    /// When it was found that the receiver is to be told.
    pub created_at: Instant,
}

/// Which deliveries a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct WebhookDeliveryFilter {
    /// Only deliveries in these states: `dead` gives what has to be looked after. Repeat it for "or".
    pub state: Vec<DeliveryState>,
}

/// What a receiver gets: the body of a request.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WebhookEvent {
    /// What happened: the kind of resource and the kind of change; or `webhook.test`.
    #[serde(rename = "type")]
    #[schema(example = "quote.created")]
    pub event: String,
    /// When it happened.
    pub timestamp: Instant,
    /// What exactly.
    pub data: WebhookEventData,
}

/// What exactly a receiver is told.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WebhookEventData {
    /// The change, as `/v1/changes` gives it; null of a test.
    #[schema(required)]
    pub change: Option<LoggedChange>,
    /// The resource as a list gives it at the time of sending, which may be after later changes: see its `version`. Null where it is
    /// gone.
    #[schema(value_type = Option<Representation>, required)]
    pub resource: Option<Value>,
}
