//! Positions: what actors think of zones, as quotes say it, and what people say about that.

mod reading;

pub(super) use self::reading::read_positions;

use super::{Services, apply, check_precondition};
use crate::error::{Error, Result};
use crate::models::{
    Actor, Edit, FieldError, Instant, Key, MergePatch, Position, PositionFilter, PositionId, PositionReading,
    PositionReview, PositionWithReviews, Review, Segment, Zone,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::positions::reading as rows;
use crate::repository::positions::{PositionConditions, PositionKeyset};
use crate::repository::{Connection, actors, positions, quotes, zones};

/// How many reviews a position shows.
const SHOWN: i64 = 200;

/// A page of positions, the newest first.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing.
pub async fn list_positions(
    services: &Services,
    filter: &PositionFilter,
    page: &PageRequest<PositionKeyset>,
) -> Result<Page<Position>> {
    list_positions_in(&mut services.database.connect().await?, filter, page).await
}

/// A page of the positions of an actor, whose key the filter has, too.
///
/// # Errors
/// [`NotFound`](Error::NotFound), and as [`list_positions`].
pub async fn list_positions_of_actor(
    services: &Services,
    key: &Key<Actor>,
    filter: &PositionFilter,
    page: &PageRequest<PositionKeyset>,
) -> Result<Page<Position>> {
    let mut connection = services.database.connect().await?;
    actors::find_actor_ref(&mut connection, key).await?;
    list_positions_in(&mut connection, filter, page).await
}

/// A page of the positions on a zone or a part of it; the filter has its key, too.
///
/// # Errors
/// [`NotFound`](Error::NotFound), and as [`list_positions`].
pub async fn list_positions_of_zone(
    services: &Services,
    key: &Key<Zone>,
    filter: &PositionFilter,
    page: &PageRequest<PositionKeyset>,
) -> Result<Page<Position>> {
    let mut connection = services.database.connect().await?;
    zones::find_zone_ref(&mut connection, key).await?;
    list_positions_in(&mut connection, filter, page).await
}

async fn list_positions_in(
    connection: &mut Connection,
    filter: &PositionFilter,
    page: &PageRequest<PositionKeyset>,
) -> Result<Page<Position>> {
    super::quotes::check_confidence(filter.min_confidence)?;
    let refuse = |detail: &str| Err(Error::InvalidQuery(vec![FieldError::parameter("within_days", detail)]));
    match filter.within_days {
        Some(days) if !(1..=36_500).contains(&days) => return refuse("must be 1 to 36500"),
        Some(_) if filter.changed != Some(true) => return refuse("must stand beside changed=true"),
        _ => {}
    }
    let conditions = PositionConditions {
        actors: actors::find_actor_ids(connection, "actor", &filter.actor).await?,
        zones: zones::find_zone_ids_with_parts(connection, &filter.zone).await?,
    };
    let found = positions::list_positions(connection, filter, &conditions, page).await?;
    Ok(page.page(found, |position| (position.listed_on, position.id)))
}

/// The first position of the list; `None` where there are none.
///
/// # Errors
/// Only of the database.
pub async fn find_newest_position(services: &Services) -> Result<Option<PositionId>> {
    let filter = PositionFilter::default();
    let page = list_positions(services, &filter, &PageRequest::new(1, None, &filter)?).await?;
    Ok(page.data.first().map(|position| position.id))
}

/// One position, with what people said about it.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_position(services: &Services, id: PositionId) -> Result<PositionWithReviews> {
    let mut connection = services.database.connect().await?;
    let position = positions::find_position(&mut connection, id).await?;
    with_reviews(&mut connection, position).await
}

async fn with_reviews(connection: &mut Connection, position: Position) -> Result<PositionWithReviews> {
    let reviews = rows::list_reviews(connection, (position.quote.id, position.zone.id), SHOWN).await?;
    Ok(PositionWithReviews { position, reviews })
}

/// Puts a position right, or says that it is right or wrong. What was there is kept, and the machine keeps to it.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`InvalidBody`](Error::InvalidBody); [`Conflict`](Error::Conflict) where what people
/// said is taken back, and the machine reads no position there any more.
pub async fn update_position(
    services: &Services,
    id: PositionId,
    patch: &MergePatch<PositionReading>,
    edit: &Edit,
) -> Result<PositionWithReviews> {
    services
        .database
        .transaction(async |c| {
            let seen = positions::find_position(c, id).await?;
            quotes::lock_quote(c, seen.quote.id).await?;
            // It may have been read anew while this waited.
            let current = positions::find_position(c, id).await?;
            check_precondition(edit, current.version)?;
            let before = PositionReading::from(&current);
            let mut after = apply(patch, &before)?;
            let corrects = after != PositionReading { review: after.review, ..before.clone() };
            if corrects && !patch.touches("review") {
                after.review = Review::Corrected;
            }
            check_reading(&after, corrects, &current.quote.segments)?;
            if after == before {
                return with_reviews(c, current).await;
            }
            let review = PositionReview {
                made_at: Instant::now(),
                made_by: edit.author.clone(),
                reason: edit.reason.clone(),
                before,
                after,
            };
            rows::create_review(c, (current.quote.id, current.zone.id), &review).await?;
            read_positions(c, &[current.quote.id]).await?;
            let changed = positions::find_position(c, id).await.map_err(|error| match error {
                Error::NotFound { .. } => {
                    let detail = "the machine reads no position here: say that it is `rejected` instead";
                    Error::Conflict(detail.to_owned())
                }
                error => error,
            })?;
            with_reviews(c, changed).await
        })
        .await
}

/// Refuses conditions that are not words of the quote, and a reading that is to be the machine's and is not.
fn check_reading(reading: &PositionReading, corrects: bool, segments: &[Segment]) -> Result<()> {
    let mut errors = Vec::new();
    if corrects {
        let outside =
            reading.conditions.iter().enumerate().filter(|(_, span)| {
                !segments.iter().any(|segment| segment.start <= span.start && span.end <= segment.end)
            });
        errors.extend(
            outside
                .map(|(at, _)| FieldError::at(format!("/conditions/{at}"), "must lie within a segment of the quote")),
        );
        if reading.review == Review::Machine {
            errors.push(FieldError::at(
                "/review",
                "must not be `machine` where the stance or its conditions are changed",
            ));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
}
