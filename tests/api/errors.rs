//! What goes wrong, over HTTP: every code there is, and where each says that the mistake lies.

use std::collections::BTreeSet;

use actix_web::http::Method;
use onrecord::error::CODES;
use onrecord::models::{Scope, name_of};
use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestDatabase};

const UNKNOWN_ID: &str = "01970000-0000-7000-8000-000000000001";

/// A service whose database has lost a table.
async fn broken_app() -> (TestApp, TestDatabase) {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    database.execute("ALTER TABLE quotes RENAME TO attic").await;
    (app, database)
}

/// The answer of a service whose only connection is taken.
async fn answer_of_busy_app() -> Answer {
    let app = TestApp::start_with(&[("database.max_connections", "1"), ("database.acquire_timeout_ms", "1000")]).await;
    let _held = app.services.database.connect().await.unwrap();
    app.get("/v1/actors").await
}

/// The answer of a service that gives its clients no time.
async fn answer_to_slow_body() -> Answer {
    let database = TestDatabase::create().await;
    let services = Services::start(database.settings(&[("server.client_timeout_ms", "50")])).await.unwrap();
    let key = TestApp::on(services.clone()).key().await.to_owned();
    let server = crate::support::RunningServer::start(services).await;
    let head = "host: a\r\ncontent-type: application/json\r\ncontent-length: 9";
    server.exchange(&format!("POST /v1/outlets HTTP/1.1\r\n{head}\r\nx-api-key: {key}\r\n\r\n{{")).await
}

/// The answer of a service that gives itself no time, and waits for its only connection.
async fn answer_out_of_time() -> Answer {
    let app = TestApp::start_with(&[("database.max_connections", "1"), ("server.request_timeout_ms", "50")]).await;
    let _held = app.services.database.connect().await.unwrap();
    app.get("/v1/actors").await
}

