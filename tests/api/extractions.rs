//! Articles that are read again: what is gained, lost and changed by it, and what stays.

use actix_web::http::Method;
use futures_util::future::join_all;
use onrecord::services::samples;
use serde_json::{Value, json};

use crate::articles::{RAW_PAGE, assert_sliceable};
use crate::support::{Answer, TestApp};

/// Speaker and zone are unknown to the reference data.
const TEXT: &str = "\"The Quayport quiet zone stands,\" Sergej Lawrow said on Monday.\n\n\
    The Quayport quiet zone will be watched, Bela Kertesz said.\n\n\
    Ships may leave at noon, Sergej Lawrow said.";

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().unwrap()
}

async fn reextract(app: &TestApp, article: &Value, query: &str) -> Answer {
    app.send(Method::POST, &format!("/v1/articles/{}/extractions{query}", id(article)), "", "").await
}

/// The article and its quotes, as a reader sees them.
async fn read(app: &TestApp, article: &Value) -> (Value, Vec<Value>) {
    let path = format!("/v1/articles/{}", id(article));
    let quotes = app.get(&format!("{path}/quotes")).await.expect(200);
    (app.get(&path).await.expect(200), list(&quotes, "data").to_vec())
}

/// From now on the extractor knows who speaks in [`TEXT`], and of what.
async fn teach(app: &TestApp) {
    app.patch("/v1/actors/sergey-lavrov", json!({ "aliases": ["Sergej Lawrow"] })).await.expect(200);
    let zone = json!({ "name": "Quayport quiet zone", "kind": "safe_zone", "status": "in_force" });
    app.post("/v1/zones", zone).await.expect(201);
}

#[track_caller]
fn assert_nothing_new(answer: &Value, kept: usize) {
    for field in ["gained", "lost", "changed", "not_found", "mentions_gained", "mentions_lost"] {
        assert_eq!(answer[field], json!([]), "{field}: {answer:#}");
    }
    assert_eq!(answer["kept"], kept, "{answer:#}");
}

#[actix_web::test]
async fn the_same_reading_changes_nothing() {
    let app = TestApp::start().await;
    samples::import_samples(&app.services).await.unwrap();
    app.post_text(RAW_PAGE).await;
    app.post("/v1/articles", json!({ "text": TEXT, "published_on": "2017-05-05", "outlet": "tass" })).await.expect(201);
    let page = "<html><head><meta property=\"og:site_name\" content=\"TASS\"><title>Posts are ready</title></head><body>\
        <article><h1>Posts are ready</h1><p>The posts in Idlib are ready, Sergey Lavrov said on Monday.</p></article>";
    app.send(Method::POST, "/v1/articles?published_on=2017-09-20", "text/html", page).await.expect(201);
    let articles = app.all_pages("/v1/articles?limit=200").await;
    assert!(articles.len() > 20);
    for article in &articles {
        let before = read(&app, article).await;
        let answer = reextract(&app, article, "").await.expect(200);
        assert_nothing_new(&answer, before.1.len());
        assert_eq!(answer["article_id"], article["id"]);
        assert_eq!(answer["extractor"], before.0["extractor"]);
        assert_eq!(read(&app, article).await, before, "no version moves");
    }
    assert_eq!(app.all_pages("/v1/articles?limit=200").await, articles);
}

