//! `/v1/quotes`: finding quotes, putting them right, adding them by hand.

use serde_json::{Value, json};

use crate::articles::{RAW_PAGE, assert_sliceable};
use crate::support::TestApp;

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

fn find<'a>(article: &'a Value, kind: &str) -> &'a Value {
    article["quotes"].as_array().unwrap().iter().find(|quote| quote["kind"] == kind).unwrap()
}

#[actix_web::test]
async fn a_quote_is_found_by_each_of_its_filters() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let other = json!({
        "text": "WASHINGTON (Reuters) - The plan is ready, U.S. President Donald Trump said.",
        "published_on": "2018-01-05", "outlet": "reuters"
    });
    app.post("/v1/articles", other).await.expect(201);
    let count = async |query: &str| app.all_pages(&format!("/v1/quotes?{query}")).await.len();
    let all = article["quotes"].as_array().unwrap().len();
    assert_eq!(count("").await, all + 1);
    assert_eq!(count("speaker=sergey-lavrov").await, all);
    assert_eq!(count("speaker=sergey-lavrov&speaker=donald-trump").await, all + 1);
    let lavrov = app.get("/v1/actors/sergey-lavrov").await.expect(200);
    assert_eq!(count(&format!("speaker={}", id(&lavrov))).await, all, "by id as well as by slug");
    assert_eq!(count("outlet=reuters").await, 1);
    assert_eq!(count(&format!("article={}", id(&article))).await, all);
    assert_eq!(count("kind=direct").await + count("kind=mixed").await + count("kind=indirect").await, all + 1);
    assert_eq!(count("kind=direct&kind=mixed&kind=indirect").await, all + 1);
    assert_eq!(count("published_from=2018-01-01").await, 1);
    assert_eq!(count("published_to=2017-12-31").await, all);
    assert_eq!(count("review=machine").await, all + 1);
    assert_eq!(count("review=accepted").await, 0);
    assert_eq!(count("min_confidence=0").await, all + 1);
    assert_eq!(count("zone=idlib-de-escalation-zone").await, 1);
    assert_eq!(count("zone=idlib-de-escalation-zone&speaker=donald-trump").await, 0);
    let dated = app.all_pages("/v1/quotes?said_from=2017-09-18&said_to=2017-09-18").await;
    assert!(dated.iter().all(|quote| quote["said_on"] == "2017-09-18") && !dated.is_empty());
    assert_eq!(count("said_from=2030-01-01").await, 0);
}

#[actix_web::test]
async fn the_quotes_of_an_actor_and_of_a_zone_are_the_list_narrowed_by_its_address() {
    let app = TestApp::start().await;
    app.post_text(RAW_PAGE).await;
    let lavrov = app.get("/v1/actors/sergey-lavrov").await.expect(200);
    for (of, filter) in [
        ("/v1/actors/sergey-lavrov/quotes?limit=1", "speaker=sergey-lavrov"),
        (&format!("/v1/actors/{}/quotes?kind=direct", id(&lavrov)), "speaker=sergey-lavrov&kind=direct"),
        ("/v1/zones/idlib-de-escalation-zone/quotes", "zone=idlib-de-escalation-zone"),
        // A zone has the quotes about its parts, too.
        ("/v1/zones/astana-de-escalation-zones/quotes?limit=1", "zone=astana-de-escalation-zones"),
        ("/v1/actors/donald-trump/quotes", "speaker=donald-trump"),
    ] {
        let found = app.all_pages(of).await;
        assert_eq!(found, app.all_pages(&format!("/v1/quotes?{filter}")).await, "{of}");
        assert_eq!(found.is_empty(), of.contains("trump"), "{of}");
    }
    app.get("/v1/actors/sergei-lavrow/quotes").await.expect_problem(404, "not_found");
    app.get("/v1/zones/nowhere/quotes").await.expect_problem(404, "not_found");
    for (path, parameter) in [
        ("/v1/actors/sergey-lavrov/quotes?speaker=sergey-lavrov", "speaker"),
        ("/v1/zones/idlib-de-escalation-zone/quotes?zone=idlib-de-escalation-zone", "zone"),
    ] {
        let problem = app.get(path).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter);
    }
    let page = app.get("/v1/actors/sergey-lavrov/quotes?limit=1").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    app.get(&format!("/v1/actors/donald-trump/quotes?cursor={cursor}")).await.expect(400);
}

