//! `/v1/search`: what is found, how it is ranked, and that the index follows the database whatever happens to it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use onrecord::services::{Services, changes, search};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{POSTGRES_VARIABLE, TestApp, TestDatabase};

/// A service whose index is kept.
struct Searching {
    app: TestApp,
    followers: [actix_web::rt::task::JoinHandle<()>; 2],
}

impl Searching {
    async fn on(database: &TestDatabase, folder: &TempDir) -> Self {
        let index = folder.path().join("index");
        let settings = [("search.folder", index.to_str().unwrap()), ("changes.poll_interval_ms", "20")];
        let services = Services::start(database.settings(&settings)).await.unwrap();
        let log = actix_web::rt::spawn(changes::follow_changes(services.clone()));
        let index = actix_web::rt::spawn(search::follow(services.clone()));
        Self { app: TestApp::on(services), followers: [log, index] }
    }

    /// What is found, once everything that is committed can be.
    async fn search(&self, query: &str) -> Value {
        let began = Instant::now();
        loop {
            let answer = self.app.get(&format!("/v1/search?count=true&{query}")).await;
            if answer.status == 200 && answer.json()["index"]["behind_seconds"] == 0.0 {
                return answer.json();
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{}", String::from_utf8_lossy(&answer.bytes));
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The texts of the quotes that are found.
    async fn quotes(&self, query: &str) -> Vec<String> {
        let found = self.search(&format!("type=quotes&{query}")).await;
        found["data"].as_array().unwrap().iter().map(|hit| hit["quote"]["text"].as_str().unwrap().to_owned()).collect()
    }

    /// As if the process had ended.
    async fn stop(self) {
        for follower in self.followers {
            follower.abort();
            let _ = follower.await;
        }
        drop(self.app);
        // What was being written is written on a thread of its own.
        actix_web::rt::time::sleep(Duration::from_millis(300)).await;
    }
}

const TEXTS: [&str; 3] = [
    "MOSCOW, May 4, 2017. /TASS/. \"The safe zones in Syria will help the negotiations,\" Russian Foreign Minister Sergey \
     Lavrov said.\n\n\"Zones, zones and zones: nobody négotiates about zones,\" Lavrov said.",
    "MOSCOW, May 5, 2018. /TASS/. \"A no-fly zone is not safe, and it is no zone of peace for anybody who lives there today,\" \
     Turkish Foreign Minister Mevlut Cavusoglu said.",
    "ANKARA, June 1, 2018. Ministers met near the Idlib de-escalation zone. \"Bread is bread,\" Cavusoglu said.",
];

async fn with_texts(database: &TestDatabase, folder: &TempDir) -> Searching {
    let searching = Searching::on(database, folder).await;
    for text in TEXTS {
        searching.app.post_text(text).await;
    }
    searching
}

#[actix_web::test]
async fn words_phrases_exclusions_and_prefixes_are_found_and_ranked() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    let zones = searching.quotes("q=ZONE").await;
    assert_eq!(zones.len(), 3, "{zones:?}");
    assert!(zones[0].starts_with("Zones, zones"), "the one with most of them in few words: {zones:?}");
    assert_eq!(searching.quotes("q=zone+-safe").await, zones[..1]);
    assert_eq!(searching.quotes("q=%22safe+zones%22").await.len(), 1);
    assert_eq!(searching.quotes("q=%22zones+safe%22").await.len(), 0);
    assert_eq!(searching.quotes("q=no-fly").await.len(), 1);
    assert_eq!(searching.quotes("q=negotiat*").await.len(), 2);
    assert_eq!(searching.quotes("q=negotiation").await.len(), 2, "stems, without accents");
    assert_eq!(searching.quotes("q=bread").await, ["Bread is bread,"]);
    assert_eq!(searching.quotes("q=nothing-like-it").await.len(), 0);
    let all = searching.search("").await;
    assert_eq!(all["total"], 7, "without words all is found: {all}");

    for hit in searching.search("q=zone").await["data"].as_array().unwrap() {
        let text = match hit["type"].as_str().unwrap() {
            "quotes" => hit["quote"]["text"].clone(),
            _ => {
                let path = format!("/v1/articles/{}", hit["article"]["id"].as_str().unwrap());
                searching.app.get(&path).await.expect(200)["text"].clone()
            }
        };
        let characters: Vec<char> = text.as_str().unwrap().chars().collect();
        let slice = |span: &Value| -> String {
            let (start, end) = (span["start"].as_u64().unwrap(), span["end"].as_u64().unwrap());
            characters[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()].iter().collect()
        };
        assert!(!hit["highlights"].as_array().unwrap().is_empty(), "{hit}");
        for span in hit["highlights"].as_array().unwrap() {
            assert_eq!(slice(span), span["text"].as_str().unwrap());
            assert!(slice(span).to_lowercase().starts_with("zone"));
        }
        if !hit["excerpt"].is_null() {
            assert_eq!(slice(&hit["excerpt"]), hit["excerpt"]["text"].as_str().unwrap());
            assert!(hit["excerpt"]["text"].as_str().unwrap().to_lowercase().contains("zone"));
        }
    }
}

#[actix_web::test]
async fn filters_and_facets_are_those_of_the_lists() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    assert_eq!(searching.quotes("q=zone&speaker=sergey-lavrov").await.len(), 2);
    assert_eq!(searching.quotes("q=zone&speaker=sergey-lavrov&speaker=mevlut-cavusoglu").await.len(), 3);
    assert_eq!(searching.quotes("q=zone&published_from=2018-01-01").await.len(), 1);
    assert_eq!(searching.quotes("q=zone&published_to=2017-12-31&kind=direct").await.len(), 2);
    assert_eq!(searching.quotes("q=zone&kind=indirect").await.len(), 0);
    assert_eq!(searching.quotes("q=zone&review=machine&min_confidence=0.01").await.len(), 3);
    assert_eq!(searching.quotes("q=zone&outlet=tass").await.len(), 3);
    // What is asked for tells what is searched.
    assert_eq!(searching.search("q=zone&speaker=sergey-lavrov").await["total"], 2);
    assert_eq!(searching.search("q=zone&language=en").await["total"], 3);
    assert_eq!(searching.search("q=zone&zone=idlib-de-escalation-zone").await["total"], 1);
    assert_eq!(searching.search("type=articles,quotes&q=zone").await["total"], 6);
    // Every filter finds what the list finds.
    for filter in [
        "speaker=mevlut-cavusoglu",
        "outlet=tass",
        "kind=direct",
        "said_from=2018-01-01",
        "said_to=2018-01-01",
        "published_from=2018-06-01",
        "zone=idlib-de-escalation-zone",
        "min_confidence=0.9",
        "review=accepted",
    ] {
        let listed = searching.app.all_pages(&format!("/v1/quotes?{filter}")).await;
        assert_eq!(searching.search(&format!("type=quotes&{filter}")).await["total"], listed.len(), "{filter}");
    }
    for filter in
        ["actor=mevlut-cavusoglu", "outlet=tass", "language=en", "language=de", "zone=idlib-de-escalation-zone"]
    {
        let listed = searching.app.all_pages(&format!("/v1/articles?{filter}")).await;
        assert_eq!(searching.search(&format!("type=articles&{filter}")).await["total"], listed.len(), "{filter}");
    }

    let found = searching.search("q=zone&type=quotes&facets=speaker,kind,outlet,year,zone&limit=1").await;
    let counts = |name: &str| -> Vec<(String, u64)> {
        let facets = found["facets"].as_array().unwrap();
        let facet = facets.iter().find(|facet| facet["name"] == name).unwrap();
        let values = facet["values"].as_array().unwrap();
        values.iter().map(|v| (v["value"].as_str().unwrap().to_owned(), v["count"].as_u64().unwrap())).collect()
    };
    assert_eq!(counts("speaker"), [("sergey-lavrov".into(), 2), ("mevlut-cavusoglu".into(), 1)]);
    assert_eq!(counts("kind"), [("direct".into(), 3)]);
    assert_eq!(counts("outlet"), [("tass".into(), 3)]);
    assert_eq!(counts("year"), [("2017".into(), 2), ("2018".into(), 1)]);
    assert_eq!(found["facets"][0]["values"][0]["label"], "Sergey Lavrov");
}

#[actix_web::test]
async fn a_query_that_cannot_be_understood_is_refused_with_the_character() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = Searching::on(&database, &folder).await;
    searching.search("").await;
    for (query, parameter, detail) in [
        ("q=safe+%22zone", "q", "the quotation mark at character 6 has no partner"),
        ("q=zo*ne", "q", "the * at character 3 must end a word, as in negotiat*"),
        ("q=-zone", "q", "only says what must not be there (the - at character 1): give a word to look for too"),
        ("q=%26", "q", "holds no word to look for"),
        ("q=zone&type=books", "type", "unknown variant `books`, expected `quotes` or `articles`"),
        ("q=zone&speaker=nobody-at-all", "speaker", ""),
        ("q=zone&type=articles&speaker=sergey-lavrov", "type", ""),
        ("q=zone&actor=sergey-lavrov&kind=direct", "type", ""),
        ("q=zone&colour=red", "colour", "is not a parameter of this operation"),
        ("q=zone&as_of=2026-01-01T00:00:00Z", "as_of", "is not a parameter of this operation"),
        ("q=zone&min_confidence=1.5", "min_confidence", "must be from 0 to 1"),
        ("q=zo%00ne", "q", "must not hold U+0000"),
        ("q=", "q", "must have a value"),
    ] {
        let problem = searching.app.get(&format!("/v1/search?{query}")).await.expect_problem(400, "invalid_query");
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], parameter, "{query}: {problem}");
        assert!(error["detail"].as_str().unwrap().starts_with(detail), "{query}: {problem}");
    }
    let answer = searching.app.get("/v1/search?q=zone&cursor=nonsense").await;
    answer.expect_problem(400, "invalid_cursor");
}