#[actix_web::test]
async fn whoever_became_known_since_is_found() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    assert_eq!(article["quotes"][0]["speaker"]["actor"]["slug"], "sergej-lawrow");
    assert_eq!(article["quotes"][0]["zones"], json!([]));
    teach(&app).await;
    let answer = reextract(&app, &article, "?reason=More+is+known").await.expect(200);
    let (changed, before) = (list(&answer, "changed"), list(&article, "quotes"));
    assert_eq!((changed.len(), before.len()), (3, 3), "{answer:#}");
    assert_eq!((&answer["gained"], &answer["lost"], &answer["kept"]), (&json!([]), &json!([]), &json!(0)));
    let (now, quotes) = read(&app, &article).await;
    for (at, change) in changed.iter().enumerate() {
        assert_eq!(change["before"], before[at]);
        assert_eq!(change["after"], quotes[at]);
        assert_eq!(quotes[at]["id"], before[at]["id"]);
        assert_eq!(quotes[at]["version"], 2);
        assert_eq!(quotes[at]["created_at"], before[at]["created_at"]);
        assert!(quotes[at]["updated_at"].as_str() > before[at]["updated_at"].as_str());
    }
    let speakers: Vec<&Value> = quotes.iter().map(|quote| &quote["speaker"]["actor"]["slug"]).collect();
    assert_eq!(speakers, ["sergey-lavrov", "bela-kertesz", "sergey-lavrov"]);
    assert_eq!(quotes[1]["zones"][0]["slug"], "quayport-quiet-zone");
    assert_eq!(now["version"], 2);
    assert_eq!(now["updated_at"], quotes[0]["updated_at"], "one change is one moment");
    let zones = list(&now, "mentions").iter().filter(|mention| mention["zone"]["slug"] == "quayport-quiet-zone");
    assert_eq!(zones.count(), 2);
    assert_eq!(list(&answer, "mentions_gained").len(), list(&now, "mentions").len() - list(&article, "mentions").len());
    assert_eq!(app.all_pages("/v1/quotes?zone=quayport-quiet-zone").await.len(), 2);
    assert_eq!(app.all_pages("/v1/articles?zone=quayport-quiet-zone").await.len(), 1);
    let mut whole = now.clone();
    whole["quotes"] = json!(quotes);
    assert_sliceable(&whole);
    // Once more, and there is nothing to tell.
    assert_nothing_new(&reextract(&app, &article, "").await.expect(200), 3);
    assert_eq!(read(&app, &article).await, (now, quotes));
}

/// The last revision of a resource, which is that it was read anew.
async fn extraction_of(app: &TestApp, path: &str) -> Value {
    let revisions = app.get(&format!("{path}/revisions")).await.expect(200);
    let last = revisions["data"][0].clone();
    assert_eq!(last["change"], "extracted", "{revisions:#}");
    last
}

#[actix_web::test]
async fn a_reading_is_written_down_with_what_was_there_before() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    let before = read(&app, &article).await;
    teach(&app).await;
    reextract(&app, &article, "?reason=More+is+known").await.expect(200);
    let after = read(&app, &article).await;
    let path = format!("/v1/articles/{}", id(&article));
    let revision = extraction_of(&app, &path).await;
    assert_eq!((&revision["before"], &revision["after"]), (&before.0, &after.0));
    assert_eq!(revision["reason"], "More is known");
    assert_eq!(revision["author"]["name"], "a test with admin");
    let all = app.get(&format!("{path}/revisions")).await.expect(200);
    assert_eq!(list(&all, "data").len(), 2, "one for the article, however many quotes");
    for (before, after) in before.1.iter().zip(&after.1) {
        let revision = extraction_of(&app, &format!("/v1/quotes/{}", id(after))).await;
        assert_eq!((&revision["before"], &revision["after"]), (before, after));
        assert_eq!((&revision["version"], &revision["at"]), (&json!(2), &after["updated_at"]));
    }
    // The rows of then, with what they named.
    for (table, rows) in [("articles", 1), ("quotes", 3)] {
        let kept = format!("SELECT CAST(version AS text) AS line FROM {table}_history");
        assert_eq!(app.database().lines(&kept).await, vec!["1"; rows]);
    }
    let mentions =
        list(&before.0, "mentions").len() + before.1.iter().map(|quote| list(quote, "mentions").len()).sum::<usize>();
    let kept = app.database().lines("SELECT CAST(id AS text) AS line FROM mentions_history").await;
    assert_eq!(kept.len(), mentions);
    reextract(&app, &article, "").await.expect(200);
    assert_eq!(app.get(&format!("{path}/revisions")).await.expect(200), all);
}

#[actix_web::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    teach(&app).await;
    // A quote that is gained, of a speaker whom nobody has written yet.
    let (quote, actor) = (id(&article["quotes"][1]), id(&article["quotes"][1]["speaker"]["actor"]));
    let delete = format!("DELETE FROM quotes WHERE id = '{quote}'; DELETE FROM actors WHERE id = '{actor}';");
    app.database().execute(&delete).await;
    let before = read(&app, &article).await;
    let actors = app.all_pages("/v1/actors?limit=200").await;
    let tried = reextract(&app, &article, "?dry_run=true").await.expect(200);
    assert_eq!(tried["dry_run"], true);
    assert_eq!(tried["gained"][0]["speaker"]["actor"]["slug"], "bela-kertesz");
    assert_eq!(read(&app, &article).await, before);
    assert_eq!(app.all_pages("/v1/actors?limit=200").await, actors);

    let done = reextract(&app, &article, "?dry_run=false").await.expect(200);
    assert_eq!(done["dry_run"], false);
    let plain = |answer: &Value| {
        let quotes = ["gained", "lost", "changed"].iter().flat_map(|field| list(answer, field));
        let after = quotes.map(|quote| if quote["after"].is_null() { quote } else { &quote["after"] });
        let shown =
            |quote: &Value| json!([quote["text"], quote["speaker"]["actor"]["slug"], quote["zones"], quote["version"]]);
        after.map(shown).collect::<Vec<Value>>()
    };
    assert_eq!(plain(&tried), plain(&done));
    assert_eq!(tried["mentions_gained"], done["mentions_gained"]);
    assert_eq!(list(&done, "gained").len(), 1);
    assert_eq!(list(&done, "changed").len(), 2);
    let (_, quotes) = read(&app, &article).await;
    assert_eq!(quotes[1], done["gained"][0], "in its place");
    app.get("/v1/actors/bela-kertesz").await.expect(200);
}

