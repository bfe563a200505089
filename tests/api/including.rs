//! `include=`: whole resources brought along.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

const ARTICLE: &str = "MOSCOW, September 18, 2017. /TASS/. Russia will open posts around the Idlib de-escalation zone, Russian \
    Foreign Minister Sergey Lavrov said on Monday.\n\nThe plan \"will help nobody,\" a resident said.";

fn id_of(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

/// What a read of this address gives.
async fn read(app: &TestApp, collection: &str, id: &str) -> Value {
    app.get(&format!("/v1/{collection}/{id}")).await.expect(200)
}

#[actix_web::test]
async fn what_is_included_is_what_its_own_address_gives() {
    let app = TestApp::start().await;
    let article = app.post_text(ARTICLE).await;
    let actor = app
        .post(
            "/v1/actors",
            json!({
                "name": "Ada Verrall", "kind": "person", "parent": "russia",
                "roles": [
                    { "title": "Envoy", "organisation": "united-nations" },
                    { "title": "Deputy envoy", "organisation": "united-nations" },
                    { "title": "Author" },
                ]
            }),
        )
        .await
        .expect(201);
    let quotes = article["quotes"].as_array().unwrap();
    assert_eq!(quotes.len(), 2, "{quotes:?}");
    let by_lavrov = id_of(&quotes[0]);

    let mut summary = read(&app, "articles", id_of(&article)).await;
    summary.as_object_mut().unwrap().retain(|name, _| !["text", "regions", "mentions"].contains(&name.as_str()));
    let quote = read(&app, "quotes", &format!("{by_lavrov}?include=speaker,article,outlet")).await;
    let lavrov = read(&app, "actors", "sergey-lavrov").await;
    let tass = read(&app, "outlets", "tass").await;
    assert_eq!(quote["included"], json!({ "speaker": lavrov, "article": summary, "outlet": tass }));

    let found = read(&app, "articles", &format!("{}?include=outlet&include=quotes", id_of(&article))).await;
    let its_quotes = app.get(&format!("/v1/articles/{}/quotes", id_of(&article))).await.expect(200);
    assert_eq!(found["included"], json!({ "outlet": tass, "quotes": its_quotes["data"] }));

    let found = read(&app, "actors", &format!("{}?include=parent,organisations", id_of(&actor))).await;
    let (russia, nations) = (read(&app, "actors", "russia").await, read(&app, "actors", "united-nations").await);
    assert_eq!(found["included"], json!({ "parent": russia, "organisations": [nations] }), "each body once");

    let zone = read(&app, "zones", "idlib-de-escalation-zone").await;
    let found = read(&app, "zones", "idlib-de-escalation-zone?include=agreements,parent").await;
    let parent = read(&app, "zones", zone["parent"]["slug"].as_str().unwrap()).await;
    assert_eq!(found["included"]["parent"], parent);
    let agreements = zone["agreements"].as_array().unwrap();
    assert!(agreements.len() > 1);
    for (index, agreement) in agreements.iter().enumerate() {
        let agreement = read(&app, "agreements", id_of(agreement)).await;
        assert_eq!(found["included"]["agreements"][index], agreement);
    }

    let agreement = read(&app, "agreements", "astana-memorandum-2017").await;
    let found = read(&app, "agreements", "astana-memorandum-2017?include=zones,parties").await;
    for (name, collection, refs) in [
        ("zones", "zones", agreement["zones"].as_array().unwrap().iter().collect::<Vec<_>>()),
        ("parties", "actors", agreement["parties"].as_array().unwrap().iter().map(|party| &party["actor"]).collect()),
    ] {
        assert!(refs.len() > 1, "{agreement}");
        assert_eq!(found["included"][name].as_array().unwrap().len(), refs.len());
        for (index, named) in refs.into_iter().enumerate() {
            assert_eq!(found["included"][name][index], read(&app, collection, id_of(named)).await);
        }
    }
}

#[actix_web::test]
async fn lists_bring_along_for_each_row_what_single_reads_do() {
    let app = TestApp::start().await;
    let article = app.post_text(ARTICLE).await;
    app.post_text("A bridge fell.").await;
    for (list, single, include) in [
        ("/v1/quotes", "/v1/quotes", "speaker,article,outlet"),
        (&*format!("/v1/articles/{}/quotes", id_of(&article)), "/v1/quotes", "outlet,speaker"),
        ("/v1/actors?limit=200&name=lavrov", "/v1/actors", "organisations,parent"),
        ("/v1/zones", "/v1/zones", "parent,agreements"),
        ("/v1/agreements", "/v1/agreements", "parties"),
    ] {
        let separator = if list.contains('?') { '&' } else { '?' };
        let page = app.get(&format!("{list}{separator}include={include}")).await.expect(200);
        let rows = page["data"].as_array().unwrap();
        assert!(!rows.is_empty(), "{list}");
        for row in rows {
            let one = app.get(&format!("{single}/{}?include={include}", id_of(row))).await.expect(200);
            assert_eq!(*row, one, "{list}");
        }
    }
    let page = app.get("/v1/articles?include=quotes,outlet").await.expect(200);
    let rows = page["data"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let one = app.get(&format!("/v1/articles/{}?include=outlet,quotes", id_of(row))).await.expect(200);
        assert_eq!(row["included"], one["included"]);
        let is_first = row["id"] == article["id"];
        assert_eq!(row["included"]["quotes"].as_array().unwrap().len(), if is_first { 2 } else { 0 });
        assert_eq!(row["included"].get("outlet").is_some(), is_first, "what is not there is left out");
    }
}

#[actix_web::test]
async fn nothing_comes_along_unasked_and_what_is_not_there_is_left_out() {
    let app = TestApp::start().await;
    let article = app.post_text(ARTICLE).await;
    for path in ["/v1/quotes", "/v1/articles", "/v1/actors", "/v1/zones", "/v1/agreements", "/v1/outlets"] {
        for row in app.get(path).await.expect(200)["data"].as_array().unwrap() {
            assert!(row.get("included").is_none(), "{path}");
            let one = app.get(&format!("{path}/{}", id_of(row))).await.expect(200);
            assert!(one.get("included").is_none(), "{path}");
        }
    }
    let by_somebody = format!("/v1/quotes/{}?include=speaker", id_of(&article["quotes"][1]));
    assert_eq!(app.get(&by_somebody).await.expect(200)["included"], json!({}), "nobody knows who speaks");
    let by_lavrov = format!("/v1/quotes/{}?include=outlet", id_of(&article["quotes"][0]));
    let included = app.get(&by_lavrov).await.expect(200)["included"].clone();
    assert_eq!(included.as_object().unwrap().keys().collect::<Vec<_>>(), ["outlet"], "only what was asked for");
}

#[actix_web::test]
async fn an_unknown_name_is_refused_with_those_that_there_are() {
    let app = TestApp::start().await;
    for (path, unknown, known) in [
        ("/v1/quotes?include=colour", "colour", "speaker, article, outlet"),
        ("/v1/quotes?include=speaker,colour", "colour", "speaker, article, outlet"),
        ("/v1/quotes?include=speaker&include=Article", "Article", "speaker, article, outlet"),
        ("/v1/quotes?include=", "", "speaker, article, outlet"),
        ("/v1/quotes/01970000-0000-7000-8000-000000000001?include=text", "text", "speaker, article, outlet"),
        ("/v1/articles?include=speaker", "speaker", "outlet, quotes"),
        ("/v1/articles/01970000-0000-7000-8000-000000000001?include=speaker", "speaker", "outlet, quotes"),
        ("/v1/articles/01970000-0000-7000-8000-000000000001/quotes?include=x", "x", "speaker, article, outlet"),
        ("/v1/actors?include=roles", "roles", "parent, organisations"),
        ("/v1/actors/russia?include=roles", "roles", "parent, organisations"),
        ("/v1/zones?include=zones", "zones", "parent, agreements"),
        ("/v1/zones/idlib-de-escalation-zone?include=zones", "zones", "parent, agreements"),
        ("/v1/agreements?include=zone", "zone", "zones, parties"),
        ("/v1/agreements/astana-memorandum-2017?include=zone", "zone", "zones, parties"),
    ] {
        let problem = app.get(path).await.expect_problem(400, "invalid_query");
        let detail = format!("names nothing that can be included: there is no `{unknown}`, but {known}");
        assert_eq!(problem["errors"], json!([{ "parameter": "include", "detail": detail }]), "{path}");
    }
    // Where nothing can be included, there is no such parameter.
    for (method, path) in [(Method::GET, "/v1/outlets?include=parent"), (Method::POST, "/v1/quotes?include=speaker")] {
        let problem = app.send(method, path, "application/json", "{}").await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "include", "{path}");
    }
}

