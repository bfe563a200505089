//! `/v1/zones`.

use serde_json::{Value, json};

use crate::support::TestApp;

fn slugs(zones: &[Value]) -> Vec<&str> {
    zones.iter().map(|zone| zone["slug"].as_str().unwrap()).collect()
}

/// A square degree whose south-west corner is here.
fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 1.0, south + 1.0);
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

fn new_zone(name: &str) -> Value {
    json!({ "name": name, "kind": "buffer_zone", "status": "proposed" })
}

fn with(mut zone: Value, fields: &Value) -> Value {
    zone.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    zone
}

#[actix_web::test]
async fn a_zone_is_created_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let new = with(
        new_zone("Lake Zone"),
        &json!({
            "country": "NO", "description": "Around the lake.", "proposed_on": "2020-01-02", "agreed_on": "2020-02-03",
            "geometry": square(5.0, 60.0), "geometry_precision": "approximate_polygon", "geometry_derivation": "by hand",
            "aliases": ["zone of the lake"], "terms": ["lake zones"], "sources": ["a newspaper"],
        }),
    );
    let created = app.post("/v1/zones", new).await;
    let zone = created.expect(201);
    let by_id = format!("/v1/zones/{}", zone["id"].as_str().unwrap());
    assert_eq!(created.header("location"), Some(by_id.as_str()));
    assert_eq!(zone["slug"], "lake-zone");
    assert_eq!(zone["bbox"], json!([5.0, 60.0, 6.0, 61.0]));
    assert_eq!(zone["geometry"], square(5.0, 60.0));
    let lifecycle =
        json!({ "proposed_on": "2020-01-02", "agreed_on": "2020-02-03", "in_force_on": null, "ended_on": null });
    assert_eq!(zone["lifecycle"], lifecycle);
    assert_eq!((&zone["agreements"], &zone["parties"]), (&json!([]), &json!([])));
    assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200), zone);
    assert_eq!(app.get(&by_id).await.expect(200), zone);

    let patch = json!({ "status": "in_force", "in_force_on": "2020-03-04", "description": null, "geometry": null });
    let patched = app.patch("/v1/zones/lake-zone", patch).await.expect(200);
    assert_eq!(patched["status"], "in_force");
    assert_eq!(patched["lifecycle"]["in_force_on"], "2020-03-04");
    assert_eq!(patched["lifecycle"]["agreed_on"], "2020-02-03", "what the patch does not name stays");
    assert_eq!(
        (&patched["description"], &patched["geometry"], &patched["bbox"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(patched["terms"], json!(["lake zones"]));
    assert_eq!(patched["version"], 2);
    assert_eq!(app.get(&by_id).await.expect(200), patched);

    app.delete("/v1/zones/lake-zone").await.expect(204);
    app.get(&by_id).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn what_is_wrong_with_a_zone_is_named_by_its_place() {
    let app = TestApp::start().await;
    for (wrong, pointer) in [
        (json!({ "name": " " }), "/name"),
        (json!({ "slug": "Lake" }), "/slug"),
        (json!({ "kind": "lake" }), "/kind"),
        (json!({ "status": "dry" }), "/status"),
        (json!({ "country": "no" }), "/country"),
        (json!({ "parent": "nowhere" }), "/parent"),
        (json!({ "agreed_on": "4 May 2017" }), "/agreed_on"),
        (json!({ "aliases": [""] }), "/aliases/0"),
        (json!({ "terms": ["lakes", ""] }), "/terms/1"),
        (json!({ "wikidata": "42" }), "/wikidata"),
        (json!({ "lifecycle": {} }), "/lifecycle"),
    ] {
        let problem =
            app.post("/v1/zones", with(new_zone("Lake Zone"), &wrong)).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
        let problem = app.patch("/v1/zones/idlib-de-escalation-zone", wrong.clone()).await;
        assert_eq!(problem.expect_problem(422, "invalid_body")["errors"][0]["pointer"], pointer, "{wrong}");
    }
}

#[actix_web::test]
async fn a_geometry_is_valid_geojson_in_degrees() {
    let app = TestApp::start().await;
    let open_ring = json!([[[5, 60], [6, 60], [6, 61], [5, 61]]]);
    for wrong in [
        json!({ "type": "Square", "coordinates": [5, 60] }),
        json!({ "type": "Point" }),
        json!({ "type": "Point", "coordinates": [] }),
        json!({ "type": "Point", "coordinates": [5] }),
        json!({ "type": "Point", "coordinates": "5,60" }),
        json!({ "type": "Point", "coordinates": [60, 95] }),
        json!({ "type": "Point", "coordinates": [181, 5] }),
        json!({ "type": "Polygon", "coordinates": [] }),
        json!({ "type": "Polygon", "coordinates": open_ring }),
        json!({ "type": "MultiPolygon", "coordinates": [open_ring] }),
        json!({ "type": "Polygon", "coordinates": [[[5, 60], [6, 60], [5, 60]]] }),
        json!({ "type": "GeometryCollection", "geometries": [{ "type": "Polygon", "coordinates": open_ring }] }),
        json!({ "type": "GeometryCollection", "geometries": [] }),
        json!({ "type": "Feature", "properties": {}, "geometry": square(5.0, 60.0) }),
        json!("POINT (5 60)"),
    ] {
        let body = with(new_zone("Lake Zone"), &json!({ "geometry": wrong }));
        let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
        assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/geometry"), "{wrong}: {problem}");
    }
    for (index, (right, bbox)) in [
        (json!({ "type": "Point", "coordinates": [5.5, 60.5] }), json!([5.5, 60.5, 5.5, 60.5])),
        (json!({ "type": "LineString", "coordinates": [[5.5, 60.5, 12.0], [6.5, 59.5, 13.0]] }), json!([5.5, 59.5, 6.5, 60.5])),
        (json!({ "type": "MultiPolygon", "coordinates": [square(-5.0, -60.0)["coordinates"], square(5.0, 60.0)["coordinates"]] }),
            json!([-5.0, -60.0, 6.0, 61.0])),
        (json!({ "type": "GeometryCollection", "geometries": [square(5.0, 60.0)] }), json!([5.0, 60.0, 6.0, 61.0])),
    ]
    .into_iter()
    .enumerate()
    {
        let body = with(new_zone(&format!("Zone {index}")), &json!({ "geometry": right }));
        let zone = app.post("/v1/zones", body).await.expect(201);
        assert_eq!((&zone["geometry"], &zone["bbox"]), (&right, &bbox));
        assert_eq!(app.get(&format!("/v1/zones/zone-{index}")).await.expect(200), zone);
    }
}

#[actix_web::test]
async fn zones_are_listed_by_slug_and_filtered() {
    let app = TestApp::start().await;
    for (name, kind, status) in
        [("A", "buffer_zone", "proposed"), ("B", "safe_zone", "suspended"), ("C", "ceasefire_zone", "suspended")]
    {
        app.post("/v1/zones", json!({ "name": format!("{name} zone"), "kind": kind, "status": status }))
            .await
            .expect(201);
    }
    let all = app.all_pages("/v1/zones?limit=3").await;
    assert!(slugs(&all).is_sorted() && all.len() > 3);
    let found = async |query: &str| app.all_pages(&format!("/v1/zones?{query}")).await;
    assert_eq!(slugs(&found("kind=buffer_zone").await), ["a-zone"]);
    assert_eq!(slugs(&found("kind=buffer_zone&kind=ceasefire_zone").await), ["a-zone", "c-zone"]);
    assert_eq!(slugs(&found("status=suspended").await), ["b-zone", "c-zone"]);
    assert_eq!(slugs(&found("status=suspended&kind=safe_zone").await), ["b-zone"]);
}

#[actix_web::test]
async fn zones_are_found_by_the_box_that_they_lie_in() {
    let app = TestApp::start().await;
    for (name, geometry) in [("East", square(10.0, 50.0)), ("West", square(-10.0, 50.0)), ("Nowhere", Value::Null)] {
        app.post("/v1/zones", with(new_zone(name), &json!({ "geometry": geometry }))).await.expect(201);
    }
    let found = async |bbox: &str| app.all_pages(&format!("/v1/zones?bbox={bbox}")).await;
    assert_eq!(slugs(&found("10.2,50.2,10.3,50.3").await), ["east"], "a box inside it");
    assert_eq!(slugs(&found("0,40,20,60").await), ["east"], "a box around it");
    assert_eq!(slugs(&found("11,51,12,52").await), ["east"], "a box that touches it");
    assert_eq!(slugs(&found("-20,50.5,20,50.5").await), ["east", "west"], "a line through both");
    assert_eq!(slugs(&found("11.1,50,12,51").await), Vec::<&str>::new());
    assert_eq!(slugs(&found("10.2,50.2,10.3,50.3&kind=safe_zone").await), Vec::<&str>::new());
    assert!(slugs(&found("36.5,35.8,36.7,36.0").await).contains(&"idlib-de-escalation-zone"));
    for wrong in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,,4", "NaN,2,3,4", "1,2,inf,4", "1,4,3,2"] {
        let problem = app.get(&format!("/v1/zones?bbox={wrong}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "bbox", "{wrong}: {problem}");
    }
}

#[actix_web::test]
async fn a_zone_is_part_of_another_and_never_of_itself() {
    let app = TestApp::start().await;
    let whole = app.post("/v1/zones", new_zone("Whole")).await.expect(201);
    let part = app.post("/v1/zones", with(new_zone("Part"), &json!({ "parent": "whole" }))).await.expect(201);
    assert_eq!(part["parent"], json!({ "id": whole["id"], "slug": "whole", "name": "Whole" }));
    app.post("/v1/zones", with(new_zone("Piece"), &json!({ "parent": part["id"] }))).await.expect(201);
    for parent in ["whole", "part", "piece"] {
        let problem =
            app.patch("/v1/zones/whole", json!({ "parent": parent })).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/parent", "{parent}");
    }
    app.delete("/v1/zones/part").await.expect_problem(409, "in_use");
    let alone = app.patch("/v1/zones/piece", json!({ "parent": null })).await.expect(200);
    assert_eq!(alone["parent"], Value::Null);
    app.delete("/v1/zones/part").await.expect(204);
}

#[actix_web::test]
async fn a_zone_shows_the_agreements_on_it_and_who_is_bound_by_them() {
    let app = TestApp::start().await;
    app.post("/v1/zones", new_zone("Lake Zone")).await.expect(201);
    for (name, signed_on, parts) in [
        ("Second Pact", "2020-02-02", ["guarantor", "monitor"]),
        ("First Pact", "2020-01-01", ["guarantor", "signatory"]),
    ] {
        let parties: Vec<Value> =
            ["turkey", "iran"].iter().zip(parts).map(|(actor, part)| json!({ "actor": actor, "part": part })).collect();
        let body = json!({ "name": name, "signed_on": signed_on, "zones": ["lake-zone"], "parties": parties });
        app.post("/v1/agreements", body).await.expect(201);
    }
    app.post("/v1/agreements", json!({ "name": "A Pact", "zones": ["lake-zone"] })).await.expect(201);
    let zone = app.get("/v1/zones/lake-zone").await.expect(200);
    let agreements = slugs(zone["agreements"].as_array().unwrap());
    assert_eq!(agreements, ["first-pact", "second-pact", "a-pact"], "the first signed first, those without a day last");
    let parties: Vec<(&str, &str)> = zone["parties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|party| (party["actor"]["slug"].as_str().unwrap(), party["part"].as_str().unwrap()))
        .collect();
    assert_eq!(parties, [("turkey", "guarantor"), ("iran", "signatory"), ("iran", "monitor")], "each once");

    app.delete("/v1/zones/lake-zone").await.expect_problem(409, "in_use");
    for pact in ["first-pact", "second-pact", "a-pact"] {
        app.delete(&format!("/v1/agreements/{pact}")).await.expect(204);
    }
    assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200)["parties"], json!([]));
    app.delete("/v1/zones/lake-zone").await.expect(204);
}

#[actix_web::test]
async fn a_zone_that_an_article_names_cannot_be_deleted() {
    let app = TestApp::start().await;
    app.post("/v1/zones", with(new_zone("Lake Zone"), &json!({ "aliases": ["Tarn buffer zone"] }))).await.expect(201);
    let article = app.post_text("The Tarn buffer zone is open, Russian Foreign Minister Sergey Lavrov said.").await;
    assert_eq!(article["quotes"][0]["zones"][0]["slug"], "lake-zone", "{article}");
    app.delete("/v1/zones/lake-zone").await.expect_problem(409, "in_use");
    app.delete(&format!("/v1/articles/{}", article["id"].as_str().unwrap())).await.expect(204);
    app.delete("/v1/zones/lake-zone").await.expect(204);
}

#[actix_web::test]
async fn a_zone_does_not_end_before_it_began() {
    let app = TestApp::start().await;
    let new = json!({
        "name": "Karrada strip", "kind": "buffer_zone", "status": "ended",
        "proposed_on": "2017-05-03", "in_force_on": "2017-05-06", "ended_on": "2017-05-05"
    });
    let problem = app.post("/v1/zones", new).await.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/ended_on");
    assert_eq!(problem["errors"][0]["detail"], "must not be before in_force_on (2017-05-06)");
}

#[actix_web::test]
async fn a_geometry_that_is_none_is_refused_where_it_is_wrong() {
    let app = TestApp::start().await;
    let polygon = |rings: Value| json!({ "type": "Polygon", "coordinates": rings });
    let bow_tie = json!([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]);
    let at_a_corner = json!([[0, 0], [1, 1], [0, 2], [2, 2], [1, 1], [2, 0], [0, 0]]);
    let spike = json!([[0, 0], [2, 0], [2, 2], [2, 4], [2, 2], [0, 2], [0, 0]]);
    let ring = |west: f64, south: f64, size: f64| {
        json!([[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]])
    };
    let many: Vec<Value> = (0..10_001).map(|place| json!([f64::from(place) / 100.0, 1.0])).collect();
    for (wrong, pointer, detail) in [
        (polygon(json!([bow_tie])), "/geometry/coordinates/0/2", "must not meet itself, as it does at [1, 1]"),
        (polygon(json!([at_a_corner])), "/geometry/coordinates/0/3", "must not meet itself, as it does at [1, 1]"),
        (polygon(json!([spike])), "/geometry/coordinates/0/3", "must not meet itself, as it does at [2, 2]"),
        (polygon(json!([[[0, 0], [1, 1], [2, 2], [0, 0]]])), "/geometry/coordinates/0", "must enclose an area"),
        (
            polygon(json!([ring(0.0, 0.0, 2.0), ring(5.0, 5.0, 1.0)])),
            "/geometry/coordinates/1",
            "must be a hole within the outer ring",
        ),
        (
            polygon(json!([ring(0.0, 0.0, 9.0), ring(1.0, 1.0, 3.0), ring(2.0, 2.0, 3.0)])),
            "/geometry/coordinates/2",
            "must not overlap with part 1",
        ),
        (
            json!({ "type": "MultiPolygon", "coordinates": [[ring(0.0, 0.0, 2.0)], [ring(1.0, 1.0, 2.0)]] }),
            "/geometry/coordinates/1",
            "must not overlap with part 0",
        ),
        (
            json!({ "type": "GeometryCollection", "geometries": [{ "type": "LineString", "coordinates": [[1, 2], [181, 3]] }] }),
            "/geometry/geometries/0/coordinates/1",
            "must be degrees, longitude (-180 to 180) before latitude (-90 to 90)",
        ),
        (json!({ "type": "LineString", "coordinates": many }), "/geometry", "must not have more than 10000 positions"),
    ] {
        let body = with(new_zone("Lake Zone"), &json!({ "geometry": wrong }));
        let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["detail"]),
            (&json!(pointer), &json!(detail)),
            "{problem}"
        );
    }
    let over = json!([[[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]]);
    let problem = app.post("/v1/zones", with(new_zone("Lake Zone"), &json!({ "geometry": polygon(over) }))).await;
    let problem = problem.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/geometry/coordinates/0/1");
    assert!(
        problem["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .starts_with("is more than 180 degrees from the position before"),
        "{problem}"
    );
    // What was made to take long is not looked at to its end: teeth of a comb, all as long as it is, and splinters side by side.
    let tooth = |place: i32| {
        if place % 2 == 0 { [f64::from(place) / 100.0, 0.0] } else { [f64::from(place) / 100.0 + 25.0, 50.0] }
    };
    let comb: Vec<[f64; 2]> = (0..1501).map(tooth).chain([[80.0, -5.0], [-5.0, -5.0], tooth(0)]).collect();
    let splinter = |place: i32| {
        let west = f64::from(place) / 100.0;
        json!([[[west, 0.0], [west + 0.004, 0.0], [west + 50.0, 50.0], [west, 0.0]]])
    };
    let splinters: Vec<Value> = (0..400).map(splinter).collect();
    for (tangled, pointer, parts) in [
        (polygon(json!([comb])), "/geometry/coordinates/0", "stretches"),
        (json!({ "type": "MultiPolygon", "coordinates": splinters }), "/geometry/coordinates", "parts"),
    ] {
        let body = with(new_zone("Lake Zone"), &json!({ "geometry": tangled }));
        let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        let detail = format!("has too many {parts} within the bounds of others to be checked");
        assert_eq!(problem["errors"][0]["detail"], detail);
    }
    // Rings that touch, and holes that touch the ring around them, are none of that.
    let touching = json!({ "type": "MultiPolygon", "coordinates": [[ring(0.0, 0.0, 2.0)], [ring(2.0, 0.0, 2.0)]] });
    app.post("/v1/zones", with(new_zone("Touching"), &json!({ "geometry": touching }))).await.expect(201);
}

#[actix_web::test]
async fn rings_are_wound_as_they_should_be_and_it_is_said_where_they_were_turned() {
    let app = TestApp::start().await;
    let outer = json!([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]]);
    let hole = json!([[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 1.0], [1.0, 1.0]]);
    let turned = |ring: &Value| Value::Array(ring.as_array().unwrap().iter().rev().cloned().collect());
    let right = json!({ "type": "Polygon", "coordinates": [outer, hole] });
    let body = with(new_zone("Right"), &json!({ "geometry": right, "geometry_derivation": "By hand." }));
    let zone = app.post("/v1/zones", body).await.expect(201);
    assert_eq!((&zone["geometry"], &zone["geometry_derivation"]), (&right, &json!("By hand.")));
    for (name, rings) in [("A", json!([turned(&outer), hole])), ("B", json!([outer, turned(&hole)]))] {
        let wrong = json!({ "type": "Polygon", "coordinates": rings });
        let body = with(new_zone(name), &json!({ "geometry": wrong, "geometry_derivation": "By hand." }));
        let zone = app.post("/v1/zones", body).await.expect(201);
        assert_eq!(zone["geometry"], right, "{name}");
        let said = "By hand. Rings that were wound the other way were turned as RFC 7946, 3.1.6 has them.";
        assert_eq!(zone["geometry_derivation"], said);
        let patched =
            app.patch(&format!("/v1/zones/{}", name.to_lowercase()), json!({ "country": "NO" })).await.expect(200);
        assert_eq!(patched["geometry_derivation"], said, "said once");
    }
}

#[actix_web::test]
async fn zones_are_found_by_their_shape_and_not_by_their_bounds() {
    let app = TestApp::start().await;
    let triangle = json!({ "type": "Polygon", "coordinates": [[[0, 50], [10, 50], [10, 60], [0, 50]]] });
    let cut = json!({ "type": "MultiPolygon", "coordinates": [square(179.0, -20.0)["coordinates"], square(-180.0, -20.0)["coordinates"]] });
    for (name, geometry) in [("Triangle", triangle), ("Cut", cut)] {
        app.post("/v1/zones", with(new_zone(name), &json!({ "geometry": geometry }))).await.expect(201);
    }
    let found = async |query: &str| slugs(&app.all_pages(&format!("/v1/zones?limit=1&{query}")).await).join(" ");
    assert_eq!(found("bbox=0,58,2,60").await, "", "within its bounds, and outside of it");
    assert_eq!(found("bbox=8,51,9,52").await, "triangle");
    assert_eq!(found("point=8,52").await, "triangle");
    assert_eq!(found("point=2,58").await, "");
    assert_eq!(found("point=5,50").await, "triangle", "its border is its own");
    assert_eq!(found("bbox=170,-25,-170,-10").await, "cut", "a box over the antimeridian");
    assert_eq!(found("bbox=-170,-25,170,-10").await, "", "the other way around");
    assert_eq!(found("point=180,-19.5").await, "cut");
    assert_eq!(found("point=-180,-19.5").await, "cut");
    assert_eq!(found("point=179.5,-19.5&bbox=170,-25,-170,-10").await, "cut");
    assert_eq!(found("point=8,52&bbox=170,-25,-170,-10").await, "");
    // One on the far side alone, and boxes that do not end at 180 degrees.
    app.post("/v1/zones", with(new_zone("Far"), &json!({ "geometry": square(-180.0, 70.0) }))).await.expect(201);
    assert_eq!(found("point=180,70.5").await, "far");
    assert_eq!(found("bbox=175,70,185,71").await, "far");
    assert_eq!(found("bbox=-185,-19.5,-180.5,-19.5").await, "cut");
    assert_eq!(found("bbox=-185,-25,-160,80").await, "cut far");
    for wrong in ["", "1", "1,2,3", "a,b", "NaN,2", "190,10", "10,91"] {
        let problem = app.get(&format!("/v1/zones?point={wrong}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "point", "{wrong}: {problem}");
    }
}

#[actix_web::test]
async fn pages_are_whole_where_many_bounds_are_met_by_few_shapes() {
    let app = TestApp::start().await;
    // Of 40 whose bounds hold the corner, every fourth has it.
    for number in 0..40 {
        let far = json!([[[0, 50], [10, 50], [10, 60], [0, 50]]]);
        let near = json!([[[0, 50], [10, 60], [0, 60], [0, 50]]]);
        let geometry = json!({ "type": "Polygon", "coordinates": if number % 4 == 0 { near } else { far } });
        app.post("/v1/zones", with(new_zone(&format!("Zone {number:02}")), &json!({ "geometry": geometry })))
            .await
            .expect(201);
    }
    let expected: Vec<String> = (0..40).step_by(4).map(|number| format!("zone-{number:02}")).collect();
    for limit in [1, 3, 10, 50] {
        assert_eq!(
            slugs(&app.all_pages(&format!("/v1/zones?bbox=0,58,2,60&limit={limit}")).await),
            expected,
            "{limit}"
        );
    }
    let second = app.get("/v1/zones?bbox=0,58,2,60&limit=4&count=true").await.expect(200);
    assert_eq!(second["total"], 10);
    let path =
        format!("/v1/zones?bbox=0,58,2,60&limit=4&count=true&cursor={}", second["next_cursor"].as_str().unwrap());
    let second = app.get(&path).await.expect(200);
    assert_eq!((&second["total"], second["data"].as_array().unwrap().len()), (&json!(10), 4));
}

#[actix_web::test]
async fn borders_that_contradict_each_other_stand_side_by_side() {
    let app = TestApp::start().await;
    let square = |west: f64, clockwise: bool| {
        let mut ring = vec![[west, 1.0], [west + 1.0, 1.0], [west + 1.0, 2.0], [west, 2.0], [west, 1.0]];
        if clockwise {
            ring.reverse();
        }
        json!({ "type": "Polygon", "coordinates": [ring] })
    };
    let claims = json!([
        { "geometry": square(5.0, true), "said_by": "turkey", "geometry_precision": "approximate_polygon" },
        { "geometry": square(7.0, false), "source": "https://example.org/map", "note": "As printed on the day." },
    ]);
    let body = with(new_zone("Quay"), &json!({ "geometry": square(3.0, false), "border_claims": claims }));
    let zone = app.post("/v1/zones", body).await.expect(201);
    let turkey = app.get("/v1/actors/turkey").await.expect(200);
    assert_eq!(
        zone["border_claims"],
        json!([
            {
                "geometry": square(5.0, false), "bbox": [5.0, 1.0, 6.0, 2.0], "geometry_precision": "approximate_polygon",
                "geometry_derivation": "Rings that were wound the other way were turned as RFC 7946, 3.1.6 has them.",
                "said_by": { "id": turkey["id"], "slug": "turkey", "name": turkey["name"] }, "source": null, "note": null,
            },
            {
                "geometry": square(7.0, false), "bbox": [7.0, 1.0, 8.0, 2.0], "geometry_precision": null,
                "geometry_derivation": null, "said_by": null, "source": "https://example.org/map",
                "note": "As printed on the day.",
            },
        ])
    );
    assert_eq!(app.get("/v1/zones/quay").await.expect(200), zone);
    // None of them is where the zone lies.
    let slugs_at = async |point: &str| app.all_pages(&format!("/v1/zones?point={point}")).await.len();
    assert_eq!((slugs_at("3.5,1.5").await, slugs_at("5.5,1.5").await), (1, 0));

    // A patch of something else leaves them, one of theirs replaces them, and what was known then stays known.
    let then = zone["updated_at"].as_str().unwrap();
    let patched = app.patch("/v1/zones/quay", json!({ "country": "NO" })).await.expect(200);
    assert_eq!(patched["border_claims"], zone["border_claims"]);
    let patched = app.patch("/v1/zones/quay", json!({ "border_claims": null })).await.expect(200);
    assert_eq!(patched["border_claims"], json!([]));
    let patched = app.patch("/v1/zones/quay", json!({ "border_claims": [claims[0]] })).await.expect(200);
    assert_eq!(patched["border_claims"], json!([zone["border_claims"][0]]));
    let known = app.get(&format!("/v1/zones/quay?as_of={then}")).await.expect(200);
    assert_eq!(known["border_claims"], zone["border_claims"]);
    app.delete("/v1/zones/quay").await.expect(204);
    let deletion = app.get("/v1/deletions?limit=1").await.expect(200)["data"][0]["id"].clone();
    let path = format!("/v1/deletions/{}/restore", deletion.as_str().unwrap());
    app.send(actix_web::http::Method::POST, &path, "", "").await.expect(200);
    assert_eq!(app.get("/v1/zones/quay").await.expect(200)["border_claims"], patched["border_claims"]);

    // Who says so is not deleted, nor whom it was merged into.
    for name in ["Passer-by", "Passer"] {
        app.post("/v1/actors", json!({ "name": name, "kind": "person" })).await.expect(201);
    }
    let passed = json!([{ "geometry": square(5.0, false), "said_by": "passer-by" }]);
    app.patch("/v1/zones/quay", json!({ "border_claims": passed })).await.expect(200);
    app.delete("/v1/actors/passer-by").await.expect_problem(409, "in_use");
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let into = json!({ "into": "passer" }).to_string();
    app.send_with(actix_web::http::Method::POST, "/v1/actors/passer-by/merge", &headers, into).await.expect(200);
    let merged = app.get("/v1/zones/quay").await.expect(200);
    assert_eq!(merged["border_claims"][0]["said_by"]["slug"], "passer");
    app.delete("/v1/actors/passer").await.expect_problem(409, "in_use");
    app.patch("/v1/zones/quay", json!({ "border_claims": [] })).await.expect(200);
    app.delete("/v1/actors/passer").await.expect(204);

    let point = json!({ "type": "Point", "coordinates": [5.0, 1.0] });
    let beyond = json!({ "type": "Point", "coordinates": [500.0, 1.0] });
    for (claim, pointer) in [
        (json!({ "geometry": point }), "/border_claims/0"),
        (json!({ "said_by": "turkey" }), "/border_claims/0"),
        (json!({ "geometry": point, "said_by": "nobody-at-all" }), "/border_claims/0/said_by"),
        (json!({ "geometry": point, "source": "a map" }), "/border_claims/0/source"),
        (json!({ "geometry": point, "said_by": "turkey", "note": " " }), "/border_claims/0/note"),
        (json!({ "geometry": beyond, "said_by": "turkey" }), "/border_claims/0/geometry/coordinates"),
    ] {
        let body = with(new_zone("Bad"), &json!({ "border_claims": [claim] }));
        let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let many = vec![json!({ "geometry": point, "said_by": "turkey" }); 21];
    let body = with(new_zone("Bad"), &json!({ "border_claims": many }));
    let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["detail"], "must not be more than 20", "{problem}");
}
