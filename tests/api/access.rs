//! Who may do what: every route with the scope it needs, tried without a key, with one too small, and with the right one.

use std::collections::BTreeMap;

use actix_web::http::Method;
use onrecord::models::{Scope, name_of};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// What a route asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing, ever.
    Nothing,
    /// Nothing, unless `access.public_read` is off; then a key of any scope.
    Read,
    /// A key of this scope or a larger one.
    Key(Scope),
}

use Needs::{Key, Nothing, Read};
use Scope::{Admin, Review, Write};

/// Every route there is.
const ROUTES: &[(&str, Needs)] = &[
    ("GET /v1/articles", Read),
    ("POST /v1/articles", Key(Write)),
    ("GET /v1/articles/{id}", Read),
    ("PATCH /v1/articles/{id}", Key(Write)),
    ("DELETE /v1/articles/{id}", Key(Write)),
    ("GET /v1/articles/{id}/revisions", Read),
    ("GET /v1/articles/{id}/quotes", Read),
    ("POST /v1/articles/{id}/extractions", Key(Write)),
    ("GET /v1/quotes", Read),
    ("POST /v1/quotes", Key(Write)),
    ("GET /v1/quotes/{id}", Read),
    ("PATCH /v1/quotes/{id}", Key(Review)),
    ("DELETE /v1/quotes/{id}", Key(Write)),
    ("GET /v1/quotes/{id}/revisions", Read),
    ("GET /v1/statements", Read),
    ("GET /v1/statements/{id}", Read),
    ("GET /v1/statements/{id}/compare", Read),
    ("POST /v1/statements/{id}/split", Key(Review)),
    ("POST /v1/statements/{id}/join", Key(Review)),
    ("POST /v1/statements/{id}/pin", Key(Review)),
    ("GET /v1/positions", Read),
    ("GET /v1/positions/{id}", Read),
    ("PATCH /v1/positions/{id}", Key(Review)),
    ("GET /v1/actors", Read),
    ("POST /v1/actors", Key(Write)),
    ("GET /v1/actors/{key}", Read),
    ("PATCH /v1/actors/{key}", Key(Write)),
    ("DELETE /v1/actors/{key}", Key(Write)),
    ("GET /v1/actors/{key}/quotes", Read),
    ("GET /v1/actors/{key}/positions", Read),
    ("GET /v1/actors/{key}/revisions", Read),
    ("POST /v1/actors/{key}/merge", Key(Write)),
    ("POST /v1/actors/{key}/unmerge", Key(Write)),
    ("GET /ogc", Read),
    ("GET /ogc/api", Read),
    ("GET /ogc/collections", Read),
    ("GET /ogc/collections/{collectionId}", Read),
    ("GET /ogc/collections/{collectionId}/items", Read),
    ("GET /ogc/collections/{collectionId}/items/{featureId}", Read),
    ("GET /ogc/collections/{collectionId}/queryables", Read),
    ("GET /ogc/conformance", Read),
    ("GET /v1/zones", Read),
    ("POST /v1/zones", Key(Write)),
    ("GET /v1/zones/{key}", Read),
    ("PATCH /v1/zones/{key}", Key(Write)),
    ("DELETE /v1/zones/{key}", Key(Write)),
    ("GET /v1/zones/{key}/quotes", Read),
    ("GET /v1/zones/{key}/positions", Read),
    ("GET /v1/zones/{key}/revisions", Read),
    ("GET /v1/zones/{key}/timeline", Read),
    ("GET /v1/agreements", Read),
    ("POST /v1/agreements", Key(Write)),
    ("GET /v1/agreements/{key}", Read),
    ("PATCH /v1/agreements/{key}", Key(Write)),
    ("DELETE /v1/agreements/{key}", Key(Write)),
    ("GET /v1/agreements/{key}/revisions", Read),
    ("GET /v1/outlets", Read),
    ("POST /v1/outlets", Key(Write)),
    ("GET /v1/outlets/{key}", Read),
    ("PATCH /v1/outlets/{key}", Key(Write)),
    ("DELETE /v1/outlets/{key}", Key(Write)),
    ("GET /v1/outlets/{key}/revisions", Read),
    ("GET /v1/stats/quotes", Read),
    ("GET /v1/feeds/quotes.atom", Read),
    ("GET /v1/feeds/quotes.json", Read),
    ("GET /v1/deletions", Key(Write)),
    ("POST /v1/deletions/{id}/restore", Key(Write)),
    ("DELETE /v1/deletions/{id}", Key(Admin)),
    ("GET /v1/changes", Read),
    ("GET /v1/changes/stream", Read),
    ("GET /v1/webhooks", Key(Admin)),
    ("POST /v1/webhooks", Key(Admin)),
    ("GET /v1/webhooks/{id}", Key(Admin)),
    ("PATCH /v1/webhooks/{id}", Key(Admin)),
    ("DELETE /v1/webhooks/{id}", Key(Admin)),
    ("POST /v1/webhooks/{id}/rotate", Key(Admin)),
    ("POST /v1/webhooks/{id}/test", Key(Admin)),
    ("GET /v1/webhooks/{id}/deliveries", Key(Admin)),
    ("POST /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", Key(Admin)),
    ("GET /v1/imports", Key(Write)),
    ("POST /v1/imports", Key(Write)),
    ("GET /v1/imports/{id}", Key(Write)),
    ("GET /v1/imports/{id}/events", Key(Write)),
    ("GET /v1/imports/{id}/errors.ndjson", Key(Write)),
    ("POST /v1/imports/{id}/cancel", Key(Write)),
    ("GET /v1/exports/all.ndjson", Read),
    ("GET /v1/exports/quotes.{format}", Read),
    ("GET /v1/exports/articles.{format}", Read),
    ("GET /v1/exports/actors.{format}", Read),
    ("GET /v1/exports/zones.{format}", Read),
    ("GET /v1/exports/agreements.{format}", Read),
    ("GET /v1/exports/outlets.{format}", Read),
    ("GET /v1/search", Read),
    ("GET /v1/keys", Key(Admin)),
    ("POST /v1/keys", Key(Admin)),
    ("GET /v1/keys/{id}", Key(Admin)),
    ("POST /v1/keys/{id}/revoke", Key(Admin)),
    ("GET /healthz", Nothing),
    ("GET /readyz", Nothing),
];

