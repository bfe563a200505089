//! Answers that are kept: the same bytes to the same question, for as long as nothing is written and no longer.

use actix_web::http::Method;
use onrecord::services::Services;
use serde_json::json;

use crate::support::{Answer, TestApp};

const ARTICLE: &str = "The road is open, Orsolya Vintner said. Two zones stay closed, she added.";

fn is_kept(answer: &Answer) -> bool {
    match answer.header("cache-status") {
        Some("onrecord; hit") => true,
        None | Some("onrecord; fwd=miss; stored") => false,
        other => panic!("{other:?}"),
    }
}

/// Asks until the answer is one that was kept: on a server of PostgreSQL, what other tests write counts too.
async fn kept(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    for _ in 0..500 {
        let answer = app.get_with(path, headers).await;
        answer_is_ok(&answer);
        if is_kept(&answer) {
            return answer;
        }
    }
    panic!("{path} is never kept");
}

#[track_caller]
fn answer_is_ok(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 200, "{}", String::from_utf8_lossy(&answer.bytes));
}

/// The headers that are the same for the same answer.
fn of_the_answer(answer: &Answer) -> Vec<(String, String)> {
    let of_the_request = ["x-request-id", "traceparent", "cache-status"];
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !of_the_request.contains(&name.as_str()) && !name.as_str().starts_with("ratelimit"));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    headers
}

#[actix_web::test]
async fn the_same_question_gets_the_same_answer_again() {
    let app = TestApp::start().await;
    let article = app.post_text(ARTICLE).await;
    let (article, quote) = (article["id"].as_str().unwrap(), article["quotes"][0]["id"].as_str().unwrap());
    for path in [
        format!("/v1/quotes/{quote}"),
        format!("/v1/articles/{article}?include=quotes"),
        format!("/v1/quotes?article={article}&fields=id,text"),
        "/v1/quotes?limit=1&count=true".to_owned(),
        "/v1/actors".to_owned(),
        "/v1/zones?limit=2".to_owned(),
        "/v1/stats/quotes?group_by=kind".to_owned(),
        "/v1/statements".to_owned(),
        "/v1/positions".to_owned(),
    ] {
        let fresh = app.get_with(&path, &[("x-request-id", "one")]).await;
        answer_is_ok(&fresh);
        let again = kept(&app, &path, &[("x-request-id", "two")]).await;
        assert_eq!(again.bytes, fresh.bytes, "{path}");
        assert_eq!(of_the_answer(&again), of_the_answer(&fresh), "{path}");
        assert_eq!(again.header("x-request-id"), Some("two"));
    }
}

#[actix_web::test]
async fn what_is_written_is_read_at_once() {
    let app = TestApp::start().await;
    // As another process has it.
    let other = TestApp::on(Services::start(app.database().settings(&[])).await.unwrap());
    app.post("/v1/zones", json!({ "name": "Lake zone", "kind": "safe_zone", "status": "proposed" })).await.expect(201);
    for number in 0..40 {
        let (reader, writer) = if number % 2 == 0 { (&app, &other) } else { (&other, &app) };
        for _ in 0..2 {
            answer_is_ok(&reader.get("/v1/zones/lake-zone").await);
            answer_is_ok(&reader.get("/v1/zones").await);
        }
        let name = format!("Lake zone {number}");
        writer.patch("/v1/zones/lake-zone", json!({ "name": name })).await.expect(200);
        for app in [reader, writer] {
            assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200)["name"], name.as_str());
            let zones = app.get("/v1/zones").await.expect(200);
            let names = zones["data"].as_array().unwrap().iter().map(|zone| zone["name"].as_str().unwrap());
            assert_eq!(names.filter(|known| known.starts_with("Lake zone")).collect::<Vec<_>>(), [name.as_str()]);
        }
    }
    app.delete("/v1/zones/lake-zone").await.expect(204);
    other.get("/v1/zones/lake-zone").await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn another_question_is_not_answered_with_it() {
    let app = TestApp::start().await;
    app.post_text(ARTICLE).await;
    let path = "/v1/quotes?count=true";
    let plain = kept(&app, path, &[]).await;
    let zipped = kept(&app, path, &[("accept-encoding", "gzip")]).await;
    assert_eq!((plain.header("content-encoding"), zipped.header("content-encoding")), (None, Some("gzip")));
    assert_ne!(plain.header("etag"), zipped.header("etag"));
    assert_eq!(zipped.bytes[..2], [0x1f, 0x8b], "gzip");
    let other = kept(&app, "/v1/quotes?count=true&kind=direct", &[]).await;
    assert_ne!(other.bytes, plain.bytes);

    let quote = plain.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/quotes/{quote}");
    let json = kept(&app, &path, &[("accept", "application/json")]).await;
    let linked = kept(&app, &path, &[("accept", "application/ld+json")]).await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert!(linked.header("content-type").unwrap().starts_with("application/ld+json"));
    app.get_with(&path, &[("accept", "image/png")]).await.expect_problem(406, "not_acceptable");
}

#[actix_web::test]
async fn who_has_it_already_need_not_take_it_again() {
    let app = TestApp::start().await;
    let answer = kept(&app, "/v1/outlets?limit=1", &[("accept-encoding", "br")]).await;
    let tag = answer.header("etag").unwrap();
    let headers = [("accept-encoding", "br"), ("if-none-match", tag)];
    let unchanged = app.get_with("/v1/outlets?limit=1", &headers).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.bytes.len()), (304, 0));
    let head = app.send_with(Method::HEAD, "/v1/outlets?limit=1", &[("accept-encoding", "br")], "").await;
    assert_eq!(head.header("etag"), Some(tag));
}

#[actix_web::test]
async fn what_needs_a_key_needs_it_where_it_is_kept() {
    let app = TestApp::start_with(&[("access.public_read", "false")]).await;
    let answer = kept(&app, "/v1/actors", &[]).await;
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    app.send_from(None, Method::GET, "/v1/actors", &[], "").await.expect_problem(401, "key_required");
}

#[actix_web::test]
async fn only_what_follows_from_the_data_is_kept() {
    let app = TestApp::start().await;
    for path in ["/v1/keys", "/v1/changes", "/v1/imports", "/v1/webhooks", "/v1/exports/actors.ndjson", "/readyz"] {
        for _ in 0..3 {
            assert_eq!(app.get(path).await.header("cache-status"), None, "{path}");
        }
    }
    for path in ["/v1/quotes/01900000-0000-7000-8000-000000000000", "/v1/quotes?limit=0"] {
        for _ in 0..3 {
            assert_eq!(app.get(path).await.header("cache-status"), None, "{path}");
        }
    }
}

#[actix_web::test]
async fn nothing_is_kept_where_there_is_no_room() {
    let app = TestApp::start_with(&[("server.max_kept_bytes", "0")]).await;
    for _ in 0..3 {
        assert_eq!(app.get("/v1/actors").await.header("cache-status"), None);
    }
    // Room for a few: the others go.
    let app = TestApp::start_with(&[("server.max_kept_bytes", "65536")]).await;
    for number in 0..300 {
        answer_is_ok(&app.get(&format!("/v1/actors?limit=1&country=A{}", (b'A' + number as u8 % 26) as char)).await);
    }
    kept(&app, "/v1/actors?limit=1", &[]).await;
}
