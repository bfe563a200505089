//! `/v1/positions`: what actors think of zones, where that shifted, and what people say about it.

use actix_web::http::Method;
use onrecord::services::statements;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const ZONE: &str = "idlib-de-escalation-zone";
const SUPPORTS: &str = "We fully support the Idlib de-escalation zone";
const ON_TERMS: &str = "We could accept the Idlib de-escalation zone if both sides withdraw their artillery";
const OPPOSES: &str = "The Idlib de-escalation zone is out of the question";

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

/// An article in which Lavrov says this word for word.
async fn post(app: &TestApp, words: &str, outlet: &str, day: &str) -> Value {
    let text = format!("\"{words},\" Russian Foreign Minister Sergey Lavrov said.\n\nSo {outlet} had it on {day}.");
    let article = app.post("/v1/articles", json!({ "text": text, "outlet": outlet, "published_on": day })).await;
    let article = article.expect(201);
    assert_eq!(article["quotes"].as_array().unwrap().len(), 1, "{article}");
    assert_eq!(article["quotes"][0]["speaker"]["actor"]["slug"], "sergey-lavrov", "{article}");
    article
}

async fn list(app: &TestApp, query: &str) -> Vec<Value> {
    app.all_pages(&format!("/v1/positions?{query}")).await
}

/// The stances of a list.
async fn stances(app: &TestApp, query: &str) -> Vec<String> {
    list(app, query).await.iter().map(|position| position["stance"].as_str().unwrap().to_owned()).collect()
}