#[actix_web::test]
async fn pages_of_hits_join_without_gap_or_double() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = Searching::on(&database, &folder).await;
    for number in 0..6 {
        // Many of the same score: only the id tells them apart.
        let text = format!("\"The zone is open,\" Sergey Lavrov said.\n\n\"Zone {number} is safe,\" Lavrov said.");
        searching.app.post_text(&text).await;
    }
    let whole = searching.search("q=zone&limit=200").await;
    assert_eq!(whole["total"], 18);
    let pages = searching.app.all_pages("/v1/search?q=zone&limit=4").await;
    assert_eq!(json!(pages), whole["data"]);
    let keys: Vec<(i64, String)> = pages
        .iter()
        .map(|hit| {
            let id = hit[if hit["type"] == "quotes" { "quote" } else { "article" }]["id"].as_str().unwrap();
            ((hit["score"].as_f64().unwrap() * 10_000.0).round() as i64, id.to_owned())
        })
        .collect();
    assert!(keys.windows(2).all(|pair| pair[0] > pair[1]), "the best first, then the latest: {keys:?}");
    let answer = searching.app.get("/v1/search?q=zone&limit=4").await;
    assert!(answer.header("link").unwrap().contains("rel=\"next\""));
}

#[actix_web::test]
async fn what_is_changed_and_deleted_is_found_so_within_moments() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    let bread = searching.search("q=bread&type=quotes").await["data"][0]["quote"].clone();
    let quote = format!("/v1/quotes/{}", bread["id"].as_str().unwrap());
    let article = format!("/v1/articles/{}", bread["article_id"].as_str().unwrap());
    searching.app.patch(&quote, json!({ "speaker": { "actor": "sergey-lavrov" } })).await.expect(200);
    assert_eq!(searching.quotes("q=bread&speaker=sergey-lavrov").await.len(), 1);
    assert_eq!(searching.quotes("q=bread&speaker=mevlut-cavusoglu").await.len(), 0);
    assert_eq!(searching.quotes("q=bread&review=corrected").await.len(), 1);
    // A quote has some of what it is filtered by from its article.
    searching.app.patch(&article, json!({ "outlet": "tass", "title": "Bakers" })).await.expect(200);
    assert_eq!(searching.quotes("q=bread&outlet=tass").await.len(), 1);
    assert_eq!(searching.search("q=bakers&type=articles").await["total"], 1);
    searching.app.delete(&quote).await.expect(204);
    assert_eq!(searching.search("q=bread").await["total"], 1, "the article still has the word");
    searching.app.delete(&article).await.expect(204);
    assert_eq!(searching.search("q=bread").await["total"], 0);
    let ready = searching.app.get("/readyz").await.expect(200);
    assert_eq!(ready["search"]["state"], "ready");
    assert!(ready["search"]["caught_up_to"].as_i64().unwrap() > 0);
}

