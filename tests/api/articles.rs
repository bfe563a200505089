//! `/v1/articles`: taking texts in, reading them back.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

/// As a web page leaves it: menu, headline, caption, credit, dateline, story, legal text.
pub const RAW_PAGE: &str = "All news

Guarantors count the posts around the Idlib de-escalation zone

The minister says the work can be done before winter
A checkpoint on the road to Saraqib. AP Photo/Lena Orlova
A checkpoint on the road to Saraqib.
© AP Photo/Lena Orlova

MOSCOW, September 18. /TASS/. Russia will open eleven observation posts around the Idlib de-escalation zone in 2017, Russian Foreign Minister Sergey Lavrov said on Monday.

\"The posts will be ready before the first snow,\" Lavrov said. \"We counted them twice.\"

According to the minister, Turkey \"has done its share of the work.\"
";

fn slice(text: &str, start: &Value, end: &Value) -> String {
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    let sliced: String = text.chars().skip(start).take(end - start).collect();
    assert_eq!(sliced.chars().count(), end - start, "the offsets lie within the text");
    sliced
}

/// Everything that has offsets gives its words back.
pub fn assert_sliceable(article: &Value) {
    let text = article["text"].as_str().unwrap();
    for quote in article["quotes"].as_array().unwrap() {
        let segments = quote["segments"].as_array().unwrap();
        let pieces: Vec<String> = segments.iter().map(|s| slice(text, &s["start"], &s["end"])).collect();
        assert_eq!(quote["text"], pieces.join(" "));
        let (first, last) = (&segments[0], &segments[segments.len() - 1]);
        assert_eq!(quote["selector"]["exact"], slice(text, &first["start"], &last["end"]));
        for span in [&quote["cue"], &quote["occasion"], &quote["speaker"]["mention"]] {
            if !span.is_null() {
                assert_eq!(span["text"], slice(text, &span["start"], &span["end"]));
            }
        }
        for mention in quote["mentions"].as_array().unwrap() {
            assert_eq!(mention["text"], slice(text, &mention["start"], &mention["end"]));
        }
    }
    for mention in article["mentions"].as_array().unwrap() {
        assert_eq!(mention["text"], slice(text, &mention["start"], &mention["end"]));
    }
    for region in article["regions"].as_array().unwrap() {
        slice(text, &region["start"], &region["end"]);
    }
}

#[actix_web::test]
async fn a_raw_text_gives_its_facts_and_quotes() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    assert_eq!(article["text"], RAW_PAGE, "the text stays as received");
    assert_eq!(article["title"], "Guarantors count the posts around the Idlib de-escalation zone");
    assert_eq!(article["outlet"]["slug"], "tass");
    assert_eq!(article["published_on"], "2017-09-18");
    assert_eq!(article["published_on_precision"], "day");
    assert_eq!(article["published_on_source"], "dateline");
    assert_eq!(article["dateline"]["place"], "MOSCOW");
    assert_eq!(article["dateline"]["agency"], "TASS");
    assert_eq!(article["language"], "en");
    assert_eq!(article["extraction"], "done");
    assert_sliceable(&article);

    let quotes = article["quotes"].as_array().unwrap();
    let kinds: Vec<&str> = quotes.iter().map(|quote| quote["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"direct") && kinds.contains(&"indirect") && kinds.contains(&"mixed"), "{kinds:?}");
    for quote in quotes {
        assert_eq!(quote["speaker"]["actor"]["slug"], "sergey-lavrov", "{quote}");
        assert!(quote["confidence"].as_f64().unwrap() <= 1.0);
        assert!(!quote["why"].as_array().unwrap().is_empty());
        assert_eq!(quote["extractor"], concat!("onrecord/", env!("CARGO_PKG_VERSION")));
    }
    let direct = quotes.iter().find(|quote| quote["kind"] == "direct").unwrap();
    assert_eq!(direct["segments"].as_array().unwrap().len(), 2, "one quote, broken by its attribution");
    assert_eq!(direct["speaker"]["role"], "Minister of Foreign Affairs of Russia");
}

#[actix_web::test]
async fn what_a_page_leaves_around_the_story_is_marked_and_not_quoted() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let region_of = |words: &str| {
        let at = RAW_PAGE[..RAW_PAGE.find(words).unwrap()].chars().count() as u64;
        let regions = article["regions"].as_array().unwrap();
        let holds = |region: &&Value| region["start"].as_u64().unwrap() <= at && at < region["end"].as_u64().unwrap();
        regions.iter().find(holds).map(|region| region["kind"].as_str().unwrap().to_owned())
    };
    assert_eq!(region_of("All news").as_deref(), Some("navigation"));
    assert_eq!(region_of("Guarantors count").as_deref(), Some("title"));
    assert_eq!(region_of("The minister says").as_deref(), Some("subtitle"));
    assert!(matches!(region_of("A checkpoint").as_deref(), Some("caption" | "credit")));
    assert_eq!(region_of("© AP").as_deref(), Some("credit"));
    assert_eq!(region_of("MOSCOW, Sep").as_deref(), Some("dateline"));
    assert_eq!(region_of("Russia will open").as_deref(), Some("body"));
}

