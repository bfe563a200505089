//! Merging actors: one person under two names becomes one actor, and two again where that was wrong.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::revisions::{assert_history_is_whole, count};
use crate::support::{Answer, TestApp};

/// Names Orsolya Vintner, whom nobody knows, in the story and in a quote.
const ARTICLE: &str = "The road is open, Orsolya Vintner said.\n\n\
    \"Nobody asked the Harbour Council,\" Orsolya Vintner added.\n\nThe Harbour Council said that it was never asked.";

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

async fn merge(app: &TestApp, old: &str, into: &str) -> Answer {
    let tag = app.get(&format!("/v1/actors/{old}")).await.header("etag").unwrap_or("*").to_owned();
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let path = format!("/v1/actors/{old}/merge?reason=The+same+council");
    app.send_with(Method::POST, &path, &headers, json!({ "into": into }).to_string()).await
}

async fn unmerge(app: &TestApp, old: &str) -> Answer {
    app.send(Method::POST, &format!("/v1/actors/{old}/unmerge?reason=Another+council"), "", "").await
}

/// Two councils that may be one; what refers to `harbour-council`: quotes, mentions, a role, a part, an agreement.
struct Harbour {
    app: TestApp,
    article: Value,
}

impl Harbour {
    async fn start() -> Self {
        let app = TestApp::start().await;
        for (name, aliases) in
            [("Harbour Council", json!(["Harbor Council", "Port council"])), ("Port Council", json!(["Quay Council"]))]
        {
            let council = json!({ "name": name, "kind": "organisation", "aliases": aliases });
            app.post("/v1/actors", council).await.expect(201);
        }
        let office = json!({ "name": "Harbour Office", "kind": "organisation", "parent": "harbour-council" });
        app.post("/v1/actors", office).await.expect(201);
        let roles = json!([{ "title": "Clerk", "organisation": "harbour-council" }]);
        app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person", "roles": roles })).await.expect(201);
        let party = |actor: &str, part: &str| json!({ "actor": actor, "part": part });
        for (name, parties) in [
            ("Harbour pact", json!([party("harbour-council", "signatory"), party("russia", "guarantor")])),
            ("Quay pact", json!([party("harbour-council", "signatory"), party("port-council", "signatory")])),
        ] {
            app.post("/v1/agreements", json!({ "name": name, "parties": parties })).await.expect(201);
        }
        let transition = json!({ "status": "proposed", "on": "2017-05-03", "said_by": "harbour-council" });
        let claim = json!({ "geometry": { "type": "Point", "coordinates": [1.5, 2.5] }, "said_by": "harbour-council" });
        let quay = json!({
            "name": "Quay zone", "kind": "safe_zone", "status": "proposed", "transitions": [transition], "border_claims": [claim]
        });
        app.post("/v1/zones", quay).await.expect(201);
        let article = app.post_text(ARTICLE).await;
        let harbour = Self { app, article };
        assert_eq!(harbour.speakers().await, ["orsolya-vintner", "orsolya-vintner", "harbour-council"]);
        harbour
    }

    async fn speakers(&self) -> Vec<String> {
        let path = format!("/v1/articles/{}/quotes", id(&self.article));
        let quotes = self.app.get(&path).await.expect(200)["data"].clone();
        let speaker = |quote: &Value| quote["speaker"]["actor"]["slug"].as_str().unwrap().to_owned();
        quotes.as_array().unwrap().iter().map(speaker).collect()
    }

    /// All that a merge may touch, without what tells versions apart.
    async fn state(&self) -> Vec<Value> {
        let article = format!("/v1/articles/{}", id(&self.article));
        let mut state = Vec::new();
        for path in [
            "/v1/actors/harbour-council",
            "/v1/actors/port-council",
            "/v1/actors/harbour-office",
            "/v1/actors/ada-example",
            "/v1/actors/orsolya-vintner",
            "/v1/agreements/harbour-pact",
            "/v1/agreements/quay-pact",
            "/v1/zones/quay-zone",
            &article,
            &format!("{article}/quotes"),
        ] {
            let mut read = self.app.get(path).await.expect(200);
            strip(&mut read);
            state.push(read);
        }
        state
    }

    fn quote(&self, index: usize) -> String {
        format!("/v1/quotes/{}", id(&self.article["quotes"][index]))
    }
}

