//! The life of zones: transitions, how a zone stood on a day, and its timeline.

use actix_web::http::Method;
use onrecord::services::Services;
use onrecord::services::imports::run_next_import;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase};

const IDLIB: &str = "/v1/zones/idlib-de-escalation-zone";

fn transition(status: &str, on: &str) -> Value {
    json!({ "status": status, "on": on })
}

fn zone_with(transitions: &[Value]) -> Value {
    json!({ "name": "Lake Zone", "kind": "safe_zone", "status": "ended", "transitions": transitions })
}

fn days(transitions: &Value) -> Vec<(&str, &str)> {
    let rows = transitions.as_array().unwrap().iter();
    rows.map(|row| (row["status"].as_str().unwrap(), row["on"].as_str().unwrap())).collect()
}

#[actix_web::test]
async fn a_zone_keeps_its_transitions_with_their_evidence_in_the_order_of_its_life() {
    let app = TestApp::start().await;
    let article =
        app.post_text("\"The lake is safe,\" Russian Foreign Minister Sergey Lavrov said on May 4, 2017.").await;
    let quote = &article["quotes"][0]["id"];
    let ended = json!({ "status": "ended", "on": "2018-01-01", "precision": "year", "note": "Nobody knows the day." });
    let agreed = json!({
        "status": "agreed", "on": "2017-05-04", "agreement": "astana-memorandum-2017", "quote": quote,
        "said_by": "sergey-lavrov", "source": "https://example.org/lake",
    });
    let zone = app.post("/v1/zones", zone_with(&[ended, agreed])).await.expect(201);
    let agreement = app.get("/v1/agreements/astana-memorandum-2017").await.expect(200);
    let actor = app.get("/v1/actors/sergey-lavrov").await.expect(200);
    assert_eq!(
        zone["transitions"],
        json!([
            {
                "status": "agreed", "on": "2017-05-04", "precision": "day",
                "agreement": { "id": agreement["id"], "slug": agreement["slug"], "name": agreement["name"] },
                "quote": quote, "said_by": { "id": actor["id"], "slug": "sergey-lavrov", "name": "Sergey Lavrov" },
                "source": "https://example.org/lake", "note": null, "contested": false,
            },
            {
                "status": "ended", "on": "2018-01-01", "precision": "year", "agreement": null, "quote": null, "said_by": null,
                "source": null, "note": "Nobody knows the day.", "contested": false,
            },
        ])
    );
    let lifecycle =
        json!({ "proposed_on": null, "agreed_on": "2017-05-04", "in_force_on": null, "ended_on": "2018-01-01" });
    assert_eq!(zone["lifecycle"], lifecycle, "taken from the transitions");
    assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200), zone);

    // A patch of something else leaves them; one of theirs replaces them, and the days with them.
    let patched =
        app.patch("/v1/zones/lake-zone", json!({ "country": "NO", "proposed_on": "2017-05-01" })).await.expect(200);
    assert_eq!(patched["transitions"], zone["transitions"]);
    assert_eq!(
        (&patched["lifecycle"]["proposed_on"], &patched["lifecycle"]["agreed_on"]),
        (&json!("2017-05-01"), &json!("2017-05-04"))
    );
    let patch = json!({ "transitions": [transition("agreed", "2017-05-06")] });
    let patched = app.patch("/v1/zones/lake-zone", patch).await.expect(200);
    assert_eq!(days(&patched["transitions"]), [("agreed", "2017-05-06")]);
    let lifecycle =
        json!({ "proposed_on": "2017-05-01", "agreed_on": "2017-05-06", "in_force_on": null, "ended_on": null });
    assert_eq!(patched["lifecycle"], lifecycle);
    assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200), patched);
    let before = zone["updated_at"].as_str().unwrap();
    assert_eq!(app.get(&format!("/v1/zones/lake-zone?as_of={before}")).await.expect(200), zone);
    let revisions = app.get("/v1/zones/lake-zone/revisions").await.expect(200)["data"].clone();
    assert_eq!(revisions[1]["before"], zone);

    // The evidence may go, and the zone may come back.
    app.delete(&format!("/v1/quotes/{}", quote.as_str().unwrap())).await.expect(204);
    app.delete("/v1/zones/lake-zone").await.expect(204);
    let deletion = app.get("/v1/deletions?resource=zone").await.expect(200)["data"][0]["id"].clone();
    let path = format!("/v1/deletions/{}/restore", deletion.as_str().unwrap());
    app.send(Method::POST, &path, "", "").await.expect(200);
    assert_eq!(app.get("/v1/zones/lake-zone").await.expect(200)["transitions"], patched["transitions"]);
    // Nobody who says something about a zone goes without it.
    let told = json!([{ "status": "proposed", "on": "2017-05-01", "said_by": "ada-example" }]);
    app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    app.patch("/v1/zones/lake-zone", json!({ "proposed_on": null, "transitions": told })).await.expect(200);
    app.delete("/v1/actors/ada-example").await.expect_problem(409, "in_use");
}

