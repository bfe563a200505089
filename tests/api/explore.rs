//! Swagger UI as a place to explore: what it fills in works on the sample data, and the links of its guide have answers.

use std::time::Duration;

use actix_web::http::Method;
use onrecord::services::{changes, search};
use serde_json::{Map, Value, json};

use crate::support::TestApp;

/// What a browser sends that follows a link.
const BROWSER: [(&str, &str); 1] =
    [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8")];

/// The operations of a document: path, method, and what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// What Swagger UI fills in for a parameter: its example, or that of its schema, or a default.
fn filled_in<'a>(document: &'a Value, parameter: &'a Value) -> Option<&'a Value> {
    let mut schema = &parameter["schema"];
    while let Some(reference) = schema["$ref"].as_str() {
        schema = document.pointer(&reference[1..]).unwrap();
    }
    [&parameter["example"], &schema["example"], &schema["default"]].into_iter().find(|value| !value.is_null())
}

fn encoded(name: &str, value: &Value) -> String {
    let values = value.as_array().map_or_else(|| vec![value], |values| values.iter().collect());
    let one = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={}", text.replace(' ', "%20").replace('"', "%22"))
    };
    values.into_iter().map(one).collect::<Vec<_>>().join("&")
}

/// The path with the examples of its parameters, where each has one.
fn example_path(path: &str, parameters: &[Value]) -> Option<String> {
    let mut filled = path.to_owned();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        filled = filled.replace(&format!("{{{name}}}"), parameter["example"].as_str()?);
    }
    Some(filled)
}

async fn served_document(app: &TestApp) -> Value {
    app.get("/openapi.json").await.expect(200)
}

/// Keeps an index of what there is, until every text is in it.
async fn wait_for_index(app: &TestApp) {
    actix_web::rt::spawn(changes::follow_changes(app.services.clone()));
    actix_web::rt::spawn(search::follow(app.services.clone()));
    for _ in 0..1200 {
        let answer = app.get("/v1/search?q=zone").await;
        if answer.status == 200 && answer.json()["index"]["behind_seconds"] == 0.0 {
            return;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the index is not there after a minute");
}

#[actix_web::test]
async fn every_example_of_a_parameter_finds_something_in_the_samples() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let app = TestApp::start_with(&[("search.folder", index.to_str().unwrap())]).await.with_samples().await;
    wait_for_index(&app).await;
    let document = served_document(&app).await;
    let mut without_example = Vec::new();
    for (path, _, operation) in operations(&document).into_iter().filter(|(_, method, _)| *method == "get") {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let Some(address) = example_path(path, &parameters) else {
            without_example.push(path);
            continue;
        };
        let pair = |parameter: &Value| {
            filled_in(&document, parameter).map(|value| encoded(parameter["name"].as_str().unwrap(), value))
        };
        let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let (needed, others): (Vec<&Value>, Vec<&Value>) =
            of_query.partition(|parameter| parameter["required"] == json!(true));
        let needed: Vec<String> = needed.into_iter().map(|parameter| pair(parameter).expect("an example")).collect();
        let others: Vec<String> = others.into_iter().filter_map(pair).collect();
        // None, each alone, and all together, as Swagger UI sends them to whoever just presses Execute.
        let queries = [&[][..], &others[..]].into_iter().chain(others.chunks(1));
        for query in queries.map(|others| [&needed[..], others].concat().join("&")) {
            let answer = app.get(&format!("{address}?{query}")).await;
            assert_eq!(answer.status, 200, "{address}?{query}: {}", String::from_utf8_lossy(&answer.bytes));
            if answer.header("content-type") == Some("text/event-stream") {
                let begins_with_changes = String::from_utf8_lossy(&answer.bytes).contains("\ndata: {");
                assert!(begins_with_changes, "{address}?{query} has no events");
                continue;
            }
            if answer.header("content-type") == Some("application/atom+xml") {
                assert!(String::from_utf8_lossy(&answer.bytes).contains("<entry>"), "{address}?{query} has no entries");
                continue;
            }
            if answer.header("content-type") == Some("application/x-ndjson") {
                assert!(answer.bytes.starts_with(b"{"), "{address}?{query} has no lines");
                continue;
            }
            // Nothing was deleted from the samples, nothing imported, and nobody is told of them.
            let empty = ["/v1/deletions", "/v1/webhooks", "/v1/imports"];
            if let Some(rows) = answer.json().get("data").filter(|_| !empty.contains(&path)) {
                assert!(!rows.as_array().unwrap().is_empty(), "{address}?{query} has no rows");
            }
        }
    }
    // The id of a key, or of a webhook, is nothing to be told to all, and nothing was imported.
    let imports = ["/v1/imports/{id}", "/v1/imports/{id}/errors.ndjson", "/v1/imports/{id}/events"];
    without_example.retain(|path| !imports.contains(path));
    let expected = ["/v1/keys/{id}", "/v1/webhooks/{id}", "/v1/webhooks/{id}/deliveries"];
    assert_eq!(without_example, expected, "a path parameter without an example");
}

#[actix_web::test]
async fn every_body_has_an_example_that_is_taken() {
    let app = TestApp::start().await.with_samples().await;
    let document = served_document(&app).await;
    let webhook = app.post("/v1/webhooks", json!({ "url": "https://example.org/" })).await.expect(201);
    for (path, method, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let content = operation["requestBody"]["content"].as_object().into_iter().flatten();
        // Lines are no object.
        let is_object = |media_type: &str| media_type.ends_with("json") && media_type != "application/x-ndjson";
        for (media_type, content) in content.filter(|(media_type, _)| is_object(media_type)) {
            let example = &content["example"];
            assert!(example.is_object(), "{method} {path}: src/openapi/examples.rs has no example of its body");
            let address = match path {
                "/v1/webhooks/{id}" => format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap()),
                path => example_path(path, &parameters).expect(path),
            };
            let answer = match method {
                "patch" => app.patch(&address, example.clone()).await,
                _ => {
                    let headers = [("content-type", media_type.as_str()), ("if-match", "*")];
                    app.send_with(Method::POST, &address, &headers, example.to_string()).await
                }
            };
            let body = String::from_utf8_lossy(&answer.bytes);
            assert!(answer.status.is_success(), "{method} {path} with {example}: {} {body}", answer.status);
        }
    }
}

