//! `/ogc`: after the abstract test suite of OGC API – Features, Part 1 (annex A of 17-069r4), and of its clients.

use actix_web::http::Method;
use onrecord::services::imports::run_next_import;
use serde_json::{Value, json};

use crate::support::TestApp;

const ITEMS: &str = "/ogc/collections/zones/items";
const DOCUMENTS: [&str; 6] = [
    "/ogc",
    "/ogc/collections",
    "/ogc/collections/zones",
    "/ogc/collections/zones/queryables",
    ITEMS,
    "/ogc/collections/zones/items/idlib-de-escalation-zone",
];

fn href<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    let links = document["links"].as_array().unwrap();
    links.iter().find(|link| link["rel"] == rel).map(|link| link["href"].as_str().unwrap())
}

/// Every link of a document, wherever it stands in it.
fn all_links(value: &Value) -> Vec<&Value> {
    let own = value["links"].as_array().into_iter().flatten();
    let parts = ["collections", "features"].into_iter().filter_map(|name| value[name].as_array()).flatten();
    own.chain(parts.flat_map(all_links)).collect()
}

fn ids(features: &Value) -> Vec<String> {
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features["features"].as_array().unwrap().iter().map(id).collect()
}

/// The features of all pages.
async fn all_ids(app: &TestApp, query: &str) -> Vec<String> {
    let mut address = Some(format!("{ITEMS}?{query}"));
    let mut all = Vec::new();
    while let Some(path) = address {
        let page = app.get(&path).await.expect(200);
        assert_eq!(page["numberReturned"], page["features"].as_array().unwrap().len());
        all.extend(ids(&page));
        address = href(&page, "next").map(str::to_owned);
    }
    all
}

fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 1.0, south + 1.0);
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