/// Pages for people, outside the document.
const PAGES: [&str; 7] =
    ["/", "/docs", "/docs/", "/openapi.json", "/explore", "/explore/main.js", "/problems/key_required"];

/// Method and path of every operation, and what its `security` says.
fn documented(document: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path}: no security"));
            let schemes = security.iter().flat_map(|requirement| requirement.as_object().unwrap());
            let said = schemes.map(|(scheme, roles)| {
                assert_eq!(roles.as_array().unwrap().len(), 1, "{method} {path}");
                (scheme.clone(), roles[0].as_str().unwrap().to_owned())
            });
            all.insert(format!("{} {path}", method.to_uppercase()), said.collect());
        }
    }
    all
}

#[test]
fn every_route_is_in_the_table_and_the_document_says_the_same() {
    let both = |scope: &Scope| ["bearer", "api_key"].map(|scheme| (scheme.to_owned(), name_of(scope))).to_vec();
    let table = |read: Vec<(String, String)>| -> BTreeMap<String, Vec<(String, String)>> {
        let of = |needs: &Needs| match needs {
            Nothing => Vec::new(),
            Read => read.clone(),
            Key(scope) => both(scope),
        };
        ROUTES.iter().map(|(route, needs)| ((*route).to_owned(), of(needs))).collect()
    };
    assert_eq!(documented(&onrecord::openapi::document()), table(Vec::new()));
    let closed = onrecord::openapi::document_where(onrecord::openapi::Reading::NeedsKey);
    assert_eq!(documented(&closed), table(both(&Scope::Read)));
    for (scheme, kind) in [("bearer", "http"), ("api_key", "apiKey")] {
        assert_eq!(closed["components"]["securitySchemes"][scheme]["type"], kind);
    }
}

