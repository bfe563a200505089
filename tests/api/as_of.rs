//! `?as_of=`: what was known at an instant, on single resources and on lists.

use std::time::Duration;

use actix_web::http::Method;
use futures_util::future::join_all;
use onrecord::error::Result;
use onrecord::models::Instant;
use onrecord::repository;
use onrecord::services::{Services, outlets};
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

/// An instant after all that was done and before all that will be.
fn now() -> String {
    Instant::now().to_string()
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

/// The same address as of an instant.
fn at(path: &str, instant: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}as_of={instant}")
}

/// What an address gives, without what is another on each request.
async fn answer(app: &TestApp, path: &str) -> (u16, Value) {
    let answer = app.get(path).await;
    if answer.status == 308 {
        // It leads on to what was known at the same instant.
        let location = answer.header("location").unwrap();
        let instant = path.split_once("as_of=").map(|(_, instant)| format!("?as_of={instant}")).unwrap_or_default();
        return (308, json!(location.strip_suffix(&instant).unwrap()));
    }
    let mut body = answer.json();
    for field in ["request_id", "trace_id", "instance"] {
        body.as_object_mut().unwrap().remove(field);
    }
    forget_statements(&mut body);
    (answer.status.as_u16(), body)
}

/// Statements are made from what is known now: what a quote reported then is not known.
fn forget_statements(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(statement) = members.get_mut("statement_id") {
                *statement = Value::Null;
            }
            members.values_mut().for_each(forget_statements);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_statements),
        _ => {}
    }
}

/// A service with two articles: one of TASS with Lavrov on Idlib, one of Reuters with Trump.
struct World {
    app: TestApp,
    /// The one of TASS, with its quotes.
    article: Value,
    /// The one of Reuters.
    other: Value,
}