/// What is wrong with a folder, and what makes it so.
type Breakage = (&'static str, fn(&TempDir));

#[actix_web::test]
async fn lists_can_be_searched_and_counted() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    let began = onrecord::models::Instant::now();
    let ids = |page: &Value, resource: &str| -> Vec<Value> {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row.get(resource).unwrap_or(row)["id"].clone()).collect()
    };
    for (resource, list, query) in [
        ("quote", "quotes", "q=zone"),
        ("quote", "quotes", "q=zone+-safe&kind=direct"),
        ("quote", "quotes", "q=zone&speaker=mevlut-cavusoglu&outlet=tass&said_from=2018-01-01"),
        ("article", "articles", "q=zone"),
        ("article", "articles", "q=%22safe+zone%22+peace&language=en&actor=mevlut-cavusoglu"),
        ("article", "articles", "q=zone&published_to=2017-12-31"),
    ] {
        let found = searching.search(&format!("type={list}&{query}&facets=speaker,outlet,year")).await;
        let listed =
            searching.app.get(&format!("/v1/{list}?{query}&count=true&facets=speaker,outlet,year")).await.expect(200);
        assert_eq!(ids(&listed, resource), ids(&found, resource), "{query}: the same in the same order");
        for name in ["total", "facets"] {
            assert_eq!(listed[name], found[name], "{query}");
        }
        assert_eq!(listed["index"]["caught_up_to"], found["index"]["caught_up_to"]);
        for (row, hit) in listed["data"].as_array().unwrap().iter().zip(found["data"].as_array().unwrap()) {
            assert_eq!(row["highlights"], hit["highlights"], "{query}");
        }
        let pages = searching.app.all_pages(&format!("/v1/{list}?{query}&limit=1")).await;
        assert_eq!(json!(pages), listed["data"], "{query}");
    }
    let listed = searching.app.get("/v1/quotes?q=bread&include=article&fields=text,highlights").await.expect(200);
    assert_eq!(listed["data"][0]["highlights"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(listed["data"][0]["included"]["article"]["language"], "en");

    // Without words the database counts, and comes to what the index comes to.
    let facets = "facets=speaker,zone,outlet,kind,year";
    for filter in ["", "&outlet=tass", "&zone=idlib-de-escalation-zone", "&published_from=2018-01-01"] {
        for list in ["quotes", "articles"] {
            let found = searching.search(&format!("type={list}&{facets}{filter}")).await;
            let listed = searching.app.get(&format!("/v1/{list}?{facets}{filter}")).await.expect(200);
            assert_eq!(listed["facets"], found["facets"], "{list} {filter}");
            assert!(listed.get("index").is_none() && listed["data"][0].get("highlights").is_none(), "{listed}");
        }
    }
    // As it was known then, too, of which the index knows nothing.
    let article = searching.app.get("/v1/articles?limit=1").await.expect(200)["data"][0]["id"].clone();
    searching.app.delete(&format!("/v1/articles/{}", article.as_str().unwrap())).await.expect(204);
    for (as_of, count) in [(format!("&as_of={began}"), 4), (String::new(), 3)] {
        let listed = searching.app.get(&format!("/v1/quotes?facets=kind{as_of}")).await.expect(200);
        assert_eq!(listed["facets"][0]["values"][0]["count"], count, "{listed}");
    }
    for (path, parameter) in [
        (format!("/v1/quotes?q=zone&as_of={began}"), "as_of"),
        ("/v1/articles?q=%22zone".to_owned(), "q"),
        ("/v1/quotes?facets=colour".to_owned(), "facets"),
        ("/v1/stats/quotes?group_by=kind&q=zone".to_owned(), "q"),
        ("/v1/feeds/quotes.json?q=zone".to_owned(), "q"),
        ("/v1/outlets?facets=kind".to_owned(), "facets"),
    ] {
        let problem = searching.app.get(&path).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}: {problem}");
    }
}

