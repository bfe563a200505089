//! Puts quotes into statements that came in bulk, and reads their positions: behind the import, in batches of their own.
//!
//! An import writes down with its quotes, in the same transaction, which articles wait; a batch takes them off in the
//! transaction that puts their quotes into statements. So none is lost, whatever is killed, and an import takes no
//! longer for it.

use std::time::Duration;

use super::super::derived::derive_from_quotes;
use crate::error::Result;
use crate::repository::Database;
use crate::repository::statements::{placing, queue};
use crate::services::{Services, changes};

/// How many articles one transaction takes.
const BATCH: i64 = 20;
/// How often a process looks whether any wait.
const POLL: Duration = Duration::from_millis(500);

/// Puts the quotes of all articles that wait into statements, as long as there are any, until the process is about to
/// stop.
pub async fn place_queued_quotes(services: Services) {
    let mut is_ending = changes::watch_end(&services);
    while !*is_ending.borrow() {
        let pause = match place_next_batch(&services.database).await {
            Ok(0) => POLL,
            Ok(_) => {
                // Others who write have their turn in between.
                tokio::task::yield_now().await;
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "quotes of imports cannot be put into statements");
                POLL * 10
            }
        };
        drop(tokio::time::timeout(pause, is_ending.wait_for(|is_ending| *is_ending)).await);
    }
}

/// Puts the quotes of all articles that wait into statements, and comes back when none do. `tell` hears after each
/// batch how many still wait, of those that did at first.
///
/// # Errors
/// Only of the database.
pub async fn place_imported_quotes(services: &Services, mut tell: impl FnMut(i64)) -> Result<()> {
    // Counted once: it takes a walk over all of them.
    let mut waiting = count_waiting_articles(services).await?;
    loop {
        let placed = place_next_batch(&services.database).await?;
        if placed == 0 {
            return Ok(());
        }
        waiting = (waiting - i64::try_from(placed).unwrap_or_default()).max(0);
        tell(waiting);
    }
}

/// How many articles have quotes that wait to be put into statements.
///
/// # Errors
/// Only of the database.
pub async fn count_waiting_articles(services: &Services) -> Result<i64> {
    queue::count_queued_articles(&mut services.database.connect().await?).await
}

/// How many articles there were in it.
async fn place_next_batch(database: &Database) -> Result<usize> {
    // Without a turn to write where nothing waits.
    if !queue::has_queued_articles(&mut database.connect().await?).await? {
        return Ok(0);
    }
    database
        .transaction(async |c| {
            let articles = queue::list_queued_articles(c, BATCH).await?;
            let quotes = placing::list_quotes_to_place(c, &articles).await?;
            derive_from_quotes(c, &quotes).await?;
            queue::delete_queued_articles(c, &articles).await?;
            Ok(articles.len())
        })
        .await
}
