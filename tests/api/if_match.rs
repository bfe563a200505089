//! `If-Match`: whoever changes something says which state of it they mean, so that nobody's change is lost.

use actix_web::http::Method;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const ARTICLE: &str = "The road is open, Orsolya Vintner said.";

/// One resource of each kind, and a change to it.
async fn one_of_each(app: &TestApp) -> Vec<(String, Value)> {
    let article = app.post_text(ARTICLE).await;
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    app.post("/v1/outlets", json!({ "name": "Example Post", "kind": "newspaper" })).await.expect(201);
    app.post("/v1/zones", json!({ "name": "Lake zone", "kind": "safe_zone", "status": "proposed" })).await.expect(201);
    app.post("/v1/agreements", json!({ "name": "Harbour pact" })).await.expect(201);
    let webhook = app.post("/v1/webhooks", json!({ "url": "https://example.org/" })).await.expect(201);
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    vec![
        (format!("/v1/quotes/{}", id(&article["quotes"][0])), json!({ "review": "accepted" })),
        (format!("/v1/articles/{}", id(&article)), json!({ "title": "Open again" })),
        ("/v1/actors/ada-example".to_owned(), json!({ "country": "NO" })),
        ("/v1/outlets/example-post".to_owned(), json!({ "country": "NO" })),
        ("/v1/zones/lake-zone".to_owned(), json!({ "country": "NO" })),
        ("/v1/agreements/harbour-pact".to_owned(), json!({ "place": "Oslo" })),
        (format!("/v1/webhooks/{}", id(&webhook)), json!({ "description": "Desk" })),
    ]
}

async fn delete_if(app: &TestApp, if_match: &str, path: &str) -> Answer {
    app.send_with(Method::DELETE, path, &[("if-match", if_match)], "").await
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

#[actix_web::test]
async fn a_change_has_to_say_which_state_it_is_made_to() {
    let app = TestApp::start().await;
    for (path, patch) in one_of_each(&app).await {
        let before = app.get(&path).await;
        let media_type = "application/merge-patch+json";
        let unsaid = app.send(Method::PATCH, &path, media_type, patch.to_string()).await;
        unsaid.expect_problem(428, "precondition_required");
        app.send(Method::DELETE, &path, "", "").await.expect_problem(428, "precondition_required");
        assert_eq!(app.get(&path).await.bytes, before.bytes, "{path}");

        let changed = app.patch_if(&tag(&before), &path, patch.clone()).await;
        assert_eq!(changed.expect(200)["version"], 2, "{path}");
        // The tag of the answer is as good as that of a read.
        assert_eq!(tag(&changed), tag(&app.get(&path).await), "{path}");
        let stale = app.patch_if(&tag(&before), &path, patch.clone()).await;
        let problem = stale.expect_problem(412, "precondition_failed");
        assert!(problem["detail"].as_str().unwrap().contains("version 2"), "{problem}");
        delete_if(&app, &tag(&before), &path).await.expect_problem(412, "precondition_failed");
        assert_eq!(app.get(&path).await.bytes, changed.bytes, "{path}");

        let again = app.patch_if("*", &path, patch).await;
        assert_eq!(again.expect(200)["version"], 3, "{path}");
        delete_if(&app, &tag(&again), &path).await.expect(204);
        app.get(&path).await.expect_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn only_a_strong_tag_of_the_resource_matches() {
    let app = TestApp::start().await;
    let path = "/v1/outlets/tass";
    let current = tag(&app.get(path).await);
    let compressed = format!("{}-br\"", current.trim_end_matches('"'));
    let of_list = tag(&app.get("/v1/outlets").await);
    for other in
        [&format!("W/{current}"), &of_list, "\"\"", "\"1\"", "\"0-44136fa355b3678a\"", "\"-1-44136fa355b3678a\""]
    {
        app.patch_if(other, path, json!({})).await.expect_problem(412, "precondition_failed");
    }
    for unreadable in ["", "1", "1-44136fa355b3678a", "\"1", "*, *", "\u{fc}"] {
        let problem = app.patch_if(unreadable, path, json!({})).await.expect_problem(400, "invalid_header");
        assert!(problem["detail"].as_str().unwrap().starts_with("If-Match"), "{problem}");
    }
    assert_eq!(app.get(path).await.expect(200)["version"], 1);
    app.patch_if(&format!("{of_list}, {compressed}"), path, json!({ "country": "NO" })).await.expect(200);
    // Two header fields are one list.
    let current = tag(&app.get(path).await);
    let media_type = ("content-type", "application/merge-patch+json");
    let headers = [media_type, ("if-match", of_list.as_str()), ("if-match", current.as_str())];
    app.send_with(Method::PATCH, path, &headers, "{}").await.expect(200);
    // What is not there has no state to name.
    app.patch_if("*", "/v1/outlets/nobody", json!({})).await.expect_problem(404, "not_found");
    app.send(Method::DELETE, "/v1/outlets/nobody", "", "").await.expect_problem(404, "not_found");
}

/// However often it is tried, of two changes to the same state one is made and the other told to look again.
#[actix_web::test]
async fn of_two_changes_to_the_same_state_one_wins() {
    const ROUNDS: usize = 200;
    let app = TestApp::start().await;
    let all = one_of_each(&app).await;
    let mut tags: Vec<String> = Vec::new();
    for (path, _) in &all {
        tags.push(tag(&app.get(path).await));
    }
    for round in 0..ROUNDS {
        let index = round % all.len();
        let (path, patch) = &all[index];
        let send = || app.patch_if(&tags[index], path, patch.clone());
        let answers = join(send(), send()).await;
        let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
        statuses.sort_unstable();
        let bodies = || [&answers.0, &answers.1].map(|answer| String::from_utf8_lossy(&answer.bytes).into_owned());
        assert_eq!(statuses, [200, 412], "round {round}, {path}: {:?}", bodies());
        let winner = if answers.0.status == 200 { &answers.0 } else { &answers.1 };
        assert_eq!(winner.json()["version"].as_u64().unwrap(), 2 + u64::try_from(round / all.len()).unwrap());
        tags[index] = tag(winner);
    }
}
