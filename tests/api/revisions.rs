//! Revisions: who changed what, when and why, and what was there before.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

const ARTICLE: &str = "Russia will open posts around the Idlib de-escalation zone, Orsolya Vintner said.\n\n\
    \"I heard Sergey Lavrov say that the convoy would wait,\" Egeland said in Geneva.";

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

/// One resource of each kind, made over the API, and two changes to each.
pub async fn one_of_each(app: &TestApp) -> Vec<(String, [Value; 2])> {
    let article = app.post_text(ARTICLE).await;
    let actor =
        json!({ "name": "Ada Example", "kind": "person", "aliases": ["A. Example"], "roles": [{ "title": "Clerk" }] });
    let actor = app.post("/v1/actors", actor).await.expect(201);
    let outlet = app.post("/v1/outlets", json!({ "name": "Example Post", "kind": "newspaper" })).await.expect(201);
    let zone = json!({ "name": "Lake zone", "kind": "safe_zone", "status": "proposed" });
    let zone = app.post("/v1/zones", zone).await.expect(201);
    let agreement = json!({
        "name": "Harbour pact",
        "parties": [{ "actor": "russia", "part": "signatory" }],
        "zones": ["idlib-de-escalation-zone"]
    });
    let agreement = app.post("/v1/agreements", agreement).await.expect(201);
    let quote = &article["quotes"][0];
    vec![
        (format!("/v1/quotes/{}", id(quote)), [json!({ "review": "accepted" }), json!({ "said_on": "2017-01-30" })]),
        (format!("/v1/articles/{}", id(&article)), [json!({ "title": "Posts" }), json!({ "outlet": "tass" })]),
        (format!("/v1/actors/{}", id(&actor)), [json!({ "aliases": [] }), json!({ "roles": [] })]),
        (format!("/v1/outlets/{}", id(&outlet)), [json!({ "country": "NO" }), json!({ "country": null })]),
        (format!("/v1/zones/{}", id(&zone)), [json!({ "country": "NO" }), json!({ "status": "ended" })]),
        (format!("/v1/agreements/{}", id(&agreement)), [json!({ "parties": [] }), json!({ "zones": [] })]),
    ]
}

#[actix_web::test]
async fn every_change_is_kept_with_who_when_and_why() {
    let app = TestApp::start().await;
    let author = json!(app.get("/v1/keys").await.expect(200)["data"][0]["name"]);
    for (path, [first, second]) in one_of_each(&app).await {
        let made = app.get(&path).await.expect(200);
        let changed = app.patch(&format!("{path}?reason=%20The%20map%20says%20so.%20"), first).await.expect(200);
        let again = app.patch(&path, second).await.expect(200);
        app.delete(&format!("{path}?reason=Twice+there")).await.expect(204);

        let revisions = app.get(&format!("{path}/revisions")).await.expect(200)["data"].clone();
        let revisions = revisions.as_array().unwrap();
        let told: Vec<(&str, i64, &Value)> = revisions
            .iter()
            .map(|revision| {
                assert_eq!(revision["author"]["name"], author, "{path}");
                (revision["change"].as_str().unwrap(), revision["version"].as_i64().unwrap(), &revision["reason"])
            })
            .collect();
        let expected = [
            ("deleted", 3, &json!("Twice there")),
            ("updated", 3, &Value::Null),
            ("updated", 2, &json!("The map says so.")),
            ("created", 1, &Value::Null),
        ];
        assert_eq!(told, expected, "{path}");
        let states = [&Value::Null, &again, &changed, &made, &Value::Null];
        for (revision, pair) in revisions.iter().zip(states.windows(2)) {
            assert_eq!(&revision["after"], pair[0], "{path}: {}", revision["change"]);
            assert_eq!(&revision["before"], pair[1], "{path}: {}", revision["change"]);
        }
        assert_eq!(revisions[1]["at"], again["updated_at"], "{path}");
        assert_eq!(revisions[2]["at"], changed["updated_at"], "{path}");
        assert_eq!(revisions[3]["at"], made["created_at"], "{path}");
        for limit in 1..5 {
            assert_eq!(app.all_pages(&format!("{path}/revisions?limit={limit}")).await, *revisions, "{path}");
        }
    }
    assert_history_is_whole(app.database()).await;
}

/// What a query finds that must find nothing.
async fn assert_nothing(database: &TestDatabase, what: &str, query: &str) {
    assert_eq!(database.lines(query).await, Vec::<String>::new(), "{what}");
}