#[actix_web::test]
async fn what_people_have_said_stays() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    let path = |at: usize| format!("/v1/quotes/{}", id(&article["quotes"][at]));
    let correction = json!({ "speaker": { "actor": "maria-zakharova" }, "kind": "mixed" });
    let corrected = app.patch(&path(0), correction).await.expect(200);
    let rejected = app.patch(&path(1), json!({ "review": "rejected" })).await.expect(200);
    let accepted = app.patch(&path(2), json!({ "review": "accepted" })).await.expect(200);
    let start = TEXT.find("Monday").unwrap();
    let by_hand = json!({
        "article_id": id(&article), "kind": "indirect", "speaker": { "actor": "donald-trump" },
        "segments": [{ "start": start, "end": start + 6, "verbatim": false }]
    });
    let by_hand = app.post("/v1/quotes", by_hand).await.expect(201);
    teach(&app).await;

    let answer = reextract(&app, &article, "").await.expect(200);
    assert_eq!((&answer["gained"], &answer["lost"], &answer["not_found"]), (&json!([]), &json!([]), &json!([])));
    assert_eq!(answer["kept"], 2, "{answer:#}");
    let (_, quotes) = read(&app, &article).await;
    assert_eq!(quotes.len(), 4);
    // The reading is a person's, and the zone that it names is known now.
    for (quote, before) in [(&quotes[0], &corrected), (&quotes[2], &rejected)] {
        let mut expected = before.clone();
        for field in ["zones", "mentions", "version", "updated_at"] {
            expected[field] = quote[field].clone();
        }
        assert_eq!(*quote, expected);
        assert_eq!(quote["zones"][0]["slug"], "quayport-quiet-zone");
        assert_eq!(quote["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
    }
    assert_eq!(quotes[1], by_hand);
    assert_eq!(quotes[3], accepted, "accepted as the machine read it then");

    // Beside each stands how the machine reads it now.
    let lavrov = app.get("/v1/actors/sergey-lavrov").await.expect(200);
    let readings =
        "SELECT CAST(as_extracted AS text) AS line FROM quotes WHERE as_extracted IS NOT NULL ORDER BY position";
    let readings: Vec<Value> =
        app.database().lines(readings).await.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(readings.len(), 2, "of the corrected and the accepted one: {readings:#?}");
    for reading in &readings {
        assert_eq!(reading["speaker"]["actor"], lavrov["id"]);
    }
    assert_eq!(readings[0]["kind"], "direct");
    assert_nothing_new(&reextract(&app, &article, "").await.expect(200), 4);
}

#[actix_web::test]
async fn what_people_have_deleted_is_not_gained_anew() {
    let app = TestApp::start().await;
    let text = "\"I heard Sergey Lavrov say that the convoy would wait,\" Egeland said in Geneva.";
    let article = app.post_text(text).await;
    let [outer, nested] = list(&article, "quotes") else { panic!("{article:#}") };
    app.delete(&format!("/v1/quotes/{}", id(outer))).await.expect(204);
    let before = read(&app, &article).await;
    assert_nothing_new(&reextract(&app, &article, "?dry_run=true").await.expect(200), 1);
    assert_nothing_new(&reextract(&app, &article, "").await.expect(200), 1);
    assert_eq!(read(&app, &article).await, before);
    assert_eq!((id(&before.1[0]), &before.1[0]["nested_in"]), (id(nested), &Value::Null));
    // What the extractor itself takes back may come again.
    let older = format!("DELETE FROM quotes WHERE id = '{}'", id(nested));
    app.database().execute(&older).await;
    let answer = reextract(&app, &article, "").await.expect(200);
    assert_eq!(answer["gained"][0]["text"], nested["text"]);
}

#[actix_web::test]
async fn quotes_are_gained_lost_and_changed_and_keep_their_ids() {
    let app = TestApp::start().await;
    let text = "\"I heard Sergey Lavrov say that the convoy would wait,\" Egeland said in Geneva.\n\n\
        Nobody spoke of the bridge that evening.\n\nThe road is open, Orsolya Vintner said on Monday.";
    let article = app.post_text(text).await;
    let [outer, nested, last] = list(&article, "quotes") else { panic!("{article:#}") };
    let start = text.find("Nobody").unwrap();
    let made = |start: usize, end: usize| {
        json!({
            "article_id": id(&article), "kind": "indirect", "segments": [{ "start": start, "end": end, "verbatim": false }]
        })
    };
    let gone = app.post("/v1/quotes", made(start, start + 12)).await.expect(201);
    let reviewed = app.post("/v1/quotes", made(start + 13, start + 22)).await.expect(201);
    // As an older extractor might have left it: one quote too many, one that a person has accepted, one that ends too early,
    // and no outer quote.
    let older = |quote: &Value, set: &str| {
        format!("UPDATE quotes SET extractor = 'onrecord/0.0.1', {set} WHERE id = '{}';", id(quote))
    };
    let segments = last["segments"][0].clone();
    let shorter =
        json!([{ "start": segments["start"], "end": segments["end"].as_u64().unwrap() - 3, "verbatim": false }]);
    let statements = [
        older(&gone, "review = 'machine'"),
        older(&reviewed, "review = 'accepted'"),
        older(last, &format!("segments = '{shorter}', text = 'The road is o'")),
        older(nested, "nested_in = NULL"),
        format!("DELETE FROM quotes WHERE id = '{}';", id(outer)),
        format!("UPDATE articles SET extractor = 'onrecord/0.0.1' WHERE id = '{}';", id(&article)),
    ];
    app.database().execute(&statements.concat()).await;

    let answer = reextract(&app, &article, "").await.expect(200);
    let ids = |field: &str| list(&answer, field).iter().map(|row| id(row).to_owned()).collect::<Vec<String>>();
    assert_eq!(ids("lost"), [id(&gone)], "{answer:#}");
    assert_eq!(ids("not_found"), [id(&reviewed)]);
    assert_eq!(answer["kept"], 1);
    let [gained] = list(&answer, "gained") else { panic!("{answer:#}") };
    assert_eq!(gained["text"], outer["text"]);
    let changed: Vec<&str> = list(&answer, "changed").iter().map(|change| id(&change["after"])).collect();
    assert_eq!(changed, [id(nested), id(last)]);

    let (now, quotes) = read(&app, &article).await;
    assert_eq!(quotes.iter().map(id).collect::<Vec<_>>(), [id(gained), id(nested), id(&reviewed), id(last)]);
    assert_eq!(quotes[1]["nested_in"], gained["id"]);
    assert_eq!(quotes[3]["text"], last["text"]);
    assert_eq!(quotes[3]["extractor"], now["extractor"]);
    assert_eq!(quotes[2]["extractor"], "onrecord/0.0.1");
    assert_eq!(now["extractor"], article["extractor"]);
    app.get(&format!("/v1/quotes/{}", id(&gone))).await.expect_problem(404, "not_found");
    let lost = extraction_of(&app, &format!("/v1/quotes/{}", id(&gone))).await;
    assert_eq!((&lost["before"], &lost["after"]), (&answer["lost"][0], &Value::Null));
    let found = extraction_of(&app, &format!("/v1/quotes/{}", id(gained))).await;
    assert_eq!((&found["before"], &found["after"]), (&Value::Null, gained));
    assert_eq!(app.all_pages("/v1/quotes").await.len(), 4);
}

#[actix_web::test]
async fn the_facts_of_an_article_stand_and_the_days_follow_them() {
    let app = TestApp::start().await;
    let article = app.post("/v1/articles", json!({ "text": TEXT, "published_on": "2017-05-05" })).await.expect(201);
    assert_eq!(article["quotes"][0]["said_on"], "2017-05-01");
    let facts = json!({ "published_on": "2017-05-12", "title": "Quiet at the quay", "outlet": "tass" });
    let patched = app.patch(&format!("/v1/articles/{}", id(&article)), facts).await.expect(200);
    let answer = reextract(&app, &article, "").await.expect(200);
    assert_eq!(answer["changed"][0]["after"]["said_on"], "2017-05-08", "{answer:#}");
    let (now, _) = read(&app, &article).await;
    for field in ["published_on", "published_on_precision", "published_on_source", "title", "outlet", "language", "url"]
    {
        assert_eq!(now[field], patched[field], "{field}");
    }
}

#[actix_web::test]
async fn what_cannot_be_read_stays_unread() {
    let app = TestApp::start().await;
    let text = "Le ministre russe des Affaires étrangères, Sergueï Lavrov, a déclaré lundi que la zone serait surveillée. \
        « Nous sommes prêts », a-t-il ajouté devant les journalistes réunis à Moscou, après la rencontre avec les délégués.";
    let article = app.post_text(text).await;
    assert_eq!(article["extraction"], "unsupported_language", "{article:#}");
    let before = read(&app, &article).await;
    assert_nothing_new(&reextract(&app, &article, "").await.expect(200), 0);
    assert_eq!(read(&app, &article).await, before);
    // Unless somebody says that it can.
    app.patch(&format!("/v1/articles/{}", id(&article)), json!({ "language": "en" })).await.expect(200);
    reextract(&app, &article, "").await.expect(200);
    assert_eq!(read(&app, &article).await.0["extraction"], "done");
}

#[actix_web::test]
async fn a_wrong_request_says_what_is_wrong() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    let nobody = json!({ "id": "01970000-0000-7000-8000-000000000001" });
    reextract(&app, &nobody, "").await.expect_problem(404, "not_found");
    reextract(&app, &nobody, "?dry_run=true").await.expect_problem(404, "not_found");
    for (query, parameter) in [("?dry_run=maybe", "dry_run"), ("?dryrun=true", "dryrun")] {
        let problem = reextract(&app, &article, query).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter);
    }
}

