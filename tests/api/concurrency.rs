//! Many clients at once, and clients that hang up.

use std::time::Duration;

use actix_web::http::Method;
use futures_util::future::join_all;
use onrecord::error::Error;
use onrecord::models::{Key, Scope};
use onrecord::repository::{self, Connection};
use onrecord::services::{Services, outlets};
use serde_json::json;

use crate::support::{TestApp, TestDatabase};

#[actix_web::test]
async fn a_write_that_is_cancelled_holds_no_lock() {
    let database = TestDatabase::create().await;
    let flags = [("database.sqlite_busy_timeout_ms", "50"), ("database.max_connections", "2")];
    let app = TestApp::on(Services::start(database.settings(&flags)).await.unwrap());
    for _ in 0..4 {
        let hanging = app.services.database.transaction(async |connection| {
            let page = onrecord::pagination::PageRequest::new(1, None, &())?;
            repository::outlets::list_outlets(connection, &Default::default(), &page).await?;
            repository::gazetteer::count_gazetteer_change(connection).await?;
            std::future::pending::<onrecord::error::Result<()>>().await
        });
        let cancelled = actix_web::rt::time::timeout(Duration::from_millis(200), hanging).await;
        assert!(cancelled.is_err(), "it hangs until it is dropped");
        let new = json!({ "name": "TASS of the day", "kind": "website" });
        app.post("/v1/outlets", new).await.expect(201);
        app.delete("/v1/outlets/tass-of-the-day").await.expect(204);
    }
}

#[actix_web::test]
async fn of_two_things_done_at_once_the_one_that_broke_the_transaction_is_told() {
    let app = TestApp::start().await;
    let both = app.services.database.transaction(async |connection| {
        let known = repository::outlets::find_outlet(connection, &Key::Slug("tass".to_owned())).await?;
        // PostgreSQL answers nothing more in this transaction.
        let create = async |c: &mut Connection| repository::outlets::create_outlet(c, &known).await;
        connection.both(create, async |c| repository::outlets::all_outlets(c).await).await
    });
    let both = both.await;
    assert!(matches!(&both, Err(Error::Conflict(why)) if why.contains("tass")), "{both:?}");
    let both = app.services.database.transaction(async |connection| {
        let find = async |c: &mut Connection| repository::outlets::find_outlet(c, &Key::Slug("tass".to_owned())).await;
        connection.both(find, async |c| repository::outlets::all_outlets(c).await).await
    });
    let (one, all) = both.await.unwrap();
    assert!(all.contains(&one));
}

