//! Repeatable requests: the same `Idempotency-Key` and the same request get the same answer, and are done once.
//!
//! What holds, and why:
//! - A key is reserved in a transaction of its own before the request is looked at, so that of two requests at the same
//!   moment one is told to wait (409).
//! - Whatever creates something calls [`keep_answer`] **in the transaction that creates it**. So the thing and its answer
//!   are there both or neither, wherever the process is killed: a repetition finds the answer, or may start afresh.
//! - An attempt that is cut off gives its key back. One that is killed cannot: its lease runs out, and the next takes over.
//!   Should the first be alive after all, it finds its key taken when it wants to keep its answer, and is rolled back.
//! - What changes nothing new (an article that was there already) keeps its answer afterwards, which is as good: done
//!   twice it comes to the same.
//! - A refusal keeps nothing. The repetition is done, and most likely refused again.

use serde::Serialize;

use super::Services;
use crate::error::{Error, Result};
use crate::models::{Id, Idempotency, Instant, StoredAnswer};
use crate::repository::{Connection, idempotency};

/// What is to be done with a request that has a key.
#[derive(Debug)]
pub enum Begun {
    /// It is new: do it.
    First(Idempotency),
    /// It was done: this is the answer.
    Again(StoredAnswer),
}

/// Takes the key for a request, or finds what became of the one that had it.
///
/// # Errors
/// [`IdempotencyKeyReused`](Error::IdempotencyKeyReused) where another request has the key, and
/// [`IdempotencyInProgress`](Error::IdempotencyInProgress) where the same one is being done.
pub async fn begin(services: &Services, scope: String, key: String, fingerprint: &str) -> Result<Begun> {
    let settings = &services.settings.idempotency;
    let attempt = Idempotency { scope, key, attempt: Id::generate() };
    let now = Instant::now();
    let lease_until = now.plus_seconds(settings.lease_seconds);
    let oldest = now.minus_seconds(settings.retention_seconds);
    services
        .database
        .transaction(async |c| {
            let Some(found) = idempotency::reserve(c, &attempt, fingerprint, now, lease_until).await? else {
                return Ok(Begun::First(attempt));
            };
            let is_old = found.created_at < oldest;
            if !is_old && found.fingerprint != fingerprint {
                return Err(Error::IdempotencyKeyReused { key: attempt.key.clone() });
            }
            if !is_old && let (Some(status), Some(body)) = (found.status, found.body) {
                let status = u16::try_from(status).map_err(Error::internal)?;
                return Ok(Begun::Again(StoredAnswer { status, body }));
            }
            if found.lease_until > now {
                return Err(Error::IdempotencyInProgress { key: attempt.key.clone() });
            }
            idempotency::take_over(c, &attempt, fingerprint, now, lease_until).await?;
            Ok(Begun::First(attempt))
        })
        .await
}

/// Keeps the answer to a request in the transaction that does what it asks for.
///
/// # Errors
/// [`IdempotencyInProgress`](Error::IdempotencyInProgress) where another attempt has taken the request over meanwhile: the
/// transaction must not be committed.
pub async fn keep_answer(
    connection: &mut Connection,
    attempt: Option<&Idempotency>,
    status: u16,
    answer: &impl Serialize,
) -> Result<()> {
    let Some(attempt) = attempt else { return Ok(()) };
    let body = serde_json::to_string(answer).map_err(Error::internal)?;
    if idempotency::keep_answer(connection, attempt, &StoredAnswer { status, body }).await? {
        Ok(())
    } else {
        Err(Error::IdempotencyInProgress { key: attempt.key.clone() })
    }
}

/// Ends an attempt: keeps the answer that it came to, unless that was kept already; gives the key back where there is none.
///
/// # Errors
/// Only of the database.
pub async fn end(services: &Services, attempt: &Idempotency, answer: Option<&StoredAnswer>) -> Result<()> {
    services
        .database
        .transaction(async |c| match answer {
            Some(answer) => idempotency::keep_answer(c, attempt, answer).await.map(drop),
            None => idempotency::release(c, attempt).await,
        })
        .await
}

/// Forgets answers that are older than the settings keep them; how many there were.
///
/// # Errors
/// Only of the database.
pub async fn forget_old_answers(services: &Services) -> Result<usize> {
    let oldest = Instant::now().minus_seconds(services.settings.idempotency.retention_seconds);
    services.database.transaction(async |c| idempotency::forget_before(c, oldest).await).await
}
