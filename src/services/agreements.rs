//! Agreements: the rules.

use super::included::include_with_agreements;
use super::{Services, actors, apply, changes, check, check_precondition, in_body, slug_or_from_name};
use crate::error::Result;
use crate::models::{
    Agreement, AgreementFilter, AgreementId, AgreementInclude, Author, Edit, Instant, Key, MergePatch, NewAgreement,
    Party,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::{self, Connection, agreements, gazetteer, zones};

/// A page of agreements, by slug.
///
/// # Errors
/// [`InvalidQuery`](crate::error::Error::InvalidQuery) for a key that names nothing.
pub async fn list_agreements(
    services: &Services,
    filter: &AgreementFilter,
    page: &PageRequest<String>,
    include: &[AgreementInclude],
) -> Result<Page<Agreement>> {
    services
        .read(async |c| {
            let actor_ids = repository::actors::find_actor_ids(c, "actor", &filter.actor).await?;
            let zone_ids = zones::find_zone_ids_with_parts(c, &filter.zone).await?;
            let rows = agreements::list_agreements(c, &actor_ids, &zone_ids, page).await?;
            let mut found = page.page(rows, |agreement| agreement.slug.clone());
            include_with_agreements(c, include, &mut found.data).await?;
            Ok(found)
        })
        .await
}

/// One agreement.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound).
pub async fn find_agreement(
    services: &Services,
    key: &Key<Agreement>,
    include: &[AgreementInclude],
) -> Result<Agreement> {
    services
        .read(async |c| {
            let mut found = agreements::find_agreement(c, key).await?;
            include_with_agreements(c, include, std::slice::from_mut(&mut found)).await?;
            Ok(found)
        })
        .await
}

/// Adds an agreement.
///
/// # Errors
/// [`InvalidBody`](crate::error::Error::InvalidBody), or [`Conflict`](crate::error::Error::Conflict) where the slug is taken.
pub async fn create_agreement(services: &Services, new: NewAgreement, author: &Author) -> Result<Agreement> {
    services.create(async |c| create_agreement_in(c, new, author).await).await
}

async fn create_agreement_in(connection: &mut Connection, new: NewAgreement, author: &Author) -> Result<Agreement> {
    create_agreement_with(connection, AgreementId::generate(), new, author).await
}

pub(super) async fn create_agreement_with(
    connection: &mut Connection,
    id: AgreementId,
    new: NewAgreement,
    author: &Author,
) -> Result<Agreement> {
    check(&new)?;
    let now = Instant::now();
    let agreement = agreement(connection, id, new, now, now, 1).await?;
    agreements::create_agreement(connection, &agreement).await?;
    changes::record_creation(connection, &agreement, author).await?;
    Ok(agreement)
}

/// Changes an agreement.
///
/// # Errors
/// As [`create_agreement`], and [`NotFound`](crate::error::Error::NotFound).
pub async fn update_agreement(
    services: &Services,
    key: &Key<Agreement>,
    patch: &MergePatch<NewAgreement>,
    edit: &Edit,
) -> Result<Agreement> {
    services
        .database
        .transaction(async |c| {
            gazetteer::lock_gazetteer(c).await?;
            let current = agreements::find_agreement(c, key).await?;
            check_precondition(edit, current.version)?;
            let patched = apply(patch, &NewAgreement::from(&current))?;
            let version = current.version + 1;
            let changed =
                agreement(c, current.id, patched, current.created_at, Instant::now_after(current.updated_at), version)
                    .await?;
            agreements::update_agreement(c, &changed).await?;
            changes::record_update(c, &current, &changed, edit).await?;
            Ok(changed)
        })
        .await
}

/// Deletes an agreement.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound).
pub async fn delete_agreement(services: &Services, key: &Key<Agreement>, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            gazetteer::lock_gazetteer(c).await?;
            let current = agreements::find_agreement(c, key).await?;
            check_precondition(edit, current.version)?;
            let at = Instant::now_after(current.updated_at);
            agreements::delete_agreement(c, current.id, at).await?;
            changes::record_deletion(c, &current, at, edit).await
        })
        .await
}

pub(super) async fn agreement(
    connection: &mut Connection,
    id: AgreementId,
    new: NewAgreement,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
) -> Result<Agreement> {
    let mut parties: Vec<Party> = Vec::with_capacity(new.parties.len());
    for (index, party) in new.parties.iter().enumerate() {
        let actor = actors::reference(connection, &party.actor, &format!("/parties/{index}/actor")).await?;
        let party = Party { actor, part: party.part };
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    let mut about = Vec::with_capacity(new.zones.len());
    for (index, key) in new.zones.iter().enumerate() {
        let zone = in_body(zones::find_zone_ref(connection, key).await, format!("/zones/{index}"))?;
        if !about.contains(&zone) {
            about.push(zone);
        }
    }
    parties.sort_by(|a, b| (a.part, &a.actor.slug).cmp(&(b.part, &b.actor.slug)));
    about.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(Agreement {
        id,
        slug: slug_or_from_name(new.slug.as_deref(), &new.name)?,
        name: new.name,
        signed_on: new.signed_on,
        in_force_on: new.in_force_on,
        place: new.place,
        url: new.url,
        parties,
        zones: about,
        sources: new.sources,
        created_at,
        updated_at,
        version,
        included: None,
    })
}
