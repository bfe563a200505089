//! Where and when the zones of the database were.

use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::Result;
use crate::models::Day;
use crate::schema::{zone_transitions, zones};

/// West, south, east and north of all zones, and the first day of any of them; `None` where nothing is known.
///
/// # Errors
/// Only of the database.
pub async fn find_extent(connection: &mut Connection) -> Result<(Option<[f64; 4]>, Option<Day>)> {
    on_backend!(connection, |c| {
        let sides = (min(zones::min_lon), min(zones::min_lat), max(zones::max_lon), max(zones::max_lat));
        let sides: (Option<f64>, Option<f64>, Option<f64>, Option<f64>) = zones::table.select(sides).first(c).await?;
        let days = zone_transitions::table.select(zone_transitions::happened_on).order(zone_transitions::happened_on);
        let first: Option<Day> = days.first(c).await.optional()?;
        let (west, south, east, north) = sides;
        let bounds =
            west.zip(south).zip(east.zip(north)).map(|((west, south), (east, north))| [west, south, east, north]);
        Ok((bounds, first))
    })
}
