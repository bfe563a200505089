//! `kill -9` in the middle of an import, then the import again.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

const ARTICLES: usize = 300;
const QUOTES_EACH: usize = 3;

fn articles() -> String {
    let mut lines = String::new();
    for number in 0..ARTICLES {
        let text = format!(
            "The Idlib de-escalation zone got post number {number}, Russian Foreign Minister Sergey Lavrov said.\n\n\
             \"We counted {number} of them,\" Lavrov said. \"There will be more.\"\n\n\
             \"Round {number} is over,\" Turkish Foreign Minister Mevlut Cavusoglu said."
        );
        writeln!(lines, "{}", json!({ "text": text, "url": format!("https://example.org/{number}") })).unwrap();
    }
    lines
}

fn import(database: &TestDatabase, file: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.arg("import").arg("--database").arg(&database.url).arg(file);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[actix_web::test]
async fn an_import_that_was_killed_leaves_no_half_article_and_is_simply_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("articles.ndjson");
    std::fs::write(&file, articles()).unwrap();
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());

    let mut running = import(&database, &file).spawn().unwrap();
    // Killed as soon as it has written something; how far it came by then does not matter.
    while app.get("/v1/articles?limit=1").await.expect(200)["data"] == json!([]) {
        assert!(running.try_wait().unwrap().is_none(), "the import ended before it wrote anything");
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let before = app.all_pages("/v1/articles?limit=200").await;
    assert!(before.len() < ARTICLES, "it was killed in the middle");
    assert_whole(&app, &before).await;

    let output = import(&database, &file).output().unwrap();
    let summary = String::from_utf8(output.stdout).unwrap();
    let (known, new) = (before.len(), ARTICLES - before.len());
    assert!(summary.contains(&format!("articles: {new} new, {known} already there, 0 refused")), "{summary}");
    let after = app.all_pages("/v1/articles?limit=200").await;
    assert_eq!(after.len(), ARTICLES);
    assert_whole(&app, &after).await;

    let output = import(&database, &file).output().unwrap();
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.contains(&format!("articles: 0 new, {ARTICLES} already there")), "{summary}");
}

/// Each article once, with all its quotes, and these with what they name.
async fn assert_whole(app: &TestApp, articles: &[Value]) {
    let mut urls: Vec<&str> = articles.iter().map(|article| article["url"].as_str().unwrap()).collect();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), articles.len());
    let quotes = app.all_pages("/v1/quotes?limit=200").await;
    assert_eq!(quotes.len(), articles.len() * QUOTES_EACH);
    let about_zone = app.all_pages("/v1/quotes?zone=idlib-de-escalation-zone&limit=200").await;
    assert_eq!(about_zone.len(), articles.len());
}
