//! Telling receivers: what to send, in which order, and when again.
//!
//! One process at a time sends to a receiver: it takes a lease on the webhook, and loses it where it dies. In one transaction it
//! writes down what became of the last request and finds the next, so a process that is killed at any point loses nothing: at most
//! it has sent something of which it did not write down that it arrived. That is sent again, with the same id.
//!
//! A receiver gets one request at a time, in the order of the log. One that fails holds up those after it until it is taken, or
//! dead. What is to be told is read from the log as the receiver takes it, a stretch at a time: one that does not keep up costs no
//! space but that of the log.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

use super::matching::{changes_to_tell, log_filter, with_its_article};
use super::waiting_delivery;
use crate::error::{Error, Result};
use crate::models::{
    ChangeFilter, DeliveryState, Id, Instant, Key, ResourceKind, WebhookDelivery, WebhookEvent, WebhookEventData,
    WebhookId, name_of,
};
use crate::outgoing::{Answer, Client, Failure};
use crate::repository::webhooks::{self, LeasedWebhook, Sender, deliveries};
use crate::repository::{self, Connection, changes};
use crate::services::Services;

/// Changes that are looked at one time.
const AT_ONE_TIME: i64 = 100;
/// Places of the log that are looked at one time where the filter leaves changes out.
const WINDOW: i64 = 20_000;
/// How long it is waited before it is looked again for something to do, where nothing tells that there is.
const PATIENCE: Duration = Duration::from_secs(1);
/// Requests to one receiver before it is another's turn.
const TURN: usize = 100;