#[actix_web::test]
async fn what_is_wrong_with_a_transition_is_named_by_its_place() {
    let app = TestApp::start().await;
    let good = transition("proposed", "2017-05-03");
    for (wrong, pointer) in [
        (json!({ "status": "wished" }), "/transitions/1/status"),
        (json!({ "on": "May" }), "/transitions/1/on"),
        (json!({ "on": "2017-05-04", "precision": "month" }), "/transitions/1/on"),
        (json!({ "on": "2018-05-01", "precision": "year" }), "/transitions/1/on"),
        (json!({ "agreement": "no-such-pact" }), "/transitions/1/agreement"),
        (json!({ "agreement": "01970000-0000-7000-8000-000000000001" }), "/transitions/1/agreement"),
        (json!({ "quote": "01970000-0000-7000-8000-000000000001" }), "/transitions/1/quote"),
        (json!({ "said_by": "nobody-at-all" }), "/transitions/1/said_by"),
        (json!({ "source": "a newspaper" }), "/transitions/1/source"),
        (json!({ "note": " " }), "/transitions/1/note"),
        (json!({ "contested": true }), "/transitions/1/contested"),
    ] {
        let mut row = transition("agreed", "2017-05-04");
        row.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let body = zone_with(&[good.clone(), row]);
        let problem = app.post("/v1/zones", body).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{wrong}: {problem}");
    }
    let refused = async |zone: Value, pointer: &str| {
        let problem = app.post("/v1/zones", zone).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        problem["errors"][0]["detail"].as_str().unwrap().to_owned()
    };
    refused(zone_with(&vec![good.clone(); 201]), "/transitions").await;
    let mut contradicted = zone_with(&[transition("agreed", "2017-05-04"), transition("agreed", "2017-05-05")]);
    contradicted["agreed_on"] = json!("2017-05-05");
    let detail = refused(contradicted.clone(), "/agreed_on").await;
    assert_eq!(detail, "must be the first day that the transitions give (2017-05-04), or left out");
    contradicted["agreed_on"] = json!("2017-05-04");
    app.post("/v1/zones", contradicted).await.expect(201);
    let backwards = zone_with(&[transition("ended", "2017-05-04"), transition("agreed", "2017-05-05")]);
    let detail = refused(backwards, "/transitions").await;
    assert_eq!(detail, "ended_on, the first day of that status, must not be before agreed_on (2017-05-05)");
}

