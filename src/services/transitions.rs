//! Transitions of zones: what the keys in them stand for.

use super::{actors, in_body};
use crate::error::{Error, Result};
use crate::models::{AgreementId, AgreementRef, Key, NewTransition, Transition, arrange};
use crate::repository::{Connection, agreements, quotes};

/// Whether the evidence has to be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It has.
    IsHere,
    /// It may come later, as what names its zones does: then it is known by its id alone.
    MayCome,
}

/// Transitions as they are kept, in the order of a zone's life.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody) for a key that nothing has.
pub(super) async fn transitions(
    connection: &mut Connection,
    new: &[NewTransition],
    evidence: Evidence,
) -> Result<Vec<Transition>> {
    let mut all = Vec::with_capacity(new.len());
    for (index, new) in new.iter().enumerate() {
        all.push(transition(connection, new, index, evidence).await?);
    }
    arrange(&mut all);
    Ok(all)
}

async fn transition(
    connection: &mut Connection,
    new: &NewTransition,
    index: usize,
    evidence: Evidence,
) -> Result<Transition> {
    let agreement = match &new.agreement {
        Some(key) => match (agreements::find_agreement_ref(connection, key).await, key) {
            (Err(Error::NotFound { .. }), Key::Id(id)) if evidence == Evidence::MayCome => Some(unseen(*id)),
            (found, _) => Some(in_body(found, format!("/transitions/{index}/agreement"))?),
        },
        None => None,
    };
    if let (Some(quote), Evidence::IsHere) = (new.quote, evidence) {
        in_body(quotes::find_quote(connection, quote).await, format!("/transitions/{index}/quote"))?;
    }
    let said_by = match &new.said_by {
        Some(key) => Some(actors::reference(connection, key, &format!("/transitions/{index}/said_by")).await?),
        None => None,
    };
    Ok(Transition {
        status: new.status,
        on: new.on,
        precision: new.precision,
        agreement,
        quote: new.quote,
        said_by,
        source: new.source.clone(),
        note: new.note.clone(),
        contested: false,
    })
}

/// An agreement that is not there yet. Only its id is kept; the rest is read when it has come.
fn unseen(id: AgreementId) -> AgreementRef {
    AgreementRef { id, slug: String::new(), name: String::new() }
}