/// Takes away what tells versions apart.
fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("version");
            fields.remove("updated_at");
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[actix_web::test]
async fn everything_that_refers_to_an_actor_goes_to_the_other() {
    let harbour = Harbour::start().await;
    let app = &harbour.app;
    let before = app.get("/v1/actors/harbour-council").await.expect(200);
    let quote = app.get(&harbour.quote(2)).await.expect(200);
    let answer = merge(app, "harbour-council", "port-council").await;
    let merged = answer.expect(200);
    assert_eq!(answer.header("etag"), app.get("/v1/actors/port-council").await.header("etag"));
    assert_eq!(merged["slug"], "port-council");
    // A name that it had already, however written, is not doubled.
    assert_eq!(merged["aliases"], json!(["Quay Council", "Harbour Council", "Harbor Council"]));

    assert_eq!(harbour.speakers().await, ["orsolya-vintner", "orsolya-vintner", "port-council"]);
    let naming = app.get(&harbour.quote(1)).await.expect(200);
    assert_eq!(naming["mentions"][0]["actor"]["slug"], "port-council", "{naming}");
    let article = app.get(&format!("/v1/articles/{}", id(&harbour.article))).await.expect(200);
    let named = article["mentions"].as_array().unwrap().iter().map(|mention| &mention["actor"]["slug"]);
    assert!(named.clone().count() > 0 && named.clone().all(|slug| slug != "harbour-council"), "{article}");
    assert_eq!(app.get("/v1/actors/harbour-office").await.expect(200)["parent"]["slug"], "port-council");
    let role = app.get("/v1/actors/ada-example").await.expect(200)["roles"][0].clone();
    assert_eq!(role["organisation"]["slug"], "port-council");
    let parties = app.get("/v1/agreements/harbour-pact").await.expect(200)["parties"].clone();
    assert_eq!((parties.as_array().unwrap().len(), count_party(&parties)), (2, 1));
    let parties = app.get("/v1/agreements/quay-pact").await.expect(200)["parties"].clone();
    assert_eq!((parties.as_array().unwrap().len(), count_party(&parties)), (1, 1));

    // Each of them is a new version of itself, and says why.
    let revisions = app.get(&format!("{}/revisions", harbour.quote(2))).await.expect(200)["data"].clone();
    assert_eq!((&revisions[0]["change"], &revisions[0]["version"]), (&json!("merged"), &json!(2)));
    assert_eq!((&revisions[0]["before"], &revisions[0]["reason"]), (&quote, &json!("The same council")));
    for path in [
        "/v1/actors/harbour-office",
        "/v1/actors/ada-example",
        "/v1/actors/port-council",
        "/v1/agreements/harbour-pact",
        "/v1/agreements/quay-pact",
        &format!("/v1/articles/{}", id(&harbour.article)),
    ] {
        let current = app.get(path).await.expect(200);
        let revision = app.get(&format!("{path}/revisions")).await.expect(200)["data"][0].clone();
        assert_eq!(current["version"], 2, "{path}");
        assert_eq!((&revision["change"], &revision["after"]), (&json!("merged"), &current), "{path}");
        assert_eq!(revision["before"]["version"], 1, "{path}");
    }
    let of_old = app.get(&format!("/v1/actors/{}/revisions", id(&before))).await.expect(200)["data"].clone();
    assert_eq!(
        (&of_old[0]["change"], &of_old[0]["before"], &of_old[0]["after"]),
        (&json!("merged"), &before, &Value::Null)
    );
    assert_eq!(app.get("/v1/actors/orsolya-vintner").await.expect(200)["version"], 1, "she has nothing to do with it");
    assert_history_is_whole(app.database()).await;
}

fn count_party(parties: &Value) -> usize {
    parties.as_array().unwrap().iter().filter(|party| party["actor"]["slug"] == "port-council").count()
}

