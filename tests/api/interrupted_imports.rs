//! `kill -9` of the service in the middle of an import, again and again: everything is there once.

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::http::Method;
use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

const ARTICLES: usize = 6000;
const KILLS: usize = 3;

fn records() -> String {
    let mut lines = String::new();
    for number in 0..ARTICLES {
        let text = format!("\"We counted {number} gulls,\" Ada Example said. It was day {number}, she added.");
        let quotes = json!([
            { "text": format!("We counted {number} gulls,"), "speaker": { "name": "Ada Example" } },
            { "text": format!("It was day {number}"), "kind": "indirect", "zones": ["us-safe-zones-proposal"] }
        ]);
        // Some that are refused, and some that are there already.
        let article = json!({ "type": "article", "text": text, "outlet": "tass", "quotes": quotes });
        writeln!(lines, "{article}").unwrap();
        if number % 100 == 0 {
            writeln!(lines, "{article}\n{{}}").unwrap();
        }
    }
    lines
}

fn serve(database: &TestDatabase, folder: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--database", &database.url]);
    command.env("ONRECORD__IMPORTS__FOLDER", folder).env("ONRECORD__IMPORTS__LEASE_SECONDS", "1");
    command.env("ONRECORD__LOG__FILTER", "warn");
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[actix_web::test]
async fn an_import_whose_service_is_killed_goes_on_and_takes_everything_in_once() {
    let database = TestDatabase::create().await;
    let settings = database.settings(&[]);
    let folder = settings.imports.folder.clone();
    let app = TestApp::on(Services::start(settings).await.unwrap());
    let answer = app.send(Method::POST, "/v1/imports", "application/x-ndjson", records()).await;
    let path = format!("/v1/imports/{}", answer.expect(201)["id"].as_str().unwrap());
    let read = async || app.get(&path).await.expect(200);
    let lines_in = |import: &Value| usize::try_from(import["lines_read"].as_u64().unwrap()).unwrap();
    let mut seen = Vec::new();
    for _ in 0..KILLS {
        let before = lines_in(&read().await);
        let mut service = serve(&database, &folder);
        let began = Instant::now();
        let mut now = before;
        while now == before && began.elapsed() < Duration::from_secs(60) {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
            now = lines_in(&read().await);
        }
        service.kill().unwrap();
        service.wait().unwrap();
        assert!(now > before, "it comes no further than line {before}");
        seen.push(now);
    }
    assert!(seen[0] < ARTICLES, "it was killed in the middle: {seen:?}");
    let mut service = serve(&database, &folder);
    let began = Instant::now();
    let import = loop {
        let import = read().await;
        if import["status"] == "done" || began.elapsed() > Duration::from_secs(120) {
            break import;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    };
    service.kill().unwrap();
    service.wait().unwrap();
    assert_eq!(import["status"], "done", "{import}");
    let doubled = ARTICLES / 100;
    assert_eq!(
        (&import["added"]["articles"], &import["added"]["quotes"], &import["known"], &import["refused"]),
        (&json!(ARTICLES), &json!(2 * ARTICLES), &json!(doubled), &json!(doubled)),
        "{import}"
    );
    let total = async |path: &str| app.get(&format!("{path}count=true&limit=1")).await.expect(200)["total"].clone();
    assert_eq!(total("/v1/articles?").await, ARTICLES);
    assert_eq!(total("/v1/quotes?").await, 2 * ARTICLES);
    assert_eq!(total("/v1/quotes?speaker=ada-example&").await, ARTICLES);
    assert_eq!(total("/v1/quotes?zone=us-safe-zones-proposal&").await, ARTICLES);
    assert!(std::fs::read_dir(&folder).map_or(0, Iterator::count) == 0, "the file is gone");
}
