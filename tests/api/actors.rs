//! `/v1/actors`.

use serde_json::{Value, json};

use crate::support::TestApp;

fn slugs(actors: &[Value]) -> Vec<&str> {
    actors.iter().map(|actor| actor["slug"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn an_actor_is_created_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let new = json!({
        "name": "Zoë Ørsted", "kind": "person", "gender": "female", "country": "DK", "aliases": ["Zoe Orsted"],
        "wikidata": "Q42", "source": "its own page",
        "roles": [
            { "title": "Harbour master", "starts_on": "2019-01-01", "organisation": "united-nations" },
            { "title": "Clerk", "starts_on": "2010-01-01", "ends_on": "2018-12-31", "precision": "year", "country": "DK" },
        ],
    });
    let created = app.post("/v1/actors", new).await;
    let actor = created.expect(201);
    let by_id = format!("/v1/actors/{}", actor["id"].as_str().unwrap());
    assert_eq!(created.header("location"), Some(by_id.as_str()));
    assert_eq!(actor["slug"], "zoe-orsted");
    assert_eq!(actor["review"], "accepted", "who writes it by hand has looked at it");
    assert_eq!(actor["version"], 1);
    assert_eq!(actor["roles"][0]["title"], "Clerk", "the earliest role first");
    assert_eq!(actor["roles"][1]["organisation"]["slug"], "united-nations");
    assert_eq!(actor["roles"][1]["ends_on"], Value::Null);
    assert_eq!(actor["roles"][1]["precision"], "day");
    assert_eq!(app.get("/v1/actors/zoe-orsted").await.expect(200), actor);
    assert_eq!(app.get(&by_id).await.expect(200), actor);

    let patched =
        app.patch("/v1/actors/zoe-orsted", json!({ "country": null, "aliases": ["Z. Orsted"] })).await.expect(200);
    assert_eq!(patched["country"], Value::Null, "null clears");
    assert_eq!(patched["aliases"], json!(["Z. Orsted"]), "a list is replaced");
    assert_eq!(patched["roles"], actor["roles"], "what the patch does not name stays");
    assert_eq!(patched["wikidata"], "Q42");
    assert_eq!((&patched["version"], &patched["created_at"]), (&json!(2), &actor["created_at"]));
    assert!(patched["updated_at"].as_str() > actor["updated_at"].as_str());
    assert_eq!(app.get(&by_id).await.expect(200), patched);

    app.delete("/v1/actors/zoe-orsted").await.expect(204);
    app.get(&by_id).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn an_actor_is_renamed_and_found_under_its_new_slug() {
    let app = TestApp::start().await;
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    let patch = json!({ "slug": "ada-sample", "name": "Ada Sample" });
    let patched = app.patch("/v1/actors/ada-example", patch).await.expect(200);
    assert_eq!(patched["slug"], "ada-sample");
    app.get("/v1/actors/ada-example").await.expect_problem(404, "not_found");
    assert_eq!(slugs(&app.all_pages("/v1/actors?name=ada+sample").await), ["ada-sample"]);
    assert_eq!(app.all_pages("/v1/actors?name=ada+example").await, Vec::<Value>::new());
}

#[actix_web::test]
async fn what_is_wrong_with_an_actor_is_named_by_its_place() {
    let app = TestApp::start().await;
    let role = |role: Value| json!({ "roles": [{ "title": "Clerk" }, role] });
    for (wrong, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "a".repeat(301) }), "/name"),
        (json!({ "slug": "Ada" }), "/slug"),
        (json!({ "slug": "ada--example" }), "/slug"),
        (json!({ "slug": "01970000-0000-7000-8000-000000000001" }), "/slug"),
        (json!({ "slug": null, "name": "雨" }), "/slug"),
        (json!({ "country": "Denmark" }), "/country"),
        (json!({ "wikidata": "http://www.wikidata.org/entity/Q42" }), "/wikidata"),
        (json!({ "aliases": ["Ada", " "] }), "/aliases/1"),
        (json!({ "kind": "state", "gender": "female" }), "/gender"),
        (json!({ "parent": "nobody" }), "/parent"),
        (role(json!({ "title": " " })), "/roles/1/title"),
        (role(json!({ "title": "Head", "country": "xx" })), "/roles/1/country"),
        (role(json!({ "title": "Head", "organisation": "nobody" })), "/roles/1/organisation"),
        (role(json!({ "title": "Head", "starts_on": "2019-01-02", "ends_on": "2019-01-01" })), "/roles/1/ends_on"),
        (role(json!({ "title": "Head", "starts_on": "2019-02-29" })), "/roles/1/starts_on"),
        (role(json!({ "title": "Head", "precision": "hour" })), "/roles/1/precision"),
    ] {
        let mut new = json!({ "name": "Ada Example", "kind": "person" });
        new.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let problem = app.post("/v1/actors", new).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
        // A patch must not leave behind what could not be created.
        let problem = app.patch("/v1/actors/sergey-lavrov", wrong.clone()).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
    }
    assert_eq!(app.get("/v1/actors/sergey-lavrov").await.expect(200)["version"], 1);
}

