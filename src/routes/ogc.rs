//! `/ogc`: zones as OGC API – Features, Part 1 (17-069r4), for GIS clients.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::App;
use super::lists::{FilteredQuery, address_of_page};
use super::problem::{ListProblems, ReadProblems, ServerProblems};
use super::public_url::PublicUrl;
use super::registry::Registry;
use crate::error::{Error, Result};
use crate::models::{
    Collection, Collections, Conformance, FeatureFilter, FeatureLink, FieldError, Key, LandingPage, Zone, ZoneFeature,
    ZoneFeatures, ZoneKind, ZoneProperties, ZoneStatus,
};
use crate::pagination::PageRequest;
use crate::services::ogc;

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const SCHEMA: &str = "application/schema+json";
/// Clients look for this very type, and not for a later version.
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
const ZONES: &str = "/ogc/collections/zones";
/// Features of a page where nobody says how many, as the standard has it.
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 1000;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(read_landing_page)
        .service(read_api_definition)
        .service(read_conformance)
        .service(list_collections)
        .service(find_collection)
        .service(list_features)
        .service(find_feature)
        .service(read_queryables);
}

/// What `/ogc/api` gives, made from the document of all operations.
pub struct ApiDefinition(pub Value);

/// Which page of features is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct FeaturePage {
    /// How many features at most. Whoever asks for more than 1000 gets 1000: so the standard has it.
    #[param(minimum = 1, maximum = 1000, default = 10, value_type = Option<i64>)]
    #[serde(deserialize_with = "count_of_any_size")]
    limit: Option<i64>,
    /// What the link `next` of the page before has.
    #[param(min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// Reads a whole number; the largest that there is stands for those beyond it.
fn count_of_any_size<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) if is_number && !text.is_empty() => Ok(Some(i64::MAX)),
        Err(error) => Err(serde::de::Error::custom(error)),
    }
}

/// Reads the way into the features.
#[utoipa::path(
    tag = "ogc",
    operation_id = "read_landing_page",
    responses((status = 200, description = "What there is.", body = LandingPage), ServerProblems)
)]
#[get("/ogc")]
async fn read_landing_page(public_url: PublicUrl) -> HttpResponse {
    landing_page(public_url).await
}

/// The landing page; also what clients get that put a slash behind its address.
pub async fn landing_page(public_url: PublicUrl) -> HttpResponse {
    HttpResponse::Ok().json(LandingPage {
        title: "Onrecord",
        description: "Zones with a negotiated status, as OGC API – Features.",
        links: vec![
            link(&public_url, "/ogc", "self", JSON, "This page"),
            link(&public_url, "/ogc/api", "service-desc", OPENAPI, "What can be asked for (OpenAPI 3.0)"),
            link(&public_url, "/docs/", "service-doc", "text/html", "The same for people, with all of the service"),
            link(&public_url, "/ogc/conformance", "conformance", JSON, "What of the standard is served"),
            link(&public_url, "/ogc/collections", "data", JSON, "The collections"),
        ],
    })
}

/// Reads the OpenAPI document of the features.
///
/// In version 3.0, which clients of this standard read; `/openapi.json` is the document of the whole service, in 3.1.
#[utoipa::path(
    tag = "ogc",
    operation_id = "read_api_definition",
    responses(
        (status = 200, description = "The document.", body = Value, content_type = "application/vnd.oai.openapi+json;version=3.0"),
        ServerProblems
    )
)]
#[get("/ogc/api")]
async fn read_api_definition(definition: web::Data<ApiDefinition>, public_url: PublicUrl) -> HttpResponse {
    let mut document = definition.0.clone();
    document["servers"][0]["url"] = json!(public_url.of("/ogc"));
    HttpResponse::Ok().content_type(OPENAPI).body(document.to_string())
}