/// An id that nothing has.
const NOBODY: &str = "01970000-0000-7000-8000-000000000001";

/// Calls a route, with names in its path that nothing has; nothing is written, for the body is empty.
async fn call(app: &TestApp, route: &str, key: Option<&str>) -> Answer {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path.replace("{id}", NOBODY).replace("{delivery_id}", NOBODY).replace("{key}", "nobody");
    let path = path.replace("{format}", "ndjson").replace("{collectionId}", "zones").replace("{featureId}", "nobody");
    let bearer = key.map(|key| format!("Bearer {key}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    app.send_from(None, method.parse().unwrap(), &path, &headers, "").await
}

/// It was let in: whatever is wrong with the request, it is not who sent it.
#[track_caller]
fn assert_let_in(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    // Nothing makes an index here, without which nothing can be searched.
    let is_unavailable = status == 503 && what.starts_with("GET /v1/search");
    assert!(![401, 403, 405, 429].contains(&status) && (status < 500 || is_unavailable), "{what}: {status}");
    if status == 404 {
        assert_eq!(answer.json()["code"], "not_found", "{what}");
    }
}

#[track_caller]
fn assert_key_required(answer: &Answer, scope: Scope, what: &str) {
    assert_eq!(answer.status, 401, "{what}");
    let problem = answer.expect_problem(401, "key_required");
    assert!(problem["detail"].as_str().unwrap().contains(&name_of(&scope)), "{what}: {problem}");
    let challenge = format!("Bearer realm=\"onrecord\", scope=\"{}\"", name_of(&scope));
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()), "{what}");
}

async fn try_every_route(app: &TestApp, reading_is_open: bool) {
    let mut keys = BTreeMap::new();
    for scope in Scope::ALL {
        keys.insert(scope, app.new_key(scope).await.text);
    }
    for (route, needs) in ROUTES {
        let needed = match needs {
            Key(scope) => Some(*scope),
            Read if !reading_is_open => Some(Scope::Read),
            _ => None,
        };
        let without = call(app, route, None).await;
        match needed {
            Some(scope) => assert_key_required(&without, scope, route),
            None => assert_let_in(&without, route),
        }
        let Some(right) = needed.or(Some(Scope::Read).filter(|_| *needs == Read)) else { continue };
        assert_let_in(&call(app, route, Some(&keys[&right])).await, &format!("{route} with {}", name_of(&right)));
        let Some(needed) = needed else { continue };
        let Some(small) = Scope::ALL.into_iter().rev().find(|scope| *scope < needed) else { continue };
        let what = format!("{route} with {}", name_of(&small));
        let answer = call(app, route, Some(&keys[&small])).await;
        assert_eq!(answer.status, 403, "{what}");
        let problem = answer.expect_problem(403, "insufficient_scope");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&name_of(&needed)) && detail.contains(&name_of(&small)), "{what}: {detail}");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.ends_with(&format!("scope=\"{}\"", name_of(&needed))), "{challenge}");
    }
    for page in PAGES {
        let answer = call(app, &format!("GET {page}"), None).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{page}: {}", answer.status);
    }
}

#[actix_web::test]
async fn every_route_asks_for_its_scope() {
    try_every_route(&TestApp::start().await, true).await;
}

#[actix_web::test]
async fn a_larger_scope_includes_the_smaller_ones() {
    let app = TestApp::start().await;
    for (route, needed) in
        [("PATCH /v1/quotes/{id}", Review), ("DELETE /v1/quotes/{id}", Write), ("GET /v1/keys", Admin)]
    {
        for scope in Scope::ALL {
            let answer = call(&app, route, Some(&app.new_key(scope).await.text)).await;
            assert_eq!(answer.status != 403, scope >= needed, "{route} with {}", name_of(&scope));
        }
    }
}