#[actix_web::test]
async fn what_must_be_there_cannot_be_cleared_and_unknown_fields_are_refused() {
    let app = TestApp::start().await;
    for (patch, pointer) in
        [(json!({ "name": null }), ""), (json!({ "kind": "robot" }), "/kind"), (json!({ "id": 7 }), "/id")]
    {
        let problem = app.patch("/v1/actors/sergey-lavrov", patch.clone()).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{patch}: {problem}");
    }
    app.patch("/v1/actors/sergey-lavrov", json!([])).await.expect_problem(422, "invalid_body");
    let unchanged = app.patch("/v1/actors/sergey-lavrov", json!({})).await.expect(200);
    assert_eq!(unchanged["name"], "Sergey Lavrov");
}

#[actix_web::test]
async fn actors_are_listed_by_slug_and_filtered() {
    let app = TestApp::start().await;
    let all = app.all_pages("/v1/actors?limit=200").await;
    assert!(slugs(&all).is_sorted());
    assert_eq!(app.all_pages("/v1/actors?limit=47").await, all, "pages are cut anywhere");

    let kind = |actor: &Value, kind: &str| actor["kind"] == kind;
    let expect =
        |keep: &dyn Fn(&Value) -> bool| -> Vec<Value> { all.iter().filter(|actor| keep(actor)).cloned().collect() };
    for (query, expected) in [
        ("kind=state", expect(&|actor| kind(actor, "state"))),
        ("kind=state&kind=armed_group", expect(&|actor| kind(actor, "state") || kind(actor, "armed_group"))),
        ("country=TR", expect(&|actor| actor["country"] == "TR")),
        ("country=TR&country=IR", expect(&|actor| actor["country"] == "TR" || actor["country"] == "IR")),
        ("country=TR&kind=person", expect(&|actor| actor["country"] == "TR" && kind(actor, "person"))),
    ] {
        assert!(!expected.is_empty());
        assert_eq!(app.all_pages(&format!("/v1/actors?limit=200&{query}")).await, expected, "{query}");
    }
    assert_eq!(app.all_pages("/v1/actors?country=ZZ").await, Vec::<Value>::new());
    assert_eq!(app.all_pages("/v1/actors?review=machine").await, Vec::<Value>::new(), "what ships has been looked at");
}

