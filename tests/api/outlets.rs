//! `/v1/outlets`.

use serde_json::json;

use crate::support::TestApp;

#[actix_web::test]
async fn an_outlet_is_created_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let new =
        json!({ "name": "The Harbour Post", "kind": "newspaper", "country": "NO", "domains": ["harbour.example"] });
    let created = app.post("/v1/outlets", new).await;
    let outlet = created.expect(201);
    assert_eq!(outlet["slug"], "the-harbour-post");
    assert_eq!(created.header("location"), Some(format!("/v1/outlets/{}", outlet["id"].as_str().unwrap()).as_str()));

    assert_eq!(app.get("/v1/outlets/the-harbour-post").await.expect(200), outlet);
    assert_eq!(app.get(&format!("/v1/outlets/{}", outlet["id"].as_str().unwrap())).await.expect(200), outlet);

    let patched =
        app.patch("/v1/outlets/the-harbour-post", json!({ "country": null, "kind": "website" })).await.expect(200);
    assert_eq!(patched["country"], json!(null));
    assert_eq!(patched["kind"], "website");
    assert_eq!(patched["domains"], json!(["harbour.example"]), "what the patch does not name stays");
    assert_eq!(patched["version"], 2);

    app.delete("/v1/outlets/the-harbour-post").await.expect(204);
    app.get("/v1/outlets/the-harbour-post").await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn outlets_are_listed_by_slug_and_filtered() {
    let app = TestApp::start().await;
    let all = app.all_pages("/v1/outlets?limit=20").await;
    let slugs: Vec<&str> = all.iter().map(|outlet| outlet["slug"].as_str().unwrap()).collect();
    assert!(slugs.is_sorted());
    assert!(slugs.len() >= 25);
    let russian_agencies = app.all_pages("/v1/outlets?country=RU&kind=news_agency").await;
    assert!(russian_agencies.iter().any(|outlet| outlet["slug"] == "tass"));
    assert!(russian_agencies.iter().all(|outlet| outlet["country"] == "RU" && outlet["kind"] == "news_agency"));
    let either = app.all_pages("/v1/outlets?country=RU&country=US&limit=100").await;
    assert!(either.len() > russian_agencies.len());
}

#[actix_web::test]
async fn a_slug_is_taken_once() {
    let app = TestApp::start().await;
    let problem = app.post("/v1/outlets", json!({ "name": "TASS", "kind": "news_agency" })).await;
    let problem = problem.expect_problem(409, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains("tass"));
}

#[actix_web::test]
async fn an_outlet_with_articles_cannot_be_deleted() {
    let app = TestApp::start().await;
    app.post("/v1/articles", json!({ "text": "The bridge will open, the mayor said.", "outlet": "tass" }))
        .await
        .expect(201);
    app.delete("/v1/outlets/tass").await.expect_problem(409, "in_use");
    app.get("/v1/outlets/tass").await.expect(200);
}