#[actix_web::test]
async fn sources_that_contradict_each_other_stand_side_by_side() {
    let app = TestApp::start().await;
    let ghouta = app.get("/v1/zones/eastern-ghouta-de-escalation-zone").await.expect(200);
    let ends: Vec<&Value> =
        ghouta["transitions"].as_array().unwrap().iter().filter(|row| row["status"] == "ended").collect();
    assert_eq!(ends.iter().map(|row| &row["on"]).collect::<Vec<_>>(), ["2018-04-12", "2018-04-14"]);
    assert!(ends.iter().all(|row| row["contested"] == true), "{ends:?}");
    assert_eq!(ghouta["lifecycle"]["ended_on"], "2018-04-12", "the first");

    for (index, (rows, contested)) in [
        // The same day from two sources is no contradiction, and neither is a month with a day in it.
        (vec![transition("agreed", "2017-05-04"), transition("agreed", "2017-05-04")], [false, false].as_slice()),
        (
            vec![
                json!({ "status": "agreed", "on": "2017-05-01", "precision": "month" }),
                transition("agreed", "2017-05-04"),
            ],
            &[false, false],
        ),
        (
            vec![
                json!({ "status": "agreed", "on": "2017-05-01", "precision": "month" }),
                transition("agreed", "2017-06-04"),
            ],
            &[true, true],
        ),
        // What was something else in between happened twice.
        (
            vec![
                transition("in_force", "2017-05-04"),
                transition("suspended", "2017-06-01"),
                transition("in_force", "2017-07-01"),
            ],
            &[false, false, false],
        ),
        (
            vec![
                transition("in_force", "2017-05-04"),
                transition("in_force", "2017-05-05"),
                transition("suspended", "2017-06-01"),
            ],
            &[true, true, false],
        ),
        // So did what two agreements brought about.
        (
            vec![
                json!({ "status": "extended", "on": "2017-09-15", "agreement": "astana-joint-statement-2017-09-15" }),
                json!({ "status": "extended", "on": "2018-09-17", "agreement": "sochi-memorandum-2018-09-17" }),
            ],
            &[false, false],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut zone = zone_with(&rows);
        zone["name"] = json!(format!("Zone {index}"));
        let zone = app.post("/v1/zones", zone).await.expect(201);
        let found: Vec<bool> =
            zone["transitions"].as_array().unwrap().iter().map(|row| row["contested"].as_bool().unwrap()).collect();
        assert_eq!(found, contested, "{rows:?}");
        assert_eq!(app.get(&format!("/v1/zones/zone-{index}")).await.expect(200), zone);
    }
}

#[actix_web::test]
async fn a_zone_is_read_as_it_stood_on_a_day() {
    let app = TestApp::start().await;
    let on = async |day: &str| app.get(&format!("{IDLIB}?valid_at={day}")).await;
    on("2017-05-02").await.expect_problem(404, "not_found");
    for (day, status) in [
        ("2017-05-03", "proposed"),
        ("2017-05-05", "agreed"),
        ("2017-05-07", "in_force"),
        ("2019-01-01", "extended"),
        ("2024-12-08", "ended"),
    ] {
        let zone = on(day).await.expect(200);
        assert_eq!(zone["status"], status, "{day}");
        let mut now = app.get(IDLIB).await.expect(200);
        now["status"] = json!(status);
        assert_eq!(zone, now, "the status is all that is of that day");
    }
    assert_ne!(on("2017-05-05").await.header("etag"), on("2017-05-07").await.header("etag"));

    let slugs = async |query: &str| -> Vec<String> {
        let rows = app.all_pages(&format!("/v1/zones?limit=2&{query}")).await;
        rows.iter().map(|zone| zone["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs("valid_at=2017-01-24").await, Vec::<String>::new());
    assert_eq!(slugs("valid_at=2017-01-25").await, ["us-safe-zones-proposal"]);
    assert_eq!(slugs("valid_at=2017-05-05").await.len(), 6, "those of Astana and the proposal");
    let of_astana = slugs("valid_at=2017-05-05&status=agreed").await;
    assert_eq!(of_astana.len(), 5);
    assert_eq!(slugs("valid_at=2017-05-07&status=in_force").await, of_astana);
    assert_eq!(slugs("valid_at=2017-05-07&status=agreed&status=proposed").await, ["us-safe-zones-proposal"]);
    assert_eq!(app.get("/v1/zones?valid_at=2017-05-05&status=agreed&count=true").await.expect(200)["total"], 5);
    let listed = app.get("/v1/zones?valid_at=2017-05-05").await.expect(200)["data"].clone();
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .all(|zone| zone["status"] == "agreed" || zone["slug"] == "us-safe-zones-proposal")
    );

    // Days that no transition gives count as well; where nothing is known, nobody knows how it stood.
    let body = json!({ "name": "Lake Zone", "kind": "safe_zone", "status": "ended", "agreed_on": "2015-01-02",
                       "transitions": [transition("suspended", "2015-02-03")] });
    app.post("/v1/zones", body).await.expect(201);
    app.post("/v1/zones", json!({ "name": "Other Zone", "kind": "safe_zone", "status": "ended" })).await.expect(201);
    assert_eq!(app.get("/v1/zones/lake-zone?valid_at=2015-01-02").await.expect(200)["status"], "agreed");
    assert_eq!(app.get("/v1/zones/lake-zone?valid_at=2015-02-03").await.expect(200)["status"], "suspended");
    assert_eq!(slugs("valid_at=2015-03-01").await, ["lake-zone"]);
    app.get("/v1/zones/other-zone?valid_at=2030-01-01").await.expect_problem(404, "not_found");

    for path in [IDLIB, "/v1/zones"] {
        for wrong in ["", "May", "2017-05-32", "%00", "2017-05-05&valid_at=2017-05-06"] {
            let problem = app.get(&format!("{path}?valid_at={wrong}")).await.expect_problem(400, "invalid_query");
            assert_eq!(problem["errors"][0]["parameter"], "valid_at", "{wrong}: {problem}");
        }
    }
    let cursor = app.get("/v1/zones?valid_at=2017-05-05&limit=1").await.expect(200)["next_cursor"].clone();
    let path = format!("/v1/zones?valid_at=2017-05-06&limit=1&cursor={}", cursor.as_str().unwrap());
    app.get(&path).await.expect_problem(400, "invalid_cursor");
    app.get("/v1/actors?valid_at=2017-05-05").await.expect_problem(400, "invalid_query");
}

#[actix_web::test]
async fn what_was_known_then_of_how_a_zone_stood_on_a_day_stays_known() {
    let app = TestApp::start().await;
    let zone = app.post("/v1/zones", zone_with(&[transition("agreed", "2017-05-04")])).await.expect(201);
    let first = zone["updated_at"].as_str().unwrap();
    let patch = json!({ "transitions": [transition("agreed", "2017-05-04"), transition("in_force", "2017-05-06")] });
    app.patch("/v1/zones/lake-zone", patch).await.expect(200);
    let path = "/v1/zones/lake-zone?valid_at=2017-05-07";
    assert_eq!(app.get(path).await.expect(200)["status"], "in_force");
    assert_eq!(app.get(&format!("{path}&as_of={first}")).await.expect(200)["status"], "agreed");
    let in_force = async |rest: &str| {
        let rows = app.all_pages(&format!("/v1/zones?valid_at=2017-05-07&status=in_force&limit=3{rest}")).await;
        rows.iter().any(|zone| zone["slug"] == "lake-zone")
    };
    assert!(in_force("").await);
    assert!(!in_force(&format!("&as_of={first}")).await);
}

#[actix_web::test]
async fn a_zone_has_one_timeline_of_all_that_is_known() {
    let app = TestApp::start().await;
    let article = app
        .post(
            "/v1/articles",
            json!({
                "text": "MOSCOW, May 5. /TASS/. \"The Idlib de-escalation zone stands,\" Russian Foreign Minister Sergey Lavrov \
                         said on May 5. He added that the Idlib de-escalation zone would be watched.\n\n\"The Idlib \
                         de-escalation zone is open,\" the mayor of Tarn said on May 5.",
                "published_on": "2017-05-05",
            }),
        )
        .await
        .expect(201);
    assert!(article["quotes"].as_array().unwrap().len() >= 2, "{article}");
    let timeline = format!("{IDLIB}/timeline");
    let early = app.all_pages(&format!("{timeline}?to=2017-05-31&limit=2")).await;
    let told: Vec<(&str, &str, &str)> = early
        .iter()
        .map(|entry| {
            let what = [&entry["transition"]["status"], &entry["event"], &entry["quote"]["speaker"]["actor"]["slug"]];
            let what = what.iter().find_map(|value| value.as_str()).unwrap();
            (entry["on"].as_str().unwrap(), entry["type"].as_str().unwrap(), what)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2017-05-03", "transition", "proposed"),
            ("2017-05-04", "transition", "agreed"),
            ("2017-05-04", "agreement", "signed"),
            ("2017-05-05", "quote", "sergey-lavrov"),
            ("2017-05-06", "transition", "in_force"),
            ("2017-05-06", "agreement", "in_force"),
        ]
    );
    let signed = &early[2]["agreement"];
    let guarantors: Vec<&str> = signed["parties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|party| party["part"] == "guarantor")
        .map(|party| party["actor"]["slug"].as_str().unwrap())
        .collect();
    assert_eq!(guarantors, ["iran", "russia", "turkey"]);
    assert!(!signed["sources"].as_array().unwrap().is_empty() && signed["url"].is_string());
    assert!(early[4]["transition"]["source"].is_string());
    assert_eq!(
        early[3]["quote"],
        app.get(&format!("/v1/quotes/{}", early[3]["quote"]["id"].as_str().unwrap())).await.expect(200)
    );

    let all = app.all_pages(&timeline).await;
    assert!(all.len() > early.len() && all[..early.len()] == early[..]);
    assert_eq!(app.all_pages(&format!("{timeline}?limit=1")).await, all);
    assert_eq!(app.all_pages(&format!("{timeline}?from=2017-05-06&limit=3")).await, all[4..]);
    assert_eq!(app.all_pages(&format!("{timeline}?from=2017-05-05&to=2017-05-05")).await, early[3..4]);
    assert_eq!(app.get(&format!("{timeline}?to=2017-05-31&count=true&limit=1")).await.expect(200)["total"], 6);
    // What is reported of a part is of the whole.
    let whole = app.all_pages("/v1/zones/astana-de-escalation-zones/timeline?from=2017-05-05&to=2017-05-05").await;
    assert_eq!(whole, early[3..4]);
    // What is rejected is not notable.
    let path = format!("/v1/quotes/{}", early[3]["quote"]["id"].as_str().unwrap());
    app.patch(&path, json!({ "review": "rejected" })).await.expect(200);
    assert_eq!(app.all_pages(&format!("{timeline}?from=2017-05-05&to=2017-05-05")).await, Vec::<Value>::new());

    app.get("/v1/zones/nowhere/timeline").await.expect_problem(404, "not_found");
    for wrong in ["from=May", "to=", "from=2017-05-05&from=2017-05-06", "since=2017-05-05", "limit=0"] {
        app.get(&format!("{timeline}?{wrong}")).await.expect_problem(400, "invalid_query");
    }
    let cursor = app.get(&format!("{timeline}?limit=1")).await.expect(200)["next_cursor"].clone();
    let path = format!("{timeline}?limit=1&to=2017-05-31&cursor={}", cursor.as_str().unwrap());
    app.get(&path).await.expect_problem(400, "invalid_cursor");
}

#[actix_web::test]
async fn a_quote_stands_once_in_a_timeline_whatever_the_page() {
    let app = TestApp::start().await;
    for day in [1, 1, 1, 2, 2, 3] {
        let number = number_of_posts();
        let text = format!(
            "MOSCOW, June {day}. /TASS/. \"The Idlib de-escalation zone has {number} posts,\" Russian Foreign Minister Sergey \
             Lavrov said on June {day}."
        );
        app.post("/v1/articles", json!({ "text": text, "published_on": format!("2017-06-0{day}") })).await.expect(201);
    }
    let path = format!("{IDLIB}/timeline?from=2017-06-01&to=2017-06-30");
    let all = app.all_pages(&path).await;
    assert_eq!(all.len(), 6);
    for limit in 1..=6 {
        assert_eq!(app.all_pages(&format!("{path}&limit={limit}")).await, all, "{limit}");
    }
}

/// A number that no other article has.
fn number_of_posts() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(100);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[actix_web::test]
async fn an_import_finds_the_agreements_that_come_after_their_zones() {
    let app = TestApp::start().await;
    let id = "01970000-0000-7000-8000-00000000a001";
    let told = |agreement: &str| json!([{ "status": "agreed", "on": "2017-05-04", "agreement": agreement }]);
    let zone = |name: &str, agreement: &str| json!({ "type": "zone", "name": name, "kind": "safe_zone", "status": "agreed", "transitions": told(agreement) });
    let lines = [
        zone("By slug", "quay-pact"),
        zone("By id", id),
        zone("Of here", "astana-memorandum-2017"),
        zone("Never comes", "no-pact"),
        // The file has another id for what is here already.
        zone("Other id", "01970000-0000-7000-8000-00000000a002"),
        json!({ "type": "agreement", "name": "Quay pact" }),
        json!({ "type": "agreement", "name": "Harbour pact", "id": id }),
        json!({ "type": "agreement", "name": "Memo", "slug": "sochi-memorandum-2018-09-17", "id": "01970000-0000-7000-8000-00000000a002" }),
    ];
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let job = app.send(Method::POST, "/v1/imports", "application/x-ndjson", body).await.expect(201);
    while run_next_import(&app.services).await.unwrap() {}
    let import = app.get(&format!("/v1/imports/{}", job["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&import["refused"], &import["known"]), (&json!(0), &json!(1)), "{import}");
    for (zone, agreement) in [
        ("by-slug", json!("quay-pact")),
        ("by-id", json!("harbour-pact")),
        ("of-here", json!("astana-memorandum-2017")),
        ("never-comes", Value::Null),
        ("other-id", json!("sochi-memorandum-2018-09-17")),
    ] {
        let found = app.get(&format!("/v1/zones/{zone}")).await.expect(200);
        assert_eq!(found["transitions"][0]["agreement"]["slug"], agreement, "{zone}");
    }
}

#[actix_web::test]
async fn an_opponent_is_a_party() {
    let app = TestApp::start().await;
    let parties = json!([{ "actor": "russia", "part": "guarantor" }, { "actor": "turkey", "part": "opposed" }]);
    let pact = json!({ "name": "Pact", "zones": ["us-safe-zones-proposal"], "parties": parties });
    app.post("/v1/agreements", pact).await.expect(201);
    let zone = app.get("/v1/zones/us-safe-zones-proposal").await.expect(200);
    assert_eq!(
        (&zone["parties"][1]["actor"]["slug"], &zone["parties"][1]["part"]),
        (&json!("turkey"), &json!("opposed"))
    );
}

#[actix_web::test]
async fn the_days_of_zones_that_were_there_before_are_known_as_before() {
    // What the migration does with the rows of an older database.
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let body = json!({ "name": "Lake Zone", "kind": "safe_zone", "status": "ended", "proposed_on": "2015-01-02", "ended_on": "2015-02-03" });
    let zone = app.post("/v1/zones", body).await.expect(201);
    let first = zone["updated_at"].as_str().unwrap();
    app.patch("/v1/zones/lake-zone", json!({ "ended_on": "2015-03-04" })).await.expect(200);
    let expected = async || {
        let mut answers = Vec::new();
        for query in ["valid_at=2015-02-10".to_owned(), format!("valid_at=2015-02-10&as_of={first}")] {
            answers.push(app.get(&format!("/v1/zones/lake-zone?{query}")).await.expect(200)["status"].clone());
        }
        answers
    };
    assert_eq!(expected().await, ["proposed", "ended"]);
    let folder = if database.is_postgres() { "postgres" } else { "sqlite" };
    let path = format!("{}/migrations/{folder}/0011_zone_transitions/up.sql", env!("CARGO_MANIFEST_DIR"));
    let up = std::fs::read_to_string(path).unwrap();
    let fill = &up[up.find("INSERT INTO").unwrap()..];
    database.execute(&format!("DELETE FROM zone_transitions; DELETE FROM zone_transitions_history; {fill}")).await;
    assert_eq!(expected().await, ["proposed", "ended"]);
}