#[actix_web::test]
async fn every_code_of_the_table_is_reached() {
    let app = TestApp::start_with(&[("server.max_body_bytes", "1000")]).await;
    let post = |media_type, body| app.send(Method::POST, "/v1/outlets", media_type, body);
    let (broken, _database) = broken_app().await;
    let (expired, revoked, small) = (app.expired_key().await, app.revoked_key().await, app.new_key(Scope::Read).await);
    let limited = TestApp::start_with(&[("limits.requests_per_minute_per_key", "1")]).await;
    limited.get("/v1/actors").await;
    let keyed = async |key: &str, name: &str| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let body = json!({ "name": name, "kind": "newspaper" }).to_string();
        app.send_with(Method::POST, "/v1/outlets", &headers, body).await
    };
    keyed("a", "Example Post").await.expect(201);
    let reused = keyed("a", "Another Post").await;
    app.database().execute("UPDATE idempotency_keys SET status = NULL, body = NULL").await;
    let answers = [
        reused,
        keyed("a", "Example Post").await,
        keyed("a b", "Example Post").await,
        app.send_from(None, Method::POST, "/v1/outlets", &[], "").await,
        app.get_with("/v1/actors", &[("x-api-key", "onr_nonsense")]).await,
        app.get_with("/v1/actors", &[("x-api-key", &expired)]).await,
        app.get_with("/v1/actors", &[("x-api-key", &revoked)]).await,
        app.get_with("/v1/keys", &[("x-api-key", &small.text)]).await,
        limited.get("/v1/actors").await,
        app.get("/v1/actors?colour=red").await,
        app.get("/v1/actors?cursor=nonsense").await,
        app.get("/v1/actors/nobody").await,
        app.get("/v1/nothing").await,
        app.send(Method::PUT, "/v1/actors", "", "").await,
        app.delete("/v1/zones/astana-de-escalation-zones").await,
        app.send(Method::DELETE, "/v1/outlets/tass", "", "").await,
        app.patch_if("\"7-0000000000000000\"", "/v1/outlets/tass", json!({})).await,
        post("application/json", "{").await,
        post("application/json", "{}").await,
        post("application/xml", "<a/>").await,
        post("application/json", r#"{ "name": "TASS", "kind": "news_agency" }"#).await,
        post("application/json", &format!("{{ \"name\": \"{}\" }}", "a".repeat(1000))).await,
        app.get_with("/v1/actors", &[("accept", "text/csv")]).await,
        app.get(&format!("/v1/actors?name={}", "a".repeat(9000))).await,
        answer_to_slow_body().await,
        broken.get("/v1/quotes").await,
        answer_of_busy_app().await,
        answer_out_of_time().await,
    ];
    let seen: BTreeSet<String> =
        answers.iter().map(|answer| answer.json()["code"].as_str().unwrap().to_owned()).collect();
    let all: BTreeSet<String> = CODES.iter().map(|info| name_of(&info.code)).collect();
    assert_eq!(seen, all, "a code without a case here, or a case with another code");
    for answer in &answers {
        let code = answer.json()["code"].as_str().unwrap().to_owned();
        let info = CODES.iter().find(|info| name_of(&info.code) == code).unwrap();
        let problem = answer.expect_problem(info.status, &code);
        assert_eq!(problem["title"], info.title);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}

#[actix_web::test]
async fn the_table_of_codes_has_every_code_once_and_a_page_for_each() {
    let document = onrecord::openapi::document();
    let variants = document["components"]["schemas"]["ErrorCode"]["enum"].as_array().unwrap();
    let variants: BTreeSet<&str> = variants.iter().map(|name| name.as_str().unwrap()).collect();
    let rows: Vec<String> = CODES.iter().map(|info| name_of(&info.code)).collect();
    assert_eq!(rows.iter().map(String::as_str).collect::<BTreeSet<_>>(), variants);
    assert_eq!(rows.len(), variants.len(), "a code stands twice");

    let app = TestApp::start().await;
    for info in CODES {
        assert_eq!(info.code.info().title, info.title);
        let page = app.get(&format!("/problems/{}", name_of(&info.code))).await;
        let text = String::from_utf8(page.bytes).unwrap();
        assert_eq!(page.status, 200);
        assert!(
            text.contains(info.title) && text.contains(info.advice) && text.contains(&info.status.to_string()),
            "{text}"
        );
    }
    app.get("/problems/bad_weather").await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn a_wrong_query_is_refused_with_the_parameter_named() {
    let app = TestApp::start().await;
    for (path, parameter) in [
        ("/v1/quotes?colour=red", "colour"),
        ("/v1/quotes?kind=direct&colour=red", "colour"),
        ("/v1/quotes?said_from=2017-02-30", "said_from"),
        ("/v1/quotes?said_to=yesterday", "said_to"),
        ("/v1/articles?published_from=4+May+2017", "published_from"),
        ("/v1/quotes?kind=shouted", "kind"),
        ("/v1/quotes?kind=direct&kind=shouted", "kind"),
        ("/v1/actors?review=maybe", "review"),
        ("/v1/zones?status=", "status"),
        ("/v1/quotes?article=no-id", "article"),
        ("/v1/quotes?min_confidence=much", "min_confidence"),
        ("/v1/quotes?min_confidence=1.5", "min_confidence"),
        ("/v1/quotes?min_confidence=NaN", "min_confidence"),
        ("/v1/quotes?limit=1.5", "limit"),
        ("/v1/quotes?limit=99999999999999999999", "limit"),
        ("/v1/quotes?speaker=nobody", "speaker"),
        ("/v1/quotes?speaker=sergey-lavrov&speaker=nobody", "speaker"),
        ("/v1/quotes?speaker=01970000-0000-7000-8000-000000000001", "speaker"),
        ("/v1/quotes?outlet=nobody", "outlet"),
        ("/v1/quotes?zone=nowhere", "zone"),
        ("/v1/articles?actor=nobody", "actor"),
        ("/v1/agreements?actor=nobody", "actor"),
        ("/v1/agreements?zone=nowhere", "zone"),
    ] {
        let problem = app.get(path).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}: {problem}");
        assert_eq!(problem["errors"][0].get("pointer"), None, "{path}");
    }
    for reason in ["%C2%85", "+%EF%BB%BF", ""] {
        let patch = app.patch(&format!("/v1/actors/russia?reason={reason}"), json!({})).await;
        assert_eq!(patch.expect_problem(400, "invalid_query")["errors"][0]["parameter"], "reason");
    }
    for path in ["/v1/actors?name=a%00b", "/v1/quotes?speaker=%00", "/v1/actors?cursor=%00", "/v1/actors?%00=a"] {
        app.get(path).await.expect_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_malformed() {
    let app = TestApp::start().await;
    let json: [&[u8]; 6] = [
        b"",
        b"{",
        b"{\"name\": \"A\", \"kind\": \"state\"} {}",
        b"{'name': 1}",
        b"{\"name\": \"\xff\"}",
        b"{\"name\": 1e999}",
    ];
    for body in json {
        let answer = app.send(Method::POST, "/v1/actors", "application/json", body).await;
        answer.expect_problem(400, "malformed_body");
    }
    for (body, place) in [(&b"Sch\xf6n gesagt"[..], "byte 3"), (b"A gate\0, he said.", "byte 6")] {
        for media_type in ["text/plain", "text/html"] {
            let problem = app.send(Method::POST, "/v1/articles", media_type, body).await;
            let problem = problem.expect_problem(400, "malformed_body");
            assert!(problem["detail"].as_str().unwrap().contains(place), "{problem}");
        }
    }
    assert_eq!(app.all_pages("/v1/articles").await.len(), 0);
}

#[actix_web::test]
async fn a_body_that_breaks_a_rule_is_refused_with_a_json_pointer() {
    let app = TestApp::start().await;
    let actor = |field: &str, value: Value| {
        let mut body = json!({ "name": "Ada Example", "kind": "person" });
        body[field] = value;
        ("/v1/actors", body)
    };
    for ((path, body), pointer) in [
        (("/v1/actors", json!([])), ""),
        (("/v1/actors", json!("Ada")), ""),
        (("/v1/actors", json!({ "kind": "person" })), ""),
        (actor("kind", json!("robot")), "/kind"),
        (actor("name", json!(7)), "/name"),
        (actor("name", Value::Null), "/name"),
        (actor("name", json!(" \u{85}\u{feff}")), "/name"),
        (actor("name", json!("a\u{0}b")), "/name"),
        (actor("aliases", json!(["Ada", "a\u{0}b"])), "/aliases/1"),
        (actor("aliases", json!({ "0": "Ada" })), "/aliases"),
        (actor("colour", json!("red")), "/colour"),
        (actor("roles", json!([{ "title": "Clerk" }, { "title": "Head", "starts_on": "soon" }])), "/roles/1/starts_on"),
        (actor("roles", json!([{ "title": "Clerk", "a/b~c": 1 }])), "/roles/0/a~1b~0c"),
        (actor("roles", json!([["Clerk"]])), "/roles/0"),
        (("/v1/webhooks", json!({ "url": "https://example.org/", "filter": [] })), "/filter"),
        (("/v1/articles", json!({ "text": "A gate.", "published_on": "2017-13-01" })), "/published_on"),
        (("/v1/articles", json!({ "text": "A \u{0} gate." })), "/text"),
        (("/v1/articles", json!({ "text": "A gate.", "outlet": "nobody" })), "/outlet"),
    ] {
        let problem = app.post(path, body.clone()).await.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
        assert_eq!(problem["errors"][0].get("parameter"), None, "{body}");
    }
    // Every mistake at once.
    let body = json!({ "name": " ", "kind": "state", "slug": "A B", "country": "Norway", "wikidata": "159" });
    let problem = app.post("/v1/actors", body).await.expect_problem(422, "invalid_body");
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/slug", "/name", "/country", "/wikidata"]);
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_whatever_its_type() {
    let app = TestApp::start_with(&[("server.max_body_bytes", "200")]).await;
    let long = "a".repeat(201);
    for (media_type, body) in [
        ("text/plain", long.clone()),
        ("text/html", long.clone()),
        ("application/json", json!({ "text": long }).to_string()),
    ] {
        let problem = app.send(Method::POST, "/v1/articles", media_type, body).await;
        let problem = problem.expect_problem(413, "payload_too_large");
        assert!(problem["detail"].as_str().unwrap().contains("200 bytes"), "{problem}");
    }
    let patch = json!({ "source": "a".repeat(201) });
    app.patch("/v1/actors/sergey-lavrov", patch).await.expect_problem(413, "payload_too_large");
    app.send(Method::POST, "/v1/articles", "text/plain", "a".repeat(200)).await.expect(201);
}

#[actix_web::test]
async fn a_media_type_that_an_operation_does_not_take_is_refused() {
    let app = TestApp::start().await;
    for (method, path, media_type) in [
        (Method::POST, "/v1/articles", ""),
        (Method::POST, "/v1/articles", "application/xml"),
        (Method::POST, "/v1/articles", "application/merge-patch+json"),
        (Method::POST, "/v1/actors", "text/plain"),
        (Method::POST, "/v1/actors", "application/jsonp"),
        (Method::PATCH, "/v1/actors/sergey-lavrov", "text/plain"),
    ] {
        let problem = app.send(method, path, media_type, "{}").await.expect_problem(415, "unsupported_media_type");
        assert!(problem["detail"].as_str().unwrap().contains("application/json"), "{problem}");
    }
    let created =
        app.send(Method::POST, "/v1/actors", "Application/JSON; charset=utf-8", r#"{ "name": "A", "kind": "state" }"#);
    created.await.expect(201);
}

#[actix_web::test]
async fn what_stands_in_the_way_is_a_conflict() {
    let app = TestApp::start().await;
    let problem = app.post("/v1/actors", json!({ "name": "Sergey Lavrov", "kind": "person" })).await;
    assert!(problem.expect_problem(409, "conflict")["detail"].as_str().unwrap().contains("sergey-lavrov"));
    app.patch("/v1/zones/idlib-de-escalation-zone", json!({ "slug": "southern-de-escalation-zone" }))
        .await
        .expect_problem(409, "conflict");
    app.delete("/v1/actors/russia").await.expect_problem(409, "in_use");
    app.get("/v1/actors/russia").await.expect(200);
}

#[actix_web::test]
async fn what_is_not_there_is_not_found_under_any_key() {
    let app = TestApp::start().await;
    for resource in ["articles", "quotes", "actors", "zones", "agreements", "outlets"] {
        for key in ["nothing-has-this-slug", UNKNOWN_ID, "a%20b", "%F0%9F%8C%8D", "%FF", "%2F", "1"] {
            let path = format!("/v1/{resource}/{key}");
            app.get(&path).await.expect_problem(404, "not_found");
            app.delete(&path).await.expect_problem(404, "not_found");
            app.patch(&path, json!({})).await.expect_problem(404, "not_found");
        }
    }
    app.get(&format!("/v1/articles/{UNKNOWN_ID}/quotes")).await.expect_problem(404, "not_found");
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/actors",
        "/v1/actors/",
        "/v1/actors/a/b",
        "/v1/zones/a%00b",
        "/docs/nothing",
        "/explore/nothing.js",
    ] {
        app.get(path).await.expect_problem(404, "route_not_found");
    }
}

#[actix_web::test]
async fn every_path_names_the_methods_that_it_knows() {
    let app = TestApp::start().await;
    let document = onrecord::openapi::document();
    let mut paths: Vec<(String, Vec<String>)> = vec![
        ("/openapi.json".to_owned(), vec!["GET".to_owned()]),
        ("/problems/conflict".to_owned(), vec!["GET".to_owned()]),
        ("/docs/".to_owned(), vec!["GET".to_owned()]),
        ("/explore".to_owned(), vec!["GET".to_owned()]),
        ("/explore/main.js".to_owned(), vec!["GET".to_owned()]),
    ];
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        paths.push((path.replace("{id}", UNKNOWN_ID).replace("{key}", "sergey-lavrov"), methods));
    }
    for (path, known) in paths {
        let all = |allow: &str| -> BTreeSet<String> { allow.split(", ").map(str::to_owned).collect() };
        let head = known.iter().any(|method| method == "GET").then_some("HEAD");
        let methods: BTreeSet<String> =
            known.iter().map(String::as_str).chain(head).chain(["OPTIONS"]).map(str::to_owned).collect();
        let options = app.send(Method::OPTIONS, &path, "", "").await;
        assert_eq!(options.status, 204, "{path}");
        assert_eq!(all(options.header("allow").expect("an Allow header")), methods, "{path}");
        let patch = known.iter().any(|method| method == "PATCH").then_some("application/merge-patch+json");
        assert_eq!(options.header("accept-patch"), patch, "{path}");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if known.iter().any(|known| known == method) {
                continue;
            }
            let answer = app.send(method.parse().unwrap(), &path, "", "").await;
            assert_eq!(answer.status, 405, "{method} {path}");
            answer.expect_problem(405, "method_not_allowed");
            assert_eq!(all(answer.header("allow").expect("an Allow header")), methods, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn head_answers_like_get() {
    let app = TestApp::start().await;
    let article = app.post_text("The gate is open, Russian Foreign Minister Sergey Lavrov said.").await;
    let article = article["id"].as_str().unwrap();
    for path in [
        "/v1/actors?limit=2",
        "/v1/actors/sergey-lavrov",
        "/v1/zones/idlib-de-escalation-zone",
        "/v1/quotes",
        &format!("/v1/articles/{article}"),
        &format!("/v1/articles/{article}/quotes"),
        "/v1/actors/nobody",
        "/v1/actors?colour=red",
        "/openapi.json",
        "/docs/",
        "/explore",
        "/explore/main.js",
        "/problems/conflict",
        "/healthz",
    ] {
        let (get, head) = (app.get(path).await, app.send(Method::HEAD, path, "", "").await);
        assert_eq!(head.status, get.status, "{path}");
        let headers = |answer: &Answer| -> BTreeSet<(String, String)> {
            let of_the_request = ["x-request-id", "traceparent", "cache-status"];
            let headers = answer.headers.iter().filter(|(name, _)| !of_the_request.contains(&name.as_str()));
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
        };
        assert_eq!(headers(&head), headers(&get), "{path}");
    }
    assert_eq!(app.send(Method::HEAD, "/v1/nothing", "", "").await.status, 404);
}

#[actix_web::test]
async fn a_fault_of_the_service_tells_the_client_nothing_of_its_inside() {
    let (app, _database) = broken_app().await;
    for answer in
        [app.get("/v1/quotes").await, app.post("/v1/articles", json!({ "text": "\"A gate,\" he said." })).await]
    {
        let body = String::from_utf8(answer.bytes.clone()).unwrap();
        answer.expect_problem(500, "internal");
        for inner in ["table", "relation", "quotes", "attic", "select", "SELECT", "diesel", "exist"] {
            assert!(!body.contains(inner), "{inner}: {body}");
        }
    }
    app.get("/v1/actors").await.expect(200);
}

#[actix_web::test]
async fn who_finds_the_service_busy_is_told_when_to_come_back() {
    let answer = answer_of_busy_app().await;
    answer.expect_problem(503, "unavailable");
    let seconds: u32 = answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!(seconds >= 1);
}

#[actix_web::test]
async fn a_connection_that_comes_back_is_used_again() {
    let app = TestApp::start_with(&[("database.max_connections", "1"), ("database.acquire_timeout_ms", "1000")]).await;
    let held = app.services.database.connect().await.unwrap();
    let body = json!({ "name": "Ada Example", "kind": "person" });
    app.post("/v1/actors", body.clone()).await.expect_problem(503, "unavailable");
    drop(held);
    app.post("/v1/actors", body).await.expect(201);
}

#[actix_web::test]
async fn no_operation_ignores_a_query_parameter_that_it_does_not_have() {
    let app = TestApp::start().await;
    let document = onrecord::openapi::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{key}", "russia").replace("{id}", "01970000-0000-7000-8000-000000000001");
        for method in item.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
            let answer = app.send(method, &format!("{path}?colour=red&spe%61ker2=x"), "application/json", "{}").await;
            let problem = answer.expect_problem(400, "invalid_query");
            let named: Vec<&str> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|error| error["parameter"].as_str().unwrap())
                .collect();
            assert_eq!(named, ["colour", "speaker2"], "{path}");
        }
    }
}

#[actix_web::test]
async fn a_parameter_that_is_no_list_is_given_once() {
    let app = TestApp::start().await;
    for (query, parameter) in [("limit=1&limit=2", "limit"), ("said_from=2017-01-01&said_from=2018-01-01", "said_from")]
    {
        let problem = app.get(&format!("/v1/quotes?{query}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
    }
}