/// Every kept row ends where the next version of it begins, or where it was deleted; and the rows of a part go with those of
/// what they are a part of.
pub async fn assert_history_is_whole(database: &TestDatabase) {
    for table in ["outlets", "actors", "zones", "agreements", "articles", "quotes"] {
        let owner = if table == "quotes" { "h.article_id" } else { "h.id" };
        let next = |rows: &str| {
            format!("SELECT 1 FROM {rows} n WHERE n.id = h.id AND n.version = h.version + 1 AND n.updated_at = h.until")
        };
        let query = format!(
            "SELECT CAST(h.id AS text) AS line FROM {table}_history h
             WHERE NOT EXISTS ({}) AND NOT EXISTS ({}) AND NOT EXISTS (
                 SELECT 1 FROM changes c WHERE c.resource_id IN (h.id, {owner}) AND c.at = h.until
                     AND c.change IN ('deleted', 'merged')
             )",
            next(table),
            next(&format!("{table}_history")),
        );
        assert_nothing(database, table, &query).await;
        let changed = format!(
            "SELECT CAST(r.id AS text) AS line FROM {table} r WHERE r.version > 1 AND NOT EXISTS (
                 SELECT 1 FROM {table}_history h WHERE h.id = r.id AND h.version = r.version - 1
             )"
        );
        assert_nothing(database, table, &changed).await;
    }
    for (table, column, parent) in [
        ("actor_names", "actor_id", "actors"),
        ("actor_roles", "actor_id", "actors"),
        ("zone_transitions", "zone_id", "zones"),
        ("agreement_parties", "agreement_id", "agreements"),
        ("agreement_zones", "agreement_id", "agreements"),
        ("article_sources", "article_id", "articles"),
        ("mentions", "quote_id", "quotes"),
    ] {
        let query = format!(
            "SELECT CAST(c.{column} AS text) AS line FROM {table}_history c WHERE c.{column} IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM {parent}_history p WHERE p.id = c.{column} AND p.updated_at = c.since AND p.until = c.until
             )"
        );
        assert_nothing(database, table, &query).await;
    }
}

pub async fn count(database: &TestDatabase, rows: &str) -> u64 {
    database.lines(&format!("SELECT CAST(count(*) AS text) AS line FROM {rows}")).await[0].parse().unwrap()
}

#[actix_web::test]
async fn what_was_there_before_is_kept_with_all_its_parts() {
    let app = TestApp::start().await;
    let database = app.database();
    let page = "<html><head><title>Posts</title></head><body><article><h1>Posts</h1><p>Russia will open posts around the Idlib \
        de-escalation zone, Russian Foreign Minister Sergey Lavrov said on Monday.</p></article></body></html>";
    let article = app.send(Method::POST, "/v1/articles", "text/html", page).await.expect(201);
    let quote = &article["quotes"][0];
    let (of_quote, of_story) = (quote["mentions"].as_array().unwrap(), article["mentions"].as_array().unwrap());
    assert!(!of_quote.is_empty() && !of_story.is_empty(), "{article}");
    assert_eq!(count(database, "quotes_history").await, 0);

    app.patch(&format!("/v1/quotes/{}", id(quote)), json!({ "review": "accepted" })).await.expect(200);
    assert_eq!(count(database, "quotes_history").await, 1);
    let kept = of_quote.len() as u64;
    assert_eq!(count(database, "mentions_history WHERE quote_id IS NOT NULL").await, kept);
    assert_eq!(count(database, "mentions_history WHERE quote_id IS NULL").await, 0);

    app.delete(&format!("/v1/articles/{}", id(&article))).await.expect(204);
    assert_eq!(count(database, "articles_history").await, 1);
    assert_eq!(count(database, "article_sources_history").await, 1);
    assert_eq!(count(database, "quotes_history").await, 2);
    assert_eq!(count(database, "mentions_history WHERE quote_id IS NOT NULL").await, 2 * kept);
    assert_eq!(count(database, "mentions_history WHERE quote_id IS NULL").await, of_story.len() as u64);
    // All of one moment.
    assert_eq!(
        count(database, "(SELECT DISTINCT until FROM articles_history UNION SELECT max(until) FROM quotes_history) x")
            .await,
        1
    );

    let actor =
        json!({ "name": "Ada Example", "kind": "person", "aliases": ["A. Example"], "roles": [{ "title": "Clerk" }] });
    app.post("/v1/actors", actor).await.expect(201);
    app.patch("/v1/actors/ada-example", json!({ "aliases": [], "roles": [] })).await.expect(200);
    assert_eq!(count(database, "actor_names_history").await, 2);
    assert_eq!(count(database, "actor_roles_history").await, 1);
    assert_history_is_whole(database).await;
}

