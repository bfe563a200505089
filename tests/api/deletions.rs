//! `/v1/deletions`: what was deleted comes back, or goes for good.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::revisions::{assert_history_is_whole, count, one_of_each};
use crate::support::{Answer, TestApp};

const PAGE: &str = "<html><head><title>Posts</title></head><body><article><h1>Posts</h1><p>Russia will open posts around the Idlib \
    de-escalation zone, Russian Foreign Minister Sergey Lavrov said on Monday.</p><p>\"I heard Lavrov say that the convoy would \
    wait,\" Egeland said in Geneva.</p></article></body></html>";

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

async fn restore(app: &TestApp, deletion: &Value) -> Answer {
    app.send(Method::POST, &format!("/v1/deletions/{}/restore", id(deletion)), "", "").await
}

async fn purge(app: &TestApp, deletion: &Value) -> Answer {
    app.send(Method::DELETE, &format!("/v1/deletions/{}", id(deletion)), "", "").await
}

/// The last deletion.
async fn last(app: &TestApp) -> Value {
    app.get("/v1/deletions?limit=1").await.expect(200)["data"][0].clone()
}

/// A resource, but for what tells one version of it from another.
fn unversioned(mut resource: Value) -> Value {
    let fields = resource.as_object_mut().unwrap();
    fields.remove("version").unwrap();
    fields.remove("updated_at").unwrap();
    resource
}