#[actix_web::test]
async fn a_repeated_request_gets_the_answer_of_the_first() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    teach(&app).await;
    let path = format!("/v1/articles/{}/extractions", id(&article));
    let send = async || app.send_with(Method::POST, &path, &[("idempotency-key", "a")], "").await;
    let first = send().await;
    assert_eq!(list(&first.expect(200), "changed").len(), 3);
    let again = send().await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

#[actix_web::test]
async fn corrections_and_readings_at_the_same_moment_lose_nothing() {
    // On a slow machine, too, they wait for each other and do not give up.
    let timeouts = [("database.acquire_timeout_ms", "50000"), ("server.request_timeout_ms", "55000")];
    let app = TestApp::start_with(&[timeouts[0], timeouts[1], ("database.max_connections", "8")]).await;
    for round in 0..4 {
        let article = app.post_text(&format!("{TEXT}\n\nRound {round} is over, Bela Kertesz said.")).await;
        let zone = format!("Quayport quiet zone {round}");
        if round == 0 {
            teach(&app).await;
        } else {
            // Another name each time, so that each reading has something to change.
            app.patch("/v1/zones/quayport-quiet-zone", json!({ "aliases": [zone, "Quayport"] })).await.expect(200);
        }
        let path = format!("/v1/quotes/{}", id(&article["quotes"][0]));
        let patches = [json!({ "said_on": "2017-01-01" }), json!({ "kind": "mixed" })];
        let corrections = join_all(patches.iter().map(|patch| async {
            // Somebody else's change in between is no reason to give up.
            loop {
                let answer = app.patch(&path, patch.clone()).await;
                if answer.status != 412 {
                    break answer;
                }
            }
        }));
        let readings = join_all((0..3).map(|_| reextract(&app, &article, "")));
        let (corrections, readings) = tokio::join!(corrections, readings);
        corrections.iter().chain(&readings).for_each(|answer| drop(answer.expect(200)));
        let (_, quotes) = read(&app, &article).await;
        assert_eq!(quotes.len(), 4);
        assert_eq!(
            (&quotes[0]["said_on"], &quotes[0]["kind"]),
            (&json!("2017-01-01"), &json!("mixed")),
            "{:#}",
            quotes[0]
        );
        assert_eq!(quotes[0]["review"], "corrected");
        assert_nothing_new(&reextract(&app, &article, "").await.expect(200), 4);
        let named: Vec<&Value> = list(&quotes[0], "mentions").iter().map(|mention| &mention["zone"]["slug"]).collect();
        assert_eq!(named, ["quayport-quiet-zone"], "once, however often it was written");
    }
}