#[actix_web::test]
async fn include_goes_with_fields_pages_and_tags() {
    let app = TestApp::start().await;
    app.post_text(ARTICLE).await;
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let page = app.get("/v1/quotes?fields=text&include=speaker&speaker=sergey-lavrov").await.expect(200);
    assert_eq!(names(&page["data"][0]), ["text", "included"]);
    assert_eq!(page["data"][0]["included"]["speaker"]["slug"], "sergey-lavrov");
    let row = app.get("/v1/quotes?fields=text&speaker=sergey-lavrov").await.expect(200)["data"][0].clone();
    assert_eq!(names(&row), ["text"]);

    // A cursor does not belong to what comes along.
    let first = app.get("/v1/quotes?limit=1&include=article").await;
    let cursor = first.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    let next = format!("</v1/quotes?limit=1&include=article&cursor={cursor}>; rel=\"next\"");
    assert!(first.header("link").unwrap().contains(&next));
    let second = app.get(&format!("/v1/quotes?limit=1&include=outlet&cursor={cursor}")).await.expect(200);
    assert_eq!(second["data"][0]["included"]["outlet"]["slug"], "tass");

    // The tag tells one from the other, and changes with what comes along.
    let zone = "/v1/zones/idlib-de-escalation-zone";
    let with_parent = format!("{zone}?include=parent");
    let (lean, rich) = (app.get(zone).await, app.get(&with_parent).await);
    assert_ne!(lean.header("etag"), rich.header("etag"));
    let parent = rich.expect(200)["included"]["parent"]["slug"].as_str().unwrap().to_owned();
    app.patch(&format!("/v1/zones/{parent}"), json!({ "description": "Changed." })).await.expect(200);
    assert_eq!(app.get(zone).await.header("etag"), lean.header("etag"));
    let answer = app.get_with(&with_parent, &[("if-none-match", rich.header("etag").unwrap())]).await;
    assert_eq!(answer.expect(200)["included"]["parent"]["description"], "Changed.");
}
