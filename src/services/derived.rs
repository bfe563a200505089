//! What is derived from quotes: the statements that they report, and the positions that they take.

use std::collections::HashMap;

use super::{positions, statements};
use crate::error::Result;
use crate::models::{QuoteId, StatementId};
use crate::repository::Connection;

/// Derives anew what these quotes lead to; which statements they report now.
///
/// After they were written, with what they name, in the same transaction.
pub(super) async fn derive_from_quotes(
    connection: &mut Connection,
    ids: &[QuoteId],
) -> Result<HashMap<QuoteId, StatementId>> {
    let placed = statements::place_quotes(connection, ids).await?;
    positions::read_positions(connection, ids).await?;
    Ok(placed)
}
