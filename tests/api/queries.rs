//! How many statements a read runs: as many for fifty rows as for one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use diesel::connection::InstrumentationEvent;
use diesel_async::AsyncConnection;
use onrecord::models::Scope;
use onrecord::repository::Connection;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const ROWS: usize = 50;

/// The statements that run on the one connection of a service.
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    async fn of(app: &TestApp) -> Self {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let writer = Arc::clone(&seen);
        let note = move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                writer.lock().unwrap().push(query.to_string());
            }
        };
        match &mut app.services.database.connect().await.unwrap() {
            Connection::Postgres(connection) => connection.exclusive().unwrap().set_instrumentation(note),
            Connection::Sqlite(connection) => connection.set_instrumentation(note),
        }
        Self(seen)
    }

    /// What a read by nobody in particular answers, and the statements that it ran.
    async fn of_read(&self, app: &TestApp, path: &str) -> (Value, Vec<String>) {
        self.0.lock().unwrap().clear();
        let answer: Answer = app.send_from(None, Method::GET, path, &[], "").await;
        (answer.expect(200), std::mem::take(&mut *self.0.lock().unwrap()))
    }
}

/// Fifty of everything, each as rich as the next.
async fn fill(app: &TestApp) {
    for number in 0..ROWS {
        let text = format!(
            "MOSCOW, May 5, 2018. /TASS/. \"We support the Idlib de-escalation zone in round number {number},\" \
             Russian Foreign Minister Sergey Lavrov said on Saturday."
        );
        app.post("/v1/articles", json!({ "text": text })).await.expect(201);
    }
    // What all agreements name.
    let zone = json!({ "name": "Aleppo ice", "kind": "buffer_zone", "status": "in_force" });
    app.post("/v1/zones", zone).await.expect(201);
    // After the articles: the next article would be read by an extractor that was made anew.
    for number in 0..ROWS {
        let actor = json!({
            "name": format!("Quillon Number {number}"), "kind": "person", "country": "AQ", "parent": "russia",
            "aliases": ["Q"], "roles": [{ "title": "Envoy", "organisation": "united-nations" }],
        });
        let actor = app.post("/v1/actors", actor).await.expect(201);
        let zone = json!({
            "name": format!("Ice zone {number}"), "kind": "buffer_zone", "status": "in_force", "parent": "idlib-de-escalation-zone",
            "geometry": { "type": "LineString", "coordinates": [[number, -80], [number, -70]] },
        });
        let zone = app.post("/v1/zones", zone).await.expect(201);
        let agreement = json!({
            "name": format!("Ice treaty {number}"), "zones": [zone["id"], "aleppo-ice"],
            "parties": [{ "actor": actor["id"], "part": "signatory" }, { "actor": "quillon-number-0", "part": "monitor" }],
        });
        app.post("/v1/agreements", agreement).await.expect(201);
        app.post("/v1/outlets", json!({ "name": format!("Ice news {number}"), "kind": "website", "country": "AQ" }))
            .await
            .expect(201);
        app.new_key(Scope::Read).await;
    }
}

/// A service that makes each answer anew, on one connection, whose statements are counted.
async fn start() -> TestApp {
    TestApp::start_with(&[("database.max_connections", "1"), ("server.max_kept_bytes", "0")]).await
}

#[actix_web::test]
async fn fifty_rows_take_as_many_statements_as_one() {
    let app = start().await;
    fill(&app).await;
    let statements = Statements::of(&app).await;
    let mut counted = BTreeMap::new();
    // The first is the pool's: whether the connection still lives.
    for (list, includes, most, most_with_all) in [
        ("/v1/quotes?speaker=sergey-lavrov", &["speaker", "article", "outlet"][..], 5, 11),
        ("/v1/articles?outlet=tass", &["outlet", "quotes"], 3, 7),
        ("/v1/positions?actor=sergey-lavrov", &[], 6, 6),
        ("/v1/actors?country=AQ", &["parent", "organisations"], 5, 9),
        ("/v1/zones?bbox=-1,-85,60,-75", &["parent", "agreements"], 8, 16),
        ("/v1/agreements?actor=quillon-number-0", &["zones", "parties"], 5, 14),
        ("/v1/outlets?country=AQ", &[], 2, 2),
    ] {
        let all = includes.join(",");
        let asked =
            std::iter::once("").chain(includes.iter().copied()).chain((!all.is_empty()).then_some(all.as_str()));
        for include in asked {
            let include_too = if include.is_empty() { String::new() } else { format!("&include={include}") };
            let (one, for_one) = statements.of_read(&app, &format!("{list}&limit=1{include_too}")).await;
            let (fifty, for_fifty) = statements.of_read(&app, &format!("{list}&limit=50{include_too}")).await;
            assert_eq!(one["data"].as_array().unwrap().len(), 1, "{list}");
            assert_eq!(fifty["data"].as_array().unwrap().len(), ROWS, "{list}");
            assert_eq!(for_one.len(), for_fifty.len(), "{list}{include_too}: {for_one:#?} {for_fifty:#?}");
            let bound = if include.is_empty() { most } else { most_with_all };
            assert!((1..=bound).contains(&for_fifty.len()), "{list}{include_too}: {for_fifty:#?}");
            counted.insert((list, include.to_owned()), for_fifty.len());
        }
        let (_, for_total) = statements.of_read(&app, &format!("{list}&limit=50&count=true")).await;
        // Whatever lies in an area is looked at to be counted, by the statements that the page takes.
        let to_count = usize::from(!list.contains("bbox="));
        assert_eq!(for_total.len(), counted[&(list, String::new())] + to_count, "{list}: {for_total:#?}");
        let (lean, rich) = (counted[&(list, String::new())], counted[&(list, all.clone())]);
        assert!(all.is_empty() || rich > lean, "{list}: what comes along is read from somewhere");
    }
}