#[actix_web::test]
async fn the_example_of_an_article_has_quotes_of_known_speakers() {
    let app = TestApp::start().await;
    let document = onrecord::openapi::document();
    let content = &document["paths"]["/v1/articles"]["post"]["requestBody"]["content"];
    let article = app.post("/v1/articles", content["application/json"]["example"].clone()).await.expect(201);
    let quotes = article["quotes"].as_array().unwrap();
    assert!(quotes.len() >= 2, "{article}");
    for quote in quotes {
        assert_eq!(quote["speaker"]["actor"]["slug"], "antonio-guterres", "{quote}");
    }
    assert_eq!(quotes[0]["zones"][0]["slug"], "idlib-de-escalation-zone", "{article}");
}

/// The addresses that a text in Markdown links to, with what it calls them.
fn links(markdown: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        let (address, after) = after.split_once(')').unwrap();
        let name = before.rsplit_once('[').unwrap().1;
        found.push((name.trim_matches('`'), address));
        rest = after;
    }
    found
}

#[test]
fn links_are_found() {
    assert_eq!(links("a [`/b?c`](/b?c) d\n[e](f)."), [("/b?c", "/b?c"), ("e", "f")]);
}

#[actix_web::test]
async fn the_links_of_the_guide_have_answers() {
    let app = TestApp::start().await.with_samples().await;
    let document = served_document(&app).await;
    let guide = document["info"]["description"].as_str().unwrap();
    let links = links(guide);
    let questions: Vec<&str> =
        links.iter().map(|(_, address)| *address).filter(|address| address.starts_with("/v1/")).collect();
    assert_eq!(questions.len(), 5, "{questions:?}");
    for (name, address) in &links {
        assert_eq!(name, address, "what is read is what is opened");
        // Of this service, whatever its name, and on no other.
        assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
        let answer = app.get_with(address, &BROWSER).await;
        assert_eq!(answer.status, 200, "{address}");
        if questions.contains(address) {
            assert_eq!(answer.header("content-type"), Some("application/json"), "{address}");
            assert!(!answer.json()["data"].as_array().unwrap().is_empty(), "{address} has no rows");
        }
    }
}

#[actix_web::test]
async fn the_guide_does_not_say_more_than_is_true() {
    let app = TestApp::start().await.with_samples().await;
    let rows = async |path: &str| app.get(path).await.expect(200)["data"].as_array().unwrap().clone();
    let outlets = |rows: &[Value]| {
        let slugs = rows.iter().map(|row| row["outlet"]["slug"].as_str().unwrap().to_owned());
        slugs.collect::<std::collections::BTreeSet<String>>()
    };
    // "What did TASS and RFE/RL write": each has a row.
    let astana = rows("/v1/articles?outlet=tass&outlet=rfe-rl&published_from=2017-05-04&published_to=2017-05-05").await;
    assert_eq!(outlets(&astana), ["rfe-rl".to_owned(), "tass".to_owned()].into());
    // "Which zones lay around Damascus": Eastern Ghouta is there.
    let damascus = rows("/v1/zones?bbox=36.1,33.3,36.7,33.7").await;
    assert!(damascus.iter().any(|zone| zone["slug"] == "eastern-ghouta-de-escalation-zone"), "{damascus:?}");
    // "and as what".
    for agreement in rows("/v1/agreements?actor=russia").await {
        let parties = agreement["parties"].as_array().unwrap();
        assert!(parties.iter().any(|party| party["actor"]["slug"] == "russia"), "{agreement}");
    }
}

#[test]
fn tags_come_in_the_order_of_the_question() {
    let document = onrecord::openapi::document();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let place = |tag: &str| tags.iter().position(|known| *known == tag).expect(tag);
    let order = ["quotes", "actors", "zones", "agreements", "articles", "outlets", "keys", "health"];
    assert!(order.map(place).is_sorted(), "{tags:?}");
}

#[actix_web::test]
async fn swagger_ui_keeps_the_key_and_asks_nobody_else() {
    let app = TestApp::start().await;
    let start = app.get("/docs/swagger-initializer.js").await;
    let script = String::from_utf8(start.bytes).unwrap();
    let settings: Value = {
        let from = script.find("SwaggerUIBundle({").map(|at| at + "SwaggerUIBundle(".len()).unwrap();
        let setting = |name: &str| {
            let after = script[from..].split_once(&format!("\"{name}\":")).map(|(_, after)| after.trim_start());
            after
                .and_then(|after| after.split([',', '}']).next())
                .map(|value| value.trim().trim_matches('"').to_owned())
        };
        let names = ["persistAuthorization", "tryItOutEnabled", "validatorUrl"];
        Value::Object(names.iter().map(|name| ((*name).to_owned(), json!(setting(name)))).collect::<Map<_, _>>())
    };
    let expected = json!({ "persistAuthorization": "true", "tryItOutEnabled": "true", "validatorUrl": "none" });
    assert_eq!(settings, expected, "{script}");
}