impl World {
    async fn start_with(flags: &[(&'static str, &str)]) -> Self {
        let app = TestApp::start_with(flags).await;
        let text = "MOSCOW, September 18. /TASS/. \"The Idlib de-escalation zone stands,\" Russian Foreign Minister Sergey \
                    Lavrov said on September 18.\n\n\"Turkey has done its share of the work,\" Lavrov said.";
        let article = app.post("/v1/articles", json!({ "text": text, "published_on": "2017-09-18" })).await.expect(201);
        let other = json!({
            "text": "WASHINGTON (Reuters) - The plan is ready, U.S. President Donald Trump said.",
            "published_on": "2018-01-05", "outlet": "reuters",
        });
        let other = app.post("/v1/articles", other).await.expect(201);
        Self { app, article, other }
    }

    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    fn quote(&self) -> String {
        format!("/v1/quotes/{}", id(&self.article["quotes"][0]))
    }

    /// Single resources, by id and by slug.
    async fn singles(&self) -> Vec<String> {
        let mut paths = vec![
            format!("/v1/articles/{}", id(&self.article)),
            format!("/v1/articles/{}", id(&self.other)),
            self.quote(),
            format!("/v1/quotes/{}", id(&self.article["quotes"][1])),
            format!("/v1/quotes/{}", id(&self.other["quotes"][0])),
        ];
        for by_slug in [
            "/v1/actors/sergey-lavrov",
            "/v1/actors/russia",
            "/v1/zones/idlib-de-escalation-zone",
            "/v1/agreements/astana-memorandum-2017",
            "/v1/outlets/tass",
        ] {
            let resource = self.app.get(by_slug).await.expect(200);
            let (collection, _) = by_slug.rsplit_once('/').unwrap();
            paths.extend([by_slug.to_owned(), format!("{collection}/{}", id(&resource))]);
        }
        paths
    }

    /// Lists, each with another filter.
    fn lists(&self) -> Vec<String> {
        let mut paths = vec![
            format!("/v1/articles/{}/quotes", id(&self.article)),
            format!("/v1/quotes?article={}", id(&self.article)),
        ];
        let quotes = [
            "",
            "speaker=sergey-lavrov",
            "include=speaker,article,outlet&count=true",
            "zone=idlib-de-escalation-zone",
            "zone=astana-de-escalation-zones",
            "outlet=tass",
            "kind=direct",
            "review=machine",
            "said_from=2017-09-18&said_to=2017-09-18",
            "published_from=2017-09-18&published_to=2017-09-18",
            "published_from=2018-01-05",
            "min_confidence=0.1",
        ];
        let articles = [
            "outlet=tass",
            "actor=sergey-lavrov",
            "actor=turkey",
            "zone=idlib-de-escalation-zone",
            "published_from=2017-09-18&published_to=2017-09-18",
            "published_from=2018-01-05",
            "language=en",
        ];
        let actors = ["kind=person&country=RU&name=serg", "name=sergey+lav", "name=lavrov&review=accepted"];
        let zones = ["", "kind=de_escalation_zone", "status=ended", "bbox=36.0,35.5,36.5,36.0"];
        let agreements = ["", "actor=russia", "zone=idlib-de-escalation-zone", "zone=southern-de-escalation-zone"];
        for (collection, filters) in [
            ("quotes", &quotes[..]),
            ("articles", &articles),
            ("actors", &actors),
            ("zones", &zones),
            ("agreements", &agreements),
            ("outlets", &["kind=news_agency", "country=RU"]),
        ] {
            paths.extend(filters.iter().map(|filter| format!("/v1/{collection}?{filter}")));
        }
        paths
    }

    /// What each of these addresses gives now.
    async fn answers(&self, paths: &[String]) -> Vec<(u16, Value)> {
        let mut answers = Vec::new();
        for path in paths {
            answers.push(answer(&self.app, path).await);
        }
        answers
    }

    /// What each of these addresses gives as of an instant.
    async fn answers_at(&self, paths: &[String], instant: &str) -> Vec<(u16, Value)> {
        let paths: Vec<String> = paths.iter().map(|path| at(path, instant)).collect();
        self.answers(&paths).await
    }

    /// Changes one of each kind so that every list is another one after it.
    async fn edit(&self) {
        let quote = &self.article["quotes"][0];
        let words = &quote["segments"][0];
        let (start, end) = (words["start"].as_u64().unwrap(), words["end"].as_u64().unwrap());
        let reading = json!({
            "kind": "indirect",
            "speaker": { "actor": "donald-trump" },
            "segments": [{ "start": end - 8, "end": end, "verbatim": false }],
            "said_on": "2017-09-11",
        });
        assert!(start < end - 8, "the zone stands before the last words");
        for (path, patch) in [
            (self.quote(), reading),
            (
                format!("/v1/articles/{}", id(&self.article)),
                json!({ "outlet": "reuters", "published_on": "2017-10-02", "language": "no", "title": "Another" }),
            ),
            (format!("/v1/articles/{}", id(&self.other)), json!({ "title": "Other" })),
            (format!("/v1/quotes/{}", id(&self.other["quotes"][0])), json!({ "review": "accepted" })),
            (
                "/v1/actors/sergey-lavrov".to_owned(),
                json!({ "name": "Minister L.", "slug": "minister-l", "aliases": [], "country": "NO", "roles": [],
                        "review": "rejected" }),
            ),
            (
                "/v1/zones/idlib-de-escalation-zone".to_owned(),
                json!({ "name": "Zone I.", "slug": "zone-i", "kind": "buffer_zone", "status": "in_force",
                        "geometry": null, "parent": null }),
            ),
            (
                "/v1/agreements/astana-memorandum-2017".to_owned(),
                json!({ "name": "Memo", "slug": "memo", "parties": [], "zones": ["southern-de-escalation-zone"] }),
            ),
            (
                "/v1/outlets/tass".to_owned(),
                json!({ "name": "Agency T.", "slug": "agency-t", "kind": "website", "country": "NO" }),
            ),
            ("/v1/actors/russia".to_owned(), json!({ "name": "Land R.", "slug": "land-r" })),
        ] {
            change(&self.app, Method::PATCH, &path, &patch).await;
        }
    }
}

#[actix_web::test]
async fn an_edit_and_a_delete_leave_what_was_known_before_them() {
    let world = World::start().await;
    let mut paths = world.singles().await;
    paths.extend(world.lists());
    let before = world.answers(&paths).await;
    assert!(before.iter().all(|(status, _)| *status == 200), "{before:#?}");
    let first = now();
    world.edit().await;
    let edited = world.answers(&paths).await;
    for ((path, before), edited) in paths.iter().zip(&before).zip(&edited) {
        assert_ne!(before, edited, "{path} shows the edit");
    }
    let second = now();
    for path in [
        format!("/v1/articles/{}", id(&world.other)),
        format!("/v1/quotes/{}", id(&world.article["quotes"][1])),
        "/v1/agreements/memo".to_owned(),
    ] {
        change(&world.app, Method::DELETE, &path, &Value::Null).await;
    }
    let left = world.answers(&paths).await;
    assert_ne!(left, edited);
    let third = now();
    for (instant, then) in [(&second, &edited), (&first, &before), (&third, &left)] {
        for ((path, then), found) in paths.iter().zip(then).zip(world.answers_at(&paths, instant).await) {
            assert_eq!(found, *then, "{path} at {instant} of {first}, {second}, {third}");
        }
    }
    assert_eq!(world.answers(&paths).await, left, "without an instant, what is true now");
}

#[actix_web::test]
async fn a_merge_and_a_restoration_leave_what_was_known_before_and_after_them() {
    let world = World::start().await;
    let new = json!({ "name": "S. Lavroff", "kind": "person", "aliases": ["Serge Lavroff"] });
    let alias = world.app.post("/v1/actors", new).await.expect(201);
    let quote = format!("/v1/quotes/{}", id(&world.article["quotes"][1]));
    change(&world.app, Method::PATCH, &quote, &json!({ "speaker": { "actor": "s-lavroff" } })).await;
    let mut paths = world.singles().await;
    paths.extend(world.lists());
    paths.extend(
        [
            "/v1/actors/s-lavroff",
            &format!("/v1/actors/{}", id(&alias)),
            "/v1/quotes?speaker=s-lavroff",
            "/v1/articles?actor=s-lavroff",
            "/v1/actors?name=lavro",
        ]
        .map(str::to_owned),
    );
    let act = async |path: &str, body: Value| {
        let tag = world.app.get("/v1/actors/s-lavroff").await.header("etag").unwrap_or("*").to_owned();
        let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
        world.app.send_with(Method::POST, path, &headers, body.to_string()).await.expect(200)
    };
    let mut known = Vec::new();
    let mut remember = async || known.push((world.answers(&paths).await, now()));
    remember().await;
    act("/v1/actors/s-lavroff/merge", json!({ "into": "sergey-lavrov" })).await;
    remember().await;
    change(&world.app, Method::DELETE, &format!("/v1/articles/{}", id(&world.article)), &Value::Null).await;
    remember().await;
    let deletion = world.app.get("/v1/deletions").await.expect(200)["data"][0].clone();
    act(&format!("/v1/deletions/{}/restore", id(&deletion)), json!({})).await;
    remember().await;
    act("/v1/actors/s-lavroff/unmerge", json!({})).await;
    remember().await;
    for (place, (then, instant)) in known.iter().enumerate() {
        for (earlier, _) in &known[..place] {
            assert_ne!(earlier, then, "each of the five shows in what is read");
        }
        for ((path, then), found) in paths.iter().zip(then).zip(world.answers_at(&paths, instant).await) {
            assert_eq!(found, *then, "{path} after {place} of the changes");
        }
    }
    let status = |place: usize, path: &str| known[place].0[paths.iter().position(|p| p == path).unwrap()].0;
    let statuses = [0, 1, 2, 3, 4].map(|place| status(place, "/v1/actors/s-lavroff"));
    assert_eq!(statuses, [200, 308, 308, 308, 200]);
    let before_it_was = world.app.get(&at("/v1/actors/s-lavroff", "2020-01-01T00:00:00Z")).await;
    before_it_was.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn before_it_was_there_nothing_is_found() {
    let app = TestApp::start().await;
    let outlet = app.post("/v1/outlets", json!({ "name": "The Late Post", "kind": "website" })).await.expect(201);
    let created_at = outlet["created_at"].as_str().unwrap();
    assert_eq!(app.get(&at("/v1/outlets/the-late-post", created_at)).await.expect(200), outlet, "from then on");
    for instant in
        ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00%2B14:00", "0000-01-01T00:00:00Z", "1969-12-31t23:59:59.9z"]
    {
        app.get(&at("/v1/outlets/the-late-post", instant)).await.expect_problem(404, "not_found");
        for list in ["quotes", "articles", "actors", "zones", "agreements", "outlets"] {
            let page = app.get(&at(&format!("/v1/{list}"), instant)).await.expect(200);
            assert_eq!(page, json!({ "data": [], "next_cursor": null }), "{list} at {instant}");
        }
    }
    let problem = app.get(&at("/v1/quotes?speaker=sergey-lavrov", "2020-01-01T00:00:00Z")).await;
    problem.expect_problem(400, "invalid_query");
}

#[actix_web::test]
async fn an_instant_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let single = "/v1/actors/sergey-lavrov";
    for (value, why) in [
        ("9999-12-30T00:00:00Z", "must not be in the future"),
        ("", "is not a point in time"),
        ("yesterday", "is not a point in time"),
        ("2026-03-01", "is not a point in time"),
        ("2026-03-01T09:30:00", "is not a point in time"),
        ("2026-03-01T09:30Z", "is not a point in time"),
        ("2026-02-30T09:30:00Z", "is not a point in time"),
        ("2026-03-01T09:30:00.Z", "is not a point in time"),
        ("2026-03-01T09:30:00Z%5BUTC%5D", "is not a point in time"),
        ("2026-03-01%2009:30:00Z", "is not a point in time"),
        ("2026-03-01T09:30:00+02:00", "the plus of an offset as %2B"),
        ("2026-03-01T09:30:00Z'", "is not a point in time"),
        ("2026-03-01T09:30:00Z&as_of=2026-03-01T09:30:00Z", "must be given once"),
    ] {
        for path in [single, "/v1/quotes", "/v1/articles?limit=5"] {
            let problem = app.get(&at(path, value)).await.expect_problem(400, "invalid_query");
            let error = &problem["errors"][0];
            assert_eq!(error["parameter"], "as_of", "{value}");
            assert!(error["detail"].as_str().unwrap().contains(why), "{value}: {error}");
        }
    }
    let present = app.get(single).await.expect(200);
    let instant = now();
    let with_offset = instant.replace('Z', "%2B00:00");
    for value in [&instant, &with_offset, &instant.to_lowercase()] {
        assert_eq!(app.get(&at(single, value)).await.expect(200), present);
    }
    // What is changed is what is there now.
    for (method, path) in [(Method::PATCH, single), (Method::DELETE, single), (Method::POST, "/v1/actors")] {
        let answer = app.send(method, &at(path, &instant), "application/json", "{}").await;
        assert_eq!(answer.expect_problem(400, "invalid_query")["errors"][0]["parameter"], "as_of");
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_instant() {
    let app = TestApp::start().await;
    let (earlier, later) = (now(), now());
    let cursor = async |path: &str| {
        let page = app.get(path).await.expect(200);
        page["next_cursor"].as_str().expect("a next page").to_owned()
    };
    let present = "/v1/actors?limit=2".to_owned();
    let (earlier, later) = (at(&present, &earlier), at(&present, &later));
    for (list, others) in [(&present, [&earlier, &later]), (&earlier, [&present, &later])] {
        let cursor = cursor(list).await;
        app.get(&format!("{list}&cursor={cursor}")).await.expect(200);
        for other in others {
            app.get(&format!("{other}&cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
        }
    }
    let link = app.get(&earlier).await.header("link").unwrap().to_owned();
    let next = link.rsplit_once('<').unwrap().1.split_once('>').unwrap().0;
    assert!(next.starts_with(&earlier), "{link}");
    app.get(next).await.expect(200);
}

#[actix_web::test]
async fn the_pages_of_an_instant_stay_as_they_are_while_others_write() {
    let app = TestApp::start().await;
    let article = |number: usize| {
        let text = format!("\"The Idlib de-escalation zone stays for round {number},\" Sergey Lavrov said.");
        json!({ "text": text, "published_on": format!("2018-02-{:02}", 1 + number % 4) })
    };
    for number in 0..8 {
        app.post("/v1/articles", article(number)).await.expect(201);
    }
    let base = "/v1/quotes?zone=idlib-de-escalation-zone";
    let base = at(base, &now());
    let then = app.all_pages(&base).await;
    assert_eq!(then.len(), 8);
    let mut path = format!("{base}&limit=2");
    let mut seen = Vec::new();
    for round in 0.. {
        let page = app.get(&path).await.expect(200);
        seen.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{base}&limit=2&cursor={cursor}");
        // Of what the reader has seen, and of what is still to come.
        let quote = |index: usize| format!("/v1/quotes/{}", id(&then[index]));
        let moved = json!({ "said_on": "2018-03-01", "speaker": null });
        change(&app, Method::PATCH, &quote(round), &moved).await;
        change(&app, Method::DELETE, &quote(7 - round), &Value::Null).await;
        app.post("/v1/articles", article(8 + round)).await.expect(201);
    }
    assert_eq!(seen, then);
}

#[actix_web::test]
async fn readers_of_different_instants_share_few_connections() {
    let flags = [("database.max_connections", "2"), ("database.acquire_timeout_ms", "60000")];
    let world = World::start_with(&flags).await;
    let names = ["One", "Two", "Three"];
    let mut instants = Vec::new();
    for name in names {
        change(&world.app, Method::PATCH, "/v1/actors/sergey-lavrov", &json!({ "name": name })).await;
        instants.push(now());
    }
    change(&world.app, Method::PATCH, "/v1/actors/sergey-lavrov", &json!({ "name": "Last" })).await;
    let read = async |number: usize| {
        let then = number % 4;
        let path = ["/v1/quotes?speaker=sergey-lavrov&limit=1".to_owned(), world.quote()][number / 4 % 2].clone();
        let path = instants.get(then).map_or(path.clone(), |instant| at(&path, instant));
        let answer = world.app.get(&path).await.expect(200);
        let quote = answer.get("data").map_or(&answer, |rows| &rows[0]);
        assert_eq!(quote["speaker"]["actor"]["name"], *names.get(then).unwrap_or(&"Last"), "{path}");
    };
    join_all((0..48).map(read)).await;
}

#[actix_web::test]
async fn a_reading_that_is_cancelled_leaves_its_instant_to_nobody() {
    let app = TestApp::start_with(&[("database.max_connections", "1")]).await;
    let instant: Instant = now().parse().unwrap();
    let renamed = json!({ "name": "Renamed" });
    change(&app, Method::PATCH, "/v1/outlets/tass", &renamed).await;
    for _ in 0..3 {
        let hanging = app.services.database.read(Some(instant), async |connection| {
            let outlet = repository::outlets::find_outlet(connection, &"tass".parse().unwrap()).await?;
            assert_eq!(outlet.name, "TASS");
            std::future::pending::<Result<()>>().await
        });
        let cancelled = actix_web::rt::time::timeout(Duration::from_millis(500), hanging).await;
        assert!(cancelled.is_err(), "it hangs until it is dropped");
        for _ in 0..2 {
            assert_eq!(app.get("/v1/outlets/tass").await.expect(200)["name"], "Renamed");
            assert_eq!(app.get(&at("/v1/outlets/tass", &instant.to_string())).await.expect(200)["name"], "TASS");
            // One that fails half-way ends as one that succeeds.
            app.get(&at("/v1/outlets/none", &instant.to_string())).await.expect_problem(404, "not_found");
        }
        app.patch("/v1/outlets/rt", json!({ "source": "a write on the same connection" })).await.expect(200);
    }
}

#[actix_web::test]
async fn on_postgres_the_views_are_made_as_the_tables_are() {
    let database = TestDatabase::create().await;
    if !database.is_postgres() {
        return; // each reading makes its own there
    }
    let start = async || Services::start(database.settings(&[])).await.unwrap();
    let of_views = "SELECT table_name || '.' || column_name AS line FROM information_schema.columns
                    WHERE table_schema = 'public_as_of'";
    let columns = database.lines(of_views).await;
    assert!(columns.iter().any(|column| column == "mentions.quote_id"), "{columns:?}");
    let app = TestApp::on(start().await);
    let path = at("/v1/outlets/tass", &now());
    app.get(&path).await.expect(200);
    // What stands in their place must not pass for what was known then.
    database.execute("DROP SCHEMA public_as_of CASCADE").await;
    app.get(&path).await.expect_problem(500, "internal");
    app.get("/v1/outlets/tass").await.expect(200);
    database
        .execute("ALTER TABLE outlets ADD COLUMN motto text; ALTER TABLE outlets_history ADD COLUMN motto text")
        .await;
    drop(start().await);
    app.get(&path).await.expect(200);
    let columns = database.lines(of_views).await;
    assert!(columns.iter().any(|column| column == "outlets.motto"), "{columns:?}");
    let made = "SELECT oid::text AS line FROM pg_namespace WHERE nspname = 'public_as_of'";
    let before = database.lines(made).await;
    assert!(outlets::find_outlet(&start().await, &"tass".parse().unwrap()).await.is_ok());
    assert_eq!(database.lines(made).await, before, "as they should be, they are left alone");
}

/// Changes or deletes a resource.
async fn change(app: &TestApp, method: Method, path: &str, patch: &Value) {
    if method == Method::DELETE {
        app.delete(path).await.expect(204);
    } else {
        app.patch(path, patch.clone()).await.expect(200);
    }
}
