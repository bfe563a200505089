//! `/v1/statements`: one utterance across outlets, how its wordings differ, and what people decide about it.

use std::collections::BTreeSet;

use actix_web::http::Method;
use onrecord::services::statements;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const TASS: &str = "MOSCOW, September 18. /TASS/. \"We will build twelve observation posts along the border of the Idlib de-escalation zone,\" Russian \
    Foreign Minister Sergey Lavrov said on September 18.\n\n\"The Americans were told about the convoys of grain in good time,\" \
    Lavrov said.";
const RT: &str = "Twelve observation posts would be set up along the borders of the Idlib de-escalation zone, Russian Foreign Minister Sergei Lavrov \
    said on September 18, 2017.\n\nLavrov said that the ferry across the Volga had been repaired.";

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

async fn post(app: &TestApp, text: &str, outlet: &str, day: &str) -> Value {
    app.post("/v1/articles", json!({ "text": text, "outlet": outlet, "published_on": day })).await.expect(201)
}

/// Sends a decision about what stands there now.
async fn decide(app: &TestApp, statement: &str, what: &str, body: Value) -> Answer {
    let tag = app.get(&format!("/v1/statements/{statement}")).await.header("etag").unwrap().to_owned();
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let path = format!("/v1/statements/{statement}/{what}?reason=Read+both");
    app.send_with(Method::POST, &path, &headers, body.to_string()).await
}

/// Which statement a quote reports now.
async fn statement_of(app: &TestApp, quote: &str) -> Value {
    app.get(&format!("/v1/quotes/{quote}")).await.expect(200)["statement_id"].clone()
}

async fn reports_of(app: &TestApp, statement: &str) -> BTreeSet<String> {
    let found = app.get(&format!("/v1/statements/{statement}")).await.expect(200);
    let reports = found["reports"].as_array().unwrap();
    assert_eq!(found["report_count"], reports.len(), "{found}");
    reports.iter().map(|report| report["quote_id"].as_str().unwrap().to_owned()).collect()
}

/// What statements say of themselves has to agree with what quotes say of them.
async fn assert_consistent(app: &TestApp) {
    let mut of_quotes: BTreeSet<(String, String)> = BTreeSet::new();
    for quote in app.all_pages("/v1/quotes?limit=200").await {
        let is_known = !quote["speaker"]["actor"].is_null();
        assert_eq!(!quote["statement_id"].is_null(), is_known, "{quote}");
        if is_known {
            of_quotes.insert((quote["statement_id"].as_str().unwrap().to_owned(), id(&quote).to_owned()));
        }
    }
    let mut of_statements = BTreeSet::new();
    for statement in app.all_pages("/v1/statements?limit=200").await {
        let reports = reports_of(app, id(&statement)).await;
        assert!(!reports.is_empty());
        assert!(reports.contains(statement["quote_id"].as_str().unwrap()), "{statement}");
        of_statements.extend(reports.into_iter().map(|quote| (id(&statement).to_owned(), quote)));
    }
    assert_eq!(of_quotes, of_statements);
}

/// A service with two reports of one utterance, and one other quote in each article.
struct World {
    app: TestApp,
    tass: Value,
    rt: Value,
}

impl World {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let tass = post(&app, TASS, "tass", "2017-09-18").await;
        let rt = post(&app, RT, "rt", "2017-09-18").await;
        for article in [&tass, &rt] {
            let quotes = article["quotes"].as_array().unwrap();
            assert_eq!(quotes.len(), 2, "{article}");
            assert!(quotes.iter().all(|quote| quote["speaker"]["actor"]["slug"] == "sergey-lavrov"), "{article}");
        }
        Self { app, tass, rt }
    }

    fn quote(&self, article: &Value, at: usize) -> String {
        id(&article["quotes"][at]).to_owned()
    }

    /// The quotes about observation posts, of TASS and of RT.
    fn posts(&self) -> (String, String) {
        (self.quote(&self.tass, 0), self.quote(&self.rt, 0))
    }

    fn shared(&self) -> String {
        self.tass["quotes"][0]["statement_id"].as_str().unwrap().to_owned()
    }
}

