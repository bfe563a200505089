//! The data that ships with the program: what it promises, and that loading it twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use onrecord::services::{Services, samples};
use serde_json::Value;

use crate::support::{TestApp, TestDatabase};

fn strings<'a>(row: &'a Value, field: &str) -> Vec<&'a str> {
    row[field].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[actix_web::test]
async fn at_least_sixty_persons_have_dated_roles_and_other_spellings() {
    let app = TestApp::start().await;
    let persons = app.all_pages("/v1/actors?kind=person&limit=200").await;
    let has_dated_role = |person: &&Value| {
        person["roles"]
            .as_array()
            .unwrap()
            .iter()
            .any(|role| role["starts_on"].is_string() && role["source"].is_string())
    };
    let complete = persons.iter().filter(has_dated_role).filter(|person| !strings(person, "aliases").is_empty());
    assert!(complete.count() >= 60);
    for person in &persons {
        assert!(person["gender"].is_string(), "a pronoun for {}", person["slug"]);
    }
}

#[actix_web::test]
async fn every_actor_says_where_its_facts_come_from() {
    let app = TestApp::start().await;
    for actor in app.all_pages("/v1/actors?limit=200").await {
        assert!(actor["source"].is_string(), "{}", actor["slug"]);
        for role in actor["roles"].as_array().unwrap() {
            assert!(role["source"].is_string(), "{}: {}", actor["slug"], role["title"]);
        }
    }
}

#[actix_web::test]
async fn an_alias_belongs_to_one_actor() {
    let app = TestApp::start().await;
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for actor in app.all_pages("/v1/actors?limit=200").await {
        let names: BTreeSet<String> =
            strings(&actor, "aliases").into_iter().chain(actor["name"].as_str()).map(str::to_owned).collect();
        for name in names {
            let slug = actor["slug"].as_str().unwrap();
            if let Some(other) = owners.insert(name.clone(), slug.to_owned()) {
                panic!("`{name}` stands for {other} and for {slug}");
            }
        }
    }
}

#[actix_web::test]
async fn at_least_twenty_five_outlets_can_be_recognised() {
    let app = TestApp::start().await;
    let outlets = app.all_pages("/v1/outlets?limit=200").await;
    assert!(outlets.len() >= 25);
    for outlet in outlets {
        let signs = ["datelines", "domains"].iter().map(|field| strings(&outlet, field).len()).sum::<usize>();
        assert!(signs >= 1, "{} has neither a signature nor an address", outlet["slug"]);
        assert!(outlet["source"].is_string() || outlet["homepage"].is_string(), "{}", outlet["slug"]);
    }
}

#[actix_web::test]
async fn the_zones_of_2017_are_there_with_their_days_and_parties() {
    let app = TestApp::start().await;
    let astana = ["iran", "russia", "turkey"].as_slice();
    // Agreed on, in force on, ended on.
    for (slug, days, guarantors) in [
        ("astana-de-escalation-zones", ["2017-05-04", "2017-05-06", "2024-12-08"], astana),
        ("idlib-de-escalation-zone", ["2017-05-04", "2017-05-06", "2024-12-08"], astana),
        ("northern-homs-de-escalation-zone", ["2017-05-04", "2017-05-06", "2018-05-16"], astana),
        ("eastern-ghouta-de-escalation-zone", ["2017-05-04", "2017-05-06", "2018-04-12"], astana),
        ("southern-de-escalation-zone", ["2017-05-04", "2017-05-06", "2018-07-31"], astana),
        ("south-west-de-escalation-zone", ["2017-07-07", "2017-07-09", "2018-07-31"], &[]),
        ("us-safe-zones-proposal", ["", "", ""], &[]),
    ] {
        let zone = app.get(&format!("/v1/zones/{slug}")).await.expect(200);
        let lifecycle = &zone["lifecycle"];
        let found = ["agreed_on", "in_force_on", "ended_on"].map(|day| lifecycle[day].as_str().unwrap_or_default());
        assert_eq!(found, days, "{slug}");
        assert_eq!(zone["status"], if days[2].is_empty() { "proposed" } else { "ended" }, "{slug}");
        let parties = zone["parties"].as_array().unwrap().iter().filter(|party| party["part"] == "guarantor");
        let found: Vec<&str> = parties.map(|party| party["actor"]["slug"].as_str().unwrap()).collect();
        assert_eq!(found, guarantors, "{slug}");
    }
}

