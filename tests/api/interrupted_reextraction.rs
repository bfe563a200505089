//! `kill -9` in the middle of `onrecord reextract`, then the command again.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use onrecord::models::Instant;
use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

const ARTICLES: usize = 200;

/// A database with articles whose speaker became known after they were read.
async fn fill(database: &TestDatabase) -> TestApp {
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let mut lines = String::new();
    for number in 0..ARTICLES {
        let text = format!(
            "\"The gates of lock {number} are shut,\" Sergej Lawrow said.\n\nLock {number} will open, Bela Kertesz said.\n\n\
             \"We counted {number} ships,\" Sergej Lawrow said."
        );
        let outlet = if number % 2 == 0 { "tass" } else { "reuters" };
        let url = format!("https://example.org/{number}");
        writeln!(lines, "{}", json!({ "text": text, "url": url, "outlet": outlet })).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("articles.ndjson");
    std::fs::write(&file, lines).unwrap();
    let mut import = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    assert!(import.arg("import").arg("--database").arg(&database.url).arg(&file).output().unwrap().status.success());
    app.patch("/v1/actors/sergey-lavrov", json!({ "aliases": ["Sergej Lawrow"] })).await.expect(200);
    app
}

fn reextract(database: &TestDatabase, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.arg("reextract").arg("--database").arg(&database.url).args(flags);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(database: &TestDatabase, flags: &[&str]) -> String {
    let output = reextract(database, flags).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the database holds, without what differs between two databases of the same content.
async fn content(app: &TestApp) -> Vec<Value> {
    let article = |row: &Value| json!([row["url"], row["version"], row["extractor"], row["outlet"]["slug"]]);
    let mut all: Vec<Value> = app.all_pages("/v1/articles?limit=200").await.iter().map(article).collect();
    let quote = |row: &Value| {
        json!([
            row["text"],
            row["version"],
            row["speaker"]["actor"]["slug"],
            row["speaker"]["resolved_by"],
            row["kind"],
            row["confidence"],
            row["mentions"].as_array().unwrap().len()
        ])
    };
    all.extend(app.all_pages("/v1/quotes?limit=200").await.iter().map(quote));
    all.extend(app.all_pages("/v1/actors?limit=200").await.iter().map(|row| json!([row["slug"], row["version"]])));
    all.sort_by_key(ToString::to_string);
    all
}

#[actix_web::test]
async fn a_reading_that_was_killed_goes_on_and_ends_as_one_that_was_not() {
    let whole = TestDatabase::create().await;
    let expected = fill(&whole).await;
    let summary = run(&whole, &[]);
    assert!(summary.contains(&format!("articles: {ARTICLES} read, {ARTICLES} of them differently")), "{summary}");
    let (changed, kept) = (ARTICLES * 2, ARTICLES);
    assert!(summary.contains(&format!("quotes: 0 gained, 0 lost, {changed} changed, {kept} kept")), "{summary}");

    let database = TestDatabase::create().await;
    let app = fill(&database).await;
    let before = Instant::now().to_string();
    let flags = ["--read-before", before.as_str()];
    let mut running = reextract(&database, &flags).spawn().unwrap();
    let count = async || app.all_pages("/v1/quotes?speaker=sergey-lavrov&limit=200").await.len();
    while app.get("/v1/quotes?speaker=sergey-lavrov&limit=1").await.expect(200)["data"] == json!([]) {
        assert!(running.try_wait().unwrap().is_none(), "it ended before it wrote anything");
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let done = count().await;
    assert!(done < ARTICLES * 2, "it was killed in the middle");
    assert_eq!(done % 2, 0, "no article is half written");
    let articles = done / 2;

    let left = ARTICLES - articles;
    let summary = run(&database, &flags);
    assert!(summary.contains(&format!("articles: {left} read, {left} of them differently")), "{summary}");
    assert_eq!(content(&app).await, content(&expected).await);
    let summary = run(&database, &flags);
    assert!(summary.contains("articles: 0 read"), "none is read twice: {summary}");
    let summary = run(&database, &[]);
    assert!(summary.contains(&format!("articles: {ARTICLES} read, 0 of them differently")), "{summary}");
    assert_eq!(content(&app).await, content(&expected).await);
}

#[actix_web::test]
async fn only_the_articles_are_read_that_the_flags_name() {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let post = async |text: &str, outlet: &str, day: &str| {
        let new = json!({ "text": text, "outlet": outlet, "published_on": day });
        app.post("/v1/articles", new).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let first = post("The gate is shut, Sergej Lawrow said.", "tass", "2017-05-01").await;
    let second = post("The gate is open, Sergej Lawrow said.", "reuters", "2017-06-01").await;
    app.patch("/v1/actors/sergey-lavrov", json!({ "aliases": ["Sergej Lawrow"] })).await.expect(200);
    let older = format!("UPDATE articles SET extractor = 'onrecord/0.0.1' WHERE id = '{second}'");
    database.execute(&older).await;
    for (flags, articles) in [
        (vec!["--outlet", "tass"], 1),
        (vec!["--outlet", "tass", "--outlet", "reuters"], 2),
        (vec!["--published-from", "2017-06-01"], 1),
        (vec!["--published-to", "2017-05-31", "--outlet", "reuters"], 0),
        (vec!["--article", &first], 1),
        (vec!["--outdated"], 1),
        (vec!["--read-before", "2017-01-01T00:00:00Z"], 0),
        (vec![], 2),
    ] {
        let summary = run(&database, &[flags.as_slice(), &["--dry-run"]].concat());
        assert!(summary.contains(&format!("articles: {articles} read")), "{flags:?}: {summary}");
        assert!(summary.contains("nothing was written"), "{summary}");
    }
    assert_eq!(app.all_pages("/v1/quotes?speaker=sergey-lavrov").await.len(), 0, "these were dry runs");
    let summary = run(&database, &["--outdated"]);
    assert!(summary.contains("quotes: 0 gained, 0 lost, 1 changed, 0 kept"), "{summary}");
    assert!(run(&database, &["--outdated"]).contains("articles: 0 read"));
    assert_eq!(app.all_pages("/v1/quotes?speaker=sergey-lavrov").await.len(), 1);

    for (flags, told) in [
        (["--article", "01970000-0000-7000-8000-000000000001"], "01970000-0000-7000-8000-000000000001"),
        (["--article", "first"], "--article"),
        (["--outlet", "nobody"], "nobody"),
        (["--read-before", "yesterday"], "--read-before"),
    ] {
        let output = reextract(&database, &flags).output().unwrap();
        assert!(!output.status.success(), "{flags:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(told), "{flags:?}: {message}");
    }
}