#[actix_web::test]
async fn an_article_is_written_down_once_however_many_quotes_it_has() {
    let app = TestApp::start().await;
    let before = count(app.database(), "changes").await;
    let article = app.post_text(ARTICLE).await;
    assert!(article["quotes"].as_array().unwrap().len() >= 3, "{article}");
    let strangers = app.all_pages("/v1/actors?review=machine").await.len() as u64;
    assert!(strangers > 0);
    assert_eq!(count(app.database(), "changes").await, before + 1 + strangers);
    // The same again changes nothing.
    app.post("/v1/articles", json!({ "text": ARTICLE })).await.expect(200);
    assert_eq!(count(app.database(), "changes").await, before + 1 + strangers);
    assert_eq!(count(app.database(), "quotes_history").await + count(app.database(), "mentions_history").await, 0);
    for quote in article["quotes"].as_array().unwrap() {
        let path = format!("/v1/quotes/{}/revisions", id(quote));
        let revisions = app.get(&path).await.expect(200)["data"].clone();
        assert_eq!(revisions.as_array().unwrap().len(), 1);
        assert_eq!(revisions[0]["change"], "created");
        assert_eq!(revisions[0]["after"], *quote);
        assert_eq!(revisions[0]["at"], article["created_at"]);
    }
}

#[actix_web::test]
async fn a_quote_that_loses_the_one_it_is_reported_in_is_changed_by_that() {
    let app = TestApp::start().await;
    let article = app.post_text(ARTICLE).await;
    let quotes = article["quotes"].as_array().unwrap();
    let inner = quotes.iter().find(|quote| !quote["nested_in"].is_null()).expect("a nested quote");
    let path = format!("/v1/quotes/{}", id(inner));
    app.delete(&format!("/v1/quotes/{}?reason=Misheard", inner["nested_in"].as_str().unwrap())).await.expect(204);
    let alone = app.get(&path).await.expect(200);
    assert_eq!((&alone["nested_in"], &alone["version"]), (&Value::Null, &json!(2)));
    let revisions = app.get(&format!("{path}/revisions")).await.expect(200)["data"].clone();
    assert_eq!(revisions[0]["before"], *inner);
    assert_eq!(revisions[0]["after"], alone);
    assert_eq!((&revisions[0]["change"], &revisions[0]["reason"]), (&json!("updated"), &json!("Misheard")));
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn what_ships_with_the_program_was_made_by_it() {
    let app = TestApp::start().await;
    for path in [
        "/v1/outlets/tass",
        "/v1/actors/russia",
        "/v1/zones/idlib-de-escalation-zone",
        "/v1/agreements/astana-memorandum-2017",
    ] {
        let revisions = app.get(&format!("{path}/revisions")).await.expect(200)["data"].clone();
        assert_eq!(revisions.as_array().unwrap().len(), 1, "{path}");
        assert_eq!(revisions[0]["author"], json!({ "key": null, "name": "onrecord" }), "{path}");
        assert_eq!(revisions[0]["after"], app.get(path).await.expect(200), "{path}");
    }
}

#[actix_web::test]
async fn a_reason_is_a_short_text_and_belongs_to_a_change() {
    let app = TestApp::start().await;
    let path = "/v1/outlets/tass";
    for query in ["reason=", "reason=%20", "reason=a&reason=b", "reason=%00", &format!("reason={}", "a".repeat(501))] {
        let problem = app.patch(&format!("{path}?{query}"), json!({})).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "reason", "{query}");
    }
    app.patch(&format!("{path}?reason={}", "%C3%A4".repeat(500)), json!({})).await.expect(200);
    app.get(&format!("{path}?reason=a")).await.expect_problem(400, "invalid_query");
    let new = json!({ "name": "Example Post", "kind": "newspaper" });
    app.post("/v1/outlets?reason=a", new).await.expect_problem(400, "invalid_query");
}

#[actix_web::test]
async fn there_are_no_revisions_of_what_never_was() {
    let app = TestApp::start().await;
    for resource in ["articles", "quotes", "actors", "zones", "agreements", "outlets"] {
        for key in ["nothing-has-this-slug", "01970000-0000-7000-8000-000000000001"] {
            app.get(&format!("/v1/{resource}/{key}/revisions")).await.expect_problem(404, "not_found");
        }
    }
    // An id of one kind is none of another.
    let russia = app.get("/v1/actors/russia").await.expect(200);
    app.get(&format!("/v1/zones/{}/revisions", id(&russia))).await.expect_problem(404, "not_found");
    app.get("/v1/actors/russia/revisions?cursor=nonsense").await.expect_problem(400, "invalid_cursor");
}