#[actix_web::test]
async fn the_same_article_again_answers_200_with_the_one_there_is() {
    let app = TestApp::start().await;
    let first = app.post_text(RAW_PAGE).await;
    let again = app.send(Method::POST, "/v1/articles", "text/plain", RAW_PAGE).await.expect(200);
    assert_eq!(again, first);
    assert_eq!(app.all_pages("/v1/articles").await.len(), 1);

    // By its address, whatever its text has become.
    let url = "https://example.org/2017/09/18/posts";
    let one = app.post("/v1/articles", json!({ "text": "The gate is open, the mayor said.", "url": url })).await;
    let one = one.expect(201);
    let other = app.post("/v1/articles", json!({ "text": "The gate is shut, the mayor said.", "url": url })).await;
    assert_eq!(other.expect(200)["id"], one["id"]);
}

#[actix_web::test]
async fn articles_sent_at_the_same_moment_are_kept_once() {
    let app = TestApp::start().await;
    let send = || app.send(Method::POST, "/v1/articles", "text/plain", RAW_PAGE);
    let answers = futures_util::future::join_all([send(), send(), send(), send()]).await;
    let new = answers.iter().filter(|answer| answer.status == 201).count();
    let known = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((new, known), (1, 3));
    assert_eq!(app.all_pages("/v1/articles").await.len(), 1);
}

#[actix_web::test]
async fn what_the_client_knows_wins_over_the_text() {
    let app = TestApp::start().await;
    let path = "/v1/articles?url=https%3A%2F%2Fexample.org%2Fa&outlet=reuters&published_on=2017-09-20";
    let article = app.send(Method::POST, path, "text/plain; charset=utf-8", RAW_PAGE).await.expect(201);
    assert_eq!(article["outlet"]["slug"], "reuters");
    assert_eq!(article["url"], "https://example.org/a");
    assert_eq!(article["published_on"], "2017-09-20");
    assert_eq!(article["published_on_source"], "request");
    let path = "/v1/articles?url=example.org%2Fa";
    let problem = app.send(Method::POST, path, "text/plain", RAW_PAGE).await.expect_problem(400, "invalid_query");
    assert_eq!(problem["errors"][0]["parameter"], "url");

    let sent = json!({ "text": "The gate is open, the mayor said.", "title": "A gate", "language": "en" });
    let article = app.post("/v1/articles", sent).await.expect(201);
    assert_eq!(article["title"], "A gate");
    assert_eq!(article["published_on"], Value::Null);

    let unknown = app.post("/v1/articles", json!({ "text": "A gate.", "outlet": "the-daily-nothing" })).await;
    assert_eq!(unknown.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/outlet");
}

#[actix_web::test]
async fn an_article_in_another_language_is_kept_and_not_read() {
    let app = TestApp::start().await;
    let text = "Der Außenminister sagte am Montag vor der Presse in Genf, die Gespräche über die Zone würden in der \
                nächsten Woche fortgesetzt. \"Wir sind bereit\", sagte er. \"We are ready,\" Lavrov said.";
    let article = app.post_text(text).await;
    assert_eq!(article["language"], "de");
    assert_eq!(article["extraction"], "unsupported_language");
    assert_eq!(article["quotes"], json!([]));
    assert_eq!(article["text"], text);
}

#[actix_web::test]
async fn articles_are_listed_newest_first_and_filtered() {
    let app = TestApp::start().await;
    for (day, outlet, words) in [(3, "tass", "Lavrov"), (1, "rt", "Lavrov"), (2, "tass", "Rex Tillerson")] {
        let text = format!("The Idlib de-escalation zone holds, {words} said in report number {day}.");
        let body = json!({ "text": text, "outlet": outlet, "published_on": format!("2017-10-0{day}") });
        app.post("/v1/articles", body).await.expect(201);
    }
    app.post("/v1/articles", json!({ "text": "Nothing was said here.", "published_on": "2017-10-04" }))
        .await
        .expect(201);
    let days = async |query: &str| -> Vec<String> {
        let rows = app.all_pages(&format!("/v1/articles?{query}")).await;
        rows.iter().map(|row| row["published_on"].as_str().unwrap()[8..].to_owned()).collect()
    };
    assert_eq!(days("limit=1").await, ["04", "03", "02", "01"]);
    assert_eq!(days("outlet=tass").await, ["03", "02"]);
    assert_eq!(days("outlet=tass&outlet=rt").await, ["03", "02", "01"]);
    assert_eq!(days("published_from=2017-10-02&published_to=2017-10-03").await, ["03", "02"]);
    assert_eq!(days("actor=rex-tillerson").await, ["02"]);
    assert_eq!(days("zone=idlib-de-escalation-zone").await, ["03", "02", "01"]);
    assert_eq!(days("zone=astana-de-escalation-zones").await, ["03", "02", "01"], "a part of it counts");
    assert_eq!(days("language=en&outlet=rt").await, ["01"]);
    let row = &app.all_pages("/v1/articles?outlet=rt").await[0];
    assert!(row.get("text").is_none() && row.get("regions").is_none(), "lists are lean");
}

#[actix_web::test]
async fn metadata_is_patched_and_the_text_never() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    let patched = app.patch(&path, json!({ "published_on": "2017-09-19", "outlet": "rt", "subtitle": null })).await;
    let patched = patched.expect(200);
    assert_eq!(patched["published_on"], "2017-09-19");
    assert_eq!(patched["published_on_source"], "request");
    assert_eq!(patched["outlet"]["slug"], "rt");
    assert_eq!(patched["subtitle"], Value::Null);
    assert_eq!(patched["title"], article["title"]);
    assert_eq!(patched["version"], 2);
    assert_eq!(app.get(&path).await.expect(200), patched);

    let problem = app.patch(&path, json!({ "text": "Another text." })).await.expect_problem(422, "invalid_body");
    assert!(problem["detail"].as_str().unwrap().contains("text"), "{problem}");
    assert_eq!(app.get(&path).await.expect(200)["text"], RAW_PAGE);
}

