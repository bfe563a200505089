//! Imports in the database: which there are, how far each has come, who has it, and what was wrong.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::{Error, Result};
use crate::models::{
    Id, ImportError, ImportFilter, ImportId, ImportJob, ImportProgress, ImportStatus, Instant, Json, ResourceKind,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{import_errors, import_names, imports};

/// Which process has an import, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The import.
    pub import: ImportId,
    /// The attempt that has it.
    pub attempt: Id<()>,
}

/// Adds an import.
///
/// # Errors
/// Only of the database.
pub async fn create_import(connection: &mut Connection, import: &ImportJob) -> Result<()> {
    on_backend!(connection, |c| diesel::insert_into(imports::table).values(import).execute(c).await)?;
    Ok(())
}

/// The import with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_import(connection: &mut Connection, id: ImportId) -> Result<ImportJob> {
    on_backend!(connection, |c| imports::table.find(id).select(ImportJob::as_select()).first(c).await.optional()?)
        .ok_or_else(|| Error::NotFound { resource: "import", key: id.to_string() })
}

/// The imports of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_imports(
    connection: &mut Connection,
    filter: &ImportFilter,
    page: &PageRequest<ImportId>,
) -> Result<Rows<ImportJob>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = imports::table.into_boxed();
            if !filter.status.is_empty() {
                query = query.filter(imports::status.eq_any(&filter.status));
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(ImportJob::as_select());
        if let Some(id) = page.after {
            query = query.filter(imports::id.lt(id));
        }
        Ok(Rows { rows: query.order(imports::id.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// Imports that have not ended and that nobody has, the oldest first.
///
/// # Errors
/// Only of the database.
pub async fn list_free_imports(connection: &mut Connection, now: Instant) -> Result<Vec<ImportId>> {
    on_backend!(connection, |c| {
        let free = imports::lease_until.is_null().or(imports::lease_until.lt(now)).assume_not_null();
        let open = imports::table.filter(imports::status.eq_any([ImportStatus::Waiting, ImportStatus::Running]));
        Ok(open.filter(free).select(imports::id).order(imports::id).load(c).await?)
    })
}

/// Takes an import where nobody has it; `None` where somebody was faster.
///
/// # Errors
/// Only of the database.
pub async fn take_import(
    connection: &mut Connection,
    lease: Lease,
    now: Instant,
    until: Instant,
) -> Result<Option<ImportJob>> {
    on_backend!(connection, |c| {
        let free = imports::lease_until.is_null().or(imports::lease_until.lt(now)).assume_not_null();
        let open = imports::table.filter(imports::status.eq_any([ImportStatus::Waiting, ImportStatus::Running]));
        let open = open.filter(imports::id.eq(lease.import)).filter(free);
        let values = (
            imports::status.eq(ImportStatus::Running),
            imports::attempt.eq(lease.attempt),
            imports::lease_until.eq(until),
        );
        let taken = diesel::update(open).set(values).execute(c).await?;
        if taken == 0 {
            return Ok(None);
        }
        let first = imports::table.filter(imports::id.eq(lease.import).and(imports::started_at.is_null()));
        diesel::update(first).set(imports::started_at.eq(now)).execute(c).await?;
        Ok(imports::table.find(lease.import).select(ImportJob::as_select()).first(c).await.optional()?)
    })
}

/// Keeps an import for longer; whether this attempt still has it.
///
/// # Errors
/// Only of the database.
pub async fn extend_lease(connection: &mut Connection, lease: Lease, until: Instant) -> Result<bool> {
    let mine = imports::table.filter(imports::id.eq(lease.import).and(imports::attempt.eq(lease.attempt)));
    let mine = mine.filter(imports::status.eq(ImportStatus::Running));
    let until = imports::lease_until.eq(until);
    Ok(on_backend!(connection, |c| diesel::update(mine).set(until).execute(c).await?) == 1)
}

/// Gives an import back that this attempt has.
///
/// # Errors
/// Only of the database.
pub async fn release_import(connection: &mut Connection, lease: Lease) -> Result<()> {
    let mine = imports::table.filter(imports::id.eq(lease.import).and(imports::attempt.eq(lease.attempt)));
    let nobody = (imports::attempt.eq(None::<Id<()>>), imports::lease_until.eq(None::<Instant>));
    on_backend!(connection, |c| diesel::update(mine).set(nobody).execute(c).await)?;
    Ok(())
}

/// Writes how far an import has come. Whether somebody has asked to break it off; `None` where another attempt has it.
///
/// # Errors
/// Only of the database.
pub async fn update_progress(
    connection: &mut Connection,
    lease: Lease,
    progress: &ImportProgress,
    now: Instant,
    until: Instant,
) -> Result<Option<bool>> {
    let mine = imports::table.filter(imports::id.eq(lease.import).and(imports::attempt.eq(lease.attempt)));
    let mine = mine.filter(imports::status.eq(ImportStatus::Running));
    let values = (
        imports::updated_at.eq(now),
        imports::lease_until.eq(until),
        imports::bytes_read.eq(progress.bytes_read),
        imports::lines_read.eq(progress.lines_read),
        imports::added.eq(Json(progress.added)),
        imports::known.eq(progress.known),
        imports::refused.eq(progress.refused),
    );
    on_backend!(connection, |c| {
        let updated = diesel::update(mine).set(values).returning(imports::cancel_requested);
        Ok(updated.get_result(c).await.optional()?)
    })
}

/// Writes that an import has ended, and that nobody has it any more.
///
/// # Errors
/// Only of the database.
pub async fn end_import(
    connection: &mut Connection,
    id: ImportId,
    attempt: Option<Id<()>>,
    status: ImportStatus,
    detail: Option<&str>,
    at: Instant,
) -> Result<bool> {
    let values = (
        imports::status.eq(status),
        imports::detail.eq(detail),
        imports::updated_at.eq(at),
        imports::ended_at.eq(at),
        imports::attempt.eq(None::<Id<()>>),
        imports::lease_until.eq(None::<Instant>),
    );
    let ended = match attempt {
        Some(attempt) => {
            let mine = imports::table.filter(imports::id.eq(id).and(imports::attempt.eq(attempt)));
            on_backend!(connection, |c| diesel::update(mine).set(values).execute(c).await?)
        }
        None => {
            let waiting = imports::table.filter(imports::id.eq(id).and(imports::status.eq(ImportStatus::Waiting)));
            on_backend!(connection, |c| diesel::update(waiting).set(values).execute(c).await?)
        }
    };
    Ok(ended == 1)
}

/// Writes that somebody asks to break an import off.
///
/// # Errors
/// Only of the database.
pub async fn request_cancel(connection: &mut Connection, id: ImportId) -> Result<()> {
    let running = imports::table.filter(imports::id.eq(id).and(imports::status.eq(ImportStatus::Running)));
    let requested = imports::cancel_requested.eq(true);
    on_backend!(connection, |c| diesel::update(running).set(requested).execute(c).await)?;
    Ok(())
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = import_errors)]
struct ErrorRow {
    import_id: ImportId,
    line: i64,
    errors: Json<Vec<crate::models::FieldError>>,
}

/// Writes down what is wrong with lines.
///
/// # Errors
/// Only of the database.
pub async fn create_errors(connection: &mut Connection, import: ImportId, errors: &[ImportError]) -> Result<()> {
    let row = |error: &ImportError| ErrorRow { import_id: import, line: error.line, errors: error.errors.clone() };
    let rows: Vec<ErrorRow> = errors.iter().map(row).collect();
    insert_rows!(connection, import_errors::table, rows);
    Ok(())
}

/// What is wrong with the lines after one, at most `limit` of them.
///
/// # Errors
/// Only of the database.
pub async fn list_errors(
    connection: &mut Connection,
    import: ImportId,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportError>> {
    on_backend!(connection, |c| {
        let of_import = import_errors::table.filter(import_errors::import_id.eq(import));
        let query = of_import.filter(import_errors::line.gt(after)).select(ImportError::as_select());
        Ok(query.order(import_errors::line).limit(limit).load(c).await?)
    })
}

/// What a file calls otherwise than this instance does: a resource by the id or slug that it has in the file.
pub type ImportName = (ResourceKind, String, Id<()>);

/// Writes down what a file calls otherwise.
///
/// # Errors
/// Only of the database.
pub async fn create_names(connection: &mut Connection, import: ImportId, names: &[ImportName]) -> Result<()> {
    for (resource, key, id) in names {
        let values = (
            import_names::import_id.eq(import),
            import_names::resource.eq(resource),
            import_names::key.eq(key),
            import_names::resource_id.eq(*id),
        );
        on_backend!(connection, |c| {
            diesel::insert_into(import_names::table).values(values).on_conflict_do_nothing().execute(c).await
        })?;
    }
    Ok(())
}

/// What a file calls otherwise, as far as it was read.
///
/// # Errors
/// Only of the database.
pub async fn list_names(connection: &mut Connection, import: ImportId) -> Result<Vec<ImportName>> {
    on_backend!(connection, |c| {
        let of_import = import_names::table.filter(import_names::import_id.eq(import));
        let columns = (import_names::resource, import_names::key, import_names::resource_id);
        Ok(of_import.select(columns).load(c).await?)
    })
}