/// Reads what of OGC API – Features is served.
#[utoipa::path(
    tag = "ogc",
    operation_id = "read_conformance",
    responses((status = 200, description = "The classes of the standard.", body = Conformance), ServerProblems)
)]
#[get("/ogc/conformance")]
async fn read_conformance() -> HttpResponse {
    HttpResponse::Ok().json(Conformance {
        conforms_to: vec![
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        ],
    })
}

/// Lists the collections of features.
#[utoipa::path(
    tag = "ogc",
    operation_id = "list_collections",
    responses((status = 200, description = "The collections.", body = Collections), ServerProblems)
)]
#[get("/ogc/collections")]
async fn list_collections(app: App, public_url: PublicUrl) -> Result<HttpResponse> {
    let links = vec![link(&public_url, "/ogc/collections", "self", JSON, "The collections")];
    Ok(HttpResponse::Ok().json(Collections { links, collections: vec![zones(&app, &public_url).await?] }))
}

/// Reads a collection of features.
#[utoipa::path(
    tag = "ogc",
    operation_id = "find_collection",
    params(("collectionId" = String, Path, description = "Its name: `zones`.", example = "zones")),
    responses((status = 200, description = "The collection.", body = Collection), ReadProblems, ServerProblems)
)]
#[get("/ogc/collections/{collectionId}")]
async fn find_collection(app: App, collection: web::Path<String>, public_url: PublicUrl) -> Result<HttpResponse> {
    check_collection(&collection)?;
    Ok(HttpResponse::Ok().json(zones(&app, &public_url).await?))
}

/// Lists features.
///
/// GeoJSON, by slug, a page at a time: follow the link `next`.
#[utoipa::path(
    tag = "ogc",
    operation_id = "list_features",
    params(("collectionId" = String, Path, description = "Its name: `zones`.", example = "zones"), FeatureFilter, FeaturePage),
    responses(
        (status = 200, description = "A page of features.", body = ZoneFeatures, content_type = "application/geo+json"),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/ogc/collections/{collectionId}/items")]
async fn list_features(
    app: App,
    collection: web::Path<String>,
    query: FilteredQuery<FeatureFilter, FeaturePage>,
    public_url: PublicUrl,
    request: HttpRequest,
) -> Result<HttpResponse> {
    check_collection(&collection)?;
    let page = page(&query)?;
    let found = ogc::list_features(&app, &query.filter, &page).await?;
    let this = address_of_page(&request, query.parameters.cursor.as_deref());
    let next = found.next_cursor.as_deref().map(|cursor| address_of_page(&request, Some(cursor)));
    let next = next.map(|address| link(&public_url, &address, "next", GEOJSON, "The next page"));
    let links = std::iter::once(link(&public_url, &this, "self", GEOJSON, "This page")).chain(next).chain([link(
        &public_url,
        ZONES,
        "collection",
        JSON,
        "The collection",
    )]);
    let features: Vec<ZoneFeature> = found.data.into_iter().map(|zone| feature(zone, &public_url)).collect();
    Ok(geojson(&ZoneFeatures {
        kind: "FeatureCollection",
        number_returned: features.len(),
        number_matched: found.total.unwrap_or_default(),
        features,
        links: links.collect(),
    }))
}

fn page(query: &FilteredQuery<FeatureFilter, FeaturePage>) -> Result<PageRequest<String>> {
    let limit = query.parameters.limit.unwrap_or(DEFAULT_LIMIT);
    if limit < 1 {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("limit", "must be at least 1")]));
    }
    let cursor = query.parameters.cursor.as_deref();
    Ok(PageRequest::new(limit.min(MAX_LIMIT), cursor, &query.filter)?.counting(true))
}

