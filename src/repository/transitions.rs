//! Transitions of zones in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use super::one_of::one_of;
use crate::error::Result;
use crate::models::{
    ActorId, ActorRef, AgreementId, AgreementRef, DatePrecision, Day, QuoteId, Transition, Zone, ZoneId, ZoneStatus,
    arrange,
};
use crate::schema::{actors, agreements, zone_transitions};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = zone_transitions, treat_none_as_default_value = false)]
struct TransitionRow {
    zone_id: ZoneId,
    position: i64,
    status: ZoneStatus,
    happened_on: Day,
    precision: DatePrecision,
    agreement_id: Option<AgreementId>,
    quote_id: Option<QuoteId>,
    said_by_id: Option<ActorId>,
    source: Option<String>,
    note: Option<String>,
    listed: bool,
}

/// Writes the transitions of a zone, and the days of its life that none of them gives.
///
/// # Errors
/// Only of the database.
pub(super) async fn create_transitions(connection: &mut Connection, zone: &Zone) -> Result<()> {
    let mut all: Vec<(Transition, bool)> = zone.transitions.iter().cloned().map(|row| (row, true)).collect();
    let days = [
        (ZoneStatus::Proposed, zone.lifecycle.proposed_on),
        (ZoneStatus::Agreed, zone.lifecycle.agreed_on),
        (ZoneStatus::InForce, zone.lifecycle.in_force_on),
        (ZoneStatus::Ended, zone.lifecycle.ended_on),
    ];
    for (status, day) in days {
        if let Some(on) = day.filter(|_| zone.transitions.iter().all(|row| row.status != status)) {
            all.push((bare(status, on), false));
        }
    }
    all.sort_by_key(|(transition, _)| (transition.on, transition.status));
    for ((transition, listed), position) in all.into_iter().zip(0..) {
        let row = TransitionRow {
            zone_id: zone.id,
            position,
            status: transition.status,
            happened_on: transition.on,
            precision: transition.precision,
            agreement_id: transition.agreement.map(|agreement| agreement.id),
            quote_id: transition.quote,
            said_by_id: transition.said_by.map(|actor| actor.id),
            source: transition.source,
            note: transition.note,
            listed,
        };
        on_backend!(connection, |c| diesel::insert_into(zone_transitions::table).values(&row).execute(c).await)?;
    }
    Ok(())
}

fn bare(status: ZoneStatus, on: Day) -> Transition {
    Transition {
        status,
        on,
        precision: DatePrecision::Day,
        agreement: None,
        quote: None,
        said_by: None,
        source: None,
        note: None,
        contested: false,
    }
}

/// Deletes the transitions of a zone; they were kept with it.
///
/// # Errors
/// Only of the database.
pub(super) async fn delete_transitions(connection: &mut Connection, zone: ZoneId) -> Result<()> {
    let rows = zone_transitions::table.filter(zone_transitions::zone_id.eq(zone));
    on_backend!(connection, |c| diesel::delete(rows).execute(c).await)?;
    Ok(())
}

/// The transitions of each of these zones in the order of its life; `with_days`: also the days that no transition gives.
///
/// # Errors
/// Only of the database.
pub async fn list_transitions(
    connection: &mut Connection,
    zones: &[ZoneId],
    with_days: bool,
) -> Result<HashMap<ZoneId, Vec<Transition>>> {
    let rows: Vec<(TransitionRow, Option<AgreementRef>, Option<ActorRef>)> = on_backend!(connection, |c| {
        let query = zone_transitions::table
            .left_join(agreements::table)
            .left_join(actors::table)
            .filter(one_of(zone_transitions::zone_id, zones.to_vec()))
            .filter(zone_transitions::listed.eq(true).or(zone_transitions::listed.ne(with_days)))
            .order((zone_transitions::zone_id, zone_transitions::position));
        let columns =
            (TransitionRow::as_select(), Option::<AgreementRef>::as_select(), Option::<ActorRef>::as_select());
        query.select(columns).load(c).await?
    });
    let mut found: HashMap<ZoneId, Vec<Transition>> = HashMap::new();
    for (row, agreement, said_by) in rows {
        found.entry(row.zone_id).or_default().push(Transition {
            status: row.status,
            on: row.happened_on,
            precision: row.precision,
            agreement,
            quote: row.quote_id,
            said_by,
            source: row.source,
            note: row.note,
            contested: false,
        });
    }
    found.values_mut().for_each(|transitions| arrange(transitions));
    Ok(found)
}

/// How each of these zones stood on a day; none of those that had not even been proposed by then.
///
/// # Errors
/// Only of the database.
pub async fn list_statuses_on(
    connection: &mut Connection,
    zones: &[ZoneId],
    day: Day,
) -> Result<HashMap<ZoneId, ZoneStatus>> {
    let rows: Vec<(ZoneId, ZoneStatus)> = on_backend!(connection, |c| {
        zone_transitions::table
            .filter(one_of(zone_transitions::zone_id, zones.to_vec()))
            .filter(zone_transitions::happened_on.le(day))
            .select((zone_transitions::zone_id, zone_transitions::status))
            .order((zone_transitions::zone_id, zone_transitions::position))
            .load(c)
            .await?
    });
    Ok(rows.into_iter().collect()) // the last one of each
}

/// Makes transitions whose evidence is one agreement rest on another: what a file calls the one is the other here.
///
/// # Errors
/// Only of the database.
pub async fn rename_agreement(connection: &mut Connection, from: AgreementId, to: AgreementId) -> Result<()> {
    let rows = zone_transitions::table.filter(zone_transitions::agreement_id.eq(from));
    on_backend!(connection, |c| { diesel::update(rows).set(zone_transitions::agreement_id.eq(to)).execute(c).await })?;
    Ok(())
}