#[actix_web::test]
async fn without_an_index_nothing_is_searched_and_all_else_works() {
    let app = TestApp::start().await;
    for path in ["/v1/search", "/v1/quotes?q=zone", "/v1/articles?q=zone"] {
        app.get(path).await.expect_problem(503, "unavailable");
    }
    app.get("/v1/quotes?facets=kind").await.expect(200);
}

/// The file that says what the index is.
fn meta(folder: &TempDir) -> PathBuf {
    folder.path().join("index/index/meta.json")
}

#[actix_web::test]
async fn an_index_that_cannot_be_used_is_made_anew_and_nothing_is_lost() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    let whole = searching.search("q=zone&facets=speaker").await;
    searching.stop().await;

    let breakages: [Breakage; 4] = [
        ("the folder is gone", |folder| std::fs::remove_dir_all(folder.path().join("index")).unwrap()),
        ("an older format", |folder| {
            let text = std::fs::read_to_string(meta(folder)).unwrap();
            assert!(text.contains("\\\"stamp\\\":\\\"2-"), "{text}");
            std::fs::write(meta(folder), text.replace("\\\"stamp\\\":\\\"2-", "\\\"stamp\\\":\\\"0-")).unwrap();
        }),
        ("half of it is gone", |folder| {
            for file in std::fs::read_dir(folder.path().join("index/index")).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "term" || extension == "idx") {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }),
        ("another database", |folder| {
            let text = std::fs::read_to_string(meta(folder)).unwrap();
            let check = text.find("cursor\\\":\\\"").and_then(|at| Some(at + text[at..].find('-')? + 1)).unwrap();
            let other = if &text[check..=check] == "0" { "1" } else { "0" };
            std::fs::write(meta(folder), format!("{}{other}{}", &text[..check], &text[check + 1..])).unwrap();
        }),
    ];
    for (name, damage) in breakages {
        damage(&folder);
        let searching = Searching::on(&database, &folder).await;
        let again = searching.search("q=zone&facets=speaker").await;
        assert_eq!(again["data"], whole["data"], "{name}");
        assert_eq!(again["facets"], whole["facets"], "{name}");
        searching.stop().await;
    }
}