// A.2.2 (landing page), A.2.4 (conformance), A.2.5 and A.2.6 (collections).
#[actix_web::test]
async fn every_link_leads_somewhere_and_what_is_claimed_is_served() {
    let app = TestApp::start().await;
    let landing = app.get("/ogc").await.expect(200);
    for rel in ["self", "service-desc", "service-doc", "conformance", "data"] {
        assert!(href(&landing, rel).is_some(), "no link {rel}");
    }
    assert_eq!(app.get("/ogc/").await.expect(200), landing, "some clients put a slash there");
    for path in DOCUMENTS {
        let document = app.get(path).await.expect(200);
        for link in all_links(&document) {
            let answer = app.get(link["href"].as_str().unwrap()).await;
            assert_eq!(answer.status, 200, "{path}: {link}");
            let media_type = answer.header("content-type").unwrap();
            assert!(media_type.starts_with(link["type"].as_str().unwrap()), "{path}: {link} is {media_type}");
        }
    }
    let conformance = app.get("/ogc/conformance").await.expect(200);
    let classes = ["core", "geojson", "oas30"];
    let classes = classes.map(|class| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}"));
    assert_eq!(conformance["conformsTo"], json!(classes));
    let collections = app.get("/ogc/collections").await.expect(200);
    let of_zones = &collections["collections"][0];
    assert_eq!(collections["collections"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/ogc/collections/zones").await.expect(200), *of_zones);
    assert_eq!((&of_zones["id"], &of_zones["itemType"]), (&json!("zones"), &json!("feature")));
    assert_eq!(of_zones["crs"], json!(["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]));
    let [west, south, east, north] =
        [0, 1, 2, 3].map(|side| of_zones["extent"]["spatial"]["bbox"][0][side].as_f64().unwrap());
    assert!(west < 36.6 && east > 36.6 && south < 33.0 && north > 36.0, "{of_zones}");
    assert_eq!(of_zones["extent"]["temporal"]["interval"], json!([["2017-01-25T00:00:00Z", null]]));
    for path in ["/ogc/collections/lakes", "/ogc/collections/lakes/items", "/ogc/collections/lakes/queryables"] {
        app.get(path).await.expect_problem(404, "not_found");
    }
    app.get("/ogc/collections/lakes/items/idlib-de-escalation-zone").await.expect_problem(404, "not_found");
    app.get(&format!("{ITEMS}/lake")).await.expect_problem(404, "not_found");
}

// A.2.3 (API definition), A.5 (OpenAPI 3.0).
#[actix_web::test]
async fn the_definition_says_what_can_be_asked_for_in_the_words_of_the_standard() {
    let app = TestApp::start().await;
    let answer = app.get("/ogc/api").await;
    // The landing page of QGIS looks for a link of just this type.
    let media_type = "application/vnd.oai.openapi+json;version=3.0";
    assert_eq!(answer.header("content-type"), Some(media_type));
    let landing = app.get("/ogc").await.expect(200);
    assert!(landing["links"].as_array().unwrap().iter().any(|link| link["type"] == media_type), "{landing}");
    let definition = answer.expect(200);
    assert_eq!((&definition["openapi"], &definition["servers"]), (&json!("3.0.3"), &json!([{ "url": "/ogc" }])));
    let mut paths: Vec<&String> = definition["paths"].as_object().unwrap().keys().collect();
    paths.sort();
    let expected = [
        "/",
        "/api",
        "/collections",
        "/collections/{collectionId}",
        "/collections/{collectionId}/items",
        "/collections/{collectionId}/items/{featureId}",
        "/collections/{collectionId}/queryables",
        "/conformance",
    ];
    assert_eq!(paths, expected);
    for path in paths {
        let path = path.replace("{collectionId}", "zones").replace("{featureId}", "idlib-de-escalation-zone");
        assert_eq!(app.get(&format!("/ogc{path}")).await.status, 200, "{path}");
    }
    let parameters = definition["paths"]["/collections/{collectionId}/items"]["get"]["parameters"].as_array().unwrap();
    let parameter = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    let limit = &parameter("limit")["schema"];
    assert_eq!(
        (&limit["type"], &limit["minimum"], &limit["maximum"], &limit["default"]),
        (&json!("integer"), &json!(1), &json!(1000), &json!(10)),
    );
    let bbox = parameter("bbox");
    assert_eq!((&bbox["style"], &bbox["explode"]), (&json!("form"), &json!(false)));
    assert_eq!((&bbox["schema"]["type"], &bbox["schema"]["items"]["type"]), (&json!("array"), &json!("number")));
    assert_eq!(parameter("datetime")["schema"]["type"], "string");
    // Nothing is referred to that is not there, and nothing is there that belongs to other parts of the service.
    let text = definition.to_string();
    for (_, rest) in text.match_indices("\"#/").map(|(at, _)| text.split_at(at + 2)) {
        let pointer = rest.split('"').next().unwrap();
        assert!(definition.pointer(pointer).is_some(), "{pointer}");
    }
    assert!(definition["components"]["schemas"]["QuotePage"].is_null());
    assert!(definition["components"]["schemas"]["ZoneFeatures"].is_object());
}

#[actix_web::test]
async fn links_are_absolute_wherever_the_service_is_reached() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        let document = app.get_with(path, &[("host", "gis.example.org:8080")]).await.expect(200);
        let links = all_links(&document);
        assert!(!links.is_empty() || path.ends_with("queryables"), "{path}");
        for link in links {
            let path = link["href"].as_str().unwrap().strip_prefix("http://gis.example.org:8080").unwrap();
            assert_eq!(app.get(path).await.status, 200, "{link}");
        }
    }
    let definition = app.get_with("/ogc/api", &[("host", "[::1]:8080")]).await.expect(200);
    assert_eq!(definition["servers"][0]["url"], "http://[::1]:8080/ogc");
    let landing = app.get_with("/ogc", &[("host", "\"><x>")]).await.expect(200);
    assert_eq!(href(&landing, "self"), Some("/ogc"), "that is no host");

    let app = TestApp::start_with(&[("server.public_url", "https://example.org/onrecord")]).await;
    let page = app.get_with(&format!("{ITEMS}?limit=1"), &[("host", "10.0.0.7")]).await.expect(200);
    assert!(all_links(&page).len() > 3);
    for link in all_links(&page) {
        assert!(link["href"].as_str().unwrap().starts_with("https://example.org/onrecord/"), "{link}");
    }
}

// A.2.7 (features), A.2.8 (feature), A.3 (GeoJSON).
#[actix_web::test]
async fn features_are_geojson_and_each_is_found_by_itself() {
    let app = TestApp::start().await;
    let answer = app.get(&format!("{ITEMS}?limit=200")).await;
    assert_eq!(answer.header("content-type"), Some("application/geo+json"));
    let tag = answer.header("etag").unwrap().to_owned();
    let page = answer.expect(200);
    assert_eq!(page["type"], "FeatureCollection");
    let zones = app.all_pages("/v1/zones").await;
    assert_eq!((&page["numberMatched"], &page["numberReturned"]), (&json!(zones.len()), &json!(zones.len())));
    assert_eq!(page["features"].as_array().unwrap().len(), zones.len());
    assert_eq!(href(&page, "self"), Some("/ogc/collections/zones/items?limit=200"));
    assert_eq!(href(&page, "next"), None);
    for (feature, zone) in page["features"].as_array().unwrap().iter().zip(&zones) {
        assert_eq!(
            (&feature["type"], &feature["id"], &feature["geometry"]),
            (&json!("Feature"), &zone["slug"], &zone["geometry"])
        );
        assert_eq!(feature["properties"]["in_force_on"], zone["lifecycle"]["in_force_on"]);
        let answer = app.get(href(feature, "self").unwrap()).await;
        assert_eq!(answer.header("content-type"), Some("application/geo+json"));
        assert_eq!(answer.expect(200), *feature);
        assert_eq!(app.get(href(feature, "alternate").unwrap()).await.expect(200), *zone);
    }
    app.get_with(&format!("{ITEMS}?limit=200"), &[("if-none-match", &tag)]).await.expect(304);
    app.get_with(ITEMS, &[("accept", "text/csv")]).await.expect_problem(406, "not_acceptable");
}

// A.2.7: limit.
#[actix_web::test]
async fn two_thousand_features_page_through_completely() {
    let app = TestApp::start().await;
    let before = app.all_pages("/v1/zones").await.len();
    let zone = |number: u32| {
        let (west, south) = (f64::from(number % 50) * 2.0 - 170.0, f64::from(number / 50) * 2.0 - 80.0);
        json!({ "type": "zone", "name": format!("Ice zone {number:04}"), "kind": "buffer_zone", "status": "agreed",
            "agreed_on": "1990-01-01", "geometry": square(west, south) })
    };
    let lines: Vec<String> = (0..2000).map(|number| zone(number).to_string()).collect();
    app.send(Method::POST, "/v1/imports", "application/x-ndjson", lines.join("\n")).await.expect(201);
    while run_next_import(&app.services).await.unwrap() {}

    let page = app.get(&format!("{ITEMS}?limit=1000000000000000000000")).await.expect(200);
    assert_eq!(
        (&page["numberReturned"], &page["numberMatched"]),
        (&json!(1000), &json!(2000 + before)),
        "so many at most"
    );
    let expected: Vec<String> = (0..2000).map(|number| format!("ice-zone-{number:04}")).collect();
    assert_eq!(all_ids(&app, "kind=buffer_zone&limit=99").await, expected);
    // Half of them, chosen by their bounds alone; and those that a border goes through.
    assert_eq!(all_ids(&app, "kind=buffer_zone&limit=333&bbox=-180,-90,180,-41").await, expected[..1000]);
    let column: Vec<String> = (0..2000).step_by(50).map(|number| format!("ice-zone-{number:04}")).collect();
    assert_eq!(all_ids(&app, "kind=buffer_zone&limit=7&bbox=-169.5,-90,-168.5,90").await, column);
}

// A.2.7: bbox and datetime.
#[actix_web::test]
async fn features_are_chosen_by_box_time_and_property() {
    let app = TestApp::start().await;
    for (name, geometry, agreed, ended) in [
        ("East", square(178.5, 50.0), "1990-01-10", json!("1990-02-10")),
        ("West", square(-179.5, 50.0), "1990-02-01", Value::Null),
        ("Nowhere", Value::Null, "1990-01-01", json!("1990-01-05")),
    ] {
        let zone = json!({ "name": name, "kind": "buffer_zone", "status": "suspended", "geometry": geometry, "agreed_on": agreed, "ended_on": ended });
        app.post("/v1/zones", zone).await.expect(201);
    }
    let kind = "kind=buffer_zone";
    assert_eq!(all_ids(&app, &format!("{kind}&limit=1")).await, ["east", "nowhere", "west"]);
    for (query, found) in [
        ("bbox=178,49,179,52", &["east"][..]),
        ("bbox=178,49,-178,52", &["east", "west"]),
        ("bbox=178,49,182,52", &["east", "west"]),
        ("bbox=-180,49,-178,52", &["west"]),
        ("bbox=178,49,-100,179,52,100", &["east"]),
        ("bbox=178%2C49%2C179%2C52", &["east"]),
        ("bbox=0,0,1,1", &[]),
        ("datetime=1990-01-03", &["nowhere"]),
        ("datetime=1990-02-05T12:00:00Z", &["east", "west"]),
        ("datetime=../1990-01-05", &["nowhere"]),
        ("datetime=/1990-01-05", &["nowhere"]),
        ("datetime=1990-02-11/..", &["west"]),
        ("datetime=1990-02-11T00:00:00Z/", &["west"]),
        ("datetime=1990-01-05/1990-01-10", &["east", "nowhere"]),
        ("datetime=1980-01-05/1980-01-10", &[]),
        ("datetime=../..&bbox=178,49,-178,52", &["east", "west"]),
        ("status=suspended", &["east", "nowhere", "west"]),
        ("status=ended", &[]),
    ] {
        assert_eq!(all_ids(&app, &format!("{kind}&{query}")).await, found, "{query}");
        let page = app.get(&format!("{ITEMS}?{kind}&{query}")).await.expect(200);
        assert_eq!(page["numberMatched"], found.len(), "{query}");
    }
    // What is unknown or wrong is refused (7.14).
    for (wrong, parameter) in [
        ("foo=bar", "foo"),
        ("fields=id", "fields"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,4,5", "bbox"),
        ("bbox=1,2,x,4,5,y", "bbox"),
        ("bbox=1,4,3,2", "bbox"),
        ("bbox=", "bbox"),
        ("bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857&bbox=1,2,3,4", "bbox-crs"),
        ("datetime=May", "datetime"),
        ("datetime=1990-02-01/1990-01-01", "datetime"),
        ("datetime=..", "datetime"),
        ("datetime=", "datetime"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("kind=lake", "kind"),
        ("crs=x", "crs"),
    ] {
        let problem = app.get(&format!("{ITEMS}?{wrong}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{wrong}: {problem}");
    }
    app.get(&format!("{ITEMS}?cursor=abc")).await.expect_problem(400, "invalid_cursor");
    for path in DOCUMENTS.iter().chain(&["/ogc/api", "/ogc/conformance"]) {
        app.get(&format!("{path}?foo=bar")).await.expect_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn a_zone_that_came_back_was_not_there_in_between() {
    let app = TestApp::start().await;
    let on = |status: &str, day: &str| json!({ "status": status, "on": day });
    let transitions = [on("in_force", "1990-01-01"), on("ended", "1990-02-01"), on("in_force", "1990-06-01")];
    let zone = json!({ "name": "Twice", "kind": "buffer_zone", "status": "in_force", "transitions": transitions });
    app.post("/v1/zones", zone).await.expect(201);
    for (time, is_there) in [
        ("1989-12-31", false),
        ("1990-01-15", true),
        ("1990-02-01", true),
        ("1990-03-01", false),
        ("1990-03-01/1990-05-31", false),
        ("1990-03-01/1990-06-01", true),
        ("1990-07-01", true),
        ("1990-07-01/..", true),
        ("../1989-12-31", false),
    ] {
        let found = all_ids(&app, &format!("kind=buffer_zone&datetime={time}")).await;
        assert_eq!(found.contains(&"twice".to_owned()), is_there, "{time}");
    }
}

#[actix_web::test]
async fn queryables_name_what_the_features_can_be_chosen_by() {
    let app = TestApp::start().await;
    let queryables = app.get("/ogc/collections/zones/queryables").await.expect(200);
    assert_eq!(queryables["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(queryables["$id"], "/ogc/collections/zones/queryables");
    let properties = queryables["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["kind", "status"]);
    for (name, property) in properties {
        let values = property["enum"].as_array().unwrap();
        assert!(values.len() > 3, "{property}");
        for value in values {
            app.get(&format!("{ITEMS}?{name}={}", value.as_str().unwrap())).await.expect(200);
        }
    }
}
