//! Imports: what comes of a file of records, line by line.

use actix_web::http::Method;
use onrecord::models::Scope;
use onrecord::services::imports::run_next_import;
use onrecord::services::statements;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const NDJSON: &str = "application/x-ndjson";

async fn upload(app: &TestApp, lines: &str) -> Value {
    let answer = app.send(Method::POST, "/v1/imports", NDJSON, lines).await;
    let import = answer.expect(201);
    let location = format!("/v1/imports/{}", import["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!((&import["status"], &import["bytes"]), (&json!("waiting"), &json!(lines.len())));
    import
}

/// The import once nobody has anything left to do.
async fn ended(app: &TestApp, import: &Value) -> Value {
    while run_next_import(&app.services).await.unwrap() {}
    app.get(&format!("/v1/imports/{}", import["id"].as_str().unwrap())).await.expect(200)
}

async fn import(app: &TestApp, lines: &[Value]) -> Value {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let upload = upload(app, &lines.join("\n")).await;
    let import = ended(app, &upload).await;
    assert_eq!(import["status"], "done", "{import}");
    import
}

async fn errors(app: &TestApp, import: &Value) -> Vec<(u64, String)> {
    let answer = app.get(&format!("/v1/imports/{}/errors.ndjson", import["id"].as_str().unwrap())).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(NDJSON)));
    let text = String::from_utf8(answer.bytes).unwrap();
    let line = |line: &str| {
        let error: Value = serde_json::from_str(line).unwrap();
        let first = &error["errors"][0];
        let pointer = first["pointer"].as_str().unwrap();
        (error["line"].as_u64().unwrap(), format!("{pointer} {}", first["detail"].as_str().unwrap()))
    };
    text.lines().map(line).collect()
}