#[actix_web::test]
async fn a_folder_with_other_files_is_left_alone() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    std::fs::create_dir(folder.path().join("index")).unwrap();
    let letter = folder.path().join("index/letter.txt");
    std::fs::write(&letter, "Dear").unwrap();
    let searching = Searching::on(&database, &folder).await;
    let began = Instant::now();
    while searching.app.get("/readyz").await.expect(200)["search"]["state"] != "failing" {
        assert!(began.elapsed() < Duration::from_secs(30));
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    searching.app.get("/v1/search?q=zone").await.expect_problem(503, "unavailable");
    assert_eq!(std::fs::read_to_string(&letter).unwrap(), "Dear");
    searching.app.get("/v1/quotes").await.expect(200);
}

#[actix_web::test]
async fn of_two_on_one_folder_the_second_reads_and_takes_over() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let first = with_texts(&database, &folder).await;
    let found = first.search("q=zone").await;
    let second = Searching::on(&database, &folder).await;
    assert_eq!(second.search("q=zone").await["data"], found["data"]);
    second.app.post_text("\"A third zone,\" Sergey Lavrov said.").await;
    assert_eq!(second.quotes("q=third").await, ["A third zone,"]);
    let index = folder.path().join("index");
    let settings = database.settings(&[("search.folder", index.to_str().unwrap())]);
    let refused = search::build_anew(&Services::start(settings).await.unwrap(), |_, _| ()).await.unwrap_err();
    let cause = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
    assert!(cause.contains("another process writes the index"), "{refused}: {cause}");
    first.stop().await;
    second.app.post_text("\"A fourth zone,\" Sergey Lavrov said.").await;
    assert_eq!(second.quotes("q=fourth").await, ["A fourth zone,"]);
}

/// The program itself, which can be killed.
fn serve(database: &TestDatabase, folder: &TempDir) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--database", &database.url]);
    command.env("ONRECORD__SEARCH__FOLDER", folder.path().join("index"));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[actix_web::test]
async fn an_index_catches_up_after_its_process_was_killed() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let writer = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let mut number = 0;
    for _ in 0..3 {
        let mut server = serve(&database, &folder);
        let began = Instant::now();
        // It writes while articles come; killed in the middle, wherever that is.
        while !meta(&folder).exists() || began.elapsed() < Duration::from_millis(1_500) {
            assert!(server.try_wait().unwrap().is_none(), "it runs");
            assert!(began.elapsed() < Duration::from_secs(60));
            let text = format!(
                "\"Zone number{number} is open,\" Sergey Lavrov said.\n\n\"So is number{number}b,\" Lavrov said."
            );
            writer.post_text(&text).await;
            number += 1;
        }
        server.kill().unwrap();
        server.wait().unwrap();
    }
    let searching = Searching::on(&database, &folder).await;
    assert_eq!(searching.search("q=number*&type=quotes").await["total"], number * 2);
    assert_eq!(searching.search("q=number*&type=articles").await["total"], number);
    for number in [0, number / 2, number - 1] {
        assert_eq!(searching.search(&format!("q=number{number}&type=quotes")).await["total"], 1);
    }
}