/// Each further report is added to what the statement says; to place a quote anew has all of its reports looked at.
#[actix_web::test]
async fn what_a_statement_says_follows_from_its_reports_however_it_came_by_them() {
    let app = TestApp::start().await;
    let paraphrase = |verb: &str| {
        format!(
            "Twelve observation posts would be {verb} along the borders of the Idlib de-escalation zone, Russian Foreign Minister \
             Sergey Lavrov said on September 18, 2017."
        )
    };
    let quoted = TASS.split("\n\n").next().unwrap().to_owned();
    let reports = [
        (paraphrase("set up"), "2017-09-20", 0),
        // Of an earlier article; then one that quotes; then one that neither quotes nor is the first.
        (paraphrase("built"), "2017-09-19", 1),
        (quoted, "2017-09-21", 2),
        (paraphrase("put up"), "2017-09-18", 2),
    ];
    let mut quotes = Vec::new();
    let mut shared = None;
    for (at, (text, day, lead)) in reports.iter().enumerate() {
        let article = post(&app, text, "tass", day).await;
        let quote = &article["quotes"][0];
        let statement = quote["statement_id"].as_str().unwrap();
        assert_eq!(*shared.get_or_insert_with(|| statement.to_owned()), statement, "{article}");
        quotes.push(id(quote).to_owned());
        let said = async || {
            let found = app.get(&format!("/v1/statements/{statement}")).await.expect(200);
            ["quote_id", "report_count", "reported_on", "reports"].map(|name| found[name].clone())
        };
        let gained = said().await;
        assert_eq!(gained[..2], [json!(quotes[*lead]), json!(at + 1)]);
        statements::place_quotes_anew(&app.services, &[quotes[at].parse().unwrap()]).await.unwrap();
        assert_eq!(said().await, gained);
        assert_consistent(&app).await;
    }
}

#[actix_web::test]
async fn two_outlets_reports_of_one_utterance_are_one_statement() {
    let world = World::start().await;
    let app = &world.app;
    // The answer to the article says so already.
    assert_eq!(world.rt["quotes"][0]["statement_id"], json!(world.shared()));
    let found = app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200);
    assert_eq!(found["speaker"]["slug"], "sergey-lavrov");
    assert_eq!(found["report_count"], 2);
    assert_eq!(found["reported_on"], "2017-09-18");
    let outlets: Vec<&Value> = found["outlets"].as_array().unwrap().iter().map(|outlet| &outlet["slug"]).collect();
    assert_eq!(outlets, ["tass", "rt"]);
    let [first, second] = found["reports"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&first["quote_id"], &second["quote_id"]), (&json!(world.posts().0), &json!(world.posts().1)));
    assert_eq!((&first["reason"], &second["reason"]), (&json!("first"), &json!("likeness")));
    assert_eq!(second["like"], first["quote_id"]);
    assert!(second["score"].as_f64().unwrap() >= 0.62, "{second}");
    assert!(second["parts"].as_array().unwrap().iter().any(|part| part["name"] == "cover"), "{second}");
    assert_eq!((&first["most_verbatim"], &second["most_verbatim"]), (&json!(true), &json!(false)));
    assert_eq!((&first["provenance"], &second["provenance"]["origin"]), (&Value::Null, &json!("independent")));
    assert_eq!(found["text"], first["text"]);
    assert_consistent(app).await;
}

