//! HTTP as its standards have it: tags and conditional reads, negotiation, the headers that all answers have, load.

use actix_web::http::Method;
use onrecord::services::Services;
use serde_json::{Value, json};

use crate::support::{Answer, RunningServer, TestApp, TestDatabase};

const LONG_PATH: &str = "/v1/actors?limit=200";

async fn app_with_article() -> (TestApp, Value) {
    let app = TestApp::start().await;
    let text =
        "MOSCOW, May 5. /TASS/. \"The Idlib de-escalation zone stands,\" Russian Foreign Minister Sergey Lavrov said.";
    let article = app.post("/v1/articles", json!({ "text": text, "published_on": "2017-05-05" })).await.expect(201);
    (app, article)
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

#[actix_web::test]
async fn every_read_has_a_strong_tag_and_is_answered_304_to_who_has_it() {
    let (app, article) = app_with_article().await;
    let (id, quote) = (article["id"].as_str().unwrap(), article["quotes"][0]["id"].as_str().unwrap());
    for (path, is_single) in [
        (format!("/v1/articles/{id}"), true),
        (format!("/v1/quotes/{quote}"), true),
        ("/v1/actors/sergey-lavrov".to_owned(), true),
        ("/v1/zones/idlib-de-escalation-zone".to_owned(), true),
        ("/v1/agreements/astana-memorandum-2017".to_owned(), true),
        ("/v1/outlets/tass".to_owned(), true),
        ("/v1/quotes".to_owned(), false),
        ("/v1/articles".to_owned(), false),
        (format!("/v1/articles/{id}/quotes"), false),
        (LONG_PATH.to_owned(), false),
        ("/openapi.json".to_owned(), false),
        ("/docs/".to_owned(), false),
        ("/explore".to_owned(), false),
        ("/explore/map.js".to_owned(), false),
        ("/problems/conflict".to_owned(), false),
    ] {
        for coding in ["identity", "gzip", "br"] {
            let accept = ("accept-encoding", coding);
            let first = app.get_with(&path, &[accept]).await;
            assert_eq!(first.status, 200, "{path}");
            let tag = tag(&first);
            assert!(tag.starts_with('"'), "{path}: {tag} is strong");
            assert_eq!(tag.starts_with("\"1-"), is_single, "{path}: {tag}");
            assert_eq!(first.header("cache-control"), Some("no-cache"));
            for (method, sent) in [
                (Method::GET, tag.clone()),
                (Method::HEAD, tag.clone()),
                (Method::GET, format!("\"other\", W/{tag}")),
                (Method::GET, "*".to_owned()),
            ] {
                let again = app.send_with(method, &path, &[accept, ("if-none-match", &sent)], "").await;
                assert_eq!(again.status, 304, "{path} {sent}");
                assert!(again.bytes.is_empty());
                for name in ["etag", "vary", "cache-control"] {
                    assert_eq!(again.header(name), first.header(name), "{path}");
                }
                for name in ["content-type", "content-length", "content-encoding"] {
                    assert_eq!(again.header(name), None, "{path}");
                }
            }
            let other = app.get_with(&path, &[accept, ("if-none-match", "\"other\"")]).await;
            assert_eq!((other.status.as_u16(), other.bytes), (200, first.bytes), "{path}");
        }
    }
}

#[actix_web::test]
async fn a_tag_changes_with_what_is_shown_and_with_nothing_else() {
    let (app, article) = app_with_article().await;
    let quote = format!("/v1/quotes/{}", article["quotes"][0]["id"].as_str().unwrap());
    let before = app.get(&quote).await;
    assert_eq!(tag(&app.get(&quote).await), tag(&before));
    // The quote shows the actor's name: another one is another representation of the same version.
    app.patch("/v1/actors/sergey-lavrov", json!({ "name": "Sergei Lavrov" })).await.expect(200);
    let renamed = app.get_with(&quote, &[("if-none-match", &tag(&before))]).await;
    assert_eq!(renamed.expect(200)["version"], 1);
    assert_ne!(tag(&renamed), tag(&before));
    let changed = app.patch(&quote, json!({ "review": "accepted" })).await;
    changed.expect(200);
    assert!(tag(&changed).starts_with("\"2-"));
    assert_eq!(tag(&changed), tag(&app.get(&quote).await), "a write gives the tag that a read gives");
}

#[actix_web::test]
async fn what_is_created_has_the_tag_that_a_read_gives() {
    let app = TestApp::start().await;
    for (path, body) in [
        ("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })),
        ("/v1/outlets", json!({ "name": "Example Post", "kind": "newspaper" })),
        ("/v1/articles", json!({ "text": "\"A gate is open,\" Sergey Lavrov said." })),
    ] {
        let created = app.post(path, body).await;
        created.expect(201);
        let read = app.get(created.header("location").expect("Location")).await;
        assert_eq!(tag(&created), tag(&read), "{path}");
    }
}

#[actix_web::test]
async fn a_compressed_answer_has_a_tag_of_its_own() {
    let app = TestApp::start().await;
    let mut tags = Vec::new();
    for coding in ["identity", "gzip", "br", "zstd"] {
        let answer = app.get_with(LONG_PATH, &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding").unwrap_or("identity"), coding);
        assert!(answer.header("vary").unwrap().contains("accept-encoding"));
        let other = if coding == "gzip" { "br" } else { "gzip" };
        let headers = [("accept-encoding", other), ("if-none-match", &tag(&answer))];
        assert_eq!(app.get_with(LONG_PATH, &headers).await.status, 200, "another coding is another representation");
        tags.push(tag(&answer));
    }
    let bare = tags[0].trim_end_matches('"').to_owned();
    assert_eq!(tags[1..], [format!("{bare}-gzip\""), format!("{bare}-br\""), format!("{bare}-zstd\"")]);
}

#[actix_web::test]
async fn small_answers_are_not_compressed() {
    let app = TestApp::start().await;
    let small = app.get_with("/v1/outlets/tass", &[("accept-encoding", "gzip")]).await;
    assert!(small.bytes.len() < 1024);
    assert_eq!(small.header("content-encoding"), None);
    let app = TestApp::start_with(&[("server.compression_min_bytes", "10")]).await;
    let compressed = app.get_with("/v1/outlets/tass", &[("accept-encoding", "gzip")]).await;
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    let none = app.get_with("/v1/outlets/tass", &[("accept-encoding", "identity;q=0, compress")]).await;
    none.expect_problem(406, "not_acceptable");
}

#[actix_web::test]
async fn last_modified_is_said_where_it_is_true() {
    let (app, article) = app_with_article().await;
    let fresh = app.post("/v1/outlets", json!({ "name": "Example Post", "kind": "newspaper" })).await;
    assert_eq!(fresh.header("last-modified"), None, "within the second another change may follow");
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let outlet = app.get(fresh.header("location").unwrap()).await;
    let date = outlet.header("last-modified").expect("Last-Modified").to_owned();
    let path = fresh.header("location").unwrap();
    assert_eq!(app.get_with(path, &[("if-modified-since", &date)]).await.status, 304);
    let long_ago = ("if-modified-since", "Mon, 01 Jan 2024 00:00:00 GMT");
    assert_eq!(app.get_with(path, &[long_ago]).await.status, 200);
    let beside_a_tag = [("if-modified-since", date.as_str()), ("if-none-match", "\"other\"")];
    assert_eq!(app.get_with(path, &beside_a_tag).await.status, 200);
    // These show the names of others.
    let id = article["id"].as_str().unwrap();
    for path in [format!("/v1/articles/{id}"), "/v1/actors/sergey-lavrov".to_owned(), "/v1/outlets".to_owned()] {
        assert_eq!(app.get(&path).await.header("last-modified"), None, "{path}");
    }
}

#[actix_web::test]
async fn an_accept_that_cannot_be_met_is_refused_before_anything_is_done() {
    let app = TestApp::start().await;
    for accept in ["text/csv", "application/json;q=0", "text/*, application/xml", "*/*;q=0"] {
        let problem = app.get_with("/v1/actors", &[("accept", accept)]).await.expect_problem(406, "not_acceptable");
        assert!(problem["detail"].as_str().unwrap().contains("application/json"), "{problem}");
    }
    for accept in ["*/*", "application/*", "text/html, */*;q=0.1", "Application/JSON; charset=utf-8", "", "?"] {
        app.get_with("/v1/actors", &[("accept", accept)]).await.expect(200);
    }
    let headers = [("accept", "text/csv"), ("content-type", "application/json")];
    let body = json!({ "name": "Ada Example", "kind": "person" }).to_string();
    app.send_with(Method::POST, "/v1/actors", &headers, body).await.expect_problem(406, "not_acceptable");
    app.get("/v1/actors/ada-example").await.expect_problem(404, "not_found");
    // A deletion answers with nothing, which everybody accepts.
    app.send_with(Method::DELETE, "/v1/actors/nobody", &[("accept", "text/csv")], "")
        .await
        .expect_problem(404, "not_found");
}

#[actix_web::test]
async fn every_answer_has_the_headers_that_keep_browsers_safe() {
    let app = TestApp::start().await;
    for path in ["/v1/actors", "/v1/actors/nobody", "/v1/nothing", "/healthz", "/problems/conflict", "/openapi.json"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert!(
            answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; base-uri"),
            "{path}"
        );
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
        let kept = answer.status == 200 && path != "/healthz";
        assert_eq!(answer.header("cache-control"), Some(if kept { "no-cache" } else { "no-store" }), "{path}");
    }
    let docs = app.get("/docs/").await;
    let policy = docs.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("script-src 'self' 'unsafe"), "{policy}");
    let page = String::from_utf8(docs.bytes.clone()).unwrap();
    assert!(!page.contains("<script>"), "a script in the page would not run");
    let behind_tls = TestApp::start_with(&[("server.hsts_max_age", "31536000")]).await;
    let hsts = behind_tls.get("/healthz").await;
    assert_eq!(hsts.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
}

#[actix_web::test]
async fn pages_of_other_origins_may_call_where_the_settings_say_so() {
    let page = ("origin", "https://app.example.org");
    let app = TestApp::start().await;
    assert_eq!(app.get_with("/v1/actors", &[page]).await.header("access-control-allow-origin"), None);

    let app = TestApp::start_with(&[("cors.allowed_origins", "https://app.example.org, https://b.example")]).await;
    let preflight = [page, ("access-control-request-method", "PATCH"), ("access-control-request-headers", "if-match")];
    let answer = app.send_with(Method::OPTIONS, "/v1/actors/sergey-lavrov", &preflight, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.org"));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("PATCH"));
    assert!(answer.header("access-control-allow-headers").unwrap().contains("if-match"));
    for path in ["/v1/actors", "/v1/actors/nobody"] {
        let answer = app.get_with(path, &[page]).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.org"), "{path}");
        let exposed = answer.header("access-control-expose-headers").unwrap().to_owned();
        for name in ["etag", "link", "ratelimit", "retry-after", "x-request-id"] {
            assert!(exposed.contains(name), "{name}: {exposed}");
        }
        assert!(answer.header("vary").unwrap().contains("origin"), "{path}");
        let stranger = app.get_with(path, &[("origin", "https://evil.example")]).await;
        assert_eq!(stranger.header("access-control-allow-origin"), None, "{path}");
    }
    let app = TestApp::start_with(&[("cors.allowed_origins", "*")]).await;
    assert_eq!(app.get_with("/v1/actors", &[page]).await.header("access-control-allow-origin"), Some("*"));
    assert_eq!(app.get_with("/v1/actors", &[page]).await.header("access-control-allow-credentials"), None);
}

#[actix_web::test]
async fn a_request_keeps_the_names_that_it_came_with() {
    let app = TestApp::start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let headers = [("x-request-id", "order-7:a"), ("traceparent", parent.as_str())];
    for path in ["/v1/actors/nobody", "/v1/actors"] {
        let answer = app.get_with(path, &headers).await;
        assert_eq!(answer.header("x-request-id"), Some("order-7:a"));
        let out = answer.header("traceparent").unwrap();
        assert!(out.starts_with(&format!("00-{trace}-")) && out.ends_with("-01") && out != parent, "{out}");
    }
    let problem = app.get_with("/v1/actors/nobody", &headers).await.expect_problem(404, "not_found");
    assert_eq!((problem["request_id"].as_str(), problem["trace_id"].as_str()), (Some("order-7:a"), Some(trace)));

    let long = "a".repeat(129);
    for bad in ["", "a b", "<script>", "a,b", "a\tb", &long] {
        let answer = app.get_with("/v1/actors/nobody", &[("x-request-id", bad)]).await;
        let id = answer.header("x-request-id").unwrap();
        assert!(id != bad && id.len() == 36, "{bad}: {id}");
    }
    for bad in [
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "nonsense",
    ] {
        let answer = app.get_with("/v1/actors/nobody", &[("traceparent", bad)]).await;
        let out = answer.header("traceparent").unwrap();
        assert!(!out.contains(trace) && out.len() == 55, "{bad}: {out}");
    }
    let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
    let answer = app.get_with("/v1/actors/nobody", &[("traceparent", later)]).await;
    assert!(answer.header("traceparent").unwrap().contains(trace), "a later version may say more");
}

#[actix_web::test]
async fn an_address_over_the_limit_is_refused() {
    let app = TestApp::start_with(&[("server.max_uri_bytes", "40")]).await;
    app.get("/v1/actors?name=aaaaaaaaaaaaaaaaaaaaaaaaa").await.expect_problem(414, "uri_too_long");
    app.get("/v1/actors?name=aaaaaaaaaaaaaaaaaaaaaaaa").await.expect(200);
}

#[actix_web::test]
async fn an_error_is_explained_as_a_page_as_text_and_as_json() {
    let app = TestApp::start().await;
    let as_media_type = async |accept: &str| app.get_with("/problems/conflict", &[("accept", accept)]).await;
    let page = as_media_type("text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(String::from_utf8(page.bytes.clone()).unwrap().contains("<h1>conflict</h1>"));
    assert_eq!(as_media_type("*/*").await.header("content-type"), Some("text/plain; charset=utf-8"));
    let explanation = as_media_type("application/json").await.expect(200);
    assert_eq!((&explanation["code"], &explanation["type"]), (&json!("conflict"), &json!("/problems/conflict")));
    assert!(explanation["advice"].as_str().unwrap().len() > 10);
    as_media_type("image/png").await.expect_problem(406, "not_acceptable");
    let all = app.get_with("/problems", &[("accept", "application/json")]).await.expect(200);
    assert_eq!(all.as_array().unwrap().len(), onrecord::error::CODES.len());
}

#[actix_web::test]
async fn past_the_bound_on_work_in_flight_only_probes_are_answered() {
    let flags = [("server.max_in_flight", "1"), ("database.max_connections", "1")];
    let app = TestApp::start_with(&flags).await;
    let held = app.services.database.connect().await.unwrap();
    // The first waits for the connection that the test holds; the others come while it waits.
    let (first, others) = tokio::join!(app.get("/v1/actors"), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let others = [app.get("/v1/actors").await, app.get("/v1/nothing").await, app.get("/docs/").await];
        app.get("/healthz").await.expect(200);
        drop(held);
        others
    });
    first.expect(200);
    for other in others {
        other.expect_problem(503, "unavailable");
        assert_eq!(other.header("retry-after"), Some("1"));
    }
    app.get("/v1/actors").await.expect(200);
}

#[actix_web::test]
async fn past_the_bound_on_bodies_in_flight_only_what_has_room_is_answered() {
    let flags = [
        ("server.max_body_bytes", "4096"),
        ("server.max_body_bytes_in_flight", "6144"),
        ("database.max_connections", "1"),
    ];
    let app = TestApp::start_with(&flags).await;
    let held = app.services.database.connect().await.unwrap();
    let body = json!({ "text": format!("MOSCOW, May 4. {}", "Nothing was said. ".repeat(200)) }).to_string();
    let length = body.len().to_string();
    assert!((3073..4096).contains(&body.len()), "four KiB of room: {length}");
    let json = ("content-type", "application/json");
    let post = async |headers: &[(&str, &str)]| {
        let headers: Vec<(&str, &str)> = [json].iter().chain(headers).copied().collect();
        app.send_with(Method::POST, "/v1/articles", &headers, body.clone()).await
    };
    let told = [("content-length", length.as_str())];
    // The first has its room, and waits for the connection that the test holds; two KiB are left.
    let (first, ()) = tokio::join!(post(&told), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        for of_some_length in [told[0], ("transfer-encoding", "chunked")] {
            let refused = post(&[of_some_length]).await;
            refused.expect_problem(503, "unavailable");
            assert_eq!(refused.header("retry-after"), Some("1"));
        }
        let compressed = post(&[("content-length", "100"), ("content-encoding", "gzip")]).await;
        compressed.expect_problem(503, "unavailable");
        drop(held);
    });
    first.expect(201);
    // Its room is free again.
    post(&told).await.expect(200);
}

#[actix_web::test]
async fn what_takes_too_long_is_answered_503_and_goes_on_to_its_end() {
    let flags = [("server.request_timeout_ms", "300"), ("database.max_connections", "1")];
    let app = TestApp::start_with(&flags).await;
    let held = app.services.database.connect().await.unwrap();
    let answer = app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await;
    answer.expect_problem(503, "timed_out");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    drop(held);
    let mut found = app.get("/v1/actors/ada-example").await;
    for _ in 0..100 {
        if found.status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        found = app.get("/v1/actors/ada-example").await;
    }
    found.expect(200);
}

#[actix_web::test]
async fn on_the_wire_an_answer_to_head_or_a_304_has_no_body() {
    let database = TestDatabase::create().await;
    let services = Services::start(database.settings(&[])).await.unwrap();
    let server = RunningServer::start(services).await;
    let get = server.exchange("GET /v1/outlets/tass HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(get.status, 200);
    let tag = tag(&get);
    let conditional =
        format!("GET /v1/outlets/tass HTTP/1.1\r\nhost: a\r\nif-none-match: {tag}\r\nconnection: close\r\n\r\n");
    let not_modified = server.exchange(&conditional).await;
    assert_eq!((not_modified.status.as_u16(), not_modified.bytes.len()), (304, 0));
    assert_eq!(not_modified.header("content-length"), None);
}

#[actix_web::test]
async fn articles_and_quotes_are_given_as_linked_data() {
    let (app, article) = app_with_article().await;
    let (id, quote) = (article["id"].as_str().unwrap(), &article["quotes"][0]);
    let (article_path, quote_path) =
        (format!("/v1/articles/{id}"), format!("/v1/quotes/{}", quote["id"].as_str().unwrap()));
    let schema_org = ("accept", "application/ld+json");
    let annotation_type = "application/ld+json;profile=\"http://www.w3.org/ns/anno.jsonld\"";

    let news = app.get_with(&article_path, &[schema_org]).await;
    assert_eq!(news.header("content-type"), Some("application/ld+json"));
    let value = news.expect(200);
    assert_eq!((&value["@context"], &value["@type"]), (&json!("https://schema.org"), &json!("NewsArticle")));
    assert_eq!(value["articleBody"], app.get(&article_path).await.expect(200)["text"]);
    assert_eq!((&value["datePublished"], &value["inLanguage"]), (&json!("2017-05-05"), &json!("en")));
    assert_eq!(value["publisher"]["name"], "TASS");
    assert!(value["mentions"].as_array().unwrap().iter().any(|thing| thing["@type"] == "Place"), "{value}");
    assert!(value.as_object().unwrap().values().all(|field| !field.is_null()), "{value}");

    let quotation = app.get_with(&quote_path, &[schema_org]).await.expect(200);
    assert_eq!((&quotation["@type"], &quotation["text"]), (&json!("Quotation"), &quote["text"]));
    for name in ["creator", "spokenByCharacter"] {
        assert_eq!((&quotation[name]["@type"], &quotation[name]["name"]), (&json!("Person"), &json!("Sergey Lavrov")));
    }
    assert_eq!(quotation["isPartOf"]["@id"], article_path);

    let answer = app.get_with(&quote_path, &[("accept", annotation_type)]).await;
    assert_eq!(answer.header("content-type"), Some(annotation_type));
    let annotation = answer.expect(200);
    assert_eq!(annotation["@context"], "http://www.w3.org/ns/anno.jsonld");
    let target = &annotation["target"][0];
    assert_eq!(target["source"], article_path);
    let position = &target["selector"][0];
    assert_eq!(position["type"], "TextPositionSelector");
    let at = |name: &str| usize::try_from(position[name].as_u64().unwrap()).unwrap();
    let text: Vec<char> = value["articleBody"].as_str().unwrap().chars().collect();
    let words: String = text[at("start")..at("end")].iter().collect();
    assert_eq!(target["selector"][1]["type"], "TextQuoteSelector");
    assert_eq!(target["selector"][1]["exact"], words);

    // Each form has a tag of its own, of the same version.
    let plain = app.get(&quote_path).await;
    assert!(tag(&answer).starts_with("\"1-") && tag(&answer) != tag(&plain));
    let both = [("accept", annotation_type), ("if-none-match", &tag(&answer))];
    assert_eq!(app.get_with(&quote_path, &both).await.status, 304);
    assert_eq!(app.get_with(&quote_path, &[schema_org, ("if-none-match", &tag(&plain))]).await.status, 200);
    assert!(answer.header("vary").unwrap().contains("accept"));

    for (path, accept, media_type) in [
        (&quote_path, "application/ld+json;q=0.5, application/json", "application/json"),
        (&quote_path, "*/*", "application/json"),
        (&quote_path, "text/html, application/ld+json", "application/ld+json"),
        (&article_path, "application/json;q=0, */*", "application/ld+json"),
    ] {
        assert_eq!(
            app.get_with(path, &[("accept", accept)]).await.header("content-type"),
            Some(media_type),
            "{accept}"
        );
    }
    for (path, accept) in [
        (&article_path, annotation_type),
        (&quote_path, "application/ld+json;profile=\"https://example.org/other\""),
        (&"/v1/actors/sergey-lavrov".to_owned(), "application/ld+json"),
    ] {
        app.get_with(path, &[("accept", accept)]).await.expect_problem(406, "not_acceptable");
    }
}