#[actix_web::test]
async fn the_command_makes_the_index_anew() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let searching = with_texts(&database, &folder).await;
    let found = searching.search("q=zone").await;
    searching.stop().await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.args(["reindex", "--database", &database.url]);
    command.env("ONRECORD__SEARCH__FOLDER", folder.path().join("index"));
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("7 articles and quotes can be searched"), "{told}");
    let searching = Searching::on(&database, &folder).await;
    assert_eq!(searching.search("q=zone").await["data"], found["data"]);
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Some come often, most seldom.
    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 40] = [
            "zone",
            "talks",
            "peace",
            "safe",
            "minister",
            "border",
            "aid",
            "road",
            "council",
            "agreement",
            "monitors",
            "truce",
            "convoy",
            "negotiation",
            "guarantee",
            "army",
            "village",
            "water",
            "school",
            "bread",
            "bridge",
            "hospital",
            "winter",
            "election",
            "treaty",
            "observer",
            "airport",
            "market",
            "refugee",
            "province",
            "harvest",
            "electricity",
            "ceasefire",
            "prisoner",
            "exchange",
            "deadline",
            "delegation",
            "escalation",
            "sanction",
            "corridor",
        ];
        let limit = 1 + self.below(WORDS.len());
        WORDS[self.below(limit)]
    }

    fn sentence(&mut self) -> String {
        let length = 4 + self.below(12);
        let words: Vec<&str> = (0..length).map(|_| self.word()).collect();
        format!("We want {}", words.join(" "))
    }

    fn query(&mut self) -> String {
        match self.below(5) {
            0 => self.word().to_owned(),
            1 => format!("{} {}", self.word(), self.word()),
            2 => format!("%22{} {}%22", self.word(), self.word()),
            3 => format!("{} -{}", self.word(), self.word()),
            _ => format!("{} {}*", self.word(), &self.word()[..3]),
        }
        .replace(' ', "+")
    }
}

/// The same articles on two databases, one of them indexed as they come and changed, the other in one go at the end.
#[actix_web::test]
async fn two_hundred_queries_find_the_same_on_both_databases() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    // PostgreSQL where a server is named; else two files of SQLite.
    let databases = [TestDatabase::create_on_sqlite().await, TestDatabase::create().await];
    assert_eq!(databases[1].is_postgres(), std::env::var(POSTGRES_VARIABLE).is_ok());
    let lively = Searching::on(&databases[0], &folders[0]).await;
    let late = TestApp::on(Services::start(databases[1].settings(&[])).await.unwrap());
    for (app, indexed) in [(&lively.app, true), (&late, false)] {
        let mut dice = Dice(1);
        for number in 0..60 {
            let text = format!("\"{},\" Sergey Lavrov said.\n\n\"{},\" Lavrov said.", dice.sentence(), dice.sentence());
            let article = app.post_text(&text).await;
            let id = article["id"].as_str().unwrap();
            // Deleted documents must not count, whether their segment was merged or not.
            if number % 5 == 0 {
                app.delete(&format!("/v1/articles/{id}")).await.expect(204);
            } else if number % 7 == 0 {
                app.patch(&format!("/v1/articles/{id}"), json!({ "title": "zone peace truce" })).await.expect(200);
            }
            if indexed && number % 9 == 0 {
                lively.search("").await;
            }
        }
    }
    let late = Searching::on(&databases[1], &folders[1]).await;
    let mut dice = Dice(2);
    let mut hits = 0;
    let mut scores = BTreeSet::new();
    for _ in 0..200 {
        let query = dice.query();
        let mut both = Vec::new();
        for searching in [&lively, &late] {
            let found = searching.search(&format!("q={query}&limit=20&facets=kind,speaker,year")).await;
            let hits: Vec<Value> = found["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hit| {
                    json!([
                        hit["type"],
                        hit["score"],
                        hit["highlights"],
                        hit["excerpt"],
                        hit["quote"]["text"],
                        hit["article"]["text_sha256"]
                    ])
                })
                .collect();
            both.push(json!({ "hits": hits, "total": found["total"], "facets": found["facets"] }));
        }
        assert_eq!(both[0], both[1], "{query}");
        hits += both[0]["hits"].as_array().unwrap().len();
        scores.extend(both[0]["hits"].as_array().unwrap().iter().map(|hit| hit[1].to_string()));
    }
    assert!(hits > 1_500 && scores.len() > 300, "queries that find something: {hits} hits, {} scores", scores.len());
}