/// Reads a feature.
#[utoipa::path(
    tag = "ogc",
    operation_id = "find_feature",
    params(
        ("collectionId" = String, Path, description = "Its name: `zones`.", example = "zones"),
        ("featureId" = String, Path, description = "Slug or id.", example = "idlib-de-escalation-zone")
    ),
    responses(
        (status = 200, description = "The feature.", body = ZoneFeature, content_type = "application/geo+json"),
        ReadProblems, ServerProblems
    )
)]
#[get("/ogc/collections/{collectionId}/items/{featureId}")]
async fn find_feature(app: App, path: web::Path<(String, Key<Zone>)>, public_url: PublicUrl) -> Result<HttpResponse> {
    let (collection, key) = path.into_inner();
    check_collection(&collection)?;
    Ok(geojson(&feature(ogc::find_feature(&app, &key).await?, &public_url)))
}

/// Reads by which properties features can be chosen.
///
/// A JSON schema: each property is a parameter of the list of features.
#[utoipa::path(
    tag = "ogc",
    operation_id = "read_queryables",
    params(("collectionId" = String, Path, description = "Its name: `zones`.", example = "zones")),
    responses(
        (status = 200, description = "The properties.", body = Value, content_type = "application/schema+json"),
        ReadProblems, ServerProblems
    )
)]
#[get("/ogc/collections/{collectionId}/queryables")]
async fn read_queryables(collection: web::Path<String>, public_url: PublicUrl) -> Result<HttpResponse> {
    check_collection(&collection)?;
    let one_of = |title: &str, names: Vec<String>| json!({ "title": title, "type": "string", "enum": names });
    let queryables = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": public_url.of("/ogc/collections/zones/queryables"),
        "type": "object",
        "title": "Zones",
        "properties": {
            "kind": one_of("What kind of zone it is", names::<ZoneKind>()),
            "status": one_of("Where it stands in its life", names::<ZoneStatus>()),
        },
        "additionalProperties": false,
    });
    Ok(HttpResponse::Ok().content_type(SCHEMA).body(queryables.to_string()))
}

/// The names of an enumeration, as its schema has them.
fn names<T: utoipa::PartialSchema>() -> Vec<String> {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let of_enum = schema["enum"].as_array().into_iter().flatten();
    let of_choices = schema["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["enum"].get(0));
    of_enum.chain(of_choices).filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn check_collection(name: &str) -> Result<()> {
    if name == "zones" { Ok(()) } else { Err(Error::NotFound { resource: "collection", key: name.to_owned() }) }
}

async fn zones(app: &App, public_url: &PublicUrl) -> Result<Collection> {
    const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
    Ok(Collection {
        id: "zones",
        title: "Zones",
        description: "Areas with a negotiated status: safe zones, de-escalation zones.",
        extent: ogc::find_extent(app).await?,
        item_type: "feature",
        crs: vec![ogc::CRS84],
        links: vec![
            link(public_url, ZONES, "self", JSON, "This collection"),
            link(public_url, &format!("{ZONES}/items"), "items", GEOJSON, "Its features"),
            link(public_url, &format!("{ZONES}/queryables"), QUERYABLES, SCHEMA, "What to choose by"),
        ],
    })
}

fn feature(zone: Zone, public_url: &PublicUrl) -> ZoneFeature {
    let (address, zone_address) = (format!("{ZONES}/items/{}", zone.slug), format!("/v1/zones/{}", zone.slug));
    ZoneFeature {
        kind: "Feature",
        id: zone.slug.clone(),
        geometry: zone.geometry.clone(),
        links: vec![
            link(public_url, &address, "self", GEOJSON, "This feature"),
            link(public_url, ZONES, "collection", JSON, "The collection"),
            link(public_url, &zone_address, "alternate", JSON, "The zone with all that is known of it"),
        ],
        properties: ZoneProperties::from(zone),
    }
}

fn geojson(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, GEOJSON)).json(body)
}

/// Absolute: not all clients resolve what is relative.
fn link(
    public_url: &PublicUrl,
    path: &str,
    rel: &'static str,
    media_type: &'static str,
    title: &'static str,
) -> FeatureLink {
    FeatureLink { href: public_url.of(path), rel, media_type, title }
}
