//! Outlets: the rules.

use super::{Services, apply, changes, check, check_precondition, slug_or_from_name};
use crate::error::Result;
use crate::models::{Author, Edit, Instant, Json, Key, MergePatch, NewOutlet, Outlet, OutletFilter, OutletId};
use crate::pagination::{Page, PageRequest};
use crate::repository::{Connection, gazetteer, outlets};

/// A page of outlets, by slug.
///
/// # Errors
/// Only of the database.
pub async fn list_outlets(
    services: &Services,
    filter: &OutletFilter,
    page: &PageRequest<String>,
) -> Result<Page<Outlet>> {
    let rows = services.read(async |c| outlets::list_outlets(c, filter, page).await).await?;
    Ok(page.page(rows, |outlet| outlet.slug.clone()))
}

/// One outlet.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound).
pub async fn find_outlet(services: &Services, key: &Key<Outlet>) -> Result<Outlet> {
    services.read(async |c| outlets::find_outlet(c, key).await).await
}

/// Adds an outlet; the extractor knows it from then on.
///
/// # Errors
/// [`InvalidBody`](crate::error::Error::InvalidBody), or [`Conflict`](crate::error::Error::Conflict) where the slug is taken.
pub async fn create_outlet(services: &Services, new: NewOutlet, author: &Author) -> Result<Outlet> {
    services.create(async |c| create_outlet_in(c, new, author).await).await
}

pub(super) async fn create_outlet_in(connection: &mut Connection, new: NewOutlet, author: &Author) -> Result<Outlet> {
    check(&new)?;
    gazetteer::count_gazetteer_change(connection).await?;
    let now = Instant::now();
    let outlet = outlet(OutletId::generate(), new, now, now, 1)?;
    outlets::create_outlet(connection, &outlet).await?;
    changes::record_creation(connection, &outlet, author).await?;
    Ok(outlet)
}

/// Changes an outlet.
///
/// # Errors
/// As [`create_outlet`], and [`NotFound`](crate::error::Error::NotFound).
pub async fn update_outlet(
    services: &Services,
    key: &Key<Outlet>,
    patch: &MergePatch<NewOutlet>,
    edit: &Edit,
) -> Result<Outlet> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = outlets::find_outlet(c, key).await?;
            check_precondition(edit, current.version)?;
            let patched = apply(patch, &NewOutlet::from(&current))?;
            let changed = outlet(
                current.id,
                patched,
                current.created_at,
                Instant::now_after(current.updated_at),
                current.version + 1,
            )?;
            outlets::update_outlet(c, &changed).await?;
            changes::record_update(c, &current, &changed, edit).await?;
            Ok(changed)
        })
        .await
}

/// Deletes an outlet that no article is of.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound), [`InUse`](crate::error::Error::InUse).
pub async fn delete_outlet(services: &Services, key: &Key<Outlet>, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = outlets::find_outlet(c, key).await?;
            check_precondition(edit, current.version)?;
            let at = Instant::now_after(current.updated_at);
            outlets::delete_outlet(c, current.id, at).await?;
            changes::record_deletion(c, &current, at, edit).await
        })
        .await
}

pub(super) fn outlet(
    id: OutletId,
    new: NewOutlet,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
) -> Result<Outlet> {
    Ok(Outlet {
        id,
        slug: slug_or_from_name(new.slug.as_deref(), &new.name)?,
        name: new.name,
        kind: new.kind,
        country: new.country,
        homepage: new.homepage,
        aliases: Json(new.aliases),
        datelines: Json(new.datelines),
        domains: Json(new.domains),
        marks: Json(new.marks),
        wikidata: new.wikidata,
        source: new.source,
        created_at,
        updated_at,
        version,
    })
}