#[actix_web::test]
async fn the_old_address_leads_to_the_other_whatever_is_asked_there() {
    let harbour = Harbour::start().await;
    let app = &harbour.app;
    let old = id(&app.get("/v1/actors/harbour-council").await.expect(200));
    let new = id(&merge(app, "harbour-council", "port-council").await.expect(200));
    for key in ["harbour-council", &old] {
        for (method, tail) in [
            (Method::GET, ""),
            (Method::GET, "?fields=name"),
            (Method::HEAD, ""),
            (Method::PATCH, "?reason=a"),
            (Method::DELETE, ""),
        ] {
            let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
            let answer = app.send_with(method.clone(), &format!("/v1/actors/{key}{tail}"), &headers, "{}").await;
            assert_eq!(answer.status, 308, "{method} {key}{tail}");
            assert_eq!(answer.header("location"), Some(format!("/v1/actors/{new}{tail}").as_str()), "{method}");
        }
    }
    for tail in ["/revisions?limit=3", "/quotes?limit=3"] {
        let answer = app.get(&format!("/v1/actors/harbour-council{tail}")).await;
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), Some(format!("/v1/actors/{new}{tail}").as_str()));
    }
    assert_eq!(app.get(&format!("/v1/actors/{new}")).await.expect(200)["version"], 2, "nothing was changed by that");

    // Filters and bodies follow it, too.
    for (key, quotes) in [("harbour-council", 1), (old.as_str(), 2)] {
        let all = app.all_pages("/v1/quotes?speaker=port-council").await;
        assert_eq!(all.len(), quotes, "{key}");
        assert_eq!(app.all_pages(&format!("/v1/quotes?speaker={key}")).await, all, "{key}");
        assert_eq!(app.all_pages(&format!("/v1/articles?actor={key}")).await.len(), 1, "{key}");
        assert_eq!(app.all_pages(&format!("/v1/agreements?actor={key}")).await.len(), 2, "{key}");
        let patched = app.patch(&harbour.quote(0), json!({ "speaker": { "actor": key } })).await.expect(200);
        assert_eq!(patched["speaker"]["actor"]["id"], new, "{key}");
    }
    // One that is merged further is found at the end of the chain.
    let third = json!({ "name": "Third Council", "kind": "organisation" });
    let third = id(&app.post("/v1/actors", third).await.expect(201));
    merge(app, "port-council", "third-council").await.expect(200);
    let answer = app.get("/v1/actors/harbour-council").await;
    assert_eq!(answer.header("location"), Some(format!("/v1/actors/{third}").as_str()));
    assert_eq!(app.all_pages("/v1/quotes?speaker=harbour-council").await.len(), 2);
    // A new actor may have the slug; then it is the one that is meant.
    app.post("/v1/actors", json!({ "name": "Harbour Council", "kind": "organisation" })).await.expect(201);
    app.get("/v1/actors/harbour-council").await.expect(200);
    assert_eq!(app.get(&format!("/v1/actors/{old}")).await.status, 308);
    unmerge(app, &old).await.expect_problem(409, "conflict");
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn a_merge_that_is_undone_leaves_nothing_behind() {
    let harbour = Harbour::start().await;
    let app = &harbour.app;
    let before = harbour.state().await;
    let first = app.get("/v1/actors/harbour-council").await.expect(200);
    for round in 1..=2 {
        merge(app, "harbour-council", "port-council").await.expect(200);
        assert_ne!(app.get("/v1/actors/port-council").await.expect(200)["aliases"], json!(["Quay Council"]));
        let answer = unmerge(app, if round == 1 { "harbour-council" } else { first["id"].as_str().unwrap() }).await;
        let actor = answer.expect(200);
        assert_eq!(answer.header("location"), Some(format!("/v1/actors/{}", id(&first)).as_str()));
        assert_eq!(actor, app.get("/v1/actors/harbour-council").await.expect(200));
        assert_eq!(actor["version"], 1 + round);
        assert_eq!(harbour.state().await, before, "round {round}");
        let revision = app.get("/v1/actors/harbour-council/revisions").await.expect(200)["data"][0].clone();
        assert_eq!((&revision["change"], &revision["reason"]), (&json!("unmerged"), &json!("Another council")));
        unmerge(app, "harbour-council").await.expect_problem(404, "not_found");
    }
    assert_eq!(count(app.database(), "actor_merges").await, 0);
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn what_a_person_has_said_since_outlasts_the_undoing() {
    let harbour = Harbour::start().await;
    let app = &harbour.app;
    // Corrected before: it is the same council's afterwards.
    let correction = json!({ "said_on": "2017-01-30", "speaker": { "actor": "harbour-council" } });
    let corrected = app.patch(&harbour.quote(2), correction.clone()).await.expect(200);
    app.patch(&harbour.quote(0), correction.clone()).await.expect(200);
    app.patch(&harbour.quote(1), correction).await.expect(200);
    merge(app, "harbour-council", "port-council").await.expect(200);
    assert_eq!(harbour.speakers().await, ["port-council"; 3]);
    let moved = app.get(&harbour.quote(2)).await.expect(200);
    assert_eq!((&moved["review"], &moved["said_on"]), (&json!("corrected"), &json!("2017-01-30")));

    // One is given another speaker, one another day, one is taken over for good.
    app.patch(&harbour.quote(0), json!({ "speaker": { "actor": "orsolya-vintner" } })).await.expect(200);
    app.patch(&harbour.quote(1), json!({ "said_on": "2017-02-01" })).await.expect(200);
    app.patch("/v1/actors/harbour-office", json!({ "parent": null })).await.expect(200);
    app.patch("/v1/agreements/harbour-pact", json!({ "parties": [] })).await.expect(200);
    app.patch("/v1/actors/port-council", json!({ "aliases": ["Harbor Council", "New name"] })).await.expect(200);

    unmerge(app, "harbour-council").await.expect(200);
    assert_eq!(harbour.speakers().await, ["orsolya-vintner", "harbour-council", "harbour-council"]);
    let second = app.get(&harbour.quote(1)).await.expect(200);
    assert_eq!((&second["review"], &second["said_on"]), (&json!("corrected"), &json!("2017-02-01")));
    let mut third = app.get(&harbour.quote(2)).await.expect(200);
    let mut corrected = corrected;
    strip(&mut third);
    strip(&mut corrected);
    assert_eq!(third, corrected);
    assert_eq!(app.get("/v1/actors/harbour-office").await.expect(200)["parent"], Value::Null);
    assert_eq!(app.get("/v1/agreements/harbour-pact").await.expect(200)["parties"], json!([]));
    assert_eq!(app.get("/v1/actors/port-council").await.expect(200)["aliases"], json!(["New name"]));
    let role = app.get("/v1/actors/ada-example").await.expect(200)["roles"][0].clone();
    assert_eq!(role["organisation"]["slug"], "harbour-council");
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn what_cannot_be_merged_is_refused_and_nothing_is_changed() {
    let harbour = Harbour::start().await;
    let app = &harbour.app;
    let conflict = async |old: &str, into: &str, about: &str| {
        let problem = merge(app, old, into).await.expect_problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains(about), "{problem}");
    };
    let before = harbour.state().await;
    conflict("harbour-council", "harbour-council", "itself").await;
    conflict("harbour-council", "harbour-office", "a part of").await;
    merge(app, "nobody", "harbour-council").await.expect_problem(404, "not_found");
    let problem = merge(app, "harbour-council", "nobody").await.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/into");
    unmerge(app, "harbour-council").await.expect_problem(404, "not_found");
    let path = "/v1/actors/harbour-council/merge";
    let body = json!({ "into": "port-council" });
    app.post(path, body.clone()).await.expect_problem(428, "precondition_required");
    let headers = [("content-type", "application/json"), ("if-match", "\"7-44136fa355b3678a\"")];
    let stale = app.send_with(Method::POST, path, &headers, body.to_string()).await;
    stale.expect_problem(412, "precondition_failed");
    assert_eq!(harbour.state().await, before);

    merge(app, "harbour-council", "port-council").await.expect(200);
    conflict("harbour-council", "port-council", "already").await;
    app.post(path, body).await.expect_problem(428, "precondition_required");
    conflict("russia", "harbour-council", "already").await;
    // What it was merged into goes first, then nobody is left to take from.
    merge(app, "port-council", "russia").await.expect(200);
    unmerge(app, "harbour-council").await.expect_problem(409, "conflict");
    unmerge(app, "port-council").await.expect(200);
    unmerge(app, "harbour-council").await.expect(200);
    assert_eq!(harbour.state().await, before);
    assert_history_is_whole(app.database()).await;
}

#[actix_web::test]
async fn a_stranger_is_known_under_the_name_of_whom_it_was_merged_into() {
    let app = TestApp::start().await;
    app.post_text("The road is open, Orsolya Vintner said.").await;
    app.post("/v1/actors", json!({ "name": "Orsi Vintner", "kind": "person" })).await.expect(201);
    merge(&app, "orsolya-vintner", "orsi-vintner").await.expect(200);
    let article = app.post_text("The gate is open, too, Orsolya Vintner said.").await;
    assert_eq!(article["quotes"][0]["speaker"]["actor"]["slug"], "orsi-vintner");
    assert_eq!(app.all_pages("/v1/quotes?speaker=orsi-vintner").await.len(), 2);
}

#[actix_web::test]
async fn a_merge_repeated_with_its_key_is_answered_the_same() {
    let harbour = Harbour::start().await;
    let headers = [("content-type", "application/json"), ("if-match", "*"), ("idempotency-key", "once")];
    let send = || {
        let body = json!({ "into": "port-council" }).to_string();
        harbour.app.send_with(Method::POST, "/v1/actors/harbour-council/merge", &headers, body)
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(first.expect(200), again.expect(200));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("etag"), again.header("etag"));
}