#[actix_web::test]
async fn statements_are_listed_by_their_filters() {
    let world = World::start().await;
    let app = &world.app;
    post(app, "\"We need more time,\" UN envoy Staffan de Mistura said.", "reuters", "2017-10-02").await;
    let all = app.all_pages("/v1/statements?limit=1").await;
    assert_eq!(all.len(), 4);
    let days: Vec<&str> = all.iter().map(|statement| statement["reported_on"].as_str().unwrap()).collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
    for (query, count) in [
        ("speaker=sergey-lavrov", 3),
        ("reports_min=1", 4),
        ("reports_min=2", 1),
        ("reports_min=3", 0),
        ("outlet=rt", 2),
        ("outlet=rt&outlet=reuters", 3),
        ("zone=idlib-de-escalation-zone", 1),
        ("from=2017-09-19", 1),
        ("to=2017-09-18", 3),
        ("to=2017-09-18&outlet=reuters", 0),
    ] {
        let page = app.get(&format!("/v1/statements?count=true&{query}")).await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), count, "{query}: {page}");
        assert_eq!(page["total"], count, "{query}");
    }
    app.get("/v1/statements?speaker=nobody").await.expect_problem(400, "invalid_query");
    app.get("/v1/statements?reports_min=0").await.expect_problem(400, "invalid_query");
    // They are made from what is known now.
    app.get("/v1/statements?as_of=2017-01-01T00:00:00Z").await.expect_problem(400, "invalid_query");
    let quote = format!("/v1/quotes/{}?as_of={}", world.posts().0, onrecord::models::Instant::now());
    assert_eq!(app.get(&quote).await.expect(200)["statement_id"], Value::Null);
    app.get(&format!("/v1/statements/{}", world.posts().0)).await.expect_problem(404, "not_found");
    app.get("/v1/statements/x").await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn two_wordings_are_compared_word_by_word() {
    let world = World::start().await;
    let app = &world.app;
    let (a, b) = world.posts();
    let path = format!("/v1/statements/{}/compare", world.shared());
    let compared = app.get(&format!("{path}?a={a}&b={b}")).await.expect(200);
    assert_eq!((&compared["a"]["quote_id"], &compared["b"]["quote_id"]), (&json!(a), &json!(b)));
    assert_eq!(compared["b"]["outlet"]["slug"], "rt");
    let differences = compared["differences"].as_array().unwrap();
    let has = |kind: &str, side: &str, words: &str| {
        differences.iter().any(|found| {
            found["kind"] == kind
                && found[side]["text"].as_str().is_some_and(|text| text.to_lowercase().contains(words))
        })
    };
    assert!(has("same", "a", "observation posts"), "{differences:#?}");
    assert!(has("other_words", "a", "border"), "{differences:#?}");
    for side in ["a", "b"] {
        let text: Vec<char> = compared[side]["text"].as_str().unwrap().chars().collect();
        for span in differences.iter().map(|found| &found[side]).filter(|span| !span.is_null()) {
            let at = |name: &str| span[name].as_u64().unwrap() as usize;
            assert_eq!(text[at("start")..at("end")].iter().collect::<String>(), span["text"].as_str().unwrap());
        }
    }
    let other = world.quote(&world.rt, 1);
    app.get(&format!("{path}?a={a}&b={other}")).await.expect_problem(400, "invalid_query");
    app.get(&format!("{path}?a={a}")).await.expect_problem(400, "invalid_query");
    app.get(&format!("{path}?a={a}&b=x")).await.expect_problem(400, "invalid_query");
}

#[actix_web::test]
async fn what_people_split_the_machine_never_joins_again() {
    let world = World::start().await;
    let (app, (tass, rt)) = (&world.app, world.posts());
    let before = app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200);
    let path = format!("/v1/statements/{}/split", world.shared());
    app.post(&path, json!({ "quotes": [rt] })).await.expect_problem(428, "precondition_required");
    decide(app, &world.shared(), "split", json!({ "quotes": [tass, rt] })).await.expect_problem(422, "invalid_body");
    let other = world.quote(&world.rt, 1);
    decide(app, &world.shared(), "split", json!({ "quotes": [other] })).await.expect_problem(422, "invalid_body");

    let made = decide(app, &world.shared(), "split", json!({ "quotes": [rt] })).await;
    assert_eq!(made.header("location"), Some(format!("/v1/statements/{}", id(&made.json())).as_str()));
    let made = made.expect(200);
    assert_ne!(id(&made), world.shared());
    assert_eq!(statement_of(app, &rt).await, made["id"]);
    let left = app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200);
    assert_eq!((&left["report_count"], &left["version"]), (&json!(1), &json!(before["version"].as_i64().unwrap() + 1)));
    let decision = &left["decisions"][0];
    assert_eq!((&decision["kind"], &decision["reason"]), (&json!("apart"), &json!("Read both")));
    assert!(decision["made_by"]["name"].is_string(), "{decision}");
    assert_consistent(app).await;

    // Whatever makes the machine look again: the article comes back, or its date is put right.
    app.delete(&format!("/v1/articles/{}", id(&world.rt))).await.expect(204);
    assert_consistent(app).await;
    let deletion = app.get("/v1/deletions").await.expect(200)["data"][0].clone();
    app.post(&format!("/v1/deletions/{}/restore", id(&deletion)), json!({})).await.expect(200);
    assert_ne!(statement_of(app, &rt).await, statement_of(app, &tass).await);
    app.patch(&format!("/v1/articles/{}", id(&world.tass)), json!({ "published_on": "2017-09-19" })).await.expect(200);
    assert_ne!(statement_of(app, &rt).await, statement_of(app, &tass).await);
    assert_consistent(app).await;
}