fn bytes(answer: Answer) -> String {
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

async fn everything(app: &TestApp) -> String {
    bytes(app.get("/v1/exports/all.ndjson").await)
}

/// An instance with samples, and with all that people do to one.
async fn used() -> TestApp {
    let app = TestApp::start().await.with_samples().await;
    let page = "<html><head><title>Lake reopened</title></head><body><article><h1>Lake reopened</h1><p>The lake in the \
                Idlib de-escalation zone \"is clean again,\" the mayor Berta Example said on Monday, and she thanked all \
                who had helped to clean it, for they had worked hard through the whole winter and spring.</p>\
                <p>\"We swim tomorrow,\" she said, and many in the crowd that had come to the shore \
                cheered and clapped their hands for a long time.</p></article></body></html>";
    app.post("/v1/articles", json!({ "html": page, "outlet": "tass" })).await.expect(201);
    let quotes = app.get("/v1/quotes?speaker=sergey-lavrov&limit=4").await.expect(200);
    let path = |index: usize| format!("/v1/quotes/{}", quotes["data"][index]["id"].as_str().unwrap());
    app.patch(&path(0), json!({ "speaker": { "actor": "rex-tillerson" }, "said_on": "2017-02" })).await;
    app.patch(&path(0), json!({ "speaker": { "actor": "rex-tillerson" }, "said_on": "2017-02-03" })).await.expect(200);
    app.patch(&path(1), json!({ "review": "rejected" })).await.expect(200);
    app.delete(&path(2)).await.expect(204);
    let segment = json!({ "start": 5, "end": 25, "verbatim": false });
    let article = &quotes["data"][3]["article_id"];
    let by_hand =
        json!({ "article_id": article, "kind": "indirect", "segments": [segment], "cue": { "start": 1, "end": 4 } });
    app.post("/v1/quotes", by_hand).await.expect(201);
    let zone =
        json!({ "name": "=Zone", "kind": "safe_zone", "status": "proposed", "parent": "idlib-de-escalation-zone" });
    app.post("/v1/zones", zone).await.expect(201);
    let told = json!({ "status": "agreed", "on": "2017-05-01", "precision": "month", "agreement": "astana-memorandum-2017",
        "quote": quotes["data"][3]["id"], "said_by": "sergey-lavrov", "source": "https://example.org/1", "note": "Told." });
    let zone = json!({ "name": "A quay", "kind": "safe_zone", "status": "agreed", "proposed_on": "2017-04-01",
        "transitions": [told, { "status": "agreed", "on": "2017-06-02", "said_by": "russia" }],
        "border_claims": [{ "geometry": { "type": "Point", "coordinates": [36.5, 35.5] }, "said_by": "turkey" },
            { "geometry": { "type": "Point", "coordinates": [36.6, 35.6] }, "source": "https://example.org/map" }] });
    app.post("/v1/zones", zone).await.expect(201);
    let wing = json!({ "name": "The Wing", "kind": "organisation", "slug": "a-wing" });
    app.post("/v1/actors", wing).await.expect(201);
    // Two that refer to each other.
    let body = json!({ "name": "The Body", "kind": "organisation", "slug": "a-body", "parent": "a-wing" });
    app.post("/v1/actors", body).await.expect(201);
    let role = json!([{ "title": "Part of the Body", "organisation": "a-body", "starts_on": "2001-01-01" }]);
    app.patch("/v1/actors/a-wing", json!({ "roles": role })).await.expect(200);
    let twin = json!({ "name": "Sergej Lawrow", "kind": "person", "slug": "sergej-lawrow" });
    app.post("/v1/actors", twin).await.expect(201);
    let into = json!({ "into": "sergey-lavrov" }).to_string();
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    app.send_with(Method::POST, "/v1/actors/sergej-lawrow/merge", &headers, into).await.expect(200);
    app.delete("/v1/outlets/xinhua").await.expect(204);
    app
}

#[actix_web::test]
async fn an_instance_that_was_exported_and_imported_is_the_same_byte_for_byte() {
    let one = used().await;
    let exported = everything(&one).await;
    for part in
        ["as_extracted", "\"review\":\"rejected\"", "\"extractor\":\"hand\"", "text/html", "\"merge\"", "read_at"]
    {
        assert!(exported.contains(part), "{part}");
    }
    let other = TestApp::start().await;
    let upload = upload(&other, &exported).await;
    let import = ended(&other, &upload).await;
    assert_eq!(
        (&import["status"], &import["refused"]),
        (&json!("done"), &json!(0)),
        "{:?}",
        errors(&other, &import).await
    );
    assert_eq!(import["lines_read"], exported.lines().count());
    assert_eq!((&import["bytes_read"], &import["known"]), (&json!(exported.len()), &json!(0)));
    let again = everything(&other).await;
    for (one, other) in exported.lines().zip(again.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(exported, again);
    // What others show is the same, too; statements are found behind an import.
    statements::place_imported_quotes(&other.services, |_| ()).await.unwrap();
    for path in [
        "/v1/quotes?limit=200",
        "/v1/articles?limit=200&include=quotes",
        "/v1/zones",
        "/v1/stats/quotes?group_by=month",
    ] {
        assert_eq!(other.get(path).await.expect(200), one.get(path).await.expect(200), "{path}");
    }
    assert_eq!(other.get("/v1/actors/sergej-lawrow").await.status, 308);
    other.get("/v1/outlets/xinhua").await.expect_problem(404, "not_found");
    // Once more, nothing is new.
    let upload = self::upload(&other, &exported).await;
    let import = ended(&other, &upload).await;
    let counts =
        json!({ "outlets": 0, "actors": 0, "merges": 0, "zones": 0, "agreements": 0, "articles": 0, "quotes": 0 });
    assert_eq!((&import["added"], &import["refused"]), (&counts, &json!(0)));
    assert_eq!(import["known"], exported.lines().count() - 1);
    assert_eq!(everything(&other).await, exported);
}

#[actix_web::test]
async fn an_instance_that_holds_anything_keeps_what_it_calls_its_own() {
    let one = TestApp::start().await.with_samples().await;
    let exported = everything(&one).await;
    let other = TestApp::start().await;
    other.patch("/v1/actors/sergey-lavrov", json!({ "name": "Sergei Lavrov" })).await.expect(200);
    let lavrov = other.get("/v1/actors/sergey-lavrov").await.expect(200);
    let upload = upload(&other, &exported).await;
    let import = ended(&other, &upload).await;
    assert_eq!(
        (&import["status"], &import["refused"], &import["added"]["articles"]),
        (&json!("done"), &json!(0), &json!(19))
    );
    assert_eq!(other.get("/v1/actors/sergey-lavrov").await.expect(200), lavrov, "ids and names stay");
    let (of_one, of_other) =
        (one.all_pages("/v1/quotes?limit=200").await, other.all_pages("/v1/quotes?limit=200").await);
    assert_eq!(of_one.len(), of_other.len());
    for (one, other) in of_one.iter().zip(&of_other) {
        assert_eq!((&one["id"], &one["text"]), (&other["id"], &other["text"]));
        assert_eq!(one["speaker"]["actor"]["slug"], other["speaker"]["actor"]["slug"]);
        let slugs = |quote: &Value| -> Vec<Value> {
            quote["zones"].as_array().unwrap().iter().map(|zone| zone["slug"].clone()).collect()
        };
        assert_eq!(slugs(one), slugs(other));
    }
}

#[actix_web::test]
async fn another_corpus_needs_little() {
    let app = TestApp::start().await;
    let text =
        "\"The bridge is open,\" Ada Example said. She added that \"nobody paid.\" The Fjord Bank said it would help.";
    let lines = [
        json!({ "type": "outlet", "name": "The Fjord Herald", "kind": "newspaper" }),
        json!({ "type": "zone", "name": "Fjord zone", "kind": "safe_zone", "status": "proposed" }),
        json!({
            "type": "article", "text": text, "outlet": "the-fjord-herald", "published_on": "2020-05-04", "title": "Bridge",
            "url": "https://example.org/bridge", "language": "en",
            "quotes": [
                { "text": "The bridge is open,", "speaker": { "name": "Ada Example" }, "said_on": "2020-05-03", "zones": ["fjord-zone"] },
                { "kind": "indirect", "segments": [{ "start": 55, "end": 68, "verbatim": true }], "confidence": 0.5, "review": "machine",
                  "speaker": { "mention": { "start": 40, "end": 43 }, "name": "ADA EXAMPLE" } },
                { "kind": "indirect", "text": "it would help", "speaker": { "name": "Fjord Bank", "kind": "organisation" } },
                { "text": "nobody paid." }
            ]
        }),
        json!({ "type": "article", "text": "\"Maps alone stop nobody,\" Russian Foreign Minister Sergey Lavrov said.", "outlet": "tass" }),
    ];
    let import = self::import(&app, &lines).await;
    assert_eq!(import["refused"], 0, "{:?}", errors(&app, &import).await);
    let added = &import["added"];
    assert_eq!(
        (&added["outlets"], &added["zones"], &added["articles"], &added["quotes"]),
        (&json!(1), &json!(1), &json!(2), &json!(5))
    );
    let quotes = app.all_pages("/v1/quotes?outlet=the-fjord-herald").await;
    assert_eq!(quotes.len(), 4);
    let first = quotes.iter().find(|quote| quote["text"] == "The bridge is open,").unwrap();
    assert_eq!(first["segments"], json!([{ "start": 1, "end": 20, "verbatim": true }]));
    assert_eq!(
        (&first["kind"], &first["review"], &first["extractor"]),
        (&json!("direct"), &json!("accepted"), &json!("import"))
    );
    assert_eq!(
        (&first["speaker"]["actor"]["slug"], &first["speaker"]["resolved_by"]),
        (&json!("ada-example"), &json!("review"))
    );
    assert_eq!((&first["zones"][0]["slug"], &first["said_on"]), (&json!("fjord-zone"), &json!("2020-05-03")));
    let second = quotes.iter().find(|quote| quote["kind"] == "indirect" && quote["review"] == "machine").unwrap();
    assert_eq!(second["speaker"]["actor"], first["speaker"]["actor"], "one actor for one name");
    assert_eq!(second["speaker"]["mention"]["text"], "She");
    assert_eq!(app.get("/v1/actors/ada-example").await.expect(200)["review"], "machine");
    assert_eq!(app.get("/v1/actors/fjord-bank").await.expect(200)["kind"], "organisation");
    let read = app.all_pages("/v1/quotes?speaker=sergey-lavrov").await;
    assert_eq!(read.len(), 1, "the article without quotes was read");
    assert_eq!(app.all_pages("/v1/quotes?zone=fjord-zone").await.len(), 1);
}

#[actix_web::test]
async fn a_line_that_cannot_be_taken_in_is_refused_by_itself() {
    let app = TestApp::start().await;
    let article = |text: &str, rest: Value| {
        let mut article = json!({ "type": "article", "text": text, "quotes": [] });
        article.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        article.to_string()
    };
    let id = "01970000-0000-7000-8000-000000000001";
    let with_id = json!({ "quotes": [{ "id": id, "text": "Good" }] });
    let lines = [
        "nonsense".to_owned(),
        json!({ "name": "No type" }).to_string(),
        json!({ "type": "quote", "text": "By itself" }).to_string(),
        json!({ "type": "outlet", "name": "", "kind": "website" }).to_string(),
        json!({ "type": "actor", "name": "A", "kind": "person", "parent": "nobody-at-all" }).to_string(),
        article("One.", json!({ "outlet": "no-such-outlet" })),
        article("Two.", json!({ "quotes": [{ "text": "Three" }] })),
        article("Three.", json!({ "quotes": [{ "segments": [{ "start": 2, "end": 99, "verbatim": true }] }] })),
        article("Four.", json!({ "quotes": [{ "text": "Four", "speaker": { "actor": "nobody-at-all" } }] })),
        article("Five.", json!({ "mentions": [{ "start": 0, "end": 4 }] })),
        article("Five and a half.", json!({ "quotes": [{ "segments": [[0, 4, true]] }] })),
        json!({ "type": "actor", "name": "A", "kind": "person", "roles": [["Clerk"]] }).to_string(),
        "\"\\u0000\"".to_owned(),
        json!({ "type": "article", "text": "Six, she said.", "version": 3 }).to_string(),
        json!({ "type": "article", "text": "  " }).to_string(),
        article("Good one.", with_id.clone()),
        String::new(),
        article("Good, too.", with_id),
        article("Good last.", json!({ "quotes": [{ "text": "Good", "nested_in": id }] })),
        article("Good at last.", json!({ "url": "https://example.org/good" })),
    ];
    let upload = upload(&app, &lines.join("\n")).await;
    let import = ended(&app, &upload).await;
    assert_eq!(import["status"], "done");
    let found = errors(&app, &import).await;
    let expected = [
        (1, " expected"),
        (2, "/type must be one of onrecord, outlet"),
        (3, "/type quotes come with their article"),
        (4, "/name must not be empty"),
        (5, "/parent names no actor"),
        (6, "/outlet names no outlet"),
        (7, "/quotes/0/text does not stand in the article's text"),
        (8, "/quotes/0/segments/0/end is past the end"),
        (9, "/quotes/0/speaker/actor names no actor"),
        (10, "/mentions/0 must name either an actor or a zone"),
        (11, "/quotes/0/segments/0 invalid type: sequence"),
        (12, "/roles/0 invalid type: sequence"),
        (13, " must not hold U+0000"),
        (14, "/quotes must be there"),
        (15, "/text must not be empty"),
        (18, " another quote has the same id"),
        (19, "/quotes/0/nested_in names no quote of this article"),
    ];
    for ((line, error), (number, text)) in found.iter().zip(expected) {
        assert!(*line == number && error.starts_with(text), "{line} {error} / {number} {text}");
    }
    assert_eq!(found.len(), expected.len());
    assert_eq!((&import["refused"], &import["added"]["articles"]), (&json!(17), &json!(2)));
    let titles = app.all_pages("/v1/articles").await.len();
    assert_eq!(titles, 2);
}

#[actix_web::test]
async fn the_same_line_twice_is_there_once() {
    let app = TestApp::start().await;
    let article =
        json!({ "type": "article", "text": "Gulls are loud, he said.", "quotes": [{ "text": "Gulls are loud" }] });
    let same_url =
        |text: &str| json!({ "type": "article", "text": text, "url": "https://example.org/1", "quotes": [] });
    let actor = json!({ "type": "actor", "name": "Twice Example", "kind": "person" });
    let lines =
        [actor.clone(), article.clone(), article.clone(), actor, same_url("One text."), same_url("Another text.")];
    let import = self::import(&app, &lines).await;
    assert_eq!(
        (&import["known"], &import["added"]["articles"], &import["added"]["actors"]),
        (&json!(3), &json!(2), &json!(1))
    );
    let import = self::import(&app, &lines).await;
    assert_eq!((&import["known"], &import["added"]["articles"]), (&json!(6), &json!(0)));
    assert_eq!(app.all_pages("/v1/articles").await.len(), 2);
    assert_eq!(app.all_pages("/v1/quotes").await.len(), 1);
}

#[actix_web::test]
async fn what_a_file_calls_otherwise_is_found_under_its_own_names() {
    let app = TestApp::start().await;
    let id = "01970000-0000-7000-8000-00000000000a";
    let zone = "01970000-0000-7000-8000-00000000000b";
    let speaker = json!({ "actor": id });
    let mention = json!([{ "start": 0, "end": 5, "zone": zone }]);
    let quote = json!({ "text": "Gulls are loud", "speaker": speaker, "mentions": mention });
    let lines = [
        json!({ "type": "actor", "id": id, "slug": "sergey-lavrov", "name": "S. Lavrov", "kind": "person" }),
        json!({ "type": "zone", "id": zone, "slug": "us-safe-zones-proposal", "name": "Z", "kind": "safe_zone", "status": "ended" }),
        json!({ "type": "actor", "name": "Deputy Example", "kind": "person", "parent": id }),
        json!({ "type": "article", "text": "Gulls are loud, he said.", "quotes": [quote] }),
    ];
    let import = self::import(&app, &lines).await;
    assert_eq!((&import["known"], &import["refused"]), (&json!(2), &json!(0)), "{:?}", errors(&app, &import).await);
    let quotes = app.all_pages("/v1/quotes?speaker=sergey-lavrov").await;
    assert_eq!(quotes[0]["speaker"]["actor"]["name"], "Sergey Lavrov");
    assert_eq!(quotes[0]["zones"][0]["slug"], "us-safe-zones-proposal");
    let deputy = app.get("/v1/actors/deputy-example").await.expect(200);
    assert_eq!(deputy["parent"]["slug"], "sergey-lavrov");
}

#[actix_web::test]
async fn imports_are_among_the_changes_with_who_sent_them() {
    let app = TestApp::start().await;
    let since = app.get("/v1/changes?since=now").await.expect(200)["cursor"].as_str().unwrap().to_owned();
    let lines = [
        json!({ "type": "outlet", "name": "The Fjord Herald", "kind": "newspaper" }),
        json!({ "type": "article", "text": "Gulls are loud, he said.", "quotes": [{ "text": "Gulls are loud" }] }),
    ];
    import(&app, &lines).await;
    let changes = app.get(&format!("/v1/changes?since={since}")).await.expect(200);
    let told: Vec<(&str, &str, &str)> = changes["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let text = |name: &str| change[name].as_str().unwrap();
            (text("resource"), text("change"), change["author"]["name"].as_str().unwrap())
        })
        .collect();
    let author = "a test with admin";
    assert_eq!(told, [("outlet", "created", author), ("article", "created", author)]);
}

#[actix_web::test]
async fn an_import_is_listed_followed_and_broken_off() {
    let app = TestApp::start().await;
    let line = json!({ "type": "outlet", "name": "The Fjord Herald", "kind": "newspaper" }).to_string();
    let first = upload(&app, &line).await;
    let second = upload(&app, &line).await;
    let path = |import: &Value| format!("/v1/imports/{}", import["id"].as_str().unwrap());
    // Of two that wait, one is broken off before it began.
    let cancelled = app.post(&format!("{}/cancel", path(&second)), Value::Null).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    let events = app.get(&format!("{}/events", path(&first))).await;
    let event: Value = serde_json::from_str(std::str::from_utf8(&events.bytes).unwrap()[6..].trim()).unwrap();
    assert_eq!((&event["id"], &event["status"]), (&first["id"], &json!("waiting")));
    let done = ended(&app, &first).await;
    assert_eq!((&done["status"], &done["added"]["outlets"]), (&json!("done"), &json!(1)));
    assert!(done["started_at"].is_string() && done["ended_at"].is_string());
    app.post(&format!("{}/cancel", path(&first)), Value::Null).await.expect_problem(409, "conflict");
    let listed = app.all_pages("/v1/imports?limit=1").await;
    assert_eq!(listed, [cancelled.clone(), done.clone()]);
    assert_eq!(app.all_pages("/v1/imports?status=done").await, [done]);
    app.get("/v1/imports/nonsense").await.expect_problem(404, "not_found");
    let nobody = "/v1/imports/01970000-0000-7000-8000-000000000001";
    for path in [nobody.to_owned(), format!("{nobody}/events"), format!("{nobody}/errors.ndjson")] {
        app.get(&path).await.expect_problem(404, "not_found");
    }
    app.post(&format!("{nobody}/cancel"), Value::Null).await.expect_problem(404, "not_found");
    // Nothing is left on disk of what has ended.
    let left = std::fs::read_dir(&app.services.settings.imports.folder).unwrap().count();
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn a_file_that_is_none_or_too_large_is_refused_and_leaves_nothing() {
    let app = TestApp::start_with(&[("imports.max_bytes", "1000"), ("server.max_body_bytes", "100")]).await;
    let line = json!({ "type": "outlet", "name": "The Fjord Herald", "kind": "newspaper" }).to_string() + "\n";
    app.send(Method::POST, "/v1/imports", "application/json", line.clone())
        .await
        .expect_problem(415, "unsupported_media_type");
    app.send(Method::POST, "/v1/imports", NDJSON, line.repeat(20)).await.expect_problem(413, "payload_too_large");
    let key = app.new_key(Scope::Review).await.text;
    let headers = [("authorization", &*format!("Bearer {key}")), ("content-type", NDJSON)];
    app.send_with(Method::POST, "/v1/imports", &headers, line.clone()).await.expect_problem(403, "insufficient_scope");
    assert_eq!(app.all_pages("/v1/imports").await, Vec::<Value>::new());
    let folder = &app.services.settings.imports.folder;
    assert!(std::fs::read_dir(folder).map_or(0, Iterator::count) == 0);
    // Larger than other bodies may be.
    upload(&app, &line.repeat(10)).await;
    let unknown = upload(&app, "{\"type\":\"onrecord\",\"format\":99}").await;
    let failed = ended(&app, &unknown).await;
    assert_eq!(failed["status"], "failed");
    assert!(failed["detail"].as_str().unwrap().contains("format 99"), "{failed}");
}
