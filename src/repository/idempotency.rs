//! Answers to repeatable requests in the database.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::Result;
use crate::models::{Id, Idempotency, Instant, StoredAnswer};
use crate::schema::idempotency_keys;

/// What stands under a key.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
pub struct Reservation {
    /// SHA-256 of the request.
    pub fingerprint: String,
    /// The attempt that has it.
    pub attempt: Id<Idempotency>,
    /// Until when nobody else takes it over.
    pub lease_until: Instant,
    /// The status of the answer; `None` where there is none yet.
    pub status: Option<i64>,
    /// The body of the answer.
    pub body: Option<String>,
    /// When the request came.
    pub created_at: Instant,
}

/// Takes a key for this attempt where nobody has it; what stands there otherwise.
///
/// Within a transaction: what is found stays as it is until the transaction ends.
///
/// # Errors
/// Only of the database.
pub async fn reserve(
    connection: &mut Connection,
    attempt: &Idempotency,
    fingerprint: &str,
    now: Instant,
    lease_until: Instant,
) -> Result<Option<Reservation>> {
    let values = (
        idempotency_keys::scope.eq(&attempt.scope),
        idempotency_keys::key.eq(&attempt.key),
        idempotency_keys::fingerprint.eq(fingerprint),
        idempotency_keys::attempt.eq(attempt.attempt),
        idempotency_keys::lease_until.eq(lease_until),
        idempotency_keys::created_at.eq(now),
    );
    let inserted = on_backend!(connection, |c| {
        diesel::insert_into(idempotency_keys::table).values(values).on_conflict_do_nothing().execute(c).await?
    });
    if inserted == 1 {
        return Ok(None);
    }
    let row = idempotency_keys::table.find((&attempt.scope, &attempt.key));
    let found = match connection {
        Connection::Postgres(c) => {
            row.select(Reservation::as_select()).for_update().first(&mut c.shared()).await.optional()?
        }
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(c) => row.select(Reservation::as_select()).first(c).await.optional()?,
    };
    Ok(found)
}

/// Gives a key that stands there to this attempt.
///
/// # Errors
/// Only of the database.
pub async fn take_over(
    connection: &mut Connection,
    attempt: &Idempotency,
    fingerprint: &str,
    now: Instant,
    lease_until: Instant,
) -> Result<()> {
    let row = idempotency_keys::table.find((&attempt.scope, &attempt.key));
    let values = (
        idempotency_keys::fingerprint.eq(fingerprint),
        idempotency_keys::attempt.eq(attempt.attempt),
        idempotency_keys::lease_until.eq(lease_until),
        idempotency_keys::status.eq(None::<i64>),
        idempotency_keys::body.eq(None::<String>),
        idempotency_keys::created_at.eq(now),
    );
    on_backend!(connection, |c| diesel::update(row).set(values).execute(c).await)?;
    Ok(())
}

/// Writes the answer down; whether the attempt still had the key.
///
/// # Errors
/// Only of the database.
pub async fn keep_answer(connection: &mut Connection, attempt: &Idempotency, answer: &StoredAnswer) -> Result<bool> {
    let row = idempotency_keys::table.find((&attempt.scope, &attempt.key));
    let running = row.filter(idempotency_keys::attempt.eq(attempt.attempt).and(idempotency_keys::status.is_null()));
    let values = (idempotency_keys::status.eq(i64::from(answer.status)), idempotency_keys::body.eq(&answer.body));
    let updated = on_backend!(connection, |c| diesel::update(running).set(values).execute(c).await)?;
    Ok(updated == 1)
}

/// Gives the key free where the attempt has it and no answer stands there.
///
/// # Errors
/// Only of the database.
pub async fn release(connection: &mut Connection, attempt: &Idempotency) -> Result<()> {
    let row = idempotency_keys::table.find((&attempt.scope, &attempt.key));
    let running = row.filter(idempotency_keys::attempt.eq(attempt.attempt).and(idempotency_keys::status.is_null()));
    on_backend!(connection, |c| diesel::delete(running).execute(c).await)?;
    Ok(())
}

/// Forgets the answers that tell of a resource.
///
/// # Errors
/// Only of the database.
pub async fn forget_answers_with(connection: &mut Connection, resource: Id<()>) -> Result<()> {
    let telling = idempotency_keys::table.filter(idempotency_keys::body.like(format!("%\"id\":\"{resource}\"%")));
    on_backend!(connection, |c| diesel::delete(telling).execute(c).await)?;
    Ok(())
}

/// Forgets what came before a moment; how many there were.
///
/// # Errors
/// Only of the database.
pub async fn forget_before(connection: &mut Connection, moment: Instant) -> Result<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(moment));
    Ok(on_backend!(connection, |c| diesel::delete(old).execute(c).await)?)
}
