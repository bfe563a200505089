//! Keyset pages while rows are added.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::TestApp;

/// Articles about one zone, each with one quote of the same speaker, spread over days with ties.
fn article(number: usize) -> serde_json::Value {
    let day = 1 + number % 7;
    let text = format!(
        "MOSCOW, February {day}. /TASS/. \"The Idlib de-escalation zone stays on the table for round number {number},\" \
         Russian Foreign Minister Sergey Lavrov said on February {day}."
    );
    json!({ "text": text, "published_on": format!("2018-02-{day:02}") })
}

#[actix_web::test]
async fn every_quote_comes_exactly_once_while_articles_are_added() {
    let app = TestApp::start().await;
    for number in 0..20 {
        app.post("/v1/articles", article(number)).await.expect(201);
    }
    let base = "/v1/quotes?speaker=sergey-lavrov&zone=idlib-de-escalation-zone&said_from=2017-01-01";
    let at_first = app.get(&format!("{base}&limit=200")).await.expect(200)["data"].as_array().unwrap().clone();
    assert_eq!(at_first.len(), 20);

    let mut seen = Vec::new();
    let mut path = format!("{base}&limit=2");
    let first = format!("<{path}>; rel=\"first\"");
    let mut added = 20;
    loop {
        let answer = app.get(&path).await;
        let page = answer.expect(200);
        let rows = page["data"].as_array().unwrap();
        assert!(rows.len() <= 2);
        seen.extend(rows.iter().map(|quote| quote["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), Some(first.as_str()));
            break;
        };
        let link = answer.header("link").expect("a Link to the next page");
        assert_eq!(link, format!("{first}, <{base}&limit=2&cursor={cursor}>; rel=\"next\""));
        path = format!("{base}&limit=2&cursor={cursor}");
        // Before and after the place where the reader is.
        app.post("/v1/articles", article(added)).await.expect(201);
        added += 1;
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "no quote came twice");
    for quote in &at_first {
        assert!(seen.contains(&quote["id"].as_str().unwrap().to_owned()), "every quote came");
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_list_and_filter() {
    let app = TestApp::start().await;
    let page = app.get("/v1/actors?limit=2&kind=state").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    app.get(&format!("/v1/actors?limit=5&kind=state&cursor={cursor}")).await.expect(200);
    app.get(&format!("/v1/actors?limit=2&kind=person&cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
    app.get(&format!("/v1/quotes?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
    app.get("/v1/actors?cursor=nonsense").await.expect_problem(400, "invalid_cursor");
}

#[actix_web::test]
async fn limits_are_checked() {
    let app = TestApp::start_with(&[("lists.default_limit", "3"), ("lists.max_limit", "10")]).await;
    assert_eq!(app.get("/v1/actors").await.expect(200)["data"].as_array().unwrap().len(), 3);
    assert_eq!(app.get("/v1/actors?limit=10").await.expect(200)["data"].as_array().unwrap().len(), 10);
    for limit in ["0", "-1", "11", "many"] {
        let problem = app.get(&format!("/v1/actors?limit={limit}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "limit", "{problem}");
    }
}

#[actix_web::test]
async fn a_parameter_without_a_value_is_a_mistake() {
    let app = TestApp::start().await;
    for (path, parameter) in [
        ("/v1/quotes?count=", "count"),
        ("/v1/quotes?limit", "limit"),
        ("/v1/quotes?said_from=&limit=2", "said_from"),
        ("/v1/zones?status=ended&cursor=", "cursor"),
        ("/v1/outlets/tass/revisions?count=", "count"),
    ] {
        let problem = app.get(path).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
        assert_eq!(problem["errors"][0]["detail"], "must have a value", "{path}");
    }
}

#[actix_web::test]
async fn a_list_leads_to_its_first_page() {
    let app = TestApp::start().await;
    for (path, first) in [
        ("/v1/outlets", "/v1/outlets"),
        ("/v1/outlets?limit=200&kind=news_agency", "/v1/outlets?limit=200&kind=news_agency"),
    ] {
        let link = app.get(path).await.header("link").unwrap().to_owned();
        assert!(link.starts_with(&format!("<{first}>; rel=\"first\"")), "{link}");
    }
}

#[actix_web::test]
async fn fields_keeps_what_it_names_and_nothing_else() {
    let app = TestApp::start().await;
    let article = app.post("/v1/articles", article(1)).await.expect(201);
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for path in
        ["/v1/quotes?fields=text,id", "/v1/quotes?fields=text&limit=5&fields=id", "/v1/quotes?fields=id,%20text"]
    {
        let answer = app.get(path).await;
        let page = answer.expect(200);
        assert_eq!(names(&page["data"][0]), ["id", "text"], "{path}");
        assert!(names(&page).contains(&"next_cursor".to_owned()));
        assert_ne!(answer.header("etag"), app.get("/v1/quotes").await.header("etag"));
    }
    let one = format!("/v1/articles/{}?fields=version,title,mentions", article["id"].as_str().unwrap());
    let answer = app.get(&one).await;
    assert_eq!(names(&answer.expect(200)), ["title", "version", "mentions"]);
    assert!(answer.header("etag").unwrap().starts_with("\"1-"), "a sparse resource still has its version");
    for (path, unknown) in [
        ("/v1/quotes?fields=colour", "colour"),
        ("/v1/quotes?fields=id,speaker.mention", "speaker.mention"),
        ("/v1/quotes?fields=", ""),
        ("/v1/actors/sergey-lavrov?fields=id,quotes", "quotes"),
    ] {
        let problem = app.get(path).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "fields", "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(&format!("there is no `{unknown}`")), "{problem}");
    }
    app.send(actix_web::http::Method::POST, "/v1/actors?fields=id", "application/json", "{}")
        .await
        .expect_problem(400, "invalid_query");
    // The same fields that the document names, for every resource.
    let document = onrecord::openapi::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(fields) = item["get"]["x-fields"].as_array() else { continue };
        let path = path.replace("{key}", "russia").replace("{id}", "01970000-0000-7000-8000-000000000001");
        let all = fields.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(",");
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
        let pair = |one: &serde_json::Value| {
            format!("&{}={}", one["name"].as_str().unwrap(), one["example"].as_str().expect("an example"))
        };
        let needed: String = needed.map(pair).collect();
        let answer = app.get(&format!("{path}?fields={all}{needed}")).await;
        assert_ne!(answer.status, 400, "{path}");
    }
}

#[actix_web::test]
async fn count_gives_the_number_of_rows_that_fit_the_filter() {
    let app = TestApp::start().await;
    for number in 0..5 {
        app.post("/v1/articles", article(number)).await.expect(201);
    }
    app.post_text("A bridge fell, the mayor said.").await;
    for _ in 0..3 {
        app.new_key(onrecord::models::Scope::Read).await;
    }
    let mut seen = BTreeSet::new();
    for list in [
        "/v1/quotes",
        "/v1/quotes?speaker=sergey-lavrov&zone=idlib-de-escalation-zone&published_from=2018-02-02&published_to=2018-02-04",
        "/v1/quotes?outlet=tass&kind=direct&min_confidence=0.1&review=machine&said_from=2018-02-03",
        "/v1/articles",
        "/v1/articles?outlet=tass&actor=sergey-lavrov&zone=idlib-de-escalation-zone&language=en",
        "/v1/actors",
        "/v1/actors?kind=state&kind=armed_group&name=s",
        "/v1/zones",
        "/v1/zones?bbox=36.3,33.4,36.6,33.6&status=ended",
        "/v1/agreements",
        "/v1/agreements?actor=russia&zone=idlib-de-escalation-zone",
        "/v1/outlets",
        "/v1/outlets?kind=news_agency&country=RU&country=US",
        "/v1/keys",
        "/v1/keys?scope=read&active=true",
    ] {
        let separator = if list.contains('?') { '&' } else { '?' };
        let rows = app.all_pages(&format!("{list}{separator}limit=200")).await.len();
        assert!(rows > 1, "{list}");
        seen.insert(rows);
        // On the first page and on the next, and only where it is asked for.
        let first = app.get(&format!("{list}{separator}limit=1&count=true")).await;
        let page = first.expect(200);
        assert_eq!((&page["total"], page["data"].as_array().unwrap().len()), (&json!(rows), 1), "{list}");
        assert!(first.header("link").unwrap().contains("limit=1&count=true&cursor="), "{list}");
        let cursor = page["next_cursor"].as_str().unwrap();
        let next = app.get(&format!("{list}{separator}limit=1&count=true&cursor={cursor}")).await.expect(200);
        assert_eq!(next["total"], json!(rows), "{list}");
        for not_asked in ["limit=1", "limit=1&count=false"] {
            assert!(app.get(&format!("{list}{separator}{not_asked}")).await.expect(200).get("total").is_none());
        }
    }
    assert!(seen.len() > 5, "lists of different lengths: {seen:?}");
    assert_eq!(app.get("/v1/quotes?kind=indirect&speaker=sergey-lavrov&count=true").await.expect(200)["total"], 0);
}

#[actix_web::test]
async fn every_list_counts() {
    let app = TestApp::start().await;
    let article = app.post("/v1/articles", article(1)).await.expect(201);
    let address = format!("/v1/articles/{}/quotes", article["id"].as_str().unwrap());
    assert_eq!(app.get(&format!("{address}?count=true&fields=id&include=speaker")).await.expect(200)["total"], 1);
    assert!(app.get(&address).await.expect(200).get("total").is_none());
    for path in [&*address, "/v1/quotes", "/v1/keys"] {
        for wrong in ["maybe", "1"] {
            let problem = app.get(&format!("{path}?count={wrong}")).await.expect_problem(400, "invalid_query");
            assert_eq!(problem["errors"][0]["parameter"], "count", "{path}");
        }
    }
    // Revisions: a quote that came with its article has its first one from there.
    let (id, quote) = (article["id"].as_str().unwrap(), article["quotes"][0]["id"].as_str().unwrap());
    let revisions = [format!("/v1/articles/{id}/revisions"), format!("/v1/quotes/{quote}/revisions")];
    for path in &revisions {
        assert_eq!(app.get(&format!("{path}?count=true")).await.expect(200)["total"], 1, "{path}");
        assert!(app.get(path).await.expect(200).get("total").is_none(), "{path}");
    }
    app.patch(&format!("/v1/articles/{id}"), json!({ "title": "Another" })).await.expect(200);
    for review in ["accepted", "rejected"] {
        app.patch(&format!("/v1/quotes/{quote}"), json!({ "review": review })).await.expect(200);
    }
    for (path, total) in revisions.iter().zip([2, 3]) {
        let page = app.get(&format!("{path}?count=true&limit=1")).await.expect(200);
        assert_eq!(page["total"], total, "{path}");
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(app.get(&format!("{path}?count=true&cursor={cursor}")).await.expect(200)["total"], total, "{path}");
        assert_eq!(app.all_pages(&format!("{path}?limit=1")).await.len(), total, "{path}");
    }
    // Whatever answers with a page has the parameter.
    let document = onrecord::openapi::document();
    let mut lists = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        if schema.as_str().is_some_and(|name| name.ends_with("Page")) {
            let parameters = item["get"]["parameters"].as_array().unwrap();
            assert!(parameters.iter().any(|parameter| parameter["name"] == "count"), "{path}");
            lists += 1;
        }
    }
    assert!(lists >= 8, "{lists}");
}