#[actix_web::test]
async fn an_article_goes_with_its_quotes() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    let quotes = app.get(&format!("{path}/quotes")).await.expect(200);
    assert_eq!(quotes["data"], article["quotes"]);
    app.delete(&path).await.expect(204);
    app.get(&path).await.expect_problem(404, "not_found");
    app.get(&format!("{path}/quotes")).await.expect_problem(404, "not_found");
    assert_eq!(app.all_pages("/v1/quotes").await.len(), 0);
}

#[actix_web::test]
async fn a_text_that_is_too_long_is_refused() {
    let app = TestApp::start_with(&[("ingest.max_text_chars", "100")]).await;
    app.post("/v1/articles", json!({ "text": "ж".repeat(100) })).await.expect(201);
    let problem = app.post("/v1/articles", json!({ "text": "ж".repeat(101) })).await;
    assert_eq!(problem.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/text");
}

#[actix_web::test]
async fn an_article_is_a_text_or_a_page_and_never_both() {
    let app = TestApp::start().await;
    for (body, pointer) in [
        (json!({}), "/text"),
        (json!({ "text": "  " }), "/text"),
        (json!({ "text": "A.", "html": "<p>A.</p>" }), "/html"),
        (json!({ "text": "A.", "url": "ftp://example.org/a" }), "/url"),
        (json!({ "text": "A.", "url": "https://[example/a" }), "/url"),
        (json!({ "text": "A.", "language": "English" }), "/language"),
    ] {
        let problem = app.post("/v1/articles", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[actix_web::test]
async fn a_patch_is_not_blamed_for_what_was_there_before() {
    let app = TestApp::start().await;
    let headline = "A headline that goes on and on, ".repeat(15);
    let article =
        app.post_text(&format!("{headline}\n\nMOSCOW, May 4, 2017. /TASS/. The road is open, Lavrov said.\n")).await;
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    app.patch(&path, json!({ "language": "en" })).await.expect(200);
    let too_long = app.patch(&path, json!({ "title": "x".repeat(301) })).await;
    assert_eq!(too_long.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/title");
}

#[actix_web::test]
async fn a_day_is_a_day() {
    let app = TestApp::start().await;
    for day in ["2017-5-4", "20170504", "2017-05-04T23:00:00", "2017-02-30", "-009999-01-01", "0000-01-01", "May"] {
        app.get(&format!("/v1/articles?published_from={day}")).await.expect_problem(400, "invalid_query");
        let body = json!({ "text": "A road.", "published_on": day });
        let problem = app.post("/v1/articles", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/published_on");
    }
}