#[actix_web::test]
async fn where_reading_is_closed_it_needs_a_key_too() {
    let app = TestApp::start_with(&[("access.public_read", "false")]).await;
    try_every_route(&app, false).await;
    // A cache on the way would not know whom it may answer.
    assert_eq!(app.get("/v1/actors").await.header("cache-control"), Some("private, no-cache"));
    assert_eq!(app.get("/openapi.json").await.header("cache-control"), Some("no-cache"));
    let served = app.get("/openapi.json").await.expect(200);
    assert_eq!(served, onrecord::openapi::document_where(onrecord::openapi::Reading::NeedsKey));
}

#[actix_web::test]
async fn a_key_comes_as_bearer_or_as_x_api_key() {
    let app = TestApp::start().await;
    let key = app.key().await.to_owned();
    let ways: [(&str, String); 4] = [
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("bearer   {key} ")),
        ("x-api-key", key.clone()),
        ("x-api-key", format!(" {key} ")),
    ];
    for (name, value) in &ways {
        app.get_with("/v1/keys", &[(*name, value)]).await.expect(200);
    }
    // Both, if they say the same.
    let bearer = format!("Bearer {key}");
    app.get_with("/v1/keys", &[("authorization", &bearer), ("x-api-key", &key)]).await.expect(200);
    let other = app.new_key(Admin).await.text;
    let answer = app.get_with("/v1/keys", &[("authorization", &bearer), ("x-api-key", &other)]).await;
    answer.expect_problem(401, "invalid_key");
    // Another scheme is for somebody else: a proxy that asks for a password, say.
    app.get_with("/v1/actors", &[("authorization", "Basic b25lOnR3bw==")]).await.expect(200);
    app.get_with("/v1/keys", &[("authorization", "Basic b25lOnR3bw==")]).await.expect_problem(401, "key_required");
}

#[actix_web::test]
async fn a_key_that_is_not_valid_is_refused_where_none_is_needed_too() {
    let app = TestApp::start().await;
    let key = app.key().await.to_owned();
    let unknown = onrecord::models::KeyText::generate().unwrap().reveal().to_owned();
    // The first eight digits are those of a known key, so that the database finds one to compare with.
    let digit = if &key[20..21] == "0" { "1" } else { "0" };
    let mistyped = format!("{}{digit}{}", &key[..20], &key[21..]);
    for (sent, code) in [
        (unknown.as_str(), "invalid_key"),
        (&mistyped, "invalid_key"),
        (&key[..key.len() - 1], "invalid_key"),
        (&key.to_uppercase(), "invalid_key"),
        ("", "invalid_key"),
        ("onr_", "invalid_key"),
        ("\u{fc}", "invalid_key"),
        (&app.expired_key().await, "expired_key"),
        (&app.revoked_key().await, "revoked_key"),
    ] {
        for path in ["/v1/keys", "/v1/actors"] {
            let answer = app.get_with(path, &[("x-api-key", sent)]).await;
            answer.expect_problem(401, code);
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("Bearer realm=\"onrecord\", error=\"invalid_token\", error_description=\""));
        }
    }
    // A key of the same beginning, and with a checksum that fits, is still another key.
    let near = same_beginning(&key);
    app.get_with("/v1/actors", &[("x-api-key", &near)]).await.expect_problem(401, "invalid_key");
}