#[actix_web::test]
async fn articles_that_name_the_same_strangers_make_one_actor_of_each() {
    let app = TestApp::start_with(&[("database.max_connections", "8"), ("database.acquire_timeout_ms", "60000")]).await;
    let send = |number: usize| {
        // In turns, so that two that wait for each other would show.
        let (one, other) = if number.is_multiple_of(2) {
            ("Orsolya Vintner", "Bela Kertesz")
        } else {
            ("Bela Kertesz", "Orsolya Vintner")
        };
        let text = format!("Road {number} is open, {one} said.\n\nIt will stay open, {other} said.");
        app.post("/v1/articles", json!({ "text": text }))
    };
    for (answer, body) in join_all((0..16).map(send)).await.iter().map(|answer| (answer.status, answer.json())) {
        assert_eq!(answer, 201, "{body}");
        assert_eq!(body["quotes"].as_array().unwrap().len(), 2, "{body}");
    }
    let strangers = app.all_pages("/v1/actors?review=machine").await;
    let slugs: Vec<&str> = strangers.iter().map(|actor| actor["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["bela-kertesz", "orsolya-vintner"]);
}

#[actix_web::test]
async fn an_article_is_read_with_all_that_is_known_as_it_is_sent() {
    let app = TestApp::start().await;
    for name in ["The Road", "The Lane"] {
        app.post("/v1/outlets", json!({ "name": name, "kind": "website" })).await.expect(201);
    }
    let app = &app;
    let send = async |number: usize, outlet: &str| {
        let text = format!("Road {number} is open, Vintner said on Monday.");
        app.post("/v1/articles", json!({ "text": text, "outlet": outlet })).await
    };
    let speaker =
        async |number| send(number, "the-road").await.expect(201)["quotes"][0]["speaker"]["actor"]["slug"].clone();
    assert_eq!(join_all((0..8).map(speaker)).await, [(); 8].map(|()| json!(null)));
    let actor = json!({ "name": "Orsolya Vintner", "kind": "person", "aliases": ["Vintner"] });
    app.post("/v1/actors", actor).await.expect(201);
    assert_eq!(join_all((8..16).map(speaker)).await, [(); 8].map(|()| json!("orsolya-vintner")));
    app.delete("/v1/outlets/the-lane").await.expect(204);
    let refused = send(16, "the-lane").await;
    assert_eq!(refused.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/outlet");
}

#[actix_web::test]
async fn articles_that_come_in_together_are_committed_together_and_answered_each_for_itself() {
    let app = TestApp::start_with(&[("database.max_connections", "8"), ("database.acquire_timeout_ms", "60000")]).await;
    let keys = [app.new_key(Scope::Write).await, app.new_key(Scope::Write).await];
    let app = &app;
    // Each text comes twice, from two clients; of three texts two have the same address, and are the same article.
    let send = |number: usize| {
        let text = format!("Road {} is open, Orsolya Vintner said.", number / 2);
        let mut body = json!({ "text": text });
        if number / 2 % 3 < 2 {
            body["url"] = format!("https://example.org/{}", number / 6).into();
        }
        let bearer = format!("Bearer {}", keys[number % 2].text);
        let repeat = format!("article-{number}");
        async move {
            let headers = [
                ("content-type", "application/json"),
                ("authorization", bearer.as_str()),
                ("idempotency-key", repeat.as_str()),
            ];
            app.send_with(Method::POST, "/v1/articles", &headers, body.to_string()).await
        }
    };
    let answers = join_all((0..48).map(send)).await;
    let mut new = 0;
    for (number, answer) in answers.iter().enumerate() {
        let body = answer.json();
        assert!([200, 201].contains(&answer.status.as_u16()), "{number}: {body}");
        new += usize::from(answer.status == 201);
        let twin = answers[number ^ 1].json();
        assert_eq!(body["id"], twin["id"], "{number} and {} are the same", number ^ 1);
    }
    let stored = app.all_pages("/v1/articles").await;
    assert_eq!((new, stored.len()), (16, 16));
    let log = app.all_pages("/v1/changes?resource=article&limit=200").await;
    assert_eq!(log.len(), 16);
    for (number, first) in answers.iter().enumerate() {
        let again = send(number).await;
        assert_eq!((again.status, &again.bytes), (first.status, &first.bytes), "{number}");
    }
    let database = app.database();
    if database.is_postgres() {
        let transactions = database.lines("SELECT count(DISTINCT xmin::text)::text AS line FROM articles").await;
        let transactions: usize = transactions[0].parse().unwrap();
        assert!(transactions < 16, "{transactions} transactions for 16 articles");
    }
}

#[actix_web::test]
async fn patches_of_different_fields_at_the_same_moment_are_all_kept() {
    let app = TestApp::start_with(&[("database.max_connections", "8"), ("database.acquire_timeout_ms", "60000")]).await;
    let article = app.post_text("The road is open, Orsolya Vintner said.").await;
    let article_path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    let quote_path = format!("/v1/quotes/{}", article["quotes"][0]["id"].as_str().unwrap());
    for (path, patches) in [
        ("/v1/outlets/tass", [json!({"source": "a"}), json!({"wikidata": "Q1"}), json!({"country": "NO"})]),
        ("/v1/actors/russia", [json!({"source": "a"}), json!({"wikidata": "Q1"}), json!({"capital": "Oslo"})]),
        (
            "/v1/zones/us-safe-zones-proposal",
            [json!({"country": "NO"}), json!({"wikidata": "Q1"}), json!({"description": "a"})],
        ),
        (
            "/v1/agreements/astana-memorandum-2017",
            [json!({"place": "a"}), json!({"url": "https://example.org/a"}), json!({"sources": ["a"]})],
        ),
        (&article_path, [json!({"title": "a"}), json!({"language": "no"}), json!({"subtitle": "b"})]),
        (&quote_path, [json!({"said_on": "2017-01-01"}), json!({"kind": "mixed"}), json!({"review": "rejected"})]),
    ] {
        let before = app.get(path).await.expect(200)["version"].as_i64().unwrap();
        for answer in join_all(patches.iter().map(|patch| app.patch_if("*", path, patch.clone()))).await {
            answer.expect(200);
        }
        let after = app.get(path).await.expect(200);
        for (field, value) in patches.iter().flat_map(|patch| patch.as_object().unwrap()) {
            // The quote's state of review follows whichever came last.
            assert!(after[field] == *value || field == "review", "{path}: {field} was lost: {after}");
        }
        assert_eq!(after["version"].as_i64().unwrap(), before + 3, "{path}");
    }
}

#[actix_web::test]
async fn what_is_busy_says_so() {
    let database = TestDatabase::create().await;
    if database.is_postgres() {
        return; // no single writer there
    }
    let flags = [("database.sqlite_busy_timeout_ms", "20")];
    let one = TestApp::on(Services::start(database.settings(&flags)).await.unwrap());
    let other = TestApp::on(Services::start(database.settings(&flags)).await.unwrap());
    other.key().await;
    one.services
        .database
        .transaction(async |_| {
            let answer = other.post("/v1/outlets", json!({ "name": "Late", "kind": "website" })).await;
            answer.expect_problem(503, "unavailable");
            assert!(answer.header("retry-after").is_some());
            Ok(())
        })
        .await
        .unwrap();
    let found = outlets::find_outlet(&other.services, &"tass".parse().unwrap()).await;
    assert!(found.is_ok());
}
