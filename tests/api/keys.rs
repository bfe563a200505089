//! API keys over HTTP: made, listed, read, revoked, and never shown again.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::http::Method;
use onrecord::models::{KeyText, Scope};
use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

async fn make(app: &TestApp, body: Value) -> Value {
    app.post("/v1/keys", body).await.expect(201)
}

#[actix_web::test]
async fn a_key_is_shown_once_and_works() {
    let app = TestApp::start().await;
    let answer = app.post("/v1/keys", json!({ "name": "newsroom", "scope": "write" })).await;
    let made = answer.expect(201);
    let (id, text) = (made["id"].as_str().unwrap(), made["text"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(format!("/v1/keys/{id}").as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(text.starts_with("onr_") && text.len() == 76, "{text}");
    assert_eq!(made["prefix"], text[..12]);
    assert_eq!((&made["name"], &made["scope"]), (&json!("newsroom"), &json!("write")));
    for field in ["expires_at", "revoked_at", "revoked_by", "last_used_at"] {
        assert_eq!(made[field], Value::Null, "{field}");
    }

    let body = json!({ "name": "Bugle", "kind": "newspaper" }).to_string();
    let headers = [("x-api-key", text), ("content-type", "application/json")];
    app.send_with(Method::POST, "/v1/outlets", &headers, body).await.expect(201);
    app.get_with("/v1/keys", &[("x-api-key", text)]).await.expect_problem(403, "insufficient_scope");

    // What is shown later holds the beginning of the secret, and nothing more of it.
    for path in [format!("/v1/keys/{id}"), "/v1/keys".to_owned()] {
        let shown = String::from_utf8(app.get(&path).await.bytes).unwrap();
        assert!(shown.contains(&text[..12]) && !shown.contains(&text[..13]), "{shown}");
        assert!(!shown.contains("hash"), "{shown}");
    }
}

#[actix_web::test]
async fn the_database_holds_no_key_that_could_be_used() {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let text = app.new_key(Scope::Admin).await.text;
    let columns =
        ["name", "prefix", "hash", "scope"].map(|column| format!("CAST({column} AS text)")).join(" || ' ' || ");
    let rows = database.lines(&format!("SELECT {columns} || ' ' || CAST(created_by AS text) AS line FROM keys")).await;
    let row = rows.iter().find(|row| row.contains(&text[..12])).expect("its row");
    assert!(!row.contains(&text[12..20]) && !row.contains(&text[68..]), "{row}");
    let hash = text.parse::<KeyText>().unwrap().hash();
    assert!(hash.len() == 64 && row.contains(&hash), "{row}");
}

#[test]
fn no_two_keys_are_alike_and_every_digit_of_them_varies() {
    let keys: BTreeSet<String> = (0..200).map(|_| KeyText::generate().unwrap().reveal().to_owned()).collect();
    assert_eq!(keys.len(), 200);
    for place in 4..76 {
        let digits: BTreeSet<&str> = keys.iter().map(|key| &key[place..=place]).collect();
        assert!(digits.len() >= 10, "place {place}: {digits:?}");
    }
}

#[actix_web::test]
async fn one_wrong_digit_is_seen_before_the_database_is_asked() {
    let app = TestApp::start_with(&[("database.max_connections", "1"), ("database.acquire_timeout_ms", "200")]).await;
    let key = app.key().await.to_owned();
    let _held = app.services.database.connect().await.unwrap();
    for place in 4..76 {
        let digit = if &key[place..=place] == "a" { "b" } else { "a" };
        let wrong = format!("{}{digit}{}", &key[..place], &key[place + 1..]);
        app.get_with("/v1/actors", &[("x-api-key", &wrong)]).await.expect_problem(401, "invalid_key");
    }
    app.get("/v1/actors").await.expect_problem(503, "unavailable");
}

#[actix_web::test]
async fn keys_are_listed_the_newest_first_page_by_page_and_filtered() {
    let app = TestApp::start().await;
    app.key().await;
    for n in 0..5 {
        make(&app, json!({ "name": format!("reader {n}"), "scope": "read" })).await;
    }
    let last = make(&app, json!({ "name": "reviewer", "scope": "review", "expires_in_days": 1 })).await;
    let names = async |path: &str| -> Vec<String> {
        let rows = app.all_pages(path).await;
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = ["reviewer", "reader 4", "reader 3", "reader 2", "reader 1", "reader 0", "a test with admin"];
    assert_eq!(names("/v1/keys").await, all);
    assert_eq!(names("/v1/keys?limit=2").await, all);
    assert_eq!(names("/v1/keys?scope=review&scope=admin").await, ["reviewer", "a test with admin"]);
    app.post(&format!("/v1/keys/{}/revoke", last["id"].as_str().unwrap()), json!({})).await.expect(200);
    app.expired_key().await;
    assert_eq!(names("/v1/keys?active=true&limit=1").await.len(), 7, "the six others, and a new admin");
    let inactive = names("/v1/keys?active=false").await;
    assert_eq!(inactive, ["a test with admin", "reviewer"]);
    app.get("/v1/keys?scope=king").await.expect_problem(400, "invalid_query");
}

#[actix_web::test]
async fn a_key_expires_after_its_days() {
    let app = TestApp::start().await;
    let made = make(&app, json!({ "name": "trial", "scope": "read", "expires_in_days": 90 })).await;
    let instant = |field: &str| made[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(instant("expires_at").duration_since(instant("created_at")).as_hours(), 90 * 24);
    app.get_with("/v1/actors", &[("x-api-key", made["text"].as_str().unwrap())]).await.expect(200);
}

#[actix_web::test]
async fn a_revoked_key_is_refused_at_once_and_stays_in_the_list() {
    let app = TestApp::start().await;
    let made = make(&app, json!({ "name": "lost", "scope": "admin" })).await;
    let (id, text) = (made["id"].as_str().unwrap(), made["text"].as_str().unwrap());
    app.get_with("/v1/keys", &[("x-api-key", text)]).await.expect(200);
    let revoke = format!("/v1/keys/{id}/revoke");
    let revoked = app.post(&revoke, json!({})).await.expect(200);
    assert!(revoked["revoked_at"].is_string());
    assert_eq!(revoked["revoked_by"]["name"], "a test with admin");
    let problem = app.get_with("/v1/keys", &[("x-api-key", text)]).await.expect_problem(401, "revoked_key");
    assert!(problem["detail"].as_str().unwrap().contains(revoked["revoked_at"].as_str().unwrap()), "{problem}");
    let again = app.post(&revoke, json!({})).await.expect(200);
    assert_eq!(again["revoked_at"], revoked["revoked_at"], "the first time stays");
    assert_eq!(app.get(&format!("/v1/keys/{id}")).await.expect(200)["revoked_at"], revoked["revoked_at"]);
}

#[actix_web::test]
async fn a_key_does_not_revoke_itself() {
    let app = TestApp::start().await;
    let own = app.new_key(Scope::Admin).await;
    let path = format!("/v1/keys/{}/revoke", own.key.id);
    app.send_with(Method::POST, &path, &[("x-api-key", &own.text)], "").await.expect_problem(409, "conflict");
    app.get_with("/v1/keys", &[("x-api-key", &own.text)]).await.expect(200);
    app.post(&path, json!({})).await.expect(200);
}

#[actix_web::test]
async fn the_last_use_is_kept_and_not_for_every_request() {
    let app = TestApp::start().await;
    let other = app.new_key(Scope::Read).await;
    let last_use = async || app.get(&format!("/v1/keys/{}", other.key.id)).await.expect(200)["last_used_at"].clone();
    assert_eq!(last_use().await, Value::Null);
    let mut noted = Value::Null;
    for _ in 0..500 {
        app.get_with("/v1/actors?limit=1", &[("x-api-key", &other.text)]).await.expect(200);
        noted = last_use().await;
        if noted.is_string() {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(10)).await;
    }
    let at: jiff::Timestamp = noted.as_str().expect("noted").parse().unwrap();
    assert!(jiff::Timestamp::now().duration_since(at).as_secs() < 60);
    for _ in 0..5 {
        app.get_with("/v1/actors?limit=1", &[("x-api-key", &other.text)]).await.expect(200);
    }
    actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(last_use().await, noted, "once a minute is enough");
}

#[actix_web::test]
async fn a_wrong_body_is_refused_with_the_place_named() {
    let app = TestApp::start().await;
    for (body, pointer) in [
        (json!({ "name": " ", "scope": "read" }), "/name"),
        (json!({ "name": "x", "scope": "king" }), "/scope"),
        (json!({ "name": "x", "scope": "read", "expires_in_days": 0 }), "/expires_in_days"),
        (json!({ "name": "x", "scope": "read", "expires_in_days": 3651 }), "/expires_in_days"),
        (json!({ "name": "x", "scope": "read", "expires_in_days": -1 }), "/expires_in_days"),
        (json!({ "name": "x", "scope": "read", "text": "onr_mine" }), "/text"),
    ] {
        let problem = app.post("/v1/keys", body.clone()).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
    let unknown = "/v1/keys/01970000-0000-7000-8000-000000000001";
    app.get(unknown).await.expect_problem(404, "not_found");
    app.post(&format!("{unknown}/revoke"), json!({})).await.expect_problem(404, "not_found");
    app.get("/v1/keys/me").await.expect_problem(404, "not_found");
}