#[actix_web::test]
async fn what_people_join_stays_together() {
    let world = World::start().await;
    let app = &world.app;
    let (grain, ferry) = (world.quote(&world.tass, 1), world.quote(&world.rt, 1));
    let (one, other) = (statement_of(app, &grain).await, statement_of(app, &ferry).await);
    assert_ne!(one, other);
    let one = one.as_str().unwrap();
    decide(app, one, "join", json!({ "statement": one })).await.expect_problem(409, "conflict");
    decide(app, one, "join", json!({ "statement": grain })).await.expect_problem(422, "invalid_body");
    let stranger = post(app, "\"We need more time,\" UN envoy Staffan de Mistura said.", "reuters", "2017-09-18").await;
    let strange = &stranger["quotes"][0]["statement_id"];
    decide(app, one, "join", json!({ "statement": strange })).await.expect_problem(409, "conflict");
    let joined = decide(app, one, "join", json!({ "statement": other })).await.expect(200);
    assert_eq!(joined["report_count"], 2);
    assert_eq!(joined["reports"][1]["reason"], "together");
    app.get(&format!("/v1/statements/{}", other.as_str().unwrap())).await.expect_problem(404, "not_found");
    assert_consistent(app).await;

    app.patch(&format!("/v1/articles/{}", id(&world.rt)), json!({ "published_on": "2017-09-19" })).await.expect(200);
    assert_eq!(statement_of(app, &ferry).await, statement_of(app, &grain).await);
    // A later decision holds.
    let made = decide(app, one, "split", json!({ "quotes": [ferry] })).await.expect(200);
    app.patch(&format!("/v1/articles/{}", id(&world.rt)), json!({ "published_on": "2017-09-18" })).await.expect(200);
    assert_eq!(statement_of(app, &ferry).await, made["id"]);
    assert_consistent(app).await;
}

#[actix_web::test]
async fn what_people_pin_stays_where_it_is_and_what_they_close_gets_nothing() {
    let world = World::start().await;
    let (app, (tass, rt)) = (&world.app, world.posts());
    let grain = world.quote(&world.tass, 1);
    let home = statement_of(app, &grain).await;
    let home = home.as_str().unwrap();
    let pinned = decide(app, home, "pin", json!({ "quotes": [rt], "closed": true })).await.expect(200);
    assert_eq!((&pinned["closed"], &pinned["report_count"]), (&json!(true), &json!(2)));
    assert_eq!(reports_of(app, &world.shared()).await, BTreeSet::from([tass.clone()]));
    assert_consistent(app).await;
    // Its words would lead it elsewhere.
    app.patch(&format!("/v1/articles/{}", id(&world.rt)), json!({ "published_on": "2017-09-19" })).await.expect(200);
    assert_eq!(statement_of(app, &rt).await, json!(home));
    // The very words of a report of the closed statement.
    let copy = "\"The Americans were told about the convoys of grain in good time,\" Russian Foreign Minister Sergey Lavrov said.";
    let copy = post(app, copy, "sputnik", "2017-09-18").await;
    assert_ne!(copy["quotes"][0]["statement_id"], json!(home));
    let opened =
        decide(app, home, "pin", json!({ "quotes": [rt], "pinned": false, "closed": false })).await.expect(200);
    assert_eq!((&opened["closed"], &opened["decisions"]), (&json!(false), &json!([])));
    app.patch(&format!("/v1/articles/{}", id(&world.rt)), json!({ "published_on": "2017-09-18" })).await.expect(200);
    assert_eq!(statement_of(app, &rt).await, json!(world.shared()));
    let stranger = post(app, "\"We need more time,\" UN envoy Staffan de Mistura said.", "reuters", "2017-09-18").await;
    let strange = json!({ "quotes": [stranger["quotes"][0]["id"]] });
    decide(app, home, "pin", strange).await.expect_problem(422, "invalid_body");
    decide(app, home, "pin", json!({ "quotes": [home] })).await.expect_problem(422, "invalid_body");
    assert_consistent(app).await;
}