async fn only(app: &TestApp) -> Value {
    let mut found = list(app, "").await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

async fn patch(app: &TestApp, position: &Value, body: Value) -> Answer {
    app.patch(&format!("/v1/positions/{}?reason=Read+it+twice", id(position)), body).await
}

async fn restore_last(app: &TestApp) {
    let deletions = app.get("/v1/deletions?limit=1").await.expect(200);
    let path = format!("/v1/deletions/{}/restore", id(&deletions["data"][0]));
    app.send(Method::POST, &path, "", "").await.expect(200);
}

#[actix_web::test]
async fn a_quote_takes_a_position_on_the_zone_that_it_names() {
    let app = TestApp::start().await;
    let article = post(&app, ON_TERMS, "tass", "2017-09-18").await;
    let position = only(&app).await;
    assert_eq!((&position["actor"]["slug"], &position["zone"]["slug"]), (&json!("sergey-lavrov"), &json!(ZONE)));
    assert_eq!(position["stance"], "supports_with_conditions");
    let [condition] = position["conditions"].as_array().unwrap().as_slice() else { panic!("{position}") };
    assert_eq!(condition["text"], "if both sides withdraw their artillery");
    let at = |name: &str| usize::try_from(condition[name].as_u64().unwrap()).unwrap();
    let text = article["text"].as_str().unwrap();
    let slice: String = text.chars().skip(at("start")).take(at("end") - at("start")).collect();
    assert_eq!(condition["text"], slice, "offsets count the characters of the article");
    assert_eq!((&position["on"], &position["precision"]), (&json!("2017-09-18"), &json!("day")));
    assert_eq!((&position["listed_on"], &position["review"]), (&json!("2017-09-18"), &json!("machine")));
    assert!(position["confidence"].as_f64().unwrap() > 0.5 && !position["why"].as_array().unwrap().is_empty());
    assert_eq!(position["quote"], app.get(&format!("/v1/quotes/{}", id(&article["quotes"][0]))).await.expect(200));
    assert!(position.get("changed_from").is_none());

    let answer = app.get(&format!("/v1/positions/{}", id(&position))).await;
    assert!(answer.header("etag").unwrap().starts_with("\"1-"));
    let mut expected = position.clone();
    expected["reviews"] = json!([]);
    assert_eq!(answer.expect(200), expected);
    for path in ["/v1/actors/sergey-lavrov/positions", "/v1/zones/idlib-de-escalation-zone/positions"] {
        assert_eq!(app.get(path).await.expect(200)["data"], json!([position]), "{path}");
    }
    // A part is of the whole; who did not speak has none.
    assert_eq!(app.all_pages("/v1/zones/astana-de-escalation-zones/positions").await, std::slice::from_ref(&position));
    assert_eq!(app.all_pages("/v1/actors/russia/positions").await, Vec::<Value>::new());
    for path in ["/v1/actors/nobody/positions", "/v1/zones/nowhere/positions", "/v1/positions/nothing"] {
        app.get(path).await.expect_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn facts_and_what_others_think_are_no_position_of_the_speaker() {
    let app = TestApp::start().await;
    for words in [
        "The Idlib de-escalation zone measures forty kilometres from north to south",
        "Washington supports the Idlib de-escalation zone",
    ] {
        post(&app, words, "tass", "2017-09-18").await;
        assert_eq!(stances(&app, "").await, Vec::<String>::new(), "{words}");
    }
    // The state speaks by its minister.
    post(&app, "Moscow supports the Idlib de-escalation zone", "tass", "2017-09-18").await;
    assert_eq!(stances(&app, "").await, ["supports"]);
}

#[actix_web::test]
async fn positions_are_listed_by_their_filters() {
    let app = TestApp::start().await;
    post(&app, SUPPORTS, "tass", "2017-01-10").await;
    let second = post(&app, ON_TERMS, "tass", "2017-02-10").await;
    let third = post(&app, OPPOSES, "rt", "2017-03-10").await;
    assert_eq!(stances(&app, "").await, ["opposes", "supports_with_conditions", "supports"]);
    assert_eq!(list(&app, "limit=1").await, list(&app, "").await);
    let quote = id(&third["quotes"][0]);
    for (query, expected) in [
        ("stance=opposes&stance=supports".to_owned(), &["opposes", "supports"][..]),
        ("from=2017-02-10&to=2017-02-28".to_owned(), &["supports_with_conditions"]),
        (format!("article={}", id(&second)), &["supports_with_conditions"]),
        (format!("quote={quote}"), &["opposes"]),
        ("actor=sergey-lavrov&zone=astana-de-escalation-zones&stance=opposes".to_owned(), &["opposes"]),
        ("zone=us-safe-zones-proposal".to_owned(), &[]),
        ("actor=russia".to_owned(), &[]),
        ("min_confidence=1".to_owned(), &[]),
        ("review=accepted&review=corrected".to_owned(), &[]),
        ("review=machine&limit=2".to_owned(), &["opposes", "supports_with_conditions", "supports"]),
    ] {
        assert_eq!(stances(&app, &query).await, expected, "{query}");
        let first = query.split("&limit").next().unwrap();
        let counted = app.get(&format!("/v1/positions?{first}&count=true&limit=1")).await.expect(200);
        assert_eq!(counted["total"], expected.len(), "{query}");
    }
    for wrong in [
        "actor=nobody",
        "zone=nowhere",
        "stance=likes",
        "stance=",
        "from=May",
        "min_confidence=2",
        "changed=maybe",
        "within_days=7",
        "changed=true&within_days=0",
        "changed=true&within_days=36501",
        "as_of=2020-01-01T00:00:00Z",
        "sort=on",
        "quote=third",
    ] {
        app.get(&format!("/v1/positions?{wrong}")).await.expect_problem(400, "invalid_query");
    }
    for twice in
        ["/v1/actors/sergey-lavrov/positions?actor=russia", "/v1/zones/idlib-de-escalation-zone/positions?zone=x"]
    {
        app.get(twice).await.expect_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn a_shift_is_another_stance_of_the_same_actor_on_the_same_zone() {
    let app = TestApp::start().await;
    post(&app, SUPPORTS, "tass", "2017-01-10").await;
    let last = post(&app, SUPPORTS, "tass", "2017-01-20").await;
    let shift = post(&app, OPPOSES, "tass", "2017-02-10").await;
    // Another report of it, and what cannot be put into an order.
    post(&app, OPPOSES, "rt", "2017-02-10").await;
    let undated = json!({ "text": "\"I fully support the Idlib de-escalation zone,\" Sergey Lavrov said." });
    app.post("/v1/articles", undated).await.expect(201);
    post(&app, "We fully support the US safe zones", "tass", "2017-02-11").await;
    post(&app, ON_TERMS, "tass", "2018-06-01").await;
    assert_eq!(list(&app, "").await.len(), 7);

    let shifts = list(&app, "changed=true").await;
    let [found] = shifts.as_slice() else { panic!("{shifts:?}") };
    let first_of = |article: &Value| id(&article["quotes"][0]).to_owned();
    assert_eq!((&found["stance"], &found["quote"]["id"]), (&json!("opposes"), &json!(first_of(&shift))));
    let before = &found["changed_from"];
    assert_eq!((&before["stance"], &before["quote"]["id"]), (&json!("supports"), &json!(first_of(&last))));
    assert_eq!(*before, list(&app, &format!("quote={}", first_of(&last))).await[0], "the whole position");

    assert_eq!(stances(&app, "changed=true&within_days=500").await, ["supports_with_conditions", "opposes"]);
    assert_eq!(list(&app, "changed=true&within_days=500&limit=1").await.len(), 2);
    assert_eq!(stances(&app, "changed=true&within_days=21").await, ["opposes"]);
    assert_eq!(stances(&app, "changed=true&within_days=20").await, Vec::<String>::new());
    assert_eq!(stances(&app, "changed=true&within_days=500&stance=opposes").await, ["opposes"]);
    assert_eq!(stances(&app, "changed=true&to=2017-02-09").await, Vec::<String>::new());
    assert_eq!(stances(&app, "changed=false&to=2017-01-10").await, ["supports"]);
    let counted = app.get("/v1/actors/sergey-lavrov/positions?changed=true&count=true").await.expect(200);
    assert_eq!(counted["total"], 1);
    // What is rejected is no stance.
    for opposed in list(&app, "stance=opposes").await {
        patch(&app, &opposed, json!({ "review": "rejected" })).await.expect(200);
    }
    assert_eq!(stances(&app, "changed=true").await, Vec::<String>::new());
    assert_eq!(stances(&app, "changed=true&within_days=500").await, ["supports_with_conditions"]);
}

#[actix_web::test]
async fn what_a_person_says_stays_whatever_the_machine_reads() {
    let app = TestApp::start().await;
    let article = post(&app, ON_TERMS, "tass", "2017-09-18").await;
    let read = only(&app).await;
    let path = format!("/v1/positions/{}", id(&read));
    let condition = |from: u64, to: u64| {
        let start = read["conditions"][0]["start"].as_u64().unwrap();
        json!([{ "start": start + from, "end": start + to }])
    };
    for wrong in [
        json!({ "stance": "likes" }),
        json!({ "stance": null }),
        json!({ "conditions": [{ "start": 0, "end": 1 }] }),
        json!({ "conditions": [{ "start": 5, "end": 5 }] }),
        json!({ "conditions": vec![json!({ "start": 2, "end": 3 }); 21] }),
        json!({ "stance": "opposes", "review": "machine" }),
        json!({ "confidence": 1 }),
    ] {
        patch(&app, &read, wrong).await.expect_problem(422, "invalid_body");
    }
    app.patch("/v1/positions/nothing", json!({ "review": "accepted" })).await.expect_problem(404, "not_found");
    assert_eq!(only(&app).await, read);
    // What changes nothing is no review.
    let unchanged = patch(&app, &read, json!({ "stance": "supports_with_conditions" })).await.expect(200);
    assert_eq!((&unchanged["version"], &unchanged["reviews"]), (&json!(1), &json!([])));

    let body = json!({ "stance": "neutral", "conditions": condition(3, 13) });
    let corrected = patch(&app, &read, body).await;
    let stale = app.patch_if("\"1-0000000000000000\"", &path, json!({ "review": "accepted" })).await;
    stale.expect_problem(412, "precondition_failed");
    assert_eq!(corrected.header("etag"), app.get(&path).await.header("etag"));
    let corrected = corrected.expect(200);
    assert_eq!((&corrected["stance"], &corrected["review"]), (&json!("neutral"), &json!("corrected")));
    assert_eq!((&corrected["conditions"][0]["text"], &corrected["version"]), (&json!("both sides"), &json!(2)));
    let review = &corrected["reviews"][0];
    assert_eq!(review["reason"], "Read it twice");
    assert_eq!(
        (&review["before"]["stance"], &review["before"]["review"]),
        (&json!("supports_with_conditions"), &json!("machine"))
    );
    assert_eq!((&review["after"]["stance"], &review["after"]["conditions"]), (&json!("neutral"), &condition(3, 13)));
    assert!(review["made_by"].is_object() && review["made_at"].is_string());

    // The article reads otherwise now: it names one more whom nobody knew.
    app.post("/v1/actors", json!({ "name": "both sides", "kind": "organisation" })).await.expect(201);
    let again = format!("/v1/articles/{}/extractions", id(&article));
    let changed = app.send(Method::POST, &again, "", "").await.expect(200);
    assert_eq!(changed["changed"].as_array().unwrap().len(), 1, "{changed}");
    let kept = only(&app).await;
    assert_eq!(
        (&kept["stance"], &kept["review"], &kept["version"]),
        (&json!("neutral"), &json!("corrected"), &json!(2))
    );
    // Nor does the loss of the quote lose it.
    app.delete(&format!("/v1/articles/{}", id(&article))).await.expect(204);
    app.get(&path).await.expect_problem(404, "not_found");
    restore_last(&app).await;
    let back = app.get(&path).await.expect(200);
    assert_eq!(
        (&back["stance"], &back["review"], &back["reviews"]),
        (&json!("neutral"), &json!("corrected"), &corrected["reviews"])
    );
    // Until a person takes it back.
    let machine = patch(&app, &read, json!({ "review": "machine" })).await.expect(200);
    assert_eq!((&machine["stance"], &machine["conditions"]), (&read["stance"], &read["conditions"]));
    assert_eq!((&machine["review"], machine["reviews"].as_array().unwrap().len()), (&json!("machine"), 2));
    let accepted = patch(&app, &read, json!({ "review": "accepted" })).await.expect(200);
    assert_eq!((&accepted["review"], &accepted["stance"]), (&json!("accepted"), &read["stance"]));
}

#[actix_web::test]
async fn positions_follow_their_quotes() {
    let app = TestApp::start().await;
    let article = post(&app, SUPPORTS, "tass", "2017-09-18").await;
    let quote = format!("/v1/quotes/{}", id(&article["quotes"][0]));
    let first = only(&app).await;
    app.patch(&quote, json!({ "speaker": { "actor": "donald-trump" } })).await.expect(200);
    let of_trump = only(&app).await;
    assert_eq!((&of_trump["actor"]["slug"], id(&of_trump)), (&json!("donald-trump"), id(&first)));
    assert_eq!((&of_trump["version"], &of_trump["created_at"]), (&json!(2), &first["created_at"]));
    app.patch(&quote, json!({ "said_on": "2017-09-17" })).await.expect(200);
    assert_eq!((&only(&app).await["on"], &only(&app).await["listed_on"]), (&json!("2017-09-17"), &json!("2017-09-17")));
    app.patch(&quote, json!({ "said_on": null })).await.expect(200);
    app.patch(&format!("/v1/articles/{}", id(&article)), json!({ "published_on": "2017-09-01" })).await.expect(200);
    assert_eq!((&only(&app).await["on"], &only(&app).await["listed_on"]), (&json!("2017-09-01"), &json!("2017-09-01")));
    app.patch(&format!("/v1/articles/{}", id(&article)), json!({ "published_on": null })).await.expect(200);
    assert_eq!((&only(&app).await["on"], &only(&app).await["precision"]), (&Value::Null, &Value::Null));
    // A rejected quote says nothing, nor does one of nobody known.
    app.patch(&quote, json!({ "review": "rejected" })).await.expect(200);
    assert_eq!(list(&app, "").await, Vec::<Value>::new());
    app.patch(&quote, json!({ "review": "accepted" })).await.expect(200);
    assert_eq!(id(&only(&app).await), id(&first));
    app.patch(&quote, json!({ "speaker": null })).await.expect(200);
    assert_eq!(list(&app, "").await, Vec::<Value>::new());
    app.patch(&quote, json!({ "speaker": { "actor": "sergey-lavrov" } })).await.expect(200);
    // Its words no longer name the zone.
    let segment = article["quotes"][0]["segments"][0].clone();
    let start = segment["start"].as_u64().unwrap();
    let short = json!([{ "start": start, "end": start + 16, "verbatim": true }]);
    app.patch(&quote, json!({ "segments": short })).await.expect(200);
    assert_eq!(list(&app, "").await, Vec::<Value>::new());
    app.patch(&quote, json!({ "segments": [segment] })).await.expect(200);
    assert_eq!(stances(&app, "").await, ["supports"]);
    app.delete(&quote).await.expect(204);
    assert_eq!(list(&app, "").await, Vec::<Value>::new());
    restore_last(&app).await;
    assert_eq!(id(&only(&app).await), id(&first));
    // One that a person found takes a position as well.
    app.delete(&quote).await.expect(204);
    let by_hand = json!({
        "article_id": article["id"], "kind": "direct", "segments": [segment], "speaker": { "actor": "sergey-lavrov" }
    });
    app.post("/v1/quotes", by_hand).await.expect(201);
    assert_eq!(stances(&app, "").await, ["supports"]);
}

#[actix_web::test]
async fn positions_follow_an_actor_that_is_merged_and_back() {
    let app = TestApp::start().await;
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    app.post("/v1/actors", json!({ "name": "Ada Exemplar", "kind": "person" })).await.expect(201);
    app.post_text("\"We fully support the Idlib de-escalation zone,\" Ada Exemplar said.").await;
    assert_eq!(only(&app).await["actor"]["slug"], "ada-exemplar");
    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let body = json!({ "into": "ada-example" }).to_string();
    app.send_with(Method::POST, "/v1/actors/ada-exemplar/merge", &headers, body).await.expect(200);
    assert_eq!(only(&app).await["actor"]["slug"], "ada-example");
    assert_eq!(app.get("/v1/actors/ada-exemplar/positions").await.status, 308);
    app.send(Method::POST, "/v1/actors/ada-exemplar/unmerge", "", "").await.expect(200);
    assert_eq!(only(&app).await["actor"]["slug"], "ada-exemplar");
}

#[actix_web::test]
async fn positions_of_an_import_are_read_behind_it() {
    let world = TestApp::start().await;
    post(&world, ON_TERMS, "tass", "2017-09-18").await;
    let export = world.get("/v1/exports/all.ndjson").await;
    let app = TestApp::start().await;
    let source = onrecord::services::imports::LineSource::new(
        Box::new(std::io::Cursor::new(export.bytes)),
        &app.services.settings.ingest,
    );
    let author = onrecord::models::Author::command_line();
    onrecord::services::imports::import_lines(&app.services, source, &author, |_, _| {}).await.unwrap();
    assert_eq!(list(&app, "").await, Vec::<Value>::new());
    statements::place_imported_quotes(&app.services, |_| {}).await.unwrap();
    let (there, here) = (only(&world).await, only(&app).await);
    for field in ["stance", "conditions", "on", "confidence", "why", "review"] {
        assert_eq!(there[field], here[field], "{field}");
    }
}

#[actix_web::test]
async fn the_timeline_of_a_zone_has_the_positions_on_it() {
    let app = TestApp::start().await;
    for (words, day) in [
        (SUPPORTS, "2017-06-01"),
        ("The Idlib de-escalation zone has ten posts", "2017-06-01"),
        (OPPOSES, "2017-06-02"),
    ] {
        let text = format!(
            "\"{words},\" Russian Foreign Minister Sergey Lavrov said on {}.",
            &day.replace("2017-06-0", "June ")
        );
        app.post("/v1/articles", json!({ "text": text, "published_on": day })).await.expect(201);
    }
    let path = format!("/v1/zones/{ZONE}/timeline?from=2017-06-01&to=2017-06-30");
    let all = app.all_pages(&path).await;
    let told: Vec<(&Value, &Value)> = all.iter().map(|entry| (&entry["on"], &entry["type"])).collect();
    let expected = [("2017-06-01", "position"), ("2017-06-01", "quote"), ("2017-06-02", "position")];
    let expected = expected.map(|(on, kind)| (json!(on), json!(kind)));
    assert_eq!(told, expected.iter().map(|(on, kind)| (on, kind)).collect::<Vec<_>>());
    assert_eq!(all[0]["position"], list(&app, "stance=supports").await[0]);
    for limit in 1..=3 {
        assert_eq!(app.all_pages(&format!("{path}&limit={limit}")).await, all, "{limit}");
    }
    assert_eq!(app.get(&format!("{path}&count=true&limit=1")).await.expect(200)["total"], 3);
    // One that is wrong does not count: the quote stands there as a quote.
    patch(&app, &all[0]["position"], json!({ "review": "rejected" })).await.expect(200);
    let kinds = |entries: &[Value]| entries.iter().map(|entry| entry["type"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&app.all_pages(&path).await), ["quote", "quote", "position"]);
    // Positions are read from what is known now.
    let now = onrecord::models::Instant::now();
    assert_eq!(kinds(&app.all_pages(&format!("{path}&as_of={now}")).await), ["quote", "quote", "quote"]);
}