#[actix_web::test]
async fn a_resource_that_shows_much_takes_as_many_statements_as_one_that_shows_little() {
    let app = start().await;
    let paragraph = |number| {
        format!("\"The Idlib de-escalation zone, round {number},\" Russian Foreign Minister Sergey Lavrov said.")
    };
    let text = |count: usize| {
        let paragraphs: Vec<String> = (0..count).map(paragraph).collect();
        format!("MOSCOW, May 5, 2018. /TASS/. {}", paragraphs.join("\n\n"))
    };
    let mut pairs = Vec::new();
    let (little, much) = (app.post_text(&text(1)).await, app.post_text(&text(30)).await);
    assert_eq!(much["quotes"].as_array().unwrap().len(), 30);
    pairs.push(("articles", "outlet,quotes", little["id"].clone(), much["id"].clone()));
    let quotes = |article: &Value| json!(format!("{}/quotes", article["id"].as_str().unwrap()));
    pairs.push(("articles", "speaker,article,outlet", quotes(&little), quotes(&much)));
    let zones: Vec<Value> = app.get("/v1/zones").await.expect(200)["data"].as_array().unwrap().clone();
    let slugs: Vec<&Value> = zones.iter().map(|zone| &zone["slug"]).collect();
    let actors = app.get("/v1/actors?kind=state&limit=30").await.expect(200)["data"].as_array().unwrap().clone();
    let parties: Vec<Value> = actors.iter().map(|actor| json!({ "actor": actor["id"], "part": "monitor" })).collect();
    let create = async |name: &str, count: usize| {
        let new = json!({
            "name": name, "zones": &slugs[..count.min(slugs.len())], "parties": &parties[..count.min(parties.len())]
        });
        app.post("/v1/agreements", new).await.expect(201)["id"].clone()
    };
    pairs.push(("agreements", "zones,parties", create("One", 1).await, create("Many", 30).await));
    let statements = Statements::of(&app).await;
    for (collection, all, little, much) in pairs {
        for include in ["", &*format!("?include={all}")] {
            let path = |id: &Value| format!("/v1/{collection}/{}{include}", id.as_str().unwrap());
            let (_, for_little) = statements.of_read(&app, &path(&little)).await;
            let (answer, for_much) = statements.of_read(&app, &path(&much)).await;
            assert_eq!(for_little.len(), for_much.len(), "{collection} {include}: {for_little:#?} {for_much:#?}");
            assert!((2..=12).contains(&for_much.len()), "{answer} {for_much:#?}");
        }
    }
}

#[actix_web::test]
async fn fifty_changes_take_as_many_statements_as_one() {
    let app = start().await;
    let first = app.get("/v1/changes?limit=1").await.expect(200);
    let cursor = first["cursor"].as_str().unwrap();
    let statements = Statements::of(&app).await;
    for (filter, most) in [("", 4), (&*format!("&since={cursor}"), 5), ("&resource=actor&change=created", 5)] {
        let (one, for_one) = statements.of_read(&app, &format!("/v1/changes?limit=1{filter}")).await;
        let (fifty, for_fifty) = statements.of_read(&app, &format!("/v1/changes?limit=50{filter}")).await;
        assert_eq!(one["data"].as_array().unwrap().len(), 1, "{filter}");
        assert_eq!(fifty["data"].as_array().unwrap().len(), ROWS, "{filter}");
        assert_eq!(for_one.len(), for_fifty.len(), "{filter}: {for_one:#?} {for_fifty:#?}");
        assert!((1..=most).contains(&for_fifty.len()), "{filter}: {for_fifty:#?}");
    }
}