/// A well-formed key that begins like another one.
fn same_beginning(key: &str) -> String {
    use sha2::{Digest, Sha256};
    let secret = format!("{}{}", &key[4..12], "0".repeat(56));
    let check: String = Sha256::digest(&secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let near = format!("onr_{secret}{check}");
    near.parse::<onrecord::models::KeyText>().expect("well-formed");
    near
}

#[actix_web::test]
async fn a_path_written_differently_is_the_same_path() {
    let app = TestApp::start().await;
    for path in ["/v1/outlets", "/v1/%6Futlets", "/v1/outl%65ts", "/%76%31/outlets"] {
        let answer = app.send_from(None, Method::POST, path, &[("content-type", "application/json")], "{}").await;
        assert_eq!(answer.status, 401, "{path}");
    }
    for (method, path) in [
        (Method::POST, "/v1/outlets/"),
        (Method::POST, "/v1//outlets"),
        (Method::PATCH, "/v1/outlets/tass/more"),
        (Method::PUT, "/v1/outlets/tass"),
        (Method::POST, "/v1"),
        (Method::TRACE, "/v1/outlets"),
    ] {
        let answer = app.send_from(None, method.clone(), path, &[], "").await;
        assert!([404, 405].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.status);
    }
}

const ARTICLE: &str = "The bridge will open in May, Mayor Anna Berg said.";

#[actix_web::test]
async fn whoever_is_on_the_machine_writes_without_a_key_where_writing_is_open() {
    let app = TestApp::start().await.with_open_writing();
    let post = async |address: Option<&str>, headers: &[(&str, &str)]| {
        let headers: Vec<(&str, &str)> = [("content-type", "text/plain")].iter().chain(headers).copied().collect();
        app.send_from(address, Method::POST, "/v1/articles", &headers, ARTICLE).await
    };
    post(Some("127.0.0.1:4000"), &[("host", "127.0.0.1:8080")]).await.expect(201);
    let own_page = [("host", "localhost:8080"), ("origin", "http://localhost:8080")];
    post(Some("[::1]:4000"), &own_page).await.expect(200);
    // A key that is sent counts all the same.
    let small = app.new_key(Scope::Read).await.text;
    post(Some("127.0.0.1:4000"), &[("x-api-key", &small)]).await.expect_problem(403, "insufficient_scope");
    // Keys are for admins even so.
    let answer = app.send_from(Some("127.0.0.1:4000"), Method::GET, "/v1/keys", &[], "").await;
    answer.expect_problem(401, "key_required");

    for (address, headers) in [
        ("192.0.2.1:4000", vec![("host", "127.0.0.1:8080")]),
        ("127.0.0.1:4000", vec![("host", "onrecord.example.org")]),
        ("127.0.0.1:4000", vec![("host", "127.0.0.1:8080"), ("origin", "https://example.org")]),
        ("127.0.0.1:4000", vec![("host", "127.0.0.1:8080"), ("origin", "null")]),
        ("127.0.0.1:4000", vec![("host", "127.0.0.1:8080"), ("x-forwarded-for", "192.0.2.1")]),
        ("127.0.0.1:4000", vec![("host", "127.0.0.1:8080"), ("forwarded", "for=192.0.2.1")]),
    ] {
        let problem = post(Some(address), &headers).await.expect_problem(401, "key_required");
        assert!(
            problem["detail"].as_str().unwrap().contains(": it ")
                || problem["detail"].as_str().unwrap().contains(": a ")
        );
    }
    app.send_from(Some("192.0.2.1:4000"), Method::GET, "/v1/actors", &[], "").await.expect(200);
}

#[actix_web::test]
async fn the_writer_of_a_key_is_kept() {
    let app = TestApp::start().await;
    let admin = app.new_key(Admin).await;
    let bearer = format!("Bearer {}", admin.text);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({ "name": "newsroom", "scope": "write" }).to_string();
    let made = app.send_with(Method::POST, "/v1/keys", &headers, body).await.expect(201);
    assert_eq!(made["created_by"], json!({ "key": admin.key.id, "name": "a test with admin" }));
    let own = app.get(&format!("/v1/keys/{}", admin.key.id)).await.expect(200);
    assert_eq!(own["created_by"], json!({ "key": null, "name": "command line" }));
}
