//! Mentions of known actors and zones, and speakers met for the first time.

use serde_json::{Value, json};

use crate::support::TestApp;

fn named(mentions: &Value) -> Vec<(String, String)> {
    let slug = |mention: &Value| {
        let target = if mention["actor"].is_null() { &mention["zone"] } else { &mention["actor"] };
        (mention["text"].as_str().unwrap().to_owned(), target["slug"].as_str().unwrap().to_owned())
    };
    mentions.as_array().unwrap().iter().map(slug).collect()
}

fn pair(text: &str, slug: &str) -> (String, String) {
    (text.to_owned(), slug.to_owned())
}

#[actix_web::test]
async fn the_longest_name_wins_and_words_stay_whole() {
    let app = TestApp::start().await;
    let article =
        app.post_text("The UN Security Council met. Turkeys and Iranology were not on the list, but Iran was.").await;
    let found = named(&article["mentions"]);
    assert!(found.contains(&pair("UN Security Council", "un-security-council")), "{found:?}");
    assert!(found.contains(&pair("Iran", "iran")), "{found:?}");
    assert!(!found.iter().any(|(_, slug)| slug == "united-nations" || slug == "turkey"), "{found:?}");
    assert_eq!(found.iter().filter(|(_, slug)| slug == "iran").count(), 1);
}

#[actix_web::test]
async fn a_speaker_met_for_the_first_time_becomes_an_actor_for_review() {
    let app = TestApp::start().await;
    let text = "\"The bakery will open on Tuesday,\" said Orsolya Vintner, the mayor of the town. Vintner said the road was clear.";
    let article = app.post_text(text).await;
    let speaker = &article["quotes"][0]["speaker"];
    assert_eq!(speaker["actor"]["name"], "Orsolya Vintner");
    let actor = app.get("/v1/actors/orsolya-vintner").await.expect(200);
    assert_eq!(actor["review"], "machine");
    assert_eq!(actor["kind"], "person");

    // Another article that names her finds the same actor.
    let again = app.post_text("The school will follow, Orsolya Vintner said in the evening.").await;
    assert_eq!(again["quotes"][0]["speaker"]["actor"]["id"], actor["id"]);
    assert_eq!(app.all_pages("/v1/actors?name=orsolya").await.len(), 1);
    assert_eq!(app.all_pages("/v1/actors?review=machine").await.len(), 1);
}

#[actix_web::test]
async fn what_is_added_over_the_api_is_known_to_the_next_article() {
    let app = TestApp::start().await;
    let zone = json!({ "name": "Karrada buffer strip", "kind": "buffer_zone", "status": "proposed", "aliases": ["Karrada strip"] });
    app.post("/v1/zones", zone).await.expect(201);
    let actor = json!({
        "name": "Ulrika Sandeman", "kind": "person", "gender": "female", "country": "SE",
        "roles": [{ "title": "Envoy of Sweden", "office": "foreign_minister", "country": "SE", "starts_on": "2016-01-01" }]
    });
    app.post("/v1/actors", actor).await.expect(201);
    let body = json!({
        "text": "The Karrada strip must stay empty, Ulrika Sandeman said. \"We will watch it,\" she said.",
        "published_on": "2017-03-01"
    });
    let article = app.post("/v1/articles", body).await.expect(201);
    let quotes = article["quotes"].as_array().unwrap();
    assert_eq!(quotes.len(), 2);
    assert_eq!(quotes[0]["zones"][0]["slug"], "karrada-buffer-strip");
    assert_eq!(quotes[0]["speaker"]["role"], "Envoy of Sweden");
    assert_eq!(quotes[1]["speaker"]["actor"]["slug"], "ulrika-sandeman");
    assert_eq!(quotes[1]["speaker"]["resolved_by"], "pronoun");
}

#[actix_web::test]
async fn a_role_is_the_one_held_on_the_day() {
    let app = TestApp::start().await;
    let text = "The talks went well, the US secretary of state said in Geneva";
    let speaker_in = async |year: u16| {
        let body = json!({ "text": format!("{text}, in the year {year}."), "published_on": format!("{year}-06-01") });
        let article = app.post("/v1/articles", body).await.expect(201);
        article["quotes"][0]["speaker"]["actor"]["slug"].as_str().map(str::to_owned)
    };
    assert_eq!(speaker_in(2016).await.as_deref(), Some("john-kerry"));
    assert_eq!(speaker_in(2017).await.as_deref(), Some("rex-tillerson"));
    assert_eq!(speaker_in(2019).await.as_deref(), Some("mike-pompeo"));
}

#[actix_web::test]
async fn of_two_actors_with_one_name_neither_is_guessed() {
    let app = TestApp::start().await;
    for (slug, office) in [("pimm-of-sweden", "Minister of Sweden"), ("pimm-of-norway", "Envoy of Norway")] {
        let actor = json!({ "slug": slug, "name": "Yara Pimm", "kind": "person", "roles": [{ "title": office }] });
        app.post("/v1/actors", actor).await.expect(201);
    }
    let article = app.post_text("The road is open, Yara Pimm said.").await;
    let speaker = &article["quotes"][0]["speaker"];
    assert_eq!(speaker["mention"]["text"], "Yara Pimm");
    assert_eq!(speaker["actor"], Value::Null);
    assert_eq!(app.all_pages("/v1/actors?name=yara").await.len(), 2, "and no third one is made");
}

#[actix_web::test]
async fn an_actor_that_was_rejected_is_not_quoted_again() {
    let app = TestApp::start().await;
    app.post_text("The road is open, Orsolya Vintner said.").await;
    app.patch("/v1/actors/orsolya-vintner", json!({ "review": "rejected" })).await.expect(200);
    let article = app.post_text("The road is shut, Orsolya Vintner said.").await;
    assert_eq!(article["quotes"][0]["speaker"]["actor"], Value::Null);
    assert_eq!(app.all_pages("/v1/actors?name=orsolya").await.len(), 1);

    let corrected = app.patch("/v1/actors/orsolya-vintner", json!({ "review": "machine" })).await.expect(200);
    assert_eq!(corrected["review"], "machine");
    let corrected = app.patch("/v1/actors/orsolya-vintner", json!({ "country": "HU" })).await.expect(200);
    assert_eq!(corrected["review"], "corrected", "somebody has looked at it");
}

#[actix_web::test]
async fn a_place_that_names_an_event_is_no_government() {
    let app = TestApp::start().await;
    let text = "The Astana talks went on. Astana said the delegations would stay, and Moscow agreed.";
    let article = app.post_text(text).await;
    let expected = [pair("Astana", "kazakhstan"), pair("Moscow", "russia")];
    assert_eq!(named(&article["mentions"]), expected);
    assert_eq!(article["mentions"][0]["start"], 26, "the second of the two");
}

#[actix_web::test]
async fn a_generic_term_means_a_proposal_for_a_year() {
    let app = TestApp::start().await;
    for (published_on, zones) in [("2017-03-01", vec!["us-safe-zones-proposal"]), ("2019-03-01", vec![])] {
        let text = format!("On {published_on} the envoys spoke of safe zones in the north of Syria.");
        let article = app.post("/v1/articles", json!({ "text": text, "published_on": published_on })).await.expect(201);
        let mentions = article["mentions"].as_array().unwrap();
        let found: Vec<&str> = mentions.iter().filter_map(|mention| mention["zone"]["slug"].as_str()).collect();
        assert_eq!(found, zones, "{published_on}");
    }
}