#[actix_web::test]
async fn whatever_was_deleted_comes_back_as_it_was() {
    let app = TestApp::start().await;
    for (path, [patch, _]) in one_of_each(&app).await {
        let before = app.patch(&path, patch).await;
        let tag = before.header("etag").unwrap().to_owned();
        let before = before.expect(200);
        app.delete(&format!("{path}?reason=Twice+there")).await.expect(204);
        app.get(&path).await.expect_problem(404, "not_found");

        let deletion = last(&app).await;
        let (collection, resource_id) = path["/v1/".len()..].split_once('/').unwrap();
        assert_eq!(format!("{}s", deletion["resource"].as_str().unwrap()), collection);
        assert_eq!(deletion["resource_id"], resource_id);
        assert_eq!(deletion["reason"], "Twice there");
        assert_eq!(deletion["deleted_by"]["name"], "a test with admin");
        let label = deletion["label"].as_str().unwrap();
        let names = [&before["name"], &before["title"], &before["text"]];
        assert!(names.iter().any(|name| name.as_str().is_some_and(|name| name.starts_with(label))), "{deletion}");

        let answer = restore(&app, &deletion).await;
        assert_eq!(answer.header("location"), Some(path.as_str()));
        assert_eq!(answer.expect(200), json!({ "resource": deletion["resource"], "resource_id": resource_id }));
        let after = app.get(&path).await.expect(200);
        assert_eq!(unversioned(after.clone()), unversioned(before.clone()), "{path}");
        assert_eq!(after["version"], 3, "{path}");
        assert!(after["updated_at"].as_str() > deletion["deleted_at"].as_str(), "{path}");
        // Who read it before it was deleted has not read this.
        app.patch_if(&tag, &path, json!({})).await.expect_problem(412, "precondition_failed");

        assert!(app.all_pages("/v1/deletions").await.iter().all(|other| other["resource_id"] != resource_id));
        restore(&app, &deletion).await.expect_problem(404, "not_found");
        purge(&app, &deletion).await.expect_problem(404, "not_found");
        let revisions = app.get(&format!("{path}/revisions?limit=2")).await.expect(200)["data"].clone();
        assert_eq!([&revisions[0]["change"], &revisions[1]["change"]], ["restored", "deleted"], "{path}");
        assert_eq!((&revisions[0]["before"], &revisions[0]["after"]), (&Value::Null, &after), "{path}");
        assert_eq!((&revisions[1]["before"], &revisions[1]["after"]), (&before, &Value::Null), "{path}");
    }
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn an_article_comes_back_with_all_that_went_with_it() {
    let app = TestApp::start().await;
    let article = app.send(Method::POST, "/v1/articles", "text/html", PAGE).await.expect(201);
    let path = format!("/v1/articles/{}", id(&article));
    let quotes = article["quotes"].as_array().unwrap();
    assert!(quotes.len() >= 3 && quotes.iter().any(|quote| !quote["nested_in"].is_null()), "{article}");
    let mentions = count(app.database(), "mentions").await;
    app.delete(&path).await.expect(204);
    assert_eq!(app.all_pages("/v1/deletions").await.len(), 1, "quotes go and come with their article");
    assert_eq!(count(app.database(), "mentions").await + count(app.database(), "article_sources").await, 0);
    let of_quote = format!("/v1/quotes/{}/revisions", id(&quotes[0]));
    let gone = app.get(&of_quote).await.expect(200)["data"].clone();
    assert_eq!(
        (&gone[0]["change"], &gone[0]["before"], &gone[0]["after"]),
        (&json!("deleted"), &quotes[0], &Value::Null)
    );
    assert_eq!((&gone[1]["change"], &gone[1]["after"]), (&json!("created"), &quotes[0]));

    restore(&app, &last(&app).await).await.expect(200);
    let restored = app.get(&format!("{path}/quotes")).await.expect(200)["data"].clone();
    let restored: Vec<Value> = restored.as_array().unwrap().iter().cloned().map(unversioned).collect();
    let before: Vec<Value> = quotes.iter().cloned().map(unversioned).collect();
    assert_eq!(restored, before);
    assert_eq!(count(app.database(), "mentions").await, mentions);
    assert_eq!(count(app.database(), "article_sources").await, 1);
    assert_eq!(app.all_pages("/v1/quotes?zone=idlib-de-escalation-zone").await.len(), 1);
    assert_eq!(app.get(&of_quote).await.expect(200)["data"][0]["change"], "restored");
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn what_stands_in_the_way_or_is_gone_keeps_it_from_coming_back() {
    let app = TestApp::start().await;
    let conflict = async |deletion: &Value, about: &str| {
        let problem = restore(&app, deletion).await.expect_problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains(about), "{problem}");
        assert!(app.all_pages("/v1/deletions").await.contains(deletion), "it can still be restored");
    };
    // Its slug is taken.
    let ada = json!({ "name": "Ada Example", "kind": "person" });
    app.post("/v1/actors", ada.clone()).await.expect(201);
    app.delete("/v1/actors/ada-example").await.expect(204);
    let deleted = last(&app).await;
    app.post("/v1/actors", ada).await.expect(201);
    conflict(&deleted, "slug").await;
    app.patch("/v1/actors/ada-example", json!({ "slug": "another-ada" })).await.expect(200);
    restore(&app, &deleted).await.expect(200);

    // Its text is there again.
    let article = app.post_text("The road is open, Orsolya Vintner said.").await;
    app.delete(&format!("/v1/articles/{}", id(&article))).await.expect(204);
    let deleted = last(&app).await;
    let again = app.post_text("The road is open, Orsolya Vintner said.").await;
    conflict(&deleted, "text").await;

    // Its article is gone, and what it is about.
    app.delete(&format!("/v1/quotes/{}", id(&again["quotes"][0]))).await.expect(204);
    let quote = last(&app).await;
    app.delete(&format!("/v1/articles/{}", id(&again))).await.expect(204);
    let article = last(&app).await;
    conflict(&quote, "gone").await;
    restore(&app, &article).await.expect(200);
    assert_eq!(app.all_pages("/v1/quotes").await.len(), 0, "it went before its article");
    restore(&app, &quote).await.expect(200);
    assert_eq!(app.all_pages("/v1/quotes").await.len(), 1);

    let zone = json!({ "name": "Lake zone", "kind": "safe_zone", "status": "proposed" });
    app.post("/v1/zones", zone).await.expect(201);
    app.post("/v1/agreements", json!({ "name": "Lake pact", "zones": ["lake-zone"] })).await.expect(201);
    app.delete("/v1/agreements/lake-pact").await.expect(204);
    let pact = last(&app).await;
    app.delete("/v1/zones/lake-zone").await.expect(204);
    let zone = last(&app).await;
    conflict(&pact, "gone").await;
    restore(&app, &zone).await.expect(200);
    restore(&app, &pact).await.expect(200);
    assert_eq!(app.get("/v1/agreements/lake-pact").await.expect(200)["zones"][0]["slug"], "lake-zone");
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn quotes_reported_in_one_that_comes_back_are_reported_in_it_again() {
    let app = TestApp::start().await;
    let article = app.send(Method::POST, "/v1/articles", "text/html", PAGE).await.expect(201);
    let quotes = article["quotes"].as_array().unwrap();
    let inner = quotes.iter().find(|quote| !quote["nested_in"].is_null()).expect("a nested quote");
    let path = format!("/v1/quotes/{}", id(inner));
    app.delete(&format!("/v1/quotes/{}", inner["nested_in"].as_str().unwrap())).await.expect(204);
    assert_eq!(app.get(&path).await.expect(200)["nested_in"], Value::Null);
    restore(&app, &last(&app).await).await.expect(200);
    let again = app.get(&path).await.expect(200);
    assert_eq!((&again["nested_in"], &again["version"]), (&inner["nested_in"], &json!(3)));
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn what_comes_back_is_known_to_the_extractor_again() {
    let app = TestApp::start().await;
    let kind = json!({ "name": "Quillon Barstow", "kind": "person", "gender": "male" });
    app.post("/v1/actors", kind).await.expect(201);
    app.delete("/v1/actors/quillon-barstow").await.expect(204);
    restore(&app, &last(&app).await).await.expect(200);
    let article = app.post_text("The gate is open, Quillon Barstow said.").await;
    let speaker = &article["quotes"][0]["speaker"]["actor"];
    assert_eq!(speaker["slug"], "quillon-barstow");
    assert_eq!(app.all_pages("/v1/actors?review=machine").await.len(), 0);
}

#[actix_web::test]
async fn what_is_purged_is_gone_for_good() {
    let app = TestApp::start().await;
    let database = app.database();
    for (path, [patch, _]) in one_of_each(&app).await {
        app.patch(&format!("{path}?reason=Secret"), patch).await.expect(200);
        app.delete(&format!("{path}?reason=Secret")).await.expect(204);
        let deletion = last(&app).await;
        purge(&app, &deletion).await.expect(204);
        restore(&app, &deletion).await.expect_problem(404, "not_found");
        app.get(&format!("{path}/revisions")).await.expect_problem(404, "not_found");
        let (collection, resource_id) = path["/v1/".len()..].split_once('/').unwrap();
        let kept = format!("{collection}_history WHERE CAST(id AS text) = '{resource_id}'");
        assert_eq!(count(database, &kept).await, 0, "{path}");
        let of_it = format!("changes WHERE CAST(resource_id AS text) = '{resource_id}'");
        assert_eq!(count(database, &format!("{of_it} AND (before IS NOT NULL OR reason IS NOT NULL)")).await, 0);
        assert_eq!(
            count(database, &format!("{of_it} AND change = 'purged'")).await,
            1,
            "that it was there is no secret"
        );
    }
    assert_eq!(app.all_pages("/v1/deletions").await, Vec::<Value>::new());
    for table in [
        "actor_names",
        "actor_roles",
        "agreement_parties",
        "agreement_zones",
        "article_sources",
        "mentions",
        "quotes",
        "zone_transitions",
    ] {
        assert_eq!(count(database, &format!("{table}_history")).await, 0, "{table}");
    }
}

#[actix_web::test]
async fn with_an_article_all_its_quotes_are_purged() {
    let app = TestApp::start().await;
    let text = "The gate is open, Russian Foreign Minister Sergey Lavrov said.\n\n\"It will stay open,\" Lavrov said.";
    let headers = [("content-type", "text/plain"), ("idempotency-key", "once")];
    let article = app.send_with(Method::POST, "/v1/articles", &headers, text).await.expect(201);
    let [first, second] = article["quotes"].as_array().unwrap().as_slice() else { panic!("{article}") };
    app.patch(&format!("/v1/quotes/{}", id(second)), json!({ "review": "accepted" })).await.expect(200);
    app.delete(&format!("/v1/quotes/{}", id(first))).await.expect(204);
    app.delete(&format!("/v1/articles/{}", id(&article))).await.expect(204);
    assert_eq!(app.all_pages("/v1/deletions").await.len(), 2);
    purge(&app, &last(&app).await).await.expect(204);
    assert_eq!(app.all_pages("/v1/deletions").await.len(), 0, "a quote without its article is nothing");
    for quote in [first, second] {
        app.get(&format!("/v1/quotes/{}/revisions", id(quote))).await.expect_problem(404, "not_found");
    }
    for table in ["articles", "quotes", "mentions"] {
        assert_eq!(count(app.database(), &format!("{table}_history")).await, 0, "{table}");
    }
    assert_eq!(count(app.database(), "changes WHERE before LIKE '%gate is open%'").await, 0);
    assert_eq!(count(app.database(), "idempotency_keys WHERE body LIKE '%gate is open%'").await, 0);
}

#[actix_web::test]
async fn deletions_are_listed_in_pages_by_kind_and_the_newest_first() {
    let app = TestApp::start().await;
    for name in ["Alpha", "Beta", "Gamma"] {
        app.post("/v1/outlets", json!({ "name": name, "kind": "newspaper" })).await.expect(201);
        app.delete(&format!("/v1/outlets/{}", name.to_lowercase())).await.expect(204);
    }
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    app.delete("/v1/actors/ada-example").await.expect(204);
    let labels = async |path: &str| -> Vec<String> {
        let rows = app.all_pages(path).await;
        rows.iter().map(|row| row["label"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(labels("/v1/deletions?limit=2").await, ["Ada Example", "Gamma", "Beta", "Alpha"]);
    assert_eq!(labels("/v1/deletions?resource=outlet&limit=1").await, ["Gamma", "Beta", "Alpha"]);
    assert_eq!(labels("/v1/deletions?resource=zone&resource=actor").await, ["Ada Example"]);
    app.get("/v1/deletions?resource=key").await.expect_problem(400, "invalid_query");
    for key in ["nothing", "01970000-0000-7000-8000-000000000001"] {
        app.send(Method::POST, &format!("/v1/deletions/{key}/restore"), "", "").await.expect_problem(404, "not_found");
        app.delete(&format!("/v1/deletions/{key}")).await.expect_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_restoration_repeated_with_its_key_is_answered_the_same() {
    let app = TestApp::start().await;
    app.delete("/v1/outlets/xinhua").await.expect(204);
    let path = format!("/v1/deletions/{}/restore?reason=By+mistake", id(&last(&app).await));
    let headers = [("idempotency-key", "once")];
    let first = app.send_with(Method::POST, &path, &headers, "").await;
    let again = app.send_with(Method::POST, &path, &headers, "").await;
    assert_eq!(first.expect(200), again.expect(200));
    let revision = app.get("/v1/outlets/xinhua/revisions?limit=1").await.expect(200)["data"][0].clone();
    assert_eq!((&revision["change"], &revision["reason"]), (&json!("restored"), &json!("By mistake")));
}