#[actix_web::test]
async fn a_quote_names_the_quote_it_is_nested_in() {
    let app = TestApp::start().await;
    let text = "\"I heard Sergey Lavrov say that the convoy would wait,\" Egeland said in Geneva.";
    let article = app.post_text(text).await;
    let quotes = article["quotes"].as_array().unwrap();
    assert_eq!(quotes.len(), 2);
    assert_eq!(quotes[0]["nested_in"], Value::Null);
    assert_eq!(quotes[1]["nested_in"], quotes[0]["id"]);
    assert_eq!(quotes[1]["text"], "the convoy would wait");
    assert_eq!(quotes[1]["speaker"]["actor"]["slug"], "sergey-lavrov");
    let read = app.get(&format!("/v1/quotes/{}", id(&quotes[1]))).await.expect(200);
    assert_eq!(read["nested_in"], quotes[0]["id"]);
}

#[actix_web::test]
async fn a_speaker_that_nobody_knows_is_a_mistake_and_not_an_empty_answer() {
    let app = TestApp::start().await;
    for (query, parameter) in
        [("speaker=sergei-lavrow", "speaker"), ("zone=nowhere", "zone"), ("outlet=none", "outlet")]
    {
        let problem = app.get(&format!("/v1/quotes?{query}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter);
    }
}

#[actix_web::test]
async fn a_correction_is_kept_beside_what_the_machine_read() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let quote = find(&article, "direct");
    let path = format!("/v1/quotes/{}", id(quote));
    assert_eq!(app.get(&path).await.expect(200), *quote);

    let accepted = app.patch(&path, json!({ "review": "accepted" })).await.expect(200);
    assert_eq!(accepted["review"], "accepted");
    assert_eq!(accepted["speaker"], quote["speaker"]);

    let correction = json!({ "speaker": { "actor": "maria-zakharova", "mention": null }, "said_on": "2017-09-17" });
    let corrected = app.patch(&path, correction).await.expect(200);
    assert_eq!(corrected["review"], "corrected");
    assert_eq!(corrected["speaker"]["actor"]["slug"], "maria-zakharova");
    assert_eq!(corrected["speaker"]["resolved_by"], "review");
    assert_eq!(corrected["said_on"], "2017-09-17");
    assert_eq!(corrected["said_on_precision"], "day");
    assert_eq!(corrected["segments"], quote["segments"]);
    assert_eq!(corrected["version"], 3);
    assert_eq!(app.get(&path).await.expect(200), corrected);
    assert_eq!(app.all_pages("/v1/quotes?speaker=maria-zakharova&review=corrected").await, [corrected]);
}

#[actix_web::test]
async fn segments_put_right_move_the_words_and_the_zones() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let of_zone = |quote: &&Value| quote["text"].as_str().unwrap().starts_with("Russia will open");
    let quote = article["quotes"].as_array().unwrap().iter().find(of_zone).unwrap();
    assert_eq!(quote["zones"][0]["slug"], "idlib-de-escalation-zone");
    let start = quote["segments"][0]["start"].as_u64().unwrap();
    let path = format!("/v1/quotes/{}", id(quote));
    let shorter = json!({ "segments": [{ "start": start, "end": start + 6, "verbatim": false }] });
    let corrected = app.patch(&path, shorter).await.expect(200);
    assert_eq!(corrected["text"], "Russia");
    assert_eq!(corrected["zones"], json!([]));
    assert_eq!(corrected["mentions"][0]["actor"]["slug"], "russia");
    assert_eq!(app.all_pages("/v1/quotes?zone=idlib-de-escalation-zone").await.len(), 0);
    let article = app.get(&format!("/v1/articles/{}", id(&article))).await.expect(200);
    let zone_mentions = article["mentions"].as_array().unwrap().iter().filter(|mention| !mention["zone"].is_null());
    assert!(zone_mentions.count() > 0, "the article still names the zone");
}