#[actix_web::test]
async fn a_name_is_found_by_its_beginning_whatever_its_case_and_accents() {
    let app = TestApp::start().await;
    let new = json!({ "name": "100%_Sure!", "slug": "sure", "kind": "organisation", "aliases": ["Żółw Łódź"] });
    app.post("/v1/actors", new).await.expect(201);
    for (name, slug) in [
        ("cavus", "mevlut-cavusoglu"),
        ("%C3%87avu%C5%9Fo%C4%9Flu", "mevlut-cavusoglu"), // Çavuşoğlu
        ("MEVL%C3%9CT", "mevlut-cavusoglu"),              // MEVLÜT
        ("mevlut+cavus", "mevlut-cavusoglu"),
        ("mevlud", "mevlut-cavusoglu"), // an alias
        ("LAVR", "sergey-lavrov"),
        ("zolw", "sure"),
        ("%C5%82%C3%B3d%C5%BA", "sure"), // łódź
        ("100%25_s", "sure"),
    ] {
        let found = app.all_pages(&format!("/v1/actors?name={name}")).await;
        assert!(slugs(&found).contains(&slug), "{name}: {:?}", slugs(&found));
    }
    for nothing in ["vusoglu", "avrov", "100%25x", "_", "%25", "!"] {
        assert_eq!(slugs(&app.all_pages(&format!("/v1/actors?name={nothing}")).await), Vec::<&str>::new(), "{nothing}");
    }
}

#[actix_web::test]
async fn a_parent_is_named_by_slug_or_id_and_never_makes_a_circle() {
    let app = TestApp::start().await;
    let body = |name: &str, parent: Value| json!({ "name": name, "kind": "organisation", "parent": parent });
    let top = app.post("/v1/actors", body("Top Office", Value::Null)).await.expect(201);
    let middle = app.post("/v1/actors", body("Middle Office", json!("top-office"))).await.expect(201);
    assert_eq!(middle["parent"], json!({ "id": top["id"], "slug": "top-office", "name": "Top Office" }));
    let low = app.post("/v1/actors", body("Low Office", middle["id"].clone())).await.expect(201);
    assert_eq!(low["parent"]["slug"], "middle-office");

    for parent in ["top-office", "middle-office", "low-office"] {
        let problem = app.patch("/v1/actors/top-office", json!({ "parent": parent })).await;
        let problem = problem.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/parent", "{parent}: {problem}");
    }
    let moved = app.patch("/v1/actors/low-office", json!({ "parent": "top-office" })).await.expect(200);
    assert_eq!(moved["parent"]["slug"], "top-office");
    assert_eq!(app.patch("/v1/actors/low-office", json!({ "parent": null })).await.expect(200)["parent"], Value::Null);
}

#[actix_web::test]
async fn an_actor_that_others_refer_to_cannot_be_deleted() {
    let app = TestApp::start().await;
    for name in ["Parent Office", "Employer Office", "Party Office", "Ada Example"] {
        app.post("/v1/actors", json!({ "name": name, "kind": "organisation" })).await.expect(201);
    }
    let child = json!({
        "name": "Bo Example", "kind": "person", "parent": "parent-office",
        "roles": [{ "title": "Clerk", "organisation": "employer-office" }],
    });
    app.post("/v1/actors", child).await.expect(201);
    let agreement = json!({ "name": "Harbour Pact", "parties": [{ "actor": "party-office", "part": "monitor" }] });
    app.post("/v1/agreements", agreement).await.expect(201);
    app.post_text("The harbour is open, Ada Example said.").await;
    for slug in ["parent-office", "employer-office", "party-office", "ada-example"] {
        app.delete(&format!("/v1/actors/{slug}")).await.expect_problem(409, "in_use");
        app.get(&format!("/v1/actors/{slug}")).await.expect(200);
    }
    app.delete("/v1/actors/bo-example").await.expect(204);
    app.delete("/v1/agreements/harbour-pact").await.expect(204);
    for slug in ["parent-office", "employer-office", "party-office"] {
        app.delete(&format!("/v1/actors/{slug}")).await.expect(204);
    }
}

#[actix_web::test]
async fn the_extractor_knows_a_new_actor_from_the_next_article_on() {
    let app = TestApp::start().await;
    let text = |n: u8| format!("HARBOUR, May {n}. The gate is open, Quillon Barstow said on Thursday.");
    let new = json!({ "name": "Q. Barstow", "slug": "barstow", "kind": "person", "aliases": ["Quillon Barstow"] });
    app.post("/v1/actors", new).await.expect(201);
    let article = app.post_text(&text(4)).await;
    assert_eq!(article["quotes"][0]["speaker"]["actor"]["slug"], "barstow", "{article}");
}