#[actix_web::test]
async fn every_zone_and_agreement_has_sources_and_its_days_in_order() {
    let app = TestApp::start().await;
    let zones = app.all_pages("/v1/zones").await;
    assert!(zones.len() >= 6);
    for zone in &zones {
        assert!(!strings(zone, "sources").is_empty(), "{}", zone["slug"]);
        let days = ["proposed_on", "agreed_on", "in_force_on", "ended_on"];
        assert!(days.iter().filter_map(|day| zone["lifecycle"][day].as_str()).is_sorted(), "{zone}");
        if !zone["geometry"].is_null() {
            assert!(
                zone["geometry_precision"].is_string() && zone["geometry_derivation"].is_string(),
                "{}",
                zone["slug"]
            );
        }
    }
    for agreement in app.all_pages("/v1/agreements").await {
        assert!(!strings(&agreement, "sources").is_empty(), "{}", agreement["slug"]);
        assert!(!agreement["zones"].as_array().unwrap().is_empty(), "{}", agreement["slug"]);
        assert!(
            ["signed_on", "in_force_on"].iter().filter_map(|day| agreement[day].as_str()).is_sorted(),
            "{agreement}"
        );
    }
}

/// The rows of `data/sample/index.toml`: file, outlet, event.
fn samples() -> Vec<[String; 3]> {
    let index: toml::Table = fs::read_to_string(sample_folder().join("index.toml")).unwrap().parse().unwrap();
    let rows = index["article"].as_array().unwrap();
    rows.iter().map(|row| ["file", "outlet", "event"].map(|field| row[field].as_str().unwrap().to_owned())).collect()
}

fn sample_folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")
}

#[test]
fn every_sample_article_is_listed() {
    let listed: BTreeSet<String> = samples().into_iter().map(|[file, ..]| file).collect();
    let files = fs::read_dir(sample_folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let texts: BTreeSet<String> = files.filter(|name| name.ends_with(".txt")).collect();
    assert_eq!(listed, texts);
}

#[test]
fn the_samples_show_the_same_events_in_the_manner_of_several_outlets() {
    let samples = samples();
    let mut outlets_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for [_, outlet, event] in &samples {
        outlets_of.entry(event).or_default().insert(outlet);
    }
    let outlets: BTreeSet<&str> = outlets_of.values().flatten().copied().collect();
    assert!(samples.len() >= 12 && outlets.len() >= 4, "{samples:?}");
    assert!(outlets_of.values().filter(|outlets| outlets.len() >= 2).count() >= 3, "{outlets_of:?}");
}

#[actix_web::test]
async fn the_samples_are_imported_once_and_read() {
    let app = TestApp::start().await;
    let all = samples().len();
    assert_eq!(samples::import_samples(&app.services).await.unwrap(), (all, all));
    assert_eq!(samples::import_samples(&app.services).await.unwrap(), (0, all));
    let articles = app.all_pages("/v1/articles").await;
    assert_eq!(articles.len(), all);
    for article in articles {
        assert!(article["url"].as_str().unwrap().starts_with("https://example.org/"), "no outlet's own address");
        let quotes = app.get(&format!("/v1/articles/{}/quotes", article["id"].as_str().unwrap())).await.expect(200);
        assert!(!quotes["data"].as_array().unwrap().is_empty(), "{}", article["title"]);
    }
}

#[actix_web::test]
async fn starting_twice_changes_nothing() {
    let database = TestDatabase::create_empty().await;
    let everything = async |services: Services| {
        let app = TestApp::on(services);
        let mut rows = Vec::new();
        for list in ["outlets", "actors", "zones", "agreements"] {
            rows.extend(app.all_pages(&format!("/v1/{list}?limit=200")).await);
        }
        rows
    };
    let first = everything(Services::start(database.settings(&[])).await.unwrap()).await;
    assert!(first.len() > 100);
    let second = everything(Services::start(database.settings(&[])).await.unwrap()).await;
    assert!(first == second);
}

#[actix_web::test]
async fn what_was_changed_by_hand_survives_a_new_start() {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    app.patch("/v1/outlets/tass", serde_json::json!({ "name": "Tass" })).await.expect(200);
    app.delete("/v1/outlets/bbc").await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    assert_eq!(app.get("/v1/outlets/tass").await.expect(200)["name"], "Tass");
    app.get("/v1/outlets/bbc").await.expect_problem(404, "not_found");
}