#[actix_web::test]
async fn a_quote_is_added_by_hand_and_its_segments_are_checked() {
    let app = TestApp::start().await;
    let text = "Nobody had a word to say. The Idlib de-escalation zone would hold: such was the message of the day.";
    let article = app.post_text(text).await;
    let length = text.chars().count();
    let new = json!({
        "article_id": id(&article), "kind": "indirect",
        "segments": [{ "start": 26, "end": 65, "verbatim": false }],
        "speaker": { "actor": "sergey-lavrov" }
    });
    let quote = app.post("/v1/quotes", new.clone()).await.expect(201);
    assert_eq!(quote["text"], "The Idlib de-escalation zone would hold");
    assert_eq!(quote["selector"]["suffix"], ": such was the message of the day.".chars().take(32).collect::<String>());
    assert_eq!(quote["extractor"], "hand");
    assert_eq!(quote["review"], "accepted");
    assert_eq!(quote["zones"][0]["slug"], "idlib-de-escalation-zone");
    let mut whole = app.get(&format!("/v1/articles/{}", id(&article))).await.expect(200);
    whole["quotes"] = app.get(&format!("/v1/articles/{}/quotes", id(&article))).await.expect(200)["data"].clone();
    assert_sliceable(&whole);

    let with = |pointer: &str, value: Value| {
        let mut body = new.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (body, pointer) in [
        (with("/segments/0/end", json!(length + 1)), "/segments/0/end"),
        (with("/segments/0/end", json!(26)), "/segments/0/end"),
        (with("/segments", json!([])), "/segments"),
        (with("/segments/0", json!([26, 65, false])), "/segments/0"),
        (with("/speaker", json!([null, null])), "/speaker"),
        (with("/speaker/actor", json!("nobody-at-all")), "/speaker/actor"),
        (with("/article_id", json!("01970000-0000-7000-8000-000000000001")), "/article_id"),
        (with("/kind", json!("shouted")), "/kind"),
    ] {
        let problem = app.post("/v1/quotes", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let path = format!("/v1/quotes/{}", id(&quote));
    let problem = app.patch(&path, json!({ "speaker": ["sergey-lavrov"] })).await.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/speaker", "{problem}");
}

#[actix_web::test]
async fn a_quote_is_deleted_alone() {
    let app = TestApp::start().await;
    let article = app.post_text(RAW_PAGE).await;
    let path = format!("/v1/quotes/{}", id(find(&article, "direct")));
    app.delete(&path).await.expect(204);
    app.get(&path).await.expect_problem(404, "not_found");
    app.delete(&path).await.expect_problem(404, "not_found");
    let left = app.get(&format!("/v1/articles/{}/quotes", id(&article))).await.expect(200);
    assert_eq!(left["data"].as_array().unwrap().len(), article["quotes"].as_array().unwrap().len() - 1);
}

#[actix_web::test]
async fn the_occasion_is_read_kept_and_put_right() {
    let app = TestApp::start().await;
    let text = "The posts will be ready, Russian Foreign Minister Sergey Lavrov said in an interview with RBK on Monday.\n\n\
                \"We counted them twice,\" Lavrov said.";
    let article = app.post_text(text).await;
    let [told, bare] = article["quotes"].as_array().unwrap().as_slice() else { panic!("{article}") };
    assert_eq!(told["occasion"]["text"], "in an interview with RBK");
    assert_eq!(bare["occasion"], Value::Null);
    assert_sliceable(&article);

    let path = format!("/v1/quotes/{}", id(told));
    assert_eq!(app.get(&path).await.expect(200)["occasion"], told["occasion"]);
    let start = told["occasion"]["start"].as_u64().unwrap();
    let shorter = json!({ "occasion": { "start": start, "end": start + 15 } });
    let corrected = app.patch(&path, shorter).await.expect(200);
    assert_eq!(corrected["occasion"], json!({ "text": "in an interview", "start": start, "end": start + 15 }));
    assert_eq!(corrected["review"], "corrected");
    assert_eq!(corrected["speaker"]["actor"], told["speaker"]["actor"]);
    assert_eq!(app.patch(&path, json!({ "occasion": null })).await.expect(200)["occasion"], Value::Null);

    let past_the_end = json!({ "occasion": { "start": 3, "end": 3000 } });
    let problem = app.patch(&path, past_the_end).await.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/occasion/end");
    let backwards = app.patch(&path, json!({ "occasion": { "start": 3, "end": 3 } })).await;
    assert_eq!(backwards.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/occasion/end");
}
