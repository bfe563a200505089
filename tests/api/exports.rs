//! Exports: what they hold, and what they do not do to who opens them.

use actix_web::http::Method;
use onrecord::models::ExportFormat;
use onrecord::services::exports::{Exported, prepare_export};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = std::str::from_utf8(&answer.bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of a table, each by the names of its columns.
fn rows(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let mut reader = csv::Reader::from_reader(answer.bytes.as_slice());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |row: csv::StringRecord| -> Value {
        Value::Object(names.iter().cloned().zip(row.iter().map(|cell| json!(cell))).collect())
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn ids(rows: &[Value]) -> Vec<&Value> {
    rows.iter().map(|row| &row["id"]).collect()
}

#[actix_web::test]
async fn an_export_holds_what_its_list_holds_in_both_formats() {
    let app = TestApp::start().await.with_samples().await;
    for (list, filter) in [
        ("quotes", ""),
        ("quotes", "?speaker=sergey-lavrov&kind=direct&kind=mixed&min_confidence=0.5"),
        ("quotes", "?zone=us-safe-zones-proposal&published_from=2017-02-01"),
        ("articles", ""),
        ("articles", "?outlet=tass&language=en"),
        ("actors", ""),
        ("actors", "?kind=state&name=s"),
        ("zones", "?bbox=36.3,33.4,36.6,33.6"),
        ("agreements", "?actor=russia"),
        ("outlets", "?kind=news_agency"),
    ] {
        let listed = app.all_pages(&format!("/v1/{list}{filter}")).await;
        assert!(!listed.is_empty(), "{list}{filter}");
        let exported = lines(&app.get(&format!("/v1/exports/{list}.ndjson{filter}")).await);
        assert_eq!(ids(&exported), ids(&listed), "{list}{filter}");
        assert!(exported.iter().all(|line| line["type"] == list.trim_end_matches('s')), "{list}");
        let table = rows(&app.get(&format!("/v1/exports/{list}.csv{filter}")).await);
        assert_eq!(ids(&table), ids(&listed), "{list}{filter}");
        for (row, listed) in table.iter().zip(&listed) {
            assert_eq!(row["updated_at"], listed["updated_at"]);
            assert_eq!(row["version"], listed["version"].to_string());
            let slug = listed.get("slug").unwrap_or(&Value::Null);
            assert_eq!(row.get("slug").unwrap_or(&Value::Null), slug);
        }
    }
}

#[actix_web::test]
async fn a_quote_is_exported_as_it_is_read() {
    let app = TestApp::start().await.with_samples().await;
    let exported = lines(&app.get("/v1/exports/quotes.ndjson").await);
    for mut line in exported.into_iter().take(20) {
        let kind = line.as_object_mut().unwrap().shift_remove("type");
        assert_eq!(kind, Some(json!("quote")));
        assert_eq!(line, app.get(&format!("/v1/quotes/{}", line["id"].as_str().unwrap())).await.expect(200));
    }
    let table = rows(&app.get("/v1/exports/quotes.csv?speaker=sergey-lavrov&outlet=tass").await);
    for row in &table {
        assert_eq!((&row["speaker"], &row["outlet"]), (&json!("sergey-lavrov"), &json!("tass")));
        let article = app.get(&format!("/v1/articles/{}", row["article_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(row["article_title"], article["title"]);
        let text: Vec<char> = article["text"].as_str().unwrap().chars().collect();
        let offset = |name: &str| row[name].as_str().unwrap().parse::<usize>().unwrap();
        let words: String = text[offset("start")..offset("end")].iter().collect();
        assert!(words.starts_with(row["text"].as_str().unwrap().split(' ').next().unwrap()));
    }
}

#[actix_web::test]
async fn a_cell_that_begins_like_a_formula_is_none() {
    let app = TestApp::start().await;
    let outlet = json!({ "name": "=HYPERLINK(\"http://example.org\")", "slug": "tricky", "kind": "website" });
    app.post("/v1/outlets", outlet).await.expect(201);
    let article = json!({ "text": "@SUM(1) said nothing, the mayor said.", "title": "+1-1", "outlet": "tricky" });
    app.post("/v1/articles", article).await.expect(201);
    let outlets = rows(&app.get("/v1/exports/outlets.csv?kind=website").await);
    let names: Vec<&str> = outlets.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"'=HYPERLINK(\"http://example.org\")"), "{names:?}");
    let articles = rows(&app.get("/v1/exports/articles.csv").await);
    assert_eq!(articles[0]["title"], "'+1-1");
    assert_eq!(articles[0]["text"], "'@SUM(1) said nothing, the mayor said.");
    // Only where they are opened as a table.
    let lines = lines(&app.get("/v1/exports/articles.ndjson").await);
    assert_eq!(lines[0]["title"], "+1-1");
}

#[actix_web::test]
async fn a_wrong_filter_is_answered_as_it_is_for_the_list() {
    let app = TestApp::start().await;
    for query in ["?speaker=nobody-at-all", "?speaker=", "?colour=red", "?limit=2", "?kind=loud", "?as_of=never"] {
        let problem = app.get(&format!("/v1/exports/quotes.ndjson{query}")).await;
        problem.expect_problem(400, "invalid_query");
    }
    app.get("/v1/exports/zones.csv?bbox=1,2,3").await.expect_problem(400, "invalid_query");
    app.get("/v1/exports/all.ndjson?kind=person").await.expect_problem(400, "invalid_query");
    app.get("/v1/exports/quotes.xml").await.expect_problem(404, "not_found");
    let headers = [("accept", "application/json")];
    app.get_with("/v1/exports/quotes.csv", &headers).await.expect_problem(406, "not_acceptable");
}

#[actix_web::test]
async fn an_export_says_what_it_is_and_a_head_does_not_begin_it() {
    let app = TestApp::start_with(&[("exports.max_exports", "1")]).await;
    let answer = app.get("/v1/exports/outlets.csv").await;
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"outlets.csv\""));
    assert_eq!(answer.header("etag"), None);
    let head = app.send(Method::HEAD, "/v1/exports/all.ndjson", "", "").await;
    assert_eq!((head.status.as_u16(), head.header("content-type")), (200, Some("application/x-ndjson")));
    assert_eq!(head.bytes, b"");
    // Places are given back.
    for _ in 0..3 {
        assert!(!lines(&app.get("/v1/exports/outlets.ndjson").await).is_empty());
    }
    let none = TestApp::start_with(&[("exports.max_exports", "0")]).await;
    none.get("/v1/exports/all.ndjson").await.expect_problem(503, "unavailable");
}

#[actix_web::test]
async fn an_export_shows_one_state_whatever_is_written_meanwhile() {
    let app = TestApp::start().await.with_samples().await;
    let (export, mut pieces) = prepare_export(&app.services, Exported::Everything, ExportFormat::Ndjson);
    let running = actix_web::rt::spawn(export.run());
    let mut bytes = pieces.recv().await.unwrap().unwrap();
    let article = app.post_text("The late bridge is open, the harbour master said.").await;
    app.delete("/v1/zones/us-safe-zones-proposal").await;
    while let Some(piece) = pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    running.await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains(article["id"].as_str().unwrap()), "it came later");
    assert_eq!(text.lines().filter(|line| line.starts_with("{\"type\":\"article\"")).count(), 19);
    let answer = app.get("/v1/exports/all.ndjson").await;
    assert!(String::from_utf8(answer.bytes).unwrap().contains(article["id"].as_str().unwrap()));
}

#[actix_web::test]
async fn an_export_whose_reader_has_gone_ends() {
    let app = TestApp::start().await;
    let (export, pieces) = prepare_export(&app.services, Exported::Everything, ExportFormat::Ndjson);
    drop(pieces);
    export.run().await;
    app.get("/v1/outlets").await.expect(200);
}

#[actix_web::test]
async fn a_whole_export_has_what_others_refer_to_first() {
    let app = TestApp::start().await.with_samples().await;
    let all = lines(&app.get("/v1/exports/all.ndjson").await);
    assert_eq!(all[0], json!({ "type": "onrecord", "format": 1 }));
    let mut known: Vec<&str> = Vec::new();
    for line in &all[1..] {
        let slug = line["slug"].as_str().unwrap_or_default();
        let roles = line["roles"].as_array().into_iter().flatten();
        let referred = roles.map(|role| &role["organisation"]).chain([&line["parent"], &line["outlet"]]);
        let parties = line["parties"].as_array().into_iter().flatten().map(|party| &party["actor"]);
        let speakers = line["quotes"].as_array().into_iter().flatten().map(|quote| &quote["speaker"]["actor"]);
        for key in referred.chain(parties).chain(speakers).filter_map(Value::as_str) {
            assert!(known.contains(&key), "{key} before {slug}");
        }
        known.push(slug);
    }
    let of = |kind: &str| all.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(of("article"), 19);
    for (kind, list) in [("actor", "actors"), ("zone", "zones"), ("outlet", "outlets"), ("agreement", "agreements")] {
        assert_eq!(of(kind), app.all_pages(&format!("/v1/{list}?limit=200")).await.len(), "{kind}");
    }
    let quotes: usize = all.iter().filter_map(|line| Some(line["quotes"].as_array()?.len())).sum();
    assert_eq!(quotes, app.all_pages("/v1/quotes?limit=200").await.len());
}

#[actix_web::test]
async fn exports_read_what_was_known_before() {
    let app = TestApp::start().await;
    let before = onrecord::models::Instant::now();
    app.patch("/v1/outlets/tass", json!({ "name": "TASS Agency" })).await.expect(200);
    let then = app.get(&format!("/v1/exports/outlets.ndjson?as_of={before}")).await;
    let name = |answer: &Answer| lines(answer).into_iter().find(|line| line["slug"] == "tass").unwrap()["name"].clone();
    assert_eq!(name(&then), "TASS");
    assert_eq!(name(&app.get("/v1/exports/outlets.ndjson").await), "TASS Agency");
}