/// Tells the receivers of webhooks what changes, until the service stops; then it ends once what is being sent has been answered.
/// On a [`LocalSet`](tokio::task::LocalSet), as actix has one.
pub async fn send_webhooks(services: Services, client: Client) {
    let most = services.settings.webhooks.max_in_flight;
    if most == 0 {
        return;
    }
    let (mut last, mut ending) = services.feed.watch();
    let worker = Rc::new(Worker { sender: Sender::generate(), is_ending: ending.clone(), services, client });
    // A task each: one must not wait with a transaction open until others have got a connection.
    let mut running = JoinSet::new();
    let mut served: HashMap<tokio::task::Id, WebhookId> = HashMap::new();
    let mut has_failed = false;
    while !worker.is_ending() {
        match worker.list_webhooks_to_serve(served.values().copied().collect(), most).await {
            Ok(found) => {
                has_failed = false;
                for id in found {
                    let worker = Rc::clone(&worker);
                    let task = running.spawn_local(async move { worker.serve(id).await });
                    served.insert(task.id(), id);
                }
            }
            // Once, and not every second.
            Err(error) if !has_failed => {
                has_failed = true;
                tracing::warn!(%error, "it cannot be seen which webhooks there are");
            }
            Err(_) => {}
        }
        tokio::select! {
            Some(ended) = running.join_next_with_id() => {
                let task = ended.map_or_else(|error| error.id(), |(task, ())| task);
                served.remove(&task);
            }
            _ = ending.wait_for(|is_ending| *is_ending) => {}
            Ok(()) = last.changed() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

struct Worker {
    services: Services,
    client: Client,
    sender: Sender,
    is_ending: watch::Receiver<bool>,
}

/// What is to be done next for a webhook.
enum Step {
    /// Send this.
    Send(Box<(LeasedWebhook, WebhookDelivery)>),
    /// Look on: there is more of the log.
    LookOn,
    /// Nothing before this has passed.
    Wait(Duration),
    /// Nothing.
    Nothing,
    /// Nothing by this process: another one has it, or it is gone.
    Lost,
}

/// A request that was sent.
struct Attempt {
    delivery: WebhookDelivery,
    url: String,
    answer: std::result::Result<Answer, Failure>,
}

impl Worker {
    fn is_ending(&self) -> bool {
        *self.is_ending.borrow()
    }

    async fn list_webhooks_to_serve(&self, served: Vec<WebhookId>, most: usize) -> Result<Vec<WebhookId>> {
        let free = most.saturating_sub(served.len());
        if free == 0 {
            return Ok(Vec::new());
        }
        let connection = &mut self.services.database.connect().await?;
        let end = changes::find_last_cursor(connection).await?.position();
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let mut found = webhooks::list_webhooks_to_serve(connection, end, Instant::now(), limit).await?;
        found.retain(|id| !served.contains(id));
        found.truncate(free);
        Ok(found)
    }

    /// Sends to one receiver what there is to send.
    async fn serve(&self, id: WebhookId) {
        let served = self.serve_leased(id).await;
        if let Err(error) = served {
            tracing::warn!(%error, webhook = %id, "a webhook cannot be served yet");
            tokio::time::sleep(PATIENCE).await;
        }
    }

    async fn serve_leased(&self, id: WebhookId) -> Result<()> {
        let now = Instant::now();
        let until = self.lease_from(now);
        let database = &self.services.database;
        let taken = database.transaction(async |c| webhooks::take_lease(c, id, self.sender, now, until).await).await?;
        if !taken {
            return Ok(());
        }
        let served = self.send_in_turn(id).await;
        database.transaction(async |c| webhooks::release_lease(c, id, self.sender).await).await?;
        served
    }

    fn lease_from(&self, now: Instant) -> Instant {
        now.plus_seconds(self.services.settings.webhooks.lease_seconds)
    }

    async fn send_in_turn(&self, id: WebhookId) -> Result<()> {
        let (mut attempt, mut sent) = (None, 0);
        loop {
            let step =
                self.services.database.transaction(async |c| self.advance(c, id, attempt.as_ref()).await).await?;
            attempt = None;
            if self.is_ending() {
                return Ok(());
            }
            match step {
                Step::Send(next) if sent < TURN => {
                    let (webhook, delivery) = *next;
                    attempt = Some(self.send(&webhook, delivery).await?);
                    sent += 1;
                }
                Step::Wait(time) if time < PATIENCE => tokio::time::sleep(time).await,
                Step::LookOn => {}
                Step::Send(_) | Step::Wait(_) | Step::Nothing | Step::Lost => return Ok(()),
            }
        }
    }

    /// Writes down what became of a request, and finds what is next.
    async fn advance(&self, connection: &mut Connection, id: WebhookId, attempt: Option<&Attempt>) -> Result<Step> {
        let now = Instant::now();
        let held = webhooks::hold_lease(connection, id, self.sender, self.lease_from(now)).await?;
        let Some(webhook) = held else { return Ok(Step::Lost) };
        if let Some(attempt) = attempt
            && let Some(step) = self.record(connection, &webhook, attempt, now).await?
        {
            return Ok(step);
        }
        if !webhook.enabled {
            return Ok(Step::Nothing);
        }
        if let Some(retry_at) = webhook.retry_at.filter(|at| attempt.is_none() && *at > now) {
            return Ok(Step::Wait(retry_at.until_then()));
        }
        if let Some(delivery) = deliveries::find_next_delivery(connection, id).await? {
            return Ok(Step::Send(Box::new((webhook, delivery))));
        }
        let end = changes::find_last_cursor(connection).await?.position();
        if webhook.position >= end {
            return Ok(Step::Nothing);
        }
        look_on(connection, &webhook, end).await?;
        Ok(Step::LookOn)
    }

    /// Writes down what became of a request; what is next, where that is not the next delivery.
    async fn record(
        &self,
        connection: &mut Connection,
        webhook: &LeasedWebhook,
        attempt: &Attempt,
        now: Instant,
    ) -> Result<Option<Step>> {
        let answer = attempt.answer.as_ref().ok();
        let mut delivery = attempt.delivery.clone();
        delivery.attempts += 1;
        delivery.last_attempt_at = Some(now);
        delivery.last_status = answer.map(|answer| i64::from(answer.status));
        delivery.last_error = match &attempt.answer {
            Ok(answer) if (200..300).contains(&answer.status) => None,
            Ok(answer) => Some(format!("it answered {}", answer.status)),
            Err(failure) => Some(failure.to_string()),
        };
        let (id, url) = (webhook.id, &attempt.url);
        let Some(error) = &delivery.last_error else {
            delivery.state = DeliveryState::Delivered;
            deliveries::update_delivery(connection, &delivery).await?;
            if webhook.retry_at.is_some() {
                webhooks::update_retry_at(connection, id, None).await?;
            }
            return Ok(None);
        };
        if delivery.last_status == Some(GONE) {
            tracing::warn!(webhook = %id, %url, "the receiver of a webhook says that it is gone: nothing is sent any more");
            deliveries::update_delivery(connection, &delivery).await?;
            webhooks::disable_gone_webhook(connection, id, url, now).await?;
            return Ok(Some(Step::Nothing));
        }
        if delivery.attempts >= i64::from(self.services.settings.webhooks.max_attempts) {
            tracing::warn!(webhook = %id, %url, delivery = %delivery.id, error, "a delivery is dead");
            delivery.state = DeliveryState::Dead;
            deliveries::update_delivery(connection, &delivery).await?;
            webhooks::update_retry_at(connection, id, None).await?;
            return Ok(None);
        }
        let delay = self.delay(delivery.attempts, answer)?;
        deliveries::update_delivery(connection, &delivery).await?;
        webhooks::update_retry_at(connection, id, Some(now.plus(delay))).await?;
        Ok(Some(Step::Wait(delay)))
    }

    /// How long to wait after so many failures: twice as long each time, less up to half of it by chance, so that those who failed
    /// together do not come back together; and not before the receiver wants it.
    fn delay(&self, failures: i64, answer: Option<&Answer>) -> Result<Duration> {
        let settings = &self.services.settings.webhooks;
        let longest = Duration::from_millis(settings.retry_max_ms);
        let doublings = u32::try_from(failures - 1).unwrap_or(0).min(31);
        let whole = Duration::from_millis(settings.retry_min_ms).saturating_mul(1 << doublings).min(longest);
        let chance = f64::from(getrandom::u32().map_err(Error::internal)?) / f64::from(u32::MAX);
        let delay = whole.mul_f64(1.0 - chance / 2.0);
        let asked_for = answer.and_then(|answer| answer.retry_after).unwrap_or_default().min(longest);
        Ok(delay.max(asked_for))
    }

    async fn send(&self, webhook: &LeasedWebhook, delivery: WebhookDelivery) -> Result<Attempt> {
        let event = self.services.read(async |c| event_of(c, &delivery).await).await?;
        let body = serde_json::to_string(&event).map_err(Error::internal)?;
        let now = Instant::now();
        let (id, timestamp) = (delivery.id.to_string(), now.as_seconds());
        let signatures: Vec<String> =
            webhook.secrets(now).iter().map(|secret| secret.sign(&id, timestamp, &body)).collect();
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        let answer = match Url::parse(&webhook.url) {
            Ok(url) => self.client.post(&url, &headers, body).await,
            Err(_) => Err(Failure::Unusable),
        };
        Ok(Attempt { delivery, url: webhook.url.clone(), answer })
    }
}

/// The status of a receiver that wants nothing any more.
const GONE: i64 = 410;

/// Reads on in the log, and writes down what of it is to be told.
async fn look_on(connection: &mut Connection, webhook: &LeasedWebhook, end: i64) -> Result<()> {
    let filter = &webhook.filter.0;
    let of_log = log_filter(filter);
    let window = if of_log.is_selective() { WINDOW } else { i64::MAX };
    let up_to = end.min(webhook.position.saturating_add(window));
    let logged = changes::list_changes(connection, &of_log, (webhook.position, up_to), AT_ONE_TIME).await?;
    let is_full = i64::try_from(logged.len()).unwrap_or(i64::MAX) >= AT_ONE_TIME;
    let position = logged.last().filter(|_| is_full).map_or(up_to, |change| change.position);
    let told = changes_to_tell(connection, filter, logged).await?;
    let new: Vec<WebhookDelivery> = told
        .into_iter()
        .map(|change| WebhookDelivery {
            resource: Some(change.resource),
            resource_id: Some(change.resource_id),
            ..waiting_delivery(
                webhook.id,
                format!("{}.{}", name_of(&change.resource), name_of(&change.change)),
                change.position,
            )
        })
        .collect();
    deliveries::create_deliveries(connection, &new).await?;
    webhooks::update_position(connection, webhook.id, position).await
}

/// What a receiver is told: read anew with every try, so that what was purged meanwhile is not sent.
async fn event_of(connection: &mut Connection, delivery: &WebhookDelivery) -> Result<WebhookEvent> {
    let event = delivery.event.clone();
    let Some((resource, id)) = delivery.resource.zip(delivery.resource_id) else {
        let data = WebhookEventData { change: None, resource: None };
        return Ok(WebhookEvent { event, timestamp: delivery.created_at, data });
    };
    let place = (delivery.position - 1, delivery.position);
    let logged = changes::list_changes(connection, &ChangeFilter::default(), place, 1).await?.pop();
    let change = logged.map(|change| match change.resource_id == id {
        true => change,
        false => with_its_article(&change, id),
    });
    let timestamp = change.as_ref().map_or(delivery.created_at, |change| change.at);
    let resource = find_resource(connection, resource, id).await?;
    Ok(WebhookEvent { event, timestamp, data: WebhookEventData { change, resource } })
}

/// A resource as a list gives it; `None` where it is gone.
async fn find_resource(connection: &mut Connection, kind: ResourceKind, id: Id<()>) -> Result<Option<Value>> {
    let found = match kind {
        ResourceKind::Article => {
            let found = repository::articles::find_articles_by_id(connection, &[id.typed()]).await?;
            return found.into_values().next().map(serde_json::to_value).transpose().map_err(Error::internal);
        }
        ResourceKind::Quote => repository::quotes::find_quote(connection, id.typed()).await.map(serde_json::to_value),
        ResourceKind::Actor => {
            repository::actors::find_actor(connection, &Key::Id(id.typed())).await.map(serde_json::to_value)
        }
        ResourceKind::Zone => {
            repository::zones::find_zone(connection, &Key::Id(id.typed())).await.map(serde_json::to_value)
        }
        ResourceKind::Agreement => {
            repository::agreements::find_agreement(connection, &Key::Id(id.typed())).await.map(serde_json::to_value)
        }
        ResourceKind::Outlet => {
            repository::outlets::find_outlet(connection, &Key::Id(id.typed())).await.map(serde_json::to_value)
        }
    };
    match found {
        Ok(value) => value.map(Some).map_err(Error::internal),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