#[actix_web::test]
async fn a_quote_that_is_corrected_or_deleted_leaves_its_statement() {
    let world = World::start().await;
    let (app, (tass, rt)) = (&world.app, world.posts());
    // A review alone moves nothing.
    let version = app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200)["version"].clone();
    app.patch(&format!("/v1/quotes/{rt}"), json!({ "review": "accepted" })).await.expect(200);
    assert_eq!(app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200)["version"], version);
    let changed =
        app.patch(&format!("/v1/quotes/{rt}"), json!({ "speaker": { "actor": "donald-trump" } })).await.expect(200);
    assert_ne!(changed["statement_id"], json!(world.shared()));
    assert_eq!(changed["statement_id"], statement_of(app, &rt).await);
    let of_trump = app.get(&format!("/v1/statements/{}", changed["statement_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(of_trump["speaker"]["slug"], "donald-trump");
    assert_consistent(app).await;
    app.patch(&format!("/v1/quotes/{rt}"), json!({ "speaker": { "actor": "sergey-lavrov" } })).await.expect(200);
    assert_eq!(statement_of(app, &rt).await, json!(world.shared()));
    app.get(&format!("/v1/statements/{}", id(&of_trump))).await.expect_problem(404, "not_found");
    // The first report goes: the other one is the first now.
    app.delete(&format!("/v1/quotes/{tass}")).await.expect(204);
    let left = app.get(&format!("/v1/statements/{}", world.shared())).await.expect(200);
    assert_eq!((&left["report_count"], &left["reports"][0]["reason"]), (&json!(1), &json!("first")));
    assert_eq!(left["quote_id"], json!(rt));
    app.patch(&format!("/v1/quotes/{rt}"), json!({ "speaker": null })).await.expect(200);
    app.get(&format!("/v1/statements/{}", world.shared())).await.expect_problem(404, "not_found");
    assert_consistent(app).await;
}

#[actix_web::test]
async fn statements_follow_an_actor_that_is_merged_and_back() {
    let app = TestApp::start().await;
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    app.post("/v1/actors", json!({ "name": "Ada Exemplar", "kind": "person" })).await.expect(201);
    let one = "\"The bridge over the Lune stays closed until the fourth of May,\" Ada Example said.";
    let other = "The bridge over the Lune would remain closed until May 4, Ada Exemplar said.";
    let one = post(&app, one, "tass", "2017-04-18").await;
    let other = post(&app, other, "rt", "2017-04-18").await;
    let (one, other) = (id(&one["quotes"][0]), id(&other["quotes"][0]));
    assert_ne!(statement_of(&app, one).await, statement_of(&app, other).await);
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let body = json!({ "into": "ada-example" }).to_string();
    app.send_with(Method::POST, "/v1/actors/ada-exemplar/merge", &headers, body).await.expect(200);
    assert_eq!(statement_of(&app, one).await, statement_of(&app, other).await);
    assert_consistent(&app).await;
    app.send(Method::POST, "/v1/actors/ada-exemplar/unmerge", "", "").await.expect(200);
    assert_ne!(statement_of(&app, one).await, statement_of(&app, other).await);
    assert_consistent(&app).await;
}

#[actix_web::test]
async fn an_article_that_is_read_again_keeps_its_statements() {
    let world = World::start().await;
    let app = &world.app;
    app.post("/v1/actors", json!({ "name": "Volga", "kind": "organisation" })).await.expect(201);
    app.send(Method::POST, &format!("/v1/articles/{}/extractions", id(&world.rt)), "", "").await.expect(200);
    assert_eq!(statement_of(app, &world.posts().1).await, json!(world.shared()));
    assert_consistent(app).await;
}

#[actix_web::test]
async fn quotes_of_an_import_are_put_into_statements_behind_it() {
    let world = World::start().await;
    let export = world.app.get("/v1/exports/all.ndjson").await;
    let app = TestApp::start().await;
    let source = onrecord::services::imports::LineSource::new(
        Box::new(std::io::Cursor::new(export.bytes)),
        &app.services.settings.ingest,
    );
    let author = onrecord::models::Author::command_line();
    onrecord::services::imports::import_lines(&app.services, source, &author, |_, _| {}).await.unwrap();
    let (tass, rt) = world.posts();
    assert_eq!(statement_of(&app, &tass).await, Value::Null);
    assert_eq!(app.get("/readyz").await.expect(200)["statements"]["articles_waiting"], 2);
    let mut told = Vec::new();
    statements::place_imported_quotes(&app.services, |waiting| told.push(waiting)).await.unwrap();
    assert_eq!(told, [0]);
    assert_eq!(app.get("/readyz").await.expect(200)["statements"]["articles_waiting"], 0);
    assert_eq!(statement_of(&app, &tass).await, statement_of(&app, &rt).await);
    assert_consistent(&app).await;
}

/// Of two reports that come at the same moment the second finds the first.
#[actix_web::test]
async fn reports_that_come_at_the_same_moment_find_each_other() {
    let app = TestApp::start().await;
    let articles = ["tass", "rt", "reuters", "sputnik"].map(|outlet| {
        let text = format!("{TASS}\n\nThis is how {outlet} has it.");
        json!({ "text": text, "outlet": outlet, "published_on": "2017-09-18" })
    });
    let posts = articles.iter().map(|article| app.post("/v1/articles", article.clone()));
    for answer in futures_util::future::join_all(posts).await {
        answer.expect(201);
    }
    let shared = app.get("/v1/statements?reports_min=4&count=true").await.expect(200);
    assert_eq!(shared["total"], 2, "{shared}");
    assert_consistent(&app).await;
}
