//! `Idempotency-Key`: a request is done once, however often it is sent and wherever it is cut off.

use std::collections::BTreeSet;

use actix_web::http::Method;
use onrecord::models::Author;
use onrecord::services::{Services, idempotency, outlets};
use serde_json::{Value, json};

use crate::support::{Answer, RunningServer, TestApp, TestDatabase};

const TEXT: &str =
    "MOSCOW, May 5. /TASS/. \"The Idlib de-escalation zone stands,\" Russian Foreign Minister Sergey Lavrov said.";

async fn post(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    app.send_with(Method::POST, path, &headers, body.to_string()).await
}

/// What of an answer a client may rely on.
fn shown(answer: &Answer) -> (u16, Vec<u8>, [Option<String>; 3]) {
    let header = |name| answer.header(name).map(str::to_owned);
    (answer.status.as_u16(), answer.bytes.clone(), [header("location"), header("etag"), header("content-type")])
}

#[actix_web::test]
async fn every_creating_request_is_done_once_and_answered_the_same_again() {
    let app = TestApp::start().await;
    let article = app.post("/v1/articles", json!({ "text": TEXT })).await.expect(201);
    let segments = json!([{ "start": 25, "end": 40, "verbatim": true }]);
    let bodies = [
        ("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })),
        ("/v1/outlets", json!({ "name": "Example Post", "kind": "newspaper" })),
        ("/v1/zones", json!({ "name": "Example zone", "kind": "safe_zone", "status": "proposed" })),
        ("/v1/agreements", json!({ "name": "Example accord" })),
        (
            "/v1/articles",
            json!({ "text": "\"The gate is open,\" Sergey Lavrov said on Monday.", "published_on": "2017-05-05" }),
        ),
        ("/v1/quotes", json!({ "article_id": article["id"], "kind": "direct", "segments": segments })),
    ];
    for (path, body) in &bodies {
        let first = post(&app, path, "key-1", body).await;
        // The same key of the same client for another request.
        if *path != "/v1/actors" {
            first.expect_problem(422, "idempotency_key_reused");
        }
        let key = format!("key-of-{}", path.rsplit('/').next().unwrap());
        let first = if *path == "/v1/actors" { first } else { post(&app, path, &key, body).await };
        first.expect(201);
        let key = if *path == "/v1/actors" { "key-1" } else { key.as_str() };
        let count = app.all_pages(path).await.len();
        for _ in 0..2 {
            let again = post(&app, path, key, body).await;
            assert_eq!(shown(&again), shown(&first), "{path}");
            assert_eq!(again.header("idempotent-replayed"), Some("true"));
        }
        assert_eq!(first.header("idempotent-replayed"), None);
        assert_eq!(app.all_pages(path).await.len(), count, "{path}");
        // The quotation marks of a structured field are no part of the key.
        assert_eq!(shown(&post(&app, path, &format!("\"{key}\""), body).await), shown(&first));
    }
    let document = onrecord::openapi::document();
    let paths = document["paths"].as_object().unwrap().iter();
    let creating: BTreeSet<&str> = paths
        .filter(|(_, item)| item["post"]["responses"].get("201").is_some())
        .map(|(path, _)| path.as_str())
        // The answers show a secret, and are kept nowhere; what an import takes in, it takes in once.
        .filter(|path| !["/v1/keys", "/v1/webhooks", "/v1/imports"].contains(path))
        .collect();
    let tested: BTreeSet<&str> = bodies.iter().map(|(path, _)| *path).collect();
    assert_eq!(tested, creating, "an operation that creates something and is not tested here");
}

#[actix_web::test]
async fn an_article_that_was_there_is_answered_so_again() {
    let app = TestApp::start().await;
    app.post_text(TEXT).await;
    let body = json!({ "text": TEXT });
    let first = post(&app, "/v1/articles", "a", &body).await;
    assert_eq!(first.status, 200);
    let again = post(&app, "/v1/articles", "a", &body).await;
    assert_eq!(shown(&again), shown(&first));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

#[actix_web::test]
async fn another_request_under_the_same_key_is_refused() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Ada Example", "kind": "person" });
    post(&app, "/v1/actors", "a", &body).await.expect(201);
    let other = json!({ "name": "Bea Example", "kind": "person" });
    let problem = post(&app, "/v1/actors", "a", &other).await.expect_problem(422, "idempotency_key_reused");
    assert!(problem["detail"].as_str().unwrap().contains("`a`"));
    post(&app, "/v1/outlets", "a", &body).await.expect_problem(422, "idempotency_key_reused");
    app.get("/v1/actors/bea-example").await.expect_problem(404, "not_found");
    for bad in ["", "a b", "\"", "a\"b", "é", &"a".repeat(256)] {
        let problem = post(&app, "/v1/actors", bad, &other).await.expect_problem(400, "invalid_header");
        assert!(problem["detail"].as_str().unwrap().starts_with("Idempotency-Key "), "{problem}");
    }
}

#[actix_web::test]
async fn a_refused_request_gives_its_key_back() {
    let app = TestApp::start().await;
    post(&app, "/v1/actors", "a", &json!({ "kind": "person" })).await.expect_problem(422, "invalid_body");
    post(&app, "/v1/actors", "a", &json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
}

#[actix_web::test]
async fn who_repeats_a_request_that_is_being_done_waits() {
    let flags = [("database.max_connections", "2"), ("server.request_timeout_ms", "9000")];
    let app = TestApp::start_with(&flags).await;
    let body = json!({ "name": "Ada Example", "kind": "person" });
    let [first, second] = [(); 2].map(|()| post(&app, "/v1/actors", "a", &body));
    let (first, second) = tokio::join!(first, second);
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses == [201, 409] || statuses == [201, 201], "{statuses:?}");
    for answer in [first, second].iter().filter(|answer| answer.status == 409) {
        answer.expect_problem(409, "idempotency_in_progress");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(post(&app, "/v1/actors", "a", &body).await.status, 201);
}

/// Takes the key `a` as a process does that is killed before its request ends.
async fn reserve_and_die(app: &TestApp, body: &Value) -> onrecord::models::Idempotency {
    // Another service shows under what the request is known, another request whose key it is.
    let other = TestApp::start().await;
    post(&other, "/v1/outlets", "a", body).await.expect(201);
    let fingerprint = &other.database().lines("SELECT fingerprint AS line FROM idempotency_keys").await[0];
    post(app, "/v1/outlets", "other", &json!({ "name": "Other Post", "kind": "newspaper" })).await.expect(201);
    let scope = app.database().lines("SELECT scope AS line FROM idempotency_keys").await.remove(0);
    match idempotency::begin(&app.services, scope, "a".to_owned(), fingerprint).await.unwrap() {
        idempotency::Begun::First(attempt) => attempt,
        idempotency::Begun::Again(answer) => panic!("{answer:?}"),
    }
}

#[actix_web::test]
async fn a_request_whose_process_was_killed_is_taken_over_after_its_lease() {
    let flags = [("idempotency.lease_seconds", "2"), ("server.request_timeout_ms", "1900")];
    let app = TestApp::start_with(&flags).await;
    let body = json!({ "name": "Example Post", "kind": "newspaper" });
    let dead = reserve_and_die(&app, &body).await;
    post(&app, "/v1/outlets", "a", &body).await.expect_problem(409, "idempotency_in_progress");
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let taken_over = post(&app, "/v1/outlets", "a", &body).await;
    taken_over.expect(201);
    // The first was alive after all, and comes late: it must not make a second one.
    let new = serde_json::from_value(json!({ "name": "Late Post", "kind": "newspaper" })).unwrap();
    let late = outlets::create_outlet(&app.services.for_attempt(Some(dead)), new, &Author::command_line()).await;
    assert!(matches!(late, Err(onrecord::error::Error::IdempotencyInProgress { .. })), "{late:?}");
    app.get("/v1/outlets/late-post").await.expect_problem(404, "not_found");
    assert_eq!(shown(&post(&app, "/v1/outlets", "a", &body).await), shown(&taken_over));
}

#[actix_web::test]
async fn a_process_killed_between_its_commit_and_its_answer_has_left_the_answer() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Example Post", "kind": "newspaper" });
    let attempt = reserve_and_die(&app, &body).await;
    let new = serde_json::from_value(body.clone()).unwrap();
    let created =
        outlets::create_outlet(&app.services.for_attempt(Some(attempt)), new, &Author::command_line()).await.unwrap();
    // Nobody was told. The client repeats its request.
    let answer = post(&app, "/v1/outlets", "a", &body).await;
    assert_eq!(answer.expect(201)["id"], created.id.to_string());
    assert_eq!(answer.header("location"), Some(format!("/v1/outlets/{}", created.id).as_str()));
    assert_eq!(answer.header("etag"), app.get("/v1/outlets/example-post").await.header("etag"));
}

#[actix_web::test]
async fn a_request_that_is_cut_off_anywhere_may_be_repeated_and_is_done_once() {
    let app = TestApp::start().await;
    let article = app.post("/v1/articles", json!({ "text": TEXT })).await.expect(201);
    let found = article["quotes"].as_array().unwrap().len();
    let segments = json!([{ "start": 25, "end": 40, "verbatim": true }]);
    let body = json!({ "article_id": article["id"], "kind": "direct", "segments": segments });
    let cuts = 25;
    for cut in 0..cuts {
        let key = format!("cut-{cut}");
        let limit = std::time::Duration::from_millis(2 * cut);
        drop(tokio::time::timeout(limit, post(&app, "/v1/quotes", &key, &body)).await);
        let mut answer = post(&app, "/v1/quotes", &key, &body).await;
        for _ in 0..100 {
            if answer.status != 409 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            answer = post(&app, "/v1/quotes", &key, &body).await;
        }
        answer.expect(201);
    }
    let quotes = app.all_pages("/v1/quotes?limit=100").await.len();
    assert_eq!(quotes, found + usize::try_from(cuts).unwrap());
}

#[actix_web::test]
async fn old_answers_are_forgotten() {
    let app = TestApp::start_with(&[("idempotency.retention_seconds", "1")]).await;
    let body = json!({ "name": "Ada Example", "kind": "person" });
    post(&app, "/v1/actors", "a", &body).await.expect(201);
    assert_eq!(idempotency::forget_old_answers(&app.services).await.unwrap(), 0);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(idempotency::forget_old_answers(&app.services).await.unwrap(), 1);
    post(&app, "/v1/actors", "a", &body).await.expect_problem(409, "conflict");
}

#[actix_web::test]
async fn a_compressed_or_chunked_body_arrives_whole_behind_the_key() {
    let database = TestDatabase::create().await;
    let services = Services::start(database.settings(&[])).await.unwrap();
    let key = TestApp::on(services.clone()).key().await.to_owned();
    let server = RunningServer::start(services).await;
    let head = "POST /v1/actors HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nidempotency-key: a\r\n";
    let head = format!("{head}x-api-key: {key}\r\n");
    let body = "{\"name\": \"Ada Example\", \"kind\": \"person\"}";
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let first = server.exchange(&chunked).await;
    first.expect(201);
    let again = server.exchange(&format!("{head}content-length: {}\r\n\r\n{body}", body.len())).await;
    assert_eq!(shown(&again), shown(&first));
}

#[actix_web::test]
async fn the_text_of_an_api_key_is_kept_nowhere() {
    let app = TestApp::start().await;
    let body = json!({ "name": "reader", "scope": "read" });
    let first = post(&app, "/v1/keys", "a", &body).await.expect(201);
    let second = post(&app, "/v1/keys", "a", &body).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(app.database().lines("SELECT key AS line FROM idempotency_keys").await.len(), 0);
}
