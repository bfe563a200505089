//! `/v1/agreements`.

use serde_json::{Value, json};

use crate::support::TestApp;

fn slugs(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

fn pact() -> Value {
    json!({
        "name": "Harbour Pact", "signed_on": "2020-01-02", "place": "Geneva", "url": "https://example.org/pact",
        "zones": ["southern-de-escalation-zone", "idlib-de-escalation-zone", "idlib-de-escalation-zone"],
        "parties": [
            { "actor": "turkey", "part": "signatory" },
            { "actor": "iran", "part": "guarantor" },
            { "actor": "iran", "part": "guarantor" },
            { "actor": "iran", "part": "monitor" },
        ],
        "sources": ["a newspaper"],
    })
}

#[actix_web::test]
async fn an_agreement_is_created_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let created = app.post("/v1/agreements", pact()).await;
    let agreement = created.expect(201);
    let by_id = format!("/v1/agreements/{}", agreement["id"].as_str().unwrap());
    assert_eq!(created.header("location"), Some(by_id.as_str()));
    assert_eq!(agreement["slug"], "harbour-pact");
    assert_eq!(slugs(&agreement["zones"]), ["idlib-de-escalation-zone", "southern-de-escalation-zone"]);
    let parties = agreement["parties"].as_array().unwrap();
    let parties: Vec<_> = parties.iter().map(|party| (&party["actor"]["slug"], &party["part"])).collect();
    let expected = [("iran", "guarantor"), ("turkey", "signatory"), ("iran", "monitor")]
        .map(|(who, part)| (json!(who), json!(part)));
    assert_eq!(
        parties,
        expected.iter().map(|(who, part)| (who, part)).collect::<Vec<_>>(),
        "each once, guarantors first"
    );
    assert_eq!(app.get("/v1/agreements/harbour-pact").await.expect(200), agreement);
    assert_eq!(app.get(&by_id).await.expect(200), agreement);

    let patch = json!({ "in_force_on": "2020-02-03", "url": null, "parties": [] });
    let patched = app.patch("/v1/agreements/harbour-pact", patch).await.expect(200);
    assert_eq!(
        (&patched["in_force_on"], &patched["url"], &patched["parties"]),
        (&json!("2020-02-03"), &Value::Null, &json!([]))
    );
    assert_eq!(
        (&patched["zones"], &patched["place"]),
        (&agreement["zones"], &agreement["place"]),
        "what is not named stays"
    );
    assert_eq!(patched["version"], 2);
    assert_eq!(app.get(&by_id).await.expect(200), patched);

    app.delete("/v1/agreements/harbour-pact").await.expect(204);
    app.get(&by_id).await.expect_problem(404, "not_found");
    app.get("/v1/zones/idlib-de-escalation-zone").await.expect(200);
    app.get("/v1/actors/iran").await.expect(200);
}

#[actix_web::test]
async fn parties_and_zones_are_named_by_slug_or_id() {
    let app = TestApp::start().await;
    let id_of = async |path: &str| app.get(path).await.expect(200)["id"].clone();
    let (iran, idlib) = (id_of("/v1/actors/iran").await, id_of("/v1/zones/idlib-de-escalation-zone").await);
    let body = json!({ "name": "Pact", "parties": [{ "actor": iran, "part": "monitor" }], "zones": [idlib] });
    let agreement = app.post("/v1/agreements", body).await.expect(201);
    assert_eq!(agreement["parties"][0]["actor"]["slug"], "iran");
    assert_eq!(slugs(&agreement["zones"]), ["idlib-de-escalation-zone"]);
}

#[actix_web::test]
async fn what_is_wrong_with_an_agreement_is_named_by_its_place() {
    let app = TestApp::start().await;
    app.post("/v1/agreements", pact()).await.expect(201);
    let party = |actor: &str, part: &str| json!({ "parties": [{ "actor": "iran", "part": "monitor" }, { "actor": actor, "part": part }] });
    for (wrong, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "slug": "-" }), "/slug"),
        (json!({ "signed_on": "2020-1-2" }), "/signed_on"),
        (json!({ "url": "example.org" }), "/url"),
        (json!({ "url": "javascript:alert(1)" }), "/url"),
        (json!({ "sources": [" "] }), "/sources/0"),
        (party("nobody", "monitor"), "/parties/1/actor"),
        (party("01970000-0000-7000-8000-000000000001", "monitor"), "/parties/1/actor"),
        (party("turkey", "witness"), "/parties/1/part"),
        (json!({ "zones": ["idlib-de-escalation-zone", "nowhere"] }), "/zones/1"),
        (json!({ "colour": "red" }), "/colour"),
    ] {
        let mut new = pact();
        new["slug"] = json!("another-pact");
        new.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let problem = app.post("/v1/agreements", new).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
        let problem = app.patch("/v1/agreements/harbour-pact", wrong.clone()).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
    }
    app.get("/v1/agreements/another-pact").await.expect_problem(404, "not_found");
    assert_eq!(app.get("/v1/agreements/harbour-pact").await.expect(200)["version"], 1);
}

#[actix_web::test]
async fn agreements_are_listed_by_slug_and_filtered() {
    let app = TestApp::start().await;
    for (name, actor, zone) in [("X1", "jordan", "lake"), ("X2", "iran", "lake"), ("X3", "jordan", "bay")] {
        let new = json!({ "name": zone, "slug": zone, "kind": "safe_zone", "status": "ended" });
        app.post("/v1/zones", new).await;
        let body = json!({ "name": name, "zones": [zone], "parties": [{ "actor": actor, "part": "monitor" }] });
        app.post("/v1/agreements", body).await.expect(201);
    }
    app.patch("/v1/zones/lake", json!({ "parent": "bay" })).await.expect(200);
    let all = Value::Array(app.all_pages("/v1/agreements?limit=2").await);
    assert!(slugs(&all).is_sorted() && slugs(&all).len() > 3);
    let found = async |query: &str| Value::Array(app.all_pages(&format!("/v1/agreements?{query}")).await);
    assert_eq!(slugs(&found("zone=lake").await), ["x1", "x2"]);
    assert_eq!(slugs(&found("zone=bay").await), ["x1", "x2", "x3"], "with the parts of the zone");
    assert_eq!(slugs(&found("zone=lake&actor=jordan").await), ["x1"]);
    assert_eq!(slugs(&found("zone=lake&actor=jordan&actor=iran").await), ["x1", "x2"]);
    let iran = app.get("/v1/actors/iran").await.expect(200);
    let of_iran = found(&format!("actor={}", iran["id"].as_str().unwrap())).await;
    assert_eq!(of_iran, found("actor=iran").await);
    assert!(slugs(&of_iran).contains(&"astana-memorandum-2017") && slugs(&of_iran).contains(&"x2"));
}
